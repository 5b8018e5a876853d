//! Messages: who wrote what, what it answers, what came with it.

use bot_core::chat::{
    Attachment, AttachmentKind, ChatKind, Content, EventBody, EventKey, FileRef, ForwardOrigin, MarkKind,
    MemberRole, MessageEvent, MessageKey, RichText, Sender, UserInfo, read_json,
};
use serde_json::Value;

use super::short;
use crate::chats::role_of;
use crate::files::FileKey;
use crate::keys::{self, Target};
use crate::platform::OneBotPlatform;
use crate::segment::{self, Segment};
use crate::{wire, write};

/// Forwarded messages are looked into so deep, and so many of each.
const FORWARD_DEPTH: usize = 3;
const FORWARD_COUNT: usize = 50;
/// The longest text of a card that is read, bytes.
const CARD_MAX: usize = 4_000;
/// The most bytes of a file's name that are kept.
const NAME_MAX: usize = 120;

/// A message as far as its segments tell.
#[derive(Default)]
struct Told {
    text: RichText,
    files: Vec<Attachment>,
    reply_to: Option<MessageKey>,
    forwarded: Option<ForwardOrigin>,
}

impl OneBotPlatform {
    /// The key and body of a message. The key is the same when the history tells of it again.
    pub(super) fn message(&self, event: &Value, at_ms: i64) -> (EventKey, EventBody) {
        let id = wire::words(&event["message_id"]).map(|id| short(&id));
        let from = wire::int(&event["user_id"]).or_else(|| wire::int(&event["sender"]["user_id"]));
        let (Some(id), Some(from)) = (id, from) else {
            return (super::own_key(event), EventBody::Unknown { kind: "message.unreadable".to_owned() });
        };
        let key = EventKey(format!("m.{id}.{}", at_ms / 1_000));
        let Some(target) = self.place_of(event, from) else {
            return (key, EventBody::Unknown { kind: "message.nowhere".to_owned() });
        };
        let segments = segment::read(&event["message"]);
        if self.is_me(from) {
            self.breaker.echoed(&id);
            self.sent.echoed(target, write::gist(&segments), id.clone(), at_ms);
        }
        let told = self.told(&segments);
        if told.text.text.is_empty() && told.files.is_empty() {
            let kind = segments.first().map_or("empty", |segment| segment.kind.as_str());
            return (key, EventBody::Unknown { kind: format!("message.{}", short(kind)) });
        }
        let chat = match target {
            Target::Group(group) => self.group(group),
            Target::Private { user, .. } => self.direct(user),
        };
        let from = self.sender(event, from, chat.kind);
        let content = Content { text: told.text, attachments: told.files, ..Content::default() };
        let body = MessageEvent {
            chat,
            thread: None,
            from,
            message: MessageKey(id),
            content,
            reply_to: told.reply_to,
            forwarded: told.forwarded,
            press: None,
        };
        (key, EventBody::Message(body))
    }

    /// The chat of a message. A private one of our own stands with the person it went to.
    fn place_of(&self, event: &Value, from: i64) -> Option<Target> {
        let group = wire::int(&event["group_id"]).filter(|group| *group != 0);
        match wire::text(&event["message_type"]).as_deref() {
            Some("group") => group.map(Target::Group),
            Some("private") if self.is_me(from) => {
                let user = wire::int(&event["target_id"]).or_else(|| wire::int(&event["peer_id"]))?;
                (!self.is_me(user)).then_some(Target::Private { user, via: None })
            }
            Some("private") => Some(Target::Private { user: from, via: group }),
            _ => None,
        }
    }

    fn sender(&self, event: &Value, from: i64, kind: ChatKind) -> Sender {
        if self.is_me(from) {
            return Sender::Myself;
        }
        let sender = &event["sender"];
        if event["sub_type"] == "anonymous" || event["anonymous"].is_object() {
            return Sender::Chat { name: wire::words(&event["anonymous"]["name"]).unwrap_or_default() };
        }
        let card = || wire::words(&sender["card"]).filter(|_| kind == ChatKind::Group);
        let name = card().or_else(|| wire::words(&sender["nickname"])).or_else(|| self.name_of(from));
        let name = name.unwrap_or_else(|| from.to_string());
        self.called(from, name.clone());
        let role = match kind {
            ChatKind::Group => wire::text(&sender["role"]).map_or(MemberRole::Member, |role| role_of(&role)),
            _ => MemberRole::Member,
        };
        let user =
            UserInfo { key: keys::user_key(from), name, username: None, language: None, is_bot: false };
        Sender::User { user, role }
    }

