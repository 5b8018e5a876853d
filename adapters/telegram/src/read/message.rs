//! Messages: who wrote what, what it answers, what came with it; and the ones that only tell of a change.

use bot_core::chat::{
    Attachment, AttachmentKind, Content, EventBody, FileRef, ForwardOrigin, MarkKind, MessageEvent, RichText,
    Sender, ThreadChange,
};

use super::member::is_stand_in;
use super::{Reader, chat_info, full_name, text, thread_key, thread_of, user_info, user_key};
use crate::wire::{Chat, FileInfo, Message, Origin};

/// The most bytes of a file's name that are kept.
const NAME_MAX: usize = 120;

impl Reader<'_> {
    /// What a new message says or tells of.
    pub(super) fn message(&self, message: &Message) -> Vec<EventBody> {
        if let Some(bodies) = self.service(message) {
            return bodies;
        }
        if let Some(opened) = opened(message) {
            return vec![opened];
        }
        let written = self.written(message);
        if written.content.text.text.is_empty() && written.content.attachments.is_empty() {
            return vec![EventBody::Unknown { kind: format!("message.{}", service_name(message)) }];
        }
        vec![EventBody::Message(written)]
    }

    /// The changes that a service message tells of; `None` when it is no such message.
    fn service(&self, message: &Message) -> Option<Vec<EventBody>> {
        let chat = || chat_info(&message.chat);
        let thread_changed = |change| {
            let thread = thread_key(message.message_thread_id?);
            let own = message.from.as_ref().is_some_and(|from| from.id == self.me);
            let told = EventBody::ThreadChanged { chat: chat(), thread, change };
            // What the bot did itself is no news.
            Some(if own { EventBody::Unknown { kind: "message.forum_topic".to_owned() } } else { told })
        };
        if let Some(to) = message.migrate_to_chat_id {
            self.chats.moved(message.chat.id);
            return Some(vec![migrated(&message.chat, message.chat.id, to)]);
        }
        if let Some(from) = message.migrate_from_chat_id {
            self.chats.moved(from);
            return Some(vec![migrated(&message.chat, from, message.chat.id)]);
        }
        if let Some(users) = &message.new_chat_members {
            return Some(self.came(message, users));
        }
        if let Some(user) = &message.left_chat_member {
            return Some(vec![self.went(message, user)]);
        }
        if message.new_chat_title.is_some() {
            return Some(vec![EventBody::ChatChanged { chat: chat(), bot_present: true, added_by: None }]);
        }
        if message.forum_topic_closed.is_some() {
            return Some(thread_changed(ThreadChange::Closed).into_iter().collect());
        }
        if message.forum_topic_reopened.is_some() {
            return Some(thread_changed(ThreadChange::Reopened).into_iter().collect());
        }
        None
    }

    fn came(&self, message: &Message, users: &[crate::wire::User]) -> Vec<EventBody> {
        let news = users.iter().filter(|user| user.id != self.me);
        news.filter(|user| self.chats.is_new_move(message.chat.id, user.id, true, message.date))
            .map(|user| EventBody::Joined { chat: chat_info(&message.chat), user: user_info(user) })
            .collect()
    }

    fn went(&self, message: &Message, user: &crate::wire::User) -> EventBody {
        if user.id != self.me && self.chats.is_new_move(message.chat.id, user.id, false, message.date) {
            return EventBody::Left { chat: chat_info(&message.chat), user: user_info(user) };
        }
        EventBody::Unknown { kind: "message.left_chat_member".to_owned() }
    }

    /// A message that somebody wrote.
    pub(super) fn written(&self, message: &Message) -> MessageEvent {
        MessageEvent {
            chat: chat_info(&message.chat),
            thread: thread_of(message),
            from: self.sender(message),
            message: self.albums.key(message.chat.id, message.message_id),
            content: Content { text: words(message), attachments: files(message), ..Content::default() },
            reply_to: replied(message).map(|id| self.albums.key(message.chat.id, id)),
            forwarded: origin(message),
            press: None,
        }
    }

    fn sender(&self, message: &Message) -> Sender {
        if let Some(chat) = &message.sender_chat {
            let signature = message.author_signature.clone().filter(|signature| !signature.is_empty());
            return Sender::Chat { name: signature.or_else(|| chat.title.clone()).unwrap_or_default() };
        }
        match &message.from {
            Some(user) if user.id == self.me => Sender::Myself,
            Some(user) if is_stand_in(user) => Sender::Chat { name: user.first_name.clone() },
            Some(user) => {
                Sender::User { user: user_info(user), role: self.chats.role(message.chat.id, user.id) }
            }
            None => Sender::Chat { name: message.chat.title.clone().unwrap_or_default() },
        }
    }
}

