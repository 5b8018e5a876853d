//! What ops do with announcements, and second persons: each through the real feature, on a node that is up.

use std::collections::BTreeSet;
use std::sync::Arc;

use bot_core::clock::Clock as _;
use bot_core::features::announcement::{self, Change, Measure, NewAnnouncement, TestRule, Variants};
use bot_core::features::segment::{Audience, To};
use bot_core::features::wording::Wording;
use bot_core::hall::Hall;
use bot_core::ids::{AnnouncementNo, ChatId, StaffId};
use bot_core::store::announcement as stored;

use super::drive::Drive;
use super::ground::{ACCOUNTS, OPS, SECOND, group};
use super::planted::Bug;
use super::{check, node};

/// What stands in the other text of an announcement that tests two, behind its own.
pub const OTHER: &str = "In other words.";
/// Which part of an audience tests, percent.
pub const SHARE: u8 = 60;

/// How two texts are tested: nobody reacts here, so that the rule decides for the announcement's own.
fn rule() -> TestRule {
    TestRule { share: SHARE, measure: Measure::Reactions, wait_ms: 600_000 }
}

/// What was asked for, for whoever checks.
#[derive(Clone, Debug)]
pub struct Announced {
    pub no: AnnouncementNo,
    pub groups: Vec<String>,
    /// Its text as it is now.
    pub body: String,
    /// The text that a second person put their name to.
    pub approved: Option<String>,
    /// Whether its author was taken for a second person.
    pub is_own_approved: bool,
    pub is_sent: bool,
    /// Whether another text is tested against its own.
    pub tests: bool,
    /// What was done with it since, in its order.
    pub acts: Vec<Done>,
}

/// Something that was done with an announcement.
#[derive(Clone, Debug)]
pub struct Done {
    pub at_ms: i64,
    pub act: Act,
    /// Rows that were in hand then, or of which something was out.
    pub in_hand: BTreeSet<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    Pause,
    Resume,
    Cancel,
    Recall,
}

fn worded(body: &str) -> Wording {
    Wording { title_en: Some("News".into()), body_en: Some(body.to_owned()), ..Wording::default() }
}

/// Sends an announcement, if it may be.
async fn sent(hall: &Arc<Hall>, no: AnnouncementNo) -> bool {
    let mut work = hall.begin().await.unwrap();
    let sent = announcement::send_now(&mut work, no, &StaffId::from(OPS)).await.is_ok();
    if sent {
        work.commit().await.unwrap();
    }
    sent
}

/// Has somebody approve an announcement as it stands; false when they may not.
async fn approved(hall: &Arc<Hall>, no: AnnouncementNo, by: &str) -> bool {
    let mut work = hall.begin().await.unwrap();
    let one = stored::get(work.tx().await.unwrap(), no).await.unwrap().unwrap();
    let hash = announcement::hash(&mut work, &one).await.unwrap();
    let done = announcement::approve(&mut work, no, &hash, &StaffId::from(by)).await.is_ok();
    if done {
        work.commit().await.unwrap();
    }
    done
}

impl Drive {
    pub async fn announce(&mut self, no: usize, groups: &[usize], pin: bool, tests: bool) {
        self.announced.resize(self.announced.len().max(no + 1), None);
        let Some(hall) = self.hall() else { return };
        let names: Vec<String> = groups.iter().map(|at| group(*at)).collect();
        let ids =
            ACCOUNTS.iter().flat_map(|account| names.iter().map(move |name| format!("c-{account}-{name}")));
        let audience =
            Audience { to: To::Groups, groups: ids.clone().map(ChatId).collect(), ..Audience::default() };
        let body = format!("Announced as number {no}.");
        let new = NewAnnouncement {
            wording: worded(&body),
            audience: Some(audience),
            pin,
            variants: tests.then(|| Variants::of(vec![worded(&format!("{body} {OTHER}"))], rule())),
            ..NewAnnouncement::default()
        };
        let mut work = hall.begin().await.unwrap();
        let one = announcement::create(&mut work, new, &StaffId::from(OPS)).await.unwrap();
        work.commit().await.unwrap();
        // Nobody may be there to get it, or a second person is needed; then it is a draft still.
        let is_sent = sent(&hall, one.no).await;
        node::rest(&self.db).await;
        self.announced[no] = Some(Announced {
            no: one.no,
            groups: ids.collect(),
            body,
            approved: None,
            is_own_approved: false,
            is_sent,
            tests,
            acts: Vec::new(),
        });
    }

