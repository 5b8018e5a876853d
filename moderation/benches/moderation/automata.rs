//! The two automata that could hold the words of a policy, on the same words and messages.

use std::hint::black_box;
use std::time::Instant;

use aho_corasick::{AhoCorasick, AhoCorasickKind};
use daachorse::CharwiseDoubleArrayAhoCorasick;
use stats_alloc::Region;

use crate::{ALLOCATOR, material, nanoseconds};

/// Prints how long each takes to be built, what it holds, and what a message costs, every match told.
pub(crate) fn run(messages: &[String]) {
    println!("\none automaton of 60,000 words, every match told");
    let words = material::words(60_000);
    let daachorse =
        built("daachorse, by characters", || CharwiseDoubleArrayAhoCorasick::<u32>::new(&words).unwrap());
    figure("daachorse, by characters", messages, |text| daachorse.find_overlapping_iter(text).count());
    for (name, kind) in [
        ("aho-corasick, contiguous NFA", AhoCorasickKind::ContiguousNFA),
        ("aho-corasick, DFA", AhoCorasickKind::DFA),
    ] {
        let automaton = built(name, || AhoCorasick::builder().kind(Some(kind)).build(&words).unwrap());
        figure(name, messages, |text| automaton.find_overlapping_iter(text).count());
    }
}

fn built<T>(name: &str, build: impl FnOnce() -> T) -> T {
    let region = Region::new(ALLOCATOR);
    let start = Instant::now();
    let automaton = build();
    let took_ms = start.elapsed().as_secs_f64() * 1e3;
    let change = region.change();
    let held = change.bytes_allocated.saturating_sub(change.bytes_deallocated);
    println!("  {name}: built in {took_ms:.0} ms, holds {:.1} MiB", held as f64 / 1_048_576.0);
    automaton
}

fn figure(name: &str, messages: &[String], mut call: impl FnMut(&str) -> usize) {
    let mut figures: Vec<f64> = messages.iter().map(|text| nanoseconds(|| black_box(call(text)))).collect();
    figures.sort_by(f64::total_cmp);
    println!("  {name}: median {:.0} ns a message", figures[figures.len() / 2]);
}
