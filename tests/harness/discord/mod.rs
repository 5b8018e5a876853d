//! A stateful Discord over real sockets: the world's events become dispatches of the gateway, and the bot's calls to the
//! REST API become acts in the world, refused by Discord's own codes.
//!
//! Built to Discord's documentation (API v10, read 2026-11-21), not to our adapter. Each group of the [`World`] is the
//! one channel of a server of its own. What people do is done to the world; its [`guildhall_sandbox::Faults`] strike
//! calls here too. As on Discord, a session is kept for some minutes for a bot that was cut off; what came after them only the history tells.

mod events;
mod file;
mod gateway;
mod ids;
mod limits;
mod markdown;
mod press;
mod rest;
mod send;
mod server;
mod show;
mod state;
mod words;

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::frame::{Frame, Port};
use super::patience::{a_while, a_while_or};
use bot_core::chat::{ChatKey, UserKey};
use guildhall_discord::{Command, Said};
use guildhall_sandbox::World;
use serde_json::{Value, json};

pub use state::{Called, GatewayFault};
use state::{Ordered, State};

/// The bot's token.
pub const TOKEN: &str = "NzAwMDAwMDAwMQ.GabcDe.the-token-of-a-bot-that-is-not-there";
/// The bot's application.
pub const APPLICATION: &str = "7000000002";

/// The server, with all that it knows besides the world. Cheap to clone; ends when the last clone is dropped.
#[derive(Clone)]
pub struct FakeDiscord(Arc<Shared>);

struct Shared {
    world: World,
    rest: SocketAddr,
    gateway: SocketAddr,
    state: Mutex<State>,
    frame: Frame,
}

impl FakeDiscord {
    /// Starts the server of a world on free ports of this machine. Must be called in a runtime.
    pub async fn start(world: World) -> Self {
        let port = Port::open();
        let rest = port.address;
        let gateway = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port of this machine");
        let fake = Self(Arc::new(Shared {
            world,
            rest,
            gateway: gateway.local_addr().expect("the port is bound"),
            state: Mutex::new(State::default()),
            frame: Frame::default(),
        }));
        let mut tasks = fake.0.frame.tasks();
        tasks.spawn(server::accept(Arc::downgrade(&fake.0), port));
        tasks.spawn(gateway::accept(Arc::downgrade(&fake.0), gateway));
        tasks.spawn(watch_world(Arc::downgrade(&fake.0), fake.0.world.clone()));
        drop(tasks);
        fake
    }

    /// Where the server stands.
    fn url(&self) -> String {
        format!("http://{}", self.0.rest)
    }

    /// What stands before `/channels/…`.
    pub fn api_url(&self) -> String {
        format!("{}/api/v10", self.url())
    }

    fn gateway_url(&self) -> String {
        format!("ws://{}", self.0.gateway)
    }

    /// Whether the bot was told something that it has not yet said to have.
    pub fn events_wait(&self) -> bool {
        self.gather();
        let state = self.state();
        let waits = |session: &state::Session| session.is_connected() && session.acked < session.seq;
        state.sessions.values().any(waits) && !self.0.world.faults().is_down()
    }

    /// Resolves when something has happened here since the call began. The bot is asked how far it is.
    pub async fn turned(&self) {
        let mut turned = self.0.frame.turns();
        self.ask_for_heartbeat();
        // Fails only when the server is gone, and with it whoever waits.
        let _ = turned.changed().await;
    }

    /// Follows the world's switch for an outage, and lets a bot that was cut off come back.
    pub async fn heed_outage(&self) {
        let up = !self.0.world.faults().is_down();
        if self.0.frame.set_up(up) {
            a_while().await;
        }
        // Both ends run on this thread; what they do over sockets takes some turns of it.
        a_while_or(|| !up || self.is_heard()).await;
    }

    /// The calls so far.
    pub fn calls(&self) -> Vec<Called> {
        self.state().calls.clone()
    }

    /// The calls so far of this method whose path contains `part`.
    pub fn calls_of(&self, method: &str, part: &str) -> Vec<Called> {
        let calls = self.calls();
        calls.into_iter().filter(|call| call.method == method && call.path.contains(part)).collect()
    }

    /// How often a session was begun.
    pub fn ears(&self) -> u64 {
        self.state().sessions_begun
    }

    /// Resolves once a session was begun after the first `ears`, or nobody can.
    pub async fn until_listening(&self, ears: u64) {
        while self.ears() <= ears && !self.0.world.faults().is_down() {
            let mut turned = self.0.frame.turns();
            if self.ears() > ears {
                return;
            }
            let _ = turned.changed().await;
        }
    }

    /// Whether the bot is connected.
    pub fn is_heard(&self) -> bool {
        let state = self.state();
        let all = state.sessions.len() as u64 == 1 + state.more_shards;
        all && state.sessions.values().all(state::Session::is_connected)
    }

    /// Switches the privileged intents off or on in the portal.
    pub fn switch_intents(&self, on: bool) {
        self.state().intents_off = !on;
    }

    /// Makes the channel of a group a forum.
    pub fn make_forum(&self, chat: &ChatKey) {
        let mut state = self.state();
        state.forums.insert(chat.clone());
        let channel = show::channel(self.world(), &mut state, chat, None).expect("the group is there");
        state.dispatch("CHANNEL_UPDATE", &channel);
        drop(state);
        self.turn();
    }

    /// Makes the channel of a group one for announcements.
    pub fn make_news(&self, chat: &ChatKey) {
        let mut state = self.state();
        state.news.insert(chat.clone());
        let channel = show::channel(self.world(), &mut state, chat, None).expect("the group is there");
        state.dispatch("CHANNEL_UPDATE", &channel);
        drop(state);
        self.turn();
    }

