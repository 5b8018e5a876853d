//! Puts the running hall together, and takes it apart again.

use std::sync::Arc;
use std::time::Duration;

use bot_core::chat::{AccountId, Platform, Platforms};
use bot_core::clock::Clock;
use bot_core::clockwork::Clockwork;
use bot_core::features::moderation::{Moderation, SourcedPolicy};
use bot_core::files::FileStore;
use bot_core::hall::{Hall, HallParts};
use bot_core::intake::Intake;
use bot_core::node::Node;
use bot_core::store::Db;
use guildhall_sandbox::{Profile, SandboxPlatform, World};
use guildhall_telegram::TelegramPlatform;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::commands::policy::Watch;
use crate::config::Config;
use crate::node::{Beats, Post};

/// How long what is in hand may take to finish once the program is told to stop. What is not finished by then
/// is on disk, and goes on at the next start.
const STOP_LIMIT: Duration = Duration::from_secs(8);

/// How often the policy is looked at for changes, milliseconds of the hall's clock.
const POLICY_EVERY_MS: i64 = 5_000;

/// Puts the policy in force anew whenever its files are changed. A broken one is told once in the log, and the last good
/// one stays.
pub(crate) async fn follow_policy(mut watch: Watch, hall: Arc<Hall>, stop: CancellationToken) {
    loop {
        let due_ms = hall.clock.now_ms() + POLICY_EVERY_MS;
        tokio::select! {
            () = stop.cancelled() => return,
            () = hall.clock.until(due_ms) => {}
        }
        let Ok((seen, policy)) = tokio::task::spawn_blocking(move || {
            let policy = watch.look();
            (watch, policy)
        })
        .await
        else {
            return;
        };
        watch = seen;
        match policy {
            None => {}
            Some(Ok(read)) => {
                tracing::info!(version = read.policy.version(), "the changed policy is in force");
                Moderation::set_policy(&hall, read);
            }
            Some(Err(why)) => {
                tracing::error!("the changed policy is broken, the last good one stays in force: {why}")
            }
        }
    }
}

/// A hall whose parts are running.
pub(crate) struct Running {
    /// What the parts share.
    pub(crate) hall: Arc<Hall>,
    /// Cancelled when the program is to stop.
    pub(crate) stop: CancellationToken,
    /// The sandbox's world, when it runs.
    pub(crate) world: Option<World>,
    /// The accounts on Telegram.
    pub(crate) telegram: Vec<Arc<TelegramPlatform>>,
    parts: JoinSet<()>,
    /// This program as one of several, where there may be others.
    beats: Option<Beats>,
}

/// A hall over a database, not yet running.
///
/// # Errors
/// One sentence that says what is wrong.
pub(crate) async fn open(
    config: &Config,
    policy: SourcedPolicy,
    db: Db,
    clock: Arc<dyn Clock>,
) -> Result<Arc<Hall>, String> {
    let features = bot_core::features::all(config.features());
    let parts = HallParts {
        db,
        files: FileStore::new(config.files_dir(), config.files.max_bytes),
        clock,
        rng: rand::make_rng(),
        default_lang: config.hall.language,
        zone: config.zone()?,
        public_url: config.public_url(),
        features,
    };
    let hall = Hall::open(parts).await.map_err(|error| error.to_string())?;
    hall.files.check().await.map_err(|error| format!("[files] dir: {error}"))?;
    Moderation::set_policy(&hall, policy);
    Ok(hall)
}

/// The sandbox's world, when the config wants it.
///
/// # Errors
/// One sentence when its folder cannot be used.
pub(crate) fn world(config: &Config, clock: &Arc<dyn Clock>) -> Result<Option<World>, String> {
    if !config.sandbox.enabled {
        return Ok(None);
    }
    let (account, clock, profile) = (AccountId::from("sandbox"), Arc::clone(clock), Profile::sandbox());
    let folder = &config.sandbox.folder;
    if folder.as_os_str().is_empty() {
        return Ok(Some(World::in_memory(account, clock, profile)));
    }
    World::open(account, clock, profile, folder)
        .map(Some)
        .map_err(|error| format!("[sandbox] folder: {error}"))
}

