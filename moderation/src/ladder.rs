//! The ladder: how repeated offences rise. Pure; the time is handed in.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::duration;

const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

/// What is done to a person; each is harsher than the one before it, and a longer mute than a shorter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Sanction {
    /// A word with the person, nothing more.
    Warn,
    /// No speaking for a while.
    Mute {
        /// How long, in milliseconds.
        ms: i64,
    },
    /// Out of the group, free to come back.
    Kick,
    /// Out of the group for good.
    Ban,
}

impl fmt::Display for Sanction {
    /// As a policy writes it: `mute 1d`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Warn => f.write_str("warn"),
            Self::Mute { ms } => write!(f, "mute {}", duration::short(*ms)),
            Self::Kick => f.write_str("kick"),
            Self::Ban => f.write_str("ban"),
        }
    }
}

/// One rung of the ladder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct LadderStep {
    /// The points from which this step holds, the present offence's included; the first step's is 1.
    pub at_points: u32,
    /// What it does.
    pub sanction: Sanction,
}

/// How repeated offences rise; the default is warn → mute 1 d → 7 d → 15 d → ban.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ladder {
    pub(crate) steps: Vec<LadderStep>,
    pub(crate) window_ms: i64,
    pub(crate) decay_ms: Option<i64>,
    pub(crate) repeat_account_points: u32,
}

impl Default for Ladder {
    fn default() -> Self {
        let mute = |days: i64| Sanction::Mute { ms: days * DAY_MS };
        let steps = [Sanction::Warn, mute(1), mute(7), mute(15), Sanction::Ban];
        let steps =
            (1..).zip(steps).map(|(at_points, sanction)| LadderStep { at_points, sanction }).collect();
        Self { steps, window_ms: 180 * DAY_MS, decay_ms: Some(30 * DAY_MS), repeat_account_points: 0 }
    }
}

impl Ladder {
    /// The steps, mildest first.
    pub fn steps(&self) -> &[LadderStep] {
        &self.steps
    }

    /// How long an offence is remembered, in milliseconds.
    pub fn window_ms(&self) -> i64 {
        self.window_ms
    }

    /// What each further account with which the same person offended adds to the points.
    pub fn repeat_account_points(&self) -> u32 {
        self.repeat_account_points
    }

    /// How long without an offence takes one point off, in milliseconds; `None`: nothing does but the window.
    pub fn decay_ms(&self) -> Option<i64> {
        self.decay_ms
    }
}

/// One earlier offence that stands: not undone, not won on appeal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offence {
    /// When, in unix milliseconds.
    pub at_ms: i64,
    /// What it weighed.
    pub points: u32,
}

/// A person's earlier offences, in any order.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct History {
    /// The offences that stand.
    pub offences: Vec<Offence>,
    /// With how many accounts other than the present one they were committed.
    #[serde(default)]
    pub other_accounts: u32,
}

/// Where on the ladder an offence has led, and by what sum.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rung {
    /// What follows.
    pub sanction: Sanction,
    /// Which step this is, from 1.
    pub step: u32,
    /// How many steps there are.
    pub steps: u32,
    /// What the present offence weighs.
    pub points: u32,
    /// What was left of the earlier ones.
    pub earlier_points: u32,
    /// How many earlier offences lay in the window.
    pub earlier_offences: u32,
}

/// Says what an offence of `points` at `now_ms` leads to after `history`. No points at all count as one.
///
/// Offences as old as the window or older are forgotten. Of the others the points add up, oldest first, and every
/// whole `decay` without an offence takes one point off, never below none. Where any are left, further accounts add
/// theirs. An offence dated after now (clocks
/// differ) counts as of now.
pub fn decide(ladder: &Ladder, history: &History, now_ms: i64, points: u32) -> Rung {
    let points = points.max(1);
    let mut earlier: Vec<Offence> = history
        .offences
        .iter()
        .map(|o| Offence { at_ms: o.at_ms.min(now_ms), ..*o })
        .filter(|o| now_ms.saturating_sub(o.at_ms) < ladder.window_ms)
        .collect();
    earlier.sort_by_key(|o| o.at_ms);

    let mut standing = 0_u32;
    for (i, offence) in earlier.iter().enumerate() {
        let next_ms = earlier.get(i + 1).map_or(now_ms, |next| next.at_ms);
        let quiet_ms = next_ms.saturating_sub(offence.at_ms);
        let worn_off = ladder.decay_ms.map_or(0, |decay| quiet_ms / decay.max(1));
        standing = standing
            .saturating_add(offence.points)
            .saturating_sub(u32::try_from(worn_off).unwrap_or(u32::MAX));
    }

    if standing > 0 {
        let again = ladder.repeat_account_points.saturating_mul(history.other_accounts);
        standing = standing.saturating_add(again);
    }
    let total = standing.saturating_add(points);
    let reached = ladder.steps.partition_point(|step| step.at_points <= total).max(1);
    Rung {
        sanction: ladder.steps.get(reached - 1).map_or(Sanction::Warn, |step| step.sanction),
        step: count(reached),
        steps: count(ladder.steps.len()),
        points,
        earlier_points: standing,
        earlier_offences: count(earlier.len()),
    }
}

fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}
