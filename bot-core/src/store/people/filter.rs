//! Merchants by what they are: a part of the name, tier, category, tag.

use super::merchant::{Merchant, MerchantRow, Tier, folded, merchant_sql};
use crate::ids::MerchantId;
use crate::store::words::{has, pattern};
use crate::store::{StoreError, Tx, on};

/// Which merchants are wanted; what is `None` does not matter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MerchantFilter {
    /// A part of the name, without regard to the case of Latin letters.
    pub words: Option<String>,
    /// The tier.
    pub tier: Option<Tier>,
    /// The category.
    pub category: Option<String>,
    /// One of the tags.
    pub tag: Option<String>,
}

macro_rules! fits {
    () => {
        concat!(
            "($1 = '' OR ", has!("f.name", "$1"), ") AND ($2 = '' OR f.tier = $2) AND ($3 = '' OR f.category = $3) \
             AND ($4 = '' OR EXISTS (SELECT 1 FROM merchant_tag g WHERE g.merchant = f.id AND g.tag = $4))"
        )
    };
}

const LIKE: &str =
    merchant_sql!("(SELECT * FROM merchant f WHERE ", fits!(), " AND f.id > $5 ORDER BY f.id LIMIT $6)");
const COUNT: &str = concat!("SELECT count(*) FROM merchant f WHERE ", fits!());

impl MerchantFilter {
    fn bound(&self) -> [String; 4] {
        [
            self.words.as_deref().map(pattern).unwrap_or_default(),
            self.tier.map(|tier| tier.word().to_owned()).unwrap_or_default(),
            self.category.clone().unwrap_or_default(),
            self.tag.clone().unwrap_or_default(),
        ]
    }
}

/// The merchants that fit, in the order of their ids, from the one after `after` (from the first, without it).
///
/// # Errors
/// When the database fails.
pub async fn merchants_like(
    tx: &mut Tx,
    filter: &MerchantFilter,
    after: Option<&MerchantId>,
    limit: i64,
) -> Result<Vec<Merchant>, StoreError> {
    let [words, tier, category, tag] = filter.bound();
    let after = after.map_or("", MerchantId::as_str);
    let rows: Vec<MerchantRow> = on!(tx, |c| sqlx::query_as(LIKE)
        .bind(&words)
        .bind(&tier)
        .bind(&category)
        .bind(&tag)
        .bind(after)
        .bind(limit)
        .fetch_all(c))?;
    folded(rows)
}

/// How many merchants fit.
///
/// # Errors
/// When the database fails.
pub async fn count_like(tx: &mut Tx, filter: &MerchantFilter) -> Result<i64, StoreError> {
    let [words, tier, category, tag] = filter.bound();
    on!(tx, |c| sqlx::query_scalar(COUNT).bind(&words).bind(&tier).bind(&category).bind(&tag).fetch_one(c))
}

#[cfg(test)]
mod tests {
    use super::super::merchant::tests::shop;
    use super::*;
    use crate::store::people::add_merchant;
    use crate::store::testing::on_both;

    #[test]
    fn merchants_are_found_by_all_that_is_asked_of_them_together() {
        on_both(|hall| async move {
            let mut tx = hall.db.write().await.unwrap();
            for one in [
                shop("1", "North Pier", Tier::Crown, &["live", "eu"]),
                shop("2", "North Pole", Tier::Crown, &[]),
                shop("3", "South_Pier", Tier::None, &["live"]),
                Merchant { category: "tea".into(), ..shop("4", "North Tea", Tier::Crown, &["live"]) },
            ] {
                add_merchant(&mut tx, &one).await.unwrap();
            }
            let some = |text: &str| Some(text.to_owned());
            let all = MerchantFilter::default;
            for (filter, expected) in [
                (all(), vec!["1", "2", "3", "4"]),
                (MerchantFilter { words: some("north"), ..all() }, vec!["1", "2", "4"]),
                (MerchantFilter { words: some("h_p"), ..all() }, vec!["3"]),
                (MerchantFilter { tier: Some(Tier::Crown), tag: some("live"), ..all() }, vec!["1", "4"]),
                (MerchantFilter { category: some("tea"), ..all() }, vec!["4"]),
                (MerchantFilter { tag: some("liv"), ..all() }, vec![]),
            ] {
                let found = merchants_like(&mut tx, &filter, None, 9).await.unwrap();
                let ids: Vec<_> = found.iter().map(|one| one.id.as_str()).collect();
                assert_eq!(ids, expected, "{filter:?}");
                assert_eq!(count_like(&mut tx, &filter).await.unwrap(), i64::try_from(ids.len()).unwrap());
            }
            let filter = MerchantFilter { words: some("north"), ..all() };
            let page = merchants_like(&mut tx, &filter, Some(&"1".into()), 1).await.unwrap();
            assert_eq!(page[0].id.as_str(), "2");
        });
    }
}
