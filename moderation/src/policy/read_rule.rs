//! Reads the rules of a policy.

use std::collections::HashMap;

use super::conditions;
use super::fault::{FaultKind, nearest};
use super::load::Parameters;
use super::pattern::Pattern;
use super::reader::{Reader, Section, Text, Value, clip};
use super::rule::{Part, Rule};
use super::{ACT, Bilingual, FLAG};
use crate::fold::fold_word;
use crate::verdict::{Certainty, RuleId};

const KEYS: &[&str] = &[
    "id",
    "title",
    "message",
    "category",
    "action",
    "score",
    "points",
    "ladder",
    "words",
    "whole_word",
    "allow",
    "regex",
    "views",
    "act_unsure",
    "entities",
    "behaviour",
    "in",
    "needs",
    "unless",
    "exempt_groups",
    "exempt_roles",
    "shadow",
    "start",
    "end",
];
/// The keys by which a rule finds something by itself.
const OWN_PATTERNS: &[&str] = &["words", "regex", "entities", "behaviour"];
const LANGUAGES: &[&str] = &["en", "zh-CN"];
const POINTS: std::ops::Range<i64> = 1..101;
pub(super) const SCORES: std::ops::Range<i64> = -1_000..1_001;
const ID_UTF8_MAX: usize = 64;
const WORDS_MAX: usize = 200_000;
const REGEXES_MAX: usize = 2_000;
const PHRASE_UTF8_MAX: usize = 1_024;
/// Stands in words and expressions for every brand that the deployment names.
const BRAND: &str = "{brand}";

/// Where in the source each text stands.
type Places = HashMap<String, usize>;

/// A rule with its compiled expressions.
pub(super) type Read = (Rule, Vec<Pattern>);

/// The rules, and for each its compiled expressions.
pub(super) fn read_all(
    reader: &mut Reader<'_>,
    top: Section<'_, '_>,
    allow: &[Text<'_>],
    parameters: &Parameters,
) -> Vec<Read> {
    let mut taken = HashMap::new();
    let mut read = Vec::new();
    let Some(value) = top.get("rule") else { return read };
    let Some(items) = value.get_ref().as_array() else {
        reader.wrong_type("rule", "a list of tables, each headed [[rule]]", value);
        return read;
    };
    let everywhere = folded(allow);
    let (mut words, mut regexes) = (allow.len(), 0);
    for item in items {
        if let Some((rule, patterns)) = read_one(reader, item, &everywhere, &mut taken, parameters) {
            words += rule.words.len() + rule.allow.len();
            regexes += patterns.len();
            read.push((rule, patterns));
        }
        if words > WORDS_MAX || regexes > REGEXES_MAX {
            let limit = "200,000 words and allow phrases, and 2,000 regular expressions";
            reader.fault(item.span().start, FaultKind::TooMuch { what: "a policy", limit });
            break;
        }
    }
    read
}

fn read_one(
    reader: &mut Reader<'_>,
    item: &Value<'_>,
    everywhere: &Places,
    taken: &mut Places,
    parameters: &Parameters,
) -> Option<Read> {
    let section = reader.table("rule", "a rule", item)?;
    reader.known_keys(section, KEYS);
    let id = read_id(reader, section, taken);
    let title = reader.needed(section, "title").and_then(|value| bilingual(reader, "title", value));
    let action = conditions::action(reader, section);
    let score = conditions::score(reader, section, action);
    let points = section.get("points").map_or(Some(1), |value| reader.number("points", value, POINTS));
    let allow = phrases(reader, section);
    let words = readable(reader, section, "words");
    dead_words(reader, &words, everywhere, &folded(&allow));
    let (regex, patterns) = expressions(reader, section, parameters);
    let span = conditions::span(reader, section);
    let rule = Rule {
        message: section.get("message").and_then(|value| bilingual(reader, "message", value)),
        category: conditions::category(reader, section),
        action,
        ladder: section.get("ladder").and_then(|value| reader.text("ladder", value)).map(owned_one),
        words: with_brands(&words, parameters),
        whole_word: reader.yes_or_no(section, "whole_word"),
        allow: owned(&allow),
        regex,
        tier: conditions::views(reader, section).unwrap_or_default(),
        act_unsure: reader.yes_or_no(section, "act_unsure").unwrap_or(false),
        entities: conditions::entities(reader, section),
        behaviour: conditions::behaviour(reader, section),
        part: conditions::part(reader, section).unwrap_or(Part::Text),
        combines: OWN_PATTERNS.iter().all(|key| section.get(key).is_none()),
        needs: conditions::needs(reader, section, "needs"),
        unless: conditions::needs(reader, section, "unless"),
        exempt_groups: owned(&reader.texts(section, "exempt_groups")),
        exempt_roles: owned(&reader.texts(section, "exempt_roles")),
        shadow: reader.yes_or_no(section, "shadow").unwrap_or(false),
        start_ms: span.0,
        end_ms: span.1,
        at: reader.place_of(section.at),
        // Last, so that what is wrong above is told even where one of these is missing.
        id: id?,
        title: title?,
        score: score?,
        points: points?,
    };
    looks_for_something(reader, section, &rule);
    Some((rule, patterns))
}

fn looks_for_something(reader: &mut Reader<'_>, section: Section<'_, '_>, rule: &Rule) {
    let nothing =
        |key| section.get(key).is_none_or(|value| value.get_ref().as_array().is_some_and(|a| a.is_empty()));
    if ["words", "regex", "entities", "behaviour", "needs"].into_iter().all(nothing) {
        reader.fault(section.at, FaultKind::EmptyRule { id: rule.id.to_string() });
    }
}

fn read_id(reader: &mut Reader<'_>, section: Section<'_, '_>, taken: &mut Places) -> Option<RuleId> {
    let value = reader.needed(section, "id")?;
    let id = reader.text("id", value)?;
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '_' | '-');
    if id.value.is_empty() || id.value.len() > ID_UTF8_MAX || !id.value.chars().all(allowed) {
        reader.fault(id.at, FaultKind::BadRuleId { id: clip(id.value) });
        return None;
    }
    if let Some(&first) = taken.get(id.value) {
        let first_line = reader.line(first);
        reader.fault(id.at, FaultKind::DuplicateRule { id: id.value.to_owned(), first_line });
    } else {
        taken.insert(id.value.to_owned(), id.at);
    }
    Some(RuleId::new(id.value))
}

