//! Texts are dealt, tested and decided, on both databases.

mod writing;

use std::sync::Arc;

use super::*;
use crate::chat::{Action, Delivered};
use crate::clock::VirtualClock;
use crate::courier::End;
use crate::directory::Purpose;
use crate::error::FeatureError;
use crate::feature::{Due, Feature as _, Receipt};
use crate::features::FeatureConfig;
use crate::features::announcement::{
    AnnouncementConfig, AnnouncementFeature, NAME, NewAnnouncement, cancel, correct, create, edit, pause,
    recall, resume, send_now,
};
use crate::features::segment::Audience;
use crate::hall::Hall;
use crate::ids::AnnouncementNo;
use crate::roster::{Role, Staff};
use crate::store::click::{self, Clicks};
use crate::store::testing::{START_MS, group, on_both_with, outbox};
use crate::store::{announcement, audit, chat, delivery, people};
use crate::work::Work;

const HOUR_MS: i64 = 3_600_000;

/// The sentence of a refusal.
trait Key {
    fn key(&self) -> &str;
}

impl Key for FeatureError {
    fn key(&self) -> &str {
        match self {
            Self::User(why) => &why.0.key,
            other => panic!("{other}"),
        }
    }
}

/// Of these groups A-1 deals A to b, g and k, B to a, d, f and l, when six in ten test.
const GROUPS: [&str; 12] = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l"];

fn by() -> StaffId {
    StaffId::from("s-olivia")
}

fn wording(body: &str) -> Wording {
    Wording::typed(Some("Fair"), None, Some(body))
}

fn variants() -> Variants {
    let rule = TestRule { share: 60, wait_ms: HOUR_MS, ..TestRule::default() };
    Variants::of(vec![wording("B at https://b.example/")], rule)
}

/// Tells a story in a hall with all features and twelve groups, in which two copies of each text are enough.
fn told<F: Future<Output = ()>>(story: impl Fn(Arc<Hall>, Arc<VirtualClock>) -> F) {
    let announcements = AnnouncementConfig { test_least: 2, ..AnnouncementConfig::default() };
    let config = || FeatureConfig { announcements: announcements.clone(), ..FeatureConfig::default() };
    on_both_with(|| crate::features::all(config()), story);
}

async fn people_and_groups(work: &mut Work) {
    let tx = work.tx().await.unwrap();
    for title in GROUPS {
        let chat = group(tx, "sandbox", title).await;
        chat::set_purpose(tx, &chat.id, Purpose::Community, None).await.unwrap();
    }
    let staff = Staff { id: by(), name: "Olivia".into(), person: None, roles: [Role::Ops].into() };
    people::add_staff(tx, &staff, START_MS).await.unwrap();
}

/// A draft with two texts that are tested by clicks.
async fn draft_of(work: &mut Work) -> AnnouncementNo {
    people_and_groups(work).await;
    let new = NewAnnouncement {
        wording: wording("A at https://a.example/"),
        audience: Some(Audience::all_groups()),
        clicks: true,
        variants: Some(variants()),
        ..NewAnnouncement::default()
    };
    create(work, new, &by()).await.unwrap().no
}

async fn one_of(work: &mut Work, no: AnnouncementNo) -> Announcement {
    announcement::get(work.tx().await.unwrap(), no).await.unwrap().unwrap()
}

/// What its copies say, by group, as far as they were put into the outbox.
async fn said(work: &mut Work) -> Vec<(String, char)> {
    let mut all: Vec<(String, char)> = outbox(work.tx().await.unwrap())
        .await
        .into_iter()
        .filter(|row| row.origin.as_ref().is_some_and(|by| by.feature == NAME && by.kind == "copy"))
        .filter_map(|row| match row.action {
            Action::Send(content) => {
                Some((row.place.chat.to_string(), content.text.text.chars().nth("Fair\n\n".len())?))
            }
            _ => None,
        })
        .collect();
    all.sort();
    all
}

/// All copies in the outbox that are news arrive.
async fn arrive(work: &mut Work, told: &mut usize) {
    let rows = outbox(work.tx().await.unwrap()).await;
    let of_ours: Vec<_> = rows.into_iter().filter(|row| row.origin.is_some()).skip(*told).collect();
    *told += of_ours.len();
    let receipts: Vec<Receipt> = of_ours
        .into_iter()
        .map(|row| Receipt {
            origin: row.origin.unwrap(),
            outbox: row.id,
            chat: row.place.chat,
            action: row.action,
            end: End::Sent(vec![Delivered { message: Some("m".into()), ..Delivered::default() }]),
        })
        .collect();
    AnnouncementFeature.on_receipts(work, &receipts).await.unwrap();
}

/// Its timer fires.
async fn step(work: &mut Work, no: AnnouncementNo) {
    let due = Due { kind: "step".into(), key: no.to_string(), due_at_ms: work.now_ms };
    AnnouncementFeature.on_timer(work, &due).await.unwrap();
}

