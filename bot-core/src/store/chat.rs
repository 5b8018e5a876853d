//! Chats, users and members.

mod members;
#[cfg(test)]
mod tests;
mod users;

use std::collections::BTreeMap;

use sqlx::FromRow;

use super::{DbKind, StoreError, Tx, execute, json, on};
use crate::chat::{AccountId, ChatInfo, ChatKey, ChatKind, Lang, UserKey, clean_display_name};
use crate::directory::{Chat, Purpose, Reach, User};
use crate::ids::{ChatId, UserId};

pub(crate) use members::NewMember;
pub use members::{member_role, remove_member, set_member};
pub use users::{
    meet_user, set_user_lang, some_users, user, user_by_key, user_by_username, users_by_key,
    users_by_username, users_of,
};

#[derive(FromRow)]
struct ChatRow {
    id: ChatId,
    account: AccountId,
    platform_key: Option<ChatKey>,
    kind: String,
    title: String,
    purpose: String,
    lang: Option<String>,
    peer: Option<UserId>,
    peer_key: Option<UserKey>,
    reach: String,
}

impl From<ChatRow> for Chat {
    fn from(row: ChatRow) -> Self {
        Self {
            id: row.id,
            account: row.account,
            key: row.platform_key,
            kind: kind_of(&row.kind),
            title: row.title,
            purpose: Purpose::from_word(&row.purpose),
            lang: row.lang.as_deref().and_then(Lang::from_tag),
            peer: row.peer,
            peer_key: row.peer_key,
            reach: Reach::from_word(&row.reach),
        }
    }
}

fn kind_word(kind: ChatKind) -> &'static str {
    match kind {
        ChatKind::Group => "group",
        ChatKind::Direct => "direct",
        ChatKind::Channel => "channel",
    }
}

fn kind_of(word: &str) -> ChatKind {
    match word {
        "direct" => ChatKind::Direct,
        "channel" => ChatKind::Channel,
        _ => ChatKind::Group,
    }
}

macro_rules! chat_sql {
    ($rest:literal) => {
        concat!(
            "SELECT c.id, c.account, c.platform_key, c.kind, c.title, c.purpose, c.lang, c.peer, ",
            "u.platform_key AS peer_key, c.reach FROM chat c LEFT JOIN chat_user u ON u.id = c.peer ",
            $rest
        )
    };
}

const CHAT_BY_ID: &str = chat_sql!("WHERE c.id = $1");
const SOME_CHATS_SQLITE: &str = chat_sql!("WHERE c.id IN (SELECT value FROM json_each($1))");
const SOME_CHATS_POSTGRES: &str =
    chat_sql!("WHERE c.id IN (SELECT jsonb_array_elements_text($1::text::jsonb))");
const CHAT_BY_KEY: &str = chat_sql!("WHERE c.account = $1 AND c.platform_key = $2");
const CHAT_BY_PEER: &str = chat_sql!("WHERE c.peer = $1");
const CHATS_BY_PURPOSE: &str = chat_sql!("WHERE c.purpose = $1 ORDER BY c.id");
const CHATS_AFTER: &str = chat_sql!("WHERE c.id > $1 ORDER BY c.id LIMIT $2");
const GROUPS_AFTER: &str = chat_sql!("WHERE c.kind <> 'direct' AND c.id > $1 ORDER BY c.id LIMIT $2");
const CHATS_OF_USER: &str =
    chat_sql!("JOIN chat_member m ON m.chat = c.id WHERE m.chat_user = $1 ORDER BY c.id");
macro_rules! shared_group_sql {
    ($users:literal) => {
        concat!(
            "SELECT v.value, (SELECT c.platform_key FROM chat_member m JOIN chat c ON c.id = m.chat WHERE m.chat_user = v.value ",
            "AND c.kind <> 'direct' AND c.reach = 'open' AND c.platform_key IS NOT NULL ORDER BY c.id LIMIT 1) FROM ",
            $users
        )
    };
}
const SHARED_GROUPS_SQLITE: &str = shared_group_sql!("json_each($1) AS v");
const SHARED_GROUPS_POSTGRES: &str =
    shared_group_sql!("jsonb_array_elements_text($1::text::jsonb) AS v (value)");
