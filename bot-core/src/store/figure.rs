//! What happened between two moments, in figures.

use super::{StoreError, Tx, on};

/// Something that is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Figure {
    /// Questions that the bot answered by itself.
    Answered,
    /// Questions that no article answers.
    Unanswered,
    /// Tickets that were opened.
    TicketsOpened,
    /// Tickets that were closed and stayed so.
    TicketsClosed,
    /// Moderation cases.
    Cases,
    /// People who signed up for an activity and did not leave it.
    SignedUp,
}

impl Figure {
    /// All of them, as they are shown.
    pub const ALL: [Self; 6] = [
        Self::Answered,
        Self::Unanswered,
        Self::TicketsOpened,
        Self::TicketsClosed,
        Self::Cases,
        Self::SignedUp,
    ];

    fn sql(self) -> &'static str {
        match self {
            Self::Answered => {
                "SELECT count(*) FROM answer_given WHERE given_at_ms >= $1 AND given_at_ms < $2 AND by_staff IS NULL AND state <> 'failed'"
            }
            Self::Unanswered => "SELECT count(*) FROM gap_ask WHERE asked_at_ms >= $1 AND asked_at_ms < $2",
            Self::TicketsOpened => {
                "SELECT count(*) FROM ticket WHERE opened_at_ms >= $1 AND opened_at_ms < $2"
            }
            // `|| ''` keeps SQLite from reading all closed tickets by the index over states.
            Self::TicketsClosed => {
                "SELECT count(*) FROM ticket WHERE closed_at_ms >= $1 AND closed_at_ms < $2 AND state || '' = 'closed'"
            }
            Self::Cases => "SELECT count(*) FROM mod_case WHERE at_ms >= $1 AND at_ms < $2",
            Self::SignedUp => {
                "SELECT count(*) FROM registration WHERE joined_at_ms >= $1 AND joined_at_ms < $2 AND state <> 'left'"
            }
        }
    }
}

/// Counts from one moment until before another, both unix milliseconds.
///
/// # Errors
/// When the database fails.
pub async fn count(tx: &mut Tx, figure: Figure, from_ms: i64, until_ms: i64) -> Result<i64, StoreError> {
    on!(tx, |c| sqlx::query_scalar(figure.sql()).bind(from_ms).bind(until_ms).fetch_one(c))
}

#[cfg(test)]
mod tests;
