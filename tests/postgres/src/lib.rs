//! Starts a throw-away PostgreSQL cluster for tests.
//!
//! One cluster a process, started by the first call of [`cluster`]; it stops and its folder is removed when
//! the process ends, in whatever way. Each test asks the cluster for a database of its own, which is there as long
//! as the value that stands for it:
//!
//! ```no_run
//! if let Some(cluster) = throwaway_postgres::cluster() {
//!     let database = cluster.fresh_database(None);
//!     // connect to `database.url()` and test
//! }
//! ```

mod database;
mod owner;
mod programs;
mod start;

use std::env;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::Child;
use std::sync::OnceLock;
use std::sync::atomic::AtomicU32;

pub use database::Database;

/// What a developer reads where the server programs are absent.
const ABSENT: &str = "PostgreSQL server programs not found: the store tests ran on SQLite only; \
                      install postgresql to run both";

/// A running PostgreSQL cluster that no other process knows of.
#[derive(Debug)]
pub struct Cluster {
    programs: PathBuf,
    folder: PathBuf,
    major_version: u32,
    databases: AtomicU32,
    /// Holds the pipe whose end tells the watchdog to clean up.
    _watchdog: Child,
}

/// The cluster of this process, started by the first call (about a second).
///
/// `None` where PostgreSQL's server programs are not on the machine; stderr then says so, once.
///
/// # Panics
/// Where the programs are there and no cluster starts; and, with `CI=true` in the environment, where they
/// are not.
pub fn cluster() -> Option<&'static Cluster> {
    static CLUSTER: OnceLock<Result<Option<Cluster>, String>> = OnceLock::new();
    match CLUSTER.get_or_init(find_and_start) {
        Ok(cluster) => cluster.as_ref(),
        Err(sentence) => panic!("{sentence}"),
    }
}

fn find_and_start() -> Result<Option<Cluster>, String> {
    let Some(programs) = programs::find(variable("PATH").as_ref(), Path::new(programs::DEBIAN)) else {
        if variable("CI") == "true" {
            return Err(ABSENT.to_owned());
        }
        // Not `eprintln!`: the test runner would swallow it for tests that pass.
        let _ = writeln!(io::stderr(), "{ABSENT}");
        return Ok(None);
    };
    let (watchdog, folder) = start::start(&programs)?;
    let version = fs::read_to_string(folder.join("data/PG_VERSION")).map_err(|error| error.to_string())?;
    let major_version = version.trim().parse().map_err(|_| format!("PG_VERSION holds {version}"))?;
    let databases = AtomicU32::new(0);
    Ok(Some(Cluster { programs, folder, major_version, databases, _watchdog: watchdog }))
}

#[expect(clippy::disallowed_methods, reason = "a test harness has no config struct to be told by")]
fn variable(name: &str) -> String {
    env::var(name).unwrap_or_default()
}

impl Cluster {
    /// The folder of the server's and client's programs (`psql`, `pg_dump`).
    pub fn programs(&self) -> &Path {
        &self.programs
    }

    /// The file in which the server writes what it was told to log.
    pub fn log(&self) -> PathBuf {
        self.folder.join("log")
    }
}
