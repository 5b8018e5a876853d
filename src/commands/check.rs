//! `guildhall check`: the config and the policy, without starting anything.

use std::path::PathBuf;

use clap::Args;
use moderation::Policy;
use moderation::policy::Around;

use super::policy;
use crate::cli::tell;
use crate::config;

/// What `check` is told.
#[derive(Debug, Args)]
pub(crate) struct Options {
    #[command(flatten)]
    what: What,
    #[command(flatten)]
    deployment: policy::Deployment,
}

/// One of the two.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
struct What {
    /// The config file; the policy that it names is checked with it.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["brand", "own_domain", "allow_domain"])]
    config: Option<PathBuf>,
    /// Check this policy alone: a file, or a shipped one by name (merchant, strict, relaxed).
    #[arg(long, value_name = "FILE_OR_PRESET")]
    policy: Option<String>,
}

/// Checks a config and the policy that it names, or a policy alone, and tells what is odd about the policy though it
/// can be used.
///
/// # Errors
/// Every fault on a line of its own, with line and column.
pub(crate) fn run(options: &Options, now_ms: i64) -> Result<(), String> {
    match (&options.what.config, &options.what.policy) {
        (_, Some(name)) => {
            let policy = policy::given(name, &options.deployment.parameters()?)?;
            tell_oddities(&policy, name, now_ms);
            tell(&format!("{name} is good. {}.", counts(&policy)));
        }
        (Some(path), None) => {
            let config = config::read(path).map_err(|fault| fault.to_string())?;
            let policy = policy::of(&config)?.policy;
            let file = &config.moderation.policy_file;
            let (place, from) = if file.as_os_str().is_empty() {
                ("the built-in policy".to_owned(), "built in".to_owned())
            } else {
                (file.display().to_string(), format!("from {}", file.display()))
            };
            tell_oddities(&policy, &place, now_ms);
            tell(&format!("{} is good. {}, {from}.", path.display(), counts(&policy)));
        }
        (None, None) => return Err("name a --config or a --policy".to_owned()),
    }
    Ok(())
}

/// Each oddity on a line of its own; `place` is the policy itself.
fn tell_oddities(policy: &Policy, place: &str, now_ms: i64) {
    let around = Around { now_ms: Some(now_ms), roles: bot_core::features::moderation::JUDGED_ROLES };
    for finding in policy.findings(&around) {
        let place = finding.at.file.as_deref().unwrap_or(place);
        let (line, column) = (finding.at.line, finding.at.column);
        tell(&format!("{place}:{line}:{column}: note: the rule `{}` {}", finding.rule, finding.kind));
    }
}

fn counts(policy: &Policy) -> String {
    format!("Policy version {}, {} rules", policy.version(), policy.rules().len())
}