    /// How many messages were handed on to those who follow a channel.
    pub fn published(&self) -> usize {
        self.state().published.len()
    }

    /// From its next start on the program opens private threads.
    pub fn open_private_threads(&self) {
        self.state().private_threads = true;
    }

    /// Whether it does.
    pub(super) fn has_private_threads(&self) -> bool {
        self.state().private_threads
    }

    /// From its next start on the program has commands to register: one for all and for messages, one for staff.
    pub fn give_commands(&self) {
        self.state().has_commands = true;
    }

    /// The commands of a program that starts.
    pub(super) fn commands(&self) -> Vec<Command> {
        let said = |en: &str, zh: &str| Said { other: en.into(), en: en.into(), zh: zh.into() };
        let command = |name: &str, about, for_staff: bool| Command {
            name: name.into(),
            about,
            takes: Some(said("who", "谁")),
            offers: name == "ticket",
            for_staff,
            in_servers: true,
            in_direct: !for_staff,
            on_messages: !for_staff,
        };
        if !self.state().has_commands {
            return Vec::new();
        }
        vec![
            command("ticket", said("Open a ticket", "提交工单"), false),
            command("mute", said("Mute somebody", "禁言"), true),
        ]
    }

    /// Enforces the buckets of sending, and tells of them in headers.
    pub fn enforce_buckets(&self) {
        self.state().buckets = Some(Default::default());
    }

    /// Orders the answer to the next call of this method whose path contains `part`.
    pub fn will_answer(&self, method: &str, part: &str, status: u16, headers: &[(&str, &str)], body: Value) {
        let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let ordered = Ordered { method: method.to_owned(), part: part.to_owned(), status, headers, body };
        self.state().ordered.push(ordered);
    }

    /// How an interaction was answered so far: the sorts of answers, and what they said.
    pub fn answers(&self, interaction: u64) -> Vec<(u64, Value)> {
        self.state().presses.get(&interaction).map(|press| press.answers.clone()).unwrap_or_default()
    }

    /// The key that the bot knows a chat by.
    pub fn key_of(&self, chat: &ChatKey) -> ChatKey {
        ChatKey(ids::channel(self.world(), chat).to_string())
    }

    /// The server of a group.
    pub fn guild_of(&self, chat: &ChatKey) -> String {
        ids::guild(chat).to_string()
    }

    /// The key that the bot knows a message by.
    pub fn message_of(&self, chat: &ChatKey, key: &bot_core::chat::MessageKey) -> String {
        ids::message_there(self.world(), &mut self.state(), chat, key).to_string()
    }

    /// Who last added the bot to a group, as the audit log of its server says it.
    fn audit_log(&self, chat: &ChatKey) -> Value {
        let by = self.world().recent_events().into_iter().rev().find_map(|event| match event.body {
            bot_core::chat::EventBody::ChatChanged { chat: there, added_by, .. } if there.key == *chat => {
                added_by
            }
            _ => None,
        });
        let Some(by) = by else { return json!({ "audit_log_entries": [], "users": [] }) };
        json!({
            "audit_log_entries": [{ "action_type": 28, "user_id": by.key.as_str(), "target_id": self.world().bot().key.as_str() }],
            "users": [show::user_of(&by)],
        })
    }

    /// Presses that a program which was killed has not answered: people are told by Discord that they failed.
    pub fn failed_presses(&self) -> Vec<u64> {
        let state = self.state();
        let failed = |press: &state::Press| {
            let is_over = state.sessions.values().all(|session| session.id != press.session);
            press.answers.is_empty() && is_over && !press.is_left && press.told["type"] != 4
        };
        state.presses.iter().filter(|(_, press)| failed(press)).map(|(id, _)| *id).collect()
    }

    /// Somebody whose press failed leaves it at that, for something came of it, or presses again. What is left at that can be
    /// answered as long as Discord takes answers.
    pub fn after_failure(&self, id: u64, again: bool) {
        if !again {
            self.state().presses.entry(id).and_modify(|press| press.is_left = true);
            return;
        }
        let Some(press) = self.state().presses.remove(&id) else { return };
        let by = self.by(&press.user);
        self.interact(press.told.clone(), &press.chat, &by, press.world.clone());
    }

    fn by(&self, user: &UserKey) -> bot_core::chat::UserInfo {
        self.world().user(user).expect("they were there").info
    }

    /// The world behind it.
    pub fn world(&self) -> &World {
        &self.0.world
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets those know who wait for something to happen.
    fn turn(&self) {
        self.0.frame.turn();
    }

    /// Tells the bot what has happened in the world.
    fn gather(&self) {
        while let Some((event, twice)) = self.0.world.hand_over() {
            events::tell(self, &event);
            if twice {
                self.repeat_last();
            }
            self.turn();
        }
    }

    /// Tells the last dispatch a second time, under another number: it is the same event all the same.
    fn repeat_last(&self) {
        let mut state = self.state();
        let logs = state.sessions.values();
        let last = logs.filter_map(|session| session.log.back()).max_by_key(|(seq, _)| *seq);
        let last = last.map(|(_, frame)| frame.clone());
        let Some(frame) = last.and_then(|frame| serde_json::from_str::<Value>(&frame).ok()) else { return };
        let name = frame["t"].as_str().unwrap_or_default().to_owned();
        state.dispatch(&name, &frame["d"]);
    }
}

/// Tells of events as they come, also while nobody asks.
async fn watch_world(fake: std::sync::Weak<Shared>, world: World) {
    loop {
        world.stirred().await;
        let Some(fake) = fake.upgrade().map(FakeDiscord) else { return };
        fake.gather();
    }
}
