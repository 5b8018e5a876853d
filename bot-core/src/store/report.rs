//! What the report of a week is made of. Everything is of what began from one moment until before another, both
//! unix milliseconds, by an index over that moment.

pub mod share;

use sqlx::FromRow;

use super::{StoreError, Tx, json, on};
use crate::features::wording::Wording;

/// Rules or pushes that are listed, at most.
pub const LISTED_MAX: i64 = 100;

/// Cases of one rule.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct OfRule {
    /// The rule; `None` for what people opened by hand.
    pub rule: Option<String>,
    /// Cases.
    pub cases: i64,
    /// Of them, those that staff dismissed or undid.
    pub withdrawn: i64,
}

/// Something that was pushed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pushed {
    /// Its number.
    pub no: i64,
    /// What it says.
    pub wording: Wording,
    /// Recipients of its audience.
    pub recipients: i64,
    /// Copies that their platform confirmed.
    pub reached: i64,
    /// People who said that they have read it.
    pub read: i64,
    /// Copies through which a link was opened.
    pub clicked: i64,
    /// People whose reactions stand under a copy.
    pub reacted: i64,
    /// People who have a place.
    pub joined: i64,
    /// People who wait for one.
    pub waiting: i64,
}

#[derive(FromRow)]
struct PushedRow {
    no: i64,
    wording: String,
    recipients: i64,
    reached: i64,
    read: i64,
    clicked: i64,
    reacted: i64,
    joined: i64,
    waiting: i64,
}

const GIVEN: &str = "SELECT count(*) FROM answer_given \
    WHERE given_at_ms >= $1 AND given_at_ms < $2 AND by_staff IS NULL AND state = $3";
const RULES: &str = "SELECT rule, count(*) AS cases, count(CASE WHEN state IN ('dismissed', 'undone') THEN 1 END) AS withdrawn \
    FROM mod_case WHERE at_ms >= $1 AND at_ms < $2 GROUP BY rule ORDER BY cases DESC, rule LIMIT $3";
// What was read, clicked and put under them is gathered for all of the week at once: asked for one by one, PostgreSQL went
// through all that there ever was for each.
macro_rules! of_the_week {
    ($counted:literal, $from:literal) => {
        concat!(
            "(SELECT k.push, ",
            $counted,
            " FROM ",
            $from,
            " k WHERE k.push IN (SELECT 'A-' || no FROM announcement WHERE started_at_ms >= $1 AND started_at_ms < $2) GROUP BY k.push)"
        )
    };
}

const ANNOUNCED: &str = concat!(
    "SELECT a.no, a.wording, count(d.recipient) AS recipients, count(d.sent_at_ms) AS reached, \
     coalesce(r.read, 0) AS read, coalesce(c.clicked, 0) AS clicked, coalesce(e.reacted, 0) AS reacted, \
     CAST(0 AS BIGINT) AS joined, CAST(0 AS BIGINT) AS waiting FROM announcement a LEFT JOIN delivery d ON d.push = 'A-' || a.no LEFT JOIN ",
    of_the_week!("count(*) AS read", "acknowledgement"),
    " r ON r.push = 'A-' || a.no LEFT JOIN ",
    of_the_week!("count(DISTINCT k.recipient) AS clicked", "click"),
    " c ON c.push = 'A-' || a.no LEFT JOIN ",
    of_the_week!("count(DISTINCT CASE WHEN k.stands THEN k.chat_user END) AS reacted", "reaction"),
    " e ON e.push = 'A-' || a.no WHERE a.started_at_ms >= $1 AND a.started_at_ms < $2 \
     GROUP BY a.no, a.wording, r.read, c.clicked, e.reacted ORDER BY a.no LIMIT $3"
);
const ORGANISED: &str = "SELECT a.no, a.wording, count(d.recipient) AS recipients, count(d.sent_at_ms) AS reached, CAST(0 AS BIGINT) AS read, CAST(0 AS BIGINT) AS clicked, \
    CAST(0 AS BIGINT) AS reacted, \
    (SELECT count(*) FROM registration r WHERE r.activity = a.no AND r.state = 'in') AS joined, \
    (SELECT count(*) FROM registration r WHERE r.activity = a.no AND r.state = 'waiting') AS waiting \
    FROM activity a LEFT JOIN delivery d ON d.push = 'E-' || a.no \
    WHERE a.opened_at_ms >= $1 AND a.opened_at_ms < $2 GROUP BY a.no, a.wording ORDER BY a.no LIMIT $3";

/// How many answers the bot gave by itself that are in a state.
///
/// # Errors
/// When the database fails.
pub async fn given(
    tx: &mut Tx,
    state: super::answer::GivenState,
    from_ms: i64,
    until_ms: i64,
) -> Result<i64, StoreError> {
    on!(tx, |c| sqlx::query_scalar(GIVEN).bind(from_ms).bind(until_ms).bind(state.word()).fetch_one(c))
}

