//! The second factor of staff: the secret of their codes, recovery codes, and sign-ins that wait for a code.

use sqlx::FromRow;

use crate::ids::StaffId;
use crate::store::{StoreError, Tx, execute, on};

/// The secret of somebody's codes. It is not shown by `{:?}`.
#[derive(Clone, PartialEq, Eq, FromRow)]
pub struct SecondFactor {
    /// Base32.
    pub secret: String,
    /// Since when codes are asked for, unix milliseconds; `None` while it is being set up.
    pub confirmed_at_ms: Option<i64>,
    /// The last step of 30 seconds whose code was used; it and all before it are used up.
    pub last_step: i64,
}

impl std::fmt::Debug for SecondFactor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SecondFactor")
            .field("confirmed_at_ms", &self.confirmed_at_ms)
            .field("last_step", &self.last_step)
            .finish_non_exhaustive()
    }
}

/// Somebody who showed a link or a password, and has yet to show a code.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct Half {
    /// Who.
    pub staff: StaffId,
    /// What they showed: `link` or `password`.
    pub way: String,
}

const BEGIN: &str = "INSERT INTO staff_second_factor (staff, secret, confirmed_at_ms, last_step) VALUES ($1, $2, NULL, 0) \
    ON CONFLICT (staff) DO UPDATE SET secret = excluded.secret, last_step = 0 WHERE staff_second_factor.confirmed_at_ms IS NULL";
const GET: &str = "SELECT secret, confirmed_at_ms, last_step FROM staff_second_factor WHERE staff = $1";
const CONFIRM: &str = "UPDATE staff_second_factor SET confirmed_at_ms = $2, last_step = $3 \
    WHERE staff = $1 AND confirmed_at_ms IS NULL";
const USE_STEP: &str = "UPDATE staff_second_factor SET last_step = $2 WHERE staff = $1 AND last_step < $2";
const DROP: &str = "DELETE FROM staff_second_factor WHERE staff = $1";
const DROP_RECOVERY: &str = "DELETE FROM staff_recovery_code WHERE staff = $1";
const ADD_RECOVERY: &str = "INSERT INTO staff_recovery_code (digest, staff) VALUES ($1, $2)";
const USE_RECOVERY: &str =
    "UPDATE staff_recovery_code SET used_at_ms = $3 WHERE digest = $1 AND staff = $2 AND used_at_ms IS NULL";
const RECOVERY_LEFT: &str =
    "SELECT count(*) FROM staff_recovery_code WHERE staff = $1 AND used_at_ms IS NULL";
const ADD_HALF: &str = "INSERT INTO sign_in_half (digest, staff, way, expires_at_ms) VALUES ($1, $2, $3, $4)";
const HALF: &str = "SELECT staff, way FROM sign_in_half WHERE digest = $1 AND expires_at_ms > $2";
const DROP_HALF: &str = "DELETE FROM sign_in_half WHERE digest = $1";
const DROP_HALVES: &str = "DELETE FROM sign_in_half WHERE staff = $1";
const SWEEP_HALVES: &str = "DELETE FROM sign_in_half WHERE expires_at_ms <= $1";

/// Begins to set up a second factor with this secret (base32). One that is being set up is replaced, one that stands
/// is left alone.
///
/// # Errors
/// When the database fails.
pub async fn begin_second_factor(tx: &mut Tx, staff: &StaffId, secret: &str) -> Result<(), StoreError> {
    execute!(tx, sqlx::query(BEGIN).bind(staff).bind(secret)).map(|_| ())
}

/// Somebody's second factor, also one that is being set up.
///
/// # Errors
/// When the database fails.
pub async fn second_factor(tx: &mut Tx, staff: &StaffId) -> Result<Option<SecondFactor>, StoreError> {
    on!(tx, |c| sqlx::query_as(GET).bind(staff).fetch_optional(c))
}

