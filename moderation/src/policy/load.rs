//! Reads a policy with all that it imports, and puts the parts together.

use std::collections::BTreeMap;

use super::change::Change;
use super::fault::{FaultKind, PolicyFault};
use super::pattern::Pattern;
use super::reader::{Reader, Section};
use super::rule::{Place, Rule};
use super::{SOURCE_UTF8_MAX, Thresholds, change, preset, read_rule, steps};
use crate::entity::domain;
use crate::ladder::Ladder;

const KEYS: &[&str] = &[
    "version",
    "import",
    "allow",
    "deny_domains",
    "thresholds",
    "rule",
    "change",
    "ladder",
    "ladders",
    "learner",
    "pictures",
];
const LEARNER_KEYS: &[&str] = &["flag_from_percent"];
/// Less sure than this it would flag what is more likely harmless than not, by far.
const PERCENT: std::ops::Range<i64> = 30..101;
const PICTURES_KEYS: &[&str] = &["codes_a_minute"];
const CODES_A_MINUTE: std::ops::Range<i64> = 0..1_001;
const THRESHOLD_KEYS: &[&str] = &["flag", "act"];
const VERSIONS: std::ops::Range<i64> = 1..1_000_000_001;
const THRESHOLDS: std::ops::Range<i64> = 1..10_001;
/// More policies than this are not put together.
const FILES_MAX: usize = 64;

/// What the deployment says of itself, so that one policy serves them all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Parameters {
    /// The names under which people know the platform; `{brand}` stands for them in words and expressions.
    pub brands: Vec<String>,
    /// Domains of the platform's own: never a finding, and what looks like one of them is.
    pub own_domains: Vec<String>,
    /// Domains of others that are never a finding.
    pub allow_domains: Vec<String>,
}

/// Gives the text of a policy that another one imports, or says in a sentence why it cannot.
pub type Find<'f> = &'f dyn Fn(&str) -> Result<String, String>;

/// What one text says.
#[derive(Default)]
pub(super) struct Draft {
    version: Option<u32>,
    imports: Vec<(String, Place)>,
    pub(super) allow: Vec<String>,
    pub(super) deny_domains: Vec<String>,
    flag: Option<u32>,
    act: Option<u32>,
    pub(super) rules: Vec<Rule>,
    pub(super) patterns: Vec<Vec<Pattern>>,
    changes: Vec<Change>,
    ladder: Option<Ladder>,
    pub(super) learner_from_percent: Option<u32>,
    pub(super) codes_a_minute: Option<u32>,
    pub(super) ladders: BTreeMap<String, Ladder>,
}

/// The parts of a policy on their way together.
pub(super) struct Loading<'a> {
    parameters: &'a Parameters,
    find: Find<'a>,
    /// The names of the policies that are being read, outermost first.
    open: Vec<String>,
    /// The names of those that were read.
    done: Vec<String>,
    utf8_len: usize,
    pub(super) whole: Draft,
}

impl<'a> Loading<'a> {
    pub(super) fn new(parameters: &'a Parameters, find: Find<'a>) -> Self {
        Self { parameters, find, open: Vec::new(), done: Vec::new(), utf8_len: 0, whole: Draft::default() }
    }

    pub(super) fn version(&self) -> Option<u32> {
        self.whole.version
    }

    pub(super) fn ladder(&self) -> Ladder {
        self.whole.ladder.clone().unwrap_or_default()
    }

    pub(super) fn thresholds(&self) -> Thresholds {
        let usual = Thresholds::default();
        Thresholds { flag: self.whole.flag.unwrap_or(usual.flag), act: self.whole.act.unwrap_or(usual.act) }
    }

