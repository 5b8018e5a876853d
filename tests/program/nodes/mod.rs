//! Two programs on one PostgreSQL database, of which one calls. The fake platform counts; each program reaches it over a line
//! of its own that notes when it called.

mod failover;
mod strike;
mod webhook;

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use bot_core::chat::{Action, ChatInfo, ChatKey, ChatKind, Content, Lane, Lang};
use bot_core::clock::{Clock, SystemClock};
use bot_core::feature::Registry;
use bot_core::files::FileStore;
use bot_core::hall::{Hall, HallParts};
use bot_core::ids::{ChatId, OutboxId};
use bot_core::store::outbox::State;
use bot_core::store::{Db, StoreError, chat, node, outbox};
use bot_core::work::{Outgoing, Place as Spot, Work};
use guildhall_sandbox::{Profile, World};
use rand::SeedableRng as _;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Runtime;

use super::{PATIENCE, Place, Program, now};
use crate::harness::telegram::{FakeTelegram, TOKEN};

/// To how many groups the broadcast goes: at 30 a second it lasts for some seconds.
const GROUPS: usize = 210;
/// How many have it when the program that sends it is struck.
const STRUCK_AT: usize = 60;

/// A line between a program and the fake platform, which notes when the program says something.
struct Line {
    port: u16,
    said: Arc<Mutex<Vec<Instant>>>,
}

impl Line {
    async fn to(url: &str) -> Self {
        let there = url.strip_prefix("http://").unwrap().to_owned();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let line = Self { port: listener.local_addr().unwrap().port(), said: Arc::default() };
        let said = Arc::clone(&line.said);
        tokio::spawn(async move {
            while let Ok((near, _)) = listener.accept().await {
                tokio::spawn(carry(near, there.clone(), Arc::clone(&said)));
            }
        });
        line
    }

    fn said(&self) -> Vec<Instant> {
        self.said.lock().unwrap().clone()
    }
}

async fn carry(near: TcpStream, there: String, said: Arc<Mutex<Vec<Instant>>>) {
    let Ok(far) = TcpStream::connect(there).await else { return };
    let ((mut near_in, mut near_out), (mut far_in, mut far_out)) = (near.into_split(), far.into_split());
    let back = tokio::spawn(async move { tokio::io::copy(&mut far_in, &mut near_out).await });
    let mut bytes = vec![0; 65_536];
    while let Ok(count @ 1..) = near_in.read(&mut bytes).await {
        said.lock().unwrap().push(now());
        if far_out.write_all(&bytes[..count]).await.is_err() {
            break;
        }
    }
    drop(far_out);
    // Over when the other end has closed.
    let _ = back.await;
}

/// The world, the database, and two programs on it.
struct Ground {
    runtime: Runtime,
    world: World,
    db: Db,
    lines: [Line; 2],
    places: [Place; 2],
}

/// A message of the broadcast.
struct Notice {
    row: OutboxId,
    group: ChatKey,
    words: String,
}

impl Ground {
    fn new(url: &str) -> Self {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let clock: Arc<dyn Clock> = Arc::new(SystemClock::new(1));
        let world = World::in_memory("telegram".into(), clock, Profile::telegram());
        let fake = runtime.block_on(FakeTelegram::start(world.clone()));
        let lines = runtime.block_on(async { [Line::to(&fake.url()).await, Line::to(&fake.url()).await] });
        // Ends with the runtime.
        runtime.spawn(async move {
            std::future::pending::<()>().await;
            drop(fake);
        });
        let places = [("a", &lines[0]), ("b", &lines[1])].map(|(name, line)| {
            let place = Place::on(url);
            place.write(&format!(
                "[node]\nname = \"{name}\"\n[files]\ndir = \"{}\"\n[telegram]\ntoken = \"{TOKEN}\"\napi_url = \"http://127.0.0.1:{}\"\n",
                place.path("files").display(),
                line.port,
            ));
            place
        });
        let db = runtime.block_on(async {
            let db = Db::open(url).await.unwrap();
            db.migrate().await.unwrap();
            db
        });
        Self { runtime, world, db, lines, places }
    }

    /// Starts a program, and waits until it is ready; the first one also until it holds the account.
    fn start(&self, at: usize) -> Program {
        let program = self.places[at].start_and_wait();
        self.until("somebody holds the account", || self.fence() > 0);
        program
    }

