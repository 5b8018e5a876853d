//! Chats and users as we know them, and the ones met lately kept in memory.

use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use lru::LruCache;

use crate::chat::{
    AccountId, Address, ChatKey, ChatKind, Lang, MemberRole, ThreadKey, UserInfo, UserKey, clean_display_name,
};
use crate::ids::{ChatId, PersonId, UserId};

/// How many chats are kept in memory.
const CHATS_KEPT: NonZeroUsize = NonZeroUsize::new(20_000).unwrap();
/// How many users are kept in memory.
const USERS_KEPT: NonZeroUsize = NonZeroUsize::new(50_000).unwrap();

/// A chat.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chat {
    /// Our id, which survives migrations.
    pub id: ChatId,
    /// The account that serves it.
    pub account: AccountId,
    /// The platform's key now; `None` for a direct chat that was never opened.
    pub key: Option<ChatKey>,
    /// What sort of chat.
    pub kind: ChatKind,
    /// Its title.
    pub title: String,
    /// What it is to us.
    pub purpose: Purpose,
    /// The language of the group, if one is set.
    pub lang: Option<Lang>,
    /// The user of a direct chat.
    pub peer: Option<UserId>,
    /// The platform key of that user.
    pub peer_key: Option<UserKey>,
    /// Whether the bot can write here.
    pub reach: Reach,
}

/// What a chat is to us.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Merchants talk here: the features serve it.
    Community,
    /// Staff work here: tickets and forms come here.
    Staff,
    /// Nothing is done here.
    Idle,
}

/// Whether the bot can write to a chat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Nobody has tried yet (a direct chat that was never opened).
    Untried,
    /// Yes.
    Open,
    /// The person never opened the private chat.
    NotStarted,
    /// The person blocked the bot or shut the chat.
    Blocked,
    /// The person's account is gone.
    Deactivated,
    /// The bot was removed.
    Kicked,
}

/// A platform identity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// Our id.
    pub id: UserId,
    /// The account through which we know them.
    pub account: AccountId,
    /// The platform's key.
    pub key: UserKey,
    /// The human behind it.
    pub person: PersonId,
    /// The name shown, cleaned.
    pub name: String,
    /// The handle for `@`, without the `@`.
    pub username: Option<String>,
    /// The language that they chose or their platform reports.
    pub lang: Option<Lang>,
    /// Whether it is a program.
    pub is_bot: bool,
}

impl Chat {
    /// Where a platform finds the chat.
    pub fn address(&self, thread: Option<ThreadKey>) -> Address {
        Address { chat: self.key.clone(), peer: self.peer_key.clone(), via: None, thread }
    }

    /// Whether it is a direct chat.
    pub fn is_direct(&self) -> bool {
        self.kind == ChatKind::Direct
    }
}

impl Purpose {
    /// The word stored.
    pub fn word(self) -> &'static str {
        match self {
            Self::Community => "community",
            Self::Staff => "staff",
            Self::Idle => "idle",
        }
    }

    /// The purpose of a stored word.
    pub fn from_word(word: &str) -> Self {
        match word {
            "community" => Self::Community,
            "staff" => Self::Staff,
            _ => Self::Idle,
        }
    }
}

impl Reach {
    /// The word stored.
    pub fn word(self) -> &'static str {
        match self {
            Self::Untried => "untried",
            Self::Open => "open",
            Self::NotStarted => "not_started",
            Self::Blocked => "blocked",
            Self::Deactivated => "deactivated",
            Self::Kicked => "kicked",
        }
    }

    /// The reach of a stored word.
    pub fn from_word(word: &str) -> Self {
        match word {
            "open" => Self::Open,
            "not_started" => Self::NotStarted,
            "blocked" => Self::Blocked,
            "deactivated" => Self::Deactivated,
            "kicked" => Self::Kicked,
            _ => Self::Untried,
        }
    }
}

/// What was met lately. Only what is durable gets in.
pub struct Directory {
    chats: Mutex<LruCache<(AccountId, ChatKey), Arc<Chat>>>,
    users: Mutex<LruCache<(AccountId, UserKey), Arc<User>>>,
    members: Mutex<LruCache<(ChatId, UserId), MemberRole>>,
    /// Whether other programs change the database too: then nothing is remembered, and all is read anew.
    is_shared: AtomicBool,
}

impl Default for Directory {
    fn default() -> Self {
        // Grown as it fills, so that an idle hall stays small.
        Self {
            chats: Mutex::new(small(CHATS_KEPT)),
            users: Mutex::new(small(USERS_KEPT)),
            members: Mutex::new(small(USERS_KEPT)),
            is_shared: AtomicBool::new(false),
        }
    }
}

/// The name and handle of a user as we show them.
pub(crate) fn clean_user(info: &UserInfo) -> (String, Option<String>) {
    let name = clean_display_name(&info.name, &format!("user {}", info.key));
    let handle = info
        .username
        .as_deref()
        .map(|handle| clean_display_name(handle, ""))
        .filter(|handle| !handle.is_empty());
    (name, handle)
}

/// A bounded cache that does not take all its room at once.
pub(crate) fn small<K: std::hash::Hash + Eq, V>(cap: NonZeroUsize) -> LruCache<K, V> {
    let mut cache = LruCache::unbounded();
    cache.resize(cap);
    cache
}

impl Directory {
    /// Says whether other programs change the database too.
    pub fn share(&self, is_shared: bool) {
        self.is_shared.store(is_shared, Ordering::Relaxed);
        if is_shared {
            self.forget_all();
        }
    }

    fn keeps(&self) -> bool {
        !self.is_shared.load(Ordering::Relaxed)
    }

    /// A chat met lately.
    pub fn chat(&self, account: &AccountId, key: &ChatKey) -> Option<Arc<Chat>> {
        lock(&self.chats).get(&(account.clone(), key.clone())).cloned()
    }

    /// A user met lately.
    pub fn user(&self, account: &AccountId, key: &UserKey) -> Option<Arc<User>> {
        lock(&self.users).get(&(account.clone(), key.clone())).cloned()
    }

    /// Remembers a chat.
    pub fn put_chat(&self, chat: Arc<Chat>) {
        if let Some(key) = chat.key.clone().filter(|_| self.keeps()) {
            lock(&self.chats).put((chat.account.clone(), key), chat);
        }
    }

    /// Remembers a user.
    pub fn put_user(&self, user: Arc<User>) {
        if self.keeps() {
            lock(&self.users).put((user.account.clone(), user.key.clone()), user);
        }
    }

    /// Whether a user is known to be a member in this role.
    pub(crate) fn is_member(&self, chat: &ChatId, user: &UserId, role: MemberRole) -> bool {
        lock(&self.members).get(&(chat.clone(), user.clone())) == Some(&role)
    }

    /// Remembers a member.
    pub(crate) fn put_member(&self, chat: ChatId, user: UserId, role: MemberRole) {
        if self.keeps() {
            lock(&self.members).put((chat, user), role);
        }
    }

    /// Forgets a member, even when the leaving is not durable in the end: it is then looked up again.
    pub(crate) fn forget_member(&self, chat: &ChatId, user: &UserId) {
        lock(&self.members).pop(&(chat.clone(), user.clone()));
    }

    /// Forgets everything, after chats, users or persons were changed from elsewhere.
    pub fn forget_all(&self) {
        lock(&self.chats).clear();
        lock(&self.users).clear();
        lock(&self.members).clear();
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
