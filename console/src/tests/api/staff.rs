//! What admins do by the API: groups, who works here, macros, what is on lists to be worked off.

use bot_core::directory::Purpose;
use bot_core::store::join_request as requests;

use super::write::{json, post, problem, send};
use super::*;

#[test]
fn a_group_is_locked_opened_slowed_down_and_put_to_another_use() {
    on_both(async |web: &Web| {
        let token = token(web, Role::Admin, Role::Admin.permissions()).await;
        let (_, group) = web.people().await;
        pages::group::connect(web);
        let at = format!("/api/v1/chats/{}", group.id);
        let acts = format!("{at}/acts");
        let locked = post(web, &acts, &token, "1", r#"{"do":"lock","ms":3600000,"reason":"Raid"}"#).await;
        assert_eq!(json(&locked)["locked_until_ms"], START_MS + 3_600_000, "{}", locked.body);
        let slow = post(web, &acts, &token, "2", r#"{"do":"slow","every_ms":60000}"#).await;
        assert_eq!(json(&slow)["slow_every_ms"], 60_000, "{}", slow.body);
        let short = post(web, &acts, &token, "3", r#"{"do":"slow","every_ms":1}"#).await;
        assert_eq!((short.status, problem(&short)), (StatusCode::CONFLICT, "conflict".into()));
        let fast = post(web, &acts, &token, "4", r#"{"do":"slow","every_ms":0}"#).await;
        assert!(json(&fast)["slow_every_ms"].is_null(), "{}", fast.body);
        let idle =
            post(web, &acts, &token, "5", r#"{"do":"set_purpose","purpose":"idle","lang":"zh"}"#).await;
        assert_eq!(json(&idle)["chat"]["purpose"], "idle", "{}", idle.body);
        let (_, read) = api(web, Method::GET, &at, &token).await;
        assert_eq!(read, json(&idle));
        let lang = post(web, &acts, &token, "6", r#"{"do":"set_purpose","purpose":"idle","lang":"x"}"#).await;
        assert_eq!((lang.status, problem(&lang)), (StatusCode::UNPROCESSABLE_ENTITY, "wrong-value".into()));
        let chat = chat::get(&mut web.console.hall.db.read().await.unwrap(), &group.id).await.unwrap();
        assert_eq!(chat.unwrap().purpose, Purpose::Idle);
        assert_eq!(web.count_of(group.id.as_str(), "group.set").await, 1);
        let none = post(web, "/api/v1/chats/none/acts", &token, "7", r#"{"do":"unlock"}"#).await;
        assert_eq!(none.status, StatusCode::NOT_FOUND);
    });
}

#[test]
fn each_act_on_a_group_needs_its_own_right() {
    on_both(async |web: &Web| {
        let (_, group) = web.people().await;
        let acts = format!("/api/v1/chats/{}/acts", group.id);
        let by = web.staff(Role::Admin).await;
        let all = [Permission::Moderate, Permission::EditPeople, Permission::Administer];
        for (body, needed) in [
            (r#"{"do":"lock"}"#, Permission::Moderate),
            (r#"{"do":"show","what":"tier"}"#, Permission::EditPeople),
            (r#"{"do":"set_purpose","purpose":"idle"}"#, Permission::Administer),
        ] {
            let others: Vec<Permission> = all.into_iter().filter(|one| *one != needed).collect();
            let without = crate::new_api_token(&web.console.hall, &by, "t", &others, None).await.unwrap();
            let answer = post(web, &acts, &without, "k", body).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{body}");
        }
    });
}

#[test]
fn who_asks_is_let_in_once() {
    on_both(async |web: &Web| {
        let token = token(web, Role::Admin, Role::Admin.permissions()).await;
        let (user, group) = web.people().await;
        let one = spec::asks(&user.id, &group.id);
        web.doing(async |work| requests::put(work.tx().await.unwrap(), &one).await.unwrap()).await;
        let (_, list) = api(web, Method::GET, "/api/v1/join-requests", &token).await;
        assert_eq!((&list["items"][0]["id"], &list["items"][0]["state"]), (&"J1".into(), &"open".into()));
        let acts = "/api/v1/join-requests/J1/acts";
        let let_in = post(web, acts, &token, "1", r#"{"do":"let_in"}"#).await;
        assert_eq!(json(&let_in)["state"], "letting_in", "{}", let_in.body);
        let late = post(web, acts, &token, "2", r#"{"do":"turn_away"}"#).await;
        assert_eq!((late.status, problem(&late)), (StatusCode::CONFLICT, "conflict".into()));
        assert_eq!(web.count_of(user.id.as_str(), "group.let_in").await, 1);
    });
}

#[test]
fn somebody_is_hired_given_roles_and_dismissed_and_no_answer_lets_anybody_in() {
    on_both(async |web: &Web| {
        let token = token(web, Role::Admin, Role::Admin.permissions()).await;
        let hired = post(web, "/api/v1/staff", &token, "1", r#"{"name":"Mei","roles":["support"]}"#).await;
        assert_eq!(hired.status, StatusCode::CREATED, "{}", hired.body);
        let id = json(&hired)["staff"]["id"].as_str().unwrap().to_owned();
        let acts = format!("/api/v1/staff/{id}/acts");
        let roles = post(web, &acts, &token, "2", r#"{"do":"set_roles","roles":["ops","support"]}"#).await;
        assert_eq!(json(&roles)["staff"]["roles"], serde_json::json!(["ops", "support"]), "{}", roles.body);
        let none = post(web, &acts, &token, "3", r#"{"do":"set_roles","roles":[]}"#).await;
        assert_eq!(none.status, StatusCode::CONFLICT, "{}", none.body);
        let (hall, whose) = (&web.console.hall, StaffId::from(id.as_str()));
        let theirs = crate::new_api_token(hall, &whose, "t", &[Permission::Tickets], None).await.unwrap();
        let (_, full) = api(web, Method::GET, &format!("/api/v1/staff/{id}"), &token).await;
        let of = full["tokens"][0]["id"].as_str().unwrap().to_owned();
        assert!(!full.to_string().contains(theirs.rsplit('_').next().unwrap()), "{full}");
        let revoke = format!(r#"{{"do":"revoke_token","token":"{of}"}}"#);
        assert_eq!(post(web, &acts, &token, "4", &revoke).await.status, StatusCode::OK);
        assert_eq!(api(web, Method::GET, "/api/v1/tickets", &theirs).await.0, StatusCode::UNAUTHORIZED);
        let twice = post(web, &acts, &token, "5", &revoke).await;
        assert_eq!((twice.status, problem(&twice)), (StatusCode::UNPROCESSABLE_ENTITY, "wrong-value".into()));
        for (key, unknown) in
            [("6", "link"), ("7", "sign_in_link"), ("8", "link_code"), ("9", "reset_second_factor")]
        {
            let body = format!(r#"{{"do":"{unknown}"}}"#);
            assert_eq!(
                post(web, &acts, &token, key, &body).await.status,
                StatusCode::BAD_REQUEST,
                "{unknown}"
            );
        }
        let gone = post(web, &acts, &token, "a", r#"{"do":"dismiss"}"#).await;
        assert_eq!(gone.status, StatusCode::OK, "{}", gone.body);
        assert_eq!(
            api(web, Method::GET, &format!("/api/v1/staff/{id}"), &token).await.0,
            StatusCode::NOT_FOUND
        );
        let last = post(web, "/api/v1/staff/staff-admin/acts", &token, "b", r#"{"do":"dismiss"}"#).await;
        assert_eq!(last.status, StatusCode::CONFLICT, "somebody stays admin");
        let acts: Vec<String> = web.trace(&id).await.into_iter().map(|(act, _)| act).collect();
        assert_eq!(acts, ["staff.hire", "staff.roles", "staff.dismiss"]);
        let (_, audit) = api(web, Method::GET, &format!("/api/v1/audit?object={id}&limit=2"), &token).await;
        assert_eq!(audit["items"][0]["act"], "staff.dismiss", "{audit}");
        let rest = format!("/api/v1/audit?object={id}&after={}", audit["next"].as_str().unwrap());
        assert_eq!(api(web, Method::GET, &rest, &token).await.1["items"][0]["act"], "staff.hire");
    });
}

#[test]
fn a_macro_is_written_changed_from_what_was_seen_and_taken_away() {
    on_both(async |web: &Web| {
        let token = token(web, Role::Ops, Role::Ops.permissions()).await;
        let new =
            post(web, "/api/v1/macros", &token, "1", r#"{"name":";Payout","body_en":"On its way."}"#).await;
        assert_eq!(new.status, StatusCode::CREATED, "{}", new.body);
        assert_eq!(json(&new)["name"], "payout");
        let at = format!("/api/v1/macros/{}", json(&new)["id"].as_str().unwrap());
        let change = r#"{"version":1,"name":"paid","body_en":"Paid.","body_zh":"已打款。"}"#;
        let changed = send(web, Method::PUT, &at, &token, "2", change).await;
        assert_eq!((changed.status, json(&changed)["version"].clone()), (StatusCode::OK, 2.into()));
        let late = send(web, Method::PUT, &at, &token, "3", change).await;
        assert_eq!((late.status, problem(&late)), (StatusCode::CONFLICT, "conflict".into()));
        let gone = post(web, &format!("{at}/acts"), &token, "4", r#"{"do":"remove"}"#).await;
        assert_eq!(json(&gone)["name"], "paid", "{}", gone.body);
        let again = post(web, &format!("{at}/acts"), &token, "5", r#"{"do":"remove"}"#).await;
        assert_eq!(again.status, StatusCode::NOT_FOUND);
    });
}

#[test]
fn what_is_on_lists_to_be_worked_off_is_taken_off_them() {
    on_both(async |web: &Web| {
        let token = token(web, Role::Admin, Role::Admin.permissions()).await;
        pages::knowledge::write(web).await;
        let (user, _) = web.people().await;
        pages::people::trade(web, &user, 1).await;
        web.doing(async |work| {
            let key = (&"sandbox".into(), &"e1".into());
            let tx = work.tx().await.unwrap();
            bot_core::store::message::add_failed(tx, &"F1".into(), key, "{}", "broken", START_MS)
                .await
                .unwrap();
        })
        .await;
        for (list, id, act, trace) in [
            ("/api/v1/articles/gaps", "gap1", r#"{"do":"drop"}"#, "answer.gap.drop"),
            ("/api/v1/events/failed", "F1", r#"{"do":"put_away"}"#, "event.put_away"),
        ] {
            let (_, before) = api(web, Method::GET, list, &token).await;
            assert_eq!(before["items"].as_array().unwrap().len(), 1, "{before}");
            let acts = format!("{list}/{id}/acts");
            let done = post(web, &acts, &token, id, act).await;
            assert_eq!(json(&done)["items"], serde_json::json!([]), "{}", done.body);
            let twice = post(web, &acts, &token, "again", act).await;
            assert_eq!(twice.status, StatusCode::NOT_FOUND, "{list}");
            assert_eq!(web.count_of(id, trace).await, 1);
        }
        let (_, all) = api(web, Method::GET, "/api/v1/merchants", &token).await;
        let at = format!("/api/v1/merchants/{}/acts", all["items"][0]["id"].as_str().unwrap());
        let zoned = post(web, &at, &token, "z", r#"{"do":"set_zone","zone":"Asia/Tokyo"}"#).await;
        assert_eq!(json(&zoned)["zone"], "Asia/Tokyo", "{}", zoned.body);
        let wrong = post(web, &at, &token, "y", r#"{"do":"set_zone","zone":"Nowhere/None"}"#).await;
        assert_eq!((wrong.status, problem(&wrong)), (StatusCode::CONFLICT, "conflict".into()));
        let none = post(web, &at, &token, "x", r#"{"do":"set_zone"}"#).await;
        assert!(json(&none)["zone"].is_null(), "{}", none.body);
    });
}
