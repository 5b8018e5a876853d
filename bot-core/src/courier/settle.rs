//! Writes down how actions ended, and tells the features that sent them.

#[cfg(test)]
mod tests;

use std::panic::AssertUnwindSafe;

use futures::FutureExt as _;

use super::budget::DAY_MS;
use super::{Courier, Done, End, Tried, files};
use crate::chat::{Action, Address, Outcome, Rejection, RejectionKind, RenderPlan, numbered};
use crate::directory::Reach;
use crate::error::FeatureError;
use crate::feature::Receipt;
use crate::ids::MessageId;
use crate::store::choice::StoredChoice;
use crate::store::message::{NewMessage, split_content};
use crate::store::outbox::{State, StoredOutbox};
use crate::store::{StoreError, chat, choice, outbox, standing};
use crate::text;
use crate::work::Work;

/// Waits between tries, milliseconds: a second, then doubling up to a minute.
const RETRY_FIRST_MS: i64 = 1_000;
const RETRY_MAX_MS: i64 = 60_000;
/// How long a message with numbered choices may be answered by quoting it, milliseconds.
const CHOICES_LIVE_MS: i64 = 7 * 86_400_000;

impl Courier {
    /// Writes down how actions ended, all in one commit.
    ///
    /// # Errors
    /// When the database fails; the call may be repeated.
    pub async fn settle(&self, all_done: &[Done]) -> Result<(), StoreError> {
        let mut work = self.begin().await?;
        self.put_down(&mut work, &all_done.iter().collect::<Vec<_>>()).await?;
        work.commit().await
    }

    /// The same once more, after it is not known whether the database has done it: what was written down already is not
    /// told a second time.
    ///
    /// # Errors
    /// When the database fails; the call may be repeated.
    pub(crate) async fn settle_again(&self, all_done: &[Done]) -> Result<(), StoreError> {
        let mut work = self.begin().await?;
        let left = outbox::left_leased(work.tx().await?, self.platform.account()).await?;
        let is_open = |done: &&Done| left.iter().any(|row| row.id == done.row.id);
        self.put_down(&mut work, &all_done.iter().filter(is_open).collect::<Vec<_>>()).await?;
        work.commit().await
    }

    /// Writes down how actions ended, and tells the features that sent them.
    pub(super) async fn put_down(&self, work: &mut Work, all_done: &[&Done]) -> Result<(), StoreError> {
        let mut ended = Vec::with_capacity(all_done.len());
        for done in all_done {
            ended.extend(self.ended(work, done).await?);
        }
        let rows: Vec<&StoredOutbox> = ended.iter().map(|(row, _)| row).collect();
        let now_ms = work.now_ms;
        if !rows.is_empty() {
            outbox::settle_many(work.tx().await?, &rows, now_ms).await?;
        }
        tell_all(work, ended.into_iter().filter_map(|(row, end)| receipt(row, end)).collect()).await
    }

    /// Deals with what was in hand when the program ended, or the node that held the account before: it may have gone out
    /// or not. What may be repeated is; of a send, the platform is asked where it can tell; the rest is unknown.
    ///
    /// # Errors
    /// When the database fails; the call may be repeated.
    pub async fn recover(&self) -> Result<(), StoreError> {
        let left = {
            let mut tx = self.hall.db.read().await?;
            let account = self.platform.account();
            self.remember_calls(&mut tx).await?;
            if self.platform.gap().is_some() {
                let since_ms = self.hall.now_ms() - DAY_MS;
                let said = outbox::said_since(&mut tx, account, since_ms).await?;
                self.budget().has_spoken(said);
            }
            outbox::left_leased(&mut tx, account).await?
        };
        for row in left {
            let done = self.found_leased(row).await?;
            self.settle(&[done]).await?;
        }
        Ok(())
    }

