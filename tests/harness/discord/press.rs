//! Answers to interactions: within three seconds the first, within fifteen minutes more.

use bot_core::chat::{Action, Address, Field, FieldKind, Form, UserKey};
use serde_json::{Value, json};

use super::rest::{Judged, Reading};
use super::server::Asked;
use super::{FakeDiscord, markdown, words};

/// How long the first answer may take, milliseconds.
const FIRST_MS: i64 = 3_000;
/// How long a token is good for, milliseconds.
const TOKEN_MS: i64 = 15 * 60_000;

pub(super) fn answer(fake: &FakeDiscord, asked: &Asked, id: &str, token: &str) -> Judged {
    let id: u64 = id.parse().map_err(|_| words::UNKNOWN_INTERACTION)?;
    let now_ms = fake.world().now_ms();
    let (kind, data) = (asked.body["type"].as_u64().unwrap_or_default(), asked.body["data"].clone());
    let press = {
        let mut state = fake.state();
        let press = state.presses.get_mut(&id).filter(|press| press.token == token);
        let press = press.ok_or(words::UNKNOWN_INTERACTION)?;
        if !press.answers.is_empty() {
            return Err(words::ANSWERED_BEFORE);
        }
        if now_ms - press.at_ms > FIRST_MS {
            return Err(words::UNKNOWN_INTERACTION);
        }
        let is_button = press.told["type"] == 3;
        let fits = match kind {
            4 => {
                data["content"].as_str().is_some_and(|text| !text.is_empty() && text.chars().count() <= 2_000)
            }
            5 => true,
            6 => is_button,
            9 => press.told["type"] != 5 && is_form(&data),
            8 => is_list(&data),
            _ => false,
        };
        // Who types is told what may be typed, and nothing else; nobody else is.
        let fits = fits && (kind == 8) == (press.told["type"] == 4);
        if !fits {
            return Err(words::INVALID_FORM);
        }
        press.answers.push((kind, data.clone()));
        press.clone()
    };
    let to = Address {
        chat: Some(press.chat.clone()),
        peer: None,
        via: None,
        thread: thread_of(fake, &press.told),
    };
    // What was only acknowledged may yet be answered with words.
    let Some(world) = press.world.filter(|_| kind != 6) else { return Ok(Reading::Done(Value::Null)) };
    let name = |user: &UserKey| user.to_string();
    let action = match kind {
        9 => Action::ShowForm { user: press.user, press: Some(world), form: form(&data) },
        4 => {
            let text = markdown::read(data["content"].as_str().unwrap_or_default(), &name).text;
            Action::AnswerPress { press: world, text }
        }
        _ => Action::AnswerPress { press: world, text: String::new() },
    };
    Ok(Reading::plainly(to, action))
}

fn thread_of(fake: &FakeDiscord, told: &Value) -> Option<bot_core::chat::ThreadKey> {
    let channel: u64 = told["channel_id"].as_str()?.parse().ok()?;
    fake.state().threads.get(&channel).map(|(_, thread)| thread.clone())
}

/// Whether it is a list of what may be typed: 25 at most, each of 100 characters at most.
fn is_list(data: &Value) -> bool {
    let short = |value: &Value| value.as_str().is_some_and(|text| (1..=100).contains(&text.chars().count()));
    let choices = data["choices"].as_array();
    choices.is_some_and(|all| {
        all.len() <= 25 && all.iter().all(|one| short(&one["name"]) && short(&one["value"]))
    })
}

fn is_form(data: &Value) -> bool {
    let short = |value: &Value, max: usize| {
        value.as_str().is_some_and(|text| (1..=max).contains(&text.chars().count()))
    };
    let fields: &[Value] = data["components"].as_array().map(Vec::as_slice).unwrap_or_default();
    let is_field = |field: &Value| {
        field["type"] == 18
            && short(&field["label"], 45)
            && (field["description"].is_null() || short(&field["description"], 100))
            && short(&field["component"]["custom_id"], 100)
            && matches!(field["component"]["type"].as_u64(), Some(3 | 4))
    };
    short(&data["custom_id"], 100)
        && short(&data["title"], 45)
        && (1..=5).contains(&fields.len())
        && fields.iter().all(is_field)
}

/// The form that people see.
fn form(data: &Value) -> Form {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let field = |field: &Value| {
        let input = &field["component"];
        let option = |one: &Value| (text(&one["value"]), text(&one["label"]));
        let kind = match (input["type"].as_u64(), input["style"].as_u64()) {
            (Some(3), _) => {
                FieldKind::Choice(input["options"].as_array().into_iter().flatten().map(option).collect())
            }
            (_, Some(2)) => FieldKind::Text,
            _ => FieldKind::Line,
        };
        Field {
            name: text(&input["custom_id"]),
            label: text(&field["label"]),
            hint: text(&field["description"]),
            kind,
            required: input["required"].as_bool().unwrap_or(true),
        }
    };
    let fields = data["components"].as_array().into_iter().flatten().map(field).collect();
    Form { handle: text(&data["custom_id"]), title: text(&data["title"]), fields }
}

/// More words to an interaction that was answered.
pub(super) fn follow_up(fake: &FakeDiscord, asked: &Asked, token: &str) -> Judged {
    let now_ms = fake.world().now_ms();
    let press = {
        let mut state = fake.state();
        let press = state.presses.values_mut().find(|press| press.token == token);
        let press = press.filter(|press| now_ms - press.at_ms <= TOKEN_MS && !press.answers.is_empty());
        let press = press.ok_or(words::UNKNOWN_WEBHOOK)?;
        press.answers.push((4, asked.body.clone()));
        press.clone()
    };
    let told = json!({ "id": "1", "channel_id": press.told["channel_id"] });
    // Words that come after a press was only acknowledged are the first that its person sees.
    let first = press.answers.iter().filter(|(kind, _)| !matches!(kind, 5 | 6)).count() == 1;
    let Some(world) = press.world.filter(|_| first) else { return Ok(Reading::Done(told)) };
    let to = Address { chat: Some(press.chat), peer: None, via: None, thread: thread_of(fake, &press.told) };
    let text =
        markdown::read(asked.body["content"].as_str().unwrap_or_default(), &|user| user.to_string()).text;
    Ok(Reading::act(to, Action::AnswerPress { press: world, text }, move |_, _| told))
}

/// The first answer is taken away.
pub(super) fn forget(fake: &FakeDiscord, token: &str) -> Judged {
    let now_ms = fake.world().now_ms();
    let state = fake.state();
    let press = state.presses.values().find(|press| press.token == token);
    press.filter(|press| now_ms - press.at_ms <= TOKEN_MS).ok_or(words::UNKNOWN_WEBHOOK)?;
    Ok(Reading::Done(Value::Null))
}
