use super::*;
use crate::error::FeatureError;
use crate::features::activity::{State, cancel};
use crate::hall::Hall;
use crate::roster::{Role, Staff};
use crate::store::testing::{START_MS, on_both};
use crate::store::{audit, people};

fn by() -> StaffId {
    StaffId::from("s-olivia")
}

async fn begin(hall: &Arc<Hall>) -> Work {
    let mut work = hall.begin().await.unwrap();
    let staff = Staff { id: by(), name: "Olivia".into(), person: None, roles: [Role::Ops].into() };
    people::add_staff(work.tx().await.unwrap(), &staff, START_MS).await.unwrap();
    work
}

fn typed() -> Typed {
    Typed {
        title_en: " Fair\u{7} ".into(),
        body_en: "Sign\0 up\r\nnow".into(),
        audience: "all groups".into(),
        starts: "in 2h".into(),
        places: "30人".into(),
        ..Typed::default()
    }
}

async fn saved(work: &mut Work, before: Option<(ActivityNo, i64)>, draft: Draft) -> Activity {
    match keep(work, before, draft, &by()).await.unwrap() {
        Kept::Saved(one) => one,
        Kept::Meanwhile(one) => panic!("{one:?}"),
    }
}

#[test]
fn what_was_typed_is_kept_and_shown_as_it_would_be_typed() {
    on_both(|hall| async move {
        let mut work = begin(&hall).await;
        let draft = read(&mut work, &typed(), None).await.unwrap().unwrap();
        let one = saved(&mut work, None, draft).await;
        assert_eq!(one.wording.title_en.as_deref(), Some("Fair"), "without control characters");
        assert_eq!(one.wording.body_en.as_deref(), Some("Sign up\nnow"));
        assert_eq!((one.starts_at_ms, one.until_ms, one.capacity), (Some(START_MS + 7_200_000), None, 30));
        let shown = typed_of(&mut work, &one, Lang::Zh).await.unwrap();
        assert_eq!((shown.audience.as_str(), shown.places.as_str()), ("全部群", "30"));
        // What nobody touches is the same to the millisecond, and no change.
        let again = read(&mut work, &shown, Some(&one)).await.unwrap().unwrap();
        let same = saved(&mut work, Some((one.no, one.version)), again).await;
        assert_eq!(same, one);
        work.commit().await.unwrap();
        let mut work = hall.begin().await.unwrap();
        let acts = audit::of(work.tx().await.unwrap(), "E-1").await.unwrap();
        assert_eq!(acts.len(), 1, "a look leaves no trace: {acts:?}");
        let empty = read(&mut work, &Typed::default(), Some(&one)).await.unwrap().unwrap();
        let bare = saved(&mut work, Some((one.no, one.version)), empty).await;
        assert_eq!(
            (bare.audience, bare.starts_at_ms, bare.capacity),
            (None, None, 0),
            "a field can be emptied"
        );
        assert_eq!(bare.version, one.version + 1);
    });
}

#[test]
fn what_is_wrong_is_said_field_by_field() {
    on_both(|hall| async move {
        let mut work = begin(&hall).await;
        let bad = Typed {
            title_en: "x".repeat(TITLE_MAX_CHARS + 1),
            body_zh: "好".repeat(BODY_MAX_CHARS + 1),
            audience: "grup Nowhere".into(),
            starts: "2020-01-01 10:00".into(),
            until: "now".into(),
            places: "-3".into(),
            ..typed()
        };
        let wrong = read(&mut work, &bad, None).await.unwrap().unwrap_err();
        let fields: Vec<Field> = wrong.iter().map(|(field, _)| *field).collect();
        let all =
            [Field::BodyZh, Field::TitleEn, Field::Audience, Field::Starts, Field::Until, Field::Places];
        assert_eq!(fields, all);
        let keys: Vec<&str> = wrong.iter().map(|(_, why)| why.key.as_ref()).collect();
        assert_eq!(
            (keys[0], keys[3], keys[4], keys[5]),
            ("wording-too-long", "when-past", "when-past", "activity-places-wrong")
        );
    });
}

#[test]
fn who_typed_into_an_older_draft_writes_over_nobody_and_what_is_over_stays() {
    on_both(|hall| async move {
        let mut work = begin(&hall).await;
        let draft = read(&mut work, &typed(), None).await.unwrap().unwrap();
        let one = saved(&mut work, None, draft.clone()).await;
        let two = Draft { capacity: 5, ..draft.clone() };
        let now = saved(&mut work, Some((one.no, one.version)), two).await;
        let late = keep(&mut work, Some((one.no, one.version)), draft.clone(), &by()).await.unwrap();
        assert_eq!(late, Kept::Meanwhile(now.clone()));
        cancel(&mut work, one.no, &by()).await.unwrap();
        let over = keep(&mut work, Some((one.no, now.version)), draft, &by()).await;
        let Err(FeatureError::User(why)) = over else { panic!("{over:?}") };
        assert_eq!(why.0.key, "activity-not-now");
        assert_eq!(load(&mut work, one.no).await.unwrap().state, State::Cancelled);
    });
}
