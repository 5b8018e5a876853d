//! The trace of what staff did.

use bot_core::chat::Lang;
use bot_core::roster::Staff;
use bot_core::store::{audit, people};

use super::*;
use crate::tests::scene::{HOSTILE, assert_harmless, shown};

/// So many acts on T-1, T-2, …, and one with hostile words by somebody of the hostile name who has left.
async fn past(web: &Web, count: usize) {
    web.doing(async |work| {
        for n in 1..=count {
            work.audit_by(None, "ticket.close", format!("T-{n}"), None).await.unwrap();
        }
        let left = Staff { id: "left".into(), name: HOSTILE.into(), person: None, roles: [].into() };
        let tx = work.tx().await.unwrap();
        people::add_staff(tx, &left, START_MS).await.unwrap();
        people::dismiss_staff(tx, &left.id, START_MS).await.unwrap();
        let formula = Some("=HYPERLINK(\"http://evil.test\",\"为什么\")".to_owned());
        work.audit_staff(&left.id, "person.join", "left", formula).await.unwrap();
    })
    .await;
}

#[test]
fn the_trace_is_shown_to_who_may_newest_first_and_narrowed_down() {
    on_both(async |web: &Web| {
        // Signing in leaves the first two rows.
        let browser = web.browser(Role::Auditor).await;
        past(web, 55).await;
        for (lang, browser) in [(Lang::En, browser.clone()), (Lang::Zh, browser.in_chinese())] {
            let page = web.open(&browser, "/audit").await.body;
            assert_harmless(&page);
            assert!(page.contains(&web.words(lang, "console-audit-program")), "{page}");
            assert!(page.contains(">T-55<") && !page.contains(">T-6<"), "fifty rows: {page}");
        }
        let page = web.open(&browser, "/audit").await.body;
        assert!(!page.contains("/tickets/55"), "an auditor may not open tickets");
        let mut tx = web.console.hall.db.read().await.unwrap();
        let head = audit::head(&mut tx).await.unwrap().unwrap();
        drop(tx);
        assert!(page.contains(&head.to_string()) && head.seq == 58, "{page}");
        assert!(page.contains("href=\"/audit?below=9\""), "{page}");
        let rest = web.open(&browser, "/audit?below=9").await.body;
        assert!(
            rest.contains(">T-6<") && rest.contains(">T-1<") && !rest.contains("href=\"/audit?below="),
            "{rest}"
        );

        let one = web
            .open(&browser, "/audit?object=t-12&act=CLOSE&by=-&from=2026-11-21&until=2026-11-21")
            .await
            .body;
        assert!(one.contains(">T-12<") && !one.contains(">T-1<") && !one.contains(">T-13<"), "{one}");
        assert!(one.contains("href=\"/audit/export?by=-&#38;act=CLOSE&#38;object=t-12"), "{one}");
        for none in [
            "/audit?by=nobody",
            "/audit?act=reopen",
            "/audit?object=%3Cimg",
            "/audit?from=2026-11-22",
            "/audit?until=2026-11-20",
        ] {
            let page = web.open(&browser, none).await.body;
            assert!(page.contains(&web.words(Lang::En, "console-audit-none")), "{none}: {page}");
            assert!(!page.contains("<img"), "{none}");
        }
        let left = web.open(&browser, "/audit?by=left").await.body;
        assert!(
            left.contains("person.join") && left.contains(&format!("selected>{}", shown(HOSTILE))),
            "{left}"
        );
        for wrong in ["/audit?from=yesterday", "/audit?until=2026-13-01", "/audit?below=x"] {
            assert_eq!(web.open(&browser, wrong).await.status, StatusCode::BAD_REQUEST, "{wrong}");
        }
    });
}

#[test]
fn the_table_has_every_row_and_no_formula() {
    on_both(async |web: &Web| {
        let browser = web.browser(Role::Admin).await;
        past(web, 1_200).await;
        let answer = web.open(&browser, "/audit/export").await;
        assert_eq!(answer.headers[header::CONTENT_TYPE], "text/csv; charset=utf-8");
        assert_eq!(answer.headers[header::CONTENT_DISPOSITION], "attachment; filename=\"audit.csv\"");
        let lines: Vec<&str> = answer.body.lines().collect();
        assert_eq!(lines.len(), 1_204, "a head and every row, two of them of signing in");
        assert!(lines[0].starts_with("\u{feff}\"Row\",\"When\""), "{}", lines[0]);
        assert!(
            lines[1].contains("\"'=HYPERLINK(\"\"http://evil.test\"\",\"\"为什么\"\")\""),
            "{}",
            lines[1]
        );
        assert!(
            lines[1_201].starts_with("\"3\",\"2026-11-21T08:00:00Z\",") && lines[1_201].contains("\"T-1\"")
        );
        let one = web.open(&browser.in_chinese(), "/audit/export?object=T-3").await.body;
        assert!(one.starts_with("\u{feff}\"行号\"") && one.lines().count() == 2, "{one}");
    });
}

#[test]
fn names_stand_in_the_place_of_ids_for_who_may_read_of_them() {
    on_both(async |web: &Web| {
        let (user, group) = web.people().await;
        let admin = web.browser(Role::Admin).await;
        web.doing(async |work| {
            let by = "staff-admin".into();
            let detail = format!("({}), and nobody 01ARZ3NDEKTSV4RRFFQ69G5FAV", user.person);
            work.audit_staff(&by, "person.part", &user.person, Some(detail)).await.unwrap();
            work.audit_staff(&by, "group.slow", &group.id, Some("30s".into())).await.unwrap();
        })
        .await;
        let page = web.open(&admin, "/audit").await.body;
        assert_harmless(&page);
        assert!(
            page.contains(&format!("({}), and nobody 01ARZ3NDEKTSV4RRFFQ69G5FAV", shown(HOSTILE))),
            "{page}"
        );
        assert!(!page.contains(user.person.as_str()), "{page}");
        assert!(page.contains(&format!("href=\"/groups/{}\">{}", group.id, shown(HOSTILE))), "{page}");
        let table = web.open(&admin, "/audit/export").await.body;
        assert!(!table.contains(user.person.as_str()) && table.contains("and nobody 01ARZ3"), "{table}");
    });
}

#[test]
fn what_is_done_on_a_page_is_in_the_trace() {
    on_both(async |web: &Web| {
        knowledge::write(web).await;
        let browser = web.browser(Role::Admin).await;
        web.post(&browser, "/knowledge/payout-times/state", &[("state", "retired")]).await;
        let page = web.open(&browser, "/audit?by=staff-admin").await.body;
        assert!(page.contains("answer.article.state") && page.contains(">payout-times<"), "{page}");
        let mut tx = web.console.hall.db.read().await.unwrap();
        audit::verify(&mut tx, &[], |_| {}).await.unwrap().unwrap();
    });
}
