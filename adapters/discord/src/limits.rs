//! How fast Discord lets the account call: its own figures, kept from the headers of its answers.
//!
//! Buckets belong to a route and what it is about (a channel, a server, a webhook); which routes share one only the
//! headers tell. Beside them stands one limit for all, and one on being refused: 10,000 answers of 401, 403 or 429 in
//! ten minutes shut the address out (docs.discord.com, "Rate Limits", read 2026-11-21).

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, PoisonError};

use bot_core::chat::RetryScope;
use reqwest_012::header::HeaderMap;

/// The time in which refusals are counted, milliseconds.
const REFUSALS_MS: i64 = 10 * 60_000;
/// So many refusals in that time, and the account stays silent until they are old: a tenth of what Discord bears.
const REFUSALS_MAX: usize = 1_000;
/// How many buckets are remembered before those that are full again are forgotten.
const BUCKETS_KEPT: usize = 4_096;
/// How long to wait when Discord does not say, milliseconds.
const WAIT_MS: i64 = 1_000;

/// The call has to wait; nothing was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Wait {
    /// For how long.
    pub(crate) ms: i64,
    /// What has to wait.
    pub(crate) scope: RetryScope,
}

/// All limits of an account.
#[derive(Default)]
pub(crate) struct Limits(Mutex<Inner>);

#[derive(Default)]
struct Inner {
    /// Discord's name of the bucket of a route.
    names: HashMap<String, String>,
    /// By bucket, and what it is about.
    buckets: HashMap<String, Bucket>,
    all_until_ms: i64,
    refusals: VecDeque<i64>,
}

#[derive(Clone, Copy)]
struct Bucket {
    left: i64,
    full_at_ms: i64,
}

/// A call as limits see it: its route, and what it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Route {
    name: String,
    about: String,
}

impl Route {
    /// The route of a call. Ids stand for what they are, but for the channel, server or webhook that a bucket is of.
    pub(crate) fn of(method: &str, path: &str) -> Self {
        let mut parts = path.split('?').next().unwrap_or_default().split('/').filter(|part| !part.is_empty());
        let (family, id) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        let mut about = String::new();
        if matches!(family, "channels" | "guilds" | "webhooks") {
            id.clone_into(&mut about);
        }
        let mut name = format!("{method} {family}");
        for (at, part) in parts.enumerate() {
            let is_id = part.bytes().all(|b| b.is_ascii_digit());
            // The token of a webhook or interaction.
            let is_token = at == 0 && matches!(family, "webhooks" | "interactions");
            name.push('/');
            name.push_str(if is_id || is_token { ":" } else { part });
            if is_token && family == "webhooks" {
                about.push_str(part);
            }
        }
        Self { name, about }
    }

    fn is_of_interactions(&self) -> bool {
        self.name.contains(" interactions")
    }
}

