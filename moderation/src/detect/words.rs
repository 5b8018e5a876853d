//! The sure views of words: one automaton over the characters that count, then a look at how each match is dressed.

use std::ops::Range;

use super::allowed::Allowed;
use super::build::{Detector, Due, Meaning, Word};
use super::leet::Leet;
use crate::fold::reading::{Reading, Unit, read};
use crate::fold::script::is_han;
use crate::fold::{View, ViewKind, fold_word};

/// So many blanks, marks or symbols may stand between two characters of a word.
const GAP_MAX: u8 = 3;
/// Candidates kept of the first pass; beyond them a second pass looks at each match as it comes.
const CANDIDATES_MAX: usize = 256;

/// Where patterns and a text stand in memory, and how long the text is.
type Place = (usize, usize, usize);

/// What is reused from message to message, so that a clean one allocates nothing.
#[derive(Debug, Default)]
pub(super) struct Scratch {
    pub(super) units: Vec<Unit>,
    candidates: Vec<(u32, u32)>,
    /// What was read last, and what the first pass over it said.
    last: Option<(Place, FirstPass)>,
    /// Which expressions may have to run.
    pub(super) due: Vec<Due>,
    pub(super) leet: Leet,
    pub(super) allowed: Allowed,
}

impl Detector {
    /// Reads `text` and notes where patterns end; says whether folding changes the text, and whether anything is to
    /// be looked at.
    pub(super) fn first_pass(&self, text: &str, scratch: &mut Scratch) -> FirstPass {
        let pass = self.read(text, scratch);
        scratch.last = Some((self.place_of(text), pass));
        pass
    }

    fn read(&self, text: &str, scratch: &mut Scratch) -> FirstPass {
        let Scratch { units, candidates, .. } = scratch;
        candidates.clear();
        let Some(automaton) = &self.automaton else {
            return FirstPass { reading: read(text, units, |_, _| {}), seen: false };
        };
        let mut stepper = automaton.find_overlapping_stepper();
        let reading = read(text, units, |units, c| {
            stepper.consume(c);
            if candidates.len() < CANDIDATES_MAX {
                let end = u32::try_from(units.len()).unwrap_or(u32::MAX);
                candidates.extend(stepper.matches().map(|found| (end, found.value())));
            }
        });
        FirstPass { reading, seen: !candidates.is_empty() }
    }

    /// The first pass over what was read last, without reading it again, or over something else.
    pub(super) fn first_pass_again(&self, text: &str, scratch: &mut Scratch) -> FirstPass {
        // The one who asks holds on to what was read, so that nothing else can stand in its place.
        match scratch.last {
            Some((of, pass)) if of == self.place_of(text) => pass,
            _ => self.first_pass(text, scratch),
        }
    }

    /// Where a text and these patterns stand in memory.
    fn place_of(&self, text: &str) -> Place {
        (std::ptr::from_ref(self).addr(), text.as_ptr().addr(), text.len())
    }

    /// Tells `each` every meaning of every pattern found, with the unit after its last one.
    pub(super) fn each_match(&self, scratch: &Scratch, mut each: impl FnMut(Meaning, usize)) {
        let mut tell = |end: u32, text: u32| {
            for &meaning in self.meanings_of(text) {
                each(meaning, end as usize);
            }
        };
        if scratch.candidates.len() < CANDIDATES_MAX {
            return scratch.candidates.iter().for_each(|&(end, text)| tell(end, text));
        }
        let Some(automaton) = &self.automaton else { return };
        let mut stepper = automaton.find_overlapping_stepper();
        for (unit, end) in scratch.units.iter().zip(1..) {
            stepper.consume(unit.c);
            for found in stepper.matches() {
                tell(end, found.value());
            }
        }
    }
}

/// What the first pass over a message says.
#[derive(Debug, Clone, Copy)]
pub(super) struct FirstPass {
    pub(super) reading: Reading,
    /// A pattern was seen.
    pub(super) seen: bool,
}

/// A match of a word as it stands in the message.
pub(super) struct Dressed<'a> {
    pub(super) text: &'a str,
    pub(super) units: &'a [Unit],
    /// The units that the word was read from.
    pub(super) range: Range<usize>,
}

impl Dressed<'_> {
    /// The bytes of the original.
    pub(super) fn at(&self) -> Range<usize> {
        let (first, last) = (&self.units[self.range.start], &self.units[self.range.end - 1]);
        first.at as usize..last.end as usize
    }

    /// The characters that touch the match outside, where nothing stands between.
    pub(super) fn edges(&self) -> (Option<char>, char, char, Option<char>) {
        let Range { start, end } = self.range;
        let before =
            (self.units[start].gap == 0 && start > 0).then(|| written(self.text, &self.units[start - 1]));
        let after = self.units.get(end).filter(|unit| unit.gap == 0).map(|unit| written(self.text, unit));
        (before, written(self.text, &self.units[start]), written(self.text, &self.units[end - 1]), after)
    }

    /// How the message had to be read to find `word` here; `None` where what stands between its characters makes it
    /// another text.
    pub(super) fn view(&self, word: &Word, written: &str) -> Option<ViewKind> {
        let at = self.at();
        if self.text[at.clone()] == *written {
            return Some(ViewKind::Exact);
        }
        let interrupted = self.interrupted(word)?;
        if View::folded(&self.text[at]).text() == fold_word(written) {
            return Some(ViewKind::Folded);
        }
        Some(if self.units[self.range.clone()].iter().any(|unit| unit.confused) {
            ViewKind::Confusable
        } else if interrupted {
            ViewKind::Skip
        } else {
            ViewKind::Traditional
        })
    }

    /// Whether anything stands between the word's characters that the word itself has not; `None` where that is too
    /// much to be one word.
    fn interrupted(&self, word: &Word) -> Option<bool> {
        let units = &self.units[self.range.clone()];
        let (mut gaps, mut blanks_between_letters) = (0, false);
        for (i, unit) in units.iter().enumerate().skip(1) {
            if unit.gap == 0 {
                continue;
            }
            if unit.gap > GAP_MAX {
                return None;
            }
            if !word.has_gap(i) {
                gaps += 1;
                blanks_between_letters |= unit.c.is_alphanumeric()
                    && !is_han(unit.c)
                    && self.text[..unit.at as usize].ends_with(char::is_whitespace);
            }
        }
        // `s h i t` is one word and `sh it` are two.
        let spelled = gaps + word.gaps() + 1 >= units.len();
        (!blanks_between_letters || spelled).then_some(gaps > 0 || word.gaps() > 0)
    }
}

/// The character as it counts at an edge: numerals written in Han are Han there.
fn written(text: &str, unit: &Unit) -> char {
    text[unit.at as usize..].chars().next().filter(|c| is_han(*c)).unwrap_or(unit.c)
}
