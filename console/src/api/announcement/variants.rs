//! Texts of an announcement that are tested against each other, as programs write and read them.

use bot_core::error::FeatureError;
use bot_core::features::announcement::{
    self as feature, Announcement, Interval, Tally, TypedTest, TypedText, Why, variant_name,
};
use bot_core::features::wording::Wording;
use bot_core::work::Work;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Other texts, and how they are tested. A field that is left out is as usual.
#[derive(Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct TestText {
    /// B, C and D, in order; the announcement's own text is A.
    variants: Vec<VariantText>,
    /// Which part of the audience tests, percent, 1 to 90; 20 without it.
    #[schema(minimum = 1, maximum = 90)]
    share: Option<i64>,
    /// What decides: `clicks` (copies in which a counted link was opened), `receipts` (copies of which somebody pressed *Got it*) or
    /// `reactions` (copies under which one stands); clicks without it.
    measure: String,
    /// How long after the last copy of the test, such as `90m`, `4h` or `1d`; four hours without it.
    wait: String,
}

/// One of the other texts.
#[derive(Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct VariantText {
    /// The Chinese title, 120 characters at most.
    title_zh: String,
    /// The English title, 120 characters at most.
    title_en: String,
    /// The Chinese text, 20,000 characters at most.
    body_zh: String,
    /// The English text, 20,000 characters at most.
    body_en: String,
}

impl TestText {
    /// The same as the composer's form has it.
    pub(super) fn typed(self) -> TypedTest {
        let text = |one: VariantText| TypedText {
            title_zh: one.title_zh,
            title_en: one.title_en,
            body_zh: one.body_zh,
            body_en: one.body_en,
        };
        TypedTest {
            others: self.variants.into_iter().map(text).collect(),
            share: self.share.map(|share| share.to_string()).unwrap_or_default(),
            measure: self.measure,
            wait: self.wait,
        }
    }
}

/// How the texts of an announcement are tested against each other, and how they stand.
#[derive(Serialize, ToSchema)]
pub(crate) struct Test {
    /// Which part of the audience tests, percent.
    share: i64,
    /// What decides: `clicks`, `receipts` or `reactions`.
    measure: &'static str,
    /// How long after the last copy of the test, milliseconds.
    wait_ms: i64,
    /// When the rule decides, unix milliseconds; `null` until the last copy of the test is settled.
    decides_at_ms: Option<i64>,
    /// The text that goes to the rest, `A` to `D`; `null` while that is not decided.
    winner: Option<&'static str>,
    /// Why: `better` (significantly better than A), `none_better`, `too_few` (copies to tell) or `chosen` (by somebody).
    why: Option<&'static str>,
    /// The texts with how they stand now, A first.
    variants: Vec<Variant>,
}

/// One of the texts of a test.
#[derive(Serialize, ToSchema)]
pub(crate) struct Variant {
    /// `A` for the announcement's own.
    name: &'static str,
    /// The Chinese title.
    title_zh: Option<String>,
    /// The English title.
    title_en: Option<String>,
    /// The Chinese text.
    body_zh: Option<String>,
    /// The English text.
    body_en: Option<String>,
    /// How many copies of the test have arrived with it.
    copies: i64,
    /// Through how many of these the reader did what decides.
    hits: i64,
    /// That share, hundredths of a percent; `null` where none has arrived.
    rate_bp: Option<i64>,
    /// The lowest that the true share is with a certainty of 95 %, hundredths of a percent.
    low_bp: Option<i64>,
    /// The highest.
    high_bp: Option<i64>,
}

impl Test {
    pub(super) async fn of(work: &mut Work, one: &Announcement) -> Result<Option<Self>, FeatureError> {
        let Some(variants) = &one.variants else { return Ok(None) };
        let tallies = feature::standings(work, one).await?;
        let texts = std::iter::once(&one.wording).chain(&variants.others);
        let verdict = variants.verdict.as_ref();
        Ok(Some(Self {
            share: i64::from(variants.rule.share),
            measure: variants.rule.measure.word(),
            wait_ms: variants.rule.wait_ms,
            decides_at_ms: variants.decides_at_ms,
            winner: verdict.map(|verdict| variant_name(verdict.winner)),
            why: verdict.map(|verdict| match verdict.why {
                Why::Better => "better",
                Why::NoneBetter => "none_better",
                Why::TooFew => "too_few",
                Why::Chosen => "chosen",
            }),
            variants: texts
                .zip(tallies)
                .enumerate()
                .map(|(n, (text, tally))| Variant::of(n, text, tally))
                .collect(),
        }))
    }
}

impl Variant {
    fn of(n: usize, text: &Wording, tally: Tally) -> Self {
        let (low_bp, high_bp) =
            tally.interval().map(|Interval { low_bp, high_bp }| (low_bp, high_bp)).unzip();
        Self {
            name: variant_name(n),
            title_zh: text.title_zh.clone(),
            title_en: text.title_en.clone(),
            body_zh: text.body_zh.clone(),
            body_en: text.body_en.clone(),
            copies: tally.sent,
            hits: tally.hits,
            rate_bp: low_bp.map(|_| tally.rate_bp()),
            low_bp,
            high_bp,
        }
    }
}
