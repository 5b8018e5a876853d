//! The config: one file, every key with a default, every key settable from the environment.

mod account;
mod console;
mod discord;
mod fault;
mod manual;
mod onebot;
mod read;
mod shown;
mod telegram;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use bot_core::chat::Lang;
use bot_core::features::FeatureConfig;
use bot_core::features::announcement::AnnouncementConfig;
use bot_core::features::answer::AnswerConfig;
use bot_core::features::privacy::RetentionConfig;
use bot_core::features::webhook::WebhookConfig;
use bot_core::files::FilesConfig;
use serde::{Deserialize, Serialize};

pub(crate) use self::console::ConsoleSection;
pub(crate) use discord::{Discord, DiscordAccount};
pub(crate) use fault::Fault;
pub(crate) use manual::manual;
pub(crate) use onebot::{Onebot, OnebotAccount};
pub(crate) use read::{read, system_language};
pub(crate) use shown::{Sources, shown};
pub(crate) use telegram::{Telegram, TelegramAccount, TelegramMode};

/// The sample file: every key at its default, with what it is for.
pub(crate) const SAMPLE: &str = include_str!("guildhall.toml");

/// Everything that can be set.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Config {
    /// The web server.
    pub(crate) server: Server,
    /// The console.
    pub(crate) console: ConsoleSection,
    /// The database.
    pub(crate) database: Database,
    /// This program among others on the same database.
    pub(crate) node: NodeSection,
    /// The log.
    pub(crate) log: Log,
    /// The hall itself.
    pub(crate) hall: HallSection,
    /// The platform whose community this is.
    pub(crate) platform: PlatformSection,
    /// Moderation.
    pub(crate) moderation: Moderation,
    /// Announcements.
    pub(crate) announcements: AnnouncementConfig,
    /// Answers from the articles.
    pub(crate) answer: AnswerConfig,
    /// The file store.
    pub(crate) files: FilesConfig,
    /// How long what is kept.
    pub(crate) retention: RetentionConfig,
    /// Webhooks.
    pub(crate) webhooks: WebhookConfig,
    /// Telegram.
    pub(crate) telegram: Telegram,
    /// Discord.
    pub(crate) discord: Discord,
    /// QQ.
    pub(crate) onebot: Onebot,
    /// The sandbox.
    pub(crate) sandbox: Sandbox,
}

/// `[server]`
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Server {
    /// Address and port.
    pub(crate) listen: SocketAddr,
    /// How people reach it from outside; empty for `http://` and `listen`.
    pub(crate) public_url: String,
}

/// `[database]`
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Database {
    /// `sqlite:…` or `postgres:…`.
    pub(crate) url: String,
    /// A file that holds the url instead.
    pub(crate) url_file: PathBuf,
}

/// `[node]`
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct NodeSection {
    /// What people call it; empty for the name of the machine.
    pub(crate) name: String,
}

/// `[log]`
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Log {
    /// How it looks.
    pub(crate) format: LogFormat,
    /// What is logged.
    pub(crate) level: String,
}

/// How the log looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum LogFormat {
    /// For people.
    #[default]
    Human,
    /// One JSON object a line.
    Json,
}

/// `[hall]`
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct HallSection {
    /// The language when nobody says which.
    pub(crate) language: Lang,
    /// The zone in which times are shown and written.
    pub(crate) zone: String,
}

/// `[platform]`
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct PlatformSection {
    /// Names under which people know it.
    pub(crate) brands: Vec<String>,
    /// Its own domains.
    pub(crate) domains: Vec<String>,
    /// Domains of others that are never a finding.
    pub(crate) allow_domains: Vec<String>,
}

/// `[moderation]`
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Moderation {
    /// The policy file; empty for the built-in one.
    pub(crate) policy_file: PathBuf,
}

/// `[sandbox]`
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Sandbox {
    /// Whether it runs.
    pub(crate) enabled: bool,
    /// The folder of its own chats; empty for memory only.
    pub(crate) folder: PathBuf,
}

impl Default for Server {
    fn default() -> Self {
        Self { listen: SocketAddr::from(([127, 0, 0, 1], 8080)), public_url: String::new() }
    }
}

impl Default for Database {
    fn default() -> Self {
        Self { url: "sqlite:guildhall.sqlite".to_owned(), url_file: PathBuf::new() }
    }
}

impl Default for Log {
    fn default() -> Self {
        Self { format: LogFormat::Human, level: "info".to_owned() }
    }
}

impl Default for HallSection {
    fn default() -> Self {
        Self { language: Lang::En, zone: "Asia/Shanghai".to_owned() }
    }
}

impl NodeSection {
    /// What people call this node.
    pub(crate) fn name(&self) -> String {
        if !self.name.is_empty() {
            return self.name.clone();
        }
        // Where the system has no such file, the id tells the nodes apart.
        let machine = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
        if machine.trim().is_empty() { "guildhall".to_owned() } else { machine.trim().to_owned() }
    }
}

impl Config {
    /// The settings of the features.
    pub(crate) fn features(&self) -> FeatureConfig {
        FeatureConfig {
            announcements: self.announcements.clone(),
            answer: self.answer.clone(),
            files: self.files.clone(),
            retention: self.retention.clone(),
            webhooks: self.webhooks.clone(),
        }
    }

    /// The folder of the file store: where the config says, else beside the database file.
    pub(crate) fn files_dir(&self) -> PathBuf {
        if !self.files.dir.as_os_str().is_empty() {
            return self.files.dir.clone();
        }
        let file = bot_core::store::sqlite_path(&self.database.url);
        file.as_deref().and_then(Path::parent).unwrap_or(Path::new("")).join("files")
    }

    /// The zone in which times are shown and written.
    ///
    /// # Errors
    /// One sentence when it is none.
    pub(crate) fn zone(&self) -> Result<jiff::tz::TimeZone, String> {
        jiff::tz::TimeZone::get(&self.hall.zone).map_err(|_| {
            format!("[hall] zone `{}` is not an IANA time zone, such as Asia/Shanghai", self.hall.zone)
        })
    }

    /// How people reach the console, without a slash at the end.
    pub(crate) fn public_url(&self) -> String {
        match self.server.public_url.trim_end_matches('/') {
            "" => format!("http://{}", self.server.listen),
            url => url.to_owned(),
        }
    }
}
