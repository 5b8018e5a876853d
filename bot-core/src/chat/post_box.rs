//! Where an adapter keeps what its platform posted to a node that stands by.

use std::sync::Arc;

use tokio::sync::watch;

use super::{AccountId, EventKey};
use crate::hall::Hall;
pub use crate::store::posted::Posted;
use crate::store::{StoreError, posted};

/// How many are taken at once.
const AT_ONCE: i64 = 100;

/// What was posted to any node, in the platform's own words, until the node that holds the account takes it.
#[derive(Clone)]
pub struct PostBox {
    hall: Arc<Hall>,
}

impl PostBox {
    /// That of a hall.
    pub fn of(hall: &Arc<Hall>) -> Self {
        Self { hall: Arc::clone(hall) }
    }

    /// Whether other nodes may have kept something.
    pub fn is_shared(&self) -> bool {
        self.hall.neighbours.are_there()
    }

    /// Keeps something durably for the holder of the account, in its `turn`. The same key is kept once.
    ///
    /// # Errors
    /// When the database fails; it is not kept then.
    pub async fn keep(
        &self,
        account: &AccountId,
        key: String,
        turn: i64,
        body: String,
    ) -> Result<(), StoreError> {
        let mut work = self.hall.begin().await?;
        let now_ms = work.now_ms;
        let one = Posted { key: EventKey(key), body };
        posted::keep(work.tx().await?, account, &one, turn, now_ms).await?;
        work.was_posted();
        work.commit().await
    }

    /// What waits, in the platform's order: some of it, where there is much.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn waiting(&self, account: &AccountId) -> Result<Vec<Posted>, StoreError> {
        posted::waiting(&mut self.hall.db.read().await?, account, AT_ONCE).await
    }

    /// Forgets what has taken effect. What is not forgotten, because the program was killed before, is taken again and
    /// changes nothing.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn taken(&self, account: &AccountId, taken: &[Posted]) -> Result<(), StoreError> {
        let mut tx = self.hall.db.write().await?;
        posted::remove(&mut tx, account, taken).await?;
        tx.commit().await
    }

    /// Rung when something may wait.
    pub fn bell(&self) -> watch::Receiver<u64> {
        self.hall.bells.posted.listen()
    }
}
