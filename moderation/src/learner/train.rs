//! Trains the learner: logistic regression by stochastic gradient descent, in a fixed order.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::grams::{self, BUCKETS};
use super::{Learner, logistic};
use crate::behaviour::Print;

const SAMPLES_MIN: usize = 20;
const SAMPLES_MAX: usize = 100_000;
const TEXT_UTF8_MAX: usize = 16 * 1_024;
const TOTAL_UTF8_MAX: usize = 32 * 1_024 * 1_024;
/// Nearly equal samples beyond this are left out, so that nobody teaches by repeating.
const ALIKE_MAX: usize = 3;
const FOLDS: usize = 5;
const EPOCHS: usize = 10;
const RATE: f32 = 1.0;
/// Pulls weights back towards nothing, so that no single sample counts for much.
const DECAY: f32 = 3e-4;
/// How long, and in how small steps, it goes on from what it knows.
const FURTHER_EPOCHS: usize = 4;
const FURTHER_RATE: f32 = 0.6;
/// So many thousandths fewer violations of its own samples may be found afterwards, and so many more harmless ones flagged.
const FOUND_LESS_MAX: usize = 15;
const WRONG_MORE_MAX: usize = 10;
/// How many steps are taken to the probabilities that fit best.
const CALIBRATION_STEPS: usize = 400;

/// A labelled text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sample {
    /// The text.
    pub text: String,
    /// Whether it is a violation.
    pub violation: bool,
}

/// Why nothing can be learnt from samples.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LearnError {
    /// Too few of one label or of both.
    #[error("there are too few samples: at least 20 harmless ones and 20 violations are needed")]
    TooFew,
    /// More than are taken in.
    #[error("there are too many samples: at most 100,000 and 32 MiB are taken in")]
    TooMany,
    /// A text that is too long.
    #[error("sample {number} is longer than 16 KiB")]
    TooLong {
        /// Which one, from 1.
        number: usize,
    },
    /// What is known would be told apart worse than before.
    #[error(
        "with them {found_percent} % of known violations would be found and {wrong_percent} % of known harmless messages flagged; look at the labels"
    )]
    Harmful {
        /// Of the violations among the program's own samples.
        found_percent: u32,
        /// Of the harmless ones.
        wrong_percent: u32,
    },
    /// The same text under both labels, too often for chance.
    #[error("{count} samples contradict others of nearly the same text; mend the labels first")]
    Contradicting {
        /// How many.
        count: usize,
    },
}

/// A labelled text as it is trained on.
#[derive(Debug, Clone)]
pub(super) struct Labelled {
    pub(super) text: String,
    pub(super) violation: bool,
    /// Samples of one family are made of one template: none of them is held out while another is learnt.
    pub(super) family: usize,
    /// How many samples it counts for.
    pub(super) weight: f32,
}

struct Prepared {
    grams: Vec<u32>,
    violation: bool,
    family: usize,
    weight: f32,
}

/// Weights on their way.
#[derive(Clone)]
struct Fit {
    weights: Vec<f32>,
    bias: f32,
}

impl Fit {
    fn sum(&self, grams: &[u32]) -> f32 {
        let scale = grams::scale(grams.len());
        grams.iter().map(|gram| self.weights[*gram as usize]).sum::<f32>() * scale + self.bias
    }

    /// The size of a step of which 127 make the largest weight.
    fn step(&self) -> f32 {
        self.weights.iter().fold(0.0_f32, |most, weight| most.max(weight.abs())) / 127.0
    }

    /// The weights in steps, each a signed byte.
    fn rounded(&self) -> (Vec<u8>, f32) {
        let step = self.step();
        let round = |weight: &f32| if step > 0.0 { (weight / step).round() as i8 } else { 0 };
        (self.weights.iter().map(|weight| round(weight).cast_unsigned()).collect(), step)
    }
}

pub(super) fn train(version: u32, samples: &[Labelled]) -> Result<Learner, LearnError> {
    let prepared = prepare(samples)?;
    let nothing = Fit { weights: vec![0.0; BUCKETS], bias: 0.0 };
    let whole = fit(nothing.clone(), &prepared, EPOCHS, RATE, |_| true);
    // By families, for of a template that was learnt from nothing is held out.
    let held_out: Vec<(f32, bool, f32)> = (0..FOLDS)
        .flat_map(|fold| {
            let partial =
                fit(nothing.clone(), &prepared, EPOCHS, RATE, |sample| sample.family % FOLDS != fold);
            let out = prepared.iter().filter(move |sample| sample.family % FOLDS == fold);
            out.map(|sample| (partial.sum(&sample.grams), sample.violation, sample.weight))
                .collect::<Vec<_>>()
        })
        .collect();
    let (slope, offset) = calibrate(&held_out);
    let (weights, step) = whole.rounded();
    Ok(Learner {
        version,
        samples: prepared.len(),
        weights: weights.into(),
        step,
        bias: whole.bias,
        slope,
        offset,
    })
}