const ADD_CHAT: &str = "INSERT INTO chat (id, account, platform_key, kind, title, purpose, lang, peer, reach, created_at_ms) \
    VALUES ($1, $2, $3, $4, $5, $6, NULL, $7, $8, $9) ON CONFLICT DO NOTHING";
const OPEN_DIRECT: &str = "UPDATE chat SET platform_key = $2, reach = 'open' WHERE id = $1";
const SET_TITLE: &str = "UPDATE chat SET title = $2 WHERE id = $1";
const SET_REACH: &str = "UPDATE chat SET reach = $2 WHERE id = $1";
const SET_PURPOSE: &str = "UPDATE chat SET purpose = $2, lang = $3 WHERE id = $1";
const SET_KEY: &str = "UPDATE chat SET platform_key = $2 WHERE id = $1";
// The last messages stand at the end of their index, whichever chat they are of.
const RECENT_DIRECTS: &str = "SELECT platform_key FROM (SELECT c.platform_key, max(m.id) AS latest \
    FROM (SELECT chat, id FROM message ORDER BY id DESC LIMIT 5000) AS m JOIN chat c ON c.id = m.chat \
    WHERE c.account = $1 AND c.kind = 'direct' AND c.platform_key IS NOT NULL GROUP BY c.platform_key) AS recent \
    ORDER BY latest DESC LIMIT $2";
const NEXT_NUMBER: &str = "INSERT INTO counter (name, value) VALUES ($1, 1) \
    ON CONFLICT (name) DO UPDATE SET value = counter.value + 1 RETURNING value";

/// A chat by our id.
///
/// # Errors
/// When the database fails.
pub async fn get(tx: &mut Tx, id: &ChatId) -> Result<Option<Chat>, StoreError> {
    let row: Option<ChatRow> = on!(tx, |c| sqlx::query_as(CHAT_BY_ID).bind(id).fetch_optional(c))?;
    Ok(row.map(Chat::from))
}

/// Several chats by our ids, with one statement; those that are not there are left out.
///
/// # Errors
/// When the database fails.
pub async fn some(tx: &mut Tx, ids: &[&ChatId]) -> Result<BTreeMap<ChatId, Chat>, StoreError> {
    if ids.is_empty() {
        return Ok(BTreeMap::new());
    }
    let ids = json::kept("chat ids", &ids)?;
    let sql = if tx.kind() == DbKind::Sqlite { SOME_CHATS_SQLITE } else { SOME_CHATS_POSTGRES };
    let rows: Vec<ChatRow> = on!(tx, |c| sqlx::query_as(sql).bind(&ids).fetch_all(c))?;
    Ok(rows.into_iter().map(Chat::from).map(|chat| (chat.id.clone(), chat)).collect())
}

/// A chat by the platform's key.
///
/// # Errors
/// When the database fails.
pub async fn by_key(tx: &mut Tx, account: &AccountId, key: &ChatKey) -> Result<Option<Chat>, StoreError> {
    let row: Option<ChatRow> =
        on!(tx, |c| sqlx::query_as(CHAT_BY_KEY).bind(account).bind(key).fetch_optional(c))?;
    Ok(row.map(Chat::from))
}

/// All chats of a purpose, oldest first.
///
/// # Errors
/// When the database fails.
pub async fn by_purpose(tx: &mut Tx, purpose: Purpose) -> Result<Vec<Chat>, StoreError> {
    let rows: Vec<ChatRow> = on!(tx, |c| sqlx::query_as(CHATS_BY_PURPOSE).bind(purpose.word()).fetch_all(c))?;
    Ok(rows.into_iter().map(Chat::from).collect())
}

