//! What goes to many goes out as a second person saw it, and nobody is their own second person.

use super::{Fault, Scene};
use crate::plan::APPROVE_FROM;

const BY: &str = "approval";

pub fn check(scene: &Scene<'_>) -> Vec<Fault> {
    let mut faults = Vec::new();
    for one in scene.announced.iter().flatten() {
        let push = one.no.to_string();
        let reached = scene.copies.iter().filter(|copy| copy.push == push && copy.state != "unreachable");
        if one.is_own_approved {
            faults.push(Fault::new(BY, format!("{push} was approved by its author")));
        }
        if reached.count() >= APPROVE_FROM && one.approved.as_ref() != Some(&one.body) {
            let what = format!("{push} says {:?}, and {:?} was approved", one.body, one.approved);
            faults.push(Fault::new(BY, what));
        }
        let is_shown = || {
            let sends = scene.world.calls.iter().filter(|called| called.verdict.is_effect());
            sends.filter(|called| called.word == "send").any(|called| called.text.contains(&one.body))
        };
        if !one.is_sent && is_shown() {
            faults.push(Fault::new(BY, format!("{push} was never sent, and is read")));
        }
    }
    faults
}
