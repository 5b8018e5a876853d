//! The lines that the platform itself writes into a chat.

use bot_core::chat::{MemberRole, UserKey};
use serde::{Deserialize, Serialize};

/// Something that happened in a chat besides messages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Notice {
    /// A user came in.
    Joined {
        /// Who.
        user: UserKey,
    },
    /// A user went.
    Left {
        /// Who.
        user: UserKey,
    },
    /// The bot removed a user.
    Kicked {
        /// Whom.
        user: UserKey,
    },
    /// The bot banned a user.
    Banned {
        /// Whom.
        user: UserKey,
    },
    /// The bot lifted a ban.
    Unbanned {
        /// Whose.
        user: UserKey,
    },
    /// The bot muted a user.
    Muted {
        /// Whom.
        user: UserKey,
        /// Until when, unix milliseconds.
        until_ms: Option<i64>,
    },
    /// A mute was lifted before its end.
    Unmuted {
        /// Whose.
        user: UserKey,
    },
    /// Only admins may write from now on.
    Locked,
    /// Everybody may write again.
    Unlocked,
    /// Each member may write once in so many seconds; 0 for as often as they like.
    SlowMode {
        /// How many.
        every_s: u32,
    },
    /// A user has a new role.
    Role {
        /// Who.
        user: UserKey,
        /// Which.
        role: MemberRole,
    },
    /// The bot came in or went.
    Bot {
        /// Whether it is there.
        present: bool,
    },
    /// The group has a new title.
    Renamed {
        /// Which.
        title: String,
    },
    /// The group has a new key.
    Migrated,
    /// A thread was opened, closed, opened again, renamed or deleted.
    Thread {
        /// Its title.
        title: String,
        /// What happened: `opened`, `closed`, `reopened`, `renamed` or `deleted`.
        change: String,
    },
    /// The person opened the private chat.
    DirectOpened,
    /// The person blocked the bot.
    DirectClosed,
    /// A form was shown to the only user who sees this.
    Form {
        /// Its title.
        title: String,
        /// What became of it: `shown`, `filled`, `dismissed` or `dropped`.
        change: String,
    },
    /// A press was answered, for the only user who sees this.
    Toast {
        /// With what words.
        text: String,
    },
}