    /// Finds out how far an action came that was in hand when the program ended. Of a plan of several calls the platform
    /// is asked about one after another: none was made before the one before it was confirmed.
    async fn found_leased(&self, mut row: StoredOutbox) -> Result<Done, StoreError> {
        let why = "the program ended while it was sent".to_owned();
        let planned = self.planned(&row).await?;
        if let Some((_, plan, is_direct)) = &planned {
            // One call more than was confirmed counts already; any of the others may have gone out as well.
            let more = plan.calls.len().saturating_sub(row.calls_done + 1);
            let counts = self.counts(row.lane, &row.action, *is_direct);
            let more = u32::try_from(more).unwrap_or(u32::MAX);
            self.budget().has_called(&row.place.chat, counts, more, self.hall.now_ms());
        }
        if row.action.is_idempotent() {
            // At once: no platform has failed at it, and what is urgent waits for no other's turn meanwhile.
            let at_once = Tried::Part(self.hall.now_ms());
            return Ok(Done { row, tried: at_once, uploading: None });
        }
        let Some((to, plan, _)) = planned else {
            return Ok(Done::over(row, Outcome::Unknown { why }));
        };
        for call in plan.calls.iter().skip(row.calls_done) {
            match self.asked(&to, call, &row).await {
                Some(Outcome::Sent(delivered)) => {
                    row.calls_done += 1;
                    row.delivered.push(delivered);
                }
                Some(other) => return Ok(Done::over(row, other)),
                None => return Ok(Done::over(row, Outcome::Unknown { why })),
            }
        }
        let last = row.delivered.last().cloned().unwrap_or_default();
        Ok(Done::over(row, Outcome::Sent(last)))
    }

    /// The calls of an action as they were made, where, and whether that is a direct chat; `None` when it is not known any more.
    async fn planned(&self, row: &StoredOutbox) -> Result<Option<(Address, RenderPlan, bool)>, StoreError> {
        let found = {
            let mut tx = self.hall.db.read().await?;
            chat::get(&mut tx, &row.place.chat).await?
        };
        let Some(chat) = found else { return Ok(None) };
        let thread = match &row.place.thread {
            Some(crate::chat::ThreadRef::Key(key)) => Some(key.clone()),
            _ => None,
        };
        let to = chat.address(thread);
        let mut look = self.hall.look().await?;
        let action = self.with_copies(&mut look, row).await?;
        let action = self.with_hint(&mut look, action, &chat).await?;
        let plan = self.platform.plan(&to, &action);
        Ok(Some((to, plan, chat.is_direct())))
    }

    /// Keeps what an action made, and gives how it ended; `None` when it is to be tried again.
    async fn ended(&self, work: &mut Work, done: &Done) -> Result<Option<(StoredOutbox, End)>, StoreError> {
        let mut row = done.row.clone();
        let now_ms = work.now_ms;
        let outcome = match &done.tried {
            Tried::Over(outcome) => outcome,
            Tried::Part(at_ms) => {
                row.error = None;
                return outbox::requeue(work.tx().await?, &row, *at_ms).await.map(|()| None);
            }
        };
        metrics::counter!("guildhall_courier_outcomes_total", "lane" => row.lane.word(), "outcome" => word(outcome)).increment(1);
        let end = match outcome {
            Outcome::Sent(_) if !self.keep_fetched(work, &row).await? => {
                (row.calls_done, row.delivered) = (0, Vec::new());
                return self
                    .try_again(work, row, "not_done", "its bytes are gone again")
                    .await
                    .map(|()| None);
            }
            Outcome::Sent(_) => End::Sent(row.delivered.clone()),
            Outcome::Rejected(rejection)
                if rejection.kind == RejectionKind::FileGone && self.forget_copies(work, &row).await? =>
            {
                row.error = Some(("file_gone".to_owned(), rejection.why.clone()));
                return outbox::requeue(work.tx().await?, &row, now_ms).await.map(|()| None);
            }
            Outcome::Rejected(rejection) if rejection.kind == RejectionKind::AlreadySo => {
                End::Sent(row.delivered.clone())
            }
            Outcome::Rejected(rejection) => End::Rejected(rejection.clone()),
            Outcome::RetryAfter { wait_ms, scope } => {
                let until_ms = now_ms + wait_ms.max(&1);
                self.budget().close(*scope, &row.place.chat, until_ms);
                row.error = Some(("retry_after".to_owned(), format!("asked to wait {wait_ms} ms")));
                return outbox::requeue(work.tx().await?, &row, until_ms).await.map(|()| None);
            }
            Outcome::NotDone { why } => {
                return self.try_again(work, row, "not_done", why).await.map(|()| None);
            }
            Outcome::Unknown { why } if row.action.is_idempotent() => {
                return self.try_again(work, row, "unknown", why).await.map(|()| None);
            }
            Outcome::Unknown { why } => End::Unknown { why: why.clone() },
        };
        finish(work, &mut row, &end).await?;
        Ok(Some((row, end)))
    }

