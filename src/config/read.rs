//! Reads the config file and what the environment sets over it.

use std::collections::HashMap;
use std::path::Path;

use bot_core::chat::Lang;
use toml::{Table, Value};

use super::{Config, Fault};

/// What environment variables of ours begin with.
pub(super) const PREFIX: &str = "GUILDHALL_";

/// Reads a config file and the program's environment.
///
/// # Errors
/// The first fault, with line and column where it has them.
pub(crate) fn read(path: &Path) -> Result<Config, Fault> {
    let place = path.display().to_string();
    let text = std::fs::read_to_string(path)
        .map_err(|error| Fault::of(&place, format!("cannot be read: {error}")))?;
    read_text(&place, &text, std::env::vars())
}

/// Chinese where the system speaks it, English otherwise.
pub(crate) fn system_language() -> Lang {
    language_of(std::env::vars())
}

fn language_of(environment: impl Iterator<Item = (String, String)>) -> Lang {
    let environment: HashMap<String, String> = environment.collect();
    // The order in which a system's own programs ask.
    let said = ["LC_ALL", "LC_MESSAGES", "LANG"]
        .into_iter()
        .find_map(|name| environment.get(name).filter(|value| !value.is_empty()));
    said.and_then(|locale| Lang::from_tag(locale)).unwrap_or_default()
}

/// Reads a config from text and variables.
///
/// # Errors
/// The first fault, with line and column where it has them.
fn read_text(place: &str, text: &str, vars: impl Iterator<Item = (String, String)>) -> Result<Config, Fault> {
    // Read by itself first, so that faults of the file have their line and column.
    toml::from_str::<Config>(text).map_err(|error| Fault::of_toml(place, text, &error))?;
    let mut table: Table = toml::from_str(text).map_err(|error| Fault::of_toml(place, text, &error))?;
    let mut vars: Vec<(String, String)> =
        vars.filter(|(name, _)| name.starts_with(PREFIX) && name.contains("__")).collect();
    vars.sort();
    for (name, value) in vars {
        set(&mut table, &name, typed(&value))?;
        if let Err(message) = Config::deserialize_table(&table) {
            // A secret may be all digits: what does not fit as a number may fit as text.
            set(&mut table, &name, Value::String(value))?;
            Config::deserialize_table(&table).map_err(|_| Fault::of(&name, message))?;
        }
    }
    let mut config = Config::deserialize_table(&table).map_err(|message| Fault::of(place, message))?;
    read_secrets(place, &mut config)?;
    check(place, &config)?;
    Ok(config)
}

/// Sets what `GUILDHALL_<SECTION>__<KEY>` names; sections may lie in sections.
fn set(table: &mut Table, name: &str, value: Value) -> Result<(), Fault> {
    let path = name[PREFIX.len()..].to_ascii_lowercase();
    let Some((sections, key)) = path.rsplit_once("__") else { return Ok(()) };
    let mut section = table;
    for part in sections.split("__") {
        let inner = section.entry(part).or_insert_with(|| Value::Table(Table::new()));
        let Value::Table(inner) = inner else {
            return Err(Fault::of(name, "names a key where a section should be"));
        };
        section = inner;
    }
    section.insert(key.to_owned(), value);
    Ok(())
}

/// Numbers, booleans and lists as TOML writes them; everything else is text.
fn typed(value: &str) -> Value {
    let parsed =
        toml::from_str::<Table>(&format!("value = {value}")).ok().and_then(|mut table| table.remove("value"));
    match parsed {
        Some(value @ (Value::Integer(_) | Value::Boolean(_) | Value::Float(_) | Value::Array(_))) => value,
        _ => Value::String(value.to_owned()),
    }
}

impl Config {
    fn deserialize_table(table: &Table) -> Result<Self, String> {
        let text = toml::to_string(table).map_err(|error| error.to_string())?;
        toml::from_str(&text).map_err(|error| Fault::of_toml("", &text, &error).sentence)
    }
}

