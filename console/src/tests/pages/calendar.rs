//! The calendar: what stands there, moving it, and the address for other programs.

use bot_core::chat::Lang;
use bot_core::features::announcement::{self, NewAnnouncement, State};
use bot_core::features::segment::Audience;
use bot_core::ids::{AnnouncementNo, StaffId};
use bot_core::store::announcement as store;

use super::activity::organise;
use super::*;
use crate::tests::scene::{assert_harmless, wording};

const HOUR_MS: i64 = 3_600_000;

/// A scheduled announcement of the hostile title, two hours from now.
async fn scheduled(web: &Web) -> i64 {
    let at_ms = START_MS + 2 * HOUR_MS;
    let new = NewAnnouncement {
        wording: wording(),
        audience: Some(Audience::all_groups()),
        ..NewAnnouncement::default()
    };
    web.doing(async |work| {
        let by = StaffId::from("staff-ops");
        let no = announcement::create(work, new, &by).await.unwrap().no;
        announcement::schedule(work, no, at_ms, &by).await.unwrap();
    })
    .await;
    at_ms
}

async fn when(web: &Web) -> (State, Option<i64>) {
    let mut look = web.console.hall.look().await.unwrap();
    let one = store::get(look.tx().await.unwrap(), AnnouncementNo(1)).await.unwrap().unwrap();
    (one.state, one.at_ms)
}

/// A time as a form's field has it.
fn typed(at_ms: i64) -> String {
    let at = jiff::Timestamp::from_millisecond(at_ms).unwrap();
    at.strftime("%Y-%m-%dT%H:%M").to_string()
}

#[test]
fn what_has_a_time_stands_on_its_day_in_both_languages_and_views() {
    on_both(async |web: &Web| {
        let (user, _) = web.people().await;
        let browser = web.browser(Role::Ops).await;
        organise(web, &user, &"staff-ops".into()).await;
        scheduled(web).await;
        for (lang, browser) in [(Lang::En, browser.clone()), (Lang::Zh, browser.in_chinese())] {
            for view in ["/calendar", "/calendar?view=week"] {
                let page = web.open(&browser, view).await.body;
                assert_harmless(&page);
                assert!(page.contains("href=\"/announcements/1\""), "{page}");
                assert!(page.contains("href=\"/activities/1\"") || view.contains("week"), "{page}");
                assert!(page.contains(&web.words(lang, "console-day-monday")), "{page}");
                assert_eq!(
                    page.matches("draggable=\"true\"").count(),
                    1,
                    "a published activity stays: {page}"
                );
            }
        }
        for wrong in ["/calendar?day=2026-02-30", "/calendar?view=year", "/calendar?day=9999-12-31"] {
            assert_eq!(web.open(&browser, wrong).await.status, StatusCode::BAD_REQUEST, "{wrong}");
        }
        let far = web.open(&browser, "/calendar?day=2031-05-05").await.body;
        assert!(!far.contains("/announcements/1\"") && far.contains("day=2031-04-01"), "{far}");
    });
}

#[test]
fn what_has_not_gone_out_is_moved_as_the_page_showed_it_and_leaves_a_trace() {
    on_both(async |web: &Web| {
        let browser = web.browser(Role::Ops).await;
        let was_ms = scheduled(web).await;
        let (was, later) = (was_ms.to_string(), typed(was_ms + 24 * HOUR_MS));
        let back = "/calendar?view=month&day=2026-11-23";
        let fields = [("what", "A-1"), ("was", was.as_str()), ("at", later.as_str()), ("back", back)];
        let support = web.browser(Role::Support).await;
        assert_eq!(web.post(&support, "/calendar/move", &fields).await.status, StatusCode::FORBIDDEN);
        let done = web.post(&browser, "/calendar/move", &fields).await;
        assert_eq!(done.location(), format!("{back}&done=moved"), "{}", done.body);
        assert_eq!(when(web).await, (State::Scheduled, Some(was_ms + 24 * HOUR_MS)));
        assert_eq!(web.last_trace("A-1").await.0, "announcement.schedule");
        let again = web.post(&browser, "/calendar/move", &fields).await;
        assert_eq!(again.status, StatusCode::CONFLICT, "the page showed another time");
        assert!(again.body.contains(&web.words(Lang::En, "console-calendar-changed")), "{}", again.body);
    });
}

