//! PostgreSQL's own programs for copies of a database.

use std::path::Path;

use tokio::process::Command;
use url::Url;

/// Writes a dump of a database in PostgreSQL's custom format.
///
/// # Errors
/// One sentence that says what is wrong and what to do.
pub(super) async fn dump(url: &str, to: &Path) -> Result<(), String> {
    let mut command = program("pg_dump", url)?;
    command.args(["--format=custom", "--no-owner", "--no-privileges", "--file"]).arg(to);
    run("pg_dump", command).await
}

/// Puts a dump into a database that has nothing yet: all of it, or nothing.
///
/// # Errors
/// One sentence that says what is wrong and what to do.
pub(super) async fn restore(url: &str, from: &Path) -> Result<(), String> {
    let mut command = program("pg_restore", url)?;
    command.args(["--no-owner", "--no-privileges", "--single-transaction", "--exit-on-error"]).arg(from);
    run("pg_restore", command).await
}

/// One of the programs, told which database is meant. Everybody on the machine can read a command line: the password goes
/// by the environment.
fn program(name: &str, url: &str) -> Result<Command, String> {
    let mut address = Url::parse(url).map_err(|_| {
        "[database] url is not a PostgreSQL address (postgres://user:password@host/name)".to_owned()
    })?;
    let mut command = Command::new(name);
    if let Some(password) = address.password() {
        command.env("PGPASSWORD", unescaped(password));
        let _ = address.set_password(None);
    }
    command.arg("--dbname").arg(address.as_str());
    Ok(command)
}

/// What a part of an address says, without its percent signs.
fn unescaped(part: &str) -> String {
    let pair = format!("x={}", part.replace('+', "%2B"));
    url::form_urlencoded::parse(pair.as_bytes())
        .next()
        .map(|(_, value)| value.into_owned())
        .unwrap_or_default()
}

async fn run(name: &str, mut command: Command) -> Result<(), String> {
    let done = command
        .output()
        .await
        .map_err(|error| format!("{name} cannot be run ({error}); install PostgreSQL's client programs"))?;
    if done.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&done.stderr);
    Err(format!("{name} failed: {}", said.trim().lines().last().unwrap_or("it gave no reason")))
}

#[cfg(test)]
mod tests {
    use super::{program, unescaped};

    #[test]
    fn a_password_is_on_no_command_line() {
        let command = program("pg_dump", "postgres://ops:s%40fe+1@db/guild?sslmode=require").unwrap();
        let command = command.as_std();
        let line: Vec<_> = command.get_args().map(|arg| arg.to_string_lossy()).collect();
        assert_eq!(line, ["--dbname", "postgres://ops@db/guild?sslmode=require"]);
        let password =
            command.get_envs().find(|(name, _)| *name == "PGPASSWORD").and_then(|(_, value)| value);
        assert_eq!(password.unwrap(), "s@fe+1");
        assert_eq!(unescaped("a%3Db%26c"), "a=b&c");
    }
}
