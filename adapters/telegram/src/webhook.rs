//! Takes the updates that Telegram posts. Who does not know the secret is not read.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::routing::post;
use bot_core::chat::{EventSink, read_json};
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
        }
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

    /// Whether the one who asks knows the secret.
    fn knows_secret(&self, request: &Request) -> bool {
        let Mode::Webhook { secret, .. } = &self.settings.mode else { return false };
        let given = request.headers().get(SECRET_HEADER).map_or(&[][..], |value| value.as_bytes());
        secret.is(given)
    }
}

/// One request of Telegram. It is answered with 200 only after the update has taken effect: whatever else is
/// answered, Telegram posts it again.
async fn posted(State(platform): State<Arc<TelegramPlatform>>, request: Request) -> StatusCode {
    if !platform.knows_secret(&request) {
        return StatusCode::UNAUTHORIZED;
    }
    let Some(sink) = platform.sink.read().await.clone() else { return StatusCode::SERVICE_UNAVAILABLE };
    let Some(raw) = read_body(request.into_body()).await else {
        // It would be the same the next time.
        tracing::warn!(account = %platform.settings.account, "an update that is no JSON, or has no id, is passed over");
        return StatusCode::OK;
    };
    let taken = platform.give(std::slice::from_ref(&raw), &sink).await;
    if taken { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE }
}

async fn read_body(body: Body) -> Option<Raw> {
    let bytes = axum::body::to_bytes(body, BODY_MAX).await.ok()?;
    let json: Box<RawValue> = read_json(&bytes).ok()?;
    read::raw(&json)
}
