//! Macros: words that agents put into their answers by a short name.

use sqlx::FromRow;

use super::{StoreError, Tx, execute, on};
use crate::chat::Lang;
use crate::ids::RowId;

/// A macro. One of the two texts may be empty.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct Macro {
    /// Our id.
    pub id: RowId,
    /// What is typed after the `;`, lower case, once.
    pub name: String,
    /// The English words.
    pub body_en: String,
    /// The Chinese words.
    pub body_zh: String,
    /// Rises with each change, from 1.
    pub version: i64,
}

impl Macro {
    /// The words for somebody who reads a language; the other language's where there are none.
    pub fn body(&self, lang: Lang) -> &str {
        let (own, other) = match lang {
            Lang::En => (&self.body_en, &self.body_zh),
            Lang::Zh => (&self.body_zh, &self.body_en),
        };
        if own.is_empty() { other } else { own }
    }
}

const ALL: &str = "SELECT id, name, body_en, body_zh, version FROM macro ORDER BY name";
const GET: &str = "SELECT id, name, body_en, body_zh, version FROM macro WHERE id = $1";
const NAMED: &str = "SELECT id, name, body_en, body_zh, version FROM macro WHERE name = $1";
const PUT: &str = "INSERT INTO macro (id, name, body_en, body_zh, version) VALUES ($1, $2, $3, $4, $5) \
    ON CONFLICT (id) DO UPDATE SET name = excluded.name, body_en = excluded.body_en, body_zh = excluded.body_zh, \
    version = excluded.version";
const REMOVE: &str = "DELETE FROM macro WHERE id = $1";

/// All macros, by name.
///
/// # Errors
/// When the database fails.
pub async fn all(tx: &mut Tx) -> Result<Vec<Macro>, StoreError> {
    on!(tx, |c| sqlx::query_as(ALL).fetch_all(c))
}

/// A macro.
///
/// # Errors
/// When the database fails.
pub async fn get(tx: &mut Tx, id: &RowId) -> Result<Option<Macro>, StoreError> {
    on!(tx, |c| sqlx::query_as(GET).bind(id).fetch_optional(c))
}

/// The macro of a name.
///
/// # Errors
/// When the database fails.
pub async fn named(tx: &mut Tx, name: &str) -> Result<Option<Macro>, StoreError> {
    on!(tx, |c| sqlx::query_as(NAMED).bind(name).fetch_optional(c))
}

/// Keeps a macro, new or changed.
///
/// # Errors
/// When the database fails, or another one has its name.
pub async fn put(tx: &mut Tx, one: &Macro) -> Result<(), StoreError> {
    // PostgreSQL's text cannot hold U+0000.
    let clean = |text: &str| text.replace('\0', "\u{FFFD}");
    execute!(
        tx,
        sqlx::query(PUT)
            .bind(&one.id)
            .bind(clean(&one.name))
            .bind(clean(&one.body_en))
            .bind(clean(&one.body_zh))
            .bind(one.version)
    )
    .map(|_| ())
}

/// Takes a macro away. False when it was not there.
///
/// # Errors
/// When the database fails.
pub async fn remove(tx: &mut Tx, id: &RowId) -> Result<bool, StoreError> {
    Ok(execute!(tx, sqlx::query(REMOVE).bind(id))? == 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::testing::on_both;

    fn one(id: &str, name: &str, body_en: &str, body_zh: &str) -> Macro {
        Macro {
            id: id.into(),
            name: name.into(),
            body_en: body_en.into(),
            body_zh: body_zh.into(),
            version: 1,
        }
    }

    #[test]
    fn a_macro_is_kept_changed_found_and_taken_away() {
        on_both(|hall| async move {
            let mut tx = hall.db.write().await.unwrap();
            for new in [one("2", "payout", "On its way\0", "已打款"), one("1", "bye", "Bye", "")] {
                put(&mut tx, &new).await.unwrap();
            }
            let mut payout = one("2", "payout", "On its way\u{FFFD}", "已打款");
            assert_eq!(all(&mut tx).await.unwrap(), [one("1", "bye", "Bye", ""), payout.clone()]);
            assert_eq!(named(&mut tx, "payout").await.unwrap().as_ref(), Some(&payout));
            assert_eq!(named(&mut tx, "nothing").await.unwrap(), None);
            (payout.name, payout.version) = ("paid".into(), 2);
            put(&mut tx, &payout).await.unwrap();
            assert_eq!(get(&mut tx, &payout.id).await.unwrap(), Some(payout));
            assert!(remove(&mut tx, &"1".into()).await.unwrap());
            assert!(!remove(&mut tx, &"1".into()).await.unwrap());
            tx.commit().await.unwrap();
            let mut tx = hall.db.write().await.unwrap();
            assert!(put(&mut tx, &one("3", "paid", "x", "")).await.is_err(), "a name that is taken");
        });
    }

    #[test]
    fn each_reader_gets_their_own_language_or_the_other() {
        let both = one("1", "a", "on its way", "已打款");
        assert_eq!((both.body(Lang::En), both.body(Lang::Zh)), ("on its way", "已打款"));
        assert_eq!(one("1", "a", "on its way", "").body(Lang::Zh), "on its way");
        assert_eq!(one("1", "a", "", "已打款").body(Lang::En), "已打款");
    }
}
