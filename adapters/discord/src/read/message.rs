//! Messages: who wrote what, what it answers, what came with it.

use std::collections::HashMap;

use bot_core::chat::{
    Attachment, AttachmentKind, Content, EventBody, FileRef, ForwardOrigin, MessageEvent, RichText, Sender,
    ThreadKey,
};

use super::text::{Names, rich};
use super::{Reader, Told, user_info};
use crate::keys::{message_key, thread_key};
use crate::known::Spot;
use crate::wire::{File, Id, Message};

/// A message, a reply, and the answers to two sorts of commands: all others are Discord's own words.
const WRITTEN: [u8; 4] = [0, 19, 20, 23];
/// A reference that is a forward.
const FORWARD: u8 = 1;
/// The most bytes of a file's name that are kept.
const NAME_MAX: usize = 120;

/// Names a file by the message that it came with. Discord's addresses of files are good for a day; the message gives a
/// new one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct FileKey {
    pub(crate) channel: Id,
    pub(crate) message: Id,
    pub(crate) file: Id,
}

impl FileKey {
    /// The key as we keep it.
    pub(crate) fn text(self) -> String {
        format!("{}/{}/{}", self.channel, self.message, self.file)
    }

    /// The key that a text is.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let mut parts = text.split('/').map(Id::read);
        let key = Self { channel: parts.next()??, message: parts.next()??, file: parts.next()?? };
        parts.next().is_none().then_some(key)
    }
}

impl Reader<'_> {
    /// What a new message says. The bot's own are no news.
    pub(crate) fn written(&self, message: &Message) -> Vec<Told> {
        if self.is_own(message) {
            return Vec::new();
        }
        let (key, at_ms) = (format!("m/{}", message.id), message.id.at_ms());
        if !WRITTEN.contains(&message.kind) {
            return vec![Told::of(
                key,
                at_ms,
                EventBody::Unknown { kind: format!("message.type.{}", message.kind) },
            )];
        }
        let body = match self.message_event(message) {
            Some(written) if is_empty(&written.content) => {
                EventBody::Unknown { kind: "message.without_words".to_owned() }
            }
            Some(written) => EventBody::Message(written),
            None => EventBody::Unknown { kind: "message.elsewhere".to_owned() },
        };
        vec![Told::of(key, at_ms, body)]
    }

    /// What a message says now. Discord also tells of previews that it added by itself: those are no edits.
    pub(crate) fn edited(&self, message: &Message) -> Vec<Told> {
        let Some(at) = message.edited_timestamp.as_deref().filter(|_| message.content.is_some()) else {
            return Vec::new();
        };
        if self.is_own(message) || !WRITTEN.contains(&message.kind) {
            return Vec::new();
        }
        let Some(edited) = self.message_event(message) else { return Vec::new() };
        vec![Told::of(format!("e/{}/{at}", message.id), self.now_ms, EventBody::Edited(edited))]
    }

    fn is_own(&self, message: &Message) -> bool {
        let by_us = message.author.as_ref().is_some_and(|author| Some(author.id) == self.known.me());
        by_us || message.application_id.is_some() && message.application_id == self.known.application()
    }

    fn message_event(&self, message: &Message) -> Option<MessageEvent> {
        let spot = self.known.spot(message.channel_id)?;
        let answers = message.message_reference.as_ref().filter(|reference| reference.kind != FORWARD);
        let reply_to = answers.and_then(|reference| reference.message_id);
        Some(MessageEvent {
            thread: thread_of(&spot),
            from: self.sender(message, &spot)?,
            message: message_key(spot.thread, message.id),
            content: self.content(message),
            reply_to: reply_to.map(|id| message_key(spot.thread, id)),
            forwarded: message
                .message_snapshots
                .first()
                .map(|_| ForwardOrigin { name: String::new(), user: None }),
            press: None,
            chat: spot.chat,
        })
    }

    fn sender(&self, message: &Message, spot: &Spot) -> Option<Sender> {
        let author = message.author.as_ref()?;
        if message.webhook_id.is_some() {
            return Some(Sender::Chat { name: author.username.clone() });
        }
        let member = message.member.as_ref();
        Some(Sender::User {
            user: user_info(author, member.and_then(|member| member.nick.as_deref())),
            role: self.role_of(spot.guild, author.id, member),
        })
    }

    /// The words and files of a message, those of the message that it forwards included.
    fn content(&self, message: &Message) -> Content {
        let forwarded = message.message_snapshots.iter().map(|snapshot| &snapshot.message);
        let mut content = Content::default();
        for (part, file_of) in
            std::iter::once((message, message)).chain(forwarded.map(|part| (part, message)))
        {
            let mut words = self.words(part);
            if let Some(poll) = &part.poll {
                words = with_gap(words, RichText::plain(poll_in_words(poll)));
            }
            for sticker in &part.sticker_items {
                words = with_gap(words, RichText::plain(format!(":{}:", sticker.name)));
            }
            content.text = with_gap(content.text, words);
            for file in &part.attachments {
                let key = FileKey { channel: file_of.channel_id, message: file_of.id, file: file.id };
                self.known.saw_file(key, &file.url);
                content.attachments.push(attachment(file, key));
            }
        }
        content
    }

    fn words(&self, message: &Message) -> RichText {
        let name =
            |user: &crate::wire::User| user.global_name.clone().unwrap_or_else(|| user.username.clone());
        let people: HashMap<Id, String> = message.mentions.iter().map(|user| (user.id, name(user))).collect();
        self.rich(message.content.as_deref().unwrap_or_default(), &people, message.mention_everyone)
    }

    /// A text of Discord's in our words.
    pub(super) fn rich(&self, raw: &str, people: &HashMap<Id, String>, everyone: bool) -> RichText {
        let channel = |id: Id| self.known.place(id).map(|place| place.name);
        rich(raw, &Names { people, channel: &channel, everyone })
    }
}