    /// A second person approves what waits for one, and it is sent; where it `is_changed` in between, it has to be approved
    /// anew.
    pub async fn approve(&mut self, no: usize, is_changed: bool) {
        let (Some(hall), Some(Some(mut one))) = (self.hall(), self.announced.get(no).cloned()) else {
            return;
        };
        if one.is_sent {
            return;
        }
        one.is_own_approved = approved(&hall, one.no, OPS).await;
        if approved(&hall, one.no, SECOND).await {
            one.approved = Some(one.body.clone());
        }
        if is_changed {
            one.body = format!("Announced as number {no}, with other words.");
            let change = Change { wording: Some(worded(&one.body)), ..Change::default() };
            let mut work = hall.begin().await.unwrap();
            announcement::change(&mut work, one.no, change, &StaffId::from(OPS)).await.unwrap();
            if self.bug == Some(Bug::KeepsApproval) {
                keep_approval(&mut work, one.no).await;
            }
            work.commit().await.unwrap();
            one.is_sent = sent(&hall, one.no).await;
            if !one.is_sent && approved(&hall, one.no, SECOND).await {
                one.approved = Some(one.body.clone());
            }
        }
        one.is_sent = one.is_sent || sent(&hall, one.no).await;
        node::rest(&self.db).await;
        self.announced[no] = Some(one);
    }

    /// Sends the other text to who is in no test; nothing, where no test runs just now.
    pub async fn choose(&mut self, no: usize) {
        let (Some(hall), Some(Some(one))) = (self.hall(), self.announced.get(no)) else { return };
        let mut work = hall.begin().await.unwrap();
        let chosen = announcement::choose(&mut work, one.no, 1, &StaffId::from(OPS)).await.is_ok();
        if chosen {
            work.commit().await.unwrap();
        } else {
            drop(work);
        }
        node::rest(&self.db).await;
        if chosen {
            self.world.trace.line(self.clock.now_ms(), format_args!("a winner of {} is chosen", one.no));
        }
    }

    /// Does something with what is under way; nothing, where that is not possible just now.
    pub async fn act(&mut self, no: usize, act: Act) {
        let (Some(hall), Some(Some(one))) = (self.hall(), self.announced.get(no)) else { return };
        let (number, by) = (one.no, StaffId::from(OPS));
        let in_hand = check::in_hand(&self.db).await;
        let mut work = hall.begin().await.unwrap();
        let done = match act {
            Act::Pause => announcement::pause(&mut work, number, &by).await,
            Act::Resume => announcement::resume(&mut work, number, &by).await,
            // Of a draft it would be another thing.
            Act::Cancel if one.is_sent => announcement::cancel(&mut work, number, &by).await,
            Act::Cancel => return,
            Act::Recall => announcement::recall(&mut work, number, &by).await,
        };
        if done.is_ok() {
            work.commit().await.unwrap();
        } else {
            drop(work);
        }
        node::rest(&self.db).await;
        if done.is_ok() {
            let at_ms = self.clock.now_ms();
            self.world.trace.line(at_ms, format_args!("{act:?} of {number} is done"));
            if let Some(Some(one)) = self.announced.get_mut(no) {
                one.acts.push(Done { at_ms, act, in_hand });
            }
            // Before anybody has a turn: what was asked for stands in the database alone.
            self.misbehave().await;
        }
    }

    /// Lets go on what somebody forgot, when nothing else is to come.
    pub async fn remember_paused(&mut self) {
        for no in 0..self.announced.len() {
            self.act(no, Act::Resume).await;
        }
    }
}

/// As if an approval outlived a change of what was approved.
async fn keep_approval(work: &mut bot_core::work::Work, no: AnnouncementNo) {
    let mut one = stored::get(work.tx().await.unwrap(), no).await.unwrap().unwrap();
    let hash = announcement::hash(work, &one).await.unwrap();
    if let Some(approval) = &mut one.approval {
        approval.hash = hash;
    }
    stored::put(work.tx().await.unwrap(), &one).await.unwrap();
}
