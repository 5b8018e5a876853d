//! The engine: a policy made ready to check messages.

use crate::detect;
use crate::explain::{Explanation, explain};
use crate::ladder::Rung;
use crate::policy::Policy;
use crate::verdict::Verdict;

/// What is to be checked.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Message<'a> {
    /// The text as the platform gave it.
    pub text: &'a str,
    /// The group it was written in, by the id that the policy's `exempt_groups` use.
    pub group: Option<&'a str>,
}

impl<'a> Message<'a> {
    /// A message that was written in no particular group.
    pub fn new(text: &'a str) -> Self {
        Self { text, group: None }
    }

    /// The same message, written in `group`.
    #[must_use]
    pub fn in_group(self, group: &'a str) -> Self {
        Self { group: Some(group), ..self }
    }
}

/// A policy made ready. It never changes: a new policy is a new engine, put in its place by the holder.
#[derive(Debug, Clone)]
pub struct Engine {
    policy: Policy,
}

impl Engine {
    /// Takes a policy into use.
    pub fn new(policy: Policy) -> Self {
        Self { policy }
    }

    /// The policy in use.
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// Checks one message. Time and memory are linear in its length.
    pub fn check(&self, message: &Message<'_>) -> Verdict {
        Verdict::new(self.policy.version(), detect::scan(&self.policy, message))
    }

    /// Explains a verdict in this policy's words, with the step that [`crate::ladder::decide`] gave, if it was asked.
    pub fn explain(&self, verdict: &Verdict, ladder: Option<Rung>) -> Explanation {
        explain(&self.policy, verdict, ladder)
    }
}
