//! Where each message of a ticket stands in chats: as it was written, and as its copies.

use sqlx::FromRow;

use crate::chat::MessageKey;
use crate::ids::{ChatId, RowId, TicketNo};
use crate::store::{StoreError, Tx, execute, on};

/// A platform message of a ticket.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct Post {
    /// In which chat.
    pub chat: ChatId,
    /// The platform's key.
    pub platform_key: MessageKey,
    /// Of which ticket.
    pub ticket: TicketNo,
    /// Which message of the ticket it shows; `None` for headers and lines.
    pub message: Option<RowId>,
    /// Whether it was written there, and is not a copy.
    pub original: bool,
}

const ADD: &str = "INSERT INTO ticket_post (chat, platform_key, ticket, message, original) VALUES ($1, $2, $3, $4, $5) \
    ON CONFLICT (chat, platform_key) DO NOTHING";
const GET: &str = "SELECT chat, platform_key, ticket, message, original FROM ticket_post WHERE chat = $1 AND platform_key = $2";
const COPIES: &str = "SELECT chat, platform_key, ticket, message, original FROM ticket_post \
    WHERE message = $1 AND NOT original ORDER BY platform_key";
const KEYS_IN: &str =
    "SELECT platform_key FROM ticket_post WHERE message = $1 AND chat = $2 ORDER BY platform_key";
const FORGET: &str = "DELETE FROM ticket_post WHERE ticket = $1 AND chat = $2";

/// Notes where a message stands.
///
/// # Errors
/// When the database fails.
pub async fn add_post(tx: &mut Tx, post: &Post) -> Result<(), StoreError> {
    execute!(
        tx,
        sqlx::query(ADD)
            .bind(&post.chat)
            .bind(&post.platform_key)
            .bind(post.ticket)
            .bind(&post.message)
            .bind(post.original)
    )
    .map(|_| ())
}

/// What a platform message is to tickets.
///
/// # Errors
/// When the database fails.
pub async fn post(tx: &mut Tx, chat: &ChatId, key: &MessageKey) -> Result<Option<Post>, StoreError> {
    on!(tx, |c| sqlx::query_as(GET).bind(chat).bind(key).fetch_optional(c))
}

/// The copies of a message.
///
/// # Errors
/// When the database fails.
pub async fn copies(tx: &mut Tx, message: &RowId) -> Result<Vec<Post>, StoreError> {
    on!(tx, |c| sqlx::query_as(COPIES).bind(message).fetch_all(c))
}

/// The platform messages that show a message in one chat, as written or copied.
///
/// # Errors
/// When the database fails.
pub async fn keys_in(tx: &mut Tx, message: &RowId, chat: &ChatId) -> Result<Vec<MessageKey>, StoreError> {
    on!(tx, |c| sqlx::query_scalar(KEYS_IN).bind(message).bind(chat).fetch_all(c))
}

/// Forgets what stood in a chat, after the thread with all its messages was deleted.
///
/// # Errors
/// When the database fails.
pub async fn forget_posts(tx: &mut Tx, no: TicketNo, chat: &ChatId) -> Result<(), StoreError> {
    execute!(tx, sqlx::query(FORGET).bind(no).bind(chat)).map(|_| ())
}
