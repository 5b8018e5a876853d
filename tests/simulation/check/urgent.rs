//! What is urgent does not wait behind bulk: from when it might go out until it does, no new bulk goes out on its account.

use super::{Fault, Row, Scene};
use crate::world::state::Called;

const BY: &str = "urgent";
const URGENT: i64 = 0;
const BULK: i64 = 2;
/// Calls of the other lanes that are under way at once at most: beyond that there is no hand free.
const HANDS: usize = 32;
/// After this time the courier waits no longer for an answer, milliseconds.
const CALL_LIMIT_MS: i64 = 30_000;
/// What counts for the account alone, and so waits for no message of its chat.
const UNPACED: [&str; 3] = ["mute", "unmute", "delete"];

pub fn check(scene: &Scene<'_>) -> Vec<Fault> {
    let bulk: Vec<(&Row, &Called)> = scene
        .rows
        .iter()
        .filter(|row| row.lane == BULK)
        .filter_map(|row| Some((row, *scene.calls_of(row).first()?)))
        .collect();
    // What the moderators did, whatever lane it stands in.
    let urgent = scene.rows.iter().filter(|row| UNPACED.contains(&row.word.as_str()) && is_moderation(row));
    urgent.filter_map(|row| late(scene, row, &bulk)).collect()
}

/// A deletion may also be that of an announcement that is taken back.
fn is_moderation(row: &Row) -> bool {
    row.of.as_ref().is_none_or(|(feature, _)| feature != "announcement")
}

fn late(scene: &Scene<'_>, row: &Row, bulk: &[(&Row, &Called)]) -> Option<Fault> {
    let first_ms = scene.calls_of(row).first()?.at_ms;
    let before =
        scene.rows.iter().filter(|other| other.chat == row.chat && other.lane == URGENT && other.id < row.id);
    let free_ms = before.filter_map(|other| other.settled_at_ms).fold(row.created_at_ms, i64::max);
    let (_, passed) = bulk.iter().find(|(_, called)| {
        called.account == row.account
            && called.at_ms > free_ms
            && called.at_ms < first_ms
            && in_hand(scene, called) < HANDS
    })?;
    let what = format!(
        "{} was free to go at {} and went at {}, and bulk went at {}",
        row.name(),
        free_ms - crate::START_MS,
        first_ms - crate::START_MS,
        passed.at_ms - crate::START_MS
    );
    Some(Fault::new(BY, what))
}

/// Calls of the account that were under way, of whatever lane: more than there are is on the safe side.
fn in_hand(scene: &Scene<'_>, at: &Called) -> usize {
    let under_way = |called: &&Called| {
        called.account == at.account
            && called.run == at.run
            && called.at_ms <= at.at_ms
            && called.answered_ms.unwrap_or(called.at_ms + CALL_LIMIT_MS) > at.at_ms
    };
    scene.world.calls.iter().filter(under_way).count()
}