fn read_secrets(place: &str, config: &mut Config) -> Result<(), Fault> {
    let file = &config.database.url_file;
    if !file.as_os_str().is_empty() {
        let url = std::fs::read_to_string(file).map_err(|error| {
            Fault::of(place, format!("[database] url_file {} cannot be read: {error}", file.display()))
        })?;
        config.database.url = url.trim().to_owned();
    }
    config.telegram.read_files().map_err(|sentence| Fault::of(place, sentence))?;
    config.discord.read_files().map_err(|sentence| Fault::of(place, sentence))?;
    config.onebot.read_files().map_err(|sentence| Fault::of(place, sentence))
}

/// What types alone do not catch.
fn check(place: &str, config: &Config) -> Result<(), Fault> {
    let url = &config.database.url;
    if !["sqlite:", "postgres:", "postgresql:"].iter().any(|scheme| url.starts_with(scheme)) {
        return Err(Fault::of(place, "[database] url must begin with sqlite: or postgres:"));
    }
    let public = &config.server.public_url;
    if !public.is_empty() && !public.starts_with("http://") && !public.starts_with("https://") {
        return Err(Fault::of(place, "[server] public_url must begin with http:// or https://"));
    }
    let zone = config.zone().map_err(|sentence| Fault::of(place, sentence))?;
    config.console.settings(zone).map_err(|sentence| Fault::of(place, sentence))?;
    config.telegram.check(&config.public_url()).map_err(|sentence| Fault::of(place, sentence))?;
    if config.files.keep_days == 0 {
        return Err(Fault::of(place, "[files] keep_days must be 1 at least"));
    }
    config.discord.check().map_err(|sentence| Fault::of(place, sentence))?;
    config.onebot.check().map_err(|sentence| Fault::of(place, sentence))?;
    config.retention.check().map_err(|sentence| Fault::of(place, sentence))?;
    config.webhooks.check().map_err(|sentence| Fault::of(place, sentence))?;
    let announcements = config.announcements.check();
    announcements.map_err(|sentence| Fault::of(place, format!("[announcements] {sentence}")))?;
    config.answer.check().map_err(|sentence| Fault::of(place, format!("[answer] {sentence}")))
}

#[cfg(test)]
mod tests {
    use super::super::SAMPLE;
    use super::*;

    fn read_with(text: &str, vars: &[(&str, &str)]) -> Result<Config, String> {
        let vars = vars.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        read_text("hall.toml", text, vars).map_err(|fault| fault.to_string())
    }

