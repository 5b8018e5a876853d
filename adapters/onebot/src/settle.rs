//! What became of a send whose answer was lost: its own echo tells, or the chat's history.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

use bot_core::chat::{Action, Address, Call, Outcome};
use bot_core::clock::within;
use bot_core::ids::OutboxId;
use serde_json::{Value, json};

use crate::keys::{self, Target};
use crate::perform::made;
use crate::platform::OneBotPlatform;
use crate::{segment, wire, write};

/// So much of what was sent is remembered.
const KEPT: usize = 2_000;
/// How long a connection is waited for that could tell, milliseconds.
const WAIT_MS: i64 = 20_000;
/// So many messages of a chat are looked through.
const LOOK_BACK: usize = 50;
/// A send may take so long to stand in the history, milliseconds: before that nothing is concluded from its absence.
const LATE_MS: i64 = 5_000;
/// QQ's clock and ours may differ by so much, milliseconds.
const SKEW_MS: i64 = 60_000;

/// What was sent lately, and what came back of it.
#[derive(Default)]
pub(crate) struct Sent(Mutex<Memory>);

#[derive(Default)]
struct Memory {
    /// When each send was tried, by its nonce and what it says.
    tried: HashMap<(OutboxId, String), i64>,
    order: VecDeque<(OutboxId, String)>,
    /// Messages that are known to be some send's.
    known: HashSet<String>,
    known_order: VecDeque<String>,
    /// Own messages as their echoes told of them.
    echoes: VecDeque<Echo>,
    friends: HashSet<i64>,
}

/// An own message that was told back.
#[derive(Clone, Debug)]
struct Echo {
    target: Target,
    gist: String,
    message: String,
    at_ms: i64,
}

impl Sent {
    fn lock(&self) -> MutexGuard<'_, Memory> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A send goes out.
    pub(crate) fn trying(&self, nonce: &OutboxId, _target: Target, gist: &str, now_ms: i64) {
        let mut memory = self.lock();
        let key = (nonce.clone(), gist.to_owned());
        if memory.tried.insert(key.clone(), now_ms).is_none() {
            memory.order.push_back(key);
        }
        while memory.order.len() > KEPT {
            if let Some(oldest) = memory.order.pop_front() {
                memory.tried.remove(&oldest);
            }
        }
    }

    /// A send is known to be this message, which is then no other send's.
    pub(crate) fn became(&self, message: &str) {
        let mut memory = self.lock();
        if memory.known.insert(message.to_owned()) {
            memory.known_order.push_back(message.to_owned());
        }
        while memory.known_order.len() > KEPT {
            if let Some(oldest) = memory.known_order.pop_front() {
                memory.known.remove(&oldest);
            }
        }
    }

    /// An own message was told back.
    pub(crate) fn echoed(&self, target: Target, gist: String, message: String, at_ms: i64) {
        let mut memory = self.lock();
        memory.echoes.push_back(Echo { target, gist, message, at_ms });
        if memory.echoes.len() > KEPT {
            memory.echoes.pop_front();
        }
    }

    /// Who are friends of the account.
    pub(crate) fn befriended(&self, users: impl IntoIterator<Item = i64>) {
        self.lock().friends.extend(users);
    }

    /// Whether somebody is a friend: friends are written to without a group between.
    pub(crate) fn is_friend(&self, user: i64) -> bool {
        self.lock().friends.contains(&user)
    }

    fn tried_at(&self, nonce: &OutboxId, gist: &str) -> Option<i64> {
        self.lock().tried.get(&(nonce.clone(), gist.to_owned())).copied()
    }

    fn is_free(&self, message: &str) -> bool {
        !self.lock().known.contains(message)
    }

    fn echo_of(&self, target: Target, gist: &str, since_ms: i64) -> Option<String> {
        let memory = self.lock();
        let same_chat = |echo: &&Echo| match (echo.target, target) {
            (Target::Group(a), Target::Group(b)) => a == b,
            (Target::Private { user: a, .. }, Target::Private { user: b, .. }) => a == b,
            _ => false,
        };
        let fits = |echo: &&Echo| {
            echo.gist == gist && echo.at_ms + SKEW_MS >= since_ms && !memory.known.contains(&echo.message)
        };
        memory.echoes.iter().filter(same_chat).find(fits).map(|echo| echo.message.clone())
    }
}

