//! Messages that were seen or sent, and which events were taken.

mod lately;
#[cfg(test)]
mod tests;

pub use lately::{earlier_than, lately, nth_latest};

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use sqlx::FromRow;

use super::{DbKind, StoreError, Tx, execute, on};
use crate::chat::{AccountId, Attachment, Content, EventKey, Mark, MessageKey, RichText, ThreadKey};
use crate::ids::{ChatId, MessageId, RowId, UserId};
use crate::work::PendingRow;

/// The longest text that is kept of one message, in bytes. Platforms allow a few thousand characters; what is
/// longer comes from a broken or hostile peer.
pub const TEXT_KEPT_UTF8: usize = 65_536;

/// A message to be kept.
#[derive(Clone, Debug, Serialize)]
pub struct NewMessage {
    /// Our id.
    pub id: MessageId,
    /// Where.
    pub chat: ChatId,
    /// The platform's key.
    pub key: MessageKey,
    /// In which thread.
    pub thread: Option<ThreadKey>,
    /// By whom; `None` for the bot and for posts of a chat.
    pub author: Option<UserId>,
    /// The text.
    pub text: String,
    /// The rest, as JSON text.
    pub extra: Option<String>,
    /// When, unix milliseconds.
    pub sent_at_ms: i64,
}

/// An event that no feature could digest.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct FailedEvent {
    /// Our id.
    pub id: RowId,
    /// The account that saw it.
    pub account: AccountId,
    /// The platform's key of it.
    pub event_key: EventKey,
    /// The event, as JSON.
    pub event: String,
    /// What went wrong.
    pub error: String,
    /// When, unix milliseconds.
    pub failed_at_ms: i64,
}

/// A message as it was kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredMessage {
    /// Our id.
    pub id: MessageId,
    /// Where.
    pub chat: ChatId,
    /// The platform's key.
    pub key: MessageKey,
    /// In which thread.
    pub thread: Option<ThreadKey>,
    /// By whom.
    pub author: Option<UserId>,
    /// What it says.
    pub text: RichText,
    /// Its files.
    pub attachments: Vec<Attachment>,
    /// What it replies to.
    pub reply_to: Option<MessageKey>,
    /// When, unix milliseconds.
    pub sent_at_ms: i64,
    /// When it was deleted, unix milliseconds.
    pub deleted_at_ms: Option<i64>,
}

#[derive(FromRow)]
struct MessageRow {
    id: MessageId,
    chat: ChatId,
    platform_key: MessageKey,
    thread: Option<ThreadKey>,
    author: Option<UserId>,
    text: String,
    extra: Option<String>,
    sent_at_ms: i64,
    deleted_at_ms: Option<i64>,
}

#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct Extra {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    marks: Vec<Mark>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    attachments: Vec<Attachment>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reply_to: Option<MessageKey>,
}

macro_rules! message_sql {
    ($rest:literal) => {
        concat!("SELECT id, chat, platform_key, thread, author, text, extra, sent_at_ms, deleted_at_ms FROM message ", $rest)
    };
}

// One statement for a whole batch: the rows come as one JSON array.
// `OR FAIL`: what fails undoes the whole transaction anyway, and SQLite need not keep a journal for the statement.
const INSERT_SQLITE: &str = "INSERT OR FAIL INTO message (id, chat, platform_key, thread, author, text, extra, sent_at_ms) \
    SELECT value->>'id', value->>'chat', value->>'key', value->>'thread', value->>'author', value->>'text', value->>'extra', value->>'sent_at_ms' \
    FROM json_each($1) WHERE true ON CONFLICT (chat, platform_key) DO NOTHING";
const INSERT_POSTGRES: &str = "INSERT INTO message (id, chat, platform_key, thread, author, text, extra, sent_at_ms) \
    SELECT value->>'id', value->>'chat', value->>'key', value->>'thread', value->>'author', value->>'text', value->>'extra', (value->>'sent_at_ms')::bigint \
    FROM jsonb_array_elements($1::text::jsonb) ON CONFLICT (chat, platform_key) DO NOTHING";
const TAKEN_SQLITE: &str = "SELECT account, event_key FROM json_each($1) JOIN event_taken ON account = value->>0 AND event_key = value->>1";
const TAKEN_POSTGRES: &str = "SELECT account, event_key FROM jsonb_array_elements($1::text::jsonb) JOIN event_taken ON account = value->>0 AND event_key = value->>1";
const TAKE_SQLITE: &str = "INSERT OR FAIL INTO event_taken (account, event_key, taken_at_ms) \
    SELECT value->>0, value->>1, $2 FROM json_each($1) WHERE true ON CONFLICT DO NOTHING";
const TAKE_POSTGRES: &str = "INSERT INTO event_taken (account, event_key, taken_at_ms) \
    SELECT value->>0, value->>1, $2 FROM jsonb_array_elements($1::text::jsonb) ON CONFLICT DO NOTHING";
