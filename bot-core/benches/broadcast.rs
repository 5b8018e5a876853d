//! `cargo bench -p bot-core`: an announcement to many chats of a platform that answers at once, beside the same rows
//! written by bare loops. Ratios are within one run.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a bench that cannot run has failed, and prints its figures"
)]
#![expect(clippy::disallowed_methods, reason = "a bench measures real time")]

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use bot_core::chat::{
    AccountId, Action, Address, Call, Capabilities, ChatInfo, ChatKind, Delivered, EventSink, Feature, Lang,
    Limits, MessageKey, Outcome, Pace, Platform, Platforms, Rate, RenderPlan, Support,
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
use bot_core::ids::{AnnouncementNo, OutboxId, StaffId};
use bot_core::roster::{Role, Staff};
use bot_core::store::{Db, announcement as stored, chat, people};
use rand::SeedableRng as _;
use tokio_util::sync::CancellationToken;

const ACCOUNT: &str = "instant";
/// How many chats get the announcement.
const CHATS: usize = 20_000;
/// Rows in one commit of the batched loop.
const BATCH: usize = 1_000;
/// Rows of the loop that commits each step.
const SINGLES: usize = 1_000;

/// A platform that confirms every call at once and has no limits.
struct AtOnce {
    account: AccountId,
    sent: AtomicUsize,
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
        let features = [Feature::Text, Feature::Marks, Feature::Edit, Feature::DeleteOwn];
        Capabilities(features.map(|feature| (feature, Support::Native(Limits::default()))).into())
    }

    fn plan(&self, _to: &Address, action: &Action) -> RenderPlan {
        RenderPlan {
            calls: vec![Call { method: action.word().to_owned(), action: action.clone() }],
            losses: Vec::new(),
        }
    }

    async fn perform(&self, _to: &Address, _call: &Call, _nonce: OutboxId) -> Outcome {
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
        let ours = announced(db, chats).await;
        println!("announcement to {chats} chats of a platform that answers at once (SQLite, synchronous=FULL): {ours:.0} a second, from the press of the button to the last line of the ledger");
        println!("bare loop, a commit for each step (put down, taken, done): {single:.0} a second; ours is {:.1} times that", ours / single);
        println!("bare loop, {BATCH} rows a commit: {batched:.0} a second, {:.1} times ours", batched / ours);
    });
}

/// Announces something to all chats, and gives how many a second got it.
async fn announced(db: Db, chats: usize) -> f64 {
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
    let by = meet(&hall, chats).await;
    let platform: Arc<dyn Platform> = Arc::new(AtOnce { account: ACCOUNT.into(), sent: AtomicUsize::new(0) });
    hall.connect(Platforms::from([(platform.account().clone(), Arc::clone(&platform))]));
    let stop = CancellationToken::new();
    let courier = Arc::new(Courier::new(Arc::clone(&hall), platform));
    let clockwork = Clockwork::new(Arc::clone(&hall));
    let (courier_stop, clockwork_stop) = (stop.clone(), stop.clone());
    let running = [
        tokio::spawn(async move { courier.run(courier_stop).await }),
        tokio::spawn(async move { clockwork.run(clockwork_stop).await }),
    ];
    let begin = Instant::now();
    let no = send(&hall, &by).await;
    while stored::get(&mut hall.db.read().await.unwrap(), no).await.unwrap().unwrap().state != State::Sent {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let seconds = begin.elapsed().as_secs_f64();
    stop.cancel();
    for part in running {
        part.await.unwrap();
    }
    chats as f64 / seconds
}

async fn meet(hall: &Arc<Hall>, chats: usize) -> StaffId {
    let by = StaffId::from("staff");
    let mut work = hall.begin().await.unwrap();
    let now_ms = work.now_ms;
    for at in 0..chats {
        let info =
            ChatInfo { key: format!("g{at}").into(), kind: ChatKind::Group, title: format!("Group {at}") };
        let id = hall.ids.next();
        let tx = work.tx().await.unwrap();
        chat::meet(tx, &ACCOUNT.into(), &info, None, &id, now_ms).await.unwrap();
        chat::set_purpose(tx, &id, Purpose::Community, None).await.unwrap();
    }
    let staff = Staff { id: by.clone(), name: "Ops".into(), person: None, roles: [Role::Admin].into() };
    people::add_staff(work.tx().await.unwrap(), &staff, now_ms).await.unwrap();
    work.roster_changed();
    work.commit().await.unwrap();
    by
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
