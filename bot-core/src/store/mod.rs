//! The only place with SQL: one file a feature, the same text for both databases.

pub mod acknowledge;
pub mod activity;
pub mod album;
pub mod announcement;
pub mod answer;
pub mod audit;
pub mod bookmark;
pub mod calendar;
pub mod chat;
pub mod choice;
pub mod click;
pub mod composer;
pub mod copy;
mod db;
pub mod delivery;
pub mod figure;
pub mod file;
pub mod form;
pub mod help;
pub mod idempotency;
pub mod join_request;
mod json;
pub mod learner;
pub mod lockdown;
pub mod r#macro;
pub mod message;
#[cfg(test)]
mod migrations_tests;
pub mod moderation;
pub mod news;
pub mod node;
pub mod opt_out;
pub mod outbox;
pub mod people;
pub mod posted;
pub mod privacy;
pub mod reaction;
pub mod report;
pub mod restore;
pub mod search;
pub mod segment;
pub mod session;
pub mod slow_mode;
pub mod standing;
#[cfg(test)]
pub(crate) mod testing;
pub mod ticket;
pub mod tier;
pub mod timer;
pub mod webhook;
mod words;

pub(crate) use db::Savepoint;
pub use db::{Alone, Db, DbKind, StoreError, Tx, sqlite_path};

/// Runs one query on whichever database the transaction is on: `on!(tx, |c| sqlx::query(SQL).execute(c))`.
/// The body is written once and compiled for both.
macro_rules! on {
    ($tx:expr, |$conn:ident| $body:expr) => {
        match $tx {
            $crate::store::Tx::Sqlite(tx) => {
                let $conn = &mut **tx;
                $body.await.map_err($crate::store::StoreError::from)
            }
            $crate::store::Tx::Postgres(tx) => {
                let $conn = &mut **tx;
                $body.await.map_err($crate::store::StoreError::from)
            }
        }
    };
}

/// Like `on!` for statements, giving the number of rows touched.
macro_rules! execute {
    ($tx:expr, $query:expr) => {
        match $tx {
            $crate::store::Tx::Sqlite(tx) => $query
                .execute(&mut **tx)
                .await
                .map(|done| done.rows_affected())
                .map_err($crate::store::StoreError::from),
            $crate::store::Tx::Postgres(tx) => $query
                .execute(&mut **tx)
                .await
                .map(|done| done.rows_affected())
                .map_err($crate::store::StoreError::from),
        }
    };
}

pub(crate) use {execute, on};
