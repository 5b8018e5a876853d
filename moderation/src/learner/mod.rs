//! A linear classifier on character n-grams: trained here, the same on every machine, explaining itself.
//!
//! It is a second opinion on what no rule found. It never acts: at the most a moderator is shown the message.

mod decisions;
mod grams;
mod starter;
mod train;

use std::borrow::Cow;
use std::sync::{Arc, LazyLock};

use serde::{Deserialize, Serialize};

use crate::engine::Message;
use crate::fold::ViewKind;
use crate::policy::Policy;
use crate::verdict::{Certainty, Hit, HitKind, Outcome, RuleId, Span, Verdict};

pub use decisions::{DECISIONS_MAX, Decision};
use grams::{BUCKETS, Gram};
pub use train::{LearnError, Sample};

/// The id under which its hits are told; no rule of a policy can be called so.
pub const RULE: &str = "*learner";
/// What each step of the log-odds (a factor of 2.7 in the odds) counts for.
const POINTS_OF_A_STEP: f64 = 20.0;
/// From so many grams on (some nine characters of Han, eight words) what it thinks counts in full.
const GRAMS_ENOUGH: f64 = 24.0;
/// Shorter messages say too little.
const CHARS_MIN: usize = 6;
/// What is shown says so much of what the most telling place says.
const TELLING_SHARE: f32 = 0.3;
/// How many of the telling places are shown.
const SHOWN: usize = 5;

/// What was learnt from samples.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Learner {
    /// Raised with each training.
    version: u32,
    /// How many samples it was trained on.
    samples: usize,
    /// The weight of each gram, in steps.
    weights: Cow<'static, [u8]>,
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
    /// The places that speak most for it, gravest first, with what each adds to the log-odds.
    pub telling: Vec<(Span, f32)>,
}

