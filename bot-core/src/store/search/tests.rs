//! Each kind found by its words, by its number and by whose it is, on both databases.

use sqlx::AssertSqlSafe;

use super::*;
use crate::store::execute;
use crate::store::testing::on_both;

/// Rows that look like production.
const ROWS: [&str; 9] = [
    include_str!("../../../tests/data/migrations/0001_chat.sql"),
    include_str!("../../../tests/data/migrations/0004_people.sql"),
    include_str!("../../../tests/data/migrations/0006_moderation.sql"),
    include_str!("../../../tests/data/migrations/0007_answer.sql"),
    include_str!("../../../tests/data/migrations/0008_ticket.sql"),
    include_str!("../../../tests/data/migrations/0009_announcement.sql"),
    include_str!("../../../tests/data/migrations/0010_activity.sql"),
    "INSERT INTO merchant_external (external_id, merchant) VALUES ('ext-7', 'R2');",
    "INSERT INTO merchant (id, name, category, tier, created_at_ms) VALUES ('R3', '100%_off\\', 'home', 'none', 0);",
];

async fn persons(tx: &mut Tx, sought: &Sought) -> Result<Vec<Found>, StoreError> {
    let who = who(tx, sought).await?;
    people(tx, sought, &who).await
}

/// Tickets or cases.
async fn of_number(
    tx: &mut Tx,
    what: &str,
    words: &str,
    number: Option<i64>,
) -> Result<Vec<Found>, StoreError> {
    let sought = Sought::new(words, 9);
    let who = who(tx, &sought).await?;
    if what == "ticket" {
        return tickets(tx, &sought, (number, &who)).await;
    }
    cases(tx, &sought, (number, &who)).await
}

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
        let people_found = persons(tx, &of("LIN")).await.unwrap();
        assert_eq!((people_found[0].id.as_str(), people_found[0].beside.as_str()), ("R1", "sandbox"));
        assert_eq!(ids(persons(tx, &of("u.ann")).await), [""], "who speaks for nobody");
        assert_eq!(ids(persons(tx, &of("another")).await), none, "no bots");
        assert_eq!(ids(articles(tx, &of("working DAY")).await), ["payout-times"]);
        assert_eq!(ids(articles(tx, &of("payout-times")).await), ["payout-times"], "once");
        assert_eq!(ids(of_number(tx, "ticket", "提现", None).await), ["1"]);
        assert_eq!(ids(of_number(tx, "ticket", "#1", Some(1)).await), ["1"]);
        assert_eq!(ids(of_number(tx, "ticket", "zebra", Some(2)).await), none);
        assert_eq!(ids(of_number(tx, "case", "GONE", None).await), ["1"]);
        assert_eq!(ids(of_number(tx, "case", "C-1", Some(1)).await), ["1"]);
        assert_eq!(ids(announcements(tx, &of("fair"), None).await), ["1"]);
        assert_eq!(ids(announcements(tx, &of("title_en"), None).await), none, "not by what holds the words");
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
        for (words, expected) in
            [("%", vec!["R3"]), ("_", vec!["R3"]), ("\\", vec!["R3"]), ("0%_o", vec!["R3"]), ("'", vec![])]
        {
            assert_eq!(ids(merchants(&mut tx, &Sought::new(words, 9)).await), expected, "{words}");
        }
        assert_eq!(merchants(&mut tx, &Sought::new("", 2)).await.unwrap().len(), 2);
    });
}

#[test]
fn letters_of_other_alphabets_are_found_as_they_are_written() {
    on_both(|hall| async move {
        let mut tx = hall.db.write().await.unwrap();
        for (id, name) in [("R4", "Волна Trade"), ("R5", "ÉCOLE de Paris")] {
            let add = "INSERT INTO merchant (id, name, category, tier, created_at_ms) VALUES ($1, $2, '', 'none', 0)";
            execute!(&mut tx, sqlx::query(add).bind(id).bind(name)).unwrap();
        }
        for (words, expected) in
            [("Волна", "R4"), ("Волна TRADE", "R4"), ("волна", ""), ("École", "R5"), ("école", "")]
        {
            let found = ids(merchants(&mut tx, &Sought::new(words, 9)).await);
            assert_eq!(found.concat(), expected, "{words}");
            let named = crate::store::people::merchants_named(&mut tx, words, 9).await.unwrap();
            assert_eq!(named.len(), found.len(), "{words}");
        }
    });
}

/// A ticket of Ann's, so much newer than the first that words are not looked for in that one.
const NEWER: &str = "INSERT INTO ticket (no, chat_user, direct, lang, state, subject, question, handle, line_button, flat, threads_opened, opened_at_ms, changed_at_ms) \
    VALUES (20002, 'U2', 'C4', 'en', 'closed', '', 'Where is my parcel?', 'h2', false, false, 0, 0, 0)";

#[test]
fn tickets_are_found_by_whose_they_are_however_old_unless_they_are_too_many() {
    on_both(|hall| async move {
        let mut tx = hall.db.write().await.unwrap();
        for sql in ROWS {
            execute!(&mut tx, sqlx::raw_sql(AssertSqlSafe(sql))).unwrap();
        }
        let tx = &mut tx;
        let none = Vec::<String>::new();
        let lin = Sought::new("LIN", 9);
        let many = Who(None);
        for words in ["小林", "lin", "u.lin"] {
            assert_eq!(ids(of_number(tx, "ticket", words, None).await), ["1"], "{words}");
        }
        assert_eq!(ids(tickets(tx, &lin, (None, &many)).await), ["1"], "one of many of that name");
        let few = persons(tx, &lin).await.unwrap();
        assert_eq!(people(tx, &lin, &many).await.unwrap(), few);
        execute!(tx, sqlx::raw_sql(AssertSqlSafe(NEWER))).unwrap();
        assert_eq!(ids(of_number(tx, "ticket", "提现", None).await), none, "not by words among the old");
        assert_eq!(ids(of_number(tx, "ticket", "T-1", Some(1)).await), ["1"]);
        assert_eq!(ids(of_number(tx, "ticket", "lin", None).await), ["1"]);
        assert_eq!(ids(tickets(tx, &lin, (None, &many)).await), none);
        assert_eq!(ids(of_number(tx, "ticket", "n", None).await), ["20002", "1"], "the newest first");
        let first = Sought::new("n", 1);
        let who = who(tx, &first).await.unwrap();
        assert_eq!(ids(tickets(tx, &first, (Some(1), &who)).await), ["1"], "but for the number");
        assert_eq!(ids(tickets(tx, &first, (None, &who)).await), ["20002"]);
    });
}
