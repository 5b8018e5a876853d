//! A fresh database of each kind for a test, and a hall over it.

use std::path::PathBuf;
use std::sync::Arc;

use rand::SeedableRng as _;

use super::outbox::StoredOutbox;
use super::{Db, Tx, chat, execute, on, outbox};
use crate::chat::{ChatInfo, ChatKind, Lang, UserInfo};
use crate::clock::VirtualClock;
use crate::directory::{Chat, User};
use crate::feature::Registry;
use crate::files::FileStore;
use crate::hall::{Hall, HallParts};
use crate::ids::{OutboxId, PersonId};

/// The time at which tests begin: 2026-11-21 08:00 UTC.
pub(crate) const START_MS: i64 = 1_795_248_000_000;

/// Runs a test on a fresh SQLite database, and on a fresh PostgreSQL database where its server programs are.
pub(crate) fn on_both<F: Future<Output = ()>>(test: impl Fn(Arc<Hall>) -> F) {
    on_both_with(|| Registry::new(Vec::new()), |hall, _clock| test(hall));
}

/// Like [`on_both`], in a hall with these features.
pub(crate) fn on_both_with<F: Future<Output = ()>>(
    features: impl Fn() -> Registry,
    test: impl Fn(Arc<Hall>, Arc<VirtualClock>) -> F,
) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let sqlite = format!("sqlite:{}", folder.path().join("test.sqlite").display());
    runtime.block_on(async { test_in(&sqlite, features(), &test).await });
    if let Some(cluster) = throwaway_postgres::cluster() {
        let database = cluster.fresh_database(None);
        runtime.block_on(async { test_in(database.url(), features(), &test).await });
    }
}

async fn test_in<F: Future<Output = ()>>(
    url: &str,
    features: Registry,
    test: &impl Fn(Arc<Hall>, Arc<VirtualClock>) -> F,
) {
    let clock = Arc::new(VirtualClock::at(START_MS));
    let folder = tempfile::tempdir().unwrap();
    test(hall(url, folder.path().join("files"), features, Arc::clone(&clock)).await, clock).await;
}

async fn hall(url: &str, folder: PathBuf, features: Registry, clock: Arc<VirtualClock>) -> Arc<Hall> {
    let db = Db::open(url).await.unwrap();
    db.migrate().await.unwrap();
    Hall::open(HallParts {
        db,
        files: FileStore::new(folder, 1 << 20),
        clock,
        rng: rand::rngs::StdRng::seed_from_u64(7),
        default_lang: Lang::En,
        zone: jiff::tz::TimeZone::fixed(jiff::tz::offset(8)),
        public_url: "http://hall.test".into(),
        features,
    })
    .await
    .unwrap()
}

/// A user of this name, with the ids `u-NAME` and `p-NAME`.
pub(crate) async fn user(tx: &mut Tx, account: &str, name: &str) -> User {
    let info = UserInfo {
        key: name.into(),
        name: name.into(),
        username: Some(name.into()),
        language: None,
        is_bot: false,
    };
    let ids = (format!("u-{name}").as_str().into(), format!("p-{name}").as_str().into());
    chat::meet_user(tx, &account.into(), &info, (&ids.0, &ids.1), START_MS).await.unwrap()
}

/// A person with one user.
pub(crate) async fn person(tx: &mut Tx, name: &str) -> PersonId {
    user(tx, "sandbox", name).await.person
}

/// A group of this title, with the id `c-TITLE`.
pub(crate) async fn group(tx: &mut Tx, account: &str, title: &str) -> Chat {
    let info = ChatInfo { key: title.into(), kind: ChatKind::Group, title: title.into() };
    let id = format!("c-{title}").as_str().into();
    chat::meet(tx, &account.into(), &info, None, &id, START_MS).await.unwrap()
}

/// Makes what waits in the outbox unreadable.
pub(crate) async fn spoil_queued(tx: &mut Tx) {
    execute!(tx, sqlx::query("UPDATE outbox SET action = 'spoilt' WHERE state = 'queued'")).unwrap();
}

/// Takes what waits out of the outbox for good.
pub(crate) async fn remove_queued(tx: &mut Tx) {
    execute!(tx, sqlx::query("DELETE FROM outbox WHERE state = 'queued'")).unwrap();
}

/// Leaves no room on the disk of a SQLite database: its file may not grow, and what was free in it is used up.
pub(crate) async fn fill_disk(hall: &Arc<Hall>) {
    may_grow_to(hall, "1").await;
    for length in [100_000, 3_000, 100] {
        loop {
            let mut work = hall.begin().await.unwrap();
            let done = work.audit_by(None, "fill", &"x".repeat(length), None).await;
            let done = match done {
                Ok(()) => work.commit().await,
                Err(error) => Err(error),
            };
            match done {
                Ok(()) => {}
                Err(error) => {
                    assert!(error.is_full(), "{error}");
                    break;
                }
            }
        }
    }
}

/// Lets it grow again.
pub(crate) async fn make_room(hall: &Arc<Hall>) {
    may_grow_to(hall, "1073741823").await;
}

/// So many pages and no more, or as many as it has.
async fn may_grow_to(hall: &Arc<Hall>, pages: &'static str) {
    let Db::Sqlite { writer, .. } = &hall.db else { panic!("only SQLite's disk can be filled by a test") };
    writer.set_connect_options(writer.connect_options().as_ref().clone().pragma("max_page_count", pages));
    let now = format!("PRAGMA max_page_count = {pages}");
    sqlx::query(sqlx::AssertSqlSafe(now)).execute(writer).await.unwrap();
}

/// All that was put into the outbox so far, oldest first, whatever became of it.
pub(crate) async fn outbox(tx: &mut Tx) -> Vec<StoredOutbox> {
    let ids: Vec<OutboxId> =
        on!(tx, |c| sqlx::query_scalar("SELECT id FROM outbox ORDER BY id").fetch_all(c)).unwrap();
    let mut all = Vec::new();
    for id in ids {
        all.extend(outbox::get(tx, &id).await.unwrap());
    }
    all
}