#[test]
fn what_cannot_be_is_refused_with_a_sentence_and_moves_nothing() {
    on_both(async |web: &Web| {
        let browser = web.browser(Role::Ops).await;
        let was_ms = scheduled(web).await;
        let was = was_ms.to_string();
        let (past, fine) = (typed(START_MS - HOUR_MS), typed(was_ms + HOUR_MS));
        let cases = [
            ("A-1", past.as_str(), StatusCode::CONFLICT),
            ("A-1", "soon-ish", StatusCode::CONFLICT),
            ("A-1", "now", StatusCode::BAD_REQUEST),
            ("T-1", fine.as_str(), StatusCode::BAD_REQUEST),
            ("E-7", fine.as_str(), StatusCode::CONFLICT),
            ("A-9", fine.as_str(), StatusCode::CONFLICT),
        ];
        for (what, at, expected) in cases {
            let fields = [("what", what), ("was", was.as_str()), ("at", at), ("back", "https://evil.test")];
            assert_eq!(web.post(&browser, "/calendar/move", &fields).await.status, expected, "{what} {at}");
        }
        assert_eq!(when(web).await, (State::Scheduled, Some(was_ms)));
        let fields =
            [("what", "A-1"), ("was", was.as_str()), ("at", fine.as_str()), ("back", "https://evil.test")];
        let done = web.post(&browser, "/calendar/move", &fields).await;
        assert_eq!(done.location(), "/calendar?&done=moved", "nobody is led elsewhere");
    });
}

/// The path of the address that a page shows.
fn address(page: &str) -> String {
    let from = page.find("/calendar/feed/").expect("an address");
    page[from..].chars().take_while(|c| !"<\"\n ".contains(*c)).collect()
}

#[test]
fn an_address_of_ones_own_is_shown_once_and_good_as_long_as_its_owner_may() {
    on_both(async |web: &Web| {
        let (user, _) = web.people().await;
        let browser = web.browser(Role::Ops).await;
        organise(web, &user, &"staff-ops".into()).await;
        scheduled(web).await;
        let nobody = Browser::default();
        let made = web.post(&browser, "/calendar/feed", &[("do", "make")]).await;
        let first = address(&made.body);
        assert!(!web.open(&browser, "/calendar").await.body.contains("/calendar/feed/"), "shown once");
        let feed = web.get(&nobody, &first).await;
        assert_eq!(feed.headers[header::CONTENT_TYPE], "text/calendar; charset=utf-8");
        assert!(feed.body.starts_with("BEGIN:VCALENDAR\r\n") && feed.body.ends_with("END:VCALENDAR\r\n"));
        assert_eq!(feed.body.matches("BEGIN:VEVENT").count(), 2, "{}", feed.body);
        assert!(feed.body.contains("UID:A-1@hall.test\r\n") && feed.body.contains("UID:E-1@hall.test\r\n"));
        assert!(feed.body.lines().all(|line| line.len() <= 75), "folded: {}", feed.body);
        let second = address(&web.post(&browser, "/calendar/feed", &[("do", "make")]).await.body);
        assert_eq!(web.get(&nobody, &first).await.status, StatusCode::NOT_FOUND, "a new one ends the old");
        assert_eq!(web.get(&nobody, second.trim_end_matches(".ics")).await.status, StatusCode::NOT_FOUND);
        web.post(&browser, "/calendar/feed", &[("do", "end")]).await;
        assert_eq!(web.get(&nobody, &second).await.status, StatusCode::NOT_FOUND);
        let acts = web.trace("staff-ops").await;
        assert_eq!(acts.iter().filter(|(act, _)| act.starts_with("calendar.")).count(), 3, "{acts:?}");
    });
}
