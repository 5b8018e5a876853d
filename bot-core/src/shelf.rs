//! What was counted at some expense, kept for a minute. Whoever shows it says of when it is.

use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, PoisonError};

use lru::LruCache;

use crate::directory::small;

/// How long something is kept, milliseconds.
pub const KEPT_MS: i64 = 60_000;
/// How many things lie on a shelf at most; the one that was not looked at for longest makes room.
const ROOM: NonZeroUsize = NonZeroUsize::new(32).unwrap();

/// Things by what they were counted of, with the time of counting.
pub struct Shelf<T>(Mutex<LruCache<String, (i64, Arc<T>)>>);

impl<T> Default for Shelf<T> {
    fn default() -> Self {
        Self(Mutex::new(small(ROOM)))
    }
}

impl<T> Shelf<T> {
    /// What lies there, and when it was counted, unix milliseconds; `None` when that was over a minute ago.
    pub fn get(&self, key: &str, now_ms: i64) -> Option<(Arc<T>, i64)> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (at_ms, found) = all.get(key)?;
        (*at_ms..*at_ms + KEPT_MS).contains(&now_ms).then(|| (Arc::clone(found), *at_ms))
    }

    /// Puts something there that was counted now.
    pub fn put(&self, key: String, now_ms: i64, counted: &Arc<T>) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.put(key, (now_ms, Arc::clone(counted)));
    }

    /// Takes everything away.
    pub fn clear(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thing_lies_there_for_a_minute() {
        let shelf = Shelf::default();
        shelf.put("a".into(), 1_000, &Arc::new(7));
        let seen = |key, now_ms| shelf.get(key, now_ms).map(|(n, at_ms)| (*n, at_ms));
        assert_eq!(seen("a", 1_000), Some((7, 1_000)));
        assert_eq!(seen("a", 1_000 + KEPT_MS - 1), Some((7, 1_000)));
        assert_eq!(seen("a", 1_000 + KEPT_MS), None);
        assert_eq!(seen("a", 999), None, "the clock was set back: nobody knows how old it is");
        assert_eq!(seen("b", 1_000), None);
        shelf.clear();
        assert_eq!(seen("a", 1_000), None);
    }

    #[test]
    fn what_nobody_looks_at_makes_room() {
        let shelf = Shelf::default();
        for n in 0..=ROOM.get() {
            shelf.put(n.to_string(), 0, &Arc::new(n));
            shelf.get("1", 0);
        }
        assert!(shelf.get("0", 0).is_none() && shelf.get("1", 0).is_some());
    }
}
