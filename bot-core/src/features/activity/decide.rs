//! What may happen to an activity, who gets a seat and when people are reminded: pure.

use crate::features::when;
use crate::text;
use crate::texts::Text;

/// The longest before the start that people are reminded, and the shortest: a day and an hour, milliseconds.
const REMIND_BEFORE_MS: [i64; 2] = [24 * 60 * 60 * 1000, 60 * 60 * 1000];

/// How far an activity has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// It is being written.
    Draft,
    /// People sign up.
    Open,
    /// Sign-up is over.
    Closed,
    /// It was dropped before anybody heard of it.
    Cancelled,
}

/// Whether somebody takes part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Seat {
    /// They do.
    In,
    /// They are on the waiting list.
    Waiting,
    /// They left.
    Left,
}

/// Something that wants to happen to an activity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Input {
    /// Somebody changes the draft.
    Change,
    /// Somebody publishes it.
    Publish,
    /// Somebody drops the draft.
    Cancel,
    /// Somebody ends sign-up, or its time is over.
    Close,
}

/// What counts when somebody wants to take part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Room {
    /// How far the activity has come.
    pub(super) state: State,
    /// When it begins, unix milliseconds.
    pub(super) starts_at_ms: i64,
    /// When sign-up ends, unix milliseconds.
    pub(super) until_ms: i64,
    /// How many may take part; 0 for any number.
    pub(super) capacity: i64,
    /// How many are in.
    pub(super) taken: i64,
}

impl State {
    const ALL: [Self; 4] = [Self::Draft, Self::Open, Self::Closed, Self::Cancelled];

    /// The word stored.
    pub fn word(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Open => "open",
            Self::Closed => "closed",
            Self::Cancelled => "cancelled",
        }
    }

    /// The state of a stored word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.word() == word)
    }

    /// The word shown.
    pub fn name(self) -> Text {
        match self {
            Self::Draft => Text::new("activity-state-draft"),
            Self::Open => Text::new("activity-state-open"),
            Self::Closed => Text::new("activity-state-closed"),
            Self::Cancelled => Text::new("activity-state-cancelled"),
        }
    }
}

impl Seat {
    const ALL: [Self; 3] = [Self::In, Self::Waiting, Self::Left];

    /// The word stored.
    pub fn word(self) -> &'static str {
        match self {
            Self::In => "in",
            Self::Waiting => "waiting",
            Self::Left => "left",
        }
    }

    /// The seat of a stored word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|seat| seat.word() == word)
    }
}

/// Decides on the state. `Ok(None)`: there is nothing to be done, because it is so already.
///
/// # Errors
/// One sentence that says why not.
pub(super) fn decide(state: State, input: Input) -> Result<Option<State>, Text> {
    match (input, state) {
        (Input::Change, State::Draft) => Ok(Some(State::Draft)),
        (Input::Publish, State::Draft) => Ok(Some(State::Open)),
        (Input::Cancel, State::Draft) => Ok(Some(State::Cancelled)),
        (Input::Close, State::Open) => Ok(Some(State::Closed)),
        (Input::Close, State::Closed) | (Input::Cancel, State::Cancelled) => Ok(None),
        (Input::Publish, State::Open) => Err(Text::new("activity-published-already")),
        _ => Err(text!("activity-not-now", state = state.name())),
    }
}

/// What is wrong with the times of a draft.
pub(super) fn time_problem(now_ms: i64, starts_at_ms: Option<i64>, until_ms: Option<i64>) -> Option<Text> {
    let Some(starts_at_ms) = starts_at_ms else { return Some(Text::new("activity-no-start")) };
    if starts_at_ms <= now_ms {
        return Some(when::past(starts_at_ms, now_ms));
    }
    let until_ms = until_ms.unwrap_or(starts_at_ms);
    if until_ms <= now_ms {
        return Some(when::past(until_ms, now_ms));
    }
    (until_ms > starts_at_ms).then(|| Text::new("activity-until-after-start"))
}

/// The seat of somebody who wants to take part; `had` is the one they have.
///
/// # Errors
/// One sentence that says why not.
pub(super) fn decide_join(now_ms: i64, room: &Room, had: Option<Seat>) -> Result<Seat, Text> {
    if let Some(seat @ (Seat::In | Seat::Waiting)) = had {
        return Ok(seat);
    }
    if room.state != State::Open || now_ms >= room.until_ms || now_ms >= room.starts_at_ms {
        return Err(Text::new("activity-over"));
    }
    let free = room.capacity == 0 || room.taken < room.capacity;
    Ok(if free { Seat::In } else { Seat::Waiting })
}

