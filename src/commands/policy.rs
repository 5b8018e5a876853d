//! Reads the policies that the config and the command line name.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use moderation::policy::{PRESETS, SOURCE_UTF8_MAX};
use moderation::{Parameters, Policy};

use crate::config::Config;

/// The policy that a config names, or the built-in one.
///
/// # Errors
/// Every fault on a line of its own, with line and column.
pub(crate) fn of(config: &Config) -> Result<Policy, String> {
    let file = &config.moderation.policy_file;
    let parameters = Parameters {
        brands: config.platform.brands.clone(),
        own_domains: config.platform.domains.clone(),
        allow_domains: config.platform.allow_domains.clone(),
    };
    if file.as_os_str().is_empty() {
        return parse("the built-in policy", Policy::default_merchant_toml(), Path::new("."), &parameters);
    }
    let text = text(file).map_err(|why| format!("[moderation] policy_file {} {why}", file.display()))?;
    parse(&file.display().to_string(), &text, file.parent().unwrap_or(Path::new(".")), &parameters)
}

/// Reads a policy from text; what it imports lies in `folder`.
///
/// # Errors
/// Every fault on a line of its own, with line and column.
pub(crate) fn parse(
    place: &str,
    toml: &str,
    folder: &Path,
    parameters: &Parameters,
) -> Result<Policy, String> {
    Policy::load(toml, parameters, &|name| text(&folder.join(name))).map_err(|faults| {
        let line = |fault: &moderation::PolicyFault| {
            let file = fault.file.as_deref().unwrap_or(place);
            format!("{file}:{}:{}: {}", fault.line, fault.column, fault.kind)
        };
        faults.iter().map(line).collect::<Vec<_>>().join("\n")
    })
}

/// The policy of that name: a shipped one, or a file.
///
/// # Errors
/// One sentence when it cannot be read.
pub(crate) fn named(name: &str) -> Result<String, String> {
    if let Some(text) = Policy::preset(name) {
        return Ok(text.to_owned());
    }
    text(Path::new(name)).map_err(|why| format!("{name} {why} (shipped policies are {})", PRESETS.join(", ")))
}

/// The text of a file, no more of it than any policy may have.
fn text(file: &Path) -> Result<String, String> {
    let unread = |error: std::io::Error| format!("cannot be read: {error}");
    let mut text = String::new();
    let most = SOURCE_UTF8_MAX as u64 + 1;
    File::open(file).map_err(unread)?.take(most).read_to_string(&mut text).map_err(unread)?;
    if text.len() > SOURCE_UTF8_MAX {
        Err("is longer than a policy may be, 16 MiB".to_owned())
    } else {
        Ok(text)
    }
}
