//! What is known of the chats that the bot is in: its rights there, who their admins are, what sort they are.
//!
//! All of it can be asked again, so none of it is kept over a restart.

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use bot_core::chat::{MemberRole, Right};

use crate::wire::{Chat, FullChat, Member};

/// How long what was asked about a chat counts, milliseconds: who is promoted is told only to bots that are
/// admins themselves.
const FRESH_MS: i64 = 60 * 60_000;
/// After a question that was not answered, nothing is asked for so long, milliseconds.
const ASK_AGAIN_MS: i64 = 60_000;
/// How far apart the two tellings of one joining may be by Telegram's clock, seconds.
const TWICE_S: i64 = 10;
/// How many joinings are remembered.
const JOINS_KEPT: usize = 4_096;

/// The ids of supergroups and channels begin here; those above it and below zero are basic groups.
const SUPERGROUP_BELOW: i64 = -1_000_000_000_000;

/// What is known of all chats.
#[derive(Default)]
pub(crate) struct Chats {
    known: Mutex<HashMap<i64, Known>>,
    joins: Mutex<HashMap<(i64, i64, bool), i64>>,
}

/// What is known of one chat.
#[derive(Clone, Debug, Default)]
pub(crate) struct Known {
    /// The rights that the bot has; `None` when nobody has said.
    pub(crate) rights: Option<Vec<Right>>,
    /// Whether it has topics.
    pub(crate) is_forum: Option<bool>,
    /// What members may do, as `getChat` says it.
    pub(crate) permissions: Option<serde_json::Value>,
    /// Whether who comes in by the group's link or name must be let in.
    pub(crate) asks_to_join: bool,
    /// Its title, for people.
    pub(crate) title: String,
    owner: Option<i64>,
    admins: HashSet<i64>,
    asked_at_ms: Option<i64>,
}

/// What sort of chat an id names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sort {
    /// One person and the bot.
    Direct,
    /// A group of the old sort, in which nobody can be muted and nothing has topics.
    Basic,
    /// A supergroup or channel.
    Super,
}

impl Sort {
    /// The sort of a chat id.
    pub(crate) fn of(id: i64) -> Self {
        if id > 0 {
            Self::Direct
        } else if id > SUPERGROUP_BELOW {
            Self::Basic
        } else {
            Self::Super
        }
    }
}

impl Chats {
    fn lock(&self) -> MutexGuard<'_, HashMap<i64, Known>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is known of a chat.
    pub(crate) fn get(&self, chat: i64) -> Known {
        self.lock().get(&chat).cloned().unwrap_or_default()
    }

    /// Every chat of which something is known.
    pub(crate) fn all(&self) -> Vec<(i64, Known)> {
        self.lock().iter().map(|(id, known)| (*id, known.clone())).collect()
    }

    /// Whether a chat should be asked about now. Asked once: the next one to ask waits.
    pub(crate) fn is_to_be_asked(&self, chat: i64, now_ms: i64) -> bool {
        if Sort::of(chat) == Sort::Direct {
            return false;
        }
        let mut known = self.lock();
        let entry = known.entry(chat).or_default();
        if entry.asked_at_ms.is_some_and(|at_ms| now_ms < at_ms + FRESH_MS) {
            return false;
        }
        // Until the answer is there, as if it had been refused.
        entry.asked_at_ms = Some(now_ms - FRESH_MS + ASK_AGAIN_MS);
        true
    }

    /// Keeps what an event says of its chat.
    pub(crate) fn saw(&self, chat: &Chat) {
        if Sort::of(chat.id) == Sort::Direct {
            return;
        }
        let mut known = self.lock();
        let entry = known.entry(chat.id).or_default();
        if chat.is_forum {
            entry.is_forum = Some(true);
        }
        if let Some(title) = chat.title.as_ref().filter(|title| **title != entry.title) {
            entry.title.clone_from(title);
        }
    }

    /// Keeps what Telegram answered about a chat: who its admins are, and what the chat is.
    pub(crate) fn told(&self, chat: i64, me: i64, admins: &[Member], full: Option<&FullChat>, now_ms: i64) {
        let mut known = self.lock();
        let entry = known.entry(chat).or_default();
        entry.asked_at_ms = Some(now_ms);
        entry.owner = admins.iter().find(|admin| admin.status == "creator").map(|owner| owner.user.id);
        entry.admins = admins.iter().map(|admin| admin.user.id).collect();
        if let Some(full) = full {
            entry.is_forum = Some(full.is_forum);
            entry.asks_to_join = full.join_by_request;
            entry.permissions.clone_from(&full.permissions);
        }
        let member_rights = entry.permissions.as_ref().map_or_else(|| vec![Right::Write], rights_of_members);
        match admins.iter().find(|admin| admin.user.id == me) {
            Some(own) => entry.rights = Some(rights_of(own, &member_rights)),
            None => entry.rights = Some(member_rights),
        }
    }

