//! Persons found to be one human: joined, and parted again without a trace.

use serde::{Deserialize, Serialize};
use sqlx::FromRow;

use crate::ids::{ContactId, PersonId, RowId, StaffId, UserId};
use crate::store::announcement::zone;
use crate::store::{StoreError, Tx, execute, on, opt_out};

/// Two persons that are one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Join {
    /// Our id.
    pub id: RowId,
    /// The person that goes on.
    pub kept: PersonId,
    /// The person whose users and contacts went over.
    pub joined: PersonId,
    /// The users that went over.
    pub users: Vec<UserId>,
    /// The contacts that went over.
    pub contacts: Vec<ContactId>,
    /// Who did it; `None` for the persons themselves.
    pub by_staff: Option<StaffId>,
    /// When, unix milliseconds.
    pub joined_at_ms: i64,
}

#[derive(FromRow)]
struct JoinRow {
    id: RowId,
    kept: PersonId,
    joined: PersonId,
    moved: String,
    by_staff: Option<StaffId>,
    joined_at_ms: i64,
}

#[derive(Serialize, Deserialize)]
struct Moved {
    users: Vec<UserId>,
    contacts: Vec<ContactId>,
}

macro_rules! join_sql {
    ($rest:literal) => {
        concat!("SELECT id, kept, joined, moved, by_staff, joined_at_ms FROM person_join ", $rest)
    };
}

const EXISTS: &str = "SELECT count(*) FROM person WHERE id = $1";
const USERS: &str = "SELECT id FROM chat_user WHERE person = $1 ORDER BY id";
// A merchant that the kept person speaks for already keeps its one contact of them.
const CONTACTS: &str = "SELECT id FROM contact WHERE person = $1 \
    AND merchant NOT IN (SELECT merchant FROM contact WHERE person = $2) ORDER BY id";
const MOVE_USER: &str = "UPDATE chat_user SET person = $2 WHERE id = $1 AND person = $3";
const MOVE_CONTACT: &str = "UPDATE contact SET person = $2 WHERE id = $1 AND person = $3 \
    AND merchant NOT IN (SELECT merchant FROM contact WHERE person = $2)";
const ADD: &str = "INSERT INTO person_join (id, kept, joined, moved, by_staff, joined_at_ms) \
    VALUES ($1, $2, $3, $4, $5, $6)";
const UNDO: &str = "UPDATE person_join SET undone_at_ms = $2 WHERE id = $1 AND undone_at_ms IS NULL";
const STANDING: &str = join_sql!("WHERE id = $1 AND undone_at_ms IS NULL");
const STANDING_OF: &str = join_sql!(
    "WHERE (kept = $1 OR joined = $1) AND undone_at_ms IS NULL ORDER BY joined_at_ms DESC, id DESC"
);
const CURRENT: &str = "WITH RECURSIVE way (person, step) AS (SELECT CAST($1 AS TEXT), 0 UNION ALL \
    SELECT j.kept, way.step + 1 FROM way JOIN person_join j ON j.joined = way.person AND j.undone_at_ms IS NULL) \
    SELECT person FROM way ORDER BY step DESC LIMIT 1";
const WITH_JOINED: &str = "WITH RECURSIVE family (person) AS (SELECT CAST($1 AS TEXT) UNION \
    SELECT j.joined FROM family JOIN person_join j ON j.kept = family.person AND j.undone_at_ms IS NULL) \
    SELECT person FROM family ORDER BY person";

impl TryFrom<JoinRow> for Join {
    type Error = StoreError;

    fn try_from(row: JoinRow) -> Result<Self, StoreError> {
        let moved: Moved =
            serde_json::from_str(&row.moved).map_err(|error| StoreError::unreadable("join", error))?;
        Ok(Self {
            id: row.id,
            kept: row.kept,
            joined: row.joined,
            users: moved.users,
            contacts: moved.contacts,
            by_staff: row.by_staff,
            joined_at_ms: row.joined_at_ms,
        })
    }
}

/// Whether there is such a person.
///
/// # Errors
/// When the database fails.
pub async fn exists(tx: &mut Tx, person: &PersonId) -> Result<bool, StoreError> {
    let count: i64 = on!(tx, |c| sqlx::query_scalar(EXISTS).bind(person).fetch_one(c))?;
    Ok(count == 1)
}

