//! What happens in a seed: which platforms there are, what people ask for, and what goes wrong when.

use bot_core::chat::{Gap, Pace, Rate, RejectionKind, RetryScope};
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};

use super::START_MS;
use super::ground::{ACCOUNTS, DIRECTS, GROUPS, MEMBERS, direct, group, member};
use super::probe::Ask;
use super::world::state::{Moment, Spec};

/// The time in which things are asked for and go wrong, milliseconds.
const SPAN_MS: i64 = 150_000;
/// In one of so many seeds several programs serve the database.
const SEVERAL_NODES_ONE_IN: u32 = 3;
/// From so many recipients on an announcement needs a second person.
pub const APPROVE_FROM: usize = 21;

/// One thing that happens.
#[derive(Clone, Debug)]
pub enum Step {
    /// A user asks the probe for something.
    Asks {
        account: usize,
        chat: String,
        user: String,
        no: usize,
        ask: Ask,
        far: String,
    },
    /// A moderator mutes a member of a group.
    Mutes {
        account: usize,
        chat: String,
        user: String,
        minutes: u32,
    },
    /// Ops announce something to groups of all accounts, by their numbers.
    Announces {
        no: usize,
        groups: Vec<usize>,
        pin: bool,
        /// Whether a part of them tests another text against its own.
        tests: bool,
    },
    /// Ops end a test: the other text goes to the rest.
    Chooses {
        no: usize,
    },
    /// Ops take back the announcement that was sent as this one.
    Recalls {
        no: usize,
    },
    Pauses {
        no: usize,
    },
    Resumes {
        no: usize,
    },
    /// Ops stop what has not gone out.
    Cancels {
        no: usize,
    },
    /// A second person approves an announcement that waits for one, and it is sent. Before that its author may write
    /// another text.
    Approves {
        no: usize,
        is_changed: bool,
    },
    Down {
        account: usize,
        for_ms: i64,
    },
    Slow {
        account: usize,
        for_ms: i64,
    },
    Loses {
        account: usize,
        for_ms: i64,
    },
    Storm {
        account: usize,
        chat: Option<String>,
        for_ms: i64,
    },
    Refuses {
        account: usize,
        chat: String,
        kind: RejectionKind,
        for_ms: i64,
    },
    Migrates {
        account: usize,
        chat: String,
    },
    TellsAgain {
        account: usize,
        most: usize,
    },
    /// The program is killed now.
    Kill,
    KillAtCall {
        calls: u32,
        moment: Moment,
    },
    /// A node is killed now.
    KillNode {
        node: usize,
    },
    /// A node stands still, as when it is stopped by a signal, and goes on.
    Stops {
        node: usize,
        for_ms: i64,
    },
    /// The machine slept: time jumps on.
    Jump {
        ms: i64,
    },
}

pub struct Plan {
    pub specs: Vec<Spec>,
    /// How many programs serve the database.
    pub nodes: usize,
    /// Rising by time, unix milliseconds.
    pub steps: Vec<(i64, Step)>,
}

impl Plan {
    pub fn of(seed: u64) -> Self {
        let mut rng = StdRng::seed_from_u64(seed);
        let specs = (0..ACCOUNTS.len()).map(|at| spec(at, &mut rng)).collect();
        let mut steps: Vec<(i64, Step)> = asked(&mut rng);
        steps.extend(faults(&mut rng));
        // Drawn apart, so that what seeds were before there was this stays what it was.
        let mut rng = StdRng::seed_from_u64(seed ^ 0x0000_6d6f_7265);
        let turns = turns_of_fate(&steps, &mut rng);
        steps.extend(turns);
        let nodes = if rng.random_range(0..SEVERAL_NODES_ONE_IN) == 0 { 2 } else { 1 };
        if nodes > 1 {
            steps.extend(of_nodes(nodes, &mut rng));
        }
        let mut rng = StdRng::seed_from_u64(seed ^ 0x0074_6573_7473);
        let choices = tests(&mut steps, &mut rng);
        steps.extend(choices);
        // Stable: what falls on one moment happens in the order in which it was drawn.
        steps.sort_by_key(|(at_ms, _)| *at_ms);
        Self { specs, nodes, steps }
    }
}