    fn until(&self, what: &str, mut is_so: impl FnMut() -> bool) {
        let began = now();
        while !is_so() {
            assert!(began.elapsed() < PATIENCE, "not so: {what}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// How many have held the account so far; nothing new is known while the database is away.
    fn fence(&self) -> i64 {
        let leases = self.runtime.block_on(async {
            let mut tx = self.db.read().await?;
            node::leases(&mut tx).await
        });
        let of = |lease: &node::StoredLease| (lease.account.as_str() == "telegram").then_some(lease.fence);
        leases.unwrap_or_default().iter().find_map(of).unwrap_or(0)
    }

    /// Puts the broadcast into the outbox, a message for each group.
    fn broadcast(&self, round: usize) -> Vec<Notice> {
        let groups: Vec<ChatKey> = (0..GROUPS)
            .map(|at| {
                let key = format!("-100{round:03}{at:07}");
                self.world.create_group(&key, &format!("Group {at}"), &[]).unwrap();
                ChatKey::from(key.as_str())
            })
            .collect();
        let hall = self.runtime.block_on(hall(self.db.clone(), self.places[0].path("unused")));
        // The programs hear of the groups meanwhile, and put down the same chats.
        let enqueued = hall.in_one_commit(|mut work| {
            let groups = &groups;
            async move {
                let notices = enqueue(&mut work, round, groups).await?;
                Ok((work, notices))
            }
        });
        self.runtime.block_on(enqueued).unwrap()
    }

    fn times_read(&self, notice: &Notice) -> usize {
        self.world.transcript(&notice.group).matches(&notice.words).count()
    }

    fn read_by(&self, notices: &[Notice]) -> usize {
        notices.iter().filter(|notice| self.times_read(notice) > 0).count()
    }

    /// How each message stands; nothing while the database is away.
    fn states(&self, notices: &[Notice]) -> Option<Vec<State>> {
        let read = self.runtime.block_on(async {
            let mut tx = self.db.read().await?;
            let mut states = Vec::new();
            for notice in notices {
                states.push(outbox::get(&mut tx, &notice.row).await?.unwrap().state);
            }
            Ok::<_, StoreError>(states)
        });
        read.ok()
    }

    /// Waits until the broadcast is over, and counts: nothing lost, nothing doubled, and in doubt only what was in hand.
    /// Gives how many are in doubt.
    fn counts(&self, notices: &[Notice]) -> usize {
        let is_over = |state: &State| !matches!(state, State::Queued | State::Leased);
        let mut states = None;
        let mut all_over = || {
            states = self.states(notices);
            states.as_ref().is_some_and(|states| states.iter().all(is_over))
        };
        self.until("all is sent", &mut all_over);
        let states = states.unwrap();
        for (notice, state) in notices.iter().zip(&states) {
            let times = self.times_read(notice);
            match state {
                State::Sent => assert_eq!(times, 1, "{}", notice.words),
                State::Unknown => assert!(times <= 1, "{} came twice", notice.words),
                other => panic!("{}: {other:?}", notice.words),
            }
        }
        let unknown = states.iter().filter(|state| **state == State::Unknown).count();
        assert!(unknown <= 32, "{unknown} are in doubt, more than were in hand");
        unknown
    }
}

async fn enqueue(work: &mut Work, round: usize, groups: &[ChatKey]) -> Result<Vec<Notice>, StoreError> {
    let mut notices = Vec::new();
    for (at, group) in groups.iter().enumerate() {
        let info = ChatInfo { key: group.clone(), kind: ChatKind::Group, title: format!("Group {at}") };
        let (id, now_ms): (ChatId, i64) = (work.hall.ids.next(), work.hall.now_ms());
        let chat = chat::meet(work.tx().await?, &"telegram".into(), &info, None, &id, now_ms).await?;
        let words = format!("notice {round} of {at}.");
        let send = Action::Send(Content::text(words.as_str()));
        let row = work.send(Outgoing::new(Spot::chat(&chat.id), Lane::Bulk, send));
        notices.push(Notice { row, group: group.clone(), words });
    }
    Ok(notices)
}

async fn hall(db: Db, folder: std::path::PathBuf) -> Arc<Hall> {
    let parts = HallParts {
        db,
        files: FileStore::new(folder, 0),
        clock: Arc::new(SystemClock::new(1)),
        rng: rand::rngs::StdRng::seed_from_u64(7),
        default_lang: Lang::En,
        zone: jiff::tz::TimeZone::UTC,
        public_url: "http://hall.test".into(),
        features: Registry::new(Vec::new()),
    };
    Hall::open(parts).await.unwrap()
}

/// How many rounds: one, or as many as `NODES_ROUNDS` says.
#[expect(clippy::disallowed_methods, reason = "a test has no config struct to be told by")]
fn rounds() -> usize {
    std::env::var("NODES_ROUNDS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(1)
}