    async fn try_again(
        &self,
        work: &mut Work,
        mut row: StoredOutbox,
        kind: &str,
        why: &str,
    ) -> Result<(), StoreError> {
        let doublings = u32::try_from(row.attempts.clamp(1, 12) - 1).unwrap_or(0);
        let wait_ms = (RETRY_FIRST_MS << doublings).min(RETRY_MAX_MS);
        let jitter_ms = i64::try_from(self.hall.ids.chance_below(wait_ms.unsigned_abs() / 4)).unwrap_or(0);
        row.error = Some((kind.to_owned(), why.to_owned()));
        let at_ms = work.now_ms + wait_ms + jitter_ms;
        outbox::requeue(work.tx().await?, &row, at_ms).await
    }
}

fn word(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Sent(_) => "sent",
        Outcome::Rejected(_) => "rejected",
        Outcome::RetryAfter { .. } => "retry_after",
        Outcome::NotDone { .. } => "not_done",
        Outcome::Unknown { .. } => "unknown",
    }
}

/// Ends an action, and keeps what it made.
async fn finish(work: &mut Work, row: &mut StoredOutbox, end: &End) -> Result<(), StoreError> {
    files::keep_copies(work, row).await?;
    match end {
        End::Sent(_) => {
            (row.state, row.error) = (State::Sent, None);
            keep_made(work, row).await?;
            keep_choices(work, row).await?;
            if let (Some(of), Some(_)) = (row.action.standing(), row.action.before()) {
                standing::forget(work.tx().await?, &row.place.chat, &of).await?;
            }
        }
        End::Rejected(rejection) => {
            (row.state, row.error) =
                (State::Rejected, Some((rejection_word(rejection.kind).to_owned(), rejection.why.clone())));
            keep_reach(work, row, rejection).await?;
            if let Some(of) = row.action.standing() {
                standing::forget_of(work.tx().await?, &row.place.chat, &of, &row.id).await?;
            }
            if rejection.kind != RejectionKind::Withdrawn {
                work.note(
                    "courier",
                    Some(&row.place.chat),
                    text!("note-rejected", what = row.action.word(), why = &rejection.why),
                );
            }
        }
        End::Unknown { why } => {
            (row.state, row.error) = (State::Unknown, Some(("unknown".to_owned(), why.clone())));
            work.note(
                "courier",
                Some(&row.place.chat),
                text!("note-unknown", what = row.action.word(), why = why),
            );
        }
    }
    Ok(())
}

/// The word stored for a refusal.
fn rejection_word(kind: RejectionKind) -> &'static str {
    match kind {
        RejectionKind::NotStarted => "not_started",
        RejectionKind::Blocked => "blocked",
        RejectionKind::Deactivated => "deactivated",
        RejectionKind::Kicked => "kicked",
        RejectionKind::MissingRight => "missing_right",
        RejectionKind::NotFound => "not_found",
        RejectionKind::BadContent => "bad_content",
        RejectionKind::FileGone => "file_gone",
        RejectionKind::AlreadySo => "already_so",
        RejectionKind::Withdrawn => "withdrawn",
        RejectionKind::Other => "other",
    }
}

/// Keeps messages that were sent, and the key of a direct chat that was opened by it.
async fn keep_made(work: &mut Work, row: &StoredOutbox) -> Result<(), StoreError> {
    for (at, made) in row.delivered.iter().enumerate() {
        if let Some(key) = &made.chat {
            chat::set_key(work.tx().await?, &row.place.chat, key).await?;
        }
        let (Action::Send(content), Some(key)) = (&row.action, &made.message) else { continue };
        // The text stands with the first message of a split one.
        let (text, extra) = if at == 0 { split_content(content, None)? } else { (String::new(), None) };
        let id: MessageId = work.hall.ids.next();
        let thread = match &row.place.thread {
            Some(crate::chat::ThreadRef::Key(key)) => Some(key.clone()),
            _ => None,
        };
        let sent_at_ms = work.now_ms;
        work.keep(NewMessage {
            id,
            chat: row.place.chat.clone(),
            key: key.clone(),
            thread,
            author: None,
            text,
            extra,
            sent_at_ms,
        });
    }
    Ok(())
}

