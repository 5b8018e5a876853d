//! One connection: calls come in and are answered, events go out.

use std::sync::Weak;

use futures::stream::FuturesUnordered;
use futures::{Sink, Stream, StreamExt as _};
use serde_json::{Value, json};
use tokio::sync::mpsc;
use tokio_tungstenite::tungstenite::{Error, Message};

use super::{FakeOneBot, Shared, call, dial};

/// Serves a connection until it ends, by whichever side.
pub(super) async fn serve(
    fake: Weak<Shared>,
    role: &str,
    mut incoming: impl Stream<Item = Result<Message, Error>> + Unpin,
    mut leaving: impl Sink<Message, Error = Error> + Unpin,
) {
    let (out, mut queue) = mpsc::unbounded_channel();
    let Some(one) = fake.upgrade().map(FakeOneBot) else { return };
    let takes_calls = role != "Event";
    let number = one.state().join(role != "API", out);
    if role != "API" {
        one.feed(json!({ "post_type": "meta_event", "meta_event_type": "lifecycle", "sub_type": "connect" }));
    }
    one.gather();
    one.turn();
    drop(one);
    let mut calls = FuturesUnordered::new();
    loop {
        tokio::select! {
            text = queue.recv() => match text {
                Some(text) => if !dial::say(&mut leaving, text).await { break },
                None => break,
            },
            Some(answer) = calls.next(), if !calls.is_empty() => {
                let Some(answer): Option<Value> = answer else { continue };
                if !dial::say(&mut leaving, answer.to_string()).await {
                    break;
                }
            }
            message = incoming.next() => match message {
                Some(Ok(Message::Text(text))) if takes_calls => {
                    let Ok(asked) = serde_json::from_str::<Value>(&text) else { continue };
                    let Some(one) = fake.upgrade().map(FakeOneBot) else { return };
                    calls.push(async move { call::answer(&one, asked).await });
                }
                Some(Ok(Message::Close(_)) | Err(_)) | None => break,
                Some(Ok(_)) => {}
            },
        }
    }
    if let Some(one) = fake.upgrade().map(FakeOneBot) {
        one.state().leave(number);
        one.turn();
    }
}
