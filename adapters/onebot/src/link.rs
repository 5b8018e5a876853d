//! The connection to the implementation: calls go out marked, and their answers find back to who asked.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::{Value, json};
use tokio::sync::{mpsc, oneshot, watch};

use crate::wire::Answer;

/// The connections of one account.
pub(crate) struct Link {
    inner: Mutex<Inner>,
    next: AtomicU64,
    /// The number of the connection that takes calls; 0 for none.
    up: watch::Sender<u64>,
}

#[derive(Default)]
struct Inner {
    /// Connections that take calls, the newest last.
    calls: Vec<Line>,
    /// Connections that only tell of events, the newest last.
    events: Vec<Line>,
    waiting: HashMap<String, (u64, oneshot::Sender<Answer>)>,
}

/// One connection.
#[derive(Clone)]
struct Line {
    number: u64,
    out: mpsc::UnboundedSender<String>,
    /// Set to end it.
    end: watch::Sender<bool>,
}

/// What a connection is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// Calls and events.
    Universal,
    /// Calls.
    Api,
    /// Events.
    Event,
}

/// Why a call has no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NoAnswer {
    /// It did not go out.
    NotConnected,
    /// The connection ended before the answer came.
    Lost,
}

/// What a session needs of the link.
pub(crate) struct Joined {
    pub(crate) number: u64,
    pub(crate) out: mpsc::UnboundedReceiver<String>,
    pub(crate) end: watch::Receiver<bool>,
    /// Whether another connection for the same purpose had to go.
    pub(crate) replaced: bool,
}

impl Role {
    /// The role that `X-Client-Role` names; without the header it is all of it.
    pub(crate) fn of(header: Option<&str>) -> Option<Self> {
        match header.map(str::to_ascii_lowercase).as_deref() {
            None | Some("universal" | "") => Some(Self::Universal),
            Some("api") => Some(Self::Api),
            Some("event") => Some(Self::Event),
            Some(_) => None,
        }
    }

    pub(crate) fn takes_calls(self) -> bool {
        self != Self::Event
    }
}

impl Default for Link {
    fn default() -> Self {
        Self { inner: Mutex::default(), next: AtomicU64::new(1), up: watch::Sender::new(0) }
    }
}

impl Link {
    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Enters a connection. It takes the place of the one that had the same role: after a line that broke without a
    /// word the old one may look alive for minutes.
    pub(crate) fn join(&self, role: Role) -> Joined {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let (out, out_end) = mpsc::unbounded_channel();
        let (end, ended) = watch::channel(false);
        let line = Line { number, out, end };
        let mut inner = self.inner();
        let same = if role.takes_calls() { &mut inner.calls } else { &mut inner.events };
        let replaced = !same.is_empty();
        for old in same.drain(..) {
            // Fails only when it has ended by itself.
            let _ = old.end.send(true);
        }
        same.push(line);
        if role == Role::Universal {
            // It tells of events itself: a second teller would tell all twice.
            for old in inner.events.drain(..) {
                let _ = old.end.send(true);
            }
        }
        drop(inner);
        if role.takes_calls() {
            self.up.send_replace(number);
        }
        Joined { number, out: out_end, end: ended, replaced }
    }

    /// Takes a connection away. Its calls get no answer any more.
    pub(crate) fn leave(&self, number: u64) {
        let mut inner = self.inner();
        inner.calls.retain(|line| line.number != number);
        inner.events.retain(|line| line.number != number);
        inner.waiting.retain(|_, (at, _)| *at != number);
        drop(inner);
        self.up.send_if_modified(|up| {
            let was = *up == number;
            if was {
                *up = 0;
            }
            was
        });
    }

    /// Whether calls can be made.
    pub(crate) fn is_up(&self) -> bool {
        *self.up.borrow() != 0
    }

    /// Resolves when calls can be made.
    pub(crate) async fn until_up(&self) {
        let mut up = self.up.subscribe();
        // Cannot fail: the sender lives as long as `self`.
        let _ = up.wait_for(|number| *number != 0).await;
    }

    /// Ends all connections.
    pub(crate) fn end_all(&self) {
        let inner = self.inner();
        for line in inner.calls.iter().chain(&inner.events) {
            let _ = line.end.send(true);
        }
    }

    /// An answer has come.
    pub(crate) fn answered(&self, answer: Answer) {
        let waiting = self.inner().waiting.remove(&answer.echo);
        match waiting {
            // Fails when nobody waits any more.
            Some((_, asker)) => drop(asker.send(answer)),
            None => {
                tracing::debug!(echo = %answer.echo.chars().take(40).collect::<String>(), "an answer that nobody waits for")
            }
        }
    }

    /// Makes a call and waits for its answer, for as long as the connection stands.
    ///
    /// # Errors
    /// When it did not go out, or its connection ended.
    pub(crate) async fn call(&self, action: &str, params: Value) -> Result<Answer, NoAnswer> {
        let echo = format!("g{}", self.next.fetch_add(1, Ordering::Relaxed));
        let text = json!({ "action": action, "params": params, "echo": echo }).to_string();
        let asked = {
            let mut inner = self.inner();
            let Some(line) = inner.calls.last().cloned() else { return Err(NoAnswer::NotConnected) };
            let (asker, asked) = oneshot::channel();
            if line.out.send(text).is_err() {
                return Err(NoAnswer::NotConnected);
            }
            inner.waiting.insert(echo.clone(), (line.number, asker));
            asked
        };
        let _forget = Forget { link: self, echo };
        asked.await.map_err(|_| NoAnswer::Lost)
    }
}

/// Forgets a call that nobody waits for any more.
struct Forget<'a> {
    link: &'a Link,
    echo: String,
}

impl Drop for Forget<'_> {
    fn drop(&mut self) {
        self.link.inner().waiting.remove(&self.echo);
    }
}
