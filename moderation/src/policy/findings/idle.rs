//! Rules that can never fire, and what of a rule can never be found.

use std::collections::HashMap;

use super::{Around, FindingKind};
use crate::behaviour::{Activity, Trigger, TriggerKind};
use crate::detect::possible_texts;
use crate::entity::EntityKind;
use crate::fold::Tier;
use crate::fold::reading::reduce;
use crate::policy::{Need, Part, Policy, Rule};

/// What of one rule lies idle.
#[derive(Debug, Default)]
pub(super) struct Idle {
    /// Why it can never fire, if it cannot.
    pub(super) never: Option<String>,
    /// What of it can never be found, where others of its parts can.
    pub(super) parts: Vec<FindingKind>,
}

/// Something that a rule looks for and that can never be found.
struct Dead {
    kind: FindingKind,
    /// Whether it can be found where a deployment says more of itself: then it is no oddity of a rule that finds others.
    for_others: bool,
}

impl From<FindingKind> for Dead {
    fn from(kind: FindingKind) -> Self {
        Self { kind, for_others: false }
    }
}

/// What lies idle of each rule, in order.
pub(super) fn all(policy: &Policy, around: &Around<'_>) -> Vec<Idle> {
    let everywhere = Phrases::of(policy.allow());
    let mut all: Vec<Idle> = Vec::new();
    for rule in policy.rules() {
        let parts = dead_parts(policy, rule, &everywhere);
        let never = by_itself(rule, around)
            .or_else(|| by_its_parts(rule, &parts))
            .or_else(|| by_needs(policy, rule, &all));
        // Why nothing of it is found says it all; its words are told one by one all the same.
        let told = |part: &Dead| {
            matches!(part.kind, FindingKind::DeadWord { .. }) || (never.is_none() && !part.for_others)
        };
        let parts = parts.into_iter().filter(told).map(|part| part.kind).collect();
        all.push(Idle { never, parts });
    }
    all
}

/// Its time, its exceptions, its brands.
fn by_itself(rule: &Rule, around: &Around<'_>) -> Option<String> {
    if rule.is_empty() && !rule.is_combination() {
        return Some("it looks for brands, and the deployment names none".to_owned());
    }
    if rule.end_ms.zip(around.now_ms).is_some_and(|(end, now)| end <= now) {
        return Some("its `end` has passed".to_owned());
    }
    let exempt = |role: &&str| rule.exempt_roles.iter().any(|exempt| exempt == role);
    (!around.roles.is_empty() && around.roles.iter().all(exempt))
        .then(|| "its `exempt_roles` are all whose messages are judged".to_owned())
}

/// All that it looks for by itself can never be found.
fn by_its_parts(rule: &Rule, dead: &[Dead]) -> Option<String> {
    let parts = rule.words.len() + rule.regex.len() + rule.entities.len() + rule.behaviour.len();
    if parts == 0 || dead.len() < parts {
        return None;
    }
    // What is allowed as it is written may still be found in disguise.
    if !rule.words.is_empty() && rule.tier == Tier::Unsure {
        return None;
    }
    let mut whys: Vec<String> = Vec::new();
    for part in dead {
        let why = match &part.kind {
            FindingKind::DeadPart { what, why } => format!("it looks for {what}, and {why}"),
            _ => "every word of it lies within an allow phrase".to_owned(),
        };
        if !whys.contains(&why) {
            whys.push(why);
        }
    }
    Some(whys.join("; "))
}

/// What it needs cannot be, or not when it must.
fn by_needs(policy: &Policy, rule: &Rule, before: &[Idle]) -> Option<String> {
    let meant = |need: &Need| -> Vec<usize> {
        (0..before.len()).filter(|at| need.means(policy.rules()[*at].id.as_str())).collect()
    };
    let barred = |at: &usize| rule.unless.iter().any(|unless| unless.means(policy.rules()[*at].id.as_str()));
    for need in &rule.needs {
        let rules = meant(need);
        if rules.iter().all(barred) {
            return Some(format!("it needs `{need}` and must not have it"));
        }
        let open: Vec<usize> = rules.into_iter().filter(|at| !barred(at)).collect();
        if open.iter().all(|at| before[*at].never.is_some()) {
            return Some(format!("it needs `{need}`, which can never fire"));
        }
        if !open.iter().any(|at| overlap(rule, &policy.rules()[*at])) {
            return Some(format!("it needs `{need}`, which never holds at the same time"));
        }
    }
    None
}

