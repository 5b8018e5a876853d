//! `guildhall check`: the config and the policy, without starting anything.

use std::path::Path;

use super::policy;
use crate::cli::tell;
use crate::config;

/// Checks a config and the policy that it names, and tells what is odd about the policy though it can be used.
///
/// # Errors
/// Every fault on a line of its own, with line and column.
pub(crate) fn run(path: &Path) -> Result<(), String> {
    let config = config::read(path).map_err(|fault| fault.to_string())?;
    let policy = policy::of(&config)?;
    let file = &config.moderation.policy_file;
    let built_in = file.as_os_str().is_empty();
    for finding in policy.findings() {
        let own = if built_in { "the built-in policy".to_owned() } else { file.display().to_string() };
        let place = finding.at.file.as_ref().unwrap_or(&own);
        let (line, column) = (finding.at.line, finding.at.column);
        tell(&format!("{place}:{line}:{column}: note: the rule `{}` {}", finding.rule, finding.kind));
    }
    tell(&format!(
        "{} is good. Policy version {}, {} rules, {}.",
        path.display(),
        policy.version(),
        policy.rules().len(),
        if built_in { "built in".to_owned() } else { format!("from {}", file.display()) },
    ));
    Ok(())
}
