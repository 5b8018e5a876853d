//! Who is in an audience: the names that filters may use, and the recipients of a filter.

use std::collections::BTreeMap;

use sqlx::FromRow;

use super::{DbKind, StoreError, Tx, on};
use crate::chat::{AccountId, Lang};
use crate::features::segment::{Audience, Target, To, Vocabulary};
use crate::ids::{ChatId, UserId};

/// An audience with what is known only in memory.
#[derive(Clone, Copy, Debug)]
pub struct Filter<'a> {
    /// Who.
    pub audience: &'a Audience,
    /// The accounts that may write to a person who has not written first.
    pub write_first: &'a [AccountId],
    /// The language when nobody says which.
    pub default_lang: Lang,
}

/// How many recipients of one account and language there are, reachable or not for one reason.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct Share {
    /// The account that reaches them; `None` for people without any chat identity.
    pub account: Option<AccountId>,
    /// The language, as it is stored.
    pub lang: String,
    /// Why they cannot be written to, in one word; `None` when they can.
    pub reason: Option<String>,
    /// How many.
    pub recipients: i64,
    /// One of their chats, if one is known.
    pub chat: Option<ChatId>,
    /// One of their identities, if they are people.
    pub chat_user: Option<UserId>,
}

#[derive(FromRow)]
struct TargetRow {
    recipient: String,
    name: String,
    account: Option<AccountId>,
    chat_user: Option<UserId>,
    chat: Option<ChatId>,
    lang: String,
    reason: Option<String>,
}

/// The values of a JSON array of strings that is bound as text.
macro_rules! values {
    (sqlite, $list:literal) => {
        concat!("(SELECT value FROM json_each(", $list, "))")
    };
    (postgres, $list:literal) => {
        concat!("(SELECT jsonb_array_elements_text(", $list, "::text::jsonb))")
    };
}

/// Whether a merchant `m` fits: $1 tiers, $2 categories, $3 tags.
macro_rules! merchant_fits {
    ($db:ident) => {
        concat!(
            "($1 = '[]' OR m.tier IN ",
            $crate::store::segment::values!($db, "$1"),
            ") AND ($2 = '[]' OR m.category IN ",
            $crate::store::segment::values!($db, "$2"),
            ") ",
            "AND ($3 = '[]' OR EXISTS (SELECT 1 FROM merchant_tag mt WHERE mt.merchant = m.id AND mt.tag IN ",
            $crate::store::segment::values!($db, "$3"),
            "))"
        )
    };
}

