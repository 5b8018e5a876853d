//! The lines that `scan` reads and writes.

use moderation::{History, Message, Outcome, Policy, Span, TextLink, Verdict, ViewKind, ladder};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

/// One message.
#[derive(Debug, Deserialize)]
pub(super) struct Input {
    /// Comes back with the verdict.
    #[serde(default)]
    pub(super) id: Value,
    pub(super) text: String,
    #[serde(default, deserialize_with = "as_text")]
    pub(super) author: Option<String>,
    #[serde(default, deserialize_with = "as_text")]
    pub(super) chat: Option<String>,
    #[serde(default)]
    pub(super) at_ms: Option<i64>,
    #[serde(default)]
    pub(super) name: Option<String>,
    #[serde(default)]
    entities: Vec<Value>,
    #[serde(default)]
    pub(super) label: Option<String>,
    #[serde(default)]
    pub(super) category: Option<String>,
    #[serde(default, deserialize_with = "as_texts")]
    pub(super) evasion: Vec<String>,
    #[serde(default)]
    pub(super) lang: Option<String>,
}

/// Platforms write ids as numbers or as texts.
fn as_text<'de, D: Deserializer<'de>>(reader: D) -> Result<Option<String>, D::Error> {
    Ok(match Value::deserialize(reader)? {
        Value::Null => None,
        Value::String(text) => Some(text),
        other => Some(other.to_string()),
    })
}

/// One text, or a list of them.
fn as_texts<'de, D: Deserializer<'de>>(reader: D) -> Result<Vec<String>, D::Error> {
    let text = |value: Value| value.as_str().filter(|text| !text.is_empty()).map(str::to_owned);
    Ok(match Value::deserialize(reader)? {
        Value::Array(items) => items.into_iter().filter_map(text).collect(),
        other => text(other).into_iter().collect(),
    })
}

impl Input {
    /// The texts that lead somewhere: entities with `start`, `end` (bytes of UTF-8) and `url`.
    pub(super) fn links(&self) -> Vec<TextLink<'_>> {
        let place = |entity: &Value, key| {
            entity.get(key).and_then(Value::as_u64).and_then(|n| usize::try_from(n).ok())
        };
        let link = |entity| {
            let (start, end) = (place(entity, "start")?, place(entity, "end")?);
            Some(TextLink { start, end, url: entity.get("url")?.as_str()? })
        };
        self.entities.iter().filter_map(link).collect()
    }

    /// The message that the engine is given.
    pub(super) fn message<'a>(&'a self, links: &'a [TextLink<'a>]) -> Message<'a> {
        let mut message = Message::new(&self.text).with_links(links);
        message.group = self.chat.as_deref();
        message.author = self.author.as_deref();
        message.name = self.name.as_deref();
        message.at_ms = self.at_ms;
        message
    }
}

/// What comes of one message.
#[derive(Debug, Serialize)]
pub(super) struct Output<'a> {
    id: &'a Value,
    verdict: Outcome,
    category: Option<&'static str>,
    score: u32,
    rules: Vec<Found<'a>>,
    actions: Vec<String>,
}

/// One word or expression that was found.
#[derive(Debug, Serialize)]
struct Found<'a> {
    id: &'a str,
    version: u32,
    pattern: &'a str,
    view: ViewKind,
    spans: &'a [Span],
    /// Where it was found in the writer's name instead of the text: the characters there.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    in_name: Vec<&'a str>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    shadow: bool,
}

impl<'a> Output<'a> {
    /// What is written about a verdict.
    pub(super) fn of(input: &'a Input, verdict: &'a Verdict, policy: &Policy) -> Self {
        let found = |hit: &'a moderation::Hit| {
            let (spans, in_name) = if hit.in_name {
                (&[] as &[Span], hit.spans.iter().map(|span| span.text.as_str()).collect())
            } else {
                (hit.spans.as_slice(), Vec::new())
            };
            Found {
                id: hit.rule.as_str(),
                version: hit.version,
                pattern: &hit.pattern,
                view: hit.view,
                spans,
                in_name,
                shadow: hit.shadow,
            }
        };
        Self {
            id: &input.id,
            verdict: verdict.outcome,
            category: verdict.category.filter(|_| verdict.outcome != Outcome::Pass).map(|c| c.as_str()),
            score: verdict.score,
            rules: verdict.hits.iter().map(found).collect(),
            actions: actions(verdict, policy),
        }
    }
}

/// What follows for somebody without earlier offences.
pub(super) fn actions(verdict: &Verdict, policy: &Policy) -> Vec<String> {
    match verdict.outcome {
        Outcome::Pass => Vec::new(),
        Outcome::Flag => vec!["review".to_owned()],
        Outcome::Act => {
            let rule = verdict.gravest().map_or("", |hit| hit.rule.as_str());
            let rung = ladder::decide(policy.ladder_of(rule), &History::default(), 0, verdict.points());
            vec!["delete".to_owned(), rung.sanction.to_string()]
        }
    }
}
