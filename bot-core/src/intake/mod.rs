//! Takes in events: each once, in order within its chat, many to one commit.

mod choice;
mod dispatch;
mod nul;
pub(crate) mod offer;
mod resolve;
mod shared;

use std::collections::HashSet;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use futures::FutureExt as _;
use tokio::sync::{mpsc, oneshot};
use tokio_util::sync::CancellationToken;

use crate::chat::{AccountId, Event, EventKey, EventSink};
use crate::error::FeatureError;
use crate::hall::Hall;
use crate::ids::RowId;
use crate::store::{DbKind, StoreError, message};
use crate::work::Work;

/// How many events share one commit at most.
const BATCH_MAX: usize = 512;
/// How many events may wait; adapters are held back beyond that.
const QUEUE_MAX: usize = 2_048;
/// How many transactions of intake run side by side on PostgreSQL. SQLite has one writer.
const SIDE_BY_SIDE: usize = 4;
/// How often a batch that lost against another transaction is run again before it is taken apart.
const CONFLICTS_MAX: usize = 5;
/// How long to wait when the database does not answer, milliseconds.
const DATABASE_WAIT_MS: i64 = 1_000;

/// An event whose adapter waits to hear that it was taken.
#[derive(Debug)]
pub struct Waiting {
    pub(crate) event: Event,
    pub(crate) done: oneshot::Sender<()>,
}

impl Waiting {
    /// The event.
    pub fn event(&self) -> &Event {
        &self.event
    }

    /// Lets the adapter know that the event has taken effect.
    pub fn acknowledge(self) {
        // The adapter may be gone; the event has taken effect all the same.
        let _ = self.done.send(());
    }
}

/// Takes in events.
#[derive(Clone)]
pub struct Intake {
    hall: Arc<Hall>,
}

/// The lane of an event: the same for all events of a chat.
fn lane_of(event: &Event, lanes: usize) -> usize {
    use std::hash::{DefaultHasher, Hash as _, Hasher as _};
    let mut hasher = DefaultHasher::new();
    event.account.hash(&mut hasher);
    event.body.chat().map(|chat| &chat.key).hash(&mut hasher);
    usize::try_from(hasher.finish() % lanes as u64).unwrap_or(0)
}

/// Takes an event within a piece of work that is under way: one that was put together of others, which were taken before.
///
/// # Errors
/// When the database or a feature fails.
pub(crate) async fn take_within(work: &mut Work, event: &Event) -> Result<(), FeatureError> {
    dispatch::event(work, event).await
}

/// What became of a batch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Taken {
    /// Events that took effect.
    pub fresh: usize,
    /// Events that were taken before.
    pub repeated: usize,
    /// Events that no feature could digest; they are kept in `event_failed`.
    pub failed: usize,
}

impl Intake {
    /// The intake of a hall.
    pub fn new(hall: Arc<Hall>) -> Self {
        Self { hall }
    }

    /// The two ends of the queue into [`Intake::run`].
    pub fn queue() -> (EventSink, mpsc::Receiver<Waiting>) {
        let (queue, waiting) = mpsc::channel(QUEUE_MAX);
        (EventSink { queue, hall: None }, waiting)
    }

    /// Takes events until told to stop; then no new ones are let in, and those that wait are still taken.
    pub async fn run(&self, mut queue: mpsc::Receiver<Waiting>, stop: CancellationToken) {
        let mut batch = Vec::new();
        loop {
            let received = tokio::select! {
                biased;
                () = stop.cancelled(), if !queue.is_closed() => {
                    queue.close();
                    continue;
                }
                received = queue.recv_many(&mut batch, BATCH_MAX) => received,
            };
            if received == 0 {
                return;
            }
            self.take_batch(&mut batch).await;
        }
    }

    /// Takes a batch, and lets each adapter know. Where the database takes several transactions at a time,
    /// events of different chats run side by side; those of one chat stay in order.
    async fn take_batch(&self, batch: &mut Vec<Waiting>) {
        let lanes = if self.hall.db.kind() == DbKind::Sqlite { 1 } else { SIDE_BY_SIDE };
        let mut groups: Vec<Vec<Waiting>> = (0..lanes).map(|_| Vec::new()).collect();
        for waiting in batch.drain(..) {
            groups[lane_of(&waiting.event, lanes)].push(waiting);
        }
        futures::future::join_all(groups.into_iter().filter(|group| !group.is_empty()).map(async |group| {
            let events: Vec<Event> = group.iter().map(|waiting| waiting.event.clone()).collect();
            self.take_surely(&events).await;
            group.into_iter().for_each(Waiting::acknowledge);
        }))
        .await;
    }

