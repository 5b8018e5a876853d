//! What the server knows besides the world: updates on their way, the webhook, permissions, forums.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use bot_core::chat::{Attachment, ChatKey, MessageKey, PressKey, Right, UserKey};
use serde_json::{Value, json};

use super::poll::{Poll, PollFault};

/// The updates that a bot gets without asking for any in particular: all but these.
const ONLY_WHEN_ASKED: [&str; 3] = ["chat_member", "message_reaction", "message_reaction_count"];

/// A call that the bot made.
#[derive(Clone, Debug)]
pub struct Called {
    /// The method in lower case.
    pub method: String,
    /// Its parameters, those of JSON read.
    pub params: Value,
}

/// Where updates are pushed to.
#[derive(Clone, Debug)]
pub(super) struct Webhook {
    pub(super) url: String,
    pub(super) secret: Option<String>,
    /// Rises when a program sets or looks at it, so that a failure is put down to the right one.
    pub(super) number: u64,
    /// The last attempt failed; the next is made when something happens.
    pub(super) failed: Option<String>,
}

impl Webhook {
    pub(super) fn at(url: &str) -> Self {
        Self { url: url.to_owned(), secret: None, number: 1, failed: None }
    }
}

#[derive(Default)]
pub(super) struct State {
    pub(super) updates: VecDeque<(i64, Value)>,
    pub(super) next_update: i64,
    /// All updates there ever were.
    pub(super) told: Vec<Value>,
    /// The highest update that the bot was given.
    pub(super) given: i64,
    pub(super) allowed: Option<Vec<String>>,
    pub(super) poll: Poll,
    pub(super) poll_faults: VecDeque<PollFault>,
    /// Updates are kept back.
    pub(super) held: bool,
    pub(super) webhook: Option<Webhook>,
    pub(super) webhooks_set: u64,
    pub(super) calls: Vec<Called>,
    pub(super) commands: BTreeMap<String, Value>,
    pub(super) privacy: bool,
    pub(super) forums: BTreeSet<ChatKey>,
    /// What single members may do where it is not what all may.
    pub(super) permissions: BTreeMap<(ChatKey, UserKey), Value>,
    /// What all members may do, where it was changed.
    pub(super) chat_permissions: BTreeMap<ChatKey, Value>,
    /// Files that the bot knows, by id.
    pub(super) files: BTreeMap<String, Attachment>,
    /// Where each press was made.
    pub(super) presses: BTreeMap<PressKey, ChatKey>,
    /// The bot's rights as it was last told of them.
    pub(super) told_rights: BTreeMap<ChatKey, Option<Vec<Right>>>,
    /// Titles as the bot was last told of them.
    pub(super) told_titles: BTreeMap<ChatKey, String>,
    /// Private chats of which the bot was told that they are shut.
    pub(super) told_blocked: BTreeSet<ChatKey>,
    /// Parts of albums that were deleted, by the album's first number.
    pub(super) deleted_parts: BTreeMap<(ChatKey, MessageKey), BTreeSet<i64>>,
}

impl State {
    /// Queues an update, which gets the next number.
    pub(super) fn push(&mut self, mut update: Value) -> i64 {
        if self.next_update == 0 {
            self.next_update = 300_000_001;
        }
        let id = self.next_update;
        self.next_update += 1;
        update["update_id"] = json!(id);
        self.told.push(update.clone());
        self.updates.push_back((id, update));
        id
    }

    pub(super) fn repeat_last(&mut self) {
        if let Some(last) = self.updates.back().cloned() {
            self.updates.push_back(last);
        }
    }

    pub(super) fn repeat(&mut self) {
        let again = self.updates.clone();
        self.updates.extend(again);
    }

    /// Forgets updates that the bot has confirmed.
    pub(super) fn confirm(&mut self, before: i64) {
        self.updates.retain(|(id, _)| *id >= before);
    }

    /// Whether the bot wants updates of this kind.
    pub(super) fn wants(&self, kind: &str) -> bool {
        match &self.allowed {
            Some(kinds) if !kinds.is_empty() => kinds.iter().any(|one| one == kind),
            _ => !ONLY_WHEN_ASKED.contains(&kind),
        }
    }

    /// Whether updates wait that the bot will get if nothing changes.
    pub(super) fn updates_flow(&self) -> bool {
        !self.updates.is_empty()
            && !self.held
            && match &self.webhook {
                Some(webhook) => webhook.failed.is_none(),
                None => !self.poll.has_failed,
            }
    }
}
