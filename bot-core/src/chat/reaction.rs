//! How platforms tell of reactions.

use serde::{Deserialize, Serialize};

/// What an emoji begins with that has no characters, before the platform's key of it.
pub const CUSTOM_EMOJI: &str = "custom:";

/// What became of reactions: some platforms tell of all that stand, others of each that comes or goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReactionChange {
    /// These stand now, and no others.
    #[default]
    Stand,
    /// These were added to what stands.
    Added,
    /// These were taken away; the others stand.
    Taken,
}
