//! Drains the outbox to one account's platform, by lane, in order within a chat, under the rate limits.

mod budget;
mod claim;
mod files;
mod hint;
mod perform;
mod settle;
mod turn;
#[cfg(test)]
mod turn_tests;

use std::collections::HashSet;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::task::{JoinError, JoinSet};
use tokio_util::sync::CancellationToken;

use crate::chat::{Address, Delivered, Lane, Outcome, Platform, Rate, Rejection, RenderPlan};
use crate::hall::Hall;
use crate::ids::OutboxId;
use crate::node::Tenure;
use crate::store::outbox::StoredOutbox;
use crate::store::{StoreError, Tx, outbox};
use crate::work::Work;
use budget::{Budget, Counts};

pub(crate) use budget::{bulk_in_a_group, bulk_per_day};

/// Calls of all lanes but bulk under way at once.
const IN_FLIGHT_MAX: usize = 32;
/// Calls of the bulk lane under way at once, at least and at most; in between, as many as the account may make in a
/// second. Whatever is in hand when the program is killed may have gone out or not.
const BULK_IN_FLIGHT: (usize, usize) = (24, 256);
/// The bulk lane takes no more in hand before one in so many of its hands is free, so that a commit serves many.
const BULK_FREE_ONE_IN: usize = 8;
/// Of so many actions that are done, writing them down takes so long that what is urgent goes first.
const MUCH_DONE: usize = 32;
/// Files that are fetched at once.
const FETCHES_MAX: usize = 8;
/// How long one call may take before its end counts as unknown, milliseconds, beside the time for its files.
const CALL_LIMIT_MS: i64 = 30_000;
/// How long to wait when the database does not answer, milliseconds.
const DATABASE_WAIT_MS: i64 = 1_000;
/// How long to wait when another transaction came first, milliseconds.
const CONFLICT_WAIT_MS: i64 = 5;

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
    /// Where its calls count.
    counts: Counts,
    /// The files that it uploads; let go of once what became of it is written down.
    uploading: Option<Arc<files::Uploading>>,
}

/// An action that was tried.
#[derive(Debug)]
pub struct Done {
    row: StoredOutbox,
    tried: Tried,
    #[expect(dead_code, reason = "held until what became of the action is written down")]
    uploading: Option<Arc<files::Uploading>>,
}

/// How far a try came.
#[derive(Debug)]
enum Tried {
    /// All calls are confirmed, or this is what became of the first that is not.
    Over(Outcome),
    /// Some calls are confirmed; the next may go out from this time on, unix milliseconds.
    Part(i64),
}

impl Done {
    fn over(row: StoredOutbox, outcome: Outcome) -> Self {
        Self { row, tried: Tried::Over(outcome), uploading: None }
    }
}

/// What is done just now. The bulk lane has hands of its own, so that the others always find a free one.
#[derive(Default)]
struct InHand {
    bulk: JoinSet<Done>,
    others: JoinSet<Done>,
    /// Done, and not yet written down.
    over: Vec<Result<Done, JoinError>>,
}

/// Drains the outbox of one account.
pub struct Courier {
    hall: Arc<Hall>,
    platform: Arc<dyn Platform>,
    /// For how long it may call for the account.
    tenure: Tenure,
    budget: Mutex<Budget>,
    /// Fetches in hand.
    fetching: AtomicUsize,
    /// Files that are uploaded just now.
    uploads: files::Uploads,
    /// Rows in hand. What stands as leased beside them was claimed in a commit whose answer was lost.
    held: Mutex<HashSet<OutboxId>>,
    /// Whether the answer to a claim was lost.
    may_have_claimed: AtomicBool,
    /// Whether its last transaction lost against others.
    lost: AtomicBool,
    /// Whether the staff knows that the bulk lane rests.
    rest_told: AtomicBool,
}

impl Courier {
    /// The courier of a platform.
    pub fn new(hall: Arc<Hall>, platform: Arc<dyn Platform>) -> Self {
        let budget = Mutex::new(Budget::new(platform.pace(), platform.sends()));
        Self {
            hall,
            platform,
            tenure: Tenure::alone(),
            budget,
            fetching: AtomicUsize::new(0),
            uploads: files::Uploads::default(),
            held: Mutex::default(),
            may_have_claimed: AtomicBool::new(false),
            lost: AtomicBool::new(false),
            rest_told: AtomicBool::new(false),
        }
    }

    /// The same, for as long as this node holds the account.
    #[must_use]
    pub fn under(mut self, tenure: Tenure) -> Self {
        self.tenure = tenure;
        self
    }

