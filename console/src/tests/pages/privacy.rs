//! What is kept of a merchant is given out and erased by admins, after a look at what goes.

use bot_core::chat::Lang;
use bot_core::store::message::{NewMessage, insert_many};

use super::people::trade;
use super::*;

#[test]
fn a_merchant_is_given_out_and_erased_after_a_look() {
    on_both(async |web: &Web| {
        let (user, _) = web.people().await;
        trade(web, &user, 2).await;
        let browser = web.browser(Role::Admin).await;
        let given = web.open(&browser, "/merchants/M000/export").await;
        assert_eq!(given.headers[header::CONTENT_DISPOSITION], "attachment; filename=\"export.json\"");
        let given: serde_json::Value = serde_json::from_str(&given.body).unwrap();
        assert_eq!(given["tables"]["chat_user"][0]["name"], user.name.as_str());
        for browser in [browser.clone(), browser.in_chinese()] {
            let page = web.open(&browser, "/merchants/M000/erase").await;
            assert_eq!(page.status, StatusCode::OK);
            crate::tests::scene::assert_harmless(&page.body);
            assert!(page.body.contains("action=\"/merchants/M000/erase\""), "{}", page.body);
        }
        let person = format!("/people/{}/erase", user.person);
        assert_eq!(web.open(&browser, &person).await.status, StatusCode::OK);
        let seen = seen(&web.open(&browser, "/merchants/M000/erase").await.body);
        let gone = web.post(&browser, "/merchants/M000/erase", &[("seen", &seen)]).await;
        assert_eq!((gone.status, gone.location()), (StatusCode::SEE_OTHER, "/privacy"));
        assert_eq!(web.open(&browser, "/merchants/M000").await.status, StatusCode::NOT_FOUND);
        assert_eq!(web.open(&browser, "/merchants/M000/export").await.status, StatusCode::NOT_FOUND);
        assert_eq!(web.post(&browser, "/merchants/M000/erase", &[]).await.status, StatusCode::NOT_FOUND);
        assert_eq!(web.open(&browser, "/merchants/M001").await.status, StatusCode::OK, "another one stays");
        let list = web.open(&browser, "/privacy").await.body;
        assert!(list.contains(&web.words(Lang::En, "privacy-state-going")), "{list}");
        let log = web.open(&browser, "/audit").await.body;
        assert!(log.contains("merchant.export") && log.contains("merchant.erase"), "{log}");
    });
}

#[test]
fn what_stands_in_the_way_is_said_before_and_refused_after() {
    on_both(async |web: &Web| {
        let (user, _) = web.people().await;
        web.ticket(&user).await;
        let browser = web.browser(Role::Admin).await;
        let path = format!("/people/{}/erase", user.person);
        let page = web.open(&browser, &path).await.body;
        assert!(
            page.contains("T-1 is still open") && !page.contains(&web.words(Lang::En, "privacy-erase-now")),
            "{page}"
        );
        assert!(
            page.contains("<a href=\"/tickets/1\">T-1</a>"),
            "what is in the way is a click away: {page}"
        );
        let refused = web.post(&browser, &path, &[]).await;
        assert_eq!(refused.status, StatusCode::CONFLICT);
        assert!(refused.body.contains("T-1 is still open"), "{}", refused.body);
        let found = web.open(&browser, "/privacy?q=mallory").await.body;
        assert!(found.contains(&path), "{found}");
        let none = web.open(&browser, "/privacy?q=nobody-of-that-name").await.body;
        assert!(none.contains(&web.words(Lang::En, "privacy-find-none")), "{none}");
    });
}

/// What stands for what a page shows.
fn seen(page: &str) -> String {
    let after = page.split_once("name=\"seen\" value=\"").unwrap_or_else(|| panic!("{page}")).1;
    after.split_once('"').unwrap().0.to_owned()
}

#[test]
fn what_has_changed_since_the_look_is_shown_anew_and_nothing_is_erased() {
    on_both(async |web: &Web| {
        let (user, group) = web.people().await;
        trade(web, &user, 1).await;
        let admin = web.browser(Role::Admin).await;
        let path = format!("/people/{}/erase", user.person);
        let before = seen(&web.open(&admin, &path).await.body);
        assert_eq!(before, seen(&web.open(&admin, &path).await.body), "nothing has changed");
        web.doing(async |work| {
            // Somebody says something meanwhile.
            let message = NewMessage {
                id: "m1".into(),
                chat: group.id.clone(),
                key: "1".into(),
                thread: None,
                author: Some(user.id.clone()),
                text: "hello".into(),
                extra: None,
                sent_at_ms: START_MS,
            };
            insert_many(work.tx().await.unwrap(), &[message]).await.unwrap();
        })
        .await;
        for (lang, browser) in [(Lang::En, admin.clone()), (Lang::Zh, admin.in_chinese())] {
            for sent in [before.as_str(), ""] {
                let refused = web.post(&browser, &path, &[("seen", sent)]).await;
                assert_eq!(refused.status, StatusCode::CONFLICT);
                assert!(refused.body.contains(&web.words(lang, "privacy-changed")), "{}", refused.body);
                assert_ne!(seen(&refused.body), before, "the page shows what is there now");
            }
        }
        let now = seen(&web.open(&admin, &path).await.body);
        assert_eq!(web.post(&admin, &path, &[("seen", &now)]).await.location(), "/privacy");
    });
}
