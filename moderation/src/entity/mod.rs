//! Finds what a message holds besides words: addresses, invites, contacts, numbers, wallets, mentions, files.

mod contact;
pub(crate) mod domain;
mod file;
mod glance;
mod invite;
mod kind;
mod link;
mod number;
mod plain;
#[cfg(feature = "qr")]
pub mod qr;
mod wallet;

pub(crate) use domain::Domains;
pub use domain::is_domain;
pub use kind::EntityKind;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ops::Range;

use crate::engine::Message;
use crate::fold::ViewKind;
use crate::policy::Policy;
use crate::verdict::{Hit, HitKind, Span};

use glance::Glance;
use link::Thing;
use plain::Plain;

/// How much of a message is looked at for things besides words, in bytes; further on only words are.
const LOOKED_AT_UTF8: usize = 256 * 1_024;

thread_local! {
    static SCRATCH: RefCell<plain::Scratch> = RefCell::default();
}

/// A thing besides words, with its place in the original.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entity {
    /// What it is.
    pub kind: EntityKind,
    /// Where, in bytes of the original; of a file nowhere.
    pub at: Range<usize>,
}

/// Every thing in a message, in order.
pub(crate) fn all(domains: &Domains, message: &Message<'_>) -> Vec<Entity> {
    let original = &message.text[..message.text.floor_char_boundary(LOOKED_AT_UTF8)];
    let mut things = Vec::new();
    let glance = Glance::at(original);
    if glance.may_hold_any() {
        SCRATCH.with_borrow_mut(|scratch| in_text(original, glance, domains, scratch, &mut things));
    }
    link::marked(message.text, message.links, domains, &mut things);
    let mut entities: Vec<Entity> =
        things.into_iter().map(|Thing { kind, at }| Entity { kind, at }).collect();
    entities.sort_by_key(|entity| (entity.at.start, entity.at.end));
    entities.extend(message.files.iter().map(|name| Entity { kind: file::of(name), at: 0..0 }));
    entities
}

/// What stands in the text itself.
fn in_text(
    original: &str,
    mut glance: Glance,
    domains: &Domains,
    scratch: &mut plain::Scratch,
    things: &mut Vec<Thing>,
) {
    let plain = Plain::new(original, scratch);
    let text = plain.text();
    if text != original {
        glance = Glance::at(text);
    }
    link::find(text, domains, things);
    if glance.digits >= 8 {
        number::find(text, things);
    }
    if glance.run >= 26 {
        wallet::find(text, things);
    }
    contact::find(text, glance, things);
    if glance.at_sign {
        mentions(text, things);
    }
    for thing in things {
        thing.at = plain.original(thing.at.clone(), original);
    }
}

/// `@name`, but for the middle of e-mail addresses.
fn mentions(text: &str, found: &mut Vec<Thing>) {
    for (at, _) in text.match_indices('@') {
        let inside = text[..at].ends_with(|c: char| c.is_ascii_alphanumeric() || c == '_' || c == '/');
        let name =
            text[at + 1..].find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(text.len() - at - 1);
        if !inside && name >= 2 {
            found.push(Thing { kind: EntityKind::Mention, at: at..at + 1 + name });
        }
    }
}

/// Adds a hit for each rule and each sort of thing that it looks for among `entities`, all those of the message.
pub(crate) fn find(policy: &Policy, message: &Message<'_>, entities: &[Entity], hits: &mut Vec<Hit>) {
    if entities.is_empty() {
        return;
    }
    for (rule, wanted) in policy.seeking() {
        let rule = &policy.rules()[*rule];
        let mut found = entities.iter().filter(|entity| wanted[entity.kind as usize]).peekable();
        if found.peek().is_none() || !rule.looks_into(message.is_name) || !rule.holds(message) {
            continue;
        }
        let mut by_kind: BTreeMap<EntityKind, Vec<Span>> = BTreeMap::new();
        for entity in found {
            let spans = by_kind.entry(entity.kind).or_default();
            if entity.at.end > 0 && spans.len() < Hit::SPANS_MAX {
                spans.push(Span::of(message.text, entity.at.clone()));
            }
        }
        for (kind, spans) in by_kind {
            let view = ViewKind::Exact;
            hits.push(Hit::of(rule, policy.version(), HitKind::Entity, kind.as_str(), view, spans));
        }
    }
}
