//! Within a chat and lane, what was put down first goes out first; and answers come in the order of the questions.

use std::collections::BTreeMap;

use super::{Fault, Row, Scene};
use crate::ground::ACCOUNTS;
use crate::plan::Step;
use crate::probe::Ask;

const BY: &str = "order";
/// Files wait for nobody.
const FILES: i64 = 3;

pub fn check(scene: &Scene<'_>) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut lanes: BTreeMap<(&str, &str, i64), Vec<&Row>> = BTreeMap::new();
    for row in scene.rows.iter().filter(|row| row.lane != FILES && !scene.calls_of(row).is_empty()) {
        lanes.entry((&row.account, &row.chat, row.lane)).or_default().push(row);
    }
    for rows in lanes.values() {
        for two in rows.windows(2) {
            let last = scene.calls_of(two[0]).iter().map(|called| called.at_ms).max();
            let first = scene.calls_of(two[1]).iter().map(|called| called.at_ms).min();
            if last > first {
                let what = format!("{} goes out before {}", two[1].name(), two[0].name());
                faults.push(Fault::new(BY, what));
            }
        }
    }
    faults.extend(answers(scene));
    faults
}

/// What people asked for in a chat is answered there in the order in which they asked.
fn answers(scene: &Scene<'_>) -> Vec<Fault> {
    let mut place: BTreeMap<usize, (usize, &str, &str)> = BTreeMap::new();
    for (at, (_, step)) in scene.plan.steps.iter().enumerate() {
        if let Step::Asks { account, chat, no, ask, .. } = step
            && !matches!(ask, Ask::Far(_) | Ask::Delete)
        {
            place.insert(*no, (at, ACCOUNTS[*account], chat));
        }
    }
    let mut last: BTreeMap<(&str, &str), (usize, usize)> = BTreeMap::new();
    let mut faults = Vec::new();
    for called in
        scene.world.calls.iter().filter(|called| called.verdict.is_effect() && called.word == "send")
    {
        let Some((no, part)) = read(&called.text) else { continue };
        let Some((at, account, chat)) = place.get(&no) else { continue };
        if (*account, *chat) != (called.account.as_str(), called.chat.as_str()) {
            faults.push(Fault::new(
                BY,
                format!("{} is read in {} {}", called.text, called.account, called.chat),
            ));
            continue;
        }
        let before = last.insert((account, chat), (*at, part));
        if before.is_some_and(|before| before > (*at, part)) {
            faults.push(Fault::new(BY, format!("{account} {chat} reads {:?} too late", called.text)));
        }
    }
    faults
}

/// `K12-3` and what follows.
fn read(text: &str) -> Option<(usize, usize)> {
    let (no, rest) = text.strip_prefix('K')?.split_once('-')?;
    let part: String = rest.chars().take_while(char::is_ascii_digit).collect();
    Some((no.parse().ok()?, part.parse().ok()?))
}
