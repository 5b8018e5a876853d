//! The policy in force, swapped with nobody waiting.

use std::sync::{Arc, LazyLock};

use arc_swap::ArcSwapOption;
use moderation::{Engine, Message, Policy, Verdict};

use crate::directory::Chat;

/// Compiled once, however many halls there are.
#[expect(
    clippy::expect_used,
    reason = "the shipped policy is part of the program and held faultless by a test"
)]
static SHIPPED: LazyLock<Arc<Engine>> = LazyLock::new(|| {
    let policy = Policy::parse(Policy::default_merchant_toml()).expect("the shipped policy has no fault");
    Arc::new(Engine::new(policy))
});

/// Holds the policy in force; the shipped one until another is set.
#[derive(Default)]
pub struct PolicySlot(ArcSwapOption<Engine>);

impl PolicySlot {
    /// The engine with the policy in force.
    pub fn engine(&self) -> Arc<Engine> {
        self.0.load_full().unwrap_or_else(|| Arc::clone(&SHIPPED))
    }

    /// Puts another policy in force, from the next message on.
    pub fn set(&self, policy: Policy) {
        self.0.store(Some(Arc::new(Engine::new(policy))));
    }
}

/// Checks a text in a chat. A policy may name an exempt group by our id of it or by the platform's.
pub(super) fn check(engine: &Engine, chat: &Chat, text: &str) -> Verdict {
    let names_ours = engine
        .policy()
        .rules()
        .iter()
        .any(|rule| rule.exempt_groups.iter().any(|group| group == chat.id.as_str()));
    let group = match &chat.key {
        Some(key) if !names_ours => key.as_str(),
        _ => chat.id.as_str(),
    };
    engine.check(&Message::new(text).in_group(group))
}
