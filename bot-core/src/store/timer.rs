//! Timers.

use sqlx::FromRow;

use super::{DbKind, StoreError, Tx, execute, on};
use crate::ids::TimerId;
use crate::work::NewTimer;

/// A timer as it stands.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct StoredTimer {
    /// Our id.
    pub id: TimerId,
    /// The feature's name.
    pub feature: String,
    /// What sort.
    pub kind: String,
    /// Which one.
    pub timer_key: String,
    /// When it is meant to fire, unix milliseconds.
    pub due_at_ms: i64,
    /// How often it failed.
    pub attempts: i64,
}

const ARM: &str = "INSERT INTO timer (id, feature, kind, timer_key, due_at_ms, try_at_ms, attempts) VALUES ($1, $2, $3, $4, $5, $5, 0) \
    ON CONFLICT (feature, kind, timer_key) DO UPDATE SET id = excluded.id, due_at_ms = excluded.due_at_ms, try_at_ms = excluded.try_at_ms, attempts = 0, error = NULL";
const DISARM: &str = "DELETE FROM timer WHERE feature = $1 AND kind = $2 AND timer_key = $3";
const DUE: &str = "SELECT id, feature, kind, timer_key, due_at_ms, attempts FROM timer WHERE try_at_ms <= $1 ORDER BY try_at_ms, id LIMIT $2";
// What another node has in hand is passed over.
const CLAIM_POSTGRES: &str = "SELECT id, feature, kind, timer_key, due_at_ms, attempts FROM timer WHERE try_at_ms <= $1 ORDER BY try_at_ms, id LIMIT $2 FOR UPDATE SKIP LOCKED";
const REMOVE: &str = "DELETE FROM timer WHERE id = $1";
const POSTPONE: &str = "UPDATE timer SET try_at_ms = $2, attempts = attempts + 1, error = $3 WHERE id = $1";
const NEXT: &str = "SELECT min(try_at_ms) FROM timer";

/// Arms a timer, or moves the one of the same feature, kind and key.
///
/// # Errors
/// When the database fails.
pub async fn arm(tx: &mut Tx, id: &TimerId, new: &NewTimer) -> Result<(), StoreError> {
    execute!(
        tx,
        sqlx::query(ARM).bind(id).bind(new.feature).bind(new.kind).bind(&new.key).bind(new.due_at_ms)
    )
    .map(|_| ())
}

/// Takes a timer away, if it stands.
///
/// # Errors
/// When the database fails.
pub async fn disarm(tx: &mut Tx, feature: &str, kind: &str, key: &str) -> Result<(), StoreError> {
    execute!(tx, sqlx::query(DISARM).bind(feature).bind(kind).bind(key)).map(|_| ())
}

/// Timers that are due, earliest first.
///
/// # Errors
/// When the database fails.
pub async fn due(tx: &mut Tx, now_ms: i64, limit: i64) -> Result<Vec<StoredTimer>, StoreError> {
    on!(tx, |c| sqlx::query_as(DUE).bind(now_ms).bind(limit).fetch_all(c))
}

/// Timers that are due, earliest first, which nobody else fires while the transaction is open.
///
/// # Errors
/// When the database fails.
pub async fn claim(tx: &mut Tx, now_ms: i64, limit: i64) -> Result<Vec<StoredTimer>, StoreError> {
    let sql = if tx.kind() == DbKind::Sqlite { DUE } else { CLAIM_POSTGRES };
    on!(tx, |c| sqlx::query_as(sql).bind(now_ms).bind(limit).fetch_all(c))
}

/// Takes away a timer that fired. False when it is not there any more: somebody else fired or moved it.
///
/// # Errors
/// When the database fails.
pub async fn remove(tx: &mut Tx, id: &TimerId) -> Result<bool, StoreError> {
    Ok(execute!(tx, sqlx::query(REMOVE).bind(id))? == 1)
}

/// Tries a timer again later, with the reason.
///
/// # Errors
/// When the database fails.
pub async fn postpone(tx: &mut Tx, id: &TimerId, try_at_ms: i64, error: &str) -> Result<(), StoreError> {
    execute!(tx, sqlx::query(POSTPONE).bind(id).bind(try_at_ms).bind(error)).map(|_| ())
}

/// When the next timer is to be tried, unix milliseconds.
///
/// # Errors
/// When the database fails.
pub async fn next_at(tx: &mut Tx) -> Result<Option<i64>, StoreError> {
    on!(tx, |c| sqlx::query_scalar(NEXT).fetch_one(c))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::testing::on_both;

    fn new(key: &str, due_at_ms: i64) -> NewTimer {
        NewTimer { feature: "test", kind: "ring", key: key.into(), due_at_ms }
    }

    #[test]
    fn a_timer_that_somebody_fires_is_passed_over_by_others() {
        on_both(|hall| async move {
            let mut tx = hall.db.write().await.unwrap();
            for (id, key) in [("1", "a"), ("2", "b"), ("3", "c")] {
                arm(&mut tx, &id.into(), &new(key, 100)).await.unwrap();
            }
            tx.commit().await.unwrap();
            let mut one = hall.db.write().await.unwrap();
            let keys =
                |due: Vec<StoredTimer>| due.into_iter().map(|timer| timer.timer_key).collect::<Vec<_>>();
            assert_eq!(keys(claim(&mut one, 100, 2).await.unwrap()), ["a", "b"]);
            // On SQLite the second one who writes waits for the first.
            if hall.db.kind() == DbKind::Postgres {
                let mut other = hall.db.write().await.unwrap();
                assert_eq!(keys(claim(&mut other, 100, 10).await.unwrap()), ["c"]);
            }
        });
    }

    #[test]
    fn arming_again_moves_a_timer_and_due_ones_come_in_order() {
        on_both(|hall| async move {
            let mut tx = hall.db.write().await.unwrap();
            for (id, key, at_ms) in [("1", "a", 300), ("2", "b", 200), ("3", "a", 100), ("4", "c", 900)] {
                arm(&mut tx, &id.into(), &new(key, at_ms)).await.unwrap();
            }
            let keys =
                |due: Vec<StoredTimer>| due.into_iter().map(|timer| timer.timer_key).collect::<Vec<_>>();
            assert_eq!(keys(due(&mut tx, 300, 10).await.unwrap()), ["a", "b"]);
            assert_eq!(next_at(&mut tx).await.unwrap(), Some(100));
            assert!(!remove(&mut tx, &"1".into()).await.unwrap(), "it was moved under a new id");
            assert!(remove(&mut tx, &"3".into()).await.unwrap());
            disarm(&mut tx, "test", "ring", "c").await.unwrap();
            postpone(&mut tx, &"2".into(), 5_000, "no luck").await.unwrap();
            assert_eq!(keys(due(&mut tx, 4_999, 10).await.unwrap()), [] as [&str; 0]);
            let late = due(&mut tx, 5_000, 10).await.unwrap();
            assert_eq!((late[0].due_at_ms, late[0].attempts), (200, 1));
        });
    }
}
