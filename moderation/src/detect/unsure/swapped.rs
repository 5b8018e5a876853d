//! One character of a longer word replaced by an emoji or by another character.

use super::index::pair_key;
use super::ordinary::rarity;
use super::tokens::Kind;
use super::{Least, Search, WORD_MAX, least};
use crate::fold::ViewKind;

/// With a Han character in the place of another only words of so many characters are looked for.
const HAN_MIN: usize = 5;
/// The rarity of what nobody writes: it stands for another.
const ODD: u8 = 14;
const LEAST: Least = [240, 165, 130];

impl Search<'_> {
    /// Finds words from `start` on of which one character is another: their first two stand there, or their last two
    /// a little further on.
    pub(super) fn swapped(&mut self, start: usize) {
        let index = self.index;
        let token = |at: usize| self.tokens.get(start + at).map(|token| token.c);
        let (Some(first), Some(second)) = (token(0), token(1)) else { return };
        for &word in index.heads.get(pair_key(first, second)) {
            self.replaced(word, start);
        }
        if let Some(third) = token(2) {
            for &word in index.skips.get(pair_key(first, third)) {
                self.replaced(word, start);
            }
        }
        for &word in index.tails.get(pair_key(first, second)) {
            let len = index.chars(word).len();
            if let Some(start) = (start + 2).checked_sub(len) {
                self.replaced(word, start);
            }
        }
    }

    /// Judges a word of which all but one character stand from `start` on.
    fn replaced(&mut self, word: u32, start: usize) {
        let chars = self.index.chars(word);
        let len = chars.len();
        if !(3..=WORD_MAX).contains(&len) || !self.spend() {
            return;
        }
        let Some(tokens) = self.tokens.get(start..start + len) else { return };
        let mut others = tokens.iter().zip(chars).filter(|(token, c)| token.c != **c);
        let (Some((other, _)), None) = (others.next(), others.next()) else { return };
        let view = match other.kind {
            Kind::Emoji => ViewKind::Emoji,
            Kind::Han if len >= HAN_MIN => ViewKind::Swapped,
            Kind::Han if rarity(other.c) >= ODD => ViewKind::Visual,
            _ => return,
        };
        self.keep(word, view, start..start + len, least(LEAST, len));
    }
}
