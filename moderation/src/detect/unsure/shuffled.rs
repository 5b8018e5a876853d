//! A word's characters in another order, or with others between them.

use std::ops::Range;

use super::index::pair_key;
use super::tokens::{Kind, Token};
use super::{Least, Search, least};
use crate::fold::ViewKind;

/// How far apart two characters of a word may come to stand.
const REACH: usize = 4;
/// How many other characters may come between.
const STRANGERS_MAX: usize = 2;
const LEAST: Least = [212, 163, 98];

impl Search<'_> {
    /// Finds words of which one of the rarest characters stands at `start` and another not far behind.
    pub(super) fn shuffled(&mut self, start: usize) {
        if self.tokens[start].kind != Kind::Han {
            return;
        }
        let index = self.index;
        for other in start + 1..self.tokens.len().min(start + 1 + REACH) {
            let kind = self.tokens[other].kind;
            if kind == Kind::Fence || !self.spend() {
                return;
            }
            if kind != Kind::Han {
                continue;
            }
            let (a, b) = (self.tokens[start].c, self.tokens[other].c);
            for &word in index.pairs.get(pair_key(a.min(b), a.max(b))) {
                let chars = index.chars(word);
                if self.spend()
                    && let Some(range) = self.gathered(chars, start, other)
                {
                    self.keep(word, ViewKind::Shuffled, range, least(LEAST, chars.len()));
                }
            }
        }
    }

    /// The place around `start` and `other` that holds all of `chars`, where they stand close and in another order.
    fn gathered(&self, chars: &[char], start: usize, other: usize) -> Option<Range<usize>> {
        let room = chars.len() + STRANGERS_MAX;
        let from = (other + 1).saturating_sub(room);
        let to = self.tokens.len().min(start + room);
        let mut range = start..other + 1;
        for c in chars {
            let place = if chars.len() == 2 {
                continue;
            } else {
                let near = |place: &usize| place.abs_diff(start).min(place.abs_diff(other));
                (from..to).filter(|place| self.tokens[*place].c == *c).min_by_key(near)?
            };
            range = range.start.min(place)..range.end.max(place + 1);
        }
        let tokens = &self.tokens[range.clone()];
        let same = |(token, c): (&Token, &char)| token.c == *c;
        let exact = tokens.len() == chars.len() && tokens.iter().zip(chars).all(same);
        let divided = tokens.iter().any(|token| token.kind == Kind::Fence);
        (tokens.len() <= room && !exact && !divided).then_some(range)
    }
}
