//! The made-up community as its data files have it.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::DeserializeOwned;

/// Who is there: `data/community.toml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Community {
    pub(crate) group: Vec<Group>,
    pub(crate) staff_group: StaffGroup,
    pub(crate) staff: Vec<StaffMember>,
    pub(crate) merchant: Vec<Shop>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Group {
    pub(crate) key: String,
    pub(crate) name: String,
    pub(crate) language: String,
    #[serde(rename = "about")]
    _about: String,
}

/// The staff's own chat. They speak the language that the demo is asked for.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct StaffGroup {
    pub(crate) key: String,
    /// Its name, by language.
    pub(crate) name: BTreeMap<String, String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct StaffMember {
    pub(crate) username: String,
    pub(crate) display_name: String,
    pub(crate) public_name: String,
    pub(crate) role: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Shop {
    pub(crate) name: String,
    pub(crate) category: String,
    #[serde(default)]
    pub(crate) tier: String,
    pub(crate) tags: Vec<String>,
    pub(crate) language: String,
    pub(crate) people: Vec<ShopPerson>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ShopPerson {
    pub(crate) display_name: String,
    pub(crate) username: String,
    pub(crate) role: String,
    pub(crate) groups: Vec<String>,
}

/// What has happened: `data/history.toml`.
#[derive(Deserialize)]
pub(crate) struct History {
    pub(crate) message: Vec<Said>,
    pub(crate) incident: Vec<Incident>,
    pub(crate) ticket: Vec<TicketStory>,
    pub(crate) announcement: Vec<Announced>,
    pub(crate) activity: Vec<Held>,
    pub(crate) gap: Vec<Unanswered>,
}

#[derive(Deserialize)]
pub(crate) struct Said {
    pub(crate) id: String,
    pub(crate) group: String,
    pub(crate) who: String,
    pub(crate) minutes_ago: i64,
    pub(crate) text: String,
    pub(crate) reply_to: Option<String>,
    pub(crate) solved: Option<bool>,
}

#[derive(Deserialize)]
pub(crate) struct Incident {
    pub(crate) group: String,
    pub(crate) who: String,
    pub(crate) minutes_ago: i64,
    pub(crate) text: String,
    pub(crate) by: String,
    pub(crate) kind: String,
    pub(crate) duration_minutes: Option<i64>,
    pub(crate) reason: String,
    pub(crate) undone_by: Option<String>,
    pub(crate) undone_minutes_ago: Option<i64>,
}

#[derive(Deserialize)]
pub(crate) struct TicketStory {
    pub(crate) subject: String,
    pub(crate) opened_by: String,
    pub(crate) origin: String,
    pub(crate) opened_minutes_ago: i64,
    pub(crate) state: String,
    pub(crate) assignee: Option<String>,
    pub(crate) closed_minutes_ago: Option<i64>,
    pub(crate) solution: Option<String>,
    pub(crate) message: Vec<TicketLine>,
}

#[derive(Clone, Deserialize)]
pub(crate) struct TicketLine {
    pub(crate) who: String,
    pub(crate) minutes_ago: i64,
    pub(crate) kind: String,
    pub(crate) text: String,
}

#[derive(Clone, Deserialize)]
pub(crate) struct Words {
    pub(crate) title: String,
    pub(crate) body: String,
}

#[derive(Clone, Deserialize)]
pub(crate) struct ToWhom {
    pub(crate) groups: Vec<String>,
    pub(crate) tiers: Vec<String>,
    pub(crate) categories: Vec<String>,
    pub(crate) tags: Vec<String>,
}

#[derive(Deserialize)]
pub(crate) struct Announced {
    pub(crate) author: String,
    pub(crate) scheduled_in_minutes: i64,
    pub(crate) pin: bool,
    pub(crate) audience: ToWhom,
    pub(crate) en: Words,
    #[serde(rename = "zh-CN")]
    pub(crate) zh: Words,
}

#[derive(Deserialize)]
pub(crate) struct Held {
    pub(crate) author: String,
    pub(crate) capacity: i64,
    pub(crate) starts_in_minutes: i64,
    pub(crate) opened_minutes_ago: i64,
    pub(crate) registered: Vec<String>,
    pub(crate) waiting: Vec<String>,
    pub(crate) audience: ToWhom,
    pub(crate) en: Words,
    #[serde(rename = "zh-CN")]
    pub(crate) zh: Words,
}

#[derive(Deserialize)]
pub(crate) struct Unanswered {
    pub(crate) group: String,
    pub(crate) who: String,
    pub(crate) minutes_ago: i64,
    pub(crate) text: String,
}

/// What is known: `data/articles.toml`.
#[derive(Deserialize)]
pub(crate) struct Articles {
    pub(crate) article: Vec<ArticleData>,
}

#[derive(Deserialize)]
pub(crate) struct ArticleData {
    pub(crate) slug: String,
    pub(crate) tags: Vec<String>,
    #[serde(flatten)]
    pub(crate) texts: BTreeMap<String, ArticleWords>,
}

#[derive(Deserialize)]
pub(crate) struct ArticleWords {
    pub(crate) title: String,
    pub(crate) questions: Vec<String>,
    pub(crate) body: String,
}

fn parse<T: DeserializeOwned>(what: &str, text: &str) -> Result<T, String> {
    toml::from_str(text).map_err(|error| format!("{what}: {error}"))
}

/// Reads who is there.
pub(crate) fn community() -> Result<Community, String> {
    parse("community.toml", include_str!("data/community.toml"))
}

/// Reads what has happened.
pub(crate) fn history() -> Result<History, String> {
    parse("history.toml", include_str!("data/history.toml"))
}

/// Reads what is known.
pub(crate) fn articles() -> Result<Articles, String> {
    parse("articles.toml", include_str!("data/articles.toml"))
}
