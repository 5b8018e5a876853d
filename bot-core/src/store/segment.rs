//! Who is in an audience: the names that filters may use, and the recipients of a filter.

use std::collections::BTreeMap;

use sqlx::FromRow;

use super::{DbKind, StoreError, Tx, json, on};
use crate::chat::{AccountId, Lang};
use crate::features::segment::{Audience, Target, To, Vocabulary};
use crate::features::wording::Wording;
use crate::ids::{ActivityNo, ChatId, UserId};

mod sql;

pub(crate) use sql::{
    bind_filter, in_groups, merchant_fits, numbers, over_recipients, recipients, signed_up, values,
};

/// An audience with what is known only in memory.
#[derive(Clone, Copy, Debug)]
pub struct Filter<'a> {
    /// Who.
    pub audience: &'a Audience,
    /// The accounts that may write to a person who has not written first.
    pub write_first: &'a [AccountId],
    /// The accounts on the platforms that the audience names; without meaning when it names none.
    pub accounts: &'a [AccountId],
    /// The language when nobody says which.
    pub default_lang: Lang,
    /// Who was pushed so many since a time (unix milliseconds) gets no more; `None` for no such limit.
    pub cap: Option<(i64, i64)>,
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

/// A filter as it is bound: lists as JSON.
pub(crate) struct Bound {
    pub(crate) tiers: String,
    pub(crate) categories: String,
    pub(crate) tags: String,
    pub(crate) groups: String,
    pub(crate) write_first: String,
    pub(crate) default_lang: &'static str,
    pub(crate) langs: String,
    pub(crate) accounts: String,
    pub(crate) activities: String,
    pub(crate) cap_since_ms: i64,
    pub(crate) cap: i64,
}

impl Filter<'_> {
    /// Whether it is people by nothing but tiers and categories: many as a rule.
    fn is_broad(&self) -> bool {
        let Audience { to, groups, tags, langs, platforms, activities, .. } = self.audience;
        *to == To::People
            && groups.is_empty()
            && tags.is_empty()
            && langs.is_empty()
            && platforms.is_empty()
            && activities.is_empty()
    }

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
            langs: json(&self.audience.langs.iter().map(|lang| lang.word()).collect::<Vec<_>>())?,
            accounts: if self.audience.platforms.is_empty() {
                "[]".to_owned()
            } else if self.accounts.is_empty() {
                // A platform without any account reaches nobody, not everybody.
                r#"[""]"#.to_owned()
            } else {
                json(self.accounts)?
            },
            activities: json(&self.audience.activities)?,
            cap_since_ms: self.cap.map_or(0, |(_, since_ms)| since_ms),
            cap: self.cap.map_or(0, |(most, _)| most),
        })
    }
}

macro_rules! broad_page_sql {
    ($db:ident) => {
        concat!(
            "SELECT r.recipient, r.name, r.account, r.chat_user, r.chat, r.lang, r.reason FROM (",
            recipients!($db, people, page),
            ") r ORDER BY r.recipient"
        )
    };
}

const BROAD_PAGE_SQLITE: &str = broad_page_sql!(sqlite);
const BROAD_PAGE_POSTGRES: &str = broad_page_sql!(postgres);
// `|| ''` keeps SQLite from reading all private chats by the index over purposes.
const GROUPS: &str =
    "SELECT id, title, account FROM chat WHERE purpose || '' = 'community' AND kind <> 'direct' ORDER BY id";
/// The different values of a column that an index begins with: one step through it for each value, where `DISTINCT` reads
/// every row.
macro_rules! different_sql {
    ($table:literal, $column:literal) => {
        concat!(
            "WITH RECURSIVE different (value) AS (SELECT min(",
            $column,
            ") FROM ",
            $table,
            " UNION ALL SELECT (SELECT min(next.",
            $column,
            ") FROM ",
            $table,
            " next WHERE next.",
            $column,
            " > different.value) FROM different WHERE different.value IS NOT NULL) \
             SELECT value FROM different WHERE value IS NOT NULL ORDER BY value"
        )
    };
}

const TIERS: &str = different_sql!("merchant", "tier");
const CATEGORIES: &str = different_sql!("merchant", "category");
const TAGS: &str = different_sql!("merchant_tag", "tag");
const ACTIVITIES: &str = "SELECT no, wording FROM activity WHERE state <> 'draft' ORDER BY no DESC";
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

/// What merchants are, each value once, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Properties {
    /// Tiers, by their words.
    pub tiers: Vec<String>,
    /// Categories.
    pub categories: Vec<String>,
    /// Tags.
    pub tags: Vec<String>,
}

/// What merchants are.
///
/// # Errors
/// When the database fails.
pub async fn properties(tx: &mut Tx) -> Result<Properties, StoreError> {
    Ok(Properties {
        tiers: on!(tx, |c| sqlx::query_scalar(TIERS).fetch_all(c))?,
        categories: on!(tx, |c| sqlx::query_scalar(CATEGORIES).fetch_all(c))?,
        tags: on!(tx, |c| sqlx::query_scalar(TAGS).fetch_all(c))?,
    })
}

/// The names that an audience may use, but for platforms, which the database does not know.
///
/// # Errors
/// When the database fails.
pub async fn vocabulary(tx: &mut Tx) -> Result<Vocabulary, StoreError> {
    let groups: Vec<(ChatId, String, AccountId)> = on!(tx, |c| sqlx::query_as(GROUPS).fetch_all(c))?;
    let Properties { tiers, categories, tags } = properties(tx).await?;
    Ok(Vocabulary {
        groups: names(groups),
        tiers,
        categories,
        tags,
        platforms: Vec::new(),
        activities: activities(tx).await?,
    })
}

async fn activities(tx: &mut Tx) -> Result<Vec<(ActivityNo, Wording)>, StoreError> {
    let rows: Vec<(ActivityNo, String)> = on!(tx, |c| sqlx::query_as(ACTIVITIES).fetch_all(c))?;
    rows.into_iter().map(|(no, wording)| Ok((no, json::read("activity", &wording)?))).collect()
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
    let sql = match tx.kind() {
        DbKind::Sqlite if filter.is_broad() => BROAD_PAGE_SQLITE,
        DbKind::Postgres if filter.is_broad() => BROAD_PAGE_POSTGRES,
        kind => over_recipients!(
            kind,
            filter.audience.to,
            "SELECT r.recipient, r.name, r.account, r.chat_user, r.chat, r.lang, r.reason FROM ",
            "WHERE r.recipient > $12 ORDER BY r.recipient LIMIT $13"
        ),
    };
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
        "WHERE r.recipient > $12 AND r.reason IS NOT NULL ORDER BY r.recipient LIMIT $13"
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
        "WHERE r.reason IS NOT NULL ORDER BY r.reason, r.name LIMIT $12"
    );
    on!(tx, |c| bind_filter!(sqlx::query_as(sql), bound).bind(limit).fetch_all(c))
}

/// How many matching merchants nobody speaks for. None of groups, where whoever is there gets it, nor of what says something of
/// people themselves.
///
/// # Errors
/// When the database fails.
pub async fn merchants_without_contact(tx: &mut Tx, audience: &Audience) -> Result<i64, StoreError> {
    let of_merchants = audience.groups.is_empty()
        && audience.langs.is_empty()
        && audience.platforms.is_empty()
        && audience.activities.is_empty();
    if audience.to == To::Groups || !of_merchants {
        return Ok(0);
    }
    let bound =
        Filter { audience, write_first: &[], default_lang: Lang::En, accounts: &[], cap: None }.bound()?;
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
