//! What may happen to an announcement, and when: pure.

use crate::text;
use crate::texts::Text;

/// How far an announcement has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// It is being written.
    Draft,
    /// It waits for its time.
    Scheduled,
    /// It is going out.
    Sending,
    /// What has not gone out waits until somebody says go on.
    Paused,
    /// What has not gone out is being stopped.
    Stopping,
    /// All copies are settled.
    Sent,
    /// It was stopped on its way: some have it, the others never get it.
    Stopped,
    /// Its copies are being taken back.
    Recalling,
    /// What could be taken back is gone.
    Recalled,
    /// It was dropped before it was sent.
    Cancelled,
    /// Its time is over: what has not gone out is being stopped, pins are being taken off.
    Expiring,
    /// Its time is over. Copies stand.
    Expired,
}

/// Something that wants to happen to an announcement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Input {
    /// Somebody wants it sent now.
    Send,
    /// Somebody wants it sent at a time, unix milliseconds.
    Schedule {
        /// When.
        at_ms: i64,
    },
    /// Its time has come.
    Due,
    /// Its time is over.
    Expire,
    /// Its time has come, and nobody has approved it who had to.
    NotApproved,
    /// Somebody drops it, or stops what has not gone out.
    Cancel,
    /// Somebody lets it wait on its way.
    Pause,
    /// Somebody lets it go on.
    Resume,
    /// Somebody changes the draft.
    Change,
    /// Somebody gives what was sent a new text.
    Edit,
    /// Somebody sends it again to those who did not get it.
    SendAgain,
    /// Somebody takes it back.
    Recall,
    /// Nothing of the sending is open any more.
    Settled,
    /// Nothing of the recall is open any more.
    RecallSettled,
}

/// What is done about it besides the new state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Does {
    /// The timer is set.
    Arm(i64),
    /// The timer is taken away.
    Disarm,
    /// The audience is frozen and the copies go out.
    Start,
    /// What waits is held back.
    Pause,
    /// What waits goes out after all.
    Resume,
    /// What waits never goes out.
    Stop,
    /// The refused copies go out again.
    Again,
    /// The copies that stand get the new text.
    Edit,
    /// What waits is stopped and what stands is deleted.
    Recall,
    /// The staff hear how it ended.
    Report,
    /// What waits never goes out, pins are taken off.
    Expire,
}

/// The new state, and what is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Decision {
    /// The state from now on.
    pub(super) to: State,
    /// What is done.
    pub(super) does: Does,
}

impl State {
    const ALL: [Self; 12] = [
        Self::Draft,
        Self::Scheduled,
        Self::Sending,
        Self::Paused,
        Self::Stopping,
        Self::Sent,
        Self::Stopped,
        Self::Recalling,
        Self::Recalled,
        Self::Cancelled,
        Self::Expiring,
        Self::Expired,
    ];

    /// The word stored.
    pub fn word(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Scheduled => "scheduled",
            Self::Sending => "sending",
            Self::Paused => "paused",
            Self::Stopping => "stopping",
            Self::Sent => "sent",
            Self::Stopped => "stopped",
            Self::Recalling => "recalling",
            Self::Recalled => "recalled",
            Self::Cancelled => "cancelled",
            Self::Expiring => "expiring",
            Self::Expired => "expired",
        }
    }

    /// The state of a stored word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.word() == word)
    }

    /// The word shown.
    pub fn name(self) -> Text {
        match self {
            Self::Draft => Text::new("announcement-state-draft"),
            Self::Scheduled => Text::new("announcement-state-scheduled"),
            Self::Sending => Text::new("announcement-state-sending"),
            Self::Paused => Text::new("announcement-state-paused"),
            Self::Stopping => Text::new("announcement-state-stopping"),
            Self::Sent => Text::new("announcement-state-sent"),
            Self::Stopped => Text::new("announcement-state-stopped"),
            Self::Recalling => Text::new("announcement-state-recalling"),
            Self::Recalled => Text::new("announcement-state-recalled"),
            Self::Cancelled => Text::new("announcement-state-cancelled"),
            Self::Expiring => Text::new("announcement-state-expiring"),
            Self::Expired => Text::new("announcement-state-expired"),
        }
    }

    /// Whether nothing of it has gone out.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Draft | Self::Scheduled)
    }

    /// Whether it is on its way: copies wait or are in hand, and it can be stopped.
    pub fn is_going(self) -> bool {
        matches!(self, Self::Sending | Self::Paused)
    }
}

