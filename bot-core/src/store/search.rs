//! Looking for words over everything that staff deal with: a few hits of each kind, by one statement each.

use sqlx::FromRow;

use super::people::pattern;
use super::{DbKind, StoreError, Tx, on};

/// Among how many of the newest tickets and cases words are looked for. A number is found whichever it is.
pub const NEWEST: i64 = 20_000;

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

const MERCHANTS: &str = "SELECT m.id, m.name AS title, m.category AS beside FROM merchant m WHERE lower(m.name) LIKE $1 ESCAPE '\\' OR m.id = $2 \
    OR m.id IN (SELECT e.merchant FROM merchant_external e WHERE e.external_id = $2) ORDER BY m.name, m.id LIMIT $3";
const PEOPLE: &str = "SELECT coalesce((SELECT min(k.merchant) FROM contact k WHERE k.person = u.person), '') AS id, u.name AS title, u.account AS beside \
    FROM chat_user u WHERE NOT u.is_bot AND (lower(u.name) LIKE $1 ESCAPE '\\' OR lower(u.username) LIKE $1 ESCAPE '\\' OR u.platform_key = $2) \
    ORDER BY u.name, u.id LIMIT $3";
const ARTICLES: &str = "SELECT a.slug AS id, min(t.title) AS title, '' AS beside FROM article a JOIN article_text t ON t.article = a.slug \
    WHERE a.slug = $2 OR lower(t.title) LIKE $1 ESCAPE '\\' OR lower(t.questions) LIKE $1 ESCAPE '\\' OR lower(t.body) LIKE $1 ESCAPE '\\' \
    GROUP BY a.slug ORDER BY a.slug LIMIT $3";
const TICKETS: &str = "SELECT CAST(t.no AS TEXT) AS id, CASE WHEN t.subject = '' THEN t.question ELSE t.subject END AS title, u.name AS beside \
    FROM ticket t JOIN chat_user u ON u.id = t.chat_user WHERE t.no = $2 OR (t.no > (SELECT max(w.no) FROM ticket w) - $4 \
    AND (lower(t.subject) LIKE $1 ESCAPE '\\' OR lower(t.question) LIKE $1 ESCAPE '\\' OR lower(u.name) LIKE $1 ESCAPE '\\')) \
    ORDER BY CASE WHEN t.no = $2 THEN 0 ELSE 1 END, t.no DESC LIMIT $3";
const CASES: &str = "SELECT CAST(c.no AS TEXT) AS id, coalesce(c.message_text, c.reason, c.rule, '') AS title, u.name AS beside \
    FROM mod_case c JOIN chat_user u ON u.id = c.chat_user WHERE c.no = $2 OR (c.no > (SELECT max(w.no) FROM mod_case w) - $4 \
    AND (lower(c.message_text) LIKE $1 ESCAPE '\\' OR lower(c.reason) LIKE $1 ESCAPE '\\' OR lower(u.name) LIKE $1 ESCAPE '\\')) \
    ORDER BY CASE WHEN c.no = $2 THEN 0 ELSE 1 END, c.no DESC LIMIT $3";

/// Announcements or activities by the words of either language.
macro_rules! worded {
    ($table:literal, $wording:literal) => {
        concat!(
            "SELECT CAST(q.no AS TEXT) AS id, coalesce(q.title_en, q.title_zh, q.body_en, q.body_zh, '') AS title, '' AS beside FROM (SELECT no, ",
            $wording, "->>'title_en' AS title_en, ", $wording, "->>'title_zh' AS title_zh, ",
            $wording, "->>'body_en' AS body_en, ", $wording, "->>'body_zh' AS body_zh FROM ", $table,
            ") q WHERE q.no = $2 OR lower(q.title_en) LIKE $1 ESCAPE '\\' OR lower(q.title_zh) LIKE $1 ESCAPE '\\' \
             OR lower(q.body_en) LIKE $1 ESCAPE '\\' OR lower(q.body_zh) LIKE $1 ESCAPE '\\' \
             ORDER BY CASE WHEN q.no = $2 THEN 0 ELSE 1 END, q.no DESC LIMIT $3"
        )
    };
}

