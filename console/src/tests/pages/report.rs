//! The report of a week.

use bot_core::chat::Lang;
use bot_core::store::moderation::{self, Case};

use super::*;
use crate::tests::scene::assert_harmless;

const DAY_MS: i64 = 86_400_000;

/// A past: cases this week (START_MS is a Saturday), two last week, one before; a ticket, an announcement and an
/// activity that begin now.
async fn past(web: &Web) {
    let (user, group) = web.people().await;
    web.case(&user, &group).await;
    web.ticket(&user).await;
    let staff = web.staff(Role::Admin).await;
    announcement::announce(web, &staff, true).await;
    activity::organise(web, &user, &staff).await;
    web.doing(async |work| {
        let tx = work.tx().await.unwrap();
        let one = moderation::list(tx, &Default::default(), None, 1).await.unwrap().remove(0);
        for (no, days) in [(2, 7), (3, 8), (4, 14)] {
            let no = bot_core::ids::CaseNo(no);
            let rule = if days == 7 { Some("*learner".to_owned()) } else { one.rule.clone() };
            let case = Case { no, rule, at_ms: START_MS - days * DAY_MS, ..one.clone() };
            moderation::put(tx, &case).await.unwrap();
        }
    })
    .await;
}

/// A row of the page: this week and the week before.
fn row(page: &str, words: &str) -> Option<(String, String)> {
    let after = page.split_once(&format!("{words}<")).map(|(_, after)| after)?;
    let mut cells = after.split("<td class=\"n").skip(1).map(|cell| {
        let text = cell.split_once('>').unwrap().1.trim_start_matches("<b>");
        text.split('<').next().unwrap().to_owned()
    });
    Some((cells.next()?, cells.next()?))
}

fn pair(now: &str, then: &str) -> Option<(String, String)> {
    Some((now.into(), then.into()))
}

#[test]
fn a_week_stands_against_the_week_before_in_both_languages() {
    on_both(async |web: &Web| {
        past(web).await;
        let auditor = web.browser(Role::Auditor).await;
        for (lang, browser) in [(Lang::En, auditor.clone()), (Lang::Zh, auditor.in_chinese())] {
            let last = web.open(&browser, "/reports").await.body;
            let cases = web.words(lang, "console-day-cases");
            assert_eq!(row(&last, &cases), pair("2", "1"), "{last}");
            assert!(last.contains("2026-11-09") && last.contains("2026-11-15"), "{last}");
            let learner = ["Reads like a violation (*learner)", "读起来像违规内容（*learner）"];
            assert!(learner.iter().any(|words| row(&last, words) == pair("1", "0")), "by its title: {last}");
            assert_eq!(
                row(&last, "easy-money"),
                pair("1", "1"),
                "by its id, for the policy has it not: {last}"
            );
            assert!(!last.contains(&web.words(lang, "console-report-opened")), "not an auditor's: {last}");
            let this = web.open(&browser, "/reports?week=2026-11-18").await.body;
            assert_eq!(row(&this, &cases), pair("1", "2"), "any day of it: {this}");
            assert!(this.contains(&web.words(lang, "console-report-running")), "{this}");
        }
        for wrong in ["/reports?week=x", "/reports?week=2026-02-30", "/reports/export?week=%00"] {
            assert_eq!(web.open(&auditor, wrong).await.status, StatusCode::BAD_REQUEST, "{wrong}");
        }
    });
}

#[test]
fn an_ops_person_sees_every_part_and_keeps_it_as_a_table() {
    on_both(async |web: &Web| {
        past(web).await;
        let ops = web.browser(Role::Ops).await;
        let page = web.open(&ops, "/reports?week=2026-11-16").await.body;
        assert_harmless(&page);
        for (key, now) in [
            ("console-report-opened", "1"),
            ("console-report-answered", "0"),
            ("console-report-reply", "–"),
            ("console-report-announced", "1"),
            ("console-report-read", "0"),
            ("console-report-clicked", "0"),
            ("console-report-reacted", "0"),
            ("console-report-organised", "1"),
        ] {
            let words = web.words(Lang::En, key);
            assert_eq!(row(&page, &words).map(|(now, _)| now), Some(now.to_owned()), "{key}: {page}");
        }
        assert!(
            page.contains("href=\"/announcements/1\"") && page.contains("href=\"/activities/1\""),
            "{page}"
        );
        let answer = web.open(&ops, "/reports/export?week=2026-11-16").await;
        let book = web.open(&ops, "/reports/export?week=2026-11-16&as=xlsx").await;
        assert_eq!(book.status, StatusCode::OK);
        assert_eq!(
            book.headers[header::CONTENT_DISPOSITION],
            "attachment; filename=\"report-2026-11-16.xlsx\""
        );
        assert_eq!(
            web.open(&ops, "/reports/export?week=2026-11-16&as=pdf").await.status,
            StatusCode::BAD_REQUEST
        );
        let name = "attachment; filename=\"report-2026-11-16.csv\"";
        assert_eq!(answer.headers[header::CONTENT_DISPOSITION], name);
        for line in [
            "\"Inbox\",\"Tickets opened\",\"1\",\"0\"",
            "\"Inbox\",\"First answer, median, minutes\",\"\",\"\"",
        ] {
            assert!(answer.body.contains(line), "{line}: {}", answer.body);
        }
        assert!(
            answer.body.contains("E-1 <img src=x onerror=alert(1)> \"\"'&</title>: Signed up\",\"1\",\"\""),
            "{}",
            answer.body
        );
    });
}

