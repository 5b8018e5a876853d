//! While an announcement is on its way: taking turns, pausing, going on, stopping, and kills in between.

use bot_core::chat::{Pace, Rate, RetryScope};
use bot_core::directory::Purpose;
use bot_core::features::announcement::{self, NewAnnouncement, State};
use bot_core::features::segment::{Audience, To};
use bot_core::features::wording::Wording;
use bot_core::ids::{AnnouncementNo, StaffId};
use bot_core::roster::Role;
use bot_core::store::people::Tier;
use guildhall_sandbox::{Fault, Profile, Rule};

use super::{FORM, drafted, ledger, merchants, stored};
use crate::harness::{About, STAFF, Stage, story_about, story_with_crashes, with_profile};

/// A platform on which an account says ten things in a hundred seconds.
fn slow() -> Profile {
    let free = Rate { count: 1_000, per_ms: 1_000 };
    Profile::sandbox().paced(Pace { account: Rate { count: 10, per_ms: 100_000 }, chat: free, group: free })
}

/// Sends a text of this title, to all groups or to all people.
async fn sends(h: &Stage, by: &StaffId, title: &str, to: To) -> AnnouncementNo {
    let mut work = h.hall().begin().await.unwrap();
    let new = NewAnnouncement {
        wording: Wording::typed(Some(title), None, Some("Sign up")),
        audience: Some(Audience { to, ..Audience::default() }),
        ..NewAnnouncement::default()
    };
    let one = announcement::create(&mut work, new, by).await.unwrap();
    announcement::send_now(&mut work, one.no, by).await.unwrap();
    work.commit().await.unwrap();
    one.no
}

/// How many of its copies are in a state.
async fn count(h: &Stage, no: AnnouncementNo, state: &str) -> usize {
    ledger(h, no.0).await.iter().filter(|line| line.ends_with(&format!(" {state}"))).count()
}

/// Ops, and eight groups.
async fn eight_groups(h: &mut Stage) -> StaffId {
    for at in 0..8 {
        h.group(&format!("Group {at}"), Purpose::Community).await;
    }
    h.staff("Olivia", Role::Ops).await
}

#[test]
fn wherever_the_program_is_killed_everybody_gets_it_once() {
    story_with_crashes(&["@Ann", "@Ben", "@Cai"], async |h| {
        merchants(h, Tier::Crown, &["Ann", "Ben", "Cai"]).await;
        let olivia = h.staff("Olivia", Role::Ops).await;
        let mut work = h.hall().begin().await.unwrap();
        let new = NewAnnouncement {
            wording: Wording::typed(Some("Fair"), None, Some("Sign up")),
            audience: Some(Audience::all_people()),
            ..NewAnnouncement::default()
        };
        let one = announcement::create(&mut work, new, &olivia).await.unwrap();
        let at_ms = work.now_ms + 60_000;
        announcement::schedule(&mut work, one.no, at_ms, &olivia).await.unwrap();
        work.commit().await.unwrap();
        h.pass("5m").await;
        assert_eq!(stored(h, one.no.0).await.state, State::Sent);
        assert_eq!(ledger(h, one.no.0).await, ["Ann sent", "Ben sent", "Cai sent"]);
    });
}

#[test]
fn two_that_go_out_together_take_turns() {
    with_profile(&slow(), async |h| {
        let olivia = eight_groups(h).await;
        for title in ["First", "Second"] {
            sends(h, &olivia, title, To::Groups).await;
        }
        h.pass("1m").await;
        let mut sent = Vec::new();
        for no in [1, 2] {
            sent.push(count(h, AnnouncementNo(no), "sent").await);
        }
        assert!(sent[1] >= 2 && sent[0].abs_diff(sent[1]) <= 1, "side by side: {sent:?}");
        h.pass("5m").await;
        for no in [1, 2] {
            assert_eq!(stored(h, no).await.state, State::Sent);
        }
    });
}

