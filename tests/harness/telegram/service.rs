//! Service messages: what the platform itself writes into a chat.

use bot_core::chat::{ChatKind, Content, MessageKey, ThreadKey};
use guildhall_sandbox::{Author, Notice, World};
use serde_json::{Value, json};

use super::messages::{Shown, anonymous};
use super::state::State;
use super::{chats, messages};

/// The colour of a topic's icon.
const ICON: i64 = 7_322_096;

/// Adds to a message what the platform says happened. What no service message exists for stays empty.
pub(super) fn describe(world: &World, message: &mut Value, notice: &Notice) {
    message["from"] = anonymous();
    let topic = |name: &str| json!({ "name": name, "icon_color": ICON });
    match notice {
        Notice::Joined { user } => {
            let user = chats::user(world, user);
            message["from"] = user.clone();
            message["new_chat_member"] = user.clone();
            message["new_chat_participant"] = user.clone();
            message["new_chat_members"] = json!([user]);
        }
        Notice::Left { user } => {
            message["from"] = chats::user(world, user);
            gone(world, message, user);
        }
        Notice::Kicked { user } | Notice::Banned { user } => {
            message["from"] = chats::user(world, &world.bot().key);
            gone(world, message, user);
        }
        Notice::Renamed { title } => message["new_chat_title"] = json!(title),
        Notice::Thread { title, change } => {
            let (name, what) = match change.as_str() {
                "opened" => ("forum_topic_created", topic(title)),
                "closed" => ("forum_topic_closed", json!({})),
                "reopened" => ("forum_topic_reopened", json!({})),
                _ => ("forum_topic_edited", json!({ "name": title })),
            };
            message[name] = what;
        }
        _ => {}
    }
}

fn gone(world: &World, message: &mut Value, user: &bot_core::chat::UserKey) {
    let user = chats::user(world, user);
    message["left_chat_member"] = user.clone();
    message["left_chat_participant"] = user;
}

/// The line that opened a topic: what a message in it answers when it answers no other.
pub(super) fn topic_opened(world: &World, state: &State, shown: &Shown<'_>, thread: &ThreadKey) -> Value {
    let title = chats::view(world, shown.chat)
        .and_then(|view| view.threads.into_iter().find(|one| one.key == *thread))
        .map_or_else(|| "Topic".to_owned(), |thread| thread.title);
    json!({
        "message_id": chats::number(thread.as_str()),
        "from": chats::user(world, &world.bot().key),
        "chat": chats::chat(world, state, shown.chat, shown.kind, shown.title),
        "date": shown.at_ms / 1_000,
        "message_thread_id": chats::number(thread.as_str()),
        "is_topic_message": true,
        "forum_topic_created": { "name": title, "icon_color": ICON },
    })
}

/// A service message of a group.
pub(super) fn message(
    world: &World,
    state: &State,
    chat: &bot_core::chat::ChatInfo,
    at_ms: i64,
    key: &MessageKey,
    notice: Notice,
) -> Value {
    let content = Content::default();
    let shown = Shown {
        chat: &chat.key,
        kind: ChatKind::Group,
        title: &chat.title,
        key,
        author: Author::Platform(notice),
        at_ms,
        thread: None,
        content: &content,
        reply_to: None,
        forwarded: None,
        edited_ms: None,
    };
    messages::all(world, state, &shown).into_iter().next().unwrap_or_default()
}
