//! JSON as implementations send it: numbers as text, several spellings of yes, fields that nobody documented.

use bot_core::chat::read_json;
use serde_json::{Map, Value};

/// A whole number, written as one or as text.
pub(crate) fn int(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => number.as_i64().or_else(|| whole(number.as_f64()?)),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

/// A number without a fraction that fits.
#[expect(clippy::cast_possible_truncation, reason = "checked to be whole and small enough")]
fn whole(number: f64) -> Option<i64> {
    (number.fract() == 0.0 && number.abs() < 9e15).then_some(number as i64)
}

/// Text, also of numbers; `None` for nothing and for what is no text.
pub(crate) fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        _ => None,
    }
}

/// Text that says something.
pub(crate) fn words(value: &Value) -> Option<String> {
    text(value).filter(|text| !text.trim().is_empty())
}

/// Yes or no, however it is spelt.
pub(crate) fn flag(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(flag) => Some(*flag),
        Value::Number(number) => number.as_f64().map(|number| number != 0.0),
        Value::String(text) => match text.trim().to_ascii_lowercase().as_str() {
            "true" | "yes" | "1" | "on" => Some(true),
            "false" | "no" | "0" | "off" | "" => Some(false),
            _ => None,
        },
        _ => None,
    }
}

/// The unix time of an event, milliseconds. Some implementations count in milliseconds already.
pub(crate) fn at_ms(event: &Value, now_ms: i64) -> i64 {
    match int(&event["time"]) {
        Some(time) if time > 100_000_000_000 => time,
        Some(time) if time > 0 => time.saturating_mul(1_000),
        _ => now_ms,
    }
}

/// What came over a connection.
#[derive(Debug)]
pub(crate) enum Frame {
    /// An answer to a call of ours.
    Answer(Answer),
    /// Something that happened.
    Event(Value),
    /// Neither.
    Odd(&'static str),
}

/// An answer to a call.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Answer {
    /// What we marked the call with.
    pub(crate) echo: String,
    /// `ok`, `async` or `failed`.
    pub(crate) status: String,
    /// 0 when it is done.
    pub(crate) retcode: i64,
    /// What was asked for.
    pub(crate) data: Value,
    /// Why it failed, in the implementation's words.
    pub(crate) why: String,
}

/// Reads a frame as far as it can be read.
pub(crate) fn frame(text: &str) -> Frame {
    let Ok(value) = read_json::<Value>(text.as_bytes()) else { return Frame::Odd("no JSON") };
    let Value::Object(fields) = &value else { return Frame::Odd("no object") };
    if fields.contains_key("post_type") {
        return Frame::Event(value);
    }
    if fields.contains_key("retcode") || fields.contains_key("status") {
        return Frame::Answer(answer(fields));
    }
    Frame::Odd("neither event nor answer")
}

fn answer(fields: &Map<String, Value>) -> Answer {
    let of = |name: &str| fields.get(name).unwrap_or(&Value::Null);
    let why = ["wording", "message", "msg"].into_iter().find_map(|name| words(of(name)));
    let status = text(of("status")).unwrap_or_default().to_ascii_lowercase();
    // One that names no code has failed unless it says that it has not.
    let retcode = int(of("retcode")).unwrap_or(if status == "ok" { 0 } else { -1 });
    Answer {
        echo: text(of("echo")).unwrap_or_default(),
        status,
        retcode,
        data: of("data").clone(),
        why: why.unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn numbers_and_answers_are_read_in_every_spelling() {
        for value in [json!(7), json!("7"), json!(" 7 "), json!(7.0)] {
            assert_eq!(int(&value), Some(7), "{value}");
        }
        for value in [json!(null), json!("x"), json!([7]), json!(7.5)] {
            assert_eq!(int(&value), None, "{value}");
        }
        for value in [json!(true), json!(1), json!("yes"), json!("TRUE"), json!("1")] {
            assert_eq!(flag(&value), Some(true), "{value}");
        }
        for value in [json!(false), json!(0), json!("no"), json!("")] {
            assert_eq!(flag(&value), Some(false), "{value}");
        }
        assert_eq!(at_ms(&json!({"time": 1_700_000_000}), 5), 1_700_000_000_000);
        assert_eq!(at_ms(&json!({"time": "1700000000123"}), 5), 1_700_000_000_123);
        assert_eq!(at_ms(&json!({}), 5), 5);
    }

    #[test]
    fn what_is_no_frame_is_odd_and_nothing_worse() {
        for text in ["", "[]", "7", "{", "{\"a\":1}", "\u{0}", "null"] {
            assert!(matches!(frame(text), Frame::Odd(_)), "{text}");
        }
        assert!(matches!(frame(r#"{"post_type":"meta_event","x":1}"#), Frame::Event(_)));
        let Frame::Answer(answer) =
            frame(r#"{"status":"failed","retcode":"1200","wording":"超时","echo":9}"#)
        else {
            panic!("an answer")
        };
        assert_eq!((answer.echo.as_str(), answer.retcode, answer.why.as_str()), ("9", 1_200, "超时"));
    }
}
