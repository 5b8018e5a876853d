//! Messages as the Bot API shows them.

use bot_core::chat::{
    Attachment, AttachmentKind, ChatKey, ChatKind, Content, FileRef, ForwardOrigin, MessageKey, RichText,
    ThreadKey, UserKey,
};
use guildhall_sandbox::{Author, MessageView, Notice, World};
use serde_json::{Value, json};

use super::state::State;
use super::{chats, entities, markup, service};

/// What is shown of a message.
pub(super) struct Shown<'a> {
    pub(super) chat: &'a ChatKey,
    pub(super) kind: ChatKind,
    pub(super) title: &'a str,
    pub(super) key: &'a MessageKey,
    pub(super) author: Author,
    pub(super) at_ms: i64,
    pub(super) thread: Option<&'a ThreadKey>,
    pub(super) content: &'a Content,
    pub(super) reply_to: Option<&'a MessageKey>,
    pub(super) forwarded: Option<&'a ForwardOrigin>,
    pub(super) edited_ms: Option<i64>,
}

/// A message of the world as it is now; with the message that it answers, if `deep`.
pub(super) fn of_view(
    world: &World,
    state: &State,
    chat: &ChatKey,
    view: &MessageView,
    deep: bool,
) -> Vec<Value> {
    let Some(place) = chats::view(world, chat) else { return Vec::new() };
    let shown = Shown {
        chat,
        kind: place.summary.kind,
        title: &place.summary.title,
        key: &view.key,
        author: view.author.clone(),
        at_ms: view.at_ms,
        thread: view.thread.as_ref(),
        content: &view.content,
        reply_to: view.reply_to.as_ref().filter(|_| deep),
        forwarded: None,
        edited_ms: view.edited.then(|| world.now_ms()),
    };
    all(world, state, &shown)
}

/// A message; an album is as many as it has files.
pub(super) fn all(world: &World, state: &State, shown: &Shown<'_>) -> Vec<Value> {
    let files = &shown.content.attachments;
    if files.len() < 2 {
        return vec![with_content(world, base(world, state, shown, 0), shown.content)];
    }
    let group = format!("1{:0>16}", shown.key.as_str());
    files
        .iter()
        .enumerate()
        .map(|(at, file)| {
            let text = if at == 0 { shown.content.text.clone() } else { RichText::default() };
            let part = Content { attachments: vec![file.clone()], text, ..Content::default() };
            let mut message = with_content(world, base(world, state, shown, at), &part);
            message["media_group_id"] = json!(group);
            message
        })
        .collect()
}

/// Everything but the content.
fn base(world: &World, state: &State, shown: &Shown<'_>, part: usize) -> Value {
    let id = match shown.key.as_str().parse::<i64>() {
        Ok(id) => json!(id + i64::try_from(part).unwrap_or(0)),
        Err(_) => json!(shown.key.as_str()),
    };
    let mut message = json!({
        "message_id": id,
        "date": shown.at_ms / 1_000,
        "chat": chats::chat(world, state, shown.chat, shown.kind, shown.title),
    });
    match &shown.author {
        Author::User(user) => message["from"] = chats::user(world, user),
        Author::Bot => message["from"] = chats::user(world, &world.bot().key),
        Author::Chat(name) => as_chat(&mut message, shown, name),
        Author::Platform(notice) => service::describe(world, &mut message, notice),
    }
    if let Some(at_ms) = shown.edited_ms {
        message["edit_date"] = json!(at_ms / 1_000);
    }
    if let Some(origin) = shown.forwarded {
        message["forward_origin"] = forward(world, origin, shown.at_ms);
    }
    let replied = shown.reply_to.and_then(|key| world.message(shown.chat, key));
    if let Some(replied) = &replied
        && let Some(replied) = of_view(world, state, shown.chat, replied, false).into_iter().next()
    {
        message["reply_to_message"] = replied;
    }
    in_thread(world, state, &mut message, shown, replied.is_some());
    message
}

/// In a topic every message that answers no other answers the line that opened the topic; in a group without
/// topics an answer names the first message of its chain as its thread.
fn in_thread(world: &World, state: &State, message: &mut Value, shown: &Shown<'_>, replies: bool) {
    if let Some(thread) = shown.thread {
        message["message_thread_id"] = chats::number(thread.as_str());
        message["is_topic_message"] = json!(true);
        if !replies {
            message["reply_to_message"] = service::topic_opened(world, state, shown, thread);
        }
    } else if replies && shown.kind == ChatKind::Group && !state.forums.contains(shown.chat) {
        message["message_thread_id"] = message["reply_to_message"]["message_id"].clone();
    }
}

