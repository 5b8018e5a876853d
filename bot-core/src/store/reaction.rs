//! What people react with to copies of what was pushed.

use std::collections::BTreeMap;

use sqlx::FromRow;

use super::segment::values;
use super::{DbKind, StoreError, Tx, execute, json, on};
use crate::chat::{CUSTOM_EMOJI, MessageKey};
use crate::features::delivery::CopyState;
use crate::ids::{ChatId, UserId};

const WHAT: &str = "reaction";

/// A message of a copy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OfCopy {
    /// What it was pushed with.
    pub push: String,
    /// Whose copy it is.
    pub recipient: String,
    /// The message.
    pub message: MessageKey,
}

/// An emoji of somebody on a message of a copy.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct Held {
    /// Its characters, or [`CUSTOM_EMOJI`] and the platform's key. Empty where all that is known is when nothing stood.
    pub emoji: String,
    /// Whether it stands; else it was taken away.
    pub stands: bool,
    /// When the platform told of it last, unix milliseconds.
    pub at_ms: i64,
}

/// What stands under copies.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sums {
    /// Of how many people.
    pub people: i64,
    /// How often each emoji stands, the most frequent first. Those without characters are one, [`CUSTOM_EMOJI`].
    pub emoji: Vec<(String, i64)>,
}

macro_rules! emoji {
    () => {
        "CASE WHEN emoji LIKE 'custom:%' THEN 'custom:' ELSE emoji END"
    };
}
macro_rules! of_recipients {
    ($db:ident) => {
        concat!(
            "SELECT recipient, ",
            emoji!(),
            " AS shown, count(*) FROM reaction WHERE push = $1 AND stands AND recipient IN ",
            values!($db, "$2"),
            " GROUP BY recipient, shown ORDER BY recipient, count(*) DESC, shown"
        )
    };
}
macro_rules! people_of_recipients {
    ($db:ident) => {
        concat!(
            "SELECT recipient, count(DISTINCT chat_user) FROM reaction WHERE push = $1 AND stands AND recipient IN ",
            values!($db, "$2"),
            " GROUP BY recipient"
        )
    };
}

// The condition on commas is that of the index over copies that a platform split.
const FIND: &str = "SELECT push, recipient, state, messages FROM delivery WHERE chat = $1 AND messages = $2 \
    UNION ALL SELECT push, recipient, state, messages FROM delivery WHERE chat = $1 AND messages LIKE '%,%' AND messages LIKE $3";
const HELD: &str = "SELECT emoji, stands, at_ms FROM reaction \
    WHERE push = $1 AND recipient = $2 AND message = $3 AND chat_user = $4 ORDER BY emoji";
const PUT: &str = "INSERT INTO reaction (push, recipient, message, chat_user, emoji, stands, at_ms) VALUES ($1, $2, $3, $4, $5, $6, $7) \
    ON CONFLICT (push, recipient, message, chat_user, emoji) DO UPDATE SET stands = excluded.stands, at_ms = excluded.at_ms";
const FORGET_TAKEN: &str = "DELETE FROM reaction WHERE push = $1 AND recipient = $2 AND message = $3 AND chat_user = $4 AND NOT stands";
const CLEAR: &str = "UPDATE reaction SET stands = FALSE, at_ms = $4 \
    WHERE push = $1 AND recipient = $2 AND message = $3 AND stands AND at_ms <= $4";
const CLEAR_ONE: &str = "UPDATE reaction SET stands = FALSE, at_ms = $4 \
    WHERE push = $1 AND recipient = $2 AND message = $3 AND stands AND at_ms <= $4 AND emoji = $5";
const SUMS: &str = concat!(
    "SELECT ",
    emoji!(),
    " AS shown, count(*) FROM reaction WHERE push = $1 AND stands GROUP BY shown ORDER BY count(*) DESC, shown"
);
const PEOPLE: &str = "SELECT count(DISTINCT chat_user) FROM reaction WHERE push = $1 AND stands";
const ANY: &str = "SELECT EXISTS (SELECT 1 FROM reaction WHERE push = $1 AND stands)";
const OF_SQLITE: &str = of_recipients!(sqlite);
const OF_POSTGRES: &str = of_recipients!(postgres);
const PEOPLE_OF_SQLITE: &str = people_of_recipients!(sqlite);
const PEOPLE_OF_POSTGRES: &str = people_of_recipients!(postgres);

/// The copy to which a message of a chat belongs, while the platform shows it.
///
/// # Errors
/// When the database fails.
pub async fn find(tx: &mut Tx, chat: &ChatId, message: &MessageKey) -> Result<Option<OfCopy>, StoreError> {
    let alone = json::kept(WHAT, &[message])?;
    let among = format!("%{}%", json::kept(WHAT, message)?);
    let rows: Vec<(String, String, String, String)> =
        on!(tx, |c| sqlx::query_as(FIND).bind(chat).bind(&alone).bind(&among).fetch_all(c))?;
    for (push, recipient, state, messages) in rows {
        let messages: Vec<MessageKey> = json::read(WHAT, &messages)?;
        if messages.contains(message) && CopyState::from_word(&state).is_some_and(CopyState::shows) {
            return Ok(Some(OfCopy { push, recipient, message: message.clone() }));
        }
    }
    Ok(None)
}

