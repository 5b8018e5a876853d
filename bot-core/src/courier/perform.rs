//! Does the calls of an action, one after another, and says how it ended.

use super::{CALL_LIMIT_MS, Courier, Done, Job};
use crate::chat::Outcome;
use crate::clock::within;

impl Courier {
    /// Does what is left of an action's calls. Talks to the platform and to nobody else.
    pub async fn perform(&self, job: Job) -> Done {
        let Job { mut row, to, plan } = job;
        for call in plan.calls.iter().skip(row.calls_done) {
            let answer =
                within(&self.hall.clock, CALL_LIMIT_MS, self.platform.perform(&to, call, row.id.clone()))
                    .await;
            let mut outcome =
                answer.unwrap_or_else(|| Outcome::Unknown { why: "no answer in 30 s".to_owned() });
            if matches!(outcome, Outcome::Unknown { .. })
                && !call.action.is_idempotent()
                && let Some(found) = self.platform.settle(&to, call, row.id.clone()).await
            {
                outcome = found;
            }
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
}
