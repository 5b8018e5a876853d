//! Four eyes: who did not write it approves what goes to many, and sees exactly what that is.

use bot_core::features::FeatureConfig;
use bot_core::features::announcement::{AnnouncementConfig, State};
use bot_core::roster::Role;
use bot_core::store::audit;
use bot_core::store::people::Tier;

use super::{FORM, drafted, ledger, merchants, stored};
use crate::harness::{About, STAFF, Stage, story, story_about};

/// A house in which a second person approves what goes to two or more.
async fn from_two_on(h: &mut Stage) {
    let announcements = AnnouncementConfig { approve_from: 2, ..AnnouncementConfig::default() };
    h.starts_with(FeatureConfig { announcements, ..FeatureConfig::default() }).await;
    merchants(h, Tier::Crown, &["Ann", "Ben"]).await;
    h.staff("Otto", Role::Admin).await;
}

fn card(h: &Stage, text: &str) -> String {
    h.latest(STAFF, text).content.text.text
}

#[test]
fn what_goes_to_many_waits_for_somebody_who_did_not_write_it() {
    story_about(&[About::Buttons], async |h| {
        from_two_on(h).await;
        drafted(h, &FORM).await;
        assert!(card(h, "A-1: draft").contains("It goes to 2: from 2 on, somebody who did not write in it"));
        h.taps(STAFF, "Olivia", "Send now").await;
        assert_eq!(stored(h, 1).await.state, State::Draft);
        h.taps(STAFF, "Olivia", "Approve").await;
        assert!(h.transcript(STAFF).contains("You wrote in it yourself."), "{}", h.transcript(STAFF));
        assert_eq!(stored(h, 1).await.approval, None);

        h.taps(STAFF, "Otto", "Approve").await;
        assert!(card(h, "A-1: draft").contains("Approved by Otto at"), "{}", card(h, "A-1: draft"));
        h.taps(STAFF, "Olivia", "Change text").await;
        h.fills(STAFF, "Olivia", &[("en", "Sign-up is open until Friday")]).await;
        let changed = card(h, "It was changed after Otto approved it");
        let old = h.button(STAFF, "Otto", "Approve").unwrap();
        h.says_in(STAFF, "Olivia", "/announce A-1").await;
        h.taps(STAFF, "Olivia", "Pin: off").await;
        h.touches(STAFF, "Otto", &old);
        h.settle().await;
        assert!(h.transcript(STAFF).contains("It was changed since this preview."), "{changed}");
        h.taps(STAFF, "Olivia", "Send now").await;
        assert_eq!(stored(h, 1).await.state, State::Draft, "any edit voids it");

        h.says_in(STAFF, "Otto", "/announce A-1").await;
        h.taps(STAFF, "Otto", "Approve").await;
        h.taps(STAFF, "Olivia", "Send now").await;
        h.pass("1m").await;
        assert_eq!(ledger(h, 1).await, ["Ann sent", "Ben sent"]);
        let mut tx = h.hall().db.read().await.unwrap();
        let acts = audit::of(&mut tx, "A-1").await.unwrap();
        let acts: Vec<&str> = acts.iter().map(|act| act.act.trim_start_matches("announcement.")).collect();
        assert_eq!(acts, ["create", "approve", "change", "pin", "approve", "send"]);
    });
}

#[test]
fn a_scheduled_one_that_nobody_approved_does_not_go_out_and_the_staff_hear_of_it() {
    story(async |h| {
        from_two_on(h).await;
        let mut answers = FORM;
        answers[4] = ("when", "in 10m");
        drafted(h, &answers).await;
        h.says_in(STAFF, "Olivia", "/announce schedule A-1 in 10m").await;
        assert_eq!(stored(h, 1).await.state, State::Scheduled);
        assert!(h.transcript(STAFF).contains("Unless it is approved by then"), "{}", h.transcript(STAFF));
        h.pass("11m").await;
        assert_eq!(stored(h, 1).await.state, State::Draft);
        assert_eq!(ledger(h, 1).await, [] as [&str; 0]);
        h.latest(STAFF, "A-1 did not go out at its time and is a draft again.");

        h.says_in(STAFF, "Olivia", "/announce schedule A-1 in 10m").await;
        let typed = h.latest(STAFF, "/announce approve A-1 ").content.text.text;
        let code = typed.split("/announce approve A-1 ").nth(1).unwrap().split_whitespace().next().unwrap();
        for (name, wrong) in
            [("Otto", "/announce approve A-1"), ("Olivia", &format!("/announce approve A-1 {code}"))]
        {
            h.says_in(STAFF, name, wrong).await;
        }
        h.pass("1s").await;
        assert_eq!(stored(h, 1).await.approval, None, "not unseen, and not by who wrote it");
        h.says_in(STAFF, "Otto", &*format!("/announce approve A-1 {code}")).await;
        h.pass("11m").await;
        assert_eq!(ledger(h, 1).await, ["Ann sent", "Ben sent"]);
    });
}

#[test]
fn another_text_for_what_is_out_is_proposed_by_one_and_approved_by_another() {
    story_about(&[About::Edits, About::Buttons], async |h| {
        from_two_on(h).await;
        drafted(h, &FORM).await;
        h.taps(STAFF, "Otto", "Approve").await;
        h.taps(STAFF, "Otto", "Send now").await;
        h.pass("1m").await;
        h.says_in(STAFF, "Otto", "/announce edit A-1").await;
        h.fills(STAFF, "Otto", &[("en", "Sign-up is open until Friday")]).await;
        h.pass("1m").await;
        assert!(card(h, "Otto proposes another text.").contains("until Friday"));
        assert!(!h.transcript("@Ann").contains("until Friday"), "{}", h.transcript("@Ann"));
        h.taps(STAFF, "Otto", "Approve").await;
        assert!(h.transcript(STAFF).contains("You wrote in it yourself."));
        h.taps(STAFF, "Olivia", "Approve").await;
        h.pass("1m").await;
        for name in ["@Ann", "@Ben"] {
            assert!(h.transcript(name).contains("until Friday"), "{}", h.transcript(name));
        }
    });
}

#[test]
fn whoever_reaches_those_whom_the_house_watches_over_needs_a_second_person() {
    story(async |h| {
        let approve_segments = vec!["tier crown".to_owned()];
        let announcements = AnnouncementConfig { approve_segments, ..AnnouncementConfig::default() };
        h.starts_with(FeatureConfig { announcements, ..FeatureConfig::default() }).await;
        merchants(h, Tier::Crown, &["Ann"]).await;
        merchants(h, Tier::Heart, &["Ben"]).await;
        drafted(h, &FORM).await;
        for (audience, goes) in [("everyone", false), ("tier heart", true)] {
            h.says_in(STAFF, "Olivia", &*format!("/announce audience A-1 {audience}")).await;
            h.says_in(STAFF, "Olivia", "/announce send A-1").await;
            h.pass("1m").await;
            assert_eq!(stored(h, 1).await.state == State::Sent, goes, "{audience}");
        }
        assert!(h.transcript(STAFF).contains("It reaches tier crown"), "{}", h.transcript(STAFF));
        assert_eq!(ledger(h, 1).await, ["Ben sent"]);
    });
}
