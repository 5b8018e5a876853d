//! Nothing is lost, and nothing is rounded: each row ends, and ends as the platform saw it.

use super::{Fault, Row, Scene};
use crate::plan::Step;
use crate::probe::{self, Ask};
use crate::world::state::Verdict;

const BY: &str = "lost";
/// What may be done twice, and so is repeated until it is confirmed.
const REPEATED: [&str; 5] = ["edit", "delete", "mute", "unmute", "pin"];
/// What the program itself refuses, in its own words.
const OWN_REFUSALS: [&str; 6] = [
    "held back before it was sent",
    "expired before it could be sent",
    "the chat is not known",
    "the platform can do nothing of it",
    "the bot lacks the right to do it",
    "the message or thread that it points at was never made",
];

pub fn check(scene: &Scene<'_>) -> Vec<Fault> {
    let mut faults: Vec<Fault> = scene.rows.iter().filter_map(|row| of_row(scene, row)).collect();
    for (_, step) in &scene.plan.steps {
        if let Step::Asks { account, no, ask, .. } = step {
            of_ask(scene, *account, *no, *ask, &mut faults);
        }
    }
    faults
}

fn of_row(scene: &Scene<'_>, row: &Row) -> Option<Fault> {
    let calls = scene.calls_of(row);
    let fault = |what: &str| Some(Fault::new(BY, format!("{} {what}", row.name())));
    let done = |verdict: &Verdict| verdict.is_effect() || *verdict == Verdict::Same;
    match row.state.as_str() {
        "sent" => {
            let mut made: Vec<u64> =
                calls.iter().filter(|called| done(&called.verdict)).map(|called| called.digest).collect();
            made.sort_unstable();
            made.dedup();
            if made.is_empty() || (made.len() as i64) < row.calls_done {
                return fault("counts as sent, and the platform never did it");
            }
            None
        }
        "rejected" => {
            if row.word == "send"
                && row.calls_done == 0
                && calls.iter().any(|called| called.verdict.is_effect())
            {
                return fault("counts as refused, and the platform did it");
            }
            let by_platform = calls.iter().any(|called| matches!(called.verdict, Verdict::Refused(_)));
            let by_us = row.error.as_deref().is_some_and(|why| OWN_REFUSALS.contains(&why));
            if by_platform || by_us { None } else { fault("counts as refused, and nobody refused it") }
        }
        "unknown" => {
            let in_doubt = calls.iter().any(|called| {
                called.answered_ms.is_none()
                    || matches!(called.verdict, Verdict::DoneUnheard | Verdict::LostOnTheWay)
            });
            let settled_ms = row.settled_at_ms.unwrap_or(scene.now_ms);
            if REPEATED.contains(&row.word.as_str()) {
                return fault("counts as unknown, though it may be repeated");
            }
            if !in_doubt && !scene.was_killed_within(row.created_at_ms, settled_ms) {
                return fault("counts as unknown, though its answer came");
            }
            None
        }
        _ => fault("has no end"),
    }
}

/// What was asked for was put down once.
fn of_ask(scene: &Scene<'_>, account: usize, no: usize, ask: Ask, faults: &mut Vec<Fault>) {
    // The other chat may have gone on under another key while the question was on its way.
    let may_miss = matches!(ask, Ask::Far(_))
        && scene
            .plan
            .steps
            .iter()
            .any(|(_, step)| matches!(step, Step::Migrates { account: of, .. } if *of == account));
    for key in ask.keys(no) {
        let wanted = (probe::NAME.to_owned(), key);
        let rows = scene.rows.iter().filter(|row| row.of.as_ref() == Some(&wanted)).count();
        match rows {
            1 => {}
            0 if may_miss => {}
            0 => faults.push(Fault::new(BY, format!("nothing came of {}", wanted.1))),
            more => faults.push(Fault::new("doubled", format!("{} was put down {more} times", wanted.1))),
        }
        let sent = scene.rows.iter().find(|row| row.of.as_ref() == Some(&wanted) && row.state == "sent");
        if let Some(row) = sent.filter(|_| ask == Ask::Long) {
            faults.extend(missing_part(scene, row));
        }
    }
}

/// What a platform had to take in parts counts as sent when all of it is there.
fn missing_part(scene: &Scene<'_>, row: &Row) -> Option<Fault> {
    let calls = scene.calls_of(row);
    let read: Vec<&str> = calls
        .iter()
        .filter(|called| called.verdict.is_effect())
        .flat_map(|called| called.text.split("; ").map(|part| part.trim_end_matches(';').trim()))
        .collect();
    let missing =
        (0..probe::LONG_PARTS).find(|part| !read.iter().any(|read| read.ends_with(&format!(" part {part}"))));
    missing.map(|part| {
        Fault::new(BY, format!("{} counts as sent, and part {part} of it is nowhere", row.name()))
    })
}
