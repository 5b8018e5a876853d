//! Writes a verdict for a person.

use std::io::{self, Write};

use moderation::{Hit, HitKind, Outcome, Policy, Verdict};
use serde::Serialize;
use serde_json::Value;

use super::line::{Input, actions};

/// More of a text is not shown, in bytes.
const SHOWN_UTF8: usize = 2_000;
const RED: &str = "\x1b[1;31m";
const YELLOW: &str = "\x1b[1;33m";
const GREEN: &str = "\x1b[32m";
const FAINT: &str = "\x1b[2m";
const PLAIN: &str = "\x1b[0m";

/// Writes what came of a message: the verdict, the text with what was found, each rule with its reason, what follows.
pub(super) fn write(
    out: &mut impl Write,
    input: &Input,
    verdict: &Verdict,
    policy: &Policy,
    colour: bool,
) -> io::Result<()> {
    let (word, paint) = match verdict.outcome {
        Outcome::Pass => ("PASS", GREEN),
        Outcome::Flag => ("FLAG", YELLOW),
        Outcome::Act => ("ACT", RED),
    };
    let id = match &input.id {
        Value::String(id) => printable(id),
        other => other.to_string(),
    };
    let (on, off) = if colour { (paint, PLAIN) } else { ("", "") };
    write!(out, "{id} {on}{word}{off}")?;
    if let Some(category) = verdict.category.filter(|_| verdict.outcome != Outcome::Pass) {
        write!(out, " · {category}")?;
    }
    writeln!(out, " · score {}", verdict.score)?;
    writeln!(out, "  {}", marked(&input.text, verdict, colour))?;
    for hit in &verdict.hits {
        writeln!(out, "  {}", reason(hit, policy, colour))?;
    }
    let actions = actions(verdict, policy);
    if actions.is_empty() { Ok(()) } else { writeln!(out, "  then: {}", actions.join(", ")) }
}

/// `shop.fake-goods (version 1) +100: word 高仿, read skip`.
fn reason(hit: &Hit, policy: &Policy, colour: bool) -> String {
    let kind = match hit.kind {
        HitKind::Word => "word",
        HitKind::Regex => "expression",
        HitKind::Entity => "holds",
        HitKind::Behaviour => "behaviour",
        HitKind::Together => "together",
        HitKind::Learnt => "learnt, violation with",
        _ => "found",
    };
    let title = policy.title_of(hit.rule.as_str()).en;
    let view = serde_plain(&hit.view);
    let (on, off) = if colour { (FAINT, PLAIN) } else { ("", "") };
    let name = if hit.in_name { ", in the name" } else { "" };
    let shadow = if hit.shadow { ", in shadow: not counted" } else { "" };
    format!(
        "{} (version {}) {:+}: {kind} `{}`, read {view}{name}{shadow}{on} {title}{off}",
        hit.rule,
        hit.version,
        hit.score,
        printable(&hit.pattern)
    )
}

fn serde_plain(view: &impl Serialize) -> String {
    serde_json::to_value(view).ok().and_then(|view| view.as_str().map(str::to_owned)).unwrap_or_default()
}

/// The text with what was found in brackets, or in red.
fn marked(text: &str, verdict: &Verdict, colour: bool) -> String {
    let text = &text[..text.floor_char_boundary(SHOWN_UTF8)];
    let mut spans: Vec<(usize, usize)> = verdict
        .hits
        .iter()
        .filter(|hit| !hit.in_name && hit.score > 0)
        .flat_map(|hit| hit.spans.iter().map(|span| (span.start, span.end.min(text.len()))))
        .filter(|(start, end)| start < end)
        .collect();
    spans.sort_unstable();
    let (on, off) = if colour { (RED, PLAIN) } else { ("【", "】") };
    let (mut shown, mut at) = (String::new(), 0);
    let mut spans = spans.into_iter().peekable();
    while let Some((start, mut end)) = spans.next() {
        // What overlaps is marked as one.
        while let Some((_, further)) = spans.next_if(|(next, _)| *next < end) {
            end = end.max(further);
        }
        shown.push_str(&printable(&text[at..start]));
        shown.push_str(on);
        shown.push_str(&printable(&text[start..end]));
        shown.push_str(off);
        at = end;
    }
    shown + &printable(&text[at..])
}

/// Without characters that would move the cursor or colour the terminal.
fn printable(text: &str) -> String {
    let shown = |c: char| match c {
        '\n' => '⏎',
        c if c.is_control() || matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}') => '\u{FFFD}',
        c => c,
    };
    text.chars().map(shown).collect()
}
