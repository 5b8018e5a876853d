//! Characters written as their parts, and characters that look alike.

use std::ops::Range;

use super::alike::SELDOM;
use super::index::{pair_key, second_of};
use super::lexicon::WRITTEN;
use super::ordinary::rarity;
use super::tokens::Kind;
use super::{Least, Search, least};
use crate::fold::ViewKind;

/// The most parts that one character is put together from.
const PARTS_MAX: usize = 6;
const LEAST_SPLIT: Least = [100, 60, 0];
const LEAST_ALIKE: Least = [320, 250, 130];
/// How much more is needed for each tenth that a character looks less alike.
const LESS_ALIKE: i32 = 20;
/// How much less is needed for each level that the characters in a word's place are rarer than ordinary ones.
const RARER: i32 = 20;
const ORDINARY: i32 = 12;
/// The rarity of what nobody writes.
const ODD: u8 = 14;
/// How much less alike than any other a character is that only shares a stroke.
const HARDLY_ALIKE: i32 = 3;
/// Where both of two places are written otherwise, only so many ways of reading each are looked at.
const BOTH_ALIKE_MAX: usize = 20;
/// More ways of reading one place are not looked at.
const WAYS_MAX: usize = 48;

/// One way of reading what stands at one place.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Way {
    c: char,
    /// Where the next one stands.
    next: usize,
    composed: bool,
    alike: u8,
    less_alike: i32,
    /// The rarity of the characters that stand for others, added up.
    rarity: i32,
}

impl Way {
    /// This way behind those before it.
    fn after(self, before: Self) -> Self {
        Self {
            composed: self.composed || before.composed,
            alike: self.alike + before.alike,
            less_alike: self.less_alike + before.less_alike,
            rarity: self.rarity + before.rarity,
            ..self
        }
    }
}

/// From so many ways of reading the second place on, the words are gone through and not the ways.
const MANY: usize = 6;

/// Characters, by some bits of each.
#[derive(Default)]
struct Chars([u64; 8]);

impl Chars {
    fn bit(code: u32) -> (usize, u64) {
        ((code >> 6 & 7) as usize, 1 << (code & 63))
    }

    /// False where the character of that code is not among them.
    fn may_hold(&self, code: u32) -> bool {
        let (word, bit) = Self::bit(code);
        self.0[word] & bit != 0
    }
}

impl FromIterator<char> for Chars {
    fn from_iter<I: IntoIterator<Item = char>>(all: I) -> Self {
        let mut chars = Self::default();
        for (word, bit) in all.into_iter().map(|c| Self::bit(u32::from(c))) {
            chars.0[word] |= bit;
        }
        chars
    }
}

