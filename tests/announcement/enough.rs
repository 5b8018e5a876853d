//! Who wants nothing pushed gets nothing pushed, and nobody gets more than the house allows.

use bot_core::features::FeatureConfig;
use bot_core::features::announcement::AnnouncementConfig;
use bot_core::store::delivery;
use bot_core::store::people::Tier;

use super::{FORM, drafted, ledger, merchants};
use crate::harness::{STAFF, Stage, story};

/// Why copies were not sent, by name.
async fn why(h: &Stage, no: i64) -> Vec<String> {
    let mut tx = h.hall().db.read().await.unwrap();
    let copies = delivery::page(&mut tx, &format!("A-{no}"), None, "", 100).await.unwrap();
    let mut lines: Vec<String> =
        copies.iter().filter_map(|copy| Some(format!("{} {}", copy.name, copy.reason.as_deref()?))).collect();
    lines.sort();
    lines
}

#[test]
fn who_wants_nothing_pushed_is_left_out_and_named_before() {
    story(async |h| {
        merchants(h, Tier::Crown, &["Ann", "Ben"]).await;
        h.says_in("@Ben", "Ben", "/news never").await;
        assert!(h.transcript("@Ben").contains("I know “on” and “off”."), "{}", h.transcript("@Ben"));
        h.says_in("@Ben", "Ben", "/news off").await;
        h.latest("@Ben", "I tell you of no more news and activities in private.");
        h.says_in("@Ben", "Ben", "/news").await;
        h.latest("@Ben", "I tell you of no news and activities in private.");
        drafted(h, &FORM).await;
        let card = h.latest(STAFF, "Announcement A-1: draft").content.text.text;
        assert!(card.contains("1 cannot get it (wants nothing pushed (/news off)): Ben"), "{card}");
        h.taps(STAFF, "Olivia", "Send now").await;
        h.pass("1m").await;
        assert_eq!(ledger(h, 1).await, ["Ann sent", "Ben unreachable"]);
        assert_eq!(why(h, 1).await, ["Ben opted_out"]);
        h.says_in("@Ben", "Ben", "/news on").await;
        h.latest("@Ben", "From now on I tell you of news and activities in private.");
    });
}

#[test]
fn nobody_is_pushed_more_than_the_house_allows() {
    story(async |h| {
        let announcements = AnnouncementConfig { cap: "1 in 2 d".into(), ..AnnouncementConfig::default() };
        h.starts_with(FeatureConfig { announcements, ..FeatureConfig::default() }).await;
        merchants(h, Tier::Crown, &["Ann"]).await;
        drafted(h, &FORM).await;
        h.taps(STAFF, "Olivia", "Send now").await;
        h.pass("1m").await;
        merchants(h, Tier::Crown, &["Ben"]).await;
        h.says_in(STAFF, "Olivia", "/announce").await;
        h.fills(STAFF, "Olivia", &FORM).await;
        let card = h.latest(STAFF, "Announcement A-2: draft").content.text.text;
        assert!(card.contains("1 cannot get it (was pushed as much as one person gets): Ann"), "{card}");
        h.taps(STAFF, "Olivia", "Send now").await;
        h.pass("1m").await;
        assert_eq!(ledger(h, 2).await, ["Ann unreachable", "Ben sent"]);
        assert_eq!(why(h, 2).await, ["Ann capped"]);
        h.pass("2d").await;
        h.says_in(STAFF, "Olivia", "/announce").await;
        h.fills(STAFF, "Olivia", &FORM).await;
        h.taps(STAFF, "Olivia", "Send now").await;
        h.pass("1m").await;
        assert_eq!(ledger(h, 3).await, ["Ann sent", "Ben sent"], "two days have gone by");
    });
}
