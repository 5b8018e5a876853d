//! Locks: only a group's admins write for a time.

use bot_core::chat::{RejectionKind, Right};
use bot_core::roster::Role;
use guildhall_sandbox::{Fault, Refusal, Rule};

use crate::harness::{GROUP, STAFF, Stage, story, story_with_crashes};

fn is_locked(h: &Stage) -> bool {
    h.world.chat(&h.chat(GROUP), None, 0).unwrap().locked
}

#[test]
fn a_lock_holds_until_its_time_and_is_explained_to_members_and_staff() {
    story(async |h| {
        h.staff("Chen", Role::Moderator).await;
        let lin = h.merchant("Lin").await;
        h.says("Chen", "/lock 30m spam raid").await;
        h.latest(GROUP, "For now only admins can write here, until");
        h.latest(GROUP, "(spam raid). Your private chat with me stays open.");
        h.latest(STAFF, "Chen locks “Sellers” until");
        assert_eq!(h.world.say(&lin, &h.chat(GROUP), "hello?"), Err(Refusal::Locked));
        h.pass("29m").await;
        assert!(is_locked(h));
        h.pass("2m").await;
        assert!(!is_locked(h));
        h.latest(GROUP, "Everybody can write here again.");
        h.says("Lin", "hello").await;
        assert_eq!(h.open_actions().await, []);
    });
}

#[test]
fn locking_again_moves_the_end_and_unlock_ends_it() {
    story(async |h| {
        h.staff("Chen", Role::Moderator).await;
        h.platform_admin("Chen").await;
        h.says("Chen", "/lock 30m").await;
        h.pass("20m").await;
        h.says("Chen", "/lock 2h").await;
        h.latest(GROUP, "The lock now ends");
        h.pass("1h").await;
        assert!(is_locked(h), "the first end was moved");
        h.says("Chen", "/unlock").await;
        assert!(!is_locked(h));
        h.says("Chen", "/unlock").await;
        h.latest(GROUP, "This group is not locked.");
    });
}

#[test]
fn what_the_group_allowed_before_is_brought_back_even_after_a_crash() {
    story(async |h| {
        h.staff("Chen", Role::Moderator).await;
        h.merchant("Ann").await;
        h.platform_admin("Ann").await;
        h.world.set_locked(&h.user("Ann"), &h.chat(GROUP), true).unwrap();
        h.platform_admin("Chen").await;
        h.says("Chen", "/lock 30m").await;
        h.kill();
        h.start().await;
        h.pass("31m").await;
        assert!(is_locked(h), "the admin's own lock stands again");
        assert_eq!(h.open_actions().await, []);
    });
}

#[test]
fn a_refused_lock_and_a_refused_opening_are_told_to_staff_with_the_cure() {
    story(async |h| {
        h.staff("Chen", Role::Moderator).await;
        h.platform_admin("Chen").await;
        let refused = || Rule::new(Fault::Refuse { why: RejectionKind::MissingRight });
        h.world.faults().add(refused().on("lock").times(1));
        h.says("Chen", "/lock 30m").await;
        h.latest(STAFF, "“Sellers” could not be locked");
        h.says("Chen", "/unlock").await;
        h.latest(GROUP, "This group is not locked.");

        h.says("Chen", "/lock 30m").await;
        h.world.faults().add(refused().on("unlock").times(2));
        h.pass("35m").await;
        h.latest(STAFF, "“Sellers” could not be opened again");
        assert!(is_locked(h));
        h.pass("30m").await;
        assert!(!is_locked(h), "it is tried until it is done");
        assert_eq!(h.transcript(STAFF).matches("could not be opened again").count(), 1, "told once");
    });
}

#[test]
fn a_lock_ends_however_long_the_outage() {
    story(async |h| {
        h.staff("Chen", Role::Moderator).await;
        h.platform_admin("Chen").await;
        h.says("Chen", "/lock 1h").await;
        h.world.faults().always(Fault::Down);
        h.pass("24h").await;
        assert!(is_locked(h));
        h.world.faults().clear();
        h.pass("2m").await;
        assert!(!is_locked(h));
    });
}

#[test]
fn only_moderators_lock_and_only_where_it_can_be() {
    story(async |h| {
        h.staff("Chen", Role::Moderator).await;
        h.merchant("Lin").await;
        h.says("Lin", "/lock 1h").await;
        assert!(!is_locked(h));
        h.says_in(STAFF, "Chen", "/lock 1h").await;
        h.latest(STAFF, "Only a community group can be locked.");
        h.says("Chen", "/lock 30d").await;
        h.latest(GROUP, "A lock lasts from 1 minute to 7 days.");
        h.world.set_bot_rights(&h.chat(GROUP), Some(&[Right::Write, Right::DeleteMessages])).unwrap();
        h.settle().await;
        h.says("Chen", "/lock 1h").await;
        h.latest(GROUP, "I cannot lock this group.");
        assert!(!is_locked(h));
    });
}

#[test]
fn a_lock_and_its_end_happen_once_wherever_the_program_dies() {
    story_with_crashes(&[], async |h| {
        h.staff("Chen", Role::Moderator).await;
        h.platform_admin("Chen").await;
        h.says("Chen", "/lock 10m raid").await;
        h.pass("1m").await;
        assert!(is_locked(h));
        h.pass("11m").await;
        assert!(!is_locked(h));
        let told = |words: &str| h.transcript(GROUP).matches(words).count();
        assert!(told("For now only admins can write") <= 1 && told("Everybody can write here again") <= 1);
        let notices = (told("only admins can write now"), told("everybody can write again"));
        assert_eq!(notices, (1, 1), "{}", h.transcript(GROUP));
    });
}
