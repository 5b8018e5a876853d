//! Every sentence that a person reads, in both languages, from the Fluent files in `locales/`.

use std::borrow::Cow;
use std::collections::BTreeMap;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use rust_embed::RustEmbed;
use serde::{Deserialize, Serialize};
use unic_langid::LanguageIdentifier;

use crate::chat::Lang;

/// One file a feature and language: `locales/en/ticket.ftl`.
#[derive(RustEmbed)]
#[folder = "locales"]
struct Locales;

/// A sentence not yet in any language: its key and what goes into it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Text {
    /// The key in the Fluent files.
    pub key: Cow<'static, str>,
    /// What goes into it, by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub args: BTreeMap<Cow<'static, str>, Arg>,
}

/// What goes into a sentence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Arg {
    /// A number, which may choose a plural form.
    Number(i64),
    /// Words, as they are.
    Words(String),
    /// Another sentence, said in the same language.
    Text(Box<Text>),
    /// A time, shown in the hall's zone.
    Moment(Moment),
}

/// A time that goes into a sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moment {
    /// Unix milliseconds.
    pub at_ms: i64,
}

/// Makes a [`Text`]: `text!("ticket-opened", no = ticket.no, name = &name)`.
#[macro_export]
macro_rules! text {
    ($key:literal $(, $name:ident = $value:expr)* $(,)?) => {
        $crate::texts::Text::new($key)$(.with(stringify!($name), $value))*
    };
}

impl Text {
    /// A sentence that takes nothing.
    pub const fn new(key: &'static str) -> Self {
        Self { key: Cow::Borrowed(key), args: BTreeMap::new() }
    }

    /// Puts a value in.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<Arg>) -> Self {
        self.args.insert(Cow::Borrowed(name), value.into());
        self
    }
}

