//! The clock that is handed in wherever time matters.

use std::sync::Arc;

use async_trait::async_trait;
use tokio::sync::watch;

/// Tells the time and waits for it.
#[async_trait]
pub trait Clock: Send + Sync {
    /// Unix milliseconds.
    fn now_ms(&self) -> i64;

    /// Returns at `at_ms` or later.
    async fn until(&self, at_ms: i64);
}

/// Runs `work`, but no longer than `limit_ms`; `None` when the time is over.
pub async fn within<T>(clock: &Arc<dyn Clock>, limit_ms: i64, work: impl Future<Output = T>) -> Option<T> {
    tokio::select! {
        biased;
        done = work => Some(done),
        () = clock.until(clock.now_ms() + limit_ms) => None,
    }
}

/// The machine's clock, or one that runs some times faster from the moment it is made.
pub struct SystemClock {
    started: std::time::Instant,
    started_ms: i64,
    speed: u32,
}

impl SystemClock {
    /// The machine's clock at its own speed (1) or `speed` times faster.
    #[expect(clippy::disallowed_methods, reason = "this is the clock that everybody else is handed")]
    pub fn new(speed: u32) -> Self {
        let since_epoch =
            std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        Self {
            started: std::time::Instant::now(),
            started_ms: i64::try_from(since_epoch.as_millis()).unwrap_or(i64::MAX),
            speed: speed.max(1),
        }
    }
}

#[async_trait]
impl Clock for SystemClock {
    fn now_ms(&self) -> i64 {
        let passed_ms = i64::try_from(self.started.elapsed().as_millis()).unwrap_or(i64::MAX);
        self.started_ms.saturating_add(passed_ms.saturating_mul(i64::from(self.speed)))
    }

    #[expect(clippy::disallowed_methods, reason = "this is the clock that everybody else is handed")]
    async fn until(&self, at_ms: i64) {
        loop {
            let left_ms = at_ms.saturating_sub(self.now_ms());
            if left_ms <= 0 {
                return;
            }
            // A day at most: the machine may have slept meanwhile, and the time must be asked again.
            let real_ms = (left_ms.unsigned_abs() / u64::from(self.speed)).clamp(1, 86_400_000);
            tokio::time::sleep(std::time::Duration::from_millis(real_ms)).await;
        }
    }
}

/// A clock that stands still until it is moved, for tests.
pub struct VirtualClock {
    now: watch::Sender<i64>,
}

impl VirtualClock {
    /// A clock that stands at `now_ms`.
    pub fn at(now_ms: i64) -> Self {
        Self { now: watch::Sender::new(now_ms) }
    }

    /// Moves the clock on. It never goes back.
    pub fn move_to(&self, at_ms: i64) {
        self.now.send_modify(|now| *now = at_ms.max(*now));
    }
}

#[async_trait]
impl Clock for VirtualClock {
    fn now_ms(&self) -> i64 {
        *self.now.borrow()
    }

    async fn until(&self, at_ms: i64) {
        let mut now = self.now.subscribe();
        // Cannot fail: the sender lives as long as `self`.
        let _ = now.wait_for(|now| *now >= at_ms).await;
    }
}
