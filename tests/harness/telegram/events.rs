//! The world's events as updates.

use bot_core::chat::{
    CUSTOM_EMOJI, ChatInfo, ChatKind, Event, EventBody, FileRef, MemberRole, MessageEvent, MessageKey,
    Sender, UserInfo,
};
use guildhall_sandbox::{Author, Notice, World};
use serde_json::{Value, json};

use super::messages::{Shown, anonymous, notice_key};
use super::state::State;
use super::{chats, members, messages, service};

/// The updates of an event, of the kinds that the bot asked for; none for what Telegram tells no bot.
pub(super) fn updates_of(world: &World, state: &mut State, event: &Event) -> Vec<Value> {
    let at_ms = event.at_ms;
    let all = match &event.body {
        // The world tells of an album at once; it is several updates here.
        EventBody::Message(message) | EventBody::Part { message, .. } => {
            of_message(world, state, at_ms, message, "message", None)
        }
        EventBody::Edited(message) => of_message(world, state, at_ms, message, "edited_message", Some(at_ms)),
        EventBody::Pressed { chat, by, message, press, handle, .. } => {
            state.presses.insert(press.clone(), chat.key.clone());
            vec![pressed(world, state, chat, by, message.as_ref(), (press.as_str(), handle))]
        }
        EventBody::DirectOpened { chat, by, payload } => {
            opened(world, state, at_ms, chat, by, payload.as_deref())
        }
        EventBody::DirectClosed { chat, by } => {
            state.told_blocked.insert(chat.key.clone());
            vec![my_member(world, state, chat, at_ms, chats::user_of(by), ("member", "kicked"))]
        }
        EventBody::JoinRequested { chat, user, words, .. } => {
            vec![json!({ "chat_join_request": {
                "chat": in_chat(world, state, chat),
                "from": chats::user_of(user),
                "user_chat_id": chats::number(user.key.as_str()),
                "date": at_ms / 1_000,
                "bio": words,
            } })]
        }
        EventBody::Joined { chat, user } => {
            let notice = Notice::Joined { user: user.key.clone() };
            member(world, state, chat, at_ms, user, &notice, ("left", json!({})), ("member", json!({})))
        }
        EventBody::Left { chat, user } => left(world, state, chat, at_ms, user),
        EventBody::RoleChanged { chat, user, role } => role_changed(world, state, chat, at_ms, user, *role),
        EventBody::ChatMigrated { chat, from } => migrated(world, state, chat, from, at_ms),
        EventBody::ChatChanged { chat, added_by, .. } => {
            chat_changed(world, state, chat, at_ms, added_by.as_ref())
        }
        EventBody::ThreadChanged { chat, thread, change } => {
            let change = format!("{change:?}").to_lowercase();
            let is_it =
                |notice: &Notice| matches!(notice, Notice::Thread { change: word, .. } if *word == change);
            let Some(key) = notice_key(world, &chat.key, at_ms, is_it).filter(|_| change != "deleted") else {
                return Vec::new();
            };
            let notice = Notice::Thread { title: String::new(), change };
            let mut message = service::message(world, state, chat, at_ms, &key, notice);
            message["message_thread_id"] = chats::number(thread.as_str());
            message["is_topic_message"] = json!(true);
            vec![json!({ "message": message })]
        }
        EventBody::Reacted { chat, message, by: Some(by), emoji, .. } => {
            vec![json!({ "message_reaction": {
                "chat": in_chat(world, state, chat),
                "message_id": chats::number(message.as_str()),
                "user": chats::user_of(by),
                "date": at_ms / 1_000,
                "old_reaction": [],
                "new_reaction": emoji.iter().map(|emoji| reaction_type(emoji)).collect::<Vec<_>>(),
            } })]
        }
        EventBody::Unknown { kind } => return vec![json!({ kind.as_str(): {} })],
        // A filled form comes to no bot here, nobody asks one for friendship, and deletions are not told.
        EventBody::Submitted { .. }
        | EventBody::Reacted { by: None, .. }
        | EventBody::Deleted { .. }
        | EventBody::Withheld { .. }
        | EventBody::Asked { .. } => Vec::new(),
    };
    let is_wanted =
        |update: &Value| update.as_object().is_some_and(|update| update.keys().all(|kind| state.wants(kind)));
    all.into_iter().filter(is_wanted).collect()
}

fn reaction_type(emoji: &str) -> Value {
    match emoji.strip_prefix(CUSTOM_EMOJI) {
        Some(id) => json!({ "type": "custom_emoji", "custom_emoji_id": id }),
        None => json!({ "type": "emoji", "emoji": emoji }),
    }
}

fn in_chat(world: &World, state: &State, chat: &ChatInfo) -> Value {
    chats::chat(world, state, &chat.key, chat.kind, &chat.title)
}

