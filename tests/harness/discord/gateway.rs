//! The gateway: greets, begins and resumes sessions, answers heartbeats, and tells what happens.

use std::sync::Weak;

use futures::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc::{self, UnboundedReceiver, UnboundedSender};
use tokio::task::JoinSet;
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, Message};

use super::state::{GatewayFault, Line, Session, State};
use super::{FakeDiscord, Shared, TOKEN, ids, show};

/// Heartbeats are wanted so often, milliseconds.
const HEARTBEAT_MS: i64 = 41_250;
/// Dispatches that are kept for those who resume.
const LOG: usize = 10_000;
/// How long a session can be resumed after its connection is gone, milliseconds. Discord does not say; it is some minutes.
const SESSION_MS: i64 = 3 * 60_000;
/// What needs a switch in the portal.
const PRIVILEGED: u64 = 1 << 1 | 1 << 15;

/// Takes connections for as long as the server lives.
pub(super) async fn accept(fake: Weak<Shared>, listening: TcpListener) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            stream = listening.accept() => {
                let Ok((stream, _)) = stream else { return };
                connections.spawn(serve(fake.clone(), stream));
            }
            Some(_) = connections.join_next() => {}
        }
    }
}

async fn serve(fake: Weak<Shared>, stream: TcpStream) {
    let down = |fake: &FakeDiscord| fake.world().faults().is_down();
    if fake.upgrade().map(FakeDiscord).is_none_or(|fake| down(&fake)) {
        return;
    }
    let _ = stream.set_nodelay(true);
    let Ok(socket) = tokio_tungstenite::accept_async(stream).await else { return };
    let (mut to_bot, mut from_bot) = socket.split();
    let (line, mut lines) = mpsc::unbounded_channel();
    let hello = json!({ "op": 10, "s": null, "t": null, "d": { "heartbeat_interval": HEARTBEAT_MS } });
    let _ = line.send(Line::Text(hello.to_string()));
    let mut up = match fake.upgrade() {
        Some(fake) => fake.frame.up(),
        None => return,
    };
    loop {
        tokio::select! {
            biased;
            changed = up.changed() => {
                if changed.is_err() || !*up.borrow_and_update() {
                    break;
                }
            }
            said = next(&mut lines) => {
                let sent = match said {
                    Line::Text(text) => to_bot.send(Message::text(text)).await,
                    Line::Close(code) => {
                        let frame = CloseFrame { code: code.into(), reason: "closed on purpose".into() };
                        let _ = to_bot.send(Message::Close(Some(frame))).await;
                        break;
                    }
                    Line::Cut => break,
                };
                if sent.is_err() {
                    break;
                }
            }
            heard = from_bot.next() => match heard {
                Some(Ok(Message::Text(text))) => {
                    let Some(fake) = fake.upgrade().map(FakeDiscord) else { return };
                    if let Ok(frame) = serde_json::from_str::<Value>(text.as_str()) {
                        hear(&fake, &frame, &line);
                    }
                }
                Some(Ok(_)) => {}
                Some(Err(_)) | None => break,
            }
        }
    }
    drop(lines);
    if let Some(fake) = fake.upgrade().map(FakeDiscord) {
        let now_ms = fake.world().now_ms();
        if let Some(session) = fake.state().sessions.values_mut().find(|session| session.is_on(&line)) {
            session.left_ms = Some(now_ms);
        }
        fake.turn();
    }
}

/// The next line to be said; the sender is held by the connection itself, so that there is always one.
async fn next(lines: &mut UnboundedReceiver<Line>) -> Line {
    match lines.recv().await {
        Some(line) => line,
        None => std::future::pending().await,
    }
}

fn hear(fake: &FakeDiscord, frame: &Value, line: &UnboundedSender<Line>) {
    match frame["op"].as_u64() {
        Some(1) => {
            let _ = line.send(Line::Text(json!({ "op": 11, "d": null }).to_string()));
            let mut state = fake.state();
            if let Some(session) = state.sessions.values_mut().find(|session| session.is_on(line)) {
                session.acked = frame["d"].as_u64().unwrap_or_default();
                let acked = session.acked;
                session.log.retain(|(seq, _)| *seq > acked.saturating_sub(LOG as u64));
            }
        }
        Some(2) => identify(fake, &frame["d"], line),
        Some(6) => resume(fake, &frame["d"], line),
        _ => {
            let _ = line.send(Line::Close(4_001));
        }
    }
    fake.turn();
}

