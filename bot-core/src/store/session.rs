//! Who is signed in to the console, links to sign in with, and tokens of the JSON API. Only digests are kept.

use sqlx::FromRow;

use super::{StoreError, Tx, execute, on};
use crate::ids::{RowId, StaffId};
use crate::roster::Permission;

/// Somebody who is signed in.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct Session {
    /// Digest of the part of the cookie that stays the same.
    pub digest: String,
    /// Who.
    pub staff: StaffId,
    /// Digest of the part that is renewed.
    pub turn: String,
    /// Digest of the part before, while the new one may not have arrived.
    pub turn_before: Option<String>,
    /// When it was last renewed, unix milliseconds.
    pub turned_at_ms: i64,
    /// When they signed in, unix milliseconds.
    pub created_at_ms: i64,
    /// When they were last seen, unix milliseconds.
    pub seen_at_ms: i64,
}

/// A token of the JSON API.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiToken {
    /// The part that is not secret.
    pub id: RowId,
    /// Digest of the part that is.
    pub digest: String,
    /// Whose it is.
    pub staff: StaffId,
    /// What it is for, in its owner's words.
    pub name: String,
    /// What it may do; never more than its owner may.
    pub permissions: Vec<Permission>,
    /// When it was made, unix milliseconds.
    pub created_at_ms: i64,
    /// When it ends, unix milliseconds.
    pub expires_at_ms: Option<i64>,
    /// When it was taken back, unix milliseconds.
    pub revoked_at_ms: Option<i64>,
}

type TokenRow = (RowId, String, StaffId, String, String, i64, Option<i64>, Option<i64>);

const ADD: &str = "INSERT INTO console_session (digest, staff, turn, turn_before, turned_at_ms, created_at_ms, seen_at_ms) \
    VALUES ($1, $2, $3, $4, $5, $6, $7)";
const GET: &str = "SELECT digest, staff, turn, turn_before, turned_at_ms, created_at_ms, seen_at_ms FROM console_session WHERE digest = $1";
const SEEN: &str = "UPDATE console_session SET seen_at_ms = $2 WHERE digest = $1";
const TURN: &str = "UPDATE console_session SET turn_before = turn, turn = $3, turned_at_ms = $4, seen_at_ms = $4 WHERE digest = $1 AND turn = $2";
const SETTLE_TURN: &str = "UPDATE console_session SET turn_before = NULL WHERE digest = $1 AND turn = $2";
const REMOVE: &str = "DELETE FROM console_session WHERE digest = $1";
const REMOVE_OLD: &str = "DELETE FROM console_session WHERE seen_at_ms < $1 OR created_at_ms < $2";
const ADD_LINK: &str = "INSERT INTO sign_in_link (digest, staff, expires_at_ms) VALUES ($1, $2, $3)";
const USE_LINK: &str = "DELETE FROM sign_in_link WHERE digest = $1 AND expires_at_ms > $2 RETURNING staff";
const LINK: &str = "SELECT staff FROM sign_in_link WHERE digest = $1 AND expires_at_ms > $2";
const REMOVE_OLD_LINKS: &str = "DELETE FROM sign_in_link WHERE expires_at_ms <= $1";
const ADD_TOKEN: &str = "INSERT INTO api_token (id, digest, staff, name, permissions, created_at_ms, expires_at_ms) VALUES ($1, $2, $3, $4, $5, $6, $7)";
const TOKEN: &str = "SELECT id, digest, staff, name, permissions, created_at_ms, expires_at_ms, revoked_at_ms FROM api_token WHERE id = $1";
const REVOKE: &str = "UPDATE api_token SET revoked_at_ms = $2 WHERE id = $1 AND revoked_at_ms IS NULL";

/// Keeps a new session.
///
/// # Errors
/// When the database fails.
pub async fn add(tx: &mut Tx, session: &Session) -> Result<(), StoreError> {
    execute!(
        tx,
        sqlx::query(ADD)
            .bind(&session.digest)
            .bind(&session.staff)
            .bind(&session.turn)
            .bind(&session.turn_before)
            .bind(session.turned_at_ms)
            .bind(session.created_at_ms)
            .bind(session.seen_at_ms)
    )
    .map(|_| ())
}

/// The session of a digest.
///
/// # Errors
/// When the database fails.
pub async fn get(tx: &mut Tx, digest: &str) -> Result<Option<Session>, StoreError> {
    on!(tx, |c| sqlx::query_as(GET).bind(digest).fetch_optional(c))
}

