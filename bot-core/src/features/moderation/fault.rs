//! The faults of a policy as sentences in the reader's language. What the readers of TOML, of expressions and of lengths
//! of time say (`reason`, `why`) stays in their own words.

use moderation::FaultKind as F;

use crate::text;
use crate::texts::Text;

/// What is wrong, in a sentence.
pub fn fault_text(kind: &F) -> Text {
    if let Some(of_value) = of_value(kind) {
        return of_value;
    }
    match kind {
        F::EmptyRule { id } => text!("policy-fault-empty-rule", id = id),
        F::BadRuleId { id } => text!("policy-fault-rule-id", id = id),
        F::DuplicateRule { id, first_line } => {
            text!("policy-fault-rule-twice", id = id, line = *first_line)
        }
        F::DeadWord { word, allow_line } => text!("policy-fault-dead-word", word = word, line = *allow_line),
        F::BadRegex { reason } => text!("policy-fault-regex", reason = reason),
        F::RegexTooLarge => text!("policy-fault-regex-large"),
        F::RegexMatchesEmpty => text!("policy-fault-regex-empty"),
        F::RegexNeverMatches => text!("policy-fault-regex-never"),
        F::UnknownSanction { value } => text!("policy-fault-sanction", value = value),
        F::NoSteps => text!("policy-fault-no-steps"),
        F::LadderDoesNotRise { step, before } => {
            text!("policy-fault-ladder-flat", step = step, before = before)
        }
        F::StepOutOfOrder { at, expected } => {
            text!("policy-fault-step-order", at = i64::from(*at), expected = expected)
        }
        F::ImportCycle { way } => text!("policy-fault-import-cycle", way = way),
        F::BadImport { name, why } => text!("policy-fault-import", name = name, why = why),
        F::NoSuchRuleBefore { id, name } => text!("policy-fault-no-rule-before", id = id, name = name),
        F::NothingToChange { name } => text!("policy-fault-nothing-to-change", name = name),
        F::NoSuchLadder { name } => text!("policy-fault-no-ladder", name = name),
        F::ThresholdsCross { flag, act } => {
            text!("policy-fault-thresholds", flag = i64::from(*flag), act = i64::from(*act))
        }
        F::EndsBeforeItStarts => text!("policy-fault-ends-first"),
        F::BadDomain { text } => text!("policy-fault-domain", written = text),
        F::TooMuch { what, limit } => text!("policy-fault-too-much", what = named(what), limit = *limit),
        // The engine has learnt to say something since: its own words are better than none.
        other => text!("policy-fault-other", words = other.to_string()),
    }
}

/// What is wrong with a key or its value.
fn of_value(kind: &F) -> Option<Text> {
    Some(match kind {
        F::Syntax { reason } => text!("policy-fault-syntax", reason = reason),
        F::UnknownKey { place, key, nearest, known } => {
            text!("policy-fault-key", place = named(place), key = key, hint = hint(*nearest, known))
        }
        F::MissingKey { place, key } => text!("policy-fault-key-missing", place = named(place), key = *key),
        F::WrongType { key, expected, found } => {
            text!("policy-fault-type", key = *key, expected = named(expected), found = named(found))
        }
        F::WrongEntry { key, found } => text!("policy-fault-entry", key = *key, found = named(found)),
        F::UnknownValue { key, value, nearest, known } => {
            text!("policy-fault-value", key = *key, value = value, hint = hint(*nearest, known))
        }
        F::OutOfRange { key, low, high } => text!("policy-fault-range", key = *key, low = *low, high = *high),
        F::EmptyText { key } => text!("policy-fault-text-empty", key = *key),
        F::BadDuration { key, reason } => {
            text!("policy-fault-duration", key = *key, reason = reason.to_string())
        }
        _ => return None,
    })
}

fn hint(nearest: Option<&str>, known: &[&str]) -> Text {
    match nearest {
        Some(nearest) => text!("policy-fault-nearest", nearest = nearest),
        None => text!("policy-fault-known", known = known.join(", ")),
    }
}

/// The engine's words for a part of a policy or a kind of value.
fn named(words: &str) -> Text {
    match words {
        "a policy" => text!("policy-thing-policy"),
        "a rule" => text!("policy-thing-rule"),
        "a change" => text!("policy-thing-change"),
        "a behaviour" => text!("policy-thing-behaviour"),
        "thresholds" => text!("policy-thing-thresholds"),
        "the learner" => text!("policy-thing-learner"),
        "pictures" => text!("policy-thing-pictures"),
        "ladders" | "the ladder" => text!("policy-thing-ladder"),
        "a step" => text!("policy-thing-step"),
        "a regular expression" => text!("policy-thing-regex"),
        "a word or phrase" => text!("policy-thing-word"),
        "a text" => text!("policy-thing-text"),
        "a text in quotes" => text!("policy-thing-quoted"),
        "a whole number" => text!("policy-thing-number"),
        "a number with a point" => text!("policy-thing-fraction"),
        "a date" => text!("policy-thing-date"),
        "a list" => text!("policy-thing-list"),
        "a list of texts" => text!("policy-thing-texts"),
        "a table" => text!("policy-thing-table"),
        "true or false" => text!("policy-thing-truth"),
        other => text!("policy-fault-other", words = other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::Lang;
    use crate::texts::Texts;
    use jiff::tz::TimeZone;

    /// A policy with most of what can be wrong.
    const BAD: &str = r#"
version = "one"
nonsense = 1
[thresholds]
flag = 90
act = 10
[ladder]
steps = ["warn", "warn", "shout"]
[[rule]]
id = "Two Words"
[[rule]]
id = "a"
regex = ["(", "a*"]
score = 100000
[[rule]]
id = "a"
words = [7, ""]
"#;

    #[test]
    fn each_fault_is_told_in_either_language() {
        let texts = Texts::new(TimeZone::UTC);
        let faults = moderation::Policy::parse(BAD).unwrap_err();
        assert!(faults.len() > 5, "{faults:?}");
        for fault in &faults {
            let told = fault_text(&fault.kind);
            assert_ne!(told.key, "policy-fault-other", "{fault}");
            let (en, zh) = (texts.say(Lang::En, &told), texts.say(Lang::Zh, &told));
            assert!(zh.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c)), "{fault}: {zh}");
            assert!(!en.is_empty() && !en.contains("policy-"), "{en}");
        }
    }
}
