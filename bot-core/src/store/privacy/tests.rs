//! What is theirs is found in every table, given out, erased from everywhere, and grows old.

mod retain;

use std::collections::BTreeSet;

use sqlx::AssertSqlSafe;

use super::holds::{HOLDS, Holds};
use super::*;
use crate::chat::{Action, Content};
use crate::ids::{CaseNo, RowId, StaffId, TicketNo};
use crate::store::copy::columns;
use crate::store::testing::{START_MS, on_both};
use crate::store::{DbKind, Tx, execute, on};

/// Columns of ids, states and numbers: nobody's words stand in them. `table.column` where the name alone does not say it.
const NO_WORDS: &[&str] = &[
    "account",
    "article",
    "asker",
    "audit.act",
    "audit.detail",
    "audit.hash",
    "audit.object",
    "answer_given.content",
    "answer_given.lang",
    "answer_given.question",
    "author",
    "button.payload",
    "by_staff",
    "card",
    "card_chat",
    "chat",
    "chat.platform_key",
    "chat_user",
    "chat_user.platform_key",
    "copy_outbox",
    "decided_by",
    "delivery.lang",
    "delivery.reason",
    "delivery",
    "digest",
    "direct",
    "error_kind",
    "event",
    "feature",
    "for_user",
    "gap",
    "handle",
    "header_outbox",
    "id",
    "joined",
    "kept",
    "kind",
    "line_outbox",
    "media_type",
    "member",
    "merchant",
    "message",
    "message.platform_key",
    "message_key",
    "notice",
    "object",
    "opened_by",
    "origin",
    "origin_chat",
    "origin_message",
    "origin_thread",
    "outbox",
    "owner",
    "peer",
    "person",
    "pin",
    "place",
    "points_at",
    "purpose",
    "push",
    "reach",
    "recipient",
    "removal",
    "role",
    "rule",
    "staff",
    "staff_chat",
    "state",
    "thread",
    "thread_key",
    "thread_outbox",
    "ticket.lang",
    "ticket_post.platform_key",
    "tier",
    "token",
    "type",
    "use_key",
    "verb",
    "webhook",
];

async fn run(tx: &mut Tx, sql: &str) {
    execute!(tx, sqlx::raw_sql(AssertSqlSafe(sql))).unwrap();
}

/// Rows that look like production, in every table.
async fn production(tx: &mut Tx) {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/migrations");
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|one| one.unwrap().path()).collect();
    files.sort();
    for file in files {
        run(tx, &std::fs::read_to_string(file).unwrap()).await;
    }
}

/// The columns of a table that hold text.
async fn text_columns(tx: &mut Tx, table: &str) -> Vec<String> {
    let sql = match tx.kind() {
        DbKind::Sqlite => format!("SELECT name FROM pragma_table_info('{table}') WHERE type = 'TEXT'"),
        DbKind::Postgres => format!(
            "SELECT column_name::text FROM information_schema.columns WHERE table_schema = current_schema() \
            AND table_name = '{table}' AND data_type = 'text'"
        ),
    };
    on!(tx, |c| sqlx::query_scalar(AssertSqlSafe(sql.as_str())).fetch_all(c)).unwrap()
}

/// Writes `MARK-table-column` wherever words of theirs may stand; gives the tables in which there was such a place.
async fn mark(tx: &mut Tx, whom: &Whom) -> BTreeSet<&'static str> {
    let (merchant, person) = whom.ids();
    let mut marked = BTreeSet::new();
    for (table, holds) in HOLDS {
        let Holds::Theirs(condition) = holds else { continue };
        for column in text_columns(tx, table).await {
            let long = format!("{table}.{column}");
            if NO_WORDS.contains(&column.as_str()) || NO_WORDS.contains(&long.as_str()) {
                continue;
            }
            let sql = format!(
                "{}UPDATE \"{table}\" SET \"{column}\" = 'MARK-{table}-{column}' WHERE {condition}",
                of_asked!("")
            );
            let touched =
                execute!(tx, sqlx::query(AssertSqlSafe(sql.as_str())).bind(merchant).bind(person)).unwrap();
            if touched > 0 {
                marked.insert(*table);
            }
        }
    }
    marked
}

/// Where these words stand: every column of every table.
async fn standing(tx: &mut Tx, words: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    for (table, all) in columns(tx).await.unwrap() {
        for column in all {
            for word in words {
                let sql = format!(
                    "SELECT count(*) FROM \"{table}\" WHERE CAST(\"{column}\" AS TEXT) LIKE '%{word}%'"
                );
                let rows: i64 =
                    on!(tx, |c| sqlx::query_scalar(AssertSqlSafe(sql.as_str())).fetch_one(c)).unwrap();
                if rows > 0 {
                    found.push(format!("{word} in {table}.{column}"));
                }
            }
        }
    }
    found
}