/// Every recipient of an audience once, with why they cannot be written to: $1 tiers, $2 categories, $3 tags,
/// $4 groups, $5 accounts that may write first, $6 the default language.
///
/// A person with several identities is reached through one: an open direct chat before one that can be opened.
macro_rules! recipients {
    ($db:ident, people) => {
        concat!(
            "WITH matched AS (SELECT DISTINCT k.person FROM contact k JOIN merchant m ON m.id = k.merchant WHERE ", $crate::store::segment::merchant_fits!($db),
            " AND ($4 = '[]' OR EXISTS (SELECT 1 FROM chat_member gm JOIN chat_user gu ON gu.id = gm.chat_user WHERE gu.person = k.person AND gm.chat IN ", $crate::store::segment::values!($db, "$4"), "))), ",
            "ways AS (SELECT p.person, u.id AS chat_user, u.account, u.name, u.lang AS own_lang, d.id AS chat, d.lang AS chat_lang, ",
            "CASE WHEN u.id IS NULL THEN 'no_user' WHEN d.reach = 'open' THEN '' ",
            "WHEN coalesce(d.reach, 'untried') = 'untried' AND u.account IN ", $crate::store::segment::values!($db, "$5"), " THEN '' ELSE coalesce(d.reach, 'untried') END AS reason, ",
            "CASE WHEN d.reach = 'open' THEN 0 ELSE 1 END AS untried ",
            "FROM matched p LEFT JOIN chat_user u ON u.person = p.person AND NOT u.is_bot LEFT JOIN chat d ON d.peer = u.id), ",
            "ranked AS (SELECT w.*, row_number() OVER (PARTITION BY w.person ORDER BY CASE WHEN w.reason = '' THEN w.untried ELSE 2 END, w.chat_user) AS nr FROM ways w) ",
            "SELECT r.person AS recipient, ",
            "coalesce(r.name, (SELECT min(m.name) FROM contact k JOIN merchant m ON m.id = k.merchant WHERE k.person = r.person), '?') AS name, ",
            "r.account, r.chat_user, r.chat, nullif(r.reason, '') AS reason, ",
            "coalesce(r.own_lang, (SELECT min(o.lang) FROM chat_user o WHERE o.person = r.person), r.chat_lang, ",
            "(SELECT g.lang FROM chat_member gm JOIN chat g ON g.id = gm.chat WHERE gm.chat_user = r.chat_user AND g.lang IS NOT NULL ORDER BY g.id LIMIT 1), cast($6 AS TEXT)) AS lang ",
            "FROM ranked r WHERE r.nr = 1"
        )
    };
    ($db:ident, groups) => {
        concat!(
            "SELECT c.id AS recipient, c.title AS name, c.account, cast(NULL AS TEXT) AS chat_user, c.id AS chat, ",
            "CASE WHEN c.reach NOT IN ('open', 'untried') THEN c.reach WHEN c.purpose <> 'community' THEN 'idle' END AS reason, ",
            "coalesce(c.lang, cast($6 AS TEXT)) AS lang FROM chat c ",
            "WHERE c.kind <> 'direct' AND (($4 = '[]' AND c.purpose = 'community') OR c.id IN ", $crate::store::segment::values!($db, "$4"), ") ",
            "AND cast($5 AS TEXT) IS NOT NULL AND (($1 = '[]' AND $2 = '[]' AND $3 = '[]') OR EXISTS (SELECT 1 FROM chat_member gm ",
            "JOIN chat_user gu ON gu.id = gm.chat_user JOIN contact k ON k.person = gu.person JOIN merchant m ON m.id = k.merchant ",
            "WHERE gm.chat = c.id AND ", $crate::store::segment::merchant_fits!($db), "))"
        )
    };
}

/// A statement over the recipients of an audience, `r`, for the database and the sort of audience at hand.
macro_rules! over_recipients {
    ($db:expr, $to:expr, $head:literal, $tail:literal) => {{
        use $crate::features::segment::To;
        use $crate::store::DbKind;
        match ($db, $to) {
            (DbKind::Sqlite, To::People) => {
                concat!($head, "(", $crate::store::segment::recipients!(sqlite, people), ") r ", $tail)
            }
            (DbKind::Sqlite, To::Groups) => {
                concat!($head, "(", $crate::store::segment::recipients!(sqlite, groups), ") r ", $tail)
            }
            (DbKind::Postgres, To::People) => {
                concat!($head, "(", $crate::store::segment::recipients!(postgres, people), ") r ", $tail)
            }
            (DbKind::Postgres, To::Groups) => {
                concat!($head, "(", $crate::store::segment::recipients!(postgres, groups), ") r ", $tail)
            }
        }
    }};
}

/// Binds $1 to $6 of a statement over recipients.
macro_rules! bind_filter {
    ($query:expr, $bound:expr) => {
        $query
            .bind(&$bound.tiers)
            .bind(&$bound.categories)
            .bind(&$bound.tags)
            .bind(&$bound.groups)
            .bind(&$bound.write_first)
            .bind($bound.default_lang)
    };
}

pub(crate) use {bind_filter, merchant_fits, over_recipients, recipients, values};

/// A filter as it is bound: lists as JSON.
pub(crate) struct Bound {
    pub(crate) tiers: String,
    pub(crate) categories: String,
    pub(crate) tags: String,
    pub(crate) groups: String,
    pub(crate) write_first: String,
    pub(crate) default_lang: &'static str,
}

impl Filter<'_> {
    pub(crate) fn bound(&self) -> Result<Bound, StoreError> {
        fn json<T: serde::Serialize>(list: &[T]) -> Result<String, StoreError> {
            serde_json::to_string(list).map_err(|error| StoreError::unreadable("audience", error))
        }
        Ok(Bound {
            tiers: json(&self.audience.tiers)?,
            categories: json(&self.audience.categories)?,
            tags: json(&self.audience.tags)?,
            groups: json(&self.audience.groups)?,
            write_first: json(self.write_first)?,
            default_lang: self.default_lang.word(),
        })
    }
}

