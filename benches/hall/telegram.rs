//! Updates a second and CPU per 1,000 updates through the whole program against the fake Telegram, beside a bare
//! teloxide bot in the same run: one that answers each message with itself, and one that only reads.

#[path = "../../tests/harness/telegram/mod.rs"]
#[expect(dead_code, reason = "a bench uses less of the fake than the stories do")]
#[expect(unreachable_pub, reason = "the fake is written like a library, for the stories")]
#[expect(clippy::expect_used, reason = "a fake that cannot be served has failed")]
mod fake;
#[path = "../../tests/harness/frame.rs"]
#[expect(clippy::expect_used, reason = "a fake that cannot be served has failed")]
mod frame;
#[path = "../../tests/harness/patience.rs"]
#[expect(dead_code, unreachable_pub, reason = "a bench uses less of the fake than the stories do")]
mod patience;

use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use bot_core::chat::{AccountId, ChatKey};
use bot_core::clock::SystemClock;
use bot_core::directory::Purpose;
use bot_core::store::{Db, chat};
use guildhall_sandbox::{Profile, World};
use serde_json::{Value, json};
use teloxide::payloads::GetUpdatesSetters as _;
use teloxide::prelude::Requester as _;
use teloxide::types::UpdateKind;

use crate::program::{self, Program};
use crate::throughput;
use fake::{FakeTelegram, TOKEN};

const UPDATES: i64 = 20_000;
const WARM: i64 = 2_000;
const PEOPLE: i64 = 2_000;
const GROUPS: i64 = 3;
/// Clock ticks a second, in which the system counts the time of processes (Linux, on all its architectures).
const TICKS: f64 = 100.0;

fn group(at: i64) -> i64 {
    -1_001_700_000_001 - at % GROUPS
}

fn update(at: i64) -> Value {
    let who = at % PEOPLE;
    let text = throughput::text(0, usize::try_from(at).unwrap());
    json!({ "message": {
        "message_id": at + 1_000,
        "from": {
            "id": 5_000_000_000_i64 + who, "is_bot": false, "first_name": "Merchant", "last_name": who.to_string(),
            "username": format!("merchant{who}"), "language_code": "zh-hans",
        },
        "chat": { "id": group(at), "title": format!("Group {}", at % GROUPS), "type": "supergroup" },
        // A busy hour, and no flood.
        "date": 1_795_248_000 + at * 20,
        "text": text,
    } })
}

pub(crate) fn run() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    runtime.block_on(async {
        let folder = tempfile::tempdir().unwrap();
        let world = World::in_memory(
            AccountId::from("telegram"),
            Arc::new(SystemClock::new(1)),
            Profile { history: 100, ..Profile::telegram() },
        );
        for at in 0..GROUPS {
            world.create_group(&group(at).to_string(), &format!("Group {at}"), &[]).unwrap();
        }
        let fake = FakeTelegram::start(world).await;
        let (config, port) = program::config(folder.path(), &telegram(&fake));
        let serve = || program::started(&["serve", "--config", &config.display().to_string()], port);
        let warm = serve();
        through(&fake, warm.id(), WARM).await;
        drop(warm);
        serve_groups(folder.path()).await;

        let ours: Program = serve();
        let hall = through(&fake, ours.id(), UPDATES).await;
        drop(ours);
        let echo = bare(&fake, "--echo-bot");
        let echoed = through(&fake, echo.id(), UPDATES).await;
        end(echo);
        let reader = bare(&fake, "--reading-bot");
        let read = through(&fake, reader.id(), UPDATES).await;
        end(reader);
        for (who, figures) in
            [("guildhall, stored durably", &hall), ("bare echo bot", &echoed), ("bare reading bot", &read)]
        {
            println!(
                "Telegram, {who}: {:.0} updates/s, {:.0} ms of CPU per 1,000 updates",
                figures.rate, figures.cpu_ms
            );
        }
        println!(
            "Telegram, CPU of guildhall / bare echo bot: {:.2}; / bare reading bot: {:.2}",
            hall.cpu_ms / echoed.cpu_ms,
            hall.cpu_ms / read.cpu_ms
        );
    });
}

fn telegram(fake: &FakeTelegram) -> String {
    format!("[telegram]\ntoken = \"{TOKEN}\"\napi_url = \"{}\"\n", fake.url())
}

/// Makes the groups that were met ones that are served.
async fn serve_groups(folder: &std::path::Path) {
    let db = Db::open(&format!("sqlite:{}", folder.join("bench.sqlite").display())).await.unwrap();
    let mut tx = db.write().await.unwrap();
    for at in 0..GROUPS {
        let key = ChatKey(group(at).to_string());
        let met = chat::by_key(&mut tx, &AccountId::from("telegram"), &key).await.unwrap().unwrap();
        chat::set_purpose(&mut tx, &met.id, Purpose::Community, None).await.unwrap();
    }
    tx.commit().await.unwrap();
    db.close().await;
}

struct Figures {
    rate: f64,
    cpu_ms: f64,
}

/// Lets a process take so many updates, after a few to get going.
async fn through(fake: &FakeTelegram, process: u32, count: i64) -> Figures {
    feed(fake, 200).await;
    let before = cpu_ticks(process);
    #[expect(clippy::disallowed_methods, reason = "a bench measures real time")]
    let began = Instant::now();
    feed(fake, count).await;
    let seconds = began.elapsed().as_secs_f64();
    let ticks = cpu_ticks(process) - before;
    Figures { rate: count as f64 / seconds, cpu_ms: ticks / TICKS * 1e3 / (count as f64 / 1e3) }
}

/// Puts updates into the queue and waits until they are confirmed.
async fn feed(fake: &FakeTelegram, count: i64) {
    use std::sync::atomic::{AtomicI64, Ordering};
    static NEXT: AtomicI64 = AtomicI64::new(0);
    for _ in 0..count {
        fake.feed(update(NEXT.fetch_add(1, Ordering::Relaxed)));
    }
    while fake.events_wait() {
        fake.turned().await;
    }
}

/// The time that a process has spent on a processor, in ticks.
fn cpu_ticks(process: u32) -> f64 {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap();
    // The name, in brackets, may hold blanks; user and system time are the 12th and 13th after it.
    let fields: Vec<&str> = stat.rsplit_once(')').unwrap().1.split_whitespace().collect();
    fields[11].parse::<f64>().unwrap() + fields[12].parse::<f64>().unwrap()
}

fn bare(fake: &FakeTelegram, what: &str) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args([what, &fake.url()])
        .stdin(Stdio::null())
        .spawn()
        .unwrap()
}

fn end(mut child: Child) {
    let _ = child.kill();
    let _ = child.wait();
}

/// The bare bot, in a process of its own.
pub(crate) fn bare_bot(api_url: &str, echoes: bool) {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let bot = teloxide::Bot::new(TOKEN).set_api_url(api_url.parse().unwrap());
        let mut offset = 0;
        loop {
            let Ok(updates) = bot.get_updates().offset(offset).timeout(30).limit(100).await else {
                #[expect(clippy::disallowed_methods, reason = "there is no other clock in a bare bot")]
                tokio::time::sleep(Duration::from_millis(100)).await;
                continue;
            };
            for update in updates {
                offset = i32::try_from(update.id.0).unwrap() + 1;
                if let UpdateKind::Message(message) = &update.kind
                    && let Some(text) = message.text()
                    && echoes
                {
                    let _ = bot.send_message(message.chat.id, text).await;
                }
            }
        }
    });
}
