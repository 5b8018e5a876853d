//! Which addresses stand in what was pushed, what stands for them in each copy, and how often they were opened.

use std::collections::BTreeMap;

use sqlx::FromRow;

use super::segment::values;
use super::{DbKind, StoreError, Tx, execute, json, on};

const WHAT: &str = "click";

/// Where a counted link leads.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct Followed {
    /// What it was pushed with.
    pub push: String,
    /// In whose copy it stands; empty in a test.
    pub recipient: String,
    /// The address.
    pub url: String,
}

/// Openings of one link that are to be counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clicks {
    /// What it was pushed with.
    pub push: String,
    /// In whose copy.
    pub recipient: String,
    /// The number of the address.
    pub n: i64,
    /// How many.
    pub clicks: i64,
    /// When the first was, unix milliseconds.
    pub first_ms: i64,
    /// When the last was, unix milliseconds.
    pub last_ms: i64,
}

/// How often one address was opened.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct OfTarget {
    /// Its number within the push.
    pub n: i64,
    /// The address.
    pub url: String,
    /// In how many copies it was opened.
    pub recipients: i64,
    /// How often.
    pub clicks: i64,
}

/// A recipient whose copy had a link opened.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct OfRecipient {
    /// The person, or the group's chat.
    pub recipient: String,
    /// Their name when the audience was frozen.
    pub name: String,
    /// The identity through which a person is reached; `None` for a group.
    pub chat_user: Option<String>,
    /// How often, over all links.
    pub clicks: i64,
    /// When the first was, unix milliseconds.
    pub first_ms: i64,
    /// When the last was, unix milliseconds.
    pub last_ms: i64,
}

macro_rules! links_of {
    ($db:ident) => {
        concat!(
            "SELECT recipient, token FROM click_link WHERE push = $1 AND recipient IN ",
            values!($db, "$2")
        )
    };
}
macro_rules! of_recipients {
    ($db:ident) => {
        concat!(
            "SELECT recipient, CAST(sum(clicks) AS BIGINT), max(last_ms) FROM click WHERE push = $1 AND recipient IN ",
            values!($db, "$2"),
            " GROUP BY recipient"
        )
    };
}

const TARGETS: &str = "SELECT n, url FROM click_target WHERE push = $1 ORDER BY n";
const PUT_TARGET: &str =
    "INSERT INTO click_target (push, n, url) VALUES ($1, $2, $3) ON CONFLICT (push, n) DO NOTHING";
const PUT_LINKS_SQLITE: &str = "INSERT INTO click_link (push, recipient, token) SELECT $1, v.value->>0, v.value->>1 FROM json_each($2) AS v \
    WHERE true ON CONFLICT DO NOTHING";
const PUT_LINKS_POSTGRES: &str = "INSERT INTO click_link (push, recipient, token) SELECT CAST($1 AS TEXT), v.value->>0, v.value->>1 \
    FROM jsonb_array_elements($2::text::jsonb) AS v (value) ON CONFLICT DO NOTHING";
const LINKS_SQLITE: &str = links_of!(sqlite);
const LINKS_POSTGRES: &str = links_of!(postgres);
const FIND: &str = "SELECT l.push, l.recipient, t.url FROM click_link l JOIN click_target t ON t.push = l.push WHERE l.token = $1 AND t.n = $2";
const ADD_SQLITE: &str = "INSERT INTO click (push, recipient, n, clicks, first_ms, last_ms) \
    SELECT v.value->>0, v.value->>1, v.value->>2, v.value->>3, v.value->>4, v.value->>5 FROM json_each($1) AS v WHERE true \
    ON CONFLICT (push, recipient, n) DO UPDATE SET clicks = click.clicks + excluded.clicks, \
    last_ms = CASE WHEN excluded.last_ms > click.last_ms THEN excluded.last_ms ELSE click.last_ms END";