/// Cases by rule, most first.
///
/// # Errors
/// When the database fails.
pub async fn rules(tx: &mut Tx, from_ms: i64, until_ms: i64) -> Result<Vec<OfRule>, StoreError> {
    on!(tx, |c| sqlx::query_as(RULES).bind(from_ms).bind(until_ms).bind(LISTED_MAX).fetch_all(c))
}

/// Announcements that began to go out.
///
/// # Errors
/// When the database fails.
pub async fn announced(tx: &mut Tx, from_ms: i64, until_ms: i64) -> Result<Vec<Pushed>, StoreError> {
    pushed(tx, ANNOUNCED, from_ms, until_ms).await
}

/// Activities that were opened for sign-up.
///
/// # Errors
/// When the database fails.
pub async fn organised(tx: &mut Tx, from_ms: i64, until_ms: i64) -> Result<Vec<Pushed>, StoreError> {
    pushed(tx, ORGANISED, from_ms, until_ms).await
}

async fn pushed(
    tx: &mut Tx,
    sql: &'static str,
    from_ms: i64,
    until_ms: i64,
) -> Result<Vec<Pushed>, StoreError> {
    let rows: Vec<PushedRow> =
        on!(tx, |c| sqlx::query_as(sql).bind(from_ms).bind(until_ms).bind(LISTED_MAX).fetch_all(c))?;
    let read = |row: PushedRow| {
        let PushedRow { no, wording, recipients, reached, read, clicked, reacted, joined, waiting } = row;
        let wording = json::read("wording", &wording)?;
        Ok(Pushed { no, wording, recipients, reached, read, clicked, reacted, joined, waiting })
    };
    rows.into_iter().map(read).collect()
}

#[cfg(test)]
mod tests {
    use sqlx::AssertSqlSafe;

    use super::*;
    use crate::store::answer::GivenState;
    use crate::store::execute;
    use crate::store::testing::on_both;

    /// Rows that look like production.
    const ROWS: [&str; 16] = [
        include_str!("../../tests/data/migrations/0001_chat.sql"),
        include_str!("../../tests/data/migrations/0002_outbox.sql"),
        include_str!("../../tests/data/migrations/0003_timer.sql"),
        include_str!("../../tests/data/migrations/0004_people.sql"),
        include_str!("../../tests/data/migrations/0005_form.sql"),
        include_str!("../../tests/data/migrations/0006_moderation.sql"),
        include_str!("../../tests/data/migrations/0007_answer.sql"),
        include_str!("../../tests/data/migrations/0008_ticket.sql"),
        include_str!("../../tests/data/migrations/0009_announcement.sql"),
        include_str!("../../tests/data/migrations/0010_activity.sql"),
        include_str!("../../tests/data/migrations/0011_session.sql"),
        include_str!("../../tests/data/migrations/0012_help.sql"),
        include_str!("../../tests/data/migrations/0038_acknowledge.sql"),
        include_str!("../../tests/data/migrations/0046_click.sql"),
        include_str!("../../tests/data/migrations/0053_reactions.sql"),
        "UPDATE answer_given SET state = 'solved' WHERE id = 'G1'; \
         UPDATE mod_case SET state = 'undone' WHERE no = 1; \
         INSERT INTO delivery (push, recipient, name, lang, state, version) VALUES ('A-1', 'P9', 'x', 'zh', 'rejected', 1);",
    ];

    #[test]
    fn a_time_has_what_began_in_it_and_nothing_else() {
        on_both(|hall| async move {
            let mut tx = hall.db.write().await.unwrap();
            for sql in ROWS {
                // Fixed texts of this repository.
                execute!(&mut tx, sqlx::raw_sql(AssertSqlSafe(sql))).unwrap();
            }
            let (from, until) = (1_795_000_000_000, 1_795_000_010_000);
            assert_eq!(given(&mut tx, GivenState::Solved, from, until).await.unwrap(), 1);
            assert_eq!(given(&mut tx, GivenState::Unsolved, from, until).await.unwrap(), 0);
            let rule = Some("fraud.easy-money".to_owned());
            assert_eq!(rules(&mut tx, from, until).await.unwrap(), [OfRule { rule, cases: 1, withdrawn: 1 }]);
            let fair = &announced(&mut tx, from, until).await.unwrap()[0];
            assert_eq!((fair.no, fair.recipients, fair.reached, fair.joined), (1, 2, 1, 0));
            assert_eq!((fair.read, fair.clicked, fair.reacted), (1, 1, 1));
            assert_eq!(fair.wording.title_en.as_deref(), Some("Fair"));
            let class = &organised(&mut tx, from, until).await.unwrap()[0];
            assert_eq!((class.recipients, class.joined, class.waiting), (0, 1, 0));
            for (from, until) in [(0, from), (until, until * 2)] {
                assert_eq!(rules(&mut tx, from, until).await.unwrap(), []);
                assert_eq!(announced(&mut tx, from, until).await.unwrap(), []);
                assert_eq!(organised(&mut tx, from, until).await.unwrap(), []);
            }
        });
    }
}
