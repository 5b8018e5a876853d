//! What repeats: each time a sending of its own, once, wherever the program is killed and however long it was away.

use bot_core::features::FeatureConfig;
use bot_core::features::announcement::{
    self, AnnouncementConfig, NewAnnouncement, SeriesState, State, parse_rule,
};
use bot_core::features::segment::Audience;
use bot_core::features::wording::Wording;
use bot_core::ids::AnnouncementNo;
use bot_core::roster::Role;
use bot_core::store::announcement::series::{self, Series};
use bot_core::store::people::Tier;

use super::{FORM, drafted, ledger, merchants, stored};
use crate::harness::{STAFF, Stage, story, story_with_crashes};

async fn series_of(h: &Stage, no: i64) -> Series {
    let mut tx = h.hall().db.read().await.unwrap();
    series::get(&mut tx, AnnouncementNo(no)).await.unwrap().unwrap()
}

async fn sendings(h: &Stage, no: i64) -> Vec<i64> {
    let mut tx = h.hall().db.read().await.unwrap();
    let made = series::made(&mut tx, AnnouncementNo(no), 99).await.unwrap();
    made.into_iter().map(|no| no.0).rev().collect()
}

#[test]
fn wherever_the_program_is_killed_each_time_goes_out_once() {
    story_with_crashes(&["@Ann", "@Ben"], async |h| {
        merchants(h, Tier::Crown, &["Ann", "Ben"]).await;
        let olivia = h.staff("Olivia", Role::Ops).await;
        let mut work = h.hall().begin().await.unwrap();
        let new = NewAnnouncement {
            wording: Wording::typed(Some("Fair"), None, Some("Sign up")),
            audience: Some(Audience::all_people()),
            ..NewAnnouncement::default()
        };
        let one = announcement::create(&mut work, new, &olivia).await.unwrap();
        let rule = parse_rule(&work, "FREQ=HOURLY;BYMINUTE=30;COUNT=2", None).unwrap();
        announcement::set_rule(&mut work, one.no, rule, &olivia).await.unwrap();
        announcement::start_series(&mut work, one.no, &olivia).await.unwrap();
        work.commit().await.unwrap();
        h.pass("1h").await;
        h.pass("2h").await;
        assert_eq!(sendings(h, 1).await, [2, 3], "no burst, and none left out");
        for no in [2, 3] {
            assert_eq!(stored(h, no).await.state, State::Sent);
            assert_eq!(ledger(h, no).await, ["Ann sent", "Ben sent"]);
        }
        let ended = series_of(h, 1).await;
        assert_eq!((ended.state, ended.sent, ended.next_ms), (SeriesState::Ended, 2, None));
        assert_eq!(stored(h, 1).await.state, State::Draft, "the template stays");
    });
}

#[test]
fn a_rule_is_given_shown_paused_and_ended_in_the_chat() {
    story(async |h| {
        merchants(h, Tier::Crown, &["Ann"]).await;
        drafted(h, &FORM).await;
        h.says_in(STAFF, "Olivia", "/announce expires A-1 2026-11-22 12:00").await;
        h.says_in(STAFF, "Olivia", "/announce repeat A-1 cron 0 9 * * *").await;
        let card = h.latest(STAFF, "Repeats: cron 0 9 * * *").content.text.text;
        assert!(card.contains("Next: 2026-11-22 09:00 · 2026-11-23 09:00 · 2026-11-24 09:00"), "{card}");
        assert!(card.contains("Each sending expires 3 h"), "{card}");
        h.says_in(STAFF, "Olivia", "/announce send A-1").await;
        h.latest(STAFF, "A-1 repeats and goes out by its rule.");
        h.pass("18h").await;
        assert_eq!(sendings(h, 1).await, [2]);
        assert_eq!(ledger(h, 2).await, ["Ann sent"]);
        h.says_in(STAFF, "Olivia", "/announce A-2").await;
        h.latest(STAFF, "One of the sendings of A-1, which repeats");
        h.pass("3h").await;
        assert_eq!(stored(h, 2).await.state, State::Expired, "three hours after its time");
        h.says_in(STAFF, "Olivia", "/announce A-1").await;
        h.latest(STAFF, "It has gone out once, last as A-2.");

        h.says_in(STAFF, "Olivia", "/announce repeat A-1 pause").await;
        h.latest(STAFF, "It is paused.");
        h.pass("24h").await;
        assert_eq!(sendings(h, 1).await, [2], "paused");
        h.says_in(STAFF, "Olivia", "/announce repeat A-1 resume").await;
        h.pass("24h").await;
        assert_eq!(sendings(h, 1).await, [2, 3], "what fell into the pause is not made up for");
        h.says_in(STAFF, "Olivia", "/announce repeat A-1 none").await;
        h.pass("48h").await;
        assert_eq!(sendings(h, 1).await, [2, 3]);
        let mut tx = h.hall().db.read().await.unwrap();
        let acts = bot_core::store::audit::of(&mut tx, "A-1").await.unwrap();
        for act in ["repeat", "repeat_start", "repeat_pause", "repeat_end"] {
            let act = format!("announcement.{act}");
            assert!(acts.iter().any(|one| one.act == act), "{act}: {acts:?}");
        }
    });
}

