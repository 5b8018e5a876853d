//! Everything that the database holds of a merchant and its contacts, or of a person, table by table.

use std::collections::BTreeMap;

use serde_json::Value;
use sqlx::AssertSqlSafe;

use super::ask::Whom;
use super::holds::{HOLDS, Holds};
use super::of_asked;
use crate::store::copy::{columns, read_sql};
use crate::store::{StoreError, Tx, on};

/// The rows by their tables; a table without any of theirs is left out. What is kept as JSON stands as such.
///
/// # Errors
/// When the database fails.
pub async fn export(tx: &mut Tx, whom: &Whom) -> Result<BTreeMap<String, Vec<Value>>, StoreError> {
    let tables = columns(tx).await?;
    let (merchant, person) = whom.ids();
    let mut all = BTreeMap::new();
    for (table, holds) in HOLDS {
        let (Holds::Theirs(condition), Some(columns)) = (holds, tables.get(*table)) else { continue };
        // Names of tables and conditions of ours; nothing in it comes from outside.
        let sql = format!("{}{} WHERE {condition}", of_asked!(""), read_sql(tx.kind(), table, columns));
        let rows: Vec<String> = on!(tx, |c| sqlx::query_scalar(AssertSqlSafe(sql.as_str()))
            .bind(merchant)
            .bind(person)
            .fetch_all(c))?;
        let rows = rows.iter().map(|row| opened(row)).collect::<Result<Vec<_>, _>>()?;
        if !rows.is_empty() {
            all.insert((*table).to_owned(), rows);
        }
    }
    Ok(all)
}

/// A row, with what is kept in it as JSON opened.
fn opened(row: &str) -> Result<Value, StoreError> {
    let mut row: Value =
        serde_json::from_str(row).map_err(|error| StoreError::unreadable("exported row", error))?;
    for field in row.as_object_mut().into_iter().flat_map(|row| row.values_mut()) {
        let inner = field.as_str().filter(|text| text.starts_with(['{', '['])).map(serde_json::from_str);
        if let Some(Ok(inner)) = inner {
            *field = inner;
        }
    }
    Ok(row)
}
