//! The port that every platform stands behind.

use std::collections::BTreeMap;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::{
    AccountId, Action, Call, Capabilities, ChatKey, Event, MessageEvent, MessageKey, Rate, RenderPlan,
    StoredFile, ThreadKey, Trouble, UploadedFile, UserKey,
};
use crate::ids::OutboxId;

/// One account on one platform: turns what the platform says into events and calls of ours into its own.
#[async_trait]
pub trait Platform: Send + Sync {
    /// Which account this is.
    fn account(&self) -> &AccountId;

    /// One word for people, such as `Telegram`.
    fn name(&self) -> &'static str;

    /// What can be done at an address, with the rights that the bot has there.
    fn capabilities(&self, to: &Address) -> Capabilities;

    /// Whether it tells what people react with under messages at an address, as far as that is known.
    fn tells_reactions(&self, _to: &Address) -> bool {
        true
    }

    /// The calls that an action becomes at an address, and what is lost. Does not talk to the platform.
    fn plan(&self, to: &Address, action: &Action) -> RenderPlan;

    /// Does one call of a plan. `nonce` is the same when the same call is repeated. Returns when the platform
    /// has answered or failed to; the courier sets the time limit.
    async fn perform(&self, to: &Address, call: &Call, nonce: OutboxId) -> Outcome;

    /// Finds out what became of a send whose answer was lost, where the platform can tell. `None` when it can't.
    async fn settle(&self, _to: &Address, _call: &Call, _nonce: OutboxId) -> Option<Outcome> {
        None
    }

    /// How fast the platform lets this account act.
    fn pace(&self) -> Pace;

    /// The bucket of sends, where they do not count in [`Pace::account`]: Telegram lets who pays for it broadcast faster, and
    /// leaves all other calls at their pace.
    fn sends(&self) -> Option<Rate> {
        None
    }

    /// How an account paces its messages like a person, beside the limits of [`Platform::pace`].
    fn gap(&self) -> Option<Gap> {
        None
    }

    /// Until when nothing of the bulk lane should go out, unix milliseconds, when the platform seems to watch the
    /// account. Does not talk to the platform; [`Platform::health`] says why.
    fn bulk_rests_until(&self) -> Option<i64> {
        None
    }

    /// Whether an action counts toward the pace of its chat and its group. One that does not counts for the account
    /// alone, and waits for nobody's messages.
    fn is_paced_by_chat(&self, _action: &Action) -> bool {
        true
    }

    /// Puts the parts of a message together that came one by one, in their order. Given as they are where the platform
    /// has no such messages.
    fn join(&self, parts: Vec<MessageEvent>) -> Vec<MessageEvent> {
        parts
    }

    /// Whether buttons are numbered lines here, answered in words: what people write may be a press then.
    fn numbers_buttons(&self) -> bool {
        false
    }

    /// What keeps the account, or a chat of it, from working as it should. Does not talk to the platform.
    fn health(&self) -> Vec<Trouble> {
        Vec::new()
    }

    /// Feeds events into `sink` until the sink is closed. An event is acknowledged to the platform only after
    /// `sink` has taken it.
    async fn run(&self, sink: EventSink);

    /// Lets go of what [`Platform::run`] holds, when it was broken off in the middle.
    async fn stand_down(&self) {}
}

/// Where a call goes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Address {
    /// The chat's key. `None` for a direct chat that was never opened: the adapter opens it by `peer`.
    pub chat: Option<ChatKey>,
    /// The person of a direct chat.
    pub peer: Option<UserKey>,
    /// A group shared with the person, for platforms that reach people only through one (QQ).
    pub via: Option<ChatKey>,
    /// The thread within the chat.
    pub thread: Option<ThreadKey>,
}

/// What became of a call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The platform confirmed it.
    Sent(Delivered),
    /// The platform refused it, and would again.
    Rejected(Rejection),
    /// The platform asks to wait; nothing was done.
    RetryAfter {
        /// For how long.
        wait_ms: i64,
        /// What has to wait.
        scope: RetryScope,
    },
    /// It surely was not done (no connection, 5xx before acceptance), and may be tried again.
    NotDone {
        /// The platform's or the network's words.
        why: String,
    },
    /// The request went out and no answer came: it may or may not have been done.
    Unknown {
        /// The network's words.
        why: String,
    },
}

/// What a confirmed call made.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivered {
    /// The message sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<MessageKey>,
    /// The thread opened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thread: Option<ThreadKey>,
    /// The key of the direct chat, once known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chat: Option<ChatKey>,
    /// What `Look` found, in the adapter's own words; `None` when there is nothing to bring back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    /// The file that was fetched, in our store by now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fetched: Option<StoredFile>,
    /// Files of our store that the platform has now under keys of its own, where they can be sent again by them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub uploaded: Vec<UploadedFile>,
}

/// A refusal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rejection {
    /// What sort of refusal.
    pub kind: RejectionKind,
    /// The platform's own words.
    pub why: String,
}

/// What sort of refusal, since each has its own lasting effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RejectionKind {
    /// The person never opened the private chat.
    NotStarted,
    /// The person blocked the bot.
    Blocked,
    /// The person's account is gone.
    Deactivated,
    /// The bot is no longer in the chat.
    Kicked,
    /// The bot lacks a right.
    MissingRight,
    /// The user, message or thread is not there.
    NotFound,
    /// The content breaks one of the platform's rules.
    BadContent,
    /// A key of a file is no longer good ("wrong file identifier"): the file has to be uploaded anew.
    FileGone,
    /// Nothing left to be done: already so.
    AlreadySo,
    /// No platform's: it was taken back on our side before it went out, because its push is held.
    Withdrawn,
    /// Anything else.
    Other,
}

