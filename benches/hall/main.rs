//! `cargo bench`: what a message costs, what an idle program takes, how long a start lasts. Ratios are within
//! one run.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a bench that cannot run has failed, and prints its figures"
)]

mod program;
mod telegram;
mod throughput;

fn main() {
    let args: Vec<String> = std::env::args().collect();
    if let [_, what @ ("--echo-bot" | "--reading-bot"), api_url] =
        args.iter().map(String::as_str).collect::<Vec<_>>()[..]
    {
        return telegram::bare_bot(api_url, what == "--echo-bot");
    }
    // `cargo test --benches` and the like pass flags for another harness; only `cargo bench` measures.
    if !std::env::args().any(|arg| arg == "--bench") {
        return;
    }
    println!("cpu: {}", cpu());
    throughput::run();
    telegram::run();
    program::idle();
    program::start_with_a_million_messages();
}

fn cpu() -> String {
    let info = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let names: Vec<&str> = info.lines().filter(|line| line.starts_with("model name")).collect();
    let name = names.first().and_then(|line| line.split_once(": ")).map_or("unknown", |(_, name)| name);
    format!("{} × {name}", names.len())
}

/// The middle of some figures, and what 99 of 100 stay under.
fn p50_p99(mut figures: Vec<f64>) -> (f64, f64) {
    figures.sort_by(f64::total_cmp);
    let at = |share: f64| figures[((figures.len() - 1) as f64 * share) as usize];
    (at(0.50), at(0.99))
}
