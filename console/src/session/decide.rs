//! Whether a session still stands, and what has to be written of it.

use bot_core::store::session::Session;

use crate::secret::same;
use crate::state::Settings;

/// How exactly it is kept when somebody was last seen, milliseconds: a write a minute, not one a request.
const SEEN_EVERY_MS: i64 = 60_000;
/// How long requests that were under way when the cookie was renewed may still show the old one, milliseconds.
const GRACE_MS: i64 = 60_000;

/// What a request with this cookie means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It stands; nothing to write.
    Good,
    /// It stands; the time has to be written.
    Seen,
    /// It stands, and the renewed cookie has surely arrived: the old one is no longer good.
    Arrived,
    /// It stands, and the cookie has to be renewed.
    Turn,
    /// It is over: too old, or somebody shows a cookie that was renewed long ago, which means that it was copied.
    Ended,
}

/// Judges a cookie whose renewed part has the digest `turn`.
pub(super) fn decide(now_ms: i64, settings: &Settings, session: &Session, turn: &str) -> Verdict {
    let since = |at_ms: i64| now_ms.saturating_sub(at_ms);
    if since(session.created_at_ms) >= settings.absolute_ms || since(session.seen_at_ms) >= settings.idle_ms {
        return Verdict::Ended;
    }
    let turned_for_ms = since(session.turned_at_ms);
    if same(turn, &session.turn) {
        return match &session.turn_before {
            _ if turned_for_ms >= settings.turn_every_ms => Verdict::Turn,
            Some(_) if turned_for_ms >= GRACE_MS => Verdict::Arrived,
            _ if since(session.seen_at_ms) >= SEEN_EVERY_MS => Verdict::Seen,
            _ => Verdict::Good,
        };
    }
    match &session.turn_before {
        // The answer with the new cookie may be lost: as long as nobody showed the new one, the old is good.
        Some(before) if same(turn, before) && turned_for_ms >= GRACE_MS => Verdict::Turn,
        Some(before) if same(turn, before) => Verdict::Good,
        _ => Verdict::Ended,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_000_000_000;
    const HOUR: i64 = 3_600_000;

    fn judged(turn: &str, change: impl Fn(&mut Session)) -> Verdict {
        let mut session = Session {
            digest: "d".into(),
            staff: "s".into(),
            turn: "new".into(),
            turn_before: Some("old".into()),
            turned_at_ms: NOW - 1_000,
            created_at_ms: NOW - HOUR,
            seen_at_ms: NOW - 1_000,
            address: None,
            browser: None,
        };
        change(&mut session);
        decide(NOW, &Settings::default(), &session, turn)
    }

    #[test]
    fn both_cookies_are_good_while_one_takes_over_from_the_other() {
        assert_eq!(judged("new", |_| {}), Verdict::Good);
        assert_eq!(judged("old", |_| {}), Verdict::Good);
        assert_eq!(judged("new", |s| s.turned_at_ms = NOW - GRACE_MS), Verdict::Arrived);
    }

    #[test]
    fn a_renewal_that_got_lost_is_made_again() {
        assert_eq!(judged("old", |s| s.turned_at_ms = NOW - GRACE_MS), Verdict::Turn);
    }

    #[test]
    fn a_cookie_that_was_renewed_long_ago_ends_the_session() {
        assert_eq!(judged("old", |s| s.turn_before = None), Verdict::Ended);
        assert_eq!(judged("older", |_| {}), Verdict::Ended);
    }

    #[test]
    fn the_cookie_is_renewed_and_the_time_written_now_and_then() {
        assert_eq!(judged("new", |s| s.turned_at_ms = NOW - HOUR), Verdict::Turn);
        let quiet = |s: &mut Session| {
            s.turn_before = None;
            s.seen_at_ms = NOW - SEEN_EVERY_MS;
        };
        assert_eq!(judged("new", quiet), Verdict::Seen);
    }

    #[test]
    fn a_session_ends_when_idle_or_old() {
        assert_eq!(judged("new", |s| s.seen_at_ms = NOW - 12 * HOUR), Verdict::Ended);
        assert_eq!(judged("new", |s| s.created_at_ms = NOW - 7 * 24 * HOUR), Verdict::Ended);
    }
}
