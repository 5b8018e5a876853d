//! What stands before a seed begins: a migrated database in which chats, people and staff are known, made once and copied
//! for each seed, and opened with one connection that writes and one that reads.

use std::path::Path;
use std::str::FromStr as _;
use std::time::Duration;

use bot_core::chat::{ChatInfo, ChatKind, UserInfo};
use bot_core::directory::{Purpose, Reach};
use bot_core::ids::{ChatId, PersonId, StaffId, UserId};
use bot_core::roster::{Role, Staff};
use bot_core::store::{Db, Tx, chat, people};
use sqlx::ConnectOptions as _;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};

use super::START_MS;

/// The accounts: their limits and manners are drawn anew for each seed.
pub const ACCOUNTS: [&str; 3] = ["alpha", "beta", "gamma"];
/// Groups of each account.
pub const GROUPS: usize = 48;
/// Private chats of each account.
pub const DIRECTS: usize = 16;
/// Members who write in groups, and whom each account knows.
pub const MEMBERS: usize = 8;
/// The staff member who announces.
pub const OPS: &str = "staff-alpha";
/// The staff member who approves it.
pub const SECOND: &str = "staff-beta";

pub fn group(at: usize) -> String {
    format!("g{at}")
}

pub fn direct(at: usize) -> String {
    format!("d{at}")
}

pub fn staff_chat() -> String {
    "staff".to_owned()
}

/// The key of a chat when a seed begins: two accounts that served one chat would leave it to one of them.
pub fn key(account: &str, name: &str) -> String {
    format!("{account}-{name}")
}

/// Users of an account: members, then those of the private chats, then the moderator.
pub fn user(key: &str) -> UserInfo {
    UserInfo {
        key: key.into(),
        name: key.to_owned(),
        username: Some(key.to_owned()),
        language: None,
        is_bot: false,
    }
}

pub fn member(at: usize) -> String {
    format!("m{at}")
}

pub const MODERATOR: &str = "mod";

/// The bytes of the database that every seed begins with.
pub async fn template(folder: &Path) -> Vec<u8> {
    let path = folder.join("template.sqlite");
    let db = Db::open(&format!("sqlite:{}", path.display())).await.unwrap();
    db.migrate().await.unwrap();
    let mut tx = db.write().await.unwrap();
    for account in ACCOUNTS {
        people_of(&mut tx, account).await;
    }
    tx.commit().await.unwrap();
    db.close().await;
    std::fs::read(&path).unwrap()
}

async fn people_of(tx: &mut Tx, account: &str) {
    for at in 0..GROUPS {
        meet(tx, account, &group(at), ChatKind::Group, Purpose::Community).await;
    }
    meet(tx, account, &staff_chat(), ChatKind::Group, Purpose::Staff).await;
    let users = (0..MEMBERS).map(member).chain([MODERATOR.to_owned()]);
    for name in users.chain((0..DIRECTS).map(direct)) {
        let ids = (UserId(format!("u-{account}-{name}")), PersonId(format!("p-{account}-{name}")));
        let met =
            chat::meet_user(tx, &account.into(), &user(&name), (&ids.0, &ids.1), START_MS).await.unwrap();
        if name.starts_with('d') {
            let id = ChatId(format!("c-{account}-{name}"));
            let direct = chat::direct_of(tx, &met, &id, START_MS).await.unwrap();
            chat::set_key(tx, &direct.id, &key(account, &name).as_str().into()).await.unwrap();
            chat::set_reach(tx, &direct.id, Reach::Open).await.unwrap();
        }
    }
    let staff = Staff {
        id: StaffId(format!("staff-{account}")),
        name: format!("Mod of {account}"),
        person: Some(PersonId(format!("p-{account}-{MODERATOR}"))),
        roles: [Role::Admin].into(),
    };
    people::add_staff(tx, &staff, START_MS).await.unwrap();
}

async fn meet(tx: &mut Tx, account: &str, name: &str, kind: ChatKind, purpose: Purpose) {
    let info = ChatInfo { key: key(account, name).as_str().into(), kind, title: format!("Group {name}") };
    let id = ChatId(format!("c-{account}-{name}"));
    chat::meet(tx, &account.into(), &info, None, &id, START_MS).await.unwrap();
    chat::set_purpose(tx, &id, purpose, None).await.unwrap();
}

/// The database of a seed. A kill drops what runs and leaves the database alone, so nothing need reach the disk.
pub async fn open(path: &Path, template: &[u8]) -> Db {
    std::fs::write(path, template).unwrap();
    let options = SqliteConnectOptions::from_str(&format!("sqlite:{}", path.display()))
        .unwrap()
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Off)
        .foreign_keys(true)
        .statement_cache_capacity(512)
        .disable_statement_logging();
    let pool = || {
        SqlitePoolOptions::new()
            .test_before_acquire(false)
            .max_connections(1)
            .idle_timeout(None)
            .max_lifetime(None)
            .acquire_timeout(Duration::from_secs(20))
    };
    let writer = pool().connect_with(options.clone()).await.unwrap();
    let readers = pool().connect_with(options.pragma("query_only", "1")).await.unwrap();
    Db::Sqlite { writer, readers }
}

/// Whether a connection is at work, or on its way back to its pool.
pub fn is_busy(db: &Db) -> bool {
    let Db::Sqlite { writer, readers } = db else { return false };
    [writer, readers].into_iter().any(|pool| (pool.num_idle() as u32) < pool.size())
}
