//! Numbered choices under messages, on platforms without buttons.

use sqlx::FromRow;

use super::{StoreError, Tx, execute, json, on};
use crate::chat::{Button, MessageKey, ThreadKey};
use crate::ids::ChatId;

/// What is said of rows that cannot be read.
const WHAT: &str = "choice";

/// A message that shows numbered choices.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredChoice {
    /// The chat.
    pub chat: ChatId,
    /// The message, or one part of it.
    pub message: MessageKey,
    /// The thread in the chat.
    pub thread: Option<ThreadKey>,
    /// What the numbers mean, from 1.
    pub buttons: Vec<Button>,
    /// When it was said, unix milliseconds.
    pub said_at_ms: i64,
    /// No longer good after this, unix milliseconds.
    pub expires_at_ms: i64,
}

#[derive(FromRow)]
struct Row {
    chat: ChatId,
    message: MessageKey,
    thread: Option<ThreadKey>,
    buttons: String,
    said_at_ms: i64,
    expires_at_ms: i64,
}

const PUT: &str = "INSERT INTO choice (chat, message, thread, buttons, said_at_ms, expires_at_ms) VALUES ($1, $2, $3, $4, $5, $6) \
    ON CONFLICT (chat, message) DO NOTHING";
const OPEN: &str = "SELECT chat, message, thread, buttons, said_at_ms, expires_at_ms FROM choice \
    WHERE chat = $1 AND expires_at_ms > $2 ORDER BY said_at_ms DESC, message DESC LIMIT 20";
const BY_MESSAGE: &str = "SELECT chat, message, thread, buttons, said_at_ms, expires_at_ms FROM choice \
    WHERE chat = $1 AND message = $2 AND expires_at_ms > $3";
const EXPIRE: &str = "DELETE FROM choice WHERE expires_at_ms <= $1";

impl TryFrom<Row> for StoredChoice {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        Ok(Self {
            buttons: json::read(WHAT, &row.buttons)?,
            chat: row.chat,
            message: row.message,
            thread: row.thread,
            said_at_ms: row.said_at_ms,
            expires_at_ms: row.expires_at_ms,
        })
    }
}

/// Keeps what the numbers under a message mean. What is kept already stays.
///
/// # Errors
/// When the database fails.
pub async fn put(tx: &mut Tx, choice: &StoredChoice) -> Result<(), StoreError> {
    let buttons = json::kept(WHAT, &choice.buttons)?;
    execute!(
        tx,
        sqlx::query(PUT)
            .bind(&choice.chat)
            .bind(&choice.message)
            .bind(&choice.thread)
            .bind(&buttons)
            .bind(choice.said_at_ms)
            .bind(choice.expires_at_ms)
    )
    .map(|_| ())
}

/// The choices of a chat that are still good, the newest first, twenty at most.
///
/// # Errors
/// When the database fails.
pub async fn open(tx: &mut Tx, chat: &ChatId, now_ms: i64) -> Result<Vec<StoredChoice>, StoreError> {
    let rows: Vec<Row> = on!(tx, |c| sqlx::query_as(OPEN).bind(chat).bind(now_ms).fetch_all(c))?;
    rows.into_iter().map(StoredChoice::try_from).collect()
}

/// The choices under one message, if they are still good.
///
/// # Errors
/// When the database fails.
pub async fn by_message(
    tx: &mut Tx,
    chat: &ChatId,
    message: &MessageKey,
    now_ms: i64,
) -> Result<Option<StoredChoice>, StoreError> {
    let row: Option<Row> =
        on!(tx, |c| sqlx::query_as(BY_MESSAGE).bind(chat).bind(message).bind(now_ms).fetch_optional(c))?;
    row.map(StoredChoice::try_from).transpose()
}

/// Throws away what is no longer good.
///
/// # Errors
/// When the database fails.
pub async fn expire(tx: &mut Tx, now_ms: i64) -> Result<(), StoreError> {
    execute!(tx, sqlx::query(EXPIRE).bind(now_ms)).map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::ButtonDo;
    use crate::store::testing::{group, on_both};

    #[test]
    fn choices_are_found_by_chat_and_by_message_until_they_expire() {
        on_both(async |hall| {
            let mut tx = hall.db.write().await.unwrap();
            let tx = &mut tx;
            let (a, b) = (group(tx, "onebot", "a").await.id, group(tx, "onebot", "b").await.id);
            let button = Button { label: "没有解决".into(), does: ButtonDo::Press("h".into()) };
            let choice = |chat: &ChatId, message: &str, said_at_ms| StoredChoice {
                chat: chat.clone(),
                message: message.into(),
                thread: None,
                buttons: vec![button.clone()],
                said_at_ms,
                expires_at_ms: said_at_ms + 100,
            };
            for one in [choice(&a, "1", 10), choice(&a, "2", 20), choice(&b, "1", 30), choice(&a, "2", 99)] {
                put(tx, &one).await.unwrap();
            }
            assert_eq!(open(tx, &a, 50).await.unwrap(), [choice(&a, "2", 20), choice(&a, "1", 10)]);
            assert_eq!(open(tx, &a, 110).await.unwrap(), [choice(&a, "2", 20)]);
            assert_eq!(by_message(tx, &a, &"1".into(), 50).await.unwrap(), Some(choice(&a, "1", 10)));
            assert_eq!(by_message(tx, &a, &"1".into(), 110).await.unwrap(), None);
            expire(tx, 125).await.unwrap();
            assert_eq!(open(tx, &a, 0).await.unwrap(), []);
            assert_eq!(open(tx, &b, 0).await.unwrap(), [choice(&b, "1", 30)]);
        });
    }
}
