//! Makes the automata of a policy.

use aho_corasick::{AhoCorasick, MatchKind};
use regex::Regex;

use crate::fold::fold_word;
use crate::fold::script::Edges;
use crate::policy::{Pattern, Rule};

/// A policy's words and expressions, ready to search with.
#[derive(Debug)]
pub(crate) struct Detector {
    /// Every deny word and every required text, folded.
    pub(super) automaton: AhoCorasick,
    /// What each pattern of the automaton stands for.
    pub(super) meanings: Vec<Meaning>,
    /// For each rule, the edges that its words need.
    pub(super) edges: Vec<Edges>,
    /// For each rule, its words as written, without blanks around them.
    pub(super) words: Vec<Vec<Box<str>>>,
    /// Every allow phrase, folded.
    pub(super) allow: AhoCorasick,
    /// For each allow phrase the rule that it belongs to; `None`: all.
    pub(super) allow_rules: Vec<Option<usize>>,
    pub(super) regexes: Vec<Expression>,
    /// The expressions that require nothing in particular, and so always run.
    pub(super) always: Vec<usize>,
}

/// What a pattern of the automaton stands for.
#[derive(Debug, Clone, Copy)]
pub(super) enum Meaning {
    Word { rule: usize, word: usize },
    Requires { regex: usize },
}

/// One regular expression of one rule.
#[derive(Debug)]
pub(super) struct Expression {
    pub(super) rule: usize,
    /// Which of the rule's expressions this is.
    pub(super) index: usize,
    pub(super) regex: Regex,
}

impl Detector {
    /// `patterns` holds the compiled expressions of each rule; `None` where the words are too many for one automaton.
    pub(crate) fn build(rules: &[Rule], allow: &[String], patterns: Vec<Vec<Pattern>>) -> Option<Self> {
        let (mut texts, mut meanings) = (Vec::new(), Vec::new());
        for (rule, words) in rules.iter().map(|rule| &rule.words).enumerate() {
            for (word, text) in words.iter().enumerate() {
                texts.push(fold_word(text));
                meanings.push(Meaning::Word { rule, word });
            }
        }
        let (mut regexes, mut always) = (Vec::new(), Vec::new());
        for (rule, patterns) in patterns.into_iter().enumerate() {
            for (index, pattern) in patterns.into_iter().enumerate() {
                let regex = regexes.len();
                match pattern.required {
                    None => always.push(regex),
                    Some(required) => {
                        meanings.extend(required.iter().map(|_| Meaning::Requires { regex }));
                        texts.extend(required);
                    }
                }
                regexes.push(Expression { rule, index, regex: pattern.regex });
            }
        }
        let everywhere = allow.iter().map(|text| (None, text));
        let by_rule =
            rules.iter().enumerate().flat_map(|(i, rule)| rule.allow.iter().map(move |t| (Some(i), t)));
        let (allow_rules, phrases): (Vec<_>, Vec<_>) =
            everywhere.chain(by_rule).map(|(rule, text)| (rule, fold_word(text))).unzip();
        Some(Self {
            automaton: automaton(&texts)?,
            meanings,
            edges: rules.iter().map(edges).collect(),
            words: rules
                .iter()
                .map(|rule| rule.words.iter().map(|word| word.trim().into()).collect())
                .collect(),
            allow: automaton(&phrases)?,
            allow_rules,
            regexes,
            always,
        })
    }
}

/// Overlapping matches are asked for, so the match kind is the standard one.
fn automaton(texts: &[String]) -> Option<AhoCorasick> {
    AhoCorasick::builder().match_kind(MatchKind::Standard).build(texts).ok()
}

fn edges(rule: &Rule) -> Edges {
    match rule.whole_word {
        None => Edges::ByScript,
        Some(true) => Edges::Whole,
        Some(false) => Edges::Anywhere,
    }
}
