//! A call's parameters, read as leniently as implementations read them.

use serde_json::Value;

/// What a call was made with.
#[derive(Clone, Debug)]
pub(super) struct Params(pub(super) Value);

impl Params {
    /// A whole number, 0 where there is none.
    pub(super) fn int(&self, name: &str) -> i64 {
        match &self.0[name] {
            Value::Number(number) => number.as_i64().unwrap_or(0),
            Value::String(text) => text.trim().parse().unwrap_or(0),
            _ => 0,
        }
    }

    /// Text; numbers are text as well.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        match &self.0[name] {
            Value::String(text) => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        }
    }

    /// A switch.
    pub(super) fn flag(&self, name: &str) -> Option<bool> {
        match &self.0[name] {
            Value::Bool(flag) => Some(*flag),
            Value::String(text) => Some(text == "true"),
            _ => None,
        }
    }

    /// Whether it is there at all.
    pub(super) fn has(&self, name: &str) -> bool {
        !self.0[name].is_null()
    }
}
