//! Messages of the bot: sent, edited, deleted, pinned.

use bot_core::chat::{
    Action, Address, Attachment, AttachmentKind, ChatKey, Content, Delivered, MessageKey, MessageRef,
    RichText, Right,
};
use serde_json::Value;

use super::FakeTelegram;
use super::answer::{Judged, bad};
use super::asked::Asked;
use super::call::Reading;
use super::{chats, entities, files, markup, messages};

/// Files in one album.
const ALBUM: std::ops::RangeInclusive<usize> = 2..=10;
/// Most messages that are deleted by one call.
const DELETE_AT_ONCE: usize = 100;

/// `sendMessage` and its like for one file.
pub(super) fn one(fake: &FakeTelegram, asked: &Asked) -> Judged<Reading> {
    let mut to = chats::address(fake, asked)?;
    let mut content = match asked.method.as_str() {
        "sendmessage" => Content { text: text(asked, "text", "entities")?, ..Content::default() },
        method => {
            let (field, kind) = field_of(method);
            let given = asked.text(field);
            let file = files::sent(fake, asked, field, given.as_deref(), kind)?;
            let text = caption(asked)?;
            Content { text, attachments: vec![file], ..Content::default() }
        }
    };
    content.buttons = markup::read(asked, &bot(fake))?;
    content.reply_to = reply(fake, asked, &mut to)?;
    Ok(sending(to, content, false))
}

fn bot(fake: &FakeTelegram) -> String {
    fake.world().bot().username.clone().unwrap_or_default()
}

fn field_of(method: &str) -> (&'static str, AttachmentKind) {
    match method {
        "sendphoto" => ("photo", AttachmentKind::Picture),
        "sendvideo" => ("video", AttachmentKind::Video),
        "sendanimation" => ("animation", AttachmentKind::Video),
        "sendaudio" => ("audio", AttachmentKind::Audio),
        "sendvoice" => ("voice", AttachmentKind::Audio),
        _ => ("document", AttachmentKind::File),
    }
}

fn text(asked: &Asked, field: &str, marks: &str) -> Judged<RichText> {
    no_markup(asked.text("parse_mode"))?;
    let Some(text) = asked.text(field).filter(|text| !text.is_empty()) else {
        return Err(bad("message text is empty"));
    };
    let text = entities::read(&text, asked.json(marks)?.as_ref())?;
    if text.text.is_empty() { Err(bad("message must be non-empty")) } else { Ok(text) }
}

/// Markup strings are not understood here: what a user wrote must not become formatting.
fn no_markup(mode: Option<String>) -> Judged<()> {
    match mode.filter(|mode| !mode.is_empty()) {
        Some(_) => Err(bad("unsupported parse_mode")),
        None => Ok(()),
    }
}

fn caption(asked: &Asked) -> Judged<RichText> {
    no_markup(asked.text("parse_mode"))?;
    let text = asked.text("caption").unwrap_or_default();
    entities::read(&text, asked.json("caption_entities")?.as_ref())
}

/// The message that is answered. Without a topic of its own, the answer goes where that message is.
fn reply(fake: &FakeTelegram, asked: &Asked, to: &mut Address) -> Judged<Option<MessageRef>> {
    let (id, lenient) = match asked.json("reply_parameters")? {
        Some(reply) => {
            let lenient = reply["allow_sending_without_reply"].as_bool().unwrap_or(false);
            (reply["message_id"].as_i64().unwrap_or(0), lenient)
        }
        None => (asked.number("reply_to_message_id"), asked.flag("allow_sending_without_reply")),
    };
    if id == 0 {
        return Ok(None);
    }
    let chat = to.chat.clone().unwrap_or_else(|| ChatKey::from(""));
    let Some((replied, _)) = covering(fake, &chat, id) else {
        return if lenient { Ok(None) } else { Err(bad("message to be replied not found")) };
    };
    let there = fake.world().message(&chat, &replied);
    if to.thread.is_none() {
        to.thread = there.and_then(|message| message.thread);
    }
    Ok(Some(MessageRef::Key(replied)))
}

/// The world's message of which a number is part, and which part: an album is one message of several numbers.
fn covering(fake: &FakeTelegram, chat: &ChatKey, id: i64) -> Option<(MessageKey, usize)> {
    (0..10).find_map(|part| {
        let key = MessageKey((id - i64::try_from(part).ok()?).to_string());
        let message = fake.world().message(chat, &key)?;
        (part == 0 || part < message.content.attachments.len()).then_some((key, part))
    })
}

fn sending(to: Address, content: Content, album: bool) -> Reading {
    let chat = to.chat.clone();
    Reading::act(to, Action::Send(content), move |fake, delivered| {
        let chat = chat.or_else(|| delivered.chat.clone()).unwrap_or_else(|| ChatKey::from(""));
        let mut shown = shown(fake, &chat, delivered);
        if album { Value::Array(shown) } else { shown.swap_remove(0) }
    })
}

fn shown(fake: &FakeTelegram, chat: &ChatKey, delivered: &Delivered) -> Vec<Value> {
    let view = delivered.message.as_ref().and_then(|key| fake.world().message(chat, key));
    let view = view.expect("what was sent is there");
    messages::of_view(fake.world(), &fake.state(), chat, &view, true)
}

