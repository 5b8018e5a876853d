//! What the platform knows. Changed by [`super::fact::Fact`]s only, so that its log can rebuild it.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use bot_core::chat::{
    ChatInfo, ChatKey, ChatKind, Content, Event, Form, ForwardOrigin, MemberRole, MessageKey, PressKey,
    RequestKey, Right, ThreadKey, UserInfo, UserKey,
};
use serde::{Deserialize, Serialize};

use super::notice::Notice;
use crate::Refusal;

/// The whole world of one account.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct State {
    /// When the world was made; part of every event key, so that a new world never repeats an old one's.
    pub(crate) born_ms: i64,
    pub(crate) users: BTreeMap<UserKey, User>,
    pub(crate) chats: BTreeMap<ChatKey, Chat>,
    /// Old keys of chats that migrated.
    pub(crate) moved: BTreeMap<ChatKey, ChatKey>,
    pub(crate) forms: Vec<OpenForm>,
    pub(crate) presses: BTreeMap<PressKey, Press>,
    /// The last sends by nonce; a send in parts has several.
    pub(crate) sent: BTreeMap<String, Vec<SentNonce>>,
    /// Their nonces, oldest first.
    pub(crate) sent_order: VecDeque<String>,
    /// Events that the bot has not taken yet, by the lane of their chat.
    pub(crate) pending: BTreeMap<u64, VecDeque<Event>>,
    pub(crate) next_serial: u64,
    pub(crate) next_event: u64,
    pub(crate) next_file: u64,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct User {
    pub(crate) info: UserInfo,
    #[serde(default)]
    pub(crate) deactivated: bool,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Chat {
    pub(crate) key: ChatKey,
    /// Stays the same when the key changes; the lane of its events.
    pub(crate) serial: u64,
    pub(crate) title: String,
    pub(crate) place: Place,
    pub(crate) threads: BTreeMap<ThreadKey, Thread>,
    pub(crate) next_thread: u64,
    pub(crate) messages: BTreeMap<u64, Message>,
    pub(crate) next_message: u64,
}

/// What is different between a group and a private chat.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) enum Place {
    Group(Group),
    Direct { peer: UserKey, door: Door },
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Group {
    pub(crate) members: BTreeMap<UserKey, MemberRole>,
    /// The ends of mutes; `None` until unmuted. A mute outlives leaving.
    pub(crate) mutes: BTreeMap<UserKey, Option<i64>>,
    pub(crate) banned: BTreeSet<UserKey>,
    /// The bot's rights; `None` when it is not in the group.
    pub(crate) bot: Option<Vec<Right>>,
    /// Whether only admins may write.
    #[serde(default)]
    pub(crate) locked: bool,
    /// How long a member waits between two messages, seconds; 0 for not at all.
    #[serde(default)]
    pub(crate) slow_s: u32,
    /// The names that members go by here.
    #[serde(default)]
    pub(crate) nicks: BTreeMap<UserKey, String>,
    /// The badges beside members' names.
    #[serde(default)]
    pub(crate) badges: BTreeMap<UserKey, String>,
    /// Whether who comes in must be let in.
    #[serde(default)]
    pub(crate) asks: bool,
    /// Who asked and was not answered.
    #[serde(default)]
    pub(crate) requests: BTreeMap<UserKey, Request>,
}

/// Somebody's request to be let in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Request {
    pub(crate) key: RequestKey,
    pub(crate) words: String,
    pub(crate) at_ms: i64,
}

/// Whether the bot may write into a private chat.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Door {
    /// The person never opened it (the platform lets bots write first).
    Unopened,
    /// The person opened it.
    Open,
    /// The person blocked the bot.
    Blocked,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Thread {
    pub(crate) key: ThreadKey,
    pub(crate) title: String,
    pub(crate) state: ThreadState,
}

/// What can be done in a thread.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ThreadState {
    /// Write.
    Open,
    /// Read.
    Closed,
    /// Nothing: it is gone with its messages.
    Deleted,
}