impl From<i64> for Arg {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl From<usize> for Arg {
    fn from(number: usize) -> Self {
        Self::Number(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

impl From<&str> for Arg {
    fn from(words: &str) -> Self {
        Self::Words(words.to_owned())
    }
}

impl From<String> for Arg {
    fn from(words: String) -> Self {
        Self::Words(words)
    }
}

impl From<&String> for Arg {
    fn from(words: &String) -> Self {
        Self::Words(words.clone())
    }
}

impl From<Moment> for Arg {
    fn from(moment: Moment) -> Self {
        Self::Moment(moment)
    }
}

impl From<Text> for Arg {
    fn from(text: Text) -> Self {
        Self::Text(Box::new(text))
    }
}

/// Both languages, ready to speak.
pub struct Texts {
    en: FluentBundle<FluentResource>,
    zh: FluentBundle<FluentResource>,
    zone: TimeZone,
}

impl Texts {
    /// Reads the embedded files. Times are shown in `zone`.
    pub fn new(zone: TimeZone) -> Self {
        Self { en: bundle(Lang::En), zh: bundle(Lang::Zh), zone }
    }

    /// The zone in which times are shown, and meant where none is given.
    pub fn zone(&self) -> &TimeZone {
        &self.zone
    }

    /// A time, unix milliseconds, as it is shown: `2026-11-22 18:00 (UTC+8)`.
    pub fn moment(&self, at_ms: i64) -> String {
        let Ok(at) = Timestamp::from_millisecond(at_ms) else { return at_ms.to_string() };
        let at = at.to_zoned(self.zone.clone());
        let minutes = at.offset().seconds() / 60;
        let (sign, minutes) = (if minutes < 0 { '-' } else { '+' }, minutes.unsigned_abs());
        let zone = match (minutes / 60, minutes % 60) {
            (0, 0) => "UTC".to_owned(),
            (hours, 0) => format!("UTC{sign}{hours}"),
            (hours, minutes) => format!("UTC{sign}{hours}:{minutes:02}"),
        };
        format!("{} ({zone})", at.strftime("%Y-%m-%d %H:%M"))
    }

    /// A sentence in a language. What is missing in one language is said in the other; a key that nobody
    /// knows is shown as it is, and a test keeps that from happening.
    pub fn say(&self, lang: Lang, text: &Text) -> String {
        let order = match lang {
            Lang::En => [&self.en, &self.zh],
            Lang::Zh => [&self.zh, &self.en],
        };
        let args = self.arguments(lang, text);
        if let Some(said) = order.into_iter().find_map(|bundle| format(bundle, &text.key, &args)) {
            return said;
        }
        tracing::warn!(key = %text.key, "a sentence is missing in both languages");
        text.key.clone().into_owned()
    }

    /// Whether a language has a sentence under this key.
    pub fn has(&self, lang: Lang, key: &str) -> bool {
        let bundle = if lang == Lang::En { &self.en } else { &self.zh };
        match key.split_once('.') {
            Some((message, attribute)) => {
                bundle.get_message(message).is_some_and(|found| found.get_attribute(attribute).is_some())
            }
            None => bundle.get_message(key).is_some_and(|found| found.value().is_some()),
        }
    }

    fn arguments<'t>(&self, lang: Lang, text: &'t Text) -> FluentArgs<'t> {
        let mut args = FluentArgs::new();
        // Any sentence may say in which zone its times are.
        args.set("zone", self.zone.iana_name().unwrap_or("UTC").to_owned());
        for (name, value) in &text.args {
            let value: FluentValue<'t> = match value {
                Arg::Number(number) => (*number).into(),
                Arg::Words(words) => words.as_str().into(),
                Arg::Text(inner) => self.say(lang, inner).into(),
                Arg::Moment(moment) => self.moment(moment.at_ms).into(),
            };
            args.set(name.as_ref(), value);
        }
        args
    }
}

/// The message of a key, or the attribute of `message.attribute`, with what goes into it.
fn format(bundle: &FluentBundle<FluentResource>, key: &str, args: &FluentArgs<'_>) -> Option<String> {
    let pattern = match key.split_once('.') {
        Some((message, attribute)) => bundle.get_message(message)?.get_attribute(attribute)?.value(),
        None => bundle.get_message(key)?.value()?,
    };
    let mut faults = Vec::new();
    let said = bundle.format_pattern(pattern, Some(args), &mut faults).into_owned();
    if !faults.is_empty() {
        tracing::warn!(key, ?faults, "a sentence did not get what it needs");
    }
    Some(said)
}

fn bundle(lang: Lang) -> FluentBundle<FluentResource> {
    let id: LanguageIdentifier = lang.tag().parse().unwrap_or_default();
    let mut bundle = FluentBundle::new_concurrent(vec![id]);
    // Names are cleaned of direction marks before they get here; isolating marks would end up in chat.
    bundle.set_use_isolating(false);
    let folder = format!("{}/", lang.tag());
    for path in Locales::iter().filter(|path| path.starts_with(&folder)) {
        let Some(file) = Locales::get(&path) else { continue };
        let source = String::from_utf8_lossy(&file.data).into_owned();
        let resource = FluentResource::try_new(source).unwrap_or_else(|(resource, faults)| {
            tracing::error!(%path, ?faults, "a Fluent file has faults");
            resource
        });
        if let Err(faults) = bundle.add_resource(resource) {
            tracing::error!(%path, ?faults, "a sentence stands twice");
        }
    }
    bundle
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_shown_with_what_the_clock_there_says() {
        let shown = |zone: &str, at_ms| Texts::new(TimeZone::get(zone).unwrap()).moment(at_ms);
        assert_eq!(shown("Asia/Shanghai", 1_795_248_000_000), "2026-11-21 16:00 (UTC+8)");
        assert_eq!(shown("Asia/Kathmandu", 1_795_248_000_000), "2026-11-21 13:45 (UTC+5:45)");
        assert_eq!(shown("America/St_Johns", 1_795_248_000_000), "2026-11-21 04:30 (UTC-3:30)");
        assert_eq!(shown("Europe/London", 1_795_248_000_000), "2026-11-21 08:00 (UTC)");
        assert_eq!(shown("Europe/London", 1_814_436_000_000), "2027-07-01 11:00 (UTC+1)");
    }

    #[test]
    fn a_kept_sentence_is_read_back_as_it_was() {
        let text = crate::text!("when-past", when = Moment { at_ms: 7 }, no = 3_i64, name = "x");
        let kept = serde_json::to_string(&text).unwrap();
        assert_eq!(serde_json::from_str::<Text>(&kept).unwrap(), text);
    }
}
