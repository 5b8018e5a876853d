//! The platform under a story: the sandbox in this thread, or Telegram, QQ or Discord behind sockets.

use std::sync::Arc;

use bot_core::chat::{AccountId, ChatKey, Platform, UserKey};
use bot_core::clock::VirtualClock;
use bot_core::files::FileStore;
use bot_core::secret::Secret;
use guildhall_discord::DiscordPlatform;
use guildhall_sandbox::{SandboxPlatform, World};
use guildhall_telegram::{Mode, Settings, TelegramPlatform};
use tokio::net::TcpSocket;
use tokio::task::JoinHandle;

use super::discord::{self, FakeDiscord};
use super::facing::Facing;
use super::frame;
use super::kind::{Kind, Updates};
use super::onebot::FakeOneBot;
use super::telegram::{FakeTelegram, TOKEN};

/// What Telegram sends along to the webhook.
pub const SECRET: &str = "a-secret-of-the-webhook";

/// The platform under a story.
pub(super) enum Ground {
    Sandbox(World),
    Telegram(Box<Behind>),
    Qq(Box<Facing>),
    Discord(Box<FakeDiscord>),
}

/// Telegram, and the program's own server for the webhook.
pub(super) struct Behind {
    fake: FakeTelegram,
    updates: Updates,
    /// Keeps the port of the webhook while the program is down.
    port: TcpSocket,
    webhook: Option<JoinHandle<()>>,
    /// What was told to end and may still hold the port.
    ending: Option<JoinHandle<()>>,
}

impl Ground {
    pub(super) async fn open(kind: Kind, world: World) -> Self {
        match kind {
            Kind::Sandbox => Self::Sandbox(world),
            Kind::Telegram(updates) => {
                let (fake, port) = (FakeTelegram::start(world).await, frame::reserve());
                Self::Telegram(Box::new(Behind { fake, updates, port, webhook: None, ending: None }))
            }
            Kind::Discord => Self::Discord(Box::new(FakeDiscord::start(world).await)),
            Kind::Qq(dials) => Self::Qq(Box::new(Facing::open(world, dials).await)),
        }
    }

    pub(super) fn kind(&self) -> Kind {
        match self {
            Self::Sandbox(_) => Kind::Sandbox,
            Self::Telegram(behind) => Kind::Telegram(behind.updates),
            Self::Qq(facing) => Kind::Qq(facing.dials),
            Self::Discord(_) => Kind::Discord,
        }
    }

    pub(super) fn telegram(&self) -> Option<&FakeTelegram> {
        match self {
            Self::Telegram(behind) => Some(&behind.fake),
            Self::Sandbox(_) | Self::Qq(_) | Self::Discord(_) => None,
        }
    }

    pub(super) fn onebot(&self) -> Option<&FakeOneBot> {
        match self {
            Self::Qq(facing) => Some(&facing.fake),
            Self::Sandbox(_) | Self::Telegram(_) | Self::Discord(_) => None,
        }
    }

    pub(super) fn discord(&self) -> Option<&FakeDiscord> {
        match self {
            Self::Discord(fake) => Some(fake),
            Self::Qq(_) | Self::Sandbox(_) | Self::Telegram(_) => None,
        }
    }

    pub(super) fn facing(&mut self) -> Option<&mut Facing> {
        match self {
            Self::Qq(facing) => Some(facing),
            Self::Sandbox(_) | Self::Telegram(_) | Self::Discord(_) => None,
        }
    }

    /// Where implementations of OneBot dial the program.
    pub(super) fn listener(&self) -> Option<String> {
        let Self::Qq(facing) = self else { return None };
        Some(format!("ws://{}/onebot/v11/ws", facing.port.local_addr().unwrap()))
    }

    /// The key by which the program knows a chat of the world.
    pub(super) fn key_of(&self, chat: &ChatKey) -> ChatKey {
        self.discord().map_or_else(|| chat.clone(), |fake| fake.key_of(chat))
    }

    /// The adapter of a program that starts.
    pub(super) fn adapter(&mut self, clock: &Arc<VirtualClock>, files: &Arc<FileStore>) -> Arc<dyn Platform> {
        match self {
            Self::Sandbox(world) => Arc::new(SandboxPlatform::new(world.clone(), Arc::clone(files))),
            Self::Telegram(behind) => behind.adapter(clock, files),
            Self::Qq(facing) => facing.adapter(clock, files),
            Self::Discord(fake) => Arc::new(DiscordPlatform::new(guildhall_discord::Settings {
                account: AccountId::from("discord"),
                token: Secret::new(discord::TOKEN),
                api_url: fake.api_url().parse().unwrap(),
                guilds: Vec::new(),
                private_threads: fake.has_private_threads(),
                pace: guildhall_discord::PACE,
                clock: Arc::clone(clock) as _,
                files: Arc::clone(files),
                commands: fake.commands(),
            })),
        }
    }