/// Ends what stands in the way of erasing the merchant of the rows.
const ENDED: &str = "UPDATE ticket SET state = 'closed', closed_at_ms = 1795000009000; \
    UPDATE sanction SET state = 'lifted', ended_at_ms = 1795000009000; \
    UPDATE outbox SET state = 'sent' WHERE chat = 'C3'; \
    UPDATE contact SET merchant = 'R1' WHERE person = 'P1';";

/// What others were told of them.
const TOLD: &str = "UPDATE message SET text = 'MARK-chat_user-name is muted' WHERE author IS NULL; \
    UPDATE outbox SET state = 'sent', lane = 0, action = '{\"send\":{\"text\":{\"text\":\"MARK-chat_user-name\"}}}' WHERE chat <> 'C3'; \
    UPDATE event_failed SET event = '{\"user\":\"u.lin\"}'; \
    UPDATE gap SET form = 'MARK-gap', sample = 'MARK-gap' WHERE id = 'Q1';";

#[test]
fn every_table_says_what_it_holds_of_people() {
    on_both(|hall| async move {
        let mut tx = hall.db.read().await.unwrap();
        let there: Vec<String> = columns(&mut tx).await.unwrap().into_keys().collect();
        let said: Vec<&str> = HOLDS.iter().map(|(table, _)| *table).collect();
        assert_eq!(there, said, "left: the tables; right: store/privacy/holds.rs");
    });
}

#[test]
fn after_an_erasure_nothing_of_them_stands_anywhere() {
    on_both(|hall| async move {
        let whom = Whom::Merchant("R1".into());
        let mut tx = hall.db.write().await.unwrap();
        production(&mut tx).await;
        run(&mut tx, ENDED).await;
        let marked = mark(&mut tx, &whom).await;
        for table in
            ["chat_user", "message", "ticket", "ticket_message", "mod_case", "merchant", "outbox", "file"]
        {
            assert!(marked.contains(table), "nothing of {table} was marked: {marked:?}");
        }
        run(&mut tx, TOLD).await;
        assert!(standing(&mut tx, &["MARK-", "u.lin", "d.lin"]).await.len() > 30);
        assert_eq!(obstacle(&mut tx, &whom).await.unwrap(), None);
        let id: RowId = "E9".into();
        begin(&mut tx, &id, &whom, &StaffId::from("S1"), START_MS).await.unwrap();
        tx.commit().await.unwrap();
        let mut steps = 0;
        loop {
            // Killed in the middle of a step: nothing of it happened, and it is done again.
            let mut killed = hall.db.write().await.unwrap();
            step(&mut killed, &id, START_MS).await.unwrap();
            drop(killed);
            let mut tx = hall.db.write().await.unwrap();
            let next = step(&mut tx, &id, START_MS).await.unwrap();
            tx.commit().await.unwrap();
            steps += 1;
            assert!(steps < 200, "it comes to no end");
            if next != Step::More {
                assert_eq!(next, Step::Done);
                break;
            }
        }
        let mut tx = hall.db.read().await.unwrap();
        assert_eq!(standing(&mut tx, &["MARK-", "u.lin", "d.lin"]).await, [] as [String; 0]);
        let count = async |tx: &mut Tx, sql: &'static str| -> i64 {
            on!(tx, |c| sqlx::query_scalar(sql).fetch_one(c)).unwrap()
        };
        // What must stay.
        assert_eq!(count(&mut tx, "SELECT count(*) FROM ticket WHERE no = 1 AND closed_at_ms > 0").await, 1);
        let case = "SELECT count(*) FROM mod_case WHERE no = 1 AND rule = 'fraud.easy-money' AND at_ms > 0";
        assert_eq!(count(&mut tx, case).await, 1);
        assert_eq!(count(&mut tx, "SELECT count(*) FROM message").await, 3, "messages count on");
        assert_eq!(
            count(&mut tx, "SELECT count(*) FROM chat_user WHERE name = 'Ann'").await,
            1,
            "nobody else is touched"
        );
        assert_eq!(count(&mut tx, "SELECT count(*) FROM merchant WHERE id = 'R2'").await, 1);
        let done = get(&mut tx, &id).await.unwrap().unwrap();
        assert_eq!((done.done_at_ms, done.is_held()), (Some(START_MS), false));
        assert_eq!(
            super::erase::persons(&mut tx, &id).await.unwrap().first().map(|one| one.0.as_str()),
            Some("P1")
        );
    });
}

#[test]
fn what_takes_the_place_of_words_can_be_read() {
    assert!(matches!(serde_json::from_str(blank_action!()).unwrap(), Action::Send(_)));
    let content: Content = serde_json::from_str("{\"text\":{\"text\":\"\"}}").unwrap();
    assert_eq!(content, Content::default());
}

