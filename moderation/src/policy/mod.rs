//! The policy: what is looked for, what follows, and the reading of it from TOML.

mod change;
mod conditions;
mod fault;
mod findings;
mod load;
mod pattern;
mod preset;
mod read_rule;
mod reader;
mod rule;
mod steps;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

pub use fault::{FaultKind, PolicyFault};
pub use findings::{Around, Finding, FindingKind};
pub use load::{Find, Parameters};
pub(crate) use pattern::{Pattern, Search};
pub use preset::PRESETS;
pub use rule::{Need, Part, Place, Rule};

use crate::behaviour::TriggerKind;
use crate::detect::Detector;
use crate::entity::{Domains, EntityKind};
use crate::fold::fold_word;
use crate::ladder::Ladder;
use crate::learner;
use load::Loading;

/// The largest policy that is read, in bytes, with all that it imports.
pub const SOURCE_UTF8_MAX: usize = 16 * 1_024 * 1_024;

/// The score from which a message is shown to a moderator, where the policy does not say.
const FLAG: u32 = 40;
/// The score from which the bot acts, where the policy does not say.
const ACT: u32 = 100;

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

/// From which scores something follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Thresholds {
    /// A moderator should look.
    pub flag: u32,
    /// The bot acts.
    pub act: u32,
}

impl Default for Thresholds {
    fn default() -> Self {
        Self { flag: FLAG, act: ACT }
    }
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
    by_id: HashMap<String, usize>,
    allow: Vec<String>,
    thresholds: Thresholds,
    ladder: Ladder,
    ladders: BTreeMap<String, Ladder>,
    learner_from_percent: Option<u32>,
    codes_a_minute: u32,
    domains: Domains,
    traits: Traits,
    asking: Vec<Asking>,
    defending: Vec<bool>,
    seeking: Vec<(usize, Vec<bool>)>,
    detector: Detector,
}

/// A rule that asks for others, by their places among the rules; all of them stand before it.
#[derive(Debug)]
pub(crate) struct Asking {
    /// The rule.
    pub(crate) rule: usize,
    /// For each of its needs the rules of which one is enough.
    pub(crate) needs: Vec<Vec<usize>>,
    /// The rules that must not have fired.
    pub(crate) unless: Vec<usize>,
}

/// What any rule of a policy looks for, so that nothing else is looked for.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Traits {
    pub(crate) entities: bool,
    pub(crate) behaviour: bool,
    pub(crate) names: bool,
    /// Whether there are rules that only speak for a message.
    pub(crate) defences: bool,
}

impl Policy {
    /// Reads a policy that imports nothing but shipped ones. Every fault is told with its place, at most 50 of them, in
    /// the order of the text.
    ///
    /// # Errors
    /// The faults.
    pub fn parse(toml: &str) -> Result<Self, Vec<PolicyFault>> {
        Self::load(
            toml,
            &Parameters::default(),
            &|_| Err("only shipped policies can be imported here".into()),
        )
    }

    /// Reads a policy for a deployment, with what it imports: shipped ones by name, others through `find`.
    ///
    /// # Errors
    /// The faults of the first text that has any.
    pub fn load(toml: &str, parameters: &Parameters, find: Find<'_>) -> Result<Self, Vec<PolicyFault>> {
        let mut loading = Loading::new(parameters, find);
        loading.read(None, toml)?;
        loading.check()?;
        let whole = |kind| vec![PolicyFault::at(&Place::first(), kind)];
        let missing = FaultKind::MissingKey { place: "a policy", key: "version" };
        let version = loading.version().ok_or_else(|| whole(missing))?;
        let (ladder, thresholds) = (loading.ladder(), loading.thresholds());
        let draft = loading.whole;
        let detector = Detector::build(&draft.rules, &draft.allow, draft.patterns).ok_or_else(|| {
            whole(FaultKind::TooMuch { what: "a policy", limit: "2 GiB of words when compiled" })
        })?;
        let asking = asking(&draft.rules);
        let by_id = draft.rules.iter().enumerate().map(|(at, rule)| (rule.id.to_string(), at)).collect();
        let inner = Inner {
            version,
            traits: Traits::of(&draft.rules),
            defending: defending(&draft.rules, &asking),
            seeking: seeking(&draft.rules),
            asking,
            domains: Domains::new(parameters, draft.deny_domains),
            rules: draft.rules,
            by_id,
            allow: draft.allow,
            thresholds,
            ladder,
            ladders: draft.ladders,
            learner_from_percent: draft.learner_from_percent,
            codes_a_minute: draft.codes_a_minute.unwrap_or(0),
            detector,
        };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// The shipped policy of that name, as text.
    pub fn preset(name: &str) -> Option<&'static str> {
        preset::text(name)
    }

