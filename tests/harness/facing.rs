//! QQ under a story: a OneBot implementation behind sockets, which dials the program or is dialled by it.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use bot_core::chat::{AccountId, Platform};
use bot_core::clock::VirtualClock;
use bot_core::files::FileStore;
use guildhall_onebot::{Files, Manner, OneBotPlatform};
use tokio::net::TcpSocket;
use tokio::task::JoinHandle;

use super::frame;
use super::kind::Dials;
use super::onebot::{self, Dialling, FakeOneBot};

/// So long without news means that none comes. By the machine's clock: sockets know no other, and how many turns fit into it
/// depends on the compiler.
const PATIENCE: Duration = Duration::from_millis(250);

/// An implementation of OneBot, and the program's own listener for it.
pub(super) struct Facing {
    pub(super) fake: FakeOneBot,
    pub(super) dials: Dials,
    /// Keeps the port of the listener while the program is down.
    pub(super) port: TcpSocket,
    listener: Option<JoinHandle<()>>,
    /// What was told to end and may still hold the port.
    ending: Option<JoinHandle<()>>,
    program: Option<Arc<OneBotPlatform>>,
    /// Since when nothing was heard that was told.
    idle_since: Mutex<Option<Instant>>,
    /// The account's name in the config.
    account: AccountId,
    /// How fast the account speaks. What most stories are about is said at once.
    pub(super) manner: Manner,
}

impl Facing {
    pub(super) async fn open(world: guildhall_sandbox::World, dials: Dials) -> Self {
        let account = world.account().clone();
        let (fake, port) = (FakeOneBot::start(world).await, frame::reserve());
        if dials == Dials::Us {
            fake.dial(Dialling::to(format!("ws://{}/onebot/v11/ws", port.local_addr().unwrap())));
        }
        let manner = Manner { gap_least_ms: 0, gap_most_ms: 0, per_day: 0 };
        Self {
            fake,
            dials,
            port,
            listener: None,
            ending: None,
            program: None,
            idle_since: Mutex::default(),
            account,
            manner,
        }
    }

    pub(super) fn adapter(&mut self, clock: &Arc<VirtualClock>, files: &Arc<FileStore>) -> Arc<dyn Platform> {
        let connect = match self.dials {
            Dials::Us => Vec::new(),
            Dials::It => vec![self.fake.url().parse().unwrap()],
        };
        let settings = guildhall_onebot::Settings {
            account: self.account.clone(),
            self_id: self.fake.self_id(),
            token: bot_core::secret::Secret::new(onebot::TOKEN),
            connect,
            manner: self.manner,
            pace: guildhall_onebot::PACE,
            catch_up_ms: 30 * 60_000,
            clock: Arc::clone(clock) as _,
        };
        let files = Files { store: Arc::clone(files), hosts: vec![self.fake.files_host()], folder: None };
        let platform = OneBotPlatform::new(settings, files);
        self.fake.forget_program();
        if self.dials == Dials::Us {
            let listening = frame::bound(self.port.local_addr().unwrap()).listen(64).unwrap();
            let router = guildhall_onebot::reverse_router([Arc::clone(&platform)]);
            self.listener = Some(tokio::spawn(async move {
                // Ends when the program is killed.
                let _ = axum::serve(listening, router).await;
            }));
        }
        self.program = Some(Arc::clone(&platform));
        platform
    }

    pub(super) fn cut_off(&mut self) {
        if let Some(listener) = self.listener.take() {
            listener.abort();
            self.ending = Some(listener);
        }
        self.program = None;
        self.fake.cut();
    }

    /// Waits until the port is free for the next program.
    pub(super) async fn let_go(&mut self) {
        if let Some(ending) = self.ending.take() {
            // Ended by its abort, or by itself.
            let _ = ending.await;
        }
    }

    fn is_down(&self) -> bool {
        self.fake.world().faults().is_down()
    }

    pub(super) async fn until_connected(&self) {
        while !self.is_down() && !self.program.as_ref().is_some_and(|program| program.is_connected()) {
            tokio::task::yield_now().await;
        }
    }

    /// Whether the program is still to hear of something, or to come back to where it can.
    pub(super) fn events_wait(&self) -> bool {
        let Some(program) = &self.program else { return false };
        let (told, opened) = self.fake.told();
        let (heard, digested) = program.progress();
        if self.is_down() {
            return heard > digested;
        }
        if self.fake.lines() == 0 || !program.is_connected() {
            // A line that broke: what was on it is known to have arrived or not only when all that did is digested.
            if heard == digested {
                self.fake.recount(digested, program.connections());
            }
            return self.dials == Dials::Us || heard > digested;
        }
        if program.connections() < opened {
            return true;
        }
        if told <= digested || heard > digested {
            *self.idle_since.lock().unwrap() = None;
            return told > digested;
        }
        // What was on a line that broke never arrives: after so long without any news it is given up.
        if self.fake.has_broken() && self.is_idle_for_long() {
            self.fake.recount(digested, program.connections());
            return false;
        }
        true
    }

    #[expect(clippy::disallowed_methods, reason = "what is on sockets moves by the machine's clock")]
    fn is_idle_for_long(&self) -> bool {
        let now = Instant::now();
        now.duration_since(*self.idle_since.lock().unwrap().get_or_insert(now)) > PATIENCE
    }
}

impl Drop for Facing {
    fn drop(&mut self) {
        self.cut_off();
    }
}
