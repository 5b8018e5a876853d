//! News of many copies at once changes what news of them one by one changes, on both databases.

use std::sync::{Arc, Mutex};

use super::{
    AnnouncementFeature, NAME, NewAnnouncement, State, cancel, create, pause, recall, resume, send_now,
};
use crate::chat::{Delivered, Rejection, RejectionKind};
use crate::clockwork::Clockwork;
use crate::courier::End;
use crate::directory::Purpose;
use crate::error::FeatureError;
use crate::feature::{Feature as _, Receipt};
use crate::features::segment::{Audience, To};
use crate::features::wording::Wording;
use crate::hall::Hall;
use crate::ids::{AnnouncementNo, StaffId};
use crate::roster::{Role, Staff};
use crate::store::testing::{START_MS, group, on_both_with, outbox};
use crate::store::{announcement, audit, chat, delivery, people};
use crate::work::Work;

const GROUPS: [&str; 6] = ["a", "b", "c", "d", "e", "f"];

fn by() -> StaffId {
    StaffId::from("s-olivia")
}

/// An announcement that is on its way to six groups, and is to be pinned in them.
async fn sending(hall: &Arc<Hall>) -> AnnouncementNo {
    let no = drafted(hall).await;
    let mut work = hall.begin().await.unwrap();
    send_now(&mut work, no, &by()).await.unwrap();
    work.commit().await.unwrap();
    no
}

/// A draft of the same.
async fn drafted(hall: &Arc<Hall>) -> AnnouncementNo {
    let mut work = hall.begin().await.unwrap();
    let tx = work.tx().await.unwrap();
    for title in GROUPS {
        let chat = group(tx, "sandbox", title).await;
        chat::set_purpose(tx, &chat.id, Purpose::Community, None).await.unwrap();
    }
    let staff = Staff { id: by(), name: "Olivia".into(), person: None, roles: [Role::Ops].into() };
    people::add_staff(tx, &staff, START_MS).await.unwrap();
    let new = NewAnnouncement {
        wording: Wording::typed(Some("Fair"), None, Some("Sign up")),
        audience: Some(Audience { to: To::Groups, ..Audience::default() }),
        pin: true,
        ..NewAnnouncement::default()
    };
    let no = create(&mut work, new, &by()).await.unwrap().no;
    work.commit().await.unwrap();
    no
}

/// News of all that the announcement has put into the outbox and that was not told yet, ended in turns in these ways.
async fn news(work: &mut Work, told: &mut usize, ends: &[End]) -> Vec<Receipt> {
    let rows = outbox(work.tx().await.unwrap()).await;
    let of_ours = rows.into_iter().filter(|row| row.origin.as_ref().is_some_and(|by| by.feature == NAME));
    let new: Vec<_> = of_ours.skip(*told).collect();
    *told += new.len();
    let told = new.into_iter().zip(ends.iter().cycle()).map(|(row, end)| Receipt {
        origin: row.origin.unwrap(),
        outbox: row.id,
        chat: row.place.chat,
        action: row.action,
        end: end.clone(),
    });
    told.collect()
}

async fn tell(work: &mut Work, receipts: &[Receipt], at_once: bool) {
    let each = if at_once { receipts.len().max(1) } else { 1 };
    for some in receipts.chunks(each) {
        AnnouncementFeature.on_receipts(work, some).await.unwrap();
    }
}

/// All that can be seen of it: its state, its copies, and what is to be done to which chat.
async fn seen(work: &mut Work, no: AnnouncementNo) -> Vec<String> {
    let tx = work.tx().await.unwrap();
    let state = announcement::get(tx, no).await.unwrap().unwrap().state;
    let mut lines = vec![state.word().to_owned()];
    for copy in delivery::page(tx, &no.to_string(), None, "", 100).await.unwrap() {
        let delivery::StoredCopy { name, state, reason, messages, pin, sent_at_ms, version, .. } = copy;
        lines.push(format!(
            "{name} {} {reason:?} {messages:?} {pin:?} {sent_at_ms:?} {version}",
            state.word()
        ));
    }
    let mut actions: Vec<String> =
        outbox(tx).await.iter().map(|row| format!("{} {}", row.place.chat, row.action.word())).collect();
    actions.sort();
    lines.extend(actions);
    lines
}

