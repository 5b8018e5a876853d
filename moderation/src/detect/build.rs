//! Makes the automata of a policy.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use daachorse::CharwiseDoubleArrayAhoCorasick as Automaton;

use super::required::SETS_MAX;
use super::unsure::Index;
use crate::fold::reading::{mark_bit, reduce};
use crate::fold::script::Edges;
use crate::fold::table::Sign;
use crate::fold::{Tier, fold_word};
use crate::policy::{Pattern, Rule, Search};

/// A policy's words and expressions, ready to search with.
pub(crate) struct Detector {
    /// Every deny word and every required text, as characters that count; `None` where there are none.
    pub(super) automaton: Option<Automaton<u32>>,
    /// What each pattern of the automaton stands for: `starts[p]..starts[p + 1]` of `meanings`.
    meanings: Vec<Meaning>,
    starts: Vec<u32>,
    /// Every deny word, rule by rule.
    pub(super) words: Vec<Word>,
    /// For each rule, the edges that its words need.
    pub(super) edges: Vec<Edges>,
    /// Every allow phrase.
    pub(super) allow: Option<Automaton<u32>>,
    pub(super) phrases: Vec<Phrase>,
    pub(super) regexes: Vec<Expression>,
    /// The expressions that the automaton cannot call for.
    pub(super) loose: Vec<Loose>,
    /// The words that only marks make what they are (`:)`, `c++`), searched one by one.
    pub(super) marked: Vec<Marked>,
    /// The words that unsure views look for.
    pub(super) unsure: Index,
}

impl std::fmt::Debug for Detector {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Detector").field("words", &self.words.len()).finish_non_exhaustive()
    }
}

/// From so many words for unsure views on, their index and the automaton are built at the same time.
const MANY_WORDS: usize = 5_000;

/// An expression and one of the sets of texts that it requires, as one number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Due(u32);

impl Due {
    pub(super) fn new(regex: usize, set: usize) -> Self {
        Self((regex * SETS_MAX + set) as u32)
    }

    pub(super) fn regex(self) -> usize {
        self.0 as usize / SETS_MAX
    }
}

/// What a pattern of the automaton stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meaning {
    /// One of [`Detector::words`].
    Word(usize),
    /// One of [`Detector::regexes`] that requires this text, and the set of texts that it is of: see [`Due`].
    Requires(Due),
}

/// One deny word.
#[derive(Debug)]
pub(super) struct Word {
    pub(super) rule: usize,
    /// Which of the rule's words this is.
    pub(super) index: usize,
    /// How many of its characters count.
    pub(super) len: usize,
    /// Before which of them it has something that can be left out.
    gaps: u64,
    /// Whether a mark in it, or around it, is part of it.
    pub(super) has_marks: bool,
}

impl Word {
    pub(super) fn has_gap(&self, before: usize) -> bool {
        before < 64 && self.gaps >> before & 1 == 1
    }

    pub(super) fn gaps(&self) -> usize {
        self.gaps.count_ones() as usize
    }
}

/// A word that only marks make what it is.
#[derive(Debug)]
pub(super) struct Marked {
    /// Which of [`Detector::words`].
    pub(super) word: usize,
    pub(super) folded: String,
    /// Its marks, all of which must be there, as [`mark_bit`] counts them.
    pub(super) marks: u64,
}

/// One allow phrase.
#[derive(Debug)]
pub(super) struct Phrase {
    /// How many of its characters count.
    pub(super) len: usize,
    /// Whether it has itself what ends a sentence.
    pub(super) divided: bool,
    /// The rules that it belongs to; `None`: all.
    pub(super) rules: Vec<Option<usize>>,
}

/// One regular expression of one rule.
#[derive(Debug)]
pub(super) struct Expression {
    pub(super) rule: usize,
    /// Which of the rule's expressions this is.
    pub(super) index: usize,
    pub(super) regex: Search,
    /// How many sets of texts it requires; one where it is called for by marks, or always runs.
    pub(super) sets: usize,
}

/// An expression that hangs on marks, or on nothing in particular.
#[derive(Debug, Clone, Copy)]
pub(super) struct Loose {
    pub(super) due: Due,
    /// The marks of which one is enough, as [`mark_bit`] counts them; all bits where it always runs.
    pub(super) marks: u64,
}

/// Gathers patterns, each text once.
#[derive(Default)]
struct Texts {
    ids: HashMap<String, u32>,
    meanings: Vec<(u32, Meaning)>,
}

impl Texts {
    fn add(&mut self, text: String, meaning: Meaning) {
        let next = self.ids.len() as u32;
        let id = match self.ids.entry(text) {
            Entry::Occupied(known) => *known.get(),
            Entry::Vacant(new) => *new.insert(next),
        };
        self.meanings.push((id, meaning));
    }
}

impl Detector {
    /// `patterns` holds the compiled expressions of each rule; `None` where the words are too many for one automaton.
    pub(crate) fn build(rules: &[Rule], allow: &[String], patterns: Vec<Vec<Pattern>>) -> Option<Self> {
        let mut texts = Texts::default();
        let (words, marked) = words(rules, &mut texts);
        let (regexes, loose) = expressions(patterns, &mut texts);
        let (allow, phrases) = phrases(rules, allow)?;
        let unsure = words.iter().enumerate().filter(|(_, word)| rules[word.rule].tier == Tier::Unsure);
        let unsure: Vec<_> =
            unsure.map(|(id, word)| (id, rules[word.rule].words[word.index].as_str())).collect();
        let mut meanings = texts.meanings;
        meanings.sort_by_key(|(id, _)| *id);
        let count = texts.ids.len() as u32;
        let starts = (0..=count).map(|id| meanings.partition_point(|(of, _)| *of < id) as u32).collect();
        let (automaton, unsure) =
            both(unsure.len() > MANY_WORDS, || automaton(texts.ids), || Index::build(unsure));
        Some(Self {
            automaton: automaton?,
            meanings: meanings.into_iter().map(|(_, meaning)| meaning).collect(),
            starts,
            words,
            edges: rules.iter().map(edges).collect(),
            allow,
            phrases,
            regexes,
            loose,
            marked,
            unsure,
        })
    }