fn as_chat(message: &mut Value, shown: &Shown<'_>, name: &str) {
    if name == shown.title {
        message["from"] = json!({
            "id": 1_087_968_824, "is_bot": true, "first_name": "Group", "username": "GroupAnonymousBot",
        });
        message["sender_chat"] = message["chat"].clone();
        return;
    }
    let channel = json!({ "id": -1_007_777_777_777_i64, "title": name, "type": "channel" });
    message["from"] = json!({ "id": 777_000, "is_bot": false, "first_name": "Telegram" });
    message["sender_chat"] = channel.clone();
    message["is_automatic_forward"] = json!(true);
    message["forward_origin"] =
        json!({ "type": "channel", "chat": channel, "message_id": 1, "date": shown.at_ms / 1_000 });
}

fn forward(world: &World, origin: &ForwardOrigin, at_ms: i64) -> Value {
    match &origin.user {
        Some(user) => {
            json!({ "type": "user", "sender_user": chats::user(world, user), "date": at_ms / 1_000 })
        }
        None => json!({ "type": "hidden_user", "sender_user_name": origin.name, "date": at_ms / 1_000 }),
    }
}

/// A message with what it says and carries.
fn with_content(world: &World, mut message: Value, content: &Content) -> Value {
    let file = content.attachments.first();
    let (text, marks) = if file.is_some() { ("caption", "caption_entities") } else { ("text", "entities") };
    if !content.text.text.is_empty() {
        message[text] = json!(content.text.text);
        let entities = entities::of(world, &content.text);
        if !entities.is_empty() {
            message[marks] = Value::Array(entities);
        }
    }
    if let Some(file) = file {
        with_file(&mut message, file);
    }
    let bot = world.bot().username.clone().unwrap_or_default();
    if let Some(keyboard) = markup::of(&content.buttons, &bot) {
        message["reply_markup"] = keyboard;
    }
    message
}

fn with_file(message: &mut Value, file: &Attachment) {
    let key = match &file.file {
        FileRef::Platform(key) => key.as_str(),
        FileRef::Stored(_) | FileRef::Outbox(_) => unreachable!("the world keeps files under its own keys"),
    };
    let mut shown =
        json!({ "file_id": key, "file_unique_id": format!("U{key}"), "file_size": file.size_bytes });
    let name = match file.kind {
        AttachmentKind::Picture => {
            let mut small = shown.clone();
            small["file_id"] = json!(format!("{key}-s"));
            for (size, edge) in [(&mut small, 90), (&mut shown, 800)] {
                size["width"] = json!(edge);
                size["height"] = json!(edge);
            }
            message["photo"] = json!([small, shown]);
            return;
        }
        AttachmentKind::Video => "video",
        AttachmentKind::Audio => "audio",
        AttachmentKind::File => "document",
    };
    if name != "document" {
        shown["duration"] = json!(1);
    }
    if name == "video" {
        shown["width"] = json!(320);
        shown["height"] = json!(240);
    }
    shown["file_name"] = json!(file.name);
    shown["mime_type"] = json!(file.media_type);
    message[name] = shown;
}

/// The line of the platform's own about something that happened, if the chat still has it.
pub(super) fn notice_key(
    world: &World,
    chat: &ChatKey,
    at_ms: i64,
    wanted: impl Fn(&Notice) -> bool,
) -> Option<MessageKey> {
    let view = world.chat(chat, None, 50)?;
    let is_it = |message: &&MessageView| {
        message.at_ms == at_ms && matches!(&message.author, Author::Platform(notice) if wanted(notice))
    };
    view.messages.iter().rev().find(is_it).map(|message| message.key.clone())
}

/// A user who does something on the platform without being one of ours: an admin who stays anonymous.
pub(super) fn anonymous() -> Value {
    json!({ "id": 1_087_968_824, "is_bot": true, "first_name": "Group", "username": "GroupAnonymousBot" })
}

/// Whose private chat it is.
pub(super) fn peer(chat: &ChatKey) -> UserKey {
    UserKey::from(chat.as_str())
}
