//! A linear classifier on character n-grams: trained here, the same on every machine, explaining itself.
//!
//! It is a second opinion on what no rule found. It never acts: at the most a moderator is shown the message.

mod grams;
mod train;

use std::sync::{Arc, LazyLock};

use serde::{Deserialize, Serialize};

use crate::engine::Message;
use crate::fold::ViewKind;
use crate::policy::Policy;
use crate::verdict::{Certainty, Hit, HitKind, Outcome, RuleId, Span, Verdict};

use grams::{BUCKETS, Gram};
pub use train::{LearnError, Sample};

/// The id under which its hits are told; no rule of a policy can be called so.
pub const RULE: &str = "*learner";
/// Shorter messages say too little.
const CHARS_MIN: usize = 6;
/// How many of the telling n-grams are shown.
const SHOWN: usize = 5;

/// What was learnt from samples.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Learner {
    /// Raised with each training.
    version: u32,
    /// How many samples it was trained on.
    samples: usize,
    weights: Vec<f32>,
    bias: f32,
    /// Stretches the sum so that the probability is true on samples that were held out.
    slope: f32,
    offset: f32,
}

/// What the learner thinks of a text.
#[derive(Debug, Clone, PartialEq)]
pub struct Opinion {
    /// How likely it is a violation, from 0 to 1.
    pub probability: f32,
    /// The n-grams that speak most for it, with what each adds, and where they stand.
    pub telling: Vec<(Span, f32)>,
}

/// The samples that come with the program.
const STARTER: &str = include_str!("../../samples/starter.txt");
static STARTED: LazyLock<Arc<Learner>> =
    LazyLock::new(|| Arc::new(Learner::train(1, &starter_samples()).unwrap_or_default()));

/// The samples that come with the program, to be trained on together with others.
pub fn starter_samples() -> Vec<Sample> {
    let sample = |line: &str| {
        let violation = line.starts_with("+ ");
        let text = line.strip_prefix("+ ").or(line.strip_prefix("- "))?;
        Some(Sample { text: text.to_owned(), violation })
    };
    STARTER.lines().filter_map(sample).collect()
}

impl Default for Learner {
    /// One that knows nothing, and says so: 0.
    fn default() -> Self {
        Self { version: 0, samples: 0, weights: vec![0.0; BUCKETS], bias: -20.0, slope: 1.0, offset: 0.0 }
    }
}

impl Learner {
    /// What the program starts with, trained once from the samples that come with it and shared by all engines.
    pub fn starter() -> &'static Arc<Self> {
        &STARTED
    }

    /// Trains on samples: the same samples in the same order give the same learner on every machine.
    ///
    /// # Errors
    /// When the samples are too few, too many, too long, or all of one label.
    pub fn train(version: u32, samples: &[Sample]) -> Result<Self, LearnError> {
        train::train(version, samples)
    }

    /// The number of this training.
    pub fn version(&self) -> u32 {
        self.version
    }

    /// How many samples it was trained on.
    pub fn samples(&self) -> usize {
        self.samples
    }

    /// How likely a text is a violation, from 0 to 1.
    pub fn probability(&self, text: &str) -> f32 {
        let grams = grams::of(text);
        logistic(self.slope * self.sum(&grams) + self.offset)
    }

    /// What it thinks of a text, and why.
    pub fn opinion(&self, text: &str) -> Opinion {
        let grams = grams::of(text);
        let scale = grams::scale(grams.len());
        let mut telling: Vec<(&Gram, f32)> =
            grams.iter().map(|gram| (gram, self.weights[gram.bucket] * scale)).collect();
        telling.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.at.start.cmp(&b.0.at.start)));
        let mut shown: Vec<(Span, f32)> = Vec::new();
        for (gram, weight) in telling.into_iter().filter(|(_, weight)| *weight > 0.0) {
            let apart = |(span, _): &(Span, f32)| span.end <= gram.at.start || gram.at.end <= span.start;
            if shown.len() < SHOWN && shown.iter().all(apart) {
                shown.push((Span::of(text, gram.at.clone()), weight));
            }
        }
        let probability = logistic(self.slope * self.sum(&grams) + self.offset);
        Opinion { probability, telling: shown }
    }

    fn sum(&self, grams: &[Gram]) -> f32 {
        let scale = grams::scale(grams.len());
        grams.iter().map(|gram| self.weights[gram.bucket]).sum::<f32>() * scale + self.bias
    }

    /// A second opinion on a message in which the rules found nothing to look at.
    pub(crate) fn second(&self, policy: &Policy, message: &Message<'_>, verdict: Verdict) -> Verdict {
        let Some(from_percent) = policy.learner_from_percent() else { return verdict };
        let few = message.text.chars().take(CHARS_MIN).count() < CHARS_MIN;
        // Where something speaks for the message, rules know better.
        let defended = verdict.hits.iter().any(|hit| hit.score < 0 && !hit.shadow);
        if verdict.outcome != Outcome::Pass || few || defended {
            return verdict;
        }
        let percent = self.probability(message.text) * 100.0;
        if f64::from(percent) < f64::from(from_percent) {
            return verdict;
        }
        let mut spans: Vec<Span> =
            self.opinion(message.text).telling.into_iter().map(|(span, _)| span).collect();
        spans.sort_by_key(|span| span.start);
        let flag = policy.thresholds().flag;
        let mut hits = verdict.hits;
        hits.push(Hit {
            rule: RuleId::new(RULE),
            version: self.version,
            kind: HitKind::Learnt,
            pattern: format!("{percent:.0} %"),
            view: ViewKind::Exact,
            spans,
            in_name: false,
            certainty: Certainty::Flag,
            score: i32::try_from(flag).unwrap_or(i32::MAX),
            points: 1,
            shadow: false,
        });
        Verdict { hits, outcome: Outcome::Flag, score: verdict.score.max(flag), ..verdict }
    }
}

fn logistic(sum: f32) -> f32 {
    1.0 / (1.0 + (-sum).exp())
}

const _: () = assert!(BUCKETS.is_power_of_two());

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_starter_set_teaches_something() {
        let learner = Learner::starter();
        assert_eq!(learner.samples(), starter_samples().len(), "no sample repeats or contradicts another");
        assert!(learner.probability("手机兼职，日结，名额不多，加我") > 0.7);
        assert!(learner.probability("请问发票邮箱在哪里改") < 0.3);
    }
}