fn of_message(
    world: &World,
    state: &mut State,
    at_ms: i64,
    event: &MessageEvent,
    kind: &str,
    edited_ms: Option<i64>,
) -> Vec<Value> {
    let author = match &event.from {
        Sender::User { user, .. } => Author::User(user.key.clone()),
        Sender::Chat { name } => Author::Chat(name.clone()),
        Sender::Myself => Author::Bot,
    };
    for file in &event.content.attachments {
        if let FileRef::Platform(key) = &file.file {
            state.files.insert(key.clone(), file.clone());
        }
    }
    let sent_ms = world.message(&event.chat.key, &event.message).map_or(at_ms, |message| message.at_ms);
    let shown = Shown {
        chat: &event.chat.key,
        kind: event.chat.kind,
        title: &event.chat.title,
        key: &event.message,
        author,
        at_ms: sent_ms,
        thread: event.thread.as_ref(),
        content: &event.content,
        reply_to: event.reply_to.as_ref(),
        forwarded: event.forwarded.as_ref(),
        edited_ms,
    };
    let mut parts = messages::all(world, state, &shown);
    if let Sender::User { user, .. } = &event.from {
        // As they were called then.
        parts.iter_mut().for_each(|part| part["from"] = chats::user_of(user));
    }
    parts.into_iter().map(|part| json!({ kind: part })).collect()
}

fn pressed(
    world: &World,
    state: &State,
    chat: &ChatInfo,
    by: &UserInfo,
    message: Option<&MessageKey>,
    (press, data): (&str, &str),
) -> Value {
    let there = message.and_then(|key| world.message(&chat.key, key));
    let shown = there
        .and_then(|view| messages::of_view(world, state, &chat.key, &view, true).into_iter().next())
        .unwrap_or_else(|| {
            let id = message.map_or(json!(0), |key| chats::number(key.as_str()));
            json!({ "chat": in_chat(world, state, chat), "message_id": id, "date": 0 })
        });
    json!({ "callback_query": {
        "id": press,
        "from": chats::user_of(by),
        "message": shown,
        "chat_instance": format!("-{}", chat.key.as_str().trim_start_matches('-')),
        "data": data,
    } })
}

/// Opening a private chat is the message `/start`; opening it again after a block is told before that.
fn opened(
    world: &World,
    state: &mut State,
    at_ms: i64,
    chat: &ChatInfo,
    by: &UserInfo,
    payload: Option<&str>,
) -> Vec<Value> {
    let mut updates = Vec::new();
    if state.told_blocked.remove(&chat.key) {
        updates.push(my_member(world, state, chat, at_ms, chats::user_of(by), ("kicked", "member")));
    }
    let last = || world.chat(&chat.key, None, 1).and_then(|view| Some(view.messages.last()?.key.clone()));
    let key = notice_key(world, &chat.key, at_ms, |notice| *notice == Notice::DirectOpened).or_else(last);
    let text = payload.map_or_else(|| "/start".to_owned(), |payload| format!("/start {payload}"));
    updates.push(json!({ "message": {
        "message_id": chats::number(key.unwrap_or_else(|| "1".into()).as_str()),
        "from": chats::user_of(by),
        "chat": in_chat(world, state, chat),
        "date": at_ms / 1_000,
        "text": text,
        "entities": [{ "type": "bot_command", "offset": 0, "length": 6 }],
    } }));
    updates
}

fn status(user: Value, (status, more): (&str, Value)) -> Value {
    let mut member = json!({ "user": user, "status": status });
    if let (Some(member), Value::Object(more)) = (member.as_object_mut(), more) {
        member.extend(more);
    }
    member
}

/// How a person in the private chat stands to the bot.
fn my_member(
    world: &World,
    state: &State,
    chat: &ChatInfo,
    at_ms: i64,
    from: Value,
    (old, new): (&str, &str),
) -> Value {
    let bot = || chats::user(world, &world.bot().key);
    let more = |status: &str| if status == "kicked" { json!({ "until_date": 0 }) } else { json!({}) };
    json!({ "my_chat_member": {
        "chat": in_chat(world, state, chat),
        "from": from,
        "date": at_ms / 1_000,
        "old_chat_member": status(bot(), (old, more(old))),
        "new_chat_member": status(bot(), (new, more(new))),
    } })
}

/// A member's change: told to admins, and in the group as a service message where the world has a line of it.
#[expect(clippy::too_many_arguments, reason = "all of it stands in the update")]
fn member(
    world: &World,
    state: &State,
    chat: &ChatInfo,
    at_ms: i64,
    user: &UserInfo,
    notice: &Notice,
    old: (&str, Value),
    new: (&str, Value),
) -> Vec<Value> {
    let mut updates = Vec::new();
    let by_bot = matches!(notice, Notice::Kicked { .. } | Notice::Banned { .. });
    if let Some(key) = notice_key(world, &chat.key, at_ms, |one| one == notice) {
        let message = service::message(world, state, chat, at_ms, &key, notice.clone());
        updates.push(json!({ "message": message }));
    }
    if bot_is_admin(world, chat) {
        let from = if by_bot { chats::user(world, &world.bot().key) } else { chats::user_of(user) };
        updates.push(json!({ "chat_member": {
            "chat": in_chat(world, state, chat),
            "from": from,
            "date": at_ms / 1_000,
            "old_chat_member": status(chats::user_of(user), old),
            "new_chat_member": status(chats::user_of(user), new),
        } }));
    }
    updates
}

