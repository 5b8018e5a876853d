//! When its time is over, nothing more of an announcement goes out, and its pins come off.

use bot_core::chat::RetryScope;
use bot_core::features::announcement::State;
use bot_core::store::delivery;
use bot_core::store::people::Tier;
use guildhall_sandbox::{Fault, Rule};

use super::{FORM, drafted, ledger, merchants, stored};
use crate::harness::{About, GROUP, STAFF, story, story_about};

#[test]
fn what_has_not_gone_out_by_then_never_does() {
    story_about(&[About::Waits], async |h| {
        merchants(h, Tier::Crown, &["Ann", "Dan"]).await;
        drafted(h, &FORM).await;
        h.says_in(STAFF, "Olivia", "/announce expires A-1 in 30m").await;
        h.latest(STAFF, "Expires at 2026-11-21 16:30");
        let later = Fault::RetryAfter { wait_ms: 7_200_000, scope: RetryScope::Chat };
        h.world.faults().add(Rule::new(later).within(&h.chat("@Dan")).times(1));
        h.says_in(STAFF, "Olivia", "/announce send A-1").await;
        h.pass("1m").await;
        assert_eq!(ledger(h, 1).await, ["Ann sent", "Dan queued"]);
        h.pass("40m").await;
        assert_eq!(ledger(h, 1).await, ["Ann sent", "Dan cancelled"]);
        assert_eq!(stored(h, 1).await.state, State::Expired);
        h.latest(STAFF, "Announcement A-1: expired");
        h.pass("3h").await;
        assert!(!h.transcript("@Dan").contains("Sign-up is open"), "{}", h.transcript("@Dan"));
        assert!(!h.transcript("@Ann").contains("(deleted)"), "copies stand");
        h.says_in(STAFF, "Olivia", "/announce send A-1").await;
        h.latest(STAFF, "It is expired already.");
        h.says_in(STAFF, "Olivia", "/announce recall A-1 yes").await;
        h.pass("1m").await;
        assert_eq!(ledger(h, 1).await, ["Ann recalled", "Dan cancelled"]);
    });
}

#[test]
fn its_pin_and_its_notice_come_off() {
    story(async |h| {
        let mut answers = FORM;
        answers[3] = ("audience", "all groups");
        h.merchant("Ann").await;
        drafted(h, &answers).await;
        h.says_in(STAFF, "Olivia", "/announce pin A-1").await;
        h.says_in(STAFF, "Olivia", "/announce send A-1").await;
        h.pass("1m").await;
        assert_eq!(stored(h, 1).await.state, State::Sent);
        h.says_in(STAFF, "Olivia", "/announce expires A-1 in 1h").await;
        h.pass("2h").await;
        assert_eq!(stored(h, 1).await.state, State::Expired);
        let mut tx = h.hall().db.read().await.unwrap();
        let copies = delivery::page(&mut tx, "A-1", None, "", 9).await.unwrap();
        assert!(copies.iter().all(|copy| copy.pin.as_deref() == Some("off")), "{copies:?}");
        assert!(h.transcript(GROUP).contains("Sign-up is open"), "{}", h.transcript(GROUP));
        assert!(!h.transcript(STAFF).contains("still pinned"), "{}", h.transcript(STAFF));
        assert!(!h.transcript(STAFF).contains("still stands on the board"), "{}", h.transcript(STAFF));
    });
}

#[test]
fn a_time_that_makes_no_sense_is_one_sentence() {
    story(async |h| {
        merchants(h, Tier::Crown, &["Ann"]).await;
        drafted(h, &FORM).await;
        for (typed, said) in [
            ("expires A-1 soon", "I cannot read"),
            ("expires A-1 09:00 local", "is no time at which it could expire"),
            ("expires A-1 2026-11-20 10:00", "has passed"),
            ("expires A-1 in 2h", "Expires at 2026-11-21 18:0"),
            ("schedule A-1 19:00", "before it would be sent"),
            ("expires A-1 never", "Announcement A-1: draft"),
        ] {
            h.says_in(STAFF, "Olivia", format!("/announce {typed}").as_str()).await;
            if said != "I cannot read" {
                h.latest(STAFF, said);
            }
        }
        assert_eq!(stored(h, 1).await.expires_at_ms, None);
    });
}
