//! `cargo bench -p guildhall-console`: how long each page of the console takes in a community a thousand times the demo's,
//! 40,000 merchants, 100,000 tickets, 1,000,000 messages, on both databases. `TIMES=10` in front makes it smaller, `ONLY=/reports` opens
//! the addresses that hold these words, and `DATABASE=sqlite:/some/file` (or the URL of an empty PostgreSQL database) is filled once and
//! measured again and again.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a bench that cannot run has failed, and prints its figures by the machine's clock"
)]

mod addresses;
mod community;

use std::sync::Arc;
use std::time::Instant;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use bot_core::chat::Lang;
use bot_core::clock::VirtualClock;
use bot_core::features::FeatureConfig;
use bot_core::files::FileStore;
use bot_core::hall::{Hall, HallParts};
use bot_core::ids::StaffId;
use bot_core::roster::{Role, Staff};
use bot_core::store::{Db, people};
use console::{Console, Parts, PasswordCost, Running, Settings};
use tower::ServiceExt as _;

/// How often each page is opened; the first time is counted with the others.
const ROUNDS: usize = 40;
/// What 95 of 100 openings are to stay under.
const AIM_MS: f64 = 50.0;

fn main() {
    // `cargo test --benches` and the like pass flags for another harness; only `cargo bench` measures.
    if !std::env::args().any(|arg| arg == "--bench") {
        return;
    }
    let set = |name| std::env::var(name).ok();
    let times = set("TIMES").map_or(1_000, |times| times.parse().expect("TIMES is a number"));
    let only = set("ONLY").unwrap_or_default();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        if let Some(url) = set("DATABASE") {
            measure(if url.starts_with("sqlite:") { "SQLite" } else { "PostgreSQL" }, &url, times, &only)
                .await;
            return;
        }
        let folder = tempfile::tempdir().unwrap();
        measure("SQLite", &format!("sqlite:{}", folder.path().join("bench.sqlite").display()), times, &only)
            .await;
        if let Some(cluster) = throwaway_postgres::cluster() {
            let database = cluster.fresh_database(None);
            measure("PostgreSQL", database.url(), times, &only).await;
        }
    });
}

async fn measure(name: &str, url: &str, times: u64, only: &str) {
    let db = Db::open(url).await.unwrap();
    db.migrate().await.unwrap();
    let began = Instant::now();
    if people::merchant_count(&mut db.read().await.unwrap()).await.unwrap() == 0 {
        community::fill(&db, times).await;
        println!("{name}, {times} times the demo, filled in {:.0} s", began.elapsed().as_secs_f64());
    }
    let files = tempfile::tempdir().unwrap();
    let (router, cookie) = signed_in(db, files.path().join("files")).await;
    let (mut slow, mut all) = (0, Vec::new());
    for address in addresses::addresses(times).into_iter().filter(|address| address.contains(only)) {
        let mut took = Vec::new();
        let mut kib = 0;
        for _ in 0..ROUNDS {
            let began = Instant::now();
            kib = open(&router, &cookie, &address).await / 1024;
            took.push(began.elapsed().as_secs_f64() * 1_000.0);
        }
        let first = took[0];
        took.sort_by(f64::total_cmp);
        let (p50, p95) = (took[ROUNDS / 2], took[ROUNDS * 95 / 100]);
        slow += usize::from(p95 > AIM_MS);
        let mark = if p95 > AIM_MS { "  too slow" } else { "" };
        println!(
            "{name} {address}: p50 {p50:.1} ms, p95 {p95:.1} ms, the first {first:.1} ms, {kib} KiB{mark}"
        );
        all.extend(took);
    }
    all.sort_by(f64::total_cmp);
    println!(
        "{name}: of all openings 95 % within {:.1} ms; {slow} pages over {AIM_MS} ms",
        all[all.len() * 95 / 100]
    );
}

/// The console over a database, and the cookie of an admin.
async fn signed_in(db: Db, files: std::path::PathBuf) -> (Router, String) {
    let clock = Arc::new(VirtualClock::at(community::NOW_MS));
    let hall = Hall::open(HallParts {
        db,
        files: FileStore::new(files, 1 << 20),
        clock: Arc::clone(&clock) as _,
        // Not the same each time: a database that was kept knows the ids of the last run.
        rng: rand::make_rng(),
        default_lang: Lang::En,
        zone: jiff::tz::TimeZone::fixed(jiff::tz::offset(8)),
        public_url: "http://hall.test".into(),
        features: bot_core::features::all(FeatureConfig::default()),
    })
    .await
    .unwrap();
    let staff = Staff {
        id: StaffId("admin".into()),
        name: "Admin".into(),
        person: None,
        roles: [Role::Admin].into(),
    };
    let mut work = hall.begin().await.unwrap();
    let tx = work.tx().await.unwrap();
    if people::all_staff(tx).await.unwrap().iter().all(|one| one.id != staff.id) {
        people::add_staff(tx, &staff, community::NOW_MS).await.unwrap();
        work.roster_changed();
    }
    work.commit().await.unwrap();
    let link = console::sign_in_link(&hall, None, &staff.id, 60_000).await.unwrap();
    let link = link.strip_prefix(&hall.public_url).unwrap().to_owned();
    let passwords = PasswordCost { memory_kib: 8, passes: 1, lanes: 1 };
    let console = Console::new(Parts {
        hall,
        world: None,
        settings: Settings { passwords, ..Settings::default() },
        metrics: None,
        running: Running::default(),
        shown: Vec::new(),
    });
    let router = console::router(&console);
    let answer = router.clone().oneshot(request(&link, "")).await.unwrap();
    let cookie = answer.headers()[header::SET_COOKIE].to_str().unwrap();
    (router, cookie.split(';').next().unwrap().to_owned())
}

/// Opens a page as a browser does, to its last byte. Gives how many there were.
async fn open(router: &Router, cookie: &str, address: &str) -> usize {
    let answer = router.clone().oneshot(request(address, cookie)).await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK, "{address}");
    axum::body::to_bytes(answer.into_body(), usize::MAX).await.unwrap().len()
}

fn request(address: &str, cookie: &str) -> Request<Body> {
    Request::get(address)
        .header(header::HOST, "hall.test")
        .header(header::COOKIE, cookie)
        .header("sec-fetch-mode", "navigate")
        .header("sec-fetch-dest", "document")
        .body(Body::empty())
        .unwrap()
}
