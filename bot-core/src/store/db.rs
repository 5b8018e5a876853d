//! The two databases behind one door, and their transactions.

use std::path::PathBuf;
use std::str::FromStr as _;
use std::time::Duration;

use sqlx::migrate::Migrator;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{
    ConnectOptions as _, Connection as _, PgPool, Postgres, Sqlite, SqliteConnection, SqlitePool, Transaction,
};

use crate::chat::AccountId;

mod alone;
mod server;

pub use alone::Alone;

static MIGRATIONS_SQLITE: Migrator = sqlx::migrate!("../migrations/sqlite");
static MIGRATIONS_POSTGRES: Migrator = sqlx::migrate!("../migrations/postgres");

/// How long a SQLite write waits for another process's write.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
/// A program that stands still in the middle of a transaction (paused, or its machine cut off) keeps its rows from the
/// others: the server ends it, well before another node takes its accounts over.
const BEGIN_PAST: &str =
    "BEGIN ISOLATION LEVEL SERIALIZABLE; SET LOCAL idle_in_transaction_session_timeout = 5000";
/// The table of migrations stands for the database as a whole: it is always there, and nobody writes it while we serve.
/// A lock that is asked for before the first statement sets no moment yet ("LOCK", PostgreSQL 17 documentation), so whoever
/// had to wait for it sees all that was committed meanwhile.
const BEGIN_WRITE: &str = "BEGIN ISOLATION LEVEL SERIALIZABLE; SET LOCAL idle_in_transaction_session_timeout = 5000; LOCK TABLE _sqlx_migrations IN ROW SHARE MODE";
/// Somebody who stands still in a transaction keeps nobody waiting for longer than this, milliseconds.
const LOCK_FIRST: &str = "SET LOCAL lock_timeout = 1000; LOCK TABLE _sqlx_migrations IN EXCLUSIVE MODE; SET LOCAL lock_timeout = 0";
const SQLITE_READERS_MAX: u32 = 4;
/// How many rows SQLite's thread reads ahead of whoever takes them; each time it has to wait costs a change of threads.
const ROWS_AT_ONCE: usize = 1_000;

/// A database that is open. Cloning it is cheap.
#[derive(Clone, Debug)]
pub enum Db {
    /// One file: one connection writes, others read beside it.
    Sqlite {
        /// The one connection that writes.
        writer: SqlitePool,
        /// Connections that only read.
        readers: SqlitePool,
    },
    /// A server.
    Postgres(PgPool),
}

/// Which of the two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DbKind {
    /// The embedded one.
    Sqlite,
    /// The server.
    Postgres,
}

