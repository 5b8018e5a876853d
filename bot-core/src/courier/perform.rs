//! Does the calls of an action, one after another, and says how it ended.

use std::panic::AssertUnwindSafe;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures::FutureExt as _;

use super::budget::Wait;
use super::{CALL_LIMIT_MS, Courier, Done, Job, Tried};
use crate::chat::{Action, Address, Call, Lane, Outcome};
use crate::clock::within;
use crate::store::outbox::StoredOutbox;
use crate::store::{StoreError, standing};

impl Courier {
    /// Does what is left of an action's calls, as far as there is room for them. Talks to the platform and to nobody else.
    pub async fn perform(&self, job: Job) -> Done {
        let Job { mut row, to, plan, counts, uploading } = job;
        let _in_hand = (row.lane == Lane::Files).then(|| Fetching(&self.fetching));
        let first = row.calls_done;
        for call in plan.calls.iter().skip(first) {
            // The room for the first was taken with the action.
            if row.calls_done > first
                && let Err(Wait::Account(at_ms) | Wait::Chat(at_ms)) =
                    self.take_room(&row, counts, self.hall.now_ms())
            {
                return Done { row, tried: Tried::Part(at_ms), uploading };
            }
            let outcome = self.call(&row, &to, call).await;
            match outcome {
                Outcome::Sent(delivered) => {
                    if let Some(before) = &delivered.before
                        && let Err(error) = self.keep_before(&row, before).await
                    {
                        // Not changed before it is on disk how to bring it back.
                        let tried = Tried::Over(Outcome::NotDone { why: error.to_string() });
                        return Done { row, tried, uploading };
                    }
                    row.calls_done += 1;
                    row.delivered.push(delivered);
                }
                other => return Done { row, tried: Tried::Over(other), uploading },
            }
        }
        let last = row.delivered.last().cloned().unwrap_or_default();
        Done { row, tried: Tried::Over(Outcome::Sent(last)), uploading }
    }

    /// Keeps how something stands that the next call changes.
    async fn keep_before(&self, row: &StoredOutbox, before: &str) -> Result<(), StoreError> {
        let Some(of) = row.action.standing() else { return Ok(()) };
        let mut work = self.hall.begin().await?;
        self.tenure.check(work.tx().await?).await?;
        let now_ms = work.now_ms;
        standing::keep(work.tx().await?, &row.place.chat, &of, before, &row.id, now_ms).await?;
        work.commit().await
    }

    /// One call and how it ended: also when the platform never answers, or its adapter panics.
    async fn call(&self, row: &StoredOutbox, to: &Address, call: &Call) -> Outcome {
        if !self.tenure.holds() {
            return Outcome::NotDone { why: OUT_OF_TENURE.to_owned() };
        }
        let attempt = AssertUnwindSafe(self.platform.perform(to, call, row.id.clone())).catch_unwind();
        let limit_ms = limit_ms(&call.action);
        let outcome = match within(&self.hall.clock, limit_ms, self.tenure.guard(attempt)).await {
            Some(Some(Ok(outcome))) => outcome,
            Some(Some(Err(_))) => Outcome::Unknown { why: "the adapter failed".to_owned() },
            Some(None) => Outcome::Unknown { why: OUT_OF_TENURE.to_owned() },
            None => Outcome::Unknown { why: format!("no answer in {} s", limit_ms / 1_000) },
        };
        if !matches!(outcome, Outcome::Unknown { .. }) || call.action.is_idempotent() {
            return outcome;
        }
        self.asked(to, call, row).await.unwrap_or(outcome)
    }

    /// What the platform says became of a call, where it can tell and this node may ask.
    pub(super) async fn asked(&self, to: &Address, call: &Call, row: &StoredOutbox) -> Option<Outcome> {
        self.tenure.guard(self.platform.settle(to, call, row.id.clone())).await.flatten()
    }
}

/// Why a call was not made, or not waited for.
const OUT_OF_TENURE: &str = "this node could not reach the database for too long to go on calling";

/// How long a call may take, milliseconds.
fn limit_ms(action: &Action) -> i64 {
    CALL_LIMIT_MS.saturating_add(i64::try_from(action.files_ms()).unwrap_or(i64::MAX))
}

/// A fetch in hand, counted until it is over.
struct Fetching<'c>(&'c AtomicUsize);

impl Drop for Fetching<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}
