//! What shows in how something is written: how often, how soon, how alike, by how many.

mod activity;
mod print;
mod trigger;

pub use activity::Activity;
pub use print::Print;
pub use trigger::{Trigger, TriggerKind};

use crate::engine::Message;
use crate::entity::{Entity, EntityKind};
use crate::fold::ViewKind;
use crate::policy::Policy;
use crate::verdict::{Hit, HitKind};
use activity::{Counts, Event};

/// Fewer letters than this say nothing about capitals.
const CAPITALS_LETTERS_MIN: usize = 12;

/// Takes a message into what happened in its chat, and adds a hit for each rule whose behaviour it shows.
pub(crate) fn find(
    policy: &Policy,
    message: &Message<'_>,
    entities: &[Entity],
    activity: &mut Activity,
    hits: &mut Vec<Hit>,
) {
    let event = event(message, entities, activity);
    // An edit is no further message, but a join or a message is.
    if !message.edited {
        activity.push(event.clone());
    }
    for rule in policy.rules() {
        if rule.behaviour.is_empty() || !rule.holds(message) {
            continue;
        }
        for trigger in &rule.behaviour {
            if shows(trigger, message, &event, activity) {
                let (kind, view) = (HitKind::Behaviour, ViewKind::Exact);
                hits.push(Hit::of(rule, policy.version(), kind, &trigger.to_string(), view, Vec::new()));
            }
        }
    }
}

fn event(message: &Message<'_>, entities: &[Entity], activity: &Activity) -> Event {
    let count = |wanted: &[EntityKind]| {
        let is = |kind: EntityKind| wanted.iter().any(|wanted| kind.is_a(*wanted));
        clip(entities.iter().filter(|entity| is(entity.kind)).count())
    };
    let mentions = count(&[EntityKind::Mention]);
    Event {
        at_ms: message.at_ms.or_else(|| activity.latest_ms()).unwrap_or(0),
        author: activity::hash(message.author.unwrap_or_default()),
        joined: message.joining,
        print: Print::of(message.text),
        counts: Counts {
            links: count(&[EntityKind::Link, EntityKind::Invite]),
            mentions: message.mentions.map_or(mentions, |n| mentions.max(clip(n as usize))),
            pictures: clip(message.pictures as usize),
            files: count(&[EntityKind::File]),
            characters: clip(message.text.chars().count()),
            lines: clip(message.text.lines().count()),
            emoji: clip(message.text.chars().filter(|c| is_emoji(*c)).count()),
        },
    }
}

fn clip(n: usize) -> u16 {
    u16::try_from(n).unwrap_or(u16::MAX)
}

fn is_emoji(c: char) -> bool {
    matches!(c, '\u{2600}'..='\u{27BF}' | '\u{1F1E6}'..='\u{1F1FF}' | '\u{1F300}'..='\u{1FAFF}')
}

fn shows(trigger: &Trigger, message: &Message<'_>, event: &Event, activity: &Activity) -> bool {
    use TriggerKind as T;
    let since_ms = event.at_ms.saturating_sub(trigger.within_ms);
    let sum = |of: fn(&Counts) -> u16| activity.sum(event.author, since_ms, of) >= u64::from(trigger.count);
    let count = trigger.count as usize;
    match trigger.kind {
        T::Joins => message.joining && activity.joins(since_ms) >= count,
        T::NewMember => {
            let joined_ms = message.joined_at_ms.or_else(|| activity.joined_ms(event.author));
            !message.joining && joined_ms.is_some_and(|at_ms| at_ms > since_ms)
        }
        T::EarlyMessage => message.earlier_messages.is_some_and(|before| before < trigger.count),
        T::Edited => message.edited,
        T::Forwarded => message.forwarded,
        T::Capitals => capitals_percent(message.text).is_some_and(|percent| percent >= trigger.count),
        // What follows counts messages, and an edit is none.
        _ if message.edited || message.joining => false,
        T::Messages => activity.messages(event.author, since_ms) >= count,
        T::Links => event.counts.links > 0 && sum(|counts| counts.links),
        T::Mentions => event.counts.mentions > 0 && sum(|counts| counts.mentions),
        T::Pictures => event.counts.pictures > 0 && sum(|counts| counts.pictures),
        T::Files => event.counts.files > 0 && sum(|counts| counts.files),
        T::Characters => sum(|counts| counts.characters),
        T::Lines => sum(|counts| counts.lines),
        T::Emoji => event.counts.emoji > 0 && sum(|counts| counts.emoji),
        T::Repeats => activity.repeats(event, since_ms) >= count,
        T::Copies => activity.copiers(event, since_ms) >= count,
    }
}

/// How many of a hundred letters are capitals, where there are enough letters to say.
fn capitals_percent(text: &str) -> Option<u32> {
    let letters = text.chars().filter(|c| c.is_lowercase() || c.is_uppercase()).count();
    let capitals = text.chars().filter(|c| c.is_uppercase()).count();
    (letters >= CAPITALS_LETTERS_MIN).then(|| u32::try_from(capitals * 100 / letters).unwrap_or(100))
}
