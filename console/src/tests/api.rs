//! The JSON API as a program meets it.

mod case;
mod fact;
mod file;
mod look;
mod policy;
mod privacy;
mod spec;
mod staff;
mod variants;
pub(super) mod write;

use bot_core::chat::{Action, ChatInfo, ChatKind, Content, Lane};
use bot_core::directory::Purpose;
use bot_core::roster::Permission;
use bot_core::store::answer::{self, Article, ArticleState, ArticleText};
use bot_core::store::{chat, outbox};
use bot_core::work::{Outgoing, Place};
use serde_json::Value;

use super::*;

pub(super) async fn api(web: &Web, method: Method, path: &str, token: &str) -> (StatusCode, Value) {
    let answer = ask(web, method, path, Some(token), &[], "").await;
    (answer.status, serde_json::from_str(&answer.body).unwrap_or(Value::Null))
}

/// Sends a request as it stands.
async fn ask(
    web: &Web,
    method: Method,
    path: &str,
    token: Option<&str>,
    headers: &[(&str, &str)],
    body: &str,
) -> Answer {
    let mut request = Request::builder().method(method).uri(path);
    if let Some(token) = token {
        request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
    }
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    web.ask(request.body(Body::from(body.to_owned())).unwrap()).await
}

pub(super) async fn token(web: &Web, role: Role, permissions: &[Permission]) -> String {
    let staff = web.staff(role).await;
    crate::new_api_token(&web.console.hall, &staff, "test", permissions, Some(START_MS + 1000)).await.unwrap()
}

#[test]
fn the_description_lists_every_route_and_each_asks_for_a_token() {
    on_both(async |web: &Web| {
        let answer = web.get(&Browser::default(), "/api/openapi.json").await;
        let description: Value = serde_json::from_str(&answer.body).unwrap();
        let paths = description["paths"].as_object().unwrap();
        assert_eq!(paths.len(), crate::api::described().get_openapi().paths.paths.len());
        assert!(paths.contains_key("/api/v1/outbox/{id}/retry"));
        for (path, does) in paths {
            for (method, operation) in does.as_object().unwrap() {
                let method: Method = method.to_uppercase().parse().unwrap();
                let parameters = operation["parameters"].as_array().map_or(&[][..], Vec::as_slice);
                let key =
                    parameters.iter().find(|one| one["name"] == "Idempotency-Key" && one["in"] == "header");
                let is_needed = key.is_some_and(|key| key["required"] == true);
                assert_eq!(is_needed, method != Method::GET, "{method} {path}");
                let path = path.replace("{id}", "x").replace("{no}", "A-1").replace("{slug}", "x");
                let (status, problem) = api(web, method, &path, "guildhall_x_y").await;
                assert_eq!(
                    (status, &problem["title"]),
                    (StatusCode::UNAUTHORIZED, &"no valid token".into()),
                    "{path}"
                );
            }
        }
    });
}

#[test]
fn a_token_may_do_what_it_was_made_for_and_its_owner_may_and_no_longer_than_it_lives() {
    on_both(async |web: &Web| {
        let reading = token(web, Role::Admin, &[Permission::ReadPeople]).await;
        assert_eq!(api(web, Method::GET, "/api/v1/chats", &reading).await.0, StatusCode::OK);
        let writing = token(web, Role::Support, &[Permission::Administer, Permission::Tickets]).await;
        let (status, problem) = api(web, Method::GET, "/api/v1/merchants", &writing).await;
        assert_eq!(status, StatusCode::FORBIDDEN);
        assert_eq!(problem["detail"], "The token, or its owner, lacks the right `read_people`.");
        assert_eq!(
            api(web, Method::GET, "/api/v1/chats", &format!("{reading}x")).await.0,
            StatusCode::UNAUTHORIZED
        );
        web.clock.move_to(START_MS + 1000);
        assert_eq!(api(web, Method::GET, "/api/v1/chats", &reading).await.0, StatusCode::UNAUTHORIZED);
    });
}

