//! A simulated OneBot v11 implementation over real WebSockets: the world's events become events as NapCat sends them,
//! and the bot's calls become acts in the world, refused in such an implementation's words.
//!
//! Built to the OneBot v11 standard and NapCat's documentation (4.8, read 2026-11-21), not to our adapter. It dials the
//! bot (reverse) or is dialled by it (forward). What people do is done to the [`World`]; its
//! [`guildhall_sandbox::Faults`] strike calls here too.

mod answer;
mod board;
mod call;
mod dial;
mod events;
mod files;
mod info;
mod line;
mod messages;
mod params;
mod state;
mod words;

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use guildhall_sandbox::World;
use serde_json::{Value, json};

use super::frame::Frame;
use super::patience::a_while;
pub use dial::Dialling;
pub use state::Called;
use state::State;

/// The token that the implementation and the bot share.
pub const TOKEN: &str = "a-token-of-an-implementation";

/// The implementation, with all that it knows besides the world. Cheap to clone; ends when the last clone is dropped.
#[derive(Clone)]
pub struct FakeOneBot(Arc<Shared>);

struct Shared {
    world: World,
    /// Where it takes connections, dialled forward.
    address: SocketAddr,
    /// Where it gives files.
    files: SocketAddr,
    state: Mutex<State>,
    frame: Frame,
}

impl FakeOneBot {
    /// Starts the implementation of a world. Nobody is dialled yet. Must be called in a runtime.
    pub async fn start(world: World) -> Self {
        let bound = async || {
            let listener =
                tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port of this machine");
            let address = listener.local_addr().expect("the port is bound");
            (listener, address)
        };
        let ((listener, address), (files_listener, files)) = (bound().await, bound().await);
        let fake = Self(Arc::new(Shared {
            world,
            address,
            files,
            state: Mutex::new(State::default()),
            frame: Frame::default(),
        }));
        let mut tasks = fake.0.frame.tasks();
        tasks.spawn(dial::listen(Arc::downgrade(&fake.0), listener));
        tasks.spawn(files::serve(Arc::downgrade(&fake.0), files_listener));
        tasks.spawn(watch_world(Arc::downgrade(&fake.0), fake.0.world.clone()));
        drop(tasks);
        fake
    }

    /// Dials a bot, and again whenever the connection is gone.
    pub fn dial(&self, dialling: Dialling) {
        self.0.frame.tasks().spawn(dial::keep(Arc::downgrade(&self.0), dialling));
    }

    /// Dials nobody again from now on, whatever was said: what stands stays until it ends.
    pub fn dial_no_more(&self) {
        self.state().dials_no_more = true;
    }

    /// How often somebody has dialled it, let in or not.
    pub fn knocks(&self) -> usize {
        self.state().knocks
    }

    /// Where a bot can dial it.
    pub fn url(&self) -> String {
        format!("ws://{}/", self.0.address)
    }

    /// Where it gives files, as `host:port`.
    pub fn files_host(&self) -> String {
        self.0.files.to_string()
    }

    fn files_url(&self) -> String {
        format!("http://{}/", self.0.files)
    }

    /// Whether the addresses of files that were told are good no longer, as some hours later: who asks by name gets
    /// the bytes themselves then.
    pub fn expire_addresses(&self, expire: bool) {
        self.state().addresses_expired = expire;
    }

    /// The bot's number.
    pub fn self_id(&self) -> i64 {
        self.0.world.bot().key.as_str().parse().expect("a numbered world")
    }

    /// Resolves when something has happened here since the call began.
    pub async fn turned(&self) {
        let mut turned = self.0.frame.turns();
        // Fails only when the implementation is gone, and with it whoever waits.
        let _ = turned.changed().await;
    }

    /// Follows the world's switch for an outage: there are no connections while it is down.
    pub async fn heed_outage(&self) {
        let up = !self.0.world.faults().is_down();
        if self.0.frame.set_up(up) {
            if !up {
                self.cut();
            }
            a_while().await;
        }
    }

    /// Ends all connections without a word; whoever dialled dials again.
    pub fn cut(&self) {
        self.state().cut();
        self.turn();
    }

    /// Frames with events that went out, and connections that carried them, since [`FakeOneBot::forget_program`].
    pub fn told(&self) -> (u64, u64) {
        self.gather();
        let state = self.state();
        (state.told, state.opened)
    }

    /// Whether a connection has ended since the program started: what was on it may not have arrived.
    pub fn has_broken(&self) -> bool {
        self.state().broken
    }

    /// How many connections stand.
    pub fn lines(&self) -> usize {
        self.state().lines.len()
    }

    /// Counts anew, for a program that starts.
    pub fn forget_program(&self) {
        let mut state = self.state();
        (state.told, state.opened, state.broken) = (0, 0, false);
    }

    /// Takes it that so many frames have arrived, over so many connections: those of a line that broke may not have.
    pub fn recount(&self, told: u64, opened: u64) {
        let mut state = self.state();
        (state.told, state.opened) = (told, opened);
    }

    /// The calls so far, with their parameters.
    pub fn calls(&self) -> Vec<Called> {
        self.state().calls.clone()
    }

