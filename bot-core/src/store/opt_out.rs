//! People who want nothing pushed to them in private.

use super::{StoreError, Tx, execute, on};
use crate::ids::PersonId;

const SINCE: &str = "SELECT since_ms FROM opt_out WHERE person = $1";
const ADD: &str = "INSERT INTO opt_out (person, since_ms) VALUES ($1, $2) ON CONFLICT (person) DO NOTHING";
const LIFT: &str = "DELETE FROM opt_out WHERE person = $1";
const CARRY: &str = "INSERT INTO opt_out (person, since_ms) SELECT $2, since_ms FROM opt_out WHERE person = $1 \
    ON CONFLICT (person) DO NOTHING";

/// Since when a person wants nothing pushed, unix milliseconds; `None` when they do.
///
/// # Errors
/// When the database fails.
pub async fn since(tx: &mut Tx, person: &PersonId) -> Result<Option<i64>, StoreError> {
    on!(tx, |c| sqlx::query_scalar(SINCE).bind(person).fetch_optional(c))
}

/// Notes that a person wants nothing pushed from now on. True when they did until now.
///
/// # Errors
/// When the database fails.
pub async fn add(tx: &mut Tx, person: &PersonId, now_ms: i64) -> Result<bool, StoreError> {
    execute!(tx, sqlx::query(ADD).bind(person).bind(now_ms)).map(|added| added == 1)
}

/// Notes that a person wants to be told again. True when they did not until now.
///
/// # Errors
/// When the database fails.
pub async fn lift(tx: &mut Tx, person: &PersonId) -> Result<bool, StoreError> {
    execute!(tx, sqlx::query(LIFT).bind(person)).map(|lifted| lifted == 1)
}

/// What `joined` wanted counts for `kept` from now on: they are one person.
///
/// # Errors
/// When the database fails.
pub async fn carry(tx: &mut Tx, joined: &PersonId, kept: &PersonId) -> Result<(), StoreError> {
    execute!(tx, sqlx::query(CARRY).bind(joined).bind(kept)).map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::directory::Reach;
    use crate::ids::RowId;
    use crate::store::people;
    use crate::store::segment::tests::person;
    use crate::store::testing::on_both;

    #[test]
    fn who_wants_nothing_is_known_and_stays_so_when_two_turn_out_to_be_one() {
        on_both(|hall| async move {
            let tx = &mut hall.db.write().await.unwrap();
            let lin = person(&hall, tx, "lin", "sandbox", None, Reach::Open).await;
            let wu = person(&hall, tx, "wu", "sandbox", None, Reach::Open).await;
            assert!(add(tx, &lin, 5).await.unwrap());
            assert!(!add(tx, &lin, 9).await.unwrap(), "said twice");
            assert_eq!(since(tx, &lin).await.unwrap(), Some(5));
            assert_eq!(since(tx, &wu).await.unwrap(), None);
            people::join(tx, &RowId::from("j"), (&wu, &lin), None, 10).await.unwrap();
            assert_eq!(since(tx, &wu).await.unwrap(), Some(5), "they are the same person");
            assert!(lift(tx, &wu).await.unwrap() && !lift(tx, &wu).await.unwrap());
            assert_eq!(since(tx, &wu).await.unwrap(), None);
        });
    }
}
