//! What programs look at as people do: what waits, a week's report, what is found, what the bot would do with a question.

use bot_core::chat::Lang;
use bot_core::store::moderation;

use super::write::{json, post};
use super::*;

/// A past with one of each thing, and the token of an admin who had a part in it.
async fn past(web: &Web) -> String {
    let admin = token(web, Role::Admin, Role::Admin.permissions()).await;
    let (user, group) = web.people().await;
    let by = "staff-admin".into();
    web.ticket(&user).await;
    web.case(&user, &group).await;
    pages::announcement::announce(web, &by, true).await;
    pages::activity::organise(web, &user, &by).await;
    pages::people::trade(web, &user, 12).await;
    pages::knowledge::write(web).await;
    admin
}

async fn got(web: &Web, token: &str, path: &str) -> Value {
    let (status, body) = api(web, Method::GET, &format!("/api/v1/{path}"), token).await;
    assert_eq!(status, StatusCode::OK, "{path}: {body}");
    body
}

/// The item of a list that is called so.
fn named<'a>(list: &'a Value, key: &str, name: &str) -> &'a Value {
    let all = list.as_array().unwrap();
    all.iter().find(|one| one[key] == name).unwrap_or_else(|| panic!("no {name} in {list}"))
}

#[test]
fn a_report_has_the_figures_of_the_page_and_of_what_the_token_may_see() {
    on_both(async |web: &Web| {
        let admin = past(web).await;
        web.doing(async |work| {
            let tx = work.tx().await.unwrap();
            let one = moderation::list(tx, &Default::default(), None, 1).await.unwrap().remove(0);
            let no = bot_core::ids::CaseNo(2);
            let before = moderation::Case { no, at_ms: START_MS - 7 * 86_400_000, ..one };
            moderation::put(tx, &before).await.unwrap();
        })
        .await;
        let report = got(web, &admin, "reports?week=2026-11-18&by=group").await;
        assert_eq!(
            (&report["week"], &report["running"], report["parts"].as_array().unwrap().len()),
            (&"2026-11-16".into(), &true.into(), 5)
        );
        let figure = |part: &str, name: &str| {
            let one = named(&named(&report["parts"], "name", part)["figures"], "name", name);
            (one["unit"].as_str().unwrap().to_owned(), one["now"].clone(), one["before"].clone())
        };
        assert_eq!(figure("tickets", "opened"), ("count".into(), 1.into(), 0.into()));
        assert_eq!(figure("tickets", "first_reply_p50"), ("ms".into(), Value::Null, Value::Null));
        assert_eq!(figure("cases", "cases"), ("count".into(), 1.into(), 1.into()));
        let rule = named(&named(&report["parts"], "name", "cases")["figures"], "rule", "easy-money");
        assert_eq!((&rule["name"], &rule["now"]), (&"of_rule".into(), &1.into()));
        let sent = &named(&report["parts"], "name", "announcements")["pieces"][0];
        assert_eq!((&sent["no"], sent["joined"].is_null()), (&"A-1".into(), true));
        let published = &named(&report["parts"], "name", "activities")["pieces"][0];
        assert!(published["read"].is_null() && published["joined"].is_i64(), "{published}");
        let rows = &report["told_apart"]["rows"];
        assert!(rows.as_array().unwrap().iter().any(|row| row["of"].is_string()), "{report}");
        let last = got(web, &admin, "reports").await;
        assert_eq!((&last["week"], &last["running"]), (&"2026-11-09".into(), &false.into()));
        assert!(last["told_apart"].is_null());

        let auditor = token(web, Role::Auditor, &[Permission::ReadCases]).await;
        let seen = got(web, &auditor, "reports?by=tier").await;
        let parts: Vec<&str> =
            seen["parts"].as_array().unwrap().iter().filter_map(|part| part["name"].as_str()).collect();
        assert_eq!(parts, ["cases"], "what lies behind the others is not theirs to see");
        for wrong in ["week=x", "week=2026-02-30", "by=person", "none=1"] {
            let (status, _) = api(web, Method::GET, &format!("/api/v1/reports?{wrong}"), &admin).await;
            assert_eq!(status, StatusCode::BAD_REQUEST, "{wrong}");
        }
    });
}

#[test]
fn words_are_looked_for_in_what_the_token_may_see() {
    on_both(async |web: &Web| {
        let admin = past(web).await;
        let all = got(web, &admin, "search?q=onerror").await;
        let kinds = ["merchants", "people", "tickets", "cases", "announcements", "activities", "articles"];
        let found: Vec<&str> =
            all["kinds"].as_array().unwrap().iter().filter_map(|one| one["kind"].as_str()).collect();
        assert_eq!(found, kinds);
        let ids = |kind: &str| named(&all["kinds"], "kind", kind)["hits"][0]["id"].clone();
        assert_eq!(["tickets", "cases", "people"].map(ids), ["T-1", "C-1", "M000"]);
        let shops = got(web, &admin, "search?q=shop").await;
        let shops = named(&shops["kinds"], "kind", "merchants");
        assert_eq!((shops["hits"].as_array().unwrap().len(), &shops["more"]), (8, &true.into()));
        let auditor = token(web, Role::Auditor, &[Permission::ReadCases]).await;
        let seen = got(web, &auditor, "search?q=onerror").await;
        assert_eq!(seen["kinds"].as_array().unwrap().len(), 1, "{seen}");
        for wrong in ["search", "search?q=", "search?q=%20"] {
            let (status, _) = api(web, Method::GET, &format!("/api/v1/{wrong}"), &admin).await;
            assert_eq!(status, StatusCode::BAD_REQUEST, "{wrong}");
        }
    });
}

