//! Who may serve a database, alone or beside others, and who renews its tables.

use std::time::Duration;

use sqlx::PgPool;

use super::{Db, MIGRATIONS_POSTGRES, StoreError};

/// The key of the advisory lock: "guildhal" in ASCII.
const SERVE_LOCK: i64 = 0x6775_696c_6468_616c;
const LOCK_ALONE: &str = "SELECT pg_try_advisory_lock($1)";
const LOCK_BESIDE: &str = "SELECT pg_try_advisory_lock_shared($1)";
/// How often, and after how long each, a program asks again whether it may renew the tables.
const MIGRATE_TRIES: u32 = 60;
const BESIDE_TRIES: u32 = 10;
const MIGRATE_WAIT: Duration = Duration::from_millis(500);

/// Holds the database for one program; let go when dropped.
#[derive(Debug)]
pub enum Alone {
    /// A locked file beside the SQLite database.
    File(std::fs::File),
    /// A session that holds an advisory lock.
    Session(Box<sqlx::PgConnection>),
}

impl Db {
    /// Makes sure that this is the only program serving the database, for as long as the guard lives.
    ///
    /// # Errors
    /// [`StoreError::Open`] when another program serves it.
    pub async fn serve_alone(&self) -> Result<Alone, StoreError> {
        match self {
            Self::Sqlite { writer, .. } => {
                let path = writer.connect_options().get_filename().with_extension("lock");
                let file = std::fs::OpenOptions::new().create(true).truncate(false).write(true).open(&path);
                let file = file.map_err(|error| {
                    StoreError::Open(format!("{} cannot be opened: {error}", path.display()))
                })?;
                file.try_lock().map_err(|_| {
                    StoreError::Open(format!(
                        "another Guildhall serves this database ({} is locked); stop it first",
                        path.display()
                    ))
                })?;
                Ok(Alone::File(file))
            }
            Self::Postgres(pool) => locked(pool, LOCK_ALONE).await?.ok_or_else(|| {
                StoreError::Open("another Guildhall serves this PostgreSQL database; stop it first".into())
            }),
        }
    }

    /// Makes sure that nobody changes the database as a whole (copies into it, renews its tables) for as long as the guard
    /// lives. On PostgreSQL others may serve it beside us; on SQLite nobody may.
    ///
    /// # Errors
    /// [`StoreError::Open`] when the database cannot be had.
    pub async fn serve_beside(&self) -> Result<Alone, StoreError> {
        let Self::Postgres(pool) = self else { return self.serve_alone().await };
        for _ in 0..BESIDE_TRIES {
            if let Some(beside) = locked(pool, LOCK_BESIDE).await? {
                return Ok(beside);
            }
            by_the_machine(MIGRATE_WAIT).await;
        }
        Err(StoreError::Open(
            "this PostgreSQL database is being copied or renewed by another Guildhall; start again when that is done"
                .into(),
        ))
    }

    /// Brings the tables up to date. On PostgreSQL nobody may serve the database meanwhile; where nothing is to be done,
    /// anybody may.
    ///
    /// # Errors
    /// [`StoreError::Open`] when the database was made by a newer program, is served by an older one or a migration fails.
    pub async fn migrate(&self) -> Result<(), StoreError> {
        for _ in 0..MIGRATE_TRIES {
            if self.is_up_to_date().await? {
                return self.migrate_held().await;
            }
            match self {
                Self::Sqlite { .. } => return self.migrate_held().await,
                Self::Postgres(pool) => match locked(pool, LOCK_ALONE).await? {
                    Some(alone) => {
                        let done = self.migrate_held().await;
                        alone.let_go().await?;
                        return done;
                    }
                    // Another node does it just now, or serves with the tables as they are.
                    None => by_the_machine(MIGRATE_WAIT).await,
                },
            }
        }
        Err(StoreError::Open(
            "an older Guildhall serves this PostgreSQL database, whose tables this one has to renew; stop it on all machines first"
                .into(),
        ))
    }

    /// Whether no migration is left to be applied.
    async fn is_up_to_date(&self) -> Result<bool, StoreError> {
        let Self::Postgres(pool) = self else { return Ok(false) };
        let there: bool =
            sqlx::query_scalar("SELECT to_regclass('_sqlx_migrations') IS NOT NULL").fetch_one(pool).await?;
        if !there {
            return Ok(false);
        }
        // One by one: they are not always made in the order of their numbers.
        let applied: Vec<i64> =
            sqlx::query_scalar("SELECT version FROM _sqlx_migrations WHERE success").fetch_all(pool).await?;
        Ok(MIGRATIONS_POSTGRES.iter().all(|one| applied.contains(&one.version)))
    }
}

impl Alone {
    /// Lets the database go at once: the server would notice only later that the session has ended.
    async fn let_go(self) -> Result<(), StoreError> {
        if let Self::Session(mut connection) = self {
            sqlx::query("SELECT pg_advisory_unlock($1)").bind(SERVE_LOCK).execute(&mut *connection).await?;
            sqlx::Connection::close(*connection).await?;
        }
        Ok(())
    }
}

/// A session that holds the advisory lock in one way or the other; `None` when others hold it so that we cannot.
async fn locked(pool: &PgPool, sql: &'static str) -> Result<Option<Alone>, StoreError> {
    let mut connection = pool.acquire().await?.detach();
    let free: bool = sqlx::query_scalar(sql).bind(SERVE_LOCK).fetch_one(&mut connection).await?;
    Ok(free.then(|| Alone::Session(Box::new(connection))))
}

#[expect(
    clippy::disallowed_methods,
    reason = "who starts waits for another program, which lives by the machine's clock"
)]
async fn by_the_machine(wait: Duration) {
    tokio::time::sleep(wait).await;
}
