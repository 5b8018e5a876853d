//! `guildhall audit`: whether the trace of what staff did is whole, and the trace itself.

use std::io::{BufWriter, Write as _};

use bot_core::store::audit::{self, Head, Link};
use bot_core::store::{Db, StoreError, Tx};
use serde_json::json;

use crate::cli::tell;

/// Says whether the audit log is whole.
///
/// # Errors
/// One sentence that names the first row that does not fit.
pub(crate) async fn verify(url: &str, noted: &[Head]) -> Result<(), String> {
    let mut tx = open(url).await?;
    match audit::verify(&mut tx, noted, |_| {}).await.map_err(in_words)? {
        Ok(end) => {
            tell(&format!(
                "The audit log is whole: {} rows. Note its end outside of this machine, and give it with --head next time: {end}",
                end.seq
            ));
            Ok(())
        }
        Err(fault) => Err(format!("the audit log is not whole: {fault}")),
    }
}

/// Prints the audit log, and says at its end when it is not whole.
///
/// # Errors
/// One sentence that names the first row that does not fit, or why the log cannot be read or printed.
pub(crate) async fn export(url: &str) -> Result<(), String> {
    let mut tx = open(url).await?;
    let mut out = BufWriter::with_capacity(64 * 1024, std::io::stdout());
    let mut printed = Ok(());
    let print = |link: &Link| {
        if printed.is_ok() {
            printed = writeln!(out, "{}", line(link));
        }
    };
    let judged = audit::verify(&mut tx, &[], print).await.map_err(in_words)?;
    printed.and_then(|()| out.flush()).map_err(|error| format!("the log cannot be printed: {error}"))?;
    judged
        .map(|_| ())
        .map_err(|fault| format!("the audit log is not whole, and is printed up to there: {fault}"))
}

/// A row with all that its hash is reckoned from.
fn line(link: &Link) -> serde_json::Value {
    let act = &link.act;
    json!({
        "seq": link.seq, "id": act.id, "at_ms": act.at_ms, "staff": act.staff, "act": act.act,
        "object": act.object, "detail": act.detail, "hash": link.hash,
    })
}

/// A look at the database as it is: whoever checks it does not change it.
async fn open(url: &str) -> Result<Tx, String> {
    let db = Db::open_existing(url).await.map_err(|error| error.to_string())?;
    db.read().await.map_err(|error| error.to_string())
}

fn in_words(error: StoreError) -> String {
    format!(
        "the audit log cannot be read: {error}. If the database is of an older version, run `guildhall migrate` first"
    )
}
