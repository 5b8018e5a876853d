//! Announcements go out when it is day where their recipients are.

use bot_core::features::FeatureConfig;
use bot_core::features::announcement::{self, AnnouncementConfig, NewAnnouncement, State};
use bot_core::features::segment::Audience;
use bot_core::features::wording::Wording;
use bot_core::roster::Role;
use bot_core::store::announcement::zone::{self, Whose};
use bot_core::store::chat;
use bot_core::store::people::Tier;

use super::{FORM, drafted, ledger, merchants, stored};
use crate::harness::{STAFF, Stage, story, story_with_crashes};

// Stories begin at 16:00 in Shanghai, 08:00 UTC: it is 17:00 in Tokyo, 09:00 in Berlin, 00:00 in Los Angeles.
const SLEEPS: &str = "America/Los_Angeles";

async fn with_quiet(h: &mut Stage) {
    let announcements = AnnouncementConfig { quiet: "22:00-08:00".into(), ..AnnouncementConfig::default() };
    h.starts_with(FeatureConfig { announcements, ..FeatureConfig::default() }).await;
}

async fn sets_zone(h: &mut Stage, name: &str, zone: &str) {
    h.says_in(&format!("@{name}"), name, format!("/zone {zone}").as_str()).await;
    h.latest(&format!("@{name}"), &format!("Noted: {zone}."));
}

#[test]
fn who_sleeps_gets_it_in_their_morning_and_the_card_says_so_before() {
    story(async |h| {
        with_quiet(h).await;
        merchants(h, Tier::Crown, &["Ann", "Ben"]).await;
        sets_zone(h, "Ben", SLEEPS).await;
        drafted(h, &FORM).await;
        let card = h.latest(STAFF, "Announcement A-1: draft").content.text.text;
        assert!(card.contains("1 waits until 11-21 08:00 there (America/Los_Angeles)"), "{card}");
        assert!(card.contains("Nobody gets it in their quiet hours (22:00-08:00)"), "{card}");
        h.taps(STAFF, "Olivia", "Send now").await;
        h.pass("1m").await;
        assert_eq!(ledger(h, 1).await, ["Ann sent", "Ben planned"]);
        assert_eq!(stored(h, 1).await.state, State::Sending);
        h.says_in(STAFF, "Olivia", "/announce A-1").await;
        h.latest(STAFF, "1 waits until 11-21 08:00 there");
        h.pass("7h").await;
        assert_eq!(ledger(h, 1).await, ["Ann sent", "Ben planned"]);
        h.pass("1h").await;
        assert_eq!(ledger(h, 1).await, ["Ann sent", "Ben sent"]);
        assert_eq!(stored(h, 1).await.state, State::Sent);
        h.latest(STAFF, "Sent 2 of 2");
    });
}

#[test]
fn what_ignores_quiet_hours_wakes_people() {
    story(async |h| {
        with_quiet(h).await;
        merchants(h, Tier::Crown, &["Ben"]).await;
        sets_zone(h, "Ben", SLEEPS).await;
        drafted(h, &FORM).await;
        h.says_in(STAFF, "Olivia", "/announce loud A-1").await;
        h.latest(STAFF, "It goes out in quiet hours (22:00-08:00) too.");
        h.says_in(STAFF, "Olivia", "/announce send A-1").await;
        h.pass("1m").await;
        assert_eq!(ledger(h, 1).await, ["Ben sent"]);
        let mut tx = h.hall().db.read().await.unwrap();
        let acts = bot_core::store::audit::of(&mut tx, "A-1").await.unwrap();
        assert!(acts.iter().any(|act| act.act == "announcement.loud"), "{acts:?}");
    });
}

