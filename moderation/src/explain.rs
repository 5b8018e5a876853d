//! An explanation as plain data: who shows it turns it into sentences.

use serde::{Deserialize, Serialize};

use crate::category::Category;
use crate::fold::ViewKind;
use crate::ladder::Rung;
use crate::policy::{Bilingual, Policy};
use crate::verdict::{Certainty, HitKind, Outcome, RuleId, Span, Verdict};

/// Everything there is to say about why a message was judged as it was; complete in itself, so that a case that
/// keeps it can be read when the policy has long moved on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Explanation {
    /// The version of the policy that was in force.
    pub policy_version: u32,
    /// What came of the check.
    pub outcome: Outcome,
    /// What sort of harm it is.
    #[serde(default)]
    pub category: Option<Category>,
    /// What the rules add up to.
    #[serde(default)]
    pub score: u32,
    /// The rules that fired: those that count, gravest first, then those that speak for the message or are in shadow.
    pub rules: Vec<RuleNote>,
    /// What the ladder says, where it was asked.
    pub ladder: Option<Rung>,
}

/// One broken rule with its proof.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleNote {
    /// Its id.
    pub rule: RuleId,
    /// What the policy calls it.
    pub title: Bilingual,
    /// What the policy says to the person who broke it, if it says more than the title.
    pub message: Option<Bilingual>,
    /// Whether it acts by itself.
    pub certainty: Certainty,
    /// What it weighs on the ladder.
    pub points: u32,
    /// What it adds to the score.
    #[serde(default)]
    pub score: i32,
    /// Whether it is in shadow, and did not count.
    #[serde(default)]
    pub shadow: bool,
    /// What matched, and where.
    pub evidence: Vec<Evidence>,
}

/// One word or expression and the characters that matched it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// Word or regular expression.
    pub kind: HitKind,
    /// The policy's own word or expression.
    pub pattern: String,
    /// How the message had to be read to find it.
    pub view: ViewKind,
    /// Whether it was found in the writer's name, and `spans` lie there.
    #[serde(default)]
    pub in_name: bool,
    /// The exact characters.
    pub spans: Vec<Span>,
}

/// Explains `verdict` in the words of `policy`.
pub(crate) fn explain(policy: &Policy, verdict: &Verdict, ladder: Option<Rung>) -> Explanation {
    let mut rules: Vec<RuleNote> = Vec::new();
    for hit in &verdict.hits {
        let evidence = Evidence {
            kind: hit.kind,
            pattern: hit.pattern.clone(),
            view: hit.view,
            in_name: hit.in_name,
            spans: hit.spans.clone(),
        };
        if let Some(note) = rules.iter_mut().find(|note| note.rule == hit.rule) {
            note.evidence.push(evidence);
            continue;
        }
        let rule = policy.rule(hit.rule.as_str());
        rules.push(RuleNote {
            rule: hit.rule.clone(),
            title: policy.title_of(hit.rule.as_str()),
            message: rule.and_then(|rule| rule.message.clone()),
            certainty: hit.certainty,
            points: hit.points,
            score: hit.score,
            shadow: hit.shadow,
            evidence: vec![evidence],
        });
    }
    rules.sort_by_key(|note| {
        let counts = !note.shadow && note.score > 0;
        std::cmp::Reverse((counts, note.certainty, note.points, note.score))
    });
    Explanation {
        policy_version: verdict.policy_version,
        outcome: verdict.outcome,
        category: verdict.category,
        score: verdict.score,
        rules,
        ladder,
    }
}