impl OneBotPlatform {
    /// Finds out what became of a send. `None` when nobody can tell.
    pub(crate) async fn what_became_of(
        &self,
        to: &Address,
        call: &Call,
        nonce: &OutboxId,
    ) -> Option<Outcome> {
        let target = keys::target(to)?;
        if let Action::Post(_) = &call.action {
            return self.was_posted(target, &call.action).await;
        }
        let Action::Send(content) = &call.action else { return None };
        let gist = write::gist_of(content);
        let tried_ms = self.sent.tried_at(nonce, &gist);
        // After a restart only the time at which it was put down is known: it stands in its id.
        let since_ms = tried_ms.or_else(|| nonce.made_at_ms())?;
        if let Some(message) = self.sent.echo_of(target, &gist, since_ms) {
            return Some(self.found(target, message));
        }
        // What the last run left in hand is asked about one by one: all of it waits no longer than one would.
        let wait_ms = if tried_ms.is_some() { WAIT_MS } else { self.born_ms + WAIT_MS - self.now_ms() };
        within(&self.settings.clock, wait_ms.max(0), self.link.until_up()).await?;
        let history = self.history(target, LOOK_BACK).await?;
        if let Some(message) = self.own_in(&history, &gist, since_ms) {
            return Some(self.found(target, message));
        }
        let reaches_back = history.len() < LOOK_BACK
            || history.first().is_some_and(|first| wire::at_ms(first, i64::MAX) < since_ms);
        let is_settled = tried_ms.is_none_or(|at_ms| self.now_ms() - at_ms >= LATE_MS);
        (reaches_back && is_settled)
            .then(|| Outcome::NotDone { why: "the chat's history does not have it".to_owned() })
    }

    /// Which message a confirmed send became, where its answer did not say. `None` when nobody can tell.
    pub(crate) async fn which_message(
        &self,
        target: Target,
        call: &Call,
        nonce: &OutboxId,
    ) -> Option<Outcome> {
        let gist = write::gist_of(call.action.content()?);
        let since_ms = self.sent.tried_at(nonce, &gist)?;
        if let Some(message) = self.sent.echo_of(target, &gist, since_ms) {
            return Some(self.found(target, message));
        }
        let history = self.history(target, LOOK_BACK).await?;
        self.own_in(&history, &gist, since_ms).map(|message| self.found(target, message))
    }

    /// Our own message of this gist in a history, if it is no other send's.
    fn own_in(&self, history: &[Value], gist: &str, since_ms: i64) -> Option<String> {
        let mine = |message: &&Value| {
            wire::int(&message["sender"]["user_id"]).or_else(|| wire::int(&message["user_id"]))
                == Some(self.settings.self_id)
                && wire::at_ms(message, 0) + SKEW_MS >= since_ms
                && write::gist(&segment::read(&message["message"])) == gist
        };
        let mut ids = history.iter().filter(mine).filter_map(|message| wire::words(&message["message_id"]));
        ids.find(|id| self.sent.is_free(id))
    }

    fn found(&self, target: Target, message: String) -> Outcome {
        self.sent.became(&message);
        Outcome::Sent(made(target, message.into()))
    }

    /// The last messages of a chat, oldest first; `None` when they cannot be had.
    pub(crate) async fn history(&self, target: Target, count: usize) -> Option<Vec<Value>> {
        let (action, params) = match target {
            Target::Group(group) => ("get_group_msg_history", json!({ "group_id": group, "count": count })),
            Target::Private { user, .. } => {
                ("get_friend_msg_history", json!({ "user_id": user, "count": count }))
            }
        };
        let Value::Array(mut messages) = self.ask(action, params).await?.get_mut("messages")?.take() else {
            return None;
        };
        // Some give the newest first.
        messages.sort_by_key(|message| wire::at_ms(message, 0));
        Some(messages)
    }
}