/// Chats of any kind in the order of their ids, from the one after `after` (from the first, without it).
///
/// # Errors
/// When the database fails.
pub async fn after(tx: &mut Tx, after: Option<&ChatId>, limit: i64) -> Result<Vec<Chat>, StoreError> {
    let after = after.map_or("", ChatId::as_str);
    let rows: Vec<ChatRow> = on!(tx, |c| sqlx::query_as(CHATS_AFTER).bind(after).bind(limit).fetch_all(c))?;
    Ok(rows.into_iter().map(Chat::from).collect())
}

/// Groups and channels in the order of their ids, from the one after `after` (from the first, without it).
///
/// # Errors
/// When the database fails.
pub async fn groups_after(tx: &mut Tx, after: Option<&ChatId>, limit: i64) -> Result<Vec<Chat>, StoreError> {
    let after = after.map_or("", ChatId::as_str);
    let rows: Vec<ChatRow> = on!(tx, |c| sqlx::query_as(GROUPS_AFTER).bind(after).bind(limit).fetch_all(c))?;
    Ok(rows.into_iter().map(Chat::from).collect())
}

/// The groups that a user is known to be a member of, oldest first.
///
/// # Errors
/// When the database fails.
pub async fn of_user(tx: &mut Tx, user: &UserId) -> Result<Vec<Chat>, StoreError> {
    let rows: Vec<ChatRow> = on!(tx, |c| sqlx::query_as(CHATS_OF_USER).bind(user).fetch_all(c))?;
    Ok(rows.into_iter().map(Chat::from).collect())
}

/// For each user the key of a group in which both they and the bot are, for platforms that reach people only through one.
///
/// # Errors
/// When the database fails.
pub async fn shared_groups(tx: &mut Tx, users: &[&UserId]) -> Result<BTreeMap<UserId, ChatKey>, StoreError> {
    if users.is_empty() {
        return Ok(BTreeMap::new());
    }
    let users = json::kept("user ids", &users)?;
    let sql = if tx.kind() == DbKind::Sqlite { SHARED_GROUPS_SQLITE } else { SHARED_GROUPS_POSTGRES };
    let rows: Vec<(UserId, Option<ChatKey>)> = on!(tx, |c| sqlx::query_as(sql).bind(&users).fetch_all(c))?;
    Ok(rows.into_iter().filter_map(|(user, group)| Some((user, group?))).collect())
}

/// The chat that an event speaks of; made when it is new. `new_id` is used only then. A new group starts
/// idle: staff decide what it is for.
///
/// # Errors
/// When the database fails.
pub async fn meet(
    tx: &mut Tx,
    account: &AccountId,
    info: &ChatInfo,
    peer: Option<&User>,
    new_id: &ChatId,
    now_ms: i64,
) -> Result<Chat, StoreError> {
    let title = clean_display_name(&info.title, "");
    if let Some(mut chat) = by_key(tx, account, &info.key).await? {
        if chat.title != title && !title.is_empty() {
            chat.title = title;
            execute!(tx, sqlx::query(SET_TITLE).bind(&chat.id).bind(&chat.title))?;
        }
        return Ok(chat);
    }
    if let (ChatKind::Direct, Some(peer)) = (info.kind, peer) {
        let mut chat = direct_of(tx, peer, new_id, now_ms).await?;
        execute!(tx, sqlx::query(OPEN_DIRECT).bind(&chat.id).bind(&info.key))?;
        (chat.key, chat.reach) = (Some(info.key.clone()), Reach::Open);
        return Ok(chat);
    }
    let purpose = if info.kind == ChatKind::Direct { Purpose::Community } else { Purpose::Idle };
    execute!(
        tx,
        sqlx::query(ADD_CHAT)
            .bind(new_id)
            .bind(account)
            .bind(Some(&info.key))
            .bind(kind_word(info.kind))
            .bind(&title)
            .bind(purpose.word())
            .bind(None::<&str>)
            .bind(Reach::Open.word())
            .bind(now_ms)
    )?;
    by_key(tx, account, &info.key).await?.ok_or_else(|| StoreError::unreadable("chat", "it was just added"))
}