/// `/start` in the private chat opens it.
fn opened(message: &Message) -> Option<EventBody> {
    let (text, from) = (message.text.as_deref()?, message.from.as_ref()?);
    if message.chat.kind != "private" {
        return None;
    }
    let (command, payload) = text.trim_end().split_once(char::is_whitespace).unwrap_or((text.trim_end(), ""));
    let name = command.split('@').next().unwrap_or_default();
    let payload = Some(payload.trim().to_owned()).filter(|payload| !payload.is_empty());
    let opened = || EventBody::DirectOpened { chat: chat_info(&message.chat), by: user_info(from), payload };
    name.eq_ignore_ascii_case("/start").then(opened)
}

fn migrated(chat: &Chat, from: i64, to: i64) -> EventBody {
    let key = bot_core::chat::ChatKey(to.to_string());
    let chat = bot_core::chat::ChatInfo { key, ..chat_info(chat) };
    EventBody::ChatMigrated { chat, from: bot_core::chat::ChatKey(from.to_string()) }
}

/// The words of a message: its text or caption, or what stands for them.
fn words(message: &Message) -> RichText {
    let mut words = match (&message.text, &message.caption) {
        (Some(text), _) => text::rich(text, &message.entities),
        (None, Some(caption)) => text::rich(caption, &message.caption_entities),
        (None, None) => RichText::plain(spelt_out(message).unwrap_or_default()),
    };
    // A quote from another chat is shown with the message, and is as good a place for an advertisement as any.
    if message.external_reply.is_some()
        && let Some(quote) = &message.quote
    {
        let gap = if words.text.is_empty() { "" } else { "\n" };
        words = words.then(gap).then_marked(&quote.text, MarkKind::Quote);
    }
    words
}

/// What has no words of its own, in words, so that rules can read it.
fn spelt_out(message: &Message) -> Option<String> {
    if let Some(poll) = &message.poll {
        let options = poll.options.iter().map(|option| format!("\n- {}", option.text));
        return Some(poll.question.clone() + &options.collect::<String>());
    }
    if let Some(contact) = &message.contact {
        let name = full_name(&contact.first_name, contact.last_name.as_deref());
        return Some(format!("{name} {}", contact.phone_number));
    }
    if let Some(venue) = &message.venue {
        return Some(format!("{}\n{}", venue.title, venue.address));
    }
    if let Some(place) = &message.location {
        return Some(format!("{:.5}, {:.5}", place.latitude, place.longitude));
    }
    message.dice.as_ref().map(|dice| format!("{} {}", dice.emoji, dice.value))
}

/// The message that was answered. The first message of a topic counts as answered by everything in it: that is none.
fn replied(message: &Message) -> Option<i64> {
    let reply = message.reply_to_message.as_ref()?;
    let is_topic = reply.forum_topic_created.is_some()
        || (message.is_topic_message && message.message_thread_id == Some(reply.message_id));
    (!is_topic).then_some(reply.message_id)
}

