//! Where the policy in force comes from, so that it can be shown, and a draft be read as it was.

use std::collections::BTreeMap;
use std::path::PathBuf;

use moderation::policy::{Around, Finding};
use moderation::{Parameters, Policy, PolicyFault};

use super::policy::JUDGED_ROLES;

/// A policy's text with all that stands around it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PolicySource {
    /// The policy's own text.
    pub text: String,
    /// The file that it was read from; `None` for the built-in policy.
    pub file: Option<PathBuf>,
    /// What the deployment says of itself.
    pub parameters: Parameters,
    /// The texts that it imports, by the names under which it does; shipped ones aside.
    pub imports: BTreeMap<String, String>,
}

/// A policy that was read without fault, and where it comes from.
#[derive(Clone, Debug)]
pub struct SourcedPolicy {
    /// The policy.
    pub policy: Policy,
    /// Its text and what stands around it.
    pub source: PolicySource,
}

impl PolicySource {
    /// The same with another text in its place.
    #[must_use]
    pub fn with_text(&self, text: String) -> Self {
        Self { text, ..self.clone() }
    }

    /// Reads the text. It may import shipped policies and what is kept here, nothing else: no file is opened.
    ///
    /// # Errors
    /// The faults of the first text that has any.
    pub fn read(self) -> Result<SourcedPolicy, Vec<PolicyFault>> {
        let find = |name: &str| {
            self.imports.get(name).cloned().ok_or_else(|| {
                "only shipped policies, and files that the policy in force imports, can be imported here"
                    .to_owned()
            })
        };
        let policy = Policy::load(&self.text, &self.parameters, &find)?;
        Ok(SourcedPolicy { policy, source: self })
    }
}

impl SourcedPolicy {
    /// Reads a policy that comes from no file, says nothing of a deployment and imports nothing but shipped ones.
    ///
    /// # Errors
    /// The faults of the first text that has any.
    pub fn parse(text: &str) -> Result<Self, Vec<PolicyFault>> {
        PolicySource::default().with_text(text.to_owned()).read()
    }

    /// What is odd about it though it can be used, at a time (unix milliseconds).
    pub fn oddities(&self, now_ms: i64) -> Vec<Finding> {
        self.policy.findings(&Around { now_ms: Some(now_ms), roles: JUDGED_ROLES })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draft_imports_what_the_policy_in_force_does_and_nothing_else() {
        let base =
            "version = 3\n[[rule]]\nid = \"a\"\ntitle = { en = \"A\", zh-CN = \"A\" }\nwords = [\"spam\"]\n";
        let source = PolicySource {
            imports: [("base.toml".to_owned(), base.to_owned())].into(),
            ..PolicySource::default()
        };
        let read = source.with_text("import = [\"base.toml\"]".into()).read().unwrap();
        assert_eq!((read.policy.version(), read.policy.rules().len()), (3, 1));
        for other in ["/etc/passwd", "../base.toml", "other.toml"] {
            let faults = source.with_text(format!("\nimport = [\"{other}\"]")).read().unwrap_err();
            assert_eq!((faults.len(), faults[0].line), (1, 2), "{faults:?}");
            assert!(faults[0].to_string().contains("cannot be imported"), "{faults:?}");
        }
    }
}