    /// Takes events, however long the database does not answer.
    async fn take_surely(&self, events: &[Event]) {
        let mut said = false;
        while let Err(error) = self.take(events).await {
            if matches!(error, StoreError::Conflict(_)) {
                continue;
            }
            if !std::mem::replace(&mut said, true) {
                tracing::error!(%error, waiting = events.len(), "the database does not take events; they wait");
            }
            metrics::counter!("guildhall_intake_database_waits_total").increment(1);
            self.hall.clock.until(self.hall.now_ms() + DATABASE_WAIT_MS).await;
        }
        if said {
            tracing::info!("the database takes events again");
        }
    }

    /// Takes events in one commit; when one of them cannot be digested, each in a commit of its own.
    ///
    /// # Errors
    /// When the database fails: then none of them, or only the first few, took effect, and the call may be
    /// repeated.
    pub async fn take(&self, events: &[Event]) -> Result<Taken, StoreError> {
        match nul::without(events) {
            Some(clean) => self.take_clean(&clean).await,
            None => self.take_clean(events).await,
        }
    }

    async fn take_clean(&self, events: &[Event]) -> Result<Taken, StoreError> {
        match self.try_together(events).await {
            Ok(taken) => return Ok(taken),
            Err(FeatureError::Store(error @ (StoreError::Database(_) | StoreError::Conflict(_)))) => {
                tracing::warn!(%error, events = events.len(), "a batch is taken apart");
            }
            Err(error) => tracing::warn!(%error, events = events.len(), "a batch is taken apart"),
        }
        let mut all = Taken::default();
        for event in events {
            let taken = match self.try_together(std::slice::from_ref(event)).await {
                Ok(taken) => taken,
                // Others were faster again and again: that is no fault of the event.
                Err(FeatureError::Store(error @ StoreError::Conflict(_))) => return Err(error),
                Err(error) => self.keep_failed(event, &error).await?,
            };
            all.fresh += taken.fresh;
            all.repeated += taken.repeated;
            all.failed += taken.failed;
        }
        Ok(all)
    }

    async fn try_together(&self, events: &[Event]) -> Result<Taken, FeatureError> {
        let mut conflicts = 0;
        loop {
            let run = AssertUnwindSafe(self.once(events, conflicts > 0)).catch_unwind().await;
            match run.unwrap_or_else(|_| Err(FeatureError::Internal("a feature panicked".into()))) {
                Err(FeatureError::Store(StoreError::Conflict(_))) if conflicts < CONFLICTS_MAX => {
                    conflicts += 1
                }
                done => return done,
            }
        }
    }

    async fn once(&self, events: &[Event], lost: bool) -> Result<Taken, FeatureError> {
        let mut work = self.hall.begin_again(lost).await?;
        let now_ms = work.now_ms;
        let keys: Vec<(&AccountId, &EventKey)> =
            events.iter().map(|event| (&event.account, &event.key)).collect();
        let before = message::take_events(work.tx_unflushed(), &keys, now_ms).await?;
        let mut met: HashSet<(&AccountId, &EventKey)> =
            before.iter().map(|(account, key)| (account, key)).collect();
        // Put in as it is met, so that a key that stands twice in one batch is taken once.
        let fresh: Vec<&Event> =
            events.iter().filter(|event| met.insert((&event.account, &event.key))).collect();
        for feature in self.hall.features.all() {
            feature.look_ahead(&mut work, &fresh).await?;
        }
        for event in &fresh {
            metrics::counter!("guildhall_events_total", "kind" => event.body.kind()).increment(1);
            dispatch::event(&mut work, event).await?;
        }
        let taken = Taken { fresh: fresh.len(), repeated: events.len() - fresh.len(), failed: 0 };
        work.commit().await?;
        metrics::counter!("guildhall_events_repeated_total").increment(taken.repeated as u64);
        Ok(taken)
    }

    /// Puts an event aside that cannot be digested, so that it stops nothing and is not lost.
    async fn keep_failed(&self, event: &Event, error: &FeatureError) -> Result<Taken, StoreError> {
        let id: RowId = self.hall.ids.next();
        let json = serde_json::to_string(event).map_err(|error| StoreError::unreadable("event", error))?;
        let mut work = self.hall.begin().await?;
        let now_ms = work.now_ms;
        let before =
            message::take_events(work.tx_unflushed(), &[(&event.account, &event.key)], now_ms).await?;
        if !before.is_empty() {
            return Ok(Taken { repeated: 1, ..Taken::default() });
        }
        message::add_failed(
            work.tx().await?,
            &id,
            (&event.account, &event.key),
            &json,
            &error.to_string(),
            now_ms,
        )
        .await?;
        work.commit().await?;
        metrics::counter!("guildhall_events_failed_total").increment(1);
        tracing::error!(account = %event.account, key = %event.key, kind = event.body.kind(), %error, "an event was put aside");
        Ok(Taken { failed: 1, ..Taken::default() })
    }
}
