//! `[onebot]`: one QQ account, or several.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::path::PathBuf;

use bot_core::chat::Rate;
use bot_core::secret::Secret;
use guildhall_onebot::PACE;
use serde::{Deserialize, Serialize};

use super::account;

/// `[onebot]`: the account `onebot`, and more below `[onebot.accounts.NAME]`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Onebot {
    /// Where OneBot implementations dial us; empty for nowhere.
    pub(crate) listen: String,
    /// The QQ number of the bot; 0 for no account.
    pub(crate) self_id: i64,
    /// What the implementation and we know each other by.
    pub(crate) access_token: Secret,
    /// A file that holds the token instead.
    pub(crate) token_file: PathBuf,
    /// Where the implementation listens, if we dial it.
    pub(crate) connect: Vec<String>,
    /// The least and the most time between two messages, milliseconds.
    pub(crate) send_gap_ms: [i64; 2],
    /// Most messages of an account in 24 hours.
    pub(crate) sends_per_day: u32,
    /// Most calls over all chats.
    pub(crate) rate: Rate,
    /// Most messages in one chat.
    pub(crate) chat_rate: Rate,
    /// Most messages in one group.
    pub(crate) group_rate: Rate,
    /// How far back missed messages are fetched.
    pub(crate) catch_up_minutes: u32,
    /// Places in one's own network from which files may be fetched, as `host:port`.
    pub(crate) file_hosts: Vec<String>,
    /// The folder in which the implementation leaves files for us; empty for none.
    pub(crate) file_folder: PathBuf,
    /// More accounts, by name.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) accounts: BTreeMap<String, OnebotAccount>,
}

/// `[onebot.accounts.NAME]`: the account `onebot.NAME`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct OnebotAccount {
    /// The QQ number of the bot.
    pub(crate) self_id: i64,
    /// What the implementation and we know each other by.
    pub(crate) access_token: Secret,
    /// A file that holds the token instead.
    pub(crate) token_file: PathBuf,
    /// Where the implementation listens, if we dial it.
    pub(crate) connect: Vec<String>,
}

impl Default for Onebot {
    fn default() -> Self {
        let OnebotAccount { self_id, access_token, token_file, connect } = OnebotAccount::default();
        Self {
            listen: String::new(),
            self_id,
            access_token,
            token_file,
            connect,
            send_gap_ms: [1_000, 3_000],
            sends_per_day: 2_000,
            rate: PACE.account,
            chat_rate: PACE.chat,
            group_rate: PACE.group,
            catch_up_minutes: 30,
            file_hosts: Vec::new(),
            file_folder: PathBuf::new(),
            accounts: BTreeMap::new(),
        }
    }
}

impl Onebot {
    /// All accounts that have a number, by name: `onebot`, then `onebot.NAME`.
    pub(crate) fn all(&self) -> impl Iterator<Item = (String, OnebotAccount)> {
        let own = OnebotAccount {
            self_id: self.self_id,
            access_token: self.access_token.clone(),
            token_file: self.token_file.clone(),
            connect: self.connect.clone(),
        };
        let more = self.accounts.iter().map(|(name, account)| (format!("onebot.{name}"), account.clone()));
        std::iter::once(("onebot".to_owned(), own)).chain(more).filter(|(_, account)| account.self_id != 0)
    }

    /// The address to listen on, if any.
    ///
    /// # Errors
    /// One sentence when it is none.
    pub(crate) fn listen(&self) -> Result<Option<SocketAddr>, String> {
        if self.listen.is_empty() {
            return Ok(None);
        }
        let wrong = || format!("[onebot] listen `{}` is no address, such as 127.0.0.1:6700", self.listen);
        self.listen.parse().map(Some).map_err(|_| wrong())
    }

    /// Reads the tokens that stand in files of their own.
    ///
    /// # Errors
    /// One sentence that names the file.
    pub(super) fn read_files(&mut self) -> Result<(), String> {
        let own = (self.token_file.as_path(), &mut self.access_token);
        let more = self.accounts.values_mut().map(|one| (one.token_file.as_path(), &mut one.access_token));
        account::read_token_files("onebot", std::iter::once(own).chain(more))
    }