const ANNOUNCEMENTS_SQLITE: &str = worded!("announcement", "wording");
const ANNOUNCEMENTS_POSTGRES: &str = worded!("announcement", "wording::jsonb");
const ACTIVITIES_SQLITE: &str = worded!("activity", "wording");
const ACTIVITIES_POSTGRES: &str = worded!("activity", "wording::jsonb");

impl Sought {
    /// These words, with at most so many hits of each kind.
    pub fn new(words: &str, limit: i64) -> Self {
        let exact = words.trim().to_owned();
        Self { pattern: pattern(&exact), exact, limit }
    }

    async fn named(&self, tx: &mut Tx, sql: &'static str) -> Result<Vec<Found>, StoreError> {
        on!(tx, |c| sqlx::query_as(sql).bind(&self.pattern).bind(&self.exact).bind(self.limit).fetch_all(c))
    }

    async fn numbered(
        &self,
        tx: &mut Tx,
        sql: &'static str,
        number: Option<i64>,
    ) -> Result<Vec<Found>, StoreError> {
        let number = number.unwrap_or(0);
        on!(tx, |c| sqlx::query_as(sql)
            .bind(&self.pattern)
            .bind(number)
            .bind(self.limit)
            .bind(NEWEST)
            .fetch_all(c))
    }

    async fn worded(
        &self,
        tx: &mut Tx,
        sqlite: &'static str,
        postgres: &'static str,
        number: Option<i64>,
    ) -> Result<Vec<Found>, StoreError> {
        let sql = if tx.kind() == DbKind::Sqlite { sqlite } else { postgres };
        let number = number.unwrap_or(0);
        on!(tx, |c| sqlx::query_as(sql).bind(&self.pattern).bind(number).bind(self.limit).fetch_all(c))
    }
}

/// Merchants by a part of their name, or by an id.
///
/// # Errors
/// When the database fails.
pub async fn merchants(tx: &mut Tx, sought: &Sought) -> Result<Vec<Found>, StoreError> {
    sought.named(tx, MERCHANTS).await
}

/// Identities by a part of their names, or by their id on the platform.
///
/// # Errors
/// When the database fails.
pub async fn people(tx: &mut Tx, sought: &Sought) -> Result<Vec<Found>, StoreError> {
    sought.named(tx, PEOPLE).await
}

/// Articles by their words in either language, or by their slug.
///
/// # Errors
/// When the database fails.
pub async fn articles(tx: &mut Tx, sought: &Sought) -> Result<Vec<Found>, StoreError> {
    sought.named(tx, ARTICLES).await
}

/// Tickets by their number first, then the newest by subject, question or whose they are.
///
/// # Errors
/// When the database fails.
pub async fn tickets(tx: &mut Tx, sought: &Sought, number: Option<i64>) -> Result<Vec<Found>, StoreError> {
    sought.numbered(tx, TICKETS, number).await
}

/// Cases by their number first, then the newest by the message, the reason or whose they are.
///
/// # Errors
/// When the database fails.
pub async fn cases(tx: &mut Tx, sought: &Sought, number: Option<i64>) -> Result<Vec<Found>, StoreError> {
    sought.numbered(tx, CASES, number).await
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
    sought.worded(tx, ANNOUNCEMENTS_SQLITE, ANNOUNCEMENTS_POSTGRES, number).await
}

/// Activities by their number first, then by their words.
///
/// # Errors
/// When the database fails.
pub async fn activities(tx: &mut Tx, sought: &Sought, number: Option<i64>) -> Result<Vec<Found>, StoreError> {
    sought.worded(tx, ACTIVITIES_SQLITE, ACTIVITIES_POSTGRES, number).await
}

#[cfg(test)]
mod tests {
    use sqlx::AssertSqlSafe;

    use super::*;
    use crate::store::execute;
    use crate::store::testing::on_both;

