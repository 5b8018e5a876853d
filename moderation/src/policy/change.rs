//! Changes of rules that a policy imports.

use super::conditions;
use super::fault::{FaultKind, PolicyFault};
use super::pattern::Pattern;
use super::read_rule::SCORES;
use super::reader::{Reader, Section, Value};
use super::rule::{Need, Place, Rule};
use crate::verdict::Certainty;

const KEYS: &[&str] = &["rules", "action", "score", "points", "shadow", "off", "words", "allow"];
const POINTS: std::ops::Range<i64> = 1..101;

/// What is different for some rules.
pub(super) struct Change {
    rules: Need,
    action: Option<Certainty>,
    score: Option<i32>,
    points: Option<u32>,
    shadow: Option<bool>,
    off: bool,
    words: Vec<String>,
    allow: Vec<String>,
    at: Place,
}

pub(super) fn read_all(reader: &mut Reader<'_>, top: Section<'_, '_>) -> Vec<Change> {
    let Some(value) = top.get("change") else { return Vec::new() };
    match value.get_ref().as_array() {
        Some(items) => items.iter().filter_map(|item| read_one(reader, item)).collect(),
        None => {
            reader.wrong_type("change", "a list of tables, each headed [[change]]", value);
            Vec::new()
        }
    }
}

fn read_one(reader: &mut Reader<'_>, item: &Value<'_>) -> Option<Change> {
    let section = reader.table("change", "a change", item)?;
    reader.known_keys(section, KEYS);
    let named = reader.needed(section, "rules").and_then(|value| reader.text("rules", value))?;
    let action = section.get("action").map(|_| conditions::action(reader, section));
    let score = section.get("score").and_then(|value| reader.integer("score", value, SCORES));
    let points = section.get("points").and_then(|value| reader.number("points", value, POINTS));
    Some(Change {
        rules: Need::parse(named.value),
        action,
        score: score.and_then(|n| i32::try_from(n).ok()),
        points,
        shadow: reader.yes_or_no(section, "shadow"),
        off: reader.yes_or_no(section, "off").unwrap_or(false),
        words: super::read_rule::owned(&super::read_rule::readable(reader, section, "words")),
        allow: super::read_rule::owned(&super::read_rule::phrases(reader, section)),
        at: reader.place_of(named.at),
    })
}

impl Change {
    /// Changes the rules that are meant.
    pub(super) fn apply(
        &self,
        rules: &mut Vec<Rule>,
        patterns: &mut Vec<Vec<Pattern>>,
    ) -> Result<(), Vec<PolicyFault>> {
        let meant: Vec<bool> = rules.iter().map(|rule| self.rules.means(rule.id.as_str())).collect();
        if !meant.contains(&true) {
            let kind = FaultKind::NothingToChange { name: self.rules.to_string() };
            return Err(vec![PolicyFault::at(&self.at, kind)]);
        }
        for (rule, _) in rules.iter_mut().zip(&meant).filter(|(_, meant)| **meant) {
            rule.score = match (self.score, self.action) {
                (Some(score), _) => score,
                (None, Some(action)) => super::read_rule::default_score(action).unwrap_or(rule.score),
                (None, None) => rule.score,
            };
            rule.action = self.action.unwrap_or(rule.action);
            rule.points = self.points.unwrap_or(rule.points);
            rule.shadow = self.shadow.unwrap_or(rule.shadow);
            rule.words.extend(self.words.iter().cloned());
            rule.allow.extend(self.allow.iter().cloned());
        }
        if self.off {
            let mut keep = meant.iter().map(|meant| !meant);
            rules.retain(|_| keep.next().unwrap_or(true));
            let mut keep = meant.iter().map(|meant| !meant);
            patterns.retain(|_| keep.next().unwrap_or(true));
        }
        Ok(())
    }
}
