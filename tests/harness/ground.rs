//! The platform under a story: the sandbox in this thread, or Telegram behind sockets.

use std::sync::Arc;

use bot_core::chat::{AccountId, ChatKey, Platform, UserKey};
use bot_core::clock::VirtualClock;
use bot_core::files::FileStore;
use guildhall_sandbox::{Profile, SandboxPlatform, World};
use guildhall_telegram::{Mode, Settings, TelegramPlatform, Token};
use tokio::net::TcpSocket;
use tokio::task::JoinHandle;

use super::telegram::{FakeTelegram, TOKEN};

/// What Telegram sends along to the webhook.
pub const SECRET: &str = "a-secret-of-the-webhook";

/// On which platform a story is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The sandbox.
    Sandbox,
    /// Telegram.
    Telegram(Updates),
}

/// How updates come in from Telegram.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Updates {
    /// By `getUpdates`.
    Polled,
    /// To the webhook.
    Pushed,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 3] =
        [Self::Sandbox, Self::Telegram(Updates::Polled), Self::Telegram(Updates::Pushed)];

    /// What the platform can do.
    pub fn profile(self) -> Profile {
        match self {
            Self::Sandbox => Profile::sandbox(),
            Self::Telegram(_) => Profile::telegram(),
        }
    }

    /// The account's name in the config.
    pub fn account(self) -> AccountId {
        AccountId::from(match self {
            Self::Sandbox => "sandbox",
            Self::Telegram(_) => "telegram",
        })
    }
}

/// The platform under a story.
pub(super) enum Ground {
    Sandbox(World),
    Telegram(Box<Behind>),
}

/// Telegram, and the program's own server for the webhook.
pub(super) struct Behind {
    fake: FakeTelegram,
    updates: Updates,
    /// Keeps the port of the webhook while the program is down.
    port: TcpSocket,
    webhook: Option<JoinHandle<()>>,
}

fn bound(address: &str) -> TcpSocket {
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_reuseaddr(true).unwrap();
    socket.bind(address.parse().unwrap()).unwrap();
    socket
}

impl Ground {
    pub(super) async fn open(kind: Kind, world: World) -> Self {
        let Kind::Telegram(updates) = kind else { return Self::Sandbox(world) };
        let (fake, port) = (FakeTelegram::start(world).await, bound("127.0.0.1:0"));
        Self::Telegram(Box::new(Behind { fake, updates, port, webhook: None }))
    }

    pub(super) fn kind(&self) -> Kind {
        match self {
            Self::Sandbox(_) => Kind::Sandbox,
            Self::Telegram(behind) => Kind::Telegram(behind.updates),
        }
    }

    pub(super) fn telegram(&self) -> Option<&FakeTelegram> {
        match self {
            Self::Sandbox(_) => None,
            Self::Telegram(behind) => Some(&behind.fake),
        }
    }

    /// The adapter of a program that starts.
    pub(super) fn adapter(&mut self, clock: &Arc<VirtualClock>, files: &Arc<FileStore>) -> Arc<dyn Platform> {
        match self {
            Self::Sandbox(world) => Arc::new(SandboxPlatform::new(world.clone(), Arc::clone(files))),
            Self::Telegram(behind) => behind.adapter(clock, files),
        }
    }

    /// How often a program has begun to listen to the platform.
    pub(super) fn heard(&self) -> u64 {
        self.telegram().map_or(0, FakeTelegram::ears)
    }

    /// Waits until a program that was started has an ear to the platform.
    pub(super) async fn until_heard_since(&self, heard: u64) {
        if let Some(fake) = self.telegram() {
            fake.until_listening(heard).await;
        }
    }

    /// Ends what of the program does not end by itself.
    pub(super) fn cut_off(&mut self) {
        if let Self::Telegram(behind) = self
            && let Some(webhook) = behind.webhook.take()
        {
            webhook.abort();
        }
    }

    pub(super) fn events_wait(&self) -> bool {
        match self {
            Self::Sandbox(world) => world.stats().events_waiting > 0 && !world.faults().is_down(),
            Self::Telegram(behind) => behind.fake.events_wait(),
        }
    }

    pub(super) async fn changed(&self) {
        let Self::Telegram(behind) = self else { return tokio::task::yield_now().await };
        behind.fake.turned().await;
    }

    pub(super) async fn heed_outage(&self) {
        if let Self::Telegram(behind) = self {
            behind.fake.heed_outage().await;
        }
    }

    /// The least time in which a killed program comes back, so that what the platform counts in seconds is whole.
    pub(super) fn tick_ms(&self) -> i64 {
        match self {
            Self::Sandbox(_) => 1,
            Self::Telegram(_) => 1_000,
        }
    }

    /// The key that the platform gives a new group.
    pub(super) fn new_group(&self, title: &str, number: usize) -> ChatKey {
        match self {
            Self::Sandbox(_) => ChatKey(title.to_lowercase().replace(' ', "-")),
            Self::Telegram(_) => ChatKey(format!("-100{}", 1_700_000_001 + number)),
        }
    }

    /// The key that the platform gives a new user.
    pub(super) fn new_user(&self, number: usize) -> UserKey {
        match self {
            Self::Sandbox(_) => UserKey(format!("u{}", number + 101)),
            Self::Telegram(_) => UserKey((5_000_000_101 + number).to_string()),
        }
    }

    pub(super) fn make_forum(&self, chat: &ChatKey) {
        if let Self::Telegram(behind) = self {
            behind.fake.make_forum(chat);
        }
    }
}

impl Behind {
    fn adapter(&mut self, clock: &Arc<VirtualClock>, files: &Arc<FileStore>) -> Arc<dyn Platform> {
        let address = self.port.local_addr().unwrap();
        let mode = match self.updates {
            Updates::Polled => Mode::Polling,
            Updates::Pushed => Mode::Webhook {
                secret: Token::new(SECRET),
                public_url: format!("http://{address}").parse().unwrap(),
            },
        };
        let platform = Arc::new(TelegramPlatform::new(Settings {
            account: AccountId::from("telegram"),
            token: Token::new(TOKEN),
            api_url: self.fake.url().parse().unwrap(),
            mode,
            clock: Arc::clone(clock) as _,
            commands: Vec::new(),
            files: Arc::clone(files),
            local_server: false,
        }));
        if self.updates == Updates::Pushed {
            let listening = bound(&address.to_string()).listen(64).unwrap();
            let router =
                axum::Router::new().nest("/telegram/telegram", TelegramPlatform::webhook_router(&platform));
            self.webhook = Some(tokio::spawn(async move {
                // Ends when the program is killed.
                let _ = axum::serve(listening, router).await;
            }));
        }
        platform
    }
}

impl Drop for Behind {
    fn drop(&mut self) {
        if let Some(webhook) = self.webhook.take() {
            webhook.abort();
        }
    }
}