    /// The shipped policy for merchant communities, in Chinese and English, as text.
    pub fn default_merchant_toml() -> &'static str {
        preset::text("merchant").unwrap_or_default()
    }

    /// Whether a word can be found at all: it has characters that somebody sees, and not too many.
    pub fn can_find(word: &str) -> bool {
        word.len() <= 1_024 && !fold_word(word).is_empty()
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
        self.rule_index(id).map(|at| &self.inner.rules[at])
    }

    /// What a rule is called for people. The learner has a title of its own; what the policy doesn't have is called by
    /// its id.
    pub fn title_of(&self, id: &str) -> Bilingual {
        match self.rule(id) {
            Some(rule) => rule.title.clone(),
            None if id == learner::RULE => Bilingual {
                en: "Reads like a violation".to_owned(),
                zh_cn: "读起来像违规内容".to_owned(),
            },
            None => Bilingual::same(id),
        }
    }

    pub(crate) fn rule_index(&self, id: &str) -> Option<usize> {
        self.inner.by_id.get(id).copied()
    }

    /// The phrases that every rule allows.
    pub fn allow(&self) -> &[String] {
        &self.inner.allow
    }

    /// From which scores something follows.
    pub fn thresholds(&self) -> Thresholds {
        self.inner.thresholds
    }

    /// How repeated offences rise.
    pub fn ladder(&self) -> &Ladder {
        &self.inner.ladder
    }

    /// How repeated offences against a rule rise.
    pub fn ladder_of(&self, rule: &str) -> &Ladder {
        let named = self.rule(rule).and_then(|rule| rule.ladder.as_ref());
        named.and_then(|name| self.inner.ladders.get(name)).unwrap_or(&self.inner.ladder)
    }

    /// What is odd about the policy though it can be used, as things stand around it: rules that can never fire or
    /// count, rules that another one makes needless, and dead words.
    pub fn findings(&self, around: &Around<'_>) -> Vec<Finding> {
        findings::of(self, around)
    }

    /// From which probability, in percent, what was learnt flags a message; `None`: never.
    pub fn learner_from_percent(&self) -> Option<u32> {
        self.inner.learner_from_percent
    }

    /// How many earlier messages of a writer make a difference at the most, to rules that look at first messages; `None`
    /// where none does, and nobody need count them.
    pub fn early_messages(&self) -> Option<u32> {
        let triggers = self.rules().iter().flat_map(|rule| &rule.behaviour);
        triggers
            .filter(|trigger| trigger.kind == TriggerKind::EarlyMessage)
            .map(|trigger| trigger.count)
            .max()
    }

    /// In how many pictures a minute the caller is asked to look for QR codes; 0: in none.
    pub fn codes_a_minute(&self) -> u32 {
        self.inner.codes_a_minute
    }

    pub(crate) fn domains(&self) -> &Domains {
        &self.inner.domains
    }

    /// The rules that ask for others, in order.
    pub(crate) fn asking(&self) -> &[Asking] {
        &self.inner.asking
    }

    /// The rules that look for things besides words, each with the kinds that it looks for, by their place among all.
    pub(crate) fn seeking(&self) -> &[(usize, Vec<bool>)] {
        &self.inner.seeking
    }

    /// Whether a rule only ever speaks for a message, so that it matters only where something speaks against it.
    pub(crate) fn defends(&self, rule: usize) -> bool {
        self.inner.defending[rule]
    }

    pub(crate) fn traits(&self) -> Traits {
        self.inner.traits
    }

    pub(crate) fn detector(&self) -> &Detector {
        &self.inner.detector
    }
}

fn asking(rules: &[Rule]) -> Vec<Asking> {
    let meant = |at: usize, need: &Need| -> Vec<usize> {
        (0..at).filter(|other| need.means(rules[*other].id.as_str())).collect()
    };
    let asks = |(at, rule): (usize, &Rule)| {
        let needs: Vec<_> = rule.needs.iter().map(|need| meant(at, need)).collect();
        let unless: Vec<_> = rule.unless.iter().flat_map(|need| meant(at, need)).collect();
        (!rule.needs.is_empty() || !rule.unless.is_empty()).then_some(Asking { rule: at, needs, unless })
    };
    rules.iter().enumerate().filter_map(asks).collect()
}

/// The rules that take from the score and that no other rule needs.
fn defending(rules: &[Rule], asking: &[Asking]) -> Vec<bool> {
    let needed =
        |at: usize| asking.iter().any(|asking| asking.needs.iter().flatten().any(|need| *need == at));
    rules.iter().enumerate().map(|(at, rule)| rule.score < 0 && !needed(at)).collect()
}

fn seeking(rules: &[Rule]) -> Vec<(usize, Vec<bool>)> {
    let wants = |rule: &Rule, kind: EntityKind| rule.entities.iter().any(|wanted| kind.is_a(*wanted));
    let of = |rule: &Rule| EntityKind::ALL.iter().map(|kind| wants(rule, *kind)).collect();
    let seeks = rules.iter().enumerate().filter(|(_, rule)| !rule.entities.is_empty());
    seeks.map(|(at, rule)| (at, of(rule))).collect()
}

impl Traits {
    fn of(rules: &[Rule]) -> Self {
        Self {
            entities: rules.iter().any(|rule| !rule.entities.is_empty()),
            behaviour: rules.iter().any(|rule| !rule.behaviour.is_empty()),
            names: rules.iter().any(|rule| rule.looks_into(true)),
            defences: rules.iter().any(|rule| rule.score < 0),
        }
    }
}
