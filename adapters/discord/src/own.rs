//! What the bot has just done itself: the gateway tells it of that too, and it is no news.

use std::collections::{HashSet, VecDeque};
use std::hash::Hash;
use std::sync::{Mutex, PoisonError};

use crate::wire::Id;

/// How many acts are remembered.
const KEPT: usize = 4_096;

/// The last acts of the bot.
#[derive(Default)]
pub(crate) struct Own {
    deleted: Mutex<Last<Id>>,
    threads: Mutex<Last<(Id, bool)>>,
}

/// The last of something.
struct Last<T> {
    known: HashSet<T>,
    order: VecDeque<T>,
}

impl<T> Default for Last<T> {
    fn default() -> Self {
        Self { known: HashSet::new(), order: VecDeque::new() }
    }
}

impl<T: Eq + Hash + Copy> Last<T> {
    fn put(&mut self, one: T) {
        if self.known.insert(one) {
            self.order.push_back(one);
        }
        if self.order.len() > KEPT
            && let Some(oldest) = self.order.pop_front()
        {
            self.known.remove(&oldest);
        }
    }
}

impl Own {
    /// The bot is about to delete a message.
    pub(crate) fn deletes(&self, message: Id) {
        self.deleted.lock().unwrap_or_else(PoisonError::into_inner).put(message);
    }

    /// Whether the bot deleted a message.
    pub(crate) fn deleted(&self, message: Id) -> bool {
        self.deleted.lock().unwrap_or_else(PoisonError::into_inner).known.contains(&message)
    }

    /// The bot is about to close a thread, or to open it again.
    pub(crate) fn closes(&self, thread: Id, closed: bool) {
        let mut threads = self.threads.lock().unwrap_or_else(PoisonError::into_inner);
        threads.known.remove(&(thread, !closed));
        threads.order.retain(|one| *one != (thread, !closed));
        threads.put((thread, closed));
    }

    /// Whether it was the bot that closed a thread, or opened it again. Once: the next one to do so may be a person.
    pub(crate) fn closed(&self, thread: Id, closed: bool) -> bool {
        let mut threads = self.threads.lock().unwrap_or_else(PoisonError::into_inner);
        let was = threads.known.remove(&(thread, closed));
        threads.order.retain(|one| *one != (thread, closed));
        was
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thread_that_the_bot_closed_is_no_news_once() {
        let own = Own::default();
        own.closes(Id(1), true);
        assert!(!own.closed(Id(1), false));
        assert!(own.closed(Id(1), true));
        assert!(!own.closed(Id(1), true));
        own.closes(Id(1), true);
        own.closes(Id(1), false);
        assert!(!own.closed(Id(1), true));
    }

    #[test]
    fn only_the_last_are_remembered() {
        let own = Own::default();
        for id in 0..=KEPT as u64 {
            own.deletes(Id(id));
        }
        assert!(!own.deleted(Id(0)));
        assert!(own.deleted(Id(1)) && own.deleted(Id(KEPT as u64)));
    }
}
