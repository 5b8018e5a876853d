//! One program: a hall and what runs in it, each part polled by hand, one at a time.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Wake, Waker};

use bot_core::chat::{Lang, Platform, Platforms};
use bot_core::clockwork::Clockwork;
use bot_core::courier::Courier;
use bot_core::feature::{Feature, Registry};
use bot_core::features::FeatureConfig;
use bot_core::features::announcement::AnnouncementConfig;
use bot_core::features::moderation::{Moderation, SourcedPolicy};
use bot_core::files::FileStore;
use bot_core::hall::{Hall, HallParts};
use bot_core::intake::Intake;
use bot_core::store::Db;
use rand::SeedableRng as _;
use tokio_util::sync::CancellationToken;

use super::clock::SimClock;
use super::plan::APPROVE_FROM;
use super::probe::Probe;
use super::{ground, shared};

/// Features with threads or indices of their own, which finish when they like: nothing that is simulated needs them.
const LEFT_OUT: [&str; 2] = ["learner", "answer"];
/// Nothing is said here that a rule would have to judge, and the shipped policy takes seconds to compile in a debug build.
const POLICY: &str = r#"
version = 1

[[rule]]
id = "drugs"
title = { en = "Drugs", zh-CN = "毒品" }
words = ["大麻"]
"#;
/// A connection that is at rest for so many turns of everybody stays at rest.
const TURNS_AT_REST: usize = 3;

pub struct Node {
    pub hall: Arc<Hall>,
    parts: Vec<Part>,
    /// Whether the others took it for gone, and it has to end.
    has_ended: Arc<AtomicBool>,
    /// Never cancelled: a program that is killed is not told.
    _stop: CancellationToken,
}

/// How a program serves its database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Serves {
    Alone,
    /// Beside others.
    Together,
    /// Beside others, and without a look at whether it still may.
    Heedless,
}

/// Something that runs.
pub struct Part {
    work: Pin<Box<dyn Future<Output = ()>>>,
    flag: Arc<Flag>,
    is_over: bool,
}

/// Whether a part wants its turn.
struct Flag(AtomicBool);

impl Wake for Flag {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::Release);
    }
}

impl Part {
    pub fn new(work: impl Future<Output = ()> + 'static) -> Self {
        Self { work: Box::pin(work), flag: Arc::new(Flag(AtomicBool::new(true))), is_over: false }
    }

    fn wants_turn(&self) -> bool {
        !self.is_over && self.flag.0.load(Ordering::Acquire)
    }

    fn turn(&mut self) {
        self.flag.0.store(false, Ordering::Release);
        let waker = Waker::from(Arc::clone(&self.flag));
        self.is_over = self.work.as_mut().poll(&mut Context::from_waker(&waker)).is_ready();
    }
}

impl Node {
    /// A program on a database, with these adapters. `chance` is the seed of its ids and jitter.
    pub async fn start(
        db: &Db,
        clock: &Arc<SimClock>,
        platforms: Vec<Arc<dyn Platform>>,
        chance: u64,
        serves: Serves,
    ) -> Self {
        let approve_from = i64::try_from(APPROVE_FROM).unwrap_or(i64::MAX);
        let announcements = AnnouncementConfig { approve_from, ..AnnouncementConfig::default() };
        let config = FeatureConfig { announcements, ..FeatureConfig::default() };
        let all = bot_core::features::all(config.clone());
        let probe: Arc<dyn Feature> = Arc::new(Probe);
        let others = all.all().filter(|feature| !LEFT_OUT.contains(&feature.manifest().name)).cloned();
        let hall = Hall::open(HallParts {
            db: db.clone(),
            files: FileStore::new("no-files-are-kept", 0),
            clock: Arc::clone(clock) as _,
            rng: rand::rngs::StdRng::seed_from_u64(chance),
            default_lang: Lang::En,
            zone: jiff::tz::TimeZone::fixed(jiff::tz::offset(8)),
            public_url: "http://hall.test".into(),
            features: Registry::new(std::iter::once(probe).chain(others).collect()).with_config(config),
        })
        .await
        .unwrap();
        Moderation::set_policy(&hall, SourcedPolicy::parse(POLICY).expect("a policy without fault"));
        let connected = platforms.iter().map(|one| (one.account().clone(), Arc::clone(one)));
        hall.connect(connected.collect::<Platforms>());
        let stop = CancellationToken::new();
        let (sink, queue) = Intake::queue();
        let sink = sink.of(Arc::clone(&hall));
        let (intake, clockwork) = (Intake::new(Arc::clone(&hall)), Clockwork::new(Arc::clone(&hall)));
        let (of_intake, of_clockwork) = (stop.clone(), stop.clone());
        let mut parts = vec![
            Part::new(async move { intake.run(queue, of_intake).await }),
            Part::new(async move { clockwork.run(of_clockwork).await }),
        ];
        let has_ended = Arc::<AtomicBool>::default();
        if serves != Serves::Alone {
            parts.extend(shared::parts(&hall, platforms, &sink, &has_ended, serves).await);
            return Self { hall, parts, has_ended, _stop: stop };
        }
        for platform in platforms {
            let courier = Arc::new(Courier::new(Arc::clone(&hall), Arc::clone(&platform)));
            let (sink, stop) = (sink.clone(), stop.clone());
            parts.push(Part::new(async move { courier.run(stop).await }));
            parts.push(Part::new(async move { platform.run(sink).await }));
        }
        Self { hall, parts, has_ended, _stop: stop }
    }

    /// Whether the others took it for gone: then the program has to end.
    pub fn has_ended(&self) -> bool {
        self.has_ended.load(Ordering::Acquire)
    }

    /// The parts that want their turn.
    pub fn waiting(&self) -> Vec<usize> {
        (0..self.parts.len()).filter(|at| self.parts[*at].wants_turn()).collect()
    }

    /// Gives one part its turn, and no other before it rests: so the database is asked by one at a time, and its threads
    /// decide nothing. `is_killed` ends it at once.
    pub async fn let_run(&mut self, at: usize, is_killed: impl Fn() -> bool) {
        let mut at_rest = 0;
        while at_rest < TURNS_AT_REST && !is_killed() {
            let part = &mut self.parts[at];
            if part.wants_turn() {
                part.turn();
                at_rest = 0;
            }
            at_rest = if is_at_rest(&self.hall.db).await { at_rest + 1 } else { 0 };
        }
    }
}

/// Lets everything that was spawned have a turn, and says whether the database rests.
async fn is_at_rest(db: &Db) -> bool {
    tokio::task::yield_now().await;
    let is_busy = ground::is_busy(db);
    if is_busy {
        // Its threads need a core as much as this one.
        std::thread::yield_now();
    }
    !is_busy
}

/// Waits until the database rests and what was spawned has had its turns.
pub async fn rest(db: &Db) {
    let mut at_rest = 0;
    while at_rest < TURNS_AT_REST {
        at_rest = if is_at_rest(db).await { at_rest + 1 } else { 0 };
    }
}
