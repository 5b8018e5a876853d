//! Merchants: name, category, tier and tags.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use sqlx::FromRow;

use crate::ids::MerchantId;
use crate::store::words::{has, pattern};
use crate::store::{StoreError, Tx, execute, on};
use crate::texts::Text;

/// How far a merchant has grown. Higher tiers are greater.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tier {
    /// A newcomer.
    #[default]
    None,
    /// The first.
    Heart,
    /// The second.
    Diamond,
    /// The highest.
    Crown,
}

/// A shop or company.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Merchant {
    /// Our id.
    pub id: MerchantId,
    /// The name of the shop.
    pub name: String,
    /// What it trades in, one lower-case word such as `apparel`.
    pub category: String,
    /// How far it has grown.
    pub tier: Tier,
    /// What else it is counted among, lower case.
    pub tags: BTreeSet<String>,
    /// Since when we know it, unix milliseconds.
    pub created_at_ms: i64,
}

#[derive(FromRow)]
pub(super) struct MerchantRow {
    id: MerchantId,
    name: String,
    category: String,
    tier: String,
    created_at_ms: i64,
    tag: Option<String>,
}

// One row for each tag; a merchant without tags has one row with none.
macro_rules! merchant_sql {
    ($($from:tt)+) => {
        concat!(
            "SELECT m.id, m.name, m.category, m.tier, m.created_at_ms, t.tag FROM ",
            $($from)+,
            " m LEFT JOIN merchant_tag t ON t.merchant = m.id ORDER BY m.id, t.tag"
        )
    };
}

pub(super) use merchant_sql;

const ADD: &str =
    "INSERT INTO merchant (id, name, category, tier, created_at_ms) VALUES ($1, $2, $3, $4, $5)";
const UPDATE: &str = "UPDATE merchant SET name = $2, category = $3, tier = $4 WHERE id = $1";
const ADD_TAG: &str = "INSERT INTO merchant_tag (merchant, tag) VALUES ($1, $2) ON CONFLICT DO NOTHING";
const REMOVE_TAG: &str = "DELETE FROM merchant_tag WHERE merchant = $1 AND tag = $2";
const DROP_TAGS: &str = "DELETE FROM merchant_tag WHERE merchant = $1";
const ALL_TAGS: &str = "SELECT tag, count(*) FROM merchant_tag GROUP BY tag ORDER BY tag";
const BY_ID: &str = merchant_sql!("(SELECT * FROM merchant WHERE id = $1)");
const NAMED: &str =
    merchant_sql!("(SELECT * FROM merchant WHERE ", has!("name", "$1"), " ORDER BY id LIMIT $2)");
const CALLED: &str = merchant_sql!("(SELECT * FROM merchant WHERE name = $1 ORDER BY id LIMIT 2)");
const OF_PERSON: &str =
    merchant_sql!("(SELECT * FROM merchant WHERE id IN (SELECT merchant FROM contact WHERE person = $1))");
const COUNT: &str = "SELECT count(*) FROM merchant";

impl Tier {
    /// All tiers, lowest first.
    pub const ALL: [Self; 4] = [Self::None, Self::Heart, Self::Diamond, Self::Crown];

    /// The word stored and typed.
    pub fn word(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Heart => "heart",
            Self::Diamond => "diamond",
            Self::Crown => "crown",
        }
    }

    /// The tier of a word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|tier| tier.word() == word)
    }

    /// What people call it.
    pub fn text(self) -> Text {
        match self {
            Self::None => Text::new("people-tier-none"),
            Self::Heart => Text::new("people-tier-heart"),
            Self::Diamond => Text::new("people-tier-diamond"),
            Self::Crown => Text::new("people-tier-crown"),
        }
    }
}

