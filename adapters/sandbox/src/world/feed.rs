//! Events on their way to the bot: in order within a chat, side by side between chats, kept until taken.

use std::collections::{BTreeSet, VecDeque};

use bot_core::chat::Event;

use super::fact::Fact;
use super::state::State;
use super::{Stats, Traffic, World};

/// The lane of events that belong to no chat of this world.
const NO_CHAT: u64 = u64::MAX;

/// Which lanes have something to give. Forgotten with the process; the events themselves are in the state.
#[derive(Default)]
pub(super) struct Feed {
    ready: VecDeque<u64>,
    /// Lanes that are ready or have an event in flight.
    known: BTreeSet<u64>,
}

/// An event in flight.
pub(crate) struct Delivery {
    pub(crate) lane: u64,
    pub(crate) event: Event,
    /// Whether it has to be delivered twice.
    pub(crate) twice: bool,
}

impl Feed {
    pub(super) fn of(state: &State) -> Self {
        Self {
            ready: state.pending.keys().copied().collect(),
            known: state.pending.keys().copied().collect(),
        }
    }

    pub(super) fn queued(&mut self, lane: u64) {
        if self.known.insert(lane) {
            self.ready.push_back(lane);
        }
    }
}

/// The place of an event among all of this world; those that were put in from outside stand first.
fn number(event: &Event) -> u64 {
    event.key.as_str().rsplit_once('.').and_then(|(_, number)| number.parse().ok()).unwrap_or(0)
}

impl World {
    /// Queues an event as it is, whatever is in it.
    pub fn inject(&self, event: Event) {
        let known = |step: &State| {
            event.body.chat().and_then(|chat| step.chat(&chat.key).ok()).map(|chat| chat.serial)
        };
        let lane = known(&self.inner().state).unwrap_or(NO_CHAT);
        let queued = self.person(|step| {
            step.push(Fact::Queued { lane, event: Box::new(event) });
            Ok(())
        });
        if let Err(error) = queued {
            tracing::warn!(%error, "an event was not queued");
        }
    }

    /// The last events that the bot took, oldest first.
    pub fn recent_events(&self) -> Vec<Event> {
        self.inner().watch.recent.iter().cloned().collect()
    }

    /// The last that the bot and the platform said to each other, oldest first.
    pub fn traffic(&self) -> Vec<Traffic> {
        self.inner().watch.traffic.iter().cloned().collect()
    }

    /// Figures since the process started.
    pub fn stats(&self) -> Stats {
        let inner = self.inner();
        Stats { events_waiting: inner.state.pending.values().map(VecDeque::len).sum(), ..inner.watch.stats }
    }

    /// Forgets which events are in flight: all that were not taken are delivered again.
    pub(crate) fn restart_feed(&self) {
        let mut inner = self.inner();
        inner.feed = Feed::of(&inner.state);
    }

    /// Waits for an event of a chat that has none in flight. Nothing is delivered while the platform is down.
    pub(crate) async fn next_event(&self) -> Delivery {
        loop {
            if !self.0.faults.is_down()
                && let Some(delivery) = self.start_delivery()
            {
                return delivery;
            }
            tokio::select! {
                () = self.0.queued.notified() => {}
                () = self.0.faults.changed() => {}
            }
        }
    }

    fn start_delivery(&self) -> Option<Delivery> {
        let mut inner = self.inner();
        let lane = inner.feed.ready.pop_front()?;
        let event = inner.state.pending.get(&lane)?.front()?.clone();
        let twice = self.0.faults.strike_event(event.body.chat().map(|chat| &chat.key));
        Some(Delivery { lane, event, twice })
    }

    /// Hands over the oldest event that waits, whatever its chat, and whether it has to be told twice. For fronts
    /// that keep events themselves until the bot has taken them; not beside an adapter's own feed. Nothing is
    /// handed over while the platform is down.
    pub fn hand_over(&self) -> Option<(Event, bool)> {
        if self.0.faults.is_down() {
            return None;
        }
        let (lane, event) = {
            let inner = self.inner();
            let oldest = inner.state.pending.iter().filter_map(|(lane, queue)| Some((*lane, queue.front()?)));
            let (lane, event) = oldest.min_by_key(|(_, event)| number(event))?;
            (lane, event.clone())
        };
        let twice = self.0.faults.strike_event(event.body.chat().map(|chat| &chat.key));
        self.taken(lane, event.clone());
        Some((event, twice))
    }

    /// Resolves when an event was queued or a fault switched.
    pub async fn stirred(&self) {
        tokio::select! {
            () = self.0.queued.notified() => {}
            () = self.0.faults.changed() => {}
        }
    }

    /// Takes everything that waits, as a bot would.
    #[cfg(test)]
    pub(crate) fn take_all(&self) -> Vec<Event> {
        let next = || {
            let delivery = self.start_delivery()?;
            self.taken(delivery.lane, delivery.event.clone());
            Some(delivery.event)
        };
        std::iter::from_fn(next).collect()
    }

    /// The bot has taken the event: it is never delivered again.
    pub(crate) fn taken(&self, lane: u64, event: Event) {
        let mut inner = self.inner();
        if let Err(error) = inner.journal.append(&[Fact::Taken { lane }]) {
            tracing::warn!(%error, "an event's delivery was not stored; it will be delivered again after a restart");
        }
        inner.state.apply(Fact::Taken { lane });
        inner.feed.known.remove(&lane);
        if inner.state.pending.contains_key(&lane) {
            inner.feed.queued(lane);
            self.0.queued.notify_one();
        }
        inner.watch.stats.events_taken += 1;
        let at_ms = self.now_ms();
        inner.watch.note_event(event, at_ms);
        let change = super::Change { what: "traffic", chat: None, message: None, user: None };
        let _ = self.0.changes.send(change);
    }
}
