//! The fake platforms: they know limits and obey no wish, and whoever checks may look at all of it.

mod call;
mod platform;
pub mod state;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bot_core::chat::{
    ChatInfo, ChatKind, Content, Event, EventBody, EventKey, MemberRole, MessageEvent, MessageKey, Sender,
};
use bot_core::clock::Clock as _;
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use tokio::sync::Notify;

use super::clock::SimClock;
use super::ground;
use super::trace::Trace;
pub use platform::FakePlatform;
use state::{Account, Chat, Faults, Moment, Spec, State};

/// All platforms of a seed. They go on when the program is killed.
pub struct World {
    pub clock: Arc<SimClock>,
    pub trace: Arc<Trace>,
    state: Mutex<State>,
    /// Rung when an account has something to tell.
    told: BTreeMap<String, Notify>,
}

impl World {
    pub fn new(seed: u64, clock: Arc<SimClock>, trace: Arc<Trace>, specs: Vec<Spec>) -> Arc<Self> {
        let told = specs.iter().map(|spec| (spec.account.to_string(), Notify::new())).collect();
        let accounts = specs.into_iter().map(|spec| (spec.account.to_string(), account(spec))).collect();
        let state = State {
            rng: StdRng::seed_from_u64(seed ^ 0x0077_6f72_6c64),
            accounts,
            calls: Vec::new(),
            runs: 0,
            kill_in: None,
            killed: BTreeSet::new(),
            kills: Vec::new(),
        };
        Arc::new(Self { clock, trace, state: Mutex::new(state), told })
    }

    pub fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn now_ms(&self) -> i64 {
        self.clock.now_ms()
    }

    /// The adapters of a program that starts, and which of all that were ever started it is.
    pub fn platforms(self: &Arc<Self>) -> (u32, Vec<Arc<FakePlatform>>) {
        let mut state = self.state();
        state.runs += 1;
        let run = state.runs;
        let specs: Vec<Spec> = state.accounts.values().map(|account| account.spec.clone()).collect();
        let ends = specs.into_iter().map(|spec| Arc::new(FakePlatform::new(Arc::clone(self), spec, run)));
        (run, ends.collect())
    }

    /// Kills the program that makes the `calls`th call from now.
    pub fn kill_at_call(&self, calls: u32, moment: Moment) {
        self.state().kill_in = Some((calls, moment));
    }

    pub fn is_killed(&self, run: u32) -> bool {
        self.state().killed.contains(&run)
    }

    /// Whether an account has something to tell that the program has not acknowledged.
    pub fn has_to_tell(&self) -> bool {
        self.state().accounts.values().any(|account| !account.feed.is_empty())
    }

    /// A user of an account writes something; gives the key of the event.
    pub fn says(&self, account: &str, chat: &str, user: &str, text: &str) {
        let (now_ms, mut state) = (self.now_ms(), self.state());
        let Some(of) = state.accounts.get_mut(account) else { return };
        of.next_message += 1;
        let key = format!("i{}", of.next_message);
        let Some(chat) = of.chats.get(chat) else { return };
        let body = EventBody::Message(MessageEvent {
            chat: info(chat),
            thread: None,
            from: Sender::User { user: ground::user(user), role: MemberRole::Member },
            message: MessageKey(key.clone()),
            content: Content::text(text),
            reply_to: None,
            forwarded: None,
            press: None,
        });
        drop(state);
        self.tells(account, Event { account: account.into(), key: EventKey(key), at_ms: now_ms, body });
    }

    /// An event that an account tells the program.
    pub fn tells(&self, account: &str, event: Event) {
        self.trace.line(self.now_ms(), format_args!("{account} tells {} {}", event.key, event.body.kind()));
        if let Some(of) = self.state().accounts.get_mut(account) {
            of.feed.push_back(event);
        }
        if let Some(told) = self.told.get(account) {
            // Whoever listens, on whichever node; who does not looks at what there is when it begins.
            told.notify_waiters();
        }
    }

    /// An account tells again what it told before, in another order.
    pub fn tells_again(&self, account: &str, most: usize) {
        let again: Vec<Event> = {
            let state = &mut *self.state();
            let Some(of) = state.accounts.get_mut(account) else { return };
            let from = of.taken.len().saturating_sub(most);
            let mut again: Vec<Event> = of.taken[from..].to_vec();
            for at in (1..again.len()).rev() {
                again.swap(at, state.rng.random_range(0..=at));
            }
            again
        };
        for event in again {
            self.tells(account, event);
        }
    }

    /// A group goes on under another key.
    pub fn migrates(&self, account: &str, name: &str) {
        let (now_ms, event) = {
            let now_ms = self.now_ms();
            let mut state = self.state();
            let Some(of) = state.accounts.get_mut(account) else { return };
            let Some(chat) = of.chats.get_mut(name) else { return };
            let from = std::mem::replace(&mut chat.key, format!("{name}-at-{now_ms}"));
            let (info, key) = (info(chat), chat.key.clone());
            of.names.insert(key.clone(), name.to_owned());
            let body = EventBody::ChatMigrated { chat: info, from: from.as_str().into() };
            (now_ms, Event { account: account.into(), key: EventKey(key), at_ms: now_ms, body })
        };
        self.trace.line(now_ms, format_args!("{account} {name} migrates"));
        self.tells(account, event);
    }
}

fn info(chat: &Chat) -> ChatInfo {
    let title = if chat.kind == ChatKind::Direct { String::new() } else { format!("Group {}", chat.name) };
    ChatInfo { key: chat.key.as_str().into(), kind: chat.kind, title }
}

fn account(spec: Spec) -> Account {
    let groups = (0..ground::GROUPS).map(ground::group).chain([ground::staff_chat()]);
    let groups = groups.map(|name| (name, ChatKind::Group));
    let directs = (0..ground::DIRECTS).map(|at| (ground::direct(at), ChatKind::Direct));
    let chats: BTreeMap<String, Chat> = groups
        .chain(directs)
        .map(|(name, kind)| (name.clone(), Chat::new(ground::key(spec.account.as_str(), &name), name, kind)))
        .collect();
    Account {
        spec,
        names: chats.values().map(|chat| (chat.key.clone(), chat.name.clone())).collect(),
        chats,
        faults: Faults::default(),
        feed: std::collections::VecDeque::new(),
        taken: Vec::new(),
        next_message: 0,
        made: BTreeMap::new(),
        windows: BTreeMap::new(),
    }
}
