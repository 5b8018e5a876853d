//! What is kept of a merchant is given out and erased by admins, after a look at what goes.

use bot_core::chat::Lang;

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
        let gone = web.post(&browser, "/merchants/M000/erase", &[]).await;
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