const ADD_POSTGRES: &str = "INSERT INTO click (push, recipient, n, clicks, first_ms, last_ms) \
    SELECT v.value->>0, v.value->>1, (v.value->>2)::bigint, (v.value->>3)::bigint, (v.value->>4)::bigint, (v.value->>5)::bigint \
    FROM jsonb_array_elements($1::text::jsonb) AS v (value) \
    ON CONFLICT (push, recipient, n) DO UPDATE SET clicks = click.clicks + excluded.clicks, \
    last_ms = CASE WHEN excluded.last_ms > click.last_ms THEN excluded.last_ms ELSE click.last_ms END";
// Recipients come in the order of the key, where `count(DISTINCT recipient)` sorts them.
const TOTALS: &str = "SELECT count(*), CAST(coalesce(sum(clicks), 0) AS BIGINT) FROM \
    (SELECT recipient, sum(clicks) AS clicks FROM click WHERE push = $1 GROUP BY recipient) AS one";
const BY_TARGET: &str = "SELECT t.n, t.url, count(c.recipient) AS recipients, CAST(coalesce(sum(c.clicks), 0) AS BIGINT) AS clicks \
    FROM click_target t LEFT JOIN click c ON c.push = t.push AND c.n = t.n WHERE t.push = $1 GROUP BY t.n, t.url ORDER BY t.n";
const OF_SQLITE: &str = of_recipients!(sqlite);
const OF_POSTGRES: &str = of_recipients!(postgres);
// The page is cut before the copies are looked for.
const PAGE: &str = "SELECT c.recipient, d.name, d.chat_user, c.clicks, c.first_ms, c.last_ms FROM \
    (SELECT push, recipient, CAST(sum(clicks) AS BIGINT) AS clicks, min(first_ms) AS first_ms, max(last_ms) AS last_ms FROM click \
    WHERE push = $1 AND recipient > $2 GROUP BY push, recipient ORDER BY push, recipient LIMIT $3) AS c \
    JOIN delivery d ON d.push = c.push AND d.recipient = c.recipient ORDER BY c.recipient";

/// The numbered addresses of a push.
///
/// # Errors
/// When the database fails.
pub async fn targets(tx: &mut Tx, push: &str) -> Result<Vec<(i64, String)>, StoreError> {
    on!(tx, |c| sqlx::query_as(TARGETS).bind(push).fetch_all(c))
}

/// Keeps the numbers of addresses; a number that is taken keeps its address.
///
/// # Errors
/// When the database fails.
pub async fn put_targets(tx: &mut Tx, push: &str, targets: &[(i64, String)]) -> Result<(), StoreError> {
    for (n, url) in targets {
        execute!(tx, sqlx::query(PUT_TARGET).bind(push).bind(*n).bind(url))?;
    }
    Ok(())
}

/// What stands for the addresses in the copies of these recipients. `fresh` makes what stands there for who has none yet.
///
/// # Errors
/// When the database fails.
pub async fn links(
    tx: &mut Tx,
    push: &str,
    recipients: &[&str],
    fresh: impl Fn() -> String,
) -> Result<BTreeMap<String, String>, StoreError> {
    let named = json::kept(WHAT, &recipients)?;
    let (find, put) = match tx.kind() {
        DbKind::Sqlite => (LINKS_SQLITE, PUT_LINKS_SQLITE),
        DbKind::Postgres => (LINKS_POSTGRES, PUT_LINKS_POSTGRES),
    };
    let found: Vec<(String, String)> =
        on!(tx, |c| sqlx::query_as(find).bind(push).bind(&named).fetch_all(c))?;
    let mut links: BTreeMap<String, String> = found.into_iter().collect();
    let new: Vec<(&str, String)> = recipients
        .iter()
        .filter(|recipient| !links.contains_key(**recipient))
        .map(|recipient| (*recipient, fresh()))
        .collect();
    if !new.is_empty() {
        let pairs = json::kept(WHAT, &new)?;
        execute!(tx, sqlx::query(put).bind(push).bind(&pairs))?;
        links.extend(new.into_iter().map(|(recipient, token)| (recipient.to_owned(), token)));
    }
    Ok(links)
}

