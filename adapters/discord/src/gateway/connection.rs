//! One connection of a session, from its greeting to its end.

use std::collections::VecDeque;

use bot_core::chat::{EventSink, IntakeClosed, TroubleKind};
use bot_core::clock::within;
use futures::future::{BoxFuture, FutureExt as _, OptionFuture};
use serde::Deserialize as _;
use serde_json::{Value, json};

use super::Gate;
use super::missed::Mark;
use super::session::{End, Session};
use super::socket::{Came, Socket};
use crate::give::Taken;
use crate::platform::DiscordPlatform;
use crate::read::Dispatch;
use crate::setup::identify;
use crate::wire::{Frame, Ready};

/// How long a connection and its greeting may take, milliseconds.
pub(super) const CONNECT_MS: i64 = 20_000;
/// How many dispatches may wait before nothing more is read.
pub(super) const WAITING_MAX: usize = 10_000;
/// How many are taken in one go.
const TAKE_MAX: usize = 512;
/// After so many heartbeats without an answer the connection is dead.
const MISSED_MAX: u32 = 3;

pub(super) const DISPATCH: u8 = 0;
const HEARTBEAT: u8 = 1;
const IDENTIFY: u8 = 2;
pub(super) const RESUME: u8 = 6;
const RECONNECT: u8 = 7;
pub(super) const INVALID_SESSION: u8 = 9;
const HELLO: u8 = 10;
const HEARTBEAT_ACK: u8 = 11;

/// Heartbeats of a connection.
struct Pulse {
    every_ms: i64,
    next_ms: i64,
    missed: u32,
}

impl DiscordPlatform {
    /// Connects, begins or resumes the session, and hands on what is told until the connection ends.
    pub(super) async fn connection(
        &self,
        session: &mut Session,
        url: &str,
        gate: &Gate,
        sink: &EventSink,
    ) -> End {
        let url = session.url.clone().unwrap_or_else(|| url.to_owned());
        let greeted = within(&self.settings.clock, CONNECT_MS, greet(&url)).await;
        let (mut socket, every_ms) = match greeted {
            Some(Ok(greeted)) => greeted,
            Some(Err(end)) => return end,
            None => return End::Unreachable("the gateway did not answer in time".to_owned()),
        };
        if let Err(end) = self.begin(session, &mut socket, gate).await {
            return end;
        }
        let pulse = Pulse { every_ms, next_ms: self.now_ms() + every_ms, missed: 0 };
        self.hear(session, socket, pulse, sink).await
    }

    async fn begin(&self, session: &Session, socket: &mut Socket, gate: &Gate) -> Result<(), End> {
        let token = self.settings.token.expose();
        match &session.id {
            Some(id) => {
                socket.send(RESUME, json!({ "token": token, "session_id": id, "seq": session.taken })).await
            }
            None => {
                self.may_identify(gate).await;
                socket.send(IDENTIFY, identify(token, session.shard)).await
            }
        }
    }

