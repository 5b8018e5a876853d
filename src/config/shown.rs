//! What of the config the console may show: each key by name, and no secret.

use std::collections::BTreeSet;
use std::path::Path;

use console::{Shown, ShownFrom, ShownValue};
use serde_json::Value;
use toml::Table;

use super::Config;
use super::read::PREFIX;

/// How a value is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum How {
    /// As it is.
    Plain,
    /// As an address, without a name, password or query, since secrets travel in them.
    Address,
    /// Only whether there is one.
    Secret,
}

use How::{Address, Plain, Secret};

/// Every key that there is. One that is missing here is not shown, and fails a test.
const KEYS: &[(&str, &[(&str, How)])] = &[
    ("server", &[("listen", Plain), ("public_url", Address)]),
    (
        "console",
        &[
            ("trusted_proxies", Plain),
            ("proxy_header", Plain),
            ("second_factor_roles", Plain),
            ("idle_hours", Plain),
            ("session_hours", Plain),
            ("api_calls_per_minute", Plain),
            ("api_writes_per_minute", Plain),
        ],
    ),
    ("database", &[("url", Address), ("url_file", Plain)]),
    ("node", &[("name", Plain)]),
    ("log", &[("format", Plain), ("level", Plain)]),
    ("hall", &[("language", Plain), ("zone", Plain)]),
    ("platform", &[("brands", Plain), ("domains", Plain), ("allow_domains", Plain)]),
    ("moderation", &[("policy_file", Plain)]),
    (
        "announcements",
        &[("approve_from", Plain), ("approve_segments", Plain), ("cap", Plain), ("quiet", Plain)],
    ),
    (
        "answer",
        &[
            ("groups", Plain),
            ("question_confidence", Plain),
            ("trouble_confidence", Plain),
            ("direct_confidence", Plain),
            ("same_article_quiet_ms", Plain),
            ("per_minute_max", Plain),
            ("body_max_columns", Plain),
            ("buttons_live_ms", Plain),
            ("hello_every_ms", Plain),
        ],
    ),
    ("files", &[("dir", Plain), ("max_bytes", Plain), ("keep_days", Plain)]),
    (
        "retention",
        &[
            ("messages_days", Plain),
            ("tickets_days", Plain),
            ("cases_days", Plain),
            ("deliveries_days", Plain),
            ("outbox_days", Plain),
            ("webhooks_days", Plain),
        ],
    ),
    ("webhooks", &[("allow", Plain)]),
    (
        "telegram",
        &[
            ("token", Secret),
            ("token_file", Plain),
            ("api_url", Address),
            ("mode", Plain),
            ("webhook_secret", Secret),
            ("local_server", Plain),
            ("rate", Plain),
            ("chat_rate", Plain),
            ("group_rate", Plain),
            ("paid_broadcast", Plain),
        ],
    ),
    (
        "discord",
        &[
            ("token", Secret),
            ("token_file", Plain),
            ("api_url", Address),
            ("guilds", Plain),
            ("private_threads", Plain),
            ("rate", Plain),
            ("chat_rate", Plain),
            ("group_rate", Plain),
        ],
    ),
    (
        "onebot",
        &[
            ("listen", Plain),
            ("self_id", Plain),
            ("access_token", Secret),
            ("token_file", Plain),
            ("connect", Address),
            ("send_gap_ms", Plain),
            ("sends_per_day", Plain),
            ("rate", Plain),
            ("chat_rate", Plain),
            ("group_rate", Plain),
            ("catch_up_minutes", Plain),
            ("file_hosts", Plain),
            ("file_folder", Plain),
        ],
    ),
    ("sandbox", &[("enabled", Plain), ("folder", Plain)]),
];

/// Which keys were set, and where; as `section.key`.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sources {
    file: BTreeSet<String>,
    environment: BTreeSet<String>,
}

impl Sources {
    /// Of a config file that was read, and of the program's environment.
    pub(crate) fn of(path: &Path) -> Self {
        // It was read a moment ago; what cannot be read any more is in no file.
        let text = std::fs::read_to_string(path).unwrap_or_default();
        Self::of_text(&text, std::env::vars().map(|(name, _)| name))
    }

    fn of_text(text: &str, names: impl Iterator<Item = String>) -> Self {
        let mut file = BTreeSet::new();
        collect(&toml::from_str(text).unwrap_or_default(), "", &mut file);
        let ours = names.filter_map(|name| name.strip_prefix(PREFIX).map(str::to_ascii_lowercase));
        Self { file, environment: ours.map(|name| name.replace("__", ".")).collect() }
    }

    fn from(&self, path: &str) -> ShownFrom {
        if self.environment.contains(path) {
            ShownFrom::Environment
        } else if self.file.contains(path) {
            ShownFrom::File
        } else {
            ShownFrom::Default
        }
    }
}

fn collect(table: &Table, before: &str, into: &mut BTreeSet<String>) {
    for (key, value) in table {
        match value {
            toml::Value::Table(inner) => collect(inner, &format!("{before}{key}."), into),
            _ => {
                into.insert(format!("{before}{key}"));
            }
        }
    }
}

