//! Finds the words and expressions of a policy in the views of a message.
//!
//! One automaton holds every deny word and, beside them, what each expression requires of a message. A clean message
//! costs one fold and one pass; expressions run only where what they require was seen.

mod allowed;
mod build;
mod found;
mod required;

use std::collections::BTreeSet;
use std::ops::Range;

pub(crate) use build::Detector;
pub(crate) use required::required_literals;

use allowed::Allowed;
use build::Meaning;
use found::Found;

use crate::engine::Message;
use crate::fold::{View, ViewKind};
use crate::policy::Policy;
use crate::verdict::{Hit, HitKind};

/// How many matches of one expression are looked at: finding the next one may cost a pass over what is left.
const REGEX_MATCHES_MAX: usize = 256;

/// Everything that `policy` finds in `message`, in the order of the message.
pub(crate) fn scan(policy: &Policy, message: &Message<'_>) -> Vec<Hit> {
    let detector = policy.detector();
    let folded = View::folded(message.text);
    let seen = detector.automaton.is_match(folded.text());
    if !seen && detector.always.is_empty() {
        return Vec::new();
    }
    let held: Vec<bool> =
        policy.rules().iter().map(|rule| rule.holds(message) && rule.looks_into(message.is_name)).collect();
    let mut scan = Scan {
        detector,
        original: message.text,
        allowed: Allowed::find(detector, &folded),
        held,
        found: Found::default(),
    };
    let mut due = detector.always.clone();
    if seen {
        due.extend(scan.words(&folded));
    }
    for regex in due {
        scan.regex(regex, &folded);
    }
    scan.found.into_hits(policy)
}

struct Scan<'a> {
    detector: &'a Detector,
    original: &'a str,
    allowed: Allowed,
    /// For each rule, whether it holds in the message's group.
    held: Vec<bool>,
    found: Found,
}

impl Scan<'_> {
    /// Finds the words, and gives the expressions that could match.
    fn words(&mut self, folded: &View<'_>) -> BTreeSet<usize> {
        let mut due = BTreeSet::new();
        let detector = self.detector;
        for found in detector.automaton.find_overlapping_iter(folded.text()) {
            match detector.meanings[found.pattern().as_usize()] {
                Meaning::Requires { regex } => {
                    due.insert(regex);
                }
                Meaning::Word { rule, word } => {
                    let at = found.range();
                    if self.held[rule]
                        && !self.found.is_full((rule, HitKind::Word, word))
                        && detector.edges[rule].hold(folded.text(), at.clone())
                    {
                        let at = folded.original(at);
                        let exact = self.original[at.clone()] == *detector.words[rule][word];
                        let view = if exact { ViewKind::Exact } else { ViewKind::Folded };
                        self.keep((rule, HitKind::Word, word), view, at);
                    }
                }
            }
        }
        due
    }

    /// Runs one expression over the message as written, and as folded where that differs.
    fn regex(&mut self, regex: usize, folded: &View<'_>) {
        let expression = &self.detector.regexes[regex];
        if !self.held[expression.rule] {
            return;
        }
        let key = (expression.rule, HitKind::Regex, expression.index);
        let matches = expression.regex.find_iter(self.original).take(REGEX_MATCHES_MAX);
        let exact: Vec<_> = matches.map(|found| found.range()).collect();
        for at in &exact {
            self.keep(key, ViewKind::Exact, at.clone());
        }
        if folded.is_unchanged() {
            return;
        }
        for found in expression.regex.find_iter(folded.text()).take(REGEX_MATCHES_MAX) {
            let at = folded.original(found.range());
            if !exact.iter().any(|known| known.start < at.end && at.start < known.end) {
                self.keep(key, ViewKind::Folded, at);
            }
        }
    }

    fn keep(&mut self, key: found::Key, view: ViewKind, at: Range<usize>) {
        if !self.allowed.covers(key.0, &at) {
            self.found.add(key, view, at, self.original);
        }
    }
}
