//! Rows in hand: written many at a time with one statement, before anything reads them or the work is committed.

use std::any::Any;

use async_trait::async_trait;

use crate::store::{StoreError, Tx};

/// A row that can wait to be written together with others of its sort.
#[async_trait]
pub(crate) trait PendingRow: Sized + Send + Sync + 'static {
    /// Writes many with as few statements as the number of rows allows.
    async fn write_many(tx: &mut Tx, rows: &[Self]) -> Result<(), StoreError>;
}

/// The rows in hand, by sort.
#[derive(Default)]
pub(super) struct Pending(Vec<Box<dyn Rows>>);

#[async_trait]
trait Rows: Send + Sync {
    async fn write(&self, tx: &mut Tx) -> Result<(), StoreError>;
    fn as_any(&mut self) -> &mut dyn Any;
}

#[async_trait]
impl<R: PendingRow> Rows for Vec<R> {
    async fn write(&self, tx: &mut Tx) -> Result<(), StoreError> {
        R::write_many(tx, self).await
    }

    fn as_any(&mut self) -> &mut dyn Any {
        self
    }
}

impl Pending {
    /// Takes a row in hand.
    pub(super) fn put<R: PendingRow>(&mut self, row: R) {
        match self.0.iter_mut().find_map(|rows| rows.as_any().downcast_mut::<Vec<R>>()) {
            Some(rows) => rows.push(row),
            None => self.0.push(Box::new(vec![row])),
        }
    }

    /// Writes all rows, sort by sort in the order in which the first of each came.
    pub(super) async fn write(&mut self, tx: &mut Tx) -> Result<(), StoreError> {
        for rows in std::mem::take(&mut self.0) {
            rows.write(tx).await?;
        }
        Ok(())
    }

    /// Drops all rows.
    pub(super) fn clear(&mut self) {
        self.0.clear();
    }
}
