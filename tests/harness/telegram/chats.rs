//! Chats and users as JSON, and the chat that a call is about.

use bot_core::chat::{Address, ChatKey, ChatKind, Right, ThreadKey, UserInfo, UserKey};
use guildhall_sandbox::{ChatView, World};
use serde_json::{Value, json};

use super::FakeTelegram;
use super::answer::{Judged, Refused, bad, refused};
use super::asked::Asked;
use super::members;
use super::state::State;

/// A key as a number, which it is; one that a test made up goes out as text, which no reader expects.
pub(super) fn number(key: &str) -> Value {
    key.parse::<i64>().map_or_else(|_| json!(key), |number| json!(number))
}

/// A user as updates show them.
pub(super) fn user_of(info: &UserInfo) -> Value {
    let (first, last) = match info.name.split_once(' ') {
        Some((first, last)) if !first.is_empty() && !last.is_empty() => (first, Some(last)),
        _ => (info.name.as_str(), None),
    };
    let mut user = json!({ "id": number(info.key.as_str()), "is_bot": info.is_bot, "first_name": first });
    let more = [
        ("last_name", last),
        ("username", info.username.as_deref()),
        ("language_code", info.language.as_deref()),
    ];
    for (name, value) in more {
        if let Some(value) = value {
            user[name] = json!(value);
        }
    }
    user
}

/// A user by key.
pub(super) fn user(world: &World, key: &UserKey) -> Value {
    match world.user(key) {
        Some(view) => user_of(&view.info),
        None if *key == world.bot().key => user_of(world.bot()),
        None => json!({ "id": number(key.as_str()), "is_bot": false, "first_name": "" }),
    }
}

/// A chat as updates show it, by what is known of it now.
pub(super) fn chat(world: &World, state: &State, key: &ChatKey, kind: ChatKind, title: &str) -> Value {
    match kind {
        ChatKind::Direct => {
            let mut chat = user(world, &UserKey::from(key.as_str()));
            for only_of_users in ["is_bot", "language_code"] {
                chat.as_object_mut().map(|chat| chat.remove(only_of_users));
            }
            chat["type"] = json!("private");
            chat
        }
        ChatKind::Channel => json!({ "id": number(key.as_str()), "title": title, "type": "channel" }),
        ChatKind::Group => {
            let kind = if is_supergroup(key) { "supergroup" } else { "group" };
            let mut chat = json!({ "id": number(key.as_str()), "title": title, "type": kind });
            if kind == "group" {
                chat["all_members_are_administrators"] = json!(false);
            }
            if state.forums.contains(key) {
                chat["is_forum"] = json!(true);
            }
            chat
        }
    }
}

/// Supergroups are told from groups by their keys, as on Telegram.
pub(super) fn is_supergroup(key: &ChatKey) -> bool {
    key.as_str().starts_with("-100")
}

/// The chat of a call, whether the bot may write there or not.
pub(super) fn key(fake: &FakeTelegram, asked: &Asked) -> Judged<ChatKey> {
    let Some(id) = asked.text("chat_id").filter(|id| !id.is_empty()) else {
        return Err(bad("chat_id is empty"));
    };
    let key = ChatKey(id);
    match fake.world().moved_to(&key) {
        Some(to) => Err(Refused {
            parameters: Some(json!({ "migrate_to_chat_id": number(to.as_str()) })),
            ..bad("group chat was upgraded to a supergroup chat")
        }),
        None => Ok(key),
    }
}

/// Where a call goes.
pub(super) fn address(fake: &FakeTelegram, asked: &Asked) -> Judged<Address> {
    let key = key(fake, asked)?;
    let thread = asked.number("message_thread_id");
    let mut to = Address { chat: None, peer: None, via: None, thread: None };
    if thread != 0 {
        to.thread = Some(ThreadKey(thread.to_string()));
    }
    if let Some(view) = view(fake.world(), &key) {
        need_inside(&view)?;
        to.chat = Some(key);
        return Ok(to);
    }
    let person = UserKey::from(key.as_str());
    if fake.world().user(&person).is_none() {
        return Err(bad("chat not found"));
    }
    to.peer = Some(person);
    Ok(to)
}

/// A chat without its messages.
pub(super) fn view(world: &World, key: &ChatKey) -> Option<ChatView> {
    world.chat(key, None, 0)
}

/// A group, seen from inside.
pub(super) fn group(fake: &FakeTelegram, asked: &Asked) -> Judged<ChatView> {
    let key = key(fake, asked)?;
    let view = view(fake.world(), &key).ok_or_else(|| bad("chat not found"))?;
    need_inside(&view)?;
    if view.summary.kind == ChatKind::Direct {
        return Err(bad("there are no administrators in the private chat"));
    }
    Ok(view)
}

fn need_inside(view: &ChatView) -> Judged<()> {
    if view.summary.kind == ChatKind::Group && view.bot_rights.is_none() {
        let what = if is_supergroup(&view.summary.key) { "supergroup" } else { "group" };
        return Err(refused(403, format!("Forbidden: bot was kicked from the {what} chat")));
    }
    Ok(())
}

/// Whether the bot is an admin by these rights.
pub(super) fn is_admin(rights: Option<&[Right]>) -> bool {
    rights.is_some_and(|rights| rights.iter().any(|right| *right != Right::Write))
}

pub(super) fn get(fake: &FakeTelegram, asked: &Asked) -> Judged {
    let key = key(fake, asked)?;
    let view = view(fake.world(), &key).ok_or_else(|| bad("chat not found"))?;
    need_inside(&view)?;
    let state = fake.state();
    let summary = &view.summary;
    let mut full = chat(fake.world(), &state, &key, summary.kind, &summary.title);
    full["accent_color_id"] = json!(1);
    full["max_reaction_count"] = json!(11);
    full["accepted_gift_types"] = json!({
        "unlimited_gifts": false, "limited_gifts": false, "unique_gifts": false,
        "premium_subscription": false, "gifts_from_channels": false,
    });
    if summary.kind == ChatKind::Group {
        full["permissions"] = members::of_all(&state, &view);
        if view.asks {
            full["join_by_request"] = json!(true);
        }
        full["join_to_send_messages"] = json!(true);
    }
    Ok(full)
}

pub(super) fn leave(fake: &FakeTelegram, asked: &Asked) -> Judged {
    let view = group(fake, asked)?;
    fake.world().set_bot_rights(&view.summary.key, None).map_err(bad)?;
    Ok(Value::Bool(true))
}
