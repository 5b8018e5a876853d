//! What can happen to the world's state: the words of its log.

use std::collections::BTreeMap;

use bot_core::chat::{ChatKey, Content, Event, MemberRole, MessageKey, PressKey, Right, UserKey};
use serde::{Deserialize, Serialize};

use super::state::{
    Chat, Door, Group, Message, OpenForm, Place, Press, Request, SentNonce, State, Thread, ThreadState, User,
};

/// The last sends that are kept for their nonce.
pub(crate) const NONCES_KEPT: usize = 10_000;
/// The last presses that can be answered.
const PRESSES_KEPT: usize = 10_000;
/// The forms that can be open for one user at once.
const FORMS_KEPT: usize = 20;

/// One change of the state. It has been judged already and cannot fail.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Fact {
    User(User),
    Chat(Box<Chat>),
    Title { chat: ChatKey, title: String },
    Moved { from: ChatKey, to: ChatKey },
    BotRights { chat: ChatKey, rights: Option<Vec<Right>> },
    Door { chat: ChatKey, door: Door },
    Member { chat: ChatKey, user: UserKey, role: Option<MemberRole> },
    Muted { chat: ChatKey, user: UserKey, until_ms: Option<i64> },
    Unmuted { chat: ChatKey, user: UserKey },
    Banned { chat: ChatKey, user: UserKey, banned: bool },
    Locked { chat: ChatKey, locked: bool },
    Slowed { chat: ChatKey, every_s: u32 },
    Nick { chat: ChatKey, user: UserKey, nick: Option<String> },
    Badge { chat: ChatKey, user: UserKey, badge: Option<String> },
    Asks { chat: ChatKey, asks: bool },
    Requested { chat: ChatKey, user: UserKey, request: Request },
    RequestGone { chat: ChatKey, user: UserKey },
    Posted { chat: ChatKey, message: Box<Message> },
    Edited { chat: ChatKey, message: MessageKey, content: Box<Content> },
    Deleted { chat: ChatKey, messages: Vec<MessageKey> },
    Forgotten { chat: ChatKey, before: u64 },
    Pinned { chat: ChatKey, message: MessageKey, pinned: bool },
    Reacted { chat: ChatKey, message: MessageKey, user: UserKey, emoji: Vec<String> },
    Thread { chat: ChatKey, thread: Thread },
    FormShown(Box<OpenForm>),
    FormGone { user: UserKey, handle: String },
    Pressed(Press),
    PressAnswered { press: PressKey, by_form: bool },
    Sent { nonce: String, sent: Box<SentNonce> },
    File,
    Queued { lane: u64, event: Box<Event> },
    Taken { lane: u64 },
}

impl State {
    /// Makes the change. A fact about something that is not there changes nothing.
    pub(crate) fn apply(&mut self, fact: Fact) {
        match fact {
            Fact::User(user) => drop(self.users.insert(user.info.key.clone(), user)),
            Fact::Chat(chat) => {
                self.next_serial = self.next_serial.max(chat.serial + 1);
                self.chats.insert(chat.key.clone(), *chat);
            }
            Fact::Moved { from, to } => self.move_chat(from, to),
            Fact::FormShown(open) => {
                self.forget_form(&open.user, &open.form.handle);
                let user = open.user.clone();
                self.forms.push(*open);
                let of_user = |open: &OpenForm| open.user == user;
                if self.forms.iter().filter(|open| of_user(open)).count() > FORMS_KEPT
                    && let Some(oldest) = self.forms.iter().position(of_user)
                {
                    self.forms.remove(oldest);
                }
            }
            Fact::FormGone { user, handle } => self.forget_form(&user, &handle),
            Fact::Pressed(press) => {
                self.presses.insert(press.key.clone(), press);
                if self.presses.len() > PRESSES_KEPT {
                    self.presses.pop_first();
                }
            }
            Fact::PressAnswered { press, by_form } => {
                if let Some(press) = self.presses.get_mut(&press) {
                    press.answered |= !by_form;
                    press.form_shown |= by_form;
                }
            }
            Fact::Sent { nonce, sent } => self.keep_nonce(nonce, *sent),
            Fact::File => self.next_file += 1,
            Fact::Queued { lane, event } => {
                self.next_event += 1;
                self.pending.entry(lane).or_default().push_back(*event);
            }
            Fact::Taken { lane } => self.take(lane),
            other => self.apply_in_chat(other),
        }
    }

    fn keep_nonce(&mut self, nonce: String, sent: SentNonce) {
        let parts = self.sent.entry(nonce.clone()).or_default();
        if parts.is_empty() {
            self.sent_order.push_back(nonce);
        }
        parts.push(sent);
        if self.sent_order.len() > NONCES_KEPT
            && let Some(oldest) = self.sent_order.pop_front()
        {
            self.sent.remove(&oldest);
        }
    }

    fn take(&mut self, lane: u64) {
        if let Some(queue) = self.pending.get_mut(&lane) {
            queue.pop_front();
            if queue.is_empty() {
                self.pending.remove(&lane);
            }
        }
    }

    fn move_chat(&mut self, from: ChatKey, to: ChatKey) {
        let Some(mut chat) = self.chats.remove(&from) else { return };
        chat.key = to.clone();
        for open in self.forms.iter_mut().filter(|open| open.chat == from) {
            open.chat = to.clone();
        }
        self.chats.insert(to.clone(), chat);
        for target in self.moved.values_mut().filter(|target| **target == from) {
            *target = to.clone();
        }
        self.moved.insert(from, to);
    }