/// What is known of somebody's reactions to a message of a copy, those taken away included.
///
/// # Errors
/// When the database fails.
pub async fn held(tx: &mut Tx, copy: &OfCopy, user: &UserId) -> Result<Vec<Held>, StoreError> {
    let OfCopy { push, recipient, message } = copy;
    on!(tx, |c| sqlx::query_as(HELD).bind(push).bind(recipient).bind(message).bind(user).fetch_all(c))
}

/// Keeps how an emoji of somebody stands.
///
/// # Errors
/// When the database fails.
pub async fn put(tx: &mut Tx, copy: &OfCopy, user: &UserId, held: &Held) -> Result<(), StoreError> {
    let OfCopy { push, recipient, message } = copy;
    execute!(
        tx,
        sqlx::query(PUT)
            .bind(push)
            .bind(recipient)
            .bind(message)
            .bind(user)
            .bind(&held.emoji)
            .bind(held.stands)
            .bind(held.at_ms)
    )
    .map(|_| ())
}

/// Forgets what somebody took away from a message of a copy.
///
/// # Errors
/// When the database fails.
pub async fn forget_taken(tx: &mut Tx, copy: &OfCopy, user: &UserId) -> Result<(), StoreError> {
    let OfCopy { push, recipient, message } = copy;
    execute!(tx, sqlx::query(FORGET_TAKEN).bind(push).bind(recipient).bind(message).bind(user)).map(|_| ())
}

/// Everybody's reactions to a message of a copy were taken away.
///
/// # Errors
/// When the database fails.
pub async fn clear(tx: &mut Tx, copy: &OfCopy, at_ms: i64) -> Result<(), StoreError> {
    let OfCopy { push, recipient, message } = copy;
    execute!(tx, sqlx::query(CLEAR).bind(push).bind(recipient).bind(message).bind(at_ms)).map(|_| ())
}

/// Everybody's reactions with one emoji were.
///
/// # Errors
/// When the database fails.
pub async fn clear_one(tx: &mut Tx, copy: &OfCopy, emoji: &str, at_ms: i64) -> Result<(), StoreError> {
    let OfCopy { push, recipient, message } = copy;
    execute!(tx, sqlx::query(CLEAR_ONE).bind(push).bind(recipient).bind(message).bind(at_ms).bind(emoji))
        .map(|_| ())
}

/// What stands under all copies of a push.
///
/// # Errors
/// When the database fails.
pub async fn sums(tx: &mut Tx, push: &str) -> Result<Sums, StoreError> {
    let emoji = on!(tx, |c| sqlx::query_as(SUMS).bind(push).fetch_all(c))?;
    let people = on!(tx, |c| sqlx::query_scalar(PEOPLE).bind(push).fetch_one(c))?;
    Ok(Sums { people, emoji })
}

/// Whether anything stands under a copy of a push.
///
/// # Errors
/// When the database fails.
pub async fn any(tx: &mut Tx, push: &str) -> Result<bool, StoreError> {
    on!(tx, |c| sqlx::query_scalar(ANY).bind(push).fetch_one(c))
}

/// What stands under the copies of these recipients. Those with nothing are left out.
///
/// # Errors
/// When the database fails.
pub async fn of_recipients(
    tx: &mut Tx,
    push: &str,
    recipients: &[&str],
) -> Result<BTreeMap<String, Sums>, StoreError> {
    let recipients = json::kept(WHAT, &recipients)?;
    let (emoji, people) = match tx.kind() {
        DbKind::Sqlite => (OF_SQLITE, PEOPLE_OF_SQLITE),
        DbKind::Postgres => (OF_POSTGRES, PEOPLE_OF_POSTGRES),
    };
    let rows: Vec<(String, i64)> =
        on!(tx, |c| sqlx::query_as(people).bind(push).bind(&recipients).fetch_all(c))?;
    let mut all: BTreeMap<String, Sums> =
        rows.into_iter().map(|(recipient, people)| (recipient, Sums { people, emoji: Vec::new() })).collect();
    let rows: Vec<(String, String, i64)> =
        on!(tx, |c| sqlx::query_as(emoji).bind(push).bind(&recipients).fetch_all(c))?;
    for (recipient, shown, count) in rows {
        if let Some(sums) = all.get_mut(&recipient) {
            sums.emoji.push((shown, count));
        }
    }
    Ok(all)
}

impl Sums {
    /// Those that are characters.
    pub fn characters(&self) -> impl Iterator<Item = (&str, i64)> {
        self.emoji
            .iter()
            .filter(|(emoji, _)| emoji != CUSTOM_EMOJI)
            .map(|(emoji, count)| (emoji.as_str(), *count))
    }

