//! Looking for words over everything that staff deal with: a few hits of each kind, by one statement each.

use sqlx::FromRow;

use super::segment::values;
use super::words::{has, pattern};
use super::{DbKind, StoreError, Tx, json, on};
use crate::ids::UserId;

/// Among how many of the newest tickets and cases words are looked for. A number is found whichever it is, and so is what belongs to
/// people of whom not many are found.
pub const NEWEST: i64 = 20_000;
/// From how many identities on their tickets and cases are looked for among the newest, where some soon turn up.
const MANY: usize = 1_000;

/// Something that was found.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct Found {
    /// Its id, number or slug. Of a person: the merchant that they speak for, empty if none.
    pub id: String,
    /// What it is called.
    pub title: String,
    /// What helps to tell it from others: a category, an account, whose it is; may be empty.
    pub beside: String,
}

/// What is looked for.
#[derive(Clone, Debug)]
pub struct Sought {
    pattern: String,
    exact: String,
    limit: i64,
}

/// The identities that are looked for; nothing where they are many.
#[derive(Clone, Debug)]
pub struct Who(Option<String>);

// The names alone are gone through: they stand in an index, in their order.
macro_rules! merchants {
    ($db:ident) => {
        concat!(
            "SELECT m.id, m.name AS title, m.category AS beside FROM merchant m WHERE m.id IN (\
             SELECT id FROM (SELECT n.id FROM merchant n WHERE ",
            has!($db, "n.name", "$1"),
            " ORDER BY n.name, n.id LIMIT $3) AS named UNION SELECT i.id FROM merchant i WHERE i.id = $2 \
             UNION SELECT e.merchant FROM merchant_external e WHERE e.external_id = $2) ORDER BY m.name, m.id LIMIT $3"
        )
    };
}

macro_rules! who_fits {
    ($db:ident, $key:literal) => {
        concat!("(", has!($db, "u.name", "$1"), " OR ", has!($db, "u.username", "$1"), $key, ")")
    };
}

macro_rules! who {
    ($db:ident) => {
        concat!("SELECT u.id FROM chat_user u WHERE ", who_fits!($db, " OR u.platform_key = $2"), " LIMIT $3")
    };
}

/// People: of the identities $4, or where they are many ($4 is NULL) of all that there are.
macro_rules! people {
    ($db:ident, $of:expr) => {
        concat!(
            "SELECT coalesce((SELECT min(k.merchant) FROM contact k WHERE k.person = u.person), '') AS id, u.name AS title, u.account AS beside \
             FROM chat_user u WHERE NOT u.is_bot AND ",
            $of,
            " AND ",
            who_fits!($db, " OR u.platform_key = $2"),
            " ORDER BY u.name, u.id LIMIT $3"
        )
    };
}

macro_rules! articles {
    ($db:ident) => {
        concat!(
            "SELECT a.slug AS id, min(t.title) AS title, '' AS beside FROM article a JOIN article_text t ON t.article = a.slug WHERE a.slug = $2 OR ",
            has!($db, "t.title", "$1"), " OR ", has!($db, "t.questions", "$1"), " OR ", has!($db, "t.body", "$1"),
            " GROUP BY a.slug ORDER BY a.slug LIMIT $3"
        )
    };
}

/// Tickets or cases: that of the number $2; the newest that hold the words; and those of the people $5, of whatever age. Where these
/// are too many ($5 is NULL) the newest are asked one by one whose they are, until enough are found.
macro_rules! numbered {
    ($db:ident, $table:literal, $title:literal, [$first:literal $(, $text:literal)*]) => {
        concat!(
            "SELECT CAST(t.no AS TEXT) AS id, ", $title, " AS title, u.name AS beside FROM (\
             SELECT no FROM ", $table, " WHERE no = $2 \
             UNION SELECT no FROM (SELECT t.no FROM ", $table, " t WHERE t.no > (SELECT max(w.no) FROM ", $table, " w) - $4 AND (",
            has!($db, $first, "$1"), $(" OR ", has!($db, $text, "$1"),)*
            " OR (cast($5 AS TEXT) IS NULL AND EXISTS (SELECT 1 FROM chat_user u WHERE u.id = t.chat_user AND ", who_fits!($db, ""),
            "))) ORDER BY t.no DESC LIMIT $3) AS newest \
             UNION SELECT no FROM (SELECT t.no FROM ", $table, " t WHERE t.chat_user IN ", values!($db, "$5"), " ORDER BY t.no DESC LIMIT $3) AS theirs) AS f \
             JOIN ", $table, " t ON t.no = f.no JOIN chat_user u ON u.id = t.chat_user \
             ORDER BY CASE WHEN t.no = $2 THEN 0 ELSE 1 END, t.no DESC LIMIT $3"
        )
    };
}

