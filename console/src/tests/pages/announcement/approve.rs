//! The second person approves on the console: exactly what the page showed, and never their own.

use bot_core::features::FeatureConfig;
use bot_core::features::announcement::{AnnouncementConfig, Change};
use bot_core::ids::AnnouncementNo;

use super::*;

/// A house in which a second person approves whatever goes out.
fn careful() -> FeatureConfig {
    let announcements = AnnouncementConfig { approve_from: 1, ..AnnouncementConfig::default() };
    FeatureConfig { announcements, ..FeatureConfig::default() }
}

const NO: AnnouncementNo = AnnouncementNo(1);

/// The hash that the page's form carries.
fn hash(page: &str) -> String {
    let after = page.split_once("name=\"hash\" value=\"").unwrap_or_else(|| panic!("no form: {page}")).1;
    after.split_once('"').unwrap().0.to_owned()
}

#[test]
fn only_a_second_person_approves_and_only_what_the_page_showed() {
    on_both_in(&careful(), async |web: &Web| {
        web.people().await;
        let (ops, admin) = (web.browser(Role::Ops).await, web.browser(Role::Admin).await);
        announce(web, &"staff-ops".into(), false).await;
        let approve = async |browser: &Browser, hash: &str| {
            web.post(browser, "/announcements/1/approve", &[("hash", hash)]).await
        };
        let own = web.words(Lang::En, "announcement-approve-own");
        let page = web.open(&ops, "/announcements/1").await.body;
        assert!(!page.contains("name=\"hash\"") && page.contains(&own), "no button for who wrote it: {page}");
        let seen = hash(&web.open(&admin, "/announcements/1").await.body);

        let refused = approve(&ops, &seen).await;
        assert_eq!(refused.status, StatusCode::CONFLICT);
        assert!(refused.body.contains(&own), "{}", refused.body);

        let by = "staff-ops".into();
        let other = Change { wording: Some(wording().changed_by(Default::default())), ..Change::default() };
        web.doing(async |work| announcement::change(work, NO, other, &by).await.unwrap()).await;
        let late = approve(&admin, &seen).await;
        assert_eq!(late.status, StatusCode::CONFLICT);
        assert!(late.body.contains(&web.words(Lang::En, "announcement-changed-meanwhile")), "{}", late.body);
        assert_eq!(web.last_trace("A-1").await.0, "announcement.change");

        let page = web.open(&admin, "/announcements/1").await.body;
        assert!(page.contains(&web.words(Lang::En, "console-approve-do")), "{page}");
        let seen = hash(&page);
        assert_eq!(approve(&admin, &seen).await.location(), "/announcements/1");
        let trace = web.last_trace("A-1").await;
        assert_eq!(trace, ("announcement.approve".to_owned(), Some("staff-admin".into())));
        assert!(!web.open(&admin, "/announcements/1").await.body.contains("name=\"hash\""));
        web.doing(async |work| announcement::send_now(work, NO, &by).await.unwrap()).await;
    });
}

#[test]
fn a_proposed_text_is_read_on_the_page_and_approved_there() {
    on_both_in(&careful(), async |web: &Web| {
        web.people().await;
        let (ops, admin) = (web.browser(Role::Ops).await, web.browser(Role::Admin).await);
        announce(web, &"staff-ops".into(), false).await;
        web.doing(async |work| {
            let tx = work.tx().await.unwrap();
            let mut one = bot_core::store::announcement::get(tx, NO).await.unwrap().unwrap();
            one.state = announcement::State::Sent;
            let words = bot_core::features::wording::Wording::typed(None, None, Some("Open <again>"));
            one.proposal =
                Some(announcement::Proposal { by: "staff-ops".into(), at_ms: START_MS, wording: words });
            bot_core::store::announcement::put(tx, &one).await.unwrap();
        })
        .await;
        let page = web.open(&ops.in_chinese(), "/announcements/1").await.body;
        assert!(page.contains(&web.words(Lang::Zh, "announcement-approve-own")), "{page}");
        let page = web.open(&admin, "/announcements/1").await.body;
        assert!(page.contains(&crate::tests::scene::shown("Open <again>")), "{page}");
        let seen = hash(&page);
        let done = web.post(&admin, "/announcements/1/approve", &[("hash", &seen)]).await;
        assert_eq!(done.location(), "/announcements/1", "{}", done.body);
        assert_eq!(web.last_trace("A-1").await.0, "announcement.edit");
    });
}
