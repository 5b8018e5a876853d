//! Drives the program step by step until nothing is left to do, and kills it between two steps.

use std::ops::ControlFlow;
use std::sync::Arc;

use bot_core::chat::{AccountId, Lang, TroubleKind};
use bot_core::clock::Clock as _;
use bot_core::directory::Purpose;
use bot_core::features::FeatureConfig;
use bot_core::hall::{Hall, HallParts};
use bot_core::stepper::{Driver, Round, Stepper};
use bot_core::store::{Tx, chat};
use guildhall_onebot::Manner;
use guildhall_sandbox::{Nonces, Profile, SandboxPlatform, World};
use rand::SeedableRng as _;

use super::facing::Facing;
use super::ground::Ground;
use super::kind::Dials;
use super::onebot::FakeOneBot;
use super::patience::a_while_or;
use super::{GROUP, Kind, Stage};

/// More rounds than this without rest mean that the program goes in circles.
const ROUNDS_MAX: usize = 2_000;

/// How often an event was taken.
const TAKEN: &str = "SELECT count(*) FROM event_taken WHERE event_key = $1";

/// At which point the program is killed.
pub struct Crash {
    at: Option<usize>,
    passed: usize,
    /// Whether Discord forgets the session of a program that is killed, as it does after some minutes.
    forgotten: bool,
    /// Whether points are passed by unseen.
    spares: bool,
    /// All that were passed by, seen or unseen.
    steps: u64,
}

impl Crash {
    pub fn never() -> Self {
        Self { at: None, passed: 0, spares: false, steps: 0, forgotten: false }
    }

    pub fn at(point: usize) -> Self {
        Self { at: Some(point), passed: 0, spares: false, steps: 0, forgotten: false }
    }

    /// Whoever is killed there comes back after Discord has forgotten the session.
    #[must_use]
    pub fn and_forgotten(self, forgotten: bool) -> Self {
        Self { forgotten, ..self }
    }

    pub fn is_never(&self) -> bool {
        self.at.is_none()
    }

    pub fn passed(&self) -> usize {
        self.passed
    }
}

/// Drives one program on a platform.
struct On<'w> {
    ground: &'w Ground,
    elsewhere: Option<&'w World>,
    beside: Option<&'w Facing>,
    crash: &'w mut Crash,
}

impl Driver for On<'_> {
    fn events_wait(&self) -> bool {
        self.ground.events_wait()
            || self.elsewhere.is_some_and(|world| world.stats().events_waiting > 0)
            || self.beside.is_some_and(Facing::events_wait)
    }

    async fn changed(&self) {
        match self.elsewhere {
            // What is in this thread needs no more than its turn, and the ground may have nothing to wake us for.
            Some(world) if world.stats().events_waiting > 0 => tokio::task::yield_now().await,
            _ => self.ground.changed().await,
        }
    }

    fn between_steps(&mut self) -> ControlFlow<()> {
        self.crash.steps += 1;
        if self.crash.spares {
            return ControlFlow::Continue(());
        }
        self.crash.passed += 1;
        if self.crash.at == Some(self.crash.passed) {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    }
}

impl Stage {
    /// Starts the program on the database and the world as they are, and waits until it listens to the platform.
    pub async fn start(&mut self) {
        let heard = self.ground.heard();
        self.start_unheard().await;
        self.ground.until_heard_since(heard).await;
    }

    /// Starts the program anew, with other settings.
    pub async fn starts_with(&mut self, config: FeatureConfig) {
        self.kill();
        self.config = config;
        self.start().await;
    }

    /// Starts the program where the platform may not let it listen.
    pub async fn start_unheard(&mut self) {
        let hall = Hall::open(HallParts {
            db: self.db.db.clone(),
            files: Arc::clone(&self.files),
            clock: Arc::clone(&self.clock) as _,
            rng: rand::rngs::StdRng::seed_from_u64(7 + self.crash.steps),
            default_lang: Lang::En,
            zone: jiff::tz::TimeZone::fixed(jiff::tz::offset(8)),
            public_url: "https://hall.test".into(),
            features: bot_core::features::all(self.config.clone()),
        })
        .await
        .unwrap();
        self.ground.let_go().await;
        if let Some(beside) = &mut self.beside {
            beside.let_go().await;
        }
        let platform = self.ground.adapter(&self.clock, &self.files);
        let mut platforms = vec![platform];
        if let Some(world) = &self.elsewhere {
            platforms.push(Arc::new(SandboxPlatform::new(world.clone(), Arc::clone(&self.files))));
        }
        if let Some(beside) = &mut self.beside {
            platforms.push(beside.adapter(&self.clock, &self.files));
        }
        self.stepper = Some(Stepper::start(hall, platforms).await.unwrap());
        if let Some(beside) = &self.beside {
            beside.until_connected().await;
        }
    }

    /// From now on a second QQ account of ours serves the group, with a number and an implementation of its own.
    pub async fn opens_beside(&mut self) -> (World, FakeOneBot) {
        let profile = Profile { bot: "7000000002", ..Profile::qq() };
        let account = AccountId::from("onebot.second");
        let world = World::in_memory(account.clone(), Arc::clone(&self.clock) as _, profile);
        let group = self.chat(GROUP);
        world.create_group(group.as_str(), GROUP, &[]).unwrap();
        let facing = Facing::open(world.clone(), Dials::Us).await;
        let fake = facing.fake.clone();
        self.beside = Some(Box::new(facing));
        self.kill();
        self.start().await;
        self.settle().await;
        let hall = self.hall();
        let mut work = hall.begin().await.unwrap();
        let met = chat::by_key(work.tx().await.unwrap(), &account, &group).await.unwrap().unwrap();
        chat::set_purpose(work.tx().await.unwrap(), &met.id, Purpose::Community, None).await.unwrap();
        work.commit().await.unwrap();
        hall.directory.forget_all();
        (world, fake)
    }

