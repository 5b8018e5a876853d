//! The phrases that tell a question from talk, found with one pass over a text.

use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

/// What a phrase is a sign of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sign {
    Joke,
    Sales,
    Personal,
    AsksZh,
    TroubleZh,
    AsksEn,
    TroubleEn,
}

/// The signs that a text gives.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Signs(u8);

struct Phrases {
    all: AhoCorasick,
    /// For each pattern of `all`, what it is a sign of, and whether it must stand as a word of its own.
    meanings: Vec<(Sign, bool)>,
    false_asks: AhoCorasick,
    starts: HashSet<&'static str>,
}

static PHRASES: LazyLock<Phrases> = LazyLock::new(Phrases::read);

impl Signs {
    /// The signs in a text in small letters, with a blank at both ends.
    pub(super) fn of(padded: &str) -> Self {
        let mut signs = Self::default();
        for found in PHRASES.all.find_overlapping_iter(padded) {
            let (sign, whole) = PHRASES.meanings[found.pattern().as_usize()];
            if !whole || stands_alone(padded, found.start(), found.end()) {
                signs.0 |= 1 << sign as u8;
            }
        }
        signs
    }

    pub(super) fn has(self, sign: Sign) -> bool {
        self.0 & (1 << sign as u8) != 0
    }
}

/// A text without what looks like a Chinese question word and is none.
pub(super) fn without_false_asks(text: &str) -> Cow<'_, str> {
    let phrases = &*PHRASES;
    if !phrases.false_asks.is_match(text) {
        return Cow::Borrowed(text);
    }
    let mut rest = String::with_capacity(text.len());
    phrases.false_asks.replace_all_with(text, &mut rest, |_, _, _| true);
    Cow::Owned(rest)
}

/// Whether English questions begin with this word.
pub(super) fn starts_question(word: &str) -> bool {
    PHRASES.starts.contains(word)
}

fn stands_alone(text: &str, start: usize, end: usize) -> bool {
    !text[..start].ends_with(char::is_alphanumeric) && !text[end..].starts_with(char::is_alphanumeric)
}

impl Phrases {
    #[expect(clippy::expect_used, reason = "the phrases are in the program, and a test reads them")]
    fn read() -> Self {
        let (mut all, mut meanings) = (Vec::new(), Vec::new());
        let (mut false_asks, mut starts) = (Vec::new(), HashSet::new());
        for line in include_str!("phrases.txt").lines().filter(|line| !line.starts_with('#')) {
            let Some((sign, rest)) = line.split_once(": ") else { continue };
            let phrases = rest.split(", ").map(str::trim);
            let Some(meaning) = meaning(sign) else {
                match sign {
                    "asks-not-zh" => false_asks.extend(phrases),
                    _ => starts.extend(phrases),
                }
                continue;
            };
            for phrase in phrases {
                all.push(phrase.replace('_', " "));
                meanings.push(meaning);
            }
        }
        Self {
            all: AhoCorasick::new(all).expect("a few hundred phrases"),
            meanings,
            false_asks: AhoCorasick::builder()
                .match_kind(aho_corasick::MatchKind::LeftmostLongest)
                .build(false_asks)
                .expect("a few phrases"),
            starts,
        }
    }
}

fn meaning(sign: &str) -> Option<(Sign, bool)> {
    Some(match sign {
        "joke" => (Sign::Joke, false),
        "joke-word" => (Sign::Joke, true),
        "sales" => (Sign::Sales, false),
        "personal" => (Sign::Personal, false),
        "asks-zh" => (Sign::AsksZh, false),
        "trouble-zh" => (Sign::TroubleZh, false),
        "asks-en" => (Sign::AsksEn, true),
        "trouble-en" => (Sign::TroubleEn, false),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_phrases_has_a_known_sign() {
        for line in
            include_str!("phrases.txt").lines().filter(|line| !line.starts_with('#') && !line.is_empty())
        {
            let (sign, rest) = line.split_once(": ").unwrap();
            assert!(meaning(sign).is_some() || matches!(sign, "asks-not-zh" | "starts-en"), "{line}");
            assert!(rest.split(", ").all(|phrase| !phrase.trim().is_empty()), "{line}");
        }
    }

    #[test]
    fn whole_words_are_told_from_parts_of_words() {
        assert!(Signs::of(" so funny lol ").has(Sign::Joke));
        assert!(!Signs::of(" lollipops ").has(Sign::Joke));
        assert!(Signs::of(" well, can i, please ").has(Sign::AsksEn));
        assert!(!Signs::of(" toucan is here ").has(Sign::AsksEn));
    }

    #[test]
    fn a_false_question_word_is_cut_out() {
        assert_eq!(without_false_asks("没什么问题"), "问题");
        assert!(matches!(without_false_asks("什么时候"), Cow::Borrowed(_)));
    }
}
