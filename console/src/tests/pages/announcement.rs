//! The ledger of announcements, and taking one back.

mod approve;
mod click;
pub(super) mod compose;
mod ledger;
mod variants;

use bot_core::chat::Lang;
use bot_core::features::announcement::{self, NewAnnouncement};
use bot_core::features::segment::Audience;
use bot_core::ids::StaffId;

use super::*;
use crate::tests::scene::{assert_harmless, wording};

/// An announcement to all groups: on its way when `sent`, else a draft.
pub(in crate::tests) async fn announce(web: &Web, by: &StaffId, sent: bool) {
    let audience = Some(Audience::all_groups());
    let new = NewAnnouncement { wording: wording(), audience, ..NewAnnouncement::default() };
    web.doing(async |work| {
        let one = announcement::create(work, new, by).await.unwrap();
        if sent {
            announcement::send_now(work, one.no, by).await.unwrap();
        }
    })
    .await;
}

#[test]
fn an_announcement_is_listed_and_shown_with_its_copies_in_both_languages() {
    on_both(async |web: &Web| {
        web.people().await;
        let browser = web.browser(Role::Ops).await;
        announce(web, &"staff-ops".into(), true).await;
        for (lang, browser) in [(Lang::En, browser.clone()), (Lang::Zh, browser.in_chinese())] {
            let list = web.open(&browser, "/announcements").await.body;
            assert_harmless(&list);
            assert!(list.contains("href=\"/announcements/1\""), "{list}");
            let page = web.open(&browser, "/announcements/A-1").await.body;
            assert_harmless(&page);
            assert!(page.contains("明天停机维护") && page.contains("Down for repairs"), "{page}");
            assert!(page.contains(&web.words(lang, "console-copy-queued")), "{page}");
            let queued = web.open(&browser, "/announcements/1?state=queued").await.body;
            assert_harmless(&queued);
            let sent = web.open(&browser, "/announcements/1?state=sent").await.body;
            assert!(sent.contains(&web.words(lang, "console-copies-none")), "{sent}");
        }
    });
}

#[test]
fn what_is_on_its_way_is_stopped_by_who_may_and_leaves_a_trace() {
    on_both(async |web: &Web| {
        web.people().await;
        let browser = web.browser(Role::Ops).await;
        announce(web, &"staff-ops".into(), true).await;
        let support = web.browser(Role::Support).await;
        let recall = [("do", "recall")];
        let denied = web.post(&support, "/announcements/1/act", &recall).await;
        let forged = web.post_bare(&browser, "/announcements/1/act", &recall, "http://hall.test").await;
        assert_eq!((denied.status, forged.status), (StatusCode::FORBIDDEN, StatusCode::FORBIDDEN));
        assert_eq!(web.last_trace("A-1").await.0, "announcement.send");
        let done = web.post(&browser, "/announcements/1/act", &recall).await;
        assert_eq!(done.location(), "/announcements/1", "{}", done.body);
        assert_eq!(web.last_trace("A-1").await, ("announcement.recall".to_owned(), Some("staff-ops".into())));
    });
}

#[test]
fn a_draft_offers_only_what_can_be_done_with_it() {
    on_both(async |web: &Web| {
        web.people().await;
        let browser = web.browser(Role::Ops).await;
        announce(web, &"staff-ops".into(), false).await;
        let page = web.open(&browser, "/announcements/1").await.body;
        assert!(page.contains("value=\"cancel\"") && !page.contains("value=\"recall\""), "{page}");
        let refused = web.post(&browser, "/announcements/1/act", &[("do", "recall")]).await;
        assert_eq!(refused.status, StatusCode::CONFLICT);
        assert_eq!(web.last_trace("A-1").await.0, "announcement.create");
        assert_eq!(
            web.post(&browser, "/announcements/1/act", &[("do", "cancel")]).await.location(),
            "/announcements/1"
        );
        assert_eq!(web.last_trace("A-1").await.0, "announcement.cancel");
        assert_eq!(
            web.post(&browser, "/announcements/7/act", &[("do", "recall")]).await.status,
            StatusCode::CONFLICT
        );
    });
}
