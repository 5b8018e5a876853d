//! `cargo bench -p moderation`: what a verdict costs on ordinary and on hostile messages, what a clean one allocates,
//! how long a large policy takes to load. Ratios are within one run.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a bench that cannot run has failed, and prints its figures by the clock on the wall"
)]

mod automata;
mod hall;
mod material;

use std::alloc::System;
use std::hint::black_box;
use std::time::Instant;

use moderation::{Engine, Learner, Message, Outcome, Policy};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// Each figure is the best of so many.
const ROUNDS: usize = 5;

fn main() {
    // `cargo test --benches` and the like pass flags for another harness; only `cargo bench` measures.
    if !std::env::args().any(|arg| arg == "--bench") {
        return;
    }
    // `-- hall` and the like run one part.
    let wants = |part: &str| {
        let parts = ["hall", "automata", "verdicts"];
        let mut named = std::env::args().filter(|arg| parts.contains(&arg.as_str())).peekable();
        named.peek().is_none() || named.any(|arg| arg == part)
    };
    let messages = material::messages();
    if wants("hall") {
        hall::run();
    }
    if wants("automata") {
        automata::run(&messages);
    }
    if wants("verdicts") {
        verdicts(&messages);
    }
}

/// What a verdict costs beside one fold of the same message.
fn verdicts(messages: &[String]) {
    let fold = material::Fold::new();
    let folds: Vec<f64> = messages.iter().map(|text| nanoseconds(|| fold.read(text))).collect();
    let fold_ns = report("one look-up a character", &folds, messages, None);
    let ordinary = material::ordinary();
    for (name, toml) in [
        ("words and expressions, sure views", material::policy(60_000, 200, "sure")),
        ("merchant preset", Policy::default_merchant_toml().to_owned()),
        ("merchant preset and 60,000 words, 200 expressions", material::grown(60_000, 200)),
    ] {
        let engine = load(name, &toml);
        let asks = engine.policy().learner_from_percent().is_some();
        let engine = if asks { engine.with_learner(Learner::starter().clone()) } else { engine };
        for (which, messages) in [("half violations", messages), ("an ordinary day", ordinary.as_slice())] {
            println!("  {which}");
            let figures: Vec<f64> =
                messages.iter().map(|text| nanoseconds(|| engine.check(&Message::new(text)))).collect();
            report(name, &figures, messages, Some(fold_ns));
            allocations(&engine, messages);
        }
        hostile(&engine);
    }
}

/// Loads a policy, and says how long that took and what it holds.
fn load(name: &str, toml: &str) -> Engine {
    // What every policy shares is made at the first check.
    Engine::new(Policy::parse(&material::policy(1, 0, "unsure")).unwrap()).check(&Message::new("预热"));
    let region = Region::new(ALLOCATOR);
    let start = Instant::now();
    let engine = Engine::new(Policy::parse(toml).unwrap());
    let took_ms = start.elapsed().as_secs_f64() * 1e3;
    let change = region.change();
    let held = change.bytes_allocated.saturating_sub(change.bytes_deallocated);
    println!("\n{name}\n  load {took_ms:.0} ms, holds {:.1} MiB", held as f64 / 1_048_576.0);
    engine
}

/// The time of one call in nanoseconds: the best of some rounds of many calls.
fn nanoseconds<T>(mut call: impl FnMut() -> T) -> f64 {
    black_box(call());
    let calls = 4;
    let round = |_| {
        let start = Instant::now();
        for _ in 0..calls {
            black_box(call());
        }
        start.elapsed().as_nanos() as f64 / f64::from(calls)
    };
    (0..ROUNDS).map(round).fold(f64::MAX, f64::min)
}

/// Prints the median, how many times the fold's that is, and what 99 of 100 stay under; gives the median.
fn report(name: &str, figures: &[f64], messages: &[String], fold_ns: Option<f64>) -> f64 {
    let mut sorted = figures.to_vec();
    sorted.sort_by(f64::total_cmp);
    let at = |share: f64| sorted[((sorted.len() - 1) as f64 * share) as usize];
    let median_utf8_len = {
        let mut lens: Vec<usize> = messages.iter().map(String::len).collect();
        lens.sort_unstable();
        lens[lens.len() / 2]
    };
    println!(
        "  {name}: median {:.0} ns a message of {median_utf8_len} bytes, {:.1} times the fold, p99 {:.1} µs, most {:.1} µs",
        at(0.5),
        at(0.5) / fold_ns.unwrap_or(at(0.5)),
        at(0.99) / 1e3,
        at(1.0) / 1e3
    );
    at(0.5)
}

/// Allocations of messages in which nothing is found.
fn allocations(engine: &Engine, messages: &[String]) {
    let clean = |text: &&String| {
        let verdict = engine.check(&Message::new(text));
        verdict.outcome == Outcome::Pass && verdict.hits.is_empty()
    };
    let clean: Vec<_> = messages.iter().filter(clean).collect();
    let counts: Vec<usize> = clean
        .iter()
        .map(|text| {
            let region = Region::new(ALLOCATOR);
            black_box(engine.check(&Message::new(text)));
            region.change().allocations
        })
        .collect();
    let none = counts.iter().filter(|count| **count == 0).count();
    println!(
        "  {} of {} messages are clean; {none} of these allocate nothing, the most {} times",
        clean.len(),
        messages.len(),
        counts.iter().max().unwrap_or(&0)
    );
}

/// Messages that are meant to hurt, and the same thing longer and longer.
fn hostile(engine: &Engine) {
    for (name, piece) in material::HOSTILE {
        let text: String = piece.chars().cycle().take(4_096).collect();
        let ns = nanoseconds(|| engine.check(&Message::new(&text)));
        print!("  4,096 characters of {name}: {:.1} ns a byte;", ns / text.len() as f64);
        for kib in [64, 256, 1_024] {
            let text = piece.repeat(kib * 1_024 / piece.len());
            let start = Instant::now();
            black_box(engine.check(&Message::new(&text)));
            print!(" {kib} KiB {:.1}", start.elapsed().as_nanos() as f64 / text.len() as f64);
        }
        println!(" ns a byte");
    }
}
