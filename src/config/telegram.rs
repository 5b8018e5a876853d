//! `[telegram]`: one bot account, or several.

use std::collections::BTreeMap;
use std::path::PathBuf;

use bot_core::chat::Rate;
use bot_core::secret::Secret;
use guildhall_telegram::{PACE, is_bot_token, is_webhook_secret};
use serde::{Deserialize, Serialize};

use super::account;

/// `[telegram]`: the account `telegram`, and more below `[telegram.accounts.NAME]`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Telegram {
    /// What BotFather gave; empty for no account.
    pub(crate) token: Secret,
    /// A file that holds the token instead.
    pub(crate) token_file: PathBuf,
    /// The Bot API server.
    pub(crate) api_url: String,
    /// How updates come in.
    pub(crate) mode: TelegramMode,
    /// What Telegram sends along with each update that it posts.
    pub(crate) webhook_secret: Secret,
    /// Whether the server is one's own, started with `--local`.
    pub(crate) local_server: bool,
    /// Most calls over all chats.
    pub(crate) rate: Rate,
    /// Most messages in one chat.
    pub(crate) chat_rate: Rate,
    /// Most messages in one group.
    pub(crate) group_rate: Rate,
    /// Whether Telegram is paid for sending faster.
    pub(crate) paid_broadcast: bool,
    /// More accounts, by name.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) accounts: BTreeMap<String, TelegramAccount>,
}

/// `[telegram.accounts.NAME]`: the account `telegram.NAME`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct TelegramAccount {
    /// What BotFather gave.
    pub(crate) token: Secret,
    /// A file that holds the token instead.
    pub(crate) token_file: PathBuf,
    /// The Bot API server.
    pub(crate) api_url: String,
    /// How updates come in.
    pub(crate) mode: TelegramMode,
    /// What Telegram sends along with each update that it posts.
    pub(crate) webhook_secret: Secret,
    /// Whether the server is one's own, started with `--local`.
    pub(crate) local_server: bool,
    /// Most calls over all chats.
    pub(crate) rate: Rate,
    /// Most messages in one chat.
    pub(crate) chat_rate: Rate,
    /// Most messages in one group.
    pub(crate) group_rate: Rate,
    /// Whether Telegram is paid for sending faster.
    pub(crate) paid_broadcast: bool,
}

/// How updates come in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum TelegramMode {
    /// We fetch them.
    #[default]
    Polling,
    /// Telegram posts them.
    Webhook,
}

/// Where Telegram's own Bot API is.
const API_URL: &str = "https://api.telegram.org";

impl Default for Telegram {
    fn default() -> Self {
        let TelegramAccount {
            token,
            token_file,
            api_url,
            mode,
            webhook_secret,
            local_server,
            rate,
            chat_rate,
            group_rate,
            paid_broadcast,
        } = TelegramAccount::default();
        Self {
            token,
            token_file,
            api_url,
            mode,
            webhook_secret,
            local_server,
            rate,
            chat_rate,
            group_rate,
            paid_broadcast,
            accounts: BTreeMap::new(),
        }
    }
}

impl Default for TelegramAccount {
    fn default() -> Self {
        Self {
            token: Secret::default(),
            token_file: PathBuf::new(),
            api_url: API_URL.to_owned(),
            mode: TelegramMode::Polling,
            webhook_secret: Secret::default(),
            local_server: false,
            rate: PACE.account,
            chat_rate: PACE.chat,
            group_rate: PACE.group,
            paid_broadcast: false,
        }
    }
}

impl Telegram {
    /// All accounts that have a token, by name: `telegram`, then `telegram.NAME`.
    pub(crate) fn all(&self) -> impl Iterator<Item = (String, TelegramAccount)> {
        let own = TelegramAccount {
            token: self.token.clone(),
            token_file: self.token_file.clone(),
            api_url: self.api_url.clone(),
            mode: self.mode,
            webhook_secret: self.webhook_secret.clone(),
            local_server: self.local_server,
            rate: self.rate,
            chat_rate: self.chat_rate,
            group_rate: self.group_rate,
            paid_broadcast: self.paid_broadcast,
        };
        let more = self.accounts.iter().map(|(name, account)| (format!("telegram.{name}"), account.clone()));
        std::iter::once(("telegram".to_owned(), own))
            .chain(more)
            .filter(|(_, account)| !account.token.is_empty())
    }

