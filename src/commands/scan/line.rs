//! The lines that `scan` reads and writes.

use moderation::{History, Message, Outcome, Policy, Span, TextLink, Verdict, ViewKind, ladder};
use serde::Serialize;
use serde_json::{Map, Value};

/// One message.
#[derive(Debug, Default)]
pub(super) struct Input {
    /// Comes back with the verdict.
    pub(super) id: Value,
    pub(super) text: String,
    pub(super) author: Option<String>,
    pub(super) chat: Option<String>,
    pub(super) at_ms: Option<i64>,
    pub(super) name: Option<String>,
    entities: Vec<Value>,
    pub(super) label: Option<String>,
    pub(super) category: Option<String>,
    pub(super) evasion: Vec<String>,
    pub(super) lang: Option<String>,
}

/// The fields of a line, as far as they are still to be read. `null` is as good as nothing.
struct Fields(Map<String, Value>);

impl Fields {
    fn take(&mut self, key: &str) -> Option<Value> {
        self.0.remove(key).filter(|value| !value.is_null())
    }

    fn text(&mut self, key: &'static str) -> Result<Option<String>, String> {
        match self.take(key) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(other) => Err(format!("`{key}` must be a text in quotes, not {}", sort(&other))),
        }
    }

    /// Platforms write ids as numbers or as texts.
    fn id(&mut self, key: &'static str) -> Result<Option<String>, String> {
        match self.take(key) {
            Some(Value::Number(number)) => Ok(Some(number.to_string())),
            Some(Value::String(text)) => Ok(Some(text)),
            None => Ok(None),
            Some(other) => Err(format!("`{key}` must be a text or a number, not {}", sort(&other))),
        }
    }

    fn list(&mut self, key: &'static str) -> Result<Vec<Value>, String> {
        match self.take(key) {
            None => Ok(Vec::new()),
            Some(Value::Array(items)) => Ok(items),
            Some(other) => Err(format!("`{key}` must be a list, not {}", sort(&other))),
        }
    }
}

/// What a value is, in words.
fn sort(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

impl Input {
    /// Reads what a line holds.
    ///
    /// # Errors
    /// One sentence that names the field which is not as it must be.
    pub(super) fn of(line: Value) -> Result<Self, String> {
        let Value::Object(fields) = line else {
            return Err(format!("each line must be an object {{…}}, not {}", sort(&line)));
        };
        let mut fields = Fields(fields);
        let at_ms = match fields.take("at_ms") {
            None => None,
            Some(value) => {
                let wrong = || format!("`at_ms` must be whole milliseconds since 1970, not {}", sort(&value));
                Some(value.as_i64().ok_or_else(wrong)?)
            }
        };
        // One text, or a list of them.
        let evasion = match fields.take("evasion") {
            Some(Value::String(tag)) => vec![Value::String(tag)],
            Some(Value::Array(tags)) => tags,
            _ => Vec::new(),
        };
        let tag = |value: Value| value.as_str().filter(|tag| !tag.is_empty()).map(str::to_owned);
        Ok(Self {
            text: fields.text("text")?.ok_or("it has no `text`")?,
            author: fields.id("author")?,
            chat: fields.id("chat")?,
            at_ms,
            name: fields.text("name")?,
            entities: fields.list("entities")?,
            label: fields.text("label")?,
            category: fields.text("category")?,
            evasion: evasion.into_iter().filter_map(tag).collect(),
            lang: fields.text("lang")?,
            id: fields.take("id").unwrap_or_default(),
        })
    }

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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::Input;

    #[test]
    fn what_is_wrong_with_a_line_is_named_by_its_field() {
        for (line, words) in [
            (json!([1, 2]), "each line must be an object {…}, not a list"),
            (json!({"id": 1}), "it has no `text`"),
            (json!({"text": null}), "it has no `text`"),
            (json!({"text": 5}), "`text` must be a text in quotes, not a number"),
            (json!({"text": "x", "author": {}}), "`author` must be a text or a number, not an object"),
            (
                json!({"text": "x", "at_ms": 1.5}),
                "`at_ms` must be whole milliseconds since 1970, not a number",
            ),
            (json!({"text": "x", "entities": "y"}), "`entities` must be a list, not a text"),
            (json!({"text": "x", "label": true}), "`label` must be a text in quotes, not true or false"),
        ] {
            assert_eq!(Input::of(line).unwrap_err(), words);
        }
        let good =
            json!({"text": "x", "author": 5, "name": null, "entities": null, "evasion": "emoji", "more": 1});
        let read = Input::of(good).unwrap();
        assert_eq!((read.author.as_deref(), read.evasion.len(), read.id.is_null()), (Some("5"), 1, true));
    }
}
