//! What is to be known of actions at large: how many there are, which went out, which are in doubt.

use super::{Row, StoredOutbox};
use crate::chat::AccountId;
use crate::store::{StoreError, Tx, on};

// Each half has an index of its own; in one statement neither would be used, and what was sent is read through.
const COUNTS: &str = "SELECT lane, state, count(*) FROM outbox WHERE state IN ('queued', 'leased') GROUP BY lane, state \
    UNION ALL SELECT lane, state, count(*) FROM outbox WHERE state = 'unknown' GROUP BY lane, state";
const SAID_SINCE: &str = "SELECT settled_at_ms, calls_done FROM outbox WHERE account = $1 AND settled_at_ms > $2 \
    AND state IN ('sent', 'unknown') AND action LIKE '{\"send\"%' ORDER BY settled_at_ms";
const UNKNOWN: &str = outbox_sql!("WHERE o.state = 'unknown' ORDER BY o.id LIMIT $1");

/// When the messages of an account went out since a time, oldest first, unix milliseconds: one for each message.
///
/// # Errors
/// When the database fails.
pub async fn said_since(tx: &mut Tx, account: &AccountId, since_ms: i64) -> Result<Vec<i64>, StoreError> {
    let rows: Vec<(i64, i64)> =
        on!(tx, |c| sqlx::query_as(SAID_SINCE).bind(account).bind(since_ms).fetch_all(c))?;
    let times =
        |(at_ms, calls): (i64, i64)| std::iter::repeat_n(at_ms, usize::try_from(calls.max(1)).unwrap_or(1));
    Ok(rows.into_iter().flat_map(times).collect())
}

/// How many actions are open or of unknown end, by lane and state.
///
/// # Errors
/// When the database fails.
pub async fn counts(tx: &mut Tx) -> Result<Vec<(i64, String, i64)>, StoreError> {
    on!(tx, |c| sqlx::query_as(COUNTS).fetch_all(c))
}

/// Actions of unknown end, oldest first.
///
/// # Errors
/// When the database fails.
pub async fn unknown(tx: &mut Tx, limit: i64) -> Result<Vec<StoredOutbox>, StoreError> {
    let rows: Vec<Row> = on!(tx, |c| sqlx::query_as(UNKNOWN).bind(limit).fetch_all(c))?;
    rows.into_iter().map(StoredOutbox::try_from).collect()
}
