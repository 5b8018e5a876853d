//! Homophones, pinyin, and emoji that show something that sounds alike.

use super::chains::Trie;
use super::index::symbols;
use super::lexicon::{ORDINARY_LATIN, SPOKEN};
use super::tokens::Kind;
use super::{Least, Search, WORD_MAX, least};
use crate::fold::ViewKind;

/// The longest spelling of a syllable: `zhuang`.
const SPELLING_MAX: usize = 6;
const LEAST: Least = [200, 125, 20];
const LEAST_EMOJI: Least = [105, 30, -30];
/// What digits are read as.
const NUMERALS: &str = "零一二三四五六七八九";

/// How far a walk has come.
#[derive(Clone, Copy)]
struct Walk {
    node: u32,
    at: usize,
    depth: usize,
    latin: bool,
    emoji: bool,
}

impl Search<'_> {
    /// Finds what is spoken like a word from `start` on.
    pub(super) fn spoken(&mut self, start: usize) {
        let walk = Walk { node: Trie::ROOT, at: start, depth: 0, latin: false, emoji: false };
        self.speak(start, walk);
    }

    fn speak(&mut self, start: usize, walk: Walk) {
        if !self.spend() {
            return;
        }
        let index = self.index;
        if walk.depth > 1 {
            for word in index.spoken.words(walk.node) {
                self.heard(word, start, walk);
            }
        }
        let Some(token) = self.tokens.get(walk.at).copied() else { return };
        if walk.depth >= WORD_MAX || (token.apart && walk.depth > 0 && token.kind == Kind::Han) {
            return;
        }
        let next = Walk { at: walk.at + 1, depth: walk.depth + 1, ..walk };
        match token.kind {
            Kind::Fence => {}
            Kind::Latin => {
                self.spell(start, walk);
                self.follow(start, token.c, next);
            }
            Kind::Emoji => self.follow(start, token.c, Walk { emoji: true, ..next }),
            Kind::Han => self.follow(start, token.c, next),
            Kind::Other => {
                self.follow(start, token.c, next);
                if let Some(numeral) =
                    token.c.to_digit(10).and_then(|digit| NUMERALS.chars().nth(digit as usize))
                {
                    self.follow(start, numeral, Walk { emoji: true, ..next });
                }
            }
        }
    }

    fn follow(&mut self, start: usize, c: char, next: Walk) {
        let index = self.index;
        for symbol in symbols(c) {
            if let Some(node) = index.spoken.step(next.node, symbol) {
                self.speak(start, Walk { node, ..next });
            }
        }
    }

    /// Goes on by each syllable that the letters at the walk spell.
    fn spell(&mut self, start: usize, walk: Walk) {
        let index = self.index;
        let mut spelling = [0_u8; SPELLING_MAX];
        let run = &self.tokens[walk.at..self.tokens.len().min(walk.at + SPELLING_MAX)];
        for (i, token) in run.iter().enumerate() {
            if token.kind != Kind::Latin || (i > 0 && token.apart) {
                break;
            }
            spelling[i] = token.c as u8;
            let syllable = std::str::from_utf8(&spelling[..=i]).ok().and_then(|text| SPOKEN.syllable(text));
            let step = syllable.and_then(|syllable| index.spoken.step(walk.node, u32::from(syllable)));
            if let Some(node) = step {
                let next = Walk { node, at: walk.at + i + 1, depth: walk.depth + 1, latin: true, ..walk };
                self.speak(start, next);
            }
        }
    }

    /// Judges a word that sounds like what stands from `start` to the walk.
    fn heard(&mut self, word: u32, start: usize, walk: Walk) {
        let range = start..walk.at;
        let chars = &self.index.words[word as usize].chars;
        let tokens = &self.tokens[range.clone()];
        if tokens.len() == chars.len() && tokens.iter().zip(chars).all(|(token, c)| token.c == *c) {
            return;
        }
        let len = chars.len();
        if walk.latin {
            if self.is_spelled(start, walk.at) && (self.traits.han > 0 || len > 2) {
                self.take(word, ViewKind::Pinyin, range, false);
            }
        } else if walk.emoji {
            let same = tokens.iter().zip(chars).filter(|(token, c)| token.c == **c).count();
            if same + 1 >= len || len > 2 {
                self.keep(word, ViewKind::Emoji, range, least(LEAST_EMOJI, len));
            }
        } else {
            self.keep(word, ViewKind::Homophone, range, least(LEAST, len));
        }
    }

    /// Whether the letters around a match are all syllables, so that it is not cut out of another word.
    fn is_spelled(&self, start: usize, end: usize) -> bool {
        let joined = |i: usize| {
            let latin = |i: usize| self.tokens.get(i).is_some_and(|token| token.kind == Kind::Latin);
            i > 0 && latin(i) && latin(i - 1) && !self.tokens[i].apart
        };
        let (mut first, mut last) = (start, end);
        while joined(first) && start - first < 32 {
            first -= 1;
        }
        while joined(last) && last - end < 32 {
            last += 1;
        }
        if last - first <= 12 && self.tokens[first..last].iter().all(|token| token.kind == Kind::Latin) {
            let run: String = self.tokens[first..last].iter().map(|token| token.c).collect();
            let one_word = !self.tokens[first + 1..last].iter().any(|token| token.apart);
            if one_word && ORDINARY_LATIN.contains(run.as_str()) {
                return false;
            }
        }
        self.are_syllables(first, start) && self.are_syllables(end, last)
    }

    /// Whether the letters from `from` to `to` can be read as syllables from end to end.
    fn are_syllables(&self, from: usize, to: usize) -> bool {
        let mut reached = [false; 65];
        let len = (to - from).min(64);
        reached[0] = true;
        for at in 0..len {
            let mut spelling = [0_u8; SPELLING_MAX];
            for i in 0..SPELLING_MAX.min(len - at) {
                spelling[i] = self.tokens[from + at + i].c as u8;
                let text = std::str::from_utf8(&spelling[..=i]).unwrap_or_default();
                reached[at + i + 1] |= reached[at] && SPOKEN.syllable(text).is_some();
            }
        }
        reached[len]
    }
}
