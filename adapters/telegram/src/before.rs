//! How somebody was restricted before the bot muted them, so that lifting the mute brings that back.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use teloxide::payloads::GetChatMember;
use teloxide::types::{ChatId, ChatPermissions, UserId};

use crate::platform::TelegramPlatform;
use crate::wire::Member;

/// How many restrictions are remembered.
const KEPT: usize = 10_000;

/// A restriction that somebody else had put on a member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Before {
    /// What they still might do.
    pub(crate) permissions: ChatPermissions,
    /// Until when, unix seconds; for ever without it.
    pub(crate) until_s: Option<i64>,
}

/// The restrictions before our mutes, by chat and user.
pub(crate) type Befores = Mutex<HashMap<(i64, u64), Before>>;

/// What Telegram says of a restricted member, unless it is a mute of ours: that takes away everything.
fn restriction(member: &Member) -> Option<Before> {
    if member.status != "restricted" {
        return None;
    }
    let rights = serde_json::to_value(&member.rights).ok()?;
    let permissions: ChatPermissions = serde_json::from_value(rights).ok()?;
    let until_s = member.until_date.filter(|until_s| *until_s > 0);
    (!permissions.is_empty()).then_some(Before { permissions, until_s })
}

impl TelegramPlatform {
    /// Asks how a member is restricted now, and remembers it. Without an answer nothing is remembered, and the
    /// mute goes on: it matters more.
    pub(crate) async fn remember_before(&self, chat: i64, user: UserId) {
        let asked = self
            .api
            .call_within::<_, Member>(&GetChatMember::new(ChatId(chat), user), crate::ASK_LIMIT)
            .await;
        let Ok(member) = asked else { return };
        let mut befores = self.befores.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(before) = restriction(&member)
            && befores.len() < KEPT
        {
            befores.entry((chat, user.0)).or_insert(before);
        }
    }

    /// How a member was restricted before our mute.
    pub(crate) fn before(&self, chat: i64, user: UserId) -> Option<Before> {
        let befores = self.befores.lock().unwrap_or_else(PoisonError::into_inner);
        let before = befores.get(&(chat, user.0)).cloned();
        let now_s = self.now_ms() / 1_000;
        before.filter(|before| before.until_s.is_none_or(|until_s| until_s > now_s))
    }

    /// Forgets it, once it stands again.
    pub(crate) fn forget_before(&self, chat: i64, user: UserId) {
        self.befores.lock().unwrap_or_else(PoisonError::into_inner).remove(&(chat, user.0));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn only_what_somebody_else_left_is_remembered() {
        let member = |json| serde_json::from_value::<Member>(json).unwrap();
        let partly =
            member(json!({"status": "restricted", "user": {"id": 7}, "is_member": true, "until_date": 0,
            "can_send_messages": true, "can_send_photos": false}));
        let before = restriction(&partly).unwrap();
        assert!(before.permissions.can_send_messages() && !before.permissions.can_send_photos());
        assert_eq!(before.until_s, None);
        let muted = member(json!({"status": "restricted", "user": {"id": 7}, "can_send_messages": false}));
        assert_eq!(restriction(&muted), None);
        assert_eq!(restriction(&member(json!({"status": "member", "user": {"id": 7}}))), None);
    }
}
