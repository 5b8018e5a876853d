//! One-time codes that link identities, kept as digests, and who guessed at them.

use crate::ids::{PersonId, StaffId, UserId};
use crate::store::{StoreError, Tx, execute, on};

/// For whom a code speaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CodeOwner {
    /// Whoever sends it is this staff member.
    Staff(StaffId),
    /// Whoever sends it is this person.
    Person(PersonId),
}

const PUT: &str = "INSERT INTO link_code (digest, staff, person, expires_at_ms) VALUES ($1, $2, $3, $4)";
const DROP_EXPIRED: &str = "DELETE FROM link_code WHERE expires_at_ms <= $1";
const DROP_OF_STAFF: &str = "DELETE FROM link_code WHERE staff = $1";
const DROP_OF_PERSON: &str = "DELETE FROM link_code WHERE person = $1";
const READ: &str = "SELECT staff, person, expires_at_ms FROM link_code WHERE digest = $1";
const TAKE: &str = "DELETE FROM link_code WHERE digest = $1 RETURNING staff, person, expires_at_ms";
const ADD_GUESS: &str = "INSERT INTO link_guess (chat_user, at_ms) VALUES ($1, $2)";
const GUESSES: &str = "SELECT count(*) FROM link_guess WHERE chat_user = $1 AND at_ms > $2";
const FORGET_GUESSES: &str = "DELETE FROM link_guess WHERE chat_user = $1";

type CodeRow = (Option<StaffId>, Option<PersonId>, i64);

/// Keeps a code by its digest (SHA-256, hex). Codes that expired are swept out on the way.
///
/// # Errors
/// When the database fails.
pub async fn put_code(
    tx: &mut Tx,
    digest: &str,
    owner: &CodeOwner,
    expires_at_ms: i64,
    now_ms: i64,
) -> Result<(), StoreError> {
    execute!(tx, sqlx::query(DROP_EXPIRED).bind(now_ms))?;
    let (staff, person) = match owner {
        CodeOwner::Staff(staff) => (Some(staff), None),
        CodeOwner::Person(person) => (None, Some(person)),
    };
    execute!(tx, sqlx::query(PUT).bind(digest).bind(staff).bind(person).bind(expires_at_ms)).map(|_| ())
}

/// For whom a code speaks, if it is good still. It stays good.
///
/// # Errors
/// When the database fails.
pub async fn read_code(tx: &mut Tx, digest: &str, now_ms: i64) -> Result<Option<CodeOwner>, StoreError> {
    let row: Option<CodeRow> = on!(tx, |c| sqlx::query_as(READ).bind(digest).fetch_optional(c))?;
    Ok(row.and_then(|row| owner(row, now_ms)))
}

/// Like [`read_code`], but the code is gone afterwards, good or not.
///
/// # Errors
/// When the database fails.
pub async fn take_code(tx: &mut Tx, digest: &str, now_ms: i64) -> Result<Option<CodeOwner>, StoreError> {
    let row: Option<CodeRow> = on!(tx, |c| sqlx::query_as(TAKE).bind(digest).fetch_optional(c))?;
    Ok(row.and_then(|row| owner(row, now_ms)))
}

fn owner((staff, person, expires_at_ms): CodeRow, now_ms: i64) -> Option<CodeOwner> {
    if expires_at_ms <= now_ms {
        return None;
    }
    staff.map(CodeOwner::Staff).or(person.map(CodeOwner::Person))
}

/// Takes all codes of somebody away.
///
/// # Errors
/// When the database fails.
pub async fn drop_codes_of(tx: &mut Tx, owner: &CodeOwner) -> Result<(), StoreError> {
    match owner {
        CodeOwner::Staff(staff) => execute!(tx, sqlx::query(DROP_OF_STAFF).bind(staff)),
        CodeOwner::Person(person) => execute!(tx, sqlx::query(DROP_OF_PERSON).bind(person)),
    }
    .map(|_| ())
}

