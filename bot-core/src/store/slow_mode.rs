//! Groups in which each member may write once in a while.

use sqlx::FromRow;

use super::{StoreError, Tx, execute, on};
use crate::ids::{ChatId, StaffId, UserId};

/// Slow mode of a group.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct SlowMode {
    /// Which group.
    pub chat: ChatId,
    /// How long a member waits between two messages, milliseconds.
    pub every_ms: i64,
    /// Whether the platform itself holds people back.
    pub native: bool,
    /// Who switched it on.
    pub by_staff: StaffId,
    /// When the group was last told why a message went, unix milliseconds.
    pub told_at_ms: Option<i64>,
    /// When it was switched on, unix milliseconds.
    pub at_ms: i64,
}

const PUT: &str = "INSERT INTO slow_mode (chat, every_ms, native, by_staff, told_at_ms, at_ms) VALUES ($1, $2, $3, $4, $5, $6) \
    ON CONFLICT (chat) DO UPDATE SET every_ms = excluded.every_ms, native = excluded.native, by_staff = excluded.by_staff, \
    told_at_ms = excluded.told_at_ms, at_ms = excluded.at_ms";
const ALL: &str = "SELECT chat, every_ms, native, by_staff, told_at_ms, at_ms FROM slow_mode ORDER BY chat";
const REMOVE: &str = "DELETE FROM slow_mode WHERE chat = $1";
const LAST: &str = "SELECT max(sent_at_ms) FROM message \
    WHERE author = $1 AND chat = $2 AND sent_at_ms > $3 AND sent_at_ms <= $4 AND deleted_at_ms IS NULL AND platform_key <> $5";

/// Keeps slow mode of a group as it is now.
///
/// # Errors
/// When the database fails.
pub async fn put(tx: &mut Tx, slow: &SlowMode) -> Result<(), StoreError> {
    execute!(
        tx,
        sqlx::query(PUT)
            .bind(&slow.chat)
            .bind(slow.every_ms)
            .bind(slow.native)
            .bind(&slow.by_staff)
            .bind(slow.told_at_ms)
            .bind(slow.at_ms)
    )
    .map(|_| ())
}

/// Every group with slow mode. There are few.
///
/// # Errors
/// When the database fails.
pub async fn all(tx: &mut Tx) -> Result<Vec<SlowMode>, StoreError> {
    on!(tx, |c| sqlx::query_as(ALL).fetch_all(c))
}

/// Slow mode is off in a group.
///
/// # Errors
/// When the database fails.
pub async fn remove(tx: &mut Tx, chat: &ChatId) -> Result<(), StoreError> {
    execute!(tx, sqlx::query(REMOVE).bind(chat)).map(|_| ())
}

/// When a user last wrote in a chat in the time from `from_ms` (not included) to `to_ms`, unix milliseconds; neither
/// the message of this key nor deleted ones count.
///
/// # Errors
/// When the database fails.
pub async fn last_message(
    tx: &mut Tx,
    user: &UserId,
    chat: &ChatId,
    (from_ms, to_ms): (i64, i64),
    but: &crate::chat::MessageKey,
) -> Result<Option<i64>, StoreError> {
    on!(tx, |c| {
        sqlx::query_scalar(LAST).bind(user).bind(chat).bind(from_ms).bind(to_ms).bind(but).fetch_one(c)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::roster::Staff;
    use crate::store::message::{self, NewMessage};
    use crate::store::people;
    use crate::store::testing::{group, on_both, user};

    #[test]
    fn slow_mode_is_kept_until_it_is_off() {
        on_both(|hall| async move {
            let mut tx = hall.db.write().await.unwrap();
            let chat = group(&mut tx, "sandbox", "market").await.id;
            let by = Staff { id: "s1".into(), name: "Chen".into(), person: None, roles: Default::default() };
            people::add_staff(&mut tx, &by, 0).await.unwrap();
            let mut slow = SlowMode {
                chat: chat.clone(),
                every_ms: 30_000,
                native: false,
                by_staff: by.id,
                told_at_ms: None,
                at_ms: 5,
            };
            put(&mut tx, &slow).await.unwrap();
            (slow.every_ms, slow.told_at_ms) = (60_000, Some(9));
            put(&mut tx, &slow).await.unwrap();
            assert_eq!(all(&mut tx).await.unwrap(), [slow]);
            remove(&mut tx, &chat).await.unwrap();
            assert_eq!(all(&mut tx).await.unwrap(), []);
        });
    }

    #[test]
    fn the_last_message_is_of_this_user_in_this_chat_and_still_there() {
        on_both(|hall| async move {
            let mut tx = hall.db.write().await.unwrap();
            let (chat, other) =
                (group(&mut tx, "sandbox", "market").await.id, group(&mut tx, "sandbox", "tea").await.id);
            let (lin, mei) = (user(&mut tx, "sandbox", "Lin").await, user(&mut tx, "sandbox", "Mei").await);
            let said = |id: &str, chat: &ChatId, author: &UserId, sent_at_ms| NewMessage {
                id: id.into(),
                chat: chat.clone(),
                key: id.into(),
                thread: None,
                author: Some(author.clone()),
                text: "hi".into(),
                extra: None,
                sent_at_ms,
            };
            let all = [
                said("1", &chat, &lin.id, 100),
                said("2", &chat, &lin.id, 200),
                said("3", &chat, &lin.id, 300),
                said("4", &chat, &mei.id, 290),
                said("5", &other, &lin.id, 280),
            ];
            message::insert_many(&mut tx, &all).await.unwrap();
            message::mark_deleted(&mut tx, &chat, &["2".into()], 250).await.unwrap();
            for (from_ms, found) in [(0, Some(100)), (100, None)] {
                let last = last_message(&mut tx, &lin.id, &chat, (from_ms, 300), &"3".into()).await.unwrap();
                assert_eq!(last, found);
            }
        });
    }
}
