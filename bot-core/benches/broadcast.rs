//! `cargo bench -p bot-core`: an announcement to many chats of a platform that answers at once, beside the same rows
//! written by bare loops. Ratios are within one run.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a bench that cannot run has failed, and prints its figures"
)]
#![expect(clippy::disallowed_methods, reason = "a bench measures real time")]

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use bot_core::chat::{
    AccountId, Action, Address, Call, Capabilities, ChatInfo, ChatKind, Content, Delivered, EventSink,
    Feature, Lane, Lang, Limits, MessageKey, MessageRef, Outcome, Pace, Platform, Platforms, Rate,
    RenderPlan, Support,
};
use bot_core::clock::SystemClock;
use bot_core::clockwork::Clockwork;
use bot_core::courier::Courier;
use bot_core::directory::Purpose;
use bot_core::features::announcement::{self, NewAnnouncement, State};
use bot_core::features::segment::{Audience, To};
use bot_core::features::wording::Wording;
use bot_core::files::FileStore;
use bot_core::hall::{Hall, HallParts};
use bot_core::ids::{AnnouncementNo, ChatId, OutboxId, StaffId};
use bot_core::roster::{Role, Staff};
use bot_core::store::{Db, announcement as stored, chat, delivery, people};
use bot_core::work::{Outgoing, Place};
use rand::SeedableRng as _;
use tokio_util::sync::CancellationToken;

const ACCOUNT: &str = "instant";
/// How many chats get the announcement.
const CHATS: usize = 20_000;
/// So often something of other lanes is put down while an announcement goes out.
const EVERY: Duration = Duration::from_millis(20);
/// Rows in one commit of the batched loop.
const BATCH: usize = 1_000;
/// Rows of the loop that commits each step.
const SINGLES: usize = 1_000;

/// A platform that confirms every call at once and has no limits.
struct AtOnce {
    account: AccountId,
    sent: AtomicUsize,
    /// What of other lanes is on its way, since when, and how long what has come waited.
    waits: Mutex<Waits>,
}

#[derive(Default)]
struct Waits {
    put: HashMap<OutboxId, Instant>,
    waited: Vec<Duration>,
}

impl AtOnce {
    fn waits(&self) -> MutexGuard<'_, Waits> {
        self.waits.lock().unwrap()
    }
}

#[async_trait::async_trait]
impl Platform for AtOnce {
    fn account(&self) -> &AccountId {
        &self.account
    }

    fn name(&self) -> &'static str {
        "Instant"
    }

    fn capabilities(&self, _to: &Address) -> Capabilities {
        let features =
            [Feature::Text, Feature::Marks, Feature::Edit, Feature::DeleteOwn, Feature::DeleteOthers];
        Capabilities(features.map(|feature| (feature, Support::Native(Limits::default()))).into())
    }

    fn plan(&self, _to: &Address, action: &Action) -> RenderPlan {
        RenderPlan {
            calls: vec![Call { method: action.word().to_owned(), action: action.clone() }],
            losses: Vec::new(),
        }
    }

    async fn perform(&self, _to: &Address, _call: &Call, nonce: OutboxId) -> Outcome {
        {
            let mut waits = self.waits();
            if let Some(put) = waits.put.remove(&nonce) {
                waits.waited.push(put.elapsed());
                return Outcome::Sent(Delivered {
                    message: Some(MessageKey(nonce.to_string())),
                    ..Delivered::default()
                });
            }
        }
        let no = self.sent.fetch_add(1, Ordering::Relaxed);
        Outcome::Sent(Delivered { message: Some(MessageKey(no.to_string())), ..Delivered::default() })
    }

    fn pace(&self) -> Pace {
        let rate = Rate { count: 1_000_000, per_ms: 1_000 };
        Pace { account: rate, chat: rate, group: rate }
    }

    async fn run(&self, sink: EventSink) {
        sink.closed().await;
    }
}

