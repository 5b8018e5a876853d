//! What the simulation is told on its command line.

use super::planted::Bug;

const HELP: &str = "simulation [--seeds N] [--from SEED] [--jobs N] [--twice N] [--planted N] | --seed SEED [--trace] [--bug NAME]";

#[derive(Debug)]
pub struct Args {
    pub seeds: u64,
    pub from: u64,
    pub seed: Option<u64>,
    pub trace: bool,
    pub jobs: u64,
    /// So many of the seeds are run twice.
    pub twice: u64,
    /// A bug to plant.
    pub bug: Option<Bug>,
    /// How many seeds each planted bug is looked for in.
    pub planted: u64,
    /// Only the names of the tests are wanted.
    pub lists: bool,
}

impl Args {
    /// Reads what stands behind the program's name. What other test programs know as well is passed over.
    pub fn read(mut words: impl Iterator<Item = String>) -> Result<Self, String> {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let mut args = Self {
            seeds: 200,
            from: 1,
            seed: None,
            trace: false,
            jobs: cores as u64,
            twice: 5,
            bug: None,
            planted: 0,
            lists: false,
        };
        while let Some(word) = words.next() {
            let mut number = || {
                words
                    .next()
                    .and_then(|word| word.parse().ok())
                    .ok_or_else(|| format!("{word} wants a number\n{HELP}"))
            };
            match word.as_str() {
                "--seeds" => args.seeds = number()?,
                "--from" => args.from = number()?,
                "--seed" => args.seed = Some(number()?),
                "--jobs" => args.jobs = number()?.max(1),
                "--twice" => args.twice = number()?,
                "--planted" => args.planted = number()?,
                "--bug" => {
                    let name = words.next().unwrap_or_default();
                    args.bug = Some(Bug::named(&name).ok_or_else(|| format!("no bug is called {name:?}"))?);
                }
                "--trace" => args.trace = true,
                "--list" => args.lists = true,
                "--help" => return Err(HELP.to_owned()),
                _ => {}
            }
        }
        Ok(args)
    }
}
