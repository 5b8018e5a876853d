//! The simulation: the real core on fake platforms and a clock that is moved by hand, a seed deciding what is asked for,
//! what goes wrong and when. See `docs/simulation.md`.
//!
//! `cargo test -p bot-core --test simulation -- --seeds 1000`, `--seed 4711 --trace`, `--planted`.

#![expect(clippy::disallowed_methods, reason = "how long the seeds take is measured by the machine's clock")]
#![expect(
    unreachable_pub,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a program for tests: what it cannot do it fails at, and what it found it prints"
)]

mod acts;
mod args;
mod check;
mod clock;
mod drive;
mod ground;
mod node;
mod plan;
mod planted;
mod probe;
mod shared;
mod trace;
mod world;

use std::collections::BTreeMap;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use args::Args;
use drive::Told;
use planted::Bug;

/// The time at which every seed begins: 2026-11-21 08:00 UTC.
pub const START_MS: i64 = 1_795_248_000_000;

fn main() -> ExitCode {
    let args = match Args::read(std::env::args().skip(1)) {
        Ok(args) => args,
        Err(why) => {
            println!("{why}");
            return ExitCode::FAILURE;
        }
    };
    if args.lists {
        println!("simulation: test\n\n1 test, 0 benchmarks");
        return ExitCode::SUCCESS;
    }
    let folder = tempfile::tempdir().unwrap();
    let template = runtime().block_on(ground::template(folder.path()));
    let is_well = match args.seed {
        Some(seed) => one(seed, folder.path(), &template, &args),
        None => many(folder.path(), &template, &args) && all_found(folder.path(), &template, &args),
    };
    println!(
        "\ntest result: {}. {} passed; {} failed; 0 ignored; 0 measured; 0 filtered out\n",
        if is_well { "ok" } else { "FAILED" },
        u8::from(is_well),
        u8::from(!is_well)
    );
    if is_well { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Looks for each planted bug, seed by seed, and says in how many it was found and by whom. False when one was not.
fn all_found(folder: &Path, template: &[u8], args: &Args) -> bool {
    let is_found = AtomicBool::new(true);
    let bugs = Mutex::new(Bug::ALL.iter());
    std::thread::scope(|scope| {
        for worker in 0..args.jobs {
            let folder = folder.join(format!("planted-{worker}"));
            std::fs::create_dir(&folder).unwrap();
            let (bugs, is_found) = (&bugs, &is_found);
            scope.spawn(move || {
                loop {
                    let Some(bug) = bugs.lock().unwrap().next() else { return };
                    let (name, what) = bug.told();
                    let mut seeds = args.from..args.from + args.planted;
                    let found = seeds.find_map(|seed| {
                        let told = run(seed, &folder, template, Some(*bug));
                        told.faults.into_iter().next().map(|fault| (seed - args.from + 1, fault))
                    });
                    match found {
                        Some((seeds, fault)) => println!(
                            "planted {name} ({what}): found by `{}` in seed {seeds}: {}",
                            fault.by, fault.what
                        ),
                        None if args.planted > 0 => {
                            println!("planted {name} ({what}): not found in {} seeds", args.planted);
                            is_found.store(false, Ordering::Relaxed);
                        }
                        None => {}
                    }
                }
            });
        }
    });
    is_found.load(Ordering::Relaxed)
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

fn run(seed: u64, folder: &Path, template: &[u8], bug: Option<Bug>) -> Told {
    runtime().block_on(drive::run(seed, folder, template, bug))
}

/// One seed, with all that is to be known of it.
fn one(seed: u64, folder: &Path, template: &[u8], args: &Args) -> bool {
    let told = run(seed, folder, template, args.bug);
    if args.trace {
        told.trace.lines().iter().for_each(|line| println!("{line}"));
    }
    println!("seed {seed}: {}, trace {:016x}", counted(&told), told.trace.hash());
    told.faults.iter().for_each(|fault| println!("  {}: {}", fault.by, fault.what));
    told.faults.is_empty()
}

fn counted(told: &Told) -> String {
    format!(
        "{} calls for {} rows, {} of unknown end, {} kills",
        told.calls, told.rows, told.unknown, told.kills
    )
}

/// Many seeds, on all cores that are wanted; the first few of them twice, to see that they go the same way.
fn many(folder: &Path, template: &[u8], args: &Args) -> bool {
    let began = std::time::Instant::now();
    let (next, is_well) = (AtomicU64::new(args.from), AtomicBool::new(true));
    let sums = Mutex::new(BTreeMap::<&str, usize>::new());
    std::thread::scope(|scope| {
        for worker in 0..args.jobs {
            let folder = folder.join(worker.to_string());
            std::fs::create_dir(&folder).unwrap();
            let (next, is_well, sums) = (&next, &is_well, &sums);
            scope.spawn(move || {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= args.from + args.seeds {
                        return;
                    }
                    let told = run(seed, &folder, template, args.bug);
                    let twice =
                        (seed - args.from < args.twice).then(|| run(seed, &folder, template, args.bug));
                    let differs = twice.is_some_and(|again| again.trace.hash() != told.trace.hash());
                    if differs {
                        println!("seed {seed} does not go the same way twice");
                    }
                    if !told.faults.is_empty() {
                        told.faults
                            .iter()
                            .take(5)
                            .for_each(|fault| println!("seed {seed}: {}: {}", fault.by, fault.what));
                        println!(
                            "  replay: cargo test -p bot-core --test simulation -- --seed {seed} --trace"
                        );
                    }
                    if differs || !told.faults.is_empty() {
                        is_well.store(false, Ordering::Relaxed);
                    }
                    let mut sums = sums.lock().unwrap();
                    for (what, count) in [
                        ("calls", told.calls),
                        ("rows", told.rows),
                        ("unknown", told.unknown),
                        ("kills", told.kills),
                        ("faulty seeds", usize::from(!told.faults.is_empty())),
                    ] {
                        *sums.entry(what).or_default() += count;
                    }
                }
            });
        }
    });
    println!("{} seeds in {:.1} s: {:?}", args.seeds, began.elapsed().as_secs_f64(), sums.lock().unwrap());
    is_well.load(Ordering::Relaxed)
}