fn sent() -> End {
    End::Sent(vec![Delivered { message: Some("m".into()), ..Delivered::default() }])
}

fn refused(kind: RejectionKind) -> End {
    End::Rejected(Rejection { kind, why: "so".into() })
}

fn no_answer() -> End {
    End::Unknown { why: "no answer".into() }
}

/// Tells a story twice in halls of their own, with news at once and one by one, and gives what was seen.
fn both_ways(story: impl AsyncFn(Arc<Hall>, bool) -> Vec<String>) -> Vec<String> {
    let told = [true, false].map(|at_once| {
        let seen = Mutex::new(Vec::new());
        let features = || crate::features::all(Default::default());
        on_both_with(features, |hall, _clock| {
            let (seen, story) = (&seen, &story);
            async move {
                let last = story(hall, at_once).await;
                seen.lock().unwrap().push(last);
            }
        });
        seen.into_inner().unwrap()
    });
    let first = told[0][0].clone();
    assert!(told.iter().flatten().all(|seen| *seen == first), "{told:#?}");
    first
}

#[test]
fn copies_that_end_together_end_as_they_would_one_by_one() {
    let seen = both_ways(async |hall, at_once| {
        let no = sending(&hall).await;
        let mut work = hall.begin().await.unwrap();
        let ends = [sent(), refused(RejectionKind::Blocked), no_answer()];
        let receipts = news(&mut work, &mut 0, &ends).await;
        assert_eq!(receipts.len(), GROUPS.len());
        let (last, others) = receipts.split_last().unwrap();
        tell(&mut work, others, at_once).await;
        let stands = announcement::get(work.tx().await.unwrap(), no).await.unwrap().unwrap();
        assert_eq!(stands.state, State::Sending, "one is on its way");
        tell(&mut work, std::slice::from_ref(last), at_once).await;
        seen(&mut work, no).await
    });
    assert_eq!(seen[0], "sent");
    for (at, state) in ["sent", "rejected", "unknown", "sent", "rejected", "unknown"].iter().enumerate() {
        assert!(seen[at + 1].starts_with(&format!("{} {state} ", GROUPS[at])), "{seen:#?}");
    }
}

#[test]
fn what_was_in_hand_when_the_recall_came_is_taken_back_together() {
    let seen = both_ways(async |hall, at_once| {
        let no = sending(&hall).await;
        let mut work = hall.begin().await.unwrap();
        let mut told = 0;
        let receipts =
            news(&mut work, &mut told, &[sent(), refused(RejectionKind::Withdrawn), no_answer()]).await;
        let in_hand: Vec<_> = receipts.iter().map(|receipt| &receipt.outbox).collect();
        crate::store::outbox::lease(work.tx().await.unwrap(), &in_hand).await.unwrap();
        recall(&mut work, no, &by()).await.unwrap();
        tell(&mut work, &receipts, at_once).await;
        let stands = announcement::get(work.tx().await.unwrap(), no).await.unwrap().unwrap();
        assert_eq!(stands.state, State::Recalling, "two copies that arrived are to be deleted");
        let deleted = news(&mut work, &mut told, &[sent(), refused(RejectionKind::NotFound)]).await;
        assert_eq!(deleted.len(), 2);
        tell(&mut work, &deleted, at_once).await;
        seen(&mut work, no).await
    });
    assert_eq!(seen[0], "recalled");
    let states = ["recalled", "cancelled", "unknown", "recalled", "cancelled", "unknown"];
    for (at, state) in states.iter().enumerate() {
        assert!(seen[at + 1].starts_with(&format!("{} {state} ", GROUPS[at])), "{seen:#?}");
    }
}

/// The copies by state, in the order of the groups.
async fn states(work: &mut Work, no: AnnouncementNo) -> Vec<&'static str> {
    let all = delivery::page(work.tx().await.unwrap(), &no.to_string(), None, "", 100).await.unwrap();
    all.iter().map(|copy| copy.state.word()).collect()
}

async fn state(work: &mut Work, no: AnnouncementNo) -> State {
    announcement::get(work.tx().await.unwrap(), no).await.unwrap().unwrap().state
}

