//! `[discord]`: one bot account, or several.

use std::collections::BTreeMap;
use std::path::PathBuf;

use guildhall_discord::Token;
use serde::{Deserialize, Serialize};

/// `[discord]`: the account `discord`, and more below `[discord.accounts.NAME]`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Discord {
    /// What the developer portal gave; empty for no account.
    pub(crate) token: Token,
    /// A file that holds the token instead.
    pub(crate) token_file: PathBuf,
    /// The REST API.
    pub(crate) api_url: String,
    /// The servers that are served.
    pub(crate) guilds: Vec<String>,
    /// More accounts, by name.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) accounts: BTreeMap<String, DiscordAccount>,
}

/// `[discord.accounts.NAME]`: the account `discord.NAME`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct DiscordAccount {
    /// What the developer portal gave.
    pub(crate) token: Token,
    /// A file that holds the token instead.
    pub(crate) token_file: PathBuf,
    /// The REST API.
    pub(crate) api_url: String,
    /// The servers that are served.
    pub(crate) guilds: Vec<String>,
}

/// Where Discord's own API is.
const API_URL: &str = "https://discord.com/api/v10";

impl Default for Discord {
    fn default() -> Self {
        let DiscordAccount { token, token_file, api_url, guilds } = DiscordAccount::default();
        Self { token, token_file, api_url, guilds, accounts: BTreeMap::new() }
    }
}

impl Default for DiscordAccount {
    fn default() -> Self {
        Self {
            token: Token::default(),
            token_file: PathBuf::new(),
            api_url: API_URL.to_owned(),
            guilds: Vec::new(),
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
        let own = (&self.token_file, &mut self.token);
        let more = self.accounts.values_mut().map(|account| (&account.token_file, &mut account.token));
        for (file, token) in std::iter::once(own).chain(more) {
            if !file.as_os_str().is_empty() {
                let text = std::fs::read_to_string(file).map_err(|error| {
                    format!("[discord] token_file {} cannot be read: {error}", file.display())
                })?;
                *token = Token::new(text);
            }
        }
        Ok(())
    }

    /// What types alone do not catch.
    ///
    /// # Errors
    /// One sentence that says what to do. No secret stands in it.
    pub(super) fn check(&self) -> Result<(), String> {
        for (name, account) in &self.accounts {
            let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
            if name.is_empty() || !name.chars().all(plain) {
                return Err(format!(
                    "[discord.accounts] `{name}`: a name has letters a-z, digits and _ only"
                ));
            }
            if account.token.is_empty() {
                return Err(format!(
                    "[discord.accounts.{name}] has no token; put in what the developer portal gave, or take the section out"
                ));
            }
        }
        for (name, account) in self.all() {
            account.check().map_err(|sentence| format!("[{name}] {sentence}"))?;
        }
        let mut tokens: Vec<String> =
            self.all().map(|(_, account)| account.token.expose().to_owned()).collect();
        tokens.sort();
        if tokens.windows(2).any(|two| two[0] == two[1]) {
            return Err("[discord] two accounts have the same token; each bot can be served once".to_owned());
        }
        Ok(())
    }
}

impl DiscordAccount {
    fn check(&self) -> Result<(), String> {
        if !self.token.is_bot_token() {
            return Err(
                "token is not what the developer portal gives under Bot, Reset Token, which is three parts joined by dots"
                    .to_owned(),
            );
        }
        if !self.api_url.starts_with("https://") && !self.api_url.starts_with("http://") {
            return Err("api_url must begin with http:// or https://".to_owned());
        }
        url::Url::parse(&self.api_url).map_err(|error| format!("api_url is no address: {error}"))?;
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

    #[test]
    fn a_token_may_stand_in_a_file() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "MTIzNDU2Nzg5MDEyMzQ1Njc4.GabcDe.a-secret_of_the_bot\n").unwrap();
        let mut discord = Discord { token_file: file.path().to_owned(), ..Discord::default() };
        discord.read_files().unwrap();
        assert!(discord.token.is_bot_token());
        discord.token_file = "/nowhere/at/all".into();
        assert!(discord.read_files().unwrap_err().contains("/nowhere/at/all"));
    }
}