/// What has to wait after a refusal for speed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RetryScope {
    /// Everything of the account.
    Account,
    /// This chat alone.
    Chat,
}

/// How fast an account may act, as token buckets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// All calls of the account.
    pub account: Rate,
    /// Calls in one chat.
    pub chat: Rate,
    /// Calls in one group, beside `chat`.
    pub group: Rate,
}

/// Pauses between the messages of an account, for platforms that watch accounts which write like machines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gap {
    /// At least so long between two messages, milliseconds.
    pub least_ms: i64,
    /// At most so long between two messages that both wait, milliseconds; where between is chance.
    pub most_ms: i64,
    /// Most messages in 24 hours, a fifth of them kept from the bulk lane; 0 for no limit.
    pub per_day: u32,
}

/// Where an adapter puts its events.
#[derive(Clone)]
pub struct EventSink {
    pub(crate) queue: tokio::sync::mpsc::Sender<crate::intake::Waiting>,
    pub(crate) hall: Option<std::sync::Arc<crate::hall::Hall>>,
}

/// How far an account was heard before, for platforms that do not keep events for a bot that is away.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Heard {
    /// When its last event was taken, unix milliseconds by our clock; `None` when there was none yet.
    pub until_ms: Option<i64>,
    /// The private chats that last had something to say, the latest first.
    pub directs: Vec<ChatKey>,
}

/// The program is stopping; the event was not taken, and the platform should keep it.
#[derive(Debug, thiserror::Error)]
#[error("the program is stopping and takes in no more events")]
pub struct IntakeClosed;

impl EventSink {
    /// Hands one event over. Returns once it has taken effect durably.
    ///
    /// # Errors
    /// [`IntakeClosed`] when the program is stopping.
    pub async fn take(&self, event: Event) -> Result<(), IntakeClosed> {
        let (done, taken) = tokio::sync::oneshot::channel();
        self.queue.send(crate::intake::Waiting { event, done }).await.map_err(|_| IntakeClosed)?;
        taken.await.map_err(|_| IntakeClosed)
    }

    /// Hands several events over in this order. Returns once all have taken effect durably.
    ///
    /// # Errors
    /// [`IntakeClosed`] when the program is stopping; the first of them may have been taken.
    pub async fn take_all(&self, events: Vec<Event>) -> Result<(), IntakeClosed> {
        let mut waiting = Vec::with_capacity(events.len());
        for event in events {
            let (done, taken) = tokio::sync::oneshot::channel();
            self.queue.send(crate::intake::Waiting { event, done }).await.map_err(|_| IntakeClosed)?;
            waiting.push(taken);
        }
        for taken in waiting {
            taken.await.map_err(|_| IntakeClosed)?;
        }
        Ok(())
    }

    /// The same sink, which can also be asked what a hall knows.
    #[must_use]
    pub fn of(mut self, hall: std::sync::Arc<crate::hall::Hall>) -> Self {
        self.hall = Some(hall);
        self
    }

    /// How far an account was heard before, with at most `directs` of its private chats.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn heard(&self, account: &AccountId, directs: i64) -> Result<Heard, crate::store::StoreError> {
        let Some(hall) = &self.hall else { return Ok(Heard::default()) };
        let mut tx = hall.db.read().await?;
        Ok(Heard {
            until_ms: crate::store::message::last_taken_ms(&mut tx, account).await?,
            directs: crate::store::chat::recent_directs(&mut tx, account, directs).await?,
        })
    }

    /// What may stand behind a command that somebody is typing: what they may see of it, at most
    /// [`SUGGESTIONS_MAX`](super::SUGGESTIONS_MAX).
    ///
    /// # Errors
    /// When the database or the feature fails.
    pub async fn suggestions(
        &self,
        typing: &super::Typing,
    ) -> Result<Vec<super::Suggestion>, crate::error::FeatureError> {
        match &self.hall {
            Some(hall) => crate::intake::offer::offers(hall, typing).await,
            None => Ok(Vec::new()),
        }
    }

    /// What an adapter last said of how far a stream of its platform was taken, over restarts as well.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn bookmark(
        &self,
        account: &AccountId,
        stream: &str,
    ) -> Result<Option<String>, crate::store::StoreError> {
        let Some(hall) = &self.hall else { return Ok(None) };
        crate::store::bookmark::get(&mut hall.db.read().await?, account, stream).await
    }

    /// Keeps how far a stream of the platform was taken, in the adapter's own words. To be said after what they speak of has
    /// taken effect: what a program that is killed in between is told again has the same keys and changes nothing.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn put_bookmark(
        &self,
        account: &AccountId,
        stream: &str,
        words: &str,
        at_ms: i64,
    ) -> Result<(), crate::store::StoreError> {
        let Some(hall) = &self.hall else { return Ok(()) };
        let mut tx = hall.db.write().await?;
        crate::store::bookmark::put(&mut tx, account, stream, words, at_ms).await?;
        tx.commit().await
    }

    /// Resolves when the program stops taking in events.
    pub async fn closed(&self) {
        self.queue.closed().await;
    }
}

/// The platforms of this program, by account.
pub type Platforms = BTreeMap<AccountId, std::sync::Arc<dyn Platform>>;