    fn told(&self, segments: &[Segment]) -> Told {
        let mut told = Told::default();
        for (at, segment) in segments.iter().enumerate() {
            let before_text = told.text.text.trim().is_empty();
            match segment.kind.as_str() {
                "text" => told.text = std::mem::take(&mut told.text).then(&segment.get_raw("text")),
                "reply" => told.reply_to = segment.get("id").map(|id| MessageKey(short(&id))),
                // A client puts it before what quotes the bot; before a command it says whose command it is.
                "at" if before_text
                    && self.calls_us(segment)
                    && (told.reply_to.is_some() || is_command(&segments[at + 1..])) => {}
                "at" => told.text = self.mention(std::mem::take(&mut told.text), segment),
                "forward" | "node" => {
                    let words = forwarded(segment, 0);
                    told.forwarded = Some(ForwardOrigin { name: String::new(), user: None });
                    told.say(&words);
                }
                _ => match file(segment) {
                    Some(file) => told.files.push(file),
                    None => told.say(&spelt_out(segment)),
                },
            }
        }
        if told.text.marks.is_empty() {
            // What remains of a mention that was left out.
            let plain = told.text.text.trim().to_owned();
            told.text = RichText::plain(plain);
        }
        told
    }

    fn calls_us(&self, at: &Segment) -> bool {
        at.get("qq").and_then(|qq| qq.trim().parse().ok()).is_some_and(|user: i64| self.is_me(user))
    }

    fn mention(&self, text: RichText, at: &Segment) -> RichText {
        let qq = at.get("qq").unwrap_or_default();
        if qq == "all" {
            return text.then_marked("@全体成员", MarkKind::MentionAll);
        }
        let known = || self.name_of(qq.trim().parse().ok()?);
        let name = at.get("name").or_else(known).unwrap_or_else(|| qq.clone());
        let shown = format!("@{}", name.trim_start_matches('@'));
        text.then_marked(&shown, MarkKind::Mention { user: qq.trim().into() })
    }
}

impl Told {
    /// Adds words of what is no text of its own.
    fn say(&mut self, words: &str) {
        if !words.is_empty() {
            let gap = if self.text.text.is_empty() { "" } else { "\n" };
            self.text = std::mem::take(&mut self.text).then(gap).then(words);
        }
    }
}

impl Segment {
    /// A field as text with all its white space.
    fn get_raw(&self, name: &str) -> String {
        self.data.get(name).and_then(wire::text).unwrap_or_default()
    }
}

/// Whether the text that follows is a command.
fn is_command(rest: &[Segment]) -> bool {
    rest.first().is_some_and(|next| next.kind == "text" && next.get_raw("text").trim_start().starts_with('/'))
}

/// What a forwarded bundle says, as far as it came with the message.
fn forwarded(segment: &Segment, depth: usize) -> String {
    let content = segment.data.get("content").or_else(|| segment.data.get("messages"));
    let Some(Value::Array(nodes)) = content else { return "[转发消息]".to_owned() };
    let mut words = "[转发消息]".to_owned();
    for node in nodes.iter().take(FORWARD_COUNT) {
        let inner = if node.get("type").is_some() { &node["data"] } else { node };
        let message = inner.get("message").or_else(|| inner.get("content")).unwrap_or(&Value::Null);
        for piece in segment::read(message) {
            match piece.kind.as_str() {
                "text" => words += &format!("\n{}", piece.get_raw("text")),
                "forward" if depth < FORWARD_DEPTH => words += &format!("\n{}", forwarded(&piece, depth + 1)),
                _ => words += &format!("\n{}", spelt_out(&piece)),
            }
        }
    }
    words
}

