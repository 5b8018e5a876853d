//! Clicks that are still to be written.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::{Mutex, MutexGuard, PoisonError};

use bot_core::clock::within;
use bot_core::hall::Hall;
use bot_core::store::StoreError;
use bot_core::store::click::{self, Clicks, Followed};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

/// How many links may wait to be counted; while the database is away, clicks on more of them are counted as lost.
const WAITING_MAX: usize = 50_000;
/// How many are written with one statement.
const AT_ONCE: usize = 1_000;
/// How long to wait after the database refused, milliseconds.
const AGAIN_MS: i64 = 1_000;
/// How long the last lot may take when the program stops, milliseconds.
const LAST_MS: i64 = 2_000;

/// One link of one copy.
type Link = (String, String, i64);

/// Clicks by link.
#[derive(Default)]
pub(crate) struct Pending {
    waiting: Mutex<HashMap<Link, Clicks>>,
    bell: Notify,
}

impl Pending {
    /// Notes a click; nobody waits for it to be written.
    pub(super) fn note(&self, found: &Followed, n: i64, now_ms: i64) {
        let one = Clicks {
            push: found.push.clone(),
            recipient: found.recipient.clone(),
            n,
            clicks: 1,
            first_ms: now_ms,
            last_ms: now_ms,
        };
        if !join(&mut self.lock(), one) {
            tracing::warn!(push = %found.push, "too many clicks wait for the database: one is not counted");
        }
        self.bell.notify_one();
    }

    /// Writes what comes in, until `stop` is called; then the last of it.
    pub(crate) async fn keep(&self, hall: &Hall, stop: &CancellationToken) {
        while !stop.is_cancelled() {
            tokio::select! {
                () = stop.cancelled() => break,
                () = self.bell.notified() => {}
            }
            if let Err(error) = self.write(hall).await {
                tracing::warn!(%error, "clicks could not be written; they are kept and tried again");
                tokio::select! {
                    () = stop.cancelled() => break,
                    () = hall.clock.until(hall.now_ms() + AGAIN_MS) => self.bell.notify_one(),
                }
            }
        }
        let last = within(&hall.clock, LAST_MS, self.write(hall)).await;
        if !matches!(last, Some(Ok(()))) {
            tracing::warn!(lost = self.waiting(), "clicks could not be written before the program stopped");
        }
    }

    /// Writes all that waits. What could not be written waits on.
    pub(crate) async fn write(&self, hall: &Hall) -> Result<(), StoreError> {
        let mut left: Vec<Clicks> = std::mem::take(&mut *self.lock()).into_values().collect();
        // In one order everywhere, so that two programs never wait for each other.
        left.sort_by(|a, b| (&a.push, &a.recipient, a.n).cmp(&(&b.push, &b.recipient, b.n)));
        while !left.is_empty() {
            let lot = &left[..left.len().min(AT_ONCE)];
            if let Err(error) = write(hall, lot).await {
                let mut waiting = self.lock();
                for one in left {
                    join(&mut waiting, one);
                }
                return Err(error);
            }
            left.drain(..left.len().min(AT_ONCE));
        }
        Ok(())
    }

    /// How many clicks wait to be written.
    pub(crate) fn waiting(&self) -> i64 {
        self.lock().values().map(|one| one.clicks).sum()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Link, Clicks>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn write(hall: &Hall, lot: &[Clicks]) -> Result<(), StoreError> {
    let mut tx = hall.db.write().await?;
    click::add(&mut tx, lot).await?;
    tx.commit().await
}

/// Adds clicks to those that wait. False where there are too many.
fn join(waiting: &mut HashMap<Link, Clicks>, one: Clicks) -> bool {
    let is_full = waiting.len() >= WAITING_MAX;
    match waiting.entry((one.push.clone(), one.recipient.clone(), one.n)) {
        Entry::Occupied(mut there) => {
            let there = there.get_mut();
            there.clicks += one.clicks;
            there.first_ms = there.first_ms.min(one.first_ms);
            there.last_ms = there.last_ms.max(one.last_ms);
            true
        }
        Entry::Vacant(_) if is_full => false,
        Entry::Vacant(free) => {
            free.insert(one);
            true
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clicks_on_one_link_are_one_line_and_the_lines_are_bounded() {
        let mut waiting = HashMap::new();
        let click = |n, at_ms| Clicks {
            push: "A-1".into(),
            recipient: "ann".into(),
            n,
            clicks: 1,
            first_ms: at_ms,
            last_ms: at_ms,
        };
        for at_ms in [5, 3, 9] {
            assert!(join(&mut waiting, click(1, at_ms)));
        }
        let one = &waiting[&("A-1".into(), "ann".into(), 1)];
        assert_eq!((one.clicks, one.first_ms, one.last_ms), (3, 3, 9));
        for n in 2..=i64::try_from(WAITING_MAX).unwrap() {
            assert!(join(&mut waiting, click(n, 1)));
        }
        assert!(!join(&mut waiting, click(0, 1)), "full");
        assert!(join(&mut waiting, click(1, 1)), "one that waits goes on counting");
    }
}
