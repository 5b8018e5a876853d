//! Migrations applied one by one, each over rows that look like production, on both databases.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::path::Path;

use sqlx::AssertSqlSafe;
use sqlx::migrate::Migrator;

use super::{Db, DbKind, execute, on};
use crate::ids::TicketNo;

/// Runs a test on an empty database of each kind.
fn on_each(test: impl AsyncFn(Db)) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let sqlite = format!("sqlite:{}", folder.path().join("test.sqlite").display());
    runtime.block_on(async { test(Db::open(&sqlite).await.unwrap()).await });
    if let Some(cluster) = throwaway_postgres::cluster() {
        let database = cluster.fresh_database(None);
        runtime.block_on(async { test(Db::open(database.url()).await.unwrap()).await });
    }
}

/// The first `count` migrations.
fn first(count: usize, kind: DbKind) -> Migrator {
    let mut some = Migrator::DEFAULT;
    some.migrations = Cow::Owned(Db::migrations(kind).iter().take(count).cloned().collect());
    some
}

async fn apply(db: &Db, migrator: &Migrator) {
    match db {
        Db::Sqlite { writer, .. } => migrator.run(writer).await.unwrap(),
        Db::Postgres(pool) => migrator.run(pool).await.unwrap(),
    }
}

/// The rows of `tests/data/migrations/NNNN_name.sql`.
fn rows(version: i64, name: &str) -> String {
    let path = format!(
        "{}/tests/data/migrations/{version:04}_{}.sql",
        env!("CARGO_MANIFEST_DIR"),
        name.replace(' ', "_")
    );
    std::fs::read_to_string(Path::new(&path))
        .unwrap_or_else(|_| panic!("{path} is missing: rows that look like production for the migration"))
}

async fn put_rows(db: &Db, sql: String) {
    let mut tx = db.write().await.unwrap();
    // Fixed files of this repository.
    execute!(&mut tx, sqlx::raw_sql(AssertSqlSafe(sql))).unwrap();
    tx.commit().await.unwrap();
}

/// Every table with its columns.
async fn columns(db: &Db) -> BTreeSet<(String, String)> {
    const SQLITE: &str = "SELECT m.name, c.name FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%'";
    const POSTGRES: &str = "SELECT table_name::text, column_name::text FROM information_schema.columns WHERE table_schema = 'public'";
    let mut tx = db.read().await.unwrap();
    let sql = if db.kind() == DbKind::Sqlite { SQLITE } else { POSTGRES };
    let rows: Vec<(String, String)> = on!(&mut tx, |c| sqlx::query_as(sql).fetch_all(c)).unwrap();
    rows.into_iter().filter(|(table, _)| table != "_sqlx_migrations").collect()
}

#[test]
fn each_migration_is_applied_over_rows_that_look_like_production() {
    on_each(async |db| {
        let all: Vec<(i64, String)> =
            Db::migrations(db.kind()).iter().map(|one| (one.version, one.description.to_string())).collect();
        for (at, (version, name)) in all.iter().enumerate() {
            apply(&db, &first(at + 1, db.kind())).await;
            put_rows(&db, rows(*version, name)).await;
        }
        db.migrate().await.expect("nothing is left to be done");
        let mut tx = db.read().await.unwrap();
        let ticket = super::ticket::get(&mut tx, TicketNo(1))
            .await
            .unwrap()
            .expect("the ticket outlived all that came after it");
        assert_eq!(ticket.subject, "提现失败");
        let answered: Option<i64> =
            on!(&mut tx, |c| sqlx::query_scalar("SELECT answered_at_ms FROM ticket WHERE no = 1")
                .fetch_one(c))
            .unwrap();
        assert_eq!(
            answered,
            Some(1_795_000_005_200),
            "the first answer, though it was given before that was kept"
        );
        let message = super::message::by_key(&mut tx, &"C1".into(), &"2".into()).await.unwrap().unwrap();
        assert_eq!(message.reply_to, Some("1".into()));
        let staff = super::people::all_staff(&mut tx).await.unwrap();
        assert_eq!(staff.len(), 1, "who has left is not staff");
        let chained = super::audit::verify(&mut tx, &[], |_| {}).await.unwrap();
        assert_eq!(chained.map(|end| end.seq), Ok(2), "what was done before the chain is in it");
    });
}

#[test]
fn both_databases_have_the_same_tables_and_columns() {
    let seen = std::cell::RefCell::new(Vec::new());
    on_each(async |db| {
        db.migrate().await.unwrap();
        let found = columns(&db).await;
        seen.borrow_mut().push(found);
    });
    let seen = seen.into_inner();
    assert!(seen[0].contains(&("message".to_owned(), "sent_at_ms".to_owned())));
    assert!(seen.iter().all(|one| *one == seen[0]), "the two differ: {:?}", seen);
}
