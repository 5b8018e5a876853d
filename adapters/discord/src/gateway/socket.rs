//! The gateway's frames over a WebSocket.

use bot_core::chat::read_json;
use futures::{SinkExt as _, StreamExt as _};
use serde_json::Value;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::protocol::{Message, WebSocketConfig};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async_with_config};

use super::session::{End, closed};
use crate::wire::Frame;

/// The largest frame that is read, bytes. A server of many thousands of channels and members stays well below.
const FRAME_MAX: usize = 16 * 1024 * 1024;

/// A connection to the gateway.
pub(super) struct Socket(WebSocketStream<MaybeTlsStream<TcpStream>>);

/// What came.
#[derive(Debug)]
pub(super) enum Came {
    /// A frame.
    Frame(Box<Frame>),
    /// Something that is no frame.
    Unreadable(String),
    /// Nothing more will.
    End(End),
}

impl Socket {
    /// Connects.
    ///
    /// # Errors
    /// The network's words.
    pub(super) async fn connect(url: &str) -> Result<Self, String> {
        let address = format!("{}/?v=10&encoding=json", url.trim_end_matches('/'));
        let config =
            WebSocketConfig::default().max_message_size(Some(FRAME_MAX)).max_frame_size(Some(FRAME_MAX));
        match connect_async_with_config(address, Some(config), true).await {
            Ok((stream, _)) => Ok(Self(stream)),
            Err(error) => Err(format!("no connection to the gateway: {error}")),
        }
    }

    /// What comes next.
    pub(super) async fn next(&mut self) -> Came {
        loop {
            return match self.0.next().await {
                Some(Ok(Message::Text(text))) => read(text.as_str()),
                Some(Ok(Message::Binary(_))) => Came::Unreadable("a binary frame".to_owned()),
                Some(Ok(Message::Close(frame))) => {
                    let code = frame.as_ref().map(|frame| u16::from(frame.code));
                    Came::End(closed(code, frame.as_ref().map_or("", |frame| frame.reason.as_str())))
                }
                Some(Ok(_)) => continue,
                Some(Err(tokio_tungstenite::tungstenite::Error::Capacity(error))) => {
                    Came::Unreadable(error.to_string())
                }
                Some(Err(_)) | None => Came::End(End::Again),
            };
        }
    }

    /// Sends a frame.
    ///
    /// # Errors
    /// When the connection is gone.
    pub(super) async fn send(&mut self, op: u8, data: Value) -> Result<(), End> {
        let frame = serde_json::json!({ "op": op, "d": data }).to_string();
        self.0.send(Message::text(frame)).await.map_err(|_| End::Again)
    }
}

fn read(text: &str) -> Came {
    match read_json(text.as_bytes()) {
        Ok(frame) => Came::Frame(Box::new(frame)),
        Err(error) => Came::Unreadable(error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::{Came, read};

    #[test]
    fn halves_of_characters_lose_no_event() {
        let frame = r#"{"op":0,"s":5,"t":"MESSAGE_CREATE","d":{"content":"a\ud83d b"}}"#;
        let Came::Frame(frame) = read(frame) else { panic!("it is a frame") };
        assert_eq!(frame.d["content"], "a\u{FFFD} b");
        assert!(matches!(read(r#"{"op":0,"d":{"content":"a\ud83d b}"#), Came::Unreadable(_)));
    }
}
