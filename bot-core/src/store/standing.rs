//! How members and chats stood before the bot changed it, until it is brought back.

use super::{StoreError, Tx, execute, on};
use crate::chat::Standing;
use crate::ids::{ChatId, OutboxId};

const KEEP: &str = "INSERT INTO standing (chat, member, before, outbox, at_ms) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (chat, member) DO NOTHING";
const GET: &str = "SELECT before FROM standing WHERE chat = $1 AND member = $2";
const FORGET: &str = "DELETE FROM standing WHERE chat = $1 AND member = $2";
const FORGET_OF: &str = "DELETE FROM standing WHERE chat = $1 AND member = $2 AND outbox = $3";

/// What stands for a member in the table; no platform has a member with an empty key.
fn member(of: &Standing) -> &str {
    match of {
        Standing::Member(user) => user.as_str(),
        Standing::Chat => "",
    }
}

/// Keeps how something stood before `outbox` changes it. What is kept already stays: it is older than our own change.
///
/// # Errors
/// When the database fails.
pub async fn keep(
    tx: &mut Tx,
    chat: &ChatId,
    of: &Standing,
    before: &str,
    outbox: &OutboxId,
    at_ms: i64,
) -> Result<(), StoreError> {
    execute!(tx, sqlx::query(KEEP).bind(chat).bind(member(of)).bind(before).bind(outbox).bind(at_ms))
        .map(|_| ())
}

/// How something stood before the bot changed it.
///
/// # Errors
/// When the database fails.
pub async fn get(tx: &mut Tx, chat: &ChatId, of: &Standing) -> Result<Option<String>, StoreError> {
    on!(tx, |c| sqlx::query_scalar(GET).bind(chat).bind(member(of)).fetch_optional(c))
}

/// Forgets it, once it stands again.
///
/// # Errors
/// When the database fails.
pub async fn forget(tx: &mut Tx, chat: &ChatId, of: &Standing) -> Result<(), StoreError> {
    execute!(tx, sqlx::query(FORGET).bind(chat).bind(member(of))).map(|_| ())
}

/// Forgets it if `outbox` kept it: the platform refused the change.
///
/// # Errors
/// When the database fails.
pub async fn forget_of(
    tx: &mut Tx,
    chat: &ChatId,
    of: &Standing,
    outbox: &OutboxId,
) -> Result<(), StoreError> {
    execute!(tx, sqlx::query(FORGET_OF).bind(chat).bind(member(of)).bind(outbox)).map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::testing::{group, on_both};

    #[test]
    fn what_stood_first_is_kept_until_it_is_brought_back() {
        on_both(|hall| async move {
            let mut tx = hall.db.write().await.unwrap();
            let chat = group(&mut tx, "sandbox", "market").await.id;
            let lin = Standing::Member("lin".into());
            for (before, outbox) in [("no pictures", "1"), ("our own mute", "2")] {
                keep(&mut tx, &chat, &lin, before, &outbox.into(), 5).await.unwrap();
            }
            keep(&mut tx, &chat, &Standing::Chat, "open", &"3".into(), 6).await.unwrap();
            forget_of(&mut tx, &chat, &lin, &"2".into()).await.unwrap();
            assert_eq!(get(&mut tx, &chat, &lin).await.unwrap().as_deref(), Some("no pictures"));
            assert_eq!(get(&mut tx, &chat, &Standing::Chat).await.unwrap().as_deref(), Some("open"));
            forget(&mut tx, &chat, &lin).await.unwrap();
            assert_eq!(get(&mut tx, &chat, &lin).await.unwrap(), None);
            forget_of(&mut tx, &chat, &Standing::Chat, &"3".into()).await.unwrap();
            assert_eq!(get(&mut tx, &chat, &Standing::Chat).await.unwrap(), None);
        });
    }
}