/// What training on them gives: version, samples, step, bias, slope and offset of 4 bytes each, little-endian, and the
/// weights. `cargo test -p moderation learner` says when it is stale, and how to make it anew.
const TRAINED: &[u8] = include_bytes!("../../samples/starter.weights");
const HEAD_BYTES: usize = 24;
static STARTED: LazyLock<Arc<Learner>> = LazyLock::new(|| Arc::new(Learner::trained().unwrap_or_default()));
/// The samples that come with the program, to be trained on together with others.
pub fn starter_samples() -> Vec<Sample> {
    let sample = |labelled: train::Labelled| Sample { text: labelled.text, violation: labelled.violation };
    starter::samples().into_iter().map(sample).collect()
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
        let (head, weights) = TRAINED.split_at_checked(HEAD_BYTES)?;
        let word = |nth: usize| <[u8; 4]>::try_from(head.get(4 * nth..4 * nth + 4)?).ok();
        Some(Self {
            version: u32::from_le_bytes(word(0)?),
            samples: u32::from_le_bytes(word(1)?) as usize,
            weights: Cow::Borrowed(weights),
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
        let alone = |(family, sample): (usize, &Sample)| train::Labelled {
            text: sample.text.clone(),
            violation: sample.violation,
            family,
            weight: 1.0,
        };
        train::train(version, &samples.iter().enumerate().map(alone).collect::<Vec<_>>())
    }

    /// Trains on the samples that come with the program.
    ///
    /// # Errors
    /// As [`Learner::train`]; never as they are shipped.
    pub fn train_starter(version: u32) -> Result<Self, LearnError> {
        train::train(version, &starter::samples())
    }

    /// The weight of one gram, in steps.
    fn weight(&self, bucket: usize) -> i32 {
        i32::from(self.weights[bucket].cast_signed())
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
        self.read(text).0
    }

    /// How likely a text is a violation, and how many grams say so.
    fn read(&self, text: &str) -> (f32, usize) {
        let (mut sum, mut count) = (0, 0);
        grams::each(text, |bucket, _| {
            sum += self.weight(bucket);
            count += 1;
        });
        (self.believed(sum, count), count)
    }

    /// How likely a text of these grams is a violation.
    fn believes(&self, grams: &[u32]) -> f32 {
        self.believed(grams.iter().map(|gram| self.weight(*gram as usize)).sum(), grams.len())
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
        let sum = grams.iter().map(|gram| self.weight(gram.bucket)).sum();
        Opinion { probability: self.believed(sum, grams.len()), telling: self.telling(text, &grams) }
    }

    /// The places that speak most for a violation: what each gram says is spread over its bytes, and places that say
    /// much side by side are one.
    #[expect(clippy::cast_precision_loss, reason = "a weight is a byte")]
    fn telling(&self, text: &str, grams: &[Gram]) -> Vec<(Span, f32)> {
        let scale = grams::scale(grams.len()) * self.step;
        let mut said = vec![0.0_f32; text.len()];
        for gram in grams {
            let share = self.weight(gram.bucket) as f32 * scale / gram.at.len().max(1) as f32;
            said[gram.at.clone()].iter_mut().for_each(|byte| *byte += share);
        }
        let much = said.iter().copied().fold(0.0, f32::max) * TELLING_SHARE;
        let mut places: Vec<(Span, f32)> = said
            .chunk_by(|a, b| (*a > much) == (*b > much))
            .scan(0, |at, chunk| {
                let start = *at;
                *at += chunk.len();
                Some((start..*at, chunk))
            })
            .filter(|(_, chunk)| chunk[0] > much)
            .filter_map(|(at, chunk)| Some((text.get(at.clone())?, at, chunk.iter().sum::<f32>())))
            .filter(|(shown, ..)| shown.chars().filter(|c| c.is_alphanumeric()).count() > 1)
            .map(|(_, at, weight)| (Span::of(text, at), weight))
            .collect();
        places.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.start.cmp(&b.0.start)));
        places.truncate(SHOWN);
        places
    }

    /// What it thinks of a message, as points that count beside those of rules: what `flag_from_percent` says is as much
    /// as the threshold `flag`, and each step of the log-odds above or below is [`POINTS_OF_A_STEP`] more or less.
    /// Nothing where the policy does not ask, or there is too little to read.
    pub(crate) fn hear(&self, policy: &Policy, message: &Message<'_>) -> Option<Heard> {
        let from = f64::from(policy.learner_from_percent()?.min(99)) / 100.0;
        if message.text.chars().take(CHARS_MIN).count() < CHARS_MIN {
            return None;
        }
        let (probability, grams) = self.read(message.text);
        let odds = |p: f64| (p / (1.0 - p)).ln();
        let steps = odds(f64::from(probability).clamp(0.001, 0.999)) - odds(from);
        let flag = i64::from(policy.thresholds().flag);
        // Of a few words it knows little, however sure it is of them.
        let heard = (grams as f64 / GRAMS_ENOUGH).min(1.0);
        let score = ((flag as f64 + steps * POINTS_OF_A_STEP) * heard).round() as i64;
        Some(Heard { percent: probability * 100.0, score: score.clamp(-2 * flag, 3 * flag) })
    }

    /// Lets what was learnt count beside what rules say, up to showing the message to a moderator. `all` is what the
    /// rules add up to.
    pub(crate) fn second(
        &self,
        policy: &Policy,
        message: &Message<'_>,
        verdict: Verdict,
        all: i64,
        heard: Heard,
    ) -> Verdict {
        let flag = i64::from(policy.thresholds().flag);
        // It has read reports and questions too: what speaks for a message outweighs it only so far.
        let all = all.max(-flag / 2);
        let shown = all + heard.score >= flag;
        let by_what_it_is =
            |hit: &Hit| hit.kind == HitKind::Entity && hit.certainty == Certainty::Act && !hit.shadow;
        let by_weak_signs = |hit: &Hit| hit.shadow || hit.certainty != Certainty::Flag;
        match verdict.outcome {
            Outcome::Pass if heard.score > 0 && shown => {}
            // What only weak signs say together it may doubt.
            Outcome::Flag if heard.score < 0 && !shown && verdict.hits.iter().all(by_weak_signs) => {
                let score = u32::try_from((all + heard.score).max(0)).unwrap_or(0);
                return Verdict { outcome: Outcome::Pass, score, ..verdict };
            }
            // Nobody is punished for what reads like ordinary business: a moderator is asked. Where a link leads is no
            // matter of how it reads.
            Outcome::Act
                if all + heard.score < i64::from(policy.thresholds().act)
                    && !verdict.hits.iter().any(by_what_it_is) =>
            {
                return Verdict { outcome: Outcome::Flag, ..verdict };
            }
            _ => return verdict,
        }
        let mut hits = verdict.hits;
        hits.push(self.hit(message, heard));
        let score = u32::try_from((all + heard.score).max(0)).unwrap_or(u32::MAX);
        Verdict { hits, outcome: Outcome::Flag, score, ..verdict }
    }

    /// What was learnt, as what was found, with the parts of the message that tell most.
    fn hit(&self, message: &Message<'_>, heard: Heard) -> Hit {
        let mut spans: Vec<Span> =
            self.opinion(message.text).telling.into_iter().map(|(span, _)| span).collect();
        spans.sort_by_key(|span| span.start);
        Hit {
            rule: RuleId::new(RULE),
            version: self.version,
            kind: HitKind::Learnt,
            pattern: format!("{:.0} %", heard.percent),
            view: ViewKind::Exact,
            spans,
            in_name: false,
            certainty: Certainty::Flag,
            score: i32::try_from(heard.score).unwrap_or(i32::MAX),
            points: 1,
            shadow: false,
        }
    }
}

