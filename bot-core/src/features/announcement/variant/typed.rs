//! Variants as a form shows them: read text by text, with what is wrong beside its place.

use serde::{Deserialize, Serialize};

use super::{Measure, TestRule, Variants, rule};
use crate::features::announcement::draft::wording_of;
use crate::features::announcement::{Announcement, Field, Typed};
use crate::features::wording::Wording;
use crate::text;
use crate::texts::Text;

/// The variants of a form, as they were typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TypedTest {
    /// B, C and D; one in which nothing stands is none.
    pub others: Vec<TypedText>,
    /// Which part of the audience tests, percent; empty for the usual.
    pub share: String,
    /// What decides: `clicks`, `receipts` or `reactions`; empty for the usual.
    pub measure: String,
    /// How long it waits; empty for the usual.
    pub wait: String,
}

/// One of the texts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TypedText {
    /// The Chinese title.
    pub title_zh: String,
    /// The English title.
    pub title_en: String,
    /// The Chinese body.
    pub body_zh: String,
    /// The English body.
    pub body_en: String,
}

impl TypedText {
    /// Whether nothing stands there.
    pub fn is_empty(&self) -> bool {
        [&self.title_zh, &self.title_en, &self.body_zh, &self.body_en]
            .iter()
            .all(|text| text.trim().is_empty())
    }

    fn of(wording: &Wording) -> Self {
        let own = |text: &Option<String>| text.clone().unwrap_or_default();
        Self {
            title_zh: own(&wording.title_zh),
            title_en: own(&wording.title_en),
            body_zh: own(&wording.body_zh),
            body_en: own(&wording.body_en),
        }
    }

    /// The text, read as an announcement's own is.
    fn read(&self) -> Result<Wording, Vec<(Field, Text)>> {
        wording_of(&Typed {
            title_zh: self.title_zh.clone(),
            title_en: self.title_en.clone(),
            body_zh: self.body_zh.clone(),
            body_en: self.body_en.clone(),
            ..Typed::default()
        })
    }
}

/// The variants of a draft as somebody would type them.
pub(in crate::features::announcement) fn written(one: &Announcement) -> TypedTest {
    let Some(variants) = &one.variants else { return TypedTest::default() };
    TypedTest {
        others: variants.others.iter().map(TypedText::of).collect(),
        share: variants.rule.share.to_string(),
        measure: variants.rule.measure.word().to_owned(),
        wait: variants.rule.wait_typed(),
    }
}

/// Reads the variants of a form, of which `usual` decides where nobody says it; `None` where something in them cannot be
/// read yet.
pub(in crate::features::announcement) fn read(
    typed: &TypedTest,
    usual: Measure,
    wrong: &mut Vec<(Field, Text)>,
) -> Option<Option<Variants>> {
    let before = wrong.len();
    let mut others = Vec::new();
    for (at, text) in typed.others.iter().enumerate().filter(|(_, text)| !text.is_empty()) {
        match text.read() {
            // What is wrong is said beside the text, whichever of its fields it is in.
            Err(why) => wrong.extend(why.into_iter().take(1).map(|(_, why)| (Field::Variant(at + 1), why))),
            Ok(_) if at + 1 >= super::TEXTS_MAX => {
                wrong.push((Field::Test, text!("announcement-variants-many", max = super::TEXTS_MAX)));
            }
            Ok(wording) => others.push(wording),
        }
    }
    let rule = rule_of(typed, usual, wrong);
    (wrong.len() == before).then(|| (!others.is_empty()).then(|| Variants::of(others, rule)))
}

/// The rule of a form, as far as it can be read.
fn rule_of(typed: &TypedTest, usual: Measure, wrong: &mut Vec<(Field, Text)>) -> TestRule {
    let mut rule = TestRule::by(usual);
    let mut say = |why: Text| wrong.push((Field::Test, why));
    let [share, wait, measure] = [&typed.share, &typed.wait, &typed.measure].map(|line| line.trim());
    match rule::share(share) {
        Ok(share) => rule.share = share,
        Err(why) if !share.is_empty() => say(why),
        Err(_) => {}
    }
    match rule::wait_ms(wait) {
        Ok(wait_ms) => rule.wait_ms = wait_ms,
        Err(why) if !wait.is_empty() => say(why),
        Err(_) => {}
    }
    match Measure::named(measure) {
        Some(measure) => rule.measure = measure,
        None if !measure.is_empty() => say(text!("announcement-test-measure", found = measure)),
        None => {}
    }
    rule
}
