//! The tag beside a member's name, a method of Bot API 9.5 that teloxide has no name for yet.

use serde::Serialize;
use teloxide::requests::Payload;
use teloxide::types::True;

/// `setChatMemberTag` (core.telegram.org/bots/api, read 2026-11-22).
#[derive(Debug, Serialize)]
pub(crate) struct SetChatMemberTag {
    pub(crate) chat_id: i64,
    pub(crate) user_id: u64,
    /// Up to 16 characters without emoji; nothing takes the tag away.
    pub(crate) tag: String,
}

impl Payload for SetChatMemberTag {
    type Output = True;

    const NAME: &'static str = "setChatMemberTag";
}
