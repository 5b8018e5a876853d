//! Rows that look like production go from each database to the other and back.

use sqlx::AssertSqlSafe;

use super::{Copied, columns, count, everything, in_order, read_sql, without_nul};
use crate::store::{Db, Savepoint, audit, execute, on};

/// An empty database of each kind that is there, with what has to be kept as long as it.
async fn fresh(folder: &std::path::Path, name: &str) -> Vec<(Db, Option<throwaway_postgres::Database>)> {
    let mut all = vec![(format!("sqlite:{}", folder.join(format!("{name}.sqlite")).display()), None)];
    if let Some(cluster) = throwaway_postgres::cluster() {
        let database = cluster.fresh_database(None);
        all.push((database.url().to_owned(), Some(database)));
    }
    let mut opened = Vec::new();
    for (url, kept) in all {
        let db = Db::open(&url).await.unwrap();
        db.migrate().await.unwrap();
        opened.push((db, kept));
    }
    opened
}

const HARD: &str = "INSERT INTO timer (id, feature, kind, timer_key, due_at_ms, try_at_ms, attempts, error) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";

/// The rows of all migrations' test data, and some that are hard to carry.
async fn fill(db: &Db) {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/migrations");
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let mut tx = db.write().await.unwrap();
    for file in files {
        // Fixed files of this repository. Those that tell how an older table looked are refused by the tables of today.
        let sql = std::fs::read_to_string(file).unwrap();
        tx.savepoint(Savepoint::Set).await.unwrap();
        let kept = execute!(&mut tx, sqlx::raw_sql(AssertSqlSafe(sql))).is_ok();
        let end = if kept { Savepoint::Release } else { Savepoint::Return };
        tx.savepoint(end).await.unwrap();
    }
    for (id, error) in
        [("hard-1", None), ("hard-2", Some("\"quoted\" \\u0000 \\ \n\t 提现 👍 {\"a\":1} [1]"))]
    {
        execute!(
            &mut tx,
            sqlx::query(HARD)
                .bind(id)
                .bind("it's")
                .bind("1e5")
                .bind(id)
                .bind(i64::MAX)
                .bind(i64::MIN)
                .bind(0_i64)
                .bind(error)
        )
        .unwrap();
    }
    tx.commit().await.unwrap();
    // Chains what the rows tell of staff.
    db.migrate().await.unwrap();
}

/// Each row of each table, as text.
async fn rows(db: &Db) -> Vec<String> {
    let mut tx = db.read().await.unwrap();
    let tables = columns(&mut tx).await.unwrap();
    let mut all = Vec::new();
    for (table, columns) in &tables {
        let sql = read_sql(tx.kind(), table, columns);
        let found: Vec<String> =
            on!(&mut tx, |c| sqlx::query_scalar(AssertSqlSafe(sql)).fetch_all(c)).unwrap();
        for row in found {
            let values: std::collections::BTreeMap<String, serde_json::Value> =
                serde_json::from_str(&row).unwrap();
            // A truth is a number on one of them.
            let said = format!("{table} {values:?}")
                .replace("Bool(true)", "Number(1)")
                .replace("Bool(false)", "Number(0)");
            all.push(said);
        }
    }
    all.sort();
    all
}

#[test]
fn everything_arrives_and_comes_back_as_it_was() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let folder = tempfile::tempdir().unwrap();
    runtime.block_on(async {
        let (first, _kept) = fresh(folder.path(), "first").await.remove(0);
        fill(&first).await;
        let before = rows(&first).await;
        assert!(before.len() > 40, "the rows of the migrations are there: {}", before.len());
        for (at, (second, _kept)) in fresh(folder.path(), "second").await.into_iter().enumerate() {
            let copied = everything(&first, &second).await.unwrap();
            assert_eq!(copied.rows, before.len() as u64);
            assert_eq!(rows(&second).await, before);
            let (third, _kept) = fresh(folder.path(), &format!("third-{at}")).await.remove(0);
            assert_eq!(everything(&second, &third).await.unwrap(), copied);
            assert_eq!(rows(&third).await, before);
            let mut tx = third.read().await.unwrap();
            audit::verify(&mut tx, &[], |_| {}).await.unwrap().expect("the audit log is whole");
        }
    });
}

#[test]
fn what_is_there_already_is_mixed_with_nothing() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let folder = tempfile::tempdir().unwrap();
    runtime.block_on(async {
        let (first, _kept) = fresh(folder.path(), "first").await.remove(0);
        for (second, _kept) in fresh(folder.path(), "second").await {
            let empty = Copied { tables: 2, rows: 2 };
            assert_eq!(everything(&first, &second).await.unwrap(), empty, "a new database has two rows");
            let mut tx = second.write().await.unwrap();
            execute!(&mut tx, sqlx::query("INSERT INTO person (id, created_at_ms) VALUES ('p-1', 1)"))
                .unwrap();
            tx.commit().await.unwrap();
            let told = everything(&first, &second).await.unwrap_err().to_string();
            assert!(told.contains("has rows already (in `person`)"), "{told}");
            let mut tx = second.read().await.unwrap();
            assert_eq!(count(&mut tx, "person").await.unwrap(), 1);
        }
    });
}

#[test]
fn tables_of_another_version_are_refused() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let folder = tempfile::tempdir().unwrap();
    runtime.block_on(async {
        let (first, _kept) = fresh(folder.path(), "first").await.remove(0);
        let mut tx = first.write().await.unwrap();
        execute!(&mut tx, sqlx::query("ALTER TABLE person ADD COLUMN shoe_size BIGINT")).unwrap();
        tx.commit().await.unwrap();
        for (second, _kept) in fresh(folder.path(), "second").await {
            let told = everything(&first, &second).await.unwrap_err().to_string();
            assert!(told.contains("guildhall migrate"), "{told}");
        }
    });
}

#[test]
fn a_table_comes_after_those_that_it_needs() {
    let tables = ["a", "b", "c"].map(|name| (name.to_owned(), Vec::new())).into();
    let needs = |pairs: &[(&str, &str)]| -> Vec<(String, String)> {
        pairs.iter().map(|(one, needed)| ((*one).to_owned(), (*needed).to_owned())).collect()
    };
    assert_eq!(in_order(&tables, &needs(&[("a", "c"), ("c", "b")])).unwrap(), ["b", "c", "a"]);
    in_order(&tables, &needs(&[("a", "c"), ("c", "a")])).unwrap_err();
}

#[test]
fn nul_is_replaced_and_nothing_that_looks_like_it() {
    assert_eq!(without_nul(r#"["a\u0000b"]"#), r#"["a\ufffdb"]"#);
    assert_eq!(without_nul(r#"["a\\u0000b"]"#), r#"["a\\u0000b"]"#);
    assert_eq!(without_nul(r#"["\\\u0000\u0000"]"#), r#"["\\\ufffd\ufffd"]"#);
    assert_eq!(without_nul("[1]"), "[1]");
}
