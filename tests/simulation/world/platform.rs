//! The adapter of a fake platform: no sockets, nothing but the port.

use std::sync::Arc;

use async_trait::async_trait;
use bot_core::chat::{
    AccountId, Action, Address, Call, Capabilities, EventSink, Feature, Gap, Limits, Outcome, Pace, Platform,
    RenderPlan, Standing, Support, sends, split_rich_text,
};
use bot_core::clock::Clock as _;
use bot_core::ids::OutboxId;
use rand::RngExt as _;

use super::World;
use super::state::Spec;

/// Events that are handed over at once at most.
const EVENTS_AT_ONCE: usize = 6;

pub struct FakePlatform {
    world: Arc<World>,
    spec: Spec,
    /// Which program it is part of.
    run: u32,
}

impl FakePlatform {
    pub fn new(world: Arc<World>, spec: Spec, run: u32) -> Self {
        Self { world, spec, run }
    }

    fn name_of(&self) -> &str {
        self.spec.account.as_str()
    }
}

#[async_trait]
impl Platform for FakePlatform {
    fn account(&self) -> &AccountId {
        &self.spec.account
    }

    fn name(&self) -> &'static str {
        "Simulated"
    }

    fn capabilities(&self, _to: &Address) -> Capabilities {
        let native = |feature: Feature| (feature, Support::Native(Limits::default()));
        let mut can: std::collections::BTreeMap<Feature, Support> =
            [Feature::Text, Feature::Marks, Feature::Reply, Feature::DeleteOwn, Feature::DeleteOthers]
                .map(native)
                .into();
        can.extend(self.spec.edits.then(|| native(Feature::Edit)));
        can.extend([native(if self.spec.board { Feature::Board } else { Feature::Pin })]);
        can.extend(self.spec.direct_first.then(|| native(Feature::DirectFirst)));
        let limits = Limits { duration_ms: self.spec.mute_cap_ms, ..Limits::default() };
        can.insert(Feature::Mute, Support::Native(limits));
        Capabilities(can)
    }

    fn plan(&self, to: &Address, action: &Action) -> RenderPlan {
        let mut plan = RenderPlan::default();
        if !self.capabilities(to).allow(action.needs(), &mut plan.losses) {
            return plan;
        }
        let actions = match action {
            Action::Send(content) => {
                let parts = split_rich_text(&content.text, self.spec.text_utf16);
                let parts = parts.into_iter().map(bot_core::chat::Content::text).collect();
                sends(parts, content.reply_to.clone(), Vec::new())
            }
            Action::Mute { user, .. } if self.spec.looks => {
                vec![Action::Look { at: Standing::Member(user.clone()) }, action.clone()]
            }
            other => vec![other.clone()],
        };
        let call = |action: Action| Call { method: action.word().to_owned(), action };
        plan.calls = actions.into_iter().map(call).collect();
        plan
    }

    async fn perform(&self, to: &Address, call: &Call, nonce: OutboxId) -> Outcome {
        let is_paced = self.is_paced_by_chat(&call.action);
        let Some(begun) = self.world.take(self.run, self.name_of(), to, call, &nonce, is_paced) else {
            return std::future::pending().await;
        };
        let Some(answer_ms) = begun.answer_ms else { return std::future::pending().await };
        self.world.clock.until(self.world.now_ms() + answer_ms).await;
        self.world.answered(begun.no);
        begun.outcome
    }

    async fn settle(&self, _to: &Address, call: &Call, nonce: OutboxId) -> Option<Outcome> {
        if !self.spec.settles && !self.spec.nonces {
            return None;
        }
        self.world.clock.until(self.world.now_ms() + 20).await;
        self.world.became(self.name_of(), call, &nonce)
    }

    fn pace(&self) -> Pace {
        self.spec.pace
    }

    fn gap(&self) -> Option<Gap> {
        self.spec.gap
    }

    fn is_paced_by_chat(&self, action: &Action) -> bool {
        matches!(action, Action::Send(_) | Action::Edit { .. } | Action::Post(_))
    }

    async fn run(&self, sink: EventSink) {
        let world = &self.world;
        let account = self.name_of().to_owned();
        loop {
            let down_until_ms = world.state().accounts[&account].faults.down_until_ms;
            if down_until_ms > world.now_ms() {
                world.clock.until(down_until_ms).await;
                continue;
            }
            let events: Vec<_> = {
                let mut state = world.state();
                let most = state.rng.random_range(1..=EVENTS_AT_ONCE);
                state.accounts[&account].feed.iter().take(most).cloned().collect()
            };
            if events.is_empty() {
                world.told[&account].notified().await;
                continue;
            }
            if sink.take_all(events.clone()).await.is_err() || world.is_killed(self.run) {
                return;
            }
            let mut state = world.state();
            let of = state.accounts.get_mut(&account).expect("the account is of this world");
            for event in events {
                let at = of.feed.iter().position(|told| told.key == event.key);
                at.and_then(|at| of.feed.remove(at));
                world.trace.line(world.now_ms(), format_args!("{account} is told of {}", event.key));
                of.taken.push(event);
            }
        }
    }
}