    /// Keeps what became of the bot itself in a chat.
    pub(crate) fn bot_became(&self, chat: i64, own: &Member) {
        let mut known = self.lock();
        let entry = known.entry(chat).or_default();
        let member_rights = entry.permissions.as_ref().map_or_else(|| vec![Right::Write], rights_of_members);
        entry.rights = Some(if own.is_in() { rights_of(own, &member_rights) } else { Vec::new() });
    }

    /// Keeps what somebody became in a chat.
    pub(crate) fn became(&self, chat: i64, member: &Member) {
        let mut known = self.lock();
        let entry = known.entry(chat).or_default();
        let id = member.user.id;
        match role_of(member) {
            MemberRole::Owner => {
                entry.owner = Some(id);
                entry.admins.insert(id);
            }
            MemberRole::Admin => {
                entry.admins.insert(id);
            }
            MemberRole::Member => {
                entry.admins.remove(&id);
            }
        }
    }

    /// Whether a chat should be asked about again because Telegram refused what we thought that we may do.
    pub(crate) fn is_doubtful(&self, chat: i64, now_ms: i64) -> bool {
        if let Some(entry) = self.lock().get_mut(&chat)
            && entry.asked_at_ms.is_some_and(|at_ms| now_ms >= at_ms + ASK_AGAIN_MS)
        {
            entry.asked_at_ms = None;
        }
        self.is_to_be_asked(chat, now_ms)
    }

    /// Keeps that a chat turned out to have no topics.
    pub(crate) fn is_no_forum(&self, chat: i64) {
        self.lock().entry(chat).or_default().is_forum = Some(false);
    }

    /// The role of a user in a chat, as far as known.
    pub(crate) fn role(&self, chat: i64, user: i64) -> MemberRole {
        match self.lock().get(&chat) {
            Some(known) if known.owner == Some(user) => MemberRole::Owner,
            Some(known) if known.admins.contains(&user) => MemberRole::Admin,
            _ => MemberRole::Member,
        }
    }

    /// The chat goes on under another id.
    pub(crate) fn moved(&self, from: i64) {
        // What a basic group allows says nothing of the supergroup that it became.
        self.lock().remove(&from);
    }

    /// Whether a joining or leaving was not told before. Telegram tells of one twice, by a service message and
    /// by a member update, to bots that are admins.
    pub(crate) fn is_new_move(&self, chat: i64, user: i64, joined: bool, at_s: i64) -> bool {
        let mut joins = self.joins.lock().unwrap_or_else(PoisonError::into_inner);
        if joins.len() > JOINS_KEPT {
            joins.retain(|_, told_s| (at_s - *told_s).abs() <= TWICE_S);
        }
        joins.remove(&(chat, user, !joined));
        let before = joins.insert((chat, user, joined), at_s);
        before.is_none_or(|told_s| (at_s - told_s).abs() > TWICE_S)
    }
}

/// The role that a member has.
pub(crate) fn role_of(member: &Member) -> MemberRole {
    match member.status.as_str() {
        "creator" => MemberRole::Owner,
        "administrator" => MemberRole::Admin,
        _ => MemberRole::Member,
    }
}

/// The rights that the bot has as this member, in a chat whose members have these.
fn rights_of(own: &Member, member_rights: &[Right]) -> Vec<Right> {
    match own.status.as_str() {
        "creator" => vec![
            Right::Write,
            Right::DeleteMessages,
            Right::RestrictMembers,
            Right::PinMessages,
            Right::ManageThreads,
            Right::InviteMembers,
            Right::ManageChat,
            Right::ManageBadges,
        ],
        "administrator" => {
            let named = [
                (Right::DeleteMessages, "can_delete_messages"),
                (Right::RestrictMembers, "can_restrict_members"),
                (Right::PinMessages, "can_pin_messages"),
                (Right::ManageThreads, "can_manage_topics"),
                (Right::InviteMembers, "can_invite_users"),
                (Right::ManageChat, "can_change_info"),
                (Right::ManageBadges, "can_manage_tags"),
            ];
            let mut rights = vec![Right::Write];
            rights.extend(named.into_iter().filter(|(_, name)| own.may(name)).map(|(right, _)| right));
            rights
        }
        "restricted" => own.may("can_send_messages").then_some(Right::Write).into_iter().collect(),
        _ => member_rights.to_vec(),
    }
}