fn main() {
    // `cargo test --benches` and the like pass flags for another harness; only `cargo bench` measures.
    if !std::env::args().any(|arg| arg == "--bench") {
        return;
    }
    let chats = std::env::var("CHATS").map_or(CHATS, |chats| chats.parse().unwrap());
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("bench.sqlite").display());
    runtime.block_on(async {
        let db = Db::open(&url).await.unwrap();
        db.migrate().await.unwrap();
        let single = committing_each_step(&db).await;
        let batched = in_batches(&db, chats).await;
        let house = House::open(db, chats).await;
        let ours = house.announced().await;
        println!("announcement to {chats} chats of a platform that answers at once (SQLite, synchronous=FULL): {ours:.0} a second, from the press of the button to the last line of the ledger");
        println!("bare loop, a commit for each step (put down, taken, done): {single:.0} a second; ours is {:.1} times that", ours / single);
        println!("bare loop, {BATCH} rows a commit: {batched:.0} a second, {:.1} times ours", batched / ours);
        println!("SQLite: {}", house.paused().await);
        println!("SQLite: {}", house.others_wait().await);
        house.close().await;
        if let Some(cluster) = throwaway_postgres::cluster() {
            let database = cluster.fresh_database(None);
            let db = Db::open(database.url()).await.unwrap();
            db.migrate().await.unwrap();
            let batched = in_batches_on_a_server(&db, chats).await;
            let house = House::open(db, chats).await;
            let ours = house.announced().await;
            println!("PostgreSQL: {ours:.0} a second");
            println!("PostgreSQL: bare loop, {BATCH} rows a statement and commit: {batched:.0} a second, {:.1} times ours", batched / ours);
            println!("PostgreSQL: {}", house.paused().await);
            println!("PostgreSQL: {}", house.others_wait().await);
            house.close().await;
        }
    });
}

/// A hall with chats of a platform that answers at once, and all that goes on in it.
struct House {
    hall: Arc<Hall>,
    platform: Arc<AtOnce>,
    by: StaffId,
    chats: usize,
    groups: Vec<ChatId>,
    stop: CancellationToken,
    running: [tokio::task::JoinHandle<()>; 2],
}

impl House {
    async fn open(db: Db, chats: usize) -> Self {
        let hall = Hall::open(HallParts {
            db,
            files: FileStore::new("files", 0),
            clock: Arc::new(SystemClock::new(1)),
            rng: rand::rngs::StdRng::seed_from_u64(1),
            default_lang: Lang::En,
            zone: jiff::tz::TimeZone::fixed(jiff::tz::offset(8)),
            public_url: "http://hall.test".into(),
            features: bot_core::features::all(Default::default()),
        })
        .await
        .unwrap();
        let (by, groups) = meet(&hall, chats).await;
        let platform =
            Arc::new(AtOnce { account: ACCOUNT.into(), sent: AtomicUsize::new(0), waits: Mutex::default() });
        let there: Arc<dyn Platform> = Arc::clone(&platform) as _;
        hall.connect(Platforms::from([(there.account().clone(), Arc::clone(&there))]));
        let stop = CancellationToken::new();
        let courier = Arc::new(Courier::new(Arc::clone(&hall), there));
        let clockwork = Clockwork::new(Arc::clone(&hall));
        let (courier_stop, clockwork_stop) = (stop.clone(), stop.clone());
        let running = [
            tokio::spawn(async move { courier.run(courier_stop).await }),
            tokio::spawn(async move { clockwork.run(clockwork_stop).await }),
        ];
        Self { hall, platform, by, chats, groups, stop, running }
    }

    async fn close(self) {
        self.stop.cancel();
        for part in self.running {
            part.await.unwrap();
        }
    }

    async fn is(&self, no: AnnouncementNo, state: State) -> bool {
        stored::get(&mut self.hall.db.read().await.unwrap(), no).await.unwrap().unwrap().state == state
    }