    /// How many more files may be fetched beside those in hand.
    fn free_fetches(&self) -> usize {
        FETCHES_MAX.saturating_sub(self.fetching.load(Ordering::Relaxed))
    }

    fn budget(&self) -> MutexGuard<'_, Budget> {
        self.budget.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins a piece of work as the one that holds the account: before all others, when the last one lost against them.
    async fn begin(&self) -> Result<Work, StoreError> {
        let mut work = self.hall.begin_again(self.lost.swap(false, Ordering::Relaxed)).await?;
        self.tenure.check(work.tx().await?).await?;
        Ok(work)
    }

    /// When the next queued action may be tried, unix milliseconds; it may be in the past.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn next_at(&self) -> Result<Option<i64>, StoreError> {
        let next = self.lanes_next_at(&mut self.hall.db.read().await?).await?;
        Ok(next.into_iter().map(|(_, at_ms)| at_ms).min())
    }

    /// When the next action of each lane may be tried, unix milliseconds: as it is put down, and when the account has
    /// room.
    async fn lanes_next_at(&self, tx: &mut Tx) -> Result<Vec<(Lane, i64)>, StoreError> {
        let next = outbox::next_at(tx, self.platform.account()).await?;
        let budget = self.budget();
        Ok(next.into_iter().map(|(lane, at_ms)| (lane, at_ms.max(budget.lane_opens_at(lane)))).collect())
    }

    /// Drains until told to stop, then finishes what is in hand; or until another node has taken the account over: then
    /// what is in hand is dropped, for the other has dealt with it.
    pub async fn run(self: Arc<Self>, stop: CancellationToken) {
        let mut bell = self.hall.bells.outbox.listen();
        let mut in_hand = InHand::default();
        while let Err(error) = self.recover().await {
            if self.wait_out("recover", &error).await.is_break() {
                return;
            }
        }
        loop {
            bell.mark_unchanged();
            let wake_at = self.go_on(&mut in_hand, stop.is_cancelled()).await;
            if self.tenure.is_over() || (stop.is_cancelled() && in_hand.is_empty()) {
                return;
            }
            tokio::select! {
                biased;
                () = in_hand.some_over(), if !in_hand.is_empty() => {}
                () = stop.cancelled(), if !stop.is_cancelled() => {}
                _ = bell.changed() => {}
                () = self.tenure.over() => return,
                () = self.hall.clock.until(wake_at) => {}
            }
        }
    }

    /// Writes down what is done, takes in hand what may go out now unless the program stops, and gives when to look again,
    /// unix milliseconds.
    async fn go_on(self: &Arc<Self>, in_hand: &mut InHand, stops: bool) -> i64 {
        let all_done = self.seen(in_hand.take_over());
        if stops {
            self.finish(&all_done).await;
            return i64::MAX;
        }
        if all_done.len() >= MUCH_DONE {
            self.others_first(in_hand).await;
        }
        let free = IN_FLIGHT_MAX.saturating_sub(in_hand.others.len());
        let hands = bulk_hands(self.platform.sends().unwrap_or(self.platform.pace().account));
        let free_bulk = hands.saturating_sub(in_hand.bulk.len());
        let free_bulk = if free_bulk * BULK_FREE_ONE_IN < hands { 0 } else { free_bulk };
        let claimed = match self.turn_again(&all_done, free, free_bulk).await {
            Ok(claimed) => claimed,
            Err(error @ StoreError::Fenced(_)) => {
                self.tenure.lost(&error);
                return i64::MAX;
            }
            Err(error) => {
                let is_conflict = matches!(error, StoreError::Conflict(_));
                self.lost.store(is_conflict, Ordering::Relaxed);
                // What is done waits for nothing that may be wrong with what comes next.
                self.finish(&all_done).await;
                if !is_conflict {
                    tracing::error!(%error, account = %self.platform.account(), "actions wait for the database");
                }
                return self.hall.now_ms() + if is_conflict { CONFLICT_WAIT_MS } else { DATABASE_WAIT_MS };
            }
        };
        self.out_of_hand(&all_done);
        self.perform_all(in_hand, claimed.jobs);
        claimed.look_again_at
    }

    /// Takes in hand what may go out of all lanes but bulk, so that it does not wait until much is written down. What fails here
    /// is found again by the turn that follows.
    async fn others_first(self: &Arc<Self>, in_hand: &mut InHand) {
        let free = IN_FLIGHT_MAX.saturating_sub(in_hand.others.len());
        match self.turn_again(&[], free, 0).await {
            Ok(claimed) => self.perform_all(in_hand, claimed.jobs),
            Err(error) => self.lost.store(matches!(error, StoreError::Conflict(_)), Ordering::Relaxed),
        }
    }

    fn perform_all(self: &Arc<Self>, in_hand: &mut InHand, jobs: Vec<Job>) {
        for job in jobs {
            self.held().insert(job.row.id.clone());
            let courier = Arc::clone(self);
            let own = if job.row.lane == Lane::Bulk { &mut in_hand.bulk } else { &mut in_hand.others };
            own.spawn(async move { courier.perform(job).await });
        }
    }

    /// What was done, without those of which nobody can say it.
    fn seen(&self, joined: Vec<Result<Done, JoinError>>) -> Vec<Done> {
        let mut all_done = Vec::with_capacity(joined.len());
        for one in joined {
            match one {
                Ok(done) => all_done.push(done),
                // The row stays leased; the next start treats it as one whose end is unknown.
                Err(error) => {
                    tracing::error!(%error, account = %self.platform.account(), "an adapter panicked")
                }
            }
        }
        all_done
    }

    /// Settles what is done, by itself; what a turn has settled whose end nobody knows is not settled twice.
    async fn finish(&self, all_done: &[Done]) {
        if all_done.is_empty() {
            return;
        }
        while let Err(error) = self.settle_again(all_done).await {
            if self.wait_out("settle", &error).await.is_break() {
                return;
            }
        }
        self.out_of_hand(all_done);
    }

    fn out_of_hand(&self, all_done: &[Done]) {
        let mut held = self.held();
        all_done.iter().for_each(|done| _ = held.remove(&done.row.id));
    }

    fn held(&self) -> MutexGuard<'_, HashSet<OutboxId>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits before a step that the database refused is tried again; a break when it never will be.
    // No function that takes the step: with an async closure the courier could not be spawned (not `Send`).
    async fn wait_out(&self, what: &str, error: &StoreError) -> ControlFlow<()> {
        match error {
            StoreError::Conflict(_) => self.lost.store(true, Ordering::Relaxed),
            StoreError::Fenced(_) => self.tenure.lost(error),
            error => {
                tracing::error!(%error, what, account = %self.platform.account(), "the courier waits for the database");
                self.hall.clock.until(self.hall.now_ms() + DATABASE_WAIT_MS).await;
            }
        }
        if self.tenure.is_over() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }
}