/// The thread of a spot.
pub(super) fn thread_of(spot: &Spot) -> Option<ThreadKey> {
    spot.thread.map(thread_key)
}

fn is_empty(content: &Content) -> bool {
    content.text.text.is_empty() && content.attachments.is_empty()
}

fn with_gap(first: RichText, second: RichText) -> RichText {
    let gap = if first.text.is_empty() || second.text.is_empty() { "" } else { "\n" };
    first.then(gap).then_rich(&second)
}

/// A poll in words, so that rules can read it.
fn poll_in_words(poll: &serde_json::Value) -> String {
    let text = |value: &serde_json::Value| value["text"].as_str().unwrap_or_default().to_owned();
    let answers = poll["answers"].as_array().into_iter().flatten();
    answers.fold(text(&poll["question"]), |all, answer| format!("{all}\n- {}", text(&answer["poll_media"])))
}

/// Whether a media type is one of pictures.
fn is_picture(media_type: &str) -> bool {
    media_type.starts_with("image/") && media_type != "image/svg+xml"
}

fn attachment(file: &File, key: FileKey) -> Attachment {
    let media_type = file.content_type.clone().unwrap_or_else(|| "application/octet-stream".to_owned());
    let media_type = media_type.split(';').next().unwrap_or_default().trim().to_owned();
    let kind = match media_type.split('/').next() {
        _ if is_picture(&media_type) => AttachmentKind::Picture,
        Some("video") => AttachmentKind::Video,
        Some("audio") => AttachmentKind::Audio,
        _ => AttachmentKind::File,
    };
    Attachment {
        kind,
        name: cleaned(&file.filename),
        media_type,
        size_bytes: file.size,
        file: FileRef::Platform(key.text()),
    }
}

/// A file's name without the folders that somebody may have put before it.
fn cleaned(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let plain: String = last.chars().filter(|c| !c.is_control()).collect();
    let plain = plain.trim().trim_start_matches('.');
    plain[..plain.floor_char_boundary(NAME_MAX)].to_owned()
}
