//! `guildhall backup`: a consistent copy of the database while it is served.

use std::path::Path;

use bot_core::store::Db;

use crate::cli::tell;

/// Writes a copy of the database.
///
/// # Errors
/// One sentence that says what is wrong and what to do.
pub(crate) async fn run(url: &str, to: &Path) -> Result<(), String> {
    if to.exists() {
        return Err(format!(
            "{} exists already; name a file that does not, so that no backup is overwritten",
            to.display()
        ));
    }
    if url.starts_with("sqlite:") {
        let db = Db::open_existing(url).await.map_err(|error| error.to_string())?;
        db.copy_to(to).await.map_err(|error| format!("the copy could not be written: {error}"))?;
    } else {
        dump(url, to).await?;
    }
    tell(&format!("The copy is in {}.", to.display()));
    Ok(())
}

/// PostgreSQL's own dump, in its custom format, which `pg_restore` reads.
async fn dump(url: &str, to: &Path) -> Result<(), String> {
    let run = tokio::process::Command::new("pg_dump")
        .args(["--format=custom", "--no-owner", "--file"])
        .arg(to)
        .arg("--dbname")
        .arg(url)
        .output()
        .await;
    let done = run
        .map_err(|error| format!("pg_dump cannot be run ({error}); install PostgreSQL's client programs"))?;
    if done.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&done.stderr);
    Err(format!("pg_dump failed: {}", said.trim().lines().last().unwrap_or("it gave no reason")))
}
