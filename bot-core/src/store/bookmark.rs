//! Where accounts stand in what their platforms tell them.

use super::{StoreError, Tx, execute, on};
use crate::chat::AccountId;

const PUT: &str = "INSERT INTO bookmark (account, stream, words, at_ms) VALUES ($1, $2, $3, $4) \
    ON CONFLICT (account, stream) DO UPDATE SET words = excluded.words, at_ms = excluded.at_ms";
const GET: &str = "SELECT words FROM bookmark WHERE account = $1 AND stream = $2";

/// Keeps how far a stream was taken, in the adapter's words.
///
/// # Errors
/// When the database fails.
pub async fn put(
    tx: &mut Tx,
    account: &AccountId,
    stream: &str,
    words: &str,
    at_ms: i64,
) -> Result<(), StoreError> {
    execute!(tx, sqlx::query(PUT).bind(account).bind(stream).bind(words).bind(at_ms)).map(|_| ())
}

/// How far a stream was taken.
///
/// # Errors
/// When the database fails.
pub async fn get(tx: &mut Tx, account: &AccountId, stream: &str) -> Result<Option<String>, StoreError> {
    on!(tx, |c| sqlx::query_scalar(GET).bind(account).bind(stream).fetch_optional(c))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::testing::on_both;

    #[test]
    fn the_last_words_stand_for_each_stream() {
        on_both(|hall| async move {
            let mut tx = hall.db.write().await.unwrap();
            let (ours, other) = (AccountId::from("discord"), AccountId::from("discord.two"));
            put(&mut tx, &ours, "shard 0", "after 4", 10).await.unwrap();
            put(&mut tx, &ours, "shard 1", "after 9", 10).await.unwrap();
            put(&mut tx, &ours, "shard 0", "after 5", 11).await.unwrap();
            assert_eq!(get(&mut tx, &ours, "shard 0").await.unwrap().as_deref(), Some("after 5"));
            assert_eq!(get(&mut tx, &ours, "shard 1").await.unwrap().as_deref(), Some("after 9"));
            assert_eq!(get(&mut tx, &other, "shard 0").await.unwrap(), None);
        });
    }
}
