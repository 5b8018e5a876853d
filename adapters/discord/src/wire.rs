//! What Discord sends, as far as it is used. A field that nobody needs is never asked for: what is missing is
//! absent, and what is new is passed over.

mod interaction;

use std::fmt;

use serde::de::{self, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::Value;

pub(crate) use interaction::Interaction;

/// An id of Discord's: a number that begins with its time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Id(pub(crate) u64);

/// When Discord's time begins: 2015-01-01, unix milliseconds.
const EPOCH_MS: i64 = 1_420_070_400_000;

impl Id {
    /// The id that a text is.
    pub(crate) fn read(text: &str) -> Option<Self> {
        text.parse().ok().map(Self)
    }

    /// When it was made, unix milliseconds.
    pub(crate) fn at_ms(self) -> i64 {
        i64::try_from(self.0 >> 22).unwrap_or(i64::MAX).saturating_add(EPOCH_MS)
    }

    /// The first id of a moment.
    pub(crate) fn first_at(at_ms: i64) -> Self {
        Self(u64::try_from(at_ms - EPOCH_MS).unwrap_or(0) << 22)
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A number that Discord writes as text, or as a number.
struct Number;

impl Visitor<'_> for Number {
    type Value = u64;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number, as text or as it is")
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<u64, E> {
        Ok(number)
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<u64, E> {
        u64::try_from(number).map_err(E::custom)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<u64, E> {
        text.parse().map_err(E::custom)
    }
}

impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(Number).map(Self)
    }
}

/// A set of permissions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Bits(pub(crate) u64);

impl<'de> Deserialize<'de> for Bits {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(Number).map(Self)
    }
}

/// One frame of the gateway.
#[derive(Debug, Deserialize)]
pub(crate) struct Frame {
    pub(crate) op: u8,
    #[serde(default)]
    pub(crate) d: Value,
    #[serde(default)]
    pub(crate) s: Option<u64>,
    #[serde(default)]
    pub(crate) t: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Ready {
    pub(crate) session_id: String,
    #[serde(default)]
    pub(crate) resume_gateway_url: Option<String>,
    pub(crate) user: User,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Guild {
    pub(crate) id: Id,
    pub(crate) name: String,
    pub(crate) owner_id: Option<Id>,
    pub(crate) system_channel_id: Option<Id>,
    pub(crate) roles: Option<Vec<Role>>,
    pub(crate) channels: Vec<Channel>,
    pub(crate) threads: Vec<Channel>,
    pub(crate) members: Vec<Member>,
    pub(crate) member_count: Option<u64>,
    pub(crate) unavailable: bool,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Role {
    pub(crate) id: Id,
    pub(crate) name: String,
    pub(crate) permissions: Bits,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Channel {
    pub(crate) id: Id,
    #[serde(rename = "type")]
    pub(crate) kind: u8,
    pub(crate) guild_id: Option<Id>,
    pub(crate) parent_id: Option<Id>,
    pub(crate) name: Option<String>,
    pub(crate) position: i64,
    pub(crate) permission_overwrites: Option<Vec<Overwrite>>,
    pub(crate) last_message_id: Option<Id>,
    pub(crate) thread_metadata: Option<ThreadMetadata>,
    pub(crate) recipients: Vec<User>,
    pub(crate) owner_id: Option<Id>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub(crate) struct ThreadMetadata {
    pub(crate) archived: bool,
    pub(crate) locked: bool,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Overwrite {
    pub(crate) id: Id,
    pub(crate) allow: Bits,
    pub(crate) deny: Bits,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Member {
    pub(crate) user: Option<User>,
    pub(crate) nick: Option<String>,
    pub(crate) roles: Vec<Id>,
    pub(crate) joined_at: Option<String>,
    pub(crate) guild_id: Option<Id>,
    /// Whether they stand in the server's gate: they have not agreed to its rules yet and can do nothing.
    pub(crate) pending: Option<bool>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct User {
    pub(crate) id: Id,
    pub(crate) username: String,
    pub(crate) global_name: Option<String>,
    pub(crate) bot: bool,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Message {
    pub(crate) id: Id,
    pub(crate) channel_id: Id,
    pub(crate) guild_id: Option<Id>,
    pub(crate) author: Option<User>,
    pub(crate) member: Option<Member>,
    pub(crate) content: Option<String>,
    pub(crate) edited_timestamp: Option<String>,
    pub(crate) mentions: Vec<User>,
    pub(crate) mention_everyone: bool,
    pub(crate) attachments: Vec<File>,
    pub(crate) embeds: Vec<Embed>,
    pub(crate) sticker_items: Vec<Sticker>,
    pub(crate) poll: Option<Value>,
    pub(crate) message_reference: Option<Reference>,
    pub(crate) message_snapshots: Vec<Snapshot>,
    #[serde(rename = "type")]
    pub(crate) kind: u8,
    pub(crate) webhook_id: Option<Id>,
    pub(crate) application_id: Option<Id>,
}

impl Message {
    /// What it says, in itself or in its embed, as the bot writes them.
    pub(crate) fn words(&self) -> String {
        let described = self.embeds.first().and_then(|embed| embed.description.as_deref());
        let said = [self.content.as_deref(), described];
        said.map(|words| words.unwrap_or_default().trim()).concat()
    }
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Embed {
    pub(crate) description: Option<String>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Reference {
    /// 0 for a reply, 1 for a forward.
    #[serde(rename = "type")]
    pub(crate) kind: u8,
    pub(crate) message_id: Option<Id>,
    pub(crate) channel_id: Option<Id>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Snapshot {
    pub(crate) message: Message,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct File {
    pub(crate) id: Id,
    pub(crate) filename: String,
    pub(crate) content_type: Option<String>,
    pub(crate) size: u64,
    pub(crate) url: String,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Sticker {
    pub(crate) name: String,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Deleted {
    pub(crate) id: Option<Id>,
    pub(crate) ids: Vec<Id>,
    pub(crate) channel_id: Id,
    pub(crate) guild_id: Option<Id>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Reaction {
    pub(crate) user_id: Id,
    pub(crate) channel_id: Id,
    pub(crate) message_id: Id,
    pub(crate) guild_id: Option<Id>,
    pub(crate) member: Option<Member>,
    pub(crate) emoji: Emoji,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Emoji {
    /// Of one that a server made; those that are characters have none.
    pub(crate) id: Option<Id>,
    pub(crate) name: Option<String>,
}

/// AutoMod did something about what somebody wrote.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Filtered {
    pub(crate) action: FilterAction,
    pub(crate) rule_trigger_type: u8,
    pub(crate) user_id: Id,
    pub(crate) channel_id: Option<Id>,
    pub(crate) content: String,
    pub(crate) matched_keyword: Option<String>,
    /// Who it was: not told, but asked for before it is read.
    pub(crate) member: Option<Member>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct FilterAction {
    /// 1 kept the message back, 2 told the staff of the server, 3 timed out, 4 shut out.
    #[serde(rename = "type")]
    pub(crate) kind: u8,
}

/// `GET /applications/@me`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Application {
    pub(crate) id: Id,
    pub(crate) flags: u64,
}

/// `GET /gateway/bot`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct GatewayBot {
    pub(crate) url: String,
    pub(crate) shards: u32,
    pub(crate) session_start_limit: StartLimit,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct StartLimit {
    pub(crate) remaining: Option<i64>,
    pub(crate) reset_after: i64,
    pub(crate) max_concurrency: u32,
}

/// `GET /guilds/…/audit-logs`
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct AuditLog {
    pub(crate) audit_log_entries: Vec<AuditEntry>,
    pub(crate) users: Vec<User>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct AuditEntry {
    pub(crate) user_id: Option<Id>,
    pub(crate) target_id: Option<Id>,
}

/// A message that was sent.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct SentMessage {
    pub(crate) id: Id,
    pub(crate) channel_id: Id,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_numbers_or_texts_and_tell_their_time() {
        let id: Id = serde_json::from_str("\"175928847299117063\"").unwrap();
        assert_eq!(id, serde_json::from_str("175928847299117063").unwrap());
        assert_eq!(id.at_ms(), 1_462_015_105_796);
        assert_eq!(Id::first_at(id.at_ms()).at_ms(), id.at_ms());
        assert!(Id::first_at(id.at_ms()) <= id);
        for wrong in ["\"x\"", "-1", "{}", "\"\""] {
            assert!(serde_json::from_str::<Id>(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_frame_needs_no_more_than_its_op() {
        let frame: Frame = serde_json::from_str(r#"{"op":11}"#).unwrap();
        assert_eq!((frame.op, frame.s, frame.t), (11, None, None));
        assert!(serde_json::from_str::<Frame>("hello").is_err());
    }
}
