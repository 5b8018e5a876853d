//! What was written in community groups lately, in the order in which it came in.

use super::{MessageRow, StoredMessage};
use crate::ids::{ChatId, MessageId, UserId};
use crate::store::{StoreError, Tx, on};

// Ids rise with the time of making, so the key itself leads to the latest messages: they need no index by time, which
// every message would pay for. `EXISTS` and not a join, so that nobody begins with the groups and sorts.
macro_rules! lately_sql {
    ($columns:literal, $rest:literal) => {
        concat!(
            "SELECT ",
            $columns,
            " FROM message m WHERE m.id > $1 AND m.sent_at_ms >= $2 AND m.author IS NOT NULL AND EXISTS ",
            "(SELECT 1 FROM chat c WHERE c.id = m.chat AND c.purpose = 'community' AND c.kind <> 'direct') ",
            $rest
        )
    };
}

const NTH_LATEST: &str = lately_sql!("m.id", "ORDER BY m.id DESC LIMIT 1 OFFSET $3");
const LATELY: &str = lately_sql!(
    "m.id, m.chat, m.platform_key, m.thread, m.author, m.text, m.extra, m.sent_at_ms, m.deleted_at_ms",
    "ORDER BY m.id LIMIT $3"
);
const EARLIER_THAN: &str = "SELECT count(*) FROM (SELECT 1 FROM message WHERE author = $1 AND chat = $2 \
    AND id < $3 AND deleted_at_ms IS NULL LIMIT $4) AS earlier";

/// The message before the latest `n` that people wrote in community groups after `after` and since a time (unix
/// milliseconds); `None` where there are no more than `n`.
///
/// # Errors
/// When the database fails.
pub async fn nth_latest(
    tx: &mut Tx,
    after: &MessageId,
    since_ms: i64,
    n: u32,
) -> Result<Option<MessageId>, StoreError> {
    on!(tx, |c| sqlx::query_scalar(NTH_LATEST)
        .bind(after)
        .bind(since_ms)
        .bind(i64::from(n))
        .fetch_optional(c))
}

/// What people wrote in community groups after a message and since a time (unix milliseconds), deleted or not, at most
/// `limit` of it, in the order in which it came in.
///
/// # Errors
/// When the database fails.
pub async fn lately(
    tx: &mut Tx,
    after: &MessageId,
    since_ms: i64,
    limit: i64,
) -> Result<Vec<StoredMessage>, StoreError> {
    let rows: Vec<MessageRow> =
        on!(tx, |c| sqlx::query_as(LATELY).bind(after).bind(since_ms).bind(limit).fetch_all(c))?;
    rows.into_iter().map(StoredMessage::try_from).collect()
}

/// How many messages somebody wrote in a chat before a message, deleted ones aside; no more than `most` are counted.
///
/// # Errors
/// When the database fails.
pub async fn earlier_than(
    tx: &mut Tx,
    author: &UserId,
    chat: &ChatId,
    before: &MessageId,
    most: u32,
) -> Result<u32, StoreError> {
    let most = i64::from(most);
    let count: i64 = on!(tx, |c| sqlx::query_scalar(EARLIER_THAN)
        .bind(author)
        .bind(chat)
        .bind(before)
        .bind(most)
        .fetch_one(c))?;
    Ok(u32::try_from(count).unwrap_or(u32::MAX))
}
