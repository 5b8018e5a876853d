//! What is kept of a session over its connections, and how connections end.

use std::collections::HashSet;
use std::sync::Arc;

use bot_core::chat::TroubleKind;

use super::missed::{Mark, Missed};
use crate::give::{Taken, Task};
use crate::wire::Id;

/// A session of one shard.
#[derive(Debug)]
pub(super) struct Session {
    /// Which shard of how many.
    pub(super) shard: (u32, u32),
    /// Discord's name of it; `None` when there is none to resume.
    pub(super) id: Option<String>,
    /// Where it is resumed.
    pub(super) url: Option<String>,
    /// The last dispatch of which everything has taken effect.
    pub(super) taken: u64,
    /// The dispatch after which something came that could not be read.
    pub(super) stuck_at: Option<u64>,
    /// Servers of which the history is still to be asked: they were there when the session began.
    pub(super) awaited: HashSet<Id>,
    /// Since when, unix milliseconds.
    pub(super) since_ms: Option<i64>,
    /// What the session of the last run kept for us, until all of it was handed over.
    pub(super) missed: Option<Arc<Missed>>,
    /// How often a connection was fully there.
    pub(super) times_ready: u64,
}

/// How a connection ended.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum End {
    /// The program stops taking in events.
    Closed,
    /// It broke; the session goes on.
    Again,
    /// The session is over.
    Fresh,
    /// There was none.
    Unreachable(String),
    /// Somebody has to do something first.
    Hopeless(TroubleKind),
}

impl Session {
    pub(super) fn new(shard: (u32, u32)) -> Self {
        Self {
            shard,
            id: None,
            url: None,
            taken: 0,
            stuck_at: None,
            awaited: HashSet::new(),
            since_ms: None,
            missed: None,
            times_ready: 0,
        }
    }

    /// The next connection begins a new session.
    pub(super) fn forget(&mut self) {
        let missed = self.missed.take();
        *self = Self { times_ready: self.times_ready, missed, ..Self::new(self.shard) };
    }

    /// What is handed along with a batch.
    pub(super) fn task(&self) -> Task {
        Task {
            session: self.id.clone().unwrap_or_default(),
            awaited: self.awaited.clone(),
            since_ms: self.since_ms,
            missed: self.missed.clone(),
        }
    }

    /// What is to be kept of the session once a batch has taken effect; nothing while what the last run missed is still to
    /// be handed over, for a program that is killed before that has to go back to that one.
    pub(super) fn mark(&self) -> Option<Mark> {
        let (session, url) = (self.id.clone()?, self.url.clone()?);
        self.missed.is_none().then_some(Mark { session, url, seq: self.taken })
    }

    /// A batch has taken effect.
    pub(super) fn took(&mut self, taken: Taken) {
        self.taken = self.taken.max(taken.seq);
        self.awaited = taken.awaited;
        self.since_ms = taken.since_ms;
        self.missed = self.missed.take().filter(|missed| missed.waits_for(&self.awaited));
    }

    /// Something came that cannot be read. The first time it is asked for again: it may have been damaged on its way.
    /// The second time the session is given up, and what it lost is fetched from the history.
    pub(super) fn unreadable(&mut self) -> End {
        if self.stuck_at.replace(self.taken) == Some(self.taken) { End::Fresh } else { End::Again }
    }
}

/// What a close code means (docs.discord.com, "Opcodes and Status Codes", read 2026-11-21).
pub(super) fn closed(code: Option<u16>, words: &str) -> End {
    match code {
        Some(4_004) => End::Hopeless(TroubleKind::WrongToken),
        Some(4_013 | 4_014) => End::Hopeless(TroubleKind::IntentsOff {
            which: "one of the Privileged Gateway Intents".to_owned(),
        }),
        Some(4_010..=4_012) => End::Hopeless(TroubleKind::Unreachable { why: words.to_owned() }),
        Some(4_003 | 4_007 | 4_009) => End::Fresh,
        _ => End::Again,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_close_says_whether_coming_back_is_of_use() {
        assert_eq!(closed(None, ""), End::Again);
        assert_eq!(closed(Some(4_000), ""), End::Again);
        assert_eq!(closed(Some(4_009), ""), End::Fresh);
        assert_eq!(closed(Some(4_004), ""), End::Hopeless(TroubleKind::WrongToken));
        assert!(matches!(closed(Some(4_014), ""), End::Hopeless(TroubleKind::IntentsOff { .. })));
        assert!(matches!(
            closed(Some(4_011), "Sharding required"),
            End::Hopeless(TroubleKind::Unreachable { .. })
        ));
    }

    #[test]
    fn what_cannot_be_read_is_asked_for_again_once() {
        let mut session = Session::new((0, 1));
        session.id = Some("s".into());
        session.taken = 5;
        assert_eq!(session.unreadable(), End::Again);
        assert_eq!(session.unreadable(), End::Fresh);
        session.taken = 6;
        assert_eq!(session.unreadable(), End::Again);
        session.forget();
        assert_eq!((session.id, session.taken), (None, 0));
    }
}
