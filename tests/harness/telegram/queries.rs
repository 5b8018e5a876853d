//! The bot itself, its commands, and answers to presses.

use bot_core::chat::{Action, Address, PressKey};
use serde_json::{Value, json};

use super::FakeTelegram;
use super::answer::{Judged, bad};
use super::asked::Asked;
use super::call::Reading;
use super::chats;

const TOO_OLD: &str = "query is too old and response timeout expired or query ID is invalid";

pub(super) fn me(fake: &FakeTelegram) -> Value {
    let mut me = chats::user_of(fake.world().bot());
    let privacy = fake.state().privacy;
    let more = json!({
        "can_join_groups": true, "can_read_all_group_messages": !privacy, "supports_inline_queries": false,
        "can_connect_to_business": false, "has_main_web_app": false,
    });
    if let (Some(me), Value::Object(more)) = (me.as_object_mut(), more) {
        me.extend(more);
    }
    me
}

/// Sets, forgets or gives the commands of a scope and language.
pub(super) fn commands(fake: &FakeTelegram, asked: &Asked) -> Judged {
    let scope = asked.json("scope")?.unwrap_or_else(|| json!({ "type": "default" }));
    let key = format!("{scope} {}", asked.text("language_code").unwrap_or_default());
    let mut state = fake.state();
    match asked.method.as_str() {
        "getmycommands" => Ok(state.commands.get(&key).cloned().unwrap_or_else(|| json!([]))),
        "deletemycommands" => {
            state.commands.remove(&key);
            Ok(Value::Bool(true))
        }
        _ => {
            let Some(Value::Array(commands)) = asked.json("commands")? else {
                return Err(bad("can't parse commands JSON object"));
            };
            if commands.len() > 100 {
                return Err(bad("BOT_COMMANDS_TOO_MUCH"));
            }
            commands.iter().try_for_each(command)?;
            state.commands.insert(key, Value::Array(commands));
            Ok(Value::Bool(true))
        }
    }
}

fn command(command: &Value) -> Judged<()> {
    let (name, about) = (command["command"].as_str().unwrap_or_default(), command["description"].as_str());
    let is_name_char = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
    let fits = (1..=32).contains(&name.len()) && name.bytes().all(is_name_char);
    if !fits {
        return Err(bad("BOT_COMMAND_INVALID"));
    }
    let len = about.map_or(0, |about| about.chars().count());
    if !(1..=256).contains(&len) { Err(bad("BOT_COMMAND_DESCRIPTION_INVALID")) } else { Ok(()) }
}

pub(super) fn answer_press(fake: &FakeTelegram, asked: &Asked) -> Judged<Reading> {
    let press = PressKey(asked.text("callback_query_id").unwrap_or_default());
    let text = asked.text("text").unwrap_or_default();
    if text.encode_utf16().count() > 200 {
        return Err(bad("MESSAGE_TOO_LONG"));
    }
    let Some(chat) = fake.state().presses.get(&press).cloned() else { return Err(bad(TOO_OLD)) };
    let chat = fake.world().moved_to(&chat).unwrap_or(chat);
    let to = Address { chat: Some(chat), peer: None, via: None, thread: None };
    Ok(Reading::plainly(to, Action::AnswerPress { press, text }))
}