impl Search<'_> {
    /// Finds what is written like a word from `start` on.
    pub(super) fn shaped(&mut self, start: usize) {
        let index = self.index;
        let (mut next, mut seconds, mut chars) = (0, 0..0, Chars::default());
        for (i, first) in self.shapes(start).enumerate() {
            let first = self.shaped.way(first);
            if !self.spend() {
                return;
            }
            if first.next != next {
                (next, seconds) = (first.next, self.shapes(first.next));
                chars = seconds.clone().map(|second| self.shaped.way(second).c).collect();
            }
            // Where both would be look-alikes, only the nearest are; then what stands there is the only second.
            let alone = first.alike > 0 && i >= BOTH_ALIKE_MAX;
            if alone || seconds.len() < MANY {
                let most = if alone { 1 } else { MANY };
                for (j, second) in seconds.clone().enumerate().take(most) {
                    let second = self.shaped.way(second);
                    self.begun(start, (i, first), (j, second), index.heads.get(pair_key(first.c, second.c)));
                }
                continue;
            }
            // Fewer words begin with it than pairs could.
            let range = index.begun_by(first.c);
            for (nth, key) in range.clone().zip(&index.heads.keys()[range]) {
                let c = second_of(*key);
                if !chars.may_hold(c) {
                    continue;
                }
                for (j, second) in seconds.clone().enumerate() {
                    let second = self.shaped.way(second);
                    if u32::from(second.c) == c {
                        self.begun(start, (i, first), (j, second), index.heads.nth(nth));
                    }
                }
            }
        }
    }

    /// Goes through the words that begin as two places are read; the ways come with their ranks.
    fn begun(&mut self, start: usize, first: (usize, Way), second: (usize, Way), words: &[u32]) {
        let way = second.1.after(first.1);
        let far = way.alike > 1 && first.0.max(second.0) >= BOTH_ALIKE_MAX;
        if far || (way.composed && way.alike > 0) {
            return;
        }
        for &word in words {
            self.trace(word, start, way, 2);
        }
    }

    /// Goes on through a word of which `seen` characters were seen.
    fn trace(&mut self, word: u32, start: usize, so_far: Way, seen: usize) {
        if !self.spend() {
            return;
        }
        let Some(&c) = self.index.chars(word).get(seen) else {
            return self.seen(word, start, so_far);
        };
        for way in self.shapes(so_far.next) {
            let way = self.shaped.way(way);
            let mixed = (way.composed && so_far.alike > 0) || (way.alike > 0 && so_far.composed);
            if way.c == c && !mixed {
                self.trace(word, start, way.after(so_far), seen + 1);
            }
        }
    }

    /// What the token at `at` can be read as, alone or with those behind it.
    fn shapes(&mut self, at: usize) -> Range<usize> {
        let (tokens, index) = (self.tokens, self.index);
        self.shaped.of(at, WAYS_MAX, |ways| {
            let token = tokens[at];
            if matches!(token.kind, Kind::Fence | Kind::Emoji) {
                return;
            }
            ways.push(Way { c: token.c, next: at + 1, ..Way::default() });
            if token.kind != Kind::Han {
                return;
            }
            let mut parts = 0;
            for (taken, token) in tokens[at..].iter().enumerate().take(PARTS_MAX) {
                parts = WRITTEN.deeper(parts, token.c);
                for whole in WRITTEN.composed(parts) {
                    let c = char::from_u32(*whole).unwrap_or_default();
                    ways.push(Way { c, next: at + taken + 1, composed: true, ..Way::default() });
                }
            }
            let rarity = rarity(token.c);
            if rarity >= SELDOM {
                ways.extend(index.alike.of(token.c).iter().map(|(c, unlike)| {
                    let (less_alike, rarity) = (i32::from(*unlike) / 2, i32::from(rarity));
                    Way { c: *c, next: at + 1, composed: false, alike: 1, less_alike, rarity }
                }));
            }
        })
    }

    /// Finds words of two characters of which one stands beside an odd one at `at`: what nobody writes stands for
    /// another, be they ever so little alike.
    pub(super) fn odd(&mut self, at: usize) {
        let index = self.index;
        let token = self.tokens[at];
        let rarity = rarity(token.c);
        if token.kind != Kind::Han || rarity < ODD {
            return;
        }
        let tokens = self.tokens;
        let mut judge = |word: u32, odd: char, range: Range<usize>| {
            if self.spend() && WRITTEN.share(token.c, odd) {
                let way = Way {
                    next: range.end,
                    alike: 1,
                    less_alike: HARDLY_ALIKE,
                    rarity: i32::from(rarity),
                    ..Way::default()
                };
                self.seen(word, range.start, way);
            }
        };
        if let Some(before) = at.checked_sub(1) {
            for &word in index.firsts.get(u64::from(u32::from(tokens[before].c))) {
                judge(word, index.chars(word)[1], before..at + 1);
            }
        }
        if let Some(after) = tokens.get(at + 1) {
            for &word in index.lasts.get(u64::from(u32::from(after.c))) {
                judge(word, index.chars(word)[0], at..at + 2);
            }
        }
    }

    /// Judges a word that looks like what stands from `start` to the last way.
    fn seen(&mut self, word: u32, start: usize, way: Way) {
        let len = self.index.chars(word).len();
        if way.alike > 0 {
            let rarer = RARER * (way.rarity / i32::from(way.alike) - ORDINARY);
            let least = least(LEAST_ALIKE, len) + LESS_ALIKE * way.less_alike - rarer;
            self.keep(word, ViewKind::Visual, start..way.next, least);
        } else if way.composed {
            self.keep(word, ViewKind::Split, start..way.next, least(LEAST_SPLIT, len));
        }
    }
}
