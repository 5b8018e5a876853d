//! Reads the policies that the config and the command line name.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fs::{File, Metadata};
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use bot_core::features::moderation::{PolicySource, SourcedPolicy};
use clap::Args;
use moderation::policy::{PRESETS, SOURCE_UTF8_MAX};
use moderation::{Parameters, Policy, PolicyFault};

use crate::config::Config;

/// What a deployment says of itself, on the command line.
#[derive(Debug, Args)]
pub(crate) struct Deployment {
    /// A name under which people know the platform; may be given several times.
    #[arg(long, value_name = "NAME")]
    brand: Vec<String>,
    /// A domain of the platform's own; may be given several times.
    #[arg(long, value_name = "DOMAIN")]
    own_domain: Vec<String>,
    /// A domain of others that is never a finding; may be given several times.
    #[arg(long, value_name = "DOMAIN")]
    allow_domain: Vec<String>,
}

impl Deployment {
    /// The same, as a policy takes it.
    ///
    /// # Errors
    /// One sentence that names what is no domain, or no name.
    pub(crate) fn parameters(&self) -> Result<Parameters, String> {
        if let Some(brand) = self.brand.iter().find(|brand| brand.trim().is_empty()) {
            return Err(format!("--brand `{brand}` is no name; write what people call the platform"));
        }
        for (flag, domains) in [("--own-domain", &self.own_domain), ("--allow-domain", &self.allow_domain)] {
            if let Some(domain) = domains.iter().find(|domain| !moderation::is_domain(domain)) {
                return Err(format!("{flag} `{domain}` is no domain; write it like `example.com`"));
            }
        }
        Ok(Parameters {
            brands: self.brand.clone(),
            own_domains: self.own_domain.clone(),
            allow_domains: self.allow_domain.clone(),
        })
    }
}

/// The policy that a config names, or the built-in one.
///
/// # Errors
/// Every fault on a line of its own, with line and column.
pub(crate) fn of(config: &Config) -> Result<SourcedPolicy, String> {
    let file = &config.moderation.policy_file;
    if file.as_os_str().is_empty() {
        let toml = Policy::default_merchant_toml();
        let source = PolicySource { parameters: parameters(config), ..PolicySource::default() };
        return source
            .with_text(toml.to_owned())
            .read()
            .map_err(|faults| told("the built-in policy", &faults));
    }
    let folder = file.parent().unwrap_or(Path::new("."));
    sourced(file, &parameters(config), &|name| text(&folder.join(name)))
}

/// The policy of a file, with what it imports as `find` gives it.
fn sourced(
    file: &Path,
    parameters: &Parameters,
    find: &dyn Fn(&str) -> Result<String, String>,
) -> Result<SourcedPolicy, String> {
    let place = file.display().to_string();
    let toml = text(file).map_err(|why| format!("[moderation] policy_file {place} {why}"))?;
    let imports = RefCell::new(BTreeMap::new());
    let found = |name: &str| {
        let text = find(name)?;
        imports.borrow_mut().insert(name.to_owned(), text.clone());
        Ok(text)
    };
    let policy = load(&place, &toml, parameters, &found)?;
    let (file, parameters) = (Some(file.to_owned()), parameters.clone());
    let source = PolicySource { text: toml, file, parameters, imports: imports.into_inner() };
    Ok(SourcedPolicy { policy, source })
}

fn parameters(config: &Config) -> Parameters {
    Parameters {
        brands: config.platform.brands.clone(),
        own_domains: config.platform.domains.clone(),
        allow_domains: config.platform.allow_domains.clone(),
    }
}

/// Looks whether the policy that a config names was changed, so that it can be swapped while the program runs.
pub(crate) struct Watch {
    file: PathBuf,
    parameters: Parameters,
    /// The policy and what it imports, with what each looked like when it was read.
    seen: Vec<(PathBuf, Stamp)>,
}

/// When a file was changed, and how long it is; `None` where it cannot be looked at.
type Stamp = Option<(Option<SystemTime>, u64)>;

fn stamp(file: &Path) -> Stamp {
    let of = |about: Metadata| (about.modified().ok(), about.len());
    std::fs::metadata(file).ok().map(of)
}

impl Watch {
    /// Watches the policy that a config names; nothing for the built-in one.
    pub(crate) fn of(config: &Config) -> Option<Self> {
        let file = config.moderation.policy_file.clone();
        if file.as_os_str().is_empty() {
            return None;
        }
        let mut watch = Self { file, parameters: parameters(config), seen: Vec::new() };
        // It was read a moment ago; this reads what it imports.
        let _ = watch.read();
        Some(watch)
    }