/// Goes on from what `known` learnt, over samples of which the first `own` are those that it learnt from. Only as well as
/// before, or nearly so.
pub(super) fn further(
    known: &Learner,
    version: u32,
    own: usize,
    samples: &[Labelled],
) -> Result<Learner, LearnError> {
    let last_own = samples[..own].iter().map(|sample| sample.family).max().unwrap_or(0);
    let prepared = prepare(samples)?;
    let weights = (0..BUCKETS).map(|bucket| known.weight(bucket) as f32 * known.step).collect();
    let fit = fit(Fit { weights, bias: known.bias }, &prepared, FURTHER_EPOCHS, FURTHER_RATE, |_| true);
    let (weights, step) = fit.rounded();
    let learner = Learner {
        version,
        samples: prepared.len(),
        weights: weights.into(),
        step,
        bias: fit.bias,
        slope: known.slope,
        offset: known.offset,
    };
    let own = || prepared.iter().filter(|sample| sample.family <= last_own);
    let flagged = |learner: &Learner, label: bool| {
        let of_label = || own().filter(|sample| sample.violation == label);
        let flagged = of_label().filter(|sample| learner.believes(&sample.grams) > 0.5).count();
        flagged * 1_000 / of_label().count().max(1)
    };
    let (found, wrong) = (flagged(&learner, true), flagged(&learner, false));
    if found + FOUND_LESS_MAX < flagged(known, true) || wrong > flagged(known, false) + WRONG_MORE_MAX {
        let percent = |thousandths: usize| u32::try_from(thousandths / 10).unwrap_or(100);
        return Err(LearnError::Harmful { found_percent: percent(found), wrong_percent: percent(wrong) });
    }
    Ok(learner)
}

/// Bounds the samples and takes out what would teach nothing.
fn prepare(samples: &[Labelled]) -> Result<Vec<Prepared>, LearnError> {
    if samples.len() > SAMPLES_MAX
        || samples.iter().map(|sample| sample.text.len()).sum::<usize>() > TOTAL_UTF8_MAX
    {
        return Err(LearnError::TooMany);
    }
    if let Some(at) = samples.iter().position(|sample| sample.text.len() > TEXT_UTF8_MAX) {
        return Err(LearnError::TooLong { number: at + 1 });
    }
    let mut alike: HashMap<u64, (usize, bool)> = HashMap::new();
    let (mut prepared, mut contradicting) = (Vec::new(), 0);
    for sample in samples {
        let print = Print::of(&sample.text);
        let (count, violation) = alike.entry(print.bits()).or_insert((0, sample.violation));
        *count += 1;
        if *violation != sample.violation {
            contradicting += 1;
        } else if *count <= ALIKE_MAX {
            let mut grams = Vec::new();
            grams::each(&sample.text, |bucket, _| grams.push(bucket as u32));
            let Labelled { violation, family, weight, .. } = *sample;
            prepared.push(Prepared { grams, violation, family, weight });
        }
    }
    if contradicting * 20 > samples.len() {
        return Err(LearnError::Contradicting { count: contradicting });
    }
    let violations = prepared.iter().filter(|sample| sample.violation).count();
    if violations < SAMPLES_MIN || prepared.len() - violations < SAMPLES_MIN {
        return Err(LearnError::TooFew);
    }
    Ok(prepared)
}

/// Descends from `fit` over the samples that `takes` takes, each label weighing the same whatever their numbers.
#[expect(clippy::cast_precision_loss, reason = "counts of samples and epochs are small")]
fn fit(
    mut fit: Fit,
    samples: &[Prepared],
    epochs: usize,
    rate: f32,
    takes: impl Fn(&Prepared) -> bool,
) -> Fit {
    let taken: Vec<&Prepared> = samples.iter().filter(|sample| takes(sample)).collect();
    let weight = |violation: bool| {
        let of_label = taken.iter().filter(|sample| sample.violation == violation);
        of_label.map(|sample| sample.weight).sum::<f32>().max(1.0)
    };
    let (violations, harmless) = (weight(true), weight(false));
    for epoch in 0..epochs {
        let rate = rate / (1.0 + epoch as f32 * 0.3);
        for step in 0..taken.len() {
            // A walk that visits every sample once in an order without pattern, the same on every machine.
            let sample = taken[(step * stride(taken.len()) + epoch) % taken.len()];
            let share = if sample.violation { violations } else { harmless };
            let weight = sample.weight * (violations + harmless) / (2.0 * share);
            let target = if sample.violation { 1.0 } else { 0.0 };
            let error = (target - logistic(fit.sum(&sample.grams))) * weight * rate;
            let scale = grams::scale(sample.grams.len());
            for gram in &sample.grams {
                let known = &mut fit.weights[*gram as usize];
                *known += error * scale - *known * DECAY * rate;
            }
            fit.bias += error * 0.02;
        }
    }
    fit
}

