//! What the implementation knows besides the world: who is connected, what it was asked, how it is to misbehave.

use std::collections::{BTreeMap, BTreeSet};

use bot_core::chat::{ChatKey, MessageKey, Right, UserKey};
use serde_json::Value;
use tokio::sync::mpsc;

/// A call that the bot made.
#[derive(Clone, Debug)]
pub struct Called {
    /// Its name, without `_async` and the like.
    pub action: String,
    /// Its parameters.
    pub params: Value,
    /// When, unix milliseconds.
    pub at_ms: i64,
}

/// One connection.
pub(super) struct Line {
    pub(super) number: u64,
    pub(super) tells_events: bool,
    pub(super) out: mpsc::UnboundedSender<String>,
}

#[derive(Default)]
pub(super) struct State {
    pub(super) lines: Vec<Line>,
    next_line: u64,
    /// Frames with events that went out, and connections that were opened for them.
    pub(super) told: u64,
    pub(super) opened: u64,
    /// Whether one of them has ended.
    pub(super) broken: bool,
    pub(super) events: Vec<Value>,
    /// What people react to messages with.
    pub(super) reactions: BTreeMap<(ChatKey, MessageKey, UserKey), Vec<String>>,
    pub(super) calls: Vec<Called>,
    pub(super) refusals: Vec<u16>,
    /// How often somebody has dialled it, let in or not.
    pub(super) knocks: usize,
    /// Whether it dials nobody any more whose line has ended.
    pub(super) dials_no_more: bool,
    /// Ids of messages that it does not know any more.
    pub(super) forgotten: BTreeSet<String>,
    pub(super) echoes_held: bool,
    pub(super) late: Vec<Value>,
    pub(super) twice: bool,
    pub(super) losing: bool,
    /// Whether the addresses of files that were told are good no longer.
    pub(super) addresses_expired: bool,
    pub(super) at_all_left: Option<i64>,
    /// What stands on the boards of groups: group, key, words, when.
    pub(super) notices: Vec<(i64, String, String, i64)>,
    pub(super) disabled: BTreeSet<String>,
    /// Answers that calls get instead of being done, by their names.
    pub(super) scripted: BTreeMap<String, Vec<Value>>,
    /// The bot's rights and titles of groups as it was last told of them.
    pub(super) told_rights: BTreeMap<ChatKey, Option<Vec<Right>>>,
    /// Requests to join by their flags.
    pub(super) requests: BTreeMap<String, (ChatKey, bot_core::chat::UserKey)>,
}

impl State {
    pub(super) fn join(&mut self, tells_events: bool, out: mpsc::UnboundedSender<String>) -> u64 {
        self.next_line += 1;
        self.lines.push(Line { number: self.next_line, tells_events, out });
        self.opened += u64::from(tells_events);
        self.next_line
    }

    pub(super) fn leave(&mut self, number: u64) {
        self.lines.retain(|line| line.number != number);
        self.broken = true;
    }

    pub(super) fn cut(&mut self) {
        self.lines.clear();
        self.broken = true;
    }

    /// Whether somebody listens to events.
    pub(super) fn is_heard(&self) -> bool {
        self.lines.iter().any(|line| line.tells_events)
    }

    /// Tells an event to whoever listens.
    pub(super) fn tell(&mut self, event: Value) {
        self.events.push(event.clone());
        for line in self.lines.iter().filter(|line| line.tells_events) {
            if line.out.send(event.to_string()).is_ok() {
                self.told += 1;
            }
        }
    }

    pub(super) fn send_all(&self, text: &str) {
        for line in self.lines.iter().filter(|line| line.tells_events) {
            let _ = line.out.send(text.to_owned());
        }
    }
}
