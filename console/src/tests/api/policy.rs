//! The policy by the API: read, tried and saved.

use bot_core::digest::sha256;

use super::pages::policy::{enforce, policy, version};
use super::write::{json, post, problem, send};
use super::*;

const POLICY: &str = "/api/v1/policy";

fn body(text: &str, seen: Option<&str>) -> String {
    match seen {
        Some(seen) => serde_json::json!({ "text": text, "seen": seen }).to_string(),
        None => serde_json::json!({ "text": text }).to_string(),
    }
}

#[test]
fn a_draft_is_tried_and_its_faults_are_named_with_their_places() {
    on_both(async |web: &Web| {
        let token = token(web, Role::Moderator, &[Permission::ReadCases, Permission::Moderate]).await;
        let now = api(web, Method::GET, POLICY, &token).await.1;
        assert_eq!((now["version"].as_u64().unwrap(), &now["file"]), (version(web).into(), &Value::Null));
        let bad = post(web, "/api/v1/policy/try", &token, "1", &body("version = 2\nnonsense", None)).await;
        assert_eq!(bad.status, StatusCode::OK, "{}", bad.body);
        let bad = json(&bad);
        assert_eq!((&bad["faults"][0]["line"], &bad["trial"]), (&2.into(), &Value::Null), "{bad}");
        let good = post(web, "/api/v1/policy/try", &token, "2", &body(&policy(9, "casino"), None)).await;
        let good = json(&good);
        assert_eq!(
            (&good["faults"], &good["trial"]["messages"]),
            (&Value::Array(vec![]), &0.into()),
            "{good}"
        );
        assert_ne!(version(web), 9, "nothing changed");
        let save = send(web, Method::PUT, POLICY, &token, "3", &body(&policy(9, "x"), Some("x"))).await;
        assert_eq!((save.status, problem(&save)), (StatusCode::FORBIDDEN, "not-allowed".into()));
    });
}

#[test]
fn a_policy_is_saved_once_and_only_over_the_one_that_was_read() {
    on_both(async |web: &Web| {
        let token = token(web, Role::Admin, Role::Admin.permissions()).await;
        let built_in = send(web, Method::PUT, POLICY, &token, "0", &body(&policy(9, "x"), Some("x"))).await;
        assert_eq!(built_in.status, StatusCode::CONFLICT, "{}", built_in.body);
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("policy.toml");
        let (first, second) = (policy(1, "casino"), policy(2, "lottery"));
        enforce(web, &file, &first);
        let now = api(web, Method::GET, POLICY, &token).await.1;
        assert_eq!(
            (now["text"].as_str().unwrap(), now["seen"].as_str().unwrap()),
            (&*first, &*sha256(&first))
        );

        let seen = now["seen"].as_str().unwrap();
        let wrong = send(web, Method::PUT, POLICY, &token, "1", &body("version =", Some(seen))).await;
        assert_eq!((wrong.status, problem(&wrong)), (StatusCode::UNPROCESSABLE_ENTITY, "wrong-value".into()));
        assert!(json(&wrong)["detail"].as_str().unwrap().starts_with("line 1, "), "{}", wrong.body);
        let saved = send(web, Method::PUT, POLICY, &token, "2", &body(&second, Some(seen))).await;
        assert_eq!((saved.status, &json(&saved)["version"]), (StatusCode::OK, &2.into()), "{}", saved.body);
        assert_eq!((std::fs::read_to_string(&file).unwrap(), version(web)), (second.clone(), 2));
        let again = send(web, Method::PUT, POLICY, &token, "2", &body(&second, Some(seen))).await;
        assert_eq!((again.status, &again.body), (StatusCode::OK, &saved.body));
        assert_eq!(again.headers["idempotency-replayed"], "true");
        let reused = send(web, Method::PUT, POLICY, &token, "2", &body(&policy(3, "x"), Some(seen))).await;
        assert_eq!(problem(&reused), "key-reused");
        let late = send(web, Method::PUT, POLICY, &token, "3", &body(&policy(3, "x"), Some(seen))).await;
        assert_eq!((late.status, problem(&late)), (StatusCode::CONFLICT, "conflict".into()));
        assert_eq!(web.count_of("policy", "policy.save").await, 1);
    });
}
