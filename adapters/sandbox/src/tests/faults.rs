//! Each fault, as the bot meets it.

use bot_core::chat::{Action, Content, Outcome, Pace, Rate, RejectionKind, RetryScope};
use bot_core::clock::Clock as _;

use super::{Town, key};
use crate::{Fault, Profile, Rule, Way};

fn send() -> Action {
    Action::Send(Content::text("hi"))
}

/// What the bot hears of a send under a fault, and whether the message is there.
async fn under(fault: Fault) -> (Outcome, bool) {
    let town = Town::new(Profile::sandbox());
    town.world.faults().next(fault, 1);
    let outcome = town.does(&town.here(), send()).await;
    let there = !town.transcript().is_empty();
    town.sends(&town.here(), "the fault is over").await;
    (outcome, there)
}

#[tokio::test]
async fn each_fault_is_what_it_says() {
    let (outcome, there) = under(Fault::RetryAfter { wait_ms: 5_000, scope: RetryScope::Account }).await;
    assert_eq!((outcome, there), (Outcome::RetryAfter { wait_ms: 5_000, scope: RetryScope::Account }, false));
    let (outcome, there) = under(Fault::Refuse { why: RejectionKind::Blocked }).await;
    assert!(
        matches!(outcome, Outcome::Rejected(rejection) if rejection.kind == RejectionKind::Blocked) && !there
    );
    for fault in [Fault::ServerError, Fault::Down] {
        let (outcome, there) = under(fault).await;
        assert!(matches!(outcome, Outcome::NotDone { .. }) && !there);
    }
    let (outcome, there) = under(Fault::TimeoutAfter).await;
    assert!(matches!(outcome, Outcome::Unknown { .. }) && there);
    let (outcome, there) = under(Fault::TimeoutBefore).await;
    assert!(matches!(outcome, Outcome::Unknown { .. }) && !there);
    let (outcome, there) = under(Fault::Duplicate).await;
    assert!(matches!(outcome, Outcome::Sent(_)) && there);
}

#[tokio::test]
async fn a_hanging_call_never_ends_by_itself() {
    for (fault, there) in [(Fault::HangAfter, true), (Fault::HangBefore, false)] {
        let town = Town::new(Profile::sandbox());
        town.world.faults().next(fault, 1);
        let here = town.here();
        tokio::select! {
            biased;
            outcome = town.does(&here, send()) => panic!("{outcome:?}"),
            () = tokio::task::yield_now() => {}
        }
        assert_eq!(!town.transcript().is_empty(), there);
    }
}

#[tokio::test]
async fn slowness_is_waited_out_on_the_worlds_clock() {
    let town = Town::new(Profile::sandbox());
    town.world.faults().always(Fault::Slow { wait_ms: 2_000 });
    let here = town.here();
    let send = town.does(&here, send());
    tokio::pin!(send);
    tokio::select! {
        biased;
        outcome = &mut send => panic!("{outcome:?}"),
        () = tokio::task::yield_now() => {}
    }
    town.clock.move_to(town.clock.now_ms() + 2_000);
    assert!(matches!(send.await, Outcome::Sent(_)));
}

#[tokio::test]
async fn a_rule_for_one_action_leaves_the_others_alone() {
    let town = Town::new(Profile::sandbox());
    town.world.faults().add(Rule::new(Fault::TimeoutBefore).on("mute"));
    town.sends(&town.here(), "hi").await;
    let mute = || Action::Mute { user: key("Lin"), until_ms: None };
    assert!(matches!(town.does(&town.here(), mute()).await, Outcome::Unknown { .. }));
    town.world.faults().clear();
    town.done(&town.here(), mute()).await;
}

#[tokio::test]
async fn the_pace_is_enforced_and_breaches_are_counted() {
    let rate = |count, per_ms| Rate { count, per_ms };
    let pace = Pace { account: rate(5, 1_000), chat: rate(2, 1_000), group: rate(3, 60_000) };
    let town = Town::new(Profile::sandbox().paced(pace));
    let here = town.here();
    town.sends(&here, "1").await;
    town.sends(&here, "2").await;
    let too_fast = Outcome::RetryAfter { wait_ms: 1_000, scope: RetryScope::Chat };
    assert_eq!(town.does(&here, send()).await, too_fast);
    town.clock.move_to(1_001_000);
    town.sends(&here, "3").await;
    assert!(matches!(town.does(&here, send()).await, Outcome::RetryAfter { wait_ms: 59_000, .. }));
    assert_eq!((town.world.stats().calls, town.world.stats().violations), (5, 2));
    town.world.enforce_pace(None);
    town.sends(&here, "4").await;
}

#[tokio::test]
async fn who_watches_sees_what_was_said() {
    let town = Town::new(Profile::sandbox());
    let mut changes = town.world.subscribe();
    town.world.faults().next(Fault::ServerError, 1);
    town.does(&town.here(), send()).await;
    town.sends(&town.here(), "hi").await;
    town.events();
    let traffic = town.world.traffic();
    let seen: Vec<_> = traffic.iter().map(|line| (line.way, line.what.as_str())).collect();
    assert_eq!(seen, [(Way::FromBot, "send"), (Way::FromBot, "send"), (Way::ToBot, "chat_changed")]);
    assert!(matches!(traffic[0].outcome, Some(Outcome::NotDone { .. })));
    assert!(matches!(traffic[1].outcome, Some(Outcome::Sent(_))));
    assert_eq!(traffic[2].outcome, None);
    let mut words = Vec::new();
    while let Ok(change) = changes.try_recv() {
        words.push(change.what);
    }
    assert_eq!(words, ["traffic", "message", "traffic", "traffic"]);
}
