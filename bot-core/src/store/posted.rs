//! What platforms posted to a node that stands by, until the holder of the account takes it.

use sqlx::FromRow;

use super::{StoreError, Tx, execute, on};
use crate::chat::{AccountId, EventKey};

/// Something that was posted, in the platform's own words.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct Posted {
    /// The platform's key of it.
    pub key: EventKey,
    /// All of it.
    pub body: String,
}

const KEEP: &str = "INSERT INTO posted (account, key, turn, body, at_ms) VALUES ($1, $2, $3, $4, $5) \
    ON CONFLICT (account, key) DO NOTHING";
const WAITING: &str = "SELECT key, body FROM posted WHERE account = $1 ORDER BY turn, key LIMIT $2";
const REMOVE: &str = "DELETE FROM posted WHERE account = $1 AND key = $2";

/// Keeps what was posted, in its `turn`; what is kept already stays as it is.
///
/// # Errors
/// When the database fails.
pub async fn keep(
    tx: &mut Tx,
    account: &AccountId,
    posted: &Posted,
    turn: i64,
    now_ms: i64,
) -> Result<(), StoreError> {
    let Posted { key, body } = posted;
    execute!(tx, sqlx::query(KEEP).bind(account).bind(key).bind(turn).bind(body).bind(now_ms)).map(|_| ())
}

/// What waits for the holder of an account, in the platform's order.
///
/// # Errors
/// When the database fails.
pub async fn waiting(tx: &mut Tx, account: &AccountId, limit: i64) -> Result<Vec<Posted>, StoreError> {
    on!(tx, |c| sqlx::query_as(WAITING).bind(account).bind(limit).fetch_all(c))
}

/// Forgets what has taken effect.
///
/// # Errors
/// When the database fails.
pub async fn remove(tx: &mut Tx, account: &AccountId, taken: &[Posted]) -> Result<(), StoreError> {
    for one in taken {
        execute!(tx, sqlx::query(REMOVE).bind(account).bind(&one.key))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::testing::on_both;

    fn posted(key: &str) -> Posted {
        Posted { key: EventKey(key.into()), body: format!("{{\"update_id\":{key}}}") }
    }

    #[test]
    fn it_waits_once_in_the_platforms_order_until_it_is_taken() {
        on_both(|hall| async move {
            let mut tx = hall.db.write().await.unwrap();
            let (ours, other) = (AccountId::from("telegram"), AccountId::from("telegram.two"));
            for (account, key, turn) in
                [(&ours, "10", 10), (&ours, "9", 9), (&ours, "10", 11), (&other, "9", 9)]
            {
                keep(&mut tx, account, &posted(key), turn, 1).await.unwrap();
            }
            assert_eq!(waiting(&mut tx, &ours, 10).await.unwrap(), [posted("9"), posted("10")]);
            assert_eq!(waiting(&mut tx, &ours, 1).await.unwrap(), [posted("9")]);
            remove(&mut tx, &ours, &[posted("9")]).await.unwrap();
            assert_eq!(waiting(&mut tx, &ours, 10).await.unwrap(), [posted("10")]);
            assert_eq!(waiting(&mut tx, &other, 10).await.unwrap(), [posted("9")]);
        });
    }
}
