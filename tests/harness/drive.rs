//! Drives the program's parts step by step until nothing is left to do, and kills them between two steps.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bot_core::chat::{Lang, Platform, Platforms};
use bot_core::clock::Clock as _;
use bot_core::clockwork::Clockwork;
use bot_core::courier::Courier;
use bot_core::hall::{Hall, HallParts};
use bot_core::intake::{Intake, Waiting};
use bot_core::store::StoreError;
use futures::future::join_all;
use guildhall_sandbox::SandboxPlatform;
use rand::SeedableRng as _;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use super::Stage;

/// More rounds than this without rest mean that the program goes in circles.
const ROUNDS_MAX: usize = 2_000;
/// How long the feed may take to hand over an event, real milliseconds.
const FEED_LIMIT_MS: u64 = 5_000;

/// The parts of a running program.
pub struct Parts {
    pub hall: Arc<Hall>,
    intake: Intake,
    courier: Courier,
    clockwork: Clockwork,
    queue: mpsc::Receiver<Waiting>,
    feed: JoinHandle<()>,
}

/// At which point the program is killed.
pub struct Crash {
    at: Option<usize>,
    passed: AtomicUsize,
}

/// The program was killed.
pub struct Killed;

impl Crash {
    pub fn never() -> Self {
        Self { at: None, passed: AtomicUsize::new(0) }
    }

    pub fn at(point: usize) -> Self {
        Self { at: Some(point), passed: AtomicUsize::new(0) }
    }

    pub fn passed(&self) -> usize {
        self.passed.load(Ordering::Relaxed)
    }

    /// A point at which the program may be killed.
    fn point(&self) -> Result<(), Killed> {
        let passed = self.passed.fetch_add(1, Ordering::Relaxed) + 1;
        if self.at == Some(passed) { Err(Killed) } else { Ok(()) }
    }
}

impl Stage {
    /// Starts the program on the database and the world as they are.
    pub async fn start(&mut self) {
        let hall = Hall::open(HallParts {
            db: self.db.db.clone(),
            clock: Arc::clone(&self.clock) as _,
            rng: rand::rngs::StdRng::seed_from_u64(7 + self.crash.passed() as u64),
            default_lang: Lang::En,
            public_url: "http://hall.test".into(),
            features: bot_core::features::all(),
        })
        .await
        .unwrap();
        let platform: Arc<dyn Platform> = Arc::new(SandboxPlatform::new(self.world.clone()));
        hall.connect(Platforms::from([(platform.account().clone(), Arc::clone(&platform))]));
        let (sink, queue) = Intake::queue();
        let courier = Courier::new(Arc::clone(&hall), Arc::clone(&platform));
        retried(async || courier.recover().await).await;
        self.parts = Some(Parts {
            intake: Intake::new(Arc::clone(&hall)),
            courier,
            clockwork: Clockwork::new(Arc::clone(&hall)),
            queue,
            feed: tokio::spawn(async move { platform.run(sink).await }),
            hall,
        });
    }

    /// Kills the program: nothing is finished, nothing is said.
    pub fn kill(&mut self) {
        if let Some(parts) = self.parts.take() {
            parts.feed.abort();
        }
    }

    /// Lets the program work until nothing is left to do at this time.
    pub async fn settle(&mut self) {
        for _ in 0..ROUNDS_MAX {
            match self.round().await {
                Ok(true) => {}
                Ok(false) => return,
                Err(Killed) => {
                    self.kill();
                    self.start().await;
                }
            }
        }
        panic!("the program does not come to rest");
    }

    /// Lets time pass, with everything that happens meanwhile, each thing at its own time.
    pub async fn pass_ms(&mut self, ms: i64) {
        let end_ms = self.clock.now_ms() + ms;
        loop {
            self.settle().await;
            let parts = self.parts.as_ref().unwrap();
            let next = [parts.courier.next_at().await.unwrap(), parts.clockwork.next_at().await.unwrap()];
            let now_ms = self.clock.now_ms();
            match next
                .into_iter()
                .flatten()
                .filter(|at_ms| *at_ms <= end_ms)
                .map(|at_ms| at_ms.max(now_ms + 1))
                .min()
            {
                Some(at_ms) if at_ms <= end_ms => self.clock.move_to(at_ms),
                _ => break,
            }
        }
        self.clock.move_to(end_ms);
        self.settle().await;
    }

    /// Lets time pass as it is written: `10m`, `25h`.
    pub async fn pass(&mut self, duration: &str) {
        let ms = moderation::duration::parse(duration).expect("a length of time");
        self.pass_ms(ms).await;
    }

    /// One round; false when there was nothing to do.
    async fn round(&mut self) -> Result<bool, Killed> {
        let took = self.take_events().await?;
        let sent = self.send_out().await?;
        let parts = self.parts.as_ref().unwrap();
        let fired = retried(async || parts.clockwork.tick().await).await > 0;
        if fired {
            self.crash.point()?;
        }
        Ok(took || sent || fired)
    }

    async fn take_events(&mut self) -> Result<bool, Killed> {
        let mut took = false;
        while self.world.stats().events_waiting > 0 && !self.world.faults().is_down() {
            let parts = self.parts.as_mut().unwrap();
            let limit = std::time::Duration::from_millis(FEED_LIMIT_MS);
            #[expect(
                clippy::disallowed_methods,
                reason = "a feed that hangs must fail the story in real time"
            )]
            let first = tokio::time::timeout(limit, parts.queue.recv()).await;
            let mut batch = vec![first.expect("the feed hands over what waits").expect("the feed runs")];
            while let Ok(more) = parts.queue.try_recv() {
                batch.push(more);
            }
            let events: Vec<_> = batch.iter().map(|waiting| waiting.event().clone()).collect();
            self.crash.point()?;
            retried(async || parts.intake.take(&events).await).await;
            self.crash.point()?;
            batch.into_iter().for_each(Waiting::acknowledge);
            // The feed notes that the events were taken when it runs next.
            tokio::task::yield_now().await;
            while self.world.stats().events_waiting > 0 && self.parts.as_ref().unwrap().queue.is_empty() {
                tokio::task::yield_now().await;
            }
            took = true;
        }
        Ok(took)
    }

    async fn send_out(&mut self) -> Result<bool, Killed> {
        let parts = self.parts.as_ref().unwrap();
        let claimed = retried(async || parts.courier.claim(32, 24).await).await;
        if claimed.jobs.is_empty() {
            return Ok(false);
        }
        self.crash.point()?;
        let done = join_all(claimed.jobs.into_iter().map(|job| parts.courier.perform(job))).await;
        self.crash.point()?;
        retried(async || parts.courier.settle(&done).await).await;
        self.crash.point()?;
        Ok(true)
    }
}

/// Runs a step again while another transaction comes first.
async fn retried<T>(step: impl AsyncFn() -> Result<T, StoreError>) -> T {
    loop {
        match step().await {
            Err(StoreError::Conflict(_)) => {}
            done => return done.unwrap(),
        }
    }
}
