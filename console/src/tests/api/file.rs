//! Files by the API: brought, listed and got.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;

use super::write::{json, post, problem, send};
use super::*;

fn file(name: &str, bytes: &[u8]) -> Value {
    serde_json::json!({ "name": name, "data": BASE64_STANDARD.encode(bytes) })
}

/// A larger file than any other write takes.
fn large() -> Vec<u8> {
    b"row,of,a,table\n".repeat(62_000)
}

#[test]
fn files_go_to_a_merchant_and_are_got_by_who_may_see_the_ticket() {
    on_both(async |web: &Web| {
        let token = token(web, Role::Support, &[Permission::Tickets]).await;
        let (user, _) = web.people().await;
        web.ticket(&user).await;
        let path = "/api/v1/tickets/T-1/files";
        let send_files =
            |files: Value| serde_json::json!({ "text": "Your bill.", "files": files }).to_string();
        let bill = send_files(serde_json::json!([file("账 1.csv", &large())]));
        let sent = post(web, path, &token, "1", &bill).await;
        assert_eq!(sent.status, StatusCode::OK, "{}", sent.body);
        let kept = json(&sent)["items"][0].clone();
        assert_eq!((&kept["name"], &kept["size_bytes"]), (&"账 1.csv".into(), &(large().len().into())));
        assert_eq!(api(web, Method::GET, path, &token).await.1["items"][0], kept);
        let again = post(web, path, &token, "1", &bill).await;
        assert_eq!(again.headers["idempotency-replayed"], "true");
        assert_eq!(web.count_of("T-1", "ticket.reply").await, 1);

        let got = format!("/api/v1/files/{}", kept["id"].as_str().unwrap());
        let answer = ask(web, Method::GET, &got, Some(&token), &[], "").await;
        assert_eq!((answer.status, answer.body.as_bytes()), (StatusCode::OK, &*large()));
        assert_eq!(answer.headers[header::CONTENT_TYPE], "application/octet-stream");
        let auditor = crate::tests::api::token(web, Role::Auditor, Role::Auditor.permissions()).await;
        assert_eq!(api(web, Method::GET, &got, &auditor).await.0, StatusCode::FORBIDDEN);
        assert_eq!(api(web, Method::GET, path, &auditor).await.0, StatusCode::FORBIDDEN);

        for (key, files) in [
            ("2", serde_json::json!([{ "name": "a", "data": "***" }])),
            ("3", serde_json::json!([file("a", b"")])),
            ("4", serde_json::json!([file("a.png", b"no picture")])),
            ("5", serde_json::json!([file("good.txt", b"x"), file("a.png", b"no picture")])),
        ] {
            let refused = post(web, path, &token, key, &send_files(files)).await;
            assert_eq!(
                (refused.status, problem(&refused)),
                (StatusCode::UNPROCESSABLE_ENTITY, "wrong-value".into()),
                "{}",
                refused.body
            );
        }
        let none = post(web, path, &token, "6", &send_files(serde_json::json!([]))).await;
        assert_eq!(none.status, StatusCode::CONFLICT, "{}", none.body);
        let all = api(web, Method::GET, path, &token).await.1;
        assert_eq!(all["items"].as_array().unwrap().len(), 1, "what was refused is kept nowhere");
    });
}

#[test]
fn an_announcement_takes_files_along_and_loses_them_again() {
    on_both(async |web: &Web| {
        let token = token(web, Role::Ops, &[Permission::Announce]).await;
        let draft = r#"{"body_en":"New prices.","audience":"all groups"}"#;
        assert_eq!(post(web, "/api/v1/announcements", &token, "1", draft).await.status, StatusCode::CREATED);
        let path = "/api/v1/announcements/1/files";
        let attach = |version: i64| {
            serde_json::json!({ "version": version, "files": [file("prices.csv", b"a,b")] }).to_string()
        };
        let old = post(web, path, &token, "2", &attach(7)).await;
        assert_eq!(old.status, StatusCode::CONFLICT, "{}", old.body);
        let taken = post(web, path, &token, "3", &attach(1)).await;
        assert_eq!(taken.status, StatusCode::OK, "{}", taken.body);
        let id = json(&taken)["items"][0]["id"].as_str().unwrap().to_owned();
        let (_, now) = api(web, Method::GET, "/api/v1/announcements/1", &token).await;
        let version = now["announcement"]["version"].as_i64().unwrap();
        assert!(version > 1, "an approval holds no more: {now}");
        let drop = format!(r#"{{"do":"drop_file","version":{version},"file":"{id}"}}"#);
        let acts = "/api/v1/announcements/1/acts";
        let dropped = send(web, Method::POST, acts, &token, "4", &drop).await;
        assert_eq!(dropped.status, StatusCode::OK, "{}", dropped.body);
        assert_eq!(api(web, Method::GET, path, &token).await.1["items"], Value::Array(vec![]));
        assert_eq!(
            api(web, Method::GET, "/api/v1/announcements/2/files", &token).await.0,
            StatusCode::NOT_FOUND
        );
    });
}

#[test]
fn the_proof_of_a_case_is_listed() {
    on_both(async |web: &Web| {
        let token = token(web, Role::Auditor, &[Permission::ReadCases]).await;
        let (user, group) = web.people().await;
        web.case(&user, &group).await;
        let path = "/api/v1/cases/C-1/files";
        assert_eq!(api(web, Method::GET, path, &token).await.1["items"], Value::Array(vec![]));
        let stored = web.console.hall.files.put(b"proof").await.unwrap();
        web.doing(async |work| {
            let tx = work.tx().await.unwrap();
            bot_core::store::file::keep(tx, &stored, "proof.txt", START_MS).await.unwrap();
            bot_core::store::file::add_use(tx, &stored.digest, "moderation", 1).await.unwrap();
        })
        .await;
        let listed = api(web, Method::GET, path, &token).await.1;
        assert_eq!(listed["items"][0]["name"], "proof.txt", "{listed}");
        assert_eq!(api(web, Method::GET, "/api/v1/cases/C-9/files", &token).await.0, StatusCode::NOT_FOUND);
    });
}