    /// Reads the tokens that stand in files of their own.
    ///
    /// # Errors
    /// One sentence that names the file.
    pub(super) fn read_files(&mut self) -> Result<(), String> {
        let own = (self.token_file.as_path(), &mut self.token);
        let more = self.accounts.values_mut().map(|one| (one.token_file.as_path(), &mut one.token));
        account::read_token_files("telegram", std::iter::once(own).chain(more))
    }

    /// What types alone do not catch. `public_url` is how Telegram would reach this program.
    ///
    /// # Errors
    /// One sentence that says what to do. No secret stands in it.
    pub(super) fn check(&self, public_url: &str) -> Result<(), String> {
        for (name, account) in &self.accounts {
            account::check_name("telegram", name)?;
            if account.token.is_empty() {
                return Err(format!(
                    "[telegram.accounts.{name}] has no token; put in what @BotFather gave, or take the section out"
                ));
            }
        }
        for (name, account) in self.all() {
            account.check(public_url).map_err(|sentence| format!("[{name}] {sentence}"))?;
        }
        account::check_tokens_differ("telegram", self.all().map(|(_, account)| account.token))
    }
}

impl TelegramAccount {
    fn check(&self, public_url: &str) -> Result<(), String> {
        if !is_bot_token(&self.token) {
            return Err("token is not what @BotFather gives, which looks like 123456:AAH…".to_owned());
        }
        account::check_api_url(&self.api_url)?;
        if self.mode == TelegramMode::Webhook {
            if !is_webhook_secret(&self.webhook_secret) {
                return Err(
                    "webhook_secret must have 1 to 256 characters of A-Z a-z 0-9 _ - in mode = \"webhook\""
                        .to_owned(),
                );
            }
            let reachable = public_url.starts_with("https://")
                || (public_url.starts_with("http://") && !self.api_url.starts_with(API_URL));
            if !reachable {
                return Err("mode = \"webhook\" needs [server] public_url, an https:// address at which Telegram reaches this program".to_owned());
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(toml: &str) -> Result<Vec<String>, String> {
        let telegram: Telegram = toml::from_str(toml).unwrap();
        telegram.check("https://hall.example").map(|()| telegram.all().map(|(name, _)| name).collect())
    }

    const TOKEN: &str = "token = \"123456:AAH-abc_DEF0123456789\"";
    const OTHER: &str = "token = \"654321:AAH-abc_DEF0123456789\"";

    #[test]
    fn a_token_is_an_account_and_there_may_be_more() {
        assert_eq!(told(""), Ok(vec![]));
        assert_eq!(told(TOKEN), Ok(vec!["telegram".into()]));
        assert_eq!(
            told(&format!("{TOKEN}\n[accounts.support]\n{OTHER}")),
            Ok(vec!["telegram".into(), "telegram.support".into()])
        );
        assert_eq!(told(&format!("[accounts.support]\n{OTHER}")), Ok(vec!["telegram.support".into()]));
    }

    #[test]
    fn what_cannot_work_is_said_without_the_secret() {
        let webhook = format!("{TOKEN}\nmode = \"webhook\"");
        for (toml, part) in [
            ("token = \"hello\"".to_owned(), "not what @BotFather gives"),
            (format!("{TOKEN}\napi_url = \"ftp://x\""), "api_url must begin"),
            (webhook.clone(), "webhook_secret must have"),
            (format!("{TOKEN}\n[accounts.support]\n{TOKEN}"), "the same token"),
            ("[accounts.support]".to_owned(), "has no token"),
            (format!("[accounts.\"a b\"]\n{TOKEN}"), "letters a-z"),
        ] {
            let said = told(&toml).unwrap_err();
            assert!(said.contains(part) && !said.contains("AAH-abc"), "{said}");
        }
        let telegram: Telegram = toml::from_str(&format!("{webhook}\nwebhook_secret = \"s3cret\"")).unwrap();
        assert!(telegram.check("").unwrap_err().contains("public_url"));
        assert_eq!(telegram.check("https://hall.example"), Ok(()));
    }
}
