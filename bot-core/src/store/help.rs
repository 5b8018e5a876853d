//! Who was greeted in private.

use super::{StoreError, Tx, execute};
use crate::ids::UserId;

const GREET: &str = "INSERT INTO help_greeted (chat_user, at_ms) VALUES ($1, $2) ON CONFLICT DO NOTHING";

/// Notes that a user is greeted. True when it is for the first time.
///
/// # Errors
/// When the database fails.
pub async fn greet(tx: &mut Tx, user: &UserId, now_ms: i64) -> Result<bool, StoreError> {
    Ok(execute!(tx, sqlx::query(GREET).bind(user).bind(now_ms))? == 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::testing::{on_both, user};

    #[test]
    fn a_user_is_new_once() {
        on_both(|hall| async move {
            let mut tx = hall.db.write().await.unwrap();
            let (lin, bo) = (user(&mut tx, "sandbox", "lin").await, user(&mut tx, "sandbox", "bo").await);
            assert!(greet(&mut tx, &lin.id, 1).await.unwrap());
            assert!(!greet(&mut tx, &lin.id, 2).await.unwrap());
            assert!(greet(&mut tx, &bo.id, 3).await.unwrap());
        });
    }
}