/// Where the link of this number leads in the copy with this token.
///
/// # Errors
/// When the database fails.
pub async fn find(tx: &mut Tx, token: &str, n: i64) -> Result<Option<Followed>, StoreError> {
    on!(tx, |c| sqlx::query_as(FIND).bind(token).bind(n).fetch_optional(c))
}

/// Counts openings, with one statement. Each link stands in it once.
///
/// # Errors
/// When the database fails.
pub async fn add(tx: &mut Tx, all: &[Clicks]) -> Result<(), StoreError> {
    let line = |one: &Clicks| {
        (one.push.clone(), one.recipient.clone(), one.n, one.clicks, one.first_ms, one.last_ms)
    };
    let lines = json::kept(WHAT, &all.iter().map(line).collect::<Vec<_>>())?;
    let sql = if tx.kind() == DbKind::Sqlite { ADD_SQLITE } else { ADD_POSTGRES };
    execute!(tx, sqlx::query(sql).bind(&lines)).map(|_| ())
}

/// In how many copies a link was opened, and how often.
///
/// # Errors
/// When the database fails.
pub async fn totals(tx: &mut Tx, push: &str) -> Result<(i64, i64), StoreError> {
    on!(tx, |c| sqlx::query_as(TOTALS).bind(push).fetch_one(c))
}

/// How often each address was opened, those that nobody did included.
///
/// # Errors
/// When the database fails.
pub async fn by_target(tx: &mut Tx, push: &str) -> Result<Vec<OfTarget>, StoreError> {
    on!(tx, |c| sqlx::query_as(BY_TARGET).bind(push).fetch_all(c))
}

/// Of these recipients, how often a link in their copy was opened, and when the last time was. Those with none are left out.
///
/// # Errors
/// When the database fails.
pub async fn of_recipients(
    tx: &mut Tx,
    push: &str,
    recipients: &[&str],
) -> Result<BTreeMap<String, (i64, i64)>, StoreError> {
    let recipients = json::kept(WHAT, &recipients)?;
    let sql = if tx.kind() == DbKind::Sqlite { OF_SQLITE } else { OF_POSTGRES };
    let rows: Vec<(String, i64, i64)> =
        on!(tx, |c| sqlx::query_as(sql).bind(push).bind(&recipients).fetch_all(c))?;
    Ok(rows.into_iter().map(|(recipient, clicks, last_ms)| (recipient, (clicks, last_ms))).collect())
}

