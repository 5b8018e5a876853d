//! Activities, who signed up, and ending the sign-up.

use bot_core::chat::Lang;
use bot_core::directory::User;
use bot_core::features::activity::{self, NewActivity};
use bot_core::features::segment::Audience;
use bot_core::ids::StaffId;
use bot_core::store::activity as store;
use bot_core::texts::Text;

use super::announcement::compose::{hall, press, version};
use super::*;
use crate::tests::scene::{assert_harmless, shown, wording};

const DAY_MS: i64 = 86_400_000;

/// An open activity with one place that somebody of the hostile name has taken.
pub(in crate::tests) async fn organise(web: &Web, user: &User, by: &StaffId) {
    let new = NewActivity {
        wording: wording(),
        audience: Some(Audience::all_groups()),
        starts_at_ms: Some(START_MS + DAY_MS),
        until_ms: None,
        capacity: 1,
        place: None,
    };
    let (_, group) = web.people().await;
    web.doing(async |work| {
        let one = activity::create(work, new, by).await.unwrap();
        activity::publish(work, one.no, by).await.unwrap();
        activity::register(work, one.no, user, &group.id).await.unwrap();
    })
    .await;
}

#[test]
fn an_activity_is_listed_and_shown_with_who_signed_up_in_both_languages() {
    on_both(async |web: &Web| {
        let (user, _) = web.people().await;
        let browser = web.browser(Role::Ops).await;
        organise(web, &user, &"staff-ops".into()).await;
        for (lang, browser) in [(Lang::En, browser.clone()), (Lang::Zh, browser.in_chinese())] {
            let list = web.open(&browser, "/activities").await.body;
            assert_harmless(&list);
            assert!(list.contains("href=\"/activities/1\"") && list.contains("1 / 1"), "{list}");
            let page = web.open(&browser, "/activities/E-1").await.body;
            assert_harmless(&page);
            assert!(page.contains("Down for repairs"), "{page}");
            // Nobody waits.
            assert!(page.contains(&web.words(lang, "console-seats-none")), "{page}");
        }
    });
}

#[test]
fn sign_up_is_ended_by_who_may_and_leaves_a_trace() {
    on_both(async |web: &Web| {
        let (user, _) = web.people().await;
        let (ops, support) = (web.browser(Role::Ops).await, web.browser(Role::Support).await);
        organise(web, &user, &"staff-ops".into()).await;
        let close = [("do", "close"), ("version", "1")];
        let denied = web.post(&support, "/activities/1/act", &close).await;
        let forged = web.post_bare(&ops, "/activities/1/act", &close, "http://hall.test").await;
        assert_eq!((denied.status, forged.status), (StatusCode::FORBIDDEN, StatusCode::FORBIDDEN));
        let done = web.post(&ops, "/activities/1/act", &close).await;
        assert_eq!(done.location(), "/activities/1", "{}", done.body);
        assert_eq!(web.last_trace("E-1").await, ("activity.close".to_owned(), Some("staff-ops".into())));
        let mut look = web.console.hall.look().await.unwrap();
        let one = store::get(look.tx().await.unwrap(), bot_core::ids::ActivityNo(1)).await.unwrap().unwrap();
        assert_eq!(one.state, activity::State::Closed);
        let page = web.open(&ops, "/activities/1").await.body;
        assert!(!page.contains("value=\"close\""), "{page}");
    });
}

/// A draft for all groups, with a start unless it is yet to be said.
async fn draft(web: &Web, starts_at_ms: Option<i64>) -> store::Activity {
    let new = NewActivity {
        wording: wording(),
        audience: Some(Audience::all_groups()),
        starts_at_ms,
        until_ms: None,
        capacity: 1,
        place: None,
    };
    web.people().await;
    web.doing(async |work| activity::create(work, new, &"staff-ops".into()).await.unwrap()).await
}

async fn state_of(web: &Web) -> activity::State {
    let mut look = web.console.hall.look().await.unwrap();
    let one = store::get(look.tx().await.unwrap(), bot_core::ids::ActivityNo(1)).await.unwrap();
    one.unwrap().state
}