    async fn hear(
        &self,
        session: &mut Session,
        mut socket: Socket,
        mut pulse: Pulse,
        sink: &EventSink,
    ) -> End {
        let mut waiting: VecDeque<Dispatch> = VecDeque::new();
        let mut taking: Option<BoxFuture<'_, Result<Taken, IntakeClosed>>> = None;
        loop {
            if taking.is_none() && !waiting.is_empty() {
                let batch: Vec<Dispatch> = waiting.drain(..waiting.len().min(TAKE_MAX)).collect();
                let (task, mark) = (session.task(), session.mark());
                let shard = session.shard;
                taking = Some(
                    async move {
                        let taken = self.take(batch, task, sink).await?;
                        if let Some(mark) = mark {
                            self.keep_mark(shard, Mark { seq: taken.seq, ..mark }, sink).await;
                        }
                        Ok(taken)
                    }
                    .boxed(),
                );
            }
            tokio::select! {
                biased;
                Some(taken) = OptionFuture::from(taking.as_mut()) => {
                    taking = None;
                    match taken {
                        Ok(taken) => session.took(taken),
                        Err(IntakeClosed) => return End::Closed,
                    }
                }
                came = socket.next(), if waiting.len() < WAITING_MAX => {
                    let frame = match came {
                        Came::Frame(frame) => frame,
                        Came::Unreadable(why) => {
                            metrics::counter!("guildhall_discord_odd_frames_total").increment(1);
                            tracing::warn!(account = %self.settings.account, why, "the gateway said something that cannot be read");
                            return session.unreadable();
                        }
                        Came::End(end) => return end,
                    };
                    let went_on = self.on_frame(session, *frame, &mut socket, &mut pulse, &mut waiting).await;
                    if let Err(end) = went_on {
                        return end;
                    }
                }
                () = self.settings.clock.until(pulse.next_ms) => {
                    if pulse.missed >= MISSED_MAX {
                        tracing::info!(account = %self.settings.account, "the gateway no longer answers; the session is resumed");
                        return End::Again;
                    }
                    pulse.missed += 1;
                    pulse.next_ms = self.now_ms() + pulse.every_ms;
                    if let Err(end) = beat(&mut socket, session).await {
                        return end;
                    }
                }
            }
        }
    }

    async fn on_frame(
        &self,
        session: &mut Session,
        frame: Frame,
        socket: &mut Socket,
        pulse: &mut Pulse,
        waiting: &mut VecDeque<Dispatch>,
    ) -> Result<(), End> {
        match frame.op {
            DISPATCH => {
                let (Some(seq), Some(name)) = (frame.s, frame.t) else { return Ok(()) };
                if name == "READY" {
                    self.ready(session, &frame.d)?;
                }
                if name == "RESUMED" {
                    session.times_ready += 1;
                }
                self.troubles.over(|kind| {
                    matches!(kind, TroubleKind::Unreachable { .. } | TroubleKind::IntentsOff { .. })
                });
                waiting.push_back(Dispatch { name, seq, data: frame.d });
            }
            // What has taken effect is told, not what was read: the session is resumed from there.
            HEARTBEAT => beat(socket, session).await?,
            HEARTBEAT_ACK => pulse.missed = 0,
            RECONNECT => return Err(End::Again),
            INVALID_SESSION if frame.d == Value::Bool(true) => return Err(End::Again),
            INVALID_SESSION => return Err(End::Fresh),
            _ => {}
        }
        Ok(())
    }

    fn ready(&self, session: &mut Session, data: &Value) -> Result<(), End> {
        let Ok(ready) = Ready::deserialize(data) else {
            return Err(End::Unreachable("the gateway's first word cannot be read".to_owned()));
        };
        self.known.is_me(ready.user);
        session.id = Some(ready.session_id);
        session.url = ready.resume_gateway_url;
        session.times_ready += 1;
        Ok(())
    }
}

async fn beat(socket: &mut Socket, session: &Session) -> Result<(), End> {
    let taken = if session.taken == 0 { Value::Null } else { json!(session.taken) };
    socket.send(HEARTBEAT, taken).await
}

/// Connects and waits for the first word: how often to send heartbeats, milliseconds.
pub(super) async fn greet(url: &str) -> Result<(Socket, i64), End> {
    let mut socket = Socket::connect(url).await.map_err(End::Unreachable)?;
    match socket.next().await {
        Came::Frame(frame) if frame.op == HELLO => {
            let every_ms = frame.d["heartbeat_interval"].as_i64().unwrap_or(41_250);
            Ok((socket, every_ms.clamp(1_000, 600_000)))
        }
        Came::End(End::Again) => {
            Err(End::Unreachable("the gateway closed the connection at once".to_owned()))
        }
        Came::End(end) => Err(end),
        Came::Frame(_) | Came::Unreadable(_) => {
            Err(End::Unreachable("this is no gateway of Discord's".to_owned()))
        }
    }
}