    #[test]
    fn the_system_says_which_language_it_speaks() {
        let of = |vars: &[(&str, &str)]| {
            language_of(vars.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())))
        };
        assert_eq!(of(&[("LANG", "zh_CN.UTF-8")]), Lang::Zh);
        assert_eq!(of(&[("LANG", "zh_CN.UTF-8"), ("LC_ALL", "en_GB.UTF-8")]), Lang::En);
        assert_eq!(of(&[("LANG", "zh_CN.UTF-8"), ("LC_ALL", "")]), Lang::Zh);
        assert_eq!(of(&[("LANG", "C")]), Lang::En);
        assert_eq!(of(&[]), Lang::En);
    }

    #[test]
    fn the_sample_is_the_default_and_names_every_key() {
        assert_eq!(read_with(SAMPLE, &[]), Ok(Config::default()));
        let sample: Table = toml::from_str(SAMPLE).unwrap();
        let all = Table::try_from(Config::default()).unwrap();
        for (section, keys) in &all {
            let in_sample = sample[section].as_table().unwrap();
            for key in keys.as_table().unwrap().keys() {
                assert!(in_sample.contains_key(key), "[{section}] {key} is missing in the sample");
            }
        }
    }

    #[test]
    fn an_empty_file_is_the_default() {
        assert_eq!(read_with("", &[]), Ok(Config::default()));
    }

    #[test]
    fn faults_have_their_place_and_the_nearest_right_key() {
        let cases = [
            (
                "[server]\nlissen = \"x\"",
                "hall.toml:2:1: there is no key `lissen` here; did you mean `listen`?",
            ),
            ("[servr]\n", "hall.toml:1:2: there is no key `servr` here; did you mean `server`?"),
            (
                "[log]\n  format = \"jsn\"",
                "hall.toml:2:12: there is no value `jsn` here; did you mean `json`?",
            ),
            (
                "[sandbox]\nenabled = \"yes\"",
                "hall.toml:2:11: invalid type: string \"yes\", expected a boolean",
            ),
            (
                "[server]\nlisten = \"nowhere\"",
                "hall.toml:2:10: an address and a port are needed here, such as 127.0.0.1:8080",
            ),
        ];
        for (text, sentence) in cases {
            assert_eq!(read_with(text, &[]), Err(sentence.to_owned()), "{text}");
        }
        assert!(read_with("[server\n", &[]).unwrap_err().starts_with("hall.toml:1:8: "));
    }

    #[test]
    fn values_that_only_look_right_are_refused() {
        for (text, part) in [
            ("[database]\nurl = \"mysql:x\"", "must begin with sqlite: or postgres:"),
            ("[hall]\nzone = \"Mars/Base\"", "is not an IANA time zone"),
            ("[console]\ntrusted_proxies = [\"nginx\"]", "`nginx` is neither an address"),
            (
                "[announcements]\napprove_segments = [\"crown\"]",
                "[announcements] approve_segments: `crown` is none",
            ),
            ("[announcements]\ncap = \"3 a week\"", "[announcements] cap: `3 a week` is none"),
            ("[announcements]\nquiet = \"at night\"", "[announcements] quiet: `at night` is none"),
            ("[answer]\ntrouble_confidence = 1.5", "[answer] trouble_confidence must lie between 0 and 1"),
            ("[webhooks]\nallow = [\"localhost\"]", "[webhooks] allow: `localhost` is neither an address"),
            ("[files]\nkeep_days = 0", "[files] keep_days must be 1 at least"),
            ("[answer]\nper_minute_max = -1", "[answer] per_minute_max must not be negative"),
            ("[server]\npublic_url = \"hall.example\"", "must begin with http:// or https://"),
            ("[database]\nurl_file = \"/nowhere/at/all\"", "url_file /nowhere/at/all cannot be read"),
        ] {
            let said = read_with(text, &[]).unwrap_err();
            assert!(said.contains(part), "{said}");
        }
    }

    #[test]
    fn the_environment_sets_every_key_and_is_checked_by_name() {
        let config = read_with(
            "",
            &[
                ("GUILDHALL_SERVER__LISTEN", "0.0.0.0:9"),
                ("GUILDHALL_SANDBOX__ENABLED", "true"),
                ("GUILDHALL_LOG__LEVEL", "debug"),
                ("GUILDHALL_TELEGRAM__WEBHOOK_SECRET", "1234567890123456"),
            ],
        )
        .unwrap();
        assert_eq!(
            (config.server.listen.port(), config.sandbox.enabled, config.log.level.as_str()),
            (9, true, "debug")
        );
        let token = "123456:AAH-abc_DEF0123456789";
        let more = ("GUILDHALL_TELEGRAM__ACCOUNTS__SUPPORT__TOKEN", "654321:AAH-abc_DEF0123456789");
        let config = read_with("", &[("GUILDHALL_TELEGRAM__TOKEN", token), more]).unwrap();
        let names: Vec<String> = config.telegram.all().map(|(name, _)| name).collect();
        assert_eq!(names, ["telegram", "telegram.support"]);
        assert!(!format!("{config:?}").contains("AAH-abc"), "a token is never shown");
        assert_eq!(
            read_with("", &[("GUILDHALL_SERVER__LISTN", "x")]),
            Err("GUILDHALL_SERVER__LISTN: there is no key `listn` here; did you mean `listen`?".to_owned())
        );
        assert_eq!(read_with("", &[("GUILDHALL_HOME", "/x"), ("OTHER__KEY", "1")]), Ok(Config::default()));
    }
}