/// What has no words of its own, in words, so that rules can read it. Nothing for what is unknown.
fn spelt_out(segment: &Segment) -> String {
    let of = |name: &str| segment.get(name).unwrap_or_default();
    match segment.kind.as_str() {
        "face" => format!("[表情{}]", of("id")),
        "dice" | "rps" | "poke" | "shake" => format!("[{}]", segment.kind),
        "share" | "music" => [of("title"), of("content"), of("url")].join(" ").trim().to_owned(),
        "contact" => format!("[{} {}]", of("type"), of("id")),
        "location" => format!("{} {} {}", of("title"), of("lat"), of("lon")).trim().to_owned(),
        "markdown" => segment.get_raw("content"),
        "json" => card(&segment.get_raw("data")),
        "xml" => cut(&segment.get_raw("data")),
        "at" => format!("@{}", of("qq")),
        "image" | "record" | "video" | "file" | "mface" => format!("[{}]", segment.kind),
        other => {
            metrics::counter!("guildhall_onebot_unknown_segments_total").increment(1);
            tracing::debug!(kind = %short(other), "a piece of a message is passed over");
            String::new()
        }
    }
}

/// The words and addresses of a card: an advertisement in one is an advertisement all the same.
fn card(data: &str) -> String {
    let Ok(card) = read_json::<Value>(data.as_bytes()) else { return cut(data) };
    let mut words = Vec::new();
    gather(&card, &mut words, 0);
    cut(&words.join("\n"))
}

fn gather(value: &Value, words: &mut Vec<String>, depth: usize) {
    let telling = ["prompt", "title", "desc", "summary", "text", "jumpUrl", "qqdocurl", "url", "tag", "nick"];
    let Value::Object(fields) = value else { return };
    for (name, value) in fields {
        match value {
            Value::String(said)
                if telling.contains(&name.as_str()) && !said.is_empty() && !words.contains(said) =>
            {
                words.push(said.clone());
            }
            Value::Object(_) if depth < 6 => gather(value, words, depth + 1),
            _ => {}
        }
    }
}

fn cut(text: &str) -> String {
    text[..text.floor_char_boundary(CARD_MAX)].to_owned()
}

fn file(segment: &Segment) -> Option<Attachment> {
    let (kind, name, media_type) = match segment.kind.as_str() {
        "image" | "mface" => (AttachmentKind::Picture, "photo.jpg", "image/jpeg"),
        "record" => (AttachmentKind::Audio, "voice.amr", "audio/amr"),
        "video" => (AttachmentKind::Video, "video.mp4", "video/mp4"),
        "file" => (AttachmentKind::File, "file", "application/octet-stream"),
        _ => return None,
    };
    // An address is good for some hours; by the implementation's own name it can be asked for again.
    let url = segment.get("url").filter(|url| url.starts_with("http://") || url.starts_with("https://"));
    let named = || segment.get("file").filter(|file| !file.starts_with("base64://"));
    let name_there = if segment.kind == "file" {
        segment.get("file_id").or_else(named)
    } else {
        named().or_else(|| segment.get("file_id"))
    };
    // QQ's names of pictures are digests: no reader has any use for one.
    let given = (kind != AttachmentKind::Picture)
        .then(|| segment.get("name").or_else(|| segment.get("file")))
        .flatten()
        .map(|name| cleaned(&name));
    let given = given.filter(|name| !name.is_empty() && !name.contains(':'));
    let size = segment.data.get("file_size").and_then(wire::int).and_then(|size| u64::try_from(size).ok());
    let key = FileKey::new(&segment.kind, &name_there.unwrap_or_default(), &url.unwrap_or_default());
    Some(Attachment {
        kind,
        name: given.unwrap_or_else(|| name.to_owned()),
        media_type: media_type.to_owned(),
        size_bytes: size.unwrap_or_default(),
        file: FileRef::Platform(key.written()),
    })
}

/// A file's name without the folders that somebody may have put before it.
fn cleaned(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let plain: String = last.chars().filter(|c| !c.is_control()).collect();
    let plain = plain.trim().trim_start_matches('.');
    plain[..plain.floor_char_boundary(NAME_MAX)].to_owned()
}
