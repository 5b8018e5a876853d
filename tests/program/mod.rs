//! The real program as a process: its command line, its start in bad surroundings, its end, and its sudden death.

mod audit;
mod backup;
mod command_line;
mod death;
mod listener;
mod nodes;
mod onebot;
mod platforms;
mod policy;
mod scan;
mod surroundings;
mod webhook;

use std::fs::File;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

/// How long a program may take to be ready or to end before a test gives up.
const PATIENCE: Duration = Duration::from_secs(120);

/// A folder with a config, and the program in it.
struct Place {
    folder: tempfile::TempDir,
    port: u16,
    /// The database; `None` for SQLite in the folder.
    url: Option<String>,
}

/// Something that runs, killed when dropped.
struct Process(Child);

/// Guildhall, running.
struct Program {
    process: Process,
    log: PathBuf,
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn guildhall(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_guildhall"));
    command.args(args).stdin(Stdio::null());
    command
}

fn run(args: &[&str]) -> Output {
    guildhall(args).output().unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[expect(clippy::disallowed_methods, reason = "a process lives in real time")]
fn now() -> Instant {
    Instant::now()
}

impl Place {
    fn new() -> Self {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let place = Self { folder: tempfile::tempdir().unwrap(), port, url: None };
        place.write("");
        place
    }

    /// A place on a database elsewhere.
    fn on(url: &str) -> Self {
        let place = Self { url: Some(url.to_owned()), ..Self::new() };
        place.write(&format!("[files]\ndir = \"{}\"\n", place.path("files").display()));
        place
    }

    /// The address of the database.
    fn url(&self) -> String {
        self.url.clone().unwrap_or_else(|| format!("sqlite:{}", self.database().display()))
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn config(&self) -> String {
        self.path("guildhall.toml").display().to_string()
    }

    fn database(&self) -> PathBuf {
        self.path("hall.sqlite")
    }

    /// The config, with more lines at its end.
    fn write(&self, more: &str) {
        let text = format!(
            "[server]\nlisten = \"127.0.0.1:{}\"\n[database]\nurl = \"{}\"\n[sandbox]\nenabled = true\nfolder = \"{}\"\n{more}",
            self.port,
            self.url(),
            self.path("sandbox").display(),
        );
        std::fs::write(self.path("guildhall.toml"), text).unwrap();
    }

    fn start(&self) -> Program {
        // A pipe that nobody reads would be full some day, and the program stand still at its next word.
        let log = self.path("log");
        let lines = File::options().create(true).append(true).open(&log).unwrap();
        let child = guildhall(&["serve", "--config", &self.config()]).stderr(lines).spawn().unwrap();
        Program { process: Process(child), log }
    }

    fn start_and_wait(&self) -> Program {
        let program = self.start();
        let began = now();
        while !self.get("/readyz").is_some_and(|answer| answer.starts_with("HTTP/1.1 200")) {
            assert!(began.elapsed() < PATIENCE, "the program is not ready");
            std::thread::sleep(Duration::from_millis(20));
        }
        program
    }

    /// Runs the program until it ends by itself.
    fn serve_to_the_end(&self) -> Output {
        run(&["serve", "--config", &self.config()])
    }

    fn get(&self, path: &str) -> Option<String> {
        self.ask("GET", path, "")
    }

    fn post(&self, path: &str, body: &str) -> Option<String> {
        self.ask("POST", path, body)
    }

    fn ask(&self, method: &str, path: &str, body: &str) -> Option<String> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).ok()?;
        let length = body.len();
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n{body}"
        )
        .ok()?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).ok()?;
        Some(answer)
    }
}

impl Program {
    /// What it has logged, with what was logged in its place before.
    fn log(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap()
    }

    /// Asks it to stop, and gives how it ended and after how long.
    fn stop(mut self) -> (std::process::ExitStatus, Duration) {
        let began = now();
        Command::new("kill").args(["-TERM", &self.process.0.id().to_string()]).status().unwrap();
        loop {
            if let Some(status) = self.process.0.try_wait().unwrap() {
                return (status, began.elapsed());
            }
            assert!(began.elapsed() < PATIENCE, "the program does not stop");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

/// Whether the tests run as a user to whom no permission is denied.
fn is_root() -> bool {
    Path::new("/proc/self").exists()
        && std::fs::read_to_string("/proc/self/status").is_ok_and(|status| status.contains("Uid:\t0"))
}
