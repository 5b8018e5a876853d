//! What is odd about a policy though it can be used.

mod idle;
mod shadowed;
mod weight;

use std::fmt;

use super::{Place, Policy, Rule};
use shadowed::Reach;
use weight::Totals;

/// More of them are not told.
const FINDINGS_MAX: usize = 200;

/// What lies outside a policy and decides whether its rules can fire.
#[derive(Debug, Clone, Copy, Default)]
pub struct Around<'a> {
    /// The present time, unix milliseconds; without it no rule has ended.
    pub now_ms: Option<i64>,
    /// What the writers can be whose messages are judged, by the words of `exempt_roles`; empty: anything.
    pub roles: &'a [&'a str],
}

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
    /// Nothing that it looks for can be found, or never when it holds.
    NeverFires {
        /// Why not.
        why: String,
    },
    /// It may fire, and nothing comes of it.
    NeverCounts {
        /// Why not.
        why: String,
    },
    /// The bot is to act on it, and whatever fires beside it does not.
    NeverActs {
        /// Why not.
        why: String,
    },
    /// Another rule finds all that it finds, and counts for no less.
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
    /// One of the things that it looks for can never be found.
    DeadPart {
        /// The thing.
        what: String,
        /// Why not.
        why: String,
    },
    /// A key changes nothing.
    NoEffect {
        /// The key.
        key: &'static str,
        /// Why not.
        why: String,
    },
}

impl fmt::Display for FindingKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NeverFires { why } => write!(f, "can never fire: {why}"),
            Self::NeverCounts { why } => write!(f, "can fire, but nothing comes of it: {why}"),
            Self::NeverActs { why } => write!(f, "can never act: {why}"),
            Self::Shadowed { by } => {
                write!(f, "is shadowed: the rule `{by}` finds all that it finds and counts for no less")
            }
            Self::DeadWord { word, phrase } => {
                write!(
                    f,
                    "has the dead word `{word}`: the allow phrase `{phrase}` covers it wherever it stands"
                )
            }
            Self::DeadPart { what, why } => write!(f, "can never find {what}: {why}"),
            Self::NoEffect { key, why } => write!(f, "gains nothing by `{key}`: {why}"),
        }
    }
}

/// Every oddity, in the order of the rules.
pub(super) fn of(policy: &Policy, around: &Around<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    let idle: Vec<_> = idle::all(policy, around);
    let live = |at: &usize| idle[*at].never.is_none();
    let totals = Totals::of(policy, (0..policy.rules().len()).filter(live));
    let reach = Reach::of(policy);
    for (at, (rule, idle)) in policy.rules().iter().zip(&idle).enumerate() {
        let mut kinds = Vec::new();
        if let Some(why) = &idle.never {
            kinds.push(FindingKind::NeverFires { why: why.clone() });
        } else if let Some(kind) = totals.in_vain(policy, at) {
            kinds.push(kind);
        } else if let Some(by) = reach.shadowed_by(policy, at, live) {
            kinds.push(FindingKind::Shadowed { by });
        }
        kinds.extend(idle.parts.iter().cloned());
        kinds.extend(no_effect(rule, around));
        let room = FINDINGS_MAX.saturating_sub(findings.len());
        let found = |kind| Finding { at: rule.at.clone(), rule: rule.id.to_string(), kind };
        findings.extend(kinds.into_iter().take(room).map(found));
    }
    findings
}

/// Keys of a rule that change nothing.
fn no_effect(rule: &Rule, around: &Around<'_>) -> Vec<FindingKind> {
    let mut found = Vec::new();
    let mut tell = |key, why: String| found.push(FindingKind::NoEffect { key, why });
    let unsure = rule.tier == crate::fold::Tier::Unsure;
    let has_han = |word: &String| word.chars().any(crate::fold::script::is_han);
    if unsure && !rule.words.iter().any(has_han) {
        tell("views", "unsure views look only for `words` with Chinese characters in them".to_owned());
    }
    if rule.act_unsure && !unsure && rule.needs.is_empty() {
        tell("act_unsure", "it reads by sure views alone".to_owned());
    }
    if rule.whole_word.is_some() && rule.words.is_empty() {
        tell("whole_word", "it has no `words`".to_owned());
    }
    if !rule.allow.is_empty() && rule.words.is_empty() && rule.regex.is_empty() {
        tell("allow", "it has neither `words` nor `regex`".to_owned());
    }
    for role in rule.exempt_roles.iter().filter(|role| !around.roles.contains(&role.as_str())) {
        if !around.roles.is_empty() {
            let roles = around.roles.join("`, `");
            tell("exempt_roles", format!("`{role}` is nobody whose messages are judged; that is `{roles}`"));
        }
    }
    found
}

/// Whether another rule asks for this one.
fn is_asked_for(policy: &Policy, rule: &Rule) -> bool {
    let id = rule.id.as_str();
    policy.rules().iter().any(|other| other.needs.iter().chain(&other.unless).any(|need| need.means(id)))
}
