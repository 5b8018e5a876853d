//! What a platform can do in one chat with the rights that the bot has there.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Something that a feature may want to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Feature {
    /// Send text.
    Text,
    /// Marks within text.
    Marks,
    /// Send pictures and files.
    Attachments,
    /// Fetch the bytes of pictures and files that were seen. `Limits::size_bytes` is of fetching.
    Fetch,
    /// Buttons that come back as presses.
    Buttons,
    /// Forms.
    Forms,
    /// Edit the bot's own messages.
    Edit,
    /// Delete the bot's own messages.
    DeleteOwn,
    /// Delete other people's messages.
    DeleteOthers,
    /// Pin messages.
    Pin,
    /// Put something on the board that every member of the chat finds, apart from what is said.
    Board,
    /// Mute with an end.
    Mute,
    /// Kick.
    Kick,
    /// Ban.
    Ban,
    /// Delete with a ban what the person wrote. `Limits::duration_ms` says how far back.
    BanPurge,
    /// Let nobody but admins write, and let people write again as before.
    Lock,
    /// Let each member write once in so many seconds.
    SlowMode,
    /// Let in or turn away who asks to join.
    JoinRequests,
    /// The name that a member goes by in the chat.
    Nick,
    /// A badge beside a member's name: a role on Discord, a title on QQ, a tag on Telegram.
    Badge,
    /// Threads.
    Threads,
    /// Write to a person who has not written first.
    DirectFirst,
    /// Reply to a message.
    Reply,
    /// Mention everybody.
    MentionAll,
    /// A key that makes a send that is repeated the same send.
    SendNonce,
}

/// How far something is possible.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Support {
    /// By the platform itself, within limits.
    Native(Limits),
    /// By other means, with a loss that is said before sending.
    Emulated {
        /// By what means.
        via: String,
        /// What is lost.
        loss: String,
    },
    /// The platform could, but the bot lacks a right.
    Denied {
        /// The right to be given.
        missing: Right,
    },
    /// The platform has nothing like it.
    Absent,
}

/// Limits of something native; `None` means that none is known.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// Longest text, nick or badge in UTF-16 code units, the measure of Telegram and Discord clients.
    pub text_utf16: Option<usize>,
    /// Longest caption with an attachment in UTF-16 code units.
    pub caption_utf16: Option<usize>,
    /// Most of them in one message (attachments, rows of buttons, fields of a form).
    pub count: Option<usize>,
    /// Largest file in bytes.
    pub size_bytes: Option<u64>,
    /// Longest duration in milliseconds; longer ones are renewed by the clockwork.
    pub duration_ms: Option<i64>,
    /// Oldest message in milliseconds that may still be touched.
    pub age_ms: Option<i64>,
    /// Possible only in answer to a press or command (Discord's forms).
    #[serde(default)]
    pub on_press: bool,
}

/// A right that the bot may lack in a chat.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Right {
    /// To write at all.
    Write,
    /// To delete other people's messages.
    DeleteMessages,
    /// To mute, kick and ban.
    RestrictMembers,
    /// To pin.
    PinMessages,
    /// To make and close threads.
    ManageThreads,
    /// To let people in.
    InviteMembers,
    /// To change the chat's settings.
    ManageChat,
    /// To change what members are called.
    ManageNicks,
    /// To give members badges.
    ManageBadges,
}

/// What is possible in one chat. What is not listed is absent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Capabilities(pub BTreeMap<Feature, Support>);

impl Capabilities {
    /// How far `feature` is possible.
    pub fn of(&self, feature: Feature) -> &Support {
        self.0.get(&feature).unwrap_or(&Support::Absent)
    }

    /// Whether the platform itself can do it.
    pub fn is_native(&self, feature: Feature) -> bool {
        matches!(self.of(feature), Support::Native(_))
    }

    /// Whether people can choose among buttons: real ones, or numbers in their place.
    pub fn has_buttons(&self) -> bool {
        matches!(self.of(Feature::Buttons), Support::Native(_) | Support::Emulated { .. })
    }

    /// The limits of something native; no limits otherwise.
    pub fn limits(&self, feature: Feature) -> Limits {
        match self.of(feature) {
            Support::Native(limits) => limits.clone(),
            _ => Limits::default(),
        }
    }
}