const BY_KEY: &str = message_sql!("WHERE chat = $1 AND platform_key = $2");
const EARLIER: &str = "SELECT count(*) FROM (SELECT 1 FROM message WHERE author = $1 AND chat = $2 \
    AND platform_key <> $3 AND deleted_at_ms IS NULL LIMIT $4) AS earlier";
const EDIT: &str =
    "UPDATE message SET text = $3, extra = $4, edited_at_ms = $5 WHERE chat = $1 AND platform_key = $2";
const DELETED: &str =
    "UPDATE message SET deleted_at_ms = $3 WHERE chat = $1 AND platform_key = $2 AND deleted_at_ms IS NULL";
const WRITTEN_SINCE: &str = "SELECT platform_key FROM message WHERE author = $2 AND chat = $1 AND sent_at_ms > $3 AND deleted_at_ms IS NULL \
    ORDER BY sent_at_ms DESC, id DESC LIMIT $4";
const LAST_TAKEN: &str = "SELECT max(taken_at_ms) FROM event_taken WHERE account = $1";
const FORGET_TAKEN: &str = "DELETE FROM event_taken WHERE taken_at_ms < $1";
const FAILED: &str =
    "SELECT id, account, event_key, event, error, failed_at_ms FROM event_failed ORDER BY id DESC LIMIT $1";
const FAILED_COUNT: &str = "SELECT count(*) FROM event_failed";
const REMOVE_FAILED: &str = "DELETE FROM event_failed WHERE id = $1";
const ADD_FAILED: &str = "INSERT INTO event_failed (id, account, event_key, event, error, failed_at_ms) VALUES ($1, $2, $3, $4, $5, $6)";

impl TryFrom<MessageRow> for StoredMessage {
    type Error = StoreError;

    fn try_from(row: MessageRow) -> Result<Self, StoreError> {
        let extra: Extra = match &row.extra {
            Some(json) => {
                serde_json::from_str(json).map_err(|error| StoreError::unreadable("message", error))?
            }
            None => Extra::default(),
        };
        Ok(Self {
            id: row.id,
            chat: row.chat,
            key: row.platform_key,
            thread: row.thread,
            author: row.author,
            text: RichText { text: row.text, marks: extra.marks }.checked(),
            attachments: extra.attachments,
            reply_to: extra.reply_to,
            sent_at_ms: row.sent_at_ms,
            deleted_at_ms: row.deleted_at_ms,
        })
    }
}

/// The text and the rest of a content, as they are stored.
///
/// # Errors
/// When the content cannot be written as JSON.
pub fn split_content(
    content: &Content,
    reply_to: Option<&MessageKey>,
) -> Result<(String, Option<String>), StoreError> {
    let text = content.text.clone().cut_to(TEXT_KEPT_UTF8);
    if text.marks.is_empty() && content.attachments.is_empty() && reply_to.is_none() {
        return Ok((text.text, None));
    }
    let extra =
        Extra { marks: text.marks, attachments: content.attachments.clone(), reply_to: reply_to.cloned() };
    let extra = serde_json::to_string(&extra).map_err(|error| StoreError::unreadable("message", error))?;
    Ok((text.text, Some(extra)))
}

/// Keeps many messages with one statement. One that is known already is left as it is.
///
/// # Errors
/// When the database fails.
pub async fn insert_many(tx: &mut Tx, messages: &[NewMessage]) -> Result<(), StoreError> {
    let json = without_nul(
        serde_json::to_string(messages).map_err(|error| StoreError::unreadable("message", error))?,
    );
    let sql = if tx.kind() == DbKind::Sqlite { INSERT_SQLITE } else { INSERT_POSTGRES };
    execute!(tx, sqlx::query(sql).bind(&json)).map(|_| ())
}

#[async_trait]
impl PendingRow for NewMessage {
    async fn write_many(tx: &mut Tx, rows: &[Self]) -> Result<(), StoreError> {
        insert_many(tx, rows).await
    }
}

/// PostgreSQL's text cannot hold U+0000, and SQLite's tools stop at it.
fn without_nul(json: String) -> String {
    if json.contains("\\u0000") { json.replace("\\u0000", "\\ufffd") } else { json }
}

/// Marks events as taken; gives those that were taken before, which are few: no row comes back for the others.
///
/// # Errors
/// When the database fails.
pub async fn take_events(
    tx: &mut Tx,
    keys: &[(&AccountId, &EventKey)],
    now_ms: i64,
) -> Result<Vec<(AccountId, EventKey)>, StoreError> {
    let json =
        without_nul(serde_json::to_string(keys).map_err(|error| StoreError::unreadable("event key", error))?);
    let (taken, take) = match tx.kind() {
        DbKind::Sqlite => (TAKEN_SQLITE, TAKE_SQLITE),
        DbKind::Postgres => (TAKEN_POSTGRES, TAKE_POSTGRES),
    };
    // Nobody takes one of them between the two statements: SQLite has one writer, and on PostgreSQL the
    // transaction is serializable.
    let before = on!(tx, |c| sqlx::query_as(taken).bind(&json).fetch_all(c))?;
    execute!(tx, sqlx::query(take).bind(&json).bind(now_ms))?;
    Ok(before)
}