/// A step that shares no divisor with `len`.
fn stride(len: usize) -> usize {
    let divides = |a: usize, b: usize| {
        let (mut a, mut b) = (a, b);
        while b > 0 {
            (a, b) = (b, a % b);
        }
        a
    };
    (len * 5 / 8 + 1..).find(|step| divides(*step, len.max(1)) == 1).unwrap_or(1)
}

/// Slope and offset under which the sums of held-out samples are true probabilities (J. Platt, 1999), each label
/// weighing the same; by Newton's method.
fn calibrate(held_out: &[(f32, bool, f32)]) -> (f32, f32) {
    let total = |label: bool| {
        let of_label = held_out.iter().filter(|(_, violation, _)| *violation == label);
        of_label.map(|(_, _, weight)| f64::from(*weight)).sum::<f64>().max(1.0)
    };
    let (violations, harmless) = (total(true), total(false));
    let targets = ((violations + 1.0) / (violations + 2.0), 1.0 / (harmless + 2.0));
    let (mut slope, mut offset) = (1.0_f64, 0.0_f64);
    for _ in 0..CALIBRATION_STEPS {
        let (mut down, mut aside) = (0.0, 0.0);
        let (mut down2, mut both, mut aside2) = (1e-9, 0.0, 1e-9);
        for (sum, violation, weight) in held_out {
            let (target, share) = if *violation { (targets.0, violations) } else { (targets.1, harmless) };
            let (sum, weight) = (f64::from(*sum), f64::from(*weight) / share);
            let believed = 1.0 / (1.0 + (-(slope * sum + offset)).exp());
            let (error, bend) = ((target - believed) * weight, believed * (1.0 - believed) * weight);
            down += error * sum;
            aside += error;
            down2 += bend * sum * sum;
            both += bend * sum;
            aside2 += bend;
        }
        let determinant = down2 * aside2 - both * both;
        if determinant.abs() < 1e-18 {
            break;
        }
        // Half of Newton's step, for the first ones overshoot.
        slope += 0.5 * (aside2 * down - both * aside) / determinant;
        offset += 0.5 * (down2 * aside - both * down) / determinant;
    }
    let (slope, offset) = (slope as f32, offset as f32);
    if slope.is_finite() && offset.is_finite() { (slope.max(0.01), offset) } else { (1.0, 0.0) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn samples() -> Vec<Sample> {
        let one = |text: String, violation| Sample { text, violation };
        let mut samples = Vec::new();
        for n in 0..40 {
            samples.push(one(format!("请问第{n}批货的运费怎么算，{}号仓能发吗", n * 7), false));
            samples.push(one(format!("兼职日结{n}0元，名额{}个，私聊我拉你进群赚钱", n * 3), true));
        }
        samples
    }

    #[test]
    fn what_was_learnt_is_told_apart_explained_and_the_same_every_time() {
        let learner = Learner::train(3, &samples()).unwrap();
        assert_eq!(learner, Learner::train(3, &samples()).unwrap());
        assert!(learner.probability("新到兼职，日结300，私聊我进群") > 0.8);
        assert!(learner.probability("这批货的运费谁出，仓库几点发货") < 0.5);
        let opinion = learner.opinion("新到兼职，日结300");
        assert!(opinion.telling.iter().any(|(span, _)| "兼职日结".contains(&span.text)), "{opinion:?}");
    }

    #[test]
    fn poisoned_sets_are_refused() {
        assert_eq!(Learner::train(1, &samples()[..10]).unwrap_err(), LearnError::TooFew);
        let one_label: Vec<Sample> = samples().into_iter().filter(|sample| sample.violation).collect();
        assert_eq!(Learner::train(1, &one_label).unwrap_err(), LearnError::TooFew);
        let mut turned = samples();
        turned.extend(samples().into_iter().map(|sample| Sample { violation: !sample.violation, ..sample }));
        assert_eq!(Learner::train(1, &turned).unwrap_err(), LearnError::Contradicting { count: 80 });
        let mut long = samples();
        long[4].text = "x".repeat(TEXT_UTF8_MAX + 1);
        assert_eq!(Learner::train(1, &long).unwrap_err(), LearnError::TooLong { number: 5 });
        let flood = vec![Sample { text: "同一句话".into(), violation: true }; 1_000];
        assert_eq!(Learner::train(1, &flood).unwrap_err(), LearnError::TooFew, "repeating teaches nothing");
    }
}
