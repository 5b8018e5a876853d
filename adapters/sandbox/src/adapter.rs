//! The adapter: the sandbox behind the same port as every other platform.

use async_trait::async_trait;
use bot_core::chat::{
    AccountId, Action, Address, Call, Capabilities, Delivered, Event, EventSink, Outcome, Pace, Platform,
    Rejection, RenderPlan,
};
use bot_core::ids::OutboxId;
use tokio::task::JoinSet;

use crate::plan::plan;
use crate::world::key_of;
use crate::{Fault, World};

/// Events of different chats that may be in flight at once.
const IN_FLIGHT: usize = 256;

/// The sandbox as the program sees it.
pub struct SandboxPlatform {
    world: World,
}

impl SandboxPlatform {
    /// The adapter of a world.
    pub fn new(world: World) -> Self {
        Self { world }
    }

    /// The platform behind it.
    pub fn world(&self) -> &World {
        &self.world
    }

    async fn meet(&self, to: &Address, action: &Action, nonce: &str) -> Outcome {
        let faults = self.world.faults();
        let (wait_ms, fault) = faults.strike_call(action.word(), key_of(to).as_ref());
        if wait_ms > 0 {
            self.world.wait(wait_ms).await;
        }
        let lost = || Outcome::Unknown { why: "the connection timed out".to_owned() };
        match fault {
            None => self.attempt(to, action, nonce),
            Some(Fault::RetryAfter { wait_ms, scope }) => Outcome::RetryAfter { wait_ms, scope },
            Some(Fault::Refuse { why: kind }) => {
                Outcome::Rejected(Rejection { kind, why: format!("refused by a fault: {kind:?}") })
            }
            Some(Fault::ServerError) => Outcome::NotDone { why: "500 internal server error".to_owned() },
            Some(Fault::Down) => Outcome::NotDone { why: "the connection was refused".to_owned() },
            Some(Fault::TimeoutBefore) => lost(),
            Some(Fault::TimeoutAfter) => {
                self.attempt(to, action, nonce);
                lost()
            }
            Some(hang @ (Fault::HangAfter | Fault::HangBefore)) => {
                if hang == Fault::HangAfter {
                    self.attempt(to, action, nonce);
                }
                std::future::pending().await
            }
            Some(Fault::Slow { .. } | Fault::Duplicate) => self.attempt(to, action, nonce),
        }
    }

    /// Does it; once more at the new address where the platform says that the chat has moved.
    fn attempt(&self, to: &Address, action: &Action, nonce: &str) -> Outcome {
        let Some(moved) = self.world.moved(to) else { return self.attempt_at(to, action, nonce) };
        match self.attempt_at(to, action, nonce) {
            Outcome::Rejected(_) => match self.attempt_at(&moved, action, nonce) {
                Outcome::Sent(delivered) => Outcome::Sent(Delivered { chat: moved.chat, ..delivered }),
                other => other,
            },
            other => other,
        }
    }

    fn attempt_at(&self, to: &Address, action: &Action, nonce: &str) -> Outcome {
        self.world.admit(to).unwrap_or_else(|| self.world.do_call(to, action, nonce))
    }
}

#[async_trait]
impl Platform for SandboxPlatform {
    fn account(&self) -> &AccountId {
        self.world.account()
    }

    fn name(&self) -> &'static str {
        self.world.profile().name
    }

    fn capabilities(&self, to: &Address) -> Capabilities {
        self.world.profile().capabilities(self.world.rights_at(to).as_deref())
    }

    fn plan(&self, to: &Address, action: &Action) -> RenderPlan {
        plan(&self.world.profile(), &self.capabilities(to), action, self.world.now_ms())
    }

    async fn perform(&self, to: &Address, call: &Call, nonce: OutboxId) -> Outcome {
        let outcome = self.meet(to, &call.action, nonce.as_str()).await;
        self.world.note_call(to, &call.action, &outcome);
        outcome
    }

    async fn settle(&self, to: &Address, call: &Call, nonce: OutboxId) -> Option<Outcome> {
        if self.world.faults().is_down() {
            None
        } else {
            self.world.sent_as(to, nonce.as_str(), &call.action)
        }
    }

    fn pace(&self) -> Pace {
        self.world.profile().pace
    }

    async fn run(&self, sink: EventSink) {
        let closed = {
            let sink = sink.clone();
            async move { sink.closed().await }
        };
        let take = move |event: Event| {
            let sink = sink.clone();
            async move { sink.take(event).await.is_ok() }
        };
        feed(&self.world, closed, take).await;
    }
}

/// Gives events to `take` until `closed`, or until it takes no more. An event counts as taken when `take` says
/// so; the events of a chat go one after another, those of different chats side by side.
pub(crate) async fn feed<F>(world: &World, closed: impl Future<Output = ()>, take: impl Fn(Event) -> F)
where
    F: Future<Output = bool> + Send + 'static,
{
    world.restart_feed();
    tokio::pin!(closed);
    let mut flying = JoinSet::new();
    loop {
        tokio::select! {
            () = &mut closed => return,
            Some(landed) = flying.join_next() => match landed {
                Ok((lane, event, true)) => world.taken(lane, event),
                // The sink is closed, or the bot's own code has failed: what was not taken is kept.
                Ok((_, _, false)) | Err(_) => return,
            },
            delivery = world.next_event(), if flying.len() < IN_FLIGHT => {
                let first = take(delivery.event.clone());
                let second = delivery.twice.then(|| take(delivery.event.clone()));
                flying.spawn(async move {
                    let mut taken = first.await;
                    if let Some(second) = second {
                        taken &= second.await;
                    }
                    (delivery.lane, delivery.event, taken)
                });
            }
        }
    }
}