/// Lets the users and contacts of `joined` go over to `kept`, two different persons neither of whom is joined
/// into another, and keeps what went over. Where both are contacts of one merchant, `kept` stays what they are
/// there. Forget the directory afterwards.
///
/// # Errors
/// When the database fails.
pub async fn join(
    tx: &mut Tx,
    id: &RowId,
    (kept, joined): (&PersonId, &PersonId),
    by_staff: Option<&StaffId>,
    now_ms: i64,
) -> Result<Join, StoreError> {
    let users: Vec<UserId> = on!(tx, |c| sqlx::query_scalar(USERS).bind(joined).fetch_all(c))?;
    let contacts: Vec<ContactId> =
        on!(tx, |c| sqlx::query_scalar(CONTACTS).bind(joined).bind(kept).fetch_all(c))?;
    let made = Join {
        id: id.clone(),
        kept: kept.clone(),
        joined: joined.clone(),
        users,
        contacts,
        by_staff: by_staff.cloned(),
        joined_at_ms: now_ms,
    };
    shift(tx, &made, joined, kept).await?;
    opt_out::carry(tx, joined, kept).await?;
    zone::carry(tx, joined, kept).await?;
    let moved = Moved { users: made.users.clone(), contacts: made.contacts.clone() };
    let moved = serde_json::to_string(&moved).map_err(|error| StoreError::unreadable("join", error))?;
    execute!(tx, sqlx::query(ADD).bind(id).bind(kept).bind(joined).bind(&moved).bind(by_staff).bind(now_ms))?;
    Ok(made)
}

/// Lets what a join moved go from one person to the other, as far as it still is the first one's.
async fn shift(tx: &mut Tx, join: &Join, from: &PersonId, to: &PersonId) -> Result<(), StoreError> {
    for user in &join.users {
        execute!(tx, sqlx::query(MOVE_USER).bind(user).bind(to).bind(from))?;
    }
    for contact in &join.contacts {
        execute!(tx, sqlx::query(MOVE_CONTACT).bind(contact).bind(to).bind(from))?;
    }
    Ok(())
}

/// Lets go back what a join moved. Undo younger joins of the same persons first, and forget the directory
/// afterwards. False when the join does not stand.
///
/// # Errors
/// When the database fails.
pub async fn undo_join(tx: &mut Tx, join: &Join, now_ms: i64) -> Result<bool, StoreError> {
    if execute!(tx, sqlx::query(UNDO).bind(&join.id).bind(now_ms))? == 0 {
        return Ok(false);
    }
    shift(tx, join, &join.kept, &join.joined).await?;
    Ok(true)
}

/// A join, if it stands.
///
/// # Errors
/// When the database fails.
pub async fn standing_join(tx: &mut Tx, id: &RowId) -> Result<Option<Join>, StoreError> {
    let row: Option<JoinRow> = on!(tx, |c| sqlx::query_as(STANDING).bind(id).fetch_optional(c))?;
    row.map(Join::try_from).transpose()
}

/// The joins that a person is in on either side and that stand, youngest first.
///
/// # Errors
/// When the database fails.
pub async fn standing_joins(tx: &mut Tx, person: &PersonId) -> Result<Vec<Join>, StoreError> {
    let rows: Vec<JoinRow> = on!(tx, |c| sqlx::query_as(STANDING_OF).bind(person).fetch_all(c))?;
    rows.into_iter().map(Join::try_from).collect()
}

/// The person that a person is now: themselves, or the one that they were joined into.
///
/// # Errors
/// When the database fails.
pub async fn current_person(tx: &mut Tx, person: &PersonId) -> Result<PersonId, StoreError> {
    on!(tx, |c| sqlx::query_scalar(CURRENT).bind(person).fetch_one(c))
}

