//! Presses that wait for an answer: Discord waits three seconds, then tells the person that it failed.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use crate::keys::Press;
use crate::wire::Id;

/// How long the hall has to answer before the press is quieted, milliseconds; Discord's three seconds begin earlier.
const ANSWER_MS: i64 = 2_000;
/// How long a press can be answered at all, milliseconds.
const LIVES_MS: i64 = 15 * 60_000;

/// The presses of the last minutes.
#[derive(Default)]
pub(crate) struct Presses {
    all: Mutex<HashMap<Id, Waiting>>,
    came: Notify,
}

struct Waiting {
    press: Press,
    quiet_at_ms: i64,
    came_at_ms: i64,
    stage: Stage,
}

/// How far a press was answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    /// Not at all.
    New,
    /// Without a word, so that the person is told of no failure.
    Quieted,
    /// With words or a form.
    Answered,
}

impl Presses {
    fn lock(&self) -> MutexGuard<'_, HashMap<Id, Waiting>> {
        self.all.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A press came.
    pub(crate) fn came(&self, press: Press, now_ms: i64) {
        let mut all = self.lock();
        all.retain(|_, waiting| waiting.came_at_ms + LIVES_MS > now_ms);
        let new = Waiting { quiet_at_ms: now_ms + ANSWER_MS, came_at_ms: now_ms, stage: Stage::New, press };
        all.entry(new.press.id).or_insert(new);
        drop(all);
        self.came.notify_one();
    }

    /// A press that the hall does not answer has taken effect: it can be quieted.
    pub(crate) fn is_heard(&self, press: Id, now_ms: i64) {
        if let Some(waiting) = self.lock().get_mut(&press) {
            waiting.quiet_at_ms = waiting.quiet_at_ms.min(now_ms);
        }
        self.came.notify_one();
    }

    /// Takes a press in hand to answer it with words or a form, and gives how far it was answered before.
    pub(crate) fn take(&self, press: &Press) -> Stage {
        let mut all = self.lock();
        let Some(waiting) = all.get_mut(&press.id) else { return Stage::New };
        std::mem::replace(&mut waiting.stage, Stage::Answered)
    }

    /// The answer did not get through: the press is as it was.
    pub(crate) fn put_back(&self, press: &Press, stage: Stage) {
        if let Some(waiting) = self.lock().get_mut(&press.id) {
            waiting.stage = stage;
        }
    }

    /// Resolves when a press came.
    pub(crate) async fn changed(&self) {
        self.came.notified().await;
    }

    /// When the next press has to be quieted, unix milliseconds.
    pub(crate) fn next_at(&self) -> i64 {
        let all = self.lock();
        let new = all.values().filter(|waiting| waiting.stage == Stage::New);
        new.map(|waiting| waiting.quiet_at_ms).min().unwrap_or(i64::MAX)
    }

    /// The presses that have to be quieted now.
    pub(crate) fn due(&self, now_ms: i64) -> Vec<Press> {
        let mut all = self.lock();
        let due =
            all.values_mut().filter(|waiting| waiting.stage == Stage::New && waiting.quiet_at_ms <= now_ms);
        due.map(|waiting| {
            waiting.stage = Stage::Quieted;
            waiting.press.clone()
        })
        .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::PressKind;

    fn press(id: u64) -> Press {
        Press { kind: PressKind::Button, id: Id(id), token: "t".into() }
    }

    #[test]
    fn what_nobody_answers_in_time_is_quieted_once() {
        let presses = Presses::default();
        presses.came(press(1), 0);
        presses.came(press(2), 500);
        presses.came(press(3), 600);
        presses.is_heard(Id(3), 600);
        assert_eq!(presses.take(&press(1)), Stage::New);
        assert_eq!(presses.next_at(), 600);
        assert_eq!(presses.due(700), [press(3)]);
        assert_eq!(presses.next_at(), 2_500);
        assert_eq!(
            (presses.due(2_499).len(), presses.due(2_500), presses.due(2_500).len()),
            (0, vec![press(2)], 0)
        );
        assert_eq!(presses.take(&press(2)), Stage::Quieted);
        assert_eq!(presses.take(&press(9)), Stage::New, "of an earlier run");
    }

    #[test]
    fn an_answer_that_did_not_get_through_leaves_it_as_it_was() {
        let presses = Presses::default();
        presses.came(press(1), 0);
        let before = presses.take(&press(1));
        presses.put_back(&press(1), before);
        assert_eq!(presses.due(5_000), [press(1)]);
        presses.came(press(2), LIVES_MS);
        assert_eq!(presses.take(&press(1)), Stage::New, "forgotten after its time");
    }
}
