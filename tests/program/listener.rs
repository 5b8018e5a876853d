//! One listener of the real program for several QQ accounts: each is served, and what comes over one line disturbs no other.

use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use bot_core::chat::{AccountId, ChatKey, UserInfo, UserKey};
use bot_core::clock::SystemClock;
use guildhall_sandbox::{Profile, World};

use super::{PATIENCE, Place, now};
use crate::harness::onebot::{Dialling, FakeOneBot, TOKEN};

const LIN: &str = "5000000101";

/// An account's world, with the private chat of Lin.
struct Account {
    world: World,
    fake: FakeOneBot,
    direct: ChatKey,
}

impl Account {
    async fn open(number: &'static str) -> Self {
        let profile = Profile { bot: number, ..Profile::qq() };
        let world = World::in_memory(AccountId::from(number), Arc::new(SystemClock::new(1)), profile);
        let (key, name) = (UserKey::from(LIN), "Lin".to_owned());
        world.add_user(UserInfo { key, name, username: None, language: None, is_bot: false }).unwrap();
        let direct = world.open_direct(&LIN.into(), None).unwrap();
        Self { fake: FakeOneBot::start(world.clone()).await, world, direct }
    }

    fn until(&self, what: &str, is_so: impl Fn(&Self) -> bool) {
        let began = now();
        while !is_so(self) {
            assert!(began.elapsed() < PATIENCE, "not so: {what}\n{}", self.world.transcript(&self.direct));
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Lin asks, and is answered by this account.
    fn answers(&self, question: &str) {
        self.world.say(&LIN.into(), &self.direct, format!("/{question}")).unwrap();
        let answer = format!("no command /{question}");
        self.until(question, |account| account.world.transcript(&account.direct).contains(&answer));
    }
}

#[test]
fn one_listener_serves_every_account_and_what_one_line_brings_disturbs_no_other() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let _inside = runtime.enter();
    let first = runtime.block_on(Account::open("7000000001"));
    let second = runtime.block_on(Account::open("7000000002"));
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let place = Place::new();
    place.write(&format!(
        "[onebot]\nlisten = \"127.0.0.1:{port}\"\nself_id = 7000000001\naccess_token = \"{TOKEN}\"\nsend_gap_ms = [0, 1]\n\
         [onebot.accounts.second]\nself_id = 7000000002\naccess_token = \"the-token-of-the-second\"\n"
    ));
    let program = place.start_and_wait();
    let right = Dialling::to(format!("ws://127.0.0.1:{port}/onebot/v11/ws"));
    let once = Dialling { again: false, ..right.clone() };
    // Each has a token of its own; who brings the other's, none, or a number that nobody has, is turned away.
    for wrong in [
        Dialling { token: String::new(), ..once.clone() },
        Dialling { token: "the-token-of-the-second".into(), ..once.clone() },
        Dialling { self_id: Some(7_000_000_003), ..once },
    ] {
        let refused = first.fake.refusals().len();
        first.fake.dial(wrong);
        first.until("it is refused", |account| account.fake.refusals().len() > refused);
        assert_eq!(first.fake.refusals().last(), Some(&401));
    }
    first.fake.dial(right.clone());
    second.fake.dial(Dialling { token: "the-token-of-the-second".into(), ..right });
    for account in [&first, &second] {
        account.answers("hello");
    }
    // Rubbish of every kind over the first line.
    for text in ["no JSON", "[1, 2]", "{\"post_type\": 7}", &"y".repeat(50 * 1024 * 1024)] {
        first.fake.feed_raw(text);
    }
    second.answers("still");
    first.answers("here");
    // Beyond all measure: that line ends, comes again, and the other does not notice.
    let lines = second.fake.told().1;
    first.fake.feed_raw(&"y".repeat(65 * 1024 * 1024));
    second.answers("unmoved");
    first.answers("back");
    assert_eq!(second.fake.told().1, lines, "its line has not been opened anew");
    let metrics = place.get("/metrics").unwrap();
    assert!(metrics.contains("guildhall_onebot_odd_frames_total"), "what was odd is counted");
    assert!(program.stop().0.success());
}
