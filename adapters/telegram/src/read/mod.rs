//! What an update means in our words.

mod member;
mod message;
#[cfg(test)]
mod tests;
mod text;

use bot_core::chat::{
    AccountId, CUSTOM_EMOJI, ChatInfo, ChatKey, ChatKind, Event, EventBody, EventKey, MessageEvent, PressKey,
    ReactionChange, RequestKey, ThreadKey, UserInfo, UserKey, read_json,
};
use serde_json::value::RawValue;

use crate::chats::Chats;
use crate::keys::{Albums, message_ids, message_key};
use crate::wire::{CallbackQuery, Chat, JoinRequest, Message, Reaction, ReactionKind, Update, User};

/// What is known when an update is read.
pub(crate) struct Reader<'a> {
    /// The account.
    pub(crate) account: &'a AccountId,
    /// The bot's own id.
    pub(crate) me: i64,
    /// What is known of chats.
    pub(crate) chats: &'a Chats,
    /// Which messages are parts of albums.
    pub(crate) albums: &'a Albums,
    /// Now, for what Telegram puts no time on.
    pub(crate) now_ms: i64,
}

/// An update that could be read at least as far as its id.
pub(crate) struct Raw {
    /// Its id.
    pub(crate) id: i64,
    /// All of it; without a field set when the rest could not be read.
    pub(crate) update: Update,
    /// Telegram's name of what it is.
    pub(crate) kind: String,
}

/// Reads an update as far as it can be read. `None` when it has not even an id.
pub(crate) fn raw(json: &RawValue) -> Option<Raw> {
    let read = read_json::<Update>(json.get().as_bytes());
    if let Ok(update) = read {
        let kind = if has_word(&update) { String::new() } else { kind_of(json.get()) };
        return Some(Raw { id: update.update_id, update, kind });
    }
    let id = read_json::<serde_json::Value>(json.get().as_bytes()).ok()?.get("update_id")?.as_i64()?;
    let kind = kind_of(json.get());
    if let Err(error) = read {
        tracing::warn!(update = id, kind, %error, "an update cannot be read and is passed over");
    }
    Some(Raw { id, update: Update { update_id: id, ..Update::default() }, kind })
}

/// Whether one of the fields that we read is set.
fn has_word(update: &Update) -> bool {
    update.message.is_some()
        || update.edited_message.is_some()
        || update.channel_post.is_some()
        || update.edited_channel_post.is_some()
        || update.message_reaction.is_some()
        || update.callback_query.is_some()
        || update.my_chat_member.is_some()
        || update.chat_member.is_some()
        || update.chat_join_request.is_some()
}

/// The name of the field beside the id.
fn kind_of(json: &str) -> String {
    let fields = read_json::<serde_json::Map<String, serde_json::Value>>(json.as_bytes()).unwrap_or_default();
    fields.keys().find(|name| *name != "update_id").cloned().unwrap_or_else(|| "empty".to_owned())
}

impl Raw {
    /// The chats of groups that it speaks of.
    pub(crate) fn chat(&self) -> Option<&Chat> {
        let update = &self.update;
        let of_message =
            [&update.message, &update.edited_message, &update.channel_post, &update.edited_channel_post];
        of_message
            .into_iter()
            .find_map(|message| message.as_ref().map(|message| &message.chat))
            .or_else(|| update.callback_query.as_ref()?.message.as_ref().map(|message| &message.chat))
            .or_else(|| update.message_reaction.as_ref().map(|reaction| &reaction.chat))
            .or_else(|| update.chat_member.as_ref().map(|change| &change.chat))
            .or_else(|| update.my_chat_member.as_ref().map(|change| &change.chat))
            .or_else(|| update.chat_join_request.as_ref().map(|asked| &asked.chat))
    }

    /// The message that was sent, if that is what it tells.
    fn message(&self) -> Option<&Message> {
        self.update.message.as_deref().or(self.update.channel_post.as_deref())
    }

    /// The album that it is a part of.
    pub(crate) fn album(&self) -> Option<&str> {
        self.message()?.media_group_id.as_deref()
    }

    /// Whether it makes a difference who is an admin of its chat.
    pub(crate) fn needs_roles(&self) -> bool {
        let message = self.update.message.as_ref().or(self.update.edited_message.as_ref());
        let moved =
            |message: &Message| message.migrate_to_chat_id.is_some() || message.left_chat_member.is_some();
        message.is_some_and(|message| !moved(message))
    }
}

