//! `cargo bench -p bot-core --bench audience`: 100,000 recipients planned out of 1,000,000 merchants, on both databases, and how much
//! memory it takes to put them into the outbox, beside a tenth of them. `MERCHANTS=100000` for fewer.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a bench that cannot run has failed, and prints its figures"
)]
#![expect(clippy::disallowed_methods, reason = "a bench measures real time")]

use std::sync::Arc;
use std::time::Instant;

use bot_core::chat::Lang;
use bot_core::clock::SystemClock;
use bot_core::clockwork::Clockwork;
use bot_core::features::announcement::{self, NewAnnouncement};
use bot_core::features::delivery;
use bot_core::features::segment::{Audience, To};
use bot_core::features::wording::Wording;
use bot_core::files::FileStore;
use bot_core::hall::{Hall, HallParts};
use bot_core::ids::StaffId;
use bot_core::roster::{Role, Staff};
use bot_core::store::segment::Filter;
use bot_core::store::{Db, people, segment};
use rand::SeedableRng as _;
use sqlx::AssertSqlSafe;

/// Merchants, each with a person who can be written to.
const MERCHANTS: u64 = 1_000_000;
/// How often each thing is timed; the middle counts.
const TIMES: usize = 5;

/// Merchants, their people, the identities of these and their private chats: the first tenth sells lamps, the first hundredth tea.
const FILL: [&str; 6] = [
    "INSERT INTO person (id, created_at_ms) {n} SELECT 'p' || i, 1 FROM n",
    "INSERT INTO chat_user (id, account, platform_key, person, name, username, lang, is_bot, created_at_ms) {n} \
     SELECT 'u' || i, 'instant', 'u.' || i, 'p' || i, 'Marta ' || i, 'user_' || i, CASE i % 2 WHEN 0 THEN 'zh' ELSE 'en' END, FALSE, 1 FROM n",
    "INSERT INTO chat (id, account, platform_key, kind, title, purpose, peer, reach, created_at_ms) {n} \
     SELECT 'd' || i, 'instant', 'd.' || i, 'direct', '', 'community', 'u' || i, 'open', 1 FROM n",
    "INSERT INTO merchant (id, name, category, tier, created_at_ms) {n} \
     SELECT 'm' || i, 'Shop ' || i, CASE WHEN i % 100 = 0 THEN 'tea' WHEN i % 10 = 1 THEN 'lamps' ELSE 'toys' END, 'none', 1 FROM n",
    "INSERT INTO contact (id, merchant, person, role) {n} SELECT 'k' || i, 'm' || i, 'p' || i, 'decision_maker' FROM n",
    "INSERT INTO merchant_tag (merchant, tag) {n} SELECT 'm' || i, CASE i % 3 WHEN 0 THEN 'new' WHEN 1 THEN 'vip' ELSE 'far' END FROM n",
];

fn main() {
    // `cargo test --benches` and the like pass flags for another harness; only `cargo bench` measures.
    if !std::env::args().any(|arg| arg == "--bench") {
        return;
    }
    let merchants = std::env::var("MERCHANTS").map_or(MERCHANTS, |merchants| merchants.parse().unwrap());
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let folder = tempfile::tempdir().unwrap();
    runtime.block_on(async {
        let url = format!("sqlite:{}", folder.path().join("bench.sqlite").display());
        measure("SQLite", Db::open(&url).await.unwrap(), merchants).await;
        if let Some(cluster) = throwaway_postgres::cluster() {
            let database = cluster.fresh_database(None);
            measure("PostgreSQL", Db::open(database.url()).await.unwrap(), merchants).await;
        }
    });
}

async fn run(db: &Db, statement: String) {
    let query = sqlx::raw_sql(AssertSqlSafe(statement));
    match db {
        Db::Sqlite { writer, .. } => drop(query.execute(writer).await.unwrap()),
        Db::Postgres(pool) => drop(query.execute(pool).await.unwrap()),
    }
}

