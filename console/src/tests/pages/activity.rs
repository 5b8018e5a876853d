//! Activities, who signed up, and ending the sign-up.

use bot_core::chat::Lang;
use bot_core::directory::User;
use bot_core::features::activity::{self, NewActivity};
use bot_core::features::segment::Audience;
use bot_core::ids::StaffId;
use bot_core::store::activity as store;

use super::*;
use crate::tests::scene::{assert_harmless, wording};

const DAY_MS: i64 = 86_400_000;

/// An open activity with one place that somebody of the hostile name has taken.
pub(in crate::tests) async fn organise(web: &Web, user: &User, by: &StaffId) {
    let new = NewActivity {
        wording: wording(),
        audience: Some(Audience::all_groups()),
        starts_at_ms: Some(START_MS + DAY_MS),
        until_ms: None,
        capacity: 1,
        place: None,
    };
    let (_, group) = web.people().await;
    web.doing(async |work| {
        let one = activity::create(work, new, by).await.unwrap();
        activity::publish(work, one.no, by).await.unwrap();
        activity::register(work, one.no, user, &group.id).await.unwrap();
    })
    .await;
}

#[test]
fn an_activity_is_listed_and_shown_with_who_signed_up_in_both_languages() {
    on_both(async |web: &Web| {
        let (user, _) = web.people().await;
        let browser = web.browser(Role::Ops).await;
        organise(web, &user, &"staff-ops".into()).await;
        for (lang, browser) in [(Lang::En, browser.clone()), (Lang::Zh, browser.in_chinese())] {
            let list = web.open(&browser, "/activities").await.body;
            assert_harmless(&list);
            assert!(list.contains("href=\"/activities/1\"") && list.contains("1 / 1"), "{list}");
            let page = web.open(&browser, "/activities/E-1").await.body;
            assert_harmless(&page);
            assert!(page.contains("Down for repairs"), "{page}");
            // Nobody waits.
            assert!(page.contains(&web.words(lang, "console-seats-none")), "{page}");
        }
    });
}

#[test]
fn sign_up_is_ended_by_who_may_and_leaves_a_trace() {
    on_both(async |web: &Web| {
        let (user, _) = web.people().await;
        let (ops, support) = (web.browser(Role::Ops).await, web.browser(Role::Support).await);
        organise(web, &user, &"staff-ops".into()).await;
        let close = [("do", "close")];
        let denied = web.post(&support, "/activities/1/act", &close).await;
        let forged = web.post_bare(&ops, "/activities/1/act", &close, "http://hall.test").await;
        assert_eq!((denied.status, forged.status), (StatusCode::FORBIDDEN, StatusCode::FORBIDDEN));
        let done = web.post(&ops, "/activities/1/act", &close).await;
        assert_eq!(done.location(), "/activities/1", "{}", done.body);
        assert_eq!(web.last_trace("E-1").await, ("activity.close".to_owned(), Some("staff-ops".into())));
        let mut look = web.console.hall.look().await.unwrap();
        let one = store::get(look.tx().await.unwrap(), bot_core::ids::ActivityNo(1)).await.unwrap().unwrap();
        assert_eq!(one.state, activity::State::Closed);
        let page = web.open(&ops, "/activities/1").await.body;
        assert!(!page.contains("value=\"close\""), "{page}");
    });
}
