//! Reads the rules of a policy.

use std::collections::HashMap;

use super::fault::{FaultKind, nearest};
use super::pattern::Pattern;
use super::reader::{Reader, Section, Text, Value, clip};
use super::{Bilingual, Rule};
use crate::fold::fold_word;
use crate::verdict::{Certainty, RuleId};

const KEYS: &[&str] =
    &["id", "title", "message", "action", "points", "words", "whole_word", "allow", "regex", "exempt_groups"];
const LANGUAGES: &[&str] = &["en", "zh-CN"];
const ACTIONS: &[&str] = &["act", "flag"];
const POINTS: std::ops::Range<i64> = 1..101;
const ID_UTF8_MAX: usize = 64;
const WORDS_MAX: usize = 200_000;
const REGEXES_MAX: usize = 2_000;
const PHRASE_UTF8_MAX: usize = 1_024;

/// Where in the source each text stands.
type Places = HashMap<String, usize>;

/// The rules, and for each its compiled expressions.
pub(super) fn read_all(
    reader: &mut Reader<'_>,
    top: Section<'_, '_>,
    allow: &[Text<'_>],
) -> (Vec<Rule>, Vec<Vec<Pattern>>) {
    let mut taken = HashMap::new();
    let mut read = (Vec::new(), Vec::new());
    let Some(value) = top.get("rule") else { return read };
    let Some(items) = value.get_ref().as_array() else {
        reader.wrong_type("rule", "a list of tables, each headed [[rule]]", value);
        return read;
    };
    let everywhere = folded(allow);
    let (mut words, mut regexes) = (allow.len(), 0);
    for item in items {
        if let Some((rule, patterns)) = read_one(reader, item, &everywhere, &mut taken) {
            words += rule.words.len() + rule.allow.len();
            regexes += patterns.len();
            read.0.push(rule);
            read.1.push(patterns);
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
) -> Option<(Rule, Vec<Pattern>)> {
    let section = reader.table("rule", "a rule", item)?;
    reader.known_keys(section, KEYS);
    let id = read_id(reader, section, taken);
    let title = reader.needed(section, "title").and_then(|value| bilingual(reader, "title", value));
    let message = section.get("message").and_then(|value| bilingual(reader, "message", value));
    let action = read_action(reader, section);
    let points = section.get("points").map_or(Some(1), |value| reader.number("points", value, POINTS));
    let whole_word = reader.yes_or_no(section, "whole_word");
    let allow = phrases(reader, section);
    let words = readable(reader, section, "words");
    dead_words(reader, &words, everywhere, &folded(&allow));
    let regex = reader.texts(section, "regex");
    let patterns = regex.iter().filter_map(|text| compile(reader, text)).collect();
    let exempt_groups = reader.texts(section, "exempt_groups");
    let id = id?;
    let nothing =
        |key| section.get(key).is_none_or(|value| value.get_ref().as_array().is_some_and(|a| a.is_empty()));
    if nothing("words") && nothing("regex") {
        reader.fault(section.at, FaultKind::EmptyRule { id: id.to_string() });
    }
    let rule = Rule {
        id,
        title: title?,
        message,
        action,
        points: points?,
        words: owned(&words),
        whole_word,
        allow: owned(&allow),
        regex: owned(&regex),
        exempt_groups: owned(&exempt_groups),
    };
    Some((rule, patterns))
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

fn read_action(reader: &mut Reader<'_>, section: Section<'_, '_>) -> Certainty {
    let Some(value) = section.get("action") else { return Certainty::Flag };
    match reader.text("action", value).map(|text| text.value) {
        Some("act") => Certainty::Act,
        Some("flag") | None => Certainty::Flag,
        Some(other) => {
            let (value_at, nearest) = (value.span().start, nearest(other, ACTIONS));
            let kind = FaultKind::UnknownValue { key: "action", value: clip(other), nearest, known: ACTIONS };
            reader.fault(value_at, kind);
            Certainty::Flag
        }
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
fn readable<'d>(reader: &mut Reader<'_>, section: Section<'d, '_>, key: &'static str) -> Vec<Text<'d>> {
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
    for word in words {
        let read = fold_word(word.value);
        if let Some(&at) = here.get(&read).or_else(|| everywhere.get(&read)) {
            let kind = FaultKind::DeadWord { word: clip(word.value), allow_line: reader.line(at) };
            reader.fault(word.at, kind);
        }
    }
}

fn compile(reader: &mut Reader<'_>, text: &Text<'_>) -> Option<Pattern> {
    match Pattern::compile(text.value) {
        Ok(pattern) => Some(pattern),
        Err(kind) => {
            reader.fault(text.at, kind);
            None
        }
    }
}

pub(super) fn owned(texts: &[Text<'_>]) -> Vec<String> {
    texts.iter().map(|text| text.value.to_owned()).collect()
}
