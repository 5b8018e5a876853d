//! One character of a longer word replaced by an emoji or by another character.

use super::index::gapped_key;
use super::tokens::Kind;
use super::{Least, Search, least};
use crate::fold::ViewKind;

/// Words of so many characters are looked for; with a Han character in the place of another only from five on.
const LENGTHS: std::ops::RangeInclusive<usize> = 3..=8;
const LEAST: Least = [240, 165, 130];

impl Search<'_> {
    /// Finds words from `start` on of which one character is another.
    pub(super) fn swapped(&mut self, start: usize) {
        let index = self.index;
        let mut chars = ['\0'; 8];
        let mut len = 0;
        for token in self.tokens[start..].iter().take(*LENGTHS.end()) {
            if token.kind == Kind::Fence {
                break;
            }
            chars[len] = token.c;
            len += 1;
        }
        for len in LENGTHS.filter(|wanted| *wanted <= len) {
            for gone in 0..len {
                let kind = self.tokens[start + gone].kind;
                if !self.spend() || (kind != Kind::Emoji && (len < 5 || kind != Kind::Han)) {
                    continue;
                }
                for word in index.gapped.get(gapped_key(&chars[..len], gone)) {
                    let wanted = &index.words[word as usize].chars;
                    let fits = (0..len).all(|i| (chars[i] == wanted[i]) != (i == gone));
                    if wanted.len() == len && fits {
                        let view = if kind == Kind::Emoji { ViewKind::Emoji } else { ViewKind::Swapped };
                        self.keep(word, view, start..start + len, least(LEAST, len));
                    }
                }
            }
        }
    }
}