/// Recipients in whose copy a link was opened, after `after`, by recipient.
///
/// # Errors
/// When the database fails.
pub async fn page(tx: &mut Tx, push: &str, after: &str, limit: i64) -> Result<Vec<OfRecipient>, StoreError> {
    on!(tx, |c| sqlx::query_as(PAGE).bind(push).bind(after).bind(limit).fetch_all(c))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::testing::on_both;

    fn target(n: i64, url: &str) -> (i64, String) {
        (n, url.to_owned())
    }

    #[test]
    fn a_number_keeps_its_address() {
        on_both(|hall| async move {
            let tx = &mut hall.db.write().await.unwrap();
            put_targets(tx, "A-1", &[target(1, "https://a.example"), target(2, "https://b.example")])
                .await
                .unwrap();
            put_targets(tx, "A-1", &[target(2, "https://evil.example"), target(3, "https://c.example")])
                .await
                .unwrap();
            let kept = targets(tx, "A-1").await.unwrap();
            let kept: Vec<&str> = kept.iter().map(|(_, url)| url.as_str()).collect();
            assert_eq!(kept, ["https://a.example", "https://b.example", "https://c.example"]);
            assert_eq!(targets(tx, "A-2").await.unwrap(), []);
        });
    }

    #[test]
    fn a_copy_keeps_its_token_and_leads_to_its_own_push_alone() {
        on_both(|hall| async move {
            let tx = &mut hall.db.write().await.unwrap();
            let tokens = std::sync::atomic::AtomicI64::new(0);
            let fresh = || format!("T{}", tokens.fetch_add(1, std::sync::atomic::Ordering::Relaxed));
            let first = links(tx, "A-1", &["ann", "ben"], &fresh).await.unwrap();
            let again = links(tx, "A-1", &["ben", "cai"], &fresh).await.unwrap();
            assert_eq!(first["ben"], again["ben"]);
            assert_eq!(again.len(), 2);
            assert_ne!(first["ann"], first["ben"]);
            let other = links(tx, "A-2", &["ann"], &fresh).await.unwrap();
            assert_ne!(first["ann"], other["ann"]);
            put_targets(tx, "A-1", &[target(1, "https://a.example")]).await.unwrap();
            put_targets(tx, "A-2", &[target(2, "https://b.example")]).await.unwrap();
            let found = find(tx, &first["ann"], 1).await.unwrap();
            let wanted =
                Followed { push: "A-1".into(), recipient: "ann".into(), url: "https://a.example".into() };
            assert_eq!(found, Some(wanted));
            for (token, n) in [(first["ann"].as_str(), 2), (&other["ann"], 1), ("T9", 1), ("", 1)] {
                assert_eq!(find(tx, token, n).await.unwrap(), None, "{token} {n}");
            }
        });
    }

    #[test]
    fn openings_add_up_by_address_and_by_recipient() {
        on_both(|hall| async move {
            let tx = &mut hall.db.write().await.unwrap();
            put_targets(tx, "A-1", &[target(1, "https://a.example"), target(2, "https://b.example")])
                .await
                .unwrap();
            let clicks = |recipient: &str, n, clicks, first_ms, last_ms| Clicks {
                push: "A-1".into(),
                recipient: recipient.into(),
                n,
                clicks,
                first_ms,
                last_ms,
            };
            add(tx, &[]).await.unwrap();
            add(tx, &[clicks("ann", 1, 2, 10, 20), clicks("ann", 2, 1, 15, 15)]).await.unwrap();
            // What another node counted may come later, and be older.
            add(tx, &[clicks("ann", 1, 1, 5, 8), clicks("g1", 1, 4, 30, 40)]).await.unwrap();
            assert_eq!(totals(tx, "A-1").await.unwrap(), (2, 8));
            assert_eq!(totals(tx, "A-2").await.unwrap(), (0, 0));
            let by: Vec<_> = by_target(tx, "A-1").await.unwrap();
            let by: Vec<_> = by.iter().map(|one| (one.n, one.recipients, one.clicks)).collect();
            assert_eq!(by, [(1, 2, 7), (2, 1, 1)]);
            let of = of_recipients(tx, "A-1", &["ann", "ben"]).await.unwrap();
            assert_eq!(of, [("ann".to_owned(), (4, 20))].into());
            let put = "INSERT INTO delivery (push, recipient, name, lang, state, version, chat_user) VALUES \
                ('A-1', 'ann', 'Ann', 'zh', 'sent', 1, NULL), ('A-1', 'g1', 'Sellers', 'zh', 'sent', 1, NULL)";
            execute!(tx, sqlx::query(put)).unwrap();
            let names = |all: Vec<OfRecipient>| {
                all.into_iter()
                    .map(|one| (one.name, one.clicks, one.first_ms, one.last_ms))
                    .collect::<Vec<_>>()
            };
            assert_eq!(names(page(tx, "A-1", "", 1).await.unwrap()), [("Ann".into(), 4, 10, 20)]);
            assert_eq!(names(page(tx, "A-1", "ann", 9).await.unwrap()), [("Sellers".into(), 4, 30, 40)]);
        });
    }
}
