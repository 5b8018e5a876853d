//! From when an announcement is paused, stopped or taken back, no copy of it goes out that was not in hand then; and it ends
//! as it was told to.

use super::{Fault, Scene};
use crate::acts::{Act, Announced};

const BY: &str = "held";

pub fn check(scene: &Scene<'_>) -> Vec<Fault> {
    let sent = scene.announced.iter().flatten().filter(|one| one.is_sent);
    sent.flat_map(|one| passed(scene, one).into_iter().chain(end(scene, one))).collect()
}

/// Copies that went out while they had to wait.
fn passed(scene: &Scene<'_>, one: &Announced) -> Vec<Fault> {
    let push = format!("{}/", one.no);
    let copies: Vec<_> = scene
        .rows
        .iter()
        .filter(|row| row.kind == "copy" && row.of.as_ref().is_some_and(|(_, key)| key.starts_with(&push)))
        .collect();
    let mut faults = Vec::new();
    for (at, done) in one.acts.iter().enumerate().filter(|(_, done)| done.act != Act::Resume) {
        let goes_on = one.acts[at..].iter().find(|later| later.act == Act::Resume);
        let until_ms = goes_on.map_or(i64::MAX, |later| later.at_ms);
        let early = copies.iter().filter(|row| !done.in_hand.contains(&row.id)).find_map(|row| {
            let calls = scene.calls_of(row).iter();
            let called = calls.copied().find(|call| call.at_ms > done.at_ms && call.at_ms < until_ms)?;
            Some((row, called.at_ms))
        });
        if let Some((row, at_ms)) = early {
            let what = format!(
                "{} went out at {}, after the {:?} of {} at {}",
                row.name(),
                at_ms - crate::START_MS,
                done.act,
                one.no,
                done.at_ms - crate::START_MS
            );
            faults.push(Fault::new(BY, what));
        }
    }
    faults
}

fn end(scene: &Scene<'_>, one: &Announced) -> Option<Fault> {
    let was = |act: Act| one.acts.iter().any(|done| done.act == act);
    let end = scene.ends.get(&one.no.to_string()).map(String::as_str);
    let is_right = match end {
        Some("recalled") => was(Act::Recall),
        Some("stopped") => was(Act::Cancel) && !was(Act::Recall),
        Some("sent") => !was(Act::Cancel) && !was(Act::Recall),
        _ => false,
    };
    (!is_right).then(|| Fault::new(BY, format!("{} ends as {end:?} after {:?}", one.no, one.acts)))
}
