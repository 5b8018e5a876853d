//! What an account has called lately, as far as the outbox knows: for a program that starts.

use sqlx::FromRow;

use super::WHAT;
use crate::chat::{AccountId, Action, Lane};
use crate::ids::ChatId;
use crate::store::{StoreError, Tx, json, on};

// What is open again or still was tried at some time that nobody wrote down.
const CALLED_SINCE: &str = "SELECT o.chat, c.kind = 'direct' AS is_direct, o.lane, o.action, o.calls_done, o.settled_at_ms \
    FROM outbox o JOIN chat c ON c.id = o.chat WHERE o.account = $1 AND o.attempts > 0 \
    AND (o.settled_at_ms > $2 OR o.state IN ('queued', 'leased')) ORDER BY o.settled_at_ms, o.id";

/// An action that was tried.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Called {
    /// Where.
    pub chat: ChatId,
    /// Whether that is a direct chat.
    pub is_direct: bool,
    /// In which lane.
    pub lane: Lane,
    /// What.
    pub action: Action,
    /// How many calls of it may have gone out.
    pub calls: u32,
    /// When the last of them was over, unix milliseconds; `None` where that is not known.
    pub at_ms: Option<i64>,
}

#[derive(FromRow)]
struct Row {
    chat: ChatId,
    is_direct: bool,
    lane: i64,
    action: String,
    calls_done: i64,
    settled_at_ms: Option<i64>,
}

/// What an account has called since a time, and what it has tried and not yet ended.
///
/// # Errors
/// When the database fails.
pub async fn called_since(
    tx: &mut Tx,
    account: &AccountId,
    since_ms: i64,
) -> Result<Vec<Called>, StoreError> {
    let rows: Vec<Row> = on!(tx, |c| sqlx::query_as(CALLED_SINCE).bind(account).bind(since_ms).fetch_all(c))?;
    rows.into_iter().map(Called::try_from).collect()
}

impl TryFrom<Row> for Called {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        // Of what has no end yet, one call more than was confirmed may have gone out.
        let in_doubt = i64::from(row.settled_at_ms.is_none());
        Ok(Self {
            chat: row.chat,
            is_direct: row.is_direct,
            lane: Lane::from_rank(row.lane).ok_or_else(|| StoreError::unreadable("lane", row.lane))?,
            action: json::read(WHAT, &row.action)?,
            calls: u32::try_from((row.calls_done + in_doubt).max(1)).unwrap_or(u32::MAX),
            at_ms: row.settled_at_ms,
        })
    }
}