const GROUPS: &str =
    "SELECT id, title, account FROM chat WHERE purpose = 'community' AND kind <> 'direct' ORDER BY id";
const TIERS: &str = "SELECT DISTINCT tier FROM merchant ORDER BY tier";
const CATEGORIES: &str = "SELECT DISTINCT category FROM merchant ORDER BY category";
const TAGS: &str = "SELECT DISTINCT tag FROM merchant_tag ORDER BY tag";
const TITLES_SQLITE: &str = concat!("SELECT id, title FROM chat WHERE id IN ", values!(sqlite, "$1"));
const TITLES_POSTGRES: &str = concat!("SELECT id, title FROM chat WHERE id IN ", values!(postgres, "$1"));
const WITHOUT_CONTACT_SQLITE: &str = concat!(
    "SELECT count(*) FROM merchant m WHERE ",
    merchant_fits!(sqlite),
    " AND NOT EXISTS (SELECT 1 FROM contact k WHERE k.merchant = m.id)"
);
const WITHOUT_CONTACT_POSTGRES: &str = concat!(
    "SELECT count(*) FROM merchant m WHERE ",
    merchant_fits!(postgres),
    " AND NOT EXISTS (SELECT 1 FROM contact k WHERE k.merchant = m.id)"
);

/// The names that an audience may use.
///
/// # Errors
/// When the database fails.
pub async fn vocabulary(tx: &mut Tx) -> Result<Vocabulary, StoreError> {
    let groups: Vec<(ChatId, String, AccountId)> = on!(tx, |c| sqlx::query_as(GROUPS).fetch_all(c))?;
    Ok(Vocabulary {
        groups: names(groups),
        tiers: on!(tx, |c| sqlx::query_scalar(TIERS).fetch_all(c))?,
        categories: on!(tx, |c| sqlx::query_scalar(CATEGORIES).fetch_all(c))?,
        tags: on!(tx, |c| sqlx::query_scalar(TAGS).fetch_all(c))?,
    })
}

/// The names of groups: their titles, and where several have the same one also `title @account`, numbered where that is
/// still the same.
fn names(groups: Vec<(ChatId, String, AccountId)>) -> Vec<(ChatId, String)> {
    let mut of_title: BTreeMap<String, Vec<AccountId>> = BTreeMap::new();
    for (_, title, account) in &groups {
        of_title.entry(title.to_lowercase()).or_default().push(account.clone());
    }
    let mut seen: BTreeMap<(String, AccountId), usize> = BTreeMap::new();
    let mut names = Vec::with_capacity(groups.len());
    for (id, title, account) in groups {
        let lower = title.to_lowercase();
        names.push((id.clone(), title.clone()));
        if of_title.get(&lower).is_some_and(|all| all.len() > 1) {
            let nr = seen.entry((lower, account.clone())).or_default();
            *nr += 1;
            let nr = if *nr > 1 { format!(" ({nr})") } else { String::new() };
            names.push((id, format!("{title} @{account}{nr}")));
        }
    }
    names
}

/// The titles of chats.
///
/// # Errors
/// When the database fails.
pub async fn titles(tx: &mut Tx, chats: &[ChatId]) -> Result<BTreeMap<ChatId, String>, StoreError> {
    if chats.is_empty() {
        return Ok(BTreeMap::new());
    }
    let ids = serde_json::to_string(chats).map_err(|error| StoreError::unreadable("audience", error))?;
    let sql = if tx.kind() == DbKind::Sqlite { TITLES_SQLITE } else { TITLES_POSTGRES };
    let rows: Vec<(ChatId, String)> = on!(tx, |c| sqlx::query_as(sql).bind(&ids).fetch_all(c))?;
    Ok(rows.into_iter().collect())
}

