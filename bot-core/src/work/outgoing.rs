//! What a piece of work leaves behind: actions with their places, timers, notes.

use serde::{Deserialize, Serialize};

use crate::chat::{Action, Content, Lane, MessageRef, ThreadRef};
use crate::ids::{ChatId, OutboxId};
use crate::texts::Text;

/// Where an action is done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// The chat.
    pub chat: ChatId,
    /// The thread in it.
    pub thread: Option<ThreadRef>,
}

/// Who hears what became of an action: `on_receipt` of `feature`, with `kind` and `key`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// The feature's name.
    pub feature: String,
    /// What sort of action it was to the feature.
    pub kind: String,
    /// Which one.
    pub key: String,
}

/// An action to be sent out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outgoing {
    /// Where.
    pub place: Place,
    /// In which queue.
    pub lane: Lane,
    /// What.
    pub action: Action,
    /// Who hears what became of it.
    pub origin: Option<Origin>,
    /// Not before this time, unix milliseconds.
    pub not_before_ms: i64,
    /// Pointless after this time, unix milliseconds: it is then rejected as expired.
    pub expires_at_ms: Option<i64>,
    /// Its turn in the lane, where those who put down many take turns; 0 goes before all turns.
    pub turn: i64,
}

/// A timer to be armed. One is kept for each `(feature, kind, key)`: arming again moves it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewTimer {
    /// The feature's name.
    pub feature: &'static str,
    /// What sort of timer it is to the feature.
    pub kind: &'static str,
    /// Which one.
    pub key: String,
    /// When, unix milliseconds.
    pub due_at_ms: i64,
}

/// One line of what was seen or decided, for those who watch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// When, unix milliseconds.
    pub at_ms: i64,
    /// Where, if in a chat.
    pub chat: Option<ChatId>,
    /// Which part of the program speaks: a feature's name, `intake`, `courier` or `clockwork`.
    pub by: String,
    /// What.
    pub text: Text,
}

impl Place {
    /// The chat itself.
    pub fn chat(chat: &ChatId) -> Self {
        Self { chat: chat.clone(), thread: None }
    }

    /// A thread of the chat.
    pub fn thread(chat: &ChatId, thread: impl Into<ThreadRef>) -> Self {
        Self { chat: chat.clone(), thread: Some(thread.into()) }
    }
}

impl Origin {
    /// An origin.
    pub fn new(feature: &str, kind: &str, key: impl ToString) -> Self {
        Self { feature: feature.to_owned(), kind: kind.to_owned(), key: key.to_string() }
    }
}

impl Outgoing {
    /// An action at a place in a lane, as soon as may be, unheard.
    pub fn new(place: Place, lane: Lane, action: Action) -> Self {
        Self { place, lane, action, origin: None, not_before_ms: 0, expires_at_ms: None, turn: 0 }
    }

    /// Lets a feature hear what became of it.
    #[must_use]
    pub fn heard_by(mut self, origin: Origin) -> Self {
        self.origin = Some(origin);
        self
    }
}

impl From<OutboxId> for MessageRef {
    fn from(id: OutboxId) -> Self {
        Self::Outbox(id)
    }
}

impl From<OutboxId> for ThreadRef {
    fn from(id: OutboxId) -> Self {
        Self::Outbox(id)
    }
}

impl From<crate::chat::RichText> for Content {
    fn from(text: crate::chat::RichText) -> Self {
        Self::text(text)
    }
}

impl From<String> for Content {
    fn from(text: String) -> Self {
        Self::text(text)
    }
}
