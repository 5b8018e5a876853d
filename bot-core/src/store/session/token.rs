//! Tokens of the JSON API. Only digests are kept.

use crate::ids::{RowId, StaffId};
use crate::roster::Permission;
use crate::store::{StoreError, Tx, execute, on};

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
    /// When it was last used, to the minute, unix milliseconds.
    pub used_at_ms: Option<i64>,
}

type TokenRow = (RowId, String, StaffId, String, String, i64, Option<i64>, Option<i64>, Option<i64>);

const ADD_TOKEN: &str = "INSERT INTO api_token (id, digest, staff, name, permissions, created_at_ms, expires_at_ms) VALUES ($1, $2, $3, $4, $5, $6, $7)";
const TOKEN: &str = "SELECT id, digest, staff, name, permissions, created_at_ms, expires_at_ms, revoked_at_ms, used_at_ms FROM api_token WHERE id = $1";
const TOKENS_OF: &str = "SELECT id, digest, staff, name, permissions, created_at_ms, expires_at_ms, revoked_at_ms, used_at_ms FROM api_token \
    WHERE staff = $1 AND revoked_at_ms IS NULL AND (expires_at_ms IS NULL OR expires_at_ms > $2) ORDER BY id DESC";
const REVOKE: &str =
    "UPDATE api_token SET revoked_at_ms = $3 WHERE id = $1 AND staff = $2 AND revoked_at_ms IS NULL";
const TOKEN_USED: &str = "UPDATE api_token SET used_at_ms = $2 WHERE id = $1";

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
    row.map(read).transpose()
}

/// Somebody's tokens that are still good, newest first.
///
/// # Errors
/// When the database fails or a row cannot be read.
pub async fn tokens_of(tx: &mut Tx, staff: &StaffId, now_ms: i64) -> Result<Vec<ApiToken>, StoreError> {
    let rows: Vec<TokenRow> = on!(tx, |c| sqlx::query_as(TOKENS_OF).bind(staff).bind(now_ms).fetch_all(c))?;
    rows.into_iter().map(read).collect()
}

fn read(row: TokenRow) -> Result<ApiToken, StoreError> {
    let (id, digest, staff, name, permissions, created_at_ms, expires_at_ms, revoked_at_ms, used_at_ms) = row;
    let permissions =
        serde_json::from_str(&permissions).map_err(|error| StoreError::unreadable("API token", error))?;
    Ok(ApiToken {
        id,
        digest,
        staff,
        name,
        permissions,
        created_at_ms,
        expires_at_ms,
        revoked_at_ms,
        used_at_ms,
    })
}

/// Takes a token of somebody back. False when it was taken back before, or they have none of this id.
///
/// # Errors
/// When the database fails.
pub async fn revoke_token(tx: &mut Tx, id: &RowId, staff: &StaffId, now_ms: i64) -> Result<bool, StoreError> {
    Ok(execute!(tx, sqlx::query(REVOKE).bind(id).bind(staff).bind(now_ms))? == 1)
}

/// Remembers when a token was last used.
///
/// # Errors
/// When the database fails.
pub async fn token_used(tx: &mut Tx, id: &RowId, now_ms: i64) -> Result<(), StoreError> {
    execute!(tx, sqlx::query(TOKEN_USED).bind(id).bind(now_ms)).map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::super::testing::with_staff;
    use super::*;
    use crate::store::testing::{START_MS, on_both};

    #[test]
    fn a_token_is_kept_with_what_it_may_do_and_can_be_taken_back() {
        on_both(async |hall| {
            let (mut tx, staff) = with_staff(&hall).await;
            let made = ApiToken {
                id: "t1".into(),
                digest: "x".into(),
                staff: staff.clone(),
                name: "nightly export".into(),
                permissions: vec![Permission::ReadPeople, Permission::Announce],
                created_at_ms: START_MS,
                expires_at_ms: Some(START_MS + 10),
                revoked_at_ms: None,
                used_at_ms: None,
            };
            add_token(&mut tx, &made).await.unwrap();
            assert_eq!(token(&mut tx, &made.id).await.unwrap(), Some(made.clone()));
            token_used(&mut tx, &made.id, START_MS + 1).await.unwrap();
            let used = ApiToken { used_at_ms: Some(START_MS + 1), ..made.clone() };
            assert_eq!(tokens_of(&mut tx, &staff, START_MS + 9).await.unwrap(), [used]);
            assert_eq!(tokens_of(&mut tx, &staff, START_MS + 10).await.unwrap(), [], "it has ended");
            assert_eq!(tokens_of(&mut tx, &"s2".into(), START_MS).await.unwrap(), [], "somebody else's");
            assert!(!revoke_token(&mut tx, &made.id, &"s2".into(), START_MS + 2).await.unwrap());
            assert!(revoke_token(&mut tx, &made.id, &staff, START_MS + 2).await.unwrap());
            assert!(!revoke_token(&mut tx, &made.id, &staff, START_MS + 3).await.unwrap());
            assert_eq!(token(&mut tx, &made.id).await.unwrap().unwrap().revoked_at_ms, Some(START_MS + 2));
            assert_eq!(tokens_of(&mut tx, &staff, START_MS).await.unwrap(), []);
        });
    }
}