/// Merchants of rows that stand one for each tag.
pub(super) fn folded(rows: Vec<MerchantRow>) -> Result<Vec<Merchant>, StoreError> {
    let mut merchants: Vec<Merchant> = Vec::new();
    for row in rows {
        if merchants.last().is_none_or(|last| last.id != row.id) {
            let tier = Tier::from_word(&row.tier).ok_or_else(|| StoreError::unreadable("tier", &row.tier))?;
            merchants.push(Merchant {
                id: row.id,
                name: row.name,
                category: row.category,
                tier,
                tags: BTreeSet::new(),
                created_at_ms: row.created_at_ms,
            });
        }
        if let Some(merchant) = merchants.last_mut() {
            merchant.tags.extend(row.tag);
        }
    }
    Ok(merchants)
}

/// Adds a merchant with its tags.
///
/// # Errors
/// When the database fails.
pub async fn add_merchant(tx: &mut Tx, merchant: &Merchant) -> Result<(), StoreError> {
    execute!(
        tx,
        sqlx::query(ADD)
            .bind(&merchant.id)
            .bind(&merchant.name)
            .bind(&merchant.category)
            .bind(merchant.tier.word())
            .bind(merchant.created_at_ms)
    )?;
    for tag in &merchant.tags {
        add_tag(tx, &merchant.id, tag).await?;
    }
    Ok(())
}

/// Gives a merchant this name, category, tier and these tags. False when it is not there.
///
/// # Errors
/// When the database fails.
pub async fn update_merchant(tx: &mut Tx, merchant: &Merchant) -> Result<bool, StoreError> {
    let updated = execute!(
        tx,
        sqlx::query(UPDATE)
            .bind(&merchant.id)
            .bind(&merchant.name)
            .bind(&merchant.category)
            .bind(merchant.tier.word())
    )?;
    if updated == 0 {
        return Ok(false);
    }
    execute!(tx, sqlx::query(DROP_TAGS).bind(&merchant.id))?;
    for tag in &merchant.tags {
        add_tag(tx, &merchant.id, tag).await?;
    }
    Ok(true)
}

/// Adds a tag to a merchant; nothing when it has it.
///
/// # Errors
/// When the database fails, or the merchant is not there.
pub async fn add_tag(tx: &mut Tx, merchant: &MerchantId, tag: &str) -> Result<(), StoreError> {
    execute!(tx, sqlx::query(ADD_TAG).bind(merchant).bind(tag)).map(|_| ())
}

/// Takes a tag from a merchant; nothing when it has it not.
///
/// # Errors
/// When the database fails.
pub async fn remove_tag(tx: &mut Tx, merchant: &MerchantId, tag: &str) -> Result<(), StoreError> {
    execute!(tx, sqlx::query(REMOVE_TAG).bind(merchant).bind(tag)).map(|_| ())
}

/// All tags in use, with the number of merchants that have each.
///
/// # Errors
/// When the database fails.
pub async fn all_tags(tx: &mut Tx) -> Result<Vec<(String, i64)>, StoreError> {
    on!(tx, |c| sqlx::query_as(ALL_TAGS).fetch_all(c))
}

/// A merchant.
///
/// # Errors
/// When the database fails.
pub async fn merchant(tx: &mut Tx, id: &MerchantId) -> Result<Option<Merchant>, StoreError> {
    let rows: Vec<MerchantRow> = on!(tx, |c| sqlx::query_as(BY_ID).bind(id).fetch_all(c))?;
    Ok(folded(rows)?.pop())
}

/// Merchants whose name contains some words, without regard to the case of Latin letters.
///
/// # Errors
/// When the database fails.
pub async fn merchants_named(tx: &mut Tx, words: &str, limit: i64) -> Result<Vec<Merchant>, StoreError> {
    let pattern = pattern(words);
    let rows: Vec<MerchantRow> = on!(tx, |c| sqlx::query_as(NAMED).bind(&pattern).bind(limit).fetch_all(c))?;
    folded(rows)
}

/// Merchants of exactly this name, two at most.
///
/// # Errors
/// When the database fails.
pub async fn merchants_called(tx: &mut Tx, name: &str) -> Result<Vec<Merchant>, StoreError> {
    let rows: Vec<MerchantRow> = on!(tx, |c| sqlx::query_as(CALLED).bind(name).fetch_all(c))?;
    folded(rows)
}

