//! The command line.

use std::net::SocketAddr;
use std::path::PathBuf;

use bot_core::chat::{Lang, clean_display_name};
use bot_core::store::audit::Head;
use clap::{Parser, Subcommand};
use clap_complete::Shell;

/// The chat bot that runs a platform's merchant community.
#[derive(Debug, Parser)]
#[command(name = "guildhall", version, propagate_version = true)]
pub(crate) struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What the program can do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Show everything on a small made-up community, in the browser; nothing else is needed.
    Demo {
        /// Let time run 60 times faster, so that a 10-minute mute lifts in 10 seconds.
        #[arg(long)]
        fast: bool,
        /// Where to listen. Without it, 127.0.0.1:8080 or the next free port.
        #[arg(long, value_parser = address)]
        listen: Option<SocketAddr>,
        /// Keep the data in this folder. Without it, a fresh folder is used and removed at the end.
        #[arg(long)]
        data: Option<PathBuf>,
        /// What the staff of the community speak, `en` or `zh`. Without it, Chinese where the system speaks it.
        #[arg(long, value_name = "LANGUAGE", value_parser = language)]
        language: Option<Lang>,
    },
    /// Serve the community.
    Serve {
        /// The config file.
        #[arg(long, value_name = "FILE")]
        config: PathBuf,
    },
    /// Check a config file and the policy that it names, or a policy alone, without starting anything.
    Check(crate::commands::check::Options),
    /// Try a policy on messages: JSON lines {"id","text"} in, one verdict a line out.
    Scan(crate::commands::scan::Options),
    /// Bring the database's tables up to date. `serve` does this too.
    Migrate {
        /// The config file.
        #[arg(long, value_name = "FILE")]
        config: PathBuf,
    },
    /// Write a consistent copy of the database and of the files while they are served.
    Backup {
        /// The config file.
        #[arg(long, value_name = "FILE")]
        config: PathBuf,
        /// The folder to write it to; it must not exist yet.
        #[arg(value_name = "FOLDER")]
        to: PathBuf,
    },
    /// Put a backup where the config says that the database and the files are; nothing may be there yet.
    Restore {
        /// The config file.
        #[arg(long, value_name = "FILE")]
        config: PathBuf,
        /// The folder that `backup` wrote.
        #[arg(value_name = "FOLDER")]
        from: PathBuf,
        /// Send what waited at the backup, as if no time had passed. Only when nothing has served since: otherwise what
        /// went out meanwhile would go out again.
        #[arg(long)]
        resume: bool,
    },
    /// Copy everything from one database into another, empty one, such as from SQLite to PostgreSQL. Neither may be
    /// served meanwhile.
    Copy {
        /// The address of the first one, such as `sqlite:guildhall.sqlite`.
        #[arg(value_name = "FROM")]
        from: String,
        /// The address of the second one, such as `postgres://user@host/guildhall`.
        #[arg(value_name = "TO")]
        to: String,
    },
    /// Print a one-time link that signs a staff member in to the console.
    SignIn {
        /// The config file.
        #[arg(long, value_name = "FILE")]
        config: PathBuf,
        /// The staff member's name. Nobody of that name yet: they are added as admin, if there is no admin.
        #[arg(long, value_name = "NAME", value_parser = name)]
        staff: String,
        /// Take their second factor away first, for who has lost the phone and the recovery codes.
        #[arg(long)]
        reset_second_factor: bool,
    },
    /// Print a code that makes a chat identity a staff member's: they send it to the bot in private, as /link CODE.
    LinkCode {
        /// The config file.
        #[arg(long, value_name = "FILE")]
        config: PathBuf,
        /// The staff member's name. Nobody of that name yet: they are added as admin, if there is no admin.
        #[arg(long, value_name = "NAME", value_parser = name)]
        staff: String,
    },
    /// Print an API token for a staff member; it is shown once.
    Token {
        /// The config file.
        #[arg(long, value_name = "FILE")]
        config: PathBuf,
        /// The staff member's name.
        #[arg(long, value_name = "NAME", value_parser = name)]
        staff: String,
        /// What the token is for.
        #[arg(long, value_name = "TEXT")]
        label: String,
    },
    /// Show who serves the database: each node, and the accounts that it holds. Changes nothing.
    Nodes {
        /// The config file.
        #[arg(long, value_name = "FILE")]
        config: PathBuf,
        /// As one JSON object instead of a table.
        #[arg(long)]
        json: bool,
    },
    /// About the trace of what staff did.
    Audit {
        /// What to do.
        #[command(subcommand)]
        what: AuditCommand,
    },
    /// About the config.
    Config {
        /// What to print.
        #[command(subcommand)]
        what: ConfigCommand,
    },
    /// Print a completion script for a shell.
    Completions {
        /// The shell.
        shell: Shell,
    },
}

/// What can be done with the audit log.
#[derive(Debug, Subcommand)]
pub(crate) enum AuditCommand {
    /// See whether the audit log is whole: nothing changed, removed or put in. Changes nothing itself.
    Verify {
        /// The config file.
        #[arg(long, value_name = "FILE")]
        config: PathBuf,
        /// An end of the log that was noted before, as this command printed it; the log must lead through it. May be
        /// given several times.
        #[arg(long, value_name = "NUMBER:HASH")]
        head: Vec<Head>,
    },
    /// Print the audit log, oldest first, as JSON lines with all that its hashes are reckoned from.
    Export {
        /// The config file.
        #[arg(long, value_name = "FILE")]
        config: PathBuf,
    },
}

/// What can be printed of the config.
#[derive(Debug, Subcommand)]
pub(crate) enum ConfigCommand {
    /// Print a config file with every key at its default.
    PrintDefault,
    /// Print the manual's table of keys, in Markdown.
    PrintManual,
}

/// Prints to standard output what was asked for.
#[expect(clippy::print_stdout, reason = "this is what the person asked for")]
pub(crate) fn tell(text: &str) {
    println!("{text}");
}

/// Says on standard error what went wrong.
#[expect(clippy::print_stderr, reason = "the log may not be set up, and a person waits at the terminal")]
pub(crate) fn complain(sentence: &str) {
    eprintln!("guildhall: {sentence}");
}

/// A language as it is typed.
fn language(typed: &str) -> Result<Lang, String> {
    Lang::from_tag(typed).ok_or_else(|| "the languages are en and zh".to_owned())
}

/// A name as it is typed: the one of somebody without any could not be told apart, nor typed again.
fn name(typed: &str) -> Result<String, String> {
    let name = clean_display_name(typed, "");
    if name.is_empty() { Err("write a name, such as \"Gu Hai\"".to_owned()) } else { Ok(name) }
}

/// Where to listen, as it is typed.
fn address(typed: &str) -> Result<SocketAddr, String> {
    typed.parse().map_err(|_| "write address and port, such as 127.0.0.1:8080".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(arguments: &[&str]) -> String {
        Cli::try_parse_from([&["guildhall"], arguments].concat()).unwrap_err().to_string()
    }

    #[test]
    fn nobody_is_called_nothing_and_an_address_has_a_port() {
        for empty in ["", "  ", "\u{200b}\n"] {
            let said = refused(&["sign-in", "--config", "g.toml", "--staff", empty]);
            assert!(said.contains("write a name"), "{empty:?}: {said}");
        }
        assert_eq!(name(" Gu Hai ").as_deref(), Ok("Gu Hai"));
        let said = refused(&["demo", "--listen", "localhost"]);
        assert!(said.contains("such as 127.0.0.1:8080"), "{said}");
    }
}
