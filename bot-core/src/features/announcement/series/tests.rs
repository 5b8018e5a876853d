//! What was missed, what was changed, how long a sending lives, what stands in the calendar, what a form keeps.

use std::sync::Arc;

use super::*;
use crate::chat::Lang;
use crate::clock::VirtualClock;
use crate::directory::Purpose;
use crate::feature::{Due, Feature as _};
use crate::features::announcement::{
    AnnouncementFeature, Field, Kept, NewAnnouncement, Typed, cancel, create, keep, schedule, send_now,
    set_expiry, set_pin, typed_of,
};
use crate::features::segment::Audience;
use crate::features::wording::Wording;
use crate::hall::Hall;
use crate::roster::{Role, Staff};
use crate::store::testing::{START_MS, group, on_both_with};
use crate::store::{audit, chat, delivery, people};

const HOUR_MS: i64 = 3_600_000;

fn by() -> StaffId {
    StaffId::from("s-olivia")
}

/// Tells a story in a hall with all features and one group, on both databases. It is 16:00.
fn told<F: Future<Output = ()>>(story: impl Fn(Arc<Hall>, Arc<VirtualClock>) -> F) {
    on_both_with(|| crate::features::all(Default::default()), story);
}

/// A draft to all groups that repeats by a rule and goes.
async fn repeating(hall: &Arc<Hall>, line: &str) -> AnnouncementNo {
    let mut work = hall.begin().await.unwrap();
    let tx = work.tx().await.unwrap();
    let chat = group(tx, "sandbox", "Shops").await;
    chat::set_purpose(tx, &chat.id, Purpose::Community, None).await.unwrap();
    let staff = Staff { id: by(), name: "Olivia".into(), person: None, roles: [Role::Ops].into() };
    people::add_staff(tx, &staff, START_MS).await.unwrap();
    let new = NewAnnouncement {
        wording: Wording::typed(Some("Fair"), None, Some("Sign up")),
        audience: Some(Audience::all_groups()),
        ..NewAnnouncement::default()
    };
    let no = create(&mut work, new, &by()).await.unwrap().no;
    let rule = parse_rule(&work, line, None).unwrap();
    set_rule(&mut work, no, rule, &by()).await.unwrap();
    start(&mut work, no, &by()).await.unwrap();
    work.commit().await.unwrap();
    no
}

/// Its timer fires at a time.
async fn fires(hall: &Arc<Hall>, clock: &VirtualClock, no: AnnouncementNo, at_ms: i64) {
    clock.move_to(at_ms);
    let mut work = hall.begin().await.unwrap();
    let due = Due { kind: "repeat".into(), key: no.to_string(), due_at_ms: at_ms };
    AnnouncementFeature.on_timer(&mut work, &due).await.unwrap();
    work.commit().await.unwrap();
}

async fn now(hall: &Arc<Hall>, no: AnnouncementNo) -> (Series, usize) {
    let mut tx = hall.db.read().await.unwrap();
    let made = store::made(&mut tx, no, 99).await.unwrap().len();
    (store::get(&mut tx, no).await.unwrap().unwrap(), made)
}

async fn acts_of(hall: &Arc<Hall>, no: AnnouncementNo) -> Vec<String> {
    let mut tx = hall.db.read().await.unwrap();
    audit::of(&mut tx, &no.to_string()).await.unwrap().into_iter().map(|act| act.act).collect()
}

#[test]
fn a_time_goes_out_once_however_often_its_timer_fires() {
    told(|hall, clock| async move {
        let no = repeating(&hall, "0 * * * *").await;
        let first_ms = START_MS + HOUR_MS;
        fires(&hall, &clock, no, first_ms - 1).await;
        assert_eq!(now(&hall, no).await.1, 0, "too early");
        fires(&hall, &clock, no, first_ms).await;
        fires(&hall, &clock, no, first_ms + 5).await;
        let (series, made) = now(&hall, no).await;
        assert_eq!((made, series.sent, series.next_ms), (1, 1, Some(first_ms + HOUR_MS)));
        let mut tx = hall.db.read().await.unwrap();
        let one = announcement::get(&mut tx, AnnouncementNo(2)).await.unwrap().unwrap();
        assert_eq!((one.series, one.at_ms, one.state), (Some(no), Some(first_ms), State::Sending));
        let copies = delivery::page(&mut tx, "A-2", None, "", 9).await.unwrap();
        assert_eq!(copies.len(), 1, "an audience of its own");
    });
}