/// Asks for codes from now on; the code of `step` is used up. False when that is so already.
///
/// # Errors
/// When the database fails.
pub async fn confirm_second_factor(
    tx: &mut Tx,
    staff: &StaffId,
    step: i64,
    now_ms: i64,
) -> Result<bool, StoreError> {
    Ok(execute!(tx, sqlx::query(CONFIRM).bind(staff).bind(now_ms).bind(step))? == 1)
}

/// Uses the code of a step up. False when it, or a later one, was used before.
///
/// # Errors
/// When the database fails.
pub async fn use_step(tx: &mut Tx, staff: &StaffId, step: i64) -> Result<bool, StoreError> {
    Ok(execute!(tx, sqlx::query(USE_STEP).bind(staff).bind(step))? == 1)
}

/// Takes somebody's second factor away, with its recovery codes and what waits for a code. False when they had none.
///
/// # Errors
/// When the database fails.
pub async fn drop_second_factor(tx: &mut Tx, staff: &StaffId) -> Result<bool, StoreError> {
    execute!(tx, sqlx::query(DROP_RECOVERY).bind(staff))?;
    drop_halves(tx, staff).await?;
    Ok(execute!(tx, sqlx::query(DROP).bind(staff))? == 1)
}

/// Gives somebody these recovery codes (digests) in place of the ones before.
///
/// # Errors
/// When the database fails.
pub async fn set_recovery_codes(tx: &mut Tx, staff: &StaffId, digests: &[String]) -> Result<(), StoreError> {
    execute!(tx, sqlx::query(DROP_RECOVERY).bind(staff))?;
    for digest in digests {
        execute!(tx, sqlx::query(ADD_RECOVERY).bind(digest).bind(staff))?;
    }
    Ok(())
}

/// Uses a recovery code up. False when it is none of theirs, or was used before.
///
/// # Errors
/// When the database fails.
pub async fn use_recovery_code(
    tx: &mut Tx,
    staff: &StaffId,
    digest: &str,
    now_ms: i64,
) -> Result<bool, StoreError> {
    Ok(execute!(tx, sqlx::query(USE_RECOVERY).bind(digest).bind(staff).bind(now_ms))? == 1)
}

/// How many recovery codes somebody has left.
///
/// # Errors
/// When the database fails.
pub async fn recovery_codes_left(tx: &mut Tx, staff: &StaffId) -> Result<i64, StoreError> {
    on!(tx, |c| sqlx::query_scalar(RECOVERY_LEFT).bind(staff).fetch_one(c))
}

/// Keeps a sign-in that waits for a code until `expires_at_ms`.
///
/// # Errors
/// When the database fails.
pub async fn add_half(tx: &mut Tx, digest: &str, half: &Half, expires_at_ms: i64) -> Result<(), StoreError> {
    execute!(tx, sqlx::query(ADD_HALF).bind(digest).bind(&half.staff).bind(&half.way).bind(expires_at_ms))
        .map(|_| ())
}

/// The sign-in of a digest that waits for a code. It goes on waiting.
///
/// # Errors
/// When the database fails.
pub async fn half(tx: &mut Tx, digest: &str, now_ms: i64) -> Result<Option<Half>, StoreError> {
    on!(tx, |c| sqlx::query_as(HALF).bind(digest).bind(now_ms).fetch_optional(c))
}

/// Ends a sign-in that waits for a code. False when it was ended before.
///
/// # Errors
/// When the database fails.
pub async fn drop_half(tx: &mut Tx, digest: &str) -> Result<bool, StoreError> {
    Ok(execute!(tx, sqlx::query(DROP_HALF).bind(digest))? == 1)
}

/// Ends everything of somebody that waits for a code.
///
/// # Errors
/// When the database fails.
pub(super) async fn drop_halves(tx: &mut Tx, staff: &StaffId) -> Result<(), StoreError> {
    execute!(tx, sqlx::query(DROP_HALVES).bind(staff)).map(|_| ())
}

