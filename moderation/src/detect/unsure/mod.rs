//! The unsure views: sound, shape, order and what stands in for a character.
//!
//! They look only where a message is not ordinary: where Han characters follow each other that seldom do, at Latin
//! letters, and at emoji. What they find must be surprising enough for the word's length.

mod alike;
mod index;
mod initials;
mod lexicon;
mod multi;
mod ordinary;
mod shaped;
mod shuffled;
mod spoken;
mod swapped;
mod tokens;
mod ways;

use std::ops::Range;

pub(crate) use index::Index;

use ordinary::{LEVEL_NEUTRAL, level};
use tokens::{Kind, Token, Traits};
use ways::Ways;

use crate::fold::ViewKind;

/// Longer words are left to the sure views.
pub(super) const WORD_MAX: usize = 12;
/// Three steps on end must be so surprising together before anything is looked for among Han characters.
const GATE: u8 = 20;
/// Looks at one node of one tree that a message is worth: so many, more for each character, and never more than that.
const STEPS: usize = 16_384;
const STEPS_PER_TOKEN: usize = 128;
const STEPS_MAX: usize = 65_536;

/// What is reused from message to message.
#[derive(Debug, Default)]
pub(super) struct Scratch {
    tokens: Vec<Token>,
    found: Vec<Find>,
    spoken: Ways<spoken::Way>,
    shaped: Ways<shaped::Way>,
}

/// A word found in an unsure view.
#[derive(Debug, Clone)]
pub(super) struct Find {
    /// Which of the detector's words.
    pub(super) word: usize,
    pub(super) view: ViewKind,
    /// The bytes of the original.
    pub(super) at: Range<usize>,
    /// Whether it counts only beside another find.
    weak: bool,
}

/// One message being searched.
struct Search<'a> {
    index: &'a Index,
    tokens: &'a [Token],
    traits: Traits,
    found: &'a mut Vec<Find>,
    /// How places sound, and what they look like.
    spoken: &'a mut Ways<spoken::Way>,
    shaped: &'a mut Ways<shaped::Way>,
    /// Looks left.
    steps: usize,
}

/// Everything that the unsure views find in `text`; `seconded` says that something else was found in it.
pub(super) fn search<'a>(index: &Index, text: &str, seconded: bool, scratch: &'a mut Scratch) -> &'a [Find] {
    let Scratch { tokens, found, spoken, shaped } = scratch;
    found.clear();
    let traits = tokens::read(text, tokens);
    if traits.surprise >= GATE || traits.latin || traits.emoji {
        let steps = (STEPS + STEPS_PER_TOKEN * tokens.len()).min(STEPS_MAX);
        spoken.clear(tokens.len());
        shaped.clear(tokens.len());
        let mut search = Search { index, tokens, traits, found, spoken, shaped, steps };
        search.all();
        let strong = found.iter().any(|find| !find.weak);
        let weak_words = found.iter().filter(|find| find.weak).count();
        if !seconded && !strong && weak_words < 2 {
            found.clear();
        }
    }
    found
}

impl Search<'_> {
    fn all(&mut self) {
        for start in 0..self.tokens.len() {
            if self.steps == 0 {
                return;
            }
            if self.tokens[start].kind == Kind::Fence {
                continue;
            }
            let near = &self.tokens[start..self.tokens.len().min(start + 4)];
            let is_han = |token: &Token| token.kind == Kind::Han;
            let begun = self.index.has_others || near.iter().take(2).any(is_han);
            let strange = begun && self.is_strange(start);
            let pictured = self.traits.emoji && near.iter().any(|token| token.kind == Kind::Emoji);
            let read = |token: &Token| token.kind == Kind::Latin && (token.spelled || self.index.has_others);
            let latin = self.traits.latin && near.iter().any(read);
            let begins = near[0].kind != Kind::Latin || read(&near[0]);
            if begins && (strange || pictured || latin) {
                self.spoken(start);
            }
            if strange {
                self.shaped(start);
                self.odd(start);
                self.shuffled(start);
            }
            if (strange || pictured) && self.traits.han > 0 {
                self.swapped(start);
            }
            if self.is_run_start(start) && self.traits.han > 0 {
                self.initials(start);
            }
        }
    }

    /// Whether the steps from `start` on are surprising.
    fn is_strange(&self, start: usize) -> bool {
        let near = self.tokens[start..].iter().take(3).map(|token| token.level);
        near.clone().sum::<u8>() + (3 - near.len() as u8) * LEVEL_NEUTRAL >= GATE
    }

    /// Whether a run of Latin letters begins at `start`.
    fn is_run_start(&self, start: usize) -> bool {
        let latin = |token: &Token| token.kind == Kind::Latin;
        latin(&self.tokens[start])
            && !self.tokens[..start].last().is_some_and(|before| latin(before) && !self.tokens[start].apart)
    }

    /// Takes one step of the allowance.
    fn spend(&mut self) -> bool {
        self.steps = self.steps.saturating_sub(1);
        self.steps > 0
    }

    /// How much a place stands out from ordinary text, and how much less it would with `word` in it.
    fn surprise(&self, word: u32, range: &Range<usize>) -> i32 {
        let (chars, word_inner) = (self.index.chars(word), self.index.inner(word));
        let tokens = &self.tokens[range.clone()];
        let steps = tokens.len().saturating_sub(1).max(1) as i32;
        let inner: i32 = tokens[1..].iter().map(|token| i32::from(token.level)).sum();
        let left = i32::from(tokens[0].level);
        let after = self.tokens.get(range.end);
        let right = after.map_or(LEVEL_NEUTRAL, |token| token.level);
        let (first, last) = (chars[0], chars[chars.len() - 1]);
        let would_left = match self.tokens[..range.start].last() {
            Some(before) if before.kind == Kind::Han => level(before.c, first),
            _ => LEVEL_NEUTRAL,
        };
        let would_right = match after {
            Some(after) if after.kind == Kind::Han => level(last, after.c),
            _ => LEVEL_NEUTRAL,
        };
        let own_steps = (chars.len() as i32 - 1).max(1);
        let gain = inner / steps - word_inner / own_steps + left + i32::from(right)
            - i32::from(would_left)
            - i32::from(would_right);
        // In tenths of a level.
        10 * inner / steps + 5 * (left + i32::from(right)) + 3 * gain
    }

    /// Keeps a find that is surprising enough.
    fn keep(&mut self, word: u32, view: ViewKind, range: Range<usize>, least: i32) {
        let len = self.index.chars(word).len();
        let crowd = if len == 2 { 10 * self.index.crowd } else { 0 };
        if self.surprise(word, &range) >= least + crowd {
            self.take(word, view, range, false);
        }
    }

    fn take(&mut self, word: u32, view: ViewKind, range: Range<usize>, weak: bool) {
        let at = self.tokens[range.start].at as usize..self.tokens[range.end - 1].end as usize;
        let word = self.index.id(word);
        if !self.found.iter().rev().take(16).any(|known| known.word == word && known.at == at) {
            self.found.push(Find { word, view, at, weak });
        }
    }
}

/// The least surprise, in tenths of a level, that words of two, of three and of more characters need. Set on the
/// development half of the evasion set so that few clean messages are found.
type Least = [i32; 3];

fn least(of: Least, len: usize) -> i32 {
    of[len.clamp(2, 4) - 2]
}
