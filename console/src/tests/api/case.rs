//! Moderators' acts by the API.

use super::write::{json, post, problem};
use super::*;

#[test]
fn somebody_is_muted_the_mute_is_lifted_and_a_flagged_message_decided() {
    on_both(async |web: &Web| {
        let token = token(web, Role::Moderator, &[Permission::Moderate, Permission::ReadCases]).await;
        let (user, group) = web.people().await;
        web.case(&user, &group).await;
        let decided = post(web, "/api/v1/cases/C-1/acts", &token, "1", r#"{"do":"dismiss"}"#).await;
        assert_eq!(json(&decided)["state"], "dismissed", "{}", decided.body);
        let late = post(web, "/api/v1/cases/C-1/acts", &token, "2", r#"{"do":"uphold"}"#).await;
        assert_eq!(late.status, StatusCode::CONFLICT);
        let place = format!(r#""user":"{}","chat":"{}""#, user.id, group.id);
        let mute = |ms: i64| format!(r#"{{{place},"measure":{{"kind":"mute","ms":{ms}}},"reason":"Spam"}}"#);
        let short = post(web, "/api/v1/cases", &token, "3", &mute(1)).await;
        assert_eq!(short.status, StatusCode::CONFLICT, "{}", short.body);
        web.doing(async |work| {
            // The case above was made by hand; the next number is behind it.
            chat::next_number(work.tx().await.unwrap(), "case").await.unwrap()
        })
        .await;
        let muted = post(web, "/api/v1/cases", &token, "4", &mute(3_600_000)).await;
        assert_eq!(muted.status, StatusCode::CREATED, "{}", muted.body);
        let no = json(&muted)["no"].as_str().unwrap().to_owned();
        let lifted = post(web, "/api/v1/cases/lift", &token, "5", &format!("{{{place}}}")).await;
        assert_eq!(json(&lifted)["cases"], serde_json::json!([no]), "{}", lifted.body);
        let none = post(web, "/api/v1/cases/lift", &token, "6", &format!("{{{place}}}")).await;
        assert_eq!(none.status, StatusCode::CONFLICT);
        let undone = post(web, &format!("/api/v1/cases/{no}/acts"), &token, "7", r#"{"do":"undo"}"#).await;
        assert_eq!(json(&undone)["state"], "undone", "{}", undone.body);
        assert_eq!(web.count_of(&no, "case.open").await, 1);
    });
}

#[test]
fn somebody_is_banned_let_back_and_kicked_by_a_token_with_that_right_alone() {
    on_both(async |web: &Web| {
        let (user, group) = web.people().await;
        let place = format!(r#""user":"{}","chat":"{}""#, user.id, group.id);
        let measure = |what: &str| format!(r#"{{{place},"measure":{{{what}}},"reason":"Spam"}}"#);
        let ban = measure(r#""kind":"ban","purge_ms":3600000"#);
        let muting = token(web, Role::Moderator, &[Permission::Moderate]).await;
        let refused = post(web, "/api/v1/cases", &muting, "1", &ban).await;
        assert_eq!((refused.status, problem(&refused)), (StatusCode::FORBIDDEN, "not-allowed".into()));
        let (hall, by) = (&web.console.hall, StaffId::from("staff-moderator"));
        let rights = [Permission::Ban, Permission::ReadCases];
        let token = crate::new_api_token(hall, &by, "2", &rights, None).await.unwrap();
        let long =
            post(web, "/api/v1/cases", &token, "2", &measure(r#""kind":"ban","purge_ms":604800001"#)).await;
        assert_eq!((long.status, problem(&long)), (StatusCode::CONFLICT, "conflict".into()), "{}", long.body);
        let banned = post(web, "/api/v1/cases", &token, "3", &ban).await;
        assert_eq!(banned.status, StatusCode::CREATED, "{}", banned.body);
        let no = json(&banned)["no"].as_str().unwrap().to_owned();
        let again = post(web, "/api/v1/cases", &token, "3", &ban).await;
        assert_eq!(again.body, banned.body);
        assert_eq!(web.count_of(&no, "case.open").await, 1, "the same write is one ban");
        let lift = format!(r#"{{{place},"kind":"ban"}}"#);
        let lifted = post(web, "/api/v1/cases/lift", &token, "4", &lift).await;
        assert_eq!(json(&lifted)["cases"], serde_json::json!([no]), "{}", lifted.body);
        let kicked = post(web, "/api/v1/cases", &token, "5", &measure(r#""kind":"kick""#)).await;
        assert_eq!(kicked.status, StatusCode::CREATED, "{}", kicked.body);
        assert_eq!(json(&kicked)["state"], "stands");
    });
}
