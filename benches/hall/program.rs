//! The real program as a process: its memory when idle, and how long it takes to be ready.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use bot_core::store::Db;

const STARTS: usize = 5;
const STORED: i64 = 1_000_000;

/// A running program, ended when dropped.
pub(crate) struct Program {
    child: Child,
    ready_after: Duration,
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Program {
    /// The process.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }
}

/// Memory of a program that has nothing to do: an empty hall, and the demo's community after it was made, by the
/// same process, from a week of talk.
pub(crate) fn idle() {
    let folder = tempfile::tempdir().unwrap();
    let (config, port) = config(folder.path(), "[sandbox]\nenabled = true\n");
    let empty = started(&["serve", "--config", &config.display().to_string()], port);
    println!("idle memory of an empty hall, 3 s after start: {}", resident(&empty));
    drop(empty);
    let (data, port) = (folder.path().join("demo").display().to_string(), free_port());
    let demo = started(&["demo", "--data", &data, "--listen", &format!("127.0.0.1:{port}")], port);
    println!("idle memory of the demo, 3 s after start: {}", resident(&demo));
}

/// Resident memory, and how much of it is not the program file itself.
fn resident(program: &Program) -> String {
    std::thread::sleep(Duration::from_secs(3));
    let status = std::fs::read_to_string(format!("/proc/{}/status", program.child.id())).unwrap_or_default();
    let of = |name: &str| {
        let line = status.lines().find(|line| line.starts_with(name)).unwrap_or_default();
        line.trim_start_matches(name).trim_start_matches(':').trim().to_owned()
    };
    format!("{} resident, {} of it anonymous", of("VmRSS"), of("RssAnon"))
}

/// From the start of the process to the first `ready` on `/readyz`.
pub(crate) fn start_with_a_million_messages() {
    let folder = tempfile::tempdir().unwrap();
    fill(folder.path());
    let mut seconds: Vec<f64> = (0..STARTS).map(|_| start(folder.path()).ready_after.as_secs_f64()).collect();
    seconds.sort_by(f64::total_cmp);
    println!(
        "start to ready with {STORED} stored messages: {:.0} ms (median of {STARTS})",
        seconds[STARTS / 2] * 1e3
    );
}

fn fill(folder: &Path) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let db = Db::open(&format!("sqlite:{}", folder.join("bench.sqlite").display())).await.unwrap();
        db.migrate().await.unwrap();
        let Db::Sqlite { writer, .. } = &db else { return };
        sqlx::query(
            "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $1) \
             INSERT INTO message (id, chat, platform_key, author, text, sent_at_ms) \
             SELECT printf('01M%023d', i), printf('01C%023d', i % 50), 'm' || i, printf('01U%023d', i % 40000), \
             'message number ' || i || ' 提现一般几天到账', 1795000000000 + i FROM n",
        )
        .bind(STORED)
        .execute(writer)
        .await
        .unwrap();
        db.close().await;
    });
}

fn start(folder: &Path) -> Program {
    let (config, port) = config(folder, "[sandbox]\nenabled = true\n");
    started(&["serve", "--config", &config.display().to_string()], port)
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// A config for the database in `folder` and for a platform, and the port that it names.
pub(crate) fn config(folder: &Path, platform: &str) -> (PathBuf, u16) {
    let port = free_port();
    let config = folder.join("guildhall.toml");
    let text = format!(
        "[server]\nlisten = \"127.0.0.1:{port}\"\n[database]\nurl = \"sqlite:{}\"\n{platform}[log]\nlevel = \"warn\"\n",
        folder.join("bench.sqlite").display()
    );
    std::fs::write(&config, text).unwrap();
    (config, port)
}

pub(crate) fn started(args: &[&str], port: u16) -> Program {
    #[expect(clippy::disallowed_methods, reason = "a bench measures real time")]
    let began = Instant::now();
    let child = Command::new(env!("CARGO_BIN_EXE_guildhall"))
        .args(args)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let mut program = Program { child, ready_after: Duration::ZERO };
    while !is_ready(port) {
        assert!(began.elapsed() < Duration::from_secs(60), "the program is not ready after a minute");
        std::thread::sleep(Duration::from_millis(2));
    }
    program.ready_after = began.elapsed();
    program
}

fn is_ready(port: u16) -> bool {
    let Ok(mut stream) = TcpStream::connect(("127.0.0.1", port)) else { return false };
    let asked = stream.write_all(b"GET /readyz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n");
    let mut answer = String::new();
    asked.is_ok() && stream.read_to_string(&mut answer).is_ok() && answer.starts_with("HTTP/1.1 200")
}
