//! What an account is made of: its token, where Discord's API is, which servers it serves, its commands.

use std::sync::Arc;

use bot_core::chat::{AccountId, Pace, Rate};
use bot_core::clock::Clock;
use bot_core::files::FileStore;
use bot_core::secret::Secret;
use url::Url;

/// Everything that one account needs.
#[derive(Clone)]
pub struct Settings {
    /// The account's name in the config.
    pub account: AccountId,
    /// What the developer portal gave.
    pub token: Secret,
    /// What stands before `/channels/…`: `https://discord.com/api/v10`, or a proxy for it. The gateway's address is
    /// asked for there.
    pub api_url: Url,
    /// The servers that are served; all that the bot is in when empty.
    pub guilds: Vec<u64>,
    /// Whether a thread that is opened is seen only by who manages threads or is mentioned in it, and not by everybody
    /// who sees the channel.
    pub private_threads: bool,
    /// How fast the account acts; [`PACE`] unless Discord has granted another.
    pub pace: Pace,
    /// The time, by which pauses are waited for.
    pub clock: Arc<dyn Clock>,
    /// Where files are kept.
    pub files: Arc<FileStore>,
    /// What people see when they type `/` or open the menu of a message.
    pub commands: Vec<Command>,
}

/// Discord lets a bot make 50 calls a second, and gives each route limits of its own with its answers (docs.discord.com, "Rate
/// Limits", read 2026-11-21), which the adapter keeps exactly; five calls a second are left to those that no lane holds, such as
/// what the adapter asks by itself. What stands here for chats only keeps one of them from taking more than its share of the account.
pub const PACE: Pace = Pace {
    account: Rate::a_second(45),
    chat: Rate { count: 30, per_ms: 30_000 },
    group: Rate { count: 60, per_ms: 60_000 },
};

/// A command as people see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Command {
    /// What is typed after the `/`.
    pub name: String,
    /// What it does.
    pub about: Said,
    /// What may be written behind it, when anything may.
    pub takes: Option<Said>,
    /// Whether something can be offered for it to who is typing.
    pub offers: bool,
    /// Whether only staff may use it: it is then shown to those who may manage messages.
    pub for_staff: bool,
    /// Whether it is shown in servers.
    pub in_servers: bool,
    /// Whether it is shown in the private chat with the bot.
    pub in_direct: bool,
    /// Whether it stands in the menu of messages too, for the message that it is about.
    pub on_messages: bool,
}

/// A sentence in the languages that Discord is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// For everybody whose language is not below.
    pub other: String,
    /// In English.
    pub en: String,
    /// In Chinese.
    pub zh: String,
}

/// Whether it looks like what the developer portal gives: three parts of letters, digits, `_` and `-`, joined by
/// dots.
pub fn is_bot_token(token: &Secret) -> bool {
    let parts: Vec<&str> = token.expose().split('.').collect();
    let plain = |part: &&str| {
        part.len() >= 5 && part.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'))
    };
    parts.len() == 3 && parts.iter().all(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOKEN: &str = "MTIzNDU2Nzg5MDEyMzQ1Njc4.GabcDe.a-secret_of_the_bot_0123456789";

    #[test]
    fn what_the_portal_gives_is_told_from_what_is_pasted_beside_it() {
        assert!(is_bot_token(&Secret::new(TOKEN)));
        for wrong in
            ["", "Bot abc", "123456789012345678", "a.b.c", "MTIzNDU2.GabcDe", "MTIz NDU2.GabcDe.xxxxxx"]
        {
            assert!(!is_bot_token(&Secret::new(wrong)), "{wrong}");
        }
    }
}