#[test]
fn at_nine_by_each_ones_own_clock_wherever_the_program_is_killed() {
    story_with_crashes(&["@Ann", "@Ben", "@Cai"], async |h| {
        merchants(h, Tier::Crown, &["Ann", "Ben", "Cai"]).await;
        let olivia = h.staff("Olivia", Role::Ops).await;
        let mut work = h.hall().begin().await.unwrap();
        for (name, zone) in [("Ben", "Asia/Tokyo"), ("Cai", "Europe/Berlin")] {
            let tx = work.tx().await.unwrap();
            let user = chat::user_by_key(tx, h.world.account(), &h.user(name)).await.unwrap().unwrap();
            zone::put(tx, Whose::Person(user.person.as_str()), Some(zone)).await.unwrap();
        }
        let new = NewAnnouncement {
            wording: Wording::typed(Some("Fair"), None, Some("Sign up")),
            audience: Some(Audience::all_people()),
            ..NewAnnouncement::default()
        };
        let no = announcement::create(&mut work, new, &olivia).await.unwrap().no;
        let nine = "2026-11-22T09:00".parse().unwrap();
        announcement::schedule_local(&mut work, no, nine, &olivia).await.unwrap();
        work.commit().await.unwrap();
        // That is 00:00 UTC in Tokyo, 01:00 in Shanghai, 08:00 in Berlin; it is 08:00 UTC on the day before.
        h.pass("15h").await;
        assert_eq!(ledger(h, 1).await, [] as [&str; 0]);
        h.pass("90m").await;
        assert_eq!(ledger(h, 1).await, ["Ann planned", "Ben sent", "Cai planned"]);
        h.pass("60m").await;
        assert_eq!(ledger(h, 1).await, ["Ann sent", "Ben sent", "Cai planned"]);
        h.pass("7h").await;
        assert_eq!(ledger(h, 1).await, ["Ann sent", "Ben sent", "Cai sent"]);
        assert_eq!(stored(h, 1).await.state, State::Sent);
    });
}

#[test]
fn who_waits_can_be_paused_and_stopped() {
    story(async |h| {
        with_quiet(h).await;
        merchants(h, Tier::Crown, &["Ann", "Ben"]).await;
        sets_zone(h, "Ben", SLEEPS).await;
        drafted(h, &FORM).await;
        h.taps(STAFF, "Olivia", "Send now").await;
        h.pass("1m").await;
        h.says_in(STAFF, "Olivia", "/announce pause A-1").await;
        h.pass("9h").await;
        assert_eq!(ledger(h, 1).await, ["Ann sent", "Ben planned"], "it is morning there, and it is paused");
        h.says_in(STAFF, "Olivia", "/announce resume A-1").await;
        h.pass("1m").await;
        assert_eq!(ledger(h, 1).await, ["Ann sent", "Ben sent"]);
        h.says_in(STAFF, "Olivia", "/announce").await;
        h.fills(STAFF, "Olivia", &FORM).await;
        h.pass("14h").await;
        h.says_in(STAFF, "Olivia", "/announce loud A-2").await;
        h.says_in(STAFF, "Olivia", "/announce loud A-2").await;
        h.says_in(STAFF, "Olivia", "/announce send A-2").await;
        h.pass("1m").await;
        // 23:02 in Los Angeles, 15:02 in Shanghai.
        assert_eq!(ledger(h, 2).await, ["Ann sent", "Ben planned"]);
        h.says_in(STAFF, "Olivia", "/announce cancel A-2").await;
        h.pass("1d").await;
        assert_eq!(ledger(h, 2).await, ["Ann sent", "Ben cancelled"]);
        assert_eq!(stored(h, 2).await.state, State::Stopped);
    });
}

#[test]
fn a_zone_is_set_by_who_it_is_of_and_by_staff() {
    story(async |h| {
        merchants(h, Tier::Crown, &["Ann"]).await;
        h.says_in("@Ann", "Ann", "/zone Asia/Shangai").await;
        h.latest("@Ann", "Did you mean Asia/Shanghai?");
        h.says_in("@Ann", "Ann", "/zone").await;
        h.latest("@Ann", "No time zone is set here.");
        h.says("Ann", "/zone Asia/Tokyo").await;
        h.latest(crate::harness::GROUP, "Your role does not allow setting the time zone here.");
        h.staff("Olivia", Role::Ops).await;
        h.says_in(crate::harness::GROUP, "Olivia", "/zone Asia/Tokyo").await;
        h.latest(crate::harness::GROUP, "Noted: Asia/Tokyo.");
        h.says_in("@Ann", "Ann", "/zone none").await;
        h.latest("@Ann", "No time zone is set here any more.");
        h.says_in(STAFF, "Olivia", "/announce").await;
        h.fills(STAFF, "Olivia", &FORM).await;
        h.says_in(STAFF, "Olivia", "/announce schedule A-1 17:30 local").await;
        h.latest(STAFF, "the first get it at 2026-11-21 16:30");
        h.says_in(STAFF, "Olivia", "/announce schedule A-1 2026-11-21 16:30 local").await;
        h.latest(STAFF, "It is past 2026-11-21 16:30 already in Asia/Tokyo.");
    });
}