#[test]
fn what_makes_no_sense_is_one_sentence_and_changes_nothing() {
    story(async |h| {
        merchants(h, Tier::Crown, &["Ann"]).await;
        drafted(h, &FORM).await;
        for (typed, said) in [
            ("", "Say when it goes out again"),
            (" soon", "I cannot read “soon” as a rule."),
            (" cron 0 9 * *", "this one has 4"),
            (" cron 61 9 * * *", "“61” is no minute of a cron line."),
            (" rrule FREQ=WEEKLY;BYDAY=XX", "does not take “BYDAY=XX”"),
            (" cron 0 9 30 2 *", "It would never go out"),
            (" cron * * * * *", "more often than once an hour"),
            (" pause", "It does not repeat."),
            (" none", "It does not repeat."),
        ] {
            h.says_in(STAFF, "Olivia", &*format!("/announce repeat A-1{typed}")).await;
            h.latest(STAFF, said);
        }
        let mut tx = h.hall().db.read().await.unwrap();
        assert_eq!(series::get(&mut tx, AnnouncementNo(1)).await.unwrap(), None);
    });
}

#[test]
fn what_was_changed_waits_for_a_second_person_and_the_staff_hear_why() {
    story(async |h| {
        let announcements = AnnouncementConfig { approve_from: 1, ..AnnouncementConfig::default() };
        h.starts_with(FeatureConfig { announcements, ..FeatureConfig::default() }).await;
        merchants(h, Tier::Crown, &["Ann"]).await;
        h.staff("Otto", Role::Ops).await;
        drafted(h, &FORM).await;
        h.says_in(STAFF, "Olivia", "/announce repeat A-1 every day 09:00").await;
        h.pass("18h").await;
        h.latest(STAFF, "It goes to 1: from 1 on");
        assert_eq!(sendings(h, 1).await, [] as [i64; 0], "nobody approved it");
        assert_eq!(series_of(h, 1).await.state, SeriesState::Waiting);

        h.says_in(STAFF, "Olivia", "/announce A-1").await;
        approves(h).await;
        assert_eq!(series_of(h, 1).await.state, SeriesState::Going, "approved, it goes on");
        h.pass("24h").await;
        assert_eq!(sendings(h, 1).await, [2]);
        assert_eq!(ledger(h, 2).await, ["Ann sent"]);

        h.says_in(STAFF, "Olivia", "/announce audience A-1 tier crown, diamond").await;
        assert!(h.transcript(STAFF).contains("It was changed since it was started."));
        h.pass("24h").await;
        assert_eq!(sendings(h, 1).await, [2], "what nobody approved does not go out");
        h.says_in(STAFF, "Olivia", "/announce A-1").await;
        approves(h).await;
        h.pass("24h").await;
        assert_eq!(sendings(h, 1).await, [2, 3]);
    });
}

/// Otto approves what the latest card shows.
async fn approves(h: &mut Stage) {
    let typed = h.latest(STAFF, "/announce approve A-1 ").content.text.text;
    let code = typed.split("/announce approve A-1 ").nth(1).unwrap().split_whitespace().next().unwrap();
    h.says_in(STAFF, "Otto", &*format!("/announce approve A-1 {code}")).await;
}
