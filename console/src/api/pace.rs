//! How often a token may call, and which of its writes are under way.

use std::collections::HashSet;
use std::num::NonZeroUsize;
use std::sync::{Mutex, PoisonError};

use bot_core::ids::RowId;
use lru::LruCache;

use crate::session::throttle::{Limit, wait_ms};

/// The window in which calls are counted, milliseconds.
const WINDOW_MS: i64 = 60_000;
/// How many tokens are remembered; those that called longest ago are forgotten first.
const REMEMBERED: NonZeroUsize = NonZeroUsize::MIN.saturating_add(999);

/// How often a token may call in a minute.
#[derive(Clone, Copy, Debug)]
pub struct ApiLimits {
    /// All calls.
    pub calls: u16,
    /// Those of them that change something.
    pub writes: u16,
}

impl Default for ApiLimits {
    fn default() -> Self {
        Self { calls: 600, writes: 120 }
    }
}

/// The calls of late, in memory: a restart gives back one minute.
pub(crate) struct Pace {
    calls: Mutex<LruCache<RowId, Calls>>,
    under_way: Mutex<HashSet<(RowId, String)>>,
}

/// When a token called.
#[derive(Default)]
struct Calls {
    all: Vec<i64>,
    writes: Vec<i64>,
}

/// A write that is under way, until this is dropped.
pub(crate) struct UnderWay<'a> {
    pace: &'a Pace,
    what: (RowId, String),
}

impl Default for Pace {
    fn default() -> Self {
        Self { calls: Mutex::new(LruCache::new(REMEMBERED)), under_way: Mutex::default() }
    }
}

impl Pace {
    /// Takes a call. The error is how long to wait, milliseconds; nothing is counted then.
    pub(crate) fn take(
        &self,
        now_ms: i64,
        token: &RowId,
        writes: bool,
        limits: ApiLimits,
    ) -> Result<(), i64> {
        let limit = |calls: u16| Limit { attempts: usize::from(calls), within_ms: WINDOW_MS };
        let mut all = self.calls.lock().unwrap_or_else(PoisonError::into_inner);
        let calls = all.get_or_insert_mut(token.clone(), Calls::default);
        let mut wait = wait_ms(now_ms, &mut calls.all, limit(limits.calls));
        if writes {
            wait = wait.max(wait_ms(now_ms, &mut calls.writes, limit(limits.writes)));
        }
        if wait > 0 {
            return Err(wait);
        }
        calls.all.push(now_ms);
        if writes {
            calls.writes.push(now_ms);
        }
        Ok(())
    }

    /// Begins a write. `None` when the same one is under way.
    pub(crate) fn begin(&self, token: &RowId, key: &str) -> Option<UnderWay<'_>> {
        let what = (token.clone(), key.to_owned());
        let mut all = self.under_way.lock().unwrap_or_else(PoisonError::into_inner);
        if !all.insert(what.clone()) {
            return None;
        }
        Some(UnderWay { pace: self, what })
    }
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        self.pace.under_way.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.what);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_calls_so_often_in_any_minute_and_writes_less() {
        let (pace, limits) = (Pace::default(), ApiLimits { calls: 5, writes: 2 });
        let (one, two) = (RowId::from("one"), RowId::from("two"));
        for at_ms in [0, 10] {
            assert_eq!(pace.take(at_ms, &one, true, limits), Ok(()));
        }
        assert_eq!(pace.take(20, &one, true, limits), Err(WINDOW_MS - 20), "writes are used up");
        for at_ms in [20, 30, 40] {
            assert_eq!(pace.take(at_ms, &one, false, limits), Ok(()), "reads are not");
        }
        assert_eq!(pace.take(50, &one, false, limits), Err(WINDOW_MS - 50));
        assert_eq!(pace.take(50, &two, true, limits), Ok(()), "each token counts for itself");
        assert_eq!(pace.take(WINDOW_MS, &one, true, limits), Ok(()), "the first has left the window");
        assert_eq!(pace.take(WINDOW_MS, &one, true, limits), Err(10));
    }

    #[test]
    fn the_same_write_is_under_way_once() {
        let pace = Pace::default();
        let token = RowId::from("one");
        let first = pace.begin(&token, "k");
        assert!(first.is_some());
        assert!(pace.begin(&token, "k").is_none());
        assert!(pace.begin(&token, "l").is_some());
        assert!(pace.begin(&RowId::from("two"), "k").is_some());
        drop(first);
        assert!(pace.begin(&token, "k").is_some());
    }
}