/// Whether the first on the waiting list moves up when somebody with this seat leaves.
///
/// # Errors
/// One sentence when they have no seat to leave, or it has begun.
pub(super) fn decide_leave(now_ms: i64, room: &Room, had: Option<Seat>) -> Result<bool, Text> {
    match had {
        None | Some(Seat::Left) => Err(Text::new("activity-not-in")),
        _ if now_ms >= room.starts_at_ms => Err(Text::new("activity-begun")),
        Some(Seat::Waiting) => Ok(false),
        // The one who leaves still counts in `taken`.
        Some(Seat::In) => Ok(room.capacity == 0 || room.taken <= room.capacity),
    }
}

/// When those who are in are reminded, unix milliseconds, earliest first: a day and an hour before; when
/// there is less time, once in the middle of what is left.
pub(super) fn reminders(now_ms: i64, starts_at_ms: i64) -> Vec<i64> {
    let at: Vec<i64> =
        REMIND_BEFORE_MS.iter().map(|before_ms| starts_at_ms - before_ms).filter(|at| *at > now_ms).collect();
    if at.is_empty() { vec![now_ms + (starts_at_ms - now_ms).max(0) / 2] } else { at }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR_MS: i64 = 3_600_000;

    fn room(taken: i64) -> Room {
        Room { state: State::Open, starts_at_ms: 100, until_ms: 90, capacity: 2, taken }
    }

    #[test]
    fn seats_are_given_until_there_are_none() {
        assert_eq!(decide_join(10, &room(1), None), Ok(Seat::In));
        assert_eq!(decide_join(10, &room(2), None), Ok(Seat::Waiting));
        assert_eq!(decide_join(10, &room(3), Some(Seat::Left)), Ok(Seat::Waiting));
        assert_eq!(decide_join(10, &Room { capacity: 0, ..room(9_999) }, None), Ok(Seat::In));
        assert_eq!(decide_join(10, &room(2), Some(Seat::In)), Ok(Seat::In), "twice is once");
        assert_eq!(decide_join(95, &room(2), Some(Seat::Waiting)), Ok(Seat::Waiting), "one may ask later");
    }

    #[test]
    fn nobody_signs_up_late() {
        for (now_ms, state) in
            [(90, State::Open), (100, State::Open), (10, State::Closed), (10, State::Draft)]
        {
            let refused = decide_join(now_ms, &Room { state, ..room(0) }, None).unwrap_err();
            assert_eq!(refused.key, "activity-over", "{now_ms} {state:?}");
        }
    }

    #[test]
    fn whoever_leaves_a_seat_frees_it() {
        assert_eq!(decide_leave(10, &room(2), Some(Seat::In)), Ok(true));
        assert_eq!(decide_leave(95, &room(2), Some(Seat::In)), Ok(true), "after sign-up, before the start");
        assert_eq!(decide_leave(10, &room(2), Some(Seat::Waiting)), Ok(false));
        assert_eq!(decide_leave(10, &room(3), Some(Seat::In)), Ok(false), "there were too many");
        assert_eq!(decide_leave(10, &room(2), None).unwrap_err().key, "activity-not-in");
        assert_eq!(decide_leave(10, &room(2), Some(Seat::Left)).unwrap_err().key, "activity-not-in");
        assert_eq!(decide_leave(100, &room(2), Some(Seat::In)).unwrap_err().key, "activity-begun");
    }

    #[test]
    fn people_are_reminded_a_day_and_an_hour_before() {
        let day = 24 * HOUR_MS;
        assert_eq!(reminders(0, 3 * day), [2 * day, 3 * day - HOUR_MS]);
        assert_eq!(reminders(0, day), [day - HOUR_MS]);
        assert_eq!(reminders(0, HOUR_MS), [HOUR_MS / 2], "half of what is left");
    }

    #[test]
    fn times_must_fit_each_other() {
        let key = |starts, until| time_problem(10, starts, until).map(|problem| problem.key.into_owned());
        assert_eq!(key(Some(100), None), None);
        assert_eq!(key(Some(100), Some(100)), None);
        assert_eq!(key(None, None), Some("activity-no-start".into()));
        assert_eq!(key(Some(10), None), Some("when-past".into()));
        assert_eq!(key(Some(100), Some(5)), Some("when-past".into()));
        assert_eq!(key(Some(100), Some(101)), Some("activity-until-after-start".into()));
    }

    #[test]
    fn it_is_published_once_and_closed_once() {
        assert_eq!(decide(State::Draft, Input::Publish), Ok(Some(State::Open)));
        assert_eq!(decide(State::Open, Input::Publish).unwrap_err().key, "activity-published-already");
        assert_eq!(decide(State::Open, Input::Close), Ok(Some(State::Closed)));
        assert_eq!(decide(State::Closed, Input::Close), Ok(None));
        assert_eq!(decide(State::Open, Input::Change).unwrap_err().key, "activity-not-now");
        assert_eq!(decide(State::Open, Input::Cancel).unwrap_err().key, "activity-not-now");
        for state in State::ALL {
            assert_eq!(State::from_word(state.word()), Some(state));
        }
    }
}
