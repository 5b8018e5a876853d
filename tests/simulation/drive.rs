//! Drives a seed: one thing at a time, each at its own time, until all is done; then everything is looked at.

use std::path::Path;
use std::sync::Arc;

use bot_core::chat::Platform;
use bot_core::clock::Clock as _;
use bot_core::features::announcement::{self, NewAnnouncement};
use bot_core::features::segment::{Audience, To};
use bot_core::features::wording::Wording;
use bot_core::ids::{AnnouncementNo, ChatId, StaffId};
use bot_core::store::Db;
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};

use super::check::{self, Fault};
use super::clock::SimClock;
use super::ground::{ACCOUNTS, MODERATOR, OPS, group};
use super::node::{self, Node};
use super::plan::{Plan, Step, scope_of};
use super::planted::Bug;
use super::trace::Trace;
use super::world::World;
use super::world::state::Storm;
use super::{START_MS, ground};

/// What is not done so long after the last step never will be, milliseconds.
const PATIENCE_MS: i64 = 3 * 3_600_000;
/// How often, in turns, it is asked whether all is done.
const ASK_EVERY: u32 = 40;
/// A seed of more turns goes in circles.
const TURNS_MAX: u32 = 400_000;

/// How a seed went.
pub struct Told {
    pub faults: Vec<Fault>,
    pub trace: Arc<Trace>,
    /// Calls that platforms saw.
    pub calls: usize,
    pub rows: usize,
    pub unknown: usize,
    pub kills: usize,
}

/// What was asked for, for whoever checks.
#[derive(Clone, Debug)]
pub struct Announced {
    pub no: AnnouncementNo,
    pub groups: Vec<String>,
    pub body: String,
}

pub struct Drive {
    pub db: Db,
    pub world: Arc<World>,
    pub clock: Arc<SimClock>,
    pub announced: Vec<Option<Announced>>,
    node: Option<Node>,
    rng: StdRng,
    seed: u64,
    starts: u64,
    bug: Option<Bug>,
    /// How much later than planned everything happens, since time jumped, milliseconds.
    shift_ms: i64,
}

/// Runs a seed on a fresh database in `folder`.
pub async fn run(seed: u64, folder: &Path, template: &[u8], bug: Option<Bug>) -> Told {
    let path = folder.join(format!("{seed}.sqlite"));
    let plan = Plan::of(seed);
    let (clock, trace) = (Arc::new(SimClock::at(START_MS)), Arc::new(Trace::default()));
    let world = World::new(seed, Arc::clone(&clock), Arc::clone(&trace), plan.specs.clone());
    let mut drive = Drive {
        db: ground::open(&path, template).await,
        world,
        clock,
        announced: Vec::new(),
        node: None,
        rng: StdRng::seed_from_u64(seed ^ 0x0064_7269_7665),
        seed,
        starts: 0,
        bug,
        shift_ms: 0,
    };
    drive.start().await;
    let is_done = drive.through(&plan).await;
    drive.node = None;
    node::rest(&drive.db).await;
    let mut faults = check::all(&drive, &plan).await;
    if !is_done {
        faults.push(Fault::new("lost", "it never comes to an end"));
    }
    let (calls, kills) = {
        let state = drive.world.state();
        (state.calls.len(), state.kills.len())
    };
    let (rows, unknown) = check::counts(&drive.db, &trace).await;
    drive.db.close().await;
    for end in ["", "-wal", "-shm"] {
        // Not there is as good as removed.
        let _ = std::fs::remove_file(format!("{}{end}", path.display()));
    }
    Told { faults, trace, calls, rows, unknown, kills }
}

impl Drive {
    fn now_ms(&self) -> i64 {
        self.clock.now_ms()
    }

    async fn start(&mut self) {
        self.starts += 1;
        let bug = self.bug;
        let platforms = self.world.platforms().into_iter().map(|fake| {
            let fake = fake as Arc<dyn Platform>;
            bug.map_or(Arc::clone(&fake), |bug| bug.wrap(fake))
        });
        let chance = self.seed.wrapping_mul(1_000).wrapping_add(self.starts);
        self.node = Some(Node::start(&self.db, &self.clock, platforms.collect(), chance).await);
        node::rest(&self.db).await;
        self.world.trace.line(self.now_ms(), format_args!("the program starts ({})", self.starts));
    }

    /// Kills the program, and starts another one a while later.
    async fn kill(&mut self) {
        self.node = None;
        node::rest(&self.db).await;
        let now_ms = self.now_ms();
        self.world.trace.line(now_ms, "killed");
        {
            let mut state = self.world.state();
            state.kills.push(now_ms);
            state.kill_in = None;
        }
        if let Some(bug) = self.bug {
            bug.at_kill(&self.db, &self.world).await;
        }
        let away_ms = if self.rng.random_range(0..2) == 0 { 1 } else { self.rng.random_range(1..8_000) };
        self.clock.move_to(now_ms + away_ms);
        self.start().await;
    }

    /// Gives everybody who wants it a turn, in an order of chance, until nobody does.
    async fn settle(&mut self) {
        loop {
            if self.world.is_killed() {
                self.kill().await;
            }
            let Some(node) = &mut self.node else { return };
            let waiting = node.waiting();
            if waiting.is_empty() {
                return;
            }
            let at = waiting[self.rng.random_range(0..waiting.len())];
            let world = Arc::clone(&self.world);
            node.let_run(at, || world.is_killed()).await;
            if let Some(bug) = self.bug {
                bug.between(&self.db, &mut self.rng).await;
            }
        }
    }

