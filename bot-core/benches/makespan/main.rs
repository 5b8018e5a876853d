//! `cargo bench -p bot-core --bench makespan`: how long announcements take on a virtual clock, over the least that the platform's
//! limits allow, while moderation and tickets go on; and how long these wait. `SHARE=10` takes a tenth of the targets.
//!
//! The real courier and clockwork on SQLite; a platform that keeps its own count of each window and refuses whoever is too fast.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a bench that cannot run has failed, and prints its figures"
)]
#![expect(
    clippy::disallowed_methods,
    reason = "how much of it is run is asked of the environment, as in every bench"
)]

#[path = "../../../tests/simulation/clock.rs"]
#[expect(unreachable_pub, reason = "the simulation's clock as it stands there")]
mod clock;
mod limited;

use std::sync::Arc;

use bot_core::chat::{
    Action, ChatInfo, ChatKind, Content, Lane, Lang, MessageRef, Pace, Platform, Platforms, Rate,
};
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
use bot_core::store::{Db, announcement as stored, chat, people};
use bot_core::work::{Outgoing, Place};
use clock::SimClock;
use limited::{Limited, Seen};
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use tokio_util::sync::CancellationToken;

/// When it begins: 2026-11-21 08:00 UTC.
const START_MS: i64 = 1_795_248_000_000;
/// So often something is deleted by moderation.
const URGENT_EVERY_MS: i64 = 1_000;
/// So often a ticket is answered.
const TALK_EVERY_MS: i64 = 2_000;
/// A connection that is at rest for so many turns of everybody stays at rest.
const TURNS_AT_REST: usize = 3;

/// What is sent, and under which limits.
struct Case {
    name: &'static str,
    pace: Pace,
    groups: usize,
    /// Announcements that each group gets, all sent at once.
    each: usize,
}

fn main() {
    // `cargo test --benches` and the like pass flags for another harness; only `cargo bench` measures.
    if !std::env::args().any(|arg| arg == "--bench") {
        return;
    }
    let share = std::env::var("SHARE").map_or(1, |share| share.parse::<usize>().unwrap());
    let rate = |count, per_ms| Rate { count, per_ms };
    // As the adapters have them by default.
    let telegram = Pace { account: rate(30, 1_000), chat: rate(20, 20_000), group: rate(20, 60_000) };
    let discord = Pace { account: rate(45, 1_000), chat: rate(30, 30_000), group: rate(60, 60_000) };
    let cases = [
        Case { name: "Telegram, one to each", pace: telegram, groups: 50_000 / share, each: 1 },
        Case { name: "Discord, one to each", pace: discord, groups: 20_000 / share, each: 1 },
        Case { name: "Telegram, 60 to each of few", pace: telegram, groups: 40, each: 60 },
    ];
    for case in cases {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        println!("{}", runtime.block_on(measured(&case)));
    }
}

/// The hall and what it talks to.
struct Scene {
    hall: Arc<Hall>,
    clock: Arc<SimClock>,
    platform: Arc<Limited>,
    groups: Vec<ChatId>,
    by: StaffId,
    rng: StdRng,
}

async fn measured(case: &Case) -> String {
    let folder = tempfile::tempdir().unwrap();
    let db = Db::open(&format!("sqlite:{}", folder.path().join("bench.sqlite").display())).await.unwrap();
    db.migrate().await.unwrap();
    let mut scene = Scene::open(db, case).await;
    let stop = CancellationToken::new();
    let courier = Arc::new(Courier::new(Arc::clone(&scene.hall), Arc::clone(&scene.platform) as _));
    let clockwork = Clockwork::new(Arc::clone(&scene.hall));
    let (courier_stop, clockwork_stop) = (stop.clone(), stop.clone());
    let courier = tokio::spawn(async move { courier.run(courier_stop).await });
    let clockwork = tokio::spawn(async move { clockwork.run(clockwork_stop).await });
    let mut sent = Vec::new();
    for _ in 0..case.each {
        sent.push(scene.announces().await);
    }
    scene.until_sent(&sent).await;
    let seen = scene.platform.seen();
    stop.cancel();
    for part in [courier, clockwork] {
        part.abort();
        // Ended by its abort, or by itself.
        let _ = part.await;
    }
    told(case, &seen)
}

impl Scene {
    async fn open(db: Db, case: &Case) -> Self {
        let clock = Arc::new(SimClock::at(START_MS));
        let platform = Arc::new(Limited::new(Arc::clone(&clock), case.pace));
        let hall = Hall::open(HallParts {
            db,
            files: FileStore::new("files", 0),
            clock: Arc::clone(&clock) as _,
            rng: StdRng::seed_from_u64(1),
            default_lang: Lang::En,
            zone: jiff::tz::TimeZone::UTC,
            public_url: "http://hall.test".into(),
            features: bot_core::features::all(Default::default()),
        })
        .await
        .unwrap();
        let there: Arc<dyn Platform> = Arc::clone(&platform) as _;
        hall.connect(Platforms::from([(there.account().clone(), there)]));
        let (by, mut groups) = (StaffId::from("staff"), Vec::new());
        let mut work = hall.begin().await.unwrap();
        for at in 0..case.groups {
            let info = ChatInfo {
                key: format!("g{at}").as_str().into(),
                kind: ChatKind::Group,
                title: format!("Group {at}"),
            };
            let id: ChatId = hall.ids.next();
            let tx = work.tx().await.unwrap();
            chat::meet(tx, platform.account(), &info, None, &id, START_MS).await.unwrap();
            chat::set_purpose(tx, &id, Purpose::Community, None).await.unwrap();
            groups.push(id);
        }
        let staff = Staff { id: by.clone(), name: "Ops".into(), person: None, roles: [Role::Admin].into() };
        people::add_staff(work.tx().await.unwrap(), &staff, START_MS).await.unwrap();
        work.roster_changed();
        work.commit().await.unwrap();
        Self { hall, clock, platform, groups, by, rng: StdRng::seed_from_u64(2) }
    }

