//! The connections to a PostgreSQL server, which may stop being the one that takes writes.

use std::str::FromStr as _;
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{ConnectOptions as _, PgConnection};

use super::{Db, StoreError};

const CONNECTIONS_MAX: u32 = 12;
const IS_STANDBY: &str = "SELECT pg_is_in_recovery()";

/// What a pool makes sure of instead of a ping: that the other end is there, and takes writes. A server that was the primary
/// and is a standby by now (after a fail-over) answers reads with old rows and refuses writes (SQLSTATE 25006): its
/// connections are dropped, and the next one finds the new primary behind the same address.
fn writing(options: PgPoolOptions) -> PgPoolOptions {
    options
        .test_before_acquire(false)
        .before_acquire(|connection, _| Box::pin(async move { Ok(!is_standby(connection).await?) }))
        .after_connect(|connection, _| {
            Box::pin(async move {
                if is_standby(connection).await? {
                    // Tried again until the time for a connection is over: a new primary is about to be chosen.
                    return Err(sqlx::Error::Configuration("the server takes no writes just now".into()));
                }
                Ok(())
            })
        })
}

async fn is_standby(connection: &mut PgConnection) -> sqlx::Result<bool> {
    sqlx::query_scalar(IS_STANDBY).fetch_one(connection).await
}

/// Whether an address names several servers, as libpq can be told and sqlx cannot.
fn names_several(url: &str) -> bool {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let host = rest.split(['/', '?']).next().unwrap_or_default();
    host.rsplit('@').next().unwrap_or_default().contains(',')
}

impl Db {
    /// The same database by a connection that nobody else uses, for what must not wait for others.
    ///
    /// # Errors
    /// [`StoreError::Open`] on SQLite, where one connection writes.
    pub fn aside(&self) -> Result<Self, StoreError> {
        let Self::Postgres(pool) = self else {
            return Err(StoreError::Open("several nodes need PostgreSQL".into()));
        };
        let options = pool.connect_options().as_ref().clone();
        let apart = PgPoolOptions::new().max_connections(1).acquire_timeout(Duration::from_secs(5));
        Ok(Self::Postgres(writing(apart).connect_lazy_with(options)))
    }

    pub(super) async fn open_postgres(url: &str) -> Result<Self, StoreError> {
        if names_several(url) {
            return Err(StoreError::Open(
                "[database] url names several servers; name one address behind which the primary always is, such as \
                 HAProxy's (docs/scale.md shows how)"
                    .into(),
            ));
        }
        let options = PgConnectOptions::from_str(url)
            .map_err(|_| {
                StoreError::Open(
                    "[database] url is not a PostgreSQL address (postgres://user:password@host/name)".into(),
                )
            })?
            .application_name("guildhall")
            .disable_statement_logging();
        let host = format!("{}:{}", options.get_host(), options.get_port());
        let pool = writing(PgPoolOptions::new())
            .max_connections(CONNECTIONS_MAX)
            .acquire_timeout(Duration::from_secs(10))
            .connect_with(options)
            .await
            .map_err(|error| StoreError::Open(format!(
                "PostgreSQL at {host} does not let us in: {error}. Check [database] url and that the server runs and takes writes."
            )))?;
        Ok(Self::Postgres(pool))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_of_several_servers_is_told_from_one_of_one() {
        for several in
            ["postgres://h1,h2/db", "postgres://u:p@h1:5432,h2:5433/db?target_session_attrs=read-write"]
        {
            assert!(names_several(several), "{several}");
        }
        for one in ["postgres://h1/db", "postgres://u:a,b@h1/db", "postgres://h/db?options=a,b"] {
            assert!(!names_several(one), "{one}");
        }
    }
}
