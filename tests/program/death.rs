//! The program ends by request, or is killed at any moment, and nothing is lost or doubled.

use std::sync::Arc;
use std::time::Duration;

use bot_core::chat::{AccountId, UserInfo, UserKey};
use bot_core::clock::{Clock, SystemClock};
use bot_core::store::{Db, outbox};
use guildhall_sandbox::{Profile, World};

use super::{PATIENCE, Place, now};

const PEOPLE: usize = 40;
const QUESTIONS: usize = 5;
const KILLS: u64 = 12;

fn world(place: &Place) -> World {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::new(1));
    World::open(AccountId::from("sandbox"), clock, Profile::sandbox(), &place.path("sandbox")).unwrap()
}

fn person(at: usize) -> UserKey {
    UserKey::from(format!("p{at}"))
}

/// Every person asks the bot the same number of things in private; each of them gets one answer.
fn ask(place: &Place) {
    let world = world(place);
    for at in 0..PEOPLE {
        let info = UserInfo {
            key: person(at),
            name: format!("Person {at}"),
            username: None,
            language: Some("en".into()),
            is_bot: false,
        };
        world.add_user(info).unwrap();
        let chat = world.open_direct(&person(at), None).unwrap();
        for question in 0..QUESTIONS {
            world.say(&person(at), &chat, format!("/nonsense{question}")).unwrap();
        }
    }
}

/// How often each question was answered, and how many answers have an unknown end.
fn answers(place: &Place) -> (Vec<usize>, usize) {
    let world = world(place);
    let mut counts = Vec::new();
    for at in 0..PEOPLE {
        let chat = world.chats(Some(&person(at))).into_iter().next().unwrap();
        let text = world.transcript(&chat.key);
        counts.extend(
            (0..QUESTIONS).map(|question| text.matches(&format!("no command /nonsense{question}.")).count()),
        );
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let unknown = runtime.block_on(async {
        let db = Db::open(&format!("sqlite:{}", place.database().display())).await.unwrap();
        let mut tx = db.read().await.unwrap();
        outbox::unknown(&mut tx, 10_000).await.unwrap().len()
    });
    (counts, unknown)
}

#[test]
fn asked_to_stop_it_ends_with_0_in_under_10_seconds_and_goes_on_at_the_next_start() {
    let place = Place::new();
    ask(&place);
    let program = place.start_and_wait();
    let (status, took) = program.stop();
    assert!(status.success(), "{status}");
    assert!(took < Duration::from_secs(10), "{took:?}");
    finish(&place);
    let (counts, unknown) = answers(&place);
    assert!(counts.iter().all(|count| *count == 1) && unknown == 0, "{counts:?}, {unknown} unknown");
}

/// Lets the program run until every question has its answer or an unknown end.
fn finish(place: &Place) {
    let began = now();
    loop {
        run_until_quiet(place);
        if at_rest(place) {
            return;
        }
        assert!(began.elapsed() < PATIENCE, "the program does not get done");
    }
}

/// Whether no event waits to be taken and no action to be sent.
fn at_rest(place: &Place) -> bool {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let open = runtime.block_on(async {
        let db = Db::open(&format!("sqlite:{}", place.database().display())).await.unwrap();
        let mut tx = db.read().await.unwrap();
        outbox::counts(&mut tx).await.unwrap().iter().filter(|(_, state, _)| state != "unknown").count()
    });
    open == 0 && world(place).stats().events_waiting == 0
}

/// Runs the program until nothing more has gone out for a while.
fn run_until_quiet(place: &Place) {
    let program = place.start_and_wait();
    let began = now();
    let mut quiet = 0;
    // Quiet means: nothing more has gone out for a while.
    let mut sent = String::new();
    while quiet < 20 {
        assert!(began.elapsed() < PATIENCE, "the program does not come to rest");
        std::thread::sleep(Duration::from_millis(100));
        let metrics = place.get("/metrics").unwrap_or_default();
        let mut lines: Vec<&str> =
            metrics.lines().filter(|line| line.starts_with("guildhall_courier_outcomes_total")).collect();
        // They come in no order.
        lines.sort_unstable();
        let now_sent = lines.join("\n");
        quiet = if now_sent == sent { quiet + 1 } else { 0 };
        sent = now_sent;
    }
    assert!(program.stop().0.success());
}

#[test]
fn killed_again_and_again_it_loses_nothing_and_doubles_nothing() {
    let place = Place::new();
    ask(&place);
    for kill in 0..KILLS {
        // By turns while it starts and while it works.
        let mut program = if kill % 2 == 0 { place.start() } else { place.start_and_wait() };
        std::thread::sleep(Duration::from_millis(kill * 37));
        program.process.0.kill().unwrap();
        program.process.0.wait().unwrap();
    }
    finish(&place);
    let (counts, unknown) = answers(&place);
    assert!(counts.iter().all(|count| *count <= 1), "something was said twice: {counts:?}");
    let missing = counts.iter().filter(|count| **count == 0).count();
    assert!(missing <= unknown, "{missing} answers are missing, and only {unknown} are shown as unknown");
}
