//! What platforms tell us.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{
    AccountId, ChatKey, Content, EventKey, MessageKey, PressKey, ReactionChange, RequestKey, ThreadKey,
    UserKey,
};

/// One thing that happened on one account.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// The account that saw it.
    pub account: AccountId,
    /// The same for the same event, however often it is delivered.
    pub key: EventKey,
    /// When it happened by the platform's clock, unix milliseconds.
    pub at_ms: i64,
    /// What happened.
    pub body: EventBody,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EventBody {
    /// Somebody wrote. Commands come as text beginning with `/`, or from platforms with commands of their own
    /// as the same text with `MessageEvent::press` set.
    Message(MessageEvent),
    /// One part of a message whose parts come as events of their own. The core waits until no more come, and takes
    /// what [`super::Platform::join`] makes of them.
    Part {
        /// The same for all parts of one message, within its chat.
        album: String,
        /// The part.
        message: MessageEvent,
    },
    /// A message has new content.
    Edited(MessageEvent),
    /// Messages are gone.
    Deleted {
        /// Where.
        chat: ChatInfo,
        /// Which.
        messages: Vec<MessageKey>,
    },
    /// A button was pressed.
    Pressed {
        /// Where.
        chat: ChatInfo,
        /// In which thread.
        thread: Option<ThreadKey>,
        /// By whom.
        by: UserInfo,
        /// The message that carries the button, if the platform still knows it.
        message: Option<MessageKey>,
        /// To answer this very press.
        press: PressKey,
        /// The handle that `ButtonDo::Press` carried.
        handle: String,
    },
    /// A form was filled in.
    Submitted {
        /// Where.
        chat: ChatInfo,
        /// In which thread.
        thread: Option<ThreadKey>,
        /// By whom.
        by: UserInfo,
        /// The handle that the `Form` carried.
        handle: String,
        /// Answers by field name.
        answers: BTreeMap<String, String>,
    },
    /// Somebody opened the private chat with the bot; from now on the bot may write there.
    DirectOpened {
        /// The private chat.
        chat: ChatInfo,
        /// Who.
        by: UserInfo,
        /// What `ButtonDo::OpenDirect` carried, if they came through a button.
        payload: Option<String>,
    },
    /// The person shut the private chat; writing there is refused until they open it again.
    DirectClosed {
        /// The private chat.
        chat: ChatInfo,
        /// Who.
        by: UserInfo,
    },
    /// Somebody asks to be let in.
    JoinRequested {
        /// Into what.
        chat: ChatInfo,
        /// Who.
        user: UserInfo,
        /// To answer this very request.
        request: RequestKey,
        /// What they wrote with it, or say of themselves; may be empty.
        words: String,
    },
    /// Somebody is now a member.
    Joined {
        /// Of what.
        chat: ChatInfo,
        /// Who.
        user: UserInfo,
    },
    /// Somebody is no longer a member.
    Left {
        /// Of what.
        chat: ChatInfo,
        /// Who.
        user: UserInfo,
    },
    /// A member's role on the platform changed.
    RoleChanged {
        /// Where.
        chat: ChatInfo,
        /// Whose.
        user: UserInfo,
        /// To what.
        role: MemberRole,
    },
    /// The chat goes on under another key.
    ChatMigrated {
        /// The chat under its new key.
        chat: ChatInfo,
        /// The key that is no longer good.
        from: ChatKey,
    },
    /// The bot was added, or its rights or the chat's title changed.
    ChatChanged {
        /// The chat as it is now.
        chat: ChatInfo,
        /// Whether the bot is still in it.
        bot_present: bool,
        /// Who added the bot, when that is what happened and the platform says it.
        #[serde(default)]
        added_by: Option<UserInfo>,
    },
    /// A thread changed by somebody else's hand.
    ThreadChanged {
        /// Where.
        chat: ChatInfo,
        /// Which.
        thread: ThreadKey,
        /// How.
        change: ThreadChange,
    },
    /// Reactions on a message changed.
    Reacted {
        /// Where.
        chat: ChatInfo,
        /// On what.
        message: MessageKey,
        /// Whose; `None` where the platform says it of everybody's at once.
        #[serde(default)]
        by: Option<UserInfo>,
        /// Which: the characters, or [`super::CUSTOM_EMOJI`] and the platform's key of one that is a picture of its own.
        emoji: Vec<String>,
        /// What became of them.
        #[serde(default)]
        change: ReactionChange,
    },
    /// The platform itself kept back what somebody wrote, by a filter of its own (Discord's AutoMod): it stands nowhere.
    Withheld {
        /// Where they wrote it.
        chat: ChatInfo,
        /// Who.
        by: UserInfo,
        /// What they wrote.
        text: String,
        /// What the filter found, in the platform's words.
        why: String,
    },
    /// Somebody asks the account for what only its owner can grant, in the account's own client. Belongs to no chat.
    Asked {
        /// Who.
        by: UserInfo,
        /// For what.
        wish: Wish,
        /// What they wrote with it; may be empty.
        words: String,
    },
    /// Something that the adapter has no word for. Counted and passed over.
    Unknown {
        /// The platform's own name of it.
        kind: String,
    },
}

/// What somebody asks an account for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Wish {
    /// To be its friend.
    Friendship,
    /// To come into a group, by the platform's key.
    Visit(ChatKey),
}