    /// Reads one text and, before it, what it imports. `name` is `None` for the policy itself.
    pub(super) fn read(&mut self, name: Option<&str>, toml: &str) -> Result<(), Vec<PolicyFault>> {
        self.utf8_len = self.utf8_len.saturating_add(toml.len());
        let mut reader = Reader::new(toml, name);
        let draft = if self.utf8_len > SOURCE_UTF8_MAX {
            reader.fault(0, FaultKind::TooMuch { what: "a policy", limit: "16 MiB" });
            None
        } else {
            read(&mut reader, self.parameters)
        };
        let draft = reader.finish(draft)?;
        self.open.push(name.unwrap_or_default().to_owned());
        for (import, place) in &draft.imports {
            self.import(import, place)?;
        }
        self.done.extend(self.open.pop());
        self.merge(draft)
    }

    fn import(&mut self, name: &str, place: &Place) -> Result<(), Vec<PolicyFault>> {
        let fault = |kind| vec![PolicyFault::at(place, kind)];
        if self.open.iter().any(|open| open == name) {
            let mut way = self.open[1..].to_vec();
            way.push(name.to_owned());
            return Err(fault(FaultKind::ImportCycle { way: way.join(" → ") }));
        }
        if self.done.iter().any(|done| done == name) {
            return Ok(());
        }
        if self.done.len() + self.open.len() >= FILES_MAX {
            return Err(fault(FaultKind::TooMuch { what: "a policy", limit: "64 imports" }));
        }
        let text = match preset::text(name) {
            Some(text) => text.to_owned(),
            None => {
                (self.find)(name).map_err(|why| fault(FaultKind::BadImport { name: name.to_owned(), why }))?
            }
        };
        self.read(Some(name), &text)
    }

    /// Puts what one text says on top of what was read before it.
    fn merge(&mut self, draft: Draft) -> Result<(), Vec<PolicyFault>> {
        let whole = &mut self.whole;
        whole.version = draft.version.or(whole.version);
        whole.allow.extend(draft.allow);
        whole.deny_domains.extend(draft.deny_domains);
        whole.flag = draft.flag.or(whole.flag);
        whole.act = draft.act.or(whole.act);
        whole.ladder = draft.ladder.or(whole.ladder.take());
        whole.ladders.extend(draft.ladders);
        whole.learner_from_percent = draft.learner_from_percent.or(whole.learner_from_percent);
        whole.codes_a_minute = draft.codes_a_minute.or(whole.codes_a_minute);
        for (rule, patterns) in draft.rules.into_iter().zip(draft.patterns) {
            match whole.rules.iter().position(|known| known.id == rule.id) {
                Some(at) => {
                    whole.rules[at] = rule;
                    whole.patterns[at] = patterns;
                }
                None => {
                    whole.rules.push(rule);
                    whole.patterns.push(patterns);
                }
            }
        }
        for change in &draft.changes {
            change.apply(&mut whole.rules, &mut whole.patterns)?;
        }
        Ok(())
    }

    /// What only the whole can be held to: names of other rules and of ladders, thresholds.
    pub(super) fn check(&self) -> Result<(), Vec<PolicyFault>> {
        let (thresholds, mut faults) = (self.thresholds(), Vec::new());
        if thresholds.flag > thresholds.act {
            let (flag, act) = (thresholds.flag, thresholds.act);
            faults.push(PolicyFault::at(&Place::first(), FaultKind::ThresholdsCross { flag, act }));
        }
        for (at, rule) in self.whole.rules.iter().enumerate() {
            let fault = |kind| PolicyFault::at(&rule.at, kind);
            for need in rule.needs.iter().chain(&rule.unless) {
                if !self.whole.rules[..at].iter().any(|other| need.means(other.id.as_str())) {
                    let (id, name) = (rule.id.to_string(), need.to_string());
                    faults.push(fault(FaultKind::NoSuchRuleBefore { id, name }));
                }
            }
            if let Some(name) = rule.ladder.as_ref().filter(|name| !self.whole.ladders.contains_key(*name)) {
                faults.push(fault(FaultKind::NoSuchLadder { name: name.clone() }));
            }
        }
        if faults.is_empty() { Ok(()) } else { Err(faults) }
    }
}

