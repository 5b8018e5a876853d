//! What an account is made of: its token, where Discord's API is, which servers it serves, its commands.

use std::fmt;
use std::sync::Arc;

use bot_core::chat::AccountId;
use bot_core::clock::Clock;
use bot_core::files::FileStore;
use serde::{Deserialize, Serialize, Serializer};
use url::Url;

/// Everything that one account needs.
#[derive(Clone)]
pub struct Settings {
    /// The account's name in the config.
    pub account: AccountId,
    /// What the developer portal gave.
    pub token: Token,
    /// What stands before `/channels/…`: `https://discord.com/api/v10`, or a proxy for it. The gateway's address is
    /// asked for there.
    pub api_url: Url,
    /// The servers that are served; all that the bot is in when empty.
    pub guilds: Vec<u64>,
    /// The time, by which pauses are waited for.
    pub clock: Arc<dyn Clock>,
    /// Where files are kept.
    pub files: Arc<FileStore>,
    /// What people see when they type `/` or open the menu of a message.
    pub commands: Vec<Command>,
}

/// A secret that is never shown: not in logs, not in errors, not by `{:?}`.
#[derive(Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Token(String);

/// A command as people see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Command {
    /// What is typed after the `/`.
    pub name: String,
    /// What it does.
    pub about: Said,
    /// What may be written behind it, when anything may.
    pub takes: Option<Said>,
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

impl Token {
    /// A secret.
    pub fn new(secret: impl Into<String>) -> Self {
        Self(secret.into().trim().to_owned())
    }

    /// The secret itself, for where it is used.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether it looks like what the developer portal gives: three parts of letters, digits, `_` and `-`,
    /// joined by dots.
    pub fn is_bot_token(&self) -> bool {
        let parts: Vec<&str> = self.0.split('.').collect();
        let plain = |part: &&str| {
            part.len() >= 5 && part.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'))
        };
        parts.len() == 3 && parts.iter().all(plain)
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_empty() { "none" } else { "(secret)" })
    }
}

impl Serialize for Token {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(if self.0.is_empty() { "" } else { "(secret)" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOKEN: &str = "MTIzNDU2Nzg5MDEyMzQ1Njc4.GabcDe.a-secret_of_the_bot_0123456789";

    #[test]
    fn a_secret_shows_itself_to_nobody() {
        let token = Token::new(format!(" {TOKEN}\n"));
        assert_eq!(token.expose(), TOKEN);
        for shown in [format!("{token:?}"), serde_json::to_string(&token).unwrap()] {
            assert!(!shown.contains("secret_of"), "{shown}");
        }
    }

    #[test]
    fn what_the_portal_gives_is_told_from_what_is_pasted_beside_it() {
        assert!(Token::new(TOKEN).is_bot_token());
        for wrong in
            ["", "Bot abc", "123456789012345678", "a.b.c", "MTIzNDU2.GabcDe", "MTIz NDU2.GabcDe.xxxxxx"]
        {
            assert!(!Token::new(wrong).is_bot_token(), "{wrong}");
        }
    }
}
