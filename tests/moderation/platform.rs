//! Sanctions on platforms that fail, refuse, forget or run late.

use bot_core::chat::{RetryScope, Right};
use bot_core::roster::Role;
use bot_core::store::moderation::{Notice, Removal, SanctionState};
use guildhall_sandbox::{Fault, Profile, Rule};

use super::{case, is_muted, state, strict};
use crate::harness::{About, GROUP, STAFF, Stage, story, story_about, with_profile};

fn calls(h: &Stage, word: &str) -> usize {
    h.world.traffic().iter().filter(|one| one.what == word).count()
}

#[test]
fn a_lift_that_falls_into_an_outage_of_a_day_goes_through_when_it_is_over() {
    story(async |h| {
        strict(h);
        h.merchant("Lin").await;
        h.says("Lin", "weed").await;
        h.world.faults().always(Fault::Down);
        h.pass("24h").await;
        assert_eq!(
            state(h, 1).await,
            SanctionState::Lifting,
            "nothing is called lifted that nobody confirmed"
        );
        h.world.faults().clear();
        h.pass("2m").await;
        assert_eq!((state(h, 1).await, is_muted(h, "Lin")), (SanctionState::Lifted, false));
        assert_eq!(h.open_actions().await, []);
    });
}

#[test]
fn a_mute_that_never_got_through_in_its_time_leaves_nobody_muted() {
    story_about(&[About::Doubt], async |h| {
        strict(h);
        h.merchant("Lin").await;
        h.world.faults().add(Rule::new(Fault::TimeoutAfter).on("mute"));
        h.says("Lin", "weed").await;
        assert_eq!(state(h, 1).await, SanctionState::Requested);
        h.pass("20m").await;
        assert_eq!((state(h, 1).await, is_muted(h, "Lin")), (SanctionState::Lifted, false));
        assert_eq!(h.open_actions().await, []);
    });
}

#[test]
fn a_mute_is_repeated_until_the_platform_confirms_it() {
    for fault in [
        Fault::TimeoutBefore,
        Fault::TimeoutAfter,
        Fault::ServerError,
        Fault::RetryAfter { wait_ms: 5_000, scope: RetryScope::Chat },
    ] {
        story_about(&[About::Moments], async |h| {
            strict(h);
            h.merchant("Lin").await;
            h.world.faults().add(Rule::new(fault.clone()).times(3).on("mute"));
            h.says("Lin", "weed").await;
            assert_eq!(state(h, 1).await, SanctionState::Requested);
            assert!(!h.transcript(GROUP).contains("a mute of"), "nobody is told of a mute that may not be");
            h.pass("1m").await;
            assert_eq!((state(h, 1).await, is_muted(h, "Lin")), (SanctionState::Active, true));
            assert!(h.transcript(GROUP).contains("Lin: a mute of 10 minutes"), "{}", h.transcript(GROUP));
        });
    }
}

#[test]
fn a_missing_right_is_told_to_staff_with_the_cure() {
    story_about(&[About::SingleRights], async |h| {
        strict(h);
        h.staff("Chen", Role::Moderator).await;
        h.merchant("Lin").await;
        h.world.set_bot_rights(&h.chat(GROUP), Some(&[Right::Write])).unwrap();
        h.says("Lin", "weed").await;
        h.pass("1m").await;
        let (found, sanctions) = case(h, 1).await;
        assert_eq!((found.removal, sanctions[0].state), (Removal::Refused, SanctionState::Rejected));
        let said = h.transcript(STAFF);
        assert!(said.contains("C-1: the message in “Sellers” could not be deleted. Give the bot the right to delete messages there"), "{said}");
        assert!(said.contains("C-1: the platform did not do the mute of Lin in “Sellers”. Give the bot the right to restrict members there"), "{said}");
        assert!(h.transcript(GROUP).contains("Lin: no further measure (Drugs)."), "{}", h.transcript(GROUP));
    });
}

