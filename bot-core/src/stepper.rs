//! Runs the program step by step on a clock that is moved by hand: for stories, and for the demo's past.

use std::ops::ControlFlow;
use std::sync::Arc;

use futures::future::join_all;
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use crate::chat::{Platform, Platforms};
use crate::clockwork::Clockwork;
use crate::courier::Courier;
use crate::hall::Hall;
use crate::intake::{Intake, Waiting};
use crate::store::StoreError;

/// The parts of the program, none of them running by itself. Dropped, it is as if the program were killed.
pub struct Stepper {
    hall: Arc<Hall>,
    intake: Intake,
    couriers: Vec<Courier>,
    clockwork: Clockwork,
    queue: mpsc::Receiver<Waiting>,
    /// Came in while the feed was watched.
    next: Option<Waiting>,
    feeds: JoinSet<()>,
}

/// What the stepper asks of whoever drives it.
pub trait Driver {
    /// Whether a platform has events that it is about to hand over.
    fn events_wait(&self) -> bool;

    /// Resolves when [`Driver::events_wait`] may have changed. A platform that is only reached over sockets has
    /// to wake whoever waits; one in this thread needs no more than its turn.
    fn changed(&self) -> impl Future<Output = ()> {
        tokio::task::yield_now()
    }

    /// Called between any two steps; a break ends the round there.
    fn between_steps(&mut self) -> ControlFlow<()>;
}

/// Whether a round did anything, or was broken off.
pub type Round = ControlFlow<(), bool>;

impl Stepper {
    /// The parts on these platforms. What was in hand at the last end is dealt with.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn start(hall: Arc<Hall>, platforms: Vec<Arc<dyn Platform>>) -> Result<Self, StoreError> {
        hall.connect(
            platforms.iter().map(|one| (one.account().clone(), Arc::clone(one))).collect::<Platforms>(),
        );
        let (sink, queue) = Intake::queue();
        let sink = sink.of(Arc::clone(&hall));
        let (mut couriers, mut feeds) = (Vec::new(), JoinSet::new());
        for platform in platforms {
            let courier = Courier::new(Arc::clone(&hall), Arc::clone(&platform));
            // A platform that can tell what became of a send is asked over the connection that it runs.
            let sink = sink.clone();
            feeds.spawn(async move { platform.run(sink).await });
            again(async || courier.recover().await).await?;
            couriers.push(courier);
        }
        let (intake, clockwork) = (Intake::new(Arc::clone(&hall)), Clockwork::new(Arc::clone(&hall)));
        Ok(Self { hall, intake, couriers, clockwork, queue, next: None, feeds })
    }

    /// What the parts share.
    pub fn hall(&self) -> &Arc<Hall> {
        &self.hall
    }

    /// When there is something to do next, unix milliseconds; it may be in the past.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn next_at(&self) -> Result<Option<i64>, StoreError> {
        let mut next = self.clockwork.next_at().await?;
        for courier in &self.couriers {
            next = [next, courier.next_at().await?].into_iter().flatten().min();
        }
        Ok(next)
    }

    /// One round of everything: takes what waits, sends what may go out, fires what is due.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn round(&mut self, driver: &mut impl Driver) -> Result<Round, StoreError> {
        let mut did = false;
        while self.next.is_some() || driver.events_wait() {
            if self.take(driver).await?.is_break() {
                return Ok(Round::Break(()));
            }
            did = true;
        }
        for courier in &self.couriers {
            match send(courier, driver).await? {
                Round::Break(()) => return Ok(Round::Break(())),
                Round::Continue(sent) => did |= sent,
            }
        }
        if again(async || self.clockwork.tick().await).await? > 0 {
            did = true;
            if driver.between_steps().is_break() {
                return Ok(Round::Break(()));
            }
        }
        Ok(Round::Continue(did))
    }

    async fn take(&mut self, driver: &mut impl Driver) -> Result<ControlFlow<()>, StoreError> {
        if self.watch(driver).await.is_break() {
            return Ok(ControlFlow::Break(()));
        }
        // Nothing when the platform kept to itself what waited there.
        let Some(first) = self.next.take() else { return Ok(ControlFlow::Continue(())) };
        let mut batch = vec![first];
        while let Ok(more) = self.queue.try_recv() {
            batch.push(more);
        }
        let events: Vec<_> = batch.iter().map(|waiting| waiting.event().clone()).collect();
        if driver.between_steps().is_break() {
            return Ok(ControlFlow::Break(()));
        }
        again(async || self.intake.take(&events).await).await?;
        if driver.between_steps().is_break() {
            return Ok(ControlFlow::Break(()));
        }
        batch.into_iter().for_each(Waiting::acknowledge);
        // The feed notes that the events were taken when it runs next, and then hands over more.
        Ok(self.watch(driver).await)
    }

    /// Waits until an event has come in or none is to come. A feed that has ended will hand over nothing.
    async fn watch(&mut self, driver: &impl Driver) -> ControlFlow<()> {
        while self.next.is_none() && driver.events_wait() {
            tokio::select! {
                biased;
                first = self.queue.recv() => match first {
                    Some(first) => self.next = Some(first),
                    None => return ControlFlow::Break(()),
                },
                _ = self.feeds.join_next() => return ControlFlow::Break(()),
                () = driver.changed() => {}
            }
        }
        ControlFlow::Continue(())
    }
}

async fn send(courier: &Courier, driver: &mut impl Driver) -> Result<Round, StoreError> {
    let claimed = again(async || courier.claim(32, 24).await).await?;
    if claimed.jobs.is_empty() {
        return Ok(Round::Continue(false));
    }
    if driver.between_steps().is_break() {
        return Ok(Round::Break(()));
    }
    let done = join_all(claimed.jobs.into_iter().map(|job| courier.perform(job))).await;
    if driver.between_steps().is_break() {
        return Ok(Round::Break(()));
    }
    again(async || courier.settle(&done).await).await?;
    Ok(if driver.between_steps().is_break() { Round::Break(()) } else { Round::Continue(true) })
}

/// Runs a step again while another transaction comes first.
async fn again<T>(step: impl AsyncFn() -> Result<T, StoreError>) -> Result<T, StoreError> {
    loop {
        match step().await {
            Err(StoreError::Conflict(_)) => {}
            done => return done,
        }
    }
}
