//! What can be wrong with a policy, and where: one sentence each for the person who wrote it.

use std::fmt;

use super::rule::Place;
use crate::duration::DurationError;

/// One fault of a policy, with its place in the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyFault {
    /// The imported policy that it is in; `None`: the policy itself.
    pub file: Option<String>,
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1, in characters.
    pub column: usize,
    /// What is wrong there.
    pub kind: FaultKind,
}

impl fmt::Display for PolicyFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(file) = &self.file {
            write!(f, "{file}, ")?;
        }
        write!(f, "line {}, column {}: {}", self.line, self.column, self.kind)
    }
}

impl PolicyFault {
    /// A fault at a place.
    pub(super) fn at(place: &Place, kind: FaultKind) -> Self {
        Self { file: place.file.clone(), line: place.line, column: place.column, kind }
    }
}

impl std::error::Error for PolicyFault {}

/// What is wrong.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FaultKind {
    /// The text is not TOML.
    #[error("this is not valid TOML: {reason}")]
    Syntax {
        /// The TOML reader's words.
        reason: String,
    },
    /// A key that nobody reads.
    #[error("{place} has no key `{key}`; {}", did_you_mean(*nearest, known))]
    UnknownKey {
        /// The part of the policy it stands in.
        place: &'static str,
        /// The key as written.
        key: String,
        /// The known key that is most like it.
        nearest: Option<&'static str>,
        /// Every key that the place knows.
        known: &'static [&'static str],
    },
    /// A key that must be there.
    #[error("{place} needs the key `{key}`")]
    MissingKey {
        /// The part of the policy that needs it.
        place: &'static str,
        /// The key.
        key: &'static str,
    },
    /// A value of another type than its key takes.
    #[error("`{key}` must be {expected}, not {found}")]
    WrongType {
        /// The key.
        key: &'static str,
        /// What it takes.
        expected: &'static str,
        /// What stands there.
        found: &'static str,
    },
    /// A list with an entry of another type than it takes.
    #[error("each entry of `{key}` must be a text in quotes, not {found}")]
    WrongEntry {
        /// The key of the list.
        key: &'static str,
        /// What stands there.
        found: &'static str,
    },
    /// A word where only certain words may stand.
    #[error("`{key}` cannot be `{value}`; {}", did_you_mean(*nearest, known))]
    UnknownValue {
        /// The key.
        key: &'static str,
        /// What stands there.
        value: String,
        /// The known value that is most like it.
        nearest: Option<&'static str>,
        /// Every value that the key knows.
        known: &'static [&'static str],
    },
    /// A number that is too small or too large.
    #[error("`{key}` must be a whole number from {low} to {high}")]
    OutOfRange {
        /// The key.
        key: &'static str,
        /// The least.
        low: i64,
        /// The most.
        high: i64,
    },
    /// A text with nothing in it that could be read.
    #[error("`{key}` holds an empty text, or one of characters that nobody sees")]
    EmptyText {
        /// The key.
        key: &'static str,
    },
    /// A rule that looks for nothing.
    #[error("the rule `{id}` can never fire: it has no `words`, `regex`, `entities`, `behaviour` or `needs`")]
    EmptyRule {
        /// The rule.
        id: String,
    },
    /// An id with other characters than an id may have.
    #[error("`{id}` is no rule id: use 1 to 64 letters a-z, digits, `.`, `_` or `-`")]
    BadRuleId {
        /// The id as written.
        id: String,
    },
    /// Two rules of one name.
    #[error("the rule id `{id}` is already taken on line {first_line}")]
    DuplicateRule {
        /// The id.
        id: String,
        /// Where the first one stands.
        first_line: usize,
    },
    /// A deny word that is an allow phrase too.
    #[error("the word `{word}` can never fire: line {allow_line} allows exactly the same")]
    DeadWord {
        /// The word.
        word: String,
        /// Where it is allowed.
        allow_line: usize,
    },
    /// An expression that cannot be read.
    #[error("this regular expression cannot be read: {reason}")]
    BadRegex {
        /// What is wrong, and at which of its characters.
        reason: String,
    },
    /// An expression that would take too much memory.
    #[error("this regular expression is too large when compiled; use fewer or smaller repetitions")]
    RegexTooLarge,
    /// An expression that finds something everywhere.
    #[error("this regular expression matches the empty text, and so every message")]
    RegexMatchesEmpty,
    /// An expression that finds nothing anywhere.
    #[error("this regular expression can never match anything")]
    RegexNeverMatches,
    /// A step that is no sanction.
    #[error("`{value}` is no sanction; write `warn`, `mute 1d`, `kick` or `ban`")]
    UnknownSanction {
        /// What stands there.
        value: String,
    },
    /// A length of time that cannot be read.
    #[error("`{key}`: {reason}")]
    BadDuration {
        /// The key.
        key: &'static str,
        /// What is wrong with it.
        reason: DurationError,
    },
    /// A ladder without steps.
    #[error("`steps` must have at least one step")]
    NoSteps,
    /// A step that is no harsher than the one before.
    #[error("the ladder must rise: `{step}` is not harsher than `{before}` before it")]
    LadderDoesNotRise {
        /// The step.
        step: String,
        /// The one before.
        before: String,
    },
    /// A step that starts no later than the one before, or a first one that does not start at 1.
    #[error("the ladder must rise: this step starts at {at} points and must start at {expected}")]
    StepOutOfOrder {
        /// Where it starts.
        at: u32,
        /// Where it may start, in words.
        expected: String,
    },
    /// Policies that import each other in a circle.
    #[error("this import leads back to itself: {way}")]
    ImportCycle {
        /// The names on the way.
        way: String,
    },
    /// An import that cannot be read.
    #[error("`{name}` cannot be imported: {why}")]
    BadImport {
        /// As it was written.
        name: String,
        /// What went wrong.
        why: String,
    },
    /// A rule that no earlier rule has the name of.
    #[error("`{id}` names `{name}`, and no rule before it is called so")]
    NoSuchRuleBefore {
        /// The rule that names it.
        id: String,
        /// The name.
        name: String,
    },
    /// A change of rules that are not there.
    #[error("there is no rule `{name}` to change")]
    NothingToChange {
        /// The name.
        name: String,
    },
    /// A ladder that is not there.
    #[error("there is no ladder `{name}`; write one under [ladders.{name}]")]
    NoSuchLadder {
        /// Its name.
        name: String,
    },
    /// Thresholds the wrong way round.
    #[error("the threshold `flag` ({flag}) must not lie above `act` ({act})")]
    ThresholdsCross {
        /// From which score a message is flagged.
        flag: u32,
        /// From which score the bot acts.
        act: u32,
    },
    /// A rule without a moment in which it holds.
    #[error("`end` must lie after `start`")]
    EndsBeforeItStarts,
    /// Something that is no domain.
    #[error("`{text}` is no domain; write it like `example.com`")]
    BadDomain {
        /// As it was written.
        text: String,
    },
    /// More than is held in memory.
    #[error("{what} may have at most {limit}")]
    TooMuch {
        /// Of what.
        what: &'static str,
        /// How much there may be, with its unit.
        limit: &'static str,
    },
}

fn did_you_mean(nearest: Option<&str>, known: &[&str]) -> String {
    match nearest {
        Some(nearest) => format!("did you mean `{nearest}`?"),
        None => format!("known are `{}`", known.join("`, `")),
    }
}

/// The known name that is most like `written`: a slip of the pen away, or the same beginning.
pub(super) fn nearest(written: &str, known: &[&'static str]) -> Option<&'static str> {
    let written = written.to_lowercase().replace('-', "_");
    known
        .iter()
        .map(|name| {
            let plain = name.to_lowercase().replace('-', "_");
            let alike = strsim::normalized_damerau_levenshtein(&written, &plain);
            let begins = written.len() > 1 && (plain.starts_with(&written) || written.starts_with(&plain));
            (if begins { alike.max(0.6) } else { alike }, *name)
        })
        .filter(|(alike, _)| *alike >= 0.55)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, name)| name)
}
