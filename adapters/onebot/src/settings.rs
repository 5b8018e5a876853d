//! What an account is made of: its number, its token, where the implementation is, and how fast it may speak.

use std::sync::Arc;

use bot_core::chat::{AccountId, Pace, Rate};
use bot_core::clock::Clock;
use bot_core::secret::Secret;
use url::Url;

/// Everything that one account needs.
#[derive(Clone)]
pub struct Settings {
    /// The account's name in the config.
    pub account: AccountId,
    /// The QQ number of the bot.
    pub self_id: i64,
    /// What the implementation and we know each other by; may be empty when only we dial.
    pub token: Secret,
    /// Where the implementation listens; empty when it dials us.
    pub connect: Vec<Url>,
    /// How fast it speaks.
    pub manner: Manner,
    /// What it does in a time at most, whatever it is; [`PACE`] unless somebody knows better.
    pub pace: Pace,
    /// How far back missed messages are fetched after a connection, milliseconds; 0 for not at all.
    pub catch_up_ms: i64,
    /// The time, by which pauses are waited for.
    pub clock: Arc<dyn Clock>,
}

/// QQ publishes no limits. The gap and the day's budget hold messages back; all else goes to a program of our own
/// beside us, and these windows only keep a flood of one chat from the others.
pub const PACE: Pace = Pace {
    account: Rate::a_second(30),
    chat: Rate { count: 20, per_ms: 60_000 },
    group: Rate { count: 20, per_ms: 60_000 },
};

/// How fast an account speaks: QQ watches accounts that write like machines, and publishes no numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Manner {
    /// The least time between two messages, milliseconds.
    pub gap_least_ms: i64,
    /// The most time between two messages that are both waiting, milliseconds; where between is chance.
    pub gap_most_ms: i64,
    /// Most messages in 24 hours; 0 for no limit.
    pub per_day: u32,
}

impl Default for Manner {
    fn default() -> Self {
        Self { gap_least_ms: 1_000, gap_most_ms: 3_000, per_day: 2_000 }
    }
}