/// A person and all who were joined into them: under any of these ids something of theirs may be kept.
///
/// # Errors
/// When the database fails.
pub async fn with_joined(tx: &mut Tx, person: &PersonId) -> Result<Vec<PersonId>, StoreError> {
    on!(tx, |c| sqlx::query_scalar(WITH_JOINED).bind(person).fetch_all(c))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::MerchantId;
    use crate::store::people::merchant::tests::shop;
    use crate::store::people::{Contact, ContactRole, Tier, add_merchant, merchants_of, put_contact};
    use crate::store::testing::{on_both, user};
    use crate::store::{chat, people};

    /// Who is whose, as one line a user or contact.
    async fn picture(tx: &mut Tx, persons: &[&PersonId]) -> Vec<String> {
        let mut lines = Vec::new();
        for person in persons {
            for user in chat::users_of(tx, person).await.unwrap() {
                lines.push(format!("{person} is {}", user.name));
            }
            for (merchant, role) in merchants_of(tx, person).await.unwrap() {
                lines.push(format!("{person} is {} of {}", role.word(), merchant.name));
            }
        }
        lines
    }

    async fn contact(tx: &mut Tx, merchant: &str, person: &PersonId, role: ContactRole) {
        let id = format!("{merchant}-{person}").as_str().into();
        let contact = Contact { id, merchant: MerchantId::from(merchant), person: person.clone(), role };
        put_contact(tx, &contact).await.unwrap();
    }

    #[test]
    fn a_join_that_is_undone_leaves_no_trace() {
        on_both(|hall| async move {
            let mut tx = hall.db.write().await.unwrap();
            let a = user(&mut tx, "sandbox", "a").await.person;
            let b = user(&mut tx, "discord", "b").await.person;
            for name in ["Silk", "Tea", "Toys"] {
                add_merchant(&mut tx, &shop(name, name, Tier::None, &[])).await.unwrap();
            }
            contact(&mut tx, "Silk", &a, ContactRole::Operator).await;
            contact(&mut tx, "Silk", &b, ContactRole::DecisionMaker).await;
            contact(&mut tx, "Tea", &b, ContactRole::Admin).await;
            let before = picture(&mut tx, &[&a, &b]).await;

            let made = join(&mut tx, &"j".into(), (&a, &b), None, 50).await.unwrap();
            assert_eq!(standing_join(&mut tx, &"j".into()).await.unwrap(), Some(made.clone()));
            assert_eq!(
                picture(&mut tx, &[&a]).await,
                ["p-a is a", "p-a is b", "p-a is operator of Silk", "p-a is admin of Tea"]
            );
            assert_eq!(chat::users_of(&mut tx, &b).await.unwrap(), []);
            // What comes while they are joined is the one's who goes on.
            contact(&mut tx, "Toys", &a, ContactRole::Operator).await;

            assert!(undo_join(&mut tx, &made, 60).await.unwrap());
            assert!(!undo_join(&mut tx, &made, 70).await.unwrap(), "once is enough");
            assert!(people::remove_contact(&mut tx, &"Toys".into(), &a).await.unwrap());
            assert_eq!(picture(&mut tx, &[&a, &b]).await, before);
            assert_eq!(standing_join(&mut tx, &"j".into()).await.unwrap(), None);
        });
    }

    #[test]
    fn joins_one_upon_the_other_are_undone_youngest_first() {
        on_both(|hall| async move {
            let mut tx = hall.db.write().await.unwrap();
            let mut persons = Vec::new();
            for name in ["a", "b", "c"] {
                persons.push(user(&mut tx, "sandbox", name).await.person);
            }
            let [a, b, c] = [&persons[0], &persons[1], &persons[2]];
            let before = picture(&mut tx, &[a, b, c]).await;
            let first = join(&mut tx, &"1".into(), (a, b), None, 10).await.unwrap();
            let second = join(&mut tx, &"2".into(), (c, a), None, 20).await.unwrap();
            assert_eq!(picture(&mut tx, &[c]).await, ["p-c is a", "p-c is b", "p-c is c"]);
            for one in [a, b, c] {
                assert_eq!(current_person(&mut tx, one).await.unwrap(), *c);
            }
            assert_eq!(with_joined(&mut tx, c).await.unwrap(), persons);
            assert_eq!(with_joined(&mut tx, a).await.unwrap(), persons[..2]);
            assert_eq!(with_joined(&mut tx, b).await.unwrap(), std::slice::from_ref(b));
            let standing = standing_joins(&mut tx, a).await.unwrap();
            assert_eq!(standing, [second.clone(), first.clone()]);

            undo_join(&mut tx, &second, 30).await.unwrap();
            undo_join(&mut tx, &first, 30).await.unwrap();
            assert_eq!(picture(&mut tx, &[a, b, c]).await, before);
            assert_eq!(current_person(&mut tx, b).await.unwrap(), *b);
            assert!(exists(&mut tx, b).await.unwrap());
            assert!(!exists(&mut tx, &"nobody".into()).await.unwrap());
        });
    }
}