#[test]
fn a_pause_holds_back_what_waits_until_somebody_lets_it_go_on() {
    story_about(&[About::Waits, About::Buttons], async |h| {
        merchants(h, Tier::Crown, &["Ann", "Ben", "Cai", "Dan"]).await;
        drafted(h, &FORM).await;
        let later = Fault::RetryAfter { wait_ms: 600_000, scope: RetryScope::Chat };
        h.world.faults().add(Rule::new(later).within(&h.chat("@Dan")).times(1));
        h.taps(STAFF, "Olivia", "Send now").await;
        h.pass("1m").await;
        assert_eq!(ledger(h, 1).await, ["Ann sent", "Ben sent", "Cai sent", "Dan queued"]);
        h.taps(STAFF, "Olivia", "Pause").await;
        h.pass("1m").await;
        assert_eq!(ledger(h, 1).await[3], "Dan planned", "it was taken out of the outbox");
        h.pass("30m").await;
        assert!(!h.transcript("@Dan").contains("Sign-up is open"), "{}", h.transcript("@Dan"));
        assert_eq!(stored(h, 1).await.state, State::Paused);
        h.pass("24h").await;
        h.latest(STAFF, "A-1 is still paused, 1 wait.");

        h.taps(STAFF, "Olivia", "Resume").await;
        h.pass("1m").await;
        assert_eq!(ledger(h, 1).await, ["Ann sent", "Ben sent", "Cai sent", "Dan sent"]);
        for name in ["@Ann", "@Dan"] {
            assert_eq!(h.transcript(name).matches("Sign-up is open").count(), 1, "{}", h.transcript(name));
        }
        h.latest(STAFF, "Sent 4 of 4");
    });
}

#[test]
fn what_is_cancelled_on_its_way_stands_where_it_arrived_and_can_be_recalled() {
    story_about(&[About::Waits, About::Buttons], async |h| {
        merchants(h, Tier::Crown, &["Ann", "Ben", "Dan"]).await;
        drafted(h, &FORM).await;
        let old = h.button(STAFF, "Olivia", "Cancel").unwrap();
        h.says_in(STAFF, "Olivia", "/announce A-1").await;
        let later = Fault::RetryAfter { wait_ms: 600_000, scope: RetryScope::Chat };
        h.world.faults().add(Rule::new(later).within(&h.chat("@Dan")).times(1));
        h.taps(STAFF, "Olivia", "Send now").await;
        h.pass("1m").await;
        h.touches(STAFF, "Olivia", &old);
        h.settle().await;
        assert_eq!(stored(h, 1).await.state, State::Sending, "an old card's button stops nothing");
        h.taps(STAFF, "Olivia", "Cancel the rest").await;
        h.pass("1m").await;
        assert_eq!(stored(h, 1).await.state, State::Stopped);
        assert_eq!(ledger(h, 1).await, ["Ann sent", "Ben sent", "Dan cancelled"]);
        let report = h.latest(STAFF, "Announcement A-1: stopped on its way").content.text.text;
        assert!(report.contains("1 stopped before they were sent"), "{report}");
        h.pass("30m").await;
        assert!(!h.transcript("@Dan").contains("Sign-up is open"), "{}", h.transcript("@Dan"));

        h.says_in(STAFF, "Olivia", "/announce recall A-1").await;
        h.taps(STAFF, "Olivia", "Recall from 2").await;
        h.pass("1m").await;
        assert_eq!(ledger(h, 1).await, ["Ann recalled", "Ben recalled", "Dan cancelled"]);
    });
}

