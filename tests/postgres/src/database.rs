//! A database of its own for a test, dropped when the test is done with it.

use std::process::Command;
use std::sync::atomic::Ordering;

use crate::{Cluster, start};

/// A database of a throw-away cluster. It is dropped with this value, whoever is still connected: thousands of them are
/// made in one run of the tests, and together they would fill the memory that they lie in.
#[derive(Debug)]
#[must_use = "the database is dropped with the value"]
pub struct Database {
    cluster: &'static Cluster,
    name: String,
    url: String,
}

impl Cluster {
    /// Makes a new database.
    ///
    /// With `template`, a database made here earlier, the new one is a copy of it: migrate once, copy for each test.
    /// Nobody may be connected to the template while it is copied.
    ///
    /// # Panics
    /// Where the database can't be made, with the server's own words.
    pub fn fresh_database(&'static self, template: Option<&Database>) -> Database {
        let name = format!("fresh_{}", self.databases.fetch_add(1, Ordering::Relaxed));
        let mut command = self.client("createdb");
        command.args(["-T", template.map_or("template1", |database| &database.name), &name]);
        // From 15 on the default is to copy through the log, which takes twice the time and room.
        command.args(if self.major_version >= 15 { &["-S", "file_copy"][..] } else { &[] });
        match command.output() {
            Ok(output) if output.status.success() => {}
            Ok(output) => panic!("no new database: {}", String::from_utf8_lossy(&output.stderr).trim()),
            Err(error) => panic!("no new database: createdb did not start: {error}"),
        }
        // Every part is spelled out, so that no PGPORT or PGSSLMODE in the environment fills a gap.
        let folder = self.folder.display();
        let url = format!("postgres://guildhall@localhost:5432/{name}?host={folder}&sslmode=disable");
        Database { cluster: self, name, url }
    }

    /// One of the client's programs, as the cluster's owner.
    fn client(&self, program: &str) -> Command {
        let mut command = Command::new(self.programs.join(program));
        start::without_postgres_settings(&mut command).arg("-h").arg(&self.folder);
        command.args(["-U", "guildhall", "--maintenance-db=postgres"]);
        command
    }
}

impl Database {
    /// Its `postgres://` URL (a Unix socket, no password, no TLS).
    pub fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        // What cannot be dropped goes with the cluster.
        let _ = self.cluster.client("dropdb").args(["--force", "--if-exists", &self.name]).output();
    }
}