    async fn until(&self, no: AnnouncementNo, state: State) {
        while !self.is(no, state).await {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Announces something to all chats, and gives how many a second got it.
    async fn announced(&self) -> f64 {
        let begin = Instant::now();
        let no = send(&self.hall, &self.by).await;
        self.until(no, State::Sent).await;
        self.chats as f64 / begin.elapsed().as_secs_f64()
    }

    /// Sends an announcement, puts a deletion and an answer down every [`EVERY`] meanwhile, and says how long these wait, from when
    /// they are asked for until they are called.
    async fn others_wait(&self) -> String {
        let no = send(&self.hall, &self.by).await;
        while !self.is(no, State::Sent).await {
            for lane in [Lane::Urgent, Lane::Talk] {
                let at = self.platform.waits().waited.len() % self.groups.len();
                let action = match lane {
                    Lane::Urgent => Action::Delete { messages: vec![MessageRef::Key("spam".into())] },
                    _ => Action::Send(Content::text("We have sent it again.")),
                };
                let (put, place) = (Instant::now(), Place::chat(&self.groups[at]));
                let step = async |mut work: bot_core::work::Work| {
                    let id = work.send(Outgoing::new(place.clone(), lane, action.clone()));
                    self.platform.waits().put.insert(id, put);
                    Ok((work, ()))
                };
                self.hall.in_one_commit(step).await.unwrap();
            }
            tokio::time::sleep(EVERY).await;
        }
        let mut waited = std::mem::take(&mut self.platform.waits().waited);
        waited.sort_unstable();
        let at = |share: f64| waited[((waited.len() - 1) as f64 * share) as usize].as_secs_f64() * 1e3;
        format!(
            "while an announcement goes out, a deletion or an answer waits {:.1} ms at the median, {:.1} at p99, {:.1} at most ({} of them)",
            at(0.5),
            at(0.99),
            at(1.0),
            waited.len()
        )
    }

    /// Pauses an announcement when a fifth of it is out and lets it go on, and says what that took.
    async fn paused(&self) -> String {
        let sent = || self.platform.sent.load(Ordering::Relaxed);
        let before = sent();
        let no = send(&self.hall, &self.by).await;
        while sent() < before + self.chats / 5 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        let tries = AtomicUsize::new(0);
        let begin = Instant::now();
        let step = async |mut work: bot_core::work::Work| {
            tries.fetch_add(1, Ordering::Relaxed);
            announcement::pause(&mut work, no, &self.by).await?;
            Ok((work, ()))
        };
        self.hall.in_one_commit(step).await.unwrap();
        let (took, at_once) = (begin.elapsed(), sent());
        let push = no.to_string();
        let queued = bot_core::features::delivery::CopyState::Queued;
        while delivery::any(&mut self.hall.db.read().await.unwrap(), &push, queued).await.unwrap() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        let (emptied, late) = (begin.elapsed(), sent() - at_once);
        let again = Instant::now();
        let resume = async |mut work: bot_core::work::Work| {
            announcement::resume(&mut work, no, &self.by).await?;
            Ok((work, ()))
        };
        self.hall.in_one_commit(resume).await.unwrap();
        self.until(no, State::Sent).await;
        let rest = before + self.chats - at_once - late;
        assert_eq!(sent() - before, self.chats, "nobody twice, nobody left out");
        format!(
            "paused in {:.1} ms ({} tries) with {} copies to go, {late} were in hand; out of the outbox after {:.0} ms; then {:.0} a second",
            took.as_secs_f64() * 1e3,
            tries.load(Ordering::Relaxed),
            before + self.chats - at_once,
            emptied.as_secs_f64() * 1e3,
            rest as f64 / again.elapsed().as_secs_f64()
        )
    }
}

async fn meet(hall: &Arc<Hall>, chats: usize) -> (StaffId, Vec<ChatId>) {
    let (by, mut groups) = (StaffId::from("staff"), Vec::new());
    let mut work = hall.begin().await.unwrap();
    let now_ms = work.now_ms;
    for at in 0..chats {
        let info =
            ChatInfo { key: format!("g{at}").into(), kind: ChatKind::Group, title: format!("Group {at}") };
        let id = hall.ids.next();
        let tx = work.tx().await.unwrap();
        chat::meet(tx, &ACCOUNT.into(), &info, None, &id, now_ms).await.unwrap();
        chat::set_purpose(tx, &id, Purpose::Community, None).await.unwrap();
        groups.push(id);
    }
    let staff = Staff { id: by.clone(), name: "Ops".into(), person: None, roles: [Role::Admin].into() };
    people::add_staff(work.tx().await.unwrap(), &staff, now_ms).await.unwrap();
    work.roster_changed();
    work.commit().await.unwrap();
    (by, groups)
}

async fn send(hall: &Arc<Hall>, by: &StaffId) -> AnnouncementNo {
    let mut work = hall.begin().await.unwrap();
    let wording = Wording {
        title_en: Some("Fees change on Monday".into()),
        body_en: Some(
            "From Monday on the fee for express parcels is 2 % lower. Nothing else changes for you.".into(),
        ),
        ..Wording::default()
    };
    let audience = Some(Audience { to: To::Groups, ..Audience::default() });
    let new = NewAnnouncement { wording, audience, ..NewAnnouncement::default() };
    let one = announcement::create(&mut work, new, by).await.unwrap();
    announcement::send_now(&mut work, one.no, by).await.unwrap();
    work.commit().await.unwrap();
    one.no
}

const PUT: &str = "INSERT INTO bare (id, body, state, ended) VALUES ($1, $2, 'queued', NULL)";
const TAKE: &str = "UPDATE bare SET state = 'leased' WHERE id = $1";
const END: &str = "UPDATE bare SET state = 'sent', ended = $2 WHERE id = $1";

async fn bare_table(db: &Db) -> sqlx::SqlitePool {
    let Db::Sqlite { writer, .. } = db else { panic!("the bench runs on SQLite") };
    for sql in [
        "DROP TABLE IF EXISTS bare",
        "CREATE TABLE bare (id TEXT PRIMARY KEY, body TEXT, state TEXT, ended BIGINT)",
    ] {
        sqlx::query(sql).execute(writer).await.unwrap();
    }
    writer.clone()
}

fn row(at: usize) -> (String, String) {
    (
        format!("{at:026}"),
        format!("{{\"send\":{{\"text\":\"From Monday on the fee for express parcels is lower. {at}\"}}}}"),
    )
}

/// Each row is put down, taken and ended in a commit of its own.
async fn committing_each_step(db: &Db) -> f64 {
    let pool = bare_table(db).await;
    let begin = Instant::now();
    for at in 0..SINGLES {
        let (id, body) = row(at);
        sqlx::query(PUT).bind(&id).bind(&body).execute(&pool).await.unwrap();
        sqlx::query(TAKE).bind(&id).execute(&pool).await.unwrap();
        sqlx::query(END).bind(&id).bind(at as i64).execute(&pool).await.unwrap();
    }
    SINGLES as f64 / begin.elapsed().as_secs_f64()
}

/// The same steps, many rows in each commit.
async fn in_batches(db: &Db, rows: usize) -> f64 {
    let pool = bare_table(db).await;
    let begin = Instant::now();
    for first in (0..rows).step_by(BATCH) {
        for step in [PUT, TAKE, END] {
            let mut tx = pool.begin_with("BEGIN IMMEDIATE").await.unwrap();
            for at in first..rows.min(first + BATCH) {
                let (id, body) = row(at);
                let query = sqlx::query(step).bind(id);
                let query = if step == PUT {
                    query.bind(body)
                } else if step == END {
                    query.bind(at as i64)
                } else {
                    query
                };
                query.execute(&mut *tx).await.unwrap();
            }
            tx.commit().await.unwrap();
        }
    }
    rows as f64 / begin.elapsed().as_secs_f64()
}

const PUT_MANY: &str = "INSERT INTO bare (id, body, state) SELECT t.id, t.body, 'queued' FROM unnest($1::text[], $2::text[]) AS t (id, body)";
const TAKE_MANY: &str = "UPDATE bare SET state = 'leased' WHERE id = ANY ($1)";
const END_MANY: &str = "UPDATE bare SET state = 'sent', ended = $2 WHERE id = ANY ($1)";

/// The same on a server: there many rows share a statement as well, for each one is a way there and back.
async fn in_batches_on_a_server(db: &Db, rows: usize) -> f64 {
    let Db::Postgres(pool) = db else { panic!("this loop runs on PostgreSQL") };
    sqlx::query("CREATE TABLE bare (id TEXT PRIMARY KEY, body TEXT, state TEXT, ended BIGINT)")
        .execute(pool)
        .await
        .unwrap();
    let begin = Instant::now();
    for first in (0..rows).step_by(BATCH) {
        let (ids, bodies): (Vec<_>, Vec<_>) = (first..rows.min(first + BATCH)).map(row).unzip();
        sqlx::query(PUT_MANY).bind(&ids).bind(&bodies).execute(pool).await.unwrap();
        sqlx::query(TAKE_MANY).bind(&ids).execute(pool).await.unwrap();
        sqlx::query(END_MANY).bind(&ids).bind(first as i64).execute(pool).await.unwrap();
    }
    rows as f64 / begin.elapsed().as_secs_f64()
}
