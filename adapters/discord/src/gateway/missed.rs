//! What the session of the last run kept while no program was there.
//!
//! Discord keeps a session for some minutes after its connection broke, and all that it would have told. So a program
//! that starts again within them is told everything: edits, deletions, reactions and presses too, which no history has.
//! Servers and channels it does not tell again, though; hence that session is only read to its end and a new one is
//! begun, and what was read is handed over as soon as the new one has told of the server that it speaks of.

use std::collections::HashSet;
use std::sync::Arc;

use bot_core::chat::EventSink;
use bot_core::clock::within;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::connection::{CONNECT_MS, DISPATCH, INVALID_SESSION, RESUME, WAITING_MAX, greet};
use super::socket::{Came, Socket};
use crate::platform::DiscordPlatform;
use crate::read::Dispatch;
use crate::wire::Id;

/// So often it is tried to reach the session, and with such pauses, milliseconds.
const TRIES: u32 = 3;
const AGAIN_MS: i64 = 1_000;

/// How far a session was taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Mark {
    /// Discord's name of the session.
    pub(super) session: String,
    /// Where it is resumed.
    pub(super) url: String,
    /// The last dispatch of which everything has taken effect.
    pub(super) seq: u64,
}

/// What a session told after it was last taken.
#[derive(Debug)]
pub(crate) struct Missed {
    session: String,
    dispatches: Vec<Dispatch>,
}

/// The server that a dispatch needs to be known first.
fn guild_of(dispatch: &Dispatch) -> Option<Id> {
    dispatch.data.get("guild_id").and_then(|id| Id::deserialize(id).ok())
}

impl Missed {
    /// The session that told it.
    pub(crate) fn session(&self) -> &str {
        &self.session
    }

    /// What speaks of a server, or of none.
    pub(crate) fn about(&self, guild: Option<Id>) -> Vec<Dispatch> {
        self.dispatches.iter().filter(|dispatch| guild_of(dispatch) == guild).cloned().collect()
    }

    /// Whether something of it speaks of one of these servers.
    pub(super) fn waits_for(&self, guilds: &HashSet<Id>) -> bool {
        self.dispatches.iter().filter_map(guild_of).any(|guild| guilds.contains(&guild))
    }
}

/// The name of a shard's stream.
fn stream((shard, shards): (u32, u32)) -> String {
    format!("shard {shard} of {shards}")
}

impl DiscordPlatform {
    /// Keeps how far a session was taken. What cannot be kept now is with the next batch; until then more would come again
    /// after a restart, and change nothing.
    pub(super) async fn keep_mark(&self, shard: (u32, u32), mark: Mark, sink: &EventSink) {
        let Ok(words) = serde_json::to_string(&mark) else { return };
        let kept = sink.put_bookmark(&self.settings.account, &stream(shard), &words, self.now_ms()).await;
        if let Err(error) = kept {
            tracing::warn!(account = %self.settings.account, %error, "how far the gateway was heard cannot be kept");
        }
    }

    /// What the session of the last run kept for us; `None` when there was none, or Discord has forgotten it.
    pub(super) async fn missed(&self, shard: (u32, u32), sink: &EventSink) -> Option<Arc<Missed>> {
        let words = match sink.bookmark(&self.settings.account, &stream(shard)).await {
            Ok(words) => words?,
            Err(error) => {
                tracing::error!(account = %self.settings.account, %error, "how far this account was heard cannot be read; its last session is not asked");
                return None;
            }
        };
        let mark: Mark = serde_json::from_str(&words).ok()?;
        let mut dispatches = Vec::new();
        // What was told until the time is over is told; messages among the rest the history tells.
        let ended = within(&self.settings.clock, CONNECT_MS, self.read_out(&mark, &mut dispatches)).await;
        tracing::info!(account = %self.settings.account, missed = dispatches.len(), whole = ended == Some(true), "the session of the last run was asked for what was missed");
        (!dispatches.is_empty()).then(|| Arc::new(Missed { session: mark.session, dispatches }))
    }

    /// A connection to where the session is, which may not be reached at once.
    async fn reached(&self, url: &str) -> Option<Socket> {
        for _ in 0..TRIES {
            match greet(url).await {
                Ok((socket, _)) => return Some(socket),
                Err(_) => self.pause(AGAIN_MS).await,
            }
        }
        None
    }

    /// Reads a session to its end. Gives whether it was all there.
    async fn read_out(&self, mark: &Mark, dispatches: &mut Vec<Dispatch>) -> bool {
        let Some(mut socket) = self.reached(&mark.url).await else { return false };
        let token = self.settings.token.expose();
        let asked = json!({ "token": token, "session_id": mark.session, "seq": mark.seq });
        if socket.send(RESUME, asked).await.is_err() {
            return false;
        }
        while dispatches.len() < WAITING_MAX {
            let frame = match socket.next().await {
                Came::Frame(frame) => frame,
                Came::Unreadable(_) | Came::End(_) => return false,
            };
            match (frame.op, frame.s, frame.t) {
                (INVALID_SESSION, ..) => return false,
                (DISPATCH, Some(_), Some(name)) if name == "RESUMED" => return true,
                (DISPATCH, Some(seq), Some(name)) => dispatches.push(Dispatch { name, seq, data: frame.d }),
                _ => {}
            }
        }
        false
    }
}