impl Reader<'_> {
    /// The events of updates, in order.
    pub(crate) fn all(&self, raws: &[Raw]) -> Vec<Event> {
        raws.iter().flat_map(|raw| self.events(raw)).collect()
    }

    /// The events of an update. There is at least one, so that every update is counted.
    pub(crate) fn events(&self, raw: &Raw) -> Vec<Event> {
        if let Some(chat) = raw.chat() {
            self.chats.saw(chat);
        }
        let (at_ms, mut bodies) = self.bodies(raw);
        if let (Some(album), [EventBody::Message(message)]) = (raw.album(), bodies.as_slice()) {
            bodies = vec![EventBody::Part { album: album.to_owned(), message: message.clone() }];
        }
        if bodies.is_empty() {
            bodies.push(EventBody::Unknown { kind: raw.kind.clone() });
        }
        let key = |at: usize| match at {
            0 => EventKey(raw.id.to_string()),
            at => EventKey(format!("{}/{at}", raw.id)),
        };
        let event = |(at, body)| Event { account: self.account.clone(), key: key(at), at_ms, body };
        bodies.into_iter().enumerate().map(event).collect()
    }

    fn bodies(&self, raw: &Raw) -> (i64, Vec<EventBody>) {
        let update = &raw.update;
        if let Some(message) = update.message.as_deref().or(update.channel_post.as_deref()) {
            return (message.date * 1_000, self.message(message));
        }
        if let Some(message) = update.edited_message.as_deref().or(update.edited_channel_post.as_deref()) {
            let at_ms = message.edit_date.unwrap_or(message.date) * 1_000;
            return (at_ms, vec![EventBody::Edited(self.written(message))]);
        }
        if let Some(query) = update.callback_query.as_deref() {
            return (self.now_ms, self.pressed(query).into_iter().collect());
        }
        if let Some(reaction) = update.message_reaction.as_deref() {
            return (reaction.date * 1_000, self.reacted(reaction).into_iter().collect());
        }
        if let Some(change) = update.my_chat_member.as_deref() {
            return (change.date * 1_000, vec![self.bot_changed(change)]);
        }
        if let Some(change) = update.chat_member.as_deref() {
            return (change.date * 1_000, vec![self.member_changed(change)]);
        }
        if let Some(asked) = update.chat_join_request.as_deref() {
            return (asked.date * 1_000, vec![join_requested(asked)]);
        }
        (self.now_ms, Vec::new())
    }

    fn pressed(&self, query: &CallbackQuery) -> Option<EventBody> {
        let (carrier, handle) = (query.message.as_ref()?, query.data.clone()?);
        Some(EventBody::Pressed {
            chat: chat_info(&carrier.chat),
            thread: carrier.message_thread_id.filter(|_| carrier.is_topic_message).map(thread_key),
            by: user_info(&query.from),
            message: Some(self.albums.key(carrier.chat.id, carrier.message_id)),
            press: PressKey(query.id.clone()),
            handle,
        })
    }

    /// Reactions of anonymous admins name no user: nobody is told of them.
    fn reacted(&self, reaction: &Reaction) -> Option<EventBody> {
        let by = Some(user_info(reaction.user.as_ref()?));
        let emoji = reaction.new_reaction.iter();
        let custom = |one: &ReactionKind| Some(format!("{CUSTOM_EMOJI}{}", one.custom_emoji_id.as_ref()?));
        let emoji = emoji.filter_map(|one| one.emoji.clone().or_else(|| custom(one)));
        Some(EventBody::Reacted {
            chat: chat_info(&reaction.chat),
            message: self.albums.key(reaction.chat.id, reaction.message_id),
            by,
            emoji: emoji.collect(),
            change: ReactionChange::Stand,
        })
    }
}

/// Telegram knows one request of a user in a chat, without a number: its time tells it from an earlier one. What
/// people say of themselves in their profile comes with it.
fn join_requested(asked: &JoinRequest) -> EventBody {
    EventBody::JoinRequested {
        chat: chat_info(&asked.chat),
        user: user_info(&asked.from),
        request: RequestKey(asked.date.to_string()),
        words: asked.bio.clone().unwrap_or_default(),
    }
}

/// The message that the parts of an album make: the first, with the files of all, and the words of those that have some.
pub(crate) fn joined(albums: &Albums, first: MessageEvent, rest: Vec<MessageEvent>) -> MessageEvent {
    let all = std::iter::once(&first).chain(&rest);
    let ids: Vec<i64> = all.flat_map(|part| message_ids(&part.message)).collect();
    let mut whole = first;
    for part in rest {
        whole.content.attachments.extend(part.content.attachments);
        if !part.content.text.text.is_empty() {
            let gap = if whole.content.text.text.is_empty() { "" } else { "\n" };
            let words = std::mem::take(&mut whole.content.text);
            whole.content.text = words.then(gap).then_rich(&part.content.text);
        }
    }
    if let Ok(chat) = whole.chat.key.as_str().parse() {
        albums.put(chat, &ids);
    }
    whole.message = message_key(&ids);
    whole
}

/// A chat in our words.
pub(crate) fn chat_info(chat: &Chat) -> ChatInfo {
    let kind = match chat.kind.as_str() {
        "private" => ChatKind::Direct,
        "channel" => ChatKind::Channel,
        _ => ChatKind::Group,
    };
    let title = if kind == ChatKind::Direct { String::new() } else { chat.title.clone().unwrap_or_default() };
    ChatInfo { key: ChatKey(chat.id.to_string()), kind, title }
}

/// A user in our words.
pub(crate) fn user_info(user: &User) -> UserInfo {
    UserInfo {
        key: user_key(user.id),
        name: full_name(&user.first_name, user.last_name.as_deref()),
        username: user.username.clone(),
        language: user.language_code.clone(),
        is_bot: user.is_bot,
    }
}

fn full_name(first: &str, last: Option<&str>) -> String {
    match last.filter(|last| !last.is_empty()) {
        Some(last) => format!("{first} {last}"),
        None => first.to_owned(),
    }
}

fn user_key(id: i64) -> UserKey {
    UserKey(id.to_string())
}

fn thread_key(id: i64) -> ThreadKey {
    ThreadKey(id.to_string())
}

/// The topic that a message stands in. In groups without topics Telegram numbers threads of replies the same way.
fn thread_of(message: &Message) -> Option<ThreadKey> {
    message.message_thread_id.filter(|_| message.is_topic_message && message.chat.id < 0).map(thread_key)
}