/// What ops do with announcements that are under way, and what second persons do.
fn turns_of_fate(steps: &[(i64, Step)], rng: &mut StdRng) -> Vec<(i64, Step)> {
    let mut turns = Vec::new();
    for (at_ms, step) in steps {
        let Step::Announces { no, groups, .. } = step else { continue };
        let (mut at_ms, no) = (*at_ms, *no);
        if groups.len() * ACCOUNTS.len() >= APPROVE_FROM {
            at_ms += rng.random_range(500..20_000);
            turns.push((at_ms, Step::Approves { no, is_changed: rng.random_range(0..2) == 0 }));
        }
        // Most of them early, while there is something to be held.
        for _ in 0..rng.random_range(0..3) {
            at_ms += rng.random_range(1..600);
            turns.push((at_ms, Step::Pauses { no }));
            at_ms += if rng.random_range(0..3) == 0 { 1 } else { rng.random_range(50..15_000) };
            turns.push((at_ms, Step::Resumes { no }));
        }
        if rng.random_range(0..6) == 0 {
            turns.push((at_ms + rng.random_range(1..2_000), Step::Cancels { no }));
        }
    }
    turns
}

/// Lets announcements that need no second person test two texts, and ops end some of these tests by hand.
fn tests(steps: &mut [(i64, Step)], rng: &mut StdRng) -> Vec<(i64, Step)> {
    let mut choices = Vec::new();
    for (at_ms, step) in steps {
        let Step::Announces { no, groups, tests, .. } = step else { continue };
        *tests = groups.len() * ACCOUNTS.len() < APPROVE_FROM && rng.random_range(0..3) > 0;
        if *tests && rng.random_range(0..2) == 0 {
            choices.push((*at_ms + rng.random_range(1..60_000), Step::Chooses { no: *no }));
        }
    }
    choices
}

fn of_nodes(nodes: usize, rng: &mut StdRng) -> Vec<(i64, Step)> {
    let mut steps = Vec::new();
    for _ in 0..rng.random_range(0..4) {
        let node = rng.random_range(0..nodes);
        let step = match rng.random_range(0..3) {
            0 => Step::KillNode { node },
            // Some stand still for as long as a long pause for breath takes, others until they are taken for gone.
            1 => Step::Stops { node, for_ms: rng.random_range(100..9_000) },
            _ => Step::Stops { node, for_ms: rng.random_range(9_000..40_000) },
        };
        steps.push((when(rng), step));
    }
    steps
}

fn spec(at: usize, rng: &mut StdRng) -> Spec {
    let pace = Pace {
        account: Rate { count: rng.random_range(8..=30), per_ms: 1_000 },
        chat: Rate { count: rng.random_range(1..=3), per_ms: rng.random_range(1..=2) * 1_000 },
        group: Rate { count: rng.random_range(5..=12), per_ms: rng.random_range(10..=20) * 1_000 },
    };
    let paced = rng.random_range(0..3) == 0;
    Spec {
        account: ACCOUNTS[at].into(),
        pace,
        edits: at != 2,
        nonces: at == 1,
        settles: at == 2 && rng.random_range(0..4) > 0,
        board: at == 2,
        direct_first: rng.random_range(0..2) == 0,
        gap: (at == 2 && paced).then_some(Gap { least_ms: 100, most_ms: 400, per_day: 0 }),
        mute_cap_ms: (at != 0).then(|| rng.random_range(40..90) * 1_000),
        looks: at == 1,
        text_utf16: if at == 0 { 4_096 } else { rng.random_range(60..140) },
    }
}

fn when(rng: &mut StdRng) -> i64 {
    START_MS + 1_000 + rng.random_range(0..SPAN_MS)
}

fn account(rng: &mut StdRng) -> usize {
    rng.random_range(0..ACCOUNTS.len())
}

