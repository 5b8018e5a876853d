//! Variants: other texts of an announcement. A part of its audience tests them against its own, and the one that does best goes to
//! the rest.

mod act;
mod card;
mod course;
mod judge;
mod rule;
#[cfg(test)]
mod tests;
mod typed;

use serde::{Deserialize, Serialize};

use super::{Announcement, State, filled};
use crate::features::wording::Wording;
use crate::ids::StaffId;
use crate::text;
use crate::texts::Text;

pub use act::{choose, set_rule, set_variants};
pub(super) use act::{put_text, take_away};
pub(super) use card::{buttons, lines, preview_lines, standing_lines, wait_lines};
pub use card::{outlook, percent, tested_as};
pub use course::standings;
pub(super) use course::{begin, decides_ms, go_on, rest_from_ms, settled};
pub use judge::{Interval, Tally, dealt};
pub use rule::{Measure, SHARES, TestRule, WAITS_MS, cannot_measure, usual_measure};
pub use typed::{TypedTest, TypedText};
pub(super) use typed::{read, written};

/// Most texts that are tested against each other, the announcement's own among them.
pub const TEXTS_MAX: usize = 4;

/// Other texts of an announcement, and how its own is tested against them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Variants {
    /// B, C and D; A is the announcement's own text.
    pub others: Vec<Wording>,
    /// How they are tested.
    pub rule: TestRule,
    /// When the rule decides, unix milliseconds; `None` until the last copy of the test is settled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decides_at_ms: Option<i64>,
    /// What was decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verdict: Option<Verdict>,
    /// Whether every copy shows the announcement's own text since, because that was corrected.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub corrected: bool,
}

/// Which text goes to the rest, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    /// Which, 0 for A.
    pub winner: usize,
    /// Why.
    pub why: Why,
    /// Who chose it; `None` for the rule.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<StaffId>,
    /// When, unix milliseconds.
    pub at_ms: i64,
    /// How each text stood then, in their order.
    pub tallies: Vec<Tally>,
}

/// Why a text goes to the rest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// Its rate is the highest, and significantly higher than that of A.
    Better,
    /// No other is significantly better than A.
    NoneBetter,
    /// Of some text too few copies arrived to tell.
    TooFew,
    /// Somebody chose it.
    Chosen,
}

impl Variants {
    /// Texts that are to be tested, none of which has gone out.
    pub fn of(others: Vec<Wording>, rule: TestRule) -> Self {
        Self { others, rule, decides_at_ms: None, verdict: None, corrected: false }
    }

    /// How many texts there are, the announcement's own among them.
    pub fn count(&self) -> usize {
        self.others.len() + 1
    }

    /// What a second person approves of it.
    pub(super) fn approved(&self) -> (&[Wording], &TestRule) {
        (&self.others, &self.rule)
    }
}

/// What a text of a test is called: `A` for the announcement's own.
pub fn variant_name(n: usize) -> &'static str {
    ["A", "B", "C", "D"].get(n).copied().unwrap_or("?")
}

/// The text that somebody names: `b` is the first of the others, 1.
pub fn variant_named(word: &str) -> Option<usize> {
    let word = word.trim().to_uppercase();
    (0..TEXTS_MAX).find(|n| variant_name(*n) == word)
}

/// The texts that its copies show, its own first.
pub(super) fn texts(one: &Announcement) -> impl Iterator<Item = &Wording> {
    let others = one.variants.iter().filter(|variants| !variants.corrected).flat_map(|one| &one.others);
    std::iter::once(&one.wording).chain(others)
}

/// Which of [`texts`] goes to who is in no test.
pub(super) fn standing(one: &Announcement) -> usize {
    let verdict = one.variants.as_ref().filter(|one| !one.corrected).and_then(|one| one.verdict.as_ref());
    verdict.map_or(0, |verdict| verdict.winner)
}

/// The text that goes to who is in no test: what a correction begins with.
pub fn standing_text(one: &Announcement) -> &Wording {
    texts(one).nth(standing(one)).unwrap_or(&one.wording)
}

/// It as if one of its texts were its own and there were no others.
pub fn as_variant(one: &Announcement, n: usize) -> Announcement {
    let wording = texts(one).nth(n).unwrap_or(&one.wording).clone();
    Announcement { wording, variants: None, ..one.clone() }
}

/// Whether a test runs, so that who is in none waits for its end.
pub fn is_open(one: &Announcement) -> bool {
    one.state.is_going() && one.variants.as_ref().is_some_and(|one| one.verdict.is_none() && !one.corrected)
}

/// What keeps an announcement with variants from being sent.
pub(super) fn problems(one: &Announcement) -> Vec<Text> {
    let Some(variants) = &one.variants else { return Vec::new() };
    let mut wrong = Vec::new();
    for (n, text) in variants.others.iter().enumerate() {
        let name = variant_name(n + 1);
        if text.langs().is_empty() {
            wrong.push(text!("announcement-variant-empty", variant = name));
        }
        if texts(one).take(n + 1).any(|before| before == text) {
            wrong.push(text!("announcement-variant-same", variant = name));
        }
        for why in filled::problems(text) {
            wrong.push(text!("announcement-variant-problem", variant = name, why = why));
        }
    }
    match variants.rule.measure {
        Measure::Receipts if !one.ack => wrong.push(Text::new("announcement-variants-no-receipt")),
        Measure::Clicks if !one.clicks => wrong.push(Text::new("announcement-variants-no-clicks")),
        Measure::Clicks => {
            let without = texts(one).position(|text| filled::Script::of(text).addresses().is_empty());
            if let Some(n) = without {
                wrong.push(text!("announcement-variant-no-link", variant = variant_name(n)));
            }
        }
        Measure::Receipts | Measure::Reactions => {}
    }
    if one.timing.local.is_some() {
        wrong.push(Text::new("announcement-variants-local"));
    }
    wrong
}

/// Refuses a change that a scheduled one could not be sent with.
pub(super) fn check(one: &Announcement) -> Result<(), Text> {
    let wrong = if one.state == State::Scheduled { problems(one) } else { Vec::new() };
    wrong.into_iter().next().map_or(Ok(()), Err)
}

/// Refuses what goes by each recipient's own clock: the last of the test would have it a day after the first.
pub(super) fn refuse_local(one: &Announcement) -> Result<(), Text> {
    if one.variants.is_some() { Err(Text::new("announcement-variants-local")) } else { Ok(()) }
}

/// Refuses what is for drafts alone.
fn draft(one: &Announcement) -> Result<(), Text> {
    match one.state {
        State::Draft | State::Scheduled => Ok(()),
        state => Err(text!("announcement-not-now", state = state.name())),
    }
}
