//! Platform identities: who is behind a key, under which name and handle, and which human it is.

use std::collections::BTreeMap;

use sqlx::FromRow;

use crate::chat::{AccountId, Lang, UserInfo, UserKey};
use crate::directory::{User, clean_user};
use crate::ids::{PersonId, UserId};
use crate::store::{DbKind, StoreError, Tx, execute, json, on};

#[derive(FromRow)]
struct UserRow {
    id: UserId,
    account: AccountId,
    platform_key: UserKey,
    person: PersonId,
    name: String,
    username: Option<String>,
    lang: Option<String>,
    is_bot: bool,
}

impl From<UserRow> for User {
    fn from(row: UserRow) -> Self {
        Self {
            id: row.id,
            account: row.account,
            key: row.platform_key,
            person: row.person,
            name: row.name,
            username: row.username,
            lang: row.lang.as_deref().and_then(Lang::from_tag),
            is_bot: row.is_bot,
        }
    }
}

macro_rules! user_sql {
    ($rest:literal) => {
        concat!(
            "SELECT id, account, platform_key, person, name, username, lang, is_bot FROM chat_user ",
            $rest
        )
    };
}

const USER_BY_ID: &str = user_sql!("WHERE id = $1");
const SOME_USERS_SQLITE: &str = user_sql!("WHERE id IN (SELECT value FROM json_each($1))");
const SOME_USERS_POSTGRES: &str =
    user_sql!("WHERE id IN (SELECT jsonb_array_elements_text($1::text::jsonb))");
const USER_BY_KEY: &str = user_sql!("WHERE account = $1 AND platform_key = $2");
const USERS_OF_PERSON: &str = user_sql!("WHERE person = $1 ORDER BY id");
const USER_BY_USERNAME: &str = user_sql!("WHERE account = $1 AND lower(username) = lower($2)");
const USERS_BY_USERNAME: &str = user_sql!("WHERE lower(username) = lower($1) ORDER BY id LIMIT 10");
const USERS_BY_KEY: &str = user_sql!("WHERE platform_key = $1 ORDER BY id LIMIT 10");
const ADD_PERSON: &str = "INSERT INTO person (id, created_at_ms) VALUES ($1, $2)";
const ADD_USER: &str = "INSERT INTO chat_user (id, account, platform_key, person, name, username, lang, is_bot, created_at_ms) \
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
const SET_USER_NAME: &str = "UPDATE chat_user SET name = $2, username = $3 WHERE id = $1";
const LOSE_USERNAME: &str =
    "UPDATE chat_user SET username = NULL WHERE account = $1 AND lower(username) = lower($2) AND id <> $3";
const SET_USER_LANG: &str = "UPDATE chat_user SET lang = $2 WHERE id = $1";

/// A user by our id.
///
/// # Errors
/// When the database fails.
pub async fn user(tx: &mut Tx, id: &UserId) -> Result<Option<User>, StoreError> {
    let row: Option<UserRow> = on!(tx, |c| sqlx::query_as(USER_BY_ID).bind(id).fetch_optional(c))?;
    Ok(row.map(User::from))
}

/// Several users by our ids, with one statement; those that are not there are left out.
///
/// # Errors
/// When the database fails.
pub async fn some_users(tx: &mut Tx, ids: &[&UserId]) -> Result<BTreeMap<UserId, User>, StoreError> {
    if ids.is_empty() {
        return Ok(BTreeMap::new());
    }
    let ids = json::kept("user ids", &ids)?;
    let sql = if tx.kind() == DbKind::Sqlite { SOME_USERS_SQLITE } else { SOME_USERS_POSTGRES };
    let rows: Vec<UserRow> = on!(tx, |c| sqlx::query_as(sql).bind(&ids).fetch_all(c))?;
    Ok(rows.into_iter().map(User::from).map(|user| (user.id.clone(), user)).collect())
}

/// A user by the platform's key.
///
/// # Errors
/// When the database fails.
pub async fn user_by_key(
    tx: &mut Tx,
    account: &AccountId,
    key: &UserKey,
) -> Result<Option<User>, StoreError> {
    let row: Option<UserRow> =
        on!(tx, |c| sqlx::query_as(USER_BY_KEY).bind(account).bind(key).fetch_optional(c))?;
    Ok(row.map(User::from))
}