/// All keys with their values, as the program runs with them.
///
/// # Errors
/// One sentence when the config cannot be written down.
pub(crate) fn shown(config: &Config, sources: &Sources) -> Result<Vec<Shown>, String> {
    let written = |config: &Config| {
        serde_json::to_value(config).map_err(|error| format!("the config cannot be shown: {error}"))
    };
    let (all, usual) = (written(config)?, written(&Config::default())?);
    let mut shown = Vec::new();
    for (section, keys) in KEYS {
        shown.extend(of_section(&all[*section], section, keys, sources, Some(&usual[*section])));
        let accounts = all[*section]["accounts"].as_object();
        for (name, account) in accounts.into_iter().flatten() {
            shown.extend(of_section(account, &format!("{section}.accounts.{name}"), keys, sources, None));
        }
    }
    Ok(shown)
}

/// `usual`: what the section has where nobody set anything, as far as that is known. What is another value and stands
/// nowhere was set by the program, as a demo does.
fn of_section(
    values: &Value,
    section: &str,
    keys: &[(&str, How)],
    sources: &Sources,
    usual: Option<&Value>,
) -> Vec<Shown> {
    let there = keys.iter().filter(|(key, _)| !values[*key].is_null());
    let one = |(key, how): &(&str, How)| Shown {
        section: section.to_owned(),
        key: (*key).to_owned(),
        value: value(&values[*key], *how),
        from: match sources.from(&format!("{section}.{key}")) {
            ShownFrom::Default if usual.is_some_and(|usual| usual[*key] != values[*key]) => {
                ShownFrom::Program
            }
            from => from,
        },
    };
    there.map(one).collect()
}

fn value(value: &Value, how: How) -> ShownValue {
    let words = |value: &Value| match value {
        Value::String(text) if how == Address => address(text),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    match (how, value) {
        (Secret, value) => ShownValue::Secret(value.as_str().is_some_and(|text| !text.is_empty())),
        (_, Value::Array(all)) => ShownValue::Words(all.iter().map(words).collect::<Vec<_>>().join(", ")),
        (_, value) => ShownValue::Words(words(value)),
    }
}

/// An address without who is let in by it.
fn address(text: &str) -> String {
    if text.is_empty() || bot_core::store::sqlite_path(text).is_some() {
        return text.to_owned();
    }
    let Ok(mut url) = url::Url::parse(text) else { return "…".to_owned() };
    // An address that can have neither has none.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url.set_query(None);
    url.set_fragment(None);
    url.to_string()
}

#[cfg(test)]
mod tests {
    use super::super::SAMPLE;
    use super::*;

    fn keys(shown: &[Shown]) -> Vec<String> {
        shown.iter().map(|one| format!("{}.{}", one.section, one.key)).collect()
    }

    #[test]
    fn every_key_of_the_sample_is_shown_with_where_it_comes_from() {
        let sources = Sources::of_text(SAMPLE, ["GUILDHALL_HALL__ZONE".to_owned()].into_iter());
        let shown = shown(&Config::default(), &sources).unwrap();
        let mut sample: Vec<String> = sources.file.iter().cloned().collect();
        let mut found = keys(&shown);
        sample.sort();
        found.sort();
        assert_eq!(found, sample);
        let from = |section: &str, key: &str| {
            shown.iter().find(|one| one.section == section && one.key == key).unwrap().from
        };
        assert_eq!(from("hall", "zone"), ShownFrom::Environment);
        assert_eq!(from("hall", "language"), ShownFrom::File);
    }

    #[test]
    fn what_the_program_sets_by_itself_is_not_called_the_default() {
        let mut config = Config::default();
        config.sandbox.enabled = !config.sandbox.enabled;
        let shown = shown(&config, &Sources::of_text("", std::iter::empty())).unwrap();
        let set = shown.iter().filter(|one| one.from == ShownFrom::Program);
        assert_eq!(
            set.map(|one| (one.section.as_str(), one.key.as_str())).collect::<Vec<_>>(),
            [("sandbox", "enabled")]
        );
        assert!(shown.iter().all(|one| matches!(one.from, ShownFrom::Program | ShownFrom::Default)));
    }

    #[test]
    fn no_secret_is_shown() {
        let text = r#"
            [database]
            url = "postgres://hall:s3cret-1@db.example/guildhall?password=s3cret-2"
            [telegram]
            token = "1:s3cret-3"
            webhook_secret = "s3cret-4"
            api_url = "https://u:s3cret-5@bot.example/x?key=s3cret-6"
            [telegram.accounts.second]
            token = "2:s3cret-7"
            [discord]
            token = "s3cret-8"
            [onebot]
            access_token = "s3cret-9"
            connect = ["ws://127.0.0.1:3001/?access_token=s3cret-10"]
        "#;
        let config: Config = toml::from_str(text).unwrap();
        let shown = shown(&config, &Sources::of_text(text, std::iter::empty())).unwrap();
        let all = format!("{shown:?}");
        assert!(!all.contains("s3cret"), "{all}");
        let value = |section: &str, key: &str| {
            shown.iter().find(|one| one.section == section && one.key == key).unwrap().value.clone()
        };
        assert_eq!(value("telegram.accounts.second", "token"), ShownValue::Secret(true));
        assert_eq!(value("database", "url"), ShownValue::Words("postgres://db.example/guildhall".into()));
        assert_eq!(value("database", "url_file"), ShownValue::Words(String::new()));
    }
}
