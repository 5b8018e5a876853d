//! Finds the words and expressions of a policy in the views of a message.
//!
//! One automaton holds every deny word and, beside them, what each expression requires of a message. A clean message
//! costs one pass and no allocation; expressions run only where what they require was seen.

mod allowed;
mod build;
mod found;
mod leet;
mod required;
mod unsure;
mod words;

use std::cell::RefCell;
use std::ops::Range;

pub(crate) use build::Detector;
pub(crate) use required::{possible_texts, required_literals};

use allowed::Allowed;
use build::{Due, Marked, Meaning};
use found::Found;
use leet::Leet;
use words::{Dressed, FirstPass, Scratch};

use crate::engine::Message;
use crate::fold::reading::Reading;
use crate::fold::{View, ViewKind, fold_word};
use crate::policy::Policy;
use crate::verdict::{Hit, HitKind};

/// How many matches of one expression are looked at: finding the next one may cost a pass over what is left.
const REGEX_MATCHES_MAX: usize = 256;
/// A marked word is looked for so far around its letters, in bytes.
const MARKS_UTF8_MAX: usize = 64;

thread_local! {
    static SCRATCH: RefCell<(Scratch, unsure::Scratch)> = RefCell::default();
}

/// Which rules are asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    /// All but those that only speak for a message.
    Against,
    /// Those that only speak for a message.
    For,
}

/// What the rules of one side find in `message`, in the order of the message. What speaks for a text is cheaper to find
/// where what speaks against it was looked for just before.
pub(crate) fn scan(policy: &Policy, message: &Message<'_>, side: Side) -> Vec<Hit> {
    SCRATCH.with_borrow_mut(|(sure, unsure)| scan_with(policy, message, side, sure, unsure))
}

fn scan_with(
    policy: &Policy,
    message: &Message<'_>,
    side: Side,
    sure: &mut Scratch,
    unsure: &mut unsure::Scratch,
) -> Vec<Hit> {
    let detector = policy.detector();
    let FirstPass { reading, seen } = match side {
        Side::Against => detector.first_pass(message.text, sure),
        Side::For => detector.first_pass_again(message.text, sure),
    };
    let (mut due, mut leet) = (std::mem::take(&mut sure.due), std::mem::take(&mut sure.leet));
    let mut allowed = std::mem::take(&mut sure.allowed);
    due.clear();
    let called =
        detector.loose.iter().filter(|loose| loose.marks == u64::MAX || loose.marks & reading.marks != 0);
    due.extend(called.map(|loose| loose.due));
    let mut scan = Scan {
        policy,
        detector,
        message,
        side,
        scratch: sure,
        allowed: &mut allowed,
        knows_allowed: false,
        found: Found::default(),
    };
    let marked = detector.marked.iter().any(|word| word.marks & !reading.marks == 0);
    if seen || !due.is_empty() || marked {
        scan.all(reading, &mut due);
    }
    if reading.mixed {
        scan.leet(&mut leet);
    }
    if side == Side::Against && !detector.unsure.is_empty() {
        let seconded = !scan.found.is_empty();
        for find in unsure::search(&detector.unsure, message.text, seconded, unsure) {
            scan.unsure(find);
        }
    }
    let hits = scan.found.into_hits(policy);
    (sure.due, sure.leet, sure.allowed) = (due, leet, allowed);
    hits
}

struct Scan<'a> {
    policy: &'a Policy,
    detector: &'a Detector,
    message: &'a Message<'a>,
    side: Side,
    scratch: &'a Scratch,
    allowed: &'a mut Allowed,
    /// Whether what is allowed in this message was looked for; it is when it is first asked for.
    knows_allowed: bool,
    found: Found,
}

