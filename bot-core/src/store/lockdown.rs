//! Groups that are locked for a time.

use sqlx::FromRow;

use super::moderation::stored_word;
use super::{StoreError, Tx, execute, on};
use crate::ids::{ChatId, StaffId};

stored_word! {
    /// How far a lock has come.
    LockState, "lock state" {
        /// The platform was asked for it.
        Asked = "asked",
        /// The platform confirmed it.
        Locked = "locked",
        /// The platform was asked to end it.
        Lifting = "lifting",
    }
}

/// A lock of a group. A group that is open has none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lockdown {
    /// Which group.
    pub chat: ChatId,
    /// How far it has come.
    pub state: LockState,
    /// Its end, unix milliseconds.
    pub until_ms: i64,
    /// Who asked for it.
    pub by: StaffId,
    /// Why.
    pub reason: Option<String>,
    /// What went wrong last, in the platform's words.
    pub error: Option<String>,
    /// When it was asked for, unix milliseconds.
    pub at_ms: i64,
}

#[derive(FromRow)]
struct Row {
    chat: ChatId,
    state: String,
    until_ms: i64,
    by_staff: StaffId,
    reason: Option<String>,
    error: Option<String>,
    at_ms: i64,
}

impl TryFrom<Row> for Lockdown {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        Ok(Self {
            state: LockState::from_word(&row.state)?,
            chat: row.chat,
            until_ms: row.until_ms,
            by: row.by_staff,
            reason: row.reason,
            error: row.error,
            at_ms: row.at_ms,
        })
    }
}

const PUT: &str = "INSERT INTO lockdown (chat, state, until_ms, by_staff, reason, error, at_ms) VALUES ($1, $2, $3, $4, $5, $6, $7) \
    ON CONFLICT (chat) DO UPDATE SET state = excluded.state, until_ms = excluded.until_ms, by_staff = excluded.by_staff, \
    reason = excluded.reason, error = excluded.error, at_ms = excluded.at_ms";
const GET: &str =
    "SELECT chat, state, until_ms, by_staff, reason, error, at_ms FROM lockdown WHERE chat = $1";
const ALL: &str = "SELECT chat, state, until_ms, by_staff, reason, error, at_ms FROM lockdown ORDER BY chat";
const REMOVE: &str = "DELETE FROM lockdown WHERE chat = $1";

/// Keeps a lock as it is now.
///
/// # Errors
/// When the database fails.
pub async fn put(tx: &mut Tx, lock: &Lockdown) -> Result<(), StoreError> {
    execute!(
        tx,
        sqlx::query(PUT)
            .bind(&lock.chat)
            .bind(lock.state.word())
            .bind(lock.until_ms)
            .bind(&lock.by)
            .bind(&lock.reason)
            .bind(&lock.error)
            .bind(lock.at_ms)
    )
    .map(|_| ())
}

/// The lock of a group.
///
/// # Errors
/// When the database fails.
pub async fn get(tx: &mut Tx, chat: &ChatId) -> Result<Option<Lockdown>, StoreError> {
    let row: Option<Row> = on!(tx, |c| sqlx::query_as(GET).bind(chat).fetch_optional(c))?;
    row.map(Lockdown::try_from).transpose()
}

/// Every lock there is.
///
/// # Errors
/// When the database fails.
pub async fn all(tx: &mut Tx) -> Result<Vec<Lockdown>, StoreError> {
    let rows: Vec<Row> = on!(tx, |c| sqlx::query_as(ALL).fetch_all(c))?;
    rows.into_iter().map(Lockdown::try_from).collect()
}

/// Takes a lock away: the group is open.
///
/// # Errors
/// When the database fails.
pub async fn remove(tx: &mut Tx, chat: &ChatId) -> Result<(), StoreError> {
    execute!(tx, sqlx::query(REMOVE).bind(chat)).map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::roster::Staff;
    use crate::store::people;
    use crate::store::testing::{group, on_both};

    #[test]
    fn a_lock_is_kept_as_it_is_now_until_it_is_taken_away() {
        on_both(|hall| async move {
            let mut tx = hall.db.write().await.unwrap();
            let chat = group(&mut tx, "sandbox", "market").await.id;
            let by = Staff { id: "s1".into(), name: "Chen".into(), person: None, roles: Default::default() };
            people::add_staff(&mut tx, &by, 0).await.unwrap();
            let mut lock = Lockdown {
                chat: chat.clone(),
                state: LockState::Asked,
                until_ms: 900,
                by: by.id,
                reason: Some("raid".into()),
                error: None,
                at_ms: 5,
            };
            put(&mut tx, &lock).await.unwrap();
            (lock.state, lock.error) = (LockState::Lifting, Some("not enough rights".into()));
            put(&mut tx, &lock).await.unwrap();
            assert_eq!(get(&mut tx, &chat).await.unwrap(), Some(lock.clone()));
            assert_eq!(all(&mut tx).await.unwrap(), [lock]);
            remove(&mut tx, &chat).await.unwrap();
            assert_eq!(get(&mut tx, &chat).await.unwrap(), None);
        });
    }
}
