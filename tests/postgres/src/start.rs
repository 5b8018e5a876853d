//! Starts the watchdog, which starts the cluster and outlives the test process by a moment.

use std::env;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use crate::owner;

const WATCHDOG: &str = include_str!("watchdog.sh");

/// A socket's address holds 103 bytes on the tightest Unix; the rest is for the names below the folder.
const LONGEST_BASE_LEN: usize = 60;

/// Starts a cluster with the programs in `programs`. Gives the watchdog, whose stdin is the lifeline, and
/// the folder with the socket; or a sentence with the server's own words.
pub(crate) fn start(programs: &Path) -> Result<(Child, PathBuf), String> {
    let mut command = Command::new("sh");
    command.args(["-c", WATCHDOG, "watchdog"]).arg(programs).current_dir("/");
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    without_postgres_settings(&mut command).env("LC_ALL", "C");
    // Root's own TMPDIR may be closed to others.
    let left_root = owner::leave_root(&mut command)?;
    command.arg(if left_root { PathBuf::from("/tmp") } else { base(env::temp_dir()) });

    let mut watchdog = command.spawn().map_err(|error| format!("sh did not start: {error}"))?;
    let said = watchdog.stdout.take().ok_or("the watchdog has no stdout")?;
    let mut said = BufReader::new(said);
    let mut next_line = || {
        let mut line = String::new();
        said.read_line(&mut line).map(|_| line.trim_end().to_owned()).map_err(|error| error.to_string())
    };
    let first = next_line()?;
    if first == "ready" {
        return Ok((watchdog, PathBuf::from(next_line()?)));
    }
    let mut rest = String::new();
    said.read_to_string(&mut rest).map_err(|error| error.to_string())?;
    Err(format!("the throw-away PostgreSQL cluster did not start: {first}\n{rest}"))
}

/// A developer's `PGHOST` or `PGOPTIONS` is meant for another server.
pub(crate) fn without_postgres_settings(command: &mut Command) -> &mut Command {
    for (name, _) in env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("PG")) {
        command.env_remove(name);
    }
    command
}

/// The system's folder for temporary files where its path fits a socket's address and needs no escaping.
fn base(temp: PathBuf) -> PathBuf {
    let plain = |path: &str| path.bytes().all(|b| b.is_ascii_alphanumeric() || b"/._-".contains(&b));
    match temp.to_str() {
        Some(path) if path.len() <= LONGEST_BASE_LEN && plain(path) => temp,
        _ => PathBuf::from("/tmp"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_socket_fits_below_the_base() {
        let chosen = |temp: &str| base(PathBuf::from(temp)).display().to_string();
        assert_eq!(chosen("/var/tmp/me"), "/var/tmp/me");
        assert_eq!(chosen("/home/me/my temp"), "/tmp");
        assert_eq!(chosen(&"/deep".repeat(20)), "/tmp");
    }
}
