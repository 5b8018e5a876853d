//! `guildhall copy`: everything from one database into another, such as from SQLite to PostgreSQL.

use bot_core::store::{Db, StoreError, audit, copy, node};

use crate::cli::tell;

/// Copies all rows.
///
/// # Errors
/// One sentence that says what is wrong and what to do.
pub(crate) async fn run(from: &str, to: &str) -> Result<(), String> {
    let sentence = |error: StoreError| error.to_string();
    let first = Db::open_existing(from).await.map_err(|error| format!("the first database: {error}"))?;
    // What is served meanwhile would be left behind.
    let _alone = first.serve_alone().await.map_err(|error| format!("the first database: {error}"))?;
    let second = Db::open(to).await.map_err(|error| format!("the second database: {error}"))?;
    let _alone_there = second.serve_alone().await.map_err(|error| format!("the second database: {error}"))?;
    second.migrate_held().await.map_err(|error| format!("the second database: {error}"))?;
    let copied = copy::everything(&first, &second).await.map_err(sentence)?;
    // Who served the first database does not serve the second.
    let mut tx = second.write().await.map_err(sentence)?;
    node::forget_all(&mut tx).await.map_err(sentence)?;
    tx.commit().await.map_err(sentence)?;
    let mut tx = second.read().await.map_err(sentence)?;
    let log = match audit::verify(&mut tx, &[], |_| {}).await.map_err(sentence)? {
        Ok(end) => format!("The audit log is whole: {end}"),
        Err(fault) => format!("The audit log was not whole before, and is not now: {fault}"),
    };
    drop(tx);
    first.close().await;
    second.close().await;
    tell(&format!(
        "Copied {} rows of {} tables. {log}\nName the second database in [database] url, and keep [files] dir where it is.",
        copied.rows, copied.tables
    ));
    Ok(())
}