#[test]
fn others_pass_a_paused_one_in_the_same_chats_and_it_goes_on_beside_them() {
    with_profile(&slow(), async |h| {
        let olivia = eight_groups(h).await;
        let first = sends(h, &olivia, "First", To::Groups).await;
        h.pass("25s").await;
        h.says_in(STAFF, "Olivia", "/announce pause A-1").await;
        h.pass("20s").await;
        let out = count(h, first, "sent").await;
        assert!((1..7).contains(&out), "{out}");
        assert_eq!(out + count(h, first, "planned").await, 9, "all groups, and the staff's own is none");
        let second = sends(h, &olivia, "Second", To::Groups).await;
        h.pass("5m").await;
        assert_eq!(stored(h, second.0).await.state, State::Sent, "nothing held it up");
        assert_eq!(count(h, first, "sent").await, out, "not one more");
        assert_eq!(stored(h, first.0).await.state, State::Paused);

        let third = sends(h, &olivia, "Third", To::Groups).await;
        h.says_in(STAFF, "Olivia", "/announce resume A-1").await;
        h.pass("1m").await;
        let sent = [count(h, first, "sent").await - out, count(h, third, "sent").await];
        assert!(sent[0] >= 1 && sent[1] >= 1, "side by side: {sent:?}");
        h.pass("10m").await;
        for no in [first, third] {
            assert_eq!(stored(h, no.0).await.state, State::Sent);
        }
        for at in 0..8 {
            let said = h.transcript(&format!("Group {at}"));
            for title in ["First", "Second", "Third"] {
                assert_eq!(said.matches(title).count(), 1, "{said}");
            }
        }
    });
}

#[test]
fn a_paused_one_that_is_recalled_ends_as_recalled_and_by_hand_too() {
    with_profile(&Profile::bare(), async |h| {
        merchants(h, Tier::Crown, &["Ann", "Ben"]).await;
        let olivia = h.staff("Olivia", Role::Ops).await;
        let later = Fault::RetryAfter { wait_ms: 600_000, scope: RetryScope::Chat };
        h.world.faults().add(Rule::new(later).within(&h.chat("@Ben")).times(1));
        sends(h, &olivia, "Fair", To::People).await;
        h.pass("1m").await;
        for (typed, said) in [
            ("/announce A-1", "Type /announce pause A-1"),
            ("/announce pause A-1", "Type /announce resume A-1"),
            ("/announce pause A-1", "Announcement A-1: paused"),
            ("/announce edit A-1", "It is still on its way."),
        ] {
            h.says_in(STAFF, "Olivia", typed).await;
            h.pass("1m").await;
            if typed.contains("edit") {
                h.says_in(STAFF, "Olivia", "/skip").await;
                h.says_in(STAFF, "Olivia", "Other words").await;
                h.says_in(STAFF, "Olivia", "/skip").await;
                h.pass("1m").await;
            }
            h.latest(STAFF, said);
        }
        h.says_in(STAFF, "Olivia", "/announce recall A-1 yes").await;
        h.pass("5m").await;
        // A platform like this deletes nothing.
        assert_eq!(ledger(h, 1).await, ["Ann recall_failed", "Ben cancelled"]);
        assert_eq!(stored(h, 1).await.state, State::Recalled);
        h.says_in(STAFF, "Olivia", "/announce resume A-1").await;
        h.pass("1m").await;
        h.latest(STAFF, "That cannot be done: it is recalled.");
    });
}

#[test]
fn wherever_the_program_is_killed_a_pause_holds_and_nobody_is_left_out() {
    story_with_crashes(&["@Ann", "@Ben"], async |h| {
        merchants(h, Tier::Crown, &["Ann", "Ben"]).await;
        let olivia = h.staff("Olivia", Role::Ops).await;
        let no = sends(h, &olivia, "Fair", To::People).await;
        let mut work = h.hall().begin().await.unwrap();
        announcement::pause(&mut work, no, &olivia).await.unwrap();
        work.commit().await.unwrap();
        h.pass("1m").await;
        assert_eq!(ledger(h, no.0).await, ["Ann planned", "Ben planned"]);
        let mut work = h.hall().begin().await.unwrap();
        announcement::resume(&mut work, no, &olivia).await.unwrap();
        work.commit().await.unwrap();
        h.pass("5m").await;
        assert_eq!(stored(h, no.0).await.state, State::Sent);
    });
}
