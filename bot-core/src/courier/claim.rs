//! Takes actions in hand: the first of each chat and lane whose time has come and whose budget allows.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use super::budget::{Counts, Wait, Within};
use super::{Claimed, Courier, Done, Job, look_at_most};
use crate::chat::{
    Action, Address, ChatKey, Content, Gap, Lane, Loss, LossKind, MessageRef, Outcome, Rejection,
    RejectionKind, ThreadKey, ThreadRef, TroubleKind,
};
use crate::directory::{Chat, Purpose};
use crate::ids::{ChatId, UserId};
use crate::store::delivery::{Holds, WITHDRAWN};
use crate::store::outbox::{State, StoredOutbox};
use crate::store::{StoreError, Tx, chat, delivery, outbox, standing};
use crate::text;
use crate::work::{Place, Work};

/// How long an action waits before it is asked again whether what it points at is there, milliseconds.
const POINTER_WAIT_MS: i64 = 200;

/// What is to be done with an action.
enum Verdict {
    Go(Box<Job>),
    /// Not before this time.
    Wait(i64),
    /// The whole lane waits until this time.
    LaneWaits(i64),
    /// It ends here.
    Refuse(RejectionKind, &'static str),
}

/// What a pointer at another outbox row stands for.
enum Pointed<T> {
    Known(T),
    NotYet,
    Never,
}

impl Courier {
    /// Takes in hand what is due in each lane; gives the lanes in which there may be more than there are free hands.
    pub(super) async fn claim_lanes(
        &self,
        work: &mut Work,
        next: &[(Lane, i64)],
        (free, free_bulk): (usize, usize),
        claimed: &mut Claimed,
    ) -> Result<Vec<Lane>, StoreError> {
        let (mut refused, mut full) = (Vec::new(), Vec::new());
        for lane in Lane::ALL {
            let room = match lane {
                Lane::Bulk => free_bulk,
                Lane::Files => free.saturating_sub(claimed.jobs.len()).min(self.free_fetches()),
                Lane::Urgent | Lane::Talk => free.saturating_sub(claimed.jobs.len()),
            };
            let is_due = next.iter().any(|(of, at_ms)| *of == lane && *at_ms <= work.now_ms);
            let rests_until_ms = (lane == Lane::Bulk).then(|| self.platform.bulk_rests_until()).flatten();
            let rests_until_ms = rests_until_ms.filter(|at_ms| *at_ms > self.hall.now_ms());
            if lane == Lane::Bulk && rests_until_ms.is_none() {
                self.rest_told.store(false, Ordering::Relaxed);
            }
            match rests_until_ms {
                Some(at_ms) if is_due => {
                    let account = self.platform.account();
                    if outbox::postpone_lane(work.tx().await?, account, lane, at_ms).await? > 0 {
                        self.tell_rest(work).await?;
                    }
                }
                None if room == 0 => full.push(lane),
                None if is_due && !self.claim_lane(work, lane, room, claimed, &mut refused).await? => {
                    full.push(lane);
                }
                _ => {}
            }
        }
        let ids: Vec<_> = claimed.jobs.iter().map(|job| &job.row.id).collect();
        if !ids.is_empty() && outbox::lease(work.tx().await?, &ids).await? != ids.len() as u64 {
            return Err(StoreError::unreadable("outbox lease", "a row was taken by somebody else"));
        }
        self.put_down(work, &refused.iter().collect::<Vec<_>>()).await?;
        Ok(full)
    }

    /// Tells the staff, once for each rest, that announcements of this account are held back. In every staff chat: that
    /// of the account itself may be out of reach just now.
    async fn tell_rest(&self, work: &mut Work) -> Result<(), StoreError> {
        if self.rest_told.swap(true, Ordering::Relaxed) {
            return Ok(());
        }
        let why = self.platform.health().into_iter().map(|trouble| trouble.kind);
        let Some(why) = why.into_iter().find(|kind| matches!(kind, TroubleKind::BulkPaused { .. })) else {
            return Ok(());
        };
        let account = self.platform.account().to_string();
        for staff in chat::by_purpose(work.tx().await?, Purpose::Staff).await? {
            let lang = staff.lang.unwrap_or(work.hall.default_lang);
            let why = work.hall.texts.say(lang, &why.text());
            let said =
                work.hall.texts.say(lang, &text!("trouble-told", account = account.as_str(), what = why));
            work.say(Place::chat(&staff.id), Content::text(said));
        }
        Ok(())
    }