    fn forget_form(&mut self, user: &UserKey, handle: &str) {
        self.forms.retain(|open| open.user != *user || open.form.handle != handle);
    }

    fn apply_in_chat(&mut self, fact: Fact) {
        let Some(chat) = fact.chat().and_then(|key| self.chats.get_mut(key)) else { return };
        match fact {
            Fact::Title { title, .. } => chat.title = title,
            Fact::Door { door: new, .. } => {
                if let Place::Direct { door, .. } = &mut chat.place {
                    *door = new;
                }
            }
            Fact::Thread { thread, .. } => chat.set_thread(thread),
            Fact::Posted { message, .. } => {
                chat.next_message += numbers_of(&message);
                if let Ok(number) = message.key.as_str().parse() {
                    chat.messages.insert(number, *message);
                }
            }
            Fact::Forgotten { before, .. } => chat.messages = chat.messages.split_off(&before),
            Fact::Deleted { messages, .. } => {
                for message in &messages {
                    chat.touch(message, |message| message.deleted = true);
                }
            }
            Fact::Edited { message, content, .. } => chat.touch(&message, |message| {
                message.content = *content;
                message.edited = true;
            }),
            Fact::Pinned { message, pinned, .. } => chat.touch(&message, |message| message.pinned = pinned),
            Fact::Reacted { message, user, emoji, .. } => chat.touch(&message, |message| {
                if emoji.is_empty() {
                    message.reactions.remove(&user);
                } else {
                    message.reactions.insert(user, emoji);
                }
            }),
            other => {
                if let Place::Group(group) = &mut chat.place {
                    group.apply(other);
                }
            }
        }
    }
}

impl Chat {
    fn touch(&mut self, key: &MessageKey, change: impl FnOnce(&mut Message)) {
        if let Some(message) =
            key.as_str().parse().ok().and_then(|number: u64| self.messages.get_mut(&number))
        {
            change(message);
        }
    }

    fn set_thread(&mut self, thread: Thread) {
        if thread.state == ThreadState::Deleted {
            for message in
                self.messages.values_mut().filter(|message| message.thread.as_ref() == Some(&thread.key))
            {
                message.deleted = true;
            }
        }
        if self.threads.insert(thread.key.clone(), thread).is_none() {
            self.next_thread += 1;
        }
    }
}

impl Group {
    fn apply(&mut self, fact: Fact) {
        match fact {
            Fact::BotRights { rights, .. } => self.bot = rights,
            Fact::Member { user, role: Some(role), .. } => drop(self.members.insert(user, role)),
            Fact::Member { user, role: None, .. } => {
                self.members.remove(&user);
                self.nicks.remove(&user);
                self.badges.remove(&user);
            }
            Fact::Muted { user, until_ms, .. } => drop(self.mutes.insert(user, until_ms)),
            Fact::Unmuted { user, .. } => drop(self.mutes.remove(&user)),
            Fact::Banned { user, banned: true, .. } => drop(self.banned.insert(user)),
            Fact::Banned { user, banned: false, .. } => drop(self.banned.remove(&user)),
            Fact::Locked { locked, .. } => self.locked = locked,
            Fact::Slowed { every_s, .. } => self.slow_s = every_s,
            Fact::Nick { user, nick, .. } => set(&mut self.nicks, user, nick),
            Fact::Badge { user, badge, .. } => set(&mut self.badges, user, badge),
            Fact::Asks { asks, .. } => self.asks = asks,
            Fact::Requested { user, request, .. } => drop(self.requests.insert(user, request)),
            Fact::RequestGone { user, .. } => drop(self.requests.remove(&user)),
            _ => {}
        }
    }
}

fn set(words: &mut BTreeMap<UserKey, String>, user: UserKey, word: Option<String>) {
    match word {
        Some(word) => drop(words.insert(user, word)),
        None => drop(words.remove(&user)),
    }
}

/// How many numbers a message takes: an album is one message of as many numbers as it has files.
fn numbers_of(message: &Message) -> u64 {
    u64::try_from(message.content.attachments.len()).unwrap_or(1).max(1)
}

impl Fact {
    /// How many numbers of its chat's messages it takes.
    pub(crate) fn messages_taken(&self) -> u64 {
        if let Self::Posted { message, .. } = self { numbers_of(message) } else { 0 }
    }

    /// The chat that it happens in.
    pub(crate) fn chat(&self) -> Option<&ChatKey> {
        match self {
            Self::Title { chat, .. }
            | Self::BotRights { chat, .. }
            | Self::Door { chat, .. }
            | Self::Member { chat, .. }
            | Self::Muted { chat, .. }
            | Self::Unmuted { chat, .. }
            | Self::Banned { chat, .. }
            | Self::Locked { chat, .. }
            | Self::Slowed { chat, .. }
            | Self::Nick { chat, .. }
            | Self::Badge { chat, .. }
            | Self::Asks { chat, .. }
            | Self::Requested { chat, .. }
            | Self::RequestGone { chat, .. }
            | Self::Posted { chat, .. }
            | Self::Edited { chat, .. }
            | Self::Deleted { chat, .. }
            | Self::Forgotten { chat, .. }
            | Self::Pinned { chat, .. }
            | Self::Reacted { chat, .. }
            | Self::Thread { chat, .. } => Some(chat),
            _ => None,
        }
    }
}