/// Notes that a user sent a code that is none.
///
/// # Errors
/// When the database fails.
pub async fn add_guess(tx: &mut Tx, user: &UserId, now_ms: i64) -> Result<(), StoreError> {
    execute!(tx, sqlx::query(ADD_GUESS).bind(user).bind(now_ms)).map(|_| ())
}

/// How many wrong codes a user sent after a time, unix milliseconds.
///
/// # Errors
/// When the database fails.
pub async fn guesses_since(tx: &mut Tx, user: &UserId, after_ms: i64) -> Result<i64, StoreError> {
    on!(tx, |c| sqlx::query_scalar(GUESSES).bind(user).bind(after_ms).fetch_one(c))
}

/// Forgets the wrong codes that a user sent, once a right one came.
///
/// # Errors
/// When the database fails.
pub async fn forget_guesses(tx: &mut Tx, user: &UserId) -> Result<(), StoreError> {
    execute!(tx, sqlx::query(FORGET_GUESSES).bind(user)).map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::roster::Staff;
    use crate::store::people::add_staff;
    use crate::store::testing::{on_both, person};

    #[test]
    fn a_code_is_good_once_and_until_its_time() {
        on_both(|hall| async move {
            let mut tx = hall.db.write().await.unwrap();
            let human = person(&mut tx, "p1").await;
            let worker = Staff { id: "s".into(), name: "S".into(), person: None, roles: Default::default() };
            add_staff(&mut tx, &worker, 1).await.unwrap();
            let (staff, own) = (CodeOwner::Staff("s".into()), CodeOwner::Person(human));
            put_code(&mut tx, "d1", &staff, 100, 0).await.unwrap();
            put_code(&mut tx, "d2", &own, 200, 0).await.unwrap();
            assert_eq!(read_code(&mut tx, "d1", 99).await.unwrap(), Some(staff.clone()));
            assert_eq!(take_code(&mut tx, "d1", 99).await.unwrap(), Some(staff.clone()));
            assert_eq!(take_code(&mut tx, "d1", 99).await.unwrap(), None, "used");
            assert_eq!(read_code(&mut tx, "d2", 200).await.unwrap(), None, "too late");
            assert_eq!(take_code(&mut tx, "none", 0).await.unwrap(), None);

            put_code(&mut tx, "d3", &staff, 900, 200).await.unwrap();
            assert_eq!(read_code(&mut tx, "d2", 0).await.unwrap(), None, "swept out");
            drop_codes_of(&mut tx, &staff).await.unwrap();
            assert_eq!(read_code(&mut tx, "d3", 300).await.unwrap(), None, "taken away");
            put_code(&mut tx, "d4", &own, 900, 200).await.unwrap();
            drop_codes_of(&mut tx, &staff).await.unwrap();
            assert_eq!(read_code(&mut tx, "d4", 300).await.unwrap(), Some(own.clone()), "somebody else's");
            drop_codes_of(&mut tx, &own).await.unwrap();
            assert_eq!(read_code(&mut tx, "d4", 300).await.unwrap(), None);
        });
    }

    #[test]
    fn guesses_are_counted_by_user_and_time() {
        on_both(|hall| async move {
            let mut tx = hall.db.write().await.unwrap();
            for at_ms in [10, 20, 30] {
                add_guess(&mut tx, &"u".into(), at_ms).await.unwrap();
            }
            add_guess(&mut tx, &"v".into(), 30).await.unwrap();
            assert_eq!(guesses_since(&mut tx, &"u".into(), 10).await.unwrap(), 2);
            forget_guesses(&mut tx, &"u".into()).await.unwrap();
            assert_eq!(guesses_since(&mut tx, &"u".into(), 0).await.unwrap(), 0);
            assert_eq!(guesses_since(&mut tx, &"v".into(), 0).await.unwrap(), 1);
        });
    }
}