/// Where a message comes from: forwarded from there, or answering there.
fn origin(message: &Message) -> Option<ForwardOrigin> {
    let elsewhere = || message.external_reply.as_ref()?.origin.as_ref();
    let origin: &Origin = message.forward_origin.as_ref().or_else(elsewhere)?;
    if let Some(user) = &origin.sender_user {
        let name = full_name(&user.first_name, user.last_name.as_deref());
        return Some(ForwardOrigin { name, user: Some(user_key(user.id)) });
    }
    let chat = origin.chat.as_ref().or(origin.sender_chat.as_ref());
    let title = |chat: &Chat| chat.title.clone().or_else(|| chat.username.clone());
    let name = origin.sender_user_name.clone().or_else(|| title(chat?)).unwrap_or_default();
    Some(ForwardOrigin { name, user: None })
}

fn files(message: &Message) -> Vec<Attachment> {
    if let Some(photo) = message.photo.last() {
        return vec![file("photo", AttachmentKind::Picture, photo, "photo.jpg", "image/jpeg")];
    }
    if let Some(sticker) = &message.sticker {
        return vec![sticker_file(sticker)];
    }
    // An animation comes as a document too.
    let one = [
        ("animation", AttachmentKind::Video, &message.animation, "animation.mp4", "video/mp4"),
        ("video", AttachmentKind::Video, &message.video, "video.mp4", "video/mp4"),
        ("video_note", AttachmentKind::Video, &message.video_note, "video.mp4", "video/mp4"),
        ("audio", AttachmentKind::Audio, &message.audio, "audio.mp3", "audio/mpeg"),
        ("voice", AttachmentKind::Audio, &message.voice, "voice.ogg", "audio/ogg"),
        ("document", AttachmentKind::File, &message.document, "file", "application/octet-stream"),
    ];
    let found = one.into_iter().find_map(|(sort, kind, info, name, media)| {
        info.as_ref().map(|info| file(sort, kind, info, name, media))
    });
    found.into_iter().collect()
}

/// A file; its key says by which method it can be sent again, since Telegram asks for the same sort.
fn file(sort: &str, kind: AttachmentKind, info: &FileInfo, name: &str, media_type: &str) -> Attachment {
    let given = info.file_name.as_deref().map(cleaned).filter(|name| !name.is_empty());
    Attachment {
        kind,
        name: given.unwrap_or_else(|| name.to_owned()),
        media_type: info.mime_type.clone().unwrap_or_else(|| media_type.to_owned()),
        size_bytes: info.file_size.unwrap_or_default(),
        file: FileRef::Platform(format!("{sort}:{}", info.file_id)),
    }
}

fn sticker_file(sticker: &crate::wire::Sticker) -> Attachment {
    let (kind, ending, media_type) = match (sticker.is_video, sticker.is_animated) {
        (true, _) => (AttachmentKind::Video, "webm", "video/webm"),
        (_, true) => (AttachmentKind::File, "tgs", "application/x-tgsticker"),
        _ => (AttachmentKind::Picture, "webp", "image/webp"),
    };
    let emoji = sticker.emoji.as_deref().unwrap_or_default();
    Attachment {
        kind,
        name: cleaned(&format!("sticker{emoji}.{ending}")),
        media_type: media_type.to_owned(),
        size_bytes: sticker.file_size.unwrap_or_default(),
        file: FileRef::Platform(format!("sticker:{}", sticker.file_id)),
    }
}

/// A file's name without the folders that somebody may have put before it.
fn cleaned(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let plain: String = last.chars().filter(|c| !c.is_control()).collect();
    let plain = plain.trim().trim_start_matches('.');
    plain[..plain.floor_char_boundary(NAME_MAX)].to_owned()
}

fn service_name(message: &Message) -> &'static str {
    match message {
        message if message.forum_topic_created.is_some() => "forum_topic_created",
        message if message.new_chat_members.is_some() => "new_chat_members",
        _ => "service",
    }
}
