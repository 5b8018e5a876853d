//! A stage for stories: the program's parts, driven step by step, on a world that outlives them.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a story that cannot be told has failed")]
#![allow(dead_code, reason = "no one story uses all of the stage")]

mod crash;
pub mod discord;
mod drive;
mod facing;
mod forms;
mod frame;
mod ground;
mod kind;
pub mod onebot;
pub mod patience;
mod people;
pub mod telegram;
mod tell;
mod watch;

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use bot_core::chat::{ChatKey, UserKey};
use bot_core::clock::VirtualClock;
use bot_core::features::FeatureConfig;
use bot_core::files::FileStore;
use bot_core::hall::Hall;
use bot_core::stepper::Stepper;
use bot_core::store::Db;
use guildhall_sandbox::{Profile, World};

pub use crash::story_with_crashes;
pub use drive::Crash;
use ground::Ground;
pub use kind::{About, Dials, Kind, Updates};
pub use watch::watched;

/// The time at which stories begin: 2026-11-21 08:00 UTC.
pub const START_MS: i64 = 1_795_248_000_000;

/// The title of the group in which stories happen when they don't say where.
pub const GROUP: &str = "Sellers";
/// The title of the staff chat.
pub const STAFF: &str = "Staff room";

/// Largest file that the program of a story stores, bytes.
const FILE_BYTES_MAX: u64 = 50 * 1024 * 1024;

/// The stage.
pub struct Stage {
    /// The platform, with all that people did on it.
    pub world: World,
    /// The time.
    pub clock: Arc<VirtualClock>,
    /// The bytes of files.
    pub files: Arc<FileStore>,
    ground: Ground,
    /// Another account, where a story needs one.
    elsewhere: Option<World>,
    /// A second QQ account, where a story needs one.
    beside: Option<Box<facing::Facing>>,
    db: Fresh,
    folder: tempfile::TempDir,
    stepper: Option<Stepper>,
    crash: Crash,
    config: FeatureConfig,
    chats: BTreeMap<String, ChatKey>,
    users: BTreeMap<String, UserKey>,
}

/// A database of this story's own, with the folder that it lives in.
struct Fresh {
    db: Db,
    _place: Place,
}

/// What of a database goes with the story.
#[expect(dead_code, reason = "held for the sake of their end")]
enum Place {
    Folder(tempfile::TempDir),
    Cluster(throwaway_postgres::Database),
}

/// Tells a story on the sandbox, on Telegram, polled and pushed, on QQ, dialled and dialling, and on Discord, each on SQLite; on
/// the sandbox and polled Telegram also on PostgreSQL where its server programs are. How events come in is no matter of
/// the database.
///
/// The group "Sellers" and the staff chat "Staff room" are there; nobody is in them yet.
pub fn story(tell: impl AsyncFn(&mut Stage)) {
    story_about(&[], tell);
}

/// Tells a story that is about something which not every platform has, on those that have it.
pub fn story_about(about: &[About], tell: impl AsyncFn(&mut Stage)) {
    for kind in Kind::ALL {
        if about.iter().all(|one| kind.has(*one)) {
            on(kind, &tell);
        }
    }
}

/// Tells a story that is about one platform there alone.
pub fn on(kind: Kind, tell: impl AsyncFn(&mut Stage)) {
    if !kind.is_wanted() {
        return;
    }
    let tell = async |database: &Database| told(database, kind, kind.profile(), &tell).await;
    if kind.is_told_on_sqlite_alone() { on_sqlite(tell) } else { on_each_database(tell) }
}

/// Tells a story on a sandbox of another make.
pub fn with_profile(profile: &Profile, tell: impl AsyncFn(&mut Stage)) {
    on_each_database(async |database| told(database, Kind::Sandbox, profile.clone(), &tell).await);
}

async fn told(database: &Database, kind: Kind, profile: Profile, tell: &impl AsyncFn(&mut Stage)) {
    let mut stage = Stage::open(database.fresh().await, kind, profile, Crash::never()).await;
    tell(&mut stage).await;
    stage.close().await;
}

