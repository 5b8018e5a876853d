//! `guildhall scan`: tries a policy on messages, one JSON line in and one out.

mod against;
mod explain;
mod line;
mod lines;
mod words;

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, BufWriter, IsTerminal as _, Read, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use clap::Args;
use moderation::{Activity, Engine, Learner, Outcome, Parameters, Policy, Verdict};

use super::policy;
use crate::cli::complain;
use against::Tally;
use line::{Input, Output};
use lines::Lines;

/// Of more chats than this what happened before is not kept.
const CHATS_MAX: usize = 10_000;

/// What `scan` is told.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// The policy: a file, or a shipped one by name (merchant, strict, relaxed). Without it and without words: merchant.
    #[arg(long, value_name = "FILE_OR_PRESET")]
    policy: Option<String>,
    /// Words to look for, one a line, alone or on top of a policy.
    #[arg(long, value_name = "FILE")]
    words: Option<PathBuf>,
    #[command(flatten)]
    deployment: policy::Deployment,
    /// Write for a person instead of a program; in colour on a terminal.
    #[arg(long)]
    explain: bool,
    /// Add counts and throughput at the end, on standard error.
    #[arg(long)]
    summary: bool,
    /// Read labelled messages from this file instead, and print how right the policy is.
    #[arg(long, value_name = "LABELLED.jsonl")]
    against: Option<PathBuf>,
}

/// Reads messages and writes a verdict for each, in order; or scores the policy on labelled ones.
///
/// # Errors
/// One sentence when nothing can be scanned, or at the end when some lines were broken.
pub(crate) fn run(options: &Options) -> Result<(), String> {
    let mut scan = Scan::new(policy_of(options)?);
    let broken = match &options.against {
        Some(file) => {
            let input = File::open(file)
                .map_err(|error| format!("--against {} cannot be read: {error}", file.display()))?;
            let mut tally = Tally::default();
            let broken = scan.each(input, &mut io::sink(), |input, verdict, _| {
                tally.add(input, verdict);
                Ok(())
            });
            broken.and_then(|broken| write!(io::stdout().lock(), "{tally}").map(|()| broken))
        }
        None => {
            let mut out = BufWriter::with_capacity(64 * 1024, io::stdout().lock());
            let colour = io::stdout().is_terminal();
            let engine = scan.engine.clone();
            scan.each(io::stdin(), &mut out, |input, verdict, out| {
                if options.explain {
                    return explain::write(out, input, verdict, engine.policy(), colour);
                }
                serde_json::to_writer(&mut *out, &Output::of(input, verdict, engine.policy()))?;
                out.write_all(b"\n")
            })
        }
    };
    let broken = broken.or_else(|error| match error.kind() {
        io::ErrorKind::BrokenPipe => Ok(0),
        _ => Err(format!("the input or the output failed: {error}")),
    })?;
    if options.summary {
        complain(&scan.summary(broken));
    }
    match broken {
        0 => Ok(()),
        1 => Err("1 line could not be read".to_owned()),
        _ => Err(format!("{broken} lines could not be read")),
    }
}

/// An engine at work on a stream.
struct Scan {
    engine: Engine,
    /// What happened in each chat before, where messages say who wrote them and when.
    chats: HashMap<String, Activity>,
    outcomes: [usize; 3],
    text_utf8_len: usize,
    busy: Duration,
}

impl Scan {
    fn new(policy: Policy) -> Self {
        let engine = Engine::new(policy);
        let engine = match engine.policy().learner_from_percent() {
            Some(_) => engine.with_learner(Learner::starter().clone()),
            None => engine,
        };
        Self { engine, chats: HashMap::new(), outcomes: [0; 3], text_utf8_len: 0, busy: Duration::ZERO }
    }

    /// Judges each line and hands it on at once. Gives how many lines were broken.
    fn each<W: Write>(
        &mut self,
        input: impl Read,
        out: &mut W,
        mut then: impl FnMut(&Input, &Verdict, &mut W) -> io::Result<()>,
    ) -> io::Result<usize> {
        let (mut lines, mut broken) = (Lines::new(input), 0);
        while let Some((number, line)) = lines.next(out)? {
            match line.and_then(Input::of) {
                Err(why) => {
                    broken += 1;
                    complain(&format!("line {number}: {why}"));
                }
                Ok(input) => {
                    let verdict = self.judge(&input);
                    then(&input, &verdict, out)?;
                }
            }
        }
        out.flush()?;
        Ok(broken)
    }

    #[expect(clippy::disallowed_methods, reason = "a throughput is measured by the machine's clock")]
    fn judge(&mut self, input: &Input) -> Verdict {
        let links = input.links();
        let message = input.message(&links);
        let since = Instant::now();
        let verdict = if input.author.is_some() && input.at_ms.is_some() {
            let chat = input.chat.clone().unwrap_or_default();
            if self.chats.len() >= CHATS_MAX && !self.chats.contains_key(&chat) {
                self.chats.clear();
            }
            self.engine.check_with(&message, self.chats.entry(chat).or_default())
        } else {
            self.engine.check(&message)
        };
        self.busy += since.elapsed();
        self.text_utf8_len += input.text.len();
        self.outcomes[match verdict.outcome {
            Outcome::Pass => 0,
            Outcome::Flag => 1,
            Outcome::Act => 2,
        }] += 1;
        verdict
    }

    #[expect(clippy::cast_precision_loss, reason = "counts of messages are small beside what a float holds")]
    fn summary(&self, broken: usize) -> String {
        let [pass, flag, act] = self.outcomes;
        let (messages, seconds) = (pass + flag + act, self.busy.as_secs_f64().max(1e-9));
        format!(
            "{messages} {}: {pass} pass, {flag} flag, {act} act; {broken} broken {}. \
             {:.0} messages and {:.1} MB a second, {:.1} µs a message.",
            if messages == 1 { "message" } else { "messages" },
            if broken == 1 { "line" } else { "lines" },
            messages as f64 / seconds,
            self.text_utf8_len as f64 / seconds / 1e6,
            seconds * 1e6 / messages.max(1) as f64,
        )
    }
}

fn policy_of(options: &Options) -> Result<Policy, String> {
    let parameters = options.deployment.parameters()?;
    let name = options.policy.as_deref().or(options.words.is_none().then_some("merchant"));
    match (&options.words, name) {
        (None, name) => policy::given(name.unwrap_or("merchant"), &parameters),
        (Some(file), name) => with_words(file, name, &parameters),
    }
}

/// The words of a file, alone or on a policy, as a rule of one more file.
fn with_words(file: &Path, name: Option<&str>, parameters: &Parameters) -> Result<Policy, String> {
    let text = match name {
        Some(name) => policy::named(name).map_err(|why| format!("--policy {why}"))?,
        None => "version = 1\n".to_owned(),
    };
    let place = name.unwrap_or("words");
    let top = format!("import = [\"*policy\"]\n{}", words::as_rule(words::read(file)?));
    let find = |wanted: &str| match wanted {
        "*policy" => Ok(text.clone()),
        other => policy::named(&policy::folder_of(place).join(other).display().to_string()),
    };
    Policy::load(&top, parameters, &find).map_err(|faults| {
        let told = |fault: &moderation::PolicyFault| match fault.file.as_deref() {
            Some("*policy") => format!("{place}:{}:{}: {}", fault.line, fault.column, fault.kind),
            Some(other) => format!("{other}:{}:{}: {}", fault.line, fault.column, fault.kind),
            None => format!("--words {}: {}", file.display(), fault.kind),
        };
        faults.iter().map(told).collect::<Vec<_>>().join("\n")
    })
}
