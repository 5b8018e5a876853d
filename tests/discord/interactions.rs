//! Commands, presses and forms, answered in time or quieted.

use super::{lin, on_discord};
use crate::harness::GROUP;

#[test]
fn a_slash_command_does_what_its_words_do_and_is_quieted() {
    on_discord(async |h| {
        lin(h).await;
        let used = h.discord().slash(&h.chat("@Lin"), &h.user("Lin"), "help", "");
        h.settle().await;
        let said = h.transcript("@Lin");
        assert!(said.contains("/help"), "{said}");
        let answers = h.discord().answers(used);
        assert_eq!(answers.iter().map(|(kind, _)| *kind).collect::<Vec<_>>(), [5], "heard, without a word");
        assert_eq!(
            h.discord().calls_of("DELETE", &format!("token-of-{used}/messages/@original")).len(),
            1,
            "and nothing is left of it"
        );
    });
}

#[test]
fn a_command_in_the_menu_of_a_message_is_about_that_message() {
    on_discord(async |h| {
        lin(h).await;
        h.merchant("Bo").await;
        let asked = h.says("Bo", "my payout of 3,000 is stuck").await;
        h.discord().on_message(&h.chat(GROUP), &h.user("Lin"), "ticket", &asked);
        h.settle().await;
        let calls = h.discord().calls_of("POST", "/callback");
        assert!(!calls.is_empty(), "somebody answered it");
    });
}

#[test]
fn what_the_hall_does_not_answer_in_time_is_quieted() {
    on_discord(async |h| {
        lin(h).await;
        // The intake does not run: nothing is decided.
        let used = h.discord().slash(&h.chat("@Lin"), &h.user("Lin"), "help", "");
        let before = h.discord().answers(used).len();
        h.settle().await;
        assert_eq!((before, h.discord().answers(used).len()), (0, 1));
    });
}

#[test]
fn a_press_older_than_its_token_is_refused_and_stops_nobody() {
    on_discord(async |h| {
        lin(h).await;
        let used = h.discord().slash(&h.chat("@Lin"), &h.user("Lin"), "help", "");
        h.clock.move_to(bot_core::clock::Clock::now_ms(&*h.clock) + 20 * 60_000);
        h.settle().await;
        assert_eq!(h.discord().answers(used), []);
        h.says_in("@Lin", "Lin", "/help").await;
        assert!(h.transcript("@Lin").contains("/help"));
        assert_eq!(h.open_actions().await, [], "nothing waits for ever");
    });
}
