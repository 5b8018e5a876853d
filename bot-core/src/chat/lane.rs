//! Which queues stand in front of a platform.

use serde::{Deserialize, Serialize};

/// Which queue an action stands in. Lower lanes never delay higher ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Lane {
    /// Moderation.
    Urgent,
    /// Replies and tickets.
    Talk,
    /// Bytes of files that are fetched: they say nothing to anybody, and none waits for another.
    Files,
    /// Announcements and pushes.
    Bulk,
}

impl Lane {
    /// All lanes, most urgent first.
    pub const ALL: [Self; 4] = [Self::Urgent, Self::Talk, Self::Files, Self::Bulk];

    /// The number stored for it.
    pub fn rank(self) -> i64 {
        match self {
            Self::Urgent => 0,
            Self::Talk => 1,
            Self::Bulk => 2,
            Self::Files => 3,
        }
    }

    /// The lane of a stored number.
    pub fn from_rank(rank: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|lane| lane.rank() == rank)
    }

    /// The word shown for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Urgent => "urgent",
            Self::Talk => "talk",
            Self::Files => "files",
            Self::Bulk => "bulk",
        }
    }
}
