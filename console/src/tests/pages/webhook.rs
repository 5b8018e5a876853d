//! Webhooks: made, tried, switched and taken away on their pages.

use super::*;
use crate::tests::api::write;

/// Makes a webhook by the API that was sent one message; gives its id.
pub(in crate::tests) async fn made(web: &Web, token: &str) -> String {
    let body = r#"{"url":"https://hooks.example/in","types":["ticket.opened"]}"#;
    let made = write::post(web, "/api/v1/webhooks", token, "made", body).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
    let made = write::json(&made);
    assert!(made["secret"].as_str().unwrap().starts_with("whsec_"));
    let id = made["webhook"]["id"].as_str().unwrap().to_owned();
    let tried =
        write::post(web, &format!("/api/v1/webhooks/{id}/acts"), token, "tried", r#"{"do":"test"}"#).await;
    assert_eq!(tried.status, StatusCode::OK, "{}", tried.body);
    id
}

/// Between these two.
fn between<'a>(body: &'a str, before: &str, after: &str) -> &'a str {
    body.split_once(before).unwrap().1.split_once(after).unwrap().0
}

#[test]
fn a_webhook_is_made_and_its_secret_is_shown_once() {
    on_both(async |web: &Web| {
        let admin = web.browser(Role::Admin).await;
        assert!(web.open(&admin, "/webhooks").await.body.contains("None yet."));
        let fields = [
            ("url", "https://hooks.example/in?a=<b>"),
            ("description", "the shop"),
            ("type", "ticket.opened"),
        ];
        let made = web.post(&admin, "/webhooks/save", &fields).await;
        assert_eq!(made.status, StatusCode::OK, "{}", made.body);
        let secret = between(&made.body, "<pre class=\"shell wrap\">", "</pre>");
        assert!(secret.starts_with("whsec_"), "{secret}");
        assert!(!made.body.contains("<b>"), "an address is text");
        let list = web.open(&admin, "/webhooks").await;
        let path = format!("/webhooks/{}", between(&list.body, "href=\"/webhooks/", "\""));
        let one = web.open(&admin, &path).await;
        assert!(one.body.contains("the shop") && !one.body.contains("whsec_"), "it is shown once");
        let refused =
            [("url", "https://10.0.0.1/"), ("type", "ticket.opened"), ("description", "kept as typed")];
        let refused = web.post(&admin, "/webhooks/save", &refused).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.body.contains("private network") && refused.body.contains("kept as typed"));
    });
}

#[test]
fn a_webhook_is_tried_switched_given_a_new_secret_and_deleted() {
    on_both(async |web: &Web| {
        let admin = web.browser(Role::Admin).await;
        let by = "staff-admin".into();
        let token = crate::new_api_token(&web.console.hall, &by, "t", Role::Admin.permissions(), None).await;
        let path = format!("/webhooks/{}", made(web, &token.unwrap()).await);
        let act = async |what: &str| web.post(&admin, &format!("{path}/act"), &[("do", what)]).await;
        assert_eq!(act("test").await.location(), path);
        let log = web.open(&admin, &path).await.body;
        assert_eq!(log.matches("<code>webhook.test</code>").count(), 2);
        let delivery = between(&log, "name=\"delivery\" value=\"", "\"");
        let again = web.post(&admin, &format!("{path}/again"), &[("delivery", delivery)]).await;
        assert_eq!(again.location(), path);
        let gone = web.post(&admin, &format!("{path}/again"), &[("delivery", "nothing")]).await;
        assert!(gone.body.contains("not there any more"), "{}", gone.body);
        let rotated = act("rotate").await;
        assert!(rotated.body.contains("whsec_") && rotated.body.contains("The secret before signs until"));
        act("disable").await;
        let off = act("test").await;
        assert_eq!(off.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(off.body.contains("switch it on first"));
        assert_eq!(act("enable").await.location(), path);
        assert_eq!(act("remove").await.location(), "/webhooks");
        assert_eq!(web.open(&admin, &path).await.status, StatusCode::NOT_FOUND);
        let acts = web.open(&admin, "/audit").await.body;
        for act in [
            "webhook.create",
            "webhook.test",
            "webhook.again",
            "webhook.rotate",
            "webhook.disable",
            "webhook.remove",
        ] {
            assert!(acts.contains(act), "{act}");
        }
    });
}

#[test]
fn what_the_api_refuses_is_said_and_changes_nothing() {
    on_both(async |web: &Web| {
        let by = web.staff(Role::Admin).await;
        let token =
            crate::new_api_token(&web.console.hall, &by, "t", Role::Admin.permissions(), None).await.unwrap();
        for (n, body) in [
            r#"{"url":"http://hooks.example/","types":["ticket.opened"]}"#,
            r#"{"url":"https://127.0.0.1/","types":["ticket.opened"]}"#,
            r#"{"url":"https://me:pass@hooks.example/","types":["ticket.opened"]}"#,
            r#"{"url":"https://hooks.example/","types":[]}"#,
            r#"{"url":"https://hooks.example/","types":["ticket.eaten"]}"#,
        ]
        .into_iter()
        .enumerate()
        {
            let refused = write::post(web, "/api/v1/webhooks", &token, &format!("k{n}"), body).await;
            assert_eq!(refused.status, StatusCode::CONFLICT, "{body}: {}", refused.body);
        }
        let id = made(web, &token).await;
        let path = format!("/api/v1/webhooks/{id}/acts");
        let change =
            r#"{"do":"change","url":"https://other.example/","description":"new","types":["case.opened"]}"#;
        let changed = write::json(&write::post(web, &path, &token, "c", change).await);
        assert_eq!(
            (&changed["webhook"]["url"], &changed["secret"]),
            (&"https://other.example/".into(), &serde_json::Value::Null)
        );
        let gone = write::json(&write::post(web, &path, &token, "d", r#"{"do":"delete"}"#).await);
        assert_eq!(gone["webhook"]["url"], "https://other.example/", "as it was");
        assert_eq!(
            write::post(web, &path, &token, "e", r#"{"do":"test"}"#).await.status,
            StatusCode::NOT_FOUND
        );
    });
}
