//! What one check of one message found.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::category::Category;
use crate::fold::ViewKind;
use crate::policy::Rule;

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

/// What a rule is there for: to act, to show a message to a moderator, or to be counted with others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Certainty {
    /// It only adds to the score.
    Score,
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
    /// A thing besides words: a link, a number, a file.
    Entity,
    /// How it was written: how often, how soon, by how many.
    Behaviour,
    /// Other rules that fired together.
    Together,
    /// What was learnt from samples.
    Learnt,
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
    /// What sort of pattern.
    pub kind: HitKind,
    /// The policy's own word or expression, as written there; of a thing besides words its name.
    pub pattern: String,
    /// How the message had to be read to find it.
    pub view: ViewKind,
    /// Where, in order; at most [`Hit::SPANS_MAX`], though a message may repeat a word more often.
    pub spans: Vec<Span>,
    /// Whether it was found in the writer's name, and `spans` lie there.
    #[serde(default)]
    pub in_name: bool,
    /// What the rule is there for.
    pub certainty: Certainty,
    /// What the rule adds to the score, once, however many hits it has.
    #[serde(default)]
    pub score: i32,
    /// What the rule weighs on the ladder.
    pub points: u32,
    /// Whether the rule is in shadow, and only shows what it would do.
    #[serde(default)]
    pub shadow: bool,
}

impl Hit {
    /// The places that are kept of one word or expression, so that a flood stays small.
    pub const SPANS_MAX: usize = 256;

    /// A hit of a rule.
    pub(crate) fn of(
        rule: &Rule,
        version: u32,
        kind: HitKind,
        pattern: &str,
        view: ViewKind,
        spans: Vec<Span>,
    ) -> Self {
        Self {
            rule: rule.id.clone(),
            version,
            kind,
            pattern: pattern.to_owned(),
            view,
            spans,
            in_name: false,
            certainty: rule.action,
            score: rule.score,
            points: rule.points,
            shadow: rule.shadow,
        }
    }
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
    /// What sort of harm it is: the category with the most score.
    pub category: Option<Category>,
    /// What the rules that fired add up to, never below 0.
    pub score: u32,
}

impl Verdict {
    /// A verdict on a message in which nothing was found. Costs no allocation.
    pub(crate) fn pass(policy_version: u32) -> Self {
        Self { policy_version, hits: Vec::new(), outcome: Outcome::Pass, category: None, score: 0 }
    }

    /// What the message weighs on the ladder: the most of any rule that counts, for one message is one offence; 0
    /// where the bot does not act.
    pub fn points(&self) -> u32 {
        if self.outcome != Outcome::Act {
            return 0;
        }
        self.gravest().map_or(0, |hit| hit.points)
    }

    /// The hit to name first: of those that count, the one that is surest and weighs most, and of those the first.
    pub fn gravest(&self) -> Option<&Hit> {
        let counted = || self.hits.iter().rev().filter(|hit| !hit.shadow);
        let guilty = counted().filter(|hit| hit.score > 0);
        let rank = |hit: &&Hit| (hit.certainty, hit.points, hit.score);
        guilty.max_by_key(rank).or_else(|| counted().max_by_key(rank))
    }
}
