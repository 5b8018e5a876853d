//! Each mute that was ordered is given, and is lifted: not before its time, and surely after it.

use super::{Fault, Muted, Scene};
use crate::ground::ACCOUNTS;
use crate::plan::Step;
use crate::world::state::{Chat, Verdict};

const BY: &str = "lifts";

pub fn check(scene: &Scene<'_>) -> Vec<Fault> {
    let mut faults: Vec<Fault> = scene.mutes.iter().filter_map(|muted| of_mute(scene, muted)).collect();
    for (_, step) in &scene.plan.steps {
        if let Step::Mutes { account, chat, user, .. } = step {
            let (chat, user) =
                (format!("c-{}-{chat}", ACCOUNTS[*account]), format!("u-{}-{user}", ACCOUNTS[*account]));
            let ordered = scene.plan.steps.iter().filter(|(_, other)| other.same_mute(step)).count();
            let kept =
                scene.mutes.iter().filter(|muted| muted.chat == chat && muted.chat_user == user).count();
            if ordered != kept {
                faults
                    .push(Fault::new(BY, format!("{user} in {chat}: {ordered} mutes ordered, {kept} kept")));
            }
        }
    }
    for (account, of) in &scene.world.accounts {
        for chat in of.chats.values() {
            faults.extend(of_chat(scene, account, chat));
        }
    }
    faults
}

fn of_mute(scene: &Scene<'_>, muted: &Muted) -> Option<Fault> {
    let fault = |what: &str| {
        Some(Fault::new(
            BY,
            format!("the mute of {} in {} {what} ({})", muted.chat_user, muted.chat, muted.state),
        ))
    };
    match muted.state.as_str() {
        "lifted" if muted.ended_at_ms < muted.until_ms => fault("counts as lifted before its time"),
        "lifted" => None,
        "rejected" => {
            let rows = scene.rows.iter().filter(|row| row.chat == muted.chat && row.word == "mute");
            let refused = rows
                .flat_map(|row| scene.calls_of(row))
                .any(|called| matches!(called.verdict, Verdict::Refused(_)));
            if refused { None } else { fault("counts as refused, and nobody refused it") }
        }
        _ => fault("has no end"),
    }
}

/// What the platform itself shows.
fn of_chat(scene: &Scene<'_>, account: &str, chat: &Chat) -> Vec<Fault> {
    let mut faults = Vec::new();
    let id = format!("c-{account}-{}", chat.name);
    for (at, change) in chat.mutes.iter().enumerate() {
        let user = format!("u-{account}-{}", change.user);
        let whose = || scene.mutes.iter().filter(|muted| muted.chat == id && muted.chat_user == user);
        if change.until_ms.is_none() {
            let standing = whose().find(|muted| {
                muted.state == "lifted"
                    && muted.requested_at_ms < change.at_ms
                    && muted.until_ms.is_some_and(|until_ms| until_ms > change.at_ms)
                    && was_given(chat, &change.user, muted, at)
            });
            if let Some(muted) = standing {
                let early_ms = muted.until_ms.unwrap_or_default() - change.at_ms;
                faults.push(Fault::new(BY, format!("{user} in {id} may write {early_ms} ms too soon")));
            }
        }
        let is_last = !chat.mutes[at + 1..].iter().any(|later| later.user == change.user);
        if is_last && change.until_ms.is_some_and(|until_ms| until_ms > scene.now_ms) {
            faults.push(Fault::new(BY, format!("{user} in {id} is muted still")));
        }
        let longest = whose().filter_map(|muted| muted.until_ms).max();
        if change.until_ms > longest {
            faults.push(Fault::new(BY, format!("{user} in {id} is muted for longer than anybody ordered")));
        }
        // Whoever is lifted on our side was lifted there, by a call.
        if is_last && change.until_ms.is_some() && whose().any(|muted| muted.state == "lifted") {
            faults.push(Fault::new(
                BY,
                format!("{user} in {id} counts as lifted, and the platform was not asked"),
            ));
        }
    }
    faults
}

/// Whether the platform had been asked for a mute before a change of the same person's.
fn was_given(chat: &Chat, user: &str, muted: &Muted, at: usize) -> bool {
    chat.mutes[..at].iter().any(|change| {
        change.user == user && change.until_ms.is_some() && change.at_ms >= muted.requested_at_ms
    })
}
