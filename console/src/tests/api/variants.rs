//! Texts of an announcement that are tested against each other, by the API.

use super::write::{json, post, send};
use super::*;

#[test]
fn an_announcement_tests_several_texts_and_the_winner_is_chosen() {
    on_both(async |web: &Web| {
        let token = token(web, Role::Ops, &[Permission::Announce]).await;
        web.people().await;
        let path = "/api/v1/announcements";
        let draft = |share: i64| {
            format!(
                r#"{{"body_en":"Open.","audience":"all groups","ack":true,"test":{{"variants":[{{"body_en":"Closed."}}],"share":{share},"measure":"receipts","wait":"90m"}}}}"#
            )
        };
        let refused = post(web, path, &token, "1", &draft(95)).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(json(&refused)["detail"].as_str().unwrap().starts_with("`test`: “95”"), "{}", refused.body);
        let new = json(&post(web, path, &token, "2", &draft(90)).await);
        let test = &new["test"];
        assert_eq!(
            (&test["share"], &test["measure"], &test["wait_ms"]),
            (&90.into(), &"receipts".into(), &5_400_000.into())
        );
        let of = |n: usize, key: &str| test["variants"][n][key].clone();
        assert_eq!((of(0, "name"), of(0, "body_en")), ("A".into(), "Open.".into()));
        assert_eq!(
            (of(1, "name"), of(1, "body_en"), of(1, "copies")),
            ("B".into(), "Closed.".into(), 0.into())
        );
        assert!(of(1, "rate_bp").is_null() && test["winner"].is_null(), "{test}");
        let preview = api(web, Method::GET, "/api/v1/announcements/1/preview", &token).await.1;
        assert_eq!(preview["variants"][0]["name"], "B", "{preview}");

        let acts = "/api/v1/announcements/1/acts";
        let early = post(web, acts, &token, "3", r#"{"do":"choose_winner","variant":"B"}"#).await;
        assert_eq!(early.status, StatusCode::CONFLICT, "{}", early.body);
        let sent = post(web, acts, &token, "4", r#"{"do":"send","version":1}"#).await;
        assert_eq!(json(&sent)["announcement"]["state"], "sending", "{}", sent.body);
        let wrong = post(web, acts, &token, "5", r#"{"do":"choose_winner","variant":"E"}"#).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        let none = post(web, acts, &token, "6", r#"{"do":"choose_winner","variant":"C"}"#).await;
        assert_eq!(none.status, StatusCode::CONFLICT, "there are two: {}", none.body);
        let chosen = json(&post(web, acts, &token, "7", r#"{"do":"choose_winner","variant":"b"}"#).await);
        assert_eq!((&chosen["test"]["winner"], &chosen["test"]["why"]), (&"B".into(), &"chosen".into()));
        let last = web.last_trace("A-1").await;
        assert_eq!(last.0, "announcement.winner");
        let without = r#"{"version":1,"text":{"body_en":"Open.","audience":"all groups"}}"#;
        let draft = post(web, path, &token, "8", &draft(20)).await;
        assert!(!json(&draft)["test"].is_null());
        let edited = send(web, Method::PUT, "/api/v1/announcements/2", &token, "9", without).await;
        assert!(json(&edited)["test"].is_null(), "what is left out says nothing: {}", edited.body);
    });
}