/// The rights that plain members have in a chat with these permissions.
fn rights_of_members(permissions: &serde_json::Value) -> Vec<Right> {
    let named = [
        (Right::Write, "can_send_messages"),
        (Right::PinMessages, "can_pin_messages"),
        (Right::ManageThreads, "can_manage_topics"),
    ];
    let may = |name: &str| permissions.get(name).and_then(serde_json::Value::as_bool);
    let held = named.into_iter().filter(|(right, name)| may(name).unwrap_or(*right == Right::Write));
    held.map(|(right, _)| right).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn member(json: serde_json::Value) -> Member {
        serde_json::from_value(json).unwrap()
    }

    #[test]
    fn ids_tell_what_sort_of_chat_it_is() {
        assert_eq!(Sort::of(77), Sort::Direct);
        assert_eq!(Sort::of(-4_012_345), Sort::Basic);
        assert_eq!(Sort::of(-1_001_234_567_890), Sort::Super);
    }

    #[test]
    fn rights_are_what_telegram_says_of_the_bot() {
        let chats = Chats::default();
        let own =
            member(json!({"status": "administrator", "user": {"id": 9, "is_bot": true, "first_name": "B"},
            "can_delete_messages": true, "can_restrict_members": false, "can_pin_messages": true}));
        chats.bot_became(-100, &own);
        assert_eq!(
            chats.get(-100).rights,
            Some(vec![Right::Write, Right::DeleteMessages, Right::PinMessages])
        );
        let gone = member(json!({"status": "kicked", "user": {"id": 9}, "until_date": 0}));
        chats.bot_became(-100, &gone);
        assert_eq!(chats.get(-100).rights, Some(vec![]));
    }

    #[test]
    fn a_bot_that_is_no_admin_has_what_members_have() {
        let chats = Chats::default();
        let full: FullChat =
            serde_json::from_value(json!({"id": -100, "permissions": {"can_send_messages": false}})).unwrap();
        let owner = member(json!({"status": "creator", "user": {"id": 1}}));
        chats.told(-100, 9, std::slice::from_ref(&owner), Some(&full), 0);
        assert_eq!(chats.get(-100).rights, Some(vec![]));
        assert_eq!(chats.role(-100, 1), MemberRole::Owner);
        assert_eq!(chats.role(-100, 2), MemberRole::Member);
        chats.became(-100, &member(json!({"status": "administrator", "user": {"id": 2}})));
        assert_eq!(chats.role(-100, 2), MemberRole::Admin);
        chats.became(-100, &member(json!({"status": "member", "user": {"id": 2}})));
        assert_eq!(chats.role(-100, 2), MemberRole::Member);
    }

    #[test]
    fn a_chat_is_asked_about_once_an_hour_and_a_minute_after_no_answer() {
        let chats = Chats::default();
        assert!(chats.is_to_be_asked(-5, 0));
        assert!(!chats.is_to_be_asked(-5, 59_999));
        assert!(chats.is_to_be_asked(-5, 60_000));
        chats.told(-5, 9, &[], None, 60_000);
        assert!(!chats.is_to_be_asked(-5, 60_000 + FRESH_MS - 1));
        assert!(chats.is_to_be_asked(-5, 60_000 + FRESH_MS));
        assert!(!chats.is_to_be_asked(5, 0), "a private chat has no admins");
        let told_ms = 60_000 + FRESH_MS;
        chats.told(-5, 9, &[], None, told_ms);
        assert!(!chats.is_doubtful(-5, told_ms + 59_999));
        assert!(chats.is_doubtful(-5, told_ms + 60_000), "a refusal makes doubtful what was just told");
    }

    #[test]
    fn a_joining_that_is_told_twice_is_one() {
        let chats = Chats::default();
        assert!(chats.is_new_move(-5, 1, true, 100));
        assert!(!chats.is_new_move(-5, 1, true, 101));
        assert!(chats.is_new_move(-5, 1, false, 105));
        assert!(chats.is_new_move(-5, 1, true, 106), "they left meanwhile");
        assert!(chats.is_new_move(-5, 1, true, 200), "nobody told of the leaving");
    }
}
