//! The adapter against a small server on the loopback that says what it is told to say.

mod calls;
mod files;
mod network;
mod permissions;
mod updates;

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use bot_core::chat::{Action, Address, Outcome, Platform as _};
use bot_core::clock::{Clock, SystemClock};
use bot_core::files::FileStore;
use serde_json::{Value, json};

use crate::{Mode, Settings, TelegramPlatform};
use bot_core::secret::Secret;

/// The token of all tests: none of its letters may turn up anywhere but in addresses.
pub(super) const TOKEN: &str = "4242:AAtoken_that_nobody_may_see";
/// The group of all tests.
pub(super) const GROUP: &str = "-1001234567890";

/// What the server was asked and what it will say.
#[derive(Default)]
pub(super) struct Said {
    asked: Mutex<Vec<(String, Value)>>,
    answers: Mutex<HashMap<String, VecDeque<(u16, String)>>>,
    files: Mutex<HashMap<String, (u16, Vec<u8>)>>,
}

/// A Bot API that says what it is told to; `{"ok":true,"result":true}` when it was told nothing.
#[derive(Clone)]
pub(super) struct Server {
    said: Arc<Said>,
    url: String,
}

async fn answer(
    State(said): State<Arc<Said>>,
    Path((token, method)): Path<(String, String)>,
    body: String,
) -> Response {
    if token != format!("bot{TOKEN}") {
        return (StatusCode::UNAUTHORIZED, r#"{"ok":false,"error_code":401,"description":"Unauthorized"}"#)
            .into_response();
    }
    let told = said.answers.lock().unwrap().get_mut(&method).and_then(VecDeque::pop_front);
    said.asked
        .lock()
        .unwrap()
        .push((method.clone(), serde_json::from_str(&body).unwrap_or(Value::String(body))));
    let (status, body) = match told {
        Some(told) => told,
        // Nothing new: the real one would hold the answer.
        None if method == "getUpdates" => std::future::pending().await,
        None if method == "getMe" => (200, me()),
        None if method == "getWebhookInfo" => {
            (200, r#"{"ok":true,"result":{"url":"","pending_update_count":0}}"#.to_owned())
        }
        None => (200, r#"{"ok":true,"result":true}"#.to_owned()),
    };
    (StatusCode::from_u16(status).unwrap(), [(header::CONTENT_TYPE, "application/json")], body)
        .into_response()
}

async fn file(
    State(said): State<Arc<Said>>,
    Path((token, path)): Path<(String, String)>,
) -> (StatusCode, Vec<u8>) {
    let given = said.files.lock().unwrap().get(&path).cloned().filter(|_| token == format!("bot{TOKEN}"));
    let (status, bytes) = given.unwrap_or((404, Vec::new()));
    (StatusCode::from_u16(status).unwrap(), bytes)
}

fn me() -> String {
    let me = json!({"id": 4242, "is_bot": true, "first_name": "Hall", "username": "guildhall_bot", "can_read_all_group_messages": true});
    json!({"ok": true, "result": me}).to_string()
}

impl Server {
    pub(super) async fn start() -> Self {
        let said = Arc::new(Said::default());
        let router = Router::new()
            .route("/{token}/{method}", post(answer))
            .route("/file/{token}/{*path}", get(file))
            .with_state(Arc::clone(&said));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { said, url }
    }

    /// The next answer to a method.
    pub(super) fn will_say(&self, method: &str, status: u16, body: &Value) {
        let body = body.as_str().map_or_else(|| body.to_string(), str::to_owned);
        self.said.answers.lock().unwrap().entry(method.to_owned()).or_default().push_back((status, body));
    }

    /// What is under the path of a file.
    pub(super) fn will_give(&self, path: &str, status: u16, bytes: &[u8]) {
        self.said.files.lock().unwrap().insert(path.to_owned(), (status, bytes.to_vec()));
    }

    pub(super) fn will_refuse(&self, method: &str, code: u16, words: &str) {
        self.will_say(method, code, &json!({"ok": false, "error_code": code, "description": words}));
    }

    /// What a method was asked with, in order.
    pub(super) fn asked(&self, method: &str) -> Vec<Value> {
        let asked = self.said.asked.lock().unwrap();
        asked.iter().filter(|(name, _)| name == method).map(|(_, body)| body.clone()).collect()
    }

    /// Waits until a method was asked so many times.
    pub(super) async fn wait_for(&self, method: &str, times: usize) -> Vec<Value> {
        loop {
            let asked = self.asked(method);
            if asked.len() >= times {
                return asked;
            }
            tokio::task::yield_now().await;
        }
    }

    pub(super) fn platform(&self) -> Arc<TelegramPlatform> {
        self.platform_in(Mode::Polling)
    }

    pub(super) fn platform_in(&self, mode: Mode) -> Arc<TelegramPlatform> {
        platform(&self.url, TOKEN, mode)
    }

    /// Does an action in a chat, call by call, up to the first that is not done.
    pub(super) async fn does(&self, platform: &TelegramPlatform, chat: &str, action: Action) -> Outcome {
        let to = address(chat);
        let mut last = None;
        for call in platform.plan(&to, &action).calls {
            let outcome = platform.perform(&to, &call, "o1".into()).await;
            let done = matches!(outcome, Outcome::Sent(_));
            last = Some(outcome);
            if !done {
                break;
            }
        }
        last.unwrap()
    }
}

pub(super) fn platform(url: &str, token: &str, mode: Mode) -> Arc<TelegramPlatform> {
    Arc::new(TelegramPlatform::new(settings(url, token, mode)))
}

pub(super) fn settings(url: &str, token: &str, mode: Mode) -> Settings {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::new(1));
    let (account, token, api_url) = ("telegram".into(), Secret::new(token), url.parse().unwrap());
    let files = FileStore::new("never written", 0);
    let commands = Vec::new();
    let (local_server, posts) = (false, None);
    let (pace, paid_broadcast) = (crate::PACE, false);
    Settings {
        account,
        token,
        api_url,
        mode,
        clock,
        commands,
        files,
        local_server,
        pace,
        paid_broadcast,
        posts,
    }
}

pub(super) fn address(chat: &str) -> Address {
    Address { chat: Some(chat.into()), peer: None, via: None, thread: None }
}
