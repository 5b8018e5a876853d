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
