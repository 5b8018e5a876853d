//! Commands, presses and forms, answered in time or quieted.

use bot_core::roster::Role;

use super::{lin, on_discord};
use crate::harness::{GROUP, STAFF};

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
        h.staff("Ann", Role::Support).await;
        let asked = h.says("Lin", "my payout of 3,000 is stuck").await;
        let used = h.discord().on_message(&h.chat(GROUP), &h.user("Lin"), "ticket", &asked);
        h.pass("10s").await;
        let said = h.transcript("@Lin");
        assert!(said.contains("Your ticket T-1 is open: “my payout of 3,000 is stuck”"), "{said}");
        assert!(!h.discord().answers(used).is_empty(), "nobody is told of a failure");

        let asked = h.says("Bo", "mine too").await;
        h.discord().on_message(&h.chat(GROUP), &h.user("Ann"), "ticket", &asked);
        h.pass("10s").await;
        let said = h.transcript(STAFF);
        assert!(said.contains("T-2 Bo"), "{said}");
    });
}

#[test]
fn a_message_is_reported_from_its_menu() {
    on_discord(async |h| {
        lin(h).await;
        h.merchant("Bo").await;
        h.staff("Chen", Role::Moderator).await;
        let said = h.says("Bo", "my cousin does the papers for you").await;
        let used = h.discord().on_message(&h.chat(GROUP), &h.user("Lin"), "report", &said);
        h.pass("10s").await;
        let staff = h.transcript(STAFF);
        assert!(staff.contains("Lin reports a message of Bo in “Sellers” (not given)"), "{staff}");
        assert!(!h.discord().answers(used).is_empty(), "nobody is told of a failure");
        h.latest("@Lin", "Thank you. The team has the message before it");
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
