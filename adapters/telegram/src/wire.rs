//! What Telegram sends, as far as it is used (Bot API 9.2, core.telegram.org/bots/api, read 2026-11-21).
//!
//! Everything that may be left out is optional here, and nothing is refused for what is unknown.

use serde::Deserialize;

/// An update. Exactly one of the fields beside the id is set.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Update {
    pub(crate) update_id: i64,
    pub(crate) message: Option<Box<Message>>,
    pub(crate) edited_message: Option<Box<Message>>,
    pub(crate) channel_post: Option<Box<Message>>,
    pub(crate) edited_channel_post: Option<Box<Message>>,
    pub(crate) message_reaction: Option<Box<Reaction>>,
    pub(crate) callback_query: Option<Box<CallbackQuery>>,
    pub(crate) my_chat_member: Option<Box<MemberUpdated>>,
    pub(crate) chat_member: Option<Box<MemberUpdated>>,
    pub(crate) chat_join_request: Option<Box<JoinRequest>>,
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Chat {
    pub(crate) id: i64,
    #[serde(rename = "type", default)]
    pub(crate) kind: String,
    #[serde(default)]
    pub(crate) title: Option<String>,
    #[serde(default)]
    pub(crate) username: Option<String>,
    #[serde(default)]
    pub(crate) is_forum: bool,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct User {
    pub(crate) id: i64,
    pub(crate) is_bot: bool,
    pub(crate) first_name: String,
    pub(crate) last_name: Option<String>,
    pub(crate) username: Option<String>,
    pub(crate) language_code: Option<String>,
    pub(crate) can_read_all_group_messages: Option<bool>,
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Message {
    pub(crate) message_id: i64,
    #[serde(default)]
    pub(crate) message_thread_id: Option<i64>,
    #[serde(default)]
    pub(crate) is_topic_message: bool,
    #[serde(default)]
    pub(crate) from: Option<User>,
    #[serde(default)]
    pub(crate) sender_chat: Option<Chat>,
    #[serde(default)]
    pub(crate) author_signature: Option<String>,
    #[serde(default)]
    pub(crate) date: i64,
    #[serde(default)]
    pub(crate) edit_date: Option<i64>,
    pub(crate) chat: Chat,
    #[serde(default)]
    pub(crate) forward_origin: Option<Origin>,
    #[serde(default)]
    pub(crate) reply_to_message: Option<Box<Message>>,
    #[serde(default)]
    pub(crate) quote: Option<Quote>,
    #[serde(default)]
    pub(crate) external_reply: Option<ExternalReply>,
    #[serde(default)]
    pub(crate) media_group_id: Option<String>,
    #[serde(default)]
    pub(crate) text: Option<String>,
    #[serde(default)]
    pub(crate) entities: Vec<Entity>,
    #[serde(default)]
    pub(crate) caption: Option<String>,
    #[serde(default)]
    pub(crate) caption_entities: Vec<Entity>,
    #[serde(default)]
    pub(crate) photo: Vec<FileInfo>,
    #[serde(default)]
    pub(crate) animation: Option<FileInfo>,
    #[serde(default)]
    pub(crate) video: Option<FileInfo>,
    #[serde(default)]
    pub(crate) video_note: Option<FileInfo>,
    #[serde(default)]
    pub(crate) audio: Option<FileInfo>,
    #[serde(default)]
    pub(crate) voice: Option<FileInfo>,
    #[serde(default)]
    pub(crate) document: Option<FileInfo>,
    #[serde(default)]
    pub(crate) sticker: Option<Sticker>,
    #[serde(default)]
    pub(crate) contact: Option<Contact>,
    #[serde(default)]
    pub(crate) location: Option<Location>,
    #[serde(default)]
    pub(crate) venue: Option<Venue>,
    #[serde(default)]
    pub(crate) dice: Option<Dice>,
    #[serde(default)]
    pub(crate) poll: Option<Poll>,
    #[serde(default)]
    pub(crate) new_chat_members: Option<Vec<User>>,
    #[serde(default)]
    pub(crate) left_chat_member: Option<User>,
    #[serde(default)]
    pub(crate) new_chat_title: Option<String>,
    #[serde(default)]
    pub(crate) migrate_to_chat_id: Option<i64>,
    #[serde(default)]
    pub(crate) migrate_from_chat_id: Option<i64>,
    #[serde(default)]
    pub(crate) forum_topic_created: Option<TopicCreated>,
    #[serde(default)]
    pub(crate) forum_topic_closed: Option<Nothing>,
    #[serde(default)]
    pub(crate) forum_topic_reopened: Option<Nothing>,
}

/// A message that may be too old to be known: then only its id and chat are there.
#[derive(Debug, Deserialize)]
pub(crate) struct Carrier {
    pub(crate) message_id: i64,
    pub(crate) chat: Chat,
    #[serde(default)]
    pub(crate) message_thread_id: Option<i64>,
    #[serde(default)]
    pub(crate) is_topic_message: bool,
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Entity {
    #[serde(rename = "type")]
    pub(crate) kind: String,
    pub(crate) offset: usize,
    pub(crate) length: usize,
    #[serde(default)]
    pub(crate) url: Option<String>,
    #[serde(default)]
    pub(crate) user: Option<User>,
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Quote {
    pub(crate) text: String,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct ExternalReply {
    pub(crate) origin: Option<Origin>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Origin {
    pub(crate) sender_user: Option<User>,
    pub(crate) sender_user_name: Option<String>,
    pub(crate) sender_chat: Option<Chat>,
    pub(crate) chat: Option<Chat>,
}

/// A file of any sort.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct FileInfo {
    pub(crate) file_id: String,
    pub(crate) file_name: Option<String>,
    pub(crate) mime_type: Option<String>,
    pub(crate) file_size: Option<u64>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Sticker {
    pub(crate) file_id: String,
    pub(crate) emoji: Option<String>,
    pub(crate) is_animated: bool,
    pub(crate) is_video: bool,
    pub(crate) file_size: Option<u64>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Contact {
    pub(crate) phone_number: String,
    pub(crate) first_name: String,
    pub(crate) last_name: Option<String>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Location {
    pub(crate) latitude: f64,
    pub(crate) longitude: f64,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Venue {
    pub(crate) title: String,
    pub(crate) address: String,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Dice {
    pub(crate) emoji: String,
    pub(crate) value: i64,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Poll {
    pub(crate) question: String,
    pub(crate) options: Vec<PollOption>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct PollOption {
    pub(crate) text: String,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct TopicCreated {
    pub(crate) name: String,
}

/// An object whose being there is all that counts.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Nothing {}

#[derive(Debug, Deserialize)]
pub(crate) struct Reaction {
    pub(crate) chat: Chat,
    pub(crate) message_id: i64,
    #[serde(default)]
    pub(crate) user: Option<User>,
    #[serde(default)]
    pub(crate) date: i64,
    #[serde(default)]
    pub(crate) new_reaction: Vec<ReactionKind>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct ReactionKind {
    #[serde(default)]
    pub(crate) emoji: Option<String>,
    #[serde(default)]
    pub(crate) custom_emoji_id: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct CallbackQuery {
    pub(crate) id: String,
    pub(crate) from: User,
    #[serde(default)]
    pub(crate) message: Option<Carrier>,
    #[serde(default)]
    pub(crate) data: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct MemberUpdated {
    pub(crate) chat: Chat,
    pub(crate) from: User,
    #[serde(default)]
    pub(crate) date: i64,
    pub(crate) old_chat_member: Member,
    pub(crate) new_chat_member: Member,
}

/// Somebody asks to be let into a chat.
#[derive(Debug, Deserialize)]
pub(crate) struct JoinRequest {
    pub(crate) chat: Chat,
    pub(crate) from: User,
    #[serde(default)]
    pub(crate) date: i64,
    #[serde(default)]
    pub(crate) bio: Option<String>,
}

/// A member of a chat with all that they may do there.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Member {
    pub(crate) status: String,
    pub(crate) user: User,
    /// Of a restricted one: whether they are in the chat.
    #[serde(default)]
    pub(crate) is_member: Option<bool>,
    #[serde(default)]
    pub(crate) until_date: Option<i64>,
    #[serde(flatten)]
    pub(crate) rights: std::collections::BTreeMap<String, serde_json::Value>,
}

/// A chat as `getChat` tells of it.
#[derive(Debug, Deserialize)]
pub(crate) struct FullChat {
    #[serde(default)]
    pub(crate) is_forum: bool,
    #[serde(default)]
    pub(crate) join_by_request: bool,
    #[serde(default)]
    pub(crate) permissions: Option<serde_json::Value>,
}

/// What `getWebhookInfo` tells.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct WebhookInfo {
    pub(crate) url: String,
    pub(crate) last_error_message: Option<String>,
    pub(crate) pending_update_count: i64,
}

/// A message that was sent, as far as it is used.
#[derive(Debug, Deserialize)]
pub(crate) struct SentMessage {
    pub(crate) message_id: i64,
    #[serde(default)]
    pub(crate) photo: Vec<FileInfo>,
    #[serde(default)]
    pub(crate) animation: Option<FileInfo>,
    #[serde(default)]
    pub(crate) video: Option<FileInfo>,
    #[serde(default)]
    pub(crate) audio: Option<FileInfo>,
    #[serde(default)]
    pub(crate) voice: Option<FileInfo>,
    #[serde(default)]
    pub(crate) document: Option<FileInfo>,
}

/// Where a file is that was asked for.
#[derive(Debug, Deserialize)]
pub(crate) struct FileAsked {
    #[serde(default)]
    pub(crate) file_path: Option<String>,
}

/// A topic that was made.
#[derive(Debug, Deserialize)]
pub(crate) struct Topic {
    pub(crate) message_thread_id: i64,
}

impl Member {
    /// Whether they are in the chat.
    pub(crate) fn is_in(&self) -> bool {
        match self.status.as_str() {
            "creator" | "administrator" | "member" => true,
            "restricted" => self.is_member.unwrap_or(true),
            _ => false,
        }
    }

    /// Whether a right of this name is given; a right that is not named is not given.
    pub(crate) fn may(&self, right: &str) -> bool {
        self.rights.get(right).and_then(serde_json::Value::as_bool).unwrap_or(false)
    }
}
