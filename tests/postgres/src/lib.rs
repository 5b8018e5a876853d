//! Starts a throw-away PostgreSQL cluster for tests.
//!
//! One cluster a process, started by the first call of [`cluster`]; it stops and its folder is removed when
//! the process ends, in whatever way. Each test asks the cluster for a database of its own:
//!
//! ```no_run
//! if let Some(cluster) = throwaway_postgres::cluster() {
//!     let url = cluster.fresh_database(None);
//!     // connect to `url` and test
//! }
//! ```

mod owner;
mod programs;
mod start;

use std::env;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

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
    /// Makes a new database and gives its `postgres://` URL (a Unix socket, no password, no TLS).
    ///
    /// With `template`, the URL of a database made here earlier, the new one is a copy of it: migrate once,
    /// copy for each test. Nobody may be connected to the template while it is copied.
    ///
    /// # Panics
    /// Where the database can't be made, with the server's own words.
    pub fn fresh_database(&self, template: Option<&str>) -> String {
        let name = format!("fresh_{}", self.databases.fetch_add(1, Ordering::Relaxed));
        let mut command = Command::new(self.programs.join("createdb"));
        start::without_postgres_settings(&mut command).arg("-h").arg(&self.folder);
        command.args(["-U", "guildhall", "--maintenance-db=postgres"]);
        command.args(["-T", template.map_or("template1", |url| self.name_of(url)), &name]);
        // From 15 on the default is to copy through the log, which takes twice the time and room.
        command.args(if self.major_version >= 15 { &["-S", "file_copy"][..] } else { &[] });
        match command.output() {
            Ok(output) if output.status.success() => self.url_of(&name),
            Ok(output) => panic!("no new database: {}", String::from_utf8_lossy(&output.stderr).trim()),
            Err(error) => panic!("no new database: createdb did not start: {error}"),
        }
    }

    /// The folder of the server's and client's programs (`psql`, `pg_dump`).
    pub fn programs(&self) -> &Path {
        &self.programs
    }

    fn url_of(&self, name: &str) -> String {
        // Every part is spelled out, so that no PGPORT or PGSSLMODE in the environment fills a gap.
        let folder = self.folder.display();
        format!("postgres://guildhall@localhost:5432/{name}?host={folder}&sslmode=disable")
    }

    fn name_of<'url>(&self, url: &'url str) -> &'url str {
        let name = url.split_once(":5432/").and_then(|(_, rest)| rest.split_once('?')).map(|(name, _)| name);
        match name {
            Some(name) if self.url_of(name) == url => name,
            _ => panic!("a template is the URL of a database of the same cluster, not {url}"),
        }
    }
}