    /// Sends an announcement to all groups.
    async fn announces(&self) -> AnnouncementNo {
        let mut work = self.hall.begin().await.unwrap();
        let wording = Wording {
            title_en: Some("Fees change on Monday".into()),
            body_en: Some("From Monday on the fee for express parcels is 2 % lower.".into()),
            ..Wording::default()
        };
        let audience = Some(Audience { to: To::Groups, ..Audience::default() });
        let new = NewAnnouncement { wording, audience, ..NewAnnouncement::default() };
        let one = announcement::create(&mut work, new, &self.by).await.unwrap();
        announcement::send_now(&mut work, one.no, &self.by).await.unwrap();
        work.commit().await.unwrap();
        one.no
    }

    /// Something of a lane is put down for one of the groups now.
    async fn puts(&mut self, lane: Lane) {
        let chat = self.groups[self.rng.random_range(0..self.groups.len())].clone();
        let action = match lane {
            Lane::Urgent => Action::Delete { messages: vec![MessageRef::Key("spam".into())] },
            _ => Action::Send(Content::text("We have sent it again.")),
        };
        let mut work = self.hall.begin().await.unwrap();
        let id: OutboxId = work.send(Outgoing::new(Place::chat(&chat), lane, action));
        let now_ms = work.now_ms;
        self.platform.expects(id, lane, now_ms);
        work.commit().await.unwrap();
    }

    async fn are_sent(&self, all: &[AnnouncementNo]) -> bool {
        let mut tx = self.hall.db.read().await.unwrap();
        for no in all {
            if stored::get(&mut tx, *no).await.unwrap().unwrap().state != State::Sent {
                return false;
            }
        }
        true
    }

    /// Lets time pass, from one thing that happens to the next, until all is sent.
    async fn until_sent(&mut self, all: &[AnnouncementNo]) {
        let (mut urgent_at, mut talk_at) = (START_MS + URGENT_EVERY_MS, START_MS + TALK_EVERY_MS);
        let expected = self.groups.len() * all.len();
        loop {
            self.rest().await;
            if self.platform.bulk_calls() >= expected && self.are_sent(all).await {
                return;
            }
            let wake_at = self.clock.next_at().unwrap_or(i64::MAX);
            let at_ms = wake_at.min(urgent_at).min(talk_at);
            self.clock.move_to(at_ms);
            if at_ms == urgent_at {
                urgent_at += URGENT_EVERY_MS;
                self.puts(Lane::Urgent).await;
            } else if at_ms == talk_at {
                talk_at += TALK_EVERY_MS;
                self.puts(Lane::Talk).await;
            }
            for waiter in self.clock.due() {
                self.clock.wake(waiter);
            }
        }
    }

    /// Waits until nobody wants anything of the database and everybody waits for the clock.
    async fn rest(&self) {
        let Db::Sqlite { writer, readers } = &self.hall.db else { return };
        let mut at_rest = 0;
        while at_rest < TURNS_AT_REST {
            tokio::task::yield_now().await;
            let is_busy = [writer, readers].into_iter().any(|pool| (pool.num_idle() as u32) < pool.size());
            at_rest = if is_busy { 0 } else { at_rest + 1 };
            if is_busy {
                std::thread::yield_now();
            }
        }
    }
}

/// The least time in which so many calls fit into sliding windows, milliseconds.
fn least_ms(rate: Rate, calls: usize) -> i64 {
    i64::try_from(calls.saturating_sub(1)).unwrap_or(i64::MAX) / i64::from(rate.count) * rate.per_ms
}

fn told(case: &Case, seen: &Seen) -> String {
    let (last_ms, calls) = (seen.last_bulk_ms - START_MS, seen.calls_until_last_bulk);
    let bounds = [
        ("the account's calls", least_ms(case.pace.account, calls)),
        ("a chat's messages", least_ms(case.pace.chat, seen.most_in_a_chat)),
        ("a group's minute", least_ms(case.pace.group, seen.most_in_a_chat)),
    ];
    let (by, bound_ms) = bounds.into_iter().max_by_key(|(_, ms)| *ms).unwrap();
    let wait = |waits: &[i64]| {
        let mut waits = waits.to_vec();
        waits.sort_unstable();
        let at =
            |share: f64| waits.get(((waits.len().max(1) - 1) as f64 * share) as usize).copied().unwrap_or(0);
        format!(
            "{} ms at the median, {} at p99, {} at most ({} of them)",
            at(0.5),
            at(0.99),
            at(1.0),
            waits.len()
        )
    };
    format!(
        "{}: {} messages to {} groups in {:.1} s, the least is {:.1} s by {by} ({calls} calls): {:.4} times; refused as too fast: {}\n  deletions waited {}\n  answers waited {}",
        case.name,
        case.groups * case.each,
        case.groups,
        last_ms as f64 / 1e3,
        bound_ms as f64 / 1e3,
        last_ms as f64 / bound_ms as f64,
        seen.refused,
        wait(&seen.urgent_ms),
        wait(&seen.talk_ms),
    )
}
