//! What the hall pays for a message: the shipped policy with its learner, the writer's name, and what happened lately.

use std::hint::black_box;
use std::time::Instant;

use moderation::{Activity, Engine, Learner, Message, Outcome, Policy};
use stats_alloc::Region;

use crate::{ALLOCATOR, material};

const NAMES: &[&str] = &["林小满", "Daisy Wong", "阿强的小店", "Marketplace Fan 88", "老王"];

/// Prints what one check costs by and by: the text alone, the name, the learner, what happened lately.
pub(crate) fn run() {
    started();
    let messages = material::harmless();
    let policy = Policy::parse(Policy::default_merchant_toml()).unwrap();
    let plain = Engine::new(policy.clone());
    let learned = Engine::new(policy).with_learner(Learner::starter().clone());
    let clean: Vec<&String> =
        messages.iter().filter(|text| learned.check(&Message::new(text)).outcome == Outcome::Pass).collect();
    let silent = clean.iter().filter(|text| plain.check(&Message::new(text)).hits.is_empty()).count();
    println!("  {} of {} messages pass, {silent} of them without any sign", clean.len(), messages.len());
    figure("text alone", &clean, |text, _| plain.check(&Message::new(text)));
    figure("and the learner", &clean, |text, _| learned.check(&Message::new(text)));
    figure("and the name", &clean, |text, at| {
        learned.check(&Message::new(text).by("u1", Some(NAMES[at % NAMES.len()])))
    });
    let mut activity = Activity::default();
    figure("and what happened lately, as the hall asks", &clean, |text, at| {
        let authors = ["u1", "u2", "u3", "u4", "u5", "u6", "u7"];
        let author = authors[at % authors.len()];
        let message = Message::new(text).by(author, Some(NAMES[at % NAMES.len()])).at(at as i64 * 20_000);
        learned.check_with(&message, &mut activity)
    });
    let learner = Learner::starter();
    figure("the learner alone", &clean, |text, _| learner.probability(text));
}

/// How long what is shared takes to be made, and what it holds.
fn started() {
    println!("\nthe shipped policy as the hall uses it");
    let mut policy = None;
    timed("load merchant", || policy = Some(Policy::parse(Policy::default_merchant_toml()).unwrap()));
    let engine = Engine::new(policy.unwrap());
    timed("first check", || {
        engine.check(&Message::new("请问怎么开发票？see example.com"));
    });
    timed("first check with what happened", || {
        engine.check_with(
            &Message::new("请问怎么开发票？").by("a", Some("林")).at(1),
            &mut Activity::default(),
        );
    });
    timed("train the learner", || {
        Learner::starter();
    });
    let engine = engine.with_learner(Learner::starter().clone());
    timed("1,000 checks", || {
        for text in material::messages() {
            engine.check(&Message::new(&text));
        }
    });
}

fn timed(name: &str, call: impl FnOnce()) {
    let region = Region::new(ALLOCATOR);
    let start = Instant::now();
    call();
    let took_ms = start.elapsed().as_secs_f64() * 1e3;
    let change = region.change();
    let held = change.bytes_allocated as f64 - change.bytes_deallocated as f64;
    println!(
        "  {name}: {took_ms:.1} ms, holds {:.2} MiB, {} allocations",
        held / 1_048_576.0,
        change.allocations
    );
}

fn figure<T>(name: &str, messages: &[&String], mut call: impl FnMut(&str, usize) -> T) {
    let mut figures: Vec<f64> = vec![f64::MAX; messages.len()];
    let mut allocations = vec![0; messages.len()];
    for round in 0..4 {
        for (at, text) in messages.iter().enumerate() {
            let region = Region::new(ALLOCATOR);
            let start = Instant::now();
            black_box(call(text, round * messages.len() + at));
            let ns = start.elapsed().as_nanos() as f64;
            allocations[at] = region.change().allocations;
            figures[at] = figures[at].min(ns);
        }
    }
    figures.sort_by(f64::total_cmp);
    allocations.sort_unstable();
    let at = |share: f64| ((messages.len() - 1) as f64 * share) as usize;
    println!(
        "  {name}: median {:.2} µs, p99 {:.1} µs, most {:.1} µs; allocations median {}, p99 {}",
        figures[at(0.5)] / 1e3,
        figures[at(0.99)] / 1e3,
        figures[at(1.0)] / 1e3,
        allocations[at(0.5)],
        allocations[at(0.99)]
    );
}
