//! The lines that `scan` reads and writes.

use moderation::{Outcome, Span, Verdict, ViewKind};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// One message.
#[derive(Debug, Deserialize)]
pub(super) struct Input {
    /// Comes back with the verdict.
    #[serde(default)]
    pub(super) id: Value,
    pub(super) text: String,
    #[serde(default)]
    pub(super) chat: Option<String>,
}

/// What comes of one message.
#[derive(Debug, Serialize)]
pub(super) struct Output<'a> {
    id: &'a Value,
    verdict: Outcome,
    category: Option<&'a str>,
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
}

impl<'a> Output<'a> {
    /// What is written about a verdict.
    pub(super) fn of(input: &'a Input, verdict: &'a Verdict) -> Self {
        let found = |hit: &'a moderation::Hit| Found {
            id: hit.rule.as_str(),
            version: hit.version,
            pattern: &hit.pattern,
            view: hit.view,
            spans: &hit.spans,
        };
        Self {
            id: &input.id,
            verdict: verdict.outcome,
            category: None,
            score: 0,
            rules: verdict.hits.iter().map(found).collect(),
            actions: Vec::new(),
        }
    }
}
