//! Readers say that they have read it, each once, and the ledger counts them.

use bot_core::store::acknowledge;
use bot_core::store::people::Tier;

use super::{FORM, drafted, merchants};
use crate::harness::{About, STAFF, Stage, story, story_about};

async fn read_by(h: &Stage) -> Vec<String> {
    let mut tx = h.hall().db.read().await.unwrap();
    let mut names: Vec<String> =
        acknowledge::page(&mut tx, "A-1", "", 9).await.unwrap().into_iter().map(|one| one.name).collect();
    names.sort();
    names
}

#[test]
fn who_presses_got_it_is_counted_once() {
    story_about(&[About::Buttons], async |h| {
        merchants(h, Tier::Crown, &["Ann", "Ben"]).await;
        drafted(h, &FORM).await;
        h.taps(STAFF, "Olivia", "Receipt: off").await;
        let card = h.latest(STAFF, "Announcement A-1: draft").content.text.text;
        assert!(card.contains("Readers are asked to press “Got it”"), "{card}");
        h.says_in(STAFF, "Olivia", "/announce test A-1").await;
        h.pass("1m").await;
        h.taps("@Olivia", "Olivia", "Got it").await;
        assert_eq!(read_by(h).await, [] as [&str; 0], "a test counts nobody");
        h.taps(STAFF, "Olivia", "Send now").await;
        h.pass("1m").await;
        for _ in 0..2 {
            h.taps("@Ann", "Ann", "Got it").await;
        }
        assert_eq!(read_by(h).await, ["Ann"]);
        h.says_in(STAFF, "Olivia", "/announce A-1").await;
        h.latest(STAFF, "1 person has pressed “Got it”.");
        h.says_in(STAFF, "Olivia", "/announce edit A-1").await;
        h.fills(STAFF, "Olivia", &[("en", "Sign-up is open until Friday")]).await;
        h.pass("1m").await;
        h.taps("@Ben", "Ben", "Got it").await;
        assert_eq!(read_by(h).await, ["Ann", "Ben"], "an edited copy keeps its button");
    });
}

#[test]
fn got_it_is_said_wherever_there_are_buttons_or_numbers() {
    story(async |h| {
        merchants(h, Tier::Crown, &["Ann", "Ben"]).await;
        drafted(h, &FORM).await;
        h.says_in(STAFF, "Olivia", "/announce receipt A-1").await;
        h.taps(STAFF, "Olivia", "Send now").await;
        h.pass("1m").await;
        h.taps("@Ann", "Ann", "Got it").await;
        assert_eq!(read_by(h).await, ["Ann"]);
        let copy = h.latest("@Ben", "Sign-up is open").content.text.text;
        if copy.contains("1. Got it") {
            // Without a quote the number alone is enough in private, while nothing else was asked since.
            h.says_in("@Ben", "Ben", "1").await;
        } else {
            h.taps("@Ben", "Ben", "Got it").await;
        }
        assert_eq!(read_by(h).await, ["Ann", "Ben"]);
        h.says_in(STAFF, "Olivia", "/announce A-1").await;
        h.latest(STAFF, "2 people have pressed “Got it”.");
    });
}