/// Remembers when somebody was last seen.
///
/// # Errors
/// When the database fails.
pub async fn seen(tx: &mut Tx, digest: &str, now_ms: i64) -> Result<(), StoreError> {
    execute!(tx, sqlx::query(SEEN).bind(digest).bind(now_ms)).map(|_| ())
}

/// Renews the part of the cookie that is renewed, from `turn` to `new`. False when somebody else just did.
///
/// # Errors
/// When the database fails.
pub async fn turn(tx: &mut Tx, digest: &str, turn: &str, new: &str, now_ms: i64) -> Result<bool, StoreError> {
    Ok(execute!(tx, sqlx::query(TURN).bind(digest).bind(turn).bind(new).bind(now_ms))? == 1)
}

/// Forgets the part before `turn`, which is known to have arrived.
///
/// # Errors
/// When the database fails.
pub async fn settle_turn(tx: &mut Tx, digest: &str, turn: &str) -> Result<(), StoreError> {
    execute!(tx, sqlx::query(SETTLE_TURN).bind(digest).bind(turn)).map(|_| ())
}

/// Signs somebody out.
///
/// # Errors
/// When the database fails.
pub async fn remove(tx: &mut Tx, digest: &str) -> Result<(), StoreError> {
    execute!(tx, sqlx::query(REMOVE).bind(digest)).map(|_| ())
}

/// Forgets sessions not seen since `seen_since_ms` or begun before `created_since_ms`, and links past `now_ms`.
///
/// # Errors
/// When the database fails.
pub async fn sweep(
    tx: &mut Tx,
    seen_since_ms: i64,
    created_since_ms: i64,
    now_ms: i64,
) -> Result<(), StoreError> {
    execute!(tx, sqlx::query(REMOVE_OLD).bind(seen_since_ms).bind(created_since_ms))?;
    execute!(tx, sqlx::query(REMOVE_OLD_LINKS).bind(now_ms)).map(|_| ())
}

/// Keeps a link to sign in with.
///
/// # Errors
/// When the database fails.
pub async fn add_link(
    tx: &mut Tx,
    digest: &str,
    staff: &StaffId,
    expires_at_ms: i64,
) -> Result<(), StoreError> {
    execute!(tx, sqlx::query(ADD_LINK).bind(digest).bind(staff).bind(expires_at_ms)).map(|_| ())
}

/// Whose link this is, if it is still good. It stays good.
///
/// # Errors
/// When the database fails.
pub async fn link(tx: &mut Tx, digest: &str, now_ms: i64) -> Result<Option<StaffId>, StoreError> {
    on!(tx, |c| sqlx::query_scalar(LINK).bind(digest).bind(now_ms).fetch_optional(c))
}

/// Uses a link up: whose it was, if it was still good.
///
/// # Errors
/// When the database fails.
pub async fn use_link(tx: &mut Tx, digest: &str, now_ms: i64) -> Result<Option<StaffId>, StoreError> {
    on!(tx, |c| sqlx::query_scalar(USE_LINK).bind(digest).bind(now_ms).fetch_optional(c))
}

/// Keeps a new token.
///
/// # Errors
/// When the database fails.
pub async fn add_token(tx: &mut Tx, token: &ApiToken) -> Result<(), StoreError> {
    let permissions = serde_json::to_string(&token.permissions)
        .map_err(|error| StoreError::unreadable("API token", error))?;
    execute!(
        tx,
        sqlx::query(ADD_TOKEN)
            .bind(&token.id)
            .bind(&token.digest)
            .bind(&token.staff)
            .bind(&token.name)
            .bind(&permissions)
            .bind(token.created_at_ms)
            .bind(token.expires_at_ms)
    )
    .map(|_| ())
}

/// A token, good or not.
///
/// # Errors
/// When the database fails or the row cannot be read.
pub async fn token(tx: &mut Tx, id: &RowId) -> Result<Option<ApiToken>, StoreError> {
    let row: Option<TokenRow> = on!(tx, |c| sqlx::query_as(TOKEN).bind(id).fetch_optional(c))?;
    let Some((id, digest, staff, name, permissions, created_at_ms, expires_at_ms, revoked_at_ms)) = row
    else {
        return Ok(None);
    };
    let permissions =
        serde_json::from_str(&permissions).map_err(|error| StoreError::unreadable("API token", error))?;
    Ok(Some(ApiToken { id, digest, staff, name, permissions, created_at_ms, expires_at_ms, revoked_at_ms }))
}

