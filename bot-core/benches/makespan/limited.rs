//! A platform with limits: it counts each window for itself, refuses whoever is too fast, and takes its time to answer.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bot_core::chat::{
    AccountId, Action, Address, Call, Capabilities, Delivered, EventSink, Feature, Lane, Limits, MessageKey,
    Outcome, Pace, Platform, Rate, RenderPlan, RetryScope, Support,
};
use bot_core::clock::Clock as _;
use bot_core::ids::OutboxId;
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};

use crate::clock::SimClock;

/// How long an answer takes, milliseconds.
const ANSWER_MS: std::ops::Range<i64> = 40..400;

pub(crate) struct Limited {
    account: AccountId,
    clock: Arc<SimClock>,
    pace: Pace,
    state: Mutex<State>,
}

struct State {
    rng: StdRng,
    account: VecDeque<i64>,
    chats: HashMap<String, VecDeque<i64>>,
    /// What of other lanes is on its way, and since when.
    expected: HashMap<OutboxId, (Lane, i64)>,
    calls: usize,
    bulk_calls: usize,
    messages_of: HashMap<String, usize>,
    seen: Seen,
}

/// What the platform saw.
#[derive(Clone, Debug, Default)]
pub(crate) struct Seen {
    /// The last call of the bulk lane, unix milliseconds.
    pub(crate) last_bulk_ms: i64,
    /// All calls until then.
    pub(crate) calls_until_last_bulk: usize,
    /// The most messages in one chat.
    pub(crate) most_in_a_chat: usize,
    /// Calls that were too fast.
    pub(crate) refused: usize,
    /// How long deletions waited, milliseconds.
    pub(crate) urgent_ms: Vec<i64>,
    /// How long answers waited, milliseconds.
    pub(crate) talk_ms: Vec<i64>,
}

impl Limited {
    pub(crate) fn new(clock: Arc<SimClock>, pace: Pace) -> Self {
        let state = State {
            rng: StdRng::seed_from_u64(3),
            account: VecDeque::new(),
            chats: HashMap::new(),
            expected: HashMap::new(),
            calls: 0,
            bulk_calls: 0,
            messages_of: HashMap::new(),
            seen: Seen::default(),
        };
        Self { account: "limited".into(), clock, pace, state: Mutex::new(state) }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Something of another lane than bulk was put down.
    pub(crate) fn expects(&self, id: OutboxId, lane: Lane, at_ms: i64) {
        self.state().expected.insert(id, (lane, at_ms));
    }

    pub(crate) fn bulk_calls(&self) -> usize {
        self.state().bulk_calls
    }

    pub(crate) fn seen(&self) -> Seen {
        let state = self.state();
        let most_in_a_chat = state.messages_of.values().copied().max().unwrap_or(0);
        Seen { most_in_a_chat, ..state.seen.clone() }
    }
}

impl State {
    /// Takes a call, or says what was too fast.
    fn take(&mut self, pace: Pace, chat: &str, is_message: bool, now_ms: i64) -> Result<(), RetryScope> {
        if is_full(&mut self.account, pace.account, pace.account.per_ms, now_ms) {
            return Err(RetryScope::Account);
        }
        if is_message {
            let longest_ms = pace.chat.per_ms.max(pace.group.per_ms);
            let calls = self.chats.entry(chat.to_owned()).or_default();
            if is_full(calls, pace.chat, longest_ms, now_ms) || is_full(calls, pace.group, longest_ms, now_ms)
            {
                return Err(RetryScope::Chat);
            }
            calls.push_back(now_ms);
        }
        self.account.push_back(now_ms);
        Ok(())
    }

    fn note(&mut self, chat: &str, is_message: bool, nonce: &OutboxId, now_ms: i64) {
        self.calls += 1;
        *self.messages_of.entry(chat.to_owned()).or_default() += usize::from(is_message);
        match self.expected.remove(nonce) {
            Some((Lane::Urgent, at_ms)) => self.seen.urgent_ms.push(now_ms - at_ms),
            Some((_, at_ms)) => self.seen.talk_ms.push(now_ms - at_ms),
            None => {
                self.bulk_calls += 1;
                (self.seen.last_bulk_ms, self.seen.calls_until_last_bulk) = (now_ms, self.calls);
            }
        }
    }
}

/// Whether one more call would be more than `rate` in some stretch of its time. Calls older than `keep_ms` are forgotten.
fn is_full(calls: &mut VecDeque<i64>, rate: Rate, keep_ms: i64, now_ms: i64) -> bool {
    while calls.front().is_some_and(|at_ms| at_ms + keep_ms <= now_ms) {
        calls.pop_front();
    }
    let count = usize::try_from(rate.count).unwrap_or(usize::MAX);
    let first = calls.len().checked_sub(count).and_then(|at| calls.get(at));
    first.is_some_and(|at_ms| at_ms + rate.per_ms > now_ms)
}

#[async_trait::async_trait]
impl Platform for Limited {
    fn account(&self) -> &AccountId {
        &self.account
    }

    fn name(&self) -> &'static str {
        "Limited"
    }

    fn capabilities(&self, _to: &Address) -> Capabilities {
        let features = [Feature::Text, Feature::Marks, Feature::DeleteOthers];
        Capabilities(features.map(|feature| (feature, Support::Native(Limits::default()))).into())
    }

    fn plan(&self, _to: &Address, action: &Action) -> RenderPlan {
        let calls = vec![Call { method: action.word().to_owned(), action: action.clone() }];
        RenderPlan { calls, losses: Vec::new() }
    }

    async fn perform(&self, to: &Address, call: &Call, nonce: OutboxId) -> Outcome {
        let now_ms = self.clock.now_ms();
        let chat = to.chat.as_ref().map(ToString::to_string).unwrap_or_default();
        let is_message = self.is_paced_by_chat(&call.action);
        let answer_ms = {
            let mut state = self.state();
            if let Err(scope) = state.take(self.pace, &chat, is_message, now_ms) {
                state.seen.refused += 1;
                return Outcome::RetryAfter { wait_ms: 1_000, scope };
            }
            state.note(&chat, is_message, &nonce, now_ms);
            state.rng.random_range(ANSWER_MS)
        };
        self.clock.until(now_ms + answer_ms).await;
        Outcome::Sent(Delivered { message: Some(MessageKey(nonce.to_string())), ..Delivered::default() })
    }

    fn pace(&self) -> Pace {
        self.pace
    }

    fn is_paced_by_chat(&self, action: &Action) -> bool {
        matches!(action, Action::Send(_) | Action::Edit { .. })
    }

    async fn run(&self, sink: EventSink) {
        sink.closed().await;
    }
}
