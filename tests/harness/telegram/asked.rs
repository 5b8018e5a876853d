//! A request as the server reads it: method and parameters from the address, a form, JSON, or multipart.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::answer::{Judged, bad};

/// A file that came with a request.
#[derive(Clone, Debug)]
pub(super) struct Upload {
    pub(super) name: String,
    pub(super) bytes: Vec<u8>,
}

/// A request.
#[derive(Debug, Default)]
pub(super) struct Asked {
    /// In lower case: the server does not care.
    pub(super) method: String,
    /// Values as text where they came as text.
    params: Map<String, Value>,
    pub(super) uploads: BTreeMap<String, Upload>,
}

impl Asked {
    /// Reads a request.
    pub(super) async fn read(
        method: &str,
        query: Option<&str>,
        content_type: &str,
        body: Vec<u8>,
    ) -> Judged<Self> {
        let mut asked = Self { method: method.to_ascii_lowercase(), ..Self::default() };
        asked.add_pairs(query.unwrap_or_default().as_bytes());
        if content_type.starts_with("application/json") {
            match serde_json::from_slice(&body) {
                Ok(Value::Object(object)) => asked.params.extend(object),
                _ if body.is_empty() => {}
                _ => return Err(bad("can't parse request JSON object")),
            }
        } else if content_type.starts_with("multipart/form-data") {
            asked.add_parts(content_type, body).await?;
        } else {
            asked.add_pairs(&body);
        }
        Ok(asked)
    }

    fn add_pairs(&mut self, pairs: &[u8]) {
        for (name, value) in form_urlencoded::parse(pairs) {
            self.params.insert(name.into_owned(), Value::String(value.into_owned()));
        }
    }

    async fn add_parts(&mut self, content_type: &str, body: Vec<u8>) -> Judged<()> {
        let unreadable = |_| bad("can't parse multipart request");
        let boundary = multer::parse_boundary(content_type).map_err(unreadable)?;
        let whole = futures::stream::iter([Ok::<_, std::io::Error>(body)]);
        let mut parts = multer::Multipart::new(whole, boundary);
        while let Some(part) = parts.next_field().await.map_err(unreadable)? {
            let name = part.name().unwrap_or_default().to_owned();
            let file = part.file_name().map(str::to_owned);
            let bytes = part.bytes().await.map_err(unreadable)?.to_vec();
            match file {
                Some(file) => drop(self.uploads.insert(name, Upload { name: file, bytes })),
                None => {
                    let text = String::from_utf8_lossy(&bytes).into_owned();
                    self.params.insert(name, Value::String(text));
                }
            }
        }
        Ok(())
    }

    /// A parameter as it came; JSON in text is not read.
    fn raw(&self, name: &str) -> Option<&Value> {
        self.params.get(name).filter(|value| !value.is_null())
    }

    /// A parameter as text.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        match self.raw(name)? {
            Value::String(text) => Some(text.clone()),
            other => Some(other.to_string()),
        }
    }

    /// A parameter that is an object or a list, be it JSON or text with JSON in it.
    pub(super) fn json(&self, name: &str) -> Judged<Option<Value>> {
        match self.raw(name) {
            None => Ok(None),
            Some(Value::String(text)) if text.trim().is_empty() => Ok(None),
            Some(Value::String(text)) => serde_json::from_str(text)
                .map(Some)
                .map_err(|_| bad(format_args!("can't parse {} JSON object", name.replace('_', " ")))),
            Some(value) => Ok(Some(value.clone())),
        }
    }

    /// A whole number; 0 where there is none, as the server reads it.
    pub(super) fn number(&self, name: &str) -> i64 {
        match self.raw(name) {
            Some(Value::Number(number)) => number.as_i64().unwrap_or(0),
            Some(Value::String(text)) => text.trim().parse().unwrap_or(0),
            _ => 0,
        }
    }

    /// A switch.
    pub(super) fn flag(&self, name: &str) -> bool {
        match self.raw(name) {
            Some(Value::Bool(flag)) => *flag,
            Some(Value::String(text)) => matches!(text.to_lowercase().as_str(), "true" | "yes" | "1"),
            _ => false,
        }
    }

    /// The parameters, those with JSON in text read, for who looks at them later.
    pub(super) fn all(&self) -> Value {
        let read = |value: &Value| match value {
            Value::String(text) if text.starts_with(['{', '[']) => {
                serde_json::from_str(text).unwrap_or_else(|_| value.clone())
            }
            other => other.clone(),
        };
        Value::Object(self.params.iter().map(|(name, value)| (name.clone(), read(value))).collect())
    }
}