/// The row of a name in the table by group, category or tier: each figure with its change.
fn share(page: &str, name: &str) -> Vec<(String, String)> {
    let table = page.split_once("id=\"by\"").unwrap_or_else(|| panic!("no table: {page}")).1;
    let table = table.split("</section>").next().unwrap();
    let row = table.split("<tr>").find(|row| row.contains(&format!("{name}<")));
    let row = row.unwrap_or_else(|| panic!("no row {name}: {table}"));
    let figure = |cell: &str| {
        let (now, change) = cell.split_once("<b>").unwrap().1.split_once("</b>").unwrap();
        let change = change.split_once('>').unwrap().1.split('<').next().unwrap();
        (now.to_owned(), change.to_owned())
    };
    row.split("<td class=\"n\"").skip(1).map(figure).collect()
}

/// Figures as they are written.
fn figures(all: &[(&str, &str)]) -> Vec<(String, String)> {
    all.iter().map(|(now, change)| ((*now).to_owned(), (*change).to_owned())).collect()
}

#[test]
fn a_week_is_told_apart_by_group_category_and_tier_in_both_languages() {
    on_both(async |web: &Web| {
        past(web).await;
        let (user, group) = web.people().await;
        people::trade(web, &user, 1).await;
        let ops = web.browser(Role::Ops).await;
        for (lang, browser) in [(Lang::En, ops.clone()), (Lang::Zh, ops.in_chinese())] {
            for by in ["group", "category", "tier"] {
                let page = web.open(&browser, &format!("/reports?week=2026-11-16&by={by}")).await;
                assert_eq!(page.status, StatusCode::OK, "{by}: {}", page.body);
                assert_harmless(&page.body);
                let later = format!("href=\"/reports?week=2026-11-09&#38;by={by}\"");
                assert!(page.body.contains(&later), "the way stays with the next week: {}", page.body);
                assert!(page.body.contains(&format!("name=\"by\" value=\"{by}\"")), "{}", page.body);
            }
            let by_tier = web.open(&browser, "/reports?week=2026-11-16&by=tier").await.body;
            // Questions, answered, solved; tickets, first answer, closed, resolution; cases; copies, reached, read,
            // opened; sign-ups.
            let crown = figures(&[
                ("0", "="),
                ("0", "="),
                ("0", "="),
                ("1", "+1"),
                ("–", ""),
                ("0", "="),
                ("–", ""),
                ("1", "−1"),
                ("0", "="),
                ("0", "="),
                ("0", "="),
                ("0", "="),
                ("1", "+1"),
            ]);
            let name = web.words(lang, "people-tier-crown");
            assert_eq!(share(&by_tier, &name), crown, "{by_tier}");
            assert!(by_tier.contains("href=\"/merchants?tier=crown\""), "{by_tier}");
            let nobody = share(&by_tier, &web.words(lang, "console-share-no-merchant"));
            assert_eq!(
                nobody[8],
                ("1".to_owned(), "+1".to_owned()),
                "what went to the group is of no merchant"
            );
            let by_group = web.open(&browser, "/reports?week=2026-11-16&by=group").await.body;
            let of_group = share(&by_group, &crate::tests::scene::shown(crate::tests::scene::HOSTILE));
            assert_eq!(of_group.len(), 13, "{by_group}");
            assert_eq!(of_group[12], ("1".to_owned(), "+1".to_owned()), "who signed up in it: {by_group}");
            assert_eq!(of_group[7..9], figures(&[("1", "−1"), ("1", "+1")]), "{by_group}");
            assert!(by_group.contains(&format!("href=\"/groups/{}\"", group.id)), "{by_group}");
        }
        let auditor = web.browser(Role::Auditor).await;
        let cases = web.open(&auditor, "/reports?week=2026-11-16&by=category").await.body;
        assert_eq!(share(&cases, "apparel"), figures(&[("1", "−1")]), "an auditor sees cases alone");
        let support = web.open(&auditor, "/reports?week=2026-11-16").await.body;
        assert!(!support.contains("id=\"by\""), "nobody asked for it");
        for wrong in ["/reports?by=colour", "/reports/export?by=%00"] {
            assert_eq!(web.open(&ops, wrong).await.status, StatusCode::BAD_REQUEST, "{wrong}");
        }
    });
}

