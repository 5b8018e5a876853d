//! Sessions: begun, resumed, lost; and what was said meanwhile.

use bot_core::chat::TroubleKind;

use super::{answered, asks, lin, on_discord};
use crate::harness::discord::GatewayFault;
use crate::harness::patience::a_while;
use crate::harness::{GROUP, Stage};

/// Lets the program notice that its connection is gone, and come back.
async fn comes_back(h: &mut Stage) {
    a_while().await;
    h.until_polled().await;
    h.settle().await;
}

#[test]
fn a_connection_that_breaks_is_resumed_and_loses_nothing() {
    on_discord(async |h| {
        lin(h).await;
        let sessions = h.discord().ears();
        h.discord().cut_gateway();
        asks(h);
        comes_back(h).await;
        assert_eq!((answered(h), h.discord().ears()), (1, sessions), "{}", h.transcript("@Lin"));
        h.discord().ask_to_reconnect();
        asks(h);
        comes_back(h).await;
        assert_eq!((answered(h), h.discord().ears()), (2, sessions));
    });
}

#[test]
fn what_a_lost_session_did_not_tell_the_history_does() {
    on_discord(async |h| {
        lin(h).await;
        let sessions = h.discord().ears();
        h.discord().gateway_fault(GatewayFault::InvalidSession);
        h.discord().cut_gateway();
        asks(h);
        comes_back(h).await;
        h.until(|h| h.discord().ears() > sessions).await;
        h.settle().await;
        assert_eq!(answered(h), 1, "{}", h.transcript("@Lin"));
    });
}

#[test]
fn what_was_said_while_the_program_was_down_is_heard_once() {
    on_discord(async |h| {
        lin(h).await;
        h.kill();
        asks(h);
        let new = h.stranger("Bo");
        h.world.join(&new, &h.chat(GROUP)).unwrap();
        h.start().await;
        h.settle().await;
        assert_eq!(answered(h), 1, "{}", h.transcript("@Lin"));
        let mut tx = h.hall().db.read().await.unwrap();
        let met = bot_core::store::chat::user_by_key(&mut tx, h.world.account(), &new).await.unwrap();
        drop(tx);
        assert_eq!(met.unwrap().name, "Bo", "who joined meanwhile is known");
        h.kill();
        h.start().await;
        h.settle().await;
        assert_eq!(answered(h), 1, "and never heard again");
    });
}

/// Lin uses a command and Bo changes and deletes what they said, while the program is away for so long. Gives how
/// often the command was answered, and whether the change and the deletion were heard of.
async fn away(h: &mut Stage, ms: i64) -> (usize, bool, bool) {
    lin(h).await;
    h.merchant("Bo").await;
    let changed = h.says("Bo", "good morning").await;
    let deleted = h.says("Bo", "my card number is 4111").await;
    h.kill();
    // Both ends of the connection notice.
    a_while().await;
    let used = h.discord().slash(&h.chat("@Lin"), &h.user("Lin"), "me", "");
    h.world.edit(&h.user("Bo"), &h.chat(GROUP), &changed, "good evening").unwrap();
    h.world.delete(&h.user("Bo"), &h.chat(GROUP), std::slice::from_ref(&deleted)).unwrap();
    h.discord().events_wait();
    h.clock.move_to(bot_core::clock::Clock::now_ms(&*h.clock) + ms);
    h.start().await;
    h.settle().await;
    let changed = stored(h, &changed).await;
    let deleted = stored(h, &deleted).await;
    let is_heard = (changed.text.text == "good evening", deleted.deleted_at_ms.is_some());
    // A press that was lost is one of which Discord says so: it is made again.
    let said = h.transcript("@Lin");
    assert_eq!(said.matches("not linked to a shop").count(), 1, "{said}");
    (h.discord().answers(used).len(), is_heard.0, is_heard.1)
}

async fn stored(h: &Stage, message: &bot_core::chat::MessageKey) -> bot_core::store::message::StoredMessage {
    let mut tx = h.hall().db.read().await.unwrap();
    let chat =
        bot_core::store::chat::by_key(&mut tx, h.world.account(), &h.key_of(GROUP)).await.unwrap().unwrap();
    let key = h.key_of_message(GROUP, message);
    bot_core::store::message::by_key(&mut tx, &chat.id, &key).await.unwrap().unwrap()
}

