//! Drives a seed: one thing at a time, each at its own time, until all is done; then everything is looked at.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use bot_core::chat::Platform;
use bot_core::clock::Clock as _;
use bot_core::hall::Hall;
use bot_core::store::Db;
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};

use super::acts::{Act, Announced};
use super::check::{self, Fault};
use super::clock::SimClock;
use super::ground::{ACCOUNTS, MODERATOR};
use super::node::{self, Node, Serves};
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

pub struct Drive {
    pub db: Db,
    pub world: Arc<World>,
    pub clock: Arc<SimClock>,
    pub announced: Vec<Option<Announced>>,
    pub bug: Option<Bug>,
    places: Vec<Place>,
    rng: StdRng,
    seed: u64,
    starts: u64,
    /// When nodes that were killed start again, and those that stand still go on: unix milliseconds, and which.
    returns: BTreeSet<(i64, usize)>,
    /// How much later than planned everything happens, since time jumped, milliseconds.
    shift_ms: i64,
}

/// Where a program runs.
#[derive(Default)]
struct Place {
    node: Option<Node>,
    /// Which of all programs that were ever started it is.
    run: u32,
    stands_still: bool,
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
        bug,
        places: (0..plan.nodes).map(|_| Place::default()).collect(),
        rng: StdRng::seed_from_u64(seed ^ 0x0064_7269_7665),
        seed,
        starts: 0,
        returns: BTreeSet::new(),
        shift_ms: 0,
    };
    for at in 0..plan.nodes {
        drive.start(at).await;
    }
    let is_done = drive.through(&plan).await;
    drive.places.clear();
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

    async fn start(&mut self, at: usize) {
        self.starts += 1;
        let bug = self.bug;
        let (run, ends) = self.world.platforms();
        let platforms = ends.into_iter().map(|fake| {
            let fake = fake as Arc<dyn Platform>;
            bug.map_or(Arc::clone(&fake), |bug| bug.wrap(fake))
        });
        let serves = match bug {
            _ if self.places.len() == 1 => Serves::Alone,
            Some(Bug::IgnoresTenure) => Serves::Heedless,
            _ => Serves::Together,
        };
        let chance = self.seed.wrapping_mul(1_000).wrapping_add(self.starts);
        let node = Node::start(&self.db, &self.clock, platforms.collect(), chance, serves).await;
        node::rest(&self.db).await;
        self.places[at] = Place { node: Some(node), run, stands_still: false };
        self.world.trace.line(self.now_ms(), format_args!("program {at} starts ({})", self.starts));
    }

    /// A hall of a program that is up, for whoever wants something of one.
    pub fn hall(&self) -> Option<Arc<Hall>> {
        let up = self.places.iter().filter(|place| !place.stands_still);
        up.filter_map(|place| place.node.as_ref()).map(|node| Arc::clone(&node.hall)).next()
    }

    /// Kills a program, and starts another one in its place a while later.
    async fn kill(&mut self, at: usize) {
        self.places[at] = Place::default();
        node::rest(&self.db).await;
        let now_ms = self.now_ms();
        self.world.trace.line(now_ms, format_args!("program {at} is killed"));
        {
            let mut state = self.world.state();
            state.kills.push(now_ms);
            state.kill_in = None;
        }
        if let Some(bug) = self.bug {
            bug.at_kill(&self.db, &self.world).await;
        }
        let away_ms = if self.rng.random_range(0..2) == 0 { 1 } else { self.rng.random_range(1..8_000) };
        if self.places.len() > 1 {
            self.returns.retain(|(_, of)| *of != at);
            self.returns.insert((now_ms + away_ms, at));
            return;
        }
        self.clock.move_to(now_ms + away_ms);
        self.start(at).await;
    }

    async fn kill_if_up(&mut self, at: usize) {
        if self.places[at].node.is_some() {
            self.kill(at).await;
        }
    }

    /// A program stands still for a while. Nobody can tell it from one that is gone, and of what it has in hand nobody knows.
    fn stop(&mut self, at: usize, for_ms: i64) {
        let now_ms = self.now_ms();
        let place = &mut self.places[at];
        if place.node.is_some() && !place.stands_still {
            place.stands_still = true;
            self.returns.insert((now_ms + for_ms, at));
            self.world.state().kills.push(now_ms);
        }
    }

    /// A program starts again, or goes on.
    async fn comes_back(&mut self, at: usize) {
        self.world.trace.line(self.now_ms(), format_args!("program {at} is back"));
        if self.places[at].node.is_some() {
            self.places[at].stands_still = false;
        } else {
            self.start(at).await;
        }
    }

    /// Gives everybody who wants it a turn, in an order of chance, until nobody does.
    async fn settle(&mut self) {
        loop {
            let is_over = |place: &Place| {
                place.node.as_ref().is_some_and(|node| node.has_ended() || self.world.is_killed(place.run))
            };
            if let Some(at) = self.places.iter().position(is_over) {
                self.kill(at).await;
                continue;
            }
            let up = self.places.iter().enumerate().filter(|(_, place)| !place.stands_still);
            let up = up.filter_map(|(at, place)| Some((at, place.node.as_ref()?)));
            let waiting: Vec<(usize, usize)> =
                up.flat_map(|(at, node)| node.waiting().into_iter().map(move |part| (at, part))).collect();
            if waiting.is_empty() {
                return;
            }
            let (at, part) = waiting[self.rng.random_range(0..waiting.len())];
            let (world, run) = (Arc::clone(&self.world), self.places[at].run);
            if let Some(node) = &mut self.places[at].node {
                node.let_run(part, || world.is_killed(run)).await;
            }
            self.misbehave().await;
        }
    }

    /// Lets the planted bug do what it does between two turns.
    pub async fn misbehave(&mut self) {
        if let Some(bug) = self.bug {
            bug.between(&self.db, &mut self.rng).await;
        }
    }

    /// Goes through a plan until all is done; false when that never happens.
    async fn through(&mut self, plan: &Plan) -> bool {
        let mut steps = plan.steps.iter().peekable();
        let end_ms = plan.steps.last().map_or(START_MS, |(at_ms, _)| *at_ms) + PATIENCE_MS;
        for turn in 0..TURNS_MAX {
            self.settle().await;
            let next_step = steps.peek().map(|(at_ms, _)| at_ms + self.shift_ms);
            let next_return = self.returns.first().map(|(at_ms, _)| *at_ms);
            let next_wake = [self.clock.next_at(), next_return].into_iter().flatten().min();
            if next_step.is_none() && turn.is_multiple_of(ASK_EVERY) {
                self.remember_paused().await;
                if self.is_done().await {
                    return true;
                }
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
            if next_return.is_some_and(|return_ms| return_ms <= at_ms)
                && let Some((_, at)) = self.returns.pop_first()
            {
                self.comes_back(at).await;
                continue;
            }
            let due = self.clock.due();
            self.clock.wake(due[self.rng.random_range(0..due.len())]);
            node::rest(&self.db).await;
        }
        false
    }

    async fn is_done(&self) -> bool {
        self.returns.is_empty() && !self.world.has_to_tell() && check::is_at_rest(&self.db).await
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
            Step::Announces { no, groups, pin, tests } => self.announce(*no, groups, *pin, *tests).await,
            Step::Chooses { no } => self.choose(*no).await,
            Step::Approves { no, is_changed } => self.approve(*no, *is_changed).await,
            Step::Pauses { no } => self.act(*no, Act::Pause).await,
            Step::Resumes { no } => self.act(*no, Act::Resume).await,
            Step::Cancels { no } => self.act(*no, Act::Cancel).await,
            Step::Recalls { no } => self.act(*no, Act::Recall).await,
            Step::TellsAgain { account, most } => world.tells_again(ACCOUNTS[*account], *most),
            Step::Migrates { account, chat } => world.migrates(ACCOUNTS[*account], chat),
            Step::Kill => self.kill_if_up(0).await,
            Step::KillNode { node } => self.kill_if_up(*node).await,
            Step::Stops { node, for_ms } => self.stop(*node, *for_ms),
            Step::KillAtCall { calls, moment } => world.kill_at_call(*calls, *moment),
            Step::Jump { ms } => {
                self.shift_ms += ms;
                self.clock.move_to(now_ms + ms);
            }
            fault => goes_wrong(&world, now_ms, fault),
        }
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
