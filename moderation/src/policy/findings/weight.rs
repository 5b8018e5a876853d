//! Rules of which nothing comes, whatever fires beside them.

use super::{FindingKind, is_asked_for};
use crate::policy::{Policy, Rule};
use crate::verdict::Certainty;

/// The learner adds at most so many times the threshold `flag`.
const LEARNER_FLAGS: i64 = 3;

/// What the rules that can fire add up to at the most.
pub(super) struct Totals {
    /// Those that count towards acting.
    acting: i64,
    /// All of them, and the learner where it is asked.
    all: i64,
}

impl Totals {
    /// Adds up the rules at these places.
    pub(super) fn of(policy: &Policy, live: impl Iterator<Item = usize>) -> Self {
        let mut totals = Self { acting: 0, all: 0 };
        for rule in live.map(|at| &policy.rules()[at]).filter(|rule| !rule.shadow) {
            let worth = i64::from(rule.score.max(0));
            totals.all += worth;
            totals.acting += if rule.action == Certainty::Flag { 0 } else { worth };
        }
        if policy.learner_from_percent().is_some() {
            totals.all += LEARNER_FLAGS * i64::from(policy.thresholds().flag);
        }
        totals
    }

    /// That nothing comes of the rule at that place, or not what it is for.
    pub(super) fn in_vain(&self, policy: &Policy, at: usize) -> Option<FindingKind> {
        let rule: &Rule = &policy.rules()[at];
        if rule.shadow {
            return None;
        }
        let (flag, act) = (policy.thresholds().flag, policy.thresholds().act);
        if rule.score == 0 && !is_asked_for(policy, rule) {
            let why = "it adds no score, and no other rule needs it".to_owned();
            return Some(FindingKind::NeverCounts { why });
        }
        if rule.score <= 0 {
            return None;
        }
        let acts = self.acting >= i64::from(act);
        if self.all < i64::from(flag) && !acts {
            let why = format!("a message is shown from {flag} on, and all rules together reach {}", self.all);
            return Some(FindingKind::NeverCounts { why });
        }
        (rule.action == Certainty::Act && !acts).then(|| {
            let most = self.acting;
            let why = format!("the bot acts from {act} on, and all rules that count towards it reach {most}");
            FindingKind::NeverActs { why }
        })
    }
}
