//! A stage for stories: the program's parts, driven step by step, on a world that outlives them.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a story that cannot be told has failed")]
#![allow(dead_code, reason = "no one story uses all of the stage")]

mod drive;
mod people;
mod tell;

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use bot_core::chat::{AccountId, ChatKey, UserKey};
use bot_core::clock::VirtualClock;
use bot_core::hall::Hall;
use bot_core::stepper::Stepper;
use bot_core::store::Db;
use guildhall_sandbox::{Nonces, Profile, World};

pub use drive::Crash;

/// The time at which stories begin: 2026-11-21 08:00 UTC.
pub const START_MS: i64 = 1_795_248_000_000;

/// The title of the group in which stories happen when they don't say where.
pub const GROUP: &str = "Sellers";
/// The title of the staff chat.
pub const STAFF: &str = "Staff room";

/// The stage.
pub struct Stage {
    /// The platform, with all that people did on it.
    pub world: World,
    /// The time.
    pub clock: Arc<VirtualClock>,
    db: Fresh,
    stepper: Option<Stepper>,
    crash: Crash,
    chats: BTreeMap<String, ChatKey>,
    users: BTreeMap<String, UserKey>,
}

/// A database of this story's own, with the folder that it lives in.
struct Fresh {
    db: Db,
    _folder: Option<tempfile::TempDir>,
}

/// Tells a story on SQLite, and on PostgreSQL where its server programs are.
///
/// The group "Sellers" and the staff chat "Staff room" are there; nobody is in them yet.
pub fn story(tell: impl AsyncFn(&mut Stage)) {
    with_profile(&Profile::sandbox(), tell);
}

/// Tells a story on a platform of another make.
pub fn with_profile(profile: &Profile, tell: impl AsyncFn(&mut Stage)) {
    on_each_database(async |database| {
        let mut stage = Stage::open(database.fresh().await, profile.clone(), Crash::never()).await;
        tell(&mut stage).await;
        stage.close().await;
    });
}

/// Tells a story again and again, with the program killed at another point each time and started again, on a
/// platform that can tell whether a send arrived. Each time it must end as it does without a crash: the chats
/// named in `chats` read the same.
pub fn story_with_crashes(chats: &[&str], tell: impl AsyncFn(&mut Stage)) {
    let profile = Profile { nonces: Nonces::Kept, ..Profile::sandbox() };
    on_each_database(async |database| {
        let mut stage = Stage::open(database.fresh().await, profile.clone(), Crash::never()).await;
        tell(&mut stage).await;
        let points = stage.crash.passed();
        let expected = stage.transcripts(chats);
        stage.close().await;
        assert!(points > 3, "a story without points at which to crash proves nothing");
        for point in 1..=points {
            let mut stage = Stage::open(database.fresh().await, profile.clone(), Crash::at(point)).await;
            tell(&mut stage).await;
            let got = stage.transcripts(chats);
            assert_eq!(got, expected, "killed at point {point} of {points}, the story ends otherwise");
            stage.close().await;
        }
    });
}

/// Where stories get their databases from.
enum Database {
    Sqlite,
    /// A cluster, and a database with tables and no rows to copy.
    Postgres(&'static throwaway_postgres::Cluster, String),
}

fn on_each_database(tell: impl AsyncFn(&Database)) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(tell(&Database::Sqlite));
    if let Some(cluster) = throwaway_postgres::cluster() {
        static TEMPLATE: OnceLock<String> = OnceLock::new();
        let template = TEMPLATE.get_or_init(|| {
            let url = cluster.fresh_database(None);
            runtime.block_on(migrated(&url)).close_now(&runtime);
            url
        });
        runtime.block_on(tell(&Database::Postgres(cluster, template.clone())));
    }
}

async fn migrated(url: &str) -> Fresh {
    let db = Db::open(url).await.unwrap();
    db.migrate().await.unwrap();
    Fresh { db, _folder: None }
}

impl Fresh {
    fn close_now(self, runtime: &tokio::runtime::Runtime) {
        runtime.block_on(self.db.close());
    }
}

impl Database {
    async fn fresh(&self) -> Fresh {
        match self {
            Self::Sqlite => {
                // In memory where the system offers it: a story commits thousands of times.
                let folder = tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap();
                let made =
                    migrated(&format!("sqlite:{}", folder.path().join("story.sqlite").display())).await;
                Fresh { _folder: Some(folder), ..made }
            }
            Self::Postgres(cluster, template) => {
                let db = Db::open(&cluster.fresh_database(Some(template))).await.unwrap();
                Fresh { db, _folder: None }
            }
        }
    }
}

impl Stage {
    async fn open(db: Fresh, profile: Profile, crash: Crash) -> Self {
        let clock = Arc::new(VirtualClock::at(START_MS));
        let world = World::in_memory(AccountId::from("sandbox"), Arc::clone(&clock) as _, profile);
        let mut stage =
            Self { world, clock, db, stepper: None, crash, chats: BTreeMap::new(), users: BTreeMap::new() };
        stage.start().await;
        stage.group(GROUP, bot_core::directory::Purpose::Community).await;
        stage.group(STAFF, bot_core::directory::Purpose::Staff).await;
        stage
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
