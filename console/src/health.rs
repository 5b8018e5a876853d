//! Whether the program lives and is ready, and its figures.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use bot_core::chat::AccountId;
use bot_core::clock::within;
use bot_core::store::{StoreError, outbox};

use crate::state::Console;

/// How long the database may take to answer, milliseconds.
const DATABASE_MS: i64 = 2_000;

/// Which accounts are connected. The program's wiring says so; `/readyz` tells.
#[derive(Clone, Default)]
pub struct Running(Arc<Mutex<BTreeSet<AccountId>>>);

impl Running {
    /// An account's adapter runs from now on, until what is given back is dropped.
    #[must_use = "the account counts as running only as long as this is kept"]
    pub fn enter(&self, account: &AccountId) -> RunningGuard {
        self.lock().insert(account.clone());
        RunningGuard { running: self.clone(), account: account.clone() }
    }

    pub(crate) fn has(&self, account: &AccountId) -> bool {
        self.lock().contains(account)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, BTreeSet<AccountId>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Keeps an account counted as running.
pub struct RunningGuard {
    running: Running,
    account: AccountId,
}

impl Drop for RunningGuard {
    fn drop(&mut self) {
        self.running.lock().remove(&self.account);
    }
}

/// `GET /healthz`: the program answers.
pub(crate) async fn healthz() -> &'static str {
    "alive\n"
}

/// `GET /readyz`: the database answers and every account's adapter runs; otherwise 503 and why.
pub(crate) async fn readyz(State(console): State<Console>) -> Response {
    let mut faults = Vec::new();
    match within(&console.hall.clock, DATABASE_MS, ask_database(&console)).await {
        Some(Ok(())) => {}
        Some(Err(error)) => faults.push(format!("the database does not answer: {error}")),
        None => faults.push("the database does not answer in time".to_owned()),
    }
    let silent = console.hall.platforms().keys().filter(|account| !console.running.has(account));
    faults.extend(silent.map(|account| format!("the adapter of {account} does not run")));
    if console.stopping.is_cancelled() {
        faults.push("the program is stopping".to_owned());
    }
    match faults.as_slice() {
        [] => "ready\n".into_response(),
        faults => {
            (StatusCode::SERVICE_UNAVAILABLE, format!("not ready: {}\n", faults.join("; "))).into_response()
        }
    }
}

/// Asks for what needs the tables as they are now.
async fn ask_database(console: &Console) -> Result<(), StoreError> {
    let mut tx = console.hall.db.read().await?;
    outbox::counts(&mut tx).await.map(|_| ())
}

/// `GET /metrics`: the figures as Prometheus reads them.
pub(crate) async fn metrics(State(console): State<Console>) -> Response {
    match &console.metrics {
        Some(handle) => {
            let kind = [(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")];
            (kind, handle.render()).into_response()
        }
        None => StatusCode::NOT_FOUND.into_response(),
    }
}
