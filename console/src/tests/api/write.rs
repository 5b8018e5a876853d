//! Writes of the API: done once, under the right, as the pages do them.

use bot_core::chat::Lang;
use bot_core::store::{answer, ticket};

use super::*;

/// Sends a write.
pub(in crate::tests) async fn post(web: &Web, path: &str, token: &str, key: &str, body: &str) -> Answer {
    send(web, Method::POST, path, token, key, body).await
}

pub(super) async fn send(
    web: &Web,
    method: Method,
    path: &str,
    token: &str,
    key: &str,
    body: &str,
) -> Answer {
    let headers = [("idempotency-key", key), ("content-type", "application/json")];
    ask(web, method, path, Some(token), &headers, body).await
}

pub(in crate::tests) fn json(answer: &Answer) -> Value {
    serde_json::from_str(&answer.body).unwrap()
}

/// What sort of problem an answer tells of.
pub(super) fn problem(answer: &Answer) -> String {
    let kind = json(answer)["type"].as_str().unwrap_or_default().to_owned();
    kind.trim_start_matches("urn:guildhall:problem:").to_owned()
}

#[test]
fn the_same_write_is_done_once_and_another_with_its_key_is_refused() {
    on_both(async |web: &Web| {
        let hall = &web.console.hall;
        let token = token(web, Role::Support, &[Permission::Tickets]).await;
        let (user, _) = web.people().await;
        let no = web.ticket(&user).await;
        let acts = format!("/api/v1/tickets/{no}/acts");
        let said = r#"{"do":"reply","text":"On Friday."}"#;
        let first = post(web, &acts, &token, "k1", said).await;
        assert_eq!(first.status, StatusCode::OK, "{}", first.body);
        assert!(!first.headers.contains_key("idempotency-replayed"));
        let again = post(web, &acts, &token, "\"k1\"", said).await;
        assert_eq!((again.status, &again.body), (first.status, &first.body));
        assert_eq!(again.headers["idempotency-replayed"], "true");
        let other = post(web, &acts, &token, "k1", r#"{"do":"reply","text":"On Monday."}"#).await;
        assert_eq!((other.status, problem(&other)), (StatusCode::UNPROCESSABLE_ENTITY, "key-reused".into()));
        let replies = async || {
            let mut tx = web.console.hall.db.read().await.unwrap();
            let said = ticket::messages(&mut tx, no, None, 100).await.unwrap();
            said.iter().filter(|one| one.kind == ticket::MessageKind::Staff).count()
        };
        assert_eq!(replies().await, 1);
        let mine = crate::new_api_token(hall, &"staff-support".into(), "2", &[Permission::Tickets], None)
            .await
            .unwrap();
        assert_eq!(
            post(web, &acts, &mine, "k1", said).await.status,
            StatusCode::OK,
            "keys are each token's own"
        );
        assert_eq!(replies().await, 2);
    });
}

#[test]
fn a_key_is_forgotten_after_a_day_and_what_was_refused_is_not_kept() {
    on_both(async |web: &Web| {
        let by = web.staff(Role::Support).await;
        let hall = &web.console.hall;
        let token = crate::new_api_token(hall, &by, "t", &[Permission::Tickets], None).await.unwrap();
        let (user, _) = web.people().await;
        let no = web.ticket(&user).await;
        let acts = format!("/api/v1/tickets/{no}/acts");
        let reopen = r#"{"do":"reopen"}"#;
        let refused = post(web, &acts, &token, "k", reopen).await;
        assert_eq!((refused.status, problem(&refused)), (StatusCode::CONFLICT, "conflict".into()));
        assert!(json(&refused)["detail"].as_str().unwrap().contains("T-1"), "{}", refused.body);
        let closed = post(web, &acts, &token, "c", r#"{"do":"close","solution":"Paid."}"#).await;
        assert_eq!(json(&closed)["ticket"]["state"], "closed");
        assert_eq!(post(web, &acts, &token, "k", reopen).await.status, StatusCode::OK, "now it can be done");
        web.clock.move_to(START_MS + 24 * 60 * 60 * 1000);
        let late = post(web, &acts, &token, "k", reopen).await;
        assert_eq!(late.status, StatusCode::CONFLICT, "the key is new again, and the ticket is open");
        assert_eq!(web.count_of("T-1", "ticket.reopened").await, 1);
    });
}

#[test]
fn a_write_that_is_under_way_is_not_begun_again() {
    on_both(async |web: &Web| {
        let token = token(web, Role::Support, &[Permission::Tickets]).await;
        let (user, _) = web.people().await;
        let no = web.ticket(&user).await;
        let id = bot_core::ids::RowId::from(token.split('_').nth(1).unwrap());
        let acts = format!("/api/v1/tickets/{no}/acts");
        let under_way = web.console.pace.begin(&id, "k").unwrap();
        let second = post(web, &acts, &token, "k", r#"{"do":"claim"}"#).await;
        assert_eq!((second.status, problem(&second)), (StatusCode::CONFLICT, "under-way".into()));
        assert_eq!(second.headers[header::RETRY_AFTER], "1");
        drop(under_way);
        assert_eq!(post(web, &acts, &token, "k", r#"{"do":"claim"}"#).await.status, StatusCode::OK);
    });
}

#[test]
fn two_of_the_same_write_at_once_are_done_once() {
    on_both(async |web: &Web| {
        let token = token(web, Role::Support, &[Permission::Tickets]).await;
        let (user, _) = web.people().await;
        let no = web.ticket(&user).await;
        let acts = format!("/api/v1/tickets/{no}/acts");
        let note = r#"{"do":"note","text":"Asked the bank."}"#;
        let all = futures::future::join_all((0..4).map(|_| post(web, &acts, &token, "k", note))).await;
        assert!(all.iter().any(|one| one.status == StatusCode::OK));
        assert!(all.iter().all(|one| matches!(one.status, StatusCode::OK | StatusCode::CONFLICT)));
        assert_eq!(web.count_of("T-1", "ticket.note").await, 1);
    });
}

#[test]
fn a_write_needs_the_right_of_its_token_and_of_its_owner() {
    on_both(async |web: &Web| {
        web.people().await;
        let all = Role::Admin.permissions();
        let auditor = token(web, Role::Auditor, all).await;
        let reading = token(web, Role::Admin, &[Permission::ReadPeople]).await;
        for (method, path, body) in [
            (Method::POST, "/api/v1/tickets", r#"{"user":"x","question":"?"}"#),
            (Method::POST, "/api/v1/tickets/1/acts", r#"{"do":"claim"}"#),
            (Method::POST, "/api/v1/cases", r#"{"user":"x","chat":"y","measure":{"kind":"warn"}}"#),
            (Method::POST, "/api/v1/cases/1/acts", r#"{"do":"undo"}"#),
            (Method::POST, "/api/v1/cases/lift", r#"{"user":"x","chat":"y"}"#),
            (Method::POST, "/api/v1/announcements", r#"{"body_en":"Hello"}"#),
            (Method::PUT, "/api/v1/announcements/1", r#"{"version":1,"text":{}}"#),
            (Method::POST, "/api/v1/announcements/1/acts", r#"{"do":"recall"}"#),
            (Method::POST, "/api/v1/activities", r#"{"body_en":"Come"}"#),
            (Method::PUT, "/api/v1/activities/1", r#"{"version":1,"text":{}}"#),
            (Method::POST, "/api/v1/activities/1/acts", r#"{"do":"close"}"#),
            (
                Method::PUT,
                "/api/v1/articles/x",
                r#"{"texts":{"en":{"title":"T","questions":[],"body":"B"}}}"#,
            ),
            (Method::POST, "/api/v1/articles/x/acts", r#"{"do":"publish"}"#),
            (Method::POST, "/api/v1/articles/gaps/x/acts", r#"{"do":"drop"}"#),
            (Method::POST, "/api/v1/cases", r#"{"user":"x","chat":"y","measure":{"kind":"ban"}}"#),
            (Method::POST, "/api/v1/cases/lift", r#"{"user":"x","chat":"y","kind":"ban"}"#),
            (Method::POST, "/api/v1/chats/x/acts", r#"{"do":"set_purpose","purpose":"idle"}"#),
            (Method::POST, "/api/v1/chats/x/acts", r#"{"do":"lock"}"#),
            (Method::POST, "/api/v1/chats/x/acts", r#"{"do":"show","what":"off"}"#),
            (Method::POST, "/api/v1/join-requests/x/acts", r#"{"do":"let_in"}"#),
            (Method::POST, "/api/v1/macros", r#"{"name":"x","body_en":"y"}"#),
            (Method::PUT, "/api/v1/macros/x", r#"{"version":1,"name":"x"}"#),
            (Method::POST, "/api/v1/macros/x/acts", r#"{"do":"remove"}"#),
            (Method::POST, "/api/v1/merchants/x/acts", r#"{"do":"set_zone"}"#),
            (Method::POST, "/api/v1/staff", r#"{"name":"x","roles":["admin"]}"#),
            (Method::POST, "/api/v1/staff/x/acts", r#"{"do":"dismiss"}"#),
            (Method::POST, "/api/v1/events/failed/x/acts", r#"{"do":"put_away"}"#),
            (Method::POST, "/api/v1/tickets/1/files", r#"{"files":[]}"#),
            (Method::POST, "/api/v1/announcements/1/files", r#"{"version":1,"files":[]}"#),
            (Method::POST, "/api/v1/policy/try", r#"{"text":""}"#),
            (Method::PUT, "/api/v1/policy", r#"{"text":"","seen":""}"#),
        ] {
            for token in [&auditor, &reading] {
                let answer = send(web, method.clone(), path, token, "k", body).await;
                assert_eq!(
                    (answer.status, problem(&answer)),
                    (StatusCode::FORBIDDEN, "not-allowed".into()),
                    "{path}"
                );
            }
        }
    });
}

#[test]
fn a_token_that_calls_too_often_is_told_how_long_to_wait() {
    on_both(async |web: &Web| {
        let token = token(web, Role::Admin, Role::Admin.permissions()).await;
        let limits = web.console.settings.api_limits;
        for n in 0..limits.writes {
            let answer =
                post(web, "/api/v1/tickets/1/acts", &token, &n.to_string(), r#"{"do":"claim"}"#).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND);
        }
        let answer = post(web, "/api/v1/tickets/1/acts", &token, "k", r#"{"do":"claim"}"#).await;
        assert_eq!((answer.status, problem(&answer)), (StatusCode::TOO_MANY_REQUESTS, "too-often".into()));
        assert_eq!(answer.headers[header::RETRY_AFTER], "60");
        assert_eq!(api(web, Method::GET, "/api/v1/chats", &token).await.0, StatusCode::OK, "reading goes on");
    });
}

#[test]
fn a_ticket_is_opened_for_somebody_and_worked_on() {
    on_both(async |web: &Web| {
        let token = token(web, Role::Support, &[Permission::Tickets]).await;
        let (user, _) = web.people().await;
        let new = format!(r#"{{"user":"{}","question":"Where is my payout?","lang":"en"}}"#, user.id);
        let opened = post(web, "/api/v1/tickets", &token, "1", &new).await;
        assert_eq!(opened.status, StatusCode::CREATED, "{}", opened.body);
        assert_eq!(json(&opened)["ticket"]["no"], "T-1");
        let added = post(web, "/api/v1/tickets", &token, "2", &new).await;
        assert_eq!((added.status, json(&added)["ticket"]["no"].clone()), (StatusCode::OK, "T-1".into()));
        for (key, body, state) in [
            ("3", r#"{"do":"claim"}"#, "open"),
            ("4", r#"{"do":"reply","text":"On Friday."}"#, "waiting"),
            ("5", r#"{"do":"close","solution":"Told."}"#, "closed"),
            ("6", r#"{"do":"reopen"}"#, "reopened"),
        ] {
            let answer = post(web, "/api/v1/tickets/T-1/acts", &token, key, body).await;
            assert_eq!(answer.status, StatusCode::OK, "{body}: {}", answer.body);
            let now = json(&answer)["ticket"]["state"].clone();
            assert!(now == state || body.contains("reply"), "{body}: {now}");
        }
        let one = api(web, Method::GET, "/api/v1/tickets/1", &token).await.1;
        let said: Vec<&str> =
            one["messages"].as_array().unwrap().iter().filter_map(|m| m["text"].as_str()).collect();
        assert!(said.contains(&"On Friday."), "{said:?}");
        let reply = one["messages"].as_array().unwrap().iter().find(|m| m["text"] == "On Friday.").unwrap();
        let message = format!(r#""message":"{}""#, reply["id"].as_str().unwrap());
        let edit = format!(r#"{{"do":"edit",{message},"text":"On Monday."}}"#);
        let edited = post(web, "/api/v1/tickets/1/acts", &token, "e", &edit).await;
        assert!(edited.body.contains("On Monday.") && !edited.body.contains("On Friday."), "{}", edited.body);
        let back = format!(r#"{{"do":"take_back",{message}}}"#);
        assert_eq!(post(web, "/api/v1/tickets/1/acts", &token, "b", &back).await.status, StatusCode::OK);
        let late = post(web, "/api/v1/tickets/1/acts", &token, "l", &edit).await;
        assert_eq!((late.status, problem(&late)), (StatusCode::CONFLICT, "conflict".into()));
        let mine = api(web, Method::GET, "/api/v1/tickets?owner=me", &token).await.1;
        assert_eq!(mine["items"].as_array().unwrap().len(), 1);
        let nobodys = api(web, Method::GET, "/api/v1/tickets?owner=nobody", &token).await.1;
        assert_eq!(nobodys["items"].as_array().unwrap().len(), 0);
        let long = format!(r#"{{"do":"reply","text":"{}"}}"#, "x".repeat(20_001));
        let long = post(web, "/api/v1/tickets/1/acts", &token, "8", &long).await;
        assert_eq!((long.status, problem(&long)), (StatusCode::UNPROCESSABLE_ENTITY, "wrong-value".into()));
        let wrong = post(web, "/api/v1/tickets", &token, "7", r#"{"user":"nobody","question":"?"}"#).await;
        assert_eq!((wrong.status, problem(&wrong)), (StatusCode::UNPROCESSABLE_ENTITY, "wrong-value".into()));
    });
}

#[test]
fn an_announcement_is_written_looked_at_and_dropped() {
    on_both(async |web: &Web| {
        let token = token(web, Role::Ops, &[Permission::Announce]).await;
        web.people().await;
        let draft = r#"{"title_en":"Repairs","body_en":"Down tomorrow.","audience":"all groups"}"#;
        let new = post(web, "/api/v1/announcements", &token, "1", draft).await;
        assert_eq!(new.status, StatusCode::CREATED, "{}", new.body);
        assert_eq!(json(&new)["announcement"]["version"], 1);
        let wrong = r#"{"title_en":"Repairs","body_en":"Down.","audience":"tier nonsense"}"#;
        let refused = post(web, "/api/v1/announcements", &token, "2", wrong).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(json(&refused)["detail"].as_str().unwrap().starts_with("`audience`: "), "{}", refused.body);
        let (_, list) = api(web, Method::GET, "/api/v1/announcements", &token).await;
        assert_eq!(list["items"].as_array().unwrap().len(), 1, "nothing of what was refused is kept");

        let edit =
            r#"{"version":1,"text":{"title_en":"Repairs","body_en":"Up again.","audience":"all groups"}}"#;
        let edited = send(web, Method::PUT, "/api/v1/announcements/1", &token, "3", edit).await;
        assert_eq!(json(&edited)["announcement"]["version"], 2, "{}", edited.body);
        let late = send(web, Method::PUT, "/api/v1/announcements/1", &token, "4", edit).await;
        assert_eq!(late.status, StatusCode::CONFLICT);
        let (status, preview) = api(web, Method::GET, "/api/v1/announcements/1/preview", &token).await;
        assert_eq!((status, &preview["problems"]), (StatusCode::OK, &serde_json::json!([])), "{preview}");
        assert_eq!(preview["reachable"], 1);

        let acts = "/api/v1/announcements/1/acts";
        let unseen = post(web, acts, &token, "5", r#"{"do":"send","version":1}"#).await;
        assert_eq!(unseen.status, StatusCode::CONFLICT, "it was changed since");
        let at_ms = START_MS + 3_600_000;
        let scheduled = format!(r#"{{"do":"schedule","version":2,"at_ms":{at_ms}}}"#);
        let scheduled = post(web, acts, &token, "6", &scheduled).await;
        assert_eq!(json(&scheduled)["announcement"]["state"], "scheduled", "{}", scheduled.body);
        let dropped = post(web, acts, &token, "7", r#"{"do":"cancel"}"#).await;
        assert_eq!(json(&dropped)["announcement"]["state"], "cancelled");
        let acts: Vec<String> = web.trace("A-1").await.into_iter().map(|(act, _)| act).collect();
        assert_eq!(
            acts,
            ["announcement.create", "announcement.change", "announcement.schedule", "announcement.cancel"]
        );
    });
}

#[test]
fn an_announcement_repeats_by_a_rule_once_it_is_started() {
    on_both(async |web: &Web| {
        let token = token(web, Role::Ops, &[Permission::Announce]).await;
        web.people().await;
        let wrong = r#"{"body_en":"Open.","audience":"all groups","repeat":"cron 0 9 30 2 *"}"#;
        let refused = post(web, "/api/v1/announcements", &token, "1", wrong).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(json(&refused)["detail"].as_str().unwrap().starts_with("`repeat`: "), "{}", refused.body);
        let draft = r#"{"body_en":"Open.","audience":"all groups","repeat":"every mon 09:00"}"#;
        let new = json(&post(web, "/api/v1/announcements", &token, "2", draft).await);
        assert_eq!(new["repeat"]["rule"], "cron 0 9 * * 1", "{new}");
        assert_eq!((&new["repeat"]["state"], &new["repeat"]["sent"]), (&"set".into(), &0.into()));
        assert_eq!(new["repeat"]["next_ms"].as_array().unwrap().len(), 3);
        let version = new["announcement"]["version"].as_i64().unwrap();
        let acts = "/api/v1/announcements/1/acts";
        let start = format!(r#"{{"do":"start_series","version":{version}}}"#);
        let started = json(&post(web, acts, &token, "3", &start).await);
        assert_eq!(started["repeat"]["state"], "going", "{started}");
        let paused = json(&post(web, acts, &token, "4", r#"{"do":"pause_series"}"#).await);
        assert_eq!(paused["repeat"]["state"], "paused", "{paused}");
        let ended = json(&post(web, acts, &token, "5", r#"{"do":"end_series"}"#).await);
        assert!(ended["repeat"].is_null(), "{ended}");
        let again = post(web, acts, &token, "6", r#"{"do":"end_series"}"#).await;
        assert_eq!(again.status, StatusCode::CONFLICT, "{}", again.body);
    });
}

#[test]
fn an_announcement_is_sent_paused_and_let_go_on() {
    on_both(async |web: &Web| {
        let token = token(web, Role::Ops, &[Permission::Announce]).await;
        web.people().await;
        let draft = r#"{"body_en":"Down tomorrow.","audience":"all groups"}"#;
        post(web, "/api/v1/announcements", &token, "1", draft).await;
        let acts = "/api/v1/announcements/A-1/acts";
        for (key, act, state) in [
            ("2", r#"{"do":"send","version":1}"#, "sending"),
            ("3", r#"{"do":"pause"}"#, "paused"),
            ("4", r#"{"do":"resume"}"#, "sending"),
            ("5", r#"{"do":"recall"}"#, "recalled"),
        ] {
            let answer = post(web, acts, &token, key, act).await;
            assert_eq!(answer.status, StatusCode::OK, "{act}: {}", answer.body);
            assert_eq!(json(&answer)["announcement"]["state"], state, "{act}");
            let again = post(web, acts, &token, key, act).await;
            assert_eq!(again.body, answer.body, "{act}");
        }
    });
}

#[test]
fn an_article_is_written_changed_and_retired() {
    on_both(async |web: &Web| {
        let token = token(web, Role::Ops, &[Permission::Articles]).await;
        let path = "/api/v1/articles/payout-times";
        let article = |body: &str| {
            format!(
                r#"{{"tags":["money"],"state":"live","texts":{{"en":{{"title":"Payouts","questions":["When?"],"body":"{body}"}}}}}}"#
            )
        };
        let new = send(web, Method::PUT, path, &token, "1", &article("On Fridays.")).await;
        assert_eq!(new.status, StatusCode::CREATED, "{}", new.body);
        let changed = send(web, Method::PUT, path, &token, "2", &article("On Mondays.")).await;
        assert_eq!(changed.status, StatusCode::OK);
        let (_, read) = api(web, Method::GET, path, &token).await;
        assert_eq!(read, json(&changed));
        let bound = |version: &serde_json::Value, body: &str| {
            let mut one: serde_json::Value = serde_json::from_str(&article(body)).unwrap();
            one["version"] = version.clone();
            one.to_string()
        };
        let old = send(web, Method::PUT, path, &token, "7", &bound(&json(&new)["version"], "Never.")).await;
        assert_eq!(old.status, StatusCode::CONFLICT, "{}", old.body);
        let same = send(web, Method::PUT, path, &token, "8", &bound(&read["version"], "On Mondays.")).await;
        assert_eq!((same.status, json(&same)), (StatusCode::OK, read));
        let retired = post(web, &format!("{path}/acts"), &token, "3", r#"{"do":"retire"}"#).await;
        assert_eq!(json(&retired)["state"], "retired");
        let empty = r#"{"texts":{}}"#;
        let wrong = send(web, Method::PUT, path, &token, "4", empty).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", wrong.body);
        let named = send(web, Method::PUT, "/api/v1/articles/No%20Slug", &token, "5", &article("x")).await;
        assert_eq!(named.status, StatusCode::UNPROCESSABLE_ENTITY);
        let none = post(web, "/api/v1/articles/none/acts", &token, "6", r#"{"do":"publish"}"#).await;
        assert_eq!(none.status, StatusCode::NOT_FOUND);
        let mut tx = web.console.hall.db.read().await.unwrap();
        let kept = answer::get(&mut tx, "payout-times").await.unwrap().unwrap();
        assert_eq!(kept.text(Lang::En).unwrap().1.body, "On Mondays.");
        drop(tx);
        let acts: Vec<String> = web.trace("payout-times").await.into_iter().map(|(act, _)| act).collect();
        assert_eq!(acts, ["answer.article.create", "answer.article.change", "answer.article.state"]);
    });
}

#[test]
fn an_activity_is_written_changed_and_pushed_as_it_was_looked_at() {
    on_both(async |web: &Web| {
        let token = token(web, Role::Ops, &[Permission::Activities]).await;
        web.people().await;
        let at_ms = START_MS + 86_400_000;
        let text =
            format!(r#"{{"body_en":"Come","audience":"all groups","starts_at_ms":{at_ms},"capacity":9}}"#);
        let made = post(web, "/api/v1/activities", &token, "a", &text).await;
        let twice = post(web, "/api/v1/activities", &token, "a", &text).await;
        assert_eq!((made.status, &made.body), (StatusCode::CREATED, &twice.body), "{}", made.body);
        let told = json(&made);
        assert_eq!((&told["activity"]["no"], &told["activity"]["version"]), (&"E-1".into(), &1.into()));
        assert_eq!(
            (&told["audience"], &told["activity"]["starts_at_ms"]),
            (&"all groups".into(), &at_ms.into())
        );
        let edit = async |key: &str, body: String| {
            send(web, Method::PUT, "/api/v1/activities/E-1", &token, key, &body).await
        };
        let changed = edit("b", format!(r#"{{"version":1,"text":{text}}}"#).replace("Come", "Do come")).await;
        assert_eq!(json(&changed)["activity"]["version"], 2, "{}", changed.body);
        let late = edit("c", format!(r#"{{"version":1,"text":{text}}}"#)).await;
        assert_eq!(late.status, StatusCode::CONFLICT, "{}", late.body);
        for (key, bad, field) in [
            ("d", r#"{"audience":"tier krown"}"#, "`audience`"),
            ("e", r#"{"capacity":-1}"#, "`capacity`"),
            ("f", r#"{"starts_at_ms":999999999999999}"#, "`starts_at_ms`"),
        ] {
            let wrong = edit(key, format!(r#"{{"version":2,"text":{bad}}}"#)).await;
            assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", wrong.body);
            assert!(json(&wrong)["detail"].as_str().unwrap().starts_with(field), "{}", wrong.body);
        }
        let acts = "/api/v1/activities/E-1/acts";
        let unseen = post(web, acts, &token, "g", r#"{"do":"publish","version":1}"#).await;
        assert_eq!(unseen.status, StatusCode::CONFLICT, "{}", unseen.body);
        let out = post(web, acts, &token, "h", r#"{"do":"publish","version":2}"#).await;
        assert_eq!(json(&out)["activity"]["state"], "open", "{}", out.body);
        assert_eq!(json(&out)["activity"]["body_en"], "Do come");
    });
}

#[test]
fn sign_up_for_an_activity_is_ended() {
    on_both(async |web: &Web| {
        let token = token(web, Role::Ops, &[Permission::Activities]).await;
        let (user, _) = web.people().await;
        let by = web.staff(Role::Admin).await;
        pages::activity::organise(web, &user, &by).await;
        let acts = "/api/v1/activities/E-1/acts";
        let closed = post(web, acts, &token, "1", r#"{"do":"close"}"#).await;
        assert_eq!(closed.status, StatusCode::OK, "{}", closed.body);
        assert_eq!(json(&closed)["activity"]["state"], "closed");
        let cancel = post(web, acts, &token, "2", r#"{"do":"cancel"}"#).await;
        assert_eq!(cancel.status, StatusCode::CONFLICT, "it went out");
    });
}