    /// What types alone do not catch.
    ///
    /// # Errors
    /// One sentence that says what to do. No secret stands in it.
    pub(super) fn check(&self) -> Result<(), String> {
        let listens = self.listen()?.is_some();
        let is_place = |place: &&String| {
            place.rsplit_once(':').is_some_and(|(host, port)| {
                !host.is_empty() && !host.contains('/') && port.parse::<u16>().is_ok()
            })
        };
        if let Some(place) = self.file_hosts.iter().find(|place| !is_place(place)) {
            return Err(format!("[onebot] file_hosts `{place}` is no host:port, such as 127.0.0.1:3000"));
        }
        let [least, most] = self.send_gap_ms;
        if !(0..=600_000).contains(&least) || most < least || most > 600_000 {
            return Err(
                "[onebot] send_gap_ms must be two times from 0 to 600000, the lesser first".to_owned()
            );
        }
        for (name, account) in &self.accounts {
            account::check_name("onebot", name)?;
            if account.self_id == 0 {
                return Err(format!(
                    "[onebot.accounts.{name}] has no self_id; put in the bot's QQ number, or take the section out"
                ));
            }
        }
        if self.self_id == 0 && (!self.access_token.is_empty() || !self.connect.is_empty()) {
            return Err("[onebot] has no self_id; put in the bot's QQ number".to_owned());
        }
        let mut numbers = BTreeSet::new();
        for (name, account) in self.all() {
            account.check(listens).map_err(|sentence| format!("[{name}] {sentence}"))?;
            if !numbers.insert(account.self_id) {
                return Err("[onebot] two accounts have the same self_id; each can be served once".to_owned());
            }
        }
        Ok(())
    }
}

impl OnebotAccount {
    fn check(&self, listens: bool) -> Result<(), String> {
        if self.self_id < 10_000 {
            return Err("self_id is no QQ number".to_owned());
        }
        if self.connect.is_empty() && !listens {
            return Err("nobody can reach it: set [onebot] listen so that the implementation dials us, or connect so that we dial it".to_owned());
        }
        if self.connect.is_empty() && self.access_token.is_empty() {
            return Err(
                "needs an access_token: whoever reaches the listener without one could speak for the bot"
                    .to_owned(),
            );
        }
        if !self.access_token.expose().bytes().all(|b| b.is_ascii_graphic()) {
            return Err("access_token must have letters, digits and signs of ASCII only".to_owned());
        }
        for address in &self.connect {
            if address.starts_with("wss://") {
                return Err("connect takes ws:// only; for a way over foreign networks let the implementation dial us through a proxy with TLS".to_owned());
            }
            let url = url::Url::parse(address)
                .map_err(|error| format!("connect `{address}` is no address: {error}"))?;
            if url.scheme() != "ws" || !url.has_host() {
                return Err(format!("connect `{address}` must begin with ws://"));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(toml: &str) -> Result<Vec<String>, String> {
        let onebot: Onebot = toml::from_str(toml).unwrap();
        onebot.check().map(|()| onebot.all().map(|(name, _)| name).collect())
    }

    #[test]
    fn a_number_is_an_account_and_there_may_be_more() {
        assert_eq!(told(""), Ok(vec![]));
        assert_eq!(told("self_id = 10001\nconnect = [\"ws://127.0.0.1:3001\"]"), Ok(vec!["onebot".into()]));
        let two = "listen = \"127.0.0.1:6700\"\nself_id = 10001\naccess_token = \"a\"\n[accounts.second]\nself_id = 10002\naccess_token = \"b\"";
        assert_eq!(told(two), Ok(vec!["onebot".into(), "onebot.second".into()]));
    }

    #[test]
    fn what_cannot_work_is_said_without_the_secret() {
        for (toml, part) in [
            ("listen = \"nowhere\"", "is no address"),
            ("self_id = 10001", "nobody can reach it"),
            ("self_id = 7\nconnect = [\"ws://x\"]", "no QQ number"),
            ("listen = \"127.0.0.1:1\"\nself_id = 10001", "needs an access_token"),
            ("self_id = 10001\nconnect = [\"wss://x\"]", "ws:// only"),
            ("self_id = 10001\nconnect = [\"http://x\"]", "must begin with ws://"),
            ("self_id = 10001\nconnect = [\"ws://x\"]\naccess_token = \"s3cret ü\"", "ASCII"),
            ("access_token = \"s3cret\"", "has no self_id"),
            ("send_gap_ms = [5, 1]", "the lesser first"),
            ("file_hosts = [\"http://127.0.0.1\"]", "is no host:port"),
            ("[accounts.x]\nconnect = [\"ws://x\"]", "has no self_id"),
            ("[accounts.\"a b\"]\nself_id = 10001", "letters a-z"),
            (
                "self_id = 10001\nconnect = [\"ws://x\"]\n[accounts.x]\nself_id = 10001\nconnect = [\"ws://y\"]",
                "the same self_id",
            ),
        ] {
            let said = told(toml).unwrap_err();
            assert!(said.contains(part) && !said.contains("s3cret"), "{said}");
        }
    }
}
