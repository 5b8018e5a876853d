//! A linear classifier on character n-grams: trained here, the same on every machine, explaining itself.
//!
//! It is a second opinion on what no rule found. It never acts: at the most a moderator is shown the message.

mod grams;
mod train;

use std::borrow::Cow;
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
    /// The weight of each gram, in steps.
    weights: Cow<'static, [i8]>,
    step: f32,
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
/// What training on them gives: version, samples, step, bias, slope and offset of 4 bytes each, little-endian, and the
/// weights. `cargo test -p moderation learner` says when it is stale, and how to make it anew.
const TRAINED: &[u8] = include_bytes!("../../samples/starter.weights");
const HEAD_BYTES: usize = 24;
static STARTED: LazyLock<Arc<Learner>> = LazyLock::new(|| Arc::new(Learner::trained().unwrap_or_default()));
/// The bytes of the weights as the numbers that they are.
static TRAINED_WEIGHTS: [i8; BUCKETS] = signed(TRAINED);

const fn signed(bytes: &[u8]) -> [i8; BUCKETS] {
    let mut weights = [0; BUCKETS];
    let mut at = 0;
    while at < BUCKETS && HEAD_BYTES + at < bytes.len() {
        weights[at] = bytes[HEAD_BYTES + at].cast_signed();
        at += 1;
    }
    weights
}

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
        let weights = Cow::Owned(vec![0; BUCKETS]);
        Self { version: 0, samples: 0, weights, step: 0.0, bias: -20.0, slope: 1.0, offset: 0.0 }
    }
}

impl Learner {
    /// What the program starts with, trained from the samples that come with it and shared by all engines.
    pub fn starter() -> &'static Arc<Self> {
        &STARTED
    }

    /// The learner that was trained before the program was built.
    fn trained() -> Option<Self> {
        let (head, _) = TRAINED.split_at_checked(HEAD_BYTES)?;
        let word = |nth: usize| <[u8; 4]>::try_from(head.get(4 * nth..4 * nth + 4)?).ok();
        Some(Self {
            version: u32::from_le_bytes(word(0)?),
            samples: u32::from_le_bytes(word(1)?) as usize,
            weights: Cow::Borrowed(&TRAINED_WEIGHTS),
            step: f32::from_le_bytes(word(2)?),
            bias: f32::from_le_bytes(word(3)?),
            slope: f32::from_le_bytes(word(4)?),
            offset: f32::from_le_bytes(word(5)?),
        })
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
        let (mut sum, mut count) = (0, 0);
        grams::each(text, |bucket, _| {
            sum += i32::from(self.weights[bucket]);
            count += 1;
        });
        self.believed(sum, count)
    }

    /// The probability that a sum of so many weights stands for.
    #[expect(clippy::cast_precision_loss, reason = "a sum of 8,000 weights of a byte is exact")]
    fn believed(&self, sum: i32, grams: usize) -> f32 {
        let sum = sum as f32 * self.step * grams::scale(grams) + self.bias;
        logistic(self.slope * sum + self.offset)
    }

    /// What it thinks of a text, and why.
    pub fn opinion(&self, text: &str) -> Opinion {
        let grams = grams::of(text);
        let scale = grams::scale(grams.len());
        let mut telling: Vec<(&Gram, f32)> = grams
            .iter()
            .map(|gram| (gram, f32::from(self.weights[gram.bucket]) * self.step * scale))
            .collect();
        telling.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.at.start.cmp(&b.0.at.start)));
        let mut shown: Vec<(Span, f32)> = Vec::new();
        for (gram, weight) in telling.into_iter().filter(|(_, weight)| *weight > 0.0) {
            let apart = |(span, _): &(Span, f32)| span.end <= gram.at.start || gram.at.end <= span.start;
            if shown.len() < SHOWN && shown.iter().all(apart) {
                shown.push((Span::of(text, gram.at.clone()), weight));
            }
        }
        let sum = grams.iter().map(|gram| i32::from(self.weights[gram.bucket])).sum();
        Opinion { probability: self.believed(sum, grams.len()), telling: shown }
    }

    /// A second opinion on a message in which the rules found nothing to look at. `undefended` says whether nothing
    /// speaks for it that `verdict` does not show.
    pub(crate) fn second(
        &self,
        policy: &Policy,
        message: &Message<'_>,
        verdict: Verdict,
        undefended: impl FnOnce() -> bool,
    ) -> Verdict {
        let Some(from_percent) = policy.learner_from_percent() else { return verdict };
        let few = message.text.chars().take(CHARS_MIN).count() < CHARS_MIN;
        // Where something speaks for the message, rules know better.
        let defended = verdict.hits.iter().any(|hit| hit.score < 0 && !hit.shadow);
        if verdict.outcome != Outcome::Pass || few || defended {
            return verdict;
        }
        let percent = self.probability(message.text) * 100.0;
        if f64::from(percent) < f64::from(from_percent) || !undefended() {
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
const _: () = assert!(TRAINED.len() == HEAD_BYTES + BUCKETS);

#[cfg(test)]
mod tests {
    use super::*;

    /// `GUILDHALL_WRITE_STARTER=1 cargo test -p moderation learner` writes the file.
    #[test]
    fn what_is_shipped_is_what_training_gives() {
        let trained = Learner::train(1, &starter_samples()).unwrap();
        let mut bytes = Vec::new();
        bytes.extend(trained.version.to_le_bytes());
        bytes.extend(u32::try_from(trained.samples).unwrap().to_le_bytes());
        let floats = |learner: &Learner| [learner.step, learner.bias, learner.slope, learner.offset];
        floats(&trained).iter().for_each(|float| bytes.extend(float.to_le_bytes()));
        bytes.extend(trained.weights.iter().map(|weight| weight.cast_unsigned()));
        if std::env::var_os("GUILDHALL_WRITE_STARTER").is_some() {
            std::fs::write(concat!(env!("CARGO_MANIFEST_DIR"), "/samples/starter.weights"), &bytes).unwrap();
            return;
        }
        let shipped = Learner::starter();
        assert_eq!((shipped.version, shipped.samples), (trained.version, trained.samples));
        // Another C library may round `exp` otherwise.
        for (is, should) in floats(shipped).into_iter().zip(floats(&trained)) {
            assert!((is - should).abs() <= 0.01 * should.abs().max(0.01), "{is} {should}: the file is stale");
        }
        let off = shipped.weights.iter().zip(trained.weights.iter()).filter(|(a, b)| a.abs_diff(**b) > 1);
        assert_eq!(off.count(), 0, "the file is stale");
    }

    #[test]
    fn the_starter_set_teaches_something() {
        let learner = Learner::starter();
        assert_eq!(learner.samples(), starter_samples().len(), "no sample repeats or contradicts another");
        assert!(learner.probability("手机兼职，日结，名额不多，加我") > 0.7);
        assert!(learner.probability("请问发票邮箱在哪里改") < 0.3);
    }
}
