//! The trace of what staff did. Append only, and chained by hashes: docs/audit.md says what that shows.

mod chain;
mod list;
#[cfg(test)]
mod tests;
mod verify;

use sqlx::FromRow;

use super::{StoreError, Tx, on};
use crate::ids::{RowId, StaffId};

pub(super) use self::chain::adopt;
pub use self::chain::{Head, append, head};
pub use self::list::{By, Filter, list, names_of, staff_names};
pub use self::verify::{Fault, verify};

/// One act.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct Act {
    /// Its id.
    pub id: RowId,
    /// When, unix milliseconds.
    pub at_ms: i64,
    /// By whom; `None` for the program itself.
    pub staff: Option<StaffId>,
    /// What, such as `ticket.close`.
    pub act: String,
    /// To what, such as `T-12`.
    pub object: String,
    /// What else is worth keeping.
    pub detail: Option<String>,
}

/// An act at its place in the chain.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct Link {
    /// Its place, from 1 without gaps.
    pub seq: i64,
    /// The SHA-256 over it and the hash before it, 64 hex digits.
    pub hash: String,
    /// The act.
    #[sqlx(flatten)]
    pub act: Act,
}

const OF: &str = "SELECT id, at_ms, staff, act, object, detail FROM audit WHERE object = $1 ORDER BY id";

/// What was done to an object, oldest first.
///
/// # Errors
/// When the database fails.
pub async fn of(tx: &mut Tx, object: &str) -> Result<Vec<Act>, StoreError> {
    on!(tx, |c| sqlx::query_as(OF).bind(object).fetch_all(c))
}