    /// Goes through a plan until all is done; false when that never happens.
    async fn through(&mut self, plan: &Plan) -> bool {
        let mut steps = plan.steps.iter().peekable();
        let end_ms = plan.steps.last().map_or(START_MS, |(at_ms, _)| *at_ms) + PATIENCE_MS;
        for turn in 0..TURNS_MAX {
            self.settle().await;
            let (next_step, next_wake) =
                (steps.peek().map(|(at_ms, _)| at_ms + self.shift_ms), self.clock.next_at());
            if next_step.is_none() && turn.is_multiple_of(ASK_EVERY) && self.is_done().await {
                return true;
            }
            if let Some(at_ms) = next_step
                && next_wake.is_none_or(|wake_ms| at_ms <= wake_ms)
                && let Some((_, step)) = steps.next()
            {
                self.clock.move_to(at_ms);
                self.step(step).await;
                continue;
            }
            let Some(at_ms) = next_wake.filter(|at_ms| *at_ms <= end_ms + self.shift_ms) else {
                return next_step.is_none() && self.is_done().await;
            };
            self.clock.move_to(at_ms);
            let due = self.clock.due();
            self.clock.wake(due[self.rng.random_range(0..due.len())]);
            node::rest(&self.db).await;
        }
        false
    }

    async fn is_done(&self) -> bool {
        !self.world.has_to_tell() && check::is_at_rest(&self.db).await
    }

    async fn step(&mut self, step: &Step) {
        let now_ms = self.now_ms();
        self.world.trace.line(now_ms, format_args!("{step:?}"));
        let world = Arc::clone(&self.world);
        match step {
            Step::Asks { account, chat, user, no, ask, far } => {
                let far = world.state().accounts[ACCOUNTS[*account]].chats[far].key.clone();
                world.says(ACCOUNTS[*account], chat, user, &ask.text(*no, &far));
            }
            Step::Mutes { account, chat, user, minutes } => {
                world.says(ACCOUNTS[*account], chat, MODERATOR, &format!("/mute @{user} {minutes}m noise"));
            }
            Step::Announces { no, groups, pin } => self.announce(*no, groups, *pin).await,
            Step::Recalls { no } => self.recall(*no).await,
            Step::TellsAgain { account, most } => world.tells_again(ACCOUNTS[*account], *most),
            Step::Migrates { account, chat } => world.migrates(ACCOUNTS[*account], chat),
            Step::Kill => self.kill().await,
            Step::KillAtCall { calls, moment } => world.kill_at_call(*calls, *moment),
            Step::Jump { ms } => {
                self.shift_ms += ms;
                self.clock.move_to(now_ms + ms);
            }
            fault => goes_wrong(&world, now_ms, fault),
        }
    }

    async fn announce(&mut self, no: usize, groups: &[usize], pin: bool) {
        let Some(node) = &self.node else { return };
        let names: Vec<String> = groups.iter().map(|at| group(*at)).collect();
        let ids =
            ACCOUNTS.iter().flat_map(|account| names.iter().map(move |name| format!("c-{account}-{name}")));
        let audience =
            Audience { to: To::Groups, groups: ids.clone().map(ChatId).collect(), ..Audience::default() };
        let body = format!("Announced as number {no}.");
        let wording =
            Wording { title_en: Some("News".into()), body_en: Some(body.clone()), ..Wording::default() };
        let new = NewAnnouncement { wording, audience: Some(audience), pin, ..NewAnnouncement::default() };
        let by = StaffId::from(OPS);
        let mut work = node.hall.begin().await.unwrap();
        let one = announcement::create(&mut work, new, &by).await.unwrap();
        // Nobody may be there to get it; then it is a draft still.
        let sent = announcement::send_now(&mut work, one.no, &by).await;
        if sent.is_ok() {
            work.commit().await.unwrap();
        } else {
            drop(work);
        }
        node::rest(&self.db).await;
        self.announced.resize(self.announced.len().max(no + 1), None);
        self.announced[no] = sent.is_ok().then(|| Announced { no: one.no, groups: ids.collect(), body });
    }

    async fn recall(&mut self, no: usize) {
        let (Some(node), Some(Some(announced))) = (&self.node, self.announced.get(no)) else { return };
        let mut work = node.hall.begin().await.unwrap();
        if announcement::recall(&mut work, announced.no, &StaffId::from(OPS)).await.is_ok() {
            work.commit().await.unwrap();
        } else {
            drop(work);
        }
        node::rest(&self.db).await;
    }
}

fn goes_wrong(world: &World, now_ms: i64, fault: &Step) {
    let mut state = world.state();
    match fault {
        Step::Down { account, for_ms } => {
            faults_of(&mut state, *account).down_until_ms = now_ms + for_ms;
        }
        Step::Slow { account, for_ms } => faults_of(&mut state, *account).slow_until_ms = now_ms + for_ms,
        Step::Loses { account, for_ms } => faults_of(&mut state, *account).loses_until_ms = now_ms + for_ms,
        Step::Storm { account, chat, for_ms } => faults_of(&mut state, *account).storms.push(Storm {
            until_ms: now_ms + for_ms,
            scope: scope_of(chat.as_ref()),
            chat: chat.clone().unwrap_or_default(),
        }),
        Step::Refuses { account, chat, kind, for_ms } => {
            let of = state.accounts.get_mut(ACCOUNTS[*account]).expect("an account of this world");
            if let Some(chat) = of.chats.get_mut(chat) {
                chat.refuses = Some((*kind, now_ms + for_ms));
            }
        }
        _ => {}
    }
}

fn faults_of(state: &mut super::world::state::State, account: usize) -> &mut super::world::state::Faults {
    &mut state.accounts.get_mut(ACCOUNTS[account]).expect("an account of this world").faults
}
