//! Which copies test which text of a push, and what their readers did with each.

use std::collections::BTreeMap;

use sqlx::FromRow;

use super::WHAT;
use crate::store::segment::values;
use crate::store::{DbKind, StoreError, Tx, execute, json, on};

macro_rules! deal_sql {
    ($db:ident) => {
        concat!("UPDATE delivery SET variant = $3 WHERE push = $1 AND recipient IN ", values!($db, "$2"))
    };
}
macro_rules! variants_sql {
    ($db:ident) => {
        concat!(
            "SELECT recipient, variant FROM delivery WHERE push = $1 AND variant IS NOT NULL AND recipient IN ",
            values!($db, "$2")
        )
    };
}

const TO_DEAL: &str = "SELECT recipient FROM delivery WHERE push = $1 AND state = 'planned' AND recipient > $2 ORDER BY recipient LIMIT $3";
const DEAL_SQLITE: &str = deal_sql!(sqlite);
const DEAL_POSTGRES: &str = deal_sql!(postgres);
const VARIANTS_SQLITE: &str = variants_sql!(sqlite);
const VARIANTS_POSTGRES: &str = variants_sql!(postgres);
const IS_TESTED: &str = "SELECT EXISTS (SELECT 1 FROM delivery WHERE push = $1 AND variant IS NOT NULL AND state IN ('planned', 'queued'))";
const REST: &str =
    "SELECT count(*) FROM delivery WHERE push = $1 AND variant IS NULL AND state IN ('planned', 'queued')";
// A copy counts once it has arrived, whatever became of it since. Of a person, who pressed is the recipient; of a group, the
// place is.
const TESTED: &str = "SELECT d.variant, count(*) AS copies, \
    CAST(sum(CASE WHEN EXISTS (SELECT 1 FROM click c WHERE c.push = d.push AND c.recipient = d.recipient) THEN 1 ELSE 0 END) AS BIGINT) AS clicked, \
    CAST(sum(CASE WHEN EXISTS (SELECT 1 FROM acknowledgement a WHERE a.push = d.push AND a.person = d.recipient) \
    OR EXISTS (SELECT 1 FROM acknowledgement a WHERE a.push = d.push AND a.chat = d.recipient) THEN 1 ELSE 0 END) AS BIGINT) AS acknowledged, \
    CAST(sum(CASE WHEN EXISTS (SELECT 1 FROM reaction r WHERE r.push = d.push AND r.recipient = d.recipient AND r.stands) THEN 1 ELSE 0 END) AS BIGINT) AS reacted \
    FROM delivery d WHERE d.push = $1 AND d.variant IS NOT NULL AND d.sent_at_ms IS NOT NULL GROUP BY d.variant ORDER BY d.variant";

/// What came of one text's copies in a test.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct Arrived {
    /// Which text, 0 for the first.
    pub variant: i64,
    /// How many copies arrived.
    pub copies: i64,
    /// Through how many of them a counted link was opened.
    pub clicked: i64,
    /// Of how many of them somebody said that they have read it.
    pub acknowledged: i64,
    /// Under how many of them a reaction stands.
    pub reacted: i64,
}

/// Recipients after `after` whose copies are planned, by recipient.
///
/// # Errors
/// When the database fails.
pub async fn to_deal(tx: &mut Tx, push: &str, after: &str, limit: i64) -> Result<Vec<String>, StoreError> {
    on!(tx, |c| sqlx::query_scalar(TO_DEAL).bind(push).bind(after).bind(limit).fetch_all(c))
}

/// Notes that these recipients test a text.
///
/// # Errors
/// When the database fails.
pub async fn deal(tx: &mut Tx, push: &str, recipients: &[&str], variant: i64) -> Result<(), StoreError> {
    let recipients = json::kept(WHAT, &recipients)?;
    let sql = if tx.kind() == DbKind::Sqlite { DEAL_SQLITE } else { DEAL_POSTGRES };
    execute!(tx, sqlx::query(sql).bind(push).bind(&recipients).bind(variant)).map(|_| ())
}

