//! Pauses the announcements of an account that QQ seems to watch: its sends time out, the echoes of what it sent do
//! not come, or it was signed out. Nothing is sent through another account instead.

use std::sync::{Mutex, PoisonError};

/// So many sends in a row whose end is unknown, or whose echo does not come, open it.
const DOUBTS: u32 = 3;
/// How long bulk sends rest the first time, milliseconds; doubled each time up to the longest.
const REST_FIRST_MS: i64 = 10 * 60_000;
const REST_MAX_MS: i64 = 4 * 3_600_000;
/// How long the echo of a send may take, milliseconds.
const ECHO_LIMIT_MS: i64 = 60_000;
/// Echoes are missed only where they are known to come: so many must have.
const ECHOES_KNOWN: u32 = 3;

/// The breaker of an account.
#[derive(Default)]
pub(crate) struct Breaker(Mutex<State>);

#[derive(Default)]
struct State {
    doubts: u32,
    /// How often it has opened since all was well.
    opened: u32,
    closed_until_ms: i64,
    offline: Option<String>,
    why: String,
    echoes: u32,
    /// Sends whose echo has not come: message and when it was sent.
    awaited: Vec<(String, i64)>,
}

/// Why bulk sends rest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Rest {
    /// Until when, unix milliseconds.
    pub(crate) until_ms: i64,
    /// In words.
    pub(crate) why: String,
}

impl Breaker {
    fn with<T>(&self, act: impl FnOnce(&mut State) -> T) -> T {
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// A send was confirmed as this message.
    pub(crate) fn sent(&self, message: &str, now_ms: i64) {
        self.with(|state| {
            state.doubts = 0;
            if state.awaited.len() < 1_000 {
                state.awaited.push((message.to_owned(), now_ms));
            }
        });
    }

    /// The end of a send is unknown.
    pub(crate) fn doubted(&self, now_ms: i64) {
        self.with(|state| state.doubt(now_ms, "the last sends had no clear answer"));
    }

    /// The echo of a message of ours has come. It may come before the answer to the call.
    pub(crate) fn echoed(&self, message: &str) {
        self.with(|state| {
            state.echoes = state.echoes.saturating_add(1);
            state.awaited.retain(|(awaited, _)| awaited != message);
            state.opened = 0;
        });
    }

    /// The account is signed out, or in again.
    pub(crate) fn offline(&self, why: Option<&str>) {
        self.with(|state| state.offline = why.map(str::to_owned));
    }

    /// Why the account is signed out.
    pub(crate) fn is_offline(&self) -> Option<String> {
        self.with(|state| state.offline.clone())
    }

    /// Until when bulk sends rest, if they do.
    pub(crate) fn rest(&self, now_ms: i64) -> Option<Rest> {
        self.with(|state| {
            state.miss_echoes(now_ms);
            if let Some(why) = &state.offline {
                return Some(Rest { until_ms: now_ms + ECHO_LIMIT_MS, why: why.clone() });
            }
            let (until_ms, why) = (state.closed_until_ms, state.why.clone());
            (until_ms > now_ms).then_some(Rest { until_ms, why })
        })
    }
}

impl State {
    fn doubt(&mut self, now_ms: i64, why: &str) {
        self.doubts += 1;
        if self.doubts < DOUBTS {
            return;
        }
        let rest_ms = (REST_FIRST_MS << self.opened.min(8)).min(REST_MAX_MS);
        (self.doubts, self.opened) = (0, self.opened + 1);
        self.closed_until_ms = now_ms + rest_ms;
        why.clone_into(&mut self.why);
    }

    fn miss_echoes(&mut self, now_ms: i64) {
        if self.echoes < ECHOES_KNOWN {
            // This implementation may tell of no own messages at all.
            self.awaited.retain(|(_, at_ms)| at_ms + ECHO_LIMIT_MS > now_ms);
            return;
        }
        let before = self.awaited.len();
        self.awaited.retain(|(_, at_ms)| at_ms + ECHO_LIMIT_MS > now_ms);
        for _ in self.awaited.len()..before {
            self.doubt(now_ms, "messages that were confirmed did not appear in their chats");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_doubts_in_a_row_rest_and_each_time_longer() {
        let breaker = Breaker::default();
        breaker.doubted(0);
        breaker.doubted(0);
        breaker.sent("m", 0);
        breaker.doubted(0);
        breaker.doubted(0);
        assert_eq!(breaker.rest(0), None, "a confirmed send between them ends the row");
        breaker.doubted(0);
        assert_eq!(breaker.rest(0).unwrap().until_ms, REST_FIRST_MS);
        assert_eq!(breaker.rest(REST_FIRST_MS), None);
        (0..3).for_each(|_| breaker.doubted(REST_FIRST_MS));
        assert_eq!(breaker.rest(REST_FIRST_MS).unwrap().until_ms, 3 * REST_FIRST_MS);
    }

    #[test]
    fn echoes_are_missed_only_where_they_come() {
        let silent = Breaker::default();
        (0..9).for_each(|n| silent.sent(&n.to_string(), 0));
        assert_eq!(silent.rest(2 * ECHO_LIMIT_MS), None);
        let telling = Breaker::default();
        for n in ["1", "2", "3"] {
            telling.sent(n, 0);
            telling.echoed(n);
        }
        for n in ["4", "5", "6"] {
            telling.sent(n, 0);
        }
        assert_eq!(telling.rest(0), None);
        assert!(telling.rest(ECHO_LIMIT_MS).unwrap().why.contains("did not appear"));
    }

    #[test]
    fn a_signed_out_account_rests_until_it_is_back() {
        let breaker = Breaker::default();
        breaker.offline(Some("kicked off"));
        assert_eq!(breaker.rest(5).unwrap().why, "kicked off");
        breaker.offline(None);
        assert_eq!(breaker.rest(5), None);
    }
}