#[test]
fn lists_are_read_page_by_page_and_wrong_questions_are_answered_in_words() {
    on_both(async |web: &Web| {
        let token = token(web, Role::Admin, &[Permission::ReadPeople]).await;
        let mut tx = web.console.hall.db.write().await.unwrap();
        for n in 0..5 {
            let info = ChatInfo {
                key: format!("g{n}").as_str().into(),
                kind: ChatKind::Group,
                title: format!("G{n}"),
            };
            let id = web.console.hall.ids.next();
            chat::meet(&mut tx, &"sandbox".into(), &info, None, &id, START_MS).await.unwrap();
            chat::set_purpose(&mut tx, &id, Purpose::Community, None).await.unwrap();
        }
        tx.commit().await.unwrap();
        let (mut titles, mut after) = (Vec::new(), String::new());
        loop {
            let (_, page) = api(web, Method::GET, &format!("/api/v1/chats?limit=2{after}"), &token).await;
            titles.extend(
                page["items"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(|chat| chat["title"].as_str().unwrap().to_owned()),
            );
            let Some(next) = page["next"].as_str() else { break };
            after = format!("&after={next}");
        }
        assert_eq!(titles, ["G0", "G1", "G2", "G3", "G4"]);
        for path in [
            "/api/v1/chats?limit=0",
            "/api/v1/chats?limit=many",
            "/api/v1/chats?limit=999",
            "/api/v1/chats?nonsense=1",
        ] {
            let (status, problem) = api(web, Method::GET, path, &token).await;
            assert_eq!((status, &problem["status"]), (StatusCode::BAD_REQUEST, &400.into()), "{path}");
            assert!(!problem["detail"].as_str().unwrap().is_empty());
        }
        assert_eq!(api(web, Method::GET, "/api/v1/nowhere", &token).await.1["title"], "not found");
    });
}

#[test]
fn what_was_never_answered_is_listed_and_sent_again() {
    on_both(async |web: &Web| {
        let hall = &web.console.hall;
        let token = token(web, Role::Ops, &[Permission::Announce]).await;
        let browser = web.browser(Role::Moderator).await;
        let mut work = hall.begin().await.unwrap();
        let info = ChatInfo { key: group(), kind: ChatKind::Group, title: "Sellers".into() };
        let chat_id = hall.ids.next();
        chat::meet(work.tx().await.unwrap(), &"sandbox".into(), &info, None, &chat_id, START_MS)
            .await
            .unwrap();
        let action = Action::Send(Content::text("<b>Sale</b>"));
        let id = work.send(Outgoing::new(Place::chat(&chat_id), Lane::Bulk, action));
        let tx = work.tx().await.unwrap();
        let mut row = outbox::get(tx, &id).await.unwrap().unwrap();
        row.state = outbox::State::Unknown;
        outbox::settle_many(tx, &[&row], START_MS).await.unwrap();
        work.commit().await.unwrap();

        let page = web.open(&browser, "/outbox").await.body;
        assert!(page.contains("&#60;b&#62;Sale&#60;/b&#62;"), "{page}");
        assert!(!page.contains("Send again"), "a moderator may not announce");
        let forged = web.post(&browser, &format!("/outbox/{id}/again"), &[]).await;
        assert_eq!(forged.status, StatusCode::FORBIDDEN);

        let (_, list) = api(web, Method::GET, "/api/v1/outbox/unknown", &token).await;
        assert_eq!(
            (&list["items"][0]["id"], &list["items"][0]["action"]),
            (&id.as_str().into(), &"send".into())
        );
        let retry = format!("/api/v1/outbox/{id}/retry");
        let again = async |path: &str, key: &str| write::post(web, path, &token, key, "{}").await.status;
        assert_eq!(again(&retry, "one").await, StatusCode::ACCEPTED);
        assert_eq!(again(&retry, "one").await, StatusCode::ACCEPTED, "the same answer");
        assert_eq!(again(&retry, "two").await, StatusCode::CONFLICT);
        assert_eq!(again("/api/v1/outbox/none/retry", "one").await, StatusCode::NOT_FOUND);
    });
}

#[test]
fn every_list_can_be_read_by_who_may_and_by_nobody_else() {
    on_both(async |web: &Web| {
        let all = Role::Admin.permissions();
        let admin = token(web, Role::Admin, all).await;
        let engineer = token(web, Role::Auditor, all).await;
        let lists = [
            "chats",
            "merchants",
            "tickets",
            "cases",
            "announcements",
            "activities",
            "articles",
            "articles/gaps",
        ];
        for list in lists {
            let path = format!("/api/v1/{list}");
            let (status, page) = api(web, Method::GET, &path, &admin).await;
            assert_eq!((status, page["items"].as_array().map(Vec::len)), (StatusCode::OK, Some(0)), "{path}");
            let may_read = ["chats", "merchants", "cases"].contains(&list);
            let status = api(web, Method::GET, &path, &engineer).await.0;
            assert_eq!(status == StatusCode::OK, may_read, "an auditor on {path}");
        }
        for path in ["tickets?state=lost", "cases?state=lost", "tickets?after=C-1", "announcements?after=x"] {
            let (status, _) = api(web, Method::GET, &format!("/api/v1/{path}"), &admin).await;
            assert_eq!(status, StatusCode::BAD_REQUEST, "{path}");
        }
        let none = api(web, Method::GET, "/api/v1/announcements/A-1/deliveries", &admin).await;
        assert_eq!(none.0, StatusCode::NOT_FOUND);
    });
}

/// What the ids of a list are, page by page of two rows.
async fn ids(web: &Web, token: &str, list: &str, id: &str) -> Vec<String> {
    let (mut found, mut after) = (Vec::new(), String::new());
    loop {
        let sign = if list.contains('?') { '&' } else { '?' };
        let path = format!("/api/v1/{list}{sign}limit=2{after}");
        let (status, page) = api(web, Method::GET, &path, token).await;
        assert_eq!(status, StatusCode::OK, "{path}: {page}");
        let rows = page["items"].as_array().unwrap();
        assert!(rows.len() <= 2, "{path}");
        found.extend(rows.iter().map(|row| row[id].as_str().unwrap().to_owned()));
        let Some(next) = page["next"].as_str() else { break found };
        after = format!("&after={next}");
    }
}

#[test]
fn articles_are_read_page_by_page_and_by_their_state() {
    on_both(async |web: &Web| {
        let token = token(web, Role::Admin, &[Permission::Articles]).await;
        assert_eq!(ids(web, &token, "articles", "slug").await, [] as [&str; 0]);
        web.doing(async |work| {
            let tx = work.tx().await.unwrap();
            for (slug, state) in
                [("c", ArticleState::Live), ("a", ArticleState::Draft), ("b", ArticleState::Live)]
            {
                let text = ArticleText { title: slug.into(), questions: Vec::new(), body: "x".into() };
                let texts = [("en", text.clone()), ("zh", text)].into();
                let one = Article { slug: slug.into(), tags: Vec::new(), state, texts };
                answer::put(tx, &one, START_MS).await.unwrap();
            }
        })
        .await;
        assert_eq!(ids(web, &token, "articles", "slug").await, ["a", "b", "c"], "two languages are one row");
        assert_eq!(ids(web, &token, "articles?state=live", "slug").await, ["b", "c"]);
        for wrong in ["limit=0", "limit=201", "state=lost", "after=%00", "none=1"] {
            let path = format!("/api/v1/articles?{wrong}");
            assert_eq!(api(web, Method::GET, &path, &token).await.0, StatusCode::BAD_REQUEST, "{wrong}");
        }
    });
}

#[test]
fn lists_are_narrowed_down_as_the_pages_are() {
    on_both(async |web: &Web| {
        let all = [Permission::ReadPeople, Permission::Tickets, Permission::ReadCases, Permission::Announce];
        let token = token(web, Role::Admin, &all).await;
        let (user, group) = web.people().await;
        pages::people::trade(web, &user, 3).await;
        web.ticket(&user).await;
        web.case(&user, &group).await;
        pages::announcement::announce(web, &"staff-admin".into(), true).await;
        for (list, id, expected) in [
            ("merchants?q=shop&tier=crown&category=apparel&tag=vip", "id", vec!["M001", "M002"]),
            ("merchants?q=", "id", vec!["M000", "M001", "M002"]),
            ("merchants?q=h_p", "id", vec![]),
            ("merchants?tier=none", "id", vec![]),
            ("merchants?category=home", "id", vec![]),
            ("tickets?state=new,open,reopened", "no", vec!["T-1"]),
            ("tickets?state=closed,waiting", "no", vec![]),
            ("tickets?owner=nobody", "no", vec!["T-1"]),
            ("cases?rule=easy-money&merchant=M000&state=flagged", "no", vec!["C-1"]),
            ("cases?rule=other", "no", vec![]),
            ("cases?merchant=M001", "no", vec![]),
            ("cases?chat=nowhere", "no", vec![]),
            ("announcements/A-1/deliveries?account=sandbox", "recipient", vec![group.id.as_str()]),
            ("announcements/A-1/deliveries?account=other", "recipient", vec![]),
            ("announcements/A-1/deliveries?state=rejected", "recipient", vec![]),
        ] {
            assert_eq!(ids(web, &token, list, id).await, expected, "{list}");
        }
        let chat = format!("cases?chat={}", group.id);
        assert_eq!(ids(web, &token, &chat, "no").await, ["C-1"]);
        for wrong in [
            "merchants?tier=gold",
            "tickets?state=new,lost",
            "tickets?state=",
            "cases?colour=red",
            "announcements/A-1/deliveries?state=lost",
        ] {
            let path = format!("/api/v1/{wrong}");
            assert_eq!(api(web, Method::GET, &path, &token).await.0, StatusCode::BAD_REQUEST, "{wrong}");
        }
    });
}
