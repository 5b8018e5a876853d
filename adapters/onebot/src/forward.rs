//! We dial the implementation, and again when the line breaks.

use std::sync::Arc;

use bot_core::chat::{EventSink, TroubleKind};
use tokio_tungstenite::tungstenite::Error;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};
use url::Url;

use crate::link::Role;
use crate::platform::OneBotPlatform;
use crate::session::{Ended, MESSAGE_MAX};
use crate::socket::split;

/// Waits before dialling again, milliseconds: doubled up to the longest.
const RETRY_FIRST_MS: i64 = 1_000;
const RETRY_MAX_MS: i64 = 60_000;
/// How long dialling may take, milliseconds.
const DIAL_LIMIT_MS: i64 = 20_000;

type Socket = WebSocketStream<MaybeTlsStream<tokio::net::TcpStream>>;

impl OneBotPlatform {
    /// Keeps a connection to one of the addresses until the program stops: the next one when one fails.
    pub(crate) async fn dial(self: &Arc<Self>, sink: &EventSink) {
        let mut wait_ms = RETRY_FIRST_MS;
        for url in self.settings.connect.iter().cycle() {
            let dialled =
                bot_core::clock::within(&self.settings.clock, DIAL_LIMIT_MS, self.dial_one(url)).await;
            match dialled.unwrap_or_else(|| Err(Failed::Network("no answer to dialling".to_owned()))) {
                Ok(socket) => {
                    wait_ms = RETRY_FIRST_MS;
                    let (incoming, leaving) = split(socket);
                    let ended = self.serve(role_of(url), incoming, leaving, sink.clone()).await;
                    if ended == Ended::Stopping {
                        return;
                    }
                    tracing::info!(account = %self.settings.account, ?ended, "the connection has ended");
                    self.is_cut_off();
                }
                Err(Failed::Token) => self.troubles.is(TroubleKind::WrongToken),
                Err(Failed::Network(why)) => self.troubles.is(TroubleKind::Unreachable { why }),
            }
            self.settings.clock.until(self.now_ms() + wait_ms).await;
            wait_ms = (wait_ms * 2).min(RETRY_MAX_MS);
        }
        // No address: the implementation dials us.
        sink.closed().await;
    }

    async fn dial_one(&self, url: &Url) -> Result<Socket, Failed> {
        let mut request = url.as_str().into_client_request().map_err(Failed::of)?;
        if !self.settings.token.is_empty() {
            let value = format!("Bearer {}", self.settings.token.expose());
            let mut value =
                HeaderValue::from_str(&value).map_err(|error| Failed::Network(error.to_string()))?;
            value.set_sensitive(true);
            request.headers_mut().insert("Authorization", value);
        }
        let config =
            WebSocketConfig::default().max_message_size(Some(MESSAGE_MAX)).max_frame_size(Some(MESSAGE_MAX));
        let dialled = tokio_tungstenite::connect_async_with_config(request, Some(config), true).await;
        dialled.map(|(socket, _)| socket).map_err(Failed::of)
    }
}

/// Why dialling failed.
enum Failed {
    Token,
    Network(String),
}

impl Failed {
    fn of(error: Error) -> Self {
        match error {
            Error::Http(response) if matches!(response.status().as_u16(), 401 | 403) => Self::Token,
            Error::Http(response) => Self::Network(format!("it answers with {}", response.status())),
            other => Self::Network(other.to_string()),
        }
    }
}

/// Implementations tell calls and events apart by the end of the path.
fn role_of(url: &Url) -> Role {
    match url.path().trim_end_matches('/').rsplit('/').next() {
        Some("api") => Role::Api,
        Some("event") => Role::Event,
        _ => Role::Universal,
    }
}
