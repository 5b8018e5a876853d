//! Latin letters that are the first letters of a word's syllables.

use super::Search;
use super::index::initials_key;
use super::lexicon::ORDINARY_LATIN;
use super::tokens::{Kind, Token};
use crate::fold::ViewKind;

/// A longer run of letters is no abbreviation.
const RUN_MAX: usize = 12;

/// Whether letters are a word that is ordinary in Chinese text.
pub(super) fn is_ordinary(run: &[Token]) -> bool {
    let mut text = [0_u8; RUN_MAX];
    if run.len() > RUN_MAX {
        return false;
    }
    for (to, token) in text.iter_mut().zip(run) {
        *to = token.c as u8;
    }
    std::str::from_utf8(&text[..run.len()]).is_ok_and(|text| ORDINARY_LATIN.contains(text))
}

impl Search<'_> {
    /// Finds words that the run of letters at `start` abbreviates, alone or one after the other.
    pub(super) fn initials(&mut self, start: usize) {
        let run = self.tokens[start..].iter().enumerate();
        let len = run
            .take_while(|(i, token)| token.kind == Kind::Latin && (*i == 0 || !token.apart))
            .take(RUN_MAX + 1)
            .count();
        if !(2..=RUN_MAX).contains(&len) {
            return;
        }
        let mut text = [0_u8; RUN_MAX];
        for (to, token) in text.iter_mut().zip(&self.tokens[start..start + len]) {
            *to = token.c as u8;
        }
        if is_ordinary(&self.tokens[start..start + len]) || !self.spend() {
            return;
        }
        // Which beginnings of the run can be cut into abbreviations, and which ends.
        let known = |from: usize, to: usize| {
            let key = initials_key(text[from..to].iter().map(|letter| char::from(*letter)));
            !self.index.initials.get(key).is_empty()
        };
        let (mut before, mut after) = ([false; RUN_MAX + 1], [false; RUN_MAX + 1]);
        (before[0], after[len]) = (true, true);
        for to in 2..=len {
            before[to] = (0..to - 1).any(|from| before[from] && known(from, to));
        }
        for from in (0..len - 1).rev() {
            after[from] = (from + 2..=len).any(|to| after[to] && known(from, to));
        }
        let cuts = |cut: &[bool]| -> Vec<usize> { (0..=len).filter(|at| cut[*at]).collect() };
        let ends = cuts(&after);
        for from in cuts(&before) {
            for &to in ends.iter().filter(|to| **to >= from + 2) {
                self.abbreviated(start + from, start + to);
            }
        }
    }

    fn abbreviated(&mut self, from: usize, to: usize) {
        let index = self.index;
        let letters = self.tokens[from..to].iter().map(|token| token.c);
        for &word in index.initials.get(initials_key(letters)) {
            let chars = index.chars(word);
            if chars.len() == to - from && self.spend() {
                // Two letters may be anything.
                self.take(word, ViewKind::Initials, from..to, chars.len() == 2);
            }
        }
    }
}
