//! What an event means in our words.

mod message;
mod notice;
#[cfg(test)]
mod tests;

use bot_core::chat::{ChatInfo, ChatKind, Event, EventBody, EventKey, UserInfo};
use serde_json::Value;

use crate::keys;
use crate::platform::OneBotPlatform;
use crate::wire;

impl OneBotPlatform {
    /// The events of one of OneBot's; none for what only says that the connection lives. Everything else is at least
    /// counted.
    pub(crate) fn read(&self, event: &Value) -> Vec<Event> {
        let at_ms = wire::at_ms(event, self.now_ms());
        let (key, body) = match wire::text(&event["post_type"]).unwrap_or_default().as_str() {
            "message" | "message_sent" => self.message(event, at_ms),
            "notice" => (own_key(event), self.notice(event)),
            "request" => (own_key(event), self.request(event)),
            "meta_event" => return Vec::new(),
            other => (own_key(event), EventBody::Unknown { kind: format!("post.{}", short(other)) }),
        };
        if let EventBody::Unknown { kind } = &body {
            metrics::counter!("guildhall_onebot_unknown_events_total").increment(1);
            if self.oddities.is_new(kind) {
                tracing::info!(account = %self.settings.account, kind, "passed over; more of the kind are only counted");
            }
        }
        vec![Event { account: self.settings.account.clone(), key, at_ms, body }]
    }

    fn group(&self, group: i64) -> ChatInfo {
        ChatInfo { key: keys::group_key(group), kind: ChatKind::Group, title: self.chats.get(group).title }
    }

    fn direct(&self, user: i64) -> ChatInfo {
        ChatInfo { key: keys::direct_key(user), kind: ChatKind::Direct, title: String::new() }
    }

    /// A person, by the name that was last heard.
    fn person(&self, user: i64) -> UserInfo {
        let name = self.name_of(user).unwrap_or_else(|| user.to_string());
        UserInfo { key: keys::user_key(user), name, username: None, language: None, is_bot: false }
    }

    /// Whether a number is the bot's own.
    fn is_me(&self, user: i64) -> bool {
        user == self.settings.self_id
    }
}

/// OneBot numbers no events: what it says of one is its name. Two of the same second that say the same are one.
fn own_key(event: &Value) -> EventKey {
    let names = [
        "time",
        "post_type",
        "notice_type",
        "request_type",
        "sub_type",
        "group_id",
        "user_id",
        "operator_id",
        "target_id",
        "message_id",
        "flag",
        "duration",
    ];
    let mut said: Vec<String> =
        names.iter().map(|name| short(&wire::text(&event[*name]).unwrap_or_default())).collect();
    // Of several reactions to a message within a second each is told by itself.
    if let Some(likes) = event["likes"].as_array() {
        said.extend(likes.iter().filter_map(|like| wire::text(&like["emoji_id"])).map(|id| short(&id)));
        said.push(short(&event["is_add"].to_string()));
    }
    EventKey(said.join("."))
}

/// A word of theirs as it may stand in a key or a log.
fn short(word: &str) -> String {
    word.chars().filter(|c| !c.is_control()).take(64).collect()
}
