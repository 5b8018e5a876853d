//! What becomes of a message after a try.

/// How long a message waits after its first try, its second, and so on, milliseconds: the schedule that Standard Webhooks
/// proposes (specification, "Delivery, retries", read 2026-11-23).
const WAITS_MS: [i64; 9] = {
    const MINUTE_MS: i64 = 60_000;
    const HOUR_MS: i64 = 60 * MINUTE_MS;
    [
        5_000,
        5 * MINUTE_MS,
        30 * MINUTE_MS,
        2 * HOUR_MS,
        5 * HOUR_MS,
        10 * HOUR_MS,
        14 * HOUR_MS,
        20 * HOUR_MS,
        24 * HOUR_MS,
    ]
};
/// An address that took nothing for so long is no longer called, milliseconds.
const GIVEN_UP_MS: i64 = 5 * 24 * 60 * 60 * 1000;

/// What becomes of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// It came through.
    Done,
    /// It is tried again after so long, milliseconds.
    Wait(i64),
    /// It was tried often enough.
    GiveUp,
}

/// What becomes of the address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Address {
    /// It stays as it is.
    Stays,
    /// It said that there is nobody any more.
    Gone,
    /// Nothing came through for days.
    Failing,
}

/// Decides after the try `attempt` (from 1) with this HTTP status; `None` when none came back. `failing_ms`: for how long
/// nothing has come through.
pub(super) fn after(attempt: i64, status: Option<u16>, failing_ms: Option<i64>) -> (Next, Address) {
    match status {
        Some(200..=299) => return (Next::Done, Address::Stays),
        Some(410) => return (Next::GiveUp, Address::Gone),
        _ => {}
    }
    let tries = usize::try_from(attempt.max(1) - 1).unwrap_or(usize::MAX);
    let next = WAITS_MS.get(tries).map_or(Next::GiveUp, |wait_ms| Next::Wait(*wait_ms));
    match failing_ms {
        Some(failing_ms) if failing_ms >= GIVEN_UP_MS => (next, Address::Failing),
        _ => (next, Address::Stays),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_tried_ten_times_within_four_days() {
        let mut waited_ms = 0;
        for attempt in 1..=9 {
            let (Next::Wait(wait_ms), Address::Stays) = after(attempt, Some(500), Some(0)) else {
                panic!("{attempt}")
            };
            waited_ms += wait_ms;
        }
        assert_eq!(after(10, Some(500), Some(0)), (Next::GiveUp, Address::Stays));
        assert_eq!(after(11, None, Some(0)).0, Next::GiveUp, "a try was lost with the program");
        assert_eq!(waited_ms / 3_600_000, 75);
    }

    #[test]
    fn what_counts_as_through_and_what_ends_an_address() {
        for through in [200, 202, 204, 299] {
            assert_eq!(after(3, Some(through), Some(GIVEN_UP_MS * 2)), (Next::Done, Address::Stays));
        }
        for not in [None, Some(199), Some(301), Some(307), Some(400), Some(404), Some(429), Some(503)] {
            assert_eq!(after(1, not, None), (Next::Wait(5_000), Address::Stays), "{not:?}");
        }
        assert_eq!(after(1, Some(410), None), (Next::GiveUp, Address::Gone));
        assert_eq!(after(2, Some(500), Some(GIVEN_UP_MS)).1, Address::Failing);
        assert_eq!(after(2, Some(500), Some(GIVEN_UP_MS - 1)).1, Address::Stays);
    }
}