fn asked(rng: &mut StdRng) -> Vec<(i64, Step)> {
    let mut steps = Vec::new();
    for no in 0..rng.random_range(10..24) {
        let account = account(rng);
        // A few chats get much, so that their windows fill.
        let at =
            if rng.random_range(0..2) == 0 { rng.random_range(0..3) } else { rng.random_range(0..GROUPS) };
        let (chat, user) = if rng.random_range(0..5) == 0 {
            let name = direct(rng.random_range(0..DIRECTS));
            (name.clone(), name)
        } else {
            (group(at), member(rng.random_range(0..MEMBERS)))
        };
        let far = rng.random_range(0..GROUPS);
        let ask = match rng.random_range(0..10) {
            0..=4 => Ask::Talk(rng.random_range(1..=4)),
            5..=6 => Ask::Far(far),
            7 if account != 2 => Ask::Edit,
            8 => Ask::Long,
            _ => Ask::Delete,
        };
        steps.push((when(rng), Step::Asks { account, chat, user, no, ask, far: group(far) }));
    }
    for _ in 0..rng.random_range(1..5) {
        let (account, at) = (account(rng), rng.random_range(0..6));
        let user = member(rng.random_range(0..MEMBERS));
        steps.push((
            when(rng),
            Step::Mutes { account, chat: group(at), user, minutes: rng.random_range(1..=4) },
        ));
    }
    for no in 0..rng.random_range(1..3) {
        let first = rng.random_range(0..GROUPS - 16);
        let groups = (first..first + rng.random_range(3..10)).collect();
        let at_ms = when(rng);
        steps.push((at_ms, Step::Announces { no, groups, pin: rng.random_range(0..3) == 0, tests: false }));
        if rng.random_range(0..4) == 0 {
            steps.push((at_ms + rng.random_range(100..20_000), Step::Recalls { no }));
        }
    }
    steps
}

fn faults(rng: &mut StdRng) -> Vec<(i64, Step)> {
    let mut steps = Vec::new();
    for _ in 0..rng.random_range(2..9) {
        let (account, for_ms) = (account(rng), rng.random_range(500..20_000));
        let step = match rng.random_range(0..9) {
            0 => Step::Down { account, for_ms },
            1 => Step::Slow { account, for_ms },
            2 => Step::Loses { account, for_ms },
            3 => Step::Storm { account, chat: None, for_ms },
            4 => Step::Storm { account, chat: Some(group(rng.random_range(0..3))), for_ms },
            5 => {
                let kinds = [RejectionKind::Kicked, RejectionKind::BadContent, RejectionKind::MissingRight];
                let kind = kinds[rng.random_range(0..kinds.len())];
                Step::Refuses { account, chat: group(rng.random_range(0..GROUPS)), kind, for_ms: for_ms * 4 }
            }
            6 => {
                let chat = direct(rng.random_range(0..DIRECTS));
                Step::Refuses { account, chat, kind: RejectionKind::Blocked, for_ms: for_ms * 4 }
            }
            7 => Step::Migrates { account, chat: group(rng.random_range(0..8)) },
            _ => Step::TellsAgain { account, most: rng.random_range(1..12) },
        };
        steps.push((when(rng), step));
    }
    for _ in 0..rng.random_range(0..4) {
        let step = match rng.random_range(0..3) {
            0 => Step::Kill,
            1 => Step::KillAtCall { calls: rng.random_range(1..30), moment: Moment::Before },
            _ => Step::KillAtCall { calls: rng.random_range(1..30), moment: Moment::After },
        };
        steps.push((when(rng), step));
        if rng.random_range(0..2) == 0 {
            steps.push((when(rng), Step::TellsAgain { account: account(rng), most: 8 }));
        }
    }
    if rng.random_range(0..4) == 0 {
        steps.push((when(rng), Step::Jump { ms: rng.random_range(1_000..3_600_000) }));
    }
    steps
}

/// What a storm is of.
pub fn scope_of(chat: Option<&String>) -> RetryScope {
    if chat.is_some() { RetryScope::Chat } else { RetryScope::Account }
}

impl Step {
    /// Whether both mute the same person in the same group.
    pub fn same_mute(&self, other: &Self) -> bool {
        match (self, other) {
            (
                Self::Mutes { account, chat, user, .. },
                Self::Mutes { account: of, chat: there, user: who, .. },
            ) => (account, chat, user) == (of, there, who),
            _ => false,
        }
    }
}
