//! How long a push takes, reckoned from the limits that the courier keeps.

use crate::chat::{Gap, Pace, Platform, Rate};
use crate::courier::{bulk_in_a_group, bulk_per_day};
use crate::text;
use crate::texts::Text;

/// Milliseconds of a day.
const DAY_MS: i64 = 86_400_000;

/// The calls of a push on one account.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Calls {
    /// All of them.
    pub all: i64,
    /// Those of them that are messages.
    pub messages: i64,
    /// The most in any one chat.
    pub in_a_chat: i64,
    /// The most in any one group.
    pub in_a_group: i64,
}

/// How fast an account may go.
#[derive(Clone, Copy, Debug)]
pub struct Speed {
    /// The limits of its platform.
    pub pace: Pace,
    /// The limit of sends, where they do not count in the account's.
    pub sends: Option<Rate>,
    /// The pauses between its messages.
    pub gap: Option<Gap>,
}

/// The limit that holds a push up longest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// Calls of the account ([`Pace::account`], or [`Platform::sends`]).
    Account(Rate),
    /// Calls in one chat ([`Pace::chat`]).
    Chat(Rate),
    /// Calls in one group ([`Pace::group`]).
    Group(Rate),
    /// The pauses between two messages ([`Gap`]).
    Gap(Gap),
    /// The messages of a day that pushes may take ([`Gap::per_day`] without what is kept for answers).
    Day(i64),
}

/// When a push that is alone will be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Forecast {
    /// After so long, milliseconds. Slow answers and requests to wait come on top.
    pub takes_ms: i64,
    /// Because of this limit.
    pub by: Limit,
}

/// Reckons with each limit by itself; the slowest counts. Of a sliding window of `count` in `per_ms`, each full window
/// before the last call's costs `per_ms`.
pub fn forecast(speed: Speed, calls: Calls) -> Forecast {
    let Speed { pace, sends, gap } = speed;
    let steady = |rate: Rate, calls: i64| {
        let count = i64::from(rate.count.max(1));
        // The first window's calls go out at once, the bulk lane spreads the rest evenly.
        (calls - count).max(0).saturating_mul(rate.per_ms) / count
    };
    let windows = |rate: Rate, calls: i64| {
        let count = i64::from(rate.count.max(1));
        ((calls - 1).max(0) / count).saturating_mul(rate.per_ms)
    };
    let apart = sends.map_or(0, |_| calls.messages);
    let mut slowest =
        Forecast { takes_ms: steady(pace.account, calls.all - apart), by: Limit::Account(pace.account) };
    let mut reckon = |takes_ms, by| {
        if takes_ms > slowest.takes_ms {
            slowest = Forecast { takes_ms, by };
        }
    };
    if let Some(sends) = sends {
        reckon(steady(sends, apart), Limit::Account(sends));
    }
    reckon(windows(pace.chat, calls.in_a_chat), Limit::Chat(pace.chat));
    let in_a_group = bulk_in_a_group(pace.group);
    reckon(windows(in_a_group, calls.in_a_group), Limit::Group(in_a_group));
    if let Some(gap) = gap {
        let between_ms = (gap.least_ms + gap.most_ms) / 2;
        let after_first = (calls.messages - 1).max(0);
        reckon(after_first.saturating_mul(between_ms), Limit::Gap(gap));
        if let Some(per_day) = bulk_per_day(gap) {
            let per_day = per_day.max(1);
            let last_day_ms = (after_first % per_day).saturating_mul(between_ms);
            let days_ms = (after_first / per_day).saturating_mul(DAY_MS);
            if days_ms > 0 {
                reckon(days_ms.saturating_add(last_day_ms), Limit::Day(per_day));
            }
        }
    }
    slowest
}

impl Speed {
    /// Of a platform's account.
    pub fn of(platform: &dyn Platform) -> Self {
        Self { pace: platform.pace(), sends: platform.sends(), gap: platform.gap() }
    }
}

