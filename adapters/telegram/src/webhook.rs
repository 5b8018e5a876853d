//! Takes the updates that Telegram posts. Who does not know the secret is not read.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::routing::post;
use bot_core::chat::{EventSink, PostBox, read_json};
use serde_json::value::RawValue;
use url::Url;

use crate::platform::TelegramPlatform;
use crate::read::{self, Raw};
use crate::settings::Mode;

/// The header that carries the secret.
const SECRET_HEADER: &str = "x-telegram-bot-api-secret-token";
/// The longest update that is read, bytes; Telegram's are far shorter.
const BODY_MAX: usize = 1024 * 1024;
/// How often it is looked whether Telegram still posts here, milliseconds.
const CHECK_MS: i64 = 5 * 60_000;
/// How long to wait before the webhook is set again, milliseconds.
const AGAIN_MS: i64 = 10_000;

impl TelegramPlatform {
    /// Answers what Telegram posts, at the root of the router. Mounted under `/telegram/<account>`.
    pub fn webhook_router(self: &Arc<Self>) -> Router {
        Router::new().route("/", post(posted)).with_state(Arc::clone(self))
    }

    /// Where Telegram posts to; `None` for an account that polls.
    pub fn webhook_address(&self) -> Option<Url> {
        let Mode::Webhook { public_url, .. } = &self.settings.mode else { return None };
        let base = public_url.as_str().trim_end_matches('/');
        Url::parse(&format!("{base}/telegram/{}", self.settings.account)).ok()
    }

    /// Has Telegram post updates here until the sink is closed.
    pub(crate) async fn serve_webhook(&self, sink: &EventSink) {
        tokio::select! {
            () = sink.closed() => {}
            () = self.keep_webhook() => {}
            () = self.keep_taking(sink) => {}
        }
    }

    /// Takes what is posted to other nodes, as soon as they say so.
    async fn keep_taking(&self, sink: &EventSink) {
        let Some(posts) = &self.settings.posts else { return std::future::pending().await };
        let mut bell = posts.bell();
        loop {
            let all = self.take_kept(sink).await;
            tokio::select! {
                // The hall that rings lives for as long as we hold its box.
                _ = bell.changed() => {}
                () = self.pause(AGAIN_MS), if !all => {}
            }
        }
    }

    /// Takes all that was posted to other nodes so far. False when some of it may be left.
    pub(crate) async fn take_kept(&self, sink: &EventSink) -> bool {
        let Some(posts) = &self.settings.posts else { return true };
        let account = &self.settings.account;
        let _alone = self.taking.lock().await;
        let step = async {
            loop {
                let kept = posts.waiting(account).await?;
                let raws: Vec<Raw> = kept.iter().filter_map(|one| read_text(&one.body)).collect();
                if kept.is_empty() || !self.give(&raws, sink).await {
                    return Ok::<_, bot_core::store::StoreError>(kept.is_empty());
                }
                posts.taken(account, &kept).await?;
            }
        };
        step.await.unwrap_or_else(|error| {
            tracing::warn!(%account, %error, "what was posted to other nodes waits for the database");
            false
        })
    }

    /// Keeps an update for the node that holds the account. False when it could not be kept.
    async fn keep(&self, body: Body) -> bool {
        let Some(posts) = &self.settings.posts else { return false };
        let Some((raw, json)) = read_body(body).await else { return true };
        let kept =
            posts.keep(&self.settings.account, raw.id.to_string(), raw.id, json.get().to_owned()).await;
        if let Err(error) = &kept {
            tracing::warn!(account = %self.settings.account, %error, "an update could not be kept; Telegram posts it again");
        }
        kept.is_ok()
    }

    async fn keep_webhook(&self) {
        let (Mode::Webhook { secret, .. }, Some(address)) = (&self.settings.mode, self.webhook_address())
        else {
            return;
        };
        self.introduce().await;
        while let Err(fault) = self.set_webhook(&address, secret.expose()).await {
            let asked_ms = self.failed(fault).await;
            self.pause(asked_ms.unwrap_or(AGAIN_MS)).await;
        }
        loop {
            self.pause(CHECK_MS).await;
            self.check_webhook(&address).await;
        }
    }

    /// Takes an update here, after those that other nodes were posted before it.
    async fn take_now(&self, body: Body, sink: &EventSink) -> bool {
        let Some((raw, _)) = read_body(body).await else { return true };
        let is_shared = self.settings.posts.as_ref().is_some_and(PostBox::is_shared);
        (!is_shared || self.take_kept(sink).await) && self.give(std::slice::from_ref(&raw), sink).await
    }

    /// Whether the one who asks knows the secret.
    fn knows_secret(&self, request: &Request) -> bool {
        let Mode::Webhook { secret, .. } = &self.settings.mode else { return false };
        let given = request.headers().get(SECRET_HEADER).map_or(&[][..], |value| value.as_bytes());
        secret.is(given)
    }
}

/// One request of Telegram. It is answered with 200 only after the update has taken effect, or is kept for the node that
/// holds the account: whatever else is answered, Telegram posts it again.
async fn posted(State(platform): State<Arc<TelegramPlatform>>, request: Request) -> StatusCode {
    if !platform.knows_secret(&request) {
        return StatusCode::UNAUTHORIZED;
    }
    let sink = platform.sink.read().await.clone();
    let taken = match sink {
        None => platform.keep(request.into_body()).await,
        Some(sink) => platform.take_now(request.into_body(), &sink).await,
    };
    if taken { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE }
}

/// An update with its own words. `None` for what is no update, and would be none the next time.
async fn read_body(body: Body) -> Option<(Raw, Box<RawValue>)> {
    let bytes = axum::body::to_bytes(body, BODY_MAX).await.ok();
    let json: Option<Box<RawValue>> = bytes.and_then(|bytes| read_json(&bytes).ok());
    let read = json.and_then(|json| Some((read::raw(&json)?, json)));
    if read.is_none() {
        tracing::warn!("an update that is no JSON, or has no id, is passed over");
    }
    read
}

fn read_text(text: &str) -> Option<Raw> {
    let json: Box<RawValue> = read_json(text.as_bytes()).ok()?;
    read::raw(&json)
}