/// The direct chat with a user; made when there is none. `new_id` is used only then.
///
/// # Errors
/// When the database fails.
pub async fn direct_of(tx: &mut Tx, user: &User, new_id: &ChatId, now_ms: i64) -> Result<Chat, StoreError> {
    execute!(
        tx,
        sqlx::query(ADD_CHAT)
            .bind(new_id)
            .bind(&user.account)
            .bind(None::<&str>)
            .bind("direct")
            .bind("")
            .bind(Purpose::Community.word())
            .bind(Some(&user.id))
            .bind(Reach::Untried.word())
            .bind(now_ms)
    )?;
    let row: Option<ChatRow> = on!(tx, |c| sqlx::query_as(CHAT_BY_PEER).bind(&user.id).fetch_optional(c))?;
    row.map(Chat::from).ok_or_else(|| StoreError::unreadable("chat", "it was just added"))
}

/// Notes whether the bot can write to a chat.
///
/// # Errors
/// When the database fails.
pub async fn set_reach(tx: &mut Tx, chat: &ChatId, reach: Reach) -> Result<(), StoreError> {
    execute!(tx, sqlx::query(SET_REACH).bind(chat).bind(reach.word())).map(|_| ())
}

/// Says what a chat is for, and in which language. Forget the directory afterwards.
///
/// # Errors
/// When the database fails.
pub async fn set_purpose(
    tx: &mut Tx,
    chat: &ChatId,
    purpose: Purpose,
    lang: Option<Lang>,
) -> Result<(), StoreError> {
    execute!(tx, sqlx::query(SET_PURPOSE).bind(chat).bind(purpose.word()).bind(lang.map(Lang::word)))
        .map(|_| ())
}

/// The keys of private chats of an account in which something was said lately, the latest first.
///
/// # Errors
/// When the database fails.
pub async fn recent_directs(
    tx: &mut Tx,
    account: &AccountId,
    limit: i64,
) -> Result<Vec<ChatKey>, StoreError> {
    on!(tx, |c| sqlx::query_scalar(RECENT_DIRECTS).bind(account).bind(limit).fetch_all(c))
}

/// Gives a chat the key under which it goes on. A chat that was met under the new key before the news of the
/// migration came loses it: its messages stay, and all that comes now is the old chat's.
///
/// # Errors
/// When the database fails.
pub async fn migrate(
    tx: &mut Tx,
    account: &AccountId,
    from: &ChatKey,
    to: &ChatKey,
) -> Result<(), StoreError> {
    let Some(old) = by_key(tx, account, from).await? else { return Ok(()) };
    if let Some(stray) = by_key(tx, account, to).await? {
        execute!(tx, sqlx::query(SET_KEY).bind(&stray.id).bind(None::<&ChatKey>))?;
    }
    set_key(tx, &old.id, to).await
}

/// Gives a chat its key, as for a direct chat that was opened by a send.
///
/// # Errors
/// When the database fails.
pub async fn set_key(tx: &mut Tx, chat: &ChatId, key: &ChatKey) -> Result<(), StoreError> {
    execute!(tx, sqlx::query(SET_KEY).bind(chat).bind(Some(key))).map(|_| ())
}

/// The next running number of a name, from 1. Gaps appear when work is rolled back elsewhere; never doubles.
///
/// # Errors
/// When the database fails.
pub async fn next_number(tx: &mut Tx, name: &str) -> Result<i64, StoreError> {
    on!(tx, |c| sqlx::query_scalar(NEXT_NUMBER).bind(name).fetch_one(c))
}
