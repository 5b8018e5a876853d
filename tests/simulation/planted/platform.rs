//! Adapters with a bug.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use async_trait::async_trait;
use bot_core::chat::{
    AccountId, Action, Address, Call, Capabilities, Delivered, EventSink, Gap, MessageKey, Outcome, Pace,
    Platform, Rate, RenderPlan,
};
use bot_core::ids::OutboxId;

use super::Bug;

/// One in so many sends is hit.
const ONE_IN: u32 = 12;

pub(super) struct Wrapped {
    bug: Bug,
    inner: Arc<dyn Platform>,
    sends: AtomicU32,
}

impl Wrapped {
    pub(super) fn new(bug: Bug, inner: Arc<dyn Platform>) -> Self {
        Self { bug, inner, sends: AtomicU32::new(0) }
    }

    /// Whether this call is hit, where the bug hits a send now and then.
    fn hits(&self, call: &Call) -> bool {
        matches!(call.action, Action::Send(_))
            && self.sends.fetch_add(1, Ordering::Relaxed) % ONE_IN == ONE_IN - 1
    }
}

fn invented() -> Outcome {
    Outcome::Sent(Delivered { message: Some(MessageKey("invented".into())), ..Delivered::default() })
}

fn wider(rate: Rate) -> Rate {
    Rate { count: rate.count * 2, ..rate }
}

#[async_trait]
impl Platform for Wrapped {
    fn account(&self) -> &AccountId {
        self.inner.account()
    }

    fn name(&self) -> &'static str {
        self.inner.name()
    }

    fn capabilities(&self, to: &Address) -> Capabilities {
        self.inner.capabilities(to)
    }

    fn plan(&self, to: &Address, action: &Action) -> RenderPlan {
        self.inner.plan(to, action)
    }

    async fn perform(&self, to: &Address, call: &Call, nonce: OutboxId) -> Outcome {
        match self.bug {
            Bug::SendsTwice if self.hits(call) => {
                self.inner.perform(to, call, nonce.clone()).await;
            }
            Bug::ClaimsSent if self.hits(call) => return invented(),
            Bug::WrongChat if self.hits(call) => {
                let elsewhere = Address { chat: Some(format!("{}-g7", self.account()).into()), ..to.clone() };
                return self.inner.perform(&elsewhere, call, nonce).await;
            }
            _ => {}
        }
        let outcome = self.inner.perform(to, call, nonce).await;
        match (self.bug, outcome) {
            (Bug::UnknownIsSent, Outcome::Unknown { .. }) => invented(),
            (Bug::UnknownIsNotDone, Outcome::Unknown { why }) => Outcome::NotDone { why },
            (Bug::DeafToWait, Outcome::RetryAfter { .. }) => Outcome::NotDone { why: "too fast".into() },
            (_, outcome) => outcome,
        }
    }

    async fn settle(&self, to: &Address, call: &Call, nonce: OutboxId) -> Option<Outcome> {
        let settled = self.inner.settle(to, call, nonce).await?;
        Some(if self.bug == Bug::SettleLies { invented() } else { settled })
    }

    fn pace(&self) -> Pace {
        let pace = self.inner.pace();
        if self.bug != Bug::WideLimit {
            return pace;
        }
        Pace { account: wider(pace.account), chat: wider(pace.chat), group: wider(pace.group) }
    }

    fn gap(&self) -> Option<Gap> {
        self.inner.gap()
    }

    fn is_paced_by_chat(&self, action: &Action) -> bool {
        self.inner.is_paced_by_chat(action)
    }

    async fn run(&self, sink: EventSink) {
        self.inner.run(sink).await;
    }
}
