//! What is known of groups: their titles, and what the bot may do there.
//!
//! All of it can be asked again, so none of it is kept over a restart.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use bot_core::chat::MemberRole;

/// How long what was asked about a group counts, milliseconds.
const FRESH_MS: i64 = 60 * 60_000;
/// After a question that was not answered, nothing is asked for so long, milliseconds.
const ASK_AGAIN_MS: i64 = 60_000;

/// What is known of all groups.
#[derive(Default)]
pub(crate) struct Chats(Mutex<HashMap<i64, Known>>);

/// What is known of one group.
#[derive(Clone, Debug, Default)]
pub(crate) struct Known {
    /// Its title.
    pub(crate) title: String,
    /// What the bot is there; `None` when nobody has said, `Some(None)` when it is not in it.
    pub(crate) own: Option<Option<MemberRole>>,
    pub(crate) asked_at_ms: Option<i64>,
}

impl Chats {
    fn lock(&self) -> MutexGuard<'_, HashMap<i64, Known>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is known of a group.
    pub(crate) fn get(&self, group: i64) -> Known {
        self.lock().get(&group).cloned().unwrap_or_default()
    }

    /// Every group of which something is known.
    pub(crate) fn all(&self) -> Vec<(i64, Known)> {
        self.lock().iter().map(|(group, known)| (*group, known.clone())).collect()
    }

    /// The groups that the bot is in, as far as somebody has said.
    pub(crate) fn ours(&self) -> Vec<i64> {
        let is_ours = |known: &Known| match known.own {
            Some(own) => own.is_some(),
            None => !known.title.is_empty(),
        };
        self.lock().iter().filter(|(_, known)| is_ours(known)).map(|(group, _)| *group).collect()
    }

    /// Whether a group should be asked about now. Asked once: the next one to ask waits.
    pub(crate) fn is_to_be_asked(&self, group: i64, now_ms: i64) -> bool {
        let mut known = self.lock();
        let entry = known.entry(group).or_default();
        if entry.asked_at_ms.is_some_and(|at_ms| now_ms < at_ms + FRESH_MS) {
            return false;
        }
        // Until the answer is there, as if it had been refused.
        entry.asked_at_ms = Some(now_ms - FRESH_MS + ASK_AGAIN_MS);
        true
    }

    /// A question about a group was answered.
    pub(crate) fn answered(&self, group: i64, now_ms: i64) {
        self.lock().entry(group).or_default().asked_at_ms = Some(now_ms);
    }

    /// The title of a group, as it was just told. Nothing changes without one.
    pub(crate) fn titled(&self, group: i64, title: Option<String>) {
        if let Some(title) = title {
            self.lock().entry(group).or_default().title = title;
        }
    }

    /// What the bot is in a group.
    pub(crate) fn own(&self, group: i64, role: Option<MemberRole>) {
        self.lock().entry(group).or_default().own = Some(role);
    }

    /// What was known counts no more: a refusal says otherwise.
    pub(crate) fn doubt(&self, group: i64) {
        if let Some(known) = self.lock().get_mut(&group) {
            known.asked_at_ms = None;
        }
    }
}

/// The role of a word.
pub(crate) fn role_of(word: &str) -> MemberRole {
    match word.to_ascii_lowercase().as_str() {
        "owner" => MemberRole::Owner,
        "admin" | "administrator" => MemberRole::Admin,
        _ => MemberRole::Member,
    }
}
