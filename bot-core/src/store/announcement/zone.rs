//! In which zone people, chats and merchants are, where somebody said it.

use crate::ids::PersonId;
use crate::store::{StoreError, Tx, execute, on};

/// Whose zone it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose<'a> {
    /// A person's.
    Person(&'a str),
    /// A chat's.
    Chat(&'a str),
    /// A merchant's.
    Merchant(&'a str),
}

impl Whose<'_> {
    fn parts(&self) -> (&'static str, &str) {
        match self {
            Self::Person(id) => ("person", id),
            Self::Chat(id) => ("chat", id),
            Self::Merchant(id) => ("merchant", id),
        }
    }
}

const GET: &str = "SELECT name FROM time_zone WHERE kind = $1 AND id = $2";
const PUT: &str = "INSERT INTO time_zone (kind, id, name) VALUES ($1, $2, $3) ON CONFLICT (kind, id) DO UPDATE SET name = excluded.name";
const FORGET: &str = "DELETE FROM time_zone WHERE kind = $1 AND id = $2";
const CARRY: &str = "INSERT INTO time_zone (kind, id, name) SELECT 'person', $2, name FROM time_zone WHERE kind = 'person' AND id = $1 \
    ON CONFLICT (kind, id) DO NOTHING";

/// The zone that was said; `None` when none was.
///
/// # Errors
/// When the database fails.
pub async fn get(tx: &mut Tx, whose: Whose<'_>) -> Result<Option<String>, StoreError> {
    let (kind, id) = whose.parts();
    on!(tx, |c| sqlx::query_scalar(GET).bind(kind).bind(id).fetch_optional(c))
}

/// Keeps a zone, an IANA name, or forgets it.
///
/// # Errors
/// When the database fails.
pub async fn put(tx: &mut Tx, whose: Whose<'_>, name: Option<&str>) -> Result<(), StoreError> {
    let (kind, id) = whose.parts();
    match name {
        Some(name) => execute!(tx, sqlx::query(PUT).bind(kind).bind(id).bind(name)).map(|_| ()),
        None => execute!(tx, sqlx::query(FORGET).bind(kind).bind(id)).map(|_| ()),
    }
}

/// What `joined` said counts for `kept` from now on, where they said nothing: they are one person.
///
/// # Errors
/// When the database fails.
pub async fn carry(tx: &mut Tx, joined: &PersonId, kept: &PersonId) -> Result<(), StoreError> {
    execute!(tx, sqlx::query(CARRY).bind(joined).bind(kept)).map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::testing::on_both;

    #[test]
    fn a_zone_is_kept_changed_carried_and_forgotten() {
        on_both(|hall| async move {
            let tx = &mut hall.db.write().await.unwrap();
            let ann = Whose::Person("ann");
            assert_eq!(get(tx, ann).await.unwrap(), None);
            put(tx, ann, Some("Asia/Tokyo")).await.unwrap();
            put(tx, ann, Some("Europe/Berlin")).await.unwrap();
            put(tx, Whose::Chat("ann"), Some("UTC")).await.unwrap();
            assert_eq!(get(tx, ann).await.unwrap().as_deref(), Some("Europe/Berlin"));
            assert_eq!(get(tx, Whose::Merchant("ann")).await.unwrap(), None);
            carry(tx, &"ann".into(), &"ben".into()).await.unwrap();
            assert_eq!(get(tx, Whose::Person("ben")).await.unwrap().as_deref(), Some("Europe/Berlin"));
            put(tx, Whose::Person("ben"), Some("UTC")).await.unwrap();
            carry(tx, &"ann".into(), &"ben".into()).await.unwrap();
            assert_eq!(
                get(tx, Whose::Person("ben")).await.unwrap().as_deref(),
                Some("UTC"),
                "said themselves"
            );
            put(tx, ann, None).await.unwrap();
            assert_eq!(get(tx, ann).await.unwrap(), None);
        });
    }
}
