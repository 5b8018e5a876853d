//! How members and chats stand before the bot changes it, so that it can be brought back exactly.

use bot_core::chat::{Delivered, Standing};
use serde::{Deserialize, Serialize};
use teloxide::payloads::{GetChat, GetChatMember};
use teloxide::types::{ChatId, ChatPermissions};

use crate::api::Fault;
use crate::perform::need_user;
use crate::platform::TelegramPlatform;
use crate::wire::{FullChat, Member};

/// What members, or one of them, might do. It is kept as JSON by the core, which does not look into it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Before {
    /// What they might do; `None` for all that the chat allows its members.
    pub(crate) permissions: Option<ChatPermissions>,
    /// Until when a restriction of one member lasts, unix seconds; for ever without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) until_s: Option<i64>,
}

impl Before {
    /// Reads what was kept. What cannot be read any more counts as nothing to bring back.
    pub(crate) fn read(kept: Option<&str>) -> Option<Self> {
        kept.and_then(|kept| serde_json::from_str(kept).ok())
    }

    /// How a member is restricted.
    fn of_member(member: &Member) -> Self {
        let restricted = member.status == "restricted";
        let read = |rights| serde_json::from_value(serde_json::to_value(rights).ok()?).ok();
        let permissions = restricted.then(|| read(&member.rights)).flatten();
        let until_s = member.until_date.filter(|until_s| restricted && *until_s > 0);
        Self { permissions, until_s }
    }

    /// What the chat allows its members.
    fn of_chat(chat: &FullChat) -> Self {
        let permissions = chat.permissions.clone().and_then(|given| serde_json::from_value(given).ok());
        Self { permissions, until_s: None }
    }
}

impl TelegramPlatform {
    /// Asks how something stands.
    pub(crate) async fn look(&self, chat: i64, at: &Standing) -> Result<Delivered, Fault> {
        let before = match at {
            Standing::Member(user) => {
                let asked = GetChatMember::new(ChatId(chat), need_user(user)?);
                Before::of_member(&self.api.call::<_, Member>(&asked).await?)
            }
            Standing::Chat => {
                let asked = GetChat::new(ChatId(chat));
                Before::of_chat(&self.api.call::<_, FullChat>(&asked).await?)
            }
        };
        Ok(Delivered { before: serde_json::to_string(&before).ok(), ..Delivered::default() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn of(member: serde_json::Value) -> Before {
        Before::of_member(&serde_json::from_value(member).unwrap())
    }

    #[test]
    fn a_restriction_is_kept_with_its_end_and_read_back_the_same() {
        let partly = of(json!({"status": "restricted", "user": {"id": 7}, "is_member": true,
            "until_date": 1_800_000_000, "can_send_messages": true, "can_send_photos": false}));
        let permissions = partly.permissions.clone().unwrap();
        assert!(permissions.can_send_messages() && !permissions.can_send_photos());
        assert_eq!(partly.until_s, Some(1_800_000_000));
        let kept = serde_json::to_string(&partly).unwrap();
        assert_eq!(Before::read(Some(&kept)), Some(partly));
        assert_eq!(Before::read(Some("no JSON")), None);
    }

    #[test]
    fn who_is_not_restricted_gets_back_what_all_may() {
        let plain = of(json!({"status": "member", "user": {"id": 7}}));
        assert_eq!(plain, Before { permissions: None, until_s: None });
    }
}
