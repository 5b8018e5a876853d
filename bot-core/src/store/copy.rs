//! Everything of one database into another, empty one: from SQLite to PostgreSQL, or the other way round.
//!
//! Both have the same tables of texts, whole numbers and truths, so that each row travels as one JSON object. Rows are read
//! in one transaction and written in one, a batch at a time: memory does not grow with the database, and a copy that is
//! interrupted leaves nothing.

#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use futures::{Stream, StreamExt as _};
use sqlx::AssertSqlSafe;

use super::{Db, DbKind, StoreError, Tx, execute, on};

const COLUMNS_SQLITE: &str = "SELECT m.name, c.name FROM sqlite_schema m JOIN pragma_table_info(m.name) c \
    WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND m.name <> '_sqlx_migrations' ORDER BY m.name, c.name";
const COLUMNS_POSTGRES: &str = "SELECT table_name::text, column_name::text FROM information_schema.columns \
    WHERE table_schema = current_schema() AND table_name <> '_sqlx_migrations' ORDER BY table_name, column_name";
const NEEDS_SQLITE: &str = "SELECT m.name, f.\"table\" FROM sqlite_schema m JOIN pragma_foreign_key_list(m.name) f WHERE m.type = 'table'";
const NEEDS_POSTGRES: &str = "SELECT a.relname::text, b.relname::text FROM pg_constraint k \
    JOIN pg_class a ON a.oid = k.conrelid JOIN pg_class b ON b.oid = k.confrelid \
    WHERE k.contype = 'f' AND k.connamespace = current_schema()::regnamespace";

/// Tables in which a new database has a row already.
const BORN_WITH: [&str; 2] = ["article_revision", "audit_head"];
/// How many rows, and how many bytes of them, are written with one statement.
const ROWS_AT_ONCE: usize = 1_000;
const BYTES_AT_ONCE: usize = 4 * 1_024 * 1_024;

/// What was copied.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Copied {
    /// How many tables have rows.
    pub tables: usize,
    /// How many rows they have together.
    pub rows: u64,
}

/// A table with its columns, in the order of their names.
pub(super) type Columns = BTreeMap<String, Vec<String>>;

/// Copies everything into a database that has the tables and no rows yet.
///
/// # Errors
/// [`StoreError::Open`] with a sentence when the two are of different versions, when there are rows already or when a row
/// is refused; then nothing is copied. [`StoreError::Database`] when one of them fails.
pub async fn everything(from: &Db, to: &Db) -> Result<Copied, StoreError> {
    let (mut from, mut to) = (from.read().await?, to.write_long().await?);
    let tables = columns(&mut from).await?;
    if tables != columns(&mut to).await? {
        return Err(StoreError::Open(
            "the two databases were made by different versions; run `guildhall migrate` of this version on the first one".into(),
        ));
    }
    make_room(&mut to, &tables).await?;
    let mut copied = Copied::default();
    for table in in_order(&tables, &needs(&mut to).await?)? {
        let rows =
            pour(&mut from, &mut to, table, &tables[table]).await.map_err(|error| in_words(table, error))?;
        let there = count(&mut to, table).await?;
        if there != rows {
            return Err(StoreError::Open(format!("of {rows} rows of `{table}`, {there} arrived")));
        }
        copied.rows += rows;
        copied.tables += usize::from(rows > 0);
    }
    to.commit().await?;
    Ok(copied)
}

/// Why a row of a table is refused.
fn in_words(table: &str, error: StoreError) -> StoreError {
    match error {
        StoreError::Database(error) if error.as_database_error().is_some() => {
            StoreError::Open(format!("a row of `{table}` is refused: {error}"))
        }
        other => other,
    }
}

pub(super) async fn columns(tx: &mut Tx) -> Result<Columns, StoreError> {
    let sql = if tx.kind() == DbKind::Sqlite { COLUMNS_SQLITE } else { COLUMNS_POSTGRES };
    let rows: Vec<(String, String)> = on!(tx, |c| sqlx::query_as(sql).fetch_all(c))?;
    let mut tables = Columns::new();
    for (table, column) in rows {
        tables.entry(table).or_default().push(column);
    }
    Ok(tables)
}

/// Pairs of a table and one whose rows its own rows name.
async fn needs(tx: &mut Tx) -> Result<Vec<(String, String)>, StoreError> {
    let sql = if tx.kind() == DbKind::Sqlite { NEEDS_SQLITE } else { NEEDS_POSTGRES };
    on!(tx, |c| sqlx::query_as(sql).fetch_all(c))
}

/// The tables in an order in which each comes after those that it needs.
fn in_order<'t>(tables: &'t Columns, needs: &[(String, String)]) -> Result<Vec<&'t str>, StoreError> {
    let mut left: BTreeSet<&str> = tables.keys().map(String::as_str).collect();
    let mut order = Vec::with_capacity(left.len());
    while !left.is_empty() {
        let waits =
            |table: &str| needs.iter().any(|(one, needed)| one == table && left.contains(needed.as_str()));
        let ready: Vec<&str> = left.iter().copied().filter(|table| !waits(table)).collect();
        if ready.is_empty() {
            return Err(StoreError::Open(format!("these tables need one another: {left:?}")));
        }
        left.retain(|table| !ready.contains(table));
        order.extend(ready);
    }
    Ok(order)
}