#[test]
fn an_export_has_everything_of_theirs_and_nothing_of_others() {
    on_both(|hall| async move {
        let mut tx = hall.db.write().await.unwrap();
        production(&mut tx).await;
        run(&mut tx, "UPDATE contact SET merchant = 'R1' WHERE person = 'P1'").await;
        let whom = Whom::Merchant("R1".into());
        let marked = mark(&mut tx, &whom).await;
        let all = export(&mut tx, &whom).await.unwrap();
        for table in marked {
            let text = serde_json::to_string(&all[table]).unwrap();
            assert!(text.contains(&format!("MARK-{table}-")), "{table}: {text}");
        }
        let person = export(&mut tx, &Whom::Person("P1".into())).await.unwrap();
        assert!(!person.contains_key("merchant_tag"), "the merchant is another's too");
        assert_eq!(person["chat_user"], all["chat_user"]);
        let text = serde_json::to_string(&all).unwrap();
        assert!(!text.contains("\"Ann\"") && !text.contains("North Pier"), "{text}");
        assert!(export(&mut tx, &Whom::Person("nobody".into())).await.unwrap().is_empty());
    });
}

#[test]
fn what_stands_in_the_way_is_named() {
    on_both(|hall| async move {
        let mut tx = hall.db.write().await.unwrap();
        production(&mut tx).await;
        let whom = Whom::Person("P1".into());
        run(&mut tx, ENDED).await;
        assert_eq!(obstacle(&mut tx, &whom).await.unwrap(), None);
        for (sql, undo, wanted) in [
            (
                "UPDATE staff SET person = 'P1' WHERE id = 'S1'",
                "UPDATE staff SET person = 'P2' WHERE id = 'S1'",
                Obstacle::Staff("Ann".into()),
            ),
            (
                "UPDATE ticket SET state = 'open' WHERE no = 1",
                "UPDATE ticket SET state = 'closed' WHERE no = 1",
                Obstacle::Ticket(TicketNo(1)),
            ),
            (
                "UPDATE sanction SET state = 'active', kind = 'mute' WHERE id = 'S1'",
                "UPDATE sanction SET state = 'lifted' WHERE id = 'S1'",
                Obstacle::Sanction(CaseNo(1)),
            ),
            (
                "UPDATE outbox SET state = 'leased' WHERE id = 'O3'",
                "UPDATE outbox SET state = 'sent' WHERE id = 'O3'",
                Obstacle::UnderWay(1),
            ),
        ] {
            run(&mut tx, sql).await;
            assert_eq!(obstacle(&mut tx, &whom).await.unwrap(), Some(wanted), "{sql}");
            run(&mut tx, undo).await;
        }
    });
}

#[test]
fn who_is_banned_keeps_the_key_until_the_ban_ends() {
    on_both(|hall| async move {
        let mut tx = hall.db.write().await.unwrap();
        production(&mut tx).await;
        run(&mut tx, ENDED).await;
        run(&mut tx, "UPDATE sanction SET state = 'active', kind = 'ban' WHERE id = 'S1'").await;
        let id: RowId = "E9".into();
        begin(&mut tx, &id, &Whom::Person("P1".into()), &StaffId::from("S1"), START_MS).await.unwrap();
        let mut steps = 0;
        while step(&mut tx, &id, START_MS).await.unwrap() == Step::More {
            steps += 1;
            assert!(steps < 200, "it comes to no end");
        }
        assert!(get(&mut tx, &id).await.unwrap().unwrap().is_held());
        assert_eq!(
            standing(&mut tx, &["u.lin", "小林"]).await,
            ["u.lin in chat_user.platform_key", "小林 in merchant.name"]
        );
        run(&mut tx, "UPDATE sanction SET state = 'undone' WHERE id = 'S1'").await;
        assert_eq!(step(&mut tx, &id, START_MS + 1).await.unwrap(), Step::Done);
        assert_eq!(standing(&mut tx, &["u.lin"]).await, [] as [String; 0]);
    });
}

#[test]
fn somebody_is_found_by_a_part_of_the_name_or_by_the_exact_key() {
    on_both(|hall| async move {
        let mut tx = hall.db.write().await.unwrap();
        production(&mut tx).await;
        for (words, wanted) in [("小林", 1), ("u.lin", 1), ("LIN", 1), ("u.li", 0), ("%", 0), ("Another", 0)]
        {
            let found = search(&mut tx, words, 9).await.unwrap();
            assert_eq!(found.len(), wanted, "{words}: {found:?}");
        }
        let shops = merchants_of(&mut tx, &[&"P1".into(), &"nobody".into()]).await.unwrap();
        assert_eq!(shops, [("P1".into(), vec!["小林的店".to_owned()])].into());
        let counted = counted(&mut tx, &Whom::Person("P1".into())).await.unwrap();
        assert_eq!((counted.messages, counted.tickets, counted.cases), (2, 2, 1));
    });
}