    /// How often a program has begun to listen to the platform.
    pub(super) fn heard(&self) -> u64 {
        match self {
            Self::Sandbox(_) | Self::Qq(_) => 0,
            Self::Telegram(behind) => behind.fake.ears(),
            Self::Discord(fake) => fake.ears(),
        }
    }

    /// Waits until a program that was started has an ear to the platform.
    pub(super) async fn until_heard_since(&self, heard: u64) {
        match self {
            Self::Sandbox(_) => {}
            Self::Telegram(behind) => behind.fake.until_listening(heard).await,
            Self::Qq(facing) => facing.until_connected().await,
            Self::Discord(fake) => fake.until_listening(heard).await,
        }
    }

    /// Ends what of the program does not end by itself.
    pub(super) fn cut_off(&mut self) {
        match self {
            Self::Sandbox(_) | Self::Discord(_) => {}
            Self::Telegram(behind) => {
                if let Some(webhook) = behind.webhook.take() {
                    webhook.abort();
                    behind.ending = Some(webhook);
                }
            }
            Self::Qq(facing) => facing.cut_off(),
        }
    }

    /// Waits until the ports of the last program are free for the next.
    pub(super) async fn let_go(&mut self) {
        match self {
            Self::Sandbox(_) | Self::Discord(_) => {}
            Self::Telegram(behind) => {
                if let Some(ending) = behind.ending.take() {
                    // Ended by its abort, or by itself.
                    let _ = ending.await;
                }
            }
            Self::Qq(facing) => facing.let_go().await,
        }
    }

    pub(super) fn events_wait(&self) -> bool {
        match self {
            Self::Sandbox(world) => world.stats().events_waiting > 0 && !world.faults().is_down(),
            Self::Telegram(behind) => behind.fake.events_wait(),
            Self::Qq(facing) => facing.events_wait(),
            Self::Discord(fake) => fake.events_wait(),
        }
    }

    pub(super) async fn changed(&self) {
        let behind = match self {
            // What is on sockets of QQ goes on whenever this thread has its turn, as does the sandbox.
            Self::Sandbox(_) | Self::Qq(_) => return tokio::task::yield_now().await,
            Self::Discord(fake) => return fake.turned().await,
            Self::Telegram(behind) => behind,
        };
        behind.fake.turned().await;
    }

    pub(super) async fn heed_outage(&self) {
        match self {
            Self::Sandbox(_) => {}
            Self::Telegram(behind) => behind.fake.heed_outage().await,
            Self::Qq(facing) => facing.fake.heed_outage().await,
            Self::Discord(fake) => fake.heed_outage().await,
        }
    }

    /// The least time in which a killed program comes back, so that what the platform counts in seconds is whole.
    pub(super) fn tick_ms(&self) -> i64 {
        match self {
            Self::Sandbox(_) | Self::Discord(_) => 1,
            Self::Telegram(_) | Self::Qq(_) => 1_000,
        }
    }

    /// The key that the platform gives a new group.
    pub(super) fn new_group(&self, title: &str, number: usize) -> ChatKey {
        match self {
            Self::Sandbox(_) => ChatKey(title.to_lowercase().replace(' ', "-")),
            Self::Telegram(_) => ChatKey(format!("-100{}", 1_700_000_001 + number)),
            Self::Qq(_) => ChatKey(format!("g{}", 700_000_001 + number)),
            Self::Discord(_) => {
                // Far enough apart that servers fall into different shards.
                ChatKey((1_200_000_000_000_000_000 + (number as u64 + 1) * (1 << 22)).to_string())
            }
        }
    }

    /// The key that the platform gives a new user.
    pub(super) fn new_user(&self, number: usize) -> UserKey {
        match self {
            Self::Sandbox(_) => UserKey(format!("u{}", number + 101)),
            Self::Telegram(_) | Self::Qq(_) | Self::Discord(_) => {
                UserKey((5_000_000_101 + number).to_string())
            }
        }
    }

    pub(super) fn make_forum(&self, chat: &ChatKey) {
        // QQ has no topics.
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
                secret: Secret::new(SECRET),
                public_url: format!("http://{address}").parse().unwrap(),
            },
        };
        let platform = Arc::new(TelegramPlatform::new(Settings {
            account: AccountId::from("telegram"),
            token: Secret::new(TOKEN),
            api_url: self.fake.url().parse().unwrap(),
            mode,
            clock: Arc::clone(clock) as _,
            commands: Vec::new(),
            files: Arc::clone(files),
            local_server: false,
            pace: guildhall_telegram::PACE,
            paid_broadcast: false,
            posts: None,
        }));
        if self.updates == Updates::Pushed {
            let listening = frame::bound(address).listen(64).unwrap();
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
