//! What a clean message costs the allocator once all is warm: nothing.

#![expect(clippy::print_stdout, reason = "whoever works on it reads what allocates")]

use std::alloc::System;
use std::sync::Mutex;

use moderation::{Activity, Engine, Learner, Message, Outcome, Policy};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// What is counted is the whole program's, so one test runs at a time.
static ALONE: Mutex<()> = Mutex::new(());

const CLEAN: &[&str] = &[
    "今天仓库盘点，明天恢复正常",
    "昨天那批货已经到了，质量不错",
    "辛苦了，大家早点休息！",
    "ok thanks, see you on monday",
    "the new boxes arrived this morning and look fine",
    "下午三点开会，资料已经放好了……",
];

#[test]
fn a_clean_message_allocates_nothing() {
    let _alone = ALONE.lock();
    let policy = Policy::parse(Policy::default_merchant_toml()).unwrap_or_else(|faults| panic!("{faults:?}"));
    let engine = Engine::new(policy).with_learner(Learner::starter().clone());
    let mut activity = Activity::default();
    // Deques and buffers grow to what they need.
    for nth in 0..1_500 {
        let text = CLEAN[nth % CLEAN.len()];
        engine
            .check_with(&Message::new(text).by("a", Some("林小满")).at(nth as i64 * 400_000), &mut activity);
    }
    for (nth, text) in CLEAN.iter().enumerate() {
        let message = Message::new(text).by("b", Some("林小满")).at(1_000_000_000_000 + nth as i64 * 400_000);
        for _ in 0..2 {
            let region = Region::new(ALLOCATOR);
            let verdict = engine.check(&message);
            let alone = region.change().allocations;
            assert!(verdict.outcome == Outcome::Pass && verdict.hits.is_empty(), "{text}: {verdict:?}");
            let region = Region::new(ALLOCATOR);
            engine.check_with(&message, &mut activity);
            assert_eq!((alone, region.change().allocations), (0, 0), "{text}");
        }
    }
}

/// Ordinary messages of all sorts, those that hold links, numbers, wide signs or codes among them.
#[test]
fn few_messages_without_a_sign_allocate_anything() {
    let _alone = ALONE.lock();
    let policy = Policy::parse(Policy::default_merchant_toml()).unwrap_or_else(|faults| panic!("{faults:?}"));
    let engine = Engine::new(policy).with_learner(Learner::starter().clone());
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/data/moderation/dev.jsonl");
    let lines = std::fs::read_to_string(file).unwrap_or_default();
    let (mut clean, mut free) = (0, 0);
    for line in lines.lines() {
        let line: serde_json::Value = serde_json::from_str(line).unwrap_or_default();
        let text = line["text"].as_str().unwrap_or_default();
        let message = Message::new(text);
        // The first look makes what is made once.
        engine.check(&message);
        let region = Region::new(ALLOCATOR);
        let verdict = engine.check(&message);
        let allocations = region.change().allocations;
        if verdict.outcome == Outcome::Pass && verdict.hits.is_empty() {
            clean += 1;
            free += u32::from(allocations == 0);
            if allocations > 0 {
                println!("{allocations}: {text}");
            }
        }
    }
    println!("{free} of {clean}");
    assert!(clean > 40 && free * 100 >= clean * 90, "{free} of {clean}");
}
