//! Sessions: begun, resumed, lost; and what was said meanwhile.

use bot_core::chat::TroubleKind;

use super::{answered, asks, lin, on_discord};
use crate::harness::discord::GatewayFault;
use crate::harness::{GROUP, Stage};

/// Lets the program notice that its connection is gone, and come back.
async fn comes_back(h: &mut Stage) {
    for _ in 0..200 {
        tokio::task::yield_now().await;
    }
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
        for _ in 0..200 {
            tokio::task::yield_now().await;
        }
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
