//! Passwords of staff, as hashes.

use crate::ids::StaffId;
use crate::store::{StoreError, Tx, execute, on};

const SET: &str = "INSERT INTO staff_password (staff, hash, set_at_ms) VALUES ($1, $2, $3) \
    ON CONFLICT (staff) DO UPDATE SET hash = excluded.hash, set_at_ms = excluded.set_at_ms";
const GET: &str = "SELECT hash, set_at_ms FROM staff_password WHERE staff = $1";
const DROP: &str = "DELETE FROM staff_password WHERE staff = $1";

/// Somebody's password: its hash (a PHC string) and when it was set, unix milliseconds. It is not shown by `{:?}`.
#[derive(Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct PasswordHash {
    /// The PHC string.
    pub hash: String,
    /// When it was set, unix milliseconds.
    pub set_at_ms: i64,
}

impl std::fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PasswordHash").field("set_at_ms", &self.set_at_ms).finish_non_exhaustive()
    }
}

/// Sets somebody's password, in place of the one before.
///
/// # Errors
/// When the database fails.
pub async fn set_password(tx: &mut Tx, staff: &StaffId, hash: &str, now_ms: i64) -> Result<(), StoreError> {
    execute!(tx, sqlx::query(SET).bind(staff).bind(hash).bind(now_ms)).map(|_| ())
}

/// Somebody's password, if they have one.
///
/// # Errors
/// When the database fails.
pub async fn password(tx: &mut Tx, staff: &StaffId) -> Result<Option<PasswordHash>, StoreError> {
    on!(tx, |c| sqlx::query_as(GET).bind(staff).fetch_optional(c))
}

/// Takes somebody's password away: they come in by links alone. False when they had none.
///
/// # Errors
/// When the database fails.
pub async fn drop_password(tx: &mut Tx, staff: &StaffId) -> Result<bool, StoreError> {
    Ok(execute!(tx, sqlx::query(DROP).bind(staff))? == 1)
}

#[cfg(test)]
mod tests {
    use super::super::testing::with_staff;
    use super::*;
    use crate::store::testing::{START_MS, on_both};

    #[test]
    fn a_password_is_set_changed_and_taken_away() {
        on_both(async |hall| {
            let (mut tx, staff) = with_staff(&hall).await;
            assert_eq!(password(&mut tx, &staff).await.unwrap(), None);
            set_password(&mut tx, &staff, "one", START_MS).await.unwrap();
            set_password(&mut tx, &staff, "two", START_MS + 1).await.unwrap();
            let kept = password(&mut tx, &staff).await.unwrap().unwrap();
            assert_eq!((kept.hash.as_str(), kept.set_at_ms), ("two", START_MS + 1));
            assert!(!format!("{kept:?}").contains("two"));
            assert!(drop_password(&mut tx, &staff).await.unwrap());
            assert!(!drop_password(&mut tx, &staff).await.unwrap());
            assert_eq!(password(&mut tx, &staff).await.unwrap(), None);
        });
    }
}
