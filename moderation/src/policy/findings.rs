//! What is odd about a policy though it can be used.

use std::collections::HashMap;
use std::fmt;

use super::{Place, Policy, Rule};
use crate::fold::fold_word;
use crate::verdict::Certainty;

/// More of them are not told.
const FINDINGS_MAX: usize = 200;

/// One oddity and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Where the rule stands.
    pub at: Place,
    /// The rule.
    pub rule: String,
    /// What is odd.
    pub kind: FindingKind,
}

/// What is odd.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum FindingKind {
    /// The time in which it holds cannot come, or nothing is left of it.
    NeverFires {
        /// Why not.
        why: String,
    },
    /// Another rule finds all that it finds, and counts for more.
    Shadowed {
        /// The other rule.
        by: String,
    },
    /// A word lies wholly within what is allowed.
    DeadWord {
        /// The word.
        word: String,
        /// The phrase that allows it.
        phrase: String,
    },
}

impl fmt::Display for FindingKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NeverFires { why } => write!(f, "can never fire: {why}"),
            Self::Shadowed { by } => {
                write!(f, "is shadowed: the rule `{by}` finds all that it finds and counts for no less")
            }
            Self::DeadWord { word, phrase } => {
                write!(
                    f,
                    "the word `{word}` is dead: the allow phrase `{phrase}` covers it wherever it stands"
                )
            }
        }
    }
}

pub(super) fn of(policy: &Policy) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (at, rule) in policy.rules().iter().enumerate() {
        let mut tell = |kind| {
            if findings.len() < FINDINGS_MAX {
                findings.push(Finding { at: rule.at.clone(), rule: rule.id.to_string(), kind });
            }
        };
        if let Some(why) = never(policy, rule) {
            tell(FindingKind::NeverFires { why });
            continue;
        }
        let dead = dead_words(policy, rule);
        let all = dead.len() == rule.words.len() && !rule.words.is_empty() && only_words(rule);
        if all {
            let why = "every word of it lies within an allow phrase".to_owned();
            tell(FindingKind::NeverFires { why });
        } else if let Some(by) = shadowed_by(policy, at) {
            tell(FindingKind::Shadowed { by });
        }
        dead.into_iter().for_each(&mut tell);
    }
    findings
}

fn only_words(rule: &Rule) -> bool {
    rule.regex.is_empty() && rule.entities.is_empty() && rule.behaviour.is_empty()
}

/// Why a rule can never fire, if it cannot.
fn never(policy: &Policy, rule: &Rule) -> Option<String> {
    if rule.is_empty() && !rule.is_combination() {
        return Some("it looks for brands, and the deployment names none".to_owned());
    }
    let both = rule.needs.iter().find(|need| {
        rule.unless.iter().any(|unless| {
            let meant = policy.rules().iter().filter(|other| need.means(other.id.as_str()));
            meant.clone().count() > 0 && meant.into_iter().all(|other| unless.means(other.id.as_str()))
        })
    });
    if let Some(need) = both {
        return Some(format!("it needs `{need}` and must not have it"));
    }
    let unscored = rule.action == Certainty::Score && rule.score == 0 && !is_needed(policy, rule);
    unscored.then(|| "it adds no score, and no other rule needs it".to_owned())
}

fn is_needed(policy: &Policy, rule: &Rule) -> bool {
    let id = rule.id.as_str();
    policy.rules().iter().any(|other| other.needs.iter().chain(&other.unless).any(|need| need.means(id)))
}

/// Words that are allowed wherever they stand, by a phrase of exactly the same characters.
fn dead_words(policy: &Policy, rule: &Rule) -> Vec<FindingKind> {
    let phrases: HashMap<String, &String> =
        policy.allow().iter().chain(&rule.allow).map(|phrase| (fold_word(phrase), phrase)).collect();
    let dead = rule.words.iter().filter_map(|word| {
        let phrase = phrases.get(&fold_word(word))?;
        Some(FindingKind::DeadWord { word: word.clone(), phrase: (*phrase).clone() })
    });
    dead.collect()
}

/// Another rule that finds every word of this one as it stands, in every group, and counts for no less.
fn shadowed_by(policy: &Policy, at: usize) -> Option<String> {
    let rule = &policy.rules()[at];
    if !only_words(rule) || rule.words.is_empty() || rule.score <= 0 || is_needed(policy, rule) {
        return None;
    }
    let covers = |other: &Rule| {
        other.action >= rule.action
            && other.score >= rule.score
            && !other.shadow
            && other.needs.is_empty()
            && other.unless.is_empty()
            && other.start_ms.is_none()
            && other.end_ms.is_none()
            && other.exempt_groups.is_empty()
            && other.exempt_roles.is_empty()
            && other.allow.is_empty()
            && other.part == rule.part
            && other.tier >= rule.tier
            && other.words.len() >= rule.words.len()
    };
    let words =
        |rule: &Rule| rule.words.iter().map(|w| fold_word(w)).collect::<std::collections::HashSet<_>>();
    let others = policy.rules().iter().enumerate().filter(|(i, other)| *i != at && covers(other));
    let mine = words(rule);
    let mut same = others.filter(|(i, other)| {
        let theirs = words(other);
        mine.is_subset(&theirs) && (mine.len() < theirs.len() || *i < at)
    });
    same.next().map(|(_, other)| other.id.to_string())
}