#[test]
fn a_lift_that_is_refused_is_tried_until_it_is_done() {
    story(async |h| {
        strict(h);
        h.staff("Chen", Role::Moderator).await;
        h.merchant("Lin").await;
        h.says_in(STAFF, "Chen", "/mute @lin 2d loud").await;
        let fault = Fault::Refuse { why: bot_core::chat::RejectionKind::MissingRight };
        h.world.faults().add(Rule::new(fault).on("unmute"));
        h.says_in(STAFF, "Chen", "/undo C-1").await;
        h.pass("1h").await;
        assert_eq!((state(h, 1).await, is_muted(h, "Lin")), (SanctionState::Undoing, true));
        let told = "C-1: the platform did not do the end of the mute of Lin";
        assert_eq!(h.transcript(STAFF).matches(told).count(), 1, "{}", h.transcript(STAFF));
        h.world.faults().clear();
        h.pass("2h").await;
        assert_eq!((state(h, 1).await, is_muted(h, "Lin")), (SanctionState::Undone, false));
    });
}

#[test]
fn a_mute_longer_than_the_platform_can_hold_is_renewed() {
    let profile = Profile { mute_max_ms: Some(24 * 60 * 60 * 1000), ..Profile::sandbox() };
    with_profile(&profile, async |h| {
        strict(h);
        h.staff("Chen", Role::Moderator).await;
        h.merchant("Lin").await;
        h.says_in(STAFF, "Chen", "/mute @lin 3d loud").await;
        for _ in 0..5 {
            h.pass("13h").await;
            assert!(is_muted(h, "Lin"));
        }
        h.pass("8h").await;
        assert_eq!(calls(h, "mute"), 4, "three days in steps of a day, each renewed before its end");
        assert_eq!((state(h, 1).await, is_muted(h, "Lin")), (SanctionState::Lifted, false));
    });
}

#[test]
fn leaving_is_no_way_out_of_a_mute() {
    story(async |h| {
        strict(h);
        h.merchant("Lin").await;
        h.says("Lin", "weed").await;
        let group = h.chat(GROUP);
        let lin = h.user("Lin");
        h.world.leave(&lin, &group).unwrap();
        h.settle().await;
        h.world.join(&lin, &group).unwrap();
        h.settle().await;
        assert_eq!((calls(h, "mute"), is_muted(h, "Lin")), (2, true));
        h.pass("10m").await;
        h.world.leave(&lin, &group).unwrap();
        h.world.join(&lin, &group).unwrap();
        h.settle().await;
        assert_eq!((calls(h, "mute"), is_muted(h, "Lin")), (2, false), "a mute that is over stays over");
    });
}

#[test]
fn a_kick_whose_answer_was_lost_is_known_when_the_person_is_gone() {
    story_about(&[About::KicksInDoubt], async |h| {
        h.staff("Chen", Role::Moderator).await;
        h.merchant("Lin").await;
        h.world.faults().add(Rule::new(Fault::TimeoutBefore).times(1).on("kick"));
        h.says("Chen", "/kick @lin").await;
        assert_eq!(state(h, 1).await, SanctionState::Unknown);
        assert!(
            h.transcript(STAFF).contains("look in the group whether it was done"),
            "{}",
            h.transcript(STAFF)
        );
        h.world.leave(&h.user("Lin"), &h.chat(GROUP)).unwrap();
        h.settle().await;
        assert_eq!(state(h, 1).await, SanctionState::Active);
    });
}

#[test]
fn on_a_poor_platform_commands_stand_in_for_buttons() {
    with_profile(&Profile::bare(), async |h| {
        strict(h);
        h.staff("Chen", Role::Moderator).await;
        h.merchant("Lin").await;
        h.says("Lin", "add vx 123").await;
        assert!(h.transcript(STAFF).contains("/uphold C-1 deletes it"), "{}", h.transcript(STAFF));
        h.says_in(STAFF, "Chen", "/uphold C-1").await;
        assert!(is_muted(h, "Lin"));
        assert_eq!(case(h, 1).await.0.notice, Notice::Told, "in private, through the group that they share");
        h.pass("11m").await;
        assert_eq!((state(h, 1).await, is_muted(h, "Lin")), (SanctionState::Lifted, false));
    });
}