    /// Rows that look like production.
    const ROWS: [&str; 9] = [
        include_str!("../../tests/data/migrations/0001_chat.sql"),
        include_str!("../../tests/data/migrations/0004_people.sql"),
        include_str!("../../tests/data/migrations/0006_moderation.sql"),
        include_str!("../../tests/data/migrations/0007_answer.sql"),
        include_str!("../../tests/data/migrations/0008_ticket.sql"),
        include_str!("../../tests/data/migrations/0009_announcement.sql"),
        include_str!("../../tests/data/migrations/0010_activity.sql"),
        "INSERT INTO merchant_external (external_id, merchant) VALUES ('ext-7', 'R2');",
        "INSERT INTO merchant (id, name, category, tier, created_at_ms) VALUES ('R3', '100%_off\\', 'home', 'none', 0);",
    ];

    fn ids(found: Result<Vec<Found>, StoreError>) -> Vec<String> {
        found.unwrap().into_iter().map(|one| one.id).collect()
    }

    #[test]
    fn each_kind_is_found_by_its_words_and_by_its_number() {
        on_both(|hall| async move {
            let mut tx = hall.db.write().await.unwrap();
            for sql in ROWS {
                // Fixed texts of this repository.
                execute!(&mut tx, sqlx::raw_sql(AssertSqlSafe(sql))).unwrap();
            }
            let tx = &mut tx;
            let of = |words: &str| Sought::new(words, 9);
            let none = Vec::<String>::new();
            assert_eq!(ids(merchants(tx, &of("小林")).await), ["R1"]);
            assert_eq!(ids(merchants(tx, &of(" north PIER ")).await), ["R2"]);
            assert_eq!(ids(merchants(tx, &of("ext-7")).await), ["R2"], "by its own id");
            let people_found = people(tx, &of("LIN")).await.unwrap();
            assert_eq!((people_found[0].id.as_str(), people_found[0].beside.as_str()), ("R1", "sandbox"));
            assert_eq!(ids(people(tx, &of("u.ann")).await), [""], "who speaks for nobody");
            assert_eq!(ids(people(tx, &of("another")).await), none, "no bots");
            assert_eq!(ids(articles(tx, &of("working DAY")).await), ["payout-times"]);
            assert_eq!(ids(articles(tx, &of("payout-times")).await), ["payout-times"], "once");
            assert_eq!(ids(tickets(tx, &of("提现"), None).await), ["1"]);
            assert_eq!(ids(tickets(tx, &of("#1"), Some(1)).await), ["1"]);
            assert_eq!(ids(tickets(tx, &of("zebra"), Some(2)).await), none);
            assert_eq!(ids(cases(tx, &of("GONE"), None).await), ["1"]);
            assert_eq!(ids(cases(tx, &of("C-1"), Some(1)).await), ["1"]);
            assert_eq!(ids(announcements(tx, &of("fair"), None).await), ["1"]);
            assert_eq!(
                ids(announcements(tx, &of("title_en"), None).await),
                none,
                "not by what holds the words"
            );
            assert_eq!(ids(activities(tx, &of("课堂"), None).await), ["1"]);
            assert_eq!(ids(activities(tx, &of("E-1"), Some(1)).await), ["1"]);
        });
    }

    #[test]
    fn signs_of_patterns_are_letters_like_others_and_hits_are_capped() {
        on_both(|hall| async move {
            let mut tx = hall.db.write().await.unwrap();
            for sql in ROWS {
                execute!(&mut tx, sqlx::raw_sql(AssertSqlSafe(sql))).unwrap();
            }
            for (words, expected) in [
                ("%", vec!["R3"]),
                ("_", vec!["R3"]),
                ("\\", vec!["R3"]),
                ("0%_o", vec!["R3"]),
                ("'", vec![]),
            ] {
                assert_eq!(ids(merchants(&mut tx, &Sought::new(words, 9)).await), expected, "{words}");
            }
            assert_eq!(merchants(&mut tx, &Sought::new("", 2)).await.unwrap().len(), 2);
        });
    }
}
