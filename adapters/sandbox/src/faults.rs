//! Switches that make the sandbox a bad platform, from the page and from tests.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bot_core::chat::{ChatKey, RejectionKind, RetryScope};
use serde::{Deserialize, Serialize};
use tokio::sync::Notify;

/// Something that goes wrong with a call of the bot, or with events on their way to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Fault {
    /// The platform answers this much later.
    Slow {
        /// Milliseconds of the world's clock.
        wait_ms: i64,
    },
    /// 429: nothing is done, and the bot is told to wait.
    RetryAfter {
        /// How long.
        wait_ms: i64,
        /// What has to wait.
        scope: RetryScope,
    },
    /// 400 or 403: refused, in this way.
    Refuse {
        /// The sort of refusal.
        why: RejectionKind,
    },
    /// 5xx before anything was done.
    ServerError,
    /// Done, but the answer is lost.
    TimeoutAfter,
    /// The request is lost; not done, but the bot can't know.
    TimeoutBefore,
    /// Done, and the connection then hangs for ever: the courier's own time limit must end it.
    HangAfter,
    /// Not done, and the connection hangs for ever.
    HangBefore,
    /// No connection: calls fail at once, events wait.
    Down,
    /// Each event is delivered twice.
    Duplicate,
}

/// A fault with what it strikes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rule {
    /// What goes wrong.
    pub fault: Fault,
    /// How many times more; `None` until cleared.
    #[serde(default)]
    pub left: Option<u32>,
    /// Only calls of this action (`Action::word`).
    #[serde(default)]
    pub action: Option<String>,
    /// Only in this chat.
    #[serde(default)]
    pub chat: Option<ChatKey>,
}

impl Rule {
    /// The fault for everything until cleared.
    pub fn new(fault: Fault) -> Self {
        Self { fault, left: None, action: None, chat: None }
    }

    /// For the next `times` only.
    #[must_use]
    pub fn times(self, times: u32) -> Self {
        Self { left: Some(times), ..self }
    }

    /// For calls of this action only (`Action::word`).
    #[must_use]
    pub fn on(self, action: &str) -> Self {
        Self { action: Some(action.to_owned()), ..self }
    }

    /// In this chat only.
    #[must_use]
    pub fn within(self, chat: &ChatKey) -> Self {
        Self { chat: Some(chat.clone()), ..self }
    }

    fn strikes(&self, action: &str, chat: Option<&ChatKey>) -> bool {
        self.left != Some(0)
            && self.action.as_deref().is_none_or(|only| only == action)
            && self.chat.as_ref().is_none_or(|only| Some(only) == chat)
    }
}

/// The faults that are switched on, in the order in which they were. They are not kept over a restart.
#[derive(Clone, Default)]
pub struct Faults(Arc<Shared>);

#[derive(Default)]
struct Shared {
    rules: Mutex<Vec<Rule>>,
    /// Wakes the event feed, which stands still while the platform is down.
    changed: Notify,
}

impl Faults {
    /// The next `times` calls (or events, for [`Fault::Duplicate`]) meet this fault.
    pub fn next(&self, fault: Fault, times: u32) {
        self.add(Rule::new(fault).times(times));
    }

    /// Every call meets this fault until [`Faults::clear`].
    pub fn always(&self, fault: Fault) {
        self.add(Rule::new(fault));
    }

    /// Adds a rule behind the others.
    pub fn add(&self, rule: Rule) {
        self.rules().push(rule);
        self.0.changed.notify_one();
    }

    /// Switches all faults off.
    pub fn clear(&self) {
        self.rules().clear();
        self.0.changed.notify_one();
    }

    /// The rules that still stand.
    pub fn standing(&self) -> Vec<Rule> {
        self.rules().clone()
    }

    /// Whether the platform is switched off altogether.
    pub fn is_down(&self) -> bool {
        self.rules().contains(&Rule::new(Fault::Down))
    }

    /// Resolves when the rules were changed.
    pub(crate) async fn changed(&self) {
        self.0.changed.notified().await;
    }

    /// Uses up the faults that strike a call of this action (`Action::word`): any delay in milliseconds, and the
    /// first other one.
    pub fn strike_call(&self, action: &str, chat: Option<&ChatKey>) -> (i64, Option<Fault>) {
        let mut rules = self.rules();
        let (mut wait_ms, mut struck) = (0, None);
        for rule in rules.iter_mut().filter(|rule| rule.strikes(action, chat)) {
            match &rule.fault {
                Fault::Duplicate => continue,
                Fault::Slow { wait_ms: more_ms } => wait_ms += more_ms,
                _ if struck.is_some() => continue,
                other => struck = Some(other.clone()),
            }
            use_up(rule);
        }
        rules.retain(|rule| rule.left != Some(0));
        (wait_ms, struck)
    }

    /// Uses up a fault that doubles an event.
    pub(crate) fn strike_event(&self, chat: Option<&ChatKey>) -> bool {
        let mut rules = self.rules();
        let struck = rules.iter_mut().find(|rule| rule.fault == Fault::Duplicate && rule.strikes("", chat));
        let doubled = struck.map(use_up).is_some();
        rules.retain(|rule| rule.left != Some(0));
        doubled
    }

    fn rules(&self) -> MutexGuard<'_, Vec<Rule>> {
        self.0.rules.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn use_up(rule: &mut Rule) {
    rule.left = rule.left.map(|left| left.saturating_sub(1));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_strike_in_order_and_run_out() {
        let faults = Faults::default();
        faults.next(Fault::ServerError, 1);
        faults.next(Fault::TimeoutAfter, 2);
        let struck: Vec<_> = (0..4).map(|_| faults.strike_call("send", None).1).collect();
        assert_eq!(
            struck,
            [Some(Fault::ServerError), Some(Fault::TimeoutAfter), Some(Fault::TimeoutAfter), None]
        );
        assert!(faults.standing().is_empty());
    }

    #[test]
    fn a_rule_strikes_only_what_it_names() {
        let (faults, here) = (Faults::default(), ChatKey::from("g1"));
        faults.add(Rule::new(Fault::Down).on("mute").within(&here));
        assert_eq!(faults.strike_call("send", Some(&here)).1, None);
        assert_eq!(faults.strike_call("mute", None).1, None);
        assert_eq!(faults.strike_call("mute", Some(&here)).1, Some(Fault::Down));
        assert!(!faults.is_down());
    }

    #[test]
    fn slowness_adds_up_with_another_fault() {
        let faults = Faults::default();
        faults.always(Fault::Slow { wait_ms: 100 });
        faults.next(Fault::ServerError, 1);
        assert_eq!(faults.strike_call("send", None), (100, Some(Fault::ServerError)));
        assert_eq!(faults.strike_call("send", None), (100, None));
    }
}
