//! What an account is made of: its token, where the Bot API is, and how updates come in.

use std::fmt;
use std::sync::Arc;

use bot_core::chat::{AccountId, Lang};
use bot_core::clock::Clock;
use bot_core::files::FileStore;
use serde::{Deserialize, Serialize, Serializer};
use url::Url;

/// Everything that one account needs.
#[derive(Clone)]
pub struct Settings {
    /// The account's name in the config.
    pub account: AccountId,
    /// What BotFather gave.
    pub token: Token,
    /// The Bot API server, `https://api.telegram.org` unless somebody runs one of their own.
    pub api_url: Url,
    /// How updates come in.
    pub mode: Mode,
    /// The time, by which pauses are waited for.
    pub clock: Arc<dyn Clock>,
    /// What people see when they type `/`.
    pub commands: Vec<CommandList>,
    /// Our own files.
    pub files: Arc<FileStore>,
    /// Whether `api_url` is a server of one's own that was started with `--local`: it takes and gives files of up to
    /// 2,000 MB, and says where on its disk they are.
    pub local_server: bool,
}

/// How updates come in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mode {
    /// We ask for them and Telegram answers when there are some.
    Polling,
    /// Telegram posts them to us.
    Webhook {
        /// What Telegram sends along, so that nobody else can post: 1 to 256 characters of `A-Z a-z 0-9 _ -`.
        secret: Token,
        /// Where people and Telegram reach this program. `/telegram/<account>` is added.
        public_url: Url,
    },
}

/// A secret that is never shown: not in logs, not in errors, not by `{:?}`.
#[derive(Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Token(String);

/// Commands as one group of people sees them in one language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommandList {
    /// Who sees them.
    pub scope: CommandScope,
    /// In which language of theirs; `None` for everybody whose language has no list of its own.
    pub lang: Option<Lang>,
    /// What is typed after the `/`, and what it does.
    pub commands: Vec<(String, String)>,
}

/// Who sees a list of commands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CommandScope {
    /// Everybody in their private chat with the bot.
    Private,
    /// Members of groups.
    Groups,
    /// Admins of groups.
    GroupAdmins,
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

    /// Whether it looks like what BotFather gives: digits, a colon, letters.
    pub fn is_bot_token(&self) -> bool {
        self.0.split_once(':').is_some_and(|(id, rest)| {
            !id.is_empty()
                && id.bytes().all(|b| b.is_ascii_digit())
                && rest.len() >= 10
                && rest.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'))
        })
    }

    /// Whether Telegram takes it as the secret of a webhook.
    pub fn is_webhook_secret(&self) -> bool {
        (1..=256).contains(&self.0.len())
            && self.0.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'))
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

    #[test]
    fn a_secret_shows_itself_to_nobody() {
        let token = Token::new(" 123:AAabcdefghijklm\n");
        assert_eq!(token.expose(), "123:AAabcdefghijklm");
        let mode =
            Mode::Webhook { secret: token.clone(), public_url: "https://hall.example".parse().unwrap() };
        for shown in [format!("{token:?}"), format!("{mode:?}"), serde_json::to_string(&token).unwrap()] {
            assert!(!shown.contains("AAabc"), "{shown}");
        }
    }

    #[test]
    fn what_botfather_gives_is_told_from_what_is_pasted_beside_it() {
        assert!(Token::new("123456:AAH-abc_DEF0123456789").is_bot_token());
        for wrong in ["", "123456", "@my_bot", "abc:AAH-abc_DEF0123456789", "123456:AAH abc", "123456:short"]
        {
            assert!(!Token::new(wrong).is_bot_token(), "{wrong}");
        }
        assert!(Token::new("s3cret_-").is_webhook_secret());
        for wrong in ["", "with space", "ümlaut", &"x".repeat(257)] {
            assert!(!Token::new(wrong).is_webhook_secret(), "{wrong}");
        }
    }
}
