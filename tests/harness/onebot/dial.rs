//! Connections: dialled by the bot, or dialling it.

use std::sync::Weak;

use futures::{SinkExt as _, StreamExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::handshake::server::{Callback, ErrorResponse, Request, Response};
use tokio_tungstenite::tungstenite::http::{HeaderValue, StatusCode};
use tokio_tungstenite::tungstenite::{Error, Message};

use super::super::patience::a_while;
use super::{FakeOneBot, Shared, TOKEN, line};

/// How the implementation dials a bot.
#[derive(Clone, Debug)]
pub struct Dialling {
    /// Whither.
    pub url: String,
    /// Whom it says it serves; the world's bot when `None`.
    pub self_id: Option<i64>,
    /// What it says it is there for.
    pub role: &'static str,
    /// What it sends as its token.
    pub token: String,
    /// Whether the token stands in the address instead of the header, beside an empty `Bearer`, as some send it.
    pub in_address: bool,
    /// Whether it dials again when the connection is gone or refused.
    pub again: bool,
}

impl Dialling {
    /// As NapCat dials: one connection for all, again and again.
    pub fn to(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            self_id: None,
            role: "Universal",
            token: TOKEN.into(),
            in_address: false,
            again: true,
        }
    }
}

/// Dials for as long as the implementation lives.
pub(super) async fn keep(fake: Weak<Shared>, dialling: Dialling) {
    loop {
        let Some(one) = fake.upgrade().map(FakeOneBot) else { return };
        let mut up = one.0.frame.up();
        if up.wait_for(|up| *up).await.is_err() {
            return;
        }
        match dial(&one, &dialling).await {
            Ok(stream) => {
                drop(one);
                let (leaving, incoming) = stream.split();
                line::serve(fake.clone(), dialling.role, incoming, leaving).await;
            }
            Err(Some(status)) => {
                one.state().refusals.push(status);
                one.turn();
            }
            Err(None) => {}
        }
        let no_more = fake.upgrade().is_none_or(|fake| FakeOneBot(fake).state().dials_no_more);
        if !dialling.again || no_more {
            return;
        }
        // The other end runs on this thread, and takes a while to come up again.
        a_while().await;
    }
}

/// A connection, or the status with which it was refused, if somebody was there at all.
async fn dial(
    fake: &FakeOneBot,
    dialling: &Dialling,
) -> Result<tokio_tungstenite::WebSocketStream<tokio_tungstenite::MaybeTlsStream<TcpStream>>, Option<u16>> {
    let mut url = dialling.url.clone();
    if dialling.in_address {
        url = format!("{url}?access_token={}", dialling.token);
    }
    let mut request = url.into_client_request().expect("an address");
    let header = |text: String| HeaderValue::from_str(&text).expect("a header");
    let headers = request.headers_mut();
    headers.insert("X-Self-ID", header(dialling.self_id.unwrap_or_else(|| fake.self_id()).to_string()));
    headers.insert("X-Client-Role", header(dialling.role.to_owned()));
    headers.insert("User-Agent", header("OneBot/11".to_owned()));
    let bearer = if dialling.in_address { String::new() } else { dialling.token.clone() };
    headers.insert("Authorization", header(format!("Bearer {bearer}")));
    match tokio_tungstenite::connect_async(request).await {
        Ok((stream, _)) => Ok(stream),
        Err(Error::Http(response)) => Err(Some(response.status().as_u16())),
        Err(_) => Err(None),
    }
}

/// Takes connections for as long as the implementation lives.
pub(super) async fn listen(fake: Weak<Shared>, listener: TcpListener) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => {
                let Ok((stream, _)) = accepted else { return };
                connections.spawn(accept(fake.clone(), stream));
            }
            Some(_) = connections.join_next() => {}
        }
    }
}

async fn accept(fake: Weak<Shared>, stream: TcpStream) {
    let Some(one) = fake.upgrade().map(FakeOneBot) else { return };
    one.state().knocks += 1;
    if one.world().faults().is_down() {
        return;
    }
    let mut path = String::new();
    let Ok(stream) = tokio_tungstenite::accept_hdr_async(stream, Door { path: &mut path }).await else {
        one.state().refusals.push(401);
        return;
    };
    drop(one);
    let role = match path.trim_end_matches('/') {
        "/api" => "API",
        "/event" => "Event",
        _ => "Universal",
    };
    let (leaving, incoming) = stream.split();
    line::serve(fake, role, incoming, leaving).await;
}

/// Judges who dials before anything else, and keeps the path that they asked for.
struct Door<'p> {
    path: &'p mut String,
}

impl Callback for Door<'_> {
    fn on_request(self, request: &Request, response: Response) -> Result<Response, ErrorResponse> {
        request.uri().path().clone_into(self.path);
        let in_header = request.headers().get("Authorization").and_then(|value| value.to_str().ok());
        let in_address = request.uri().query().unwrap_or_default();
        if in_header == Some(&format!("Bearer {TOKEN}")) || in_address == format!("access_token={TOKEN}") {
            return Ok(response);
        }
        let mut refused = ErrorResponse::new(None);
        *refused.status_mut() = StatusCode::UNAUTHORIZED;
        Err(refused)
    }
}

/// Sends text. False when the connection is gone.
pub(super) async fn say(
    leaving: &mut (impl futures::Sink<Message, Error = Error> + Unpin),
    text: String,
) -> bool {
    leaving.send(Message::Text(text.into())).await.is_ok()
}
