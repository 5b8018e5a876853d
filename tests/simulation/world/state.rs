//! What the platforms of a seed are and know: chats, what stands in them, what is wrong just now, and each call that came.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use bot_core::chat::{AccountId, ChatKind, Event, Gap, MessageKey, Pace, RejectionKind, RetryScope};
use rand::rngs::StdRng;

/// What sort of platform an account is on.
#[derive(Clone, Debug)]
pub struct Spec {
    pub account: AccountId,
    pub pace: Pace,
    /// Whether it has edits of its own.
    pub edits: bool,
    /// Whether a send that is repeated with its nonce is the same send.
    pub nonces: bool,
    /// Whether it can be asked what became of a send.
    pub settles: bool,
    pub board: bool,
    pub direct_first: bool,
    pub gap: Option<Gap>,
    /// The longest mute; longer ones have to be renewed.
    pub mute_cap_ms: Option<i64>,
    /// Whether a mute takes a look first: an action of two calls.
    pub looks: bool,
    /// The longest text of one message.
    pub text_utf16: usize,
}

/// What stands in a chat.
#[derive(Clone, Debug)]
pub struct Shown {
    pub key: MessageKey,
    pub text: String,
    /// The outbox row that it was sent for: platforms do not know it, whoever checks does.
    pub row: String,
    pub is_deleted: bool,
}

/// A change of somebody's right to write.
#[derive(Clone, Debug)]
pub struct MuteChange {
    pub at_ms: i64,
    pub user: String,
    /// The end of the mute; `None` when it was lifted.
    pub until_ms: Option<i64>,
}

#[derive(Clone, Debug)]
pub struct Chat {
    /// The name that it keeps whatever its key is.
    pub name: String,
    pub key: String,
    pub kind: ChatKind,
    pub shown: Vec<Shown>,
    pub mutes: Vec<MuteChange>,
    /// What is refused here until when.
    pub refuses: Option<(RejectionKind, i64)>,
}

/// A time in which calls are told to come back later.
#[derive(Clone, Debug)]
pub struct Storm {
    pub until_ms: i64,
    pub scope: RetryScope,
    /// The chat, when it is of one chat.
    pub chat: String,
}

/// What is wrong with a platform just now, each until a time.
#[derive(Clone, Debug, Default)]
pub struct Faults {
    pub down_until_ms: i64,
    pub slow_until_ms: i64,
    pub loses_until_ms: i64,
    pub storms: Vec<Storm>,
}

pub struct Account {
    pub spec: Spec,
    /// By name.
    pub chats: BTreeMap<String, Chat>,
    /// The name of the chat that a key stands for, and of one that it stood for.
    pub names: BTreeMap<String, String>,
    pub faults: Faults,
    /// Events that the program has not yet acknowledged.
    pub feed: VecDeque<Event>,
    /// Events that it has.
    pub taken: Vec<Event>,
    pub next_message: u32,
    /// What was made of a call, by row and call: where nonces are heeded or a send can be asked for.
    pub made: BTreeMap<(String, u64), MessageKey>,
    pub windows: BTreeMap<String, VecDeque<i64>>,
}

/// What the platform did with a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Done and told so.
    Done,
    /// Seen by its nonce to be the same as before: nothing done, and told so.
    Same,
    /// Done, but the answer is lost.
    DoneUnheard,
    /// Never came.
    NeverCame,
    /// Never came, and the program cannot know.
    LostOnTheWay,
    /// Told to come back later, in a planted storm.
    Storm(RetryScope, i64),
    /// Told to come back later, because the program was too fast.
    TooFast(RetryScope),
    Refused(RejectionKind),
    /// The chat goes on under another key.
    Migrated,
}

impl Verdict {
    /// Whether the platform has done it now.
    pub fn is_effect(&self) -> bool {
        matches!(self, Self::Done | Self::DoneUnheard)
    }

    /// Whether it counts toward the limits.
    pub fn counts(&self) -> bool {
        matches!(self, Self::Done | Self::Same | Self::DoneUnheard | Self::Refused(_))
    }
}

/// A call as the platform saw it.
#[derive(Clone, Debug)]
pub struct Called {
    pub account: String,
    pub chat: String,
    pub is_group: bool,
    pub is_paced: bool,
    pub row: String,
    pub word: &'static str,
    pub text: String,
    /// The same for the same call of a plan.
    pub digest: u64,
    pub at_ms: i64,
    /// Which run of the program called.
    pub run: u32,
    pub verdict: Verdict,
    /// When the program had the answer, unless it never did.
    pub answered_ms: Option<i64>,
}

/// When, within a call, the program is killed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    Before,
    After,
}

pub struct State {
    pub rng: StdRng,
    pub accounts: BTreeMap<String, Account>,
    pub calls: Vec<Called>,
    /// How many programs were started.
    pub runs: u32,
    /// Kills the program at this many calls from now.
    pub kill_in: Option<(u32, Moment)>,
    /// The programs that were killed.
    pub killed: BTreeSet<u32>,
    /// When one was killed or stopped, each time: what it had in hand then may have gone out or not.
    pub kills: Vec<i64>,
}

impl Account {
    /// The chat that a key stands for, and whether it is its key now.
    pub fn at(&mut self, key: &str) -> Option<(&mut Chat, bool)> {
        let name = self.names.get(key)?;
        let chat = self.chats.get_mut(name)?;
        let is_now = chat.key == key;
        Some((chat, is_now))
    }
}
