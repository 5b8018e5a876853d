//! The engine: a policy made ready to check messages.

use std::sync::Arc;

use crate::behaviour::{self, Activity};
use crate::detect::{self, Side};
use crate::entity::{self, Entity};
use crate::explain::{Explanation, explain};
use crate::judge::judge;
use crate::ladder::Rung;
use crate::learner::Learner;
use crate::policy::Policy;
use crate::verdict::{Hit, Verdict};

/// What is to be checked.
#[derive(Debug, Clone, Copy, Default)]
#[non_exhaustive]
pub struct Message<'a> {
    /// The text as the platform gave it.
    pub text: &'a str,
    /// The group it was written in, by the id that the policy's `exempt_groups` use.
    pub group: Option<&'a str>,
    /// Who wrote it, by any id that stays the same.
    pub author: Option<&'a str>,
    /// The name under which they wrote.
    pub name: Option<&'a str>,
    /// What they are, by the words that the policy's `exempt_roles` use.
    pub roles: &'a [&'a str],
    /// When, unix milliseconds; without it rules hold whatever their `start` and `end`.
    pub at_ms: Option<i64>,
    /// Texts that lead somewhere, as the platform marked them.
    pub links: &'a [TextLink<'a>],
    /// The names of its files.
    pub files: &'a [&'a str],
    /// How many pictures it has.
    pub pictures: u32,
    /// How many people it mentions, as the platform marked them; where the text shows more, those count.
    pub mentions: Option<u32>,
    /// When its writer joined the group, unix milliseconds.
    pub joined_at_ms: Option<i64>,
    /// Whether it was edited after it was found clean.
    pub edited: bool,
    /// Whether it comes from elsewhere.
    pub forwarded: bool,
    /// How many messages its writer wrote in the group before, where the caller knows.
    pub earlier_messages: Option<u32>,
    /// Whether this is no message but somebody joining, with an empty text.
    pub joining: bool,
    /// Whether this is a name and not a message.
    pub(crate) is_name: bool,
}

/// A text that leads somewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TextLink<'a> {
    /// The first byte of the text that is shown.
    pub start: usize,
    /// The byte after its last.
    pub end: usize,
    /// Where it leads.
    pub url: &'a str,
}

impl<'a> Message<'a> {
    /// A message that was written in no particular group.
    pub fn new(text: &'a str) -> Self {
        Self { text, ..Self::default() }
    }

    /// The same message, written in `group`.
    #[must_use]
    pub fn in_group(self, group: &'a str) -> Self {
        Self { group: Some(group), ..self }
    }

    /// The same message, written by `author` under `name`.
    #[must_use]
    pub fn by(self, author: &'a str, name: Option<&'a str>) -> Self {
        Self { author: Some(author), name, ..self }
    }

    /// The same message, written at `at_ms` (unix milliseconds).
    #[must_use]
    pub fn at(self, at_ms: i64) -> Self {
        Self { at_ms: Some(at_ms), ..self }
    }

    /// The same message, written by somebody who is all of `roles`.
    #[must_use]
    pub fn with_roles(self, roles: &'a [&'a str]) -> Self {
        Self { roles, ..self }
    }

    /// The same message with texts that lead somewhere.
    #[must_use]
    pub fn with_links(self, links: &'a [TextLink<'a>]) -> Self {
        Self { links, ..self }
    }

    /// The same message with files of these names, and so many pictures.
    #[must_use]
    pub fn with_files(self, files: &'a [&'a str], pictures: u32) -> Self {
        Self { files, pictures, ..self }
    }

    /// The same message, mentioning so many people.
    #[must_use]
    pub fn mentioning(self, people: u32) -> Self {
        Self { mentions: Some(people), ..self }
    }

    /// The same message by somebody who joined at `joined_at_ms` (unix milliseconds).
    #[must_use]
    pub fn joined(self, joined_at_ms: Option<i64>) -> Self {
        Self { joined_at_ms, ..self }
    }

    /// The same message by somebody who wrote so many before.
    #[must_use]
    pub fn after(self, earlier_messages: u32) -> Self {
        Self { earlier_messages: Some(earlier_messages), ..self }
    }

    /// Somebody who joins.
    pub fn joining(author: &'a str, name: &'a str, at_ms: i64) -> Self {
        Self { joining: true, ..Self::new("").by(author, Some(name)).at(at_ms) }
    }

    /// The same message, edited after it was found clean, or forwarded.
    #[must_use]
    pub fn marked(self, edited: bool, forwarded: bool) -> Self {
        Self { edited, forwarded, ..self }
    }
}

