//! A turn of the courier: what is done is written down, and what may go out is taken in hand in its place, in one commit.

use std::sync::atomic::Ordering;

use super::{Claimed, Courier, Done};
use crate::chat::Lane;
use crate::store::{StoreError, outbox};

/// How long to wait before looking again whether this node may call for the account, milliseconds.
const OUT_OF_TENURE_MS: i64 = 500;

impl Courier {
    /// Has its turn. When it is not known of an earlier one whether the database has kept it, what that took in hand is let
    /// go of first: nobody has begun with it.
    pub(super) async fn turn_again(
        &self,
        all_done: &[Done],
        free: usize,
        free_bulk: usize,
    ) -> Result<Claimed, StoreError> {
        if self.may_have_claimed.load(Ordering::Relaxed) {
            self.let_go().await?;
            self.may_have_claimed.store(false, Ordering::Relaxed);
        }
        let claimed = self.turn(all_done, free, free_bulk).await;
        if matches!(claimed, Err(StoreError::Database(_))) {
            self.may_have_claimed.store(true, Ordering::Relaxed);
        }
        claimed
    }

    /// Puts back what stands as leased and is in nobody's hands.
    pub(crate) async fn let_go(&self) -> Result<(), StoreError> {
        let mut work = self.begin().await?;
        let now_ms = work.now_ms;
        let tx = work.tx().await?;
        let left = outbox::left_leased(tx, self.platform.account()).await?;
        let held = self.held().clone();
        for row in left.iter().filter(|row| !held.contains(&row.id)) {
            outbox::requeue(tx, row, now_ms).await?;
        }
        work.commit().await
    }

    /// Takes up to `free` actions in hand, and of the bulk lane up to `free_bulk` beside them.
    ///
    /// # Errors
    /// When the database fails; nothing is in hand then, though the database may hold that it is.
    pub async fn claim(&self, free: usize, free_bulk: usize) -> Result<Claimed, StoreError> {
        self.turn(&[], free, free_bulk).await
    }

    /// Writes down how actions ended and takes others in hand in their place, as [`Courier::claim`] does, all in one
    /// commit: a commit costs the same however much is in it.
    ///
    /// # Errors
    /// When the database fails; nothing is in hand then, though the database may hold that it is, and that actions ended.
    pub(super) async fn turn(
        &self,
        all_done: &[Done],
        free: usize,
        free_bulk: usize,
    ) -> Result<Claimed, StoreError> {
        let mut claimed = Claimed { jobs: Vec::new(), look_again_at: i64::MAX };
        let has_hand = |lane: Lane| if lane == Lane::Bulk { free_bulk > 0 } else { free > 0 };
        let may_claim = self.tenure.holds();
        let mut next = Vec::new();
        if all_done.is_empty() {
            if free == 0 && free_bulk == 0 {
                return Ok(claimed);
            }
            // A look keeps nobody from writing. A lane without a free hand is looked at again when one is free.
            next = self.lanes_next_at(&mut self.hall.db.read().await?).await?;
            let first = next.iter().filter(|(lane, _)| has_hand(*lane)).map(|(_, at_ms)| *at_ms).min();
            let next_at_ms = first.unwrap_or(i64::MAX);
            if next_at_ms > self.hall.now_ms() || !may_claim {
                let in_tenure_ms = if may_claim { 0 } else { self.hall.now_ms() + OUT_OF_TENURE_MS };
                claimed.look_again_at = next_at_ms.max(in_tenure_ms);
                return Ok(claimed);
            }
        }
        let mut work = self.begin().await?;
        if !all_done.is_empty() {
            self.put_down(&mut work, &all_done.iter().collect::<Vec<_>>()).await?;
            next = self.lanes_next_at(work.tx().await?).await?;
        }
        let mut full = Vec::new();
        if may_claim {
            full = self.claim_lanes(&mut work, &next, (free, free_bulk), &mut claimed).await?;
            next = self.lanes_next_at(work.tx().await?).await?;
        }
        work.commit().await?;
        let fetches = claimed.jobs.iter().filter(|job| job.row.lane == Lane::Files).count();
        self.fetching.fetch_add(fetches, Ordering::Relaxed);
        let next = next.into_iter().filter(|(lane, _)| !full.contains(lane));
        if let Some(next_at_ms) = next.map(|(_, at_ms)| at_ms).min() {
            let wait_ms = if may_claim { 1 } else { OUT_OF_TENURE_MS };
            claimed.look_again_at = next_at_ms.max(self.hall.now_ms() + wait_ms);
        }
        Ok(claimed)
    }
}