impl Running {
    /// Starts intake, clockwork, and each platform with its courier, those of a `node` when their account comes to it.
    /// `adapters` is told which accounts are looked after.
    pub(crate) fn start(
        hall: Arc<Hall>,
        world: Option<World>,
        telegram: Vec<Arc<TelegramPlatform>>,
        others: Vec<Arc<dyn Platform>>,
        adapters: &console::Running,
        node: Option<Arc<Node>>,
    ) -> Self {
        let files = &hall.files;
        let sandbox = world.iter().map(|world| {
            Arc::new(SandboxPlatform::new(world.clone(), Arc::clone(files))) as Arc<dyn Platform>
        });
        let posted = telegram.iter().map(|account| Arc::clone(account) as Arc<dyn Platform>);
        let platforms: Vec<Arc<dyn Platform>> = sandbox.chain(posted).chain(others).collect();
        let stop = CancellationToken::new();
        let mut parts = JoinSet::new();
        let (sink, queue) = Intake::queue();
        let sink = sink.of(Arc::clone(&hall));
        let (intake, clockwork) = (Intake::new(Arc::clone(&hall)), Clockwork::new(Arc::clone(&hall)));
        hall.connect(
            platforms
                .iter()
                .map(|platform| (platform.account().clone(), Arc::clone(platform)))
                .collect::<Platforms>(),
        );
        let token = stop.clone();
        parts.spawn(async move { intake.run(queue, token).await });
        let token = stop.clone();
        parts.spawn(async move { clockwork.run(token).await });
        let mut beats = node.map(|node| Beats::new(node, Arc::clone(&hall), stop.clone()));
        for platform in platforms {
            let guard = adapters.enter(platform.account());
            let tenure = crate::node::tenure(beats.as_mut(), platform.account());
            let post = Post { hall: Arc::clone(&hall), platform, sink: sink.clone(), stop: stop.clone() };
            parts.spawn(async move {
                post.serve(tenure).await;
                drop(guard);
            });
        }
        let beats = beats.map(Beats::start);
        Self { hall, stop, world, telegram, parts, beats }
    }

    /// Adds a part that ends by itself once `stop` is cancelled.
    pub(crate) fn add(&mut self, part: impl Future<Output = ()> + Send + 'static) {
        self.parts.spawn(part);
    }

    /// Runs until the program is told to stop, then lets everything finish what is in hand.
    ///
    /// # Errors
    /// One sentence when it has to end because other nodes took it for gone.
    pub(crate) async fn until_told(mut self) -> Result<(), String> {
        let ended = async {
            match &self.beats {
                Some(beats) => beats.ended().await,
                None => std::future::pending().await,
            }
        };
        let ended = tokio::select! {
            () = told_to_stop() => None,
            why = ended => Some(why),
        };
        self.stop.cancel();
        if ended.is_some() {
            // Others have dealt with what is in hand.
            self.parts.shutdown().await;
        } else {
            tracing::info!("stopping: taking in no more, finishing what is in hand");
            let finished = async { while self.parts.join_next().await.is_some() {} };
            if by_the_machine(STOP_LIMIT, finished).await.is_none() {
                tracing::warn!("some calls are still under way; their end is found out at the next start");
                self.parts.shutdown().await;
            }
        }
        if let Some(beats) = self.beats {
            beats.stop().await;
        }
        if by_the_machine(STOP_LIMIT, self.hall.db.close()).await.is_none() {
            tracing::warn!("the database did not say goodbye");
        }
        match ended {
            None => tracing::info!("stopped"),
            Some(why) => return Err(format!("{why}; this node has ended and may be started again")),
        }
        Ok(())
    }
}

/// The machine's time, not the hall's: an operator's patience does not run 60 times faster.
#[expect(clippy::disallowed_methods, reason = "stopping is measured by the machine's clock")]
async fn by_the_machine<T>(limit: Duration, work: impl Future<Output = T>) -> Option<T> {
    tokio::time::timeout(limit, work).await.ok()
}

async fn told_to_stop() {
    let interrupted = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminated) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = interrupted => {}
                _ = terminated.recv() => {}
            }
            return;
        }
    }
    // Without a signal handler there is nothing better to wait for.
    let _ = interrupted.await;
}
