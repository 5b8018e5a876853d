//! Drafts as forms keep them: nothing typed is lost, nothing unread is sent, two people do not write over each other.

use std::sync::Arc;

use super::*;
use crate::chat::Lang;
use crate::error::FeatureError;
use crate::features::segment::Audience;
use crate::features::wording::BODY_MAX_CHARS;
use crate::hall::Hall;
use crate::ids::StaffId;
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

fn typed(title: &str, body: &str, audience: &str, when: &str) -> Typed {
    Typed {
        title_en: title.into(),
        body_en: body.into(),
        audience: audience.into(),
        when: when.into(),
        ..Typed::default()
    }
}

/// Keeps a form that must be written down; gives the draft, the fields that are wrong and whether it changed.
async fn kept(
    work: &mut Work,
    no: Option<(AnnouncementNo, i64)>,
    typed: &Typed,
) -> (Announcement, Vec<Field>, bool) {
    match keep(work, no, typed, true, &by()).await.unwrap() {
        Kept::Saved { one, wrong, changed } => {
            (one, wrong.into_iter().map(|(field, _)| field).collect(), changed)
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_cannot_be_read_yet_is_kept_in_the_form_and_not_in_the_draft() {
    on_both(|hall| async move {
        let mut work = begin(&hall).await;
        assert_eq!(keep(&mut work, None, &typed(" ", "\n", "", ""), true, &by()).await.unwrap(), Kept::Empty);
        let first = typed("Fair", "Sign\0 up\r\nnow\u{7}", "grup Nowhere", "25:00");
        let (one, wrong, _) = kept(&mut work, None, &first).await;
        assert_eq!(wrong, [Field::Audience, Field::When]);
        assert_eq!(one.wording.body_en.as_deref(), Some("Sign up\nnow"), "without control characters");
        assert_eq!((&one.audience, one.at_ms), (&None, None));
        let (shown, wrong) = typed_of(&mut work, &one, Lang::En).await.unwrap();
        assert_eq!((shown.audience.as_str(), shown.when.as_str()), ("grup Nowhere", "25:00"));
        assert_eq!(wrong.len(), 2, "what is wrong is said again");
        let long = typed(&"x".repeat(121), &"好".repeat(BODY_MAX_CHARS + 1), "all groups", "");
        let (two, wrong, _) = kept(&mut work, Some((one.no, one.version)), &long).await;
        assert_eq!(wrong, [Field::TitleEn, Field::BodyEn]);
        assert_eq!(two.wording, one.wording, "what stood there stays");
        assert_eq!(two.audience, Some(Audience::all_groups()));
        let fine = typed("Fair", "Sign up", "all groups", "in 2h");
        let (three, wrong, _) = kept(&mut work, Some((two.no, two.version)), &fine).await;
        assert!(wrong.is_empty());
        let (shown, _) = typed_of(&mut work, &three, Lang::Zh).await.unwrap();
        assert_eq!(shown.audience, "全部群", "in the reader's language");
        let (four, wrong, changed) = kept(&mut work, Some((three.no, three.version)), &shown).await;
        assert!(wrong.is_empty() && !changed, "the form as it was shown changes nothing");
        assert_eq!(four.at_ms, three.at_ms, "to the millisecond");
    });
}

#[test]
fn who_typed_into_an_older_draft_writes_over_nobody() {
    on_both(|hall| async move {
        let mut work = begin(&hall).await;
        let (one, ..) = kept(&mut work, None, &typed("Fair", "one", "all groups", "")).await;
        let (two, _, changed) =
            kept(&mut work, Some((one.no, one.version)), &typed("Fair", "two", "all groups", "")).await;
        assert!(changed && two.version == one.version + 1);
        let late = keep(
            &mut work,
            Some((one.no, one.version)),
            &typed("Fair", "late", "all groups", ""),
            true,
            &by(),
        )
        .await
        .unwrap();
        assert_eq!(late, Kept::Meanwhile(two.clone()));
        for text in ["three", "four"] {
            work.commit().await.unwrap();
            work = hall.begin().await.unwrap();
            let now = load(&mut work, one.no).await.unwrap();
            kept(&mut work, Some((one.no, now.version)), &typed("Fair", text, "all groups", "")).await;
        }
        work.commit().await.unwrap();
        let mut work = hall.look().await.unwrap();
        let acts = audit::of(work.tx().await.unwrap(), "A-1").await.unwrap();
        let acts: Vec<&str> = acts.iter().map(|act| act.act.as_str()).collect();
        assert_eq!(acts, ["announcement.create", "announcement.change"], "typing leaves one line");
    });
}

#[test]
fn a_page_sends_what_it_shows_or_nothing() {
    on_both(|hall| async move {
        let mut work = begin(&hall).await;
        let (one, ..) = kept(&mut work, None, &typed("Fair", "one", "all groups", "")).await;
        assert!(is_as_shown(&one, one.version).is_ok());
        let (two, ..) =
            kept(&mut work, Some((one.no, one.version)), &typed("Fair", "two", "all groups", "")).await;
        assert!(is_as_shown(&two, one.version).is_err());
        schedule(&mut work, two.no, START_MS + 60_000, &by()).await.unwrap();
        let scheduled = load(&mut work, two.no).await.unwrap();
        let form = typed_of(&mut work, &scheduled, Lang::En).await.unwrap().0;
        let (same, _, changed) = kept(&mut work, Some((two.no, scheduled.version)), &form).await;
        assert!(!changed && same.state == State::Scheduled, "a look takes no schedule away");
        let other = Typed { pin: true, ..form };
        let (changed, ..) = kept(&mut work, Some((two.no, scheduled.version)), &other).await;
        assert_eq!(changed.state, State::Draft, "a change does");
    });
}

#[test]
fn what_is_no_variable_costs_its_own_field_alone_and_is_not_sent() {
    on_both(|hall| async move {
        let mut work = begin(&hall).await;
        let (one, wrong, _) =
            kept(&mut work, None, &typed("{merchnt}", "Hi {contact}", "all groups", "")).await;
        assert_eq!(wrong, [Field::TitleEn]);
        assert_eq!(
            (one.wording.title_en.as_deref(), one.wording.body_en.as_deref()),
            (None, Some("Hi {contact}"))
        );
        let (shown, wrong) = typed_of(&mut work, &one, Lang::En).await.unwrap();
        assert_eq!((shown.title_en.as_str(), wrong.len()), ("{merchnt}", 1));
        // By another door than the form.
        let wording = crate::features::wording::Wording::typed(None, None, Some("Hi {nobody9}"));
        let change = acts::Change { wording: Some(wording), ..acts::Change::default() };
        let one = acts::change(&mut work, one.no, change, &by()).await.unwrap();
        let sent = acts::send_now(&mut work, one.no, &by()).await;
        let Err(FeatureError::User(why)) = sent else { panic!("{sent:?}") };
        assert_eq!(why.0.key, "announcement-variable-unknown");
    });
}
