//! The world as a page shows it, to a certain user or to nobody in particular.

use std::collections::BTreeMap;

use bot_core::chat::{
    ChatKey, ChatKind, Content, Form, MemberRole, MessageKey, RequestKey, Right, ThreadKey, UserInfo, UserKey,
};
use serde::Serialize;

use super::World;
use super::state::{Author, Chat, Door, Message, Place, State, ThreadState};

/// A user.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct UserView {
    /// Key, name and so on, as the platform has them: not to be trusted.
    #[serde(flatten)]
    pub info: UserInfo,
    /// Whether the account is closed.
    pub deactivated: bool,
    /// The groups that they are in.
    pub groups: Vec<ChatKey>,
    /// How their private chat with the bot stands.
    pub direct: Option<Door>,
}

/// A chat in a list.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ChatSummary {
    /// Its key.
    pub key: ChatKey,
    /// Group or private.
    pub kind: ChatKind,
    /// The title; for a private chat, the person's name.
    pub title: String,
    /// How many are in it, the bot not counted.
    pub members: usize,
    /// When something last happened in it, unix milliseconds.
    pub last_at_ms: Option<i64>,
}

/// A chat with what is in it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ChatView {
    /// As in a list.
    #[serde(flatten)]
    pub summary: ChatSummary,
    /// Who is in it, the highest role first, then by name.
    pub members: Vec<MemberView>,
    /// Who is banned from it.
    pub banned: Vec<UserKey>,
    /// The bot's rights; `None` when it is not in the group, or the chat is private.
    pub bot_rights: Option<Vec<Right>>,
    /// Whether only admins may write.
    pub locked: bool,
    /// How long a member waits between two messages, seconds; 0 for not at all.
    pub slow_s: u32,
    /// Whether who comes in must be let in.
    pub asks: bool,
    /// Who asked to be let in.
    pub requests: Vec<UserKey>,
    /// How a private chat stands.
    pub door: Option<Door>,
    /// Threads that are there, by age.
    pub threads: Vec<ThreadView>,
    /// The last messages, oldest first.
    pub messages: Vec<MessageView>,
    /// The forms that are open for the user whose view it is.
    pub forms: Vec<FormView>,
}

/// A member.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct MemberView {
    /// Who.
    pub user: UserKey,
    /// Their own name.
    pub name: String,
    /// The name that they go by here.
    pub nick: Option<String>,
    /// The badge beside it.
    pub badge: Option<String>,
    /// The role.
    pub role: MemberRole,
    /// Whether they are muted now.
    pub muted: bool,
    /// Until when, unix milliseconds, if the mute has an end.
    pub muted_until_ms: Option<i64>,
}

/// A thread.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ThreadView {
    /// Its key.
    pub key: ThreadKey,
    /// Its title.
    pub title: String,
    /// Open or closed.
    pub state: ThreadState,
}

/// A message.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct MessageView {
    /// Its key.
    pub key: MessageKey,
    /// When, unix milliseconds.
    pub at_ms: i64,
    /// By whom, or what the platform says happened.
    pub author: Author,
    /// The author's name as it is now.
    pub name: String,
    /// In which thread.
    pub thread: Option<ThreadKey>,
    /// What it says; nothing when deleted.
    pub content: Content,
    /// The message that it answers.
    pub reply_to: Option<MessageKey>,
    /// Seen by the viewing user alone.
    pub only_you: bool,
    /// Changed since it was sent.
    pub edited: bool,
    /// Gone; a page may show that something was there.
    pub deleted: bool,
    /// Pinned.
    pub pinned: bool,
    /// How often each reaction stands on it.
    pub reactions: BTreeMap<String, usize>,
}

/// A form that is open for a user.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FormView {
    /// In which thread.
    pub thread: Option<ThreadKey>,
    /// The form.
    pub form: Form,
    /// When it was shown, unix milliseconds.
    pub at_ms: i64,
}

impl World {
    /// Everybody, by key.
    pub fn users(&self) -> Vec<UserView> {
        let inner = self.inner();
        inner.state.users.keys().filter_map(|key| user_view(&inner.state, key)).collect()
    }

    /// One user.
    pub fn user(&self, key: &UserKey) -> Option<UserView> {
        user_view(&self.inner().state, key)
    }

    /// All groups, and the private chats of `user` alone.
    pub fn chats(&self, user: Option<&UserKey>) -> Vec<ChatSummary> {
        let inner = self.inner();
        let state = &inner.state;
        let shown =
            |chat: &&Chat| chat.group().is_some() || user.is_some_and(|user| chat.role(user).is_some());
        state.chats.values().filter(shown).map(|chat| summary(state, chat)).collect()
    }

    /// One message, if it is there and not deleted, whoever may see it.
    pub fn message(&self, chat: &ChatKey, key: &MessageKey) -> Option<MessageView> {
        let inner = self.inner();
        let state = &inner.state;
        let chat = state.chat(chat).ok()?;
        Some(message_view(state, &self.bot().name, chat, chat.message(key)?))
    }

    /// The request of a user to be let into a chat, if one is open.
    pub fn request(&self, chat: &ChatKey, user: &UserKey) -> Option<RequestKey> {
        let inner = self.inner();
        Some(inner.state.chat(chat).ok()?.group()?.requests.get(user)?.key.clone())
    }