    /// Takes up to `room` actions of a lane in hand. False when there may be more than that.
    async fn claim_lane(
        &self,
        work: &mut Work,
        lane: Lane,
        room: usize,
        claimed: &mut Claimed,
        refused: &mut Vec<Done>,
    ) -> Result<bool, StoreError> {
        let now_ms = work.now_ms;
        let most = i64::try_from(look_at_most(lane).max(room + 1)).unwrap_or(i64::MAX);
        let (rows, some_held) =
            outbox::ready(work.tx().await?, self.platform.account(), lane, now_ms, most).await?;
        let holds = if some_held { delivery::holds(work.tx().await?).await? } else { Holds::default() };
        let ids: Vec<&ChatId> = rows.iter().map(|row| &row.place.chat).collect();
        let chats = chat::some(work.tx().await?, &ids).await?;
        let peers: Vec<&UserId> = chats.values().filter_map(|chat| chat.peer.as_ref()).collect();
        let vias = chat::shared_groups(work.tx().await?, &peers).await?;
        let mut taken = 0;
        for mut row in rows {
            if taken == room {
                return Ok(false);
            }
            if holds.hold(&row) {
                refused.push(turned_down(row, RejectionKind::Withdrawn, WITHDRAWN));
                continue;
            }
            let points = row.action.points_elsewhere();
            let chat = chats.get(&row.place.chat);
            let via = chat.and_then(|chat| vias.get(chat.peer.as_ref()?));
            match self.judge(work, &mut row, chat, via).await? {
                Verdict::Go(mut job) => {
                    if points {
                        outbox::resolve(work.tx().await?, &job.row).await?;
                    }
                    job.row.state = State::Leased;
                    job.row.attempts += 1;
                    claimed.jobs.push(*job);
                    taken += 1;
                }
                Verdict::Wait(at_ms) => outbox::postpone(work.tx().await?, &row.id, at_ms).await?,
                Verdict::LaneWaits(at_ms) => {
                    self.budget().lane_waits(lane, at_ms);
                    break;
                }
                Verdict::Refuse(kind, why) => refused.push(turned_down(row, kind, why)),
            }
        }
        Ok(true)
    }

    async fn judge(
        &self,
        work: &mut Work,
        row: &mut StoredOutbox,
        chat: Option<&Chat>,
        via: Option<&ChatKey>,
    ) -> Result<Verdict, StoreError> {
        let now_ms = work.now_ms;
        // What stands in part is sent to its end.
        let stands = row.delivered.iter().any(|made| made.message.is_some());
        if !stands && row.expires_at_ms.is_some_and(|at_ms| at_ms <= now_ms) {
            return Ok(Verdict::Refuse(RejectionKind::Other, "expired before it could be sent"));
        }
        let Some(chat) = chat else {
            return Ok(Verdict::Refuse(RejectionKind::NotFound, "the chat is not known"));
        };
        let tx = work.tx().await?;
        let thread = match resolve_place(tx, row).await? {
            Pointed::Known(thread) => thread,
            Pointed::NotYet => return Ok(Verdict::Wait(now_ms + POINTER_WAIT_MS)),
            Pointed::Never => {
                return Ok(Verdict::Refuse(
                    RejectionKind::NotFound,
                    "the message or thread that it points at was never made",
                ));
            }
        };
        if let Some(standing) = row.action.standing()
            && let Some(before) = row.action.before()
        {
            *before = standing::get(tx, &chat.id, &standing).await?;
        }
        let mut to = chat.address(thread);
        to.via = via.cloned();
        if !self.resolve_files(work, row, chat, &to).await? {
            return Ok(Verdict::Wait(now_ms + POINTER_WAIT_MS));
        }
        let action = self.with_copies(work, row).await?;
        let action = self.with_hint(work, action, chat).await?;
        let Some(uploading) = self.uploads.begin(&action) else {
            return Ok(Verdict::Wait(now_ms + POINTER_WAIT_MS));
        };
        Ok(match self.within_budget(row, &action, chat, to, now_ms) {
            Verdict::Go(job) => Verdict::Go(Box::new(Job { uploading: Some(Arc::new(uploading)), ..*job })),
            other => other,
        })
    }

    fn within_budget(
        &self,
        row: &StoredOutbox,
        action: &Action,
        chat: &Chat,
        to: Address,
        now_ms: i64,
    ) -> Verdict {
        let plan = self.platform.plan(&to, action);
        if plan.calls.is_empty() {
            let lacks_right = |loss: &Loss| matches!(loss.kind, LossKind::MissingRight { .. });
            return if plan.losses.iter().any(lacks_right) {
                Verdict::Refuse(RejectionKind::MissingRight, "the bot lacks the right to do it")
            } else {
                Verdict::Refuse(RejectionKind::BadContent, "the platform can do nothing of it")
            };
        }
        let counts = self.counts(row.lane, &row.action, chat.is_direct());
        match self.take_room(row, counts, now_ms) {
            Ok(()) => Verdict::Go(Box::new(Job { row: row.clone(), to, plan, counts, uploading: None })),
            Err(Wait::Chat(at_ms)) => Verdict::Wait(at_ms),
            Err(Wait::Account(at_ms)) => Verdict::LaneWaits(at_ms),
        }
    }