/// Ends what has waited for a code for too long.
///
/// # Errors
/// When the database fails.
pub(super) async fn sweep_halves(tx: &mut Tx, now_ms: i64) -> Result<(), StoreError> {
    execute!(tx, sqlx::query(SWEEP_HALVES).bind(now_ms)).map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::super::testing::with_staff;
    use super::*;
    use crate::store::testing::{START_MS, on_both};

    #[test]
    fn a_second_factor_is_set_up_stands_and_is_taken_away() {
        on_both(async |hall| {
            let (mut tx, staff) = with_staff(&hall).await;
            begin_second_factor(&mut tx, &staff, "AAAA").await.unwrap();
            begin_second_factor(&mut tx, &staff, "BBBB").await.unwrap();
            let begun = second_factor(&mut tx, &staff).await.unwrap().unwrap();
            assert_eq!((begun.secret.as_str(), begun.confirmed_at_ms), ("BBBB", None));
            assert!(!format!("{begun:?}").contains("BBBB"));
            assert!(confirm_second_factor(&mut tx, &staff, 7, START_MS).await.unwrap());
            assert!(!confirm_second_factor(&mut tx, &staff, 9, START_MS).await.unwrap());
            begin_second_factor(&mut tx, &staff, "CCCC").await.unwrap();
            let stands = second_factor(&mut tx, &staff).await.unwrap().unwrap();
            assert_eq!((stands.secret.as_str(), stands.last_step), ("BBBB", 7), "what stands is left alone");
            assert!(!use_step(&mut tx, &staff, 7).await.unwrap(), "used to confirm");
            assert!(use_step(&mut tx, &staff, 9).await.unwrap());
            assert!(!use_step(&mut tx, &staff, 8).await.unwrap(), "a later one was used");
            set_recovery_codes(&mut tx, &staff, &["r1".into(), "r2".into()]).await.unwrap();
            assert!(drop_second_factor(&mut tx, &staff).await.unwrap());
            assert!(!drop_second_factor(&mut tx, &staff).await.unwrap());
            assert_eq!(recovery_codes_left(&mut tx, &staff).await.unwrap(), 0);
        });
    }

    #[test]
    fn a_recovery_code_is_good_once_and_for_its_owner() {
        on_both(async |hall| {
            let (mut tx, staff) = with_staff(&hall).await;
            set_recovery_codes(&mut tx, &staff, &["r1".into(), "r2".into()]).await.unwrap();
            assert!(!use_recovery_code(&mut tx, &"s2".into(), "r1", START_MS).await.unwrap());
            assert!(use_recovery_code(&mut tx, &staff, "r1", START_MS).await.unwrap());
            assert!(!use_recovery_code(&mut tx, &staff, "r1", START_MS).await.unwrap());
            assert_eq!(recovery_codes_left(&mut tx, &staff).await.unwrap(), 1);
            set_recovery_codes(&mut tx, &staff, &["r3".into()]).await.unwrap();
            assert!(!use_recovery_code(&mut tx, &staff, "r2", START_MS).await.unwrap(), "replaced");
        });
    }

    #[test]
    fn a_sign_in_waits_for_its_code_until_its_time() {
        on_both(async |hall| {
            let (mut tx, staff) = with_staff(&hall).await;
            let waiting = Half { staff: staff.clone(), way: "link".into() };
            for digest in ["h1", "h2"] {
                add_half(&mut tx, digest, &waiting, START_MS + 10).await.unwrap();
            }
            assert_eq!(half(&mut tx, "h1", START_MS).await.unwrap(), Some(waiting));
            assert_eq!(half(&mut tx, "h1", START_MS + 10).await.unwrap(), None);
            assert!(drop_half(&mut tx, "h1").await.unwrap());
            assert!(!drop_half(&mut tx, "h1").await.unwrap());
            sweep_halves(&mut tx, START_MS + 9).await.unwrap();
            assert!(half(&mut tx, "h2", START_MS).await.unwrap().is_some());
            sweep_halves(&mut tx, START_MS + 10).await.unwrap();
            assert_eq!(half(&mut tx, "h2", START_MS).await.unwrap(), None);
        });
    }
}