    /// A chat with its last `limit` messages as `user` sees them; as an onlooker without whispers for `None`.
    pub fn chat(&self, key: &ChatKey, user: Option<&UserKey>, limit: usize) -> Option<ChatView> {
        let now_ms = self.now_ms();
        let inner = self.inner();
        let state = &inner.state;
        let chat = state.chat(key).ok()?;
        let seen = |message: &&Message| message.only_for.is_none() || message.only_for.as_ref() == user;
        let mut messages: Vec<MessageView> = chat
            .messages
            .values()
            .rev()
            .filter(seen)
            .take(limit)
            .map(|message| message_view(state, &self.bot().name, chat, message))
            .collect();
        messages.reverse();
        let open = state.forms.iter().filter(|open| open.chat == chat.key && Some(&open.user) == user);
        Some(ChatView {
            summary: summary(state, chat),
            members: members(state, chat, now_ms),
            banned: chat.group().map(|group| group.banned.iter().cloned().collect()).unwrap_or_default(),
            bot_rights: chat.group().and_then(|group| group.bot.clone()),
            locked: chat.group().is_some_and(|group| group.locked),
            slow_s: chat.group().map_or(0, |group| group.slow_s),
            asks: chat.group().is_some_and(|group| group.asks),
            requests: chat.group().map(|group| group.requests.keys().cloned().collect()).unwrap_or_default(),
            door: match chat.place {
                Place::Direct { door, .. } => Some(door),
                Place::Group(_) => None,
            },
            threads: threads(chat),
            messages,
            forms: open
                .map(|open| FormView {
                    thread: open.thread.clone(),
                    form: open.form.clone(),
                    at_ms: open.at_ms,
                })
                .collect(),
        })
    }
}

fn user_view(state: &State, key: &UserKey) -> Option<UserView> {
    let user = state.users.get(key)?;
    let is_in = |chat: &&Chat| chat.group().is_some_and(|group| group.members.contains_key(key));
    let direct = state.chats.get(&super::state::direct_key(key)).and_then(|chat| match chat.place {
        Place::Direct { door, .. } => Some(door),
        Place::Group(_) => None,
    });
    let groups = state.chats.values().filter(is_in).map(|chat| chat.key.clone()).collect();
    Some(UserView { info: user.info.clone(), deactivated: user.deactivated, groups, direct })
}

fn summary(state: &State, chat: &Chat) -> ChatSummary {
    let (title, members) = match &chat.place {
        Place::Group(group) => (chat.title.clone(), group.members.len()),
        Place::Direct { peer, .. } => (name(state, peer), 1),
    };
    let info = chat.info();
    let last_at_ms = chat.messages.last_key_value().map(|(_, message)| message.at_ms);
    ChatSummary { key: info.key, kind: info.kind, title, members, last_at_ms }
}

fn members(state: &State, chat: &Chat, now_ms: i64) -> Vec<MemberView> {
    let Some(group) = chat.group() else { return Vec::new() };
    let view = |(user, role): (&UserKey, &MemberRole)| {
        let mute = group.mute(user, now_ms);
        let name = name(state, user);
        MemberView {
            user: user.clone(),
            name,
            nick: group.nicks.get(user).cloned(),
            badge: group.badges.get(user).cloned(),
            role: *role,
            muted: mute.is_some(),
            muted_until_ms: mute.flatten(),
        }
    };
    let mut members: Vec<MemberView> = group.members.iter().map(view).collect();
    let rank = |role| match role {
        MemberRole::Owner => 0,
        MemberRole::Admin => 1,
        MemberRole::Member => 2,
    };
    members.sort_by(|a, b| (rank(a.role), &a.name).cmp(&(rank(b.role), &b.name)));
    members
}

fn threads(chat: &Chat) -> Vec<ThreadView> {
    let there = chat.threads.values().filter(|thread| thread.state != ThreadState::Deleted);
    let mut threads: Vec<ThreadView> = there
        .map(|thread| ThreadView {
            key: thread.key.clone(),
            title: thread.title.clone(),
            state: thread.state,
        })
        .collect();
    threads.sort_by_key(|thread| thread.key.as_str().trim_start_matches('t').parse::<u64>().unwrap_or(0));
    threads
}

fn message_view(state: &State, bot: &str, chat: &Chat, message: &Message) -> MessageView {
    let mut reactions = BTreeMap::new();
    for emoji in message.reactions.values().flatten() {
        *reactions.entry(emoji.clone()).or_default() += 1;
    }
    MessageView {
        key: message.key.clone(),
        at_ms: message.at_ms,
        author: message.author.clone(),
        name: match &message.author {
            Author::User(user) => {
                let nick = chat.group().and_then(|group| group.nicks.get(user));
                nick.cloned().unwrap_or_else(|| name(state, user))
            }
            Author::Bot => bot.to_owned(),
            Author::Chat(name) => name.clone(),
            Author::Platform(_) => String::new(),
        },
        thread: message.thread.clone(),
        content: if message.deleted { Content::default() } else { message.content.clone() },
        reply_to: message.reply_to.clone(),
        only_you: message.only_for.is_some(),
        edited: message.edited,
        deleted: message.deleted,
        pinned: message.pinned,
        reactions,
    }
}

/// The name shown of a user; their key when they are unknown.
pub(super) fn name(state: &State, user: &UserKey) -> String {
    state.users.get(user).map_or_else(|| user.to_string(), |user| user.info.name.clone())
}
