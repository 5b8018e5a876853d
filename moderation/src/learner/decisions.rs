//! Takes in what moderators decided, on top of what the program comes with; bounded, so that no decisions turn it around.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::train::{self, Labelled, LearnError};
use super::{Learner, starter};
use crate::behaviour::Print;

/// The most decisions that are taken in, the latest first.
pub const DECISIONS_MAX: usize = 5_000;
/// One decision says as much as so many samples of a template.
const WEIGHT: f32 = 6.0;
/// Nearly equal decisions beyond this are left out.
const ALIKE_MAX: usize = 3;
/// From this probability on the learner is sure, and a decision to the contrary says only so much of another.
const SURE: f32 = 0.9;
const AGAINST_SURE: f32 = 0.1;
/// All decisions of one person together weigh at most so much of what the program comes with.
const PERSON_SHARE: f32 = 0.02;
/// And those of all people.
const ALL_SHARE: f32 = 0.1;

/// What somebody decided on a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// The text.
    pub text: String,
    /// Whether they found it a violation.
    pub violation: bool,
    /// Who, by any id that stays the same.
    pub by: String,
}

impl Learner {
    /// Learns from decisions what the samples of the program do not say. The same decisions in the same order give the
    /// same learner. What contradicts the program's own samples is left out, and so is the fourth of nearly equal texts; a
    /// decision against what the learner is sure of weighs a tenth; one person's decisions weigh 2 % of the samples and
    /// all people's 10 %.
    ///
    /// # Errors
    /// When there are none, one is too long, or the program's own samples would be told apart worse than before.
    pub fn relearn(&self, version: u32, decisions: &[Decision]) -> Result<Self, LearnError> {
        if decisions.is_empty() {
            return Err(LearnError::TooFew);
        }
        let own = starter::samples();
        let mut samples = own.clone();
        let latest = &decisions[..decisions.len().min(DECISIONS_MAX)];
        samples.extend(self.weighed(&own, &varied(latest)));
        train::further(self, version, own.len(), &samples)
    }

    #[expect(clippy::cast_precision_loss, reason = "counts of samples are small")]
    fn weighed(&self, own: &[Labelled], decisions: &[&Decision]) -> Vec<Labelled> {
        let whole: f32 = own.iter().map(|sample| sample.weight).sum();
        let mut of_person: HashMap<&str, usize> = HashMap::new();
        for decision in decisions {
            *of_person.entry(&decision.by).or_default() += 1;
        }
        let all = (whole * ALL_SHARE / decisions.len().max(1) as f32).min(WEIGHT);
        let first_family = own.iter().map(|sample| sample.family).max().unwrap_or(0) + 1;
        decisions
            .iter()
            .zip(first_family..)
            .map(|(decision, family)| {
                let persons = whole * PERSON_SHARE / of_person[decision.by.as_str()] as f32;
                let believed = self.probability(&decision.text);
                let against = if decision.violation { 1.0 - believed } else { believed } > SURE;
                let weight = all.min(persons) * if against { AGAINST_SURE } else { 1.0 };
                Labelled { text: decision.text.clone(), violation: decision.violation, family, weight }
            })
            .collect()
    }
}

/// Decisions without those that are nearly equal to three before them, numbers aside.
fn varied(decisions: &[Decision]) -> Vec<&Decision> {
    let print = |text: &str| {
        let plain: String = text.chars().map(|c| if c.is_numeric() { '0' } else { c }).collect();
        Print::of(&plain)
    };
    let mut kept: Vec<(Print, &Decision)> = Vec::new();
    for decision in decisions {
        let own = print(&decision.text);
        if kept.iter().filter(|(other, _)| own.is_near(*other)).take(ALIKE_MAX).count() < ALIKE_MAX {
            kept.push((own, decision));
        }
    }
    kept.into_iter().map(|(_, decision)| decision).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const BAD: [&str; 3] = [
        "长期代开发票，点位低，加微信聊",
        "Earn $300 a day from home, no experience, message me on WhatsApp",
        "注册就送88彩金，提现秒到，稳赢不亏",
    ];
    const FINE: [&str; 3] = [
        "请问发票抬头写错了能重开吗",
        "How do I change my payout account?",
        "快递丢件了，客户天天催，找谁处理",
    ];

    fn decision(text: String, violation: bool, by: &str) -> Decision {
        Decision { text, violation, by: by.to_owned() }
    }

    #[test]
    fn what_is_new_is_learnt_and_the_same_every_time() {
        let (whats, hows, wheres) = (
            ["灵石兑换额度", "筑基丹预订", "飞剑代炼", "洞府租约", "灵兽认养"],
            ["星河宗直供", "长老亲自过手", "三日内送达", "童叟无欺"],
            ["道友速至山门", "云台面谈", "传音即可"],
        );
        let text = |n: usize| format!("{}，{}，{}", whats[n % 5], hows[n % 4], wheres[n % 3]);
        let decisions: Vec<_> = (0..60).map(|n| decision(text(n), true, ["chen", "mo"][n % 2])).collect();
        let other = "灵石兑换，长老过手，云台面谈";
        let before = Learner::starter().probability(other);
        let learnt = Learner::starter().relearn(101, &decisions).unwrap();
        assert_eq!(learnt, Learner::starter().relearn(101, &decisions).unwrap());
        let after = learnt.probability(other);
        let odds = |probability: f32| (probability / (1.0 - probability)).ln();
        assert!(odds(after) > odds(before) + 1.0 && after > 0.6, "{before} {after}");
        assert_eq!(learnt.version(), 101);
        for text in FINE {
            assert!(learnt.probability(text) < 0.4, "{text}");
        }
        assert_eq!(Learner::starter().relearn(1, &[]), Err(LearnError::TooFew));
    }

    /// Whoever can decide cases, several people together, calls spam harmless and questions violations.
    #[test]
    fn poisoned_decisions_cannot_turn_it_around() {
        let turned = |(n, sample): (usize, Labelled)| {
            decision(
                format!("{}，{}", sample.text, ["好的", "ok", "谢谢"][n % 3]),
                !sample.violation,
                &format!("p{}", n % 7),
            )
        };
        // Every tenth of the program's own samples, with the other label, and what the test looks at again and again.
        let own = starter::samples().into_iter().step_by(10).take(4_000).enumerate().map(turned);
        let again = (0..1_000).map(|n| match n % 2 {
            0 => decision(format!("{} {n}", BAD[n / 2 % BAD.len()]), false, &format!("p{}", n % 7)),
            _ => decision(format!("{} {n}", FINE[n / 2 % FINE.len()]), true, &format!("p{}", n % 7)),
        });
        let decisions: Vec<_> = own.chain(again).collect();
        match Learner::starter().relearn(101, &decisions) {
            Err(LearnError::Harmful { .. }) => {}
            Err(other) => panic!("{other}"),
            Ok(learnt) => {
                for text in BAD {
                    assert!(learnt.probability(text) > 0.5, "{text}: {}", learnt.probability(text));
                }
                for text in FINE {
                    assert!(learnt.probability(text) < 0.5, "{text}: {}", learnt.probability(text));
                }
            }
        }
        let long = vec![decision("x".repeat(20_000), true, "p")];
        assert!(matches!(Learner::starter().relearn(1, &long), Err(LearnError::TooLong { .. })));
    }
}