    /// How many are pictures of a platform's or a group's own.
    pub fn custom(&self) -> i64 {
        self.emoji.iter().find(|(emoji, _)| emoji == CUSTOM_EMOJI).map_or(0, |(_, count)| *count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::segment::tests::community;
    use crate::store::testing::on_both;

    fn of(recipient: &str, message: &str) -> OfCopy {
        OfCopy { push: "A-1".into(), recipient: recipient.into(), message: message.into() }
    }

    fn held_at(emoji: &str, stands: bool, at_ms: i64) -> Held {
        Held { emoji: emoji.into(), stands, at_ms }
    }

    #[test]
    fn a_copy_is_found_by_each_of_its_messages_while_it_stands() {
        on_both(|hall| async move {
            let tx = &mut hall.db.write().await.unwrap();
            let put = "INSERT INTO delivery (push, recipient, name, chat, lang, state, version, messages) VALUES \
                ('A-1', 'g1', 'One', 'g1', 'zh', 'sent', 1, '[\"7\"]'), ('A-2', 'g1', 'Two', 'g1', 'zh', 'edit_failed', 1, '[\"8\",\"9\"]'), \
                ('A-3', 'g1', 'Gone', 'g1', 'zh', 'recalled', 1, '[\"10\"]'), ('A-1', 'g2', 'Other', 'g2', 'zh', 'sent', 1, '[\"7\"]')";
            execute!(tx, sqlx::query(put)).unwrap();
            let g1 = ChatId::from("g1");
            assert_eq!(find(tx, &g1, &"7".into()).await.unwrap(), Some(of("g1", "7")));
            assert_eq!(find(tx, &"g2".into(), &"7".into()).await.unwrap(), Some(of("g2", "7")));
            for message in ["8", "9"] {
                let found = find(tx, &g1, &message.into()).await.unwrap().unwrap();
                assert_eq!((found.push.as_str(), found.message.as_str()), ("A-2", message));
            }
            // What was taken back, what never was a copy, and what is only like one.
            for message in ["10", "11", "%", "_", "8\",\"9"] {
                assert_eq!(find(tx, &g1, &message.into()).await.unwrap(), None, "{message}");
            }
        });
    }

    #[test]
    fn what_stands_is_summed_by_emoji_and_people_are_counted_once() {
        on_both(|hall| async move {
            let tx = &mut hall.db.write().await.unwrap();
            community(&hall, tx).await;
            let (lin, wu) = (UserId::from("u-lin"), UserId::from("u-wu"));
            for (copy, user, emoji, stands) in [
                (of("g1", "7"), &lin, "👍", true),
                (of("g1", "7"), &lin, "custom:5", true),
                (of("g1", "7"), &wu, "👍", true),
                (of("g1", "7"), &wu, "❤", false),
                (of("p-wu", "3"), &wu, "custom:6", true),
            ] {
                put(tx, &copy, user, &held_at(emoji, stands, 5)).await.unwrap();
            }
            let all = sums(tx, "A-1").await.unwrap();
            assert_eq!(all.people, 2);
            assert_eq!(all.characters().collect::<Vec<_>>(), [("👍", 2)]);
            assert_eq!(all.custom(), 2, "whatever their keys");
            let by = of_recipients(tx, "A-1", &["g1", "p-wu", "p-lin"]).await.unwrap();
            assert_eq!(by.len(), 2);
            assert_eq!((by["g1"].people, by["g1"].custom(), by["p-wu"].people), (2, 1, 1));
            assert_eq!(sums(tx, "A-2").await.unwrap(), Sums::default());
            assert_eq!((any(tx, "A-1").await.unwrap(), any(tx, "A-2").await.unwrap()), (true, false));

            let held_now = held(tx, &of("g1", "7"), &wu).await.unwrap();
            assert_eq!(held_now.len(), 2);
            assert!(held_now.contains(&held_at("❤", false, 5)) && held_now.contains(&held_at("👍", true, 5)));
            forget_taken(tx, &of("g1", "7"), &wu).await.unwrap();
            assert_eq!(held(tx, &of("g1", "7"), &wu).await.unwrap(), [held_at("👍", true, 5)]);

            clear_one(tx, &of("g1", "7"), "👍", 4).await.unwrap();
            assert_eq!(sums(tx, "A-1").await.unwrap(), all, "what came later stays");
            clear_one(tx, &of("g1", "7"), "👍", 6).await.unwrap();
            assert_eq!(sums(tx, "A-1").await.unwrap().emoji, [("custom:".to_owned(), 2)]);
            clear(tx, &of("g1", "7"), 6).await.unwrap();
            let left = sums(tx, "A-1").await.unwrap();
            assert_eq!((left.people, left.emoji), (1, vec![("custom:".to_owned(), 1)]));
        });
    }
}