fn bot_is_admin(world: &World, chat: &ChatInfo) -> bool {
    chats::view(world, &chat.key).is_some_and(|view| chats::is_admin(view.bot_rights.as_deref()))
}

fn left(world: &World, state: &State, chat: &ChatInfo, at_ms: i64, user: &UserInfo) -> Vec<Value> {
    let by_bot = |notice: &Notice| match notice {
        Notice::Kicked { user: gone } | Notice::Banned { user: gone } => *gone == user.key,
        _ => false,
    };
    let banned = chats::view(world, &chat.key).is_some_and(|view| view.banned.contains(&user.key));
    let notice = if notice_key(world, &chat.key, at_ms, by_bot).is_none() {
        Notice::Left { user: user.key.clone() }
    } else if banned {
        Notice::Banned { user: user.key.clone() }
    } else {
        Notice::Kicked { user: user.key.clone() }
    };
    let new = if banned { ("kicked", json!({ "until_date": 0 })) } else { ("left", json!({})) };
    member(world, state, chat, at_ms, user, &notice, ("member", json!({})), new)
}

fn role_changed(
    world: &World,
    state: &State,
    chat: &ChatInfo,
    at_ms: i64,
    user: &UserInfo,
    role: MemberRole,
) -> Vec<Value> {
    if !bot_is_admin(world, chat) {
        return Vec::new();
    }
    let as_admin = || {
        ("administrator", json!({ "can_be_edited": false, "can_manage_chat": true, "is_anonymous": false }))
    };
    let (old, new) = match role {
        MemberRole::Owner => (as_admin(), ("creator", json!({ "is_anonymous": false }))),
        MemberRole::Admin => (("member", json!({})), as_admin()),
        MemberRole::Member => (as_admin(), ("member", json!({}))),
    };
    vec![json!({ "chat_member": {
        "chat": in_chat(world, state, chat),
        "from": anonymous(),
        "date": at_ms / 1_000,
        "old_chat_member": status(chats::user_of(user), old),
        "new_chat_member": status(chats::user_of(user), new),
    } })]
}

fn migrated(
    world: &World,
    state: &mut State,
    chat: &ChatInfo,
    from: &bot_core::chat::ChatKey,
    at_ms: i64,
) -> Vec<Value> {
    let line = |key: &bot_core::chat::ChatKey, name: &str, other: &str| {
        json!({ "message": {
            "message_id": 1,
            "from": anonymous(),
            "sender_chat": chats::chat(world, state, key, ChatKind::Group, &chat.title),
            "chat": chats::chat(world, state, key, ChatKind::Group, &chat.title),
            "date": at_ms / 1_000,
            name: chats::number(other),
        } })
    };
    let lines = vec![
        line(from, "migrate_to_chat_id", chat.key.as_str()),
        line(&chat.key, "migrate_from_chat_id", from.as_str()),
    ];
    if let Some(rights) = state.told_rights.remove(from) {
        state.told_rights.insert(chat.key.clone(), rights);
    }
    lines
}

/// The bot's rights, its coming and going, and the group's title, as far as the bot was not told of them yet.
fn chat_changed(
    world: &World,
    state: &mut State,
    chat: &ChatInfo,
    at_ms: i64,
    added_by: Option<&UserInfo>,
) -> Vec<Value> {
    let mut updates = Vec::new();
    let rights = chats::view(world, &chat.key).and_then(|view| view.bot_rights);
    let told = state.told_rights.insert(chat.key.clone(), rights.clone());
    if told.as_ref() != Some(&rights) {
        let bot = || chats::user(world, &world.bot().key);
        let old = match &told {
            Some(Some(rights)) => members::bot_status(Some(rights)),
            Some(None) => ("kicked", json!({ "until_date": 0 })),
            None => ("left", json!({})),
        };
        updates.push(json!({ "my_chat_member": {
            "chat": in_chat(world, state, chat),
            "from": added_by.map_or_else(anonymous, chats::user_of),
            "date": at_ms / 1_000,
            "old_chat_member": status(bot(), old),
            "new_chat_member": status(bot(), members::bot_status(rights.as_deref())),
        } }));
    }
    let titled = state.told_titles.insert(chat.key.clone(), chat.title.clone());
    if titled.is_some_and(|title| title != chat.title) {
        let is_it = |notice: &Notice| matches!(notice, Notice::Renamed { .. });
        if let Some(key) = notice_key(world, &chat.key, at_ms, is_it) {
            let notice = Notice::Renamed { title: chat.title.clone() };
            updates.push(json!({ "message": service::message(world, state, chat, at_ms, &key, notice) }));
        }
    }
    updates
}