impl Limits {
    fn with<T>(&self, then: impl FnOnce(&mut Inner) -> T) -> T {
        then(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Takes a place for a call.
    ///
    /// # Errors
    /// How long it has to wait.
    pub(crate) fn before(&self, route: &Route, now_ms: i64) -> Result<(), Wait> {
        self.with(|inner| {
            inner.forget_refusals(now_ms);
            if inner.refusals.len() >= REFUSALS_MAX {
                let oldest = inner.refusals.front().copied().unwrap_or(now_ms);
                return Err(Wait { ms: oldest + REFUSALS_MS - now_ms, scope: RetryScope::Account });
            }
            // Answers to presses are outside of the limit on all calls.
            if inner.all_until_ms > now_ms && !route.is_of_interactions() {
                return Err(Wait { ms: inner.all_until_ms - now_ms, scope: RetryScope::Account });
            }
            let key = inner.key(route);
            let Some(bucket) = inner.buckets.get_mut(&key) else { return Ok(()) };
            if bucket.left > 0 {
                bucket.left -= 1;
                return Ok(());
            }
            if bucket.full_at_ms > now_ms {
                return Err(Wait { ms: bucket.full_at_ms - now_ms, scope: RetryScope::Chat });
            }
            inner.buckets.remove(&key);
            Ok(())
        })
    }

    /// Keeps what an answer says of limits.
    pub(crate) fn after(&self, route: &Route, status: u16, headers: &HeaderMap, now_ms: i64) {
        let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        let shared = text("x-ratelimit-scope") == Some("shared");
        self.with(|inner| {
            if matches!(status, 401 | 403) || status == 429 && !shared {
                inner.refusals.push_back(now_ms);
            }
            if let Some(name) = text("x-ratelimit-bucket") {
                inner.names.insert(route.name.clone(), name.to_owned());
            }
            let left = text("x-ratelimit-remaining").and_then(|left| left.parse().ok());
            let full_in_ms = text("x-ratelimit-reset-after").and_then(seconds_as_ms);
            if let (Some(left), Some(full_in_ms)) = (left, full_in_ms) {
                let key = inner.key(route);
                inner.make_room(now_ms);
                inner.buckets.insert(key, Bucket { left, full_at_ms: now_ms + full_in_ms });
            }
        });
    }

    /// Keeps that Discord refused a call for speed.
    pub(crate) fn refused(&self, route: &Route, wait_ms: Option<i64>, global: bool, now_ms: i64) -> Wait {
        let ms = wait_ms.unwrap_or(WAIT_MS).max(1);
        self.with(|inner| {
            if global {
                inner.all_until_ms = inner.all_until_ms.max(now_ms + ms);
                return Wait { ms, scope: RetryScope::Account };
            }
            let key = inner.key(route);
            inner.buckets.insert(key, Bucket { left: 0, full_at_ms: now_ms + ms });
            Wait { ms, scope: RetryScope::Chat }
        })
    }
}

impl Inner {
    fn key(&self, route: &Route) -> String {
        let name = self.names.get(&route.name).unwrap_or(&route.name);
        format!("{name}:{}", route.about)
    }

    fn forget_refusals(&mut self, now_ms: i64) {
        while self.refusals.front().is_some_and(|at_ms| at_ms + REFUSALS_MS <= now_ms) {
            self.refusals.pop_front();
        }
    }

    fn make_room(&mut self, now_ms: i64) {
        if self.buckets.len() >= BUCKETS_KEPT {
            self.buckets.retain(|_, bucket| bucket.full_at_ms > now_ms);
        }
    }
}

/// Seconds with a fraction, rounded up: a call that comes a moment too early is refused.
pub(crate) fn seconds_as_ms(text: &str) -> Option<i64> {
    let seconds: f64 = text.trim().parse().ok()?;
    #[expect(clippy::cast_possible_truncation, reason = "a day of milliseconds fits")]
    seconds.is_finite().then(|| (seconds.clamp(0.0, 86_400.0) * 1_000.0).ceil() as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(all: &[(&'static str, &str)]) -> HeaderMap {
        all.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect()
    }

    #[test]
    fn a_route_is_of_a_channel_and_never_of_a_message() {
        let route = Route::of("DELETE", "/channels/7/messages/99");
        assert_eq!(route, Route { name: "DELETE channels/messages/:".into(), about: "7".into() });
        assert_ne!(route, Route::of("DELETE", "/channels/8/messages/99"));
        assert_eq!(Route::of("GET", "/users/@me"), Route { name: "GET users".into(), about: String::new() });
        let answer = Route::of("POST", "/interactions/5/a-token/callback");
        assert_eq!(answer, Route::of("POST", "/interactions/6/b-token/callback"));
        assert_ne!(Route::of("POST", "/webhooks/1/a"), Route::of("POST", "/webhooks/1/b"));
    }

    #[test]
    fn an_empty_bucket_holds_its_channel_alone_and_routes_share_it() {
        let limits = Limits::default();
        let (send, edit) =
            (Route::of("POST", "/channels/7/messages"), Route::of("PATCH", "/channels/7/messages/1"));
        let told = |left| {
            headers(&[
                ("x-ratelimit-bucket", "abc"),
                ("x-ratelimit-remaining", left),
                ("x-ratelimit-reset-after", "1.25"),
            ])
        };
        limits.after(&edit, 200, &told("1"), 0);
        limits.after(&send, 200, &told("1"), 0);
        assert_eq!(limits.before(&send, 10), Ok(()));
        let wait = Wait { ms: 1_240, scope: RetryScope::Chat };
        assert_eq!(limits.before(&edit, 10), Err(wait), "they share a bucket");
        assert_eq!(limits.before(&Route::of("POST", "/channels/8/messages"), 10), Ok(()));
        assert_eq!(limits.before(&send, 1_250), Ok(()), "full again");
    }

    #[test]
    fn a_global_refusal_holds_everything_but_answers_to_presses() {
        let limits = Limits::default();
        let send = Route::of("POST", "/channels/7/messages");
        let wait = limits.refused(&send, Some(2_000), true, 0);
        assert_eq!(wait, Wait { ms: 2_000, scope: RetryScope::Account });
        assert_eq!(limits.before(&Route::of("PUT", "/guilds/1/bans/2"), 500).unwrap_err().ms, 1_500);
        assert_eq!(limits.before(&Route::of("POST", "/interactions/5/t/callback"), 500), Ok(()));
        assert_eq!(limits.before(&send, 2_000), Ok(()));
    }

    #[test]
    fn the_account_is_silent_long_before_discord_shuts_it_out() {
        let limits = Limits::default();
        let send = Route::of("POST", "/channels/7/messages");
        for _ in 1..REFUSALS_MAX {
            limits.after(&send, 403, &HeaderMap::new(), 1_000);
            limits.after(&send, 429, &headers(&[("x-ratelimit-scope", "shared")]), 1_000);
            limits.after(&send, 404, &HeaderMap::new(), 1_000);
        }
        assert_eq!(limits.before(&send, 1_000), Ok(()), "shared refusals and others do not count");
        limits.after(&send, 429, &HeaderMap::new(), 1_000);
        let wait = limits.before(&send, 61_000).unwrap_err();
        assert_eq!((wait.ms, wait.scope), (REFUSALS_MS - 60_000, RetryScope::Account));
        assert_eq!(limits.before(&send, 1_000 + REFUSALS_MS), Ok(()));
    }

    #[test]
    fn seconds_are_rounded_up_and_never_wild() {
        assert_eq!(seconds_as_ms("0.0001"), Some(1));
        assert_eq!(seconds_as_ms("64.57"), Some(64_570));
        for wrong in ["", "soon", "NaN", "inf"] {
            assert_eq!(seconds_as_ms(wrong), None, "{wrong}");
        }
        assert_eq!(seconds_as_ms("-5"), Some(0));
    }
}