/// A user by the handle that is written after `@`, without regard to case.
///
/// # Errors
/// When the database fails.
pub async fn user_by_username(
    tx: &mut Tx,
    account: &AccountId,
    username: &str,
) -> Result<Option<User>, StoreError> {
    let row: Option<UserRow> =
        on!(tx, |c| sqlx::query_as(USER_BY_USERNAME).bind(account).bind(username).fetch_optional(c))?;
    Ok(row.map(User::from))
}

/// Users of any account by the handle that is written after `@`, without regard to case; ten at most.
///
/// # Errors
/// When the database fails.
pub async fn users_by_username(tx: &mut Tx, username: &str) -> Result<Vec<User>, StoreError> {
    let rows: Vec<UserRow> = on!(tx, |c| sqlx::query_as(USERS_BY_USERNAME).bind(username).fetch_all(c))?;
    Ok(rows.into_iter().map(User::from).collect())
}

/// Users of any account by the platform's key; ten at most.
///
/// # Errors
/// When the database fails.
pub async fn users_by_key(tx: &mut Tx, key: &UserKey) -> Result<Vec<User>, StoreError> {
    let rows: Vec<UserRow> = on!(tx, |c| sqlx::query_as(USERS_BY_KEY).bind(key).fetch_all(c))?;
    Ok(rows.into_iter().map(User::from).collect())
}

/// All platform identities of a human.
///
/// # Errors
/// When the database fails.
pub async fn users_of(tx: &mut Tx, person: &PersonId) -> Result<Vec<User>, StoreError> {
    let rows: Vec<UserRow> = on!(tx, |c| sqlx::query_as(USERS_OF_PERSON).bind(person).fetch_all(c))?;
    Ok(rows.into_iter().map(User::from).collect())
}

/// The user that an event speaks of, under the name that they have now; made with a person of their own when
/// they are new. The ids are used only then.
///
/// # Errors
/// When the database fails.
pub async fn meet_user(
    tx: &mut Tx,
    account: &AccountId,
    info: &UserInfo,
    new_ids: (&UserId, &PersonId),
    now_ms: i64,
) -> Result<User, StoreError> {
    let (name, username) = clean_user(info);
    if let Some(mut user) = user_by_key(tx, account, &info.key).await? {
        if user.name != name || user.username != username {
            execute!(tx, sqlx::query(SET_USER_NAME).bind(&user.id).bind(&name).bind(&username))?;
            lose_username(tx, account, username.as_deref(), &user.id).await?;
            (user.name, user.username) = (name, username);
        }
        return Ok(user);
    }
    let (id, person) = new_ids;
    let lang = info.language.as_deref().and_then(Lang::from_tag);
    execute!(tx, sqlx::query(ADD_PERSON).bind(person).bind(now_ms))?;
    execute!(
        tx,
        sqlx::query(ADD_USER)
            .bind(id)
            .bind(account)
            .bind(&info.key)
            .bind(person)
            .bind(&name)
            .bind(&username)
            .bind(lang.map(Lang::word))
            .bind(info.is_bot)
            .bind(now_ms)
    )?;
    lose_username(tx, account, username.as_deref(), id).await?;
    Ok(User {
        id: id.clone(),
        account: account.clone(),
        key: info.key.clone(),
        person: person.clone(),
        name,
        username,
        lang,
        is_bot: info.is_bot,
    })
}

/// Platforms give a handle to one user at a time: whoever had it before has lost it, and must not be hit by
/// what is meant for its new owner.
async fn lose_username(
    tx: &mut Tx,
    account: &AccountId,
    username: Option<&str>,
    owner: &UserId,
) -> Result<(), StoreError> {
    let Some(username) = username else { return Ok(()) };
    execute!(tx, sqlx::query(LOSE_USERNAME).bind(account).bind(username).bind(owner)).map(|_| ())
}

/// Notes the language that a user chose. Forget the directory afterwards.
///
/// # Errors
/// When the database fails.
pub async fn set_user_lang(tx: &mut Tx, user: &UserId, lang: Lang) -> Result<(), StoreError> {
    execute!(tx, sqlx::query(SET_USER_LANG).bind(user).bind(lang.word())).map(|_| ())
}
