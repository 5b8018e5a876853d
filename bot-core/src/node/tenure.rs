//! For how long a node may call for an account.

use std::pin::pin;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, OnceLock};
use std::task::Poll;

use tokio_util::sync::CancellationToken;

use crate::chat::AccountId;
use crate::clock::Clock;
use crate::ids::NodeId;
use crate::store::{StoreError, Tx, node};

/// How a node stands among the others.
pub(super) struct Standing {
    pub(super) clock: Arc<dyn Clock>,
    pub(super) id: NodeId,
    /// Until when it may call platforms, by its own clock.
    good_until_ms: AtomicI64,
    over: CancellationToken,
    why: OnceLock<String>,
}

impl Standing {
    pub(super) fn new(clock: Arc<dyn Clock>, id: NodeId) -> Self {
        let good_until_ms = AtomicI64::new(i64::MIN);
        Self { clock, id, good_until_ms, over: CancellationToken::new(), why: OnceLock::new() }
    }

    pub(super) fn holds(&self) -> bool {
        !self.over.is_cancelled() && self.clock.now_ms() < self.good_until_ms.load(Ordering::Acquire)
    }

    /// It has beaten, and may call until then. A beat that came late takes nothing back.
    pub(super) fn good_until(&self, at_ms: i64) {
        self.good_until_ms.fetch_max(at_ms, Ordering::AcqRel);
    }

    /// It is taken for gone, and must never call again.
    pub(super) fn end(&self, why: &str) {
        // The first reason is the one that matters.
        let _ = self.why.set(why.to_owned());
        self.over.cancel();
    }

    /// Why it is over, once it is.
    pub(super) async fn ended(&self) -> String {
        self.over.cancelled().await;
        self.why.get().cloned().unwrap_or_default()
    }

    /// Returns when it may not call, at least for now.
    async fn lapsed(&self) {
        while self.holds() {
            let until_ms = self.good_until_ms.load(Ordering::Acquire);
            tokio::select! {
                () = self.over.cancelled() => return,
                () = self.clock.until(until_ms) => {}
            }
        }
    }
}

/// The right to call for an account: of a program that serves its database alone for ever, of a node for as long as it beats
/// and nobody has taken the account over. Cheap to clone.
#[derive(Clone)]
pub struct Tenure(Option<Held>);

#[derive(Clone)]
struct Held {
    standing: Arc<Standing>,
    account: AccountId,
    fence: i64,
}

impl Tenure {
    /// The right of a program that serves its database alone.
    pub fn alone() -> Self {
        Self(None)
    }

    pub(super) fn of(standing: Arc<Standing>, account: AccountId, fence: i64) -> Self {
        Self(Some(Held { standing, account, fence }))
    }

    /// How many nodes have held the account, this one included; `None` where there is one program.
    pub fn fence(&self) -> Option<i64> {
        self.0.as_ref().map(|held| held.fence)
    }

    /// Whether it may call just now.
    pub fn holds(&self) -> bool {
        self.0.as_ref().is_none_or(|held| held.standing.holds())
    }

    /// Whether it may never call again.
    pub fn is_over(&self) -> bool {
        self.0.as_ref().is_some_and(|held| held.standing.over.is_cancelled())
    }

    /// Returns when it may never call again.
    pub async fn over(&self) {
        match &self.0 {
            None => std::future::pending().await,
            Some(held) => held.standing.over.cancelled().await,
        }
    }

    /// Makes sure, until the transaction ends, that nobody takes the account over.
    ///
    /// # Errors
    /// [`StoreError::Fenced`] when somebody has, another one when the database fails.
    pub async fn check(&self, tx: &mut Tx) -> Result<(), StoreError> {
        match &self.0 {
            None => Ok(()),
            Some(held) => node::held(tx, &held.account, &held.standing.id, held.fence).await,
        }
    }

    /// Says that somebody else has taken the account over. It means that the whole node is taken for gone.
    pub(crate) fn lost(&self, why: &StoreError) {
        if let Some(held) = &self.0 {
            held.standing.end(&why.to_string());
        }
    }

    /// Does some work for as long as this node may call: not a step of it is made later, even by a program that was stopped
    /// in the middle and goes on. `None` when the work was broken off.
    pub async fn guard<T>(&self, work: impl Future<Output = T>) -> Option<T> {
        let Some(held) = &self.0 else { return Some(work.await) };
        let mut work = pin!(work);
        let guarded = std::future::poll_fn(|cx| {
            if held.standing.holds() { work.as_mut().poll(cx).map(Some) } else { Poll::Ready(None) }
        });
        tokio::select! {
            biased;
            done = guarded => done,
            () = held.standing.lapsed() => None,
        }
    }

    /// Returns when it may call. Never, when it may never again.
    pub async fn until_it_holds(&self) {
        let Some(held) = &self.0 else { return };
        while !held.standing.holds() {
            if self.is_over() {
                std::future::pending::<()>().await;
            }
            held.standing.clock.until(held.standing.clock.now_ms() + super::LOOK_MS).await;
        }
    }
}
