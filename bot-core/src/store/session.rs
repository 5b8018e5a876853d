//! Who is signed in to the console, and what lets people and programs in. Only digests are kept.

mod password;
mod second_factor;
mod token;

use std::collections::{BTreeMap, BTreeSet};

use sqlx::FromRow;

pub use self::password::{PasswordHash, drop_password, password, set_password};
pub use self::second_factor::{
    Half, SecondFactor, add_half, begin_second_factor, confirm_second_factor, drop_half, drop_second_factor,
    half, recovery_codes_left, second_factor, set_recovery_codes, use_recovery_code, use_step,
};
use self::second_factor::{drop_halves, sweep_halves};
pub use self::token::{ApiToken, add_token, revoke_token, token, token_used, tokens_of};
use super::{StoreError, Tx, execute, on};
use crate::ids::StaffId;

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
    /// The address from which it was begun, if it was known.
    pub address: Option<String>,
    /// What the browser called itself, if it did.
    pub browser: Option<String>,
}

const ADD: &str = "INSERT INTO console_session (digest, staff, turn, turn_before, turned_at_ms, created_at_ms, seen_at_ms, address, browser) \
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
const GET: &str = "SELECT digest, staff, turn, turn_before, turned_at_ms, created_at_ms, seen_at_ms, address, browser FROM console_session WHERE digest = $1";
const SEEN: &str = "UPDATE console_session SET seen_at_ms = $2 WHERE digest = $1";
const TURN: &str = "UPDATE console_session SET turn_before = turn, turn = $3, turned_at_ms = $4, seen_at_ms = $4 WHERE digest = $1 AND turn = $2";
const SETTLE_TURN: &str = "UPDATE console_session SET turn_before = NULL WHERE digest = $1 AND turn = $2";
const REMOVE: &str = "DELETE FROM console_session WHERE digest = $1";
const REMOVE_OLD: &str = "DELETE FROM console_session WHERE seen_at_ms < $1 OR created_at_ms < $2";
const ADD_LINK: &str = "INSERT INTO sign_in_link (digest, staff, expires_at_ms) VALUES ($1, $2, $3)";
const USE_LINK: &str = "DELETE FROM sign_in_link WHERE digest = $1 AND expires_at_ms > $2 RETURNING staff";
const LINK: &str = "SELECT staff FROM sign_in_link WHERE digest = $1 AND expires_at_ms > $2";
const REMOVE_OLD_LINKS: &str = "DELETE FROM sign_in_link WHERE expires_at_ms <= $1";
const OF: &str = "SELECT digest, staff, turn, turn_before, turned_at_ms, created_at_ms, seen_at_ms, address, browser \
    FROM console_session WHERE staff = $1 AND seen_at_ms > $2 AND created_at_ms > $3 ORDER BY seen_at_ms DESC, digest";
const REMOVE_OF: &str = "DELETE FROM console_session WHERE staff = $1 AND digest <> $2";
const REMOVE_LINKS_OF: &str = "DELETE FROM sign_in_link WHERE staff = $1";
const NOTE_SEEN: &str = "INSERT INTO staff_seen (staff, at_ms) VALUES ($1, $2) \
    ON CONFLICT (staff) DO UPDATE SET at_ms = excluded.at_ms";
const ALL_SEEN: &str = "SELECT staff, at_ms FROM staff_seen";
const WITH_PASSWORD: &str = "SELECT staff FROM staff_password";
const WITH_SECOND_FACTOR: &str = "SELECT staff FROM staff_second_factor WHERE confirmed_at_ms IS NOT NULL";

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
            .bind(&session.address)
            .bind(&session.browser)
    )?;
    note_seen(tx, &session.staff, session.seen_at_ms).await
}

async fn note_seen(tx: &mut Tx, staff: &StaffId, now_ms: i64) -> Result<(), StoreError> {
    execute!(tx, sqlx::query(NOTE_SEEN).bind(staff).bind(now_ms)).map(|_| ())
}

/// The session of a digest.
///
/// # Errors
/// When the database fails.
pub async fn get(tx: &mut Tx, digest: &str) -> Result<Option<Session>, StoreError> {
    on!(tx, |c| sqlx::query_as(GET).bind(digest).fetch_optional(c))
}

