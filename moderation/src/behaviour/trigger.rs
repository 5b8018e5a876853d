//! What a rule can say about behaviour.

use std::fmt;

use serde::{Deserialize, Serialize};

macro_rules! triggers {
    ($($(#[$doc:meta])* $name:ident = $text:literal,)*) => {
        /// What is counted or looked at.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[non_exhaustive]
        pub enum TriggerKind { $($(#[$doc])* #[serde(rename = $text)] $name,)* }

        impl TriggerKind {
            /// Every kind.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];
            /// The name of every kind.
            pub const NAMES: &'static [&'static str] = &[$($text),*];

            /// Its name, as policies write it.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text),* }
            }
        }
    };
}

triggers! {
    /// Messages of one person in the time.
    Messages = "messages",
    /// Links of one person in the time.
    Links = "links",
    /// Mentions by one person in the time.
    Mentions = "mentions",
    /// Pictures of one person in the time.
    Pictures = "pictures",
    /// Files of one person in the time, pictures not counted.
    Files = "files",
    /// Characters of one person in the time.
    Characters = "characters",
    /// Lines of one person in the time.
    Lines = "lines",
    /// Emoji of one person in the time.
    Emoji = "emoji",
    /// The same or nearly the same text by one person.
    Repeats = "repeats",
    /// The same or nearly the same text by several people: `count` of them.
    Copies = "copies",
    /// People who joined the chat in the time.
    Joins = "joins",
    /// Written within the time after joining.
    NewMember = "new_member",
    /// Among the first `count` messages of a person in the chat.
    EarlyMessage = "early_message",
    /// Edited after it was found clean.
    Edited = "edited",
    /// Forwarded from elsewhere.
    Forwarded = "forwarded",
    /// At least `count` percent of its letters are capitals, of twelve letters or more.
    Capitals = "capitals",
}

/// One condition of a rule on behaviour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trigger {
    /// What is counted or looked at.
    pub kind: TriggerKind,
    /// How many it takes.
    pub count: u32,
    /// In how long a time, in milliseconds, where that matters.
    pub within_ms: i64,
}

impl TriggerKind {
    /// The kind of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.as_str() == name)
    }

    /// Whether a number must be given.
    pub fn needs_count(self) -> bool {
        !matches!(self, Self::NewMember | Self::Edited | Self::Forwarded)
    }

    /// Whether a time must be given.
    pub fn needs_within(self) -> bool {
        !matches!(self, Self::EarlyMessage | Self::Edited | Self::Forwarded | Self::Capitals)
    }
}

impl fmt::Display for Trigger {
    /// `messages 8 in 10s`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind.as_str())?;
        if self.kind.needs_count() {
            write!(f, " {}", self.count)?;
        }
        if self.kind.needs_within() {
            write!(f, " in {}", crate::duration::short(self.within_ms))?;
        }
        Ok(())
    }
}