#[test]
fn a_draft_is_pushed_from_its_page_as_it_was_shown_and_no_other() {
    on_both(async |web: &Web| {
        let ops = web.browser(Role::Ops).await;
        let one = draft(web, Some(START_MS + DAY_MS)).await;
        for (lang, browser) in [(Lang::En, ops.clone()), (Lang::Zh, ops.in_chinese())] {
            let page = web.open(&browser, "/activities/1").await.body;
            let push = Text::new("console-activity-publish").with("n", 1_i64);
            let said = web.console.hall.texts.say(lang, &push);
            assert!(page.contains(&said) && page.contains("href=\"/activities/1/edit\""), "{page}");
        }
        let change = activity::Change { capacity: Some(9), ..Default::default() };
        web.doing(async |work| activity::change(work, one.no, change, &"staff-ops".into()).await.unwrap())
            .await;
        let old = one.version.to_string();
        let stale = web.post(&ops, "/activities/1/act", &[("do", "publish"), ("version", &old)]).await;
        assert_eq!(stale.status, StatusCode::CONFLICT);
        assert!(stale.body.contains(&web.words(Lang::En, "console-activity-changed")), "{}", stale.body);
        assert_eq!(state_of(web).await, activity::State::Draft);
        let now = (one.version + 1).to_string();
        let publish = [("do", "publish"), ("version", now.as_str())];
        for _ in 0..2 {
            // Pressed twice it goes out once.
            let done = web.post(&ops, "/activities/1/act", &publish).await;
            assert_eq!(done.location(), "/activities/1", "{}", done.body);
        }
        assert_eq!(state_of(web).await, activity::State::Open);
        assert_eq!(web.count_of("E-1", "activity.publish").await, 1);
    });
}

#[test]
fn a_draft_that_lacks_something_says_so_and_can_only_be_dropped() {
    on_both(async |web: &Web| {
        let ops = web.browser(Role::Ops).await;
        draft(web, None).await;
        let page = web.open(&ops, "/activities/1").await.body;
        assert!(page.contains(&web.words(Lang::En, "activity-no-start")), "{page}");
        assert!(!page.contains("value=\"publish\""), "{page}");
        let dropped = web.post(&ops, "/activities/1/act", &[("do", "cancel"), ("version", "1")]).await;
        assert_eq!(dropped.location(), "/activities/1", "{}", dropped.body);
        assert_eq!(state_of(web).await, activity::State::Cancelled);
        let page = web.open(&ops, "/activities/1").await.body;
        assert!(!page.contains("value=\"cancel\""), "{page}");
    });
}

const FAIR: [(&str, &str); 6] = [
    ("title_en", "Fair <b>now</b>"),
    ("body_en", "Come to the fair"),
    ("audience", "all groups"),
    ("starts", "in 2d"),
    ("until", "in 1d"),
    ("places", "30"),
];

/// All that it is, kept.
async fn kept(web: &Web) -> Option<store::Activity> {
    let mut tx = web.console.hall.db.read().await.unwrap();
    store::get(&mut tx, bot_core::ids::ActivityNo(1)).await.unwrap()
}