/// Makes sure that nothing is mixed with what is there already.
async fn make_room(to: &mut Tx, tables: &Columns) -> Result<(), StoreError> {
    for table in tables.keys() {
        if BORN_WITH.contains(&table.as_str()) {
            execute!(to, sqlx::query(AssertSqlSafe(format!("DELETE FROM \"{table}\""))))?;
        } else if count(to, table).await? > 0 {
            return Err(StoreError::Open(format!(
                "the second database has rows already (in `{table}`); name an empty one"
            )));
        }
    }
    Ok(())
}

async fn count(tx: &mut Tx, table: &str) -> Result<u64, StoreError> {
    let sql = format!("SELECT count(*) FROM \"{table}\"");
    let rows: i64 = on!(tx, |c| sqlx::query_scalar(AssertSqlSafe(sql)).fetch_one(c))?;
    Ok(rows.unsigned_abs())
}

/// Copies the rows of a table, and says how many there were.
async fn pour(from: &mut Tx, to: &mut Tx, table: &str, columns: &[String]) -> Result<u64, StoreError> {
    let read = read_sql(from.kind(), table, columns);
    let write = write_sql(to.kind(), table, columns);
    match from {
        Tx::Sqlite(tx) => {
            write_all(sqlx::query_scalar(AssertSqlSafe(read)).fetch(&mut **tx), to, &write).await
        }
        Tx::Postgres(tx) => {
            write_all(sqlx::query_scalar(AssertSqlSafe(read)).fetch(&mut **tx), to, &write).await
        }
    }
}

async fn write_all(
    mut rows: impl Stream<Item = Result<String, sqlx::Error>> + Unpin,
    to: &mut Tx,
    sql: &str,
) -> Result<u64, StoreError> {
    let (mut batch, mut waiting, mut all) = (String::from("["), 0, 0);
    loop {
        let row = rows.next().await.transpose()?;
        if waiting == ROWS_AT_ONCE || batch.len() > BYTES_AT_ONCE || (row.is_none() && waiting > 0) {
            batch.push(']');
            let fit =
                if to.kind() == DbKind::Postgres { without_nul(&batch) } else { Cow::Borrowed(&*batch) };
            execute!(to, sqlx::query(AssertSqlSafe(sql)).bind(fit.as_ref()))?;
            (batch, waiting) = (String::from("["), 0);
        }
        let Some(row) = row else { return Ok(all) };
        if waiting > 0 {
            batch.push(',');
        }
        batch.push_str(&row);
        (waiting, all) = (waiting + 1, all + 1);
    }
}

/// Gives each row of a table as a JSON object.
pub(super) fn read_sql(kind: DbKind, table: &str, columns: &[String]) -> String {
    match kind {
        DbKind::Sqlite => {
            let pairs: Vec<String> = columns.iter().map(|one| format!("'{one}', \"{one}\"")).collect();
            format!("SELECT json_object({}) FROM \"{table}\"", pairs.join(", "))
        }
        DbKind::Postgres => format!("SELECT row_to_json(t)::text FROM \"{table}\" t"),
    }
}

/// Inserts the rows of a JSON array.
fn write_sql(kind: DbKind, table: &str, columns: &[String]) -> String {
    let names: Vec<String> = columns.iter().map(|one| format!("\"{one}\"")).collect();
    let names = names.join(", ");
    match kind {
        DbKind::Sqlite => {
            let values: Vec<String> = columns.iter().map(|one| format!("value->>'{one}'")).collect();
            format!("INSERT INTO \"{table}\" ({names}) SELECT {} FROM json_each($1)", values.join(", "))
        }
        DbKind::Postgres => format!(
            "INSERT INTO \"{table}\" ({names}) SELECT {names} FROM json_populate_recordset(NULL::\"{table}\", $1::json)"
        ),
    }
}

/// PostgreSQL's text cannot hold U+0000, SQLite's can: it becomes U+FFFD, as in all that is kept as JSON.
fn without_nul(json: &str) -> Cow<'_, str> {
    const NUL: &str = "\\u0000";
    let mut fit = String::new();
    let mut rest = json;
    while let Some(at) = rest.find(NUL) {
        // After an odd number of backslashes, this one is escaped itself.
        let escaped = rest[..at].bytes().rev().take_while(|byte| *byte == b'\\').count() % 2 == 1;
        fit.push_str(&rest[..at]);
        fit.push_str(if escaped { NUL } else { "\\ufffd" });
        rest = &rest[at + NUL.len()..];
    }
    if fit.is_empty() && rest.len() == json.len() {
        return Cow::Borrowed(json);
    }
    fit.push_str(rest);
    Cow::Owned(fit)
}