fn read(reader: &mut Reader<'_>, parameters: &Parameters) -> Option<Draft> {
    let table = reader.document()?;
    let top = Section { table: &table, at: 0, place: "a policy" };
    reader.known_keys(top, KEYS);
    let imports: Vec<(String, Place)> = imports(reader, top);
    // Whoever only imports need not count versions of their own.
    let version = match top.get("version") {
        None if !imports.is_empty() => None,
        _ => reader.needed(top, "version").and_then(|value| reader.number("version", value, VERSIONS)),
    };
    let allow = read_rule::phrases(reader, top);
    let deny_domains = domains(reader, top);
    let (rules, patterns) = read_rule::read_all(reader, top, &allow, parameters).into_iter().unzip();
    let (flag, act) = thresholds(reader, top);
    let changes = change::read_all(reader, top);
    let ladder = top.get("ladder").and_then(|value| steps::read(reader, value));
    let ladders = ladders(reader, top);
    let draft = Draft {
        version,
        imports,
        allow: read_rule::owned(&allow),
        deny_domains,
        flag,
        act,
        rules,
        patterns,
        changes,
        ladder,
        learner_from_percent: learner(reader, top),
        codes_a_minute: pictures(reader, top),
        ladders,
    };
    (!reader.has_faults()).then_some(draft)
}

fn imports(reader: &mut Reader<'_>, top: Section<'_, '_>) -> Vec<(String, Place)> {
    let texts = reader.texts(top, "import");
    let placed = texts.iter().map(|text| (text.value.to_owned(), reader.place_of(text.at)));
    placed.collect()
}

fn domains(reader: &mut Reader<'_>, top: Section<'_, '_>) -> Vec<String> {
    let mut read = Vec::new();
    for text in reader.texts(top, "deny_domains") {
        match domain::plain(text.value) {
            Some(domain) => read.push(domain),
            None => reader.fault(text.at, FaultKind::BadDomain { text: super::reader::clip(text.value) }),
        }
    }
    read
}

fn thresholds(reader: &mut Reader<'_>, top: Section<'_, '_>) -> (Option<u32>, Option<u32>) {
    let Some(value) = top.get("thresholds") else { return (None, None) };
    let Some(section) = reader.table("thresholds", "thresholds", value) else { return (None, None) };
    reader.known_keys(section, THRESHOLD_KEYS);
    let mut one = |key| section.get(key).and_then(|value| reader.number(key, value, THRESHOLDS));
    (one("flag"), one("act"))
}

/// From which probability, in percent, the learner flags.
fn learner(reader: &mut Reader<'_>, top: Section<'_, '_>) -> Option<u32> {
    let section = reader.table("learner", "the learner", top.get("learner")?)?;
    reader.known_keys(section, LEARNER_KEYS);
    let value = reader.needed(section, "flag_from_percent")?;
    reader.number("flag_from_percent", value, PERCENT)
}

/// In how many pictures a minute codes are looked for.
fn pictures(reader: &mut Reader<'_>, top: Section<'_, '_>) -> Option<u32> {
    let section = reader.table("pictures", "pictures", top.get("pictures")?)?;
    reader.known_keys(section, PICTURES_KEYS);
    let value = reader.needed(section, "codes_a_minute")?;
    reader.number("codes_a_minute", value, CODES_A_MINUTE)
}

/// Ladders that rules name.
fn ladders(reader: &mut Reader<'_>, top: Section<'_, '_>) -> BTreeMap<String, Ladder> {
    let mut read = BTreeMap::new();
    let Some(value) = top.get("ladders") else { return read };
    let Some(section) = reader.table("ladders", "ladders", value) else { return read };
    for (name, value) in section.table {
        if let Some(ladder) = steps::read(reader, value) {
            read.insert(name.get_ref().to_string(), ladder);
        }
    }
    read
}

impl Place {
    /// The beginning of the policy itself.
    pub(super) fn first() -> Self {
        Self { file: None, line: 1, column: 1 }
    }
}
