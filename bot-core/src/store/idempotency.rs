//! What was answered to writes of the API, and where forms of the console led, by the keys that came with them.

use sqlx::FromRow;

use super::{StoreError, Tx, execute, on};
use crate::ids::RowId;

/// An answer that was given.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct Answered {
    /// Of what was asked: address and body, for a write the method too.
    pub fingerprint: String,
    /// The HTTP status.
    pub status: i64,
    /// The answer's body; of a form the path to which it led.
    pub body: String,
}

const GET: &str = "SELECT fingerprint, status, body FROM idempotency \
    WHERE token = $1 AND idempotency_key = $2 AND at_ms > $3";
const PUT: &str = "INSERT INTO idempotency (token, idempotency_key, fingerprint, status, body, at_ms) \
    VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (token, idempotency_key) DO UPDATE SET \
    fingerprint = excluded.fingerprint, status = excluded.status, body = excluded.body, at_ms = excluded.at_ms";
const FORGET: &str = "DELETE FROM idempotency WHERE at_ms <= $1";

/// What was answered to a key after `since_ms`. `asker` is a token of the API, or `staff:` and the id of who posts a form.
///
/// # Errors
/// When the database fails.
pub async fn get(
    tx: &mut Tx,
    asker: &RowId,
    key: &str,
    since_ms: i64,
) -> Result<Option<Answered>, StoreError> {
    on!(tx, |c| sqlx::query_as(GET).bind(asker).bind(key).bind(since_ms).fetch_optional(c))
}

/// Keeps an answer, in place of one that stood there.
///
/// # Errors
/// When the database fails.
pub async fn put(
    tx: &mut Tx,
    asker: &RowId,
    key: &str,
    answered: &Answered,
    now_ms: i64,
) -> Result<(), StoreError> {
    execute!(
        tx,
        sqlx::query(PUT)
            .bind(asker)
            .bind(key)
            .bind(&answered.fingerprint)
            .bind(answered.status)
            .bind(&answered.body)
            .bind(now_ms)
    )
    .map(|_| ())
}

/// Forgets what was answered at this time or before.
///
/// # Errors
/// When the database fails.
pub async fn forget(tx: &mut Tx, until_ms: i64) -> Result<(), StoreError> {
    execute!(tx, sqlx::query(FORGET).bind(until_ms)).map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::testing::on_both;

    #[test]
    fn an_answer_is_found_by_who_asked_and_the_key_until_it_is_forgotten() {
        on_both(|hall| async move {
            let mut tx = hall.db.write().await.unwrap();
            let (one, two) = (RowId::from("one"), RowId::from("staff:two"));
            let answered =
                |body: &str| Answered { fingerprint: "f".into(), status: 201, body: body.to_owned() };
            put(&mut tx, &one, "k", &answered("{\"n\":1}"), 10).await.unwrap();
            assert_eq!(get(&mut tx, &one, "k", 9).await.unwrap(), Some(answered("{\"n\":1}")));
            assert_eq!(get(&mut tx, &one, "k", 10).await.unwrap(), None, "it is too old");
            assert_eq!(get(&mut tx, &one, "l", 0).await.unwrap(), None);
            assert_eq!(get(&mut tx, &two, "k", 0).await.unwrap(), None, "everybody has keys of their own");
            put(&mut tx, &one, "k", &answered("{\"n\":2}"), 20).await.unwrap();
            put(&mut tx, &two, "k", &answered("{}"), 30).await.unwrap();
            assert_eq!(get(&mut tx, &one, "k", 0).await.unwrap(), Some(answered("{\"n\":2}")));
            forget(&mut tx, 20).await.unwrap();
            assert_eq!(get(&mut tx, &one, "k", 0).await.unwrap(), None);
            assert_eq!(get(&mut tx, &two, "k", 0).await.unwrap(), Some(answered("{}")));
        });
    }
}