/// When the last event of an account was taken, unix milliseconds; `None` when none is remembered.
///
/// # Errors
/// When the database fails.
pub async fn last_taken_ms(tx: &mut Tx, account: &AccountId) -> Result<Option<i64>, StoreError> {
    on!(tx, |c| sqlx::query_scalar(LAST_TAKEN).bind(account).fetch_one(c))
}

/// Forgets which events were taken before a time; platforms redeliver for a day at most.
///
/// # Errors
/// When the database fails.
pub async fn forget_taken(tx: &mut Tx, before_ms: i64) -> Result<u64, StoreError> {
    execute!(tx, sqlx::query(FORGET_TAKEN).bind(before_ms))
}

/// Keeps an event that no feature could digest.
///
/// # Errors
/// When the database fails.
pub async fn add_failed(
    tx: &mut Tx,
    id: &RowId,
    key: (&AccountId, &EventKey),
    event: &str,
    error: &str,
    now_ms: i64,
) -> Result<(), StoreError> {
    let (event, error) = (without_nul(event.to_owned()), error.replace('\0', "\u{FFFD}"));
    execute!(
        tx,
        sqlx::query(ADD_FAILED).bind(id).bind(key.0).bind(key.1).bind(&event).bind(&error).bind(now_ms)
    )
    .map(|_| ())
}

/// The events that no feature could digest, the last first.
///
/// # Errors
/// When the database fails.
pub async fn failed(tx: &mut Tx, limit: i64) -> Result<Vec<FailedEvent>, StoreError> {
    on!(tx, |c| sqlx::query_as(FAILED).bind(limit).fetch_all(c))
}

/// How many events no feature could digest.
///
/// # Errors
/// When the database fails.
pub async fn failed_count(tx: &mut Tx) -> Result<i64, StoreError> {
    on!(tx, |c| sqlx::query_scalar(FAILED_COUNT).fetch_one(c))
}

/// Puts a failed event away, because a person has looked at it. False when it was put away before.
///
/// # Errors
/// When the database fails.
pub async fn remove_failed(tx: &mut Tx, id: &RowId) -> Result<bool, StoreError> {
    Ok(execute!(tx, sqlx::query(REMOVE_FAILED).bind(id))? == 1)
}

/// How many messages somebody wrote in a chat besides this one, deleted ones aside; no more than `most` are counted.
///
/// # Errors
/// When the database fails.
pub async fn earlier_by(
    tx: &mut Tx,
    author: &UserId,
    chat: &ChatId,
    besides: &MessageKey,
    most: u32,
) -> Result<u32, StoreError> {
    let most = i64::from(most);
    let count: i64 = on!(tx, |c| sqlx::query_scalar(EARLIER)
        .bind(author)
        .bind(chat)
        .bind(besides)
        .bind(most)
        .fetch_one(c))?;
    Ok(u32::try_from(count).unwrap_or(u32::MAX))
}

/// A message by the platform's key.
///
/// # Errors
/// When the database fails.
pub async fn by_key(
    tx: &mut Tx,
    chat: &ChatId,
    key: &MessageKey,
) -> Result<Option<StoredMessage>, StoreError> {
    let row: Option<MessageRow> = on!(tx, |c| sqlx::query_as(BY_KEY).bind(chat).bind(key).fetch_optional(c))?;
    row.map(StoredMessage::try_from).transpose()
}

/// What somebody wrote in a chat after a time and nobody has deleted, the latest first.
///
/// # Errors
/// When the database fails.
pub async fn written_since(
    tx: &mut Tx,
    chat: &ChatId,
    author: &UserId,
    since_ms: i64,
    limit: i64,
) -> Result<Vec<MessageKey>, StoreError> {
    on!(tx, |c| sqlx::query_scalar(WRITTEN_SINCE)
        .bind(chat)
        .bind(author)
        .bind(since_ms)
        .bind(limit)
        .fetch_all(c))
}

/// Gives a message its new content. Nothing when the message was never seen.
///
/// # Errors
/// When the database fails.
pub async fn edit(
    tx: &mut Tx,
    chat: &ChatId,
    key: &MessageKey,
    content: &Content,
    now_ms: i64,
) -> Result<(), StoreError> {
    let before = by_key(tx, chat, key).await?;
    let (text, extra) =
        split_content(content, before.as_ref().and_then(|message| message.reply_to.as_ref()))?;
    let text = text.replace('\0', "\u{FFFD}");
    execute!(tx, sqlx::query(EDIT).bind(chat).bind(key).bind(&text).bind(&extra).bind(now_ms)).map(|_| ())
}

/// Notes that messages are gone.
///
/// # Errors
/// When the database fails.
pub async fn mark_deleted(
    tx: &mut Tx,
    chat: &ChatId,
    keys: &[MessageKey],
    now_ms: i64,
) -> Result<(), StoreError> {
    for key in keys {
        execute!(tx, sqlx::query(DELETED).bind(chat).bind(key).bind(now_ms))?;
    }
    Ok(())
}
