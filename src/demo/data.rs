//! The made-up community as its data files have it.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::DeserializeOwned;

/// Who is there: `data/community.toml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Community {
    pub group: Vec<Group>,
    pub staff_group: Group,
    pub staff: Vec<StaffMember>,
    pub merchant: Vec<Shop>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Group {
    pub key: String,
    pub name: String,
    pub language: String,
    #[serde(rename = "about")]
    _about: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StaffMember {
    pub username: String,
    pub display_name: String,
    pub public_name: String,
    pub role: String,
    pub language: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shop {
    pub name: String,
    pub category: String,
    #[serde(default)]
    pub tier: String,
    pub tags: Vec<String>,
    pub language: String,
    pub people: Vec<ShopPerson>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShopPerson {
    pub display_name: String,
    pub username: String,
    pub role: String,
    pub groups: Vec<String>,
}

/// What has happened: `data/history.toml`.
#[derive(Deserialize)]
pub struct History {
    pub message: Vec<Said>,
    pub incident: Vec<Incident>,
    pub ticket: Vec<TicketStory>,
    pub announcement: Vec<Announced>,
    pub activity: Vec<Held>,
    pub gap: Vec<Unanswered>,
}

#[derive(Deserialize)]
pub struct Said {
    pub id: String,
    pub group: String,
    pub who: String,
    pub minutes_ago: i64,
    pub text: String,
    pub reply_to: Option<String>,
    pub solved: Option<bool>,
}

#[derive(Deserialize)]
pub struct Incident {
    pub group: String,
    pub who: String,
    pub minutes_ago: i64,
    pub text: String,
    pub by: String,
    pub reason: String,
    pub undone_by: Option<String>,
    pub undone_minutes_ago: Option<i64>,
}

#[derive(Deserialize)]
pub struct TicketStory {
    pub subject: String,
    pub opened_by: String,
    pub origin: String,
    pub opened_minutes_ago: i64,
    pub state: String,
    pub assignee: Option<String>,
    pub closed_minutes_ago: Option<i64>,
    pub solution: Option<String>,
    pub message: Vec<TicketLine>,
}

#[derive(Clone, Deserialize)]
pub struct TicketLine {
    pub who: String,
    pub minutes_ago: i64,
    pub kind: String,
    pub text: String,
}

#[derive(Clone, Deserialize)]
pub struct Words {
    pub title: String,
    pub body: String,
}

#[derive(Clone, Deserialize)]
pub struct ToWhom {
    pub groups: Vec<String>,
    pub tiers: Vec<String>,
    pub categories: Vec<String>,
    pub tags: Vec<String>,
}

#[derive(Deserialize)]
pub struct Announced {
    pub author: String,
    pub scheduled_in_minutes: i64,
    pub pin: bool,
    pub audience: ToWhom,
    pub en: Words,
    #[serde(rename = "zh-CN")]
    pub zh: Words,
}

#[derive(Deserialize)]
pub struct Held {
    pub author: String,
    pub capacity: i64,
    pub starts_in_minutes: i64,
    pub opened_minutes_ago: i64,
    pub registered: Vec<String>,
    pub waiting: Vec<String>,
    pub audience: ToWhom,
    pub en: Words,
    #[serde(rename = "zh-CN")]
    pub zh: Words,
}

#[derive(Deserialize)]
pub struct Unanswered {
    pub group: String,
    pub who: String,
    pub minutes_ago: i64,
    pub text: String,
}

/// What is known: `data/articles.toml`.
#[derive(Deserialize)]
pub struct Articles {
    pub article: Vec<ArticleData>,
}

#[derive(Deserialize)]
pub struct ArticleData {
    pub slug: String,
    pub tags: Vec<String>,
    #[serde(flatten)]
    pub texts: BTreeMap<String, ArticleWords>,
}

#[derive(Deserialize)]
pub struct ArticleWords {
    pub title: String,
    pub questions: Vec<String>,
    pub body: String,
}

fn parse<T: DeserializeOwned>(what: &str, text: &str) -> Result<T, String> {
    toml::from_str(text).map_err(|error| format!("{what}: {error}"))
}

/// Reads who is there.
pub fn community() -> Result<Community, String> {
    parse("community.toml", include_str!("data/community.toml"))
}

/// Reads what has happened.
pub fn history() -> Result<History, String> {
    parse("history.toml", include_str!("data/history.toml"))
}

/// Reads what is known.
pub fn articles() -> Result<Articles, String> {
    parse("articles.toml", include_str!("data/articles.toml"))
}
