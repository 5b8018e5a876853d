//! Reads the ladder of a policy.

use toml::de::DeValue;

use super::fault::FaultKind;
use super::reader::{Reader, Section, Text, Value, clip};
use crate::duration;
use crate::ladder::{Ladder, LadderStep, Sanction};

const KEYS: &[&str] = &["steps", "window", "decay", "repeat_account_points"];
const REPEAT: std::ops::Range<i64> = 0..101;
const STEP_KEYS: &[&str] = &["at", "sanction"];
const AT: std::ops::Range<i64> = 1..10_001;

pub(super) fn read(reader: &mut Reader<'_>, value: &Value<'_>) -> Option<Ladder> {
    let section = reader.table("ladder", "the ladder", value)?;
    reader.known_keys(section, KEYS);
    let default = Ladder::default();
    let steps = match section.get("steps") {
        Some(value) => read_steps(reader, value),
        None => default.steps,
    };
    let window_ms = span_of_time(reader, section, "window").unwrap_or(Some(default.window_ms));
    // Whoever writes a ladder of their own and no decay means that nothing wears off before the window ends.
    let decay_ms = span_of_time(reader, section, "decay").unwrap_or(None);
    let repeat = section.get("repeat_account_points");
    let repeat = repeat.map_or(Some(0), |value| reader.number("repeat_account_points", value, REPEAT));
    Some(Ladder { steps, window_ms: window_ms?, decay_ms, repeat_account_points: repeat? })
}

/// `None`: the key is not there; `Some(None)`: it is, and wrong.
fn span_of_time(reader: &mut Reader<'_>, section: Section<'_, '_>, key: &'static str) -> Option<Option<i64>> {
    let text = reader.text(key, section.get(key)?);
    Some(text.and_then(|text| time(reader, key, text.value, text.at)))
}

fn time(reader: &mut Reader<'_>, key: &'static str, text: &str, at: usize) -> Option<i64> {
    match duration::parse(text) {
        Ok(ms) => Some(ms),
        Err(reason) => {
            reader.fault(at, FaultKind::BadDuration { key, reason });
            None
        }
    }
}

fn read_steps(reader: &mut Reader<'_>, value: &Value<'_>) -> Vec<LadderStep> {
    let Some(items) = value.get_ref().as_array() else {
        reader.wrong_type("steps", "a list of sanctions", value);
        return Vec::new();
    };
    if items.is_empty() {
        reader.fault(value.span().start, FaultKind::NoSteps);
    }
    let mut steps: Vec<LadderStep> = Vec::new();
    for item in items {
        let next = steps.last().map_or(1, |step| step.at_points + 1);
        let Some(step) = read_step(reader, item, next) else { continue };
        if let Some(before) = steps.last().filter(|before| before.sanction >= step.sanction) {
            let (step, before) = (step.sanction.to_string(), before.sanction.to_string());
            reader.fault(item.span().start, FaultKind::LadderDoesNotRise { step, before });
        }
        steps.push(step);
    }
    steps
}

/// A sanction alone starts one point after the step before it; a table says where it starts.
fn read_step(reader: &mut Reader<'_>, item: &Value<'_>, next: u32) -> Option<LadderStep> {
    if matches!(item.get_ref(), DeValue::String(_)) {
        let text = reader.text("steps", item)?;
        return Some(LadderStep { at_points: next, sanction: sanction(reader, text)? });
    }
    let section = reader.table("steps", "a step", item)?;
    reader.known_keys(section, STEP_KEYS);
    let written = reader.needed(section, "at");
    let at_points = written.and_then(|at| reader.number("at", at, AT));
    if let (Some(written), Some(at)) = (written, at_points) {
        let wrong = if next == 1 { at != 1 } else { at < next };
        if wrong {
            let expected = if next == 1 { "1".to_owned() } else { format!("{next} or later") };
            reader.fault(written.span().start, FaultKind::StepOutOfOrder { at, expected });
        }
    }
    let text = reader.needed(section, "sanction").and_then(|value| reader.text("sanction", value));
    let sanction = text.and_then(|text| sanction(reader, text));
    Some(LadderStep { at_points: at_points?, sanction: sanction? })
}

fn sanction(reader: &mut Reader<'_>, text: Text<'_>) -> Option<Sanction> {
    let (name, rest) = text.value.trim().split_once(char::is_whitespace).unwrap_or((text.value.trim(), ""));
    match (name, rest.trim()) {
        ("warn", "") => Some(Sanction::Warn),
        ("kick", "") => Some(Sanction::Kick),
        ("ban", "") => Some(Sanction::Ban),
        ("mute", length) => Some(Sanction::Mute { ms: time(reader, "mute", length, text.at)? }),
        _ => {
            reader.fault(text.at, FaultKind::UnknownSanction { value: clip(text.value) });
            None
        }
    }
}