#[test]
fn a_stranger_writes_one_looks_at_it_on_each_platform_and_pushes_it() {
    on_both(async |web: &Web| {
        let ops = hall(web).await;
        for (lang, browser) in [(Lang::En, ops.clone()), (Lang::Zh, ops.in_chinese())] {
            let list = web.open(&browser, "/activities").await.body;
            assert!(list.contains("href=\"/activities/new\""), "{list}");
            let form = web.open(&browser, "/activities/new").await.body;
            assert!(form.contains(&web.words(lang, "console-activity-keep")), "{form}");
        }
        let done = press(web, &ops, "/activities/new", "keep", &FAIR).await;
        assert_eq!(done.location(), "/activities/1", "{}", done.body);
        let one = kept(web).await.unwrap();
        assert_eq!((one.starts_at_ms, one.until_ms), (Some(START_MS + 2 * DAY_MS), Some(START_MS + DAY_MS)));
        assert_eq!((one.capacity, one.audience), (30, Some(Audience::all_groups())));
        let page = web.open(&ops, "/activities/1").await.body;
        // As the group will see it, with its buttons, and harmless.
        assert!(page.contains(&shown("Fair <b>now</b>")) && !page.contains("<b>now"), "{page}");
        let look = page.split_once("class=\"sight\"").unwrap_or_else(|| panic!("{page}")).1;
        assert!(
            look.contains(&format!(
                "<span class=\"button\">{}</span>",
                web.words(Lang::En, "activity-do-join")
            )),
            "{look}"
        );
        let publish = [("do", "publish"), ("version", "1")];
        assert_eq!(web.post(&ops, "/activities/1/act", &publish).await.location(), "/activities/1");
        assert_eq!(state_of(web).await, activity::State::Open);
        // What went out is not written anew.
        let gone = web.get(&ops, "/activities/1/edit").await;
        assert_eq!(gone.location(), "/activities/1");
        let late =
            press(web, &ops, "/activities/1/edit", "keep", &[&FAIR[..], &[("version", "1")]].concat()).await;
        assert_eq!(late.status, StatusCode::CONFLICT, "{}", late.body);
    });
}

#[test]
fn what_is_wrong_is_said_at_its_field_and_nothing_typed_is_lost() {
    on_both(async |web: &Web| {
        let ops = hall(web).await;
        let bad = [
            ("title_en", "Fair"),
            ("body_en", "Come"),
            ("audience", "grup Nowhere"),
            ("starts", "2020-01-01 10:00"),
            ("places", "some"),
        ];
        let page = press(web, &ops, "/activities/new", "keep", &bad).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", page.body);
        for (_, value) in bad {
            assert!(page.body.contains(&shown(value)), "{value}: {}", page.body);
        }
        assert_eq!(page.body.matches("aria-invalid=\"true\"").count(), 3, "{}", page.body);
        assert_eq!(kept(web).await, None, "nothing is kept by halves");
        let forged = web.post_bare(&ops, "/activities/new", &[("do", "keep")], "http://hall.test").await;
        assert_eq!(forged.status, StatusCode::FORBIDDEN);
    });
}

#[test]
fn who_comes_from_an_older_version_writes_over_nobody_and_lists_become_a_sentence() {
    on_both(async |web: &Web| {
        let ops = hall(web).await;
        press(web, &ops, "/activities/new", "keep", &FAIR).await;
        let form = web.open(&ops, "/activities/1/edit").await.body;
        let at = version(&form);
        let mine = [&FAIR[..5], &[("places", "5"), ("version", &at)]].concat();
        assert_eq!(press(web, &ops, "/activities/1/edit", "keep", &mine).await.location(), "/activities/1");
        let late = [&FAIR[..5], &[("places", "7"), ("version", &at)]].concat();
        let told = press(web, &ops, "/activities/1/edit", "keep", &late).await;
        assert_eq!(told.status, StatusCode::CONFLICT);
        assert!(told.body.contains(&web.words(Lang::En, "console-activity-meanwhile")), "{}", told.body);
        assert!(told.body.contains("value=\"7\""), "what was typed is still there: {}", told.body);
        assert_eq!(kept(web).await.unwrap().capacity, 5);
        // Kept again, it knows what it replaces.
        let now = version(&told.body);
        let again = [&FAIR[..5], &[("places", "7"), ("version", &now)]].concat();
        press(web, &ops, "/activities/1/edit", "keep", &again).await;
        assert_eq!(kept(web).await.unwrap().capacity, 7);
        let picked = [("to", "people"), ("tier", "crown"), ("body_en", "x"), ("version", "3")];
        let page = press(web, &ops, "/activities/1/edit", "pick", &picked).await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.body);
        assert!(page.body.contains("\ntier crown</textarea>") && version(&page.body) == "3", "{}", page.body);
        assert_eq!(kept(web).await.unwrap().capacity, 7, "a choice keeps nothing");
    });
}
