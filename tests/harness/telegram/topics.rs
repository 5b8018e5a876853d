//! Topics of forums.

use bot_core::chat::{Action, Address, ThreadKey, ThreadRef};
use serde_json::{Value, json};

use super::FakeTelegram;
use super::answer::{Judged, bad};
use super::asked::Asked;
use super::call::Reading;
use super::chats;

/// Longest name of a topic.
const NAME_CHARS: usize = 128;

fn forum(fake: &FakeTelegram, asked: &Asked) -> Judged<Address> {
    let mut to = chats::address(fake, asked)?;
    let is_forum = to.chat.as_ref().is_some_and(|chat| fake.state().forums.contains(chat));
    if !is_forum {
        return Err(bad("the chat is not a forum"));
    }
    to.thread = None;
    Ok(to)
}

fn name(asked: &Asked) -> Judged<String> {
    let name = asked.text("name").unwrap_or_default().trim().to_owned();
    if name.is_empty() {
        return Err(bad("TOPIC_TITLE_EMPTY"));
    }
    Ok(name.chars().take(NAME_CHARS).collect())
}

fn topic(asked: &Asked) -> Judged<ThreadRef> {
    match asked.number("message_thread_id") {
        0 => Err(bad("invalid message thread identifier specified")),
        id => Ok(ThreadRef::Key(ThreadKey(id.to_string()))),
    }
}

pub(super) fn create(fake: &FakeTelegram, asked: &Asked) -> Judged<Reading> {
    let (to, title) = (forum(fake, asked)?, name(asked)?);
    let made = title.clone();
    Ok(Reading::act(to, Action::OpenThread { title }, move |_, delivered| {
        let id = delivered.thread.as_ref().map_or(Value::Null, |thread| chats::number(thread.as_str()));
        json!({ "message_thread_id": id, "name": made, "icon_color": 7_322_096 })
    }))
}

pub(super) fn edit(fake: &FakeTelegram, asked: &Asked) -> Judged<Reading> {
    let (to, thread, title) = (forum(fake, asked)?, topic(asked)?, name(asked)?);
    Ok(Reading::plainly(to, Action::RenameThread { thread, title }))
}

pub(super) fn set(fake: &FakeTelegram, asked: &Asked, open: bool) -> Judged<Reading> {
    let (to, thread) = (forum(fake, asked)?, topic(asked)?);
    let action = if open { Action::ReopenThread { thread } } else { Action::CloseThread { thread } };
    Ok(Reading::plainly(to, action))
}
