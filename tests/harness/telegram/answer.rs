//! What the server answers with: a result, a refusal in the Bot API's form, or something worse.

use serde_json::{Value, json};

/// An answer on its way out.
#[derive(Debug)]
pub(super) enum Answer {
    /// A status and a JSON body.
    Json(u16, Value),
    /// A status and a page, as the machines before the server give it.
    Html(u16),
    /// Bytes of a file.
    Bytes(Vec<u8>),
    /// The connection is closed without a word.
    Close,
    /// Nothing, for ever.
    Hang,
}

/// A refusal.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Refused {
    pub(super) code: u16,
    pub(super) description: String,
    pub(super) parameters: Option<Value>,
}

/// What a call gives.
pub(super) type Judged<T = Value> = Result<T, Refused>;

pub(super) fn refused(code: u16, description: impl Into<String>) -> Refused {
    Refused { code, description: description.into(), parameters: None }
}

/// A refusal of what was asked, in the server's words after `Bad Request: `.
pub(super) fn bad(why: impl std::fmt::Display) -> Refused {
    refused(400, format!("Bad Request: {why}"))
}

/// The refusal of a call that came too early.
pub(super) fn too_many(wait_ms: i64) -> Refused {
    let seconds = (wait_ms + 999) / 1_000;
    Refused {
        parameters: Some(json!({ "retry_after": seconds })),
        ..refused(429, format!("Too Many Requests: retry after {seconds}"))
    }
}

impl From<Judged> for Answer {
    fn from(judged: Judged) -> Self {
        match judged {
            Ok(result) => Self::Json(200, json!({ "ok": true, "result": result })),
            Err(refused) => {
                let mut body = json!({
                    "ok": false, "error_code": refused.code, "description": refused.description,
                });
                if let Some(parameters) = refused.parameters {
                    body["parameters"] = parameters;
                }
                Self::Json(refused.code, body)
            }
        }
    }
}