/// An open transaction. Rolled back unless committed.
#[derive(Debug)]
pub enum Tx {
    /// On SQLite.
    Sqlite(Transaction<'static, Sqlite>),
    /// On PostgreSQL.
    Postgres(Transaction<'static, Postgres>),
}

/// What can go wrong with the database.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Two transactions wanted the same rows; the loser may simply be run again.
    #[error("another transaction came first")]
    Conflict(#[source] sqlx::Error),
    /// The database refused or could not be reached.
    #[error("the database failed: {0}")]
    Database(#[source] sqlx::Error),
    /// A stored row does not say what this program can read.
    #[error("a stored {what} cannot be read: {why}")]
    Unreadable {
        /// What sort of row.
        what: &'static str,
        /// Why not.
        why: String,
    },
    /// The database cannot be opened or brought up to date.
    #[error("{0}")]
    Open(String),
    /// Another node holds the account by now.
    #[error("another node has taken {0} over")]
    Fenced(AccountId),
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        let code = error.as_database_error().and_then(|e| e.code()).unwrap_or_default().into_owned();
        // PostgreSQL: serialization_failure, deadlock_detected and lock_not_available (only who wants to be first waits for
        // so short a time).
        if ["40001", "40P01", "55P03"].contains(&&*code) {
            Self::Conflict(error)
        } else {
            Self::Database(error)
        }
    }
}

impl StoreError {
    /// Whether the disk of the database has no room left.
    pub fn is_full(&self) -> bool {
        let Self::Database(error) = self else { return false };
        // SQLITE_FULL, and PostgreSQL's disk_full.
        let code = error.as_database_error().and_then(|error| error.code());
        matches!(code.as_deref(), Some("13" | "53100"))
    }

    /// A stored JSON value that cannot be read.
    pub fn unreadable(what: &'static str, why: impl ToString) -> Self {
        Self::Unreadable { what, why: why.to_string() }
    }
}

impl Db {
    /// Opens `sqlite:PATH` (made when absent) or `postgres://…`.
    ///
    /// # Errors
    /// [`StoreError::Open`] with a sentence that says what to do.
    pub async fn open(url: &str) -> Result<Self, StoreError> {
        if url.starts_with("postgres:") || url.starts_with("postgresql:") {
            Self::open_postgres(url).await
        } else if url.starts_with("sqlite:") {
            Self::open_sqlite(url).await
        } else {
            Err(StoreError::Open("the address of a database begins with sqlite: or postgres:".into()))
        }
    }

    async fn open_sqlite(url: &str) -> Result<Self, StoreError> {
        let options = SqliteConnectOptions::from_str(url)
            .map_err(|error| StoreError::Open(format!("[database] url is not a SQLite address: {error}")))?
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(BUSY_TIMEOUT)
            .statement_cache_capacity(256)
            .row_buffer_size(ROWS_AT_ONCE)
            .pragma("cache_size", "-8000")
            // By its bytes, as PostgreSQL names it, so that a statement that asks for it is the same on both.
            .collation("C", str::cmp)
            .disable_statement_logging();
        let path = options.get_filename().display().to_string();
        let in_words = |error: sqlx::Error| StoreError::Open(sqlite_in_words(&path, &error));
        let writer = whole(SqlitePoolOptions::new())
            .max_connections(1)
            .acquire_timeout(Duration::from_secs(30))
            .connect_with(options.clone())
            .await
            .map_err(in_words)?;
        let readers = whole(SqlitePoolOptions::new())
            .max_connections(SQLITE_READERS_MAX)
            .min_connections(0)
            .connect_lazy_with(options.pragma("query_only", "1"));
        Ok(Self::Sqlite { writer, readers })
    }

    /// Opens a database that must be there already, without changing it.
    ///
    /// # Errors
    /// [`StoreError::Open`] with a sentence that says what to do.
    pub async fn open_existing(url: &str) -> Result<Self, StoreError> {
        match sqlite_path(url) {
            Some(path) if !path.exists() => {
                Err(StoreError::Open(format!("{} is not there; check [database] url", path.display())))
            }
            _ => Self::open(url).await,
        }
    }

    /// Writes a consistent copy of a SQLite database into a new file, while others read and write.
    ///
    /// # Errors
    /// When the file cannot be written, or on PostgreSQL, which has its own tool for that.
    pub async fn copy_to(&self, to: &std::path::Path) -> Result<(), StoreError> {
        let Self::Sqlite { writer, .. } = self else {
            return Err(StoreError::Open("use pg_dump for PostgreSQL".into()));
        };
        sqlx::query("VACUUM INTO $1").bind(to.display().to_string()).execute(writer).await?;
        Ok(())
    }

    /// The migrations of a kind of database, in order.
    pub fn migrations(kind: DbKind) -> &'static Migrator {
        match kind {
            DbKind::Sqlite => &MIGRATIONS_SQLITE,
            DbKind::Postgres => &MIGRATIONS_POSTGRES,
        }
    }

    /// Brings the tables up to date of a database that nobody else serves.
    ///
    /// # Errors
    /// [`StoreError::Open`] when the database was made by a newer program or a migration fails.
    pub async fn migrate_held(&self) -> Result<(), StoreError> {
        let done = match self {
            Self::Sqlite { writer, .. } => MIGRATIONS_SQLITE.run(writer).await,
            Self::Postgres(pool) => MIGRATIONS_POSTGRES.run(pool).await,
        };
        done.map_err(|error| match error {
            sqlx::migrate::MigrateError::VersionMissing(version) => StoreError::Open(format!(
                "the database was made by a newer Guildhall (its migration {version} is unknown here); start that version or restore a backup"
            )),
            sqlx::migrate::MigrateError::Execute(error) => StoreError::Open(format!("the tables cannot be brought up to date: {}", sqlite_in_words("the database", &error))),
            other => StoreError::Open(format!("the tables cannot be brought up to date: {other}")),
        })?;
        super::audit::adopt(self).await
    }

    /// Begins a transaction that may write. On SQLite it takes the write lock at once; on PostgreSQL it is
    /// serializable, so that both databases promise the same.
    ///
    /// # Errors
    /// [`StoreError::Database`] when the database cannot be reached.
    pub async fn write(&self) -> Result<Tx, StoreError> {
        Ok(match self {
            Self::Sqlite { writer, .. } => Tx::Sqlite(writer.begin_with("BEGIN IMMEDIATE").await?),
            Self::Postgres(pool) => Tx::Postgres(begun(pool, BEGIN_WRITE).await?),
        })
    }

    /// Begins a transaction that may write and that no other comes before: it waits until those under way are over, and
    /// new ones wait for it. For one that has lost against others; without this, a long one might lose for ever against
    /// short ones that keep coming. On SQLite every transaction is such.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when those under way do not end within a second, [`StoreError::Database`] when the database
    /// cannot be reached.
    pub async fn write_first(&self) -> Result<Tx, StoreError> {
        let Self::Postgres(pool) = self else { return self.write().await };
        let mut tx = begun(pool, BEGIN_PAST).await?;
        sqlx::raw_sql(LOCK_FIRST).execute(&mut *tx).await?;
        Ok(Tx::Postgres(tx))
    }

    /// Begins a transaction that may write and waits for nobody who wants to be first: for a node's sign of life.
    ///
    /// # Errors
    /// [`StoreError::Database`] when the database cannot be reached.
    pub async fn write_past(&self) -> Result<Tx, StoreError> {
        match self {
            Self::Sqlite { .. } => self.write().await,
            Self::Postgres(pool) => Ok(Tx::Postgres(begun(pool, BEGIN_PAST).await?)),
        }
    }

    /// Begins a transaction that may write and may take its time between statements.
    ///
    /// # Errors
    /// [`StoreError::Database`] when the database cannot be reached.
    pub async fn write_long(&self) -> Result<Tx, StoreError> {
        match self {
            Self::Sqlite { .. } => self.write().await,
            Self::Postgres(pool) => {
                Ok(Tx::Postgres(begun(pool, "BEGIN ISOLATION LEVEL SERIALIZABLE").await?))
            }
        }
    }

    /// Begins a transaction that only reads, and sees one moment.
    ///
    /// # Errors
    /// [`StoreError::Database`] when the database cannot be reached.
    pub async fn read(&self) -> Result<Tx, StoreError> {
        Ok(match self {
            Self::Sqlite { readers, .. } => Tx::Sqlite(readers.begin().await?),
            Self::Postgres(pool) => {
                Tx::Postgres(begun(pool, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?)
            }
        })
    }

    /// Which of the two this is.
    pub fn kind(&self) -> DbKind {
        match self {
            Self::Sqlite { .. } => DbKind::Sqlite,
            Self::Postgres(_) => DbKind::Postgres,
        }
    }

    /// Ends all connections, after letting open transactions finish.
    pub async fn close(&self) {
        match self {
            Self::Sqlite { writer, readers } => {
                readers.close().await;
                writer.close().await;
            }
            Self::Postgres(pool) => pool.close().await,
        }
    }
}

/// A file does not hang up: asking each time whether it is there would cost as much as a short query. But SQLite gives some
/// transactions up by itself, as when the disk is full ("Automatic rollback" in its transaction documentation), and sqlx 0.9.0 takes
/// such a connection to be in one for ever and begins no other on it: it is put away.
fn whole(options: SqlitePoolOptions) -> SqlitePoolOptions {
    let is_whole = |connection: &mut SqliteConnection| !connection.is_in_transaction();
    options
        .test_before_acquire(false)
        .before_acquire(move |connection, _| Box::pin(std::future::ready(Ok(is_whole(connection)))))
}

/// Begins a transaction in a task of its own, for whoever asks may go away meanwhile: sqlx 0.9.0 then puts a connection
/// back on which the transaction begins all the same, and the next one to take it can write nothing.
async fn begun(pool: &PgPool, begin: &'static str) -> Result<Transaction<'static, Postgres>, StoreError> {
    let pool = pool.clone();
    let begun = tokio::spawn(async move { pool.begin_with(begin).await }).await;
    Ok(begun.map_err(|_| sqlx::Error::WorkerCrashed)??)
}

impl Tx {
    /// Makes everything since the beginning durable.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when another transaction came first, [`StoreError::Database`] otherwise.
    pub async fn commit(self) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(tx) => tx.commit().await?,
            Self::Postgres(tx) => tx.commit().await?,
        }
        Ok(())
    }

    /// Which database this is on.
    pub fn kind(&self) -> DbKind {
        match self {
            Self::Sqlite(_) => DbKind::Sqlite,
            Self::Postgres(_) => DbKind::Postgres,
        }
    }

    /// Runs one of the savepoint statements.
    pub(crate) async fn savepoint(&mut self, statement: Savepoint) -> Result<(), StoreError> {
        let sql = match statement {
            Savepoint::Set => "SAVEPOINT step",
            Savepoint::Release => "RELEASE SAVEPOINT step",
            Savepoint::Return => "ROLLBACK TO SAVEPOINT step",
        };
        super::execute!(self, sqlx::query(sql)).map(|_| ())
    }
}

/// The three things one does with a savepoint.
#[derive(Clone, Copy)]
pub(crate) enum Savepoint {
    /// Remember this place.
    Set,
    /// Forget the place, keep what came after.
    Release,
    /// Undo what came after.
    Return,
}

/// The file that an address of a SQLite database names; `None` for other addresses.
pub fn sqlite_path(url: &str) -> Option<PathBuf> {
    let rest = url.strip_prefix("sqlite:")?;
    Some(rest.trim_start_matches("//").split('?').next().unwrap_or_default().into())
}

/// SQLite's failures in a sentence that says what to do.
fn sqlite_in_words(path: &str, error: &sqlx::Error) -> String {
    let code: u32 =
        error.as_database_error().and_then(|e| e.code()).and_then(|c| c.parse().ok()).unwrap_or(0);
    // Primary result codes, see SQLite's "Result and Error Codes" (read 2026-11-21).
    match code & 0xff {
        5 | 6 => format!(
            "{path} is locked by another program; stop it (is another Guildhall running on this file?) and start again"
        ),
        8 => format!("{path} cannot be written; give this user the right to write the file and its folder"),
        11 | 26 => format!(
            "{path} is damaged or not a SQLite database; restore a backup or name another file in [database] url"
        ),
        13 => format!("the disk that holds {path} is full; free some room and start again"),
        14 => format!(
            "{path} cannot be opened; check that its folder exists and that this user may write there"
        ),
        _ => format!("{path} cannot be used: {error}"),
    }
}
