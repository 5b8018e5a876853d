//! Nothing is doubled: no platform did the same send twice, and nobody reads the same line twice.

use std::collections::BTreeMap;

use super::{Fault, Scene};

const BY: &str = "doubled";

pub fn check(scene: &Scene<'_>) -> Vec<Fault> {
    let mut by_call: BTreeMap<(&str, u64), usize> = BTreeMap::new();
    let mut by_text: BTreeMap<(&str, &str, &str), usize> = BTreeMap::new();
    let sends = scene.world.calls.iter().filter(|called| called.verdict.is_effect());
    for called in sends.filter(|called| ["send", "post"].contains(&called.word)) {
        *by_call.entry((&called.row, called.digest)).or_default() += 1;
        let is_own = called.text.starts_with('K') || called.text.contains("Announced as number");
        if is_own && called.word == "send" {
            *by_text.entry((&called.account, &called.chat, &called.text)).or_default() += 1;
        }
    }
    let calls = by_call.into_iter().filter(|(_, times)| *times > 1);
    let texts = by_text.into_iter().filter(|(_, times)| *times > 1);
    calls
        .map(|((row, _), times)| Fault::new(BY, format!("{row} was sent {times} times")))
        .chain(texts.map(|((account, chat, text), times)| {
            Fault::new(BY, format!("{account} {chat} reads {text:?} {times} times"))
        }))
        .collect()
}