#[test]
fn what_the_courier_found_held_is_planned_again_and_goes_out_once() {
    let seen = both_ways(async |hall, at_once| {
        let no = sending(&hall).await;
        let mut work = hall.begin().await.unwrap();
        let mut told = 0;
        let receipts = news(&mut work, &mut told, &[sent(), refused(RejectionKind::Withdrawn)]).await;
        pause(&mut work, no, &by()).await.unwrap();
        tell(&mut work, &receipts, at_once).await;
        assert_eq!(state(&mut work, no).await, State::Paused, "three wait");
        let three = ["sent", "planned", "sent", "planned", "sent", "planned"];
        assert_eq!(states(&mut work, no).await, three);
        let again = pause(&mut work, no, &by()).await.unwrap();
        assert_eq!(again.state, State::Paused, "who presses second finds it done");
        resume(&mut work, no, &by()).await.unwrap();
        super::flow::go_on(&mut work, no).await.unwrap();
        let receipts = news(&mut work, &mut told, &[sent()]).await;
        let of_copies = receipts.iter().filter(|receipt| receipt.origin.kind == "copy").count();
        assert_eq!(of_copies, 3, "nobody twice, nobody left out");
        tell(&mut work, &receipts, at_once).await;
        seen(&mut work, no).await
    });
    assert_eq!(seen[0], "sent");
}

#[test]
fn what_is_stopped_on_its_way_says_of_each_copy_what_became_of_it() {
    let seen = both_ways(async |hall, at_once| {
        let no = sending(&hall).await;
        let mut work = hall.begin().await.unwrap();
        let receipts = news(&mut work, &mut 0, &[sent(), no_answer()]).await;
        // Two are in hand; what else is in the outbox is taken out of it by the timer.
        let in_hand = [&receipts[0].outbox, &receipts[1].outbox];
        crate::store::outbox::lease(work.tx().await.unwrap(), &in_hand).await.unwrap();
        cancel(&mut work, no, &by()).await.unwrap();
        super::flow::go_on(&mut work, no).await.unwrap();
        assert_eq!(state(&mut work, no).await, State::Stopping, "two may still arrive");
        tell(&mut work, &receipts[..2], at_once).await;
        assert_eq!(state(&mut work, no).await, State::Stopped);
        let ended = ["sent", "unknown", "cancelled", "cancelled", "cancelled", "cancelled"];
        assert_eq!(states(&mut work, no).await, ended);
        assert_eq!(delivery::held(work.tx().await.unwrap(), &no.to_string()).await.unwrap(), None);
        seen(&mut work, no).await
    });
    assert_eq!(seen[0], "stopped");
}

#[test]
fn however_many_press_send_together_it_is_sent_once() {
    let features = || crate::features::all(Default::default());
    on_both_with(features, |hall, _clock| async move {
        let no = drafted(&hall).await;
        let press = |_| {
            let hall = Arc::clone(&hall);
            let send = move |mut work: Work| async move {
                send_now(&mut work, no, &by()).await?;
                Ok((work, ()))
            };
            tokio::spawn(async move { hall.in_one_commit(send).await })
        };
        let mut told_that_it_is_sent = 0;
        for pressed in (0..6).map(press).collect::<Vec<_>>() {
            match pressed.await.unwrap() {
                Ok(()) => {}
                Err(FeatureError::User(why)) => {
                    assert_eq!(why.0.key, "announcement-sent-already");
                    told_that_it_is_sent += 1;
                }
                Err(error) => panic!("{error}"),
            }
        }
        assert_eq!(told_that_it_is_sent, 5);
        let clockwork = Clockwork::new(Arc::clone(&hall));
        while clockwork.tick().await.unwrap() > 0 {}
        let mut look = hall.look().await.unwrap();
        let tx = look.tx().await.unwrap();
        let lines = audit::of(tx, &no.to_string()).await.unwrap();
        assert_eq!(lines.iter().filter(|line| line.act == "announcement.send").count(), 1);
        let mut chats: Vec<_> = outbox(tx).await.into_iter().map(|row| row.place.chat).collect();
        assert_eq!(chats.len(), GROUPS.len());
        chats.sort();
        chats.dedup();
        assert_eq!(chats.len(), GROUPS.len(), "each once");
    });
}
