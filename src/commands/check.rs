//! `guildhall check`: the config and the policy, without starting anything.

use std::path::Path;

use crate::cli::tell;
use crate::config::{self, Config};

/// Checks a config and the policy that it names.
///
/// # Errors
/// Every fault on a line of its own, with line and column.
pub(crate) fn run(path: &Path) -> Result<(), String> {
    let config = config::read(path).map_err(|fault| fault.to_string())?;
    let policy = policy(&config)?;
    tell(&format!(
        "{} is good. Policy version {}, {} rules, {}.",
        path.display(),
        policy.version(),
        policy.rules().len(),
        if config.moderation.policy_file.as_os_str().is_empty() {
            "built in".to_owned()
        } else {
            format!("from {}", config.moderation.policy_file.display())
        },
    ));
    Ok(())
}

/// The policy that a config names, or the built-in one.
///
/// # Errors
/// Every fault on a line of its own, with line and column.
pub(crate) fn policy(config: &Config) -> Result<moderation::Policy, String> {
    let file = &config.moderation.policy_file;
    let (place, text) = if file.as_os_str().is_empty() {
        ("the built-in policy".to_owned(), moderation::Policy::default_merchant_toml().to_owned())
    } else {
        let place = file.display().to_string();
        let text = std::fs::read_to_string(file)
            .map_err(|error| format!("[moderation] policy_file {place} cannot be read: {error}"))?;
        (place, text)
    };
    parse(&place, &text)
}

/// Reads a policy from text.
///
/// # Errors
/// Every fault on a line of its own, with line and column.
pub(crate) fn parse(place: &str, text: &str) -> Result<moderation::Policy, String> {
    moderation::Policy::parse(text).map_err(|faults| {
        let lines: Vec<String> = faults
            .iter()
            .map(|fault| format!("{place}:{}:{}: {}", fault.line, fault.column, fault.kind))
            .collect();
        lines.join("\n")
    })
}