/// What was learnt, said of one message.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Heard {
    percent: f32,
    /// What it adds to the score.
    pub(crate) score: i64,
}

fn logistic(sum: f32) -> f32 {
    1.0 / (1.0 + (-sum).exp())
}

const _: () = assert!(BUCKETS.is_power_of_two());

#[cfg(test)]
mod tests {
    use super::*;

    /// `GUILDHALL_WRITE_STARTER=1 cargo test -p moderation learner` writes the file.
    #[test]
    fn what_is_shipped_is_what_training_gives() {
        let trained = Learner::train_starter(5).unwrap();
        let mut bytes = Vec::new();
        bytes.extend(trained.version.to_le_bytes());
        bytes.extend(u32::try_from(trained.samples).unwrap().to_le_bytes());
        let floats = |learner: &Learner| [learner.step, learner.bias, learner.slope, learner.offset];
        floats(&trained).iter().for_each(|float| bytes.extend(float.to_le_bytes()));
        bytes.extend(trained.weights.iter());
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
        let off = shipped
            .weights
            .iter()
            .zip(trained.weights.iter())
            .filter(|(a, b)| a.cast_signed().abs_diff(b.cast_signed()) > 1);
        assert_eq!(off.count(), 0, "the file is stale");
    }

    #[test]
    fn the_starter_set_teaches_something() {
        let learner = Learner::starter();
        let (taken, all) = (learner.samples(), starter_samples().len());
        assert!(
            taken <= all && taken * 100 > all * 97,
            "few samples repeat or contradict another: {taken} of {all}"
        );
        assert!(learner.probability("手机兼职，日结，名额不多，加我") > 0.7);
        assert!(learner.probability("请问发票邮箱在哪里改") < 0.3);
        let disguised = "手\u{200B}机兼職，日 结，名額不多，加我";
        assert!(learner.probability(disguised) > 0.7, "it reads what the sure views read");
    }

    #[test]
    fn what_tells_is_shown_as_words_that_can_be_read() {
        for text in ["长期代开发票，点位低，加微信聊", "Earn $300 a day from home, no experience, text me"]
        {
            let opinion = Learner::starter().opinion(text);
            assert!((1..=SHOWN).contains(&opinion.telling.len()), "{opinion:?}");
            for (span, weight) in &opinion.telling {
                assert_eq!(span.text, text[span.start..span.end]);
                assert!(*weight > 0.0 && span.text.chars().count() > 1, "{opinion:?}");
                let latin = |c: char| c.is_ascii_alphanumeric();
                let begins_inside = span.text.starts_with(latin) && text[..span.start].ends_with(latin);
                let ends_inside = span.text.ends_with(latin) && text[span.end..].starts_with(latin);
                assert!(!begins_inside && !ends_inside, "{opinion:?}");
            }
        }
    }
}
