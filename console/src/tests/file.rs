//! Files of tickets and cases, given to whom they concern and harmless in a browser.

use bot_core::chat::FileDigest;
use bot_core::store::file;

use super::*;

/// A file with this use.
async fn kept(web: &Web, bytes: &[u8], name: &str, used_by: Option<&str>) -> FileDigest {
    let hall = &web.console.hall;
    let stored = hall.files.put(bytes).await.unwrap();
    let mut tx = hall.db.write().await.unwrap();
    file::keep(&mut tx, &stored, name, START_MS).await.unwrap();
    if let Some(feature) = used_by {
        file::add_use(&mut tx, &stored.digest, feature, 1).await.unwrap();
    }
    tx.commit().await.unwrap();
    stored.digest
}

#[test]
fn a_file_is_given_to_staff_who_may_see_what_it_is_kept_for() {
    on_both(async |web: &Web| {
        let ticket = kept(web, b"<script>alert(1)</script>", "账 1.html", Some("ticket")).await;
        let case = kept(web, b"proof", "proof.png", Some("moderation")).await;
        let (support, auditor) = (web.browser(Role::Support).await, web.browser(Role::Auditor).await);
        let given = web.open(&support, &format!("/files/{ticket}")).await;
        assert_eq!((given.status, given.body.as_str()), (StatusCode::OK, "<script>alert(1)</script>"));
        for (name, value) in [
            (header::CONTENT_TYPE, "application/octet-stream"),
            (header::CONTENT_DISPOSITION, "attachment; filename*=UTF-8''%E8%B4%A6%201.html"),
            (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
            (header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox; frame-ancestors 'none'"),
        ] {
            assert_eq!(given.headers[&name], value, "{name}");
        }
        assert_eq!(web.open(&auditor, &format!("/files/{ticket}")).await.status, StatusCode::FORBIDDEN);
        assert_eq!(web.open(&auditor, &format!("/files/{case}")).await.status, StatusCode::OK);
        let nobody = web.open(&Browser::default(), &format!("/files/{ticket}")).await;
        assert!(nobody.location().starts_with("/sign-in?next="));
    });
}

#[test]
fn what_is_kept_for_nothing_or_is_no_digest_is_not_there() {
    on_both(async |web: &Web| {
        let passing = kept(web, b"passing", "x", None).await;
        let gone = kept(web, b"gone", "x", Some("ticket")).await;
        web.console.hall.files.remove(&gone).await.unwrap();
        let admin = web.browser(Role::Admin).await;
        for digest in [passing.as_str(), gone.as_str(), "..%2F..%2Fetc%2Fpasswd", &"0".repeat(64)] {
            assert_eq!(web.open(&admin, &format!("/files/{digest}")).await.status, StatusCode::NOT_FOUND);
        }
    });
}

#[test]
fn a_case_shows_the_files_that_are_its_proof() {
    on_both(async |web: &Web| {
        let (user, chat) = web.people().await;
        let no = web.case(&user, &chat).await.0;
        let hall = &web.console.hall;
        let stored = hall.files.put(b"proof").await.unwrap();
        let mut tx = hall.db.write().await.unwrap();
        file::keep(&mut tx, &stored, "qr<1>.png", START_MS).await.unwrap();
        file::add_use(&mut tx, &stored.digest, "moderation", no).await.unwrap();
        tx.commit().await.unwrap();
        let auditor = web.browser(Role::Auditor).await;
        let page = web.open(&auditor, &format!("/moderation/{no}")).await.body;
        assert!(page.contains(&format!("href=\"/files/{}\"", stored.digest)), "{page}");
        assert!(!page.contains("qr<1>"), "names are written as text: {page}");
    });
}