    /// The calls of a name so far.
    pub fn called(&self, action: &str) -> Vec<Value> {
        self.calls().into_iter().filter(|call| call.action == action).map(|call| call.params).collect()
    }

    /// Answers that the implementation has refused at the door, by HTTP status.
    pub fn refusals(&self) -> Vec<u16> {
        self.state().refusals.clone()
    }

    /// Every event there ever was.
    pub fn events_so_far(&self) -> Vec<Value> {
        self.state().events.clone()
    }

    /// Tells an event as it is, with the common fields added where they are missing.
    pub fn feed(&self, mut event: Value) {
        let (now_s, own) = (self.0.world.now_ms() / 1_000, self.self_id());
        if let Some(fields) = event.as_object_mut() {
            fields.entry("time").or_insert(json!(now_s));
            fields.entry("self_id").or_insert(json!(own));
        }
        self.state().tell(event);
        self.turn();
    }

    /// Sends text that need not be a frame at all.
    pub fn feed_raw(&self, text: &str) {
        self.state().send_all(text);
        self.turn();
    }

    /// Beats the heart once.
    pub fn beat(&self, online: bool, interval_ms: i64) {
        self.feed(
            json!({ "post_type": "meta_event", "meta_event_type": "heartbeat", "interval": interval_ms,
            "status": { "online": online, "good": true } }),
        );
    }

    /// Forgets which message has which id, as after a restart of its own.
    pub fn forget_ids(&self) {
        let known = self.0.world.chats(None).into_iter().chain(self.directs());
        let keys: Vec<String> = known
            .filter_map(|chat| self.0.world.chat(&chat.key, None, 10_000))
            .flat_map(|view| view.messages.into_iter().map(|message| message.key.0))
            .collect();
        self.state().forgotten.extend(keys);
    }

    /// Whether echoes of the bot's own messages are held back; let go, they come late.
    pub fn hold_echoes(&self, hold: bool) {
        let late = {
            let mut state = self.state();
            state.echoes_held = hold;
            if hold { Vec::new() } else { std::mem::take(&mut state.late) }
        };
        late.into_iter().for_each(|echo| self.feed(echo));
    }

    /// Whether events are lost on their way, as on a line that is broken and does not know it yet.
    pub fn lose_events(&self, lose: bool) {
        self.gather();
        self.state().losing = lose;
    }

    /// Tells every event a second time from now on.
    pub fn repeat_events(&self, repeat: bool) {
        self.state().twice = repeat;
    }

    /// How many mentions of everybody are left today.
    pub fn set_at_all_left(&self, left: i64) {
        self.state().at_all_left = Some(left);
    }

    /// Answers that are unknown to the standard: calls fail as ones that it does not know.
    pub fn disable(&self, action: &str) {
        self.state().disabled.insert(action.to_owned());
    }

    /// The next call of this name is not done, and answered with this as it is.
    pub fn answer_once(&self, action: &str, answer: Value) {
        self.state().scripted.entry(action.to_owned()).or_default().push(answer);
    }

    /// What stands on the board of a group, the oldest first.
    pub fn board(&self, group: i64) -> Vec<String> {
        let state = self.state();
        let of_group = state.notices.iter().filter(|(at, ..)| *at == group);
        of_group.map(|(_, _, words, _)| words.clone()).collect()
    }

    /// The world behind it.
    pub fn world(&self) -> &World {
        &self.0.world
    }

    fn directs(&self) -> Vec<guildhall_sandbox::ChatSummary> {
        let world = &self.0.world;
        let users = world.users();
        let of = |user: &guildhall_sandbox::UserView| {
            let chats = world.chats(Some(&user.info.key));
            chats.into_iter().find(|chat| chat.kind == bot_core::chat::ChatKind::Direct)
        };
        users.iter().filter_map(of).collect()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets those know who wait for something to happen.
    fn turn(&self) {
        self.0.frame.turn();
    }

    /// Tells what has happened in the world, if somebody listens: events are told once, and to nobody else.
    fn gather(&self) {
        while self.state().is_heard()
            && !self.0.world.faults().is_down()
            && let Some((event, twice)) = self.0.world.hand_over()
        {
            let events = events::events_of(self, &event);
            let mut state = self.state();
            for mut event in events {
                // Nobody comes, goes and comes again within a second, but for people in stories.
                while event["post_type"] == "notice" && state.events.contains(&event) {
                    event["time"] = json!(event["time"].as_i64().unwrap_or(0) + 1);
                }
                if state.losing {
                    continue;
                }
                let is_echo = event["post_type"] == "message_sent";
                if is_echo && state.echoes_held {
                    state.late.push(event);
                    continue;
                }
                state.tell(event.clone());
                if twice || state.twice {
                    state.tell(event);
                }
            }
            drop(state);
            self.turn();
        }
    }
}

/// Tells events as they come, also while nobody asks.
async fn watch_world(fake: std::sync::Weak<Shared>, world: World) {
    loop {
        world.stirred().await;
        let Some(fake) = fake.upgrade().map(FakeOneBot) else { return };
        fake.gather();
    }
}