    /// What the pattern of that number stands for.
    pub(super) fn meanings_of(&self, text: u32) -> &[Meaning] {
        let text = text as usize;
        &self.meanings[self.starts[text] as usize..self.starts[text + 1] as usize]
    }
}

/// Does two things, at the same time where they are `large`.
fn both<A: Send, B>(large: bool, one: impl FnOnce() -> A + Send, other: impl FnOnce() -> B) -> (A, B) {
    if !large {
        return (one(), other());
    }
    std::thread::scope(|scope| {
        let one = scope.spawn(one);
        let b = other();
        (one.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)), b)
    })
}

/// The words of all rules, and which of them are only marks or hang on a single character.
fn words(rules: &[Rule], texts: &mut Texts) -> (Vec<Word>, Vec<Marked>) {
    let (mut words, mut marked) = (Vec::new(), Vec::new());
    for (rule, of) in rules.iter().enumerate() {
        for (index, text) in of.words.iter().enumerate() {
            let (reduced, gaps) = reduce(text);
            let has_marks = text.trim().chars().any(|c| {
                let sign = Sign::of(c);
                sign.is_skipped() && !c.is_whitespace()
            });
            let len = reduced.chars().count();
            if len < 2 && has_marks {
                marked.push(Marked { word: words.len(), folded: fold_word(text), marks: marks_of(text) });
            } else if len > 0 {
                texts.add(reduced, Meaning::Word(words.len()));
            }
            words.push(Word { rule, index, len, gaps, has_marks });
        }
    }
    (words, marked)
}

/// The marks of a text that folding leaves.
fn marks_of(text: &str) -> u64 {
    let signs = fold_word(text);
    let marks = signs.chars().map(Sign::of).filter(|sign| sign.is_skipped());
    marks.filter_map(Sign::char).fold(0, |marks, c| marks | mark_bit(c))
}

/// The expressions of all rules, and those of them that the automaton cannot call for.
fn expressions(patterns: Vec<Vec<Pattern>>, texts: &mut Texts) -> (Vec<Expression>, Vec<Loose>) {
    let (mut regexes, mut loose) = (Vec::new(), Vec::new());
    for (rule, patterns) in patterns.into_iter().enumerate() {
        for (index, pattern) in patterns.into_iter().enumerate() {
            let regex = regexes.len();
            let mut marks = if pattern.required.is_empty() { u64::MAX } else { 0 };
            for (set, text) in of_sets(&pattern.required) {
                let (reduced, _) = reduce(text);
                if reduced.is_empty() {
                    // Only marks: the first that is no blank calls for it.
                    let mark = text.chars().find(|c| Sign::of(*c).is_skipped() && !c.is_whitespace());
                    marks |= mark.and_then(|c| Sign::of(c).char()).map_or(u64::MAX, mark_bit);
                } else {
                    texts.add(reduced, Meaning::Requires(Due::new(regex, set)));
                }
            }
            if marks != 0 {
                loose.push(Loose { due: Due::new(regex, 0), marks });
            }
            let sets = pattern.required.len().max(1);
            regexes.push(Expression { rule, index, regex: pattern.regex, sets });
        }
    }
    (regexes, loose)
}

/// Each text with the number of its set.
fn of_sets(sets: &[Vec<String>]) -> impl Iterator<Item = (usize, &String)> {
    sets.iter().enumerate().flat_map(|(set, texts)| texts.iter().map(move |text| (set, text)))
}

type Phrases = (Option<Automaton<u32>>, Vec<Phrase>);

/// The allow phrases of the policy and of each rule.
fn phrases(rules: &[Rule], allow: &[String]) -> Option<Phrases> {
    let everywhere = allow.iter().map(|text| (None, text));
    let by_rule = rules.iter().enumerate().flat_map(|(i, rule)| rule.allow.iter().map(move |t| (Some(i), t)));
    let mut ids: HashMap<String, u32> = HashMap::new();
    let mut phrases: Vec<Phrase> = Vec::new();
    for (rule, written) in everywhere.chain(by_rule) {
        let (text, _) = reduce(written);
        if text.is_empty() {
            continue;
        }
        let len = text.chars().count();
        let id = *ids.entry(text).or_insert(phrases.len() as u32) as usize;
        if id == phrases.len() {
            phrases.push(Phrase { len, divided: false, rules: Vec::new() });
        }
        phrases[id].divided |= written.trim().chars().any(|c| Sign::of(c).is_fence());
        phrases[id].rules.push(rule);
    }
    Some((automaton(ids)?, phrases))
}

/// `Some(None)` for no texts at all, `None` for too many.
#[expect(clippy::option_option, reason = "the outer one is a failure, the inner one an empty policy")]
fn automaton(texts: HashMap<String, u32>) -> Option<Option<Automaton<u32>>> {
    if texts.is_empty() {
        return Some(None);
    }
    let mut texts: Vec<(String, u32)> = texts.into_iter().collect();
    texts.sort_unstable();
    Automaton::with_values(texts).ok().map(Some)
}

fn edges(rule: &Rule) -> Edges {
    match rule.whole_word {
        None => Edges::ByScript,
        Some(true) => Edges::Whole,
        Some(false) => Edges::Anywhere,
    }
}