/// `sendMediaGroup`: one message of the world.
pub(super) fn album(fake: &FakeTelegram, asked: &Asked) -> Judged<Reading> {
    let mut to = chats::address(fake, asked)?;
    let Some(Value::Array(media)) = asked.json("media")? else {
        return Err(bad("media must be an Array"));
    };
    if !ALBUM.contains(&media.len()) {
        return Err(bad("wrong number of items specified: an album must contain 2-10 items"));
    }
    let mut content = Content::default();
    for (at, one) in media.iter().enumerate() {
        let method = format!("send{}", one["type"].as_str().unwrap_or_default());
        let (field, kind) = field_of(&method);
        let given = one["media"].as_str();
        content.attachments.push(files::sent(fake, asked, field, given, kind)?);
        no_markup(one["parse_mode"].as_str().map(str::to_owned))?;
        if at == 0 {
            let text = one["caption"].as_str().unwrap_or_default();
            content.text = entities::read(text, one.get("caption_entities"))?;
        }
    }
    let is_kind = |kind| content.attachments.iter().any(|file: &Attachment| file.kind == kind);
    let visual = is_kind(AttachmentKind::Picture) || is_kind(AttachmentKind::Video);
    let kinds = usize::from(visual)
        + usize::from(is_kind(AttachmentKind::File))
        + usize::from(is_kind(AttachmentKind::Audio));
    if kinds > 1 {
        return Err(bad("can't use the media of the specified type in the album"));
    }
    content.reply_to = reply(fake, asked, &mut to)?;
    Ok(sending(to, content, true))
}

pub(super) fn edit(fake: &FakeTelegram, asked: &Asked) -> Judged<Reading> {
    let to = chats::address(fake, asked)?;
    let chat = to.chat.clone().ok_or_else(|| bad("chat not found"))?;
    let Some((key, _)) = covering(fake, &chat, asked.number("message_id")) else {
        return Err(bad("message to edit not found"));
    };
    let old = fake.world().message(&chat, &key).map(|message| message.content).unwrap_or_default();
    let mut content = Content { buttons: markup::read(asked, &bot(fake))?, ..old.clone() };
    match asked.method.as_str() {
        "editmessagetext" if !old.attachments.is_empty() => {
            return Err(bad("there is no text in the message to edit"));
        }
        "editmessagetext" => content.text = text(asked, "text", "entities")?,
        "editmessagecaption" if old.attachments.is_empty() => {
            return Err(bad("there is no caption in the message to edit"));
        }
        "editmessagecaption" => content.text = caption(asked)?,
        _ => {}
    }
    let action = Action::Edit { message: MessageRef::Key(key.clone()), content };
    Ok(Reading::act(to, action, move |fake, _| {
        let delivered = Delivered { message: Some(key), ..Delivered::default() };
        shown(fake, &chat, &delivered).swap_remove(0)
    }))
}

pub(super) fn delete(fake: &FakeTelegram, asked: &Asked) -> Judged<Reading> {
    if asked.number("message_id") == 0 {
        return Err(bad("message identifier is not specified"));
    }
    deleting(fake, asked, &[asked.number("message_id")], "message to delete not found")
}

pub(super) fn delete_many(fake: &FakeTelegram, asked: &Asked) -> Judged<Reading> {
    let ids: Vec<i64> = match asked.json("message_ids")? {
        Some(Value::Array(ids)) => ids.iter().filter_map(Value::as_i64).collect(),
        _ => Vec::new(),
    };
    if ids.is_empty() {
        return Err(bad("message identifiers are not specified"));
    }
    if ids.len() > DELETE_AT_ONCE {
        return Err(bad(format_args!("too many message identifiers specified")));
    }
    deleting(fake, asked, &ids, "")
}

/// Deletes what is there. Where nothing is, one alone is refused, and many are no fault.
fn deleting(fake: &FakeTelegram, asked: &Asked, ids: &[i64], none: &str) -> Judged<Reading> {
    let to = chats::address(fake, asked)?;
    let chat = to.chat.clone().ok_or_else(|| bad("chat not found"))?;
    let (mut whole, mut any) = (Vec::new(), false);
    for id in ids {
        let Some((key, part)) = covering(fake, &chat, *id) else { continue };
        any = true;
        let parts =
            fake.world().message(&chat, &key).map_or(1, |message| message.content.attachments.len().max(1));
        let mut state = fake.state();
        let gone = state.deleted_parts.entry((chat.clone(), key.clone())).or_default();
        gone.insert(i64::try_from(part).unwrap_or(0));
        if gone.len() >= parts {
            whole.push(MessageRef::Key(key));
        }
    }
    if !any && !none.is_empty() {
        return Err(bad(none));
    }
    if whole.is_empty() {
        return Ok(Reading::Done(Value::Bool(true)));
    }
    Ok(Reading::plainly(to, Action::Delete { messages: whole }))
}

pub(super) fn pin(fake: &FakeTelegram, asked: &Asked, pinned: bool) -> Judged<Reading> {
    let to = chats::address(fake, asked)?;
    let chat = to.chat.clone().ok_or_else(|| bad("chat not found"))?;
    let what = if pinned { "pin" } else { "unpin" };
    let Some((key, _)) = covering(fake, &chat, asked.number("message_id")) else {
        return Err(bad(format_args!("message to {what} not found")));
    };
    let rights = chats::view(fake.world(), &chat).and_then(|view| view.bot_rights);
    if rights.is_some_and(|rights| !rights.contains(&Right::PinMessages)) {
        return Err(bad("not enough rights to manage pinned messages in the chat"));
    }
    let message = MessageRef::Key(key);
    Ok(Reading::plainly(to, if pinned { Action::Pin { message } } else { Action::Unpin { message } }))
}
