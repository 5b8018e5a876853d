//! A WebSocket as text that comes and text that goes, whichever library opened it.

use std::fmt::Display;

use axum::extract::ws;
use futures::{Sink, SinkExt as _, Stream, StreamExt as _};
use tokio_tungstenite::tungstenite;

use crate::session::{Incoming, Leaving};

/// A message of a WebSocket library.
pub(crate) trait Piece: Send + 'static {
    /// What it says; `None` for pings and the like.
    fn said(self) -> Option<String>;
    /// A message that says this.
    fn saying(text: String) -> Self;
}

impl Piece for ws::Message {
    fn said(self) -> Option<String> {
        match self {
            Self::Text(text) => Some(text.to_string()),
            Self::Binary(bytes) => Some(String::from_utf8_lossy(&bytes).into_owned()),
            _ => None,
        }
    }

    fn saying(text: String) -> Self {
        Self::Text(text.into())
    }
}

impl Piece for tungstenite::Message {
    fn said(self) -> Option<String> {
        match self {
            Self::Text(text) => Some(text.to_string()),
            Self::Binary(bytes) => Some(String::from_utf8_lossy(&bytes).into_owned()),
            _ => None,
        }
    }

    fn saying(text: String) -> Self {
        Self::Text(text.into())
    }
}

/// The two ways of a socket.
pub(crate) fn split<S, M, E>(socket: S) -> (Incoming, Leaving)
where
    S: Stream<Item = Result<M, E>> + Sink<M, Error = E> + Send + 'static,
    M: Piece,
    E: Display + 'static,
{
    let (leaving, incoming) = socket.split();
    let incoming = incoming.map(|message| message.map(M::said).map_err(|error| error.to_string()));
    let leaving = leaving
        .sink_map_err(|error: E| error.to_string())
        .with(async |text: String| Ok::<_, String>(M::saying(text)));
    (Box::pin(incoming), Box::pin(leaving))
}
