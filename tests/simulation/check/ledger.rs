//! The ledger of each announcement says what the platforms show: who got it, who did not, and of whom nobody knows.

use std::collections::BTreeSet;

use super::{Copied, Fault, Scene};
use crate::acts::{Act, Announced};

const BY: &str = "ledger";

pub fn check(scene: &Scene<'_>) -> Vec<Fault> {
    scene.announced.iter().flatten().filter(|one| one.is_sent).flat_map(|one| of_one(scene, one)).collect()
}

fn of_one(scene: &Scene<'_>, one: &Announced) -> Vec<Fault> {
    let push = one.no.to_string();
    let copies: Vec<&Copied> = scene.copies.iter().filter(|copy| copy.push == push).collect();
    let mut faults: Vec<Fault> = copies.iter().filter_map(|copy| of_copy(scene, one, copy)).collect();
    let listed: BTreeSet<&str> = copies.iter().map(|copy| copy.recipient.as_str()).collect();
    let wanted: BTreeSet<&str> = one.groups.iter().map(String::as_str).collect();
    if listed != wanted {
        let differ: Vec<&&str> = listed.symmetric_difference(&wanted).collect();
        faults.push(Fault::new(BY, format!("{push}: not the audience that it was sent to: {differ:?}")));
    }
    let told = |called: &&crate::world::state::Called| {
        called.verdict.is_effect() && called.word == "send" && called.text.contains(&one.body)
    };
    let strangers = scene
        .world
        .calls
        .iter()
        .filter(told)
        .find(|called| !wanted.contains(format!("c-{}-{}", called.account, called.chat).as_str()));
    if let Some(called) = strangers {
        faults.push(Fault::new(BY, format!("{push} is read in {} {}", called.account, called.chat)));
    }
    faults
}

fn of_copy(scene: &Scene<'_>, one: &Announced, copy: &Copied) -> Option<Fault> {
    let shown = scene.world.calls.iter().any(|called| {
        called.verdict.is_effect()
            && called.word == "send"
            && called.text.contains(&one.body)
            && format!("c-{}-{}", called.account, called.chat) == copy.recipient
    });
    let stands = scene.world.accounts.iter().any(|(account, of)| {
        of.chats.values().any(|chat| {
            format!("c-{account}-{}", chat.name) == copy.recipient
                && chat.shown.iter().any(|shown| {
                    !shown.is_deleted && shown.text.contains(&one.body) && is_copy(scene, &shown.row)
                })
        })
    });
    let (may_be_shown, may_stand) = match copy.state.as_str() {
        "sent" | "recall_failed" => (Some(true), None),
        "recalled" => (Some(true), Some(false)),
        "rejected" | "unreachable" => (Some(false), None),
        "cancelled" if one.acts.iter().any(|done| matches!(done.act, Act::Cancel | Act::Recall)) => {
            (Some(false), None)
        }
        "cancelled" => {
            let what =
                format!("{} of {} counts as stopped, and nobody stopped it", copy.recipient, copy.push);
            return Some(Fault::new(BY, what));
        }
        "unknown" => (None, None),
        _ => {
            return Some(Fault::new(
                BY,
                format!("{} of {} has no end: {}", copy.recipient, copy.push, copy.state),
            ));
        }
    };
    let wrong = may_be_shown.is_some_and(|may| may != shown) || may_stand.is_some_and(|may| may != stands);
    wrong.then(|| {
        let what = format!(
            "{} of {} counts as {} ({:?}), was shown: {shown}, stands: {stands}",
            copy.recipient, copy.push, copy.state, copy.outbox
        );
        Fault::new(BY, what)
    })
}

/// Whether a row sends a copy, and does not put it on a board.
fn is_copy(scene: &Scene<'_>, id: &str) -> bool {
    scene.rows.iter().any(|row| row.id == id && row.word == "send")
}