/// How many recipients there are, by account, language and reason why not.
///
/// # Errors
/// When the database fails.
pub async fn summary(tx: &mut Tx, filter: &Filter<'_>) -> Result<Vec<Share>, StoreError> {
    let bound = filter.bound()?;
    let sql = over_recipients!(
        tx.kind(),
        filter.audience.to,
        "SELECT r.account, r.lang, r.reason, count(*) AS recipients, min(r.chat) AS chat, min(r.chat_user) AS chat_user FROM ",
        "GROUP BY r.account, r.lang, r.reason ORDER BY r.account, r.lang, r.reason"
    );
    on!(tx, |c| bind_filter!(sqlx::query_as(sql), bound).fetch_all(c))
}

/// The recipients after `after`, by id, with why they cannot be written to.
///
/// # Errors
/// When the database fails.
pub async fn page(
    tx: &mut Tx,
    filter: &Filter<'_>,
    after: &str,
    limit: i64,
) -> Result<Vec<(Target, Option<String>)>, StoreError> {
    let bound = filter.bound()?;
    let sql = over_recipients!(
        tx.kind(),
        filter.audience.to,
        "SELECT r.recipient, r.name, r.account, r.chat_user, r.chat, r.lang, r.reason FROM ",
        "WHERE r.recipient > $7 ORDER BY r.recipient LIMIT $8"
    );
    let rows: Vec<TargetRow> =
        on!(tx, |c| bind_filter!(sqlx::query_as(sql), bound).bind(after).bind(limit).fetch_all(c))?;
    Ok(rows.into_iter().map(|row| (row.reason.clone(), row)).map(|(why, row)| (target(row), why)).collect())
}

/// As [`page`], only of those that cannot be written to.
///
/// # Errors
/// When the database fails.
pub async fn page_unreachable(
    tx: &mut Tx,
    filter: &Filter<'_>,
    after: &str,
    limit: i64,
) -> Result<Vec<(Target, Option<String>)>, StoreError> {
    let bound = filter.bound()?;
    let sql = over_recipients!(
        tx.kind(),
        filter.audience.to,
        "SELECT r.recipient, r.name, r.account, r.chat_user, r.chat, r.lang, r.reason FROM ",
        "WHERE r.recipient > $7 AND r.reason IS NOT NULL ORDER BY r.recipient LIMIT $8"
    );
    let rows: Vec<TargetRow> =
        on!(tx, |c| bind_filter!(sqlx::query_as(sql), bound).bind(after).bind(limit).fetch_all(c))?;
    Ok(rows.into_iter().map(|row| (row.reason.clone(), row)).map(|(why, row)| (target(row), why)).collect())
}

/// The recipients that cannot be written to, with why, by reason and name.
///
/// # Errors
/// When the database fails.
pub async fn unreachable(
    tx: &mut Tx,
    filter: &Filter<'_>,
    limit: i64,
) -> Result<Vec<(String, String)>, StoreError> {
    let bound = filter.bound()?;
    let sql = over_recipients!(
        tx.kind(),
        filter.audience.to,
        "SELECT r.reason, r.name FROM ",
        "WHERE r.reason IS NOT NULL ORDER BY r.reason, r.name LIMIT $7"
    );
    on!(tx, |c| bind_filter!(sqlx::query_as(sql), bound).bind(limit).fetch_all(c))
}

/// How many matching merchants nobody speaks for. Of groups, none: whoever is in the group gets it.
///
/// # Errors
/// When the database fails.
pub async fn merchants_without_contact(tx: &mut Tx, audience: &Audience) -> Result<i64, StoreError> {
    if audience.to == To::Groups || !audience.groups.is_empty() {
        return Ok(0);
    }
    let bound = Filter { audience, write_first: &[], default_lang: Lang::En }.bound()?;
    let sql = if tx.kind() == DbKind::Sqlite { WITHOUT_CONTACT_SQLITE } else { WITHOUT_CONTACT_POSTGRES };
    on!(tx, |c| sqlx::query_scalar(sql)
        .bind(&bound.tiers)
        .bind(&bound.categories)
        .bind(&bound.tags)
        .fetch_one(c))
}

fn target(row: TargetRow) -> Target {
    Target {
        recipient: row.recipient,
        name: row.name,
        account: row.account,
        user: row.chat_user,
        chat: row.chat,
        lang: Lang::from_tag(&row.lang).unwrap_or_default(),
    }
}

#[cfg(test)]
pub(crate) mod tests;
