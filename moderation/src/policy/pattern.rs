//! Reads a regular expression within limits, and finds what every match of it must contain.

use std::sync::OnceLock;

use regex::{Regex, RegexBuilder};
use regex_syntax::ParserBuilder;
use regex_syntax::hir::{Capture, Hir, HirKind, Look, Repetition};

use super::fault::FaultKind;
use crate::detect::required_literals;
use crate::fold::script::is_han;

const SOURCE_UTF8_MAX: usize = 4_096;
const NEST_MAX: u32 = 50;
const COMPILED_BYTES_MAX: usize = 2 * 1_024 * 1_024;
const CACHE_BYTES_MAX: usize = 1_024 * 1_024;

/// An expression. Its search time is linear in the message, whatever the expression.
#[derive(Debug, Clone)]
pub(crate) struct Pattern {
    pub(crate) regex: Search,
    /// Sets of folded texts: of each every match contains at least one. None where no such set was found.
    pub(crate) required: Vec<Vec<String>>,
}

/// A search, put together when a message first needs it: of the many expressions of a policy most never run, and each
/// holds up to hundreds of kilobytes.
#[derive(Debug, Clone)]
pub(crate) struct Search {
    source: Box<str>,
    ready: OnceLock<Regex>,
}

impl Search {
    /// Makes sure that it can be put together within the limits.
    fn new(source: String) -> Result<Self, regex::Error> {
        builder(&source).build()?;
        Ok(Self { source: source.into(), ready: OnceLock::new() })
    }

    /// The search itself.
    #[expect(clippy::expect_used, reason = "it was put together once before, when the policy was read")]
    pub(crate) fn get(&self) -> &Regex {
        self.ready.get_or_init(|| builder(&self.source).build().expect("a search that was tried"))
    }
}

fn builder(source: &str) -> RegexBuilder {
    let mut builder = RegexBuilder::new(source);
    builder.size_limit(COMPILED_BYTES_MAX).dfa_size_limit(CACHE_BYTES_MAX);
    builder
}

impl Pattern {
    /// Reads `source`; upper and lower case do not count unless it says so itself by `(?-i)`.
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
        let required = required_literals(&hir);
        let hir = if has_latin_words_only(source) { latin_boundaries(hir) } else { hir };
        // As the parser has read it: case is part of it already.
        let regex = Search::new(hir.to_string()).map_err(|error| match error {
            regex::Error::CompiledTooBig(_) => FaultKind::RegexTooLarge,
            other => FaultKind::BadRegex { reason: one_line(&other.to_string()) },
        })?;
        Ok(Self { regex, required })
    }
}

/// Whether the words of an expression are Latin or Chinese: then `\b` stands at the edge of a Latin word, and Chinese
/// beside it is an edge as well. Chinese does not part its words; to Unicode 加vx is one word.
fn has_latin_words_only(source: &str) -> bool {
    source.chars().all(|c| c.is_ascii() || !c.is_alphabetic() || is_han(c))
}

/// Sets edges of Latin words where edges of Unicode words stood. (These are also the ones that a search finds fast in
/// text beyond ASCII.)
fn latin_boundaries(hir: Hir) -> Hir {
    match hir.into_kind() {
        HirKind::Look(look) => Hir::look(match look {
            Look::WordUnicode => Look::WordAscii,
            Look::WordUnicodeNegate => Look::WordAsciiNegate,
            Look::WordStartUnicode => Look::WordStartAscii,
            Look::WordEndUnicode => Look::WordEndAscii,
            Look::WordStartHalfUnicode => Look::WordStartHalfAscii,
            Look::WordEndHalfUnicode => Look::WordEndHalfAscii,
            other => other,
        }),
        HirKind::Repetition(of) => {
            Hir::repetition(Repetition { sub: Box::new(latin_boundaries(*of.sub)), ..of })
        }
        HirKind::Capture(of) => Hir::capture(Capture { sub: Box::new(latin_boundaries(*of.sub)), ..of }),
        HirKind::Concat(parts) => Hir::concat(parts.into_iter().map(latin_boundaries).collect()),
        HirKind::Alternation(parts) => Hir::alternation(parts.into_iter().map(latin_boundaries).collect()),
        HirKind::Empty => Hir::empty(),
        HirKind::Literal(literal) => Hir::literal(literal.0),
        HirKind::Class(class) => Hir::class(class),
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fold::reading::reduce;

    fn finds(source: &str, text: &str) -> bool {
        Pattern::compile(source).unwrap().regex.get().is_match(text)
    }

    #[test]
    fn chinese_beside_a_latin_word_is_an_edge() {
        for text in ["vx", "加vx聊", "my vx is", "加VX：", "(vx)"] {
            assert!(finds(r"\bvx\b", text), "{text}");
        }
        for text in ["vxx", "1vx", "_vx", "navx聊"] {
            assert!(!finds(r"\bvx\b", text), "{text}");
        }
        assert!(finds(r"(?:加|\badd\b)\s*(?P<what>\bvx\b)+", "请加 vx"), "wherever in the expression");
        assert!(
            finds(r"微信\Bvx", "微信vx") == finds(r"(?-u:微信\B)vx", "微信vx"),
            "and where no edge is asked for"
        );
    }

    #[test]
    fn what_an_expression_requires_is_there_wherever_it_matches() {
        let policy: toml::Table = crate::Policy::default_merchant_toml().parse().unwrap();
        let rules = policy["rule"].as_array().unwrap();
        let sources = rules.iter().filter_map(|rule| rule.get("regex")?.as_array()).flatten();
        let patterns: Vec<Pattern> = sources
            .map(|source| Pattern::compile(&source.as_str().unwrap().replace("{brand}", "(?:星集)")).unwrap())
            .collect();
        let lines = ["dev", "fresh_6", "fresh_7"].map(|set| {
            let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/data/moderation/");
            std::fs::read_to_string(format!("{folder}{set}.jsonl")).unwrap()
        });
        let mut matches = 0;
        for line in lines.iter().flat_map(|set| set.lines()) {
            let line: serde_json::Value = serde_json::from_str(line).unwrap();
            let text = line["text"].as_str().unwrap();
            let (read, _) = reduce(text);
            for pattern in patterns.iter().filter(|pattern| pattern.regex.get().is_match(text)) {
                matches += 1;
                for set in &pattern.required {
                    let stands = |wanted: &String| {
                        let (wanted, _) = reduce(wanted);
                        wanted.is_empty() || read.contains(&wanted)
                    };
                    assert!(set.iter().any(stands), "{set:?} in {text}");
                }
            }
        }
        assert!(matches > 1_000, "{matches}");
    }

    #[test]
    fn words_of_other_scripts_keep_their_edges() {
        assert!(finds(r"\bслово\b", "вот слово тут"));
        assert!(!finds(r"\bслово\b", "словом"));
    }

    #[test]
    fn an_expression_means_the_same_after_it_was_read() {
        for (source, yes, no) in [
            (r"(?-i:ABC)d", "ABCD", "abcd"),
            (r"^a.c$", "abc", "a\nc"),
            (r"(?s)^a.c$", "a\nc", "ac"),
            (r"[^\x00-\x7F]{2}", "中文", "中a"),
            (r"\d{3}-?\d", "123-4", "12-34"),
            (r"a\.b|c\\d", r"c\d", "axb"),
            (r"(?m)^x$", "a\nx\nb", "axb"),
        ] {
            assert!(finds(source, yes), "{source} {yes}");
            assert!(!finds(source, no), "{source} {no}");
        }
    }
}
