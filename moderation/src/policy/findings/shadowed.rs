//! Rules that another rule makes needless.

use std::collections::HashSet;

use super::is_asked_for;
use crate::fold::fold_word;
use crate::fold::reading::reduce;
use crate::fold::script::is_han;
use crate::fold::table::Sign;
use crate::policy::{Need, Part, Policy, Rule};
use crate::verdict::Certainty;

/// The words and phrases of every rule, as they are read.
pub(super) struct Reach {
    words: Vec<HashSet<String>>,
    allow: Vec<HashSet<String>>,
    everywhere: HashSet<String>,
}

impl Reach {
    pub(super) fn of(policy: &Policy) -> Self {
        let read = |texts: &[String]| texts.iter().map(|text| reduce(text).0).collect::<HashSet<_>>();
        let words = |rule: &Rule| rule.words.iter().map(|word| key(word)).collect();
        Self {
            words: policy.rules().iter().map(words).collect(),
            allow: policy.rules().iter().map(|rule| read(&rule.allow)).collect(),
            everywhere: read(policy.allow()),
        }
    }

    /// Another rule that finds all that the rule at that place finds, whenever it does, and counts for no less.
    pub(super) fn shadowed_by(
        &self,
        policy: &Policy,
        at: usize,
        live: impl Fn(&usize) -> bool,
    ) -> Option<String> {
        let rules = policy.rules();
        let rule = &rules[at];
        if rule.is_empty() || rule.shadow || rule.score <= 0 || is_asked_for(policy, rule) {
            return None;
        }
        let covers = |wide: usize, narrow: usize| {
            settles(policy, &rules[wide], &rules[narrow])
                && holds_whenever(&rules[wide], &rules[narrow])
                && self.finds_all(&rules[wide], wide, &rules[narrow], narrow)
        };
        // Of two that find the same, the later is the needless one.
        let mut others = (0..rules.len()).filter(|other| *other != at && live(other));
        others
            .find(|other| covers(*other, at) && (*other < at || !covers(at, *other)))
            .map(|other| rules[other].id.to_string())
    }

    fn finds_all(&self, wide: &Rule, wide_at: usize, narrow: &Rule, narrow_at: usize) -> bool {
        let entities = || narrow.entities.iter().all(|kind| wide.entities.iter().any(|of| kind.is_a(*of)));
        let behaviour = || {
            narrow.behaviour.iter().all(|trigger| {
                wide.behaviour.iter().any(|of| {
                    of.kind == trigger.kind && of.count <= trigger.count && of.within_ms >= trigger.within_ms
                })
            })
        };
        let expressions = || narrow.regex.iter().all(|regex| wide.regex.contains(regex));
        let words = || self.words[narrow_at].iter().all(|word| self.finds(wide, wide_at, word));
        entities()
            && behaviour()
            && self.allow[wide_at].is_subset(&self.allow[narrow_at])
            && expressions()
            && words()
    }

    /// Whether a rule finds something wherever `word` stands: the word itself, or one within it that needs no edges.
    fn finds(&self, rule: &Rule, at: usize, word: &str) -> bool {
        let words = &self.words[at];
        if words.is_empty() || words.contains(word) {
            return !words.is_empty();
        }
        let no_edges = |part: &str| match rule.whole_word {
            Some(whole) => !whole,
            None => part.chars().all(is_han),
        };
        let allowed =
            |part: &str| self.allow[at].iter().chain(&self.everywhere).any(|phrase| phrase.contains(part));
        let starts: Vec<usize> = word.char_indices().map(|(at, _)| at).chain([word.len()]).collect();
        let parts = starts
            .iter()
            .enumerate()
            .flat_map(|(i, from)| starts[i + 1..].iter().map(move |to| &word[*from..*to]));
        parts.into_iter().any(|part| words.contains(part) && no_edges(part) && !allowed(part))
    }
}

/// What a word is found by: as it is read, and where marks make it what it is, with them.
fn key(word: &str) -> String {
    let mark = |c: char| Sign::of(c).is_skipped() && !c.is_whitespace();
    if word.trim().chars().any(mark) { fold_word(word) } else { reduce(word).0 }
}

/// Whether what `wide` says of a message leaves nothing for `narrow` to say.
fn settles(policy: &Policy, wide: &Rule, narrow: &Rule) -> bool {
    let enough = match wide.action {
        Certainty::Act => policy.thresholds().act,
        Certainty::Flag => policy.thresholds().flag,
        Certainty::Score => return false,
    };
    // What only adds to the score may add to what acts, and then a flag is no match for it.
    let no_less =
        wide.action >= narrow.action && (wide.action, narrow.action) != (Certainty::Flag, Certainty::Score);
    let as_hard = wide.points >= narrow.points && wide.ladder == narrow.ladder;
    !wide.shadow
        && i64::from(wide.score) >= i64::from(enough)
        && wide.score >= narrow.score
        && no_less
        && (as_hard || narrow.action != Certainty::Act)
}

/// Whether `wide` looks wherever and whenever `narrow` does, and no less closely.
fn holds_whenever(wide: &Rule, narrow: &Rule) -> bool {
    let within = |few: &[String], many: &[String]| few.iter().all(|one| many.contains(one));
    let asks_less = |few: &[Need], many: &[Need]| few.iter().all(|need| many.contains(need));
    let starts = wide.start_ms.is_none_or(|wide| narrow.start_ms.is_some_and(|narrow| wide <= narrow));
    let ends = wide.end_ms.is_none_or(|wide| narrow.end_ms.is_some_and(|narrow| wide >= narrow));
    // Whole words are the fewest, words by their script more, words anywhere the most.
    let width = |rule: &Rule| rule.whole_word.map_or(1, |whole| if whole { 0 } else { 2 });
    starts
        && ends
        && (wide.part == Part::Both || wide.part == narrow.part)
        && wide.tier >= narrow.tier
        && wide.act_unsure >= narrow.act_unsure
        && width(wide) >= width(narrow)
        && asks_less(&wide.needs, &narrow.needs)
        && asks_less(&wide.unless, &narrow.unless)
        && within(&wide.exempt_groups, &narrow.exempt_groups)
        && within(&wide.exempt_roles, &narrow.exempt_roles)
}
