//! Drains the outbox to one account's platform, by lane, in order within a chat, under the rate limits.

mod budget;
mod claim;
mod files;
mod hint;
mod perform;
mod settle;

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::chat::{Address, Delivered, Lane, Outcome, Platform, Rejection, RenderPlan};
use crate::hall::Hall;
use crate::store::outbox::StoredOutbox;
use crate::store::{StoreError, outbox};
use budget::Budget;

/// Calls under way at once.
const IN_FLIGHT_MAX: usize = 32;
/// Of these, calls of the bulk lane at most, so that the others find a free hand.
const BULK_IN_FLIGHT_MAX: usize = 24;
/// Files that are fetched at once.
const FETCHES_MAX: usize = 8;
/// How long one call may take before its end counts as unknown, milliseconds, beside the time for its files.
const CALL_LIMIT_MS: i64 = 30_000;
/// How long to wait when the database does not answer, milliseconds.
const DATABASE_WAIT_MS: i64 = 1_000;

/// How an action ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// The platform confirmed all its calls, and made these things.
    Sent(Vec<Delivered>),
    /// The platform refused it, or its time was over.
    Rejected(Rejection),
    /// It went out and no answer came.
    Unknown {
        /// The network's words.
        why: String,
    },
}

impl End {
    /// Why it was not confirmed, in the platform's or the network's words.
    pub fn why(&self) -> Option<&str> {
        match self {
            Self::Sent(_) => None,
            Self::Rejected(rejection) => Some(&rejection.why),
            Self::Unknown { why } => Some(why),
        }
    }
}

/// An action in hand.
#[derive(Clone, Debug)]
pub struct Job {
    row: StoredOutbox,
    to: Address,
    plan: RenderPlan,
    /// The files that it uploads; let go of once what became of it is written down.
    uploading: Option<Arc<files::Uploading>>,
}

/// An action that was tried.
#[derive(Debug)]
pub struct Done {
    row: StoredOutbox,
    outcome: Outcome,
    #[expect(dead_code, reason = "held until what became of the action is written down")]
    uploading: Option<Arc<files::Uploading>>,
}

/// Drains the outbox of one account.
pub struct Courier {
    hall: Arc<Hall>,
    platform: Arc<dyn Platform>,
    budget: Mutex<Budget>,
    /// Fetches in hand.
    fetching: AtomicUsize,
    /// Files that are uploaded just now.
    uploads: files::Uploads,
    /// Whether the staff knows that the bulk lane rests.
    rest_told: AtomicBool,
}

impl Courier {
    /// The courier of a platform.
    pub fn new(hall: Arc<Hall>, platform: Arc<dyn Platform>) -> Self {
        let budget = Mutex::new(Budget::new(platform.pace()));
        Self {
            hall,
            platform,
            budget,
            fetching: AtomicUsize::new(0),
            uploads: files::Uploads::default(),
            rest_told: AtomicBool::new(false),
        }
    }

    /// How many more files may be fetched beside those in hand.
    fn free_fetches(&self) -> usize {
        FETCHES_MAX.saturating_sub(self.fetching.load(Ordering::Relaxed))
    }

    fn budget(&self) -> MutexGuard<'_, Budget> {
        self.budget.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// When the next queued action may be tried, unix milliseconds; it may be in the past.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn next_at(&self) -> Result<Option<i64>, StoreError> {
        Ok(self.lanes_next_at().await?.into_iter().map(|(_, at_ms)| at_ms).min())
    }

    /// When the next action of each lane may be tried, unix milliseconds: as it is put down, and when the account has
    /// room.
    async fn lanes_next_at(&self) -> Result<Vec<(Lane, i64)>, StoreError> {
        let next = outbox::next_at(&mut self.hall.db.read().await?, self.platform.account()).await?;
        let budget = self.budget();
        Ok(next.into_iter().map(|(lane, at_ms)| (lane, at_ms.max(budget.lane_opens_at(lane)))).collect())
    }

    /// Drains until told to stop, then finishes what is in hand.
    pub async fn run(self: Arc<Self>, stop: CancellationToken) {
        let mut bell = self.hall.bells.outbox.listen();
        let mut in_flight = JoinSet::new();
        while let Err(error) = self.recover().await {
            self.wait_out("recover", &error).await;
        }
        loop {
            bell.mark_unchanged();
            let wake_at = if stop.is_cancelled() { i64::MAX } else { self.start_more(&mut in_flight).await };
            if stop.is_cancelled() && in_flight.is_empty() {
                return;
            }
            tokio::select! {
                Some(done) = in_flight.join_next() => self.finish(done, &mut in_flight).await,
                () = stop.cancelled(), if !stop.is_cancelled() => {}
                _ = bell.changed() => {}
                () = self.hall.clock.until(wake_at) => {}
            }
        }
    }

    /// Takes in hand what may go out now, and gives when to look again, unix milliseconds.
    async fn start_more(self: &Arc<Self>, in_flight: &mut JoinSet<Done>) -> i64 {
        let free = IN_FLIGHT_MAX - in_flight.len().min(IN_FLIGHT_MAX);
        let claimed = match self.claim(free, BULK_IN_FLIGHT_MAX.saturating_sub(in_flight.len())).await {
            Ok(claimed) => claimed,
            Err(StoreError::Conflict(_)) => return self.hall.now_ms() + 5,
            Err(error) => {
                tracing::error!(%error, account = %self.platform.account(), "actions wait for the database");
                return self.hall.now_ms() + DATABASE_WAIT_MS;
            }
        };
        for job in claimed.jobs {
            let courier = Arc::clone(self);
            in_flight.spawn(async move { courier.perform(job).await });
        }
        claimed.look_again_at
    }

    /// Settles what is done, with all else that is done by now.
    async fn finish(&self, first: Result<Done, tokio::task::JoinError>, in_flight: &mut JoinSet<Done>) {
        let mut joined = vec![first];
        while let Some(more) = in_flight.try_join_next() {
            joined.push(more);
        }
        let mut all_done = Vec::new();
        for one in joined {
            match one {
                Ok(done) => all_done.push(done),
                // The row stays leased; the next start treats it as one whose end is unknown.
                Err(error) => {
                    tracing::error!(%error, account = %self.platform.account(), "an adapter panicked")
                }
            }
        }
        while let Err(error) = self.settle(&all_done).await {
            self.wait_out("settle", &error).await;
        }
    }

    /// Waits before a step that the database refused is tried again.
    // No function that takes the step: with an async closure the courier could not be spawned (not `Send`).
    async fn wait_out(&self, what: &str, error: &StoreError) {
        if !matches!(error, StoreError::Conflict(_)) {
            tracing::error!(%error, what, account = %self.platform.account(), "the courier waits for the database");
            self.hall.clock.until(self.hall.now_ms() + DATABASE_WAIT_MS).await;
        }
    }
}

/// Actions taken in hand.
#[derive(Debug)]
pub struct Claimed {
    /// To be performed side by side.
    pub jobs: Vec<Job>,
    /// When there may be more, unix milliseconds.
    pub look_again_at: i64,
}

/// The most rows of a lane that are looked at in one go.
fn look_at_most(lane: Lane) -> i64 {
    match lane {
        Lane::Urgent => 128,
        Lane::Talk => 64,
        Lane::Files => 16,
        Lane::Bulk => 64,
    }
}