#[test]
fn the_table_to_keep_has_the_parts_too() {
    on_both(async |web: &Web| {
        use calamine::{Data, Reader as _, Xlsx};

        past(web).await;
        let (user, _) = web.people().await;
        people::trade(web, &user, 1).await;
        let ops = web.browser(Role::Ops).await;
        let csv = web.open(&ops, "/reports/export?week=2026-11-16&by=category").await.body;
        let line = "\"By category: apparel\",\"Cases\",\"1\",\"2\"";
        assert!(csv.contains(line), "{csv}");
        let path = "/reports/export?week=2026-11-16&by=category&as=xlsx";
        let request = web.request(&ops, Method::GET, path).body(Body::empty()).unwrap();
        let answer = web.router.clone().oneshot(request).await.unwrap();
        let bytes = axum::body::to_bytes(answer.into_body(), 1 << 20).await.unwrap();
        let mut book: Xlsx<_> = Xlsx::new(std::io::Cursor::new(bytes)).unwrap();
        assert_eq!(book.sheet_names(), ["Reports", "By category"]);
        let sheet = book.worksheet_range("By category").unwrap();
        let rows: Vec<_> = sheet.rows().collect();
        let at = rows[0].iter().position(|head| *head == Data::String("Cases".into())).unwrap();
        assert_eq!(rows[0][at + 2], Data::String("Cases, change".into()));
        let apparel = rows.iter().find(|row| row[0] == Data::String("apparel".into())).unwrap();
        assert_eq!(apparel[at..at + 3], [1.0, 2.0, -1.0].map(Data::Float));
        let whole = web.open(&ops, "/reports/export?week=2026-11-16").await.body;
        assert!(!whole.contains("By category"), "{whole}");
    });
}

/// Questions without an answer, asked now: as many as are told, from a number on.
async fn asked(web: &Web, from: i64, n: i64) {
    let rows = format!(
        "WITH RECURSIVE n (i) AS (SELECT {from} UNION ALL SELECT i + 1 FROM n WHERE i + 1 < {}) \
         SELECT 'k' || i, 'G', 'nowhere', 'q' || i, NULL, {START_MS} FROM n",
        from + n
    );
    let sql = [
        "INSERT INTO gap (id, form, sample, asked, best, confidence, state, first_at_ms, last_at_ms) \
         VALUES ('G', 'f', 'f?', 1, NULL, 0, 'open', 0, 0) ON CONFLICT DO NOTHING"
            .to_owned(),
        format!("INSERT INTO gap_ask (id, gap, chat, message, author, asked_at_ms) {rows}"),
    ];
    for sql in sql {
        let query = sqlx::raw_sql(sqlx::AssertSqlSafe(sql));
        match &web.console.hall.db {
            bot_core::store::Db::Sqlite { writer, .. } => drop(query.execute(writer).await.unwrap()),
            bot_core::store::Db::Postgres(pool) => drop(query.execute(pool).await.unwrap()),
        }
    }
}

#[test]
fn many_facts_are_counted_once_a_minute_and_the_page_says_of_when_they_are() {
    on_both(async |web: &Web| {
        asked(web, 0, 5_000).await;
        let ops = web.browser(Role::Ops).await;
        let path = "/reports?week=2026-11-16&by=group";
        let none = web.words(Lang::En, "console-share-no-group");
        let seen = async || {
            let page = web.open(&ops, path).await.body;
            (share(&page, &none)[0].0.clone(), page.contains("counted at"))
        };
        assert_eq!(seen().await, ("5000".to_owned(), false));
        asked(web, 5_000, 1).await;
        assert_eq!(seen().await, ("5000".to_owned(), true));
        let csv = web.open(&ops, "/reports/export?week=2026-11-16&by=group").await.body;
        assert!(csv.contains("\"By group: No group\",\"Questions\",\"5001\",\"0\""), "of now: {csv}");
        assert_eq!(seen().await, ("5001".to_owned(), true));
        web.clock.move_to(START_MS + 60_000);
        assert_eq!(seen().await, ("5001".to_owned(), false));
        let auditor = web.browser(Role::Auditor).await;
        let cases = web.open(&auditor, path).await.body;
        assert!(!cases.contains(&none), "what others were told is not told to who may not see it: {cases}");
    });
}
