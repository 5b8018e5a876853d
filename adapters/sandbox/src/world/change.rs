//! What the web page is told, and what the bot and the platform said to each other of late.

use std::collections::VecDeque;

use bot_core::chat::{ChatKey, Event, MessageKey, Outcome, UserKey};
use serde::Serialize;

use super::fact::Fact;

/// The last lines of traffic that are kept.
const TRAFFIC_KEPT: usize = 500;

/// Something changed; what it is now stands in a new snapshot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    /// One word: `message`, `edited`, `deleted`, `pinned`, `reacted`, `member`, `thread`, `chat`, `form`, `user`,
    /// `event` (waiting for the bot) or `traffic`.
    pub what: &'static str,
    /// Where.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub chat: Option<ChatKey>,
    /// Which message.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<MessageKey>,
    /// Which user; for a form or a whispered message, the only one concerned.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<UserKey>,
}

impl Change {
    pub(super) fn of(fact: &Fact) -> Option<Self> {
        let change = |what| Self { what, chat: fact.chat().cloned(), message: None, user: None };
        Some(match fact {
            Fact::User(user) => Self { user: Some(user.info.key.clone()), ..change("user") },
            Fact::Chat(chat) => Self { chat: Some(chat.key.clone()), ..change("chat") },
            Fact::Moved { to, .. } => Self { chat: Some(to.clone()), ..change("chat") },
            Fact::Title { .. }
            | Fact::BotRights { .. }
            | Fact::Door { .. }
            | Fact::Locked { .. }
            | Fact::Slowed { .. }
            | Fact::Asks { .. }
            | Fact::Requested { .. }
            | Fact::RequestGone { .. } => change("chat"),
            Fact::Member { user, .. }
            | Fact::Muted { user, .. }
            | Fact::Unmuted { user, .. }
            | Fact::Banned { user, .. }
            | Fact::Nick { user, .. }
            | Fact::Badge { user, .. } => Self { user: Some(user.clone()), ..change("member") },
            Fact::Posted { message, .. } => Self {
                message: Some(message.key.clone()),
                user: message.only_for.clone(),
                ..change("message")
            },
            Fact::Edited { message, .. } => Self { message: Some(message.clone()), ..change("edited") },
            Fact::Deleted { .. } | Fact::Forgotten { .. } => change("deleted"),
            Fact::Pinned { message, .. } => Self { message: Some(message.clone()), ..change("pinned") },
            Fact::Reacted { message, .. } => Self { message: Some(message.clone()), ..change("reacted") },
            Fact::Thread { .. } => change("thread"),
            Fact::FormShown(open) => {
                Self { chat: Some(open.chat.clone()), user: Some(open.user.clone()), ..change("form") }
            }
            Fact::FormGone { user, .. } => Self { user: Some(user.clone()), ..change("form") },
            Fact::Queued { event, .. } => {
                Self { chat: event.body.chat().map(|chat| chat.key.clone()), ..change("event") }
            }
            Fact::Pressed(_)
            | Fact::PressAnswered { .. }
            | Fact::Sent { .. }
            | Fact::File
            | Fact::Taken { .. } => return None,
        })
    }
}

/// A line of what the bot and the platform said to each other.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Traffic {
    /// When, unix milliseconds.
    pub at_ms: i64,
    /// Which way.
    pub way: Way,
    /// Where.
    pub chat: Option<ChatKey>,
    /// The event's or action's word.
    pub what: String,
    /// What became of a call; `None` for an event, which the bot took.
    pub outcome: Option<Outcome>,
}

/// Which way something went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// An event, to the bot.
    ToBot,
    /// A call, from the bot.
    FromBot,
}

/// Figures since the process started.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Stats {
    /// Calls of the bot.
    pub calls: u64,
    /// Calls that broke the enforced pace.
    pub violations: u64,
    /// Events that the bot took.
    pub events_taken: u64,
    /// Events that wait for the bot now.
    pub events_waiting: usize,
}

/// What is counted and remembered in memory only.
#[derive(Default)]
pub(super) struct Watch {
    pub(super) stats: Stats,
    pub(super) traffic: VecDeque<Traffic>,
    pub(super) recent: VecDeque<Event>,
}

impl Watch {
    pub(super) fn note(&mut self, line: Traffic) {
        self.traffic.push_back(line);
        if self.traffic.len() > TRAFFIC_KEPT {
            self.traffic.pop_front();
        }
    }

    pub(super) fn note_event(&mut self, event: Event, at_ms: i64) {
        let chat = event.body.chat().map(|chat| chat.key.clone());
        let what = event.body.kind().to_owned();
        self.note(Traffic { at_ms, way: Way::ToBot, chat, what, outcome: None });
        self.recent.push_back(event);
        if self.recent.len() > TRAFFIC_KEPT {
            self.recent.pop_front();
        }
    }
}
