//! Compiles a regular expression within limits, and finds what every match of it must contain.

use regex::{Regex, RegexBuilder};
use regex_syntax::ParserBuilder;

use super::fault::FaultKind;
use crate::detect::required_literals;

const SOURCE_UTF8_MAX: usize = 4_096;
const NEST_MAX: u32 = 50;
const COMPILED_BYTES_MAX: usize = 2 * 1_024 * 1_024;
const CACHE_BYTES_MAX: usize = 1_024 * 1_024;

/// A compiled expression. Its search time is linear in the message, whatever the expression.
#[derive(Debug, Clone)]
pub(crate) struct Pattern {
    pub(crate) regex: Regex,
    /// Folded texts of which every match contains at least one; `None` where no such set was found.
    pub(crate) required: Option<Vec<String>>,
}

impl Pattern {
    /// Compiles `source`; upper and lower case do not count unless it says so itself by `(?-i)`.
    pub(super) fn compile(source: &str) -> Result<Self, FaultKind> {
        if source.len() > SOURCE_UTF8_MAX {
            return Err(FaultKind::TooMuch { what: "a regular expression", limit: "4,096 bytes" });
        }
        let hir = ParserBuilder::new()
            .case_insensitive(true)
            .nest_limit(NEST_MAX)
            .build()
            .parse(source)
            .map_err(|error| FaultKind::BadRegex { reason: reason(source, &error) })?;
        match hir.properties().minimum_len() {
            Some(0) => return Err(FaultKind::RegexMatchesEmpty),
            None => return Err(FaultKind::RegexNeverMatches),
            Some(_) => {}
        }
        let regex = RegexBuilder::new(source)
            .case_insensitive(true)
            .nest_limit(NEST_MAX)
            .size_limit(COMPILED_BYTES_MAX)
            .dfa_size_limit(CACHE_BYTES_MAX)
            .build()
            .map_err(|error| match error {
                regex::Error::CompiledTooBig(_) => FaultKind::RegexTooLarge,
                other => FaultKind::BadRegex { reason: one_line(&other.to_string()) },
            })?;
        Ok(Self { regex, required: required_literals(&hir) })
    }
}

/// The reader's words with the character of the expression that they are about.
fn reason(source: &str, error: &regex_syntax::Error) -> String {
    let (what, at) = match error {
        regex_syntax::Error::Parse(error) => (error.kind().to_string(), error.span().start.offset),
        regex_syntax::Error::Translate(error) => (error.kind().to_string(), error.span().start.offset),
        other => return one_line(&other.to_string()),
    };
    let nth = source[..source.floor_char_boundary(at)].chars().count() + 1;
    format!("{} (at its character {nth})", one_line(&what))
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
