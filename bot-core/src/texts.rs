//! Every sentence that a person reads, in both languages, from the Fluent files in `locales/`.

use std::borrow::Cow;
use std::collections::BTreeMap;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
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

impl From<Text> for Arg {
    fn from(text: Text) -> Self {
        Self::Text(Box::new(text))
    }
}

/// Both languages, ready to speak.
pub struct Texts {
    en: FluentBundle<FluentResource>,
    zh: FluentBundle<FluentResource>,
}

impl Default for Texts {
    fn default() -> Self {
        Self::new()
    }
}

impl Texts {
    /// Reads the embedded files.
    pub fn new() -> Self {
        Self { en: bundle(Lang::En), zh: bundle(Lang::Zh) }
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
        for (name, value) in &text.args {
            let value: FluentValue<'t> = match value {
                Arg::Number(number) => (*number).into(),
                Arg::Words(words) => words.as_str().into(),
                Arg::Text(inner) => self.say(lang, inner).into(),
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
