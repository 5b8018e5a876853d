//! What AutoMod, Discord's own filter, did about a message.

use bot_core::chat::EventBody;

use super::{Reader, Told, user_info};
use crate::wire::Filtered;

/// Discord's name of it. Only bots that may manage the server are told.
pub(crate) const FILTERED: &str = "AUTO_MODERATION_ACTION_EXECUTION";
/// The message was kept back. What else a rule does comes as dispatches of their own.
const KEPT_BACK: u8 = 1;

impl Reader<'_> {
    pub(super) fn filtered(&self, filtered: &Filtered) -> Vec<Told> {
        if filtered.action.kind != KEPT_BACK {
            return Vec::new();
        }
        let spot = filtered.channel_id.and_then(|channel| self.known.spot(channel));
        let member = filtered.member.as_ref();
        let user = member.and_then(|member| member.user.as_ref()).filter(|user| user.id == filtered.user_id);
        let (Some(spot), Some(user)) = (spot, user) else { return self.unknown(FILTERED) };
        let body = EventBody::Withheld {
            chat: spot.chat,
            by: user_info(user, member.and_then(|member| member.nick.as_deref())),
            text: filtered.content.clone(),
            why: why(filtered),
        };
        vec![Told::now(self.now_ms, body)]
    }
}

/// What it found: the word, or the sort of rule (docs.discord.com, "Auto Moderation", read 2026-11-21).
fn why(filtered: &Filtered) -> String {
    let sort = match filtered.rule_trigger_type {
        3 => "spam",
        4 => "a word of Discord's lists",
        5 => "too many mentions",
        _ => "a rule of the server",
    };
    let word = filtered.matched_keyword.as_deref().filter(|word| !word.is_empty());
    format!("AutoMod: {}", word.unwrap_or(sort))
}
