//! The policy: what is looked for, what follows, and the reading of it from TOML.

mod fault;
mod pattern;
mod reader;
mod rule;
mod steps;

use std::sync::Arc;

use serde::{Deserialize, Serialize};

pub use fault::{FaultKind, PolicyFault};
pub(crate) use pattern::Pattern;

use crate::detect::Detector;
use crate::ladder::Ladder;
use crate::verdict::{Certainty, RuleId};
use reader::{Reader, Section};

/// The largest policy that is read, in bytes.
pub const SOURCE_UTF8_MAX: usize = 16 * 1_024 * 1_024;

const KEYS: &[&str] = &["version", "allow", "rule", "ladder"];
const VERSIONS: std::ops::Range<i64> = 1..1_000_000_001;
const MERCHANT_TOML: &str = include_str!("../../policies/merchant.toml");

/// A text in the two languages that people here read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bilingual {
    /// English.
    pub en: String,
    /// Simplified Chinese.
    #[serde(rename = "zh-CN")]
    pub zh_cn: String,
}

impl Bilingual {
    /// The same text in both languages.
    pub(crate) fn same(text: &str) -> Self {
        Self { en: text.to_owned(), zh_cn: text.to_owned() }
    }

    /// The text for a language tag: Chinese for `zh` and all that begins with it, English for every other.
    pub fn get(&self, language: &str) -> &str {
        let chinese = language.get(..2).is_some_and(|tag| tag.eq_ignore_ascii_case("zh"));
        if chinese { &self.zh_cn } else { &self.en }
    }
}

/// One rule, as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Rule {
    /// Its name, unique in the policy.
    pub id: RuleId,
    /// What people call it.
    pub title: Bilingual,
    /// What the person who broke it is told.
    pub message: Option<Bilingual>,
    /// Whether the bot acts on it or only shows it.
    pub action: Certainty,
    /// What it weighs on the ladder, from 1.
    pub points: u32,
    /// The deny words.
    pub words: Vec<String>,
    /// Whether a word must stand alone; `None`: letters yes, Han no.
    pub whole_word: Option<bool>,
    /// Phrases in which its words and expressions do not count.
    pub allow: Vec<String>,
    /// The regular expressions.
    pub regex: Vec<String>,
    /// The groups where it does not hold.
    pub exempt_groups: Vec<String>,
}

/// A policy that was read without fault and is ready to be used. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Policy {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    version: u32,
    rules: Vec<Rule>,
    allow: Vec<String>,
    ladder: Ladder,
    detector: Detector,
}

impl Policy {
    /// Reads a policy. Every fault is told with its place, at most 50 of them, in the order of the text.
    pub fn parse(toml: &str) -> Result<Self, Vec<PolicyFault>> {
        let mut reader = Reader::new(toml);
        let policy = read(&mut reader, toml.len());
        reader.finish(policy)
    }

    /// The shipped policy for merchant communities, in Chinese and English, as text.
    pub fn default_merchant_toml() -> &'static str {
        MERCHANT_TOML
    }

    /// The number that the policy's writer raises with each change.
    pub fn version(&self) -> u32 {
        self.inner.version
    }

    /// The rules, in the order of the text.
    pub fn rules(&self) -> &[Rule] {
        &self.inner.rules
    }

    /// The rule of that id.
    pub fn rule(&self, id: &str) -> Option<&Rule> {
        self.inner.rules.iter().find(|rule| rule.id.as_str() == id)
    }

    /// The phrases that every rule allows.
    pub fn allow(&self) -> &[String] {
        &self.inner.allow
    }

    /// How repeated offences rise.
    pub fn ladder(&self) -> &Ladder {
        &self.inner.ladder
    }

    pub(crate) fn detector(&self) -> &Detector {
        &self.inner.detector
    }
}

fn read(reader: &mut Reader<'_>, source_utf8_len: usize) -> Option<Policy> {
    if source_utf8_len > SOURCE_UTF8_MAX {
        reader.fault(0, FaultKind::TooMuch { what: "a policy", limit: "16 MiB" });
        return None;
    }
    let table = reader.document()?;
    let top = Section { table: &table, at: 0, place: "a policy" };
    reader.known_keys(top, KEYS);

    let version = reader.needed(top, "version").and_then(|v| reader.number("version", v, VERSIONS));
    let allow = rule::phrases(reader, top);
    let (rules, patterns) = rule::read_all(reader, top, &allow);
    let ladder = match top.get("ladder") {
        Some(value) => steps::read(reader, value)?,
        None => Ladder::default(),
    };
    if reader.has_faults() {
        return None;
    }
    let allow = rule::owned(&allow);
    match Detector::build(&rules, &allow, patterns) {
        Some(detector) => {
            let inner = Inner { version: version?, rules, allow, ladder, detector };
            Some(Policy { inner: Arc::new(inner) })
        }
        None => {
            reader.fault(0, FaultKind::TooMuch { what: "a policy", limit: "2 GiB of words when compiled" });
            None
        }
    }
}