#[test]
fn of_what_was_missed_the_last_goes_out_if_it_is_not_late_and_never_a_burst() {
    told(|hall, clock| async move {
        let no = repeating(&hall, "0 * * * *").await;
        // Down from before 17:00 to 22:30: five are left out, that of 22:00 goes out.
        let back_ms = START_MS + 6 * HOUR_MS + HOUR_MS / 2;
        fires(&hall, &clock, no, back_ms).await;
        let (series, made) = now(&hall, no).await;
        assert_eq!((made, series.sent, series.next_ms), (1, 1, Some(START_MS + 7 * HOUR_MS)));
        assert!(acts_of(&hall, no).await.contains(&"announcement.repeat_missed".to_owned()));
        let mut tx = hall.db.read().await.unwrap();
        let missed = audit::of(&mut tx, &no.to_string()).await.unwrap();
        let missed = missed.iter().find(|act| act.act == "announcement.repeat_missed").unwrap();
        assert_eq!(missed.detail.as_deref(), Some("5"));
    });
}

#[test]
fn what_is_too_late_is_left_out() {
    told(|hall, clock| async move {
        let no = repeating(&hall, "every day 18:00").await;
        fires(&hall, &clock, no, START_MS + 3 * HOUR_MS + 1).await;
        let (series, made) = now(&hall, no).await;
        assert_eq!((made, series.sent), (0, 0), "an hour and a moment late");
        assert_eq!(series.next_ms, Some(START_MS + 26 * HOUR_MS));
        fires(&hall, &clock, no, START_MS + 27 * HOUR_MS).await;
        assert_eq!(now(&hall, no).await.1, 1, "an hour late");
    });
}

#[test]
fn whatever_is_changed_waits_until_somebody_has_looked() {
    told(|hall, clock| async move {
        let no = repeating(&hall, "0 * * * *").await;
        let mut work = hall.begin().await.unwrap();
        set_pin(&mut work, no, true, &by()).await.unwrap();
        work.commit().await.unwrap();
        let (series, _) = now(&hall, no).await;
        assert_eq!((series.state, series.next_ms), (SeriesState::Waiting, None));
        fires(&hall, &clock, no, START_MS + HOUR_MS).await;
        assert_eq!(now(&hall, no).await.1, 0);
        let mut work = hall.begin().await.unwrap();
        start(&mut work, no, &by()).await.unwrap();
        work.commit().await.unwrap();
        fires(&hall, &clock, no, START_MS + 2 * HOUR_MS).await;
        assert_eq!(now(&hall, no).await.1, 1);
        let mut tx = hall.db.read().await.unwrap();
        assert!(announcement::get(&mut tx, AnnouncementNo(2)).await.unwrap().unwrap().pin);
    });
}

#[test]
fn what_repeats_is_not_sent_by_hand_and_a_dropped_template_ends_it() {
    told(|hall, clock| async move {
        let no = repeating(&hall, "0 * * * *").await;
        let mut work = hall.begin().await.unwrap();
        let user = |error: crate::error::FeatureError| match error {
            crate::error::FeatureError::User(why) => why.0.key.into_owned(),
            other => panic!("{other}"),
        };
        let sent = send_now(&mut work, no, &by()).await.unwrap_err();
        assert_eq!(user(sent), "announcement-repeat-instead");
        let scheduled = schedule(&mut work, no, START_MS + HOUR_MS, &by()).await.unwrap_err();
        assert_eq!(user(scheduled), "announcement-repeat-instead");
        // Two hours after the first time, so two hours after each.
        set_expiry(&mut work, no, Some(START_MS + 3 * HOUR_MS), &by()).await.unwrap();
        let early = set_expiry(&mut work, no, Some(START_MS + 60_000), &by()).await.unwrap_err();
        assert_eq!(user(early), "announcement-repeat-expires");
        work.commit().await.unwrap();
        fires(&hall, &clock, no, START_MS + HOUR_MS).await;
        fires(&hall, &clock, no, START_MS + 2 * HOUR_MS).await;
        let mut work = hall.begin().await.unwrap();
        let third = announcement::get(work.tx().await.unwrap(), AnnouncementNo(3)).await.unwrap().unwrap();
        assert_eq!(third.expires_at_ms, Some(START_MS + 4 * HOUR_MS));
        let child = set_rule(&mut work, third.no, now(&hall, no).await.0.rule, &by()).await.unwrap_err();
        assert_eq!(user(child), "announcement-repeat-draft");
        cancel(&mut work, no, &by()).await.unwrap();
        work.commit().await.unwrap();
        fires(&hall, &clock, no, START_MS + 3 * HOUR_MS).await;
        let (series, made) = now(&hall, no).await;
        assert_eq!((series.state, made), (SeriesState::Ended, 2));
    });
}