    /// What the policy says now, where a file of it was changed since the last look.
    ///
    /// # Errors
    /// As [`of`]; each change is told once.
    pub(crate) fn look(&mut self) -> Option<Result<SourcedPolicy, String>> {
        self.seen.iter().any(|(file, seen)| stamp(file) != *seen).then(|| self.read())
    }

    fn read(&mut self) -> Result<SourcedPolicy, String> {
        let seen = RefCell::new(vec![(self.file.clone(), stamp(&self.file))]);
        let folder = self.file.parent().unwrap_or(Path::new("."));
        let find = |name: &str| {
            let file = folder.join(name);
            seen.borrow_mut().push((file.clone(), stamp(&file)));
            text(&file)
        };
        let read = sourced(&self.file, &self.parameters, &find);
        self.seen = seen.into_inner();
        read
    }
}

/// Reads a policy from text; what it imports lies in `folder`.
///
/// # Errors
/// Every fault on a line of its own, with line and column.
fn parse(place: &str, toml: &str, folder: &Path, parameters: &Parameters) -> Result<Policy, String> {
    load(place, toml, parameters, &|name| text(&folder.join(name)))
}

fn load(
    place: &str,
    toml: &str,
    parameters: &Parameters,
    find: &dyn Fn(&str) -> Result<String, String>,
) -> Result<Policy, String> {
    Policy::load(toml, parameters, find).map_err(|faults| told(place, &faults))
}

/// Every fault on a line of its own; `place` is the policy itself.
fn told(place: &str, faults: &[PolicyFault]) -> String {
    let line = |fault: &PolicyFault| {
        let file = fault.file.as_deref().unwrap_or(place);
        format!("{file}:{}:{}: {}", fault.line, fault.column, fault.kind)
    };
    faults.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// The policy that `--policy` names: a shipped one, or a file with what it imports beside it.
///
/// # Errors
/// One sentence when it cannot be read; otherwise every fault on a line of its own, with line and column.
pub(crate) fn given(name: &str, parameters: &Parameters) -> Result<Policy, String> {
    let text = named(name).map_err(|why| format!("--policy {why}"))?;
    parse(name, &text, folder_of(name), parameters)
}

/// Where the imports of a policy lie.
pub(crate) fn folder_of(name: &str) -> &Path {
    Path::new(name).parent().unwrap_or(Path::new("."))
}

/// The policy of that name: a shipped one, or a file.
///
/// # Errors
/// One sentence when it cannot be read.
pub(crate) fn named(name: &str) -> Result<String, String> {
    if let Some(text) = Policy::preset(name) {
        return Ok(text.to_owned());
    }
    let near = |preset: &&&str| strsim::normalized_damerau_levenshtein(preset, name) >= 0.6;
    text(Path::new(name)).map_err(|why| match PRESETS.iter().find(near) {
        Some(preset) => format!("{name} {why}; did you mean `{preset}`?"),
        None => format!("{name} {why} (shipped policies are {})", PRESETS.join(", ")),
    })
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_policy_is_read_once_and_a_broken_one_is_told_once() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("mine.toml");
        let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
        write("mine.toml", "version = 1\nimport = [\"base.toml\"]");
        write("base.toml", "version = 1");
        let mut config = Config::default();
        assert!(Watch::of(&config).is_none(), "what is built in does not change");
        config.moderation.policy_file = file.clone();
        let read = of(&config).unwrap().source;
        let imports = [("base.toml".to_owned(), "version = 1".to_owned())].into();
        assert_eq!((read.file.as_ref(), &read.imports), (Some(&file), &imports));
        let mut watch = Watch::of(&config).unwrap();
        let version = |watch: &mut Watch| watch.look().unwrap().unwrap().policy.version();
        assert!(watch.look().is_none());

        write("mine.toml", "version = 2\nimport = [\"base.toml\"]\n");
        assert_eq!(version(&mut watch), 2);
        assert!(watch.look().is_none());

        write("base.toml", "version = 1\n[[rule]]\nwords = 5");
        let told = watch.look().unwrap().unwrap_err();
        assert!(told.contains("base.toml:"), "{told}");
        assert!(watch.look().is_none(), "told once");

        std::fs::remove_file(&file).unwrap();
        assert!(watch.look().unwrap().unwrap_err().contains("cannot be read"));
        write("mine.toml", "version = 3");
        assert_eq!(version(&mut watch), 3);
    }
}
