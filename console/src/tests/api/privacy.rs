//! Giving out and erasing by the API: under the right, once.

use super::write::{json, post, problem};
use super::*;
use crate::tests::pages::people::trade;

#[test]
fn a_merchant_is_erased_once_by_who_may() {
    on_both(async |web: &Web| {
        let (user, _) = web.people().await;
        trade(web, &user, 1).await;
        let admin = token(web, Role::Admin, &[Permission::Administer]).await;
        let ops = token(web, Role::Ops, Role::Ops.permissions()).await;
        let path = "/api/v1/merchants/M000/erase";
        let (status, _) = api(web, Method::GET, path, &ops).await;
        assert_eq!(status, StatusCode::FORBIDDEN);
        let (status, look) = api(web, Method::GET, path, &admin).await;
        assert_eq!(
            (status, look["people"][0]["person"].as_str()),
            (StatusCode::OK, Some(user.person.as_str()))
        );
        let body = serde_json::json!({ "seen": look["seen"] }).to_string();
        assert_eq!(post(web, path, &ops, "k", &body).await.status, StatusCode::FORBIDDEN);
        assert_eq!(
            post(web, path, &admin, "k0", "").await.status,
            StatusCode::BAD_REQUEST,
            "nobody has looked"
        );
        let other = post(web, path, &admin, "k1", r#"{"seen":"something else"}"#).await;
        assert_eq!((other.status, problem(&other).as_str()), (StatusCode::CONFLICT, "conflict"));
        let (status, _) = api(web, Method::GET, "/api/v1/merchants/M000/export", &ops).await;
        assert_eq!(status, StatusCode::FORBIDDEN);
        let (status, given) = api(web, Method::GET, "/api/v1/merchants/M000/export", &admin).await;
        assert_eq!((status, given["of"].as_str()), (StatusCode::OK, Some("merchant")));
        assert_eq!(given["tables"]["contact"][0]["person"], user.person.as_str());

        let begun = post(web, path, &admin, "k", &body).await;
        assert_eq!(begun.status, StatusCode::ACCEPTED, "{}", begun.body);
        let (status, _) = api(web, Method::GET, "/api/v1/erasures", &ops).await;
        assert_eq!(status, StatusCode::FORBIDDEN);
        let (_, all) = api(web, Method::GET, "/api/v1/erasures", &admin).await;
        let one = &all["items"][0];
        assert_eq!(one["id"], json(&begun)["erasure"], "{all}");
        assert_eq!((one["of"].as_str(), one["state"].as_str()), (Some("merchant"), Some("going")), "{all}");
        let again = post(web, path, &admin, "k", &body).await;
        assert_eq!(json(&again)["erasure"], json(&begun)["erasure"], "the same write is done once");
        assert_eq!(post(web, path, &admin, "k2", &body).await.status, StatusCode::NOT_FOUND);
    });
}

#[test]
fn a_person_with_an_open_ticket_is_not_erased() {
    on_both(async |web: &Web| {
        let (user, _) = web.people().await;
        web.ticket(&user).await;
        let admin = token(web, Role::Admin, &[Permission::Administer]).await;
        let path = format!("/api/v1/people/{}/erase", user.person);
        let (_, look) = api(web, Method::GET, &path, &admin).await;
        assert!(look["obstacle"].as_str().unwrap().contains("T-1 is still open"), "{look}");
        let body = serde_json::json!({ "seen": look["seen"] }).to_string();
        let refused = post(web, &path, &admin, "k", &body).await;
        assert_eq!((refused.status, problem(&refused).as_str()), (StatusCode::CONFLICT, "conflict"));
        assert!(json(&refused)["detail"].as_str().unwrap().contains("T-1 is still open"));
    });
}