impl InHand {
    fn is_empty(&self) -> bool {
        self.bulk.is_empty() && self.others.is_empty() && self.over.is_empty()
    }

    /// Waits until something is done, if anything is in hand. Nothing is lost when nobody waits any more.
    async fn some_over(&mut self) {
        if self.over.is_empty() {
            let first = tokio::select! {
                biased;
                Some(done) = self.others.join_next() => done,
                Some(done) = self.bulk.join_next() => done,
                else => return,
            };
            self.over.push(first);
            // Those that are done at the same moment have their turn first, and share a commit with this one.
            tokio::task::yield_now().await;
        }
    }

    /// All that is done by now.
    fn take_over(&mut self) -> Vec<Result<Done, JoinError>> {
        for own in [&mut self.others, &mut self.bulk] {
            self.over.extend(std::iter::from_fn(|| own.try_join_next()));
        }
        std::mem::take(&mut self.over)
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

/// How many calls of the bulk lane are under way at once where an account has this rate.
fn bulk_hands(rate: Rate) -> usize {
    let a_second = i64::from(rate.count) * 1_000 / rate.per_ms.max(1);
    usize::try_from(a_second).unwrap_or(usize::MAX).clamp(BULK_IN_FLIGHT.0, BULK_IN_FLIGHT.1)
}

/// The most rows of a lane that are looked at in one go, unless there are more free hands.
fn look_at_most(lane: Lane) -> usize {
    match lane {
        Lane::Urgent => 128,
        Lane::Talk => 64,
        Lane::Files => 16,
        Lane::Bulk => 64,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bulk_lane_has_as_many_hands_as_the_account_may_call_in_a_second() {
        let hands = |count, per_ms| bulk_hands(Rate { count, per_ms });
        assert_eq!(hands(30, 1_000), 30);
        assert_eq!(hands(20, 60_000), 24, "slow answers hold nothing up");
        assert_eq!(hands(1_000, 1_000), 256, "a kill leaves no more than these in doubt");
    }
}