/// Takes a token back. False when it was taken back before, or there is none.
///
/// # Errors
/// When the database fails.
pub async fn revoke_token(tx: &mut Tx, id: &RowId, now_ms: i64) -> Result<bool, StoreError> {
    Ok(execute!(tx, sqlx::query(REVOKE).bind(id).bind(now_ms))? == 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hall::Hall;
    use crate::roster::{Role, Staff};
    use crate::store::people;
    use crate::store::testing::{START_MS, on_both};

    async fn with_staff(hall: &Hall) -> (Tx, StaffId) {
        let mut tx = hall.db.write().await.unwrap();
        let id = StaffId::from("s1");
        let staff =
            Staff { id: id.clone(), name: "Gu Hai".into(), person: None, roles: [Role::Admin].into() };
        people::add_staff(&mut tx, &staff, START_MS).await.unwrap();
        (tx, id)
    }

    #[test]
    fn a_session_is_renewed_once_and_swept_when_old() {
        on_both(async |hall| {
            let (mut tx, staff) = with_staff(&hall).await;
            let first = Session {
                digest: "d".into(),
                staff,
                turn: "one".into(),
                turn_before: None,
                turned_at_ms: START_MS,
                created_at_ms: START_MS,
                seen_at_ms: START_MS,
            };
            add(&mut tx, &first).await.unwrap();
            assert_eq!(get(&mut tx, "d").await.unwrap(), Some(first.clone()));
            assert!(turn(&mut tx, "d", "one", "two", START_MS + 5).await.unwrap());
            assert!(!turn(&mut tx, "d", "one", "three", START_MS + 6).await.unwrap());
            let turned = get(&mut tx, "d").await.unwrap().unwrap();
            assert_eq!((turned.turn.as_str(), turned.turn_before.as_deref()), ("two", Some("one")));
            assert_eq!((turned.turned_at_ms, turned.seen_at_ms), (START_MS + 5, START_MS + 5));
            settle_turn(&mut tx, "d", "two").await.unwrap();
            seen(&mut tx, "d", START_MS + 9).await.unwrap();
            sweep(&mut tx, START_MS + 9, START_MS, START_MS).await.unwrap();
            let kept = get(&mut tx, "d").await.unwrap().unwrap();
            assert_eq!((kept.turn_before, kept.seen_at_ms), (None, START_MS + 9));
            sweep(&mut tx, START_MS + 10, START_MS, START_MS).await.unwrap();
            assert_eq!(get(&mut tx, "d").await.unwrap(), None);
        });
    }

    #[test]
    fn a_link_is_good_once_and_not_past_its_time() {
        on_both(async |hall| {
            let (mut tx, staff) = with_staff(&hall).await;
            add_link(&mut tx, "l1", &staff, START_MS + 10).await.unwrap();
            add_link(&mut tx, "l2", &staff, START_MS + 10).await.unwrap();
            assert_eq!(link(&mut tx, "l1", START_MS).await.unwrap(), Some(staff.clone()));
            assert_eq!(use_link(&mut tx, "l1", START_MS).await.unwrap(), Some(staff));
            assert_eq!(use_link(&mut tx, "l1", START_MS).await.unwrap(), None);
            assert_eq!(use_link(&mut tx, "l2", START_MS + 10).await.unwrap(), None);
        });
    }

    #[test]
    fn a_token_is_kept_with_what_it_may_do_and_can_be_taken_back() {
        on_both(async |hall| {
            let (mut tx, staff) = with_staff(&hall).await;
            let made = ApiToken {
                id: "t1".into(),
                digest: "x".into(),
                staff,
                name: "nightly export".into(),
                permissions: vec![Permission::ReadPeople, Permission::Announce],
                created_at_ms: START_MS,
                expires_at_ms: Some(START_MS + 1),
                revoked_at_ms: None,
            };
            add_token(&mut tx, &made).await.unwrap();
            assert_eq!(token(&mut tx, &made.id).await.unwrap(), Some(made.clone()));
            assert!(revoke_token(&mut tx, &made.id, START_MS + 2).await.unwrap());
            assert!(!revoke_token(&mut tx, &made.id, START_MS + 3).await.unwrap());
            assert_eq!(token(&mut tx, &made.id).await.unwrap().unwrap().revoked_at_ms, Some(START_MS + 2));
        });
    }
}