#[test]
fn the_calendar_has_what_is_to_come() {
    told(|hall, _clock| async move {
        let no = repeating(&hall, "every day 18:00 until 2026-11-25").await;
        let mut work = hall.begin().await.unwrap();
        let zone = hall.texts.zone();
        let day_ms = 24 * HOUR_MS;
        let first_ms = START_MS + 2 * HOUR_MS;
        let tx = work.tx().await.unwrap();
        let all = coming(tx, zone, (0, i64::MAX), 99).await.unwrap();
        let times: Vec<i64> = all.iter().map(|entry| (entry.at_ms - first_ms) / day_ms).collect();
        assert_eq!(times, [0, 1, 2, 3, 4]);
        assert!(all.iter().all(|entry| entry.what == What::Coming(no)));
        let some = (first_ms + day_ms, first_ms + 2 * day_ms);
        assert_eq!(coming(tx, zone, some, 99).await.unwrap().len(), 1, "the end is left out");
        assert_eq!(coming(tx, zone, (0, i64::MAX), 2).await.unwrap().len(), 2);
        pause_series(&mut work, no, &by()).await.unwrap();
        let tx = work.tx().await.unwrap();
        assert_eq!(coming(tx, zone, (0, i64::MAX), 99).await.unwrap(), []);
    });
}

#[test]
fn a_form_keeps_a_rule_and_does_not_start_it() {
    told(|hall, _clock| async move {
        repeating(&hall, "0 * * * *").await;
        let mut work = hall.begin().await.unwrap();
        let mut typed = Typed {
            title_en: "Market".into(),
            body_en: "Come".into(),
            audience: "all groups".into(),
            repeat: Some("every someday 9:00".into()),
            ..Typed::default()
        };
        let (mut no, mut version) = (None, 0);
        for (line, wrong, changed, state) in [
            ("every someday 9:00", vec![Field::Repeat], true, None),
            ("every monday 9:00", Vec::new(), true, Some(SeriesState::Set)),
            ("every monday 9:00", Vec::new(), false, Some(SeriesState::Set)),
            ("cron 0 9 * * 1", Vec::new(), false, Some(SeriesState::Set)),
            ("cron 0 9 * * 2", Vec::new(), true, Some(SeriesState::Set)),
            ("", Vec::new(), true, None),
        ] {
            typed.repeat = Some(line.to_owned());
            let seen = no.map(|no| (no, version));
            let Kept::Saved { one, wrong: found, changed: did } =
                keep(&mut work, seen, &typed, true, &by()).await.unwrap()
            else {
                panic!("{line}")
            };
            let found: Vec<Field> = found.into_iter().map(|(field, _)| field).collect();
            assert_eq!((found, did), (wrong, changed), "{line}");
            assert_eq!(of(&mut work, one.no).await.unwrap().map(|series| series.state), state, "{line}");
            (no, version) = (Some(one.no), one.version);
        }
        typed.repeat = Some("every monday 9:00".into());
        typed.when = "2026-12-10 12:00".into();
        let seen = no.map(|no| (no, version));
        let Kept::Saved { one, .. } = keep(&mut work, seen, &typed, true, &by()).await.unwrap() else {
            panic!("it is kept")
        };
        assert_eq!(one.at_ms, None, "its time is the beginning");
        let series = of(&mut work, one.no).await.unwrap().unwrap();
        assert_eq!(next_times(&work, &series).0[0], "2026-12-14 09:00");
        let (shown, wrong) = typed_of(&mut work, &one, Lang::En).await.unwrap();
        assert_eq!((shown.repeat.as_deref(), wrong), (Some("cron 0 9 * * 1"), Vec::new()));
    });
}