/// The merchants that a person is a contact of.
pub(super) async fn of_person(
    tx: &mut Tx,
    person: &crate::ids::PersonId,
) -> Result<Vec<Merchant>, StoreError> {
    let rows: Vec<MerchantRow> = on!(tx, |c| sqlx::query_as(OF_PERSON).bind(person).fetch_all(c))?;
    folded(rows)
}

/// How many merchants there are.
///
/// # Errors
/// When the database fails.
pub async fn merchant_count(tx: &mut Tx) -> Result<i64, StoreError> {
    on!(tx, |c| sqlx::query_scalar(COUNT).fetch_one(c))
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::store::testing::on_both;

    pub(in crate::store::people) fn shop(id: &str, name: &str, tier: Tier, tags: &[&str]) -> Merchant {
        Merchant {
            id: id.into(),
            name: name.into(),
            category: "apparel".into(),
            tier,
            tags: tags.iter().map(|tag| (*tag).to_owned()).collect(),
            created_at_ms: 5,
        }
    }

    fn names(merchants: &[Merchant]) -> Vec<&str> {
        merchants.iter().map(|merchant| merchant.name.as_str()).collect()
    }

    #[test]
    fn a_merchant_is_kept_changed_and_found() {
        on_both(|hall| async move {
            let mut tx = hall.db.write().await.unwrap();
            let silk = shop("1", "云裳阁", Tier::Crown, &["live", "women"]);
            add_merchant(&mut tx, &silk).await.unwrap();
            add_merchant(&mut tx, &shop("2", "North Pier 100%", Tier::None, &[])).await.unwrap();
            add_merchant(&mut tx, &shop("3", "North_Pole", Tier::Heart, &["live"])).await.unwrap();
            assert_eq!(merchant(&mut tx, &"1".into()).await.unwrap(), Some(silk));
            assert_eq!(merchant(&mut tx, &"9".into()).await.unwrap(), None);
            assert_eq!(merchant_count(&mut tx).await.unwrap(), 3);

            for (words, found) in [
                ("裳", vec!["云裳阁"]),
                ("NORTH p", vec!["North Pier 100%"]),
                ("0%", vec!["North Pier 100%"]),
                ("h_p", vec!["North_Pole"]),
                ("\\", vec![]),
            ] {
                assert_eq!(names(&merchants_named(&mut tx, words, 9).await.unwrap()), found, "{words}");
            }
        });
    }

    #[test]
    fn tags_come_and_go() {
        on_both(|hall| async move {
            let mut tx = hall.db.write().await.unwrap();
            add_merchant(&mut tx, &shop("1", "A", Tier::None, &["new"])).await.unwrap();
            add_merchant(&mut tx, &shop("2", "B", Tier::None, &[])).await.unwrap();
            for tag in ["live", "live", "new"] {
                add_tag(&mut tx, &"2".into(), tag).await.unwrap();
            }
            assert_eq!(all_tags(&mut tx).await.unwrap(), [("live".to_owned(), 1), ("new".to_owned(), 2)]);
            remove_tag(&mut tx, &"2".into(), "new").await.unwrap();
            remove_tag(&mut tx, &"2".into(), "never").await.unwrap();
            assert_eq!(
                merchant(&mut tx, &"2".into()).await.unwrap(),
                Some(shop("2", "B", Tier::None, &["live"]))
            );

            let grown = shop("1", "A & Söhne", Tier::Diamond, &["eu"]);
            assert!(update_merchant(&mut tx, &grown).await.unwrap());
            assert_eq!(merchant(&mut tx, &"1".into()).await.unwrap(), Some(grown));
            assert!(!update_merchant(&mut tx, &shop("9", "?", Tier::None, &["x"])).await.unwrap());
        });
    }

    #[test]
    fn tiers_rise_in_their_order() {
        assert!(Tier::ALL.is_sorted_by(|low, high| low < high));
        for tier in Tier::ALL {
            assert_eq!(Tier::from_word(tier.word()), Some(tier));
        }
        assert_eq!(Tier::from_word("king"), None);
    }
}