fn overlap(one: &Rule, other: &Rule) -> bool {
    let begins = one.start_ms.max(other.start_ms);
    let ends = [one.end_ms, other.end_ms].into_iter().flatten().min();
    begins.zip(ends).is_none_or(|(begins, ends)| begins < ends)
}

/// What of a rule can never be found, one for each.
fn dead_parts(policy: &Policy, rule: &Rule, everywhere: &Phrases<'_>) -> Vec<Dead> {
    let here = Phrases::of(&rule.allow);
    let covering = |text: &str| here.covering(text).or_else(|| everywhere.covering(text));
    let words = rule.words.iter().filter_map(|word| {
        let phrase = covering(word)?.to_owned();
        Some(Dead::from(FindingKind::DeadWord { word: word.clone(), phrase }))
    });
    let expressions = rule.regex.iter().filter_map(|regex| {
        let phrases: Option<Vec<&str>> = possible_texts(regex)?.iter().map(|text| covering(text)).collect();
        let phrase = *phrases?.first()?;
        let why = format!("the allow phrase `{phrase}` covers whatever it matches");
        Some(Dead::from(FindingKind::DeadPart { what: format!("the expression `{regex}`"), why }))
    });
    let entities = rule.entities.iter().filter_map(|kind| {
        let in_names = never_in_names(rule, *kind);
        let why = in_names.or_else(|| policy.domains().never(*kind))?.to_owned();
        let kind = FindingKind::DeadPart { what: format!("`{kind}`"), why };
        Some(Dead { kind, for_others: in_names.is_none() })
    });
    let behaviour = rule.behaviour.iter().filter_map(|trigger| {
        let why = never_shown(trigger)?;
        Some(Dead::from(FindingKind::DeadPart { what: format!("`{trigger}`"), why }))
    });
    words.chain(expressions).chain(entities).chain(behaviour).collect()
}

/// Why a rule that looks into names alone finds no such thing.
fn never_in_names(rule: &Rule, kind: EntityKind) -> Option<&'static str> {
    let of_messages = kind.is_a(EntityKind::File) || kind == EntityKind::LinkDeceptive;
    (of_messages && rule.part == Part::Name).then_some("names hold none")
}

/// Why nobody can behave so, if nobody can.
fn never_shown(trigger: &Trigger) -> Option<String> {
    use TriggerKind as T;
    let most = match trigger.kind {
        T::Capitals => 100,
        T::Messages | T::Repeats | T::Copies | T::Joins => {
            u32::try_from(Activity::EVENTS_MAX).unwrap_or(u32::MAX)
        }
        _ => return None,
    };
    (trigger.count > most).then(|| match trigger.kind {
        T::Capitals => "no more than 100 percent of letters are capitals".to_owned(),
        _ => format!("no more than the latest {most} messages and joins of a group are counted"),
    })
}

/// Allow phrases by how they are read.
struct Phrases<'p>(HashMap<String, &'p str>);

impl<'p> Phrases<'p> {
    fn of(phrases: &'p [String]) -> Self {
        Self(phrases.iter().map(|phrase| (reduce(phrase).0, phrase.as_str())).collect())
    }

    /// The phrase that covers `text` wherever it stands: one that reads the same.
    fn covering(&self, text: &str) -> Option<&'p str> {
        if self.0.is_empty() {
            return None;
        }
        let (read, _) = reduce(text);
        self.0.get(&read).filter(|_| !read.is_empty()).copied()
    }
}
