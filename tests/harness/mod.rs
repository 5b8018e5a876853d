//! A stage for stories: the program's parts, driven step by step, on a world that outlives them.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a story that cannot be told has failed")]
#![allow(dead_code, reason = "no one story uses all of the stage")]

mod drive;
mod people;
mod tell;

use std::collections::BTreeMap;
use std::sync::Arc;

use bot_core::chat::{AccountId, ChatKey, UserKey};
use bot_core::clock::VirtualClock;
use bot_core::hall::Hall;
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
    parts: Option<drive::Parts>,
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
    on_each_database(async |db| {
        let mut stage = Stage::open(db, profile.clone(), Crash::never()).await;
        tell(&mut stage).await;
        stage.close().await;
    });
}

/// Tells a story again and again, with the program killed at another point each time and started again, on a
/// platform that can tell whether a send arrived. Each time it must end as it does without a crash: the chats
/// named in `chats` read the same.
pub fn story_with_crashes(chats: &[&str], tell: impl AsyncFn(&mut Stage)) {
    let profile = Profile { nonces: Nonces::Kept, ..Profile::sandbox() };
    on_each_database(async |db| {
        let mut stage = Stage::open(db, profile.clone(), Crash::never()).await;
        tell(&mut stage).await;
        let points = stage.crash.passed();
        let expected = stage.transcripts(chats);
        stage.close().await;
        assert!(points > 3, "a story without points at which to crash proves nothing");
        for point in 1..=points {
            let mut stage = Stage::open(fresh_sqlite().await, profile.clone(), Crash::at(point)).await;
            tell(&mut stage).await;
            let got = stage.transcripts(chats);
            assert_eq!(got, expected, "killed at point {point} of {points}, the story ends otherwise");
            stage.close().await;
        }
    });
}

fn on_each_database(tell: impl AsyncFn(Fresh)) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async { tell(fresh_sqlite().await).await });
    if let Some(cluster) = throwaway_postgres::cluster() {
        let url = cluster.fresh_database(None);
        runtime.block_on(async {
            let db = Db::open(&url).await.unwrap();
            db.migrate().await.unwrap();
            tell(Fresh { db, _folder: None }).await;
        });
    }
}

async fn fresh_sqlite() -> Fresh {
    // In memory where the system offers it: a story commits thousands of times.
    let folder = tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap();
    let db = Db::open(&format!("sqlite:{}", folder.path().join("story.sqlite").display())).await.unwrap();
    db.migrate().await.unwrap();
    Fresh { db, _folder: Some(folder) }
}

impl Stage {
    async fn open(db: Fresh, profile: Profile, crash: Crash) -> Self {
        let clock = Arc::new(VirtualClock::at(START_MS));
        let world = World::in_memory(AccountId::from("sandbox"), Arc::clone(&clock) as _, profile);
        let mut stage =
            Self { world, clock, db, parts: None, crash, chats: BTreeMap::new(), users: BTreeMap::new() };
        stage.start().await;
        stage.group(GROUP, bot_core::directory::Purpose::Community).await;
        stage.group(STAFF, bot_core::directory::Purpose::Staff).await;
        stage
    }

    /// What the program shares. Not to be kept: after a crash it is another one.
    pub fn hall(&self) -> Arc<Hall> {
        Arc::clone(&self.parts.as_ref().expect("the program runs").hall)
    }

    async fn close(mut self) {
        self.kill();
        self.db.db.close().await;
    }
}