/// Who wrote a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Author {
    /// A user.
    User(UserKey),
    /// The bot.
    Bot,
    /// The chat itself or a channel linked to it, under this name.
    Chat(String),
    /// The platform itself, about something that happened.
    Platform(Notice),
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Message {
    pub(crate) key: MessageKey,
    pub(crate) author: Author,
    pub(crate) at_ms: i64,
    pub(crate) thread: Option<ThreadKey>,
    pub(crate) content: Content,
    pub(crate) reply_to: Option<MessageKey>,
    #[serde(default)]
    pub(crate) forwarded: Option<ForwardOrigin>,
    /// The only user who sees it; everybody when absent.
    #[serde(default)]
    pub(crate) only_for: Option<UserKey>,
    #[serde(default)]
    pub(crate) edited: bool,
    #[serde(default)]
    pub(crate) deleted: bool,
    #[serde(default)]
    pub(crate) pinned: bool,
    #[serde(default)]
    pub(crate) reactions: BTreeMap<UserKey, Vec<String>>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct OpenForm {
    pub(crate) chat: ChatKey,
    pub(crate) thread: Option<ThreadKey>,
    pub(crate) user: UserKey,
    pub(crate) form: Form,
    /// When it was shown; folders of older versions do not say.
    #[serde(default)]
    pub(crate) at_ms: i64,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Press {
    pub(crate) key: PressKey,
    pub(crate) chat: ChatKey,
    pub(crate) user: UserKey,
    pub(crate) at_ms: i64,
    pub(crate) answered: bool,
    pub(crate) form_shown: bool,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct SentNonce {
    pub(crate) chat: ChatKey,
    pub(crate) message: MessageKey,
    pub(crate) content: Content,
}

impl State {
    pub(crate) fn user(&self, key: &UserKey) -> Result<&User, Refusal> {
        self.users.get(key).ok_or_else(|| Refusal::NoUser(key.clone()))
    }

    pub(crate) fn chat(&self, key: &ChatKey) -> Result<&Chat, Refusal> {
        match self.chats.get(key) {
            Some(chat) => Ok(chat),
            None => Err(match self.moved.get(key) {
                Some(new) => Refusal::Moved(new.clone()),
                None => Refusal::NoChat(key.clone()),
            }),
        }
    }

    /// A send under this nonce and with this content.
    pub(crate) fn sent(&self, nonce: &str, content: &Content) -> Option<&SentNonce> {
        self.sent.get(nonce)?.iter().find(|sent| sent.content == *content)
    }

    pub(crate) fn form(&self, user: &UserKey, handle: &str) -> Option<&OpenForm> {
        self.forms.iter().find(|open| open.user == *user && open.form.handle == handle)
    }
}

/// The key of somebody's private chat with the bot. A user whose key is a number is their own private chat, as on
/// Telegram.
pub(crate) fn direct_key(user: &UserKey) -> ChatKey {
    let is_number = !user.as_str().is_empty() && user.as_str().bytes().all(|b| b.is_ascii_digit());
    if is_number { ChatKey(user.as_str().to_owned()) } else { ChatKey(format!("d.{user}")) }
}

impl Chat {
    pub(crate) fn new(key: ChatKey, serial: u64, title: String, place: Place) -> Self {
        Self {
            key,
            serial,
            title,
            place,
            threads: BTreeMap::new(),
            next_thread: 1,
            messages: BTreeMap::new(),
            next_message: 1,
        }
    }

    pub(crate) fn info(&self) -> ChatInfo {
        let kind = if self.group().is_some() { ChatKind::Group } else { ChatKind::Direct };
        ChatInfo { key: self.key.clone(), kind, title: self.title.clone() }
    }

    pub(crate) fn group(&self) -> Option<&Group> {
        match &self.place {
            Place::Group(group) => Some(group),
            Place::Direct { .. } => None,
        }
    }

    /// A message that is still there for people to see and the bot to touch.
    pub(crate) fn message(&self, key: &MessageKey) -> Option<&Message> {
        let number: u64 = key.as_str().parse().ok()?;
        self.messages.get(&number).filter(|message| !message.deleted && message.key == *key)
    }

    pub(crate) fn thread(&self, key: &ThreadKey) -> Option<&Thread> {
        self.threads.get(key).filter(|thread| thread.state != ThreadState::Deleted)
    }

    pub(crate) fn role(&self, user: &UserKey) -> Option<MemberRole> {
        match &self.place {
            Place::Group(group) => group.members.get(user).copied(),
            Place::Direct { peer, .. } => (peer == user).then_some(MemberRole::Member),
        }
    }

    /// Whether the bot is there to see what happens.
    pub(crate) fn bot_sees(&self) -> bool {
        match &self.place {
            Place::Group(group) => group.bot.is_some(),
            Place::Direct { .. } => true,
        }
    }
}

impl Group {
    /// The mute that stands at `now_ms`: its end, if it has one.
    pub(crate) fn mute(&self, user: &UserKey, now_ms: i64) -> Option<Option<i64>> {
        self.mutes.get(user).copied().filter(|until_ms| until_ms.is_none_or(|until_ms| now_ms < until_ms))
    }
}
