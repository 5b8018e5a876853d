//! One rule, as it was written.

use crate::behaviour::Trigger;
use crate::category::Category;
use crate::engine::Message;
use crate::entity::EntityKind;
use crate::fold::Tier;
use crate::policy::Bilingual;
use crate::verdict::{Certainty, RuleId};

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
    /// What sort of harm it is about.
    pub category: Option<Category>,
    /// Whether the bot acts on it, only shows it, or only counts it.
    pub action: Certainty,
    /// What a hit adds to the score of a message; may be negative.
    pub score: i32,
    /// What it weighs on the ladder, from 1.
    pub points: u32,
    /// The name of the ladder that its offences climb; `None`: the policy's own.
    pub ladder: Option<String>,
    /// The deny words.
    pub words: Vec<String>,
    /// Whether a word must stand alone; `None`: letters yes, Han no.
    pub whole_word: Option<bool>,
    /// Phrases in which its words and expressions do not count.
    pub allow: Vec<String>,
    /// The regular expressions.
    pub regex: Vec<String>,
    /// The widest way of reading that it trusts.
    pub tier: Tier,
    /// Whether a hit that needed an unsure way of reading is enough to act on.
    pub act_unsure: bool,
    /// The sorts of things, besides words, that it looks for.
    pub entities: Vec<EntityKind>,
    /// What it looks for in behaviour; one of them is enough.
    pub behaviour: Vec<Trigger>,
    /// Where it looks.
    pub part: Part,
    /// Whether it looks for nothing by itself, and fires where its needs are met.
    pub(super) combines: bool,
    /// Other rules that must have fired, all of them, for this one to count.
    pub needs: Vec<Need>,
    /// Other rules that must not have fired.
    pub unless: Vec<Need>,
    /// The groups where it does not hold.
    pub exempt_groups: Vec<String>,
    /// The roles of writers for whom it does not hold.
    pub exempt_roles: Vec<String>,
    /// Whether it only shows what it would do.
    pub shadow: bool,
    /// From when it holds, unix milliseconds.
    pub start_ms: Option<i64>,
    /// From when it no longer holds, unix milliseconds.
    pub end_ms: Option<i64>,
    /// Where it stands.
    pub at: Place,
}

/// Where in a policy something stands.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Place {
    /// The imported policy; `None`: the policy itself.
    pub file: Option<String>,
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1, in characters.
    pub column: usize,
}

/// Where a rule looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Part {
    /// In what was written.
    #[default]
    Text,
    /// In the name of the one who wrote it.
    Name,
    /// In both.
    Both,
}

/// Other rules of which one must have fired: ids, or the beginnings of ids before a `*`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Need(pub Vec<String>);

impl Need {
    /// Reads `a|b.*`.
    pub(super) fn parse(text: &str) -> Self {
        Self(text.split('|').map(|id| id.trim().to_owned()).collect())
    }

    /// Whether `id` is one of those that are meant.
    pub fn means(&self, id: &str) -> bool {
        self.0.iter().any(|wanted| match wanted.strip_suffix('*') {
            Some(begin) => id.starts_with(begin),
            None => id == wanted,
        })
    }
}

impl std::fmt::Display for Need {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0.join("|"))
    }
}

impl Rule {
    /// Whether it looks at `message` at all: its group, its writer's roles and its time.
    pub fn holds(&self, message: &Message<'_>) -> bool {
        let exempt = self.exempt_groups.iter().any(|group| Some(group.as_str()) == message.group)
            || self.exempt_roles.iter().any(|role| message.roles.contains(&role.as_str()));
        let now = message.at_ms;
        let early = now.zip(self.start_ms).is_some_and(|(now, start)| now < start);
        let late = now.zip(self.end_ms).is_some_and(|(now, end)| now >= end);
        !exempt && !early && !late
    }

    /// Whether it is made of other rules alone.
    pub fn is_combination(&self) -> bool {
        self.combines
    }

    /// Whether there is nothing that it could find by itself.
    pub(super) fn is_empty(&self) -> bool {
        let nothing_read = self.words.is_empty() && self.regex.is_empty();
        nothing_read && self.entities.is_empty() && self.behaviour.is_empty()
    }

    /// Whether it looks into what was written (`name` false), or into the writer's name.
    pub(crate) fn looks_into(&self, name: bool) -> bool {
        match self.part {
            Part::Both => true,
            Part::Text => !name,
            Part::Name => name,
        }
    }
}
