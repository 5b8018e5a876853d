//! The switches that make the sandbox a bad platform.

use axum::extract::{Form, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use bot_core::chat::{RejectionKind, RetryScope};
use bot_core::text;
use bot_core::texts::Text;
use guildhall_sandbox::{Fault as Trouble, Rule};
use serde::Deserialize;

use super::{view::View, world_of};
use crate::fault::Fault;
use crate::frame::Frame;
use crate::pages::outbox::action_words;
use crate::reader::Reader;
use crate::state::Console;

/// Longest wait that can be asked for, seconds.
const SECONDS_MAX: i64 = 3_600;

/// What can go wrong: the value sent, and the key of its words.
pub(super) const KINDS: [(&str, &str); 8] = [
    ("slow", "sandbox-trouble-slow"),
    ("retry", "sandbox-trouble-retry"),
    ("refuse", "sandbox-trouble-refuse"),
    ("server", "sandbox-trouble-server"),
    ("lost-done", "sandbox-trouble-lost-done"),
    ("lost", "sandbox-trouble-lost"),
    ("down", "sandbox-trouble-down"),
    ("double", "sandbox-trouble-double"),
];

/// Actions that trouble can be kept to.
pub(super) const ACTIONS: [&str; 8] =
    ["send", "edit", "delete", "mute", "unmute", "open_thread", "show_form", "answer_press"];

/// What was asked for.
#[derive(Deserialize)]
pub(super) struct Wanted {
    #[serde(default)]
    view: String,
    /// One of [`KINDS`], or empty to clear everything.
    #[serde(default)]
    kind: String,
    #[serde(default)]
    seconds: String,
    #[serde(default)]
    times: String,
    #[serde(default)]
    action: String,
    #[serde(default)]
    clear: String,
}

/// `POST /sandbox/trouble`.
pub(super) async fn change(
    State(console): State<Console>,
    reader: Reader,
    Form(wanted): Form<Wanted>,
) -> Result<Response, Fault> {
    let world = world_of(&console)?;
    if wanted.clear.is_empty() {
        world.faults().add(rule(&wanted)?);
    } else {
        world.faults().clear();
    }
    if reader.live {
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    Ok(Redirect::to(&View::read(&wanted.view).path()).into_response())
}

fn rule(wanted: &Wanted) -> Result<Rule, Fault> {
    let seconds = wanted.seconds.trim().parse::<i64>().unwrap_or(5).clamp(0, SECONDS_MAX);
    let wait_ms = seconds * 1000;
    let trouble = match wanted.kind.as_str() {
        "slow" => Trouble::Slow { wait_ms },
        "retry" => Trouble::RetryAfter { wait_ms, scope: RetryScope::Account },
        "refuse" => Trouble::Refuse { why: RejectionKind::Blocked },
        "server" => Trouble::ServerError,
        "lost-done" => Trouble::TimeoutAfter,
        "lost" => Trouble::TimeoutBefore,
        "down" => Trouble::Down,
        "double" => Trouble::Duplicate,
        _ => return Err(Fault::Unreadable),
    };
    let times = wanted.times.trim().parse::<u32>().ok().filter(|times| *times > 0);
    let action = ACTIONS.contains(&wanted.action.as_str()).then(|| wanted.action.clone());
    Ok(Rule { left: times, action, ..Rule::new(trouble) })
}

/// What stands, each in a sentence.
pub(super) fn standing(f: &Frame, rules: &[Rule]) -> Vec<String> {
    let say = |rule: &Rule| {
        let what = trouble_words(&rule.fault);
        let what = match &rule.action {
            Some(action) => text!("sandbox-trouble-only", what = what, action = action_words(action)),
            None => what,
        };
        f.say(&match rule.left {
            Some(left) => text!("sandbox-trouble-left", what = what, n = i64::from(left)),
            None => text!("sandbox-trouble-until-cleared", what = what),
        })
    };
    rules.iter().map(say).collect()
}

fn trouble_words(trouble: &Trouble) -> Text {
    match trouble {
        Trouble::Slow { wait_ms } => text!("sandbox-trouble-slow-by", s = wait_ms / 1000),
        Trouble::RetryAfter { wait_ms, .. } => text!("sandbox-trouble-retry-by", s = wait_ms / 1000),
        Trouble::Refuse { .. } => text!("sandbox-trouble-refuse"),
        Trouble::ServerError => text!("sandbox-trouble-server"),
        Trouble::TimeoutAfter | Trouble::HangAfter => text!("sandbox-trouble-lost-done"),
        Trouble::TimeoutBefore | Trouble::HangBefore => text!("sandbox-trouble-lost"),
        Trouble::Down => text!("sandbox-trouble-down"),
        Trouble::Duplicate => text!("sandbox-trouble-double"),
    }
}
