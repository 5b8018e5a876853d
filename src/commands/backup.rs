//! `guildhall backup`: a consistent copy of the database and of the files while they are served.

use std::path::{Path, PathBuf};

use bot_core::clock::{Clock as _, SystemClock};
use bot_core::files::FileStore;
use bot_core::store::Db;
use serde::{Deserialize, Serialize};

use super::postgres;
use crate::cli::tell;
use crate::config::Config;

/// What a backup says of itself. It is written last: a folder without it is not whole.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Label {
    /// The version of the program.
    pub(super) guildhall: String,
    /// When the backup was begun, unix milliseconds.
    pub(super) made_at_ms: i64,
    /// Which database it is of.
    pub(super) database: Kind,
}

/// Which of the two databases.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Kind {
    /// SQLite.
    Sqlite,
    /// PostgreSQL.
    Postgres,
}

impl Kind {
    /// The database behind an address.
    pub(super) fn of(url: &str) -> Self {
        if url.starts_with("sqlite:") { Self::Sqlite } else { Self::Postgres }
    }

    /// As people call it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
        }
    }
}

/// Where the parts of a backup stand.
pub(super) struct Parts {
    pub(super) label: PathBuf,
    pub(super) files: PathBuf,
    /// A SQLite file, or a dump in PostgreSQL's custom format.
    pub(super) database: PathBuf,
}

impl Parts {
    /// The parts of the backup in a folder.
    pub(super) fn of(folder: &Path, kind: Kind) -> Self {
        let database = match kind {
            Kind::Sqlite => "guildhall.sqlite",
            Kind::Postgres => "guildhall.dump",
        };
        Self { label: label(folder), files: folder.join("files"), database: folder.join(database) }
    }
}

/// Where a backup says what it is.
pub(super) fn label(folder: &Path) -> PathBuf {
    folder.join("backup.json")
}

/// Writes a backup into a new folder.
///
/// # Errors
/// One sentence that says what is wrong and what to do.
pub(crate) async fn run(config: &Config, to: &Path) -> Result<(), String> {
    let url = &config.database.url;
    let kind = Kind::of(url);
    let parts = Parts::of(to, kind);
    let made_at_ms = SystemClock::new(1).now_ms();
    let db = Db::open_existing(url).await.map_err(|error| error.to_string())?;
    std::fs::create_dir(to).map_err(|error| match error.kind() {
        std::io::ErrorKind::AlreadyExists => {
            format!(
                "{} exists already; name a folder that does not, so that no backup is overwritten",
                to.display()
            )
        }
        _ => format!("{} cannot be made: {error}", to.display()),
    })?;
    // A file may come or be swept while the database is copied: what the copy names is in the first look or in the second.
    let store = FileStore::new(config.files_dir(), config.files.max_bytes);
    let mut files = copy_files(&store, &parts.files).await?;
    match kind {
        Kind::Sqlite => {
            db.copy_to(&parts.database)
                .await
                .map_err(|error| format!("the copy could not be written: {error}"))?;
        }
        Kind::Postgres => postgres::dump(url, &parts.database).await?,
    }
    files += copy_files(&store, &parts.files).await?;
    db.close().await;
    let label = Label { guildhall: env!("CARGO_PKG_VERSION").to_owned(), made_at_ms, database: kind };
    let label = serde_json::to_string_pretty(&label).map_err(|error| error.to_string())?;
    std::fs::write(&parts.label, label + "\n")
        .map_err(|error| format!("{} cannot be written: {error}", parts.label.display()))?;
    tell(&format!("The backup is in {}: the database and {}.", to.display(), count(files)));
    Ok(())
}

/// So many files, in words.
pub(super) fn count(files: u64) -> String {
    if files == 1 { "1 file".to_owned() } else { format!("{files} files") }
}

async fn copy_files(store: &std::sync::Arc<FileStore>, to: &Path) -> Result<u64, String> {
    store
        .copy_to(to)
        .await
        .map_err(|error| format!("the files cannot be copied to {}: {error}", to.display()))
}