macro_rules! tickets {
    ($db:ident) => {
        numbered!(
            $db,
            "ticket",
            "CASE WHEN t.subject = '' THEN t.question ELSE t.subject END",
            ["t.subject", "t.question"]
        )
    };
}

macro_rules! cases {
    ($db:ident) => {
        numbered!(
            $db,
            "mod_case",
            "coalesce(t.message_text, t.reason, t.rule, '')",
            ["t.message_text", "t.reason"]
        )
    };
}

/// A statement for SQLite and for PostgreSQL.
type Pair = [&'static str; 2];

const MERCHANTS: Pair = [merchants!(sqlite), merchants!(postgres)];
const WHO: Pair = [who!(sqlite), who!(postgres)];
const PEOPLE: Pair = [
    people!(sqlite, concat!("u.id IN ", values!(sqlite, "$4"))),
    people!(postgres, concat!("u.id IN ", values!(postgres, "$4"))),
];
const PEOPLE_OF_MANY: Pair =
    [people!(sqlite, "cast($4 AS TEXT) IS NULL"), people!(postgres, "cast($4 AS TEXT) IS NULL")];
const ARTICLES: Pair = [articles!(sqlite), articles!(postgres)];
const TICKETS: Pair = [tickets!(sqlite), tickets!(postgres)];
const CASES: Pair = [cases!(sqlite), cases!(postgres)];

/// The numbers and wordings of a table, each read once.
macro_rules! wordings {
    (sqlite, $table:literal) => {
        concat!(
            "SELECT no, wording->>'title_en' AS title_en, wording->>'title_zh' AS title_zh, wording->>'body_en' AS body_en, \
             wording->>'body_zh' AS body_zh FROM ",
            $table
        )
    };
    (postgres, $table:literal) => {
        concat!(
            "SELECT w.no, r.* FROM ", $table,
            " w, jsonb_to_record(w.wording::jsonb) AS r (title_en TEXT, title_zh TEXT, body_en TEXT, body_zh TEXT)"
        )
    };
}

/// Announcements or activities by the words of either language.
macro_rules! worded {
    ($db:ident, $table:literal) => {
        concat!(
            "SELECT CAST(q.no AS TEXT) AS id, coalesce(q.title_en, q.title_zh, q.body_en, q.body_zh, '') AS title, '' AS beside FROM (",
            wordings!($db, $table),
            ") q WHERE q.no = $2 OR ",
            has!($db, "q.title_en", "$1"), " OR ", has!($db, "q.title_zh", "$1"), " OR ",
            has!($db, "q.body_en", "$1"), " OR ", has!($db, "q.body_zh", "$1"),
            " ORDER BY CASE WHEN q.no = $2 THEN 0 ELSE 1 END, q.no DESC LIMIT $3"
        )
    };
}

const ANNOUNCEMENTS: Pair = [worded!(sqlite, "announcement"), worded!(postgres, "announcement")];
const ACTIVITIES: Pair = [worded!(sqlite, "activity"), worded!(postgres, "activity")];

fn of(tx: &Tx, pair: Pair) -> &'static str {
    let [sqlite, postgres] = pair;
    if tx.kind() == DbKind::Sqlite { sqlite } else { postgres }
}

impl Sought {
    /// These words, with at most so many hits of each kind.
    pub fn new(words: &str, limit: i64) -> Self {
        let exact = words.trim().to_owned();
        Self { pattern: pattern(&exact), exact, limit }
    }

