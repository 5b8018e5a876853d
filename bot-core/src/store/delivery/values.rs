//! What is filled into a text for each of its recipients.

use std::collections::BTreeMap;

use super::WHAT;
use crate::features::delivery::Values;
use crate::features::segment::Audience;
use crate::store::segment::{merchant_fits, values};
use crate::store::{DbKind, StoreError, Tx, json, on};

/// The shops of people, those that the audience means first: $1 to $3 as for recipients, $4 people.
macro_rules! shops {
    ($db:ident) => {
        concat!(
            "SELECT k.person, m.name, m.tier FROM contact k JOIN merchant m ON m.id = k.merchant WHERE k.person IN ",
            values!($db, "$4"),
            " ORDER BY k.person, CASE WHEN (",
            merchant_fits!($db),
            ") THEN 0 ELSE 1 END, m.name, m.id"
        )
    };
}
macro_rules! groups {
    ($db:ident) => {
        concat!(
            "SELECT gu.person, min(g.title) FROM chat_user gu JOIN chat_member gm ON gm.chat_user = gu.id JOIN chat g ON g.id = gm.chat ",
            "WHERE g.purpose = 'community' AND g.kind <> 'direct' AND gu.person IN ",
            values!($db, "$1"),
            " AND ($2 = '[]' OR g.id IN ",
            values!($db, "$2"),
            ") GROUP BY gu.person"
        )
    };
}

const SHOPS_SQLITE: &str = shops!(sqlite);
const SHOPS_POSTGRES: &str = shops!(postgres);
const GROUPS_SQLITE: &str = groups!(sqlite);
const GROUPS_POSTGRES: &str = groups!(postgres);
const LONGEST: &str = "SELECT (SELECT name FROM merchant ORDER BY length(name) DESC, name LIMIT 1), \
    (SELECT name FROM chat_user WHERE NOT is_bot ORDER BY length(name) DESC, name LIMIT 1), \
    (SELECT tier FROM merchant ORDER BY length(tier) DESC, tier LIMIT 1), \
    (SELECT title FROM chat WHERE purpose = 'community' AND kind <> 'direct' ORDER BY length(title) DESC, title LIMIT 1)";

/// The shop, tier and group of each of these people, where they have any.
///
/// # Errors
/// When the database fails.
pub async fn values(
    tx: &mut Tx,
    audience: &Audience,
    people: &[&str],
) -> Result<BTreeMap<String, Values>, StoreError> {
    let people = json::kept(WHAT, &people)?;
    let [tiers, categories, tags] =
        [&audience.tiers, &audience.categories, &audience.tags].map(|list| json::kept(WHAT, list));
    let (tiers, categories, tags) = (tiers?, categories?, tags?);
    let groups = json::kept(WHAT, &audience.groups)?;
    let (shops, in_groups) = match tx.kind() {
        DbKind::Sqlite => (SHOPS_SQLITE, GROUPS_SQLITE),
        DbKind::Postgres => (SHOPS_POSTGRES, GROUPS_POSTGRES),
    };
    let shops: Vec<(String, String, String)> = on!(tx, |c| sqlx::query_as(shops)
        .bind(&tiers)
        .bind(&categories)
        .bind(&tags)
        .bind(&people)
        .fetch_all(c))?;
    let groups: Vec<(String, Option<String>)> =
        on!(tx, |c| sqlx::query_as(in_groups).bind(&people).bind(&groups).fetch_all(c))?;
    let mut all: BTreeMap<String, Values> = BTreeMap::new();
    for (person, name, tier) in shops {
        let values = all.entry(person).or_default();
        if values.merchant.is_none() {
            (values.merchant, values.tier) = (Some(name), Some(tier));
        }
    }
    for (person, title) in groups {
        all.entry(person).or_default().group = title;
    }
    Ok(all)
}

/// The longest name of a merchant, of a person, the longest tier and the longest title of a group that there are.
///
/// # Errors
/// When the database fails.
pub async fn longest_values(tx: &mut Tx) -> Result<Values, StoreError> {
    type Row = (Option<String>, Option<String>, Option<String>, Option<String>);
    let (merchant, contact, tier, group): Row = on!(tx, |c| sqlx::query_as(LONGEST).fetch_one(c))?;
    Ok(Values { merchant, contact, tier, group, ..Values::default() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::execute;
    use crate::store::segment::tests::community;
    use crate::store::testing::on_both;

    #[test]
    fn each_has_the_shop_that_the_audience_means_and_the_group_they_are_in() {
        on_both(|hall| async move {
            let tx = &mut hall.db.write().await.unwrap();
            community(&hall, tx).await;
            let of = |found: &BTreeMap<String, Values>, who: &str| {
                let Values { merchant, tier, group, contact, .. } =
                    found.get(who).cloned().unwrap_or_default();
                assert_eq!(contact, None, "names are known to who asks");
                [merchant, tier, group].map(|value| value.unwrap_or_else(|| "-".into())).join(" ")
            };
            let people = ["p-lin", "p-wu", "p-dou", "p-nobody"];
            let all = values(tx, &Audience::all_people(), &people).await.unwrap();
            assert_eq!(of(&all, "p-lin"), "云裳阁 crown 皇冠商家群", "first by name");
            assert_eq!(of(&all, "p-wu"), "云裳阁 crown Cross-border");
            assert_eq!(of(&all, "p-dou"), "豆豆 heart 皇冠商家群");
            assert_eq!(of(&all, "p-nobody"), "- - -");
            let hearts = Audience { tiers: vec!["heart".into()], ..Audience::all_people() };
            let found = values(tx, &hearts, &people).await.unwrap();
            assert_eq!(of(&found, "p-lin"), "豆豆 heart 皇冠商家群", "the shop for which she gets it");
            let named = Audience { groups: vec!["g2".into()], ..Audience::all_people() };
            let found = values(tx, &named, &people).await.unwrap();
            assert_eq!(of(&found, "p-lin"), "云裳阁 crown -", "she is in none of these groups");
            assert_eq!(of(&found, "p-wu"), "云裳阁 crown Cross-border");
        });
    }

    #[test]
    fn the_longest_of_each_is_known() {
        on_both(|hall| async move {
            let tx = &mut hall.db.write().await.unwrap();
            assert_eq!(longest_values(tx).await.unwrap(), Values::default(), "nobody is there");
            community(&hall, tx).await;
            execute!(tx, sqlx::query("UPDATE merchant SET name = 'Four words of it' WHERE id = '空店'"))
                .unwrap();
            let longest = longest_values(tx).await.unwrap();
            assert_eq!(longest.merchant.as_deref(), Some("Four words of it"));
            assert_eq!(longest.contact.as_deref(), Some("Lin too"));
            assert_eq!(longest.group.as_deref(), Some("Cross-border"));
        });
    }
}
