//! Parts of messages that come one by one.

use super::{StoreError, Tx, execute, json, on};
use crate::chat::{AccountId, ChatKey, Event};

const ADD: &str = "INSERT INTO album_part (account, chat_key, album, event_key, event, at_ms) VALUES ($1, $2, $3, $4, $5, $6) \
    ON CONFLICT DO NOTHING";
const PARTS: &str = "SELECT event FROM album_part WHERE account = $1 AND chat_key = $2 AND album = $3 ORDER BY at_ms, event_key";
const REMOVE: &str = "DELETE FROM album_part WHERE account = $1 AND chat_key = $2 AND album = $3";

/// Keeps a part of an album, which came now.
///
/// # Errors
/// When the database fails.
pub async fn add(
    tx: &mut Tx,
    (chat, album): (&ChatKey, &str),
    event: &Event,
    now_ms: i64,
) -> Result<(), StoreError> {
    let text = json::kept("album part", event)?;
    execute!(
        tx,
        sqlx::query(ADD)
            .bind(&event.account)
            .bind(chat)
            .bind(album)
            .bind(&event.key)
            .bind(&text)
            .bind(now_ms)
    )
    .map(|_| ())
}

/// Takes all parts of an album away, in the order in which they came.
///
/// # Errors
/// When the database fails, or holds what cannot be read.
pub async fn take(
    tx: &mut Tx,
    account: &AccountId,
    chat: &ChatKey,
    album: &str,
) -> Result<Vec<Event>, StoreError> {
    let texts: Vec<String> =
        on!(tx, |c| sqlx::query_scalar(PARTS).bind(account).bind(chat).bind(album).fetch_all(c))?;
    execute!(tx, sqlx::query(REMOVE).bind(account).bind(chat).bind(album))?;
    texts.iter().map(|text| json::read("album part", text)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::{ChatInfo, ChatKind, EventBody};
    use crate::store::testing::on_both;

    #[test]
    fn the_parts_of_an_album_are_taken_once_and_in_order() {
        on_both(|hall| async move {
            let mut tx = hall.db.write().await.unwrap();
            let chat = ChatInfo { key: "g".into(), kind: ChatKind::Group, title: "G".into() };
            let part = |key: &str| Event {
                account: "sandbox".into(),
                key: key.into(),
                at_ms: 1,
                body: EventBody::ChatChanged { chat: chat.clone(), bot_present: true, added_by: None },
            };
            for (key, album, at_ms) in [("2", "a", 10), ("1", "a", 20), ("3", "b", 15), ("2", "a", 30)] {
                add(&mut tx, (&chat.key, album), &part(key), at_ms).await.unwrap();
            }
            let taken = take(&mut tx, &"sandbox".into(), &chat.key, "a").await.unwrap();
            assert_eq!(taken, [part("2"), part("1")]);
            assert_eq!(take(&mut tx, &"sandbox".into(), &chat.key, "a").await.unwrap(), []);
        });
    }
}