#[test]
fn a_question_is_tried_and_nothing_is_kept_of_it() {
    on_both(async |web: &Web| {
        let admin = past(web).await;
        let token = token(web, Role::Support, &[Permission::Articles]).await;
        let gaps = got(web, &token, "articles/gaps").await;
        let tried = got(web, &token, "questions/attempt?q=where%20is%20the%20moon%3F").await;
        assert_eq!((&tried["ask"], &tried["group"]["does"]), (&"question".into(), &"gap".into()), "{tried}");
        assert!(tried["direct"]["needed"].is_i64(), "{tried}");
        let thanks = got(web, &token, "questions/attempt?q=%E8%B0%A2%E8%B0%A2&lang=zh").await;
        assert_eq!((&thanks["ask"], &thanks["group"]["does"]), (&"no".into(), &"silence".into()), "{thanks}");
        assert_eq!(got(web, &token, "articles/gaps").await, gaps);
        for wrong in ["q=", "q=x&lang=fr", "lang=en"] {
            let path = format!("/api/v1/questions/attempt?{wrong}");
            assert_eq!(api(web, Method::GET, &path, &token).await.0, StatusCode::BAD_REQUEST, "{wrong}");
        }
        assert_eq!(got(web, &admin, "articles/gaps").await, gaps);
        let auditor = crate::tests::api::token(web, Role::Auditor, Role::Auditor.permissions()).await;
        let path = "/api/v1/questions/attempt?q=x";
        assert_eq!(api(web, Method::GET, path, &auditor).await.0, StatusCode::FORBIDDEN);
    });
}

#[test]
fn an_overview_counts_what_waits_for_whom_may_see_it() {
    on_both(async |web: &Web| {
        let admin = past(web).await;
        // What happens at this very moment is of today a moment later.
        web.clock.move_to(START_MS + 10);
        let all = got(web, &admin, "overview").await;
        assert_eq!((&all["tickets_waiting"], &all["failed_events"]), (&1.into(), &0.into()), "{all}");
        assert_eq!(named(&all["today"], "name", "tickets_opened")["today"], 1);
        assert_eq!(all["lanes"].as_array().unwrap().len(), 4);
        assert!(all["accounts"].is_array());
        let auditor = token(web, Role::Auditor, &[Permission::ReadCases]).await;
        let seen = got(web, &auditor, "overview").await;
        assert_eq!(seen["cases_waiting"], 1, "{seen}");
        assert!(seen["tickets_waiting"].is_null() && seen["failed_events"].is_null(), "{seen}");
        assert_eq!(seen["today"].as_array().unwrap().len(), 1, "{seen}");
    });
}

#[test]
fn a_draft_is_sent_to_the_tokens_owner_alone() {
    on_both(async |web: &Web| {
        let token = token(web, Role::Ops, &[Permission::Announce]).await;
        let (user, _) = web.people().await;
        let draft = r#"{"body_en":"Down tomorrow.","audience":"all groups"}"#;
        assert_eq!(post(web, "/api/v1/announcements", &token, "1", draft).await.status, StatusCode::CREATED);
        let acts = "/api/v1/announcements/1/acts";
        let test = r#"{"do":"test","version":1}"#;
        let nowhere = post(web, acts, &token, "2", test).await;
        let why = web.words(Lang::En, "announcement-test-nowhere");
        assert_eq!(
            (nowhere.status, json(&nowhere)["detail"].as_str().unwrap().to_owned()),
            (StatusCode::CONFLICT, why)
        );
        web.doing(async |work| {
            let direct = work.direct_chat(&user).await.unwrap();
            let tx = work.tx().await.unwrap();
            chat::set_reach(tx, &direct.id, bot_core::directory::Reach::Open).await.unwrap();
            bot_core::store::people::set_staff_person(tx, &"staff-ops".into(), Some(&user.person))
                .await
                .unwrap();
            work.roster_changed();
        })
        .await;
        let tested = post(web, acts, &token, "3", test).await;
        assert_eq!(tested.status, StatusCode::OK, "{}", tested.body);
        assert_eq!(web.count_of("A-1", "announcement.test").await, 1);
        let other = post(web, acts, &token, "4", r#"{"do":"test","version":7}"#).await;
        assert_eq!(other.status, StatusCode::CONFLICT, "another text was looked at: {}", other.body);
    });
}
