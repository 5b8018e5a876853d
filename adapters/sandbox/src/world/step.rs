//! One act in the making: it reads the state and gathers the facts that follow.

use bot_core::chat::{
    ChatInfo, ChatKey, Content, Event, EventBody, EventKey, MessageEvent, MessageKey, PressKey, Sender,
    ThreadKey, UserInfo, UserKey,
};

use super::Shared;
use super::fact::Fact;
use super::notice::Notice;
use super::state::{Author, Chat, Message, Place, State};
use crate::Profile;

/// Keys of messages of different chats are so far apart where no two may be the same.
const KEYS_APART: u64 = 1_000_000;

pub(super) struct Step<'a> {
    pub(super) state: &'a State,
    pub(super) profile: &'a Profile,
    pub(super) now_ms: i64,
    world: &'a Shared,
    facts: Vec<Fact>,
}

/// A message before it has a key.
pub(super) struct Draft {
    pub(super) author: Author,
    pub(super) thread: Option<ThreadKey>,
    pub(super) content: Content,
    pub(super) reply_to: Option<MessageKey>,
    pub(super) forwarded: Option<bot_core::chat::ForwardOrigin>,
    pub(super) only_for: Option<UserKey>,
}

impl<'a> Step<'a> {
    pub(super) fn new(state: &'a State, profile: &'a Profile, world: &'a Shared, now_ms: i64) -> Self {
        Self { state, profile, now_ms, world, facts: Vec::new() }
    }

    pub(super) fn into_facts(self) -> Vec<Fact> {
        self.facts
    }

    pub(super) fn push(&mut self, fact: Fact) {
        self.facts.push(fact);
    }

    pub(super) fn bot(&self) -> &'a UserInfo {
        &self.world.bot
    }

    /// A chat that is new in this step.
    pub(super) fn new_chat(&self, key: ChatKey, title: String, place: Place) -> Chat {
        let serial = self.state.next_serial;
        let mut chat = Chat::new(key, serial, title, place);
        if self.profile.keys_apart {
            chat.next_message = serial * KEYS_APART + 1;
        }
        chat
    }

    /// Puts a message into a chat, and forgets the oldest when there are too many.
    pub(super) fn post(&mut self, chat: &Chat, draft: Draft) -> Message {
        let here = |fact: &&Fact| matches!(fact, Fact::Posted { chat: at, .. } if *at == chat.key);
        let number =
            chat.next_message + self.facts.iter().filter(here).map(Fact::messages_taken).sum::<u64>();
        let message = Message {
            key: MessageKey(number.to_string()),
            author: draft.author,
            at_ms: self.now_ms,
            thread: draft.thread,
            content: draft.content,
            reply_to: draft.reply_to,
            forwarded: draft.forwarded,
            only_for: draft.only_for,
            edited: false,
            deleted: false,
            pinned: false,
            reactions: Default::default(),
        };
        self.push(Fact::Posted { chat: chat.key.clone(), message: Box::new(message.clone()) });
        let oldest = (number + 1).saturating_sub(u64::try_from(self.profile.history).unwrap_or(u64::MAX));
        if chat.messages.first_key_value().is_some_and(|(first, _)| *first < oldest) {
            self.push(Fact::Forgotten { chat: chat.key.clone(), before: oldest });
        }
        message
    }

    /// Writes a line of the platform's own into a chat.
    pub(super) fn notice(&mut self, chat: &Chat, notice: Notice) {
        self.whisper(chat, None, None, notice);
    }

    /// Writes a line of the platform's own that only one user sees.
    pub(super) fn whisper(
        &mut self,
        chat: &Chat,
        thread: Option<&ThreadKey>,
        user: Option<&UserKey>,
        notice: Notice,
    ) {
        self.post(
            chat,
            Draft {
                author: Author::Platform(notice),
                thread: thread.cloned(),
                content: Content::default(),
                reply_to: None,
                forwarded: None,
                only_for: user.cloned(),
            },
        );
    }

    /// Tells the bot, if it is in the chat.
    pub(super) fn tell(&mut self, chat: &Chat, body: EventBody) {
        if chat.bot_sees() {
            self.tell_always(chat.serial, body);
        }
    }

    /// Tells the bot, even if it is not in the chat any more.
    pub(super) fn tell_always(&mut self, lane: u64, body: EventBody) {
        let event = Event {
            account: self.world.account.clone(),
            key: EventKey(format!("{}.{}", self.state.born_ms, self.next_number())),
            at_ms: self.now_ms,
            body,
        };
        self.push(Fact::Queued { lane, event: Box::new(event) });
    }

    /// A key for a thread that is opened in this step, before anything else of it.
    pub(super) fn thread_key(&self, chat: &Chat) -> ThreadKey {
        let number = chat.next_message;
        ThreadKey(if self.profile.numbered { number.to_string() } else { format!("t{}", chat.next_thread) })
    }

    /// A key for a press that is about to be told.
    pub(super) fn press_key(&self) -> PressKey {
        PressKey(format!("p{:012}", self.next_number()))
    }

    /// The number of the next event; unique in this world.
    fn next_number(&self) -> u64 {
        let queued = self.facts.iter().filter(|fact| matches!(fact, Fact::Queued { .. })).count();
        self.state.next_event + u64::try_from(queued).unwrap_or(0)
    }

    /// A message as the bot is told of it.
    pub(super) fn message_event(&self, chat: &Chat, message: &Message) -> Option<MessageEvent> {
        let from = match &message.author {
            Author::User(key) => {
                let user = self.state.users.get(key)?.info.clone();
                Sender::User { user, role: chat.role(key).unwrap_or(bot_core::chat::MemberRole::Member) }
            }
            Author::Bot => Sender::Myself,
            Author::Chat(name) => Sender::Chat { name: name.clone() },
            Author::Platform(_) => return None,
        };
        Some(MessageEvent {
            chat: chat.info(),
            thread: message.thread.clone(),
            from,
            message: message.key.clone(),
            content: message.content.clone(),
            reply_to: message.reply_to.clone(),
            forwarded: message.forwarded.clone(),
            press: None,
        })
    }
}

/// A chat as events describe it, under another key.
pub(super) fn info_as(chat: &Chat, key: &ChatKey) -> ChatInfo {
    ChatInfo { key: key.clone(), ..chat.info() }
}