fn identify(fake: &FakeDiscord, asked: &Value, line: &UnboundedSender<Line>) {
    let mut state = fake.state();
    let privileged = asked["intents"].as_u64().unwrap_or_default() & PRIVILEGED;
    let refused = if asked["token"] != TOKEN {
        Some(4_004)
    } else if state.intents_off && privileged != 0 {
        Some(4_014)
    } else if let Some(GatewayFault::Close(code)) = state.gateway_faults.front().cloned() {
        state.gateway_faults.pop_front();
        Some(code)
    } else {
        None
    };
    if let Some(code) = refused {
        let _ = line.send(Line::Close(code));
        return;
    }
    state.sessions_begun += 1;
    let id = format!("session-{}", state.sessions_begun);
    // The old session, and all that it was not told, is gone.
    let (log, line) = (Default::default(), Some(line.clone()));
    let shard = asked["shard"][0].as_u64().unwrap_or_default();
    state.sessions.insert(shard, Session { id: id.clone(), seq: 0, log, acked: 0, line, left_ms: None });
    let of_shard = |state: &State, guild: u64| state.shard_of_guild(guild) == shard;
    let kept: Vec<u64> =
        state.told_guilds.keys().copied().filter(|guild| !of_shard(&state, *guild)).collect();
    state.told_guilds.retain(|guild, _| kept.contains(guild));
    let world = fake.world();
    let groups: Vec<_> = world
        .chats(None)
        .into_iter()
        .filter(|chat| show::view(world, &chat.key).is_some_and(|view| view.bot_rights.is_some()))
        .filter(|chat| of_shard(&state, ids::guild(&chat.key)))
        .collect();
    let unavailable: Vec<Value> = groups
        .iter()
        .map(|chat| json!({ "id": ids::guild(&chat.key).to_string(), "unavailable": true }))
        .collect();
    let ready = json!({
        "v": 10, "user": show::user_of(world.bot()), "guilds": unavailable, "session_id": id,
        "resume_gateway_url": fake.gateway_url(), "application": { "id": super::APPLICATION, "flags": 0 },
        "private_channels": [], "shard": asked["shard"],
    });
    state.dispatch_on(shard, "READY", &ready);
    for chat in groups {
        if let Some(guild) = show::guild(world, &mut state, &chat.key) {
            state.told_guilds.insert(ids::guild(&chat.key), chat.title.clone());
            state.dispatch("GUILD_CREATE", &guild);
        }
    }
}

fn resume(fake: &FakeDiscord, asked: &Value, line: &UnboundedSender<Line>) {
    let now_ms = fake.world().now_ms();
    let mut state = fake.state();
    let refused = state.gateway_faults.front() == Some(&GatewayFault::InvalidSession);
    if refused {
        state.gateway_faults.pop_front();
        state.sessions.retain(|_, session| asked["session_id"] != session.id.as_str());
    }
    let seq = asked["seq"].as_u64().unwrap_or_default();
    let known = state.sessions.iter().find(|(_, session)| {
        let is_kept = session.left_ms.is_none_or(|left_ms| now_ms - left_ms <= SESSION_MS);
        asked["session_id"] == session.id.as_str() && asked["token"] == TOKEN && seq <= session.seq && is_kept
    });
    let Some(shard) = known.map(|(shard, _)| *shard) else {
        let _ = line.send(Line::Text(json!({ "op": 9, "d": false }).to_string()));
        return;
    };
    if let Some(session) = state.sessions.get_mut(&shard) {
        session.line = Some(line.clone());
        session.left_ms = None;
        session.acked = seq;
        let again: Vec<String> =
            session.log.iter().filter(|(at, _)| *at > seq).map(|(_, frame)| frame.clone()).collect();
        again.into_iter().for_each(|frame| session.say(Line::Text(frame)));
    }
    state.dispatch_on(shard, "RESUMED", &json!({}));
}

impl FakeDiscord {
    /// Asks the bot how far it is: it answers with a heartbeat.
    pub(super) fn ask_for_heartbeat(&self) {
        for session in self.state().sessions.values_mut() {
            session.say(Line::Text(json!({ "op": 1, "d": null }).to_string()));
        }
    }

    /// Forgets all sessions: none can be resumed, and nothing is kept of what the bot was not told.
    pub fn forget_session(&self) {
        self.state().sessions.clear();
    }

    /// From its next start on the bot is told to begin so many shards.
    pub fn use_shards(&self, shards: u64) {
        self.state().more_shards = shards - 1;
    }

    /// The shards that have a session, and how many dispatches each was told.
    pub fn shards(&self) -> Vec<(u64, u64)> {
        self.state().sessions.iter().map(|(shard, session)| (*shard, session.seq)).collect()
    }

    /// The shard of a group's server.
    pub fn shard_of(&self, chat: &bot_core::chat::ChatKey) -> u64 {
        self.state().shard_of_guild(ids::guild(chat))
    }

    /// Cuts the connection; the session can be resumed.
    pub fn cut_gateway(&self) {
        for session in self.state().sessions.values_mut() {
            session.say(Line::Cut);
        }
    }

    /// Closes the connection with a code.
    pub fn close_gateway(&self, code: u16) {
        for session in self.state().sessions.values_mut() {
            session.say(Line::Close(code));
        }
    }

    /// Asks the bot to connect anew.
    pub fn ask_to_reconnect(&self) {
        self.say_raw(&json!({ "op": 7, "d": null }).to_string());
    }

    /// Says something over the gateway as it is.
    pub fn say_raw(&self, text: &str) {
        for session in self.state().sessions.values_mut() {
            session.say(Line::Text(text.to_owned()));
        }
    }

    /// Tells the bot something as it is, with its number in the session.
    pub fn dispatch(&self, name: &str, data: &Value) {
        self.state().dispatch(name, data);
        self.turn();
    }

    /// Makes the gateway go wrong.
    pub fn gateway_fault(&self, fault: GatewayFault) {
        self.state().gateway_faults.push_back(fault);
    }
}
