//! A stateful Telegram Bot API over real HTTP: the world's events become updates as the Bot API documents them, and
//! the bot's calls become acts in the world, refused in the Bot API's own words.
//!
//! Built to the Bot API's documentation (9.2, read 2026-11-21) and to the answers of its real server, not to our
//! adapter. What people do is done to the [`World`]; its [`guildhall_sandbox::Faults`] strike calls here too.

mod answer;
mod asked;
mod call;
mod chats;
mod entities;
mod events;
mod files;
mod markup;
mod members;
mod messages;
mod poll;
mod push;
mod queries;
mod send;
mod server;
mod service;
mod state;
mod topics;
mod words;

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::frame::{Frame, Port};
use super::patience::a_while;
use bot_core::chat::{ChatKey, UserKey};
use guildhall_sandbox::World;
use serde_json::Value;

pub use poll::PollFault;
pub use state::Called;
use state::State;

/// The bot's token.
pub const TOKEN: &str = "7000000001:AAF-the-token-of-a-bot-that-is-not-there";

/// The server, with all that it knows besides the world. Cheap to clone; ends when the last clone is dropped.
#[derive(Clone)]
pub struct FakeTelegram(Arc<Shared>);

struct Shared {
    world: World,
    address: SocketAddr,
    state: Mutex<State>,
    frame: Frame,
}

impl FakeTelegram {
    /// Starts the server of a world on a free port of this machine. Must be called in a runtime.
    pub async fn start(world: World) -> Self {
        let port = Port::open();
        let address = port.address;
        let fake = Self(Arc::new(Shared {
            world,
            address,
            state: Mutex::new(State::default()),
            frame: Frame::default(),
        }));
        let mut tasks = fake.0.frame.tasks();
        tasks.spawn(server::accept(Arc::downgrade(&fake.0), port));
        tasks.spawn(push::run(Arc::downgrade(&fake.0)));
        tasks.spawn(watch_world(Arc::downgrade(&fake.0), fake.0.world.clone()));
        drop(tasks);
        fake
    }

    /// What stands before `/bot<token>/method`.
    pub fn url(&self) -> String {
        format!("http://{}", self.0.address)
    }

    /// Whether updates are here that the bot has not confirmed and is about to fetch or be sent.
    pub fn events_wait(&self) -> bool {
        self.gather();
        self.state().updates_flow() && !self.0.world.faults().is_down()
    }

    /// Resolves when something has happened here since the call began.
    pub async fn turned(&self) {
        let mut turned = self.0.frame.turns();
        // Fails only when the server is gone, and with it whoever waits.
        let _ = turned.changed().await;
    }

    /// Follows the world's switch for an outage: connections are refused while it is down.
    pub async fn heed_outage(&self) {
        let up = !self.0.world.faults().is_down();
        if self.0.frame.set_up(up) {
            // Both ends run on this thread; they see closed connections when they next look.
            a_while().await;
        }
    }

    /// Makes the next polls fail in this way, one for each.
    pub fn fail_polls(&self, faults: impl IntoIterator<Item = PollFault>) {
        self.state().poll_faults.extend(faults);
        self.turn();
    }

    /// The calls so far: methods in lower case, with their parameters.
    pub fn calls(&self) -> Vec<Called> {
        self.state().calls.clone()
    }

    /// Every update there ever was.
    pub fn updates_so_far(&self) -> Vec<Value> {
        self.state().told.clone()
    }

    /// Puts an update into the queue as it is, but for its `update_id`, which is given back.
    pub fn feed(&self, update: Value) -> i64 {
        let id = self.state().push(update);
        self.turn();
        id
    }

    /// Hands out every unconfirmed update a second time, as after a connection that broke.
    pub fn repeat_updates(&self) {
        self.state().repeat();
        self.turn();
    }

    /// Leaves a gap in the numbers of updates, as after a week without any.
    pub fn skip_updates(&self, count: i64) {
        self.state().next_update += count;
    }

    /// Keeps updates back, or lets them go again: the bot hears of nothing meanwhile.
    pub fn hold_updates(&self, hold: bool) {
        self.state().held = hold;
        self.turn();
    }

    /// Resolves once an update that waits was given to the bot, which has not confirmed it.
    pub async fn until_given(&self) {
        loop {
            self.gather();
            {
                let state = self.state();
                if state.updates.iter().any(|(id, _)| *id == state.given) {
                    return;
                }
            }
            self.turned().await;
        }
    }

    /// How often somebody began to poll or set the webhook.
    pub fn ears(&self) -> u64 {
        let state = self.state();
        state.poll.begun + state.webhooks_set
    }

    /// Resolves once somebody began to poll or set the webhook after the first `ears` times, or could not.
    pub async fn until_listening(&self, ears: u64) {
        while self.ears() <= ears && !self.0.world.faults().is_down() {
            self.turned().await;
        }
    }

    /// Whether a poll is under way, or the webhook has not failed.
    pub fn is_heard(&self) -> bool {
        let state = self.state();
        match &state.webhook {
            Some(webhook) => webhook.failed.is_none(),
            None => state.poll_faults.is_empty() && !state.poll.has_failed,
        }
    }

    /// What a member may do, as another admin set it.
    pub fn set_permissions(&self, chat: &ChatKey, user: &UserKey, permissions: &Value) {
        let all = members::exactly(permissions);
        self.state().permissions.insert((chat.clone(), user.clone()), all);
    }

    /// A member as `getChatMember` shows them.
    pub fn member(&self, chat: &ChatKey, user: &UserKey) -> Value {
        let view = chats::view(&self.0.world, chat).expect("the chat is there");
        members::member(self, &self.state(), &view, user)
    }

    /// Makes a supergroup a forum, in which topics can be opened.
    pub fn make_forum(&self, chat: &ChatKey) {
        self.state().forums.insert(chat.clone());
    }

    /// Whether the bot asked for privacy mode to be off at its maker.
    pub fn set_privacy(&self, on: bool) {
        self.state().privacy = on;
    }

    /// Sets the webhook as somebody else who holds the token would.
    pub fn set_foreign_webhook(&self, url: &str) {
        self.state().webhook = Some(state::Webhook::at(url));
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

    /// Makes updates of what has happened in the world.
    fn gather(&self) {
        let mut gathered = false;
        while let Some((event, twice)) = self.0.world.hand_over() {
            let mut state = self.state();
            for update in events::updates_of(&self.0.world, &mut state, &event) {
                state.push(update);
                if twice {
                    state.repeat_last();
                }
            }
            gathered = true;
        }
        if gathered {
            self.turn();
        }
    }
}

/// Makes updates of events as they come, also while nobody asks.
async fn watch_world(fake: std::sync::Weak<Shared>, world: World) {
    loop {
        world.stirred().await;
        let Some(fake) = fake.upgrade().map(FakeTelegram) else { return };
        fake.gather();
    }
}
