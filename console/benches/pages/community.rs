//! The demo's community many times over: 40 merchants, 100 tickets and 1,000 messages each time, with all that goes with them.

use bot_core::store::Db;
use sqlx::AssertSqlSafe;

/// The demo's clock.
pub(crate) const NOW_MS: i64 = 1_795_248_000_000;

/// Fills a database that has tables and no rows.
pub(crate) async fn fill(db: &Db, times: u64) {
    let statements = include_str!("community.sql").split(";\n").map(|statement| {
        let lines = statement.lines().filter(|line| !line.starts_with("--"));
        lines.collect::<Vec<_>>().join("\n")
    });
    for statement in statements.filter(|statement| !statement.trim().is_empty()) {
        run(db, &written_out(&statement, times)).await;
    }
    if let Db::Postgres(_) = db {
        // What its autovacuum does of itself.
        run(db, "VACUUM ANALYZE").await;
    }
}

/// `SERIES(n)` and `CONST(n)` as the rows they stand for.
fn written_out(statement: &str, times: u64) -> String {
    let (name, factor) = if statement.contains(" SERIES(") { (" SERIES(", times) } else { (" CONST(", 1) };
    let (head, rest) = statement.split_once(name).expect("each statement has a series");
    let (count, rest) = rest.split_once(')').expect("a number in parentheses");
    let count = count.parse::<u64>().expect("a number in parentheses") * factor;
    let series = format!(
        " WITH RECURSIVE n (i) AS (SELECT CAST(0 AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i + 1 < {count})"
    );
    format!("{head}{series}{rest}").replace("{now}", &NOW_MS.to_string()).replace("{f}", &times.to_string())
}

/// Runs a statement that was written here.
pub(crate) async fn run(db: &Db, statement: &str) {
    let query = sqlx::raw_sql(AssertSqlSafe(statement.to_owned()));
    let done = match db {
        Db::Sqlite { writer, .. } => query.execute(writer).await.map(|_| ()),
        Db::Postgres(pool) => query.execute(pool).await.map(|_| ()),
    };
    done.unwrap_or_else(|error| panic!("{error} in {statement}"));
}
