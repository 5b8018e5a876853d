//! One program calls for an account at a time: once another has called, the one before calls never again.

use std::collections::{BTreeMap, BTreeSet};

use super::{Fault, Scene};

const BY: &str = "nodes";

pub fn check(scene: &Scene<'_>) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut latest: BTreeMap<&str, u32> = BTreeMap::new();
    let mut over: BTreeSet<(&str, u32)> = BTreeSet::new();
    for called in &scene.world.calls {
        let account = called.account.as_str();
        if over.contains(&(account, called.run)) {
            let at_ms = called.at_ms - crate::START_MS;
            let what = format!("{account} was called by program {} at {at_ms}, after another", called.run);
            faults.push(Fault::new(BY, what));
            return faults;
        }
        if let Some(before) = latest.insert(account, called.run).filter(|before| *before != called.run) {
            over.insert((account, before));
        }
    }
    faults
}
