//! `[discord]`: one bot account, or several.

use std::collections::BTreeMap;
use std::path::PathBuf;

use bot_core::chat::Rate;
use bot_core::secret::Secret;
use guildhall_discord::{PACE, is_bot_token};
use serde::{Deserialize, Serialize};

use super::account;

/// `[discord]`: the account `discord`, and more below `[discord.accounts.NAME]`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Discord {
    /// What the developer portal gave; empty for no account.
    pub(crate) token: Secret,
    /// A file that holds the token instead.
    pub(crate) token_file: PathBuf,
    /// The REST API.
    pub(crate) api_url: String,
    /// The servers that are served.
    pub(crate) guilds: Vec<String>,
    /// Whether the threads of tickets are private.
    pub(crate) private_threads: bool,
    /// Most calls over all chats.
    pub(crate) rate: Rate,
    /// Most messages in one chat.
    pub(crate) chat_rate: Rate,
    /// Most messages in one group.
    pub(crate) group_rate: Rate,
    /// More accounts, by name.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) accounts: BTreeMap<String, DiscordAccount>,
}

/// `[discord.accounts.NAME]`: the account `discord.NAME`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct DiscordAccount {
    /// What the developer portal gave.
    pub(crate) token: Secret,
    /// A file that holds the token instead.
    pub(crate) token_file: PathBuf,
    /// The REST API.
    pub(crate) api_url: String,
    /// The servers that are served.
    pub(crate) guilds: Vec<String>,
    /// Whether the threads of tickets are private.
    pub(crate) private_threads: bool,
    /// Most calls over all chats.
    pub(crate) rate: Rate,
    /// Most messages in one chat.
    pub(crate) chat_rate: Rate,
    /// Most messages in one group.
    pub(crate) group_rate: Rate,
}

/// Where Discord's own API is.
const API_URL: &str = "https://discord.com/api/v10";

impl Default for Discord {
    fn default() -> Self {
        let DiscordAccount {
            token,
            token_file,
            api_url,
            guilds,
            private_threads,
            rate,
            chat_rate,
            group_rate,
        } = DiscordAccount::default();
        Self {
            token,
            token_file,
            api_url,
            guilds,
            private_threads,
            rate,
            chat_rate,
            group_rate,
            accounts: BTreeMap::new(),
        }
    }
}

impl Default for DiscordAccount {
    fn default() -> Self {
        Self {
            token: Secret::default(),
            token_file: PathBuf::new(),
            api_url: API_URL.to_owned(),
            guilds: Vec::new(),
            private_threads: false,
            rate: PACE.account,
            chat_rate: PACE.chat,
            group_rate: PACE.group,
        }
    }
}

impl Discord {
    /// All accounts that have a token, by name: `discord`, then `discord.NAME`.
    pub(crate) fn all(&self) -> impl Iterator<Item = (String, DiscordAccount)> {
        let own = DiscordAccount {
            token: self.token.clone(),
            token_file: self.token_file.clone(),
            api_url: self.api_url.clone(),
            guilds: self.guilds.clone(),
            private_threads: self.private_threads,
            rate: self.rate,
            chat_rate: self.chat_rate,
            group_rate: self.group_rate,
        };
        let more = self.accounts.iter().map(|(name, account)| (format!("discord.{name}"), account.clone()));
        std::iter::once(("discord".to_owned(), own))
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
        account::read_token_files("discord", std::iter::once(own).chain(more))
    }

    /// What types alone do not catch.
    ///
    /// # Errors
    /// One sentence that says what to do. No secret stands in it.
    pub(super) fn check(&self) -> Result<(), String> {
        for (name, account) in &self.accounts {
            account::check_name("discord", name)?;
            if account.token.is_empty() {
                return Err(format!(
                    "[discord.accounts.{name}] has no token; put in what the developer portal gave, or take the section out"
                ));
            }
        }
        for (name, account) in self.all() {
            account.check().map_err(|sentence| format!("[{name}] {sentence}"))?;
        }
        account::check_tokens_differ("discord", self.all().map(|(_, account)| account.token))
    }
}

impl DiscordAccount {
    fn check(&self) -> Result<(), String> {
        if !is_bot_token(&self.token) {
            return Err(
                "token is not what the developer portal gives under Bot, Reset Token, which is three parts joined by dots"
                    .to_owned(),
            );
        }
        account::check_api_url(&self.api_url)?;
        self.guild_ids().map(|_| ())
    }

    /// The ids of the servers that are served.
    ///
    /// # Errors
    /// One sentence when one is none.
    pub(crate) fn guild_ids(&self) -> Result<Vec<u64>, String> {
        let id = |text: &String| {
            text.parse().map_err(|_| {
                format!("guilds: `{text}` is no id of a server; copy it with the developer mode on, it has digits only")
            })
        };
        self.guilds.iter().map(id).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(toml: &str) -> Result<Vec<String>, String> {
        let discord: Discord = toml::from_str(toml).unwrap();
        discord.check().map(|()| discord.all().map(|(name, _)| name).collect())
    }

    const TOKEN: &str = "token = \"MTIzNDU2Nzg5MDEyMzQ1Njc4.GabcDe.a-secret_of_the_bot\"";
    const OTHER: &str = "token = \"ODc2NTQzMjEwOTg3NjU0MzIx.GabcDe.a-secret_of_the_bot\"";

    #[test]
    fn a_token_is_an_account_and_there_may_be_more() {
        assert_eq!(told(""), Ok(vec![]));
        assert_eq!(told(TOKEN), Ok(vec!["discord".into()]));
        let both = format!("{TOKEN}\nguilds = [\"123456789012345678\"]\n[accounts.support]\n{OTHER}");
        assert_eq!(told(&both), Ok(vec!["discord".into(), "discord.support".into()]));
    }

    #[test]
    fn what_cannot_work_is_said_without_the_secret() {
        for (toml, part) in [
            ("token = \"hello\"".to_owned(), "developer portal gives"),
            (format!("{TOKEN}\napi_url = \"ftp://x\""), "api_url must begin"),
            (format!("{TOKEN}\nguilds = [\"my server\"]"), "no id of a server"),
            (format!("{TOKEN}\n[accounts.support]\n{TOKEN}"), "the same token"),
            ("[accounts.support]".to_owned(), "has no token"),
            (format!("[accounts.\"a b\"]\n{TOKEN}"), "letters a-z"),
        ] {
            let said = told(&toml).unwrap_err();
            assert!(said.contains(part) && !said.contains("secret_of"), "{said}");
        }
    }
}
