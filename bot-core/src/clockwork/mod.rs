//! Fires what is due: the one mechanism for everything that happens at a time.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use futures::FutureExt as _;
use tokio_util::sync::CancellationToken;

use crate::error::{FeatureError, Result};
use crate::feature::Due;
use crate::hall::Hall;
use crate::store::timer::StoredTimer;
use crate::store::{StoreError, timer};
use crate::work::Work;

/// How many timers share one commit.
const BATCH: i64 = 100;
/// Waits after failures, milliseconds: a minute, then up to an hour; a timer is never given up.
const RETRY_FIRST_MS: i64 = 60_000;
const RETRY_MAX_MS: i64 = 3_600_000;
/// How long to wait when the database does not answer, milliseconds.
const DATABASE_WAIT_MS: i64 = 1_000;
/// How long to wait when another transaction came first, milliseconds.
const CONFLICT_WAIT_MS: i64 = 5;

/// Fires timers.
#[derive(Clone)]
pub struct Clockwork {
    hall: Arc<Hall>,
}

impl Clockwork {
    /// The clockwork of a hall.
    pub fn new(hall: Arc<Hall>) -> Self {
        Self { hall }
    }

    /// Fires what is due now; gives how many fired.
    ///
    /// # Errors
    /// When the database fails; what was due then is due still.
    pub async fn tick(&self) -> Result<usize, StoreError> {
        self.tick_again(false).await
    }

    /// The same, before all others or not.
    async fn tick_again(&self, first: bool) -> Result<usize, StoreError> {
        let is_due = {
            let mut tx = self.hall.db.read().await?;
            !timer::due(&mut tx, self.hall.now_ms(), 1).await?.is_empty()
        };
        if !is_due {
            return Ok(0);
        }
        let mut work = self.hall.begin_again(first).await?;
        let now_ms = work.now_ms;
        let due = timer::claim(work.tx().await?, now_ms, BATCH).await?;
        let mut fired = 0;
        for timer in &due {
            fired += usize::from(fire(&mut work, timer).await?);
        }
        work.commit().await?;
        Ok(fired)
    }

    /// When the next timer is to be tried, unix milliseconds.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn next_at(&self) -> Result<Option<i64>, StoreError> {
        timer::next_at(&mut self.hall.db.read().await?).await
    }

    /// Fires timers until told to stop.
    pub async fn run(&self, stop: CancellationToken) {
        let mut bell = self.hall.bells.timers.listen();
        let mut first = false;
        while !stop.is_cancelled() {
            let next = async {
                let fired = self.tick_again(first).await?;
                Ok((fired, self.next_at().await?))
            };
            let next: Result<_, StoreError> = next.await;
            let is_conflict = matches!(next, Err(StoreError::Conflict(_)));
            first = is_conflict;
            let wake_at = next.map(|(_, next_at)| next_at).unwrap_or_else(|error| {
                if !is_conflict {
                    tracing::error!(%error, "timers wait for the database");
                }
                Some(self.hall.now_ms() + if is_conflict { CONFLICT_WAIT_MS } else { DATABASE_WAIT_MS })
            });
            tokio::select! {
                biased;
                () = stop.cancelled() => {}
                _ = bell.changed() => {}
                () = self.hall.clock.until(wake_at.unwrap_or(i64::MAX)) => {}
            }
        }
    }
}

/// Fires one timer; on a failure it is tried again later. False when somebody else fired or moved it.
async fn fire(work: &mut Work, timer: &StoredTimer) -> Result<bool, StoreError> {
    let due = Due { kind: timer.kind.clone(), key: timer.timer_key.clone(), due_at_ms: timer.due_at_ms };
    let done = work
        .step(async |work: &mut Work| {
            if !timer::remove(work.tx().await?, &timer.id).await? {
                return Ok(false);
            }
            let feature = work.hall.features.get(&timer.feature);
            let feature = feature
                .ok_or_else(|| FeatureError::Internal(format!("no feature is called {}", timer.feature)))?;
            let fired = AssertUnwindSafe(feature.on_timer(work, &due)).catch_unwind().await;
            fired
                .unwrap_or_else(|_| Err(FeatureError::Internal("the feature panicked".into())))
                .map(|()| true)
        })
        .await;
    match done {
        Ok(fired) => {
            metrics::histogram!("guildhall_timer_late_ms").record((work.now_ms - timer.due_at_ms) as f64);
            Ok(fired)
        }
        Err(FeatureError::Store(error)) => Err(error),
        Err(error) => {
            tracing::error!(feature = %timer.feature, kind = %timer.kind, key = %timer.timer_key, %error, "a timer failed and is tried again");
            metrics::counter!("guildhall_timers_failed_total").increment(1);
            let doublings = u32::try_from(timer.attempts.clamp(0, 10)).unwrap_or(0);
            let wait_ms = (RETRY_FIRST_MS << doublings).min(RETRY_MAX_MS);
            let try_at_ms = work.now_ms + wait_ms;
            timer::postpone(work.tx().await?, &timer.id, try_at_ms, &error.to_string()).await?;
            Ok(false)
        }
    }
}
