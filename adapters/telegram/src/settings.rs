//! What an account is made of: its token, where the Bot API is, and how updates come in.

use std::sync::Arc;

use bot_core::chat::{AccountId, Lang, Pace, PostBox, Rate};
use bot_core::clock::Clock;
use bot_core::files::FileStore;
use bot_core::secret::Secret;
use url::Url;

/// Everything that one account needs.
#[derive(Clone)]
pub struct Settings {
    /// The account's name in the config.
    pub account: AccountId,
    /// What BotFather gave.
    pub token: Secret,
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
    /// How fast the account acts; [`PACE`] unless Telegram has granted another.
    pub pace: Pace,
    /// Whether sends go out as paid broadcasts ([`PAID`]).
    pub paid_broadcast: bool,
    /// Where updates are kept that are posted while this account does not run here, because another node holds it or because
    /// the program has just begun. Without it Telegram is asked to post them again.
    pub posts: Option<PostBox>,
}

/// Telegram publishes no exact limits: about 30 messages a second over all chats, one a second in a chat with short bursts above
/// it, 20 a minute in a group (core.telegram.org/bots/faq, "My bot is hitting limits", read 2026-11-21). Beyond them it answers
/// 429 with the time to wait, which is kept.
pub const PACE: Pace = Pace {
    account: Rate::a_second(30),
    chat: Rate { count: 20, per_ms: 20_000 },
    group: Rate { count: 20, per_ms: 60_000 },
};

/// What Telegram lets a bot send that pays 0.1 Stars for each message above the 30 a second that are free
/// (core.telegram.org/bots/faq, "How can I message all of my bot's subscribers at once?", and `allow_paid_broadcast` of
/// core.telegram.org/bots/api, as the client that we use quotes them; read 2026-11-23).
pub const PAID: Rate = Rate::a_second(1_000);

/// How updates come in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mode {
    /// We ask for them and Telegram answers when there are some.
    Polling,
    /// Telegram posts them to us.
    Webhook {
        /// What Telegram sends along, so that nobody else can post: 1 to 256 characters of `A-Z a-z 0-9 _ -`.
        secret: Secret,
        /// Where people and Telegram reach this program. `/telegram/<account>` is added.
        public_url: Url,
    },
}

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

/// Whether it looks like what BotFather gives: digits, a colon, letters.
pub fn is_bot_token(token: &Secret) -> bool {
    token.expose().split_once(':').is_some_and(|(id, rest)| {
        !id.is_empty() && id.bytes().all(|b| b.is_ascii_digit()) && rest.len() >= 10 && is_plain(rest)
    })
}

/// Whether Telegram takes it as the secret of a webhook.
pub fn is_webhook_secret(secret: &Secret) -> bool {
    (1..=256).contains(&secret.expose().len()) && is_plain(secret.expose())
}

fn is_plain(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_botfather_gives_is_told_from_what_is_pasted_beside_it() {
        assert!(is_bot_token(&Secret::new("123456:AAH-abc_DEF0123456789")));
        for wrong in ["", "123456", "@my_bot", "abc:AAH-abc_DEF0123456789", "123456:AAH abc", "123456:short"]
        {
            assert!(!is_bot_token(&Secret::new(wrong)), "{wrong}");
        }
        assert!(is_webhook_secret(&Secret::new("s3cret_-")));
        for wrong in ["", "with space", "ümlaut", &"x".repeat(257)] {
            assert!(!is_webhook_secret(&Secret::new(wrong)), "{wrong}");
        }
    }
}
