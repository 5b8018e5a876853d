//! Of an announcement that tests two texts everybody reads one: the one that they were dealt, or the winner once there is one.

use bot_core::features::announcement::dealt;

use super::{Copied, Fault, Scene};
use crate::acts::{Announced, OTHER, SHARE};

const BY: &str = "variants";

pub fn check(scene: &Scene<'_>) -> Vec<Fault> {
    let tests = scene.announced.iter().flatten().filter(|one| one.is_sent && one.tests);
    tests.flat_map(|one| of_one(scene, one)).collect()
}

fn of_one(scene: &Scene<'_>, one: &Announced) -> Vec<Fault> {
    let push = one.no.to_string();
    let copies = scene.copies.iter().filter(|copy| copy.push == push && copy.state != "unreachable");
    copies.filter_map(|copy| of_copy(scene, one, copy)).collect()
}

fn of_copy(scene: &Scene<'_>, one: &Announced, copy: &Copied) -> Option<Fault> {
    let fault = |what: String| Some(Fault::new(BY, format!("{} of {} {what}", copy.recipient, copy.push)));
    let is_dealt = dealt(one.no, &copy.recipient, SHARE, 2).and_then(|n| i64::try_from(n).ok());
    if copy.variant != is_dealt {
        return fault(format!("was dealt {is_dealt:?}, and tests {:?}", copy.variant));
    }
    let winner = scene.winners.get(&copy.push);
    let wanted = copy.variant.or(winner.map(|(winner, _)| *winner));
    let from_ms = winner.filter(|_| copy.variant.is_none()).map_or(0, |(_, at_ms)| *at_ms);
    for called in scene.world.calls.iter().filter(|called| called.verdict.is_effect()) {
        let is_theirs = ["send", "post"].contains(&called.word)
            && called.text.contains(&one.body)
            && format!("c-{}-{}", called.account, called.chat) == copy.recipient;
        if !is_theirs {
            continue;
        }
        let read = i64::from(called.text.contains(OTHER));
        if wanted != Some(read) {
            return fault(format!("reads text {read}, and {wanted:?} is theirs"));
        }
        if called.at_ms < from_ms {
            return fault("reads the winner before there is one".to_owned());
        }
    }
    None
}