async fn clicked(work: &mut Work, groups: &[&str]) {
    let click = |group: &&str| Clicks {
        push: "A-1".into(),
        recipient: format!("c-{group}"),
        n: 1,
        clicks: 1,
        first_ms: 1,
        last_ms: 1,
    };
    let all: Vec<Clicks> = groups.iter().map(click).collect();
    click::add(work.tx().await.unwrap(), &all).await.unwrap();
}

/// A test of which all copies have arrived, and its hall's work.
async fn tested(hall: &Arc<Hall>) -> (Work, AnnouncementNo, usize) {
    let mut work = hall.begin().await.unwrap();
    let no = draft_of(&mut work).await;
    send_now(&mut work, no, &by()).await.unwrap();
    let mut told = 0;
    arrive(&mut work, &mut told).await;
    step(&mut work, no).await;
    (work, no, told)
}

fn group_names(said: &[(String, char)], letter: char) -> String {
    said.iter().filter(|(_, of)| *of == letter).map(|(chat, _)| chat.trim_start_matches("c-")).collect()
}

#[test]
fn the_test_goes_out_first_and_the_rest_gets_what_did_best() {
    told(|hall, clock| async move {
        let (work, no, told) = tested(&hall).await;
        let mut work = work;
        let first = said(&mut work).await;
        assert_eq!((group_names(&first, 'A'), group_names(&first, 'B')), ("bgk".into(), "adfl".into()));
        let one = one_of(&mut work, no).await;
        assert_eq!(one.state, State::Sending);
        assert_eq!(one.variants.as_ref().unwrap().decides_at_ms, Some(START_MS + HOUR_MS));
        clicked(&mut work, &["a", "d", "f", "l"]).await;
        let all = standings(&mut work, &one).await.unwrap();
        assert_eq!(all, [Tally { sent: 3, hits: 0 }, Tally { sent: 4, hits: 4 }]);
        work.commit().await.unwrap();

        clock.move_to(START_MS + HOUR_MS - 1);
        let mut work = hall.begin().await.unwrap();
        step(&mut work, no).await;
        assert_eq!(said(&mut work).await, first, "nobody else has it yet");
        work.commit().await.unwrap();
        clock.move_to(START_MS + HOUR_MS);
        let mut work = hall.begin().await.unwrap();
        step(&mut work, no).await;
        let all = said(&mut work).await;
        assert_eq!((group_names(&all, 'A'), group_names(&all, 'B')), ("bgk".into(), "acdefhijl".into()));
        let mut told = told;
        arrive(&mut work, &mut told).await;
        let one = one_of(&mut work, no).await;
        let verdict = one.variants.as_ref().unwrap().verdict.clone().unwrap();
        assert_eq!((verdict.winner, verdict.why, verdict.by), (1, Why::Better, None));
        assert_eq!(one.state, State::Sent);
        work.commit().await.unwrap();
        let acts = audit::of(&mut hall.db.read().await.unwrap(), "A-1").await.unwrap();
        let last = acts.last().unwrap();
        let trace = (last.act.as_str(), last.detail.as_deref(), &last.staff);
        assert_eq!(trace, ("announcement.winner", Some("B"), &None));
    });
}

#[test]
fn where_chance_explains_it_a_goes_out() {
    told(|hall, clock| async move {
        let (mut work, no, _) = tested(&hall).await;
        clicked(&mut work, &["a", "d", "b", "g"]).await;
        work.commit().await.unwrap();
        clock.move_to(START_MS + HOUR_MS);
        let mut work = hall.begin().await.unwrap();
        step(&mut work, no).await;
        let all = said(&mut work).await;
        assert_eq!(group_names(&all, 'A'), "bceghijk");
        let verdict = one_of(&mut work, no).await.variants.unwrap().verdict.unwrap();
        assert_eq!((verdict.winner, verdict.why), (0, Why::NoneBetter));
    });
}

#[test]
fn the_winner_is_chosen_once_by_hand_and_the_rest_follows() {
    told(|hall, _clock| async move {
        let (mut work, no, _) = tested(&hall).await;
        assert_eq!(choose(&mut work, no, 2, &by()).await.unwrap_err().key(), "announcement-variant-unknown");
        choose(&mut work, no, 1, &by()).await.unwrap();
        choose(&mut work, no, 1, &by()).await.unwrap();
        let late = choose(&mut work, no, 0, &by()).await.unwrap_err();
        assert_eq!(late.key(), "announcement-variant-decided");
        step(&mut work, no).await;
        assert_eq!(group_names(&said(&mut work).await, 'B'), "acdefhijl");
        work.commit().await.unwrap();
        let acts = audit::of(&mut hall.db.read().await.unwrap(), "A-1").await.unwrap();
        let chosen: Vec<_> = acts.iter().filter(|act| act.act == "announcement.winner").collect();
        assert_eq!(chosen.len(), 1);
        assert_eq!(chosen[0].staff, Some(by()));
    });
}

