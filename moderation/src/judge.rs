//! Weighs what was found: which rules count, what they add up to, and what comes of it.

use crate::category::Category;
use crate::fold::{Tier, ViewKind};
use crate::policy::{Asking, Policy, Rule};
use crate::verdict::{Certainty, Hit, HitKind, Outcome, Span, Verdict};

/// How one rule fared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fired {
    No,
    /// Only by ways of reading that may be wrong.
    Unsure,
    Sure,
}

/// Weighs the hits of one message, and gives what they add up to, which may be below 0.
pub(crate) fn judge(policy: &Policy, hits: Vec<Hit>) -> (Verdict, i64) {
    let mut bench = Bench::new(policy, hits);
    bench.hear_rules_on_rules();
    bench.verdict()
}

struct Bench<'p> {
    policy: &'p Policy,
    hits: Vec<Hit>,
    /// For each rule, how it fared.
    fired: Vec<Fired>,
}

impl<'p> Bench<'p> {
    fn new(policy: &'p Policy, hits: Vec<Hit>) -> Self {
        let mut fired = vec![Fired::No; policy.rules().len()];
        for hit in &hits {
            let sure = if hit.view.tier() == Tier::Sure { Fired::Sure } else { Fired::Unsure };
            if let Some(at) = policy.rule_index(hit.rule.as_str()) {
                fired[at] = fired[at].max(sure);
            }
        }
        Self { policy, hits, fired }
    }

    /// Drops rules whose needs are not met, and adds those that are made of others. Rules name only rules before them,
    /// so one pass is enough.
    fn hear_rules_on_rules(&mut self) {
        let policy = self.policy;
        let mut dropped = false;
        for asking in policy.asking() {
            let (at, rule) = (asking.rule, &policy.rules()[asking.rule]);
            let combines = rule.is_combination() && !rule.needs.is_empty();
            if self.fired[at] == Fired::No && !combines {
                continue;
            }
            match self.met(asking) {
                None => {
                    dropped |= self.fired[at] != Fired::No;
                    self.fired[at] = Fired::No;
                }
                Some(how) if rule.is_combination() => {
                    self.fired[at] = how;
                    let hit = self.together(rule, how);
                    self.hits.push(hit);
                }
                Some(_) => {}
            }
        }
        if dropped {
            let fired = &self.fired;
            self.hits
                .retain(|hit| policy.rule_index(hit.rule.as_str()).is_some_and(|at| fired[at] != Fired::No));
        }
    }

    /// How surely all that a rule needs was found; `None` where something is missing or forbids it.
    fn met(&self, asking: &Asking) -> Option<Fired> {
        if asking.unless.iter().any(|unless| self.fired[*unless] != Fired::No) {
            return None;
        }
        asking.needs.iter().try_fold(Fired::Sure, |least, need| {
            let most = need.iter().map(|rule| self.fired[*rule]).max()?;
            (most != Fired::No).then_some(least.min(most))
        })
    }

    /// The hit of a rule that is made of others: one place of each that it needs.
    fn together(&self, rule: &Rule, how: Fired) -> Hit {
        let mut spans: Vec<Span> = rule
            .needs
            .iter()
            .filter_map(|need| {
                let meant = |hit: &&Hit| !hit.in_name && need.means(hit.rule.as_str());
                self.hits.iter().find(meant).and_then(|hit| hit.spans.first().cloned())
            })
            .collect();
        spans.sort_by_key(|span| span.start);
        let pattern: Vec<String> = rule.needs.iter().map(ToString::to_string).collect();
        let unsure = || {
            let seen = self.hits.iter().map(|hit| hit.view);
            seen.filter(|view| view.tier() == Tier::Unsure).max().unwrap_or(ViewKind::Exact)
        };
        let view = if how == Fired::Sure { ViewKind::Exact } else { unsure() };
        Hit::of(rule, self.policy.version(), HitKind::Together, &pattern.join(" + "), view, spans)
    }

    /// What a rule that fired adds: half where only an unsure way of reading found it.
    fn worth(rule: &Rule, fired: Fired) -> i64 {
        match fired {
            Fired::No => 0,
            Fired::Unsure if !rule.act_unsure && rule.score > 0 => i64::from(rule.score) / 2,
            _ => i64::from(rule.score),
        }
    }

    fn verdict(mut self) -> (Verdict, i64) {
        let (mut all, mut acting, mut sure) = (0_i64, 0_i64, false);
        let mut by_category = [0_i64; Category::ALL.len()];
        for (rule, fired) in self.policy.rules().iter().zip(&self.fired) {
            if *fired == Fired::No || rule.shadow {
                continue;
            }
            let worth = Self::worth(rule, *fired);
            all += worth;
            if rule.action != Certainty::Flag {
                acting += worth;
                sure |= worth > 0 && (*fired == Fired::Sure || rule.act_unsure);
            } else if worth < 0 {
                acting += worth;
            }
            if let Some(category) = rule.category {
                by_category[category as usize] += worth;
            }
        }
        let thresholds = self.policy.thresholds();
        let outcome = match () {
            () if sure && acting >= i64::from(thresholds.act) => Outcome::Act,
            () if all >= i64::from(thresholds.flag) => Outcome::Flag,
            () => Outcome::Pass,
        };
        let most = Category::ALL.iter().rev().max_by_key(|category| by_category[**category as usize]);
        let category = most.copied().filter(|category| by_category[*category as usize] > 0);
        self.hits.sort_by_key(|hit| (hit.in_name, hit.spans.first().map_or(usize::MAX, |span| span.start)));
        let score = u32::try_from(all.max(0)).unwrap_or(u32::MAX);
        let policy_version = self.policy.version();
        (Verdict { policy_version, hits: self.hits, outcome, category, score }, all)
    }
}
