//! Who is a member of which chat, as far as events show it.

use std::collections::BTreeMap;

use async_trait::async_trait;

use crate::chat::MemberRole;
use crate::ids::{ChatId, UserId};
use crate::store::{DbKind, StoreError, Tx, execute, on};
use crate::work::PendingRow;

/// That a user is a member of a chat, and what they are there.
#[derive(Clone, Debug)]
pub(crate) struct NewMember {
    /// Of what.
    pub(crate) chat: ChatId,
    /// Who.
    pub(crate) user: UserId,
    /// What they are there.
    pub(crate) role: MemberRole,
    /// When it was seen, unix milliseconds.
    pub(crate) at_ms: i64,
}

const ADD_SQLITE: &str = "INSERT INTO chat_member (chat, chat_user, role, joined_at_ms) \
    SELECT value->>0, value->>1, value->>2, value->>3 FROM json_each($1) WHERE true \
    ON CONFLICT (chat, chat_user) DO UPDATE SET role = excluded.role";
const ADD_POSTGRES: &str = "INSERT INTO chat_member (chat, chat_user, role, joined_at_ms) \
    SELECT value->>0, value->>1, value->>2, (value->>3)::bigint FROM jsonb_array_elements($1::text::jsonb) \
    ON CONFLICT (chat, chat_user) DO UPDATE SET role = excluded.role";
const REMOVE: &str = "DELETE FROM chat_member WHERE chat = $1 AND chat_user = $2";
const ROLE: &str = "SELECT role FROM chat_member WHERE chat = $1 AND chat_user = $2";

/// The word stored for a member's role.
fn role_word(role: MemberRole) -> &'static str {
    match role {
        MemberRole::Owner => "owner",
        MemberRole::Admin => "admin",
        MemberRole::Member => "member",
    }
}

#[async_trait]
impl PendingRow for NewMember {
    async fn write_many(tx: &mut Tx, rows: &[Self]) -> Result<(), StoreError> {
        // Of one who stands twice the later word counts; PostgreSQL takes none twice in one statement.
        let last: BTreeMap<_, _> = rows.iter().map(|row| ((&row.chat, &row.user), row)).collect();
        let rows: Vec<_> =
            last.into_values().map(|row| (&row.chat, &row.user, role_word(row.role), row.at_ms)).collect();
        let json = serde_json::to_string(&rows).map_err(|error| StoreError::unreadable("member", error))?;
        let add = if tx.kind() == DbKind::Sqlite { ADD_SQLITE } else { ADD_POSTGRES };
        execute!(tx, sqlx::query(add).bind(&json)).map(|_| ())
    }
}

/// Notes that a user is a member of a chat, and what they are there.
///
/// # Errors
/// When the database fails.
pub async fn set_member(
    tx: &mut Tx,
    chat: &ChatId,
    user: &UserId,
    role: MemberRole,
    now_ms: i64,
) -> Result<(), StoreError> {
    let member = NewMember { chat: chat.clone(), user: user.clone(), role, at_ms: now_ms };
    NewMember::write_many(tx, &[member]).await
}

/// Notes that a user is no longer a member of a chat.
///
/// # Errors
/// When the database fails.
pub async fn remove_member(tx: &mut Tx, chat: &ChatId, user: &UserId) -> Result<(), StoreError> {
    execute!(tx, sqlx::query(REMOVE).bind(chat).bind(user)).map(|_| ())
}

/// What a user is in a chat, as far as we were told.
///
/// # Errors
/// When the database fails.
pub async fn member_role(
    tx: &mut Tx,
    chat: &ChatId,
    user: &UserId,
) -> Result<Option<MemberRole>, StoreError> {
    let word: Option<String> = on!(tx, |c| sqlx::query_scalar(ROLE).bind(chat).bind(user).fetch_optional(c))?;
    Ok(word.map(|word| match word.as_str() {
        "owner" => MemberRole::Owner,
        "admin" => MemberRole::Admin,
        _ => MemberRole::Member,
    }))
}
