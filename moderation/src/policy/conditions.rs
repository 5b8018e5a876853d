//! Reads what a rule says beside its words: category, score, things, behaviour, other rules, time.

use toml::de::DeValue;

use super::fault::FaultKind;
use super::read_rule::{SCORES, default_score, one_of};
use super::reader::{Reader, Section, Value};
use super::rule::{Need, Part};
use crate::behaviour::{Trigger, TriggerKind};
use crate::category::Category;
use crate::duration;
use crate::entity::EntityKind;
use crate::fold::Tier;
use crate::verdict::Certainty;

const ACTIONS: &[&str] = &["act", "flag", "score"];
const CATEGORIES: &[&str] = &[
    "ad_spam",
    "contact_diversion",
    "gambling",
    "porn",
    "fraud_phishing",
    "abuse",
    "rumor_panic",
    "other_illegal",
];
const VIEWS: &[&str] = &["sure", "unsure"];
const PARTS: &[&str] = &["text", "name", "both"];
const TRIGGER_KEYS: &[&str] = &["kind", "count", "within"];
const COUNTS: std::ops::Range<i64> = 1..100_001;

pub(super) fn action(reader: &mut Reader<'_>, section: Section<'_, '_>) -> Certainty {
    let read = section.get("action").and_then(|value| one_of(reader, "action", value, ACTIONS));
    match read {
        Some(0) => Certainty::Act,
        Some(2) => Certainty::Score,
        _ => Certainty::Flag,
    }
}

pub(super) fn score(reader: &mut Reader<'_>, section: Section<'_, '_>, action: Certainty) -> Option<i32> {
    match (section.get("score"), default_score(action)) {
        (Some(value), _) => reader.integer("score", value, SCORES).and_then(|n| i32::try_from(n).ok()),
        (None, Some(score)) => Some(score),
        (None, None) => {
            reader.needed(section, "score");
            None
        }
    }
}

pub(super) fn category(reader: &mut Reader<'_>, section: Section<'_, '_>) -> Option<Category> {
    let at = one_of(reader, "category", section.get("category")?, CATEGORIES)?;
    Category::named(CATEGORIES[at])
}

pub(super) fn views(reader: &mut Reader<'_>, section: Section<'_, '_>) -> Option<Tier> {
    let at = one_of(reader, "views", section.get("views")?, VIEWS)?;
    Some(if at == 0 { Tier::Sure } else { Tier::Unsure })
}

pub(super) fn part(reader: &mut Reader<'_>, section: Section<'_, '_>) -> Option<Part> {
    let at = one_of(reader, "in", section.get("in")?, PARTS)?;
    Some([Part::Text, Part::Name, Part::Both][at])
}

pub(super) fn entities(reader: &mut Reader<'_>, section: Section<'_, '_>) -> Vec<EntityKind> {
    let Some(value) = section.get("entities") else { return Vec::new() };
    let Some(items) = value.get_ref().as_array() else {
        reader.wrong_type("entities", "a list of texts", value);
        return Vec::new();
    };
    let found = items.iter().filter_map(|item| one_of(reader, "entities", item, EntityKind::NAMES));
    found.map(|at| EntityKind::ALL[at]).collect()
}

/// One table, or a list of them.
pub(super) fn behaviour(reader: &mut Reader<'_>, section: Section<'_, '_>) -> Vec<Trigger> {
    let Some(value) = section.get("behaviour") else { return Vec::new() };
    match value.get_ref() {
        DeValue::Array(items) => items.iter().filter_map(|item| trigger(reader, item)).collect(),
        _ => trigger(reader, value).into_iter().collect(),
    }
}

fn trigger(reader: &mut Reader<'_>, value: &Value<'_>) -> Option<Trigger> {
    let section = reader.table("behaviour", "a behaviour", value)?;
    reader.known_keys(section, TRIGGER_KEYS);
    let named = reader.needed(section, "kind")?;
    let kind = TriggerKind::ALL[one_of(reader, "kind", named, TriggerKind::NAMES)?];
    let count = match section.get("count") {
        Some(value) => reader.number("count", value, COUNTS)?,
        None if kind.needs_count() => {
            reader.needed(section, "count");
            return None;
        }
        None => 1,
    };
    let within_ms = match section.get("within") {
        Some(value) => {
            let text = reader.text("within", value)?;
            match duration::parse(text.value) {
                Ok(ms) => ms,
                Err(reason) => {
                    reader.fault(text.at, FaultKind::BadDuration { key: "within", reason });
                    return None;
                }
            }
        }
        None if kind.needs_within() => {
            reader.needed(section, "within");
            return None;
        }
        None => 0,
    };
    Some(Trigger { kind, count, within_ms })
}

/// Other rules: each text names one, or several of which one is enough.
pub(super) fn needs(reader: &mut Reader<'_>, section: Section<'_, '_>, key: &'static str) -> Vec<Need> {
    reader.texts(section, key).iter().map(|text| Need::parse(text.value)).collect()
}

/// From when and until when a rule holds, unix milliseconds.
pub(super) fn span(reader: &mut Reader<'_>, section: Section<'_, '_>) -> (Option<i64>, Option<i64>) {
    let start = section.get("start").and_then(|value| moment(reader, "start", value));
    let end = section.get("end").and_then(|value| moment(reader, "end", value));
    if let (Some(from), Some(to), Some(value)) = (start, end, section.get("end"))
        && to <= from
    {
        reader.fault(value.span().start, FaultKind::EndsBeforeItStarts);
    }
    (start, end)
}

/// A date, or a date and time; universal time where no offset is written.
fn moment(reader: &mut Reader<'_>, key: &'static str, value: &Value<'_>) -> Option<i64> {
    let written = value.get_ref().as_datetime();
    let Some((written, date)) = written.and_then(|written| Some((written, written.date?))) else {
        reader.wrong_type(key, "a date, such as 2026-12-01 or 2026-12-01T08:00:00+08:00", value);
        return None;
    };
    let seconds = written.time.map_or(0, |time| {
        i64::from(time.hour) * 3_600 + i64::from(time.minute) * 60 + i64::from(time.second.unwrap_or(0))
    });
    let offset_minutes = match written.offset {
        Some(toml::value::Offset::Custom { minutes }) => i64::from(minutes),
        _ => 0,
    };
    let days = days_since_1970(i64::from(date.year), i64::from(date.month), i64::from(date.day));
    Some((days * 86_400 + seconds - offset_minutes * 60) * 1_000)
}

/// Days from 1970-01-01, by the usual count in eras of 400 years that begin in March
/// (H. Hinnant, "chrono-Compatible Low-Level Date Algorithms", `days_from_civil`).
fn days_since_1970(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year - era * 400;
    let day_of_year = (153 * (month + if month > 2 { -3 } else { 9 }) + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

#[cfg(test)]
mod tests {
    use super::days_since_1970;
    use crate::category::Category;

    #[test]
    fn days_are_counted_over_leap_years() {
        assert_eq!(days_since_1970(1970, 1, 1), 0);
        assert_eq!(days_since_1970(2000, 3, 1), 11_017);
        assert_eq!(days_since_1970(2026, 11, 22), 20_779);
    }

    #[test]
    fn every_category_can_be_written() {
        assert!(super::CATEGORIES.iter().all(|name| Category::named(name).is_some()));
        assert_eq!(super::CATEGORIES.len(), Category::ALL.len());
    }
}
