//! The last notes of what the bot saw and decided, kept for those who come later.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use bot_core::hall::Hall;
use bot_core::work::Note;
use tokio::sync::{broadcast, watch};
use tokio_util::sync::CancellationToken;

/// How many notes are kept.
const KEPT: usize = 300;

/// The last notes, each with a running number.
pub(crate) struct Notes {
    kept: Mutex<VecDeque<(u64, Note)>>,
    /// The number of the last note.
    last: watch::Sender<u64>,
    /// Taken by [`Notes::collect`]; made at once so that nothing is missed before it runs.
    incoming: Mutex<Option<broadcast::Receiver<Note>>>,
}

impl Notes {
    pub(crate) fn of(hall: &Hall) -> Self {
        Self {
            kept: Mutex::default(),
            last: watch::Sender::new(0),
            incoming: Mutex::new(Some(hall.notes.subscribe())),
        }
    }

    /// Keeps what is noted until the hall is gone or `stop` is called. A second collector does nothing.
    pub(crate) async fn collect(&self, stop: &CancellationToken) {
        let Some(mut incoming) = lock(&self.incoming).take() else { return };
        loop {
            let note = tokio::select! {
                () = stop.cancelled() => return,
                note = incoming.recv() => note,
            };
            match note {
                Ok(note) => self.keep(note),
                // Those that were missed are gone; the strip is a window, not a record.
                Err(broadcast::error::RecvError::Lagged(_)) => {}
                Err(broadcast::error::RecvError::Closed) => return,
            }
        }
    }

    fn keep(&self, note: Note) {
        let mut kept = lock(&self.kept);
        let number = *self.last.borrow() + 1;
        kept.push_back((number, note));
        if kept.len() > KEPT {
            kept.pop_front();
        }
        drop(kept);
        self.last.send_replace(number);
    }

    /// All that are kept, oldest first.
    pub(crate) fn all(&self) -> Vec<(u64, Note)> {
        lock(&self.kept).iter().cloned().collect()
    }

    /// Hears of each new note.
    pub(crate) fn listen(&self) -> watch::Receiver<u64> {
        self.last.subscribe()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
