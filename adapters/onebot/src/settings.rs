//! What an account is made of: its number, its token, where the implementation is, and how fast it may speak.

use std::fmt;
use std::sync::Arc;

use bot_core::chat::AccountId;
use bot_core::clock::Clock;
use serde::{Deserialize, Serialize, Serializer};
use subtle::ConstantTimeEq as _;
use url::Url;

/// Everything that one account needs.
#[derive(Clone)]
pub struct Settings {
    /// The account's name in the config.
    pub account: AccountId,
    /// The QQ number of the bot.
    pub self_id: i64,
    /// What the implementation and we know each other by; may be empty when only we dial.
    pub token: Token,
    /// Where the implementation listens; empty when it dials us.
    pub connect: Vec<Url>,
    /// How fast it speaks.
    pub manner: Manner,
    /// How far back missed messages are fetched after a connection, milliseconds; 0 for not at all.
    pub catch_up_ms: i64,
    /// The time, by which pauses are waited for.
    pub clock: Arc<dyn Clock>,
}

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

/// A secret that is never shown: not in logs, not in errors, not by `{:?}`.
#[derive(Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Token(String);

impl Token {
    /// A secret.
    pub fn new(secret: impl Into<String>) -> Self {
        Self(secret.into().trim().to_owned())
    }

    /// The secret itself, for where it is used.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether `given` is this secret, in a time that tells nothing about it. Nothing is like no secret.
    pub(crate) fn is(&self, given: &str) -> bool {
        !self.0.is_empty() && bool::from(self.0.as_bytes().ct_eq(given.as_bytes()))
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_empty() { "none" } else { "(secret)" })
    }
}

impl Serialize for Token {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(if self.0.is_empty() { "" } else { "(secret)" })
    }
}

impl Default for Manner {
    fn default() -> Self {
        Self { gap_least_ms: 1_000, gap_most_ms: 3_000, per_day: 2_000 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_shows_itself_to_nobody_and_is_like_no_other() {
        let token = Token::new(" s3cret\n");
        assert!(token.is("s3cret") && !token.is("s3cre") && !token.is("") && !token.is("S3cret"));
        assert!(!Token::default().is(""));
        for shown in [format!("{token:?}"), serde_json::to_string(&token).unwrap()] {
            assert!(!shown.contains("s3cret"), "{shown}");
        }
    }
}