/// A policy made ready. It never changes: a new policy is a new engine, put in its place by the holder.
#[derive(Debug, Clone)]
pub struct Engine {
    policy: Policy,
    learner: Option<Arc<Learner>>,
}

impl Engine {
    /// Takes a policy into use.
    pub fn new(policy: Policy) -> Self {
        Self { policy, learner: None }
    }

    /// The same engine, which also asks what was learnt from samples.
    #[must_use]
    pub fn with_learner(self, learner: impl Into<Arc<Learner>>) -> Self {
        Self { learner: Some(learner.into()), ..self }
    }

    /// The policy in use.
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// What was learnt, if it is asked.
    pub fn learner(&self) -> Option<&Learner> {
        self.learner.as_deref()
    }

    /// Checks one message by itself. Time and memory are linear in its length.
    pub fn check(&self, message: &Message<'_>) -> Verdict {
        let hits = self.find_all(message, &self.entities(message));
        self.judge(message, hits)
    }

    /// Checks one message as one of many: `activity` is what happened in its chat before, and takes it in.
    pub fn check_with(&self, message: &Message<'_>, activity: &mut Activity) -> Verdict {
        let entities = self.entities(message);
        let mut hits = self.find_all(message, &entities);
        if self.policy.traits().behaviour {
            behaviour::find(&self.policy, message, &entities, activity, &mut hits);
        }
        self.judge(message, hits)
    }

    /// The things besides words, where any rule asks for them or counts them.
    fn entities(&self, message: &Message<'_>) -> Vec<Entity> {
        let traits = self.policy.traits();
        if traits.entities || traits.behaviour {
            entity::all(self.policy.domains(), message)
        } else {
            Vec::new()
        }
    }

    /// What speaks against a message. Its text is looked into last, for what speaks for it is looked for next.
    fn find_all(&self, message: &Message<'_>, entities: &[Entity]) -> Vec<Hit> {
        let in_name = self.find_in_name(message);
        let mut hits = Vec::new();
        self.find(message, entities, &mut hits);
        hits.extend(in_name);
        hits
    }

    /// What speaks against a text.
    fn find(&self, message: &Message<'_>, entities: &[Entity], hits: &mut Vec<Hit>) {
        hits.extend(detect::scan(&self.policy, message, Side::Against));
        if self.policy.traits().entities {
            entity::find(&self.policy, message, entities, hits);
        }
    }

    fn find_in_name(&self, message: &Message<'_>) -> Vec<Hit> {
        let (true, Some(name)) = (self.policy.traits().names, message.name) else { return Vec::new() };
        let name = Message { text: name, is_name: true, links: &[], files: &[], ..*message };
        let mut found = Vec::new();
        self.find(&name, &self.entities(&name), &mut found);
        if !found.is_empty() && self.policy.traits().defences {
            found.extend(detect::scan(&self.policy, &name, Side::For));
        }
        found.iter_mut().for_each(|hit| hit.in_name = true);
        found
    }

    /// What speaks for a message is looked for only where something speaks against it.
    fn judge(&self, message: &Message<'_>, mut hits: Vec<Hit>) -> Verdict {
        let heard = self.learner.as_ref().and_then(|learner| learner.hear(&self.policy, message));
        let doubted = heard.as_ref().is_some_and(|heard| heard.score > 0);
        if hits.is_empty() && !doubted {
            return Verdict::pass(self.policy.version());
        }
        if self.policy.traits().defences {
            hits.extend(detect::scan(&self.policy, message, Side::For));
        }
        let (verdict, all) = judge(&self.policy, hits);
        match (&self.learner, heard) {
            (Some(learner), Some(heard)) => learner.second(&self.policy, message, verdict, all, heard),
            _ => verdict,
        }
    }

    /// Explains a verdict in this policy's words, with the step that [`crate::ladder::decide`] gave, if it was asked.
    pub fn explain(&self, verdict: &Verdict, ladder: Option<Rung>) -> Explanation {
        explain(&self.policy, verdict, ladder)
    }
}
