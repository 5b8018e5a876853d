//! A disk without room: what the page and the API say, and that all goes on when there is some.

use bot_core::chat::Lang;
use bot_core::store::Db;
use sqlx::{AssertSqlSafe, SqlitePool};

use super::*;
use crate::tests::api::token;
use crate::tests::api::write::{json, post};

/// So long is the text of a macro here; it needs a page of the database.
const LONG: usize = 3_000;

/// So many pages and no more, or as many as it has.
async fn may_grow_to(writer: &SqlitePool, pages: u32) {
    let options = writer.connect_options().as_ref().clone();
    writer.set_connect_options(options.pragma("max_page_count", pages.to_string()));
    let now = format!("PRAGMA max_page_count = {pages}");
    sqlx::query(AssertSqlSafe(now)).execute(writer).await.unwrap();
}

async fn save(web: &Web, ops: &Browser, at: usize) -> Answer {
    let (name, body) = (format!(";m{at}"), "x".repeat(LONG));
    web.post(ops, "/macros/save", &[("name", &name), ("body_en", &body)]).await
}

#[test]
fn a_full_disk_is_said_and_what_is_there_can_be_read() {
    on_both(async |web: &Web| {
        // How large the file may get can be said of SQLite's alone.
        let Db::Sqlite { writer, .. } = &web.console.hall.db else { return };
        let ops = web.browser(Role::Ops).await;
        let admin = token(web, Role::Admin, Role::Admin.permissions()).await;
        may_grow_to(writer, 1).await;
        let mut refused = None;
        for at in 0..200 {
            let answer = save(web, &ops, at).await;
            if answer.status == StatusCode::INTERNAL_SERVER_ERROR {
                refused = Some((at, answer));
                break;
            }
        }
        let (at, refused) = refused.expect("some day it is full");
        assert!(refused.body.contains(&web.words(Lang::En, "console-fault-full")), "{}", refused.body);
        let page = save(web, &ops.in_chinese(), at).await;
        assert!(page.body.contains("磁盘已满"), "{}", page.body);
        assert_eq!(web.open(&ops, "/macros").await.status, StatusCode::OK);
        let by_api = format!("{{\"name\":\";n\",\"body_en\":\"{}\"}}", "y".repeat(LONG));
        let answer = post(web, "/api/v1/macros", &admin, "key-1", &by_api).await;
        assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR, "{}", answer.body);
        assert!(json(&answer)["detail"].as_str().unwrap().contains("is full"), "{}", answer.body);
        may_grow_to(writer, 1_073_741_823).await;
        assert_eq!(save(web, &ops, at).await.location(), "/macros", "nothing of it was kept before");
    });
}
