//! Texts that are tested against each other: their forms, their looks, and how each stands.

use bot_core::features::announcement::{
    self as feature, Announcement, Field, Interval, Measure, Tally, TypedTest, TypedText, variant_name,
};
use bot_core::features::wording::Wording;
use bot_core::hall::Hall;
use bot_core::store::delivery;
use bot_core::text;
use bot_core::texts::Text;
use bot_core::work::Work;

use super::form::{LETTERS, name_of};
use crate::fault::Fault;
use crate::frame::Frame;
use crate::pages::list::{Piece, lang_name};

/// The form of one of the other texts.
pub(super) struct TextForm {
    /// What it is called, and what the names of its fields begin with.
    pub(super) name: String,
    pub(super) letter: &'static str,
    /// Where what is wrong with it is said.
    pub(super) field: &'static str,
    pub(super) typed: TypedText,
    pub(super) is_written: bool,
}

/// The forms of all of them, written or not.
pub(super) fn text_forms(test: &TypedTest) -> Vec<TextForm> {
    let form = |(at, letter): (usize, &&'static str)| {
        let typed = test.others.get(at).cloned().unwrap_or_default();
        TextForm {
            name: variant_name(at + 1).to_owned(),
            letter,
            field: name_of(Field::Variant(at + 1)),
            is_written: !typed.is_empty(),
            typed,
        }
    };
    LETTERS.iter().enumerate().map(form).collect()
}

/// What may decide: the word of each, what it is called and, where it could count nothing, why not.
pub(super) fn measures(f: &Frame, hall: &Hall, one: Option<&Announcement>) -> Vec<(&'static str, String)> {
    let (texts, ack) = measured(one);
    let words =
        |measure: Measure| match feature::cannot_measure(feature::can_count(hall), &texts, ack, measure) {
            Some(why) => text!("announcement-measure-cannot", measure = measure.name(), why = why),
            None => measure.name(),
        };
    Measure::ALL.into_iter().map(|measure| (measure.word(), f.say(&words(measure)))).collect()
}

/// The word of what decides where nobody has chosen.
pub(super) fn usual_measure(hall: &Hall, one: Option<&Announcement>) -> &'static str {
    let (texts, ack) = measured(one);
    feature::usual_measure(feature::can_count(hall), &texts, ack).word()
}

/// What there is to be measured: the text, and whether receipts are asked for.
fn measured(one: Option<&Announcement>) -> (Vec<&Wording>, bool) {
    let texts = one.iter().map(|one| &one.wording).filter(|text| !text.langs().is_empty()).collect();
    (texts, one.is_some_and(|one| one.ack))
}

/// A test on the ledger.
pub(super) struct Test {
    pub(super) rows: Vec<Row>,
    /// What is measured.
    pub(super) measure: String,
    /// Whether the winner can be chosen now, and how many get it.
    pub(super) can_choose: bool,
    pub(super) rest: i64,
}

/// How one text stands.
pub(super) struct Row {
    pub(super) n: usize,
    pub(super) name: String,
    pub(super) title: String,
    pub(super) sent: i64,
    pub(super) hits: i64,
    /// Its rate, and between which rates the true one lies; empty where no copy has arrived.
    pub(super) rate: String,
    pub(super) between: String,
    pub(super) has_won: bool,
}

/// How the texts of an announcement that is out stand; `None` where it has but one.
pub(super) async fn test_of(work: &mut Work, f: &Frame, one: &Announcement) -> Result<Option<Test>, Fault> {
    let Some(variants) = one.variants.as_ref().filter(|_| !one.state.is_open()) else { return Ok(None) };
    let tallies = feature::standings(work, one).await?;
    let winner = variants.verdict.as_ref().map(|verdict| verdict.winner);
    let texts = std::iter::once(&one.wording).chain(&variants.others);
    let row = |(n, (text, tally)): (usize, (&Wording, Tally))| Row {
        n,
        name: variant_name(n).to_owned(),
        title: text.title(f.reader.lang).to_owned(),
        sent: tally.sent,
        hits: tally.hits,
        rate: tally.interval().map(|_| rate(f, tally.rate_bp())).unwrap_or_default(),
        between: tally.interval().map(|between| interval(f, between)).unwrap_or_default(),
        has_won: winner == Some(n),
    };
    Ok(Some(Test {
        rows: texts.zip(tallies).enumerate().map(row).collect(),
        measure: f.say(&variants.rule.measure.name()),
        can_choose: feature::is_tested(one),
        rest: delivery::rest(work.tx().await?, &one.no.to_string()).await?,
    }))
}

fn rate(f: &Frame, bp: i64) -> String {
    f.say(&text!("console-test-rate", rate = feature::percent(bp)))
}

fn interval(f: &Frame, Interval { low_bp, high_bp }: Interval) -> String {
    let (low, high) = (feature::percent(low_bp), feature::percent(high_bp));
    f.say(&text!("console-test-between", low = low, high = high))
}

/// What the ledger says of an announcement, each of its texts among it.
pub(super) fn piece(f: &Frame, one: &Announcement, lines: &[Text]) -> Piece {
    let no = (one.no.to_string(), one.no.0);
    Piece { bodies: bodies(f, one), ..Piece::new(f, no, &one.state.name(), &one.wording, lines) }
}

/// The texts of an announcement with what each is called: language and words. One that has no others says its languages alone.
fn bodies(f: &Frame, one: &Announcement) -> Vec<(String, String)> {
    let Some(variants) = one.variants.as_ref().filter(|variants| !variants.corrected) else {
        return bodies_of(f, &one.wording, None);
    };
    let texts = std::iter::once(&one.wording).chain(&variants.others).enumerate();
    texts.flat_map(|(n, text)| bodies_of(f, text, Some(variant_name(n)))).collect()
}

fn bodies_of(f: &Frame, text: &Wording, name: Option<&str>) -> Vec<(String, String)> {
    let body = |lang| {
        let lang_words = f.say(&lang_name(lang));
        let label = name.map_or_else(|| lang_words.clone(), |name| format!("{name} · {lang_words}"));
        (label, text.rich(lang).text)
    };
    text.langs().into_iter().map(body).collect()
}
