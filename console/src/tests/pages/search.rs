//! Looking for words over everything.

use bot_core::chat::Lang;
use bot_core::roster::Permission;

use super::*;
use crate::tests::scene::{HOSTILE, assert_harmless, shown};

/// A past in which an admin has a part.
async fn past(web: &Web) {
    let (user, group) = web.people().await;
    web.ticket(&user).await;
    web.case(&user, &group).await;
    let by = "staff-admin".into();
    announcement::announce(web, &by, true).await;
    activity::organise(web, &user, &by).await;
    people::trade(web, &user, 12).await;
    knowledge::write(web).await;
}

/// Where each role is led by the hostile name, which people, a merchant, an announcement, an activity and an article have.
const LED: [(&str, Permission); 6] = [
    ("/merchants/M000", Permission::ReadPeople),
    ("/tickets/1", Permission::Tickets),
    ("/moderation/1", Permission::ReadCases),
    ("/announcements/1", Permission::Announce),
    ("/activities/1", Permission::Activities),
    ("/knowledge/payout-times", Permission::Articles),
];

#[test]
fn each_role_finds_what_it_may_see_and_nothing_else() {
    on_both(async |web: &Web| {
        let mut browsers = Vec::new();
        for role in Role::ALL {
            browsers.push((role, web.browser(role).await));
        }
        past(web).await;
        for (role, browser) in browsers {
            let page = web.open(&browser, "/search?q=ONERROR%3Dalert").await;
            assert_eq!(page.status, StatusCode::OK, "{role:?}: {}", page.body);
            for (href, needs) in LED {
                let is_there = page.body.contains(&format!("<a href=\"{href}\""));
                assert_eq!(is_there, role.permissions().contains(&needs), "{role:?} {href}: {}", page.body);
            }
            assert!(!page.body.contains("<img"), "{role:?}: {}", page.body);
        }
    });
}

#[test]
fn numbers_words_and_nothing_are_answered_in_both_languages() {
    on_both(async |web: &Web| {
        let admin = web.browser(Role::Admin).await;
        past(web).await;
        for (lang, browser) in [(Lang::En, admin.clone()), (Lang::Zh, admin.in_chinese())] {
            let field = web.open(&browser, "/").await.body;
            assert!(field.contains("action=\"/search\""), "it stands on every page: {field}");
            let hostile = web.open(&browser, "/search?q=onerror").await.body;
            assert_harmless(&hostile);
            let ticket = web.open(&browser, "/search?q=T-1").await.body;
            assert!(ticket.contains("<a href=\"/tickets/1\""), "{ticket}");
            assert!(!ticket.contains("<a href=\"/moderation/1\""), "it has another letter: {ticket}");
            let words = web.open(&browser, "/search?q=where+IS+my").await.body;
            assert!(!words.contains("<a href=\"/moderation/1\""), "{words}");
            assert!(words.contains("<a href=\"/tickets/1\""), "by its question: {words}");
            let many = web.open(&browser, "/search?q=shop").await.body;
            assert_eq!(many.matches("<a href=\"/merchants/M0").count(), 8, "{many}");
            let nothing = web.open(&browser, "/search").await.body;
            assert!(nothing.contains(&web.words(lang, "console-search-about")), "{nothing}");
            let strange = web.open(&browser, "/search?q=%3Cimg%20src%3Dy%25%00_%5C%27").await;
            assert_eq!(strange.status, StatusCode::OK, "{}", strange.body);
            assert!(strange.body.contains(&shown("<img src=y%_\\'")), "{}", strange.body);
            assert!(!strange.body.contains(&shown(HOSTILE)), "nothing is like that: {}", strange.body);
        }
    });
}
