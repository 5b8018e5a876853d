//! Which persons speak for which merchants, and as what.

use serde::{Deserialize, Serialize};
use sqlx::FromRow;

use super::merchant::{self, Merchant};
use crate::ids::{ContactId, MerchantId, PersonId};
use crate::store::{StoreError, Tx, execute, on};
use crate::texts::Text;

/// A person's place in a merchant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ContactRole {
    /// Decides.
    DecisionMaker,
    /// Runs the shop.
    Admin,
    /// Does the daily work.
    Operator,
}

/// A person who speaks for a merchant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contact {
    /// Our id.
    pub id: ContactId,
    /// For which.
    pub merchant: MerchantId,
    /// Who.
    pub person: PersonId,
    /// As what.
    pub role: ContactRole,
}

#[derive(FromRow)]
struct ContactRow {
    id: ContactId,
    merchant: MerchantId,
    person: PersonId,
    role: String,
}

const PUT: &str = "INSERT INTO contact (id, merchant, person, role) VALUES ($1, $2, $3, $4) \
    ON CONFLICT (merchant, person) DO UPDATE SET role = excluded.role";
const REMOVE: &str = "DELETE FROM contact WHERE merchant = $1 AND person = $2";
const OF_MERCHANT: &str = "SELECT id, merchant, person, role FROM contact WHERE merchant = $1 ORDER BY id";
const OF_PERSON: &str = "SELECT id, merchant, person, role FROM contact WHERE person = $1 ORDER BY merchant";

impl ContactRole {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::DecisionMaker, Self::Admin, Self::Operator];

    /// The word stored and typed.
    pub fn word(self) -> &'static str {
        match self {
            Self::DecisionMaker => "decision_maker",
            Self::Admin => "admin",
            Self::Operator => "operator",
        }
    }

    /// The role of a word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.word() == word)
    }

    /// What people call it.
    pub fn text(self) -> Text {
        match self {
            Self::DecisionMaker => Text::new("people-contact-decision-maker"),
            Self::Admin => Text::new("people-contact-admin"),
            Self::Operator => Text::new("people-contact-operator"),
        }
    }
}

impl TryFrom<ContactRow> for Contact {
    type Error = StoreError;

    fn try_from(row: ContactRow) -> Result<Self, StoreError> {
        let role = ContactRole::from_word(&row.role)
            .ok_or_else(|| StoreError::unreadable("contact role", &row.role))?;
        Ok(Self { id: row.id, merchant: row.merchant, person: row.person, role })
    }
}

/// Makes a person a contact of a merchant in this role, or gives the contact that they are this role. The id is
/// used only when they are new.
///
/// # Errors
/// When the database fails, or there is no such merchant or person.
pub async fn put_contact(tx: &mut Tx, contact: &Contact) -> Result<(), StoreError> {
    execute!(
        tx,
        sqlx::query(PUT)
            .bind(&contact.id)
            .bind(&contact.merchant)
            .bind(&contact.person)
            .bind(contact.role.word())
    )
    .map(|_| ())
}

/// Says that a person speaks for a merchant no longer. False when they did not.
///
/// # Errors
/// When the database fails.
pub async fn remove_contact(
    tx: &mut Tx,
    merchant: &MerchantId,
    person: &PersonId,
) -> Result<bool, StoreError> {
    Ok(execute!(tx, sqlx::query(REMOVE).bind(merchant).bind(person))? == 1)
}

/// Who speaks for a merchant, oldest first.
///
/// # Errors
/// When the database fails.
pub async fn contacts_of_merchant(tx: &mut Tx, merchant: &MerchantId) -> Result<Vec<Contact>, StoreError> {
    let rows: Vec<ContactRow> = on!(tx, |c| sqlx::query_as(OF_MERCHANT).bind(merchant).fetch_all(c))?;
    rows.into_iter().map(Contact::try_from).collect()
}

/// The persons who speak for a merchant.
///
/// # Errors
/// When the database fails.
pub async fn persons_of(tx: &mut Tx, merchant: &MerchantId) -> Result<Vec<PersonId>, StoreError> {
    Ok(contacts_of_merchant(tx, merchant).await?.into_iter().map(|contact| contact.person).collect())
}

/// The merchants that a person speaks for, each with what they are there, by the merchants' ids.
///
/// # Errors
/// When the database fails.
pub async fn merchants_of(
    tx: &mut Tx,
    person: &PersonId,
) -> Result<Vec<(Merchant, ContactRole)>, StoreError> {
    let rows: Vec<ContactRow> = on!(tx, |c| sqlx::query_as(OF_PERSON).bind(person).fetch_all(c))?;
    let merchants = merchant::of_person(tx, person).await?;
    let contacts = rows.into_iter().map(Contact::try_from).collect::<Result<Vec<_>, _>>()?;
    Ok(merchants
        .into_iter()
        .filter_map(|merchant| {
            let role = contacts.iter().find(|contact| contact.merchant == merchant.id)?.role;
            Some((merchant, role))
        })
        .collect())
}

#[cfg(test)]
mod tests {
    use super::super::merchant::tests::shop;
    use super::*;
    use crate::store::people::{Tier, add_merchant};
    use crate::store::testing::{on_both, person};

    #[test]
    fn contacts_join_persons_and_merchants_both_ways() {
        on_both(|hall| async move {
            let mut tx = hall.db.write().await.unwrap();
            let (lin, bo) = (person(&mut tx, "lin").await, person(&mut tx, "bo").await);
            let (silk, tea) =
                (shop("1", "Silk", Tier::Crown, &["live", "eu"]), shop("2", "Tea", Tier::None, &[]));
            add_merchant(&mut tx, &silk).await.unwrap();
            add_merchant(&mut tx, &tea).await.unwrap();
            let contact = |id: &str, merchant: &Merchant, person: &PersonId, role| Contact {
                id: id.into(),
                merchant: merchant.id.clone(),
                person: person.clone(),
                role,
            };
            for one in [
                contact("a", &silk, &lin, ContactRole::Operator),
                contact("b", &tea, &lin, ContactRole::DecisionMaker),
                contact("c", &silk, &bo, ContactRole::Operator),
                contact("d", &silk, &lin, ContactRole::Admin),
            ] {
                put_contact(&mut tx, &one).await.unwrap();
            }
            assert_eq!(
                merchants_of(&mut tx, &lin).await.unwrap(),
                [(silk.clone(), ContactRole::Admin), (tea.clone(), ContactRole::DecisionMaker)]
            );
            assert_eq!(persons_of(&mut tx, &silk.id).await.unwrap(), [lin.clone(), bo.clone()]);
            let first = &contacts_of_merchant(&mut tx, &silk.id).await.unwrap()[0];
            assert_eq!(
                *first,
                contact("a", &silk, &lin, ContactRole::Admin),
                "the same contact, another role"
            );

            assert!(remove_contact(&mut tx, &silk.id, &lin).await.unwrap());
            assert!(!remove_contact(&mut tx, &silk.id, &lin).await.unwrap());
            assert_eq!(merchants_of(&mut tx, &lin).await.unwrap(), [(tea, ContactRole::DecisionMaker)]);
            assert_eq!(persons_of(&mut tx, &silk.id).await.unwrap(), [bo]);
        });
    }

    #[test]
    fn roles_are_read_as_they_are_written() {
        for role in ContactRole::ALL {
            assert_eq!(ContactRole::from_word(role.word()), Some(role));
        }
        assert_eq!(ContactRole::from_word("owner"), None);
    }
}
