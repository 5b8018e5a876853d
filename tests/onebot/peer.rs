//! The simulator against NoneBot2, which was not written here: what it takes for OneBot v11 is OneBot v11. The
//! program against the other side of the protocol stands in `tests/program/onebot.rs`.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;

use bot_core::chat::{ChatKey, MemberRole, UserInfo, UserKey};
use bot_core::clock::VirtualClock;
use guildhall_sandbox::{Post, Profile, World};
use tokio::process::{Child, Command};

use super::REVERSE;
use crate::harness::START_MS;
use crate::harness::onebot::{Dialling, FakeOneBot, TOKEN};

/// How long the other program may take for anything, milliseconds of the machine.
const LIMIT_MS: u64 = 120_000;

const GROUP: &str = "g700000001";
const LIN: &str = "5000000101";

/// The Python of a virtual environment with `tests/onebot/peers/requirements.txt`: `.ci/run` makes it. `None` on a
/// machine without, which is said, and is a failure with `CI=true`.
pub(crate) fn python() -> Option<PathBuf> {
    let from_ci = std::env::var_os("ONEBOT_PEERS").map(PathBuf::from);
    let found = from_ci.filter(|path| path.exists());
    if found.is_none() {
        let must = std::env::var_os("CI").is_some_and(|ci| ci == "true");
        assert!(!must, "ONEBOT_PEERS names no Python with the other ends of OneBot, and CI=true is set");
        // Said on the error output, as for databases: a test that was not made is no secret.
        use std::io::Write as _;
        let _ = writeln!(
            std::io::stderr(),
            "ONEBOT_PEERS is not set: OneBot is not tried against other software"
        );
    }
    found
}

/// A simulator with a group, and NoneBot2 at its other end.
struct Scene {
    world: World,
    fake: FakeOneBot,
    _peer: Child,
}

async fn scene(python: &Path, forward: bool) -> Scene {
    let clock = Arc::new(VirtualClock::at(START_MS));
    let world = World::in_memory(REVERSE.account(), clock as _, Profile::qq());
    let info =
        UserInfo { key: LIN.into(), name: "Lin".into(), username: None, language: None, is_bot: false };
    world.add_user(info).unwrap();
    world.create_group(GROUP, "Sellers", &[(UserKey::from(LIN), MemberRole::Member)]).unwrap();
    let fake = FakeOneBot::start(world.clone()).await;
    let mut command = Command::new(python);
    command.arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/onebot/peers/nonebot_bot.py"));
    command.env("ONEBOT_TOKEN", TOKEN).stdin(Stdio::null()).kill_on_drop(true);
    if forward {
        command.env("ONEBOT_URL", fake.url());
    } else {
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        command.env("PORT", port.to_string());
        fake.dial(Dialling::to(format!("ws://127.0.0.1:{port}/onebot/v11/ws")));
    }
    let scene = Scene { world, fake, _peer: command.spawn().unwrap() };
    scene.until("it is connected", |scene| scene.fake.lines() == 1).await;
    scene
}

impl Scene {
    #[expect(clippy::disallowed_methods, reason = "another program has the machine's time")]
    async fn until(&self, what: &str, is_so: impl Fn(&Self) -> bool) {
        for _ in 0..LIMIT_MS / 20 {
            if is_so(self) {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        panic!("not in two minutes: {what}\n{}\n{:?}", self.transcript(), self.fake.calls());
    }

    fn transcript(&self) -> String {
        self.world.transcript(&ChatKey::from(GROUP))
    }

    async fn until_read(&self, line: &str) {
        self.until(line, |scene| scene.transcript().contains(line)).await;
    }

    fn says(&self, post: impl Into<Post>) -> bot_core::chat::MessageKey {
        self.world.say(&UserKey::from(LIN), &ChatKey::from(GROUP), post).unwrap()
    }
}

fn with_nonebot(forward: bool) {
    let Some(python) = python() else { return };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let scene = scene(&python, forward).await;
        let said = scene.says("echo 你好 [CQ:at,qq=all] &amp;");
        scene.until_read("”: 你好 [CQ:at,qq=all] &amp;").await;
        scene.says(Post::text("what").replying_to(&said));
        scene.until_read("you quote echo 你好 [CQ:at,qq=all] &amp;").await;
        scene.says("call me");
        scene.until_read("Guildhall: @Lin Lin is member").await;
        scene.says("quiet");
        scene.until_read("* Lin is muted for 1 min").await;
        scene.until_read("Lin: (deleted) quiet").await;
        let mei = UserInfo {
            key: "5000000102".into(),
            name: "Mei".into(),
            username: None,
            language: None,
            is_bot: false,
        };
        scene.world.add_user(mei).unwrap();
        scene.world.set_asks(&ChatKey::from(GROUP), true).unwrap();
        scene.world.ask_to_join(&UserKey::from("5000000102"), &ChatKey::from(GROUP), "let me in").unwrap();
        scene.until_read("welcome 5000000102").await;
    });
}

#[test]
fn nonebot_dials_the_simulator_and_they_understand_each_other() {
    with_nonebot(true);
}

#[test]
fn the_simulator_dials_nonebot_and_they_understand_each_other() {
    with_nonebot(false);
}