    async fn called(&self, tx: &mut Tx, pair: Pair) -> Result<Vec<Found>, StoreError> {
        let sql = of(tx, pair);
        on!(tx, |c| sqlx::query_as(sql).bind(&self.pattern).bind(&self.exact).bind(self.limit).fetch_all(c))
    }

    async fn numbered(
        &self,
        tx: &mut Tx,
        pair: Pair,
        (number, who): (Option<i64>, &Who),
    ) -> Result<Vec<Found>, StoreError> {
        let (sql, number) = (of(tx, pair), number.unwrap_or(0));
        on!(tx, |c| sqlx::query_as(sql)
            .bind(&self.pattern)
            .bind(number)
            .bind(self.limit)
            .bind(NEWEST)
            .bind(&who.0)
            .fetch_all(c))
    }

    async fn worded(&self, tx: &mut Tx, pair: Pair, number: Option<i64>) -> Result<Vec<Found>, StoreError> {
        let (sql, number) = (of(tx, pair), number.unwrap_or(0));
        on!(tx, |c| sqlx::query_as(sql).bind(&self.pattern).bind(number).bind(self.limit).fetch_all(c))
    }
}

/// Merchants by a part of their name, or by an id.
///
/// # Errors
/// When the database fails.
pub async fn merchants(tx: &mut Tx, sought: &Sought) -> Result<Vec<Found>, StoreError> {
    sought.called(tx, MERCHANTS).await
}

/// The identities with these words in their names or handles, or with exactly this id on their platform; by them people, tickets and
/// cases are found.
///
/// # Errors
/// When the database fails.
pub async fn who(tx: &mut Tx, sought: &Sought) -> Result<Who, StoreError> {
    let (sql, limit) = (of(tx, WHO), i64::try_from(MANY).unwrap_or(i64::MAX));
    let users: Vec<UserId> = on!(tx, |c| sqlx::query_scalar(sql)
        .bind(&sought.pattern)
        .bind(&sought.exact)
        .bind(limit)
        .fetch_all(c))?;
    if users.len() == MANY {
        return Ok(Who(None));
    }
    Ok(Who(Some(json::kept("users", &users)?)))
}

/// People, by their identities that were found.
///
/// # Errors
/// When the database fails.
pub async fn people(tx: &mut Tx, sought: &Sought, who: &Who) -> Result<Vec<Found>, StoreError> {
    let sql = of(tx, if who.0.is_some() { PEOPLE } else { PEOPLE_OF_MANY });
    on!(tx, |c| sqlx::query_as(sql)
        .bind(&sought.pattern)
        .bind(&sought.exact)
        .bind(sought.limit)
        .bind(&who.0)
        .fetch_all(c))
}

/// Articles by their words in either language, or by their slug.
///
/// # Errors
/// When the database fails.
pub async fn articles(tx: &mut Tx, sought: &Sought) -> Result<Vec<Found>, StoreError> {
    sought.called(tx, ARTICLES).await
}

/// Tickets by their number first, then the newest by subject, question or whose they are.
///
/// # Errors
/// When the database fails.
pub async fn tickets(
    tx: &mut Tx,
    sought: &Sought,
    by: (Option<i64>, &Who),
) -> Result<Vec<Found>, StoreError> {
    sought.numbered(tx, TICKETS, by).await
}

/// Cases by their number first, then the newest by the message, the reason or whose they are.
///
/// # Errors
/// When the database fails.
pub async fn cases(tx: &mut Tx, sought: &Sought, by: (Option<i64>, &Who)) -> Result<Vec<Found>, StoreError> {
    sought.numbered(tx, CASES, by).await
}

/// Announcements by their number first, then by their words.
///
/// # Errors
/// When the database fails.
pub async fn announcements(
    tx: &mut Tx,
    sought: &Sought,
    number: Option<i64>,
) -> Result<Vec<Found>, StoreError> {
    sought.worded(tx, ANNOUNCEMENTS, number).await
}

/// Activities by their number first, then by their words.
///
/// # Errors
/// When the database fails.
pub async fn activities(tx: &mut Tx, sought: &Sought, number: Option<i64>) -> Result<Vec<Found>, StoreError> {
    sought.worded(tx, ACTIVITIES, number).await
}

#[cfg(test)]
mod tests;