impl Scan<'_> {
    /// Words first, then the expressions that could match.
    fn all(&mut self, reading: Reading, due: &mut Vec<Due>) {
        let (detector, scratch) = (self.detector, self.scratch);
        detector.each_match(scratch, |meaning, end| match meaning {
            Meaning::Word(word) => self.word(word, end),
            Meaning::Requires(set) => due.push(set),
        });
        due.sort_unstable();
        due.dedup();
        self.only_whole(due);
        let marked = || detector.marked.iter().filter(|word| word.marks & !reading.marks == 0);
        let folds = (reading.dressed && !due.is_empty()) || (reading.changed && marked().next().is_some());
        let folded = folds.then(|| View::folded(self.message.text));
        for word in marked() {
            self.marked(word, folded.as_ref());
        }
        for due in due {
            self.regex(due.regex(), folded.as_ref());
        }
    }

    /// Keeps one of each expression of which every set was seen, of rules that are asked.
    fn only_whole(&self, due: &mut Vec<Due>) {
        let (mut kept, mut at) = (0, 0);
        while let Some(&first) = due.get(at) {
            let seen = due[at..].iter().take_while(|other| other.regex() == first.regex()).count();
            let expression = &self.detector.regexes[first.regex()];
            if seen == expression.sets && self.holds(expression.rule) {
                due[kept] = first;
                kept += 1;
            }
            at += seen;
        }
        due.truncate(kept);
    }

    /// Whether a rule is asked and holds for this message.
    fn holds(&self, rule: usize) -> bool {
        let asked = self.policy.defends(rule) == (self.side == Side::For);
        let rule = &self.policy.rules()[rule];
        asked && rule.looks_into(self.message.is_name) && rule.holds(self.message)
    }

    /// Looks at one match of a word that ends before the unit `end`.
    fn word(&mut self, word: usize, end: usize) {
        let word = &self.detector.words[word];
        let key = (word.rule, HitKind::Word, word.index);
        if !self.holds(word.rule) || self.found.is_full(key) {
            return;
        }
        let text = self.message.text;
        let dressed = Dressed { text, units: &self.scratch.units, range: end - word.len..end };
        let (before, first, last, after) = dressed.edges();
        if !self.detector.edges[word.rule].hold(before, first, last, after) {
            return;
        }
        let written = self.policy.rules()[word.rule].words[word.index].trim();
        if word.has_marks {
            self.marks_around(key, written, dressed.at());
        } else if let Some(view) = dressed.view(word, written) {
            self.keep(key, view, dressed.at());
        }
    }

    /// A word with marks of its own is there only with these marks.
    fn marks_around(&mut self, key: found::Key, written: &str, at: Range<usize>) {
        let text = self.message.text;
        let start = text.floor_char_boundary(at.start.saturating_sub(MARKS_UTF8_MAX));
        let end = text.ceil_char_boundary((at.end + MARKS_UTF8_MAX).min(text.len()));
        let view = View::folded(&text[start..end]);
        let wanted = fold_word(written);
        for (found, _) in view.text().match_indices(&wanted) {
            let place = view.original(found..found + wanted.len());
            let place = start + place.start..start + place.end;
            if place.start <= at.start && at.end <= place.end {
                self.keep_written(key, written, place);
            }
        }
    }

    /// Searches a word that only marks make what it is.
    fn marked(&mut self, marked: &Marked, folded: Option<&View<'_>>) {
        let word = &self.detector.words[marked.word];
        let key = (word.rule, HitKind::Word, word.index);
        if !self.holds(word.rule) {
            return;
        }
        let written = self.policy.rules()[word.rule].words[word.index].trim();
        let wanted = &marked.folded;
        let text = folded.map_or(self.message.text, View::text);
        let edges = self.detector.edges[word.rule];
        for (at, _) in text.match_indices(wanted.as_str()).take(Hit::SPANS_MAX) {
            let range = at..at + wanted.len();
            let outermost = wanted.chars().next().zip(wanted.chars().next_back());
            let (before, after) = (&text[..range.start], &text[range.end..]);
            if outermost.is_some_and(|(first, last)| {
                edges.hold(before.chars().next_back(), first, last, after.chars().next())
            }) {
                self.keep_written(key, written, folded.map_or(range.clone(), |view| view.original(range)));
            }
        }
    }

    fn keep_written(&mut self, key: found::Key, written: &str, at: Range<usize>) {
        let exact = self.message.text[at.clone()] == *written;
        self.keep(key, if exact { ViewKind::Exact } else { ViewKind::Folded }, at);
    }

    /// Runs one expression over the message as written, and as folded where that differs.
    fn regex(&mut self, regex: usize, folded: Option<&View<'_>>) {
        let expression = &self.detector.regexes[regex];
        let key = (expression.rule, HitKind::Regex, expression.index);
        let matches = expression.regex.get().find_iter(self.message.text).take(REGEX_MATCHES_MAX);
        let exact: Vec<_> = matches.map(|found| found.range()).collect();
        for at in &exact {
            self.keep(key, ViewKind::Exact, at.clone());
        }
        let Some(folded) = folded else { return };
        for found in expression.regex.get().find_iter(folded.text()).take(REGEX_MATCHES_MAX) {
            let at = folded.original(found.range());
            if !exact.iter().any(|known| known.start < at.end && at.start < known.end) {
                self.keep(key, ViewKind::Folded, at);
            }
        }
    }

    /// Looks for words of which some letters are written as digits.
    fn leet(&mut self, leet: &mut Leet) {
        let Some(automaton) = &self.detector.automaton else { return };
        for &tall in Leet::ones(self.message.text) {
            if !leet.read(self.message.text, tall) {
                continue;
            }
            let mut stepper = automaton.find_overlapping_stepper();
            for (unit, end) in leet.units.iter().zip(1..) {
                stepper.consume(unit.c);
                for found in stepper.matches() {
                    for &meaning in self.detector.meanings_of(found.value()) {
                        if let Meaning::Word(word) = meaning {
                            self.leet_word(word, end, leet);
                        }
                    }
                }
            }
        }
    }

    fn leet_word(&mut self, word: usize, end: usize, leet: &Leet) {
        let word = &self.detector.words[word];
        let key = (word.rule, HitKind::Word, word.index);
        let start = end - word.len;
        if word.len < leet::WORD_MIN || word.has_marks || !leet.is_word(start, end) {
            return;
        }
        if !self.holds(word.rule) || self.found.is_full(key) {
            return;
        }
        let dressed = Dressed { text: self.message.text, units: &leet.units, range: start..end };
        let (before, first, last, after) = dressed.edges();
        let written = self.policy.rules()[word.rule].words[word.index].trim();
        if self.detector.edges[word.rule].hold(before, first, last, after)
            && dressed.view(word, written).is_some()
            && !self.found.knows(key, &dressed.at())
        {
            self.keep(key, ViewKind::Confusable, dressed.at());
        }
    }

    /// Looks at one find of an unsure view.
    fn unsure(&mut self, find: &unsure::Find) {
        let word = &self.detector.words[find.word];
        let key = (word.rule, HitKind::Word, word.index);
        if self.holds(word.rule) && !self.found.is_full(key) && !self.found.knows(key, &find.at) {
            self.keep(key, find.view, find.at.clone());
        }
    }

    fn keep(&mut self, key: found::Key, view: ViewKind, at: Range<usize>) {
        if !self.knows_allowed {
            self.allowed.find(self.detector, &self.scratch.units);
            self.knows_allowed = true;
        }
        if !self.allowed.covers(key.0, &at) {
            self.found.add(key, view, at, self.message.text);
        }
    }
}
