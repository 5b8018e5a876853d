//! Does the calls of an action, one after another, and says how it ended.

use std::panic::AssertUnwindSafe;

use futures::FutureExt as _;

use super::{CALL_LIMIT_MS, Courier, Done, Job};
use crate::chat::{Address, Call, Outcome};
use crate::clock::within;
use crate::store::outbox::StoredOutbox;

impl Courier {
    /// Does what is left of an action's calls. Talks to the platform and to nobody else.
    pub async fn perform(&self, job: Job) -> Done {
        let Job { mut row, to, plan } = job;
        for call in plan.calls.iter().skip(row.calls_done) {
            let outcome = self.call(&row, &to, call).await;
            match outcome {
                Outcome::Sent(delivered) => {
                    row.calls_done += 1;
                    row.delivered.push(delivered);
                }
                other => return Done { row, outcome: other },
            }
        }
        let last = row.delivered.last().cloned().unwrap_or_default();
        Done { row, outcome: Outcome::Sent(last) }
    }

    /// One call and how it ended: also when the platform never answers, or its adapter panics.
    async fn call(&self, row: &StoredOutbox, to: &Address, call: &Call) -> Outcome {
        let attempt = AssertUnwindSafe(self.platform.perform(to, call, row.id.clone())).catch_unwind();
        let outcome = match within(&self.hall.clock, CALL_LIMIT_MS, attempt).await {
            Some(Ok(outcome)) => outcome,
            Some(Err(_)) => Outcome::Unknown { why: "the adapter failed".to_owned() },
            None => Outcome::Unknown { why: format!("no answer in {} s", CALL_LIMIT_MS / 1_000) },
        };
        if !matches!(outcome, Outcome::Unknown { .. }) || call.action.is_idempotent() {
            return outcome;
        }
        self.platform.settle(to, call, row.id.clone()).await.unwrap_or(outcome)
    }
}