#[test]
fn a_program_that_is_back_within_seconds_has_missed_nothing() {
    // What no history has is told by the session of the run before: an edit, a deletion, a press, which is even answered.
    on_discord(async |h| assert_eq!(away(h, 1_000).await, (1, true, true)));
}

#[test]
fn a_press_of_the_time_away_takes_effect_even_when_it_cannot_be_answered_any_more() {
    crate::harness::watched(|seen| {
        on_discord(async |h| {
            let before = seen.lines("a press cannot be answered any more").len();
            assert_eq!(away(h, 60_000).await, (0, true, true));
            assert_eq!(seen.lines("a press cannot be answered any more").len(), before + 1);
        });
    });
}

#[test]
fn a_session_that_discord_has_forgotten_gives_back_what_the_history_has() {
    on_discord(async |h| {
        assert_eq!(
            away(h, 10 * 60_000).await,
            (0, true, false),
            "what was changed lately is seen; a deletion is lost, as documented"
        );
        asks(h);
        h.settle().await;
        assert_eq!(answered(h), 1, "and everything goes on");
    });
}

#[test]
fn what_the_last_session_told_is_taken_once_however_often_the_program_starts() {
    on_discord(async |h| {
        lin(h).await;
        for _ in 0..3 {
            h.kill();
            asks(h);
            h.discord().events_wait();
            h.start().await;
            h.settle().await;
        }
        assert_eq!(answered(h), 3, "{}", h.transcript("@Lin"));
    });
}

#[test]
fn nothing_counts_as_heard_before_it_has_taken_effect() {
    on_discord(async |h| {
        lin(h).await;
        asks(h);
        assert!(h.discord().events_wait());
        // The adapter has it and waits for the intake, which does not run.
        for _ in 0..50 {
            h.discord().turned().await;
        }
        assert!(h.discord().events_wait(), "it is not said to be heard");
        h.kill();
        h.start().await;
        h.settle().await;
        assert_eq!((answered(h), h.discord().events_wait()), (1, false));
    });
}

#[test]
fn intents_that_are_off_are_said_in_words_until_they_are_on() {
    on_discord(async |h| {
        lin(h).await;
        h.kill();
        h.discord().switch_intents(false);
        let off = |kind: &TroubleKind| matches!(kind, TroubleKind::IntentsOff { which } if which.contains("Message Content"));
        let heard = h.discord().ears();
        h.start_unheard().await;
        h.until(|h| h.troubles().iter().any(off)).await;
        h.discord().switch_intents(true);
        h.until(|h| h.discord().ears() > heard && h.troubles().is_empty()).await;
        asks(h);
        h.settle().await;
        assert_eq!(answered(h), 1);
    });
}

#[test]
fn a_session_that_is_refused_for_good_is_said_and_tried_again_later() {
    on_discord(async |h| {
        lin(h).await;
        let sessions = h.discord().ears();
        h.discord().gateway_fault(GatewayFault::InvalidSession);
        h.discord().gateway_fault(GatewayFault::Close(4_014));
        h.discord().cut_gateway();
        a_while().await;
        h.until(|h| h.troubles().iter().any(|kind| matches!(kind, TroubleKind::IntentsOff { .. }))).await;
        h.clock.move_to(bot_core::clock::Clock::now_ms(&*h.clock) + 5 * 60_000);
        h.until(|h| h.discord().ears() > sessions).await;
        h.settle().await;
        assert_eq!(h.troubles(), []);
    });
}

#[test]
fn a_server_that_discord_loses_for_a_while_is_trouble_and_no_goodbye() {
    on_discord(async |h| {
        h.merchant("Lin").await;
        let guild = h.discord().guild_of(&h.chat(GROUP));
        h.discord().dispatch("GUILD_DELETE", &serde_json::json!({ "id": guild, "unavailable": true }));
        h.settle().await;
        assert_eq!(h.troubles(), [TroubleKind::Outage]);
        let said = h.transcript(crate::harness::STAFF);
        assert!(!said.contains("removed"), "{said}");
    });
}