    /// From now on the QQ account paces itself like this.
    pub async fn speaks_like(&mut self, manner: Manner) {
        self.ground.facing().expect("the story is told on QQ").manner = manner;
        self.kill();
        self.start().await;
    }

    /// From now on the program serves another account too: a sandbox of its own, with nobody in it yet.
    pub async fn opens_elsewhere(&mut self) -> World {
        let profile = Profile { nonces: Nonces::Kept, ..Profile::sandbox() };
        let world = World::in_memory("elsewhere".into(), Arc::clone(&self.clock) as _, profile);
        self.elsewhere = Some(world.clone());
        self.kill();
        self.start().await;
        world
    }

    /// Kills the program: nothing is finished, nothing is said.
    pub fn kill(&mut self) {
        self.stepper = None;
        self.ground.cut_off();
        if self.crash.forgotten
            && let Some(fake) = self.ground.discord()
        {
            fake.forget_session();
        }
        if let Some(beside) = &mut self.beside {
            beside.cut_off();
        }
    }

    /// Lets the program work until nothing is left to do at this time.
    pub async fn settle(&mut self) {
        for _ in 0..ROUNDS_MAX {
            self.ground.heed_outage().await;
            let stepper = self.stepper.as_mut().expect("the program runs");
            let beside = self.beside.as_deref();
            if let Some(beside) = beside {
                beside.fake.heed_outage().await;
            }
            let elsewhere = self.elsewhere.as_ref();
            let mut driver = On { ground: &self.ground, elsewhere, beside, crash: &mut self.crash };
            match stepper.round(&mut driver).await.unwrap() {
                Round::Continue(true) => {}
                Round::Continue(false) if self.people_try_again().await => {}
                Round::Continue(false) => return,
                Round::Break(()) => {
                    self.kill();
                    // No program comes back within the millisecond, and order in the outbox is by ids, which
                    // rise with time from one run to the next.
                    self.clock.move_to(self.clock.now_ms() + self.ground.tick_ms());
                    self.start().await;
                }
            }
        }
        panic!("the program does not come to rest");
    }

    /// Lets the program hear who came. On QQ it is not killed meanwhile: a notice is told once, and one that goes under with
    /// the program is told by nobody again (docs/platforms/qq.md). What people write is.
    pub async fn settle_who_came(&mut self) {
        self.crash.spares = matches!(self.kind(), Kind::Qq(_));
        self.settle().await;
        self.crash.spares = false;
    }

    /// People whose press failed with a program that was killed press again, when they see that nothing came of it.
    async fn people_try_again(&self) -> bool {
        let Some(fake) = self.ground.discord() else { return false };
        let mut any = false;
        for id in fake.failed_presses() {
            let key = format!("i/{id}");
            let taken: i64 = match self.hall().db.read().await.unwrap() {
                Tx::Sqlite(mut tx) => sqlx::query_scalar(TAKEN).bind(key).fetch_one(&mut *tx).await.unwrap(),
                Tx::Postgres(mut tx) => {
                    sqlx::query_scalar(TAKEN).bind(key).fetch_one(&mut *tx).await.unwrap()
                }
            };
            fake.after_failure(id, taken == 0);
            any |= taken == 0;
        }
        any
    }

    /// Lets time pass, with everything that happens meanwhile, each thing at its own time.
    pub async fn pass_ms(&mut self, ms: i64) {
        let end_ms = self.clock.now_ms() + ms;
        loop {
            self.settle().await;
            let next = self.stepper.as_ref().expect("the program runs").next_at().await.unwrap();
            match next.map(|at_ms| at_ms.max(self.clock.now_ms() + 1)) {
                Some(at_ms) if at_ms <= end_ms => self.clock.move_to(at_ms),
                _ => break,
            }
        }
        self.clock.move_to(end_ms);
        self.settle().await;
    }

    /// Lets time pass until the program has an ear to the platform again.
    pub async fn until_polled(&mut self) {
        self.until(|h| match h.kind() {
            Kind::Sandbox | Kind::Qq(_) => true,
            Kind::Telegram(_) => h.telegram().is_heard(),
            Kind::Discord => h.discord().is_heard(),
        })
        .await;
    }

    /// Lets time pass, second by second, until something is so.
    pub async fn until(&mut self, is_so: impl Fn(&Self) -> bool) {
        for _ in 0..300 {
            // What the adapter waits for it waits for by the clock; what is on sockets needs this thread.
            a_while_or(|| is_so(self)).await;
            if is_so(self) {
                return;
            }
            self.clock.move_to(self.clock.now_ms() + 1_000);
        }
        panic!("it has not come to be so in five minutes");
    }

    /// What the adapter says is wrong.
    pub fn troubles(&self) -> Vec<TroubleKind> {
        let hall = self.hall();
        let troubles = hall.platform(self.world.account()).map(|platform| platform.health());
        troubles.unwrap_or_default().into_iter().map(|trouble| trouble.kind).collect()
    }

    /// Lets time pass as it is written: `10m`, `25h`.
    pub async fn pass(&mut self, duration: &str) {
        let ms = moderation::duration::parse(duration).expect("a length of time");
        self.pass_ms(ms).await;
    }
}