/// The value under `key` if it is one of `known`; a fault otherwise.
pub(super) fn one_of(
    reader: &mut Reader<'_>,
    key: &'static str,
    value: &Value<'_>,
    known: &'static [&'static str],
) -> Option<usize> {
    let text = reader.text(key, value)?;
    let found = known.iter().position(|name| *name == text.value);
    if found.is_none() {
        let nearest = nearest(text.value, known);
        reader.fault(text.at, FaultKind::UnknownValue { key, value: clip(text.value), nearest, known });
    }
    found
}

/// What a rule adds to the score where it does not say.
pub(super) fn default_score(action: Certainty) -> Option<i32> {
    match action {
        Certainty::Act => i32::try_from(ACT).ok(),
        Certainty::Flag => i32::try_from(FLAG).ok(),
        Certainty::Score => None,
    }
}

fn bilingual(reader: &mut Reader<'_>, key: &'static str, value: &Value<'_>) -> Option<Bilingual> {
    let place = if key == "title" { "a title" } else { "a message" };
    let section = reader.table(key, place, value)?;
    reader.known_keys(section, LANGUAGES);
    let mut language = |language| {
        let value = reader.needed(section, language)?;
        let text = reader.text(language, value)?;
        if text.value.trim().is_empty() {
            reader.fault(text.at, FaultKind::EmptyText { key: language });
        }
        Some(text.value.trim().to_owned())
    };
    let (en, zh_cn) = (language("en"), language("zh-CN"));
    Some(Bilingual { en: en?, zh_cn: zh_cn? })
}

/// The allow phrases of a section.
pub(super) fn phrases<'d>(reader: &mut Reader<'_>, section: Section<'d, '_>) -> Vec<Text<'d>> {
    readable(reader, section, "allow")
}

/// The texts under `key`, with a fault for each that holds nothing to look for or too much.
pub(super) fn readable<'d>(
    reader: &mut Reader<'_>,
    section: Section<'d, '_>,
    key: &'static str,
) -> Vec<Text<'d>> {
    let texts = reader.texts(section, key);
    for text in &texts {
        if fold_word(text.value).is_empty() {
            reader.fault(text.at, FaultKind::EmptyText { key });
        } else if text.value.len() > PHRASE_UTF8_MAX {
            reader.fault(text.at, FaultKind::TooMuch { what: "a word or phrase", limit: "1,024 bytes" });
        }
    }
    texts
}

fn folded(texts: &[Text<'_>]) -> Places {
    let read = texts.iter().map(|text| (fold_word(text.value), text.at));
    read.filter(|(text, _)| !text.is_empty()).collect()
}

/// A word that is itself an allow phrase can never fire.
fn dead_words(reader: &mut Reader<'_>, words: &[Text<'_>], everywhere: &Places, here: &Places) {
    if here.is_empty() && everywhere.is_empty() {
        return;
    }
    for word in words {
        let read = fold_word(word.value);
        if let Some(&at) = here.get(&read).or_else(|| everywhere.get(&read)) {
            let kind = FaultKind::DeadWord { word: clip(word.value), allow_line: reader.line(at) };
            reader.fault(word.at, kind);
        }
    }
}

/// The expressions, those about brands left out where the deployment names none.
fn expressions(
    reader: &mut Reader<'_>,
    section: Section<'_, '_>,
    parameters: &Parameters,
) -> (Vec<String>, Vec<Pattern>) {
    let brands: Vec<String> =
        parameters.brands.iter().map(|brand| regex_syntax::escape(brand.trim())).collect();
    let brands = format!("(?:{})", brands.join("|"));
    let mut read = (Vec::new(), Vec::new());
    for text in reader.texts(section, "regex") {
        if text.value.contains(BRAND) && parameters.brands.is_empty() {
            continue;
        }
        match Pattern::compile(&text.value.replace(BRAND, &brands)) {
            Ok(pattern) => {
                read.0.push(text.value.to_owned());
                read.1.push(pattern);
            }
            Err(kind) => reader.fault(text.at, kind),
        }
    }
    read
}

fn with_brands(words: &[Text<'_>], parameters: &Parameters) -> Vec<String> {
    let mut read = Vec::with_capacity(words.len());
    for word in words {
        if word.value.contains(BRAND) {
            read.extend(parameters.brands.iter().map(|brand| word.value.replace(BRAND, brand.trim())));
        } else {
            read.push(word.value.to_owned());
        }
    }
    read
}

fn owned_one(text: Text<'_>) -> String {
    text.value.to_owned()
}

pub(super) fn owned(texts: &[Text<'_>]) -> Vec<String> {
    texts.iter().map(|text| text.value.to_owned()).collect()
}