/// Which text each of these recipients tests; those that are in no test are left out.
///
/// # Errors
/// When the database fails.
pub async fn variants_of(
    tx: &mut Tx,
    push: &str,
    recipients: &[&str],
) -> Result<BTreeMap<String, i64>, StoreError> {
    let recipients = json::kept(WHAT, &recipients)?;
    let sql = if tx.kind() == DbKind::Sqlite { VARIANTS_SQLITE } else { VARIANTS_POSTGRES };
    let rows: Vec<(String, i64)> =
        on!(tx, |c| sqlx::query_as(sql).bind(push).bind(&recipients).fetch_all(c))?;
    Ok(rows.into_iter().collect())
}

/// Whether copies of a test are still to go out.
///
/// # Errors
/// When the database fails.
pub async fn is_tested(tx: &mut Tx, push: &str) -> Result<bool, StoreError> {
    on!(tx, |c| sqlx::query_scalar(IS_TESTED).bind(push).fetch_one(c))
}

/// How many copies outside of the test are still to go out.
///
/// # Errors
/// When the database fails.
pub async fn rest(tx: &mut Tx, push: &str) -> Result<i64, StoreError> {
    on!(tx, |c| sqlx::query_scalar(REST).bind(push).fetch_one(c))
}

/// What came of each text in a test; those of which no copy arrived are left out.
///
/// # Errors
/// When the database fails.
pub async fn tested(tx: &mut Tx, push: &str) -> Result<Vec<Arrived>, StoreError> {
    on!(tx, |c| sqlx::query_as(TESTED).bind(push).fetch_all(c))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::click::{self, Clicks};
    use crate::store::delivery::{place, ready, set_opens, waits};
    use crate::store::reaction::{self, Held, OfCopy};
    use crate::store::segment::tests::community;
    use crate::store::testing::on_both;

    const COPIES: &str = "INSERT INTO delivery (push, recipient, name, lang, state, version) VALUES \
        ('A-1', 'p-lin', 'Lin', 'zh', 'planned', 0), ('A-1', 'p-dou', 'Dou', 'zh', 'planned', 0), \
        ('A-1', 'p-wu', 'Wu', 'zh', 'planned', 0), ('A-1', 'g1', 'Group', 'zh', 'planned', 0), \
        ('A-1', 'p-no', 'No', 'zh', 'unreachable', 0), ('A-2', 'p-lin', 'Lin', 'zh', 'planned', 0)";

    #[test]
    fn what_is_dealt_is_told_from_the_rest() {
        on_both(|hall| async move {
            let tx = &mut hall.db.write().await.unwrap();
            execute!(tx, sqlx::query(COPIES)).unwrap();
            assert_eq!(to_deal(tx, "A-1", "", 3).await.unwrap(), ["g1", "p-dou", "p-lin"]);
            assert_eq!(to_deal(tx, "A-1", "p-lin", 3).await.unwrap(), ["p-wu"], "and nobody out of reach");
            assert!(!is_tested(tx, "A-1").await.unwrap());
            deal(tx, "A-1", &["p-lin", "g1"], 0).await.unwrap();
            deal(tx, "A-1", &["p-dou"], 1).await.unwrap();
            let dealt = variants_of(tx, "A-1", &["p-lin", "p-dou", "p-wu"]).await.unwrap();
            assert_eq!(dealt, [("p-dou".into(), 1), ("p-lin".into(), 0)].into());
            assert_eq!(variants_of(tx, "A-2", &["p-lin"]).await.unwrap(), BTreeMap::new());
            assert!(is_tested(tx, "A-1").await.unwrap() && !is_tested(tx, "A-2").await.unwrap());
            assert_eq!((rest(tx, "A-1").await.unwrap(), rest(tx, "A-3").await.unwrap()), (1, 0));
            let sent = "UPDATE delivery SET state = 'sent' WHERE push = 'A-1' AND variant IS NOT NULL";
            execute!(tx, sqlx::query(sent)).unwrap();
            assert!(!is_tested(tx, "A-1").await.unwrap(), "the one that waits is in no test");
        });
    }

    #[test]
    fn the_rest_waits_while_the_test_goes_out() {
        on_both(|hall| async move {
            let tx = &mut hall.db.write().await.unwrap();
            execute!(tx, sqlx::query(COPIES)).unwrap();
            deal(tx, "A-1", &["p-lin", "p-dou"], 1).await.unwrap();
            place(tx, "A-1").await.unwrap();
            set_opens(tx, "A-1", ("", false), 50).await.unwrap();
            let names = |all: Vec<crate::store::delivery::StoredCopy>| {
                all.into_iter().map(|copy| (copy.name, copy.variant)).collect::<Vec<_>>()
            };
            let open = names(ready(tx, "A-1", 49, "", 9).await.unwrap());
            assert_eq!(open, [("Dou".to_owned(), Some(1)), ("Lin".to_owned(), Some(1))]);
            let waiting = waits(tx, "A-1", 49).await.unwrap();
            assert_eq!(waiting.iter().map(|one| (one.tested, one.copies)).collect::<Vec<_>>(), [(false, 2)]);
            assert_eq!(ready(tx, "A-1", 50, "", 9).await.unwrap().len(), 4);
            set_opens(tx, "A-1", ("", true), 60).await.unwrap();
            assert_eq!(names(ready(tx, "A-1", 50, "", 9).await.unwrap()).len(), 2, "each for itself");
        });
    }

    #[test]
    fn what_readers_did_is_counted_by_text_once_a_copy() {
        on_both(|hall| async move {
            let tx = &mut hall.db.write().await.unwrap();
            community(&hall, tx).await;
            execute!(tx, sqlx::query(COPIES)).unwrap();
            deal(tx, "A-1", &["p-lin", "g1"], 0).await.unwrap();
            deal(tx, "A-1", &["p-dou"], 2).await.unwrap();
            assert_eq!(tested(tx, "A-1").await.unwrap(), [], "nothing has arrived");
            let sent = "UPDATE delivery SET state = 'recalled', sent_at_ms = 5 WHERE push = 'A-1' AND state = 'planned'";
            execute!(tx, sqlx::query(sent)).unwrap();
            let click = |recipient: &str, n, push: &str| Clicks {
                push: push.into(),
                recipient: recipient.into(),
                n,
                clicks: 3,
                first_ms: 6,
                last_ms: 7,
            };
            // Two links of one copy are one copy; Wu is in no test, and another push is another.
            let all = [
                click("p-lin", 1, "A-1"),
                click("p-lin", 2, "A-1"),
                click("p-wu", 1, "A-1"),
                click("p-dou", 1, "A-2"),
            ];
            click::add(tx, &all).await.unwrap();
            for (person, chat) in [("lin", "d-lin"), ("wu", "g1"), ("dou", "g2")] {
                let add = "INSERT INTO acknowledgement (push, person, chat_user, name, chat, at_ms) VALUES ('A-1', $1, $2, '', $3, 8)";
                let (who, user) = (format!("p-{person}"), format!("u-{person}"));
                execute!(tx, sqlx::query(add).bind(&who).bind(&user).bind(chat)).unwrap();
            }
            // Two people under one copy are one copy; what was taken away is none.
            for (recipient, user, stands) in [
                ("g1", "u-lin", true),
                ("g1", "u-wu", true),
                ("p-lin", "u-lin", false),
                ("p-wu", "u-wu", true),
            ] {
                let (push, message) = ("A-1".to_owned(), "7".into());
                let under = OfCopy { push, recipient: recipient.into(), message };
                let held = Held { emoji: "👍".into(), stands, at_ms: 8 };
                reaction::put(tx, &under, &user.into(), &held).await.unwrap();
            }
            let of = |variant, copies, clicked, acknowledged, reacted| Arrived {
                variant,
                copies,
                clicked,
                acknowledged,
                reacted,
            };
            assert_eq!(tested(tx, "A-1").await.unwrap(), [of(0, 2, 1, 2, 1), of(2, 1, 0, 1, 0)]);
        });
    }
}
