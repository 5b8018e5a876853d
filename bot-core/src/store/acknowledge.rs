//! Who said that they have read what was pushed.

use std::collections::BTreeMap;

use sqlx::FromRow;

use super::segment::values;
use super::{DbKind, StoreError, Tx, execute, json, on};
use crate::ids::{ChatId, PersonId, UserId};

/// Somebody who said so.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct Acknowledged {
    /// Who.
    pub person: PersonId,
    /// Through which identity.
    pub chat_user: UserId,
    /// What they were called.
    pub name: String,
    /// Where they pressed the button.
    pub chat: ChatId,
    /// What that place is called; empty for a private chat.
    pub title: String,
    /// When, unix milliseconds.
    pub at_ms: i64,
}

macro_rules! of_recipients {
    ($db:ident) => {
        concat!(
            "SELECT a.recipient, count(*), max(a.at_ms) FROM (SELECT person AS recipient, at_ms FROM acknowledgement WHERE push = $1 AND person IN ",
            values!($db, "$2"),
            " UNION ALL SELECT chat, at_ms FROM acknowledgement WHERE push = $1 AND chat IN ",
            values!($db, "$2"),
            ") a GROUP BY a.recipient"
        )
    };
}

const ADD: &str = "INSERT INTO acknowledgement (push, person, chat_user, name, chat, at_ms) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (push, person) DO NOTHING";
const COUNT: &str = "SELECT count(*) FROM acknowledgement WHERE push = $1";
const PAGE: &str = "SELECT a.person, a.chat_user, a.name, a.chat, c.title, a.at_ms FROM acknowledgement a JOIN chat c ON c.id = a.chat \
    WHERE a.push = $1 AND a.person > $2 ORDER BY a.person LIMIT $3";
const OF_SQLITE: &str = of_recipients!(sqlite);
const OF_POSTGRES: &str = of_recipients!(postgres);

/// Notes that a person has read a push. False when they said so before.
///
/// # Errors
/// When the database fails.
pub async fn add(tx: &mut Tx, push: &str, who: &Acknowledged) -> Result<bool, StoreError> {
    execute!(
        tx,
        sqlx::query(ADD)
            .bind(push)
            .bind(&who.person)
            .bind(&who.chat_user)
            .bind(&who.name)
            .bind(&who.chat)
            .bind(who.at_ms)
    )
    .map(|added| added == 1)
}

/// How many persons said so.
///
/// # Errors
/// When the database fails.
pub async fn count(tx: &mut Tx, push: &str) -> Result<i64, StoreError> {
    on!(tx, |c| sqlx::query_scalar(COUNT).bind(push).fetch_one(c))
}

/// Who said so, after a person, by person.
///
/// # Errors
/// When the database fails.
pub async fn page(tx: &mut Tx, push: &str, after: &str, limit: i64) -> Result<Vec<Acknowledged>, StoreError> {
    on!(tx, |c| sqlx::query_as(PAGE).bind(push).bind(after).bind(limit).fetch_all(c))
}

/// Of these recipients, people and groups, how many said so and when the last did: a person is one, a group those who pressed
/// there. Nobody is left out but who did not.
///
/// # Errors
/// When the database fails.
pub async fn of_recipients(
    tx: &mut Tx,
    push: &str,
    recipients: &[&str],
) -> Result<BTreeMap<String, (i64, i64)>, StoreError> {
    let recipients = json::kept("acknowledgement", &recipients)?;
    let sql = if tx.kind() == DbKind::Sqlite { OF_SQLITE } else { OF_POSTGRES };
    let rows: Vec<(String, i64, i64)> =
        on!(tx, |c| sqlx::query_as(sql).bind(push).bind(&recipients).fetch_all(c))?;
    Ok(rows.into_iter().map(|(recipient, count, last_ms)| (recipient, (count, last_ms))).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::segment::tests::community;
    use crate::store::testing::on_both;

    #[test]
    fn each_person_says_so_once_and_is_counted_where_they_did() {
        on_both(|hall| async move {
            let tx = &mut hall.db.write().await.unwrap();
            community(&hall, tx).await;
            let who = |name: &str, chat: &str, at_ms| Acknowledged {
                person: format!("p-{name}").as_str().into(),
                chat_user: format!("u-{name}").as_str().into(),
                name: name.into(),
                chat: chat.into(),
                title: if chat == "g1" { "皇冠商家群".into() } else { String::new() },
                at_ms,
            };
            assert!(add(tx, "A-1", &who("lin", "g1", 5)).await.unwrap());
            assert!(!add(tx, "A-1", &who("lin", "d-lin", 9)).await.unwrap(), "once, wherever");
            assert!(add(tx, "A-1", &who("dou", "g1", 7)).await.unwrap());
            assert!(add(tx, "A-1", &who("wu", "d-wu", 8)).await.unwrap());
            assert!(add(tx, "A-2", &who("wu", "d-wu", 8)).await.unwrap());
            assert_eq!((count(tx, "A-1").await.unwrap(), count(tx, "A-3").await.unwrap()), (3, 0));
            let first = page(tx, "A-1", "", 2).await.unwrap();
            assert_eq!(first, [who("dou", "g1", 7), who("lin", "g1", 5)]);
            assert_eq!(page(tx, "A-1", "p-lin", 2).await.unwrap(), [who("wu", "d-wu", 8)]);
            let of = of_recipients(tx, "A-1", &["g1", "g2", "p-wu", "p-nobody"]).await.unwrap();
            assert_eq!(of, [("g1".into(), (2, 7)), ("p-wu".into(), (1, 8))].into());
        });
    }
}