impl Limit {
    /// The limit in words.
    pub fn words(&self) -> Text {
        let length = crate::features::when::length;
        match self {
            Self::Account(rate) => {
                text!("delivery-limit-account", count = i64::from(rate.count), length = length(rate.per_ms))
            }
            Self::Chat(rate) => {
                text!("delivery-limit-chat", count = i64::from(rate.count), length = length(rate.per_ms))
            }
            Self::Group(rate) => {
                text!("delivery-limit-group", count = i64::from(rate.count), length = length(rate.per_ms))
            }
            Self::Gap(gap) => text!(
                "delivery-limit-gap",
                least = format!("{:.1}", gap.least_ms as f64 / 1e3),
                most = format!("{:.1}", gap.most_ms as f64 / 1e3)
            ),
            Self::Day(count) => text!("delivery-limit-day", count = *count),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rate(count: u32, per_ms: i64) -> Rate {
        Rate { count, per_ms }
    }

    /// Telegram's, as its adapter has it.
    fn telegram() -> Speed {
        let pace = Pace { account: rate(30, 1_000), chat: rate(20, 20_000), group: rate(20, 60_000) };
        Speed { pace, sends: None, gap: None }
    }

    fn each(copies: i64, messages: i64) -> Calls {
        let all = copies * messages;
        Calls { all, messages: all, in_a_chat: messages, in_a_group: messages }
    }

    #[test]
    fn many_chats_are_held_up_by_the_account() {
        let found = forecast(telegram(), each(50_000, 1));
        assert_eq!(found, Forecast { takes_ms: 1_665_666, by: Limit::Account(rate(30, 1_000)) });
        assert_eq!(forecast(telegram(), each(30, 1)).takes_ms, 0, "the first second's go at once");
        assert_eq!(forecast(telegram(), Calls::default()).takes_ms, 0);
    }

    #[test]
    fn sends_that_are_counted_apart_are_held_up_by_their_own_bucket_and_pins_by_the_account() {
        let paid = Speed { sends: Some(rate(1_000, 1_000)), ..telegram() };
        let found = forecast(paid, each(50_000, 1));
        assert_eq!(found, Forecast { takes_ms: 49_000, by: Limit::Account(rate(1_000, 1_000)) });
        let pinned = Calls { all: 100_000, ..each(50_000, 1) };
        assert_eq!(forecast(paid, pinned).by, Limit::Account(rate(30, 1_000)));
    }

    #[test]
    fn a_long_text_is_held_up_by_each_group() {
        let found = forecast(telegram(), each(3, 18));
        assert_eq!(found.by, Limit::Account(rate(30, 1_000)), "eighteen still fit into a group's minute");
        let found = forecast(telegram(), each(3, 19));
        assert_eq!(found, Forecast { takes_ms: 60_000, by: Limit::Group(rate(18, 60_000)) }, "two are kept");
        let direct = Calls { in_a_group: 0, ..each(3, 41) };
        let found = forecast(telegram(), direct);
        assert_eq!(found, Forecast { takes_ms: 40_000, by: Limit::Chat(rate(20, 20_000)) });
    }

    #[test]
    fn an_account_that_writes_like_a_person_is_held_up_by_its_pauses_and_its_day() {
        let gap = Gap { least_ms: 2_000, most_ms: 6_000, per_day: 500 };
        let found = forecast(Speed { gap: Some(gap), ..telegram() }, each(101, 1));
        assert_eq!(found, Forecast { takes_ms: 400_000, by: Limit::Gap(gap) });
        let found = forecast(Speed { gap: Some(gap), ..telegram() }, each(801, 1));
        assert_eq!(found, Forecast { takes_ms: 2 * DAY_MS, by: Limit::Day(400) }, "a fifth is kept");
        let free = Gap { per_day: 0, ..gap };
        assert_eq!(forecast(Speed { gap: Some(free), ..telegram() }, each(801, 1)).by, Limit::Gap(free));
    }
}
