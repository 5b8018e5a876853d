//! What happened in a chat lately: the counters that the caller hands in and gets back.

use std::collections::{HashSet, VecDeque};

use serde::{Deserialize, Serialize};

use super::print::Print;

/// Older events are dropped.
const KEPT_MS: i64 = 24 * 60 * 60 * 1_000;
/// Shorter texts are written by many at once without harm: "received, thanks".
const COPIED_CHARS_MIN: u16 = 14;

/// What happened in one chat lately. Bounded: at most 512 events of the last 24 hours, about 60 bytes each.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Activity {
    events: VecDeque<Event>,
}

/// One message or join.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Event {
    pub(super) at_ms: i64,
    pub(super) author: u64,
    pub(super) joined: bool,
    pub(super) print: Print,
    pub(super) counts: Counts,
}

/// How much of what a message held.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Counts {
    pub(super) links: u16,
    pub(super) mentions: u16,
    pub(super) pictures: u16,
    pub(super) files: u16,
    pub(super) characters: u16,
    pub(super) lines: u16,
    pub(super) emoji: u16,
}

/// A number for an author; collisions only make two people count as one for a while.
pub(super) fn hash(author: &str) -> u64 {
    author
        .bytes()
        .fold(0xCBF2_9CE4_8422_2325, |hash: u64, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01B3))
}

impl Activity {
    /// More events of one chat are not kept; the oldest go first.
    pub(crate) const EVENTS_MAX: usize = 512;

    /// How many events are kept.
    pub fn len(&self) -> usize {
        self.events.len()
    }

    /// Whether nothing is kept.
    pub fn is_empty(&self) -> bool {
        self.events.is_empty()
    }

    /// When the latest event was, unix milliseconds.
    pub fn latest_ms(&self) -> Option<i64> {
        self.events.back().map(|event| event.at_ms)
    }

    pub(super) fn push(&mut self, event: Event) {
        let oldest_ms = event.at_ms.saturating_sub(KEPT_MS);
        while self.events.len() >= Self::EVENTS_MAX
            || self.events.front().is_some_and(|first| first.at_ms < oldest_ms)
        {
            self.events.pop_front();
        }
        self.events.push_back(event);
    }

    /// The events after `since_ms`; clocks that went back do not hide them.
    fn since(&self, since_ms: i64) -> impl Iterator<Item = &Event> {
        self.events.iter().rev().filter(move |event| event.at_ms > since_ms)
    }

    fn by(&self, author: u64, since_ms: i64) -> impl Iterator<Item = &Event> {
        self.since(since_ms).filter(move |event| event.author == author && !event.joined)
    }

    pub(super) fn messages(&self, author: u64, since_ms: i64) -> usize {
        self.by(author, since_ms).count()
    }

    pub(super) fn sum(&self, author: u64, since_ms: i64, of: fn(&Counts) -> u16) -> u64 {
        self.by(author, since_ms).map(|event| u64::from(of(&event.counts))).sum()
    }

    pub(super) fn joins(&self, since_ms: i64) -> usize {
        let joined: HashSet<u64> =
            self.since(since_ms).filter(|event| event.joined).map(|event| event.author).collect();
        joined.len()
    }

    pub(super) fn joined_ms(&self, author: u64) -> Option<i64> {
        let mut joins = self.events.iter().rev().filter(|event| event.joined && event.author == author);
        joins.next().map(|event| event.at_ms)
    }

    /// How often one person wrote nearly the same, this time included.
    pub(super) fn repeats(&self, now: &Event, since_ms: i64) -> usize {
        self.by(now.author, since_ms).filter(|event| event.print.is_near(now.print)).count()
    }

    /// How many people wrote nearly the same, this one included.
    pub(super) fn copiers(&self, now: &Event, since_ms: i64) -> usize {
        if now.print.chars() < COPIED_CHARS_MIN {
            return 0;
        }
        let near = self.since(since_ms).filter(|event| !event.joined && event.print.is_near(now.print));
        distinct(near.map(|event| event.author))
    }
}

/// How many different numbers there are; a few are counted without allocation.
fn distinct(numbers: impl Iterator<Item = u64>) -> usize {
    let (mut few, mut len, mut many) = ([0; 16], 0, HashSet::new());
    for number in numbers {
        if few[..len].contains(&number) {
            continue;
        }
        match few.get_mut(len) {
            Some(free) => {
                *free = number;
                len += 1;
            }
            None => _ = many.insert(number),
        }
    }
    len + many.len()
}
