//! How much waits in which place, for the counts in the rail: asked for at most every few seconds.

use std::sync::{Mutex, PoisonError};

use bot_core::hall::Hall;
use bot_core::store::moderation::{self, CaseState};
use bot_core::store::ticket::{self, TicketState};
use bot_core::store::{StoreError, Tx};

/// How old the counts may be, milliseconds.
const FRESH_MS: i64 = 3_000;

/// What waits for a person.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    /// Tickets that nobody has taken, and tickets that were taken up again.
    pub(crate) tickets: i64,
    /// Cases that wait for a decision.
    pub(crate) cases: i64,
}

/// The counts as they were last asked for, and when, unix milliseconds.
#[derive(Default)]
pub(crate) struct Waiting(Mutex<(i64, Counts)>);

impl Waiting {
    /// The counts, a few seconds old at most.
    pub(crate) async fn counts(&self, hall: &Hall) -> Result<Counts, StoreError> {
        let now_ms = hall.now_ms();
        let (asked_ms, known) = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if (asked_ms..asked_ms + FRESH_MS).contains(&now_ms) {
            return Ok(known);
        }
        let mut tx = hall.db.read().await?;
        let counts = count(&mut tx).await?;
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = (now_ms, counts);
        Ok(counts)
    }
}

/// Counts what waits, now.
pub(crate) async fn count(tx: &mut Tx) -> Result<Counts, StoreError> {
    let by_state = ticket::counts(tx).await?;
    let waits = |state: &TicketState| matches!(state, TicketState::New | TicketState::Reopened);
    let tickets = by_state.iter().filter(|(state, _)| waits(state)).map(|(_, n)| n).sum();
    let cases = moderation::count_in(tx, CaseState::Flagged).await?;
    Ok(Counts { tickets, cases })
}