    /// Takes room for the next call of an action.
    pub(super) fn take_room(&self, row: &StoredOutbox, counts: Counts, now_ms: i64) -> Result<(), Wait> {
        let gap = self.platform.gap().filter(|_| matches!(row.action, Action::Send(_) | Action::Post(_)));
        let mut budget = self.budget();
        if let Some(at_ms) = gap.and_then(|gap| budget.speaks_at(gap, row.lane, row.calls_done > 0, now_ms)) {
            // A long line of announcements is not moved one by one; in the other lanes what says nothing passes by.
            return Err(if row.lane == Lane::Bulk { Wait::Account(at_ms) } else { Wait::Chat(at_ms) });
        }
        budget.take(row.lane, &row.place.chat, counts, now_ms)?;
        if let Some(gap) = gap {
            budget.spoke(self.pause_ms(gap), now_ms);
        }
        Ok(())
    }

    /// Where an action counts.
    pub(super) fn counts(&self, lane: Lane, action: &Action, is_direct: bool) -> Counts {
        let within = match is_direct {
            _ if lane == Lane::Files || !self.platform.is_paced_by_chat(action) => Within::Account,
            true => Within::Chat,
            false => Within::Group,
        };
        Counts { is_send: matches!(action, Action::Send(_)), within }
    }

    /// Remembers what the account has called before the program started, as far as its windows reach back. What was in
    /// hand may have gone out just now.
    pub(super) async fn remember_calls(&self, tx: &mut Tx) -> Result<(), StoreError> {
        let (pace, now_ms) = (self.platform.pace(), self.hall.now_ms());
        let sends_ms = self.platform.sends().map_or(0, |rate| rate.per_ms);
        let longest_ms = pace.account.per_ms.max(pace.chat.per_ms).max(pace.group.per_ms).max(sends_ms);
        let called = outbox::called_since(tx, self.platform.account(), now_ms - longest_ms).await?;
        let (open, ended): (Vec<_>, Vec<_>) = called.into_iter().partition(|called| called.at_ms.is_none());
        let mut budget = self.budget();
        budget.begins();
        for called in ended.iter().chain(&open) {
            let counts = self.counts(called.lane, &called.action, called.is_direct);
            budget.has_called(&called.chat, counts, called.calls, called.at_ms.unwrap_or(now_ms).min(now_ms));
        }
        Ok(())
    }

    /// How long the account is silent after a message.
    fn pause_ms(&self, gap: Gap) -> i64 {
        let spread_ms = (gap.most_ms - gap.least_ms).max(0).unsigned_abs();
        gap.least_ms + i64::try_from(self.hall.ids.chance_below(spread_ms + 1)).unwrap_or(0)
    }
}

/// An action that goes nowhere.
fn turned_down(row: StoredOutbox, kind: RejectionKind, why: &str) -> Done {
    Done::over(row, Outcome::Rejected(Rejection { kind, why: why.to_owned() }))
}

/// Puts platform keys in place of pointers at other outbox rows; gives the thread.
async fn resolve_place(
    tx: &mut Tx,
    row: &mut StoredOutbox,
) -> Result<Pointed<Option<ThreadKey>>, StoreError> {
    for pointer in row.action.message_refs() {
        if let MessageRef::Outbox(id) = pointer {
            match pointed(tx, id, |made| made.message.clone()).await? {
                Pointed::Known(key) => *pointer = MessageRef::Key(key),
                Pointed::NotYet => return Ok(Pointed::NotYet),
                Pointed::Never => return Ok(Pointed::Never),
            }
        }
    }
    if let Some(pointer) = row.action.thread_ref()
        && let ThreadRef::Outbox(id) = pointer
    {
        match pointed(tx, id, |made| made.thread.clone()).await? {
            Pointed::Known(key) => *pointer = ThreadRef::Key(key),
            Pointed::NotYet => return Ok(Pointed::NotYet),
            Pointed::Never => return Ok(Pointed::Never),
        }
    }
    match &row.place.thread {
        None => Ok(Pointed::Known(None)),
        Some(ThreadRef::Key(key)) => Ok(Pointed::Known(Some(key.clone()))),
        Some(ThreadRef::Outbox(id)) => Ok(match pointed(tx, id, |made| made.thread.clone()).await? {
            Pointed::Known(key) => Pointed::Known(Some(key)),
            Pointed::NotYet => Pointed::NotYet,
            Pointed::Never => Pointed::Never,
        }),
    }
}

async fn pointed<T>(
    tx: &mut Tx,
    id: &crate::ids::OutboxId,
    pick: impl Fn(&crate::chat::Delivered) -> Option<T>,
) -> Result<Pointed<T>, StoreError> {
    let Some(row) = outbox::get(tx, id).await? else { return Ok(Pointed::Never) };
    Ok(match row.state {
        State::Queued | State::Leased => Pointed::NotYet,
        State::Sent => row.delivered.iter().find_map(pick).map_or(Pointed::Never, Pointed::Known),
        State::Rejected | State::Unknown => Pointed::Never,
    })
}
