//! What a feature offers to somebody who types one of its commands.

use super::{Actor, CommandSpec};

/// Somebody types a command that they may use where they are.
pub struct Typed {
    /// Which.
    pub spec: &'static CommandSpec,
    /// Where and by whom. Nothing that they do in it is answered.
    pub at: Actor,
    /// What stands behind the command already.
    pub text: String,
}

/// Something that may stand behind a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// What is typed when it is chosen.
    pub value: String,
    /// What it is, in the language of who types.
    pub label: String,
}

impl Typed {
    /// The one of these words that stands first, for commands of several deeds.
    pub fn verb(&self, verbs: &[&'static str]) -> Option<&'static str> {
        let first = self.text.split_whitespace().next()?;
        verbs.iter().find(|verb| verb.eq_ignore_ascii_case(first)).copied()
    }

    /// Whether an offer goes on with what is typed, or has it somewhere in it.
    pub fn fits(&self, offer: &Offer) -> bool {
        let typed = self.text.trim().to_lowercase();
        offer.value.to_lowercase().contains(&typed) || offer.label.to_lowercase().contains(&typed)
    }
}

impl Offer {
    /// Something with a number or a name of its own.
    pub fn new(value: impl ToString, label: String) -> Self {
        Self { value: value.to_string(), label }
    }

    /// The same behind a verb, if there is one.
    #[must_use]
    pub fn behind(self, verb: Option<&str>) -> Self {
        match verb {
            Some(verb) => Self { value: format!("{verb} {}", self.value), ..self },
            None => self,
        }
    }
}
