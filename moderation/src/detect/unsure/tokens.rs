//! A message as the unsure views see it: with its emoji, and with how surprising each step is.

use super::lexicon::SPOKEN;
use super::ordinary::{LEVEL_NEUTRAL, level};
use crate::fold::script::is_han;
use crate::fold::table::Sign;

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A Han character or a stroke or part of one.
    Han,
    /// A small Latin letter.
    Latin,
    /// An emoji or another sign that shows something.
    Emoji,
    /// Any other letter or digit.
    Other,
    /// The end of a sentence.
    Fence,
}

/// The longest spelling of a syllable: `zhuang`.
const SPELLING_MAX: usize = 6;

/// One character, or the end of a sentence.
#[derive(Debug, Clone, Copy)]
pub(super) struct Token {
    /// The first byte of the original character.
    pub(super) at: u32,
    /// The byte after its last.
    pub(super) end: u32,
    pub(super) c: char,
    pub(super) kind: Kind,
    /// Whether a blank or mark stands before it.
    pub(super) apart: bool,
    /// How surprising it is after the token before it, from 0 to 15.
    pub(super) level: u8,
    /// Whether it begins a syllable of a run of letters that is made of syllables from end to end.
    pub(super) spelled: bool,
}

/// What a message has that an unsure view could read.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Traits {
    pub(super) han: usize,
    pub(super) latin: bool,
    pub(super) emoji: bool,
    /// The most surprise of three steps on end.
    pub(super) surprise: u8,
}

/// Reads `text` into `tokens`.
pub(super) fn read(text: &str, tokens: &mut Vec<Token>) -> Traits {
    tokens.clear();
    let mut traits = Traits::default();
    let mut apart = false;
    for (at, original) in text.char_indices() {
        let keycap = original.is_ascii_digit() && text[at + 1..].starts_with(['\u{FE0F}', '\u{20E3}']);
        let sorted = if keycap { Some((original, Kind::Emoji)) } else { sort(original) };
        let Some((c, kind)) = sorted else {
            apart |= Sign::of(original).is_skipped();
            continue;
        };
        let level = match tokens.last() {
            Some(last) if kind == Kind::Han && last.kind == Kind::Han => level(last.c, c),
            _ => LEVEL_NEUTRAL,
        };
        match kind {
            Kind::Han => traits.han += 1,
            Kind::Latin => traits.latin = true,
            Kind::Emoji => traits.emoji = true,
            Kind::Other | Kind::Fence => {}
        }
        let end = at + original.len_utf8();
        tokens.push(Token { at: at as u32, end: end as u32, c, kind, apart, level, spelled: false });
        apart = false;
        if kind != Kind::Latin || tokens[tokens.len() - 1].apart {
            let end = tokens.len() - 1;
            spell(tokens, end);
        }
        let three = tokens.iter().rev().take(3).map(|token| token.level).sum();
        traits.surprise = traits.surprise.max(three);
    }
    if traits.latin {
        let end = tokens.len();
        spell(tokens, end);
    }
    traits
}

/// Marks in the run of letters before `end` where a syllable begins, if the run is made of syllables from end to end.
fn spell(tokens: &mut [Token], end: usize) {
    let latin = |at: usize| tokens[at].kind == Kind::Latin;
    let mut start = end;
    while start > 0 && latin(start - 1) && (start == end || !tokens[start].apart) {
        start -= 1;
    }
    if start == end {
        return;
    }
    // From where on the rest can be spelled, and then which of these places can be reached from the beginning.
    for from in (start..end).rev() {
        let ends = syllable_ends(tokens, from, end);
        tokens[from].spelled = ends.into_iter().flatten().any(|to| to == end || tokens[to].spelled);
    }
    // Which of the places from `from` on can be reached, one bit each.
    let mut reached = 1_u32;
    for from in start..end {
        if reached & 1 == 0 {
            tokens[from].spelled = false;
        } else if tokens[from].spelled {
            let ends = syllable_ends(tokens, from, end);
            reached |= ends.into_iter().flatten().fold(0, |reached, to| reached | 1 << (to - from));
        }
        reached >>= 1;
    }
}

/// Where the syllables end that are spelled from `from` on.
fn syllable_ends(tokens: &[Token], from: usize, end: usize) -> [Option<usize>; SPELLING_MAX] {
    let (mut ends, mut node) = ([None; SPELLING_MAX], 0);
    for (at, to) in (from..end).zip(&mut ends) {
        let Some(next) = SPOKEN.letter(node, tokens[at].c) else { break };
        node = next;
        *to = SPOKEN.spelled(node).map(|_| at + 1);
    }
    ends
}

/// The character to match by and its kind; `None` for what is passed over.
fn sort(original: char) -> Option<(char, Kind)> {
    let sign = Sign::of(original);
    let c = sign.char()?;
    if is_han(original) && !is_han(c) {
        return Some((original, Kind::Han));
    }
    Some(match c {
        'a'..='z' => (c, Kind::Latin),
        _ if is_han(c) || is_part(c) => (c, Kind::Han),
        _ if sign.is_fence() => (c, Kind::Fence),
        _ if sign.is_skipped() => (is_picture(c).then_some(c)?, Kind::Emoji),
        _ => (c, Kind::Other),
    })
}

/// Radicals and strokes, which characters are taken apart into.
fn is_part(c: char) -> bool {
    matches!(c, '\u{2E80}'..='\u{2FDF}' | '\u{31C0}'..='\u{31E3}')
}

/// Arrows, signs and emoji; not the marks and lines before them.
fn is_picture(c: char) -> bool {
    matches!(c, '\u{2190}'..='\u{21FF}' | '\u{2300}'..='\u{23FF}' | '\u{2600}'..='\u{27BF}' | '\u{2B00}'..='\u{2BFF}'
        | '\u{1F000}'..='\u{1FAFF}')
}

/// A policy's own word as characters; `None` where a view of sound or shape has nothing to look for in it.
pub(super) fn of_word(word: &str) -> Option<Vec<char>> {
    let mut tokens = Vec::new();
    let traits = read(word.trim(), &mut tokens);
    let fits = traits.han > 0 && (2..=super::WORD_MAX).contains(&tokens.len());
    let plain = tokens.iter().all(|token| token.kind != Kind::Fence);
    (fits && plain).then(|| tokens.into_iter().map(|token| token.c).collect())
}