/// Decides. `Ok(None)`: there is nothing to be done, because somebody else was first.
///
/// # Errors
/// One sentence that says why not.
pub(super) fn decide(now_ms: i64, state: State, input: Input) -> Result<Option<Decision>, Text> {
    use State as S;
    let go = |to, does| Ok(Some(Decision { to, does }));
    match (input, state) {
        (Input::Send, S::Draft) => go(S::Sending, Does::Start),
        (Input::Send, S::Scheduled) => go(S::Sending, Does::Start),
        (
            Input::Send | Input::Schedule { .. },
            S::Sending | S::Paused | S::Stopping | S::Sent | S::Stopped | S::Expiring | S::Expired,
        ) => Err(text!("announcement-sent-already", state = state.name())),
        (Input::Schedule { at_ms }, S::Draft | S::Scheduled) => {
            if at_ms > now_ms {
                go(S::Scheduled, Does::Arm(at_ms))
            } else {
                Err(crate::features::when::past(at_ms, now_ms))
            }
        }
        (Input::Due, S::Scheduled) => go(S::Sending, Does::Start),
        (Input::NotApproved, S::Scheduled) => go(S::Draft, Does::Disarm),
        (Input::Due | Input::NotApproved, _) => Ok(None),
        (Input::Cancel, S::Draft | S::Scheduled) => go(S::Cancelled, Does::Disarm),
        (Input::Cancel, S::Sending | S::Paused) => go(S::Stopping, Does::Stop),
        (Input::Expire, S::Scheduled) => go(S::Expired, Does::Report),
        (Input::Expire, S::Sending | S::Paused | S::Stopping | S::Sent | S::Stopped) => {
            go(S::Expiring, Does::Expire)
        }
        (Input::Expire, _) => Ok(None),
        (Input::Cancel, S::Cancelled | S::Stopping | S::Stopped | S::Expiring | S::Expired) => Ok(None),
        (Input::Cancel, S::Sent) => Err(text!("announcement-recall-instead")),
        (Input::Pause, S::Sending) => go(S::Paused, Does::Pause),
        (Input::Resume, S::Paused) => go(S::Sending, Does::Resume),
        (Input::Pause, S::Paused) | (Input::Resume, S::Sending) => Ok(None),
        // A changed text or audience must be looked at again before it goes out.
        (Input::Change, S::Draft | S::Scheduled) => go(S::Draft, Does::Disarm),
        (Input::Edit, S::Sent | S::Stopped | S::Expired) => go(state, Does::Edit),
        (Input::Edit, S::Sending | S::Paused | S::Stopping | S::Expiring) => {
            Err(text!("announcement-wait-until-sent"))
        }
        (Input::SendAgain, S::Sent | S::Stopped) => go(S::Sending, Does::Again),
        (Input::SendAgain, S::Sending) => Ok(None),
        (
            Input::Recall,
            S::Sending | S::Paused | S::Stopping | S::Sent | S::Stopped | S::Expiring | S::Expired,
        ) => go(S::Recalling, Does::Recall),
        // What refused to go the first time may be tried again.
        (Input::Recall, S::Recalled) => go(S::Recalling, Does::Recall),
        (Input::Recall, S::Recalling) => Ok(None),
        // All that is left of a paused one may have been in hand.
        (Input::Settled, S::Sending | S::Paused) => go(S::Sent, Does::Report),
        (Input::Settled, S::Stopping) => go(S::Stopped, Does::Report),
        (Input::Settled, S::Expiring) => go(S::Expired, Does::Report),
        (Input::RecallSettled, S::Recalling) => go(S::Recalled, Does::Report),
        (Input::Settled | Input::RecallSettled, _) => Ok(None),
        _ => Err(text!("announcement-not-now", state = state.name())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const INPUTS: [Input; 14] = [
        Input::Send,
        Input::Schedule { at_ms: 20 },
        Input::Due,
        Input::Expire,
        Input::NotApproved,
        Input::Cancel,
        Input::Pause,
        Input::Resume,
        Input::Change,
        Input::Edit,
        Input::SendAgain,
        Input::Recall,
        Input::Settled,
        Input::RecallSettled,
    ];

    #[test]
    fn it_goes_out_once() {
        let first = decide(10, State::Draft, Input::Send).unwrap().unwrap();
        assert_eq!(first, Decision { to: State::Sending, does: Does::Start });
        for late in [Input::Send, Input::Schedule { at_ms: 20 }] {
            assert_eq!(decide(10, first.to, late).unwrap_err().key, "announcement-sent-already");
        }
        assert_eq!(decide(10, first.to, Input::Due), Ok(None), "the timer comes after somebody who pressed");
        let starts: Vec<State> = State::ALL
            .into_iter()
            .filter(|state| {
                INPUTS.iter().any(|input| {
                    matches!(decide(10, *state, *input), Ok(Some(Decision { does: Does::Start, .. })))
                })
            })
            .collect();
        assert_eq!(starts, [State::Draft, State::Scheduled]);
    }

    #[test]
    fn a_schedule_lies_ahead() {
        assert_eq!(decide(10, State::Draft, Input::Schedule { at_ms: 10 }).unwrap_err().key, "when-past");
        let later = decide(10, State::Scheduled, Input::Schedule { at_ms: 11 }).unwrap().unwrap();
        assert_eq!(later, Decision { to: State::Scheduled, does: Does::Arm(11) });
        let changed = decide(10, State::Scheduled, Input::Change).unwrap().unwrap();
        assert_eq!(changed, Decision { to: State::Draft, does: Does::Disarm });
    }

    #[test]
    fn who_pauses_and_who_lets_it_go_on_never_fail_each_other() {
        let paused = decide(10, State::Sending, Input::Pause).unwrap().unwrap();
        assert_eq!(paused, Decision { to: State::Paused, does: Does::Pause });
        assert_eq!(decide(10, State::Paused, Input::Pause), Ok(None));
        let resumed = decide(10, State::Paused, Input::Resume).unwrap().unwrap();
        assert_eq!(resumed, Decision { to: State::Sending, does: Does::Resume });
        assert_eq!(decide(10, State::Sending, Input::Resume), Ok(None));
        for state in [State::Draft, State::Stopping, State::Sent, State::Stopped, State::Recalling] {
            for late in [Input::Pause, Input::Resume] {
                assert_eq!(decide(10, state, late).unwrap_err().key, "announcement-not-now", "{state:?}");
            }
        }
    }

    #[test]
    fn what_is_stopped_on_its_way_ends_as_stopped_and_stays_so() {
        for state in [State::Sending, State::Paused] {
            let stopped = decide(10, state, Input::Cancel).unwrap().unwrap();
            assert_eq!(stopped, Decision { to: State::Stopping, does: Does::Stop });
        }
        let ended = decide(10, State::Stopping, Input::Settled).unwrap().unwrap();
        assert_eq!(ended, Decision { to: State::Stopped, does: Does::Report });
        assert_eq!(decide(10, State::Stopped, Input::Cancel), Ok(None));
        assert_eq!(decide(10, State::Paused, Input::Settled).unwrap().unwrap().to, State::Sent);
    }

    #[test]
    fn what_went_out_is_recalled_and_not_cancelled() {
        assert_eq!(decide(10, State::Sent, Input::Cancel).unwrap_err().key, "announcement-recall-instead");
        for state in
            [State::Sending, State::Paused, State::Stopping, State::Sent, State::Stopped, State::Recalled]
        {
            let recalled = decide(10, state, Input::Recall).unwrap().unwrap();
            assert_eq!(recalled, Decision { to: State::Recalling, does: Does::Recall });
        }
        assert_eq!(decide(10, State::Recalling, Input::Recall), Ok(None), "two people press together");
        assert_eq!(decide(10, State::Draft, Input::Recall).unwrap_err().key, "announcement-not-now");
        assert_eq!(decide(10, State::Recalling, Input::Settled), Ok(None), "late news of the sending");
    }

    #[test]
    fn what_expires_sends_nothing_more_and_can_still_be_recalled() {
        for state in [State::Sending, State::Paused, State::Stopping, State::Sent, State::Stopped] {
            let over = decide(10, state, Input::Expire).unwrap().unwrap();
            assert_eq!(over, Decision { to: State::Expiring, does: Does::Expire }, "{state:?}");
        }
        let ended = decide(10, State::Expiring, Input::Settled).unwrap().unwrap();
        assert_eq!(ended, Decision { to: State::Expired, does: Does::Report });
        for state in [State::Expiring, State::Expired] {
            assert_eq!(decide(10, state, Input::Recall).unwrap().unwrap().to, State::Recalling);
            for late in [Input::Send, Input::Resume, Input::SendAgain, Input::Change] {
                assert!(decide(10, state, late).is_err(), "{state:?} {late:?}");
            }
            assert_eq!(decide(10, state, Input::Expire), Ok(None), "once is enough");
        }
        for state in [State::Draft, State::Recalling, State::Recalled, State::Cancelled] {
            assert_eq!(decide(10, state, Input::Expire), Ok(None), "{state:?}");
        }
    }

    #[test]
    fn nothing_leaves_a_cancelled_one() {
        for input in INPUTS {
            assert!(!matches!(decide(10, State::Cancelled, input), Ok(Some(_))), "{input:?}");
        }
    }

    #[test]
    fn states_are_read_back() {
        for state in State::ALL {
            assert_eq!(State::from_word(state.word()), Some(state));
        }
    }
}
