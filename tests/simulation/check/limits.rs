//! Each window of each limit is kept, and nobody calls who was told to wait.

use std::collections::BTreeMap;

use bot_core::chat::{Rate, RetryScope};

use super::{Fault, Scene};
use crate::world::state::{Called, Verdict};

const BY: &str = "limits";

pub fn check(scene: &Scene<'_>) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (account, of) in &scene.world.accounts {
        let pace = of.spec.pace;
        let calls: Vec<&Called> =
            scene.world.calls.iter().filter(|called| called.account == *account).collect();
        let counted: Vec<&Called> = calls.iter().copied().filter(|called| called.verdict.counts()).collect();
        window(account, pace.account, counted.iter().map(|called| called.at_ms), &mut faults);
        let mut chats: BTreeMap<(&str, bool), Vec<i64>> = BTreeMap::new();
        for called in counted.iter().filter(|called| called.is_paced) {
            chats.entry((&called.chat, called.is_group)).or_default().push(called.at_ms);
        }
        for ((chat, is_group), times) in chats {
            window(&format!("{account} {chat}"), pace.chat, times.iter().copied(), &mut faults);
            if is_group {
                window(&format!("group {account} {chat}"), pace.group, times.into_iter(), &mut faults);
            }
        }
        for called in calls.iter().filter(|called| matches!(called.verdict, Verdict::TooFast(_))) {
            let what = format!("{account} {} at {}: {:?}", called.chat, since(called.at_ms), called.verdict);
            faults.push(Fault::new(BY, what));
        }
        faults.extend(calls.iter().filter_map(|told| deaf(told, &calls)));
    }
    faults
}

fn since(at_ms: i64) -> i64 {
    at_ms - crate::START_MS
}

/// In no stretch of `per_ms` are more than `count` calls.
fn window(of: &str, rate: Rate, times: impl Iterator<Item = i64>, faults: &mut Vec<Fault>) {
    let times: Vec<i64> = times.collect();
    for some in times.windows(rate.count as usize + 1) {
        let (first, last) = (some[0], some[some.len() - 1]);
        if last - first < rate.per_ms {
            let what = format!("{of}: {} calls from {} to {}", some.len(), since(first), since(last));
            faults.push(Fault::new(BY, what));
            return;
        }
    }
}

/// A call that went out though this one was told that all of its sort have to wait. What a program was told it does not
/// know after it was killed.
fn deaf(told: &Called, calls: &[&Called]) -> Option<Fault> {
    let (Verdict::Storm(scope, until_ms), Some(heard_ms)) = (&told.verdict, told.answered_ms) else {
        return None;
    };
    let waits = |called: &Called| match scope {
        RetryScope::Account => true,
        RetryScope::Chat => called.chat == told.chat && called.is_paced && told.is_paced,
    };
    let early = calls.iter().find(|called| {
        called.run == told.run && called.at_ms > heard_ms && called.at_ms < *until_ms && waits(called)
    })?;
    let what = format!(
        "{} {} was called at {}, though told at {} to wait until {}",
        early.account,
        early.chat,
        since(early.at_ms),
        since(heard_ms),
        since(*until_ms)
    );
    Some(Fault::new(BY, what))
}
