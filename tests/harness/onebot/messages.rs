//! Messages as events and histories show them, and as calls bring them.

use bot_core::chat::{
    AttachmentKind, ChatKey, ChatKind, Content, MarkKind, MessageKey, MessageRef, RichText, UserKey,
};
use guildhall_sandbox::Author;
use serde_json::{Value, json};

use super::FakeOneBot;
use super::answer::{Judged, failed};
use super::{files, info};

/// A message to be shown.
pub(super) struct Shown<'a> {
    pub(super) chat: &'a ChatKey,
    pub(super) kind: ChatKind,
    pub(super) key: &'a MessageKey,
    /// `None` for the bot's own.
    pub(super) from: Option<(&'a UserKey, &'a str)>,
    pub(super) at_ms: i64,
    pub(super) content: &'a Content,
    pub(super) reply_to: Option<&'a MessageKey>,
    pub(super) forwarded: bool,
}

/// A key as a number.
pub(super) fn number(key: &str) -> i64 {
    key.trim_start_matches('g').parse().unwrap_or(0)
}

/// A message as an event tells it.
pub(super) fn event(fake: &FakeOneBot, shown: &Shown<'_>) -> Value {
    let world = fake.world();
    let own = fake.self_id();
    let (from, name) =
        shown.from.map_or((own, world.bot().name.as_str()), |(user, name)| (number(user.as_str()), name));
    let segments = segments(fake, shown);
    let mut event = json!({
        "time": shown.at_ms / 1_000, "self_id": own,
        "post_type": if from == own { "message_sent" } else { "message" },
        "message_id": number(shown.key.as_str()), "message_seq": number(shown.key.as_str()), "real_id": number(shown.key.as_str()),
        "real_seq": shown.key.as_str(), "user_id": from, "font": 14, "message_format": "array",
        "sender": { "user_id": from, "nickname": name, "card": "" },
        "message": segments, "raw_message": "", "message_sent_type": "self",
    });
    match shown.kind {
        ChatKind::Direct => {
            event["message_type"] = json!("private");
            let peer = number(shown.chat.as_str());
            event["target_id"] = json!(if from == own { peer } else { own });
            let friend = info::is_friend(world, &UserKey::from(shown.chat.as_str()));
            event["sub_type"] = json!(if friend { "friend" } else { "group" });
        }
        _ => {
            event["message_type"] = json!("group");
            event["sub_type"] = json!("normal");
            event["group_id"] = json!(number(shown.chat.as_str()));
            event["group_name"] = json!(info::title(world, shown.chat));
            let user = shown.from.map_or_else(|| world.bot().key.clone(), |(user, _)| user.clone());
            event["sender"]["role"] = json!(info::role(fake, shown.chat, &user));
            event["sender"]["card"] = json!(info::card(world, shown.chat, &user));
        }
    }
    event
}

fn segments(fake: &FakeOneBot, shown: &Shown<'_>) -> Vec<Value> {
    let world = fake.world();
    let mut segments = Vec::new();
    if let Some(reply) = shown.reply_to {
        segments.push(json!({ "type": "reply", "data": { "id": reply.as_str() } }));
        // A client mentions whom it quotes.
        if let Some(quoted) = world.message(shown.chat, reply)
            && quoted.author == Author::Bot
            && shown.from.is_some()
            && shown.kind == ChatKind::Group
        {
            segments.push(json!({ "type": "at", "data": { "qq": world.bot().key.as_str() } }));
            segments.push(json!({ "type": "text", "data": { "text": " " } }));
        }
    }
    let mut words = text_segments(&shown.content.text);
    if shown.forwarded {
        let node = json!({ "message": words, "user_id": 1, "sender": { "nickname": "?" } });
        words = vec![json!({ "type": "forward", "data": { "id": "7", "content": [node] } })];
    }
    segments.extend(words);
    segments.extend(shown.content.attachments.iter().map(|one| files::segment(fake, one)));
    segments
}

fn text_segments(text: &RichText) -> Vec<Value> {
    let (mut segments, mut from) = (Vec::new(), 0);
    let plain = |part: &str, segments: &mut Vec<Value>| {
        if !part.is_empty() {
            segments.push(json!({ "type": "text", "data": { "text": part } }));
        }
    };
    for mark in &text.marks {
        let qq = match &mark.kind {
            MarkKind::Mention { user } => user.as_str(),
            MarkKind::MentionAll => "all",
            _ => continue,
        };
        plain(&text.text[from..mark.start_utf8], &mut segments);
        segments.push(json!({ "type": "at", "data": { "qq": qq } }));
        from = mark.end_utf8;
    }
    plain(&text.text[from..], &mut segments);
    segments
}

/// The content of a call's `message`.
pub(super) fn read(fake: &FakeOneBot, message: &Value) -> Judged<Content> {
    let Some(pieces) = message.as_array() else {
        return Err(failed("message must be an array here: what users wrote must not become codes"));
    };
    let mut content = Content::default();
    for piece in pieces {
        let of = |name: &str| piece["data"][name].as_str().unwrap_or_default();
        match piece["type"].as_str().unwrap_or_default() {
            "text" => content.text = std::mem::take(&mut content.text).then(of("text")),
            "at" => content.text = mention(fake, std::mem::take(&mut content.text), of("qq")),
            "reply" => content.reply_to = Some(MessageRef::Key(of("id").into())),
            kind @ ("image" | "video" | "record" | "file") => {
                let (name, kind) = match kind {
                    "image" => ("photo.jpg", AttachmentKind::Picture),
                    "video" => ("video.mp4", AttachmentKind::Video),
                    "record" => ("voice.amr", AttachmentKind::Audio),
                    _ => (of("name"), AttachmentKind::File),
                };
                content.attachments.push(files::taken(fake, of("file"), name, kind)?);
            }
            other => return Err(failed(format!("不支持的消息类型 {other}"))),
        }
    }
    Ok(content)
}

fn mention(fake: &FakeOneBot, text: RichText, qq: &str) -> RichText {
    if qq == "all" {
        return text.then_marked("@全体成员", MarkKind::MentionAll);
    }
    let user = UserKey::from(qq);
    let name = fake.world().user(&user).map_or_else(|| qq.to_owned(), |view| view.info.name);
    text.then_marked(&format!("@{name}"), MarkKind::Mention { user })
}
