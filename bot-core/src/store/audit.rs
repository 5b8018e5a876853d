//! The trace of what staff did. Append only.

#[cfg(test)]
mod tests;

use sqlx::FromRow;

use super::{StoreError, Tx, execute, on};
use crate::ids::{RowId, StaffId};

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

const ADD: &str = "INSERT INTO audit (id, at_ms, staff, act, object, detail) VALUES ($1, $2, $3, $4, $5, $6)";
const OF: &str = "SELECT id, at_ms, staff, act, object, detail FROM audit WHERE object = $1 ORDER BY id";

/// Adds an act.
///
/// # Errors
/// When the database fails.
pub async fn add(tx: &mut Tx, act: &Act) -> Result<(), StoreError> {
    execute!(
        tx,
        sqlx::query(ADD)
            .bind(&act.id)
            .bind(act.at_ms)
            .bind(&act.staff)
            .bind(&act.act)
            .bind(&act.object)
            .bind(&act.detail)
    )
    .map(|_| ())
}

/// What was done to an object, oldest first.
///
/// # Errors
/// When the database fails.
pub async fn of(tx: &mut Tx, object: &str) -> Result<Vec<Act>, StoreError> {
    on!(tx, |c| sqlx::query_as(OF).bind(object).fetch_all(c))
}
