//! Merchants, and who speaks for one.

use bot_core::chat::Lang;
use bot_core::directory::User;
use bot_core::store::people::{Contact, ContactRole, Merchant, Tier, add_merchant, put_contact};

use super::*;
use crate::tests::scene::{HOSTILE, assert_harmless};

/// Merchants M0, M1, … of which the first has the hostile name and a contact.
pub(in crate::tests) async fn trade(web: &Web, user: &User, count: usize) {
    web.doing(async |work| {
        let tx = work.tx().await.unwrap();
        for n in 0..count {
            let merchant = Merchant {
                id: format!("M{n:03}").as_str().into(),
                name: if n == 0 { HOSTILE.into() } else { format!("Shop {n}") },
                category: "apparel".into(),
                tier: Tier::Crown,
                tags: ["vip".to_owned()].into(),
                created_at_ms: START_MS,
            };
            add_merchant(tx, &merchant).await.unwrap();
        }
        let role = ContactRole::DecisionMaker;
        let (merchant, person) = ("M000".into(), user.person.clone());
        put_contact(tx, &Contact { id: "K".into(), merchant, person, role }).await.unwrap();
    })
    .await;
}

#[test]
fn a_merchant_is_listed_found_and_shown_in_both_languages() {
    on_both(async |web: &Web| {
        let (user, _) = web.people().await;
        trade(web, &user, 2).await;
        let browser = web.browser(Role::Auditor).await;
        for (lang, browser) in [(Lang::En, browser.clone()), (Lang::Zh, browser.in_chinese())] {
            for path in ["/merchants", "/merchants?q=onerror", "/merchants/M000"] {
                assert_harmless(&web.open(&browser, path).await.body);
            }
            let page = web.open(&browser, "/merchants/M000").await.body;
            assert!(page.contains(&web.words(lang, "people-contact-decision-maker")), "{page}");
            let alone = web.open(&browser, "/merchants/M001").await.body;
            assert!(alone.contains(&web.words(lang, "console-contacts-none")), "{alone}");
        }
        let found = web.open(&browser, "/merchants?q=shop").await.body;
        assert!(found.contains("/merchants/M001\"") && !found.contains("/merchants/M000\""), "{found}");
        let none = web.open(&browser, "/merchants?q=%3Cimg%20src%3Dy").await.body;
        assert!(none.contains("&#60;img src=y") && !none.contains("<img"), "{none}");
        assert!(none.contains(&web.words(Lang::En, "console-merchants-none-such")), "{none}");
        assert_eq!(web.open(&browser, "/merchants/nobody").await.status, StatusCode::NOT_FOUND);
    });
}

#[test]
fn a_long_list_goes_on_where_its_page_ends() {
    on_both(async |web: &Web| {
        let (user, _) = web.people().await;
        trade(web, &user, 51).await;
        let browser = web.browser(Role::Support).await;
        let first = web.open(&browser, "/merchants").await.body;
        assert!(first.contains("/merchants/M049\"") && !first.contains("/merchants/M050\""));
        assert!(first.contains("href=\"/merchants?after=M049\""), "{first}");
        let second = web.open(&browser, "/merchants?after=M049").await.body;
        assert!(
            second.contains("/merchants/M050\"") && !second.contains("href=\"/merchants?after="),
            "{second}"
        );
    });
}

#[test]
fn merchants_are_narrowed_down_in_the_address() {
    on_both(async |web: &Web| {
        let (user, _) = web.people().await;
        trade(web, &user, 51).await;
        let browser = web.browser(Role::Auditor).await;
        let all = web.open(&browser, "/merchants?tier=crown&tag=vip&category=apparel").await.body;
        assert!(all.contains("tier=crown&#38;category=apparel&#38;tag=vip&#38;after=M049"), "{all}");
        assert!(all.contains("<option value=\"vip\" selected>"), "{all}");
        for path in ["/merchants?tier=heart", "/merchants?tag=none", "/merchants?category=tea"] {
            let none = web.open(&browser, path).await.body;
            assert!(none.contains(&web.words(Lang::En, "console-merchants-none-such")), "{path}: {none}");
        }
    });
}

#[test]
fn a_profile_shows_what_the_reader_may_see_and_no_more() {
    on_both(async |web: &Web| {
        let (user, chat) = web.people().await;
        trade(web, &user, 1).await;
        web.ticket(&user).await;
        web.case(&user, &chat).await;
        let ops = web.browser(Role::Ops).await;
        super::announcement::announce(web, &"staff-ops".into(), true).await;
        let auditor = web.browser(Role::Auditor).await;
        for (lang, browser) in [(Lang::En, ops.clone()), (Lang::Zh, ops.in_chinese())] {
            let page = web.open(&browser, "/merchants/M000").await.body;
            assert_harmless(&page);
            for href in ["/tickets/1", "/moderation/1", "/announcements/1", &format!("/groups/{}", chat.id)] {
                assert!(page.contains(&format!("href=\"{href}\"")), "{href}: {page}");
            }
            assert!(page.contains(&web.words(lang, "console-merchant-received")), "{page}");
        }
        let page = web.open(&auditor, "/merchants/M000").await.body;
        for href in ["/tickets/1", "/announcements/1"] {
            assert!(!page.contains(&format!("href=\"{href}\"")), "{href}: {page}");
        }
        let case = web.open(&auditor, "/moderation/1").await.body;
        assert!(case.contains("href=\"/merchants/M000\""), "{case}");
    });
}

#[test]
fn a_merchants_zone_is_kept_by_who_may_and_a_wrong_one_is_said_at_its_field() {
    on_both(async |web: &Web| {
        let (user, _) = web.people().await;
        trade(web, &user, 1).await;
        let ops = web.browser(Role::Ops).await;
        let kept = web.post(&ops, "/merchants/M000/zone", &[("zone", "tokyo")]).await;
        assert_eq!(kept.location(), "/merchants/M000", "{}", kept.body);
        let page = web.open(&ops, "/merchants/M000").await.body;
        assert!(page.contains("value=\"Asia/Tokyo\""), "{page}");
        let wrong = web.post(&ops, "/merchants/M000/zone", &[("zone", "Asia/Tokio")]).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        let field =
            "name=\"zone\" value=\"Asia/Tokio\" aria-describedby=\"e-zone h-zone\" aria-invalid=\"true\"";
        assert!(wrong.body.contains(field), "what was typed is kept: {}", wrong.body);
        assert!(wrong.body.contains("Did you mean Asia/Tokyo?"), "{}", wrong.body);
        let wrong = web.post(&ops.in_chinese(), "/merchants/M000/zone", &[("zone", "Asia/Tokio")]).await;
        assert!(wrong.body.contains("你是指 Asia/Tokyo 吗"), "{}", wrong.body);
        assert_eq!(web.open(&ops, "/merchants/M000/zone").await.location(), "/merchants/M000");
        let auditor = web.browser(Role::Auditor).await;
        let page = web.open(&auditor, "/merchants/M000").await.body;
        assert!(page.contains("Asia/Tokyo") && !page.contains("/merchants/M000/zone"), "{page}");
        web.post(&ops, "/merchants/M000/zone", &[("zone", "")]).await;
        assert!(!web.open(&ops, "/merchants/M000").await.body.contains("Asia/Tokyo"));
        let gone = web.post(&ops, "/merchants/nobody/zone", &[("zone", "UTC")]).await;
        assert_eq!(gone.status, StatusCode::NOT_FOUND);
        let trace = web.trace("M000").await;
        assert_eq!(trace.iter().filter(|(act, _)| act == "zone.set").count(), 2, "{trace:?}");
    });
}
