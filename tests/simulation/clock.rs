//! The clock of a seed: it stands until it is moved, and wakes one who waits for it at a time.

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use bot_core::clock::Clock;

/// Who waits: until when, and who came first.
pub type Waiter = (i64, u64);

/// A clock that is moved by hand, and whose waiters are woken by hand.
pub struct SimClock(Mutex<State>);

struct State {
    now_ms: i64,
    next: u64,
    waiting: BTreeMap<Waiter, Waker>,
}

impl SimClock {
    pub fn at(now_ms: i64) -> Self {
        Self(Mutex::new(State { now_ms, next: 0, waiting: BTreeMap::new() }))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Moves the clock on. It never goes back.
    pub fn move_to(&self, at_ms: i64) {
        let mut state = self.state();
        state.now_ms = state.now_ms.max(at_ms);
    }

    /// When the first of those who wait wants to be woken, unix milliseconds.
    pub fn next_at(&self) -> Option<i64> {
        self.state().waiting.keys().next().map(|(at_ms, _)| *at_ms)
    }

    /// Those whose time has come, in order.
    pub fn due(&self) -> Vec<Waiter> {
        let state = self.state();
        state.waiting.keys().take_while(|(at_ms, _)| *at_ms <= state.now_ms).copied().collect()
    }

    /// Wakes one of them.
    pub fn wake(&self, waiter: Waiter) {
        let waker = self.state().waiting.remove(&waiter);
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

#[async_trait::async_trait]
impl Clock for SimClock {
    fn now_ms(&self) -> i64 {
        self.state().now_ms
    }

    async fn until(&self, at_ms: i64) {
        Until { clock: self, at_ms, waiter: None }.await;
    }
}

struct Until<'c> {
    clock: &'c SimClock,
    at_ms: i64,
    waiter: Option<Waiter>,
}

impl Future for Until<'_> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let mut state = self.clock.state();
        let waiter = match self.waiter {
            Some(waiter) if !state.waiting.contains_key(&waiter) => return Poll::Ready(()),
            Some(waiter) => waiter,
            None if self.at_ms <= state.now_ms => return Poll::Ready(()),
            None => (self.at_ms, state.next),
        };
        state.next += 1;
        // Nobody is ever woken at the end of time: there is nothing to keep.
        if self.at_ms < i64::MAX {
            state.waiting.insert(waiter, cx.waker().clone());
            drop(state);
            self.waiter = Some(waiter);
        }
        Poll::Pending
    }
}

impl Drop for Until<'_> {
    fn drop(&mut self) {
        if let Some(waiter) = self.waiter {
            self.clock.state().waiting.remove(&waiter);
        }
    }
}