/// Keeps what the numbers mean that stand in place of buttons.
async fn keep_choices(work: &mut Work, row: &StoredOutbox) -> Result<(), StoreError> {
    let Action::Send(content) = &row.action else { return Ok(()) };
    let buttons: Vec<_> = numbered(content).cloned().collect();
    let are_numbered = || work.hall.platform(&row.account).is_some_and(|platform| platform.numbers_buttons());
    if buttons.is_empty() || !are_numbered() {
        return Ok(());
    }
    let thread = match &row.place.thread {
        Some(crate::chat::ThreadRef::Key(key)) => Some(key.clone()),
        _ => None,
    };
    let said_at_ms = work.now_ms;
    for message in row.delivered.iter().filter_map(|made| made.message.clone()) {
        let kept = StoredChoice {
            chat: row.place.chat.clone(),
            message,
            thread: thread.clone(),
            buttons: buttons.clone(),
            said_at_ms,
            expires_at_ms: said_at_ms + CHOICES_LIVE_MS,
        };
        choice::put(work.tx().await?, &kept).await?;
    }
    Ok(())
}

/// Keeps what a refusal says of whether the bot can write to the chat.
async fn keep_reach(work: &mut Work, row: &StoredOutbox, rejection: &Rejection) -> Result<(), StoreError> {
    let reach = match rejection.kind {
        RejectionKind::NotStarted => Reach::NotStarted,
        RejectionKind::Blocked => Reach::Blocked,
        RejectionKind::Deactivated => Reach::Deactivated,
        RejectionKind::Kicked => Reach::Kicked,
        _ => return Ok(()),
    };
    chat::set_reach(work.tx().await?, &row.place.chat, reach).await?;
    work.after_commit(|hall| hall.directory.forget_all());
    Ok(())
}

/// What the feature that sent an action hears of it, if one wants to hear.
fn receipt(row: StoredOutbox, end: End) -> Option<Receipt> {
    Some(Receipt { origin: row.origin?, outbox: row.id, chat: row.place.chat, action: row.action, end })
}

/// Tells each feature how its actions ended, in their order. Where it cannot take in several at once, it is told one by
/// one: what fails is only what it fails at.
async fn tell_all(work: &mut Work, mut receipts: Vec<Receipt>) -> Result<(), StoreError> {
    receipts.sort_by(|one, other| one.origin.feature.cmp(&other.origin.feature));
    for of_one in receipts.chunk_by(|one, next| one.origin.feature == next.origin.feature) {
        if of_one.len() > 1 && told(work, of_one).await?.is_ok() {
            continue;
        }
        for receipt in of_one {
            if let Err(error) = told(work, std::slice::from_ref(receipt)).await? {
                tracing::error!(feature = %receipt.origin.feature, kind = %receipt.origin.kind, %error, "a feature could not take in how its action ended");
                metrics::counter!("guildhall_receipts_failed_total").increment(1);
            }
        }
    }
    Ok(())
}

/// Tells a feature how its actions ended. The inner error is the feature's own, and undid what it did with them.
async fn told(work: &mut Work, receipts: &[Receipt]) -> Result<Result<(), FeatureError>, StoreError> {
    let feature = receipts.first().and_then(|one| work.hall.features.get(&one.origin.feature));
    let Some(feature) = feature else { return Ok(Ok(())) };
    let told = work
        .step(async |work: &mut Work| {
            let heard = AssertUnwindSafe(feature.on_receipts(work, receipts)).catch_unwind().await;
            heard.unwrap_or_else(|_| Err(FeatureError::Internal("the feature panicked".into())))
        })
        .await;
    match told {
        Err(FeatureError::Store(error)) => Err(error),
        told => Ok(told),
    }
}
