//! What keeps an account from working as it should, and what a person can do about it.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{ChatKey, Right};

/// Something that is not as it should be, as an adapter sees it now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trouble {
    /// The chat that it is about; `None` when it is about the whole account.
    pub chat: Option<ChatKey>,
    /// What it is.
    pub kind: TroubleKind,
}

/// What can be wrong with an account or a chat. Written out, it is one English sentence with the cure, for the log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TroubleKind {
    /// The platform does not accept the token.
    WrongToken,
    /// The platform cannot be reached.
    Unreachable {
        /// The network's words.
        why: String,
    },
    /// Updates are posted to another program.
    WebhookElsewhere {
        /// The host that they are posted to.
        host: String,
    },
    /// The platform cannot post updates to us, or its posts fail.
    WebhookFails {
        /// The platform's words.
        why: String,
    },
    /// Another program asks for the same updates.
    SecondPoller,
    /// The platform shows the bot only commands and replies.
    PrivacyMode,
    /// The group is of a sort in which nobody can be muted and threads cannot be made.
    BasicGroup,
    /// The platform does not let the bot see what it needs to see.
    IntentsOff {
        /// What is off, by the platform's own names.
        which: String,
    },
    /// The platform itself has lost the chat for a while.
    Outage,
    /// The other end serves another account than the config names.
    WrongAccount {
        /// Which it serves.
        found: String,
    },
    /// The platform signed the account out.
    SignedOut {
        /// The platform's words.
        why: String,
    },
    /// Announcements rest, since the platform seems to watch the account.
    BulkPaused {
        /// What shows it.
        why: String,
    },
    /// The bot lacks a right in the chat.
    MissingRight {
        /// Which.
        right: Right,
    },
}

impl Trouble {
    /// Trouble with the whole account.
    pub fn of_account(kind: TroubleKind) -> Self {
        Self { chat: None, kind }
    }

    /// Trouble in one chat.
    pub fn in_chat(chat: ChatKey, kind: TroubleKind) -> Self {
        Self { chat: Some(chat), kind }
    }

    /// Whether the account does nothing at all until it is cured.
    pub fn stops_the_account(&self) -> bool {
        use TroubleKind as T;
        matches!(
            self.kind,
            T::WrongToken
                | T::Unreachable { .. }
                | T::WebhookElsewhere { .. }
                | T::SecondPoller
                | T::IntentsOff { .. }
                | T::WrongAccount { .. }
                | T::SignedOut { .. }
        )
    }
}

impl fmt::Display for TroubleKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::WrongToken => f.write_str(
                "the platform does not accept the token; get a valid one (on Telegram: @BotFather, /token; on Discord: the developer portal, Bot, Reset Token), put it into the config and start again",
            ),
            Self::Unreachable { why } => {
                write!(f, "the platform cannot be reached ({why}); check the network and api_url, it is tried again until it answers")
            }
            Self::WebhookElsewhere { host } => write!(
                f,
                "updates of this bot are posted to {host}, so none can be fetched; stop the program there and delete its webhook, or use a bot of your own"
            ),
            Self::WebhookFails { why } => {
                write!(f, "the platform cannot post updates to this program ({why}); check [server] public_url, or use mode = \"polling\"")
            }
            Self::SecondPoller => f.write_str(
                "another program fetches this bot's updates; stop it, or get a new token if you do not know it",
            ),
            Self::PrivacyMode => f.write_str(
                "privacy mode is on: in groups where it is no admin the bot sees only commands and replies; make it an admin, or switch privacy off (@BotFather, /setprivacy) and add it to the group again",
            ),
            Self::BasicGroup => f.write_str(
                "this is a basic group, in which nobody can be muted and no topic made; switch on topics or chat history for new members once, and Telegram makes it a supergroup",
            ),
            Self::IntentsOff { which } => write!(
                f,
                "the platform does not let the bot see what it needs to see; switch on {which} (on Discord: the developer portal, Bot, Privileged Gateway Intents), it is tried again until then"
            ),
            Self::Outage => f.write_str("the platform itself has lost this chat for a while; nothing need be done"),
            Self::WrongAccount { found } => write!(
                f,
                "the other end serves account {found}, not the one that the config names; correct self_id or the address"
            ),
            Self::SignedOut { why } => write!(
                f,
                "the account is signed out ({why}); sign it in again where the OneBot implementation runs, nothing is sent through another account meanwhile"
            ),
            Self::BulkPaused { why } => write!(
                f,
                "announcements of this account rest for a while ({why}); replies and moderation go on, look at the account in its client before more is sent"
            ),
            Self::MissingRight { right } => write!(f, "the bot lacks the right {}; give it in the group's list of administrators", right_words(*right)),
        }
    }
}

fn right_words(right: Right) -> &'static str {
    match right {
        Right::Write => "to write",
        Right::DeleteMessages => "to delete messages",
        Right::RestrictMembers => "to ban users",
        Right::PinMessages => "to pin messages",
        Right::ManageThreads => "to manage topics",
        Right::InviteMembers => "to invite users",
        Right::ManageChat => "to change the group's settings",
        Right::ManageNicks => "to change what members are called",
        Right::ManageBadges => "to give members badges",
    }
}
