//! `guildhall restore`: a backup in its place again, without sending anything twice.

use std::path::{Path, PathBuf};

use bot_core::clock::{Clock as _, SystemClock};
use bot_core::files::FileStore;
use bot_core::store::restore::{self, Held};
use bot_core::store::{Db, StoreError, node};

use super::backup::{self, Kind, Label, Parts};
use super::postgres;
use crate::cli::tell;
use crate::config::Config;

/// Puts a backup where the config says that the database and the files are. With `resume`, what waited goes out;
/// otherwise it is held for a person.
///
/// # Errors
/// One sentence that says what is wrong and what to do.
pub(crate) async fn run(config: &Config, from: &Path, resume: bool) -> Result<(), String> {
    let url = &config.database.url;
    let label = read_label(from)?;
    if label.database != Kind::of(url) {
        return Err(format!(
            "this is a backup of {}, and [database] url names {}; restore it to {0} first, then use `guildhall copy`",
            label.database.name(),
            Kind::of(url).name()
        ));
    }
    let parts = Parts::of(from, label.database);
    let place = Place::of(url).await?;
    let store = FileStore::new(config.files_dir(), u64::MAX);
    let taken = store.take_from(&parts.files).await.map_err(|error| error.to_string())?;
    let held = place.fill(url, &parts.database, resume).await?;
    let names = taken.damaged.join(", ");
    if !names.is_empty() {
        tell(&format!(
            "Damaged in the backup and left out, where they belong a file will be missing: {names}"
        ));
    }
    tell(&format!(
        "Restored what was backed up at {}: the database and {}.",
        when(&label),
        backup::count(taken.files)
    ));
    if let Some(held) = held {
        tell(&in_words(&held));
    }
    Ok(())
}

fn read_label(from: &Path) -> Result<Label, String> {
    let path = backup::label(from);
    let text = std::fs::read_to_string(&path).map_err(|error| {
        format!("{} is not a whole backup: {} cannot be read ({error})", from.display(), path.display())
    })?;
    serde_json::from_str(&text).map_err(|error| format!("{} says nothing of use: {error}", path.display()))
}

fn when(label: &Label) -> String {
    jiff::Timestamp::from_millisecond(label.made_at_ms).map(|at| at.to_string()).unwrap_or_default()
}

/// Where the database goes.
enum Place {
    /// A file that is not there yet.
    File(PathBuf),
    /// A database without a table.
    Server,
}

impl Place {
    async fn of(url: &str) -> Result<Self, String> {
        if let Some(path) = bot_core::store::sqlite_path(url) {
            return if path.exists() {
                Err(format!(
                    "{} exists already; move it away first, so that nothing is overwritten",
                    path.display()
                ))
            } else {
                Ok(Self::File(path))
            };
        }
        let db = Db::open(url).await.map_err(sentence)?;
        let is_bare = restore::is_bare(&db).await.map_err(sentence)?;
        db.close().await;
        if is_bare {
            Ok(Self::Server)
        } else {
            Err("the database that [database] url names has tables already; make an empty one".into())
        }
    }

    /// Puts the database there, and says what is held. A file takes its place when all is done.
    async fn fill(self, url: &str, from: &Path, resume: bool) -> Result<Option<Held>, String> {
        match self {
            Self::Server => {
                postgres::restore(url, from).await?;
                hold(url, resume).await
            }
            Self::File(path) => {
                let draft = PathBuf::from(format!("{}.restoring", path.display()));
                let fails = |error: std::io::Error| format!("{} cannot be written: {error}", draft.display());
                // What an earlier try may have left.
                for rest in ["", "-wal", "-shm"] {
                    let _ = std::fs::remove_file(format!("{}{rest}", draft.display()));
                }
                std::fs::copy(from, &draft).map_err(fails)?;
                let held = hold(&format!("sqlite:{}", draft.display()), resume).await?;
                std::fs::File::open(&draft).and_then(|file| file.sync_all()).map_err(fails)?;
                std::fs::rename(&draft, &path).map_err(fails)?;
                Ok(held)
            }
        }
    }
}

async fn hold(url: &str, resume: bool) -> Result<Option<Held>, String> {
    let db = Db::open_existing(url).await.map_err(sentence)?;
    db.migrate().await.map_err(sentence)?;
    let mut held = None;
    if resume {
        let mut tx = db.write().await.map_err(sentence)?;
        node::forget_all(&mut tx).await.map_err(sentence)?;
        tx.commit().await.map_err(sentence)?;
    } else {
        let mut tx = db.write().await.map_err(sentence)?;
        held = Some(restore::hold(&mut tx, SystemClock::new(1).now_ms()).await.map_err(sentence)?);
        tx.commit().await.map_err(sentence)?;
    }
    db.close().await;
    Ok(held)
}

fn sentence(error: StoreError) -> String {
    error.to_string()
}

fn in_words(held: &Held) -> String {
    let mut text = String::from("Nothing waited to be sent.");
    if held.actions > 0 {
        text = format!(
            "{} messages and acts waited. Whether they went out before the loss is asked of the platforms at the next start; what none can tell is shown as unknown, with “send again”.",
            held.actions
        );
    }
    for (which, what) in [
        (
            &held.announcements,
            "Their time has come since the backup, and they may have gone out; they are drafts now",
        ),
        (
            &held.paused,
            "They were on their way and may have reached more since the backup; they are paused now",
        ),
    ] {
        if !which.is_empty() {
            let numbers: Vec<String> = which.iter().map(ToString::to_string).collect();
            text.push_str(&format!("\n{what}: {}", numbers.join(", ")));
        }
    }
    text
}