/// Remembers when somebody was last seen, in this session and at all.
///
/// # Errors
/// When the database fails.
pub async fn seen(tx: &mut Tx, digest: &str, staff: &StaffId, now_ms: i64) -> Result<(), StoreError> {
    execute!(tx, sqlx::query(SEEN).bind(digest).bind(now_ms))?;
    note_seen(tx, staff, now_ms).await
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

/// Forgets sessions not seen since `seen_since_ms` or begun before `created_since_ms`, and links and
/// sign-ins without their code past `now_ms`.
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
    execute!(tx, sqlx::query(REMOVE_OLD_LINKS).bind(now_ms))?;
    sweep_halves(tx, now_ms).await
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

/// Somebody's sessions that stand, last seen first: seen after `seen_since_ms` and begun after `created_since_ms`.
///
/// # Errors
/// When the database fails.
pub async fn of_staff(
    tx: &mut Tx,
    staff: &StaffId,
    seen_since_ms: i64,
    created_since_ms: i64,
) -> Result<Vec<Session>, StoreError> {
    on!(tx, |c| sqlx::query_as(OF).bind(staff).bind(seen_since_ms).bind(created_since_ms).fetch_all(c))
}

/// Ends somebody's sessions but for the one of `spared`, and takes away what could become one: links that were made for
/// them, sign-ins that wait for a code. Gives how many sessions there were.
///
/// # Errors
/// When the database fails.
pub async fn remove_all(tx: &mut Tx, staff: &StaffId, spared: Option<&str>) -> Result<u64, StoreError> {
    execute!(tx, sqlx::query(REMOVE_LINKS_OF).bind(staff))?;
    drop_halves(tx, staff).await?;
    execute!(tx, sqlx::query(REMOVE_OF).bind(staff).bind(spared.unwrap_or_default()))
}

/// When each of the staff was last seen in the console, unix milliseconds.
///
/// # Errors
/// When the database fails.
pub async fn all_seen(tx: &mut Tx) -> Result<BTreeMap<StaffId, i64>, StoreError> {
    let rows: Vec<(StaffId, i64)> = on!(tx, |c| sqlx::query_as(ALL_SEEN).fetch_all(c))?;
    Ok(rows.into_iter().collect())
}

/// Who has a password, and who has a second factor that stands.
///
/// # Errors
/// When the database fails.
pub async fn who_has_what(tx: &mut Tx) -> Result<(BTreeSet<StaffId>, BTreeSet<StaffId>), StoreError> {
    let with_password: Vec<StaffId> = on!(tx, |c| sqlx::query_scalar(WITH_PASSWORD).fetch_all(c))?;
    let with_factor: Vec<StaffId> = on!(tx, |c| sqlx::query_scalar(WITH_SECOND_FACTOR).fetch_all(c))?;
    Ok((with_password.into_iter().collect(), with_factor.into_iter().collect()))
}

/// Forgets everything that lets somebody in: sessions, links, password, second factor. Tokens stay as a trace; they
/// are good for nothing without their owner.
///
/// # Errors
/// When the database fails.
pub async fn shut_out(tx: &mut Tx, staff: &StaffId) -> Result<(), StoreError> {
    remove_all(tx, staff, None).await?;
    drop_password(tx, staff).await?;
    drop_second_factor(tx, staff).await.map(|_| ())
}

#[cfg(test)]
mod testing {
    use super::*;
    use crate::hall::Hall;
    use crate::roster::{Role, Staff};
    use crate::store::people;
    use crate::store::testing::START_MS;

    /// A transaction in which `s1` and `s2` work here; gives `s1`.
    pub(super) async fn with_staff(hall: &Hall) -> (Tx, StaffId) {
        let mut tx = hall.db.write().await.unwrap();
        for (id, name) in [("s1", "Gu Hai"), ("s2", "Mo Yan")] {
            let staff = Staff { id: id.into(), name: name.into(), person: None, roles: [Role::Admin].into() };
            people::add_staff(&mut tx, &staff, START_MS).await.unwrap();
        }
        (tx, "s1".into())
    }
}

#[cfg(test)]
mod tests {
    use super::testing::with_staff;
    use super::*;
    use crate::store::testing::{START_MS, on_both};

    #[test]
    fn a_session_is_renewed_once_and_swept_when_old() {
        on_both(async |hall| {
            let (mut tx, staff) = with_staff(&hall).await;
            let first = Session {
                digest: "d".into(),
                staff: staff.clone(),
                turn: "one".into(),
                turn_before: None,
                turned_at_ms: START_MS,
                created_at_ms: START_MS,
                seen_at_ms: START_MS,
                address: Some("203.0.113.7".into()),
                browser: None,
            };
            add(&mut tx, &first).await.unwrap();
            assert_eq!(get(&mut tx, "d").await.unwrap(), Some(first.clone()));
            assert!(turn(&mut tx, "d", "one", "two", START_MS + 5).await.unwrap());
            assert!(!turn(&mut tx, "d", "one", "three", START_MS + 6).await.unwrap());
            let turned = get(&mut tx, "d").await.unwrap().unwrap();
            assert_eq!((turned.turn.as_str(), turned.turn_before.as_deref()), ("two", Some("one")));
            assert_eq!((turned.turned_at_ms, turned.seen_at_ms), (START_MS + 5, START_MS + 5));
            settle_turn(&mut tx, "d", "two").await.unwrap();
            seen(&mut tx, "d", &staff, START_MS + 9).await.unwrap();
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
    fn somebodys_sessions_are_listed_and_ended_but_for_one() {
        on_both(async |hall| {
            let (mut tx, staff) = with_staff(&hall).await;
            let session = |digest: &str, staff: &StaffId, seen_at_ms| Session {
                digest: digest.into(),
                staff: staff.clone(),
                turn: "t".into(),
                turn_before: None,
                turned_at_ms: START_MS,
                created_at_ms: START_MS,
                seen_at_ms,
                address: None,
                browser: Some("Firefox".into()),
            };
            for (digest, owner, seen_at_ms) in
                [("a", "s1", 1), ("b", "s1", 2), ("c", "s1", 3), ("d", "s2", 4)]
            {
                add(&mut tx, &session(digest, &owner.into(), START_MS + seen_at_ms)).await.unwrap();
            }
            add_link(&mut tx, "l1", &staff, START_MS + 10).await.unwrap();
            let standing = of_staff(&mut tx, &staff, START_MS + 1, START_MS - 1).await.unwrap();
            let digests: Vec<&str> = standing.iter().map(|one| one.digest.as_str()).collect();
            assert_eq!(digests, ["c", "b"], "the first has slept for too long");
            assert_eq!(of_staff(&mut tx, &staff, 0, START_MS).await.unwrap(), [], "all are too old");
            assert_eq!(remove_all(&mut tx, &staff, Some("b")).await.unwrap(), 2);
            assert_eq!(link(&mut tx, "l1", START_MS).await.unwrap(), None, "links go with the sessions");
            assert_eq!(of_staff(&mut tx, &staff, 0, 0).await.unwrap().len(), 1);
            assert_eq!(remove_all(&mut tx, &staff, None).await.unwrap(), 1);
            assert_eq!(of_staff(&mut tx, &"s2".into(), 0, 0).await.unwrap().len(), 1, "somebody else's");
            let seen = all_seen(&mut tx).await.unwrap();
            assert_eq!(seen, [("s1".into(), START_MS + 3), ("s2".into(), START_MS + 4)].into());
        });
    }

    #[test]
    fn who_leaves_is_shut_out() {
        on_both(async |hall| {
            let (mut tx, staff) = with_staff(&hall).await;
            for one in [&staff, &"s2".into()] {
                set_password(&mut tx, one, "hash", START_MS).await.unwrap();
                begin_second_factor(&mut tx, one, "AAAA").await.unwrap();
            }
            confirm_second_factor(&mut tx, &staff, 1, START_MS).await.unwrap();
            let (passwords, factors) = who_has_what(&mut tx).await.unwrap();
            assert_eq!((passwords.len(), factors), (2, [staff.clone()].into()), "one is being set up");
            shut_out(&mut tx, &staff).await.unwrap();
            let (passwords, factors) = who_has_what(&mut tx).await.unwrap();
            assert_eq!((passwords, factors), (["s2".into()].into(), [].into()));
        });
    }
}
