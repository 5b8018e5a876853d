//! Message segments: the pieces of which a OneBot message is made.

use serde_json::{Map, Value, json};

use crate::{cq, wire};

/// One piece of a message.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Segment {
    /// What sort: `text`, `at`, `image` and so on.
    pub(crate) kind: String,
    /// What it says.
    pub(crate) data: Map<String, Value>,
}

impl Segment {
    /// A piece of text.
    pub(crate) fn text(text: &str) -> Self {
        Self::of("text", &[("text", text)])
    }

    /// A segment with these fields.
    pub(crate) fn of(kind: &str, fields: &[(&str, &str)]) -> Self {
        let data = fields.iter().map(|(name, value)| ((*name).to_owned(), json!(value))).collect();
        Self { kind: kind.to_owned(), data }
    }

    /// A field as text, also when it came as a number.
    pub(crate) fn get(&self, name: &str) -> Option<String> {
        wire::words(self.data.get(name)?)
    }

    /// As it goes out.
    pub(crate) fn json(&self) -> Value {
        json!({ "type": self.kind, "data": self.data })
    }
}

/// The segments of a message, however they came: a list, one alone, or a CQ string.
pub(crate) fn read(message: &Value) -> Vec<Segment> {
    match message {
        Value::Array(all) => all.iter().filter_map(one).collect(),
        Value::Object(_) => one(message).into_iter().collect(),
        Value::String(text) => cq::parse(text),
        _ => Vec::new(),
    }
}

fn one(value: &Value) -> Option<Segment> {
    if let Value::String(text) = value {
        return Some(Segment::text(text));
    }
    let kind = wire::words(value.get("type")?)?;
    let data = value.get("data").and_then(Value::as_object).cloned().unwrap_or_default();
    Some(Segment { kind, data })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn segments_come_as_a_list_alone_or_as_a_string() {
        let at = Segment::of("at", &[("qq", "7")]);
        let list =
            json!([{"type": "at", "data": {"qq": "7"}}, {"no": "type"}, 5, {"type": "text", "data": null}]);
        assert_eq!(read(&list), [at.clone(), Segment { kind: "text".into(), data: Map::new() }]);
        assert_eq!(read(&json!({"type": "at", "data": {"qq": "7"}})), std::slice::from_ref(&at));
        assert_eq!(read(&json!("[CQ:at,qq=7]")), [at]);
        assert_eq!(read(&json!(null)), []);
        assert_eq!(read(&json!([{"type": "at", "data": {"qq": 7}}]))[0].get("qq").as_deref(), Some("7"));
    }
}