/// A message that was written or edited.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MessageEvent {
    /// Where.
    pub chat: ChatInfo,
    /// In which thread.
    #[serde(default)]
    pub thread: Option<ThreadKey>,
    /// By whom.
    pub from: Sender,
    /// Which message.
    pub message: MessageKey,
    /// What it says.
    pub content: Content,
    /// The message that it answers.
    #[serde(default)]
    pub reply_to: Option<MessageKey>,
    /// Where it was forwarded from.
    #[serde(default)]
    pub forwarded: Option<ForwardOrigin>,
    /// Set when it is a command that the platform waits to see answered.
    #[serde(default)]
    pub press: Option<PressKey>,
}

/// Where a forwarded message came from, as far as the platform says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ForwardOrigin {
    /// The name shown.
    pub name: String,
    /// The user, unless hidden.
    pub user: Option<UserKey>,
}

/// A chat as the platform describes it with an event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChatInfo {
    /// The platform's key.
    pub key: ChatKey,
    /// What sort of chat.
    pub kind: ChatKind,
    /// Its title; empty for a direct chat.
    pub title: String,
}

/// What sort of chat.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChatKind {
    /// A chat of many.
    Group,
    /// A chat of one person and the bot.
    Direct,
    /// A chat in which only few may write.
    Channel,
}

/// A user as the platform describes them with an event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserInfo {
    /// The platform's key.
    pub key: UserKey,
    /// The name shown, as the platform has it: not to be trusted. Empty where it names nobody; what is known of them stays.
    pub name: String,
    /// The handle for `@`, without the `@`.
    #[serde(default)]
    pub username: Option<String>,
    /// The language tag that the platform reports, such as `zh-hans`.
    #[serde(default)]
    pub language: Option<String>,
    /// Whether it is a program.
    #[serde(default)]
    pub is_bot: bool,
}

/// Who wrote a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sender {
    /// A user, with the role that they have in the chat.
    User {
        /// Who.
        user: UserInfo,
        /// Their role on the platform.
        role: MemberRole,
    },
    /// The chat itself or a channel linked to it: an anonymous admin or a channel's post. Never a member.
    Chat {
        /// The name shown.
        name: String,
    },
    /// This bot account.
    Myself,
}

/// What a member may do by the platform's own rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MemberRole {
    /// Owner of the chat.
    Owner,
    /// Administrator of the chat.
    Admin,
    /// Member.
    Member,
}

/// How a thread changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ThreadChange {
    /// Closed to new messages.
    Closed,
    /// Open again.
    Reopened,
    /// Gone with its messages.
    Deleted,
}

impl EventBody {
    /// The chat that the event belongs to. Events of one chat are taken in order.
    pub fn chat(&self) -> Option<&ChatInfo> {
        match self {
            Self::Message(message) | Self::Edited(message) | Self::Part { message, .. } => {
                Some(&message.chat)
            }
            Self::Deleted { chat, .. }
            | Self::Pressed { chat, .. }
            | Self::Submitted { chat, .. }
            | Self::DirectOpened { chat, .. }
            | Self::DirectClosed { chat, .. }
            | Self::JoinRequested { chat, .. }
            | Self::Joined { chat, .. }
            | Self::Left { chat, .. }
            | Self::RoleChanged { chat, .. }
            | Self::ChatMigrated { chat, .. }
            | Self::ChatChanged { chat, .. }
            | Self::ThreadChanged { chat, .. }
            | Self::Reacted { chat, .. }
            | Self::Withheld { chat, .. } => Some(chat),
            Self::Asked { .. } | Self::Unknown { .. } => None,
        }
    }

    /// The user who did it, if it was a user.
    pub fn user(&self) -> Option<&UserInfo> {
        match self {
            Self::Message(message) | Self::Edited(message) | Self::Part { message, .. } => {
                match &message.from {
                    Sender::User { user, .. } => Some(user),
                    Sender::Chat { .. } | Sender::Myself => None,
                }
            }
            Self::Pressed { by, .. }
            | Self::Submitted { by, .. }
            | Self::DirectOpened { by, .. }
            | Self::DirectClosed { by, .. }
            | Self::Withheld { by, .. } => Some(by),
            Self::Reacted { by, .. } => by.as_ref(),
            Self::JoinRequested { user, .. }
            | Self::Joined { user, .. }
            | Self::Left { user, .. }
            | Self::RoleChanged { user, .. } => Some(user),
            Self::ChatChanged { added_by, .. } => added_by.as_ref(),
            _ => None,
        }
    }

    /// One word for logs and metrics.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Message(_) => "message",
            Self::Part { .. } => "part",
            Self::Edited(_) => "edited",
            Self::Deleted { .. } => "deleted",
            Self::Pressed { .. } => "pressed",
            Self::Submitted { .. } => "submitted",
            Self::DirectOpened { .. } => "direct_opened",
            Self::DirectClosed { .. } => "direct_closed",
            Self::JoinRequested { .. } => "join_requested",
            Self::Joined { .. } => "joined",
            Self::Left { .. } => "left",
            Self::RoleChanged { .. } => "role_changed",
            Self::ChatMigrated { .. } => "chat_migrated",
            Self::ChatChanged { .. } => "chat_changed",
            Self::ThreadChanged { .. } => "thread_changed",
            Self::Reacted { .. } => "reacted",
            Self::Withheld { .. } => "withheld",
            Self::Asked { .. } => "asked",
            Self::Unknown { .. } => "unknown",
        }
    }
}
