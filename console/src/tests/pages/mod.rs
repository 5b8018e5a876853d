//! The lists and what stands behind their rows, for each role, empty and filled, in both languages.

pub(super) mod activity;
pub(super) mod announcement;
mod audit;
mod calendar;
mod full;
pub(super) mod group;
mod import;
mod inbox;
pub(super) mod knowledge;
mod r#macro;
mod moderation;
mod node;
mod overview;
pub(super) mod people;
pub(super) mod policy;
mod privacy;
mod report;
mod search;
pub(super) mod setting;
pub(super) mod webhook;

use bot_core::chat::Lang;

use super::*;

/// The lists: address, the key of their name, and what stands there while they are empty.
const LISTS: [(&str, &str, &str); 7] = [
    ("/tickets", "console-place-tickets", "console-tickets-none"),
    ("/announcements", "console-place-announcements", "console-announcements-none"),
    ("/activities", "console-place-activities", "console-activities-none"),
    ("/moderation", "console-place-moderation", "console-cases-none"),
    ("/merchants", "console-place-merchants", "console-merchants-none"),
    ("/knowledge", "console-place-knowledge", "console-articles-none"),
    ("/groups", "console-place-groups", "console-groups-none"),
];

/// Which of them a role may use.
fn lists_of(role: Role) -> &'static [&'static str] {
    match role {
        Role::Admin => &[
            "/tickets",
            "/announcements",
            "/activities",
            "/moderation",
            "/merchants",
            "/knowledge",
            "/groups",
        ],
        Role::Ops => &[
            "/tickets",
            "/announcements",
            "/activities",
            "/moderation",
            "/merchants",
            "/knowledge",
            "/groups",
        ],
        Role::Support => &["/tickets", "/moderation", "/merchants", "/knowledge", "/groups"],
        Role::Engineer => &["/tickets", "/moderation", "/merchants", "/groups"],
        Role::Moderator => &["/moderation", "/merchants", "/groups"],
        Role::Auditor => &["/moderation", "/merchants", "/groups"],
    }
}

#[test]
fn each_role_has_its_places_and_no_others() {
    on_both(async |web: &Web| {
        for role in Role::ALL {
            let browser = web.browser(role).await;
            let home = web.open(&browser, "/").await;
            assert_eq!(home.status, StatusCode::OK, "{role:?}");
            for (path, ..) in LISTS {
                let may = lists_of(role).contains(&path);
                let list = web.open(&browser, path).await.status;
                let expected = if may { StatusCode::OK } else { StatusCode::FORBIDDEN };
                assert_eq!(list, expected, "{role:?} at {path}");
                let in_rail = home.body.contains(&format!("<li><a href=\"{path}\""));
                assert_eq!(in_rail, may, "{role:?} and {path} in the rail");
            }
        }
    });
}

#[test]
fn nobody_sees_a_list_and_is_led_back_to_it() {
    on_both(async |web: &Web| {
        for (path, ..) in LISTS {
            let answer = web.open(&Browser::default(), path).await;
            assert_eq!(answer.location(), format!("/sign-in?next=%2F{}", &path[1..]));
        }
    });
}

#[test]
fn an_empty_list_says_what_it_is_for_in_both_languages() {
    on_both(async |web: &Web| {
        let browser = web.browser(Role::Admin).await;
        for (path, name, empty) in LISTS {
            let english = web.open(&browser, path).await.body;
            let chinese = web.open(&browser.in_chinese(), path).await.body;
            for (lang, page) in [(Lang::En, english), (Lang::Zh, chinese)] {
                assert!(page.contains(&format!("<h1>{}", web.words(lang, name))), "{path}: {page}");
                assert!(page.contains(&web.words(lang, empty)), "{path}: {page}");
                assert!(page.contains(&format!("<html lang=\"{}\"", lang.tag())), "{path}");
            }
        }
    });
}

#[test]
fn what_did_not_work_leads_back_to_where_it_was_pressed_and_to_no_other_site() {
    on_both(async |web: &Web| {
        let browser = web.browser(Role::Admin).await;
        let back = web.words(Lang::En, "console-back");
        for (from, to) in [
            ("http://hall.test/moderation?view=all", Some("/moderation?view=all")),
            ("http://evil.test/moderation", None),
            ("http://hall.test//evil.test/", None),
            ("nonsense", None),
        ] {
            let request = web
                .request(&browser, Method::POST, "/moderation/9/act")
                .header(header::ORIGIN, "http://hall.test")
                .header(header::REFERER, from)
                .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
            let body = Body::from(format!("csrf={}&do=undo", browser.csrf));
            let answer = web.ask(request.body(body).unwrap()).await;
            assert_eq!(answer.status, StatusCode::CONFLICT, "{from}");
            assert_eq!(answer.body.contains(&back), to.is_some(), "{from}: {}", answer.body);
            if let Some(to) = to {
                assert!(answer.body.contains(&format!("href=\"{to}\"")), "{}", answer.body);
            }
        }
    });
}

#[test]
fn a_list_is_cut_into_pages_and_a_wrong_address_is_answered_in_words() {
    on_both(async |web: &Web| {
        let browser = web.browser(Role::Admin).await;
        for path in
            ["/tickets?below=x", "/announcements?below=x", "/activities?below=x", "/moderation?below=x"]
        {
            let answer = web.open(&browser, path).await;
            assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{path}");
            assert!(answer.body.contains(&web.words(Lang::En, "console-fault-unreadable")), "{path}");
        }
        for path in ["/tickets/T-9", "/tickets/x", "/announcements/9", "/activities/9", "/moderation/9"] {
            assert_eq!(web.open(&browser, path).await.status, StatusCode::NOT_FOUND, "{path}");
        }
        for path in ["/tickets/9/act", "/announcements/9/act", "/activities/9/act", "/moderation/9/act"] {
            let answer = web.post(&browser, path, &[("do", "nonsense")]).await;
            assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{path}");
        }
    });
}
