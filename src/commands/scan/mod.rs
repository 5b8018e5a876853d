//! `guildhall scan`: tries a policy on messages, one JSON line in and one out.

mod line;
mod lines;
mod words;

use std::io::{self, BufWriter, Write as _};
use std::path::PathBuf;

use clap::Args;
use moderation::{Engine, Message, Policy};

use crate::cli::complain;
use line::{Input, Output};
use lines::Lines;

/// What `scan` is told.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// The policy: a file, or the name of a shipped one (merchant). Without it and without words: merchant.
    #[arg(long, value_name = "FILE_OR_PRESET")]
    policy: Option<String>,
    /// Words to look for, one a line, alone or on top of a policy.
    #[arg(long, value_name = "FILE")]
    words: Option<PathBuf>,
}

/// Reads messages from standard input and writes a verdict for each, in order.
///
/// # Errors
/// One sentence when nothing can be scanned, or at the end when some lines were broken.
pub(crate) fn run(options: &Options) -> Result<(), String> {
    let engine = Engine::new(policy(options)?);
    let broken = stream(&engine).or_else(|error| match error.kind() {
        io::ErrorKind::BrokenPipe => Ok(0),
        _ => Err(format!("standard input or output failed: {error}")),
    })?;
    if broken > 0 { Err(format!("{broken} lines could not be read")) } else { Ok(()) }
}

/// Gives how many lines were broken.
fn stream(engine: &Engine) -> io::Result<usize> {
    let mut lines = Lines::new(io::stdin());
    let mut out = BufWriter::with_capacity(64 * 1024, io::stdout().lock());
    let mut broken = 0;
    while let Some((number, line)) = lines.next::<Input>(&mut out)? {
        match line {
            Err(why) => {
                broken += 1;
                complain(&format!("line {number}: {why}"));
            }
            Ok(input) => {
                let message = Message::new(&input.text);
                let message = input.chat.as_deref().map_or(message, |chat| message.in_group(chat));
                let verdict = engine.check(&message);
                serde_json::to_writer(&mut out, &Output::of(&input, &verdict))?;
                out.write_all(b"\n")?;
            }
        }
    }
    out.flush()?;
    Ok(broken)
}

fn policy(options: &Options) -> Result<Policy, String> {
    let (place, mut text) = match (options.policy.as_deref(), &options.words) {
        (Some("merchant"), _) | (None, None) => {
            ("merchant".to_owned(), Policy::default_merchant_toml().to_owned())
        }
        (Some(file), _) => {
            let text = std::fs::read_to_string(file)
                .map_err(|error| format!("--policy {file} cannot be read: {error}"))?;
            (file.to_owned(), text)
        }
        (None, Some(_)) => ("words".to_owned(), "version = 1\n".to_owned()),
    };
    if let Some(path) = &options.words {
        text.push_str(&words::as_rule(words::read(path)?));
    }
    super::check::parse(&place, &text)
}
