//! What one check of one message found.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::fold::ViewKind;

/// A rule's name, unique in its policy: letters, digits, `.`, `_` and `-`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RuleId(String);

impl RuleId {
    /// The id as text, without a check of its letters.
    pub fn new(id: &str) -> Self {
        Self(id.to_owned())
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RuleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Whether a hit is enough to act on, or only to show to a moderator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Certainty {
    /// A moderator should look.
    #[default]
    Flag,
    /// The bot acts.
    Act,
}

/// What comes of a whole check: the surest of its hits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Nothing was found.
    Pass,
    /// A moderator should look.
    Flag,
    /// The bot acts.
    Act,
}

/// What in a rule matched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum HitKind {
    /// A deny word.
    Word,
    /// A regular expression.
    Regex,
}

/// A place in the original message.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Span {
    /// The first byte, in UTF-8 of the original; always on a character boundary.
    pub start: usize,
    /// The byte after the last; always on a character boundary.
    pub end: usize,
    /// The writer's own characters there, at most [`Span::TEXT_UTF8_MAX`] bytes of them.
    pub text: String,
}

impl Span {
    /// What is copied of a long match; its `start` and `end` are exact all the same.
    pub const TEXT_UTF8_MAX: usize = 1_024;

    pub(crate) fn of(original: &str, range: std::ops::Range<usize>) -> Self {
        let found = &original[range.clone()];
        let text = found[..found.floor_char_boundary(Self::TEXT_UTF8_MAX)].to_owned();
        Self { start: range.start, end: range.end, text }
    }
}

/// One word or expression of one rule, with every place where it was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hit {
    /// The rule that it belongs to.
    pub rule: RuleId,
    /// The version of the policy that was in force.
    pub version: u32,
    /// Word or regular expression.
    pub kind: HitKind,
    /// The policy's own word or expression, as written there.
    pub pattern: String,
    /// How the message had to be read to find it.
    pub view: ViewKind,
    /// Where, in order; at most [`Hit::SPANS_MAX`], though a message may repeat a word more often.
    pub spans: Vec<Span>,
    /// Whether it is enough to act on.
    pub certainty: Certainty,
    /// What the rule weighs on the ladder.
    pub points: u32,
}

impl Hit {
    /// The places that are kept of one word or expression, so that a flood stays small.
    pub const SPANS_MAX: usize = 32;
}

/// What one check found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    /// The version of the policy that was in force.
    pub policy_version: u32,
    /// What was found, in the order of the message.
    pub hits: Vec<Hit>,
    /// What comes of it.
    pub outcome: Outcome,
}

impl Verdict {
    pub(crate) fn new(policy_version: u32, hits: Vec<Hit>) -> Self {
        let outcome = match hits.iter().map(|hit| hit.certainty).max() {
            None => Outcome::Pass,
            Some(Certainty::Flag) => Outcome::Flag,
            Some(Certainty::Act) => Outcome::Act,
        };
        Self { policy_version, hits, outcome }
    }

    /// What the message weighs on the ladder: the most of any rule that acts, for one message is one offence; 0
    /// where none does.
    pub fn points(&self) -> u32 {
        self.gravest().filter(|hit| hit.certainty == Certainty::Act).map_or(0, |hit| hit.points)
    }

    /// The hit to name first: of those that are surest, the one that weighs most, and of those the first.
    pub fn gravest(&self) -> Option<&Hit> {
        self.hits.iter().rev().max_by_key(|hit| (hit.certainty, hit.points))
    }
}
