//! The settings of answers.

use serde::{Deserialize, Serialize};

/// The settings of answers, with defaults that work.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct AnswerConfig {
    /// Whether questions in groups are answered at all.
    pub groups: bool,
    /// How sure a match must be to answer a question in a group, 0 to 1.
    pub question_confidence: f64,
    /// The same for a message that tells of trouble without asking.
    pub trouble_confidence: f64,
    /// The same in the private chat with the bot, where a wrong answer bothers nobody else.
    pub direct_confidence: f64,
    /// For how long an article is not repeated in a chat, milliseconds; a question is pointed to it instead.
    pub same_article_quiet_ms: i64,
    /// Most answers that the bot gives in one group in a minute.
    pub per_minute_max: i64,
    /// Longest answer shown whole, in columns; a Chinese character takes two. The rest is read in private.
    pub body_max_columns: usize,
    /// For how long the buttons under an answer work, milliseconds.
    pub buttons_live_ms: i64,
    /// How rarely the bot says what it can do when somebody writes to it in private without asking, milliseconds.
    pub hello_every_ms: i64,
}

impl Default for AnswerConfig {
    fn default() -> Self {
        Self {
            groups: true,
            question_confidence: 0.7,
            trouble_confidence: 0.85,
            direct_confidence: 0.6,
            same_article_quiet_ms: 10 * 60 * 1000,
            per_minute_max: 6,
            body_max_columns: 1_200,
            buttons_live_ms: 7 * 24 * 60 * 60 * 1000,
            hello_every_ms: 60 * 60 * 1000,
        }
    }
}

impl AnswerConfig {
    /// What types alone do not catch.
    ///
    /// # Errors
    /// One sentence that names the key.
    pub fn check(&self) -> Result<(), String> {
        let shares = [
            ("question_confidence", self.question_confidence),
            ("trouble_confidence", self.trouble_confidence),
            ("direct_confidence", self.direct_confidence),
        ];
        if let Some((key, _)) = shares.iter().find(|(_, share)| !(0.0..=1.0).contains(share)) {
            return Err(format!("{key} must lie between 0 and 1"));
        }
        let counts = [
            ("same_article_quiet_ms", self.same_article_quiet_ms),
            ("per_minute_max", self.per_minute_max),
            ("buttons_live_ms", self.buttons_live_ms),
            ("hello_every_ms", self.hello_every_ms),
        ];
        match counts.iter().find(|(_, count)| *count < 0) {
            Some((key, _)) => Err(format!("{key} must not be negative")),
            None => Ok(()),
        }
    }
}