/// Where stories get their databases from.
enum Database {
    Sqlite,
    /// A cluster, and a database with tables and no rows to copy.
    Postgres(&'static throwaway_postgres::Cluster, &'static throwaway_postgres::Database),
}

fn on_sqlite(tell: impl AsyncFn(&Database)) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(tell(&Database::Sqlite));
}

fn on_each_database(tell: impl AsyncFn(&Database)) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(tell(&Database::Sqlite));
    if let Some(cluster) = throwaway_postgres::cluster() {
        static TEMPLATE: OnceLock<throwaway_postgres::Database> = OnceLock::new();
        let template = TEMPLATE.get_or_init(|| {
            let empty = cluster.fresh_database(None);
            runtime.block_on(async { migrated(empty.url()).await.close().await });
            empty
        });
        runtime.block_on(tell(&Database::Postgres(cluster, template)));
    }
}

async fn migrated(url: &str) -> Db {
    let db = Db::open(url).await.unwrap();
    db.migrate().await.unwrap();
    db
}

/// A folder in memory where the system offers it: a story commits thousands of times.
fn memory_folder() -> tempfile::TempDir {
    tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap()
}

impl Database {
    async fn fresh(&self) -> Fresh {
        match self {
            Self::Sqlite => {
                let folder = memory_folder();
                let db = migrated(&format!("sqlite:{}", folder.path().join("story.sqlite").display())).await;
                Fresh { db, _place: Place::Folder(folder) }
            }
            Self::Postgres(cluster, template) => {
                let database = cluster.fresh_database(Some(template));
                Fresh { db: Db::open(database.url()).await.unwrap(), _place: Place::Cluster(database) }
            }
        }
    }
}

impl Stage {
    async fn open(db: Fresh, kind: Kind, profile: Profile, crash: Crash) -> Self {
        let clock = Arc::new(VirtualClock::at(START_MS));
        let world = World::in_memory(kind.account(), Arc::clone(&clock) as _, profile);
        let ground = Ground::open(kind, world.clone()).await;
        let (chats, users) = (BTreeMap::new(), BTreeMap::new());
        let folder = memory_folder();
        let files = FileStore::new(folder.path().join("files"), FILE_BYTES_MAX);
        let mut stage = Self {
            world,
            clock,
            files,
            ground,
            elsewhere: None,
            beside: None,
            db,
            folder,
            stepper: None,
            crash,
            config: FeatureConfig::default(),
            chats,
            users,
        };
        stage.start().await;
        stage.group(GROUP, bot_core::directory::Purpose::Community).await;
        stage.group(STAFF, bot_core::directory::Purpose::Staff).await;
        stage
    }

    /// The platform on which the story is told.
    pub fn kind(&self) -> Kind {
        self.ground.kind()
    }

    /// The fake Telegram; only in stories that are told there alone.
    pub fn telegram(&self) -> &telegram::FakeTelegram {
        self.ground.telegram().expect("the story is told on Telegram")
    }

    /// The folder of files.
    pub fn files_dir(&self) -> std::path::PathBuf {
        self.folder.path().join("files")
    }

    /// The implementation behind QQ; only in stories that are told there alone.
    pub fn onebot(&self) -> &onebot::FakeOneBot {
        self.ground.onebot().expect("the story is told on QQ")
    }

    /// Where implementations of OneBot dial the program, if they do.
    pub fn listener(&self) -> Option<String> {
        self.ground.listener()
    }

    /// The fake Discord; only in stories that are told there alone.
    pub fn discord(&self) -> &discord::FakeDiscord {
        self.ground.discord().expect("the story is told on Discord")
    }

    /// What the program shares. Not to be kept: after a crash it is another one.
    pub fn hall(&self) -> Arc<Hall> {
        Arc::clone(self.stepper.as_ref().expect("the program runs").hall())
    }

    async fn close(mut self) {
        self.kill();
        self.db.db.close().await;
    }
}