#[test]
fn a_pause_holds_the_decision_back_and_cancelling_leaves_the_rest_without() {
    told(|hall, clock| async move {
        let (mut work, no, _) = tested(&hall).await;
        clicked(&mut work, &["a", "d", "f", "l"]).await;
        pause(&mut work, no, &by()).await.unwrap();
        work.commit().await.unwrap();
        clock.move_to(START_MS + 2 * HOUR_MS);
        let mut work = hall.begin().await.unwrap();
        step(&mut work, no).await;
        assert_eq!(one_of(&mut work, no).await.variants.unwrap().verdict, None, "it is paused");
        assert_eq!(said(&mut work).await.len(), 7);
        resume(&mut work, no, &by()).await.unwrap();
        step(&mut work, no).await;
        assert_eq!(group_names(&said(&mut work).await, 'B'), "acdefhijl");
        drop(work);
        // What was not committed was not done: the test runs and is cancelled.
        let mut work = hall.begin().await.unwrap();
        cancel(&mut work, no, &by()).await.unwrap();
        step(&mut work, no).await;
        let one = one_of(&mut work, no).await;
        assert_eq!((one.state, one.variants.as_ref().unwrap().verdict.is_none()), (State::Stopped, true));
        assert_eq!(said(&mut work).await.len(), 7);
        assert_eq!(choose(&mut work, no, 1, &by()).await.unwrap_err().key(), "announcement-not-now");
    });
}

#[test]
fn a_recall_takes_every_text_back_and_the_rest_never_has_any() {
    told(|hall, clock| async move {
        let (mut work, no, _) = tested(&hall).await;
        let before = outbox(work.tx().await.unwrap()).await.len();
        recall(&mut work, no, &by()).await.unwrap();
        step(&mut work, no).await;
        let rows = outbox(work.tx().await.unwrap()).await;
        let taken = rows.iter().skip(before).filter(|row| matches!(row.action, Action::Delete { .. }));
        let mut chats: Vec<&str> = taken.map(|row| row.place.chat.as_str()).collect();
        chats.sort_unstable();
        assert_eq!(chats, ["c-a", "c-b", "c-d", "c-f", "c-g", "c-k", "c-l"]);
        work.commit().await.unwrap();
        clock.move_to(START_MS + 2 * HOUR_MS);
        let mut work = hall.begin().await.unwrap();
        step(&mut work, no).await;
        assert_eq!(said(&mut work).await.len(), 7);
        assert_eq!(one_of(&mut work, no).await.variants.unwrap().verdict, None);
        let rest = delivery::rest(work.tx().await.unwrap(), "A-1").await.unwrap();
        assert_eq!(rest, 0, "nobody waits any more");
    });
}

#[test]
fn a_correction_waits_for_the_winner_and_puts_one_text_everywhere() {
    told(|hall, _clock| async move {
        let (mut work, no, mut told) = tested(&hall).await;
        let early = edit(&mut work, no, wording("Other"), &by()).await.unwrap_err();
        assert_eq!(early.key(), "announcement-test-runs");
        choose(&mut work, no, 1, &by()).await.unwrap();
        step(&mut work, no).await;
        arrive(&mut work, &mut told).await;
        let one = one_of(&mut work, no).await;
        assert_eq!(one.state, State::Sent);
        assert_eq!(standing_text(&one).body_en.as_deref(), Some("B at https://b.example/"));
        // What stands with most is another text than what stands with A's readers.
        correct(&mut work, no, one.version, wording("B at https://b.example/"), &by()).await.unwrap();
        let rows = outbox(work.tx().await.unwrap()).await;
        let edited = rows.iter().filter_map(|row| match &row.action {
            Action::Edit { content, .. } => Some(content.text.text.as_str()),
            _ => None,
        });
        let edited: Vec<&str> = edited.collect();
        assert_eq!(edited, ["Fair\n\nB at https://b.example/"; 12]);
        let one = one_of(&mut work, no).await;
        assert!(one.variants.as_ref().unwrap().corrected && texts(&one).count() == 1);
        let same = correct(&mut work, no, one.version, one.wording.clone(), &by()).await.unwrap_err();
        assert_eq!(same.key(), "announcement-nothing-changed");
    });
}

#[test]
fn who_waits_for_the_end_of_a_test_keeps_quiet_hours_as_well() {
    let announcements =
        AnnouncementConfig { test_least: 2, quiet: "17:00-20:00".into(), ..AnnouncementConfig::default() };
    let config = || FeatureConfig { announcements: announcements.clone(), ..FeatureConfig::default() };
    on_both_with(
        || crate::features::all(config()),
        |hall, clock| async move {
            // It is 16:00 there; the test ends at 17:00, when nobody is to be bothered.
            let (work, no, _) = tested(&hall).await;
            work.commit().await.unwrap();
            clock.move_to(START_MS + HOUR_MS);
            let mut work = hall.begin().await.unwrap();
            step(&mut work, no).await;
            assert!(one_of(&mut work, no).await.variants.unwrap().verdict.is_some(), "it is decided on time");
            assert_eq!(said(&mut work).await.len(), 7);
            let planned =
                delivery::any(work.tx().await.unwrap(), "A-1", crate::features::delivery::CopyState::Planned);
            assert!(planned.await.unwrap());
            work.commit().await.unwrap();
            clock.move_to(START_MS + 4 * HOUR_MS);
            let mut work = hall.begin().await.unwrap();
            step(&mut work, no).await;
            assert_eq!(said(&mut work).await.len(), 12);
        },
    );
}