async fn measure(name: &str, db: Db, merchants: u64) {
    db.migrate().await.unwrap();
    let series = format!(
        "WITH RECURSIVE n (i) AS (SELECT CAST(0 AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i + 1 < {merchants})"
    );
    for statement in FILL {
        run(&db, statement.replace("{n}", &series)).await;
    }
    // What a server's autovacuum, and the program on SQLite, do by themselves.
    run(&db, "ANALYZE".to_owned()).await;
    let (hall, by) = hall(db).await;
    let of = |category: &str| Audience {
        to: To::People,
        categories: vec![category.into()],
        ..Audience::default()
    };
    let lamps = of("lamps");
    let (mut counted, mut frozen, mut recipients) = (Vec::new(), Vec::new(), 0);
    for time in 0..TIMES {
        let begin = Instant::now();
        let mut look = hall.look().await.unwrap();
        let filter =
            Filter { audience: &lamps, write_first: &[], accounts: &[], default_lang: Lang::En, cap: None };
        let shares = segment::summary(look.tx().await.unwrap(), &filter).await.unwrap();
        let preview: i64 = shares.iter().map(|share| share.recipients).sum();
        counted.push(begin.elapsed().as_secs_f64() * 1e3);
        drop(look);
        let begin = Instant::now();
        let mut work = hall.begin().await.unwrap();
        recipients = delivery::freeze(&mut work, &format!("A-{}", 1_000 + time), &lamps).await.unwrap();
        work.commit().await.unwrap();
        frozen.push(begin.elapsed().as_secs_f64() * 1e3);
        assert_eq!(preview, i64::try_from(recipients).unwrap(), "what was counted is what is frozen");
    }
    println!(
        "{name}: {recipients} recipients out of {merchants} merchants are counted in {:.0} ms and planned, to the commit, in {:.0} ms (the middle of {TIMES})",
        middle(counted),
        middle(frozen)
    );
    let few = put_down(&hall, &by, of("tea")).await;
    let many = put_down(&hall, &by, lamps).await;
    println!(
        "{name}: put into the outbox {} copies with {} MB more memory at most, {} with {} MB more",
        few.0, few.1, many.0, many.1
    );
    hall.db.close().await;
}

/// Sends an announcement, and lets the clockwork put all its copies into the outbox. Gives how many, and by how much the
/// program's resident memory rose meanwhile at most, megabytes.
async fn put_down(hall: &Arc<Hall>, by: &StaffId, audience: Audience) -> (u64, u64) {
    // Since Linux 4.0: the highest resident memory is counted anew from here.
    std::fs::write("/proc/self/clear_refs", "5").unwrap();
    let before = memory_kb("VmRSS:");
    let mut work = hall.begin().await.unwrap();
    let wording = Wording {
        title_en: Some("Fees".into()),
        body_en: Some("They are lower.".into()),
        ..Wording::default()
    };
    let new = NewAnnouncement { wording, audience: Some(audience), ..NewAnnouncement::default() };
    let one = announcement::create(&mut work, new, by).await.unwrap();
    announcement::send_now(&mut work, one.no, by).await.unwrap();
    work.commit().await.unwrap();
    let clockwork = Clockwork::new(Arc::clone(hall));
    while clockwork.tick().await.unwrap() > 0 {}
    let peak = memory_kb("VmHWM:");
    let counts = delivery::Counts::of(&mut hall.look().await.unwrap(), &one.no.to_string()).await.unwrap();
    let queued = counts.in_states(&[delivery::CopyState::Queued]);
    (u64::try_from(queued).unwrap(), peak.saturating_sub(before) / 1_024)
}

/// A line of what the kernel says of this process, kilobytes.
fn memory_kb(line: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let found = status.lines().find_map(|one| one.strip_prefix(line)).unwrap();
    found.trim().trim_end_matches(" kB").parse().unwrap()
}

fn middle(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}

async fn hall(db: Db) -> (Arc<Hall>, StaffId) {
    let hall = Hall::open(HallParts {
        db,
        files: FileStore::new("files", 0),
        clock: Arc::new(SystemClock::new(1)),
        rng: rand::rngs::StdRng::seed_from_u64(1),
        default_lang: Lang::En,
        zone: jiff::tz::TimeZone::UTC,
        public_url: "http://hall.test".into(),
        features: bot_core::features::all(Default::default()),
    })
    .await
    .unwrap();
    let by = StaffId::from("staff");
    let mut work = hall.begin().await.unwrap();
    let now_ms = work.now_ms;
    let staff = Staff { id: by.clone(), name: "Ops".into(), person: None, roles: [Role::Admin].into() };
    people::add_staff(work.tx().await.unwrap(), &staff, now_ms).await.unwrap();
    work.roster_changed();
    work.commit().await.unwrap();
    (hall, by)
}
