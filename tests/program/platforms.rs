//! One program serves all four platforms at once, and who is known on two of them has one case log.

use std::sync::Arc;
use std::time::Duration;

use bot_core::chat::{AccountId, ChatKey, MemberRole, MessageKey, UserInfo, UserKey};
use bot_core::clock::{Clock, SystemClock};
use guildhall_sandbox::{Post, Profile, World};

use super::{PATIENCE, Place, now, run};
use crate::harness::discord::{self, FakeDiscord};
use crate::harness::onebot::{self, FakeOneBot};
use crate::harness::telegram::{self, FakeTelegram};

/// A platform with a group of Lin, a merchant, and Olivia, who works here.
struct There {
    world: World,
    group: ChatKey,
    lin: UserKey,
    olivia: UserKey,
}

impl There {
    fn open(account: &str, profile: Profile, group: &str) -> Self {
        let world = World::in_memory(AccountId::from(account), clock(), profile);
        let (lin, olivia) = (person(&world, "5000000101", "Lin"), person(&world, "5000000102", "Olivia"));
        let members = [(lin.clone(), MemberRole::Member), (olivia.clone(), MemberRole::Member)];
        let group = ChatKey::from(group);
        world.create_group(group.as_str(), "Sellers", &members).unwrap();
        Self { world, group, lin, olivia }
    }

    /// Somebody says something, and the bot answers in the same chat with these words.
    fn asks(&self, who: &UserKey, chat: &ChatKey, post: impl Into<Post>, answer: &str) -> MessageKey {
        let before = self.world.transcript(chat).matches(answer).count();
        let said = self.world.say(who, chat, post).unwrap();
        self.until(chat, answer, before + 1);
        said
    }

    /// Waits until a chat reads these words so often.
    fn until(&self, chat: &ChatKey, words: &str, times: usize) {
        let began = now();
        while self.world.transcript(chat).matches(words).count() < times {
            let (account, read) = (self.world.account(), self.world.transcript(chat));
            assert!(began.elapsed() < PATIENCE, "on {account} nobody says “{words}”:\n{read}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    fn direct(&self, who: &UserKey) -> ChatKey {
        self.world.open_direct(who, None).unwrap()
    }

    /// The latest words of a chat in which `words` stand.
    fn latest(&self, chat: &ChatKey, words: &str) -> String {
        let view = self.world.chat(chat, None, 100).unwrap();
        let texts = view.messages.into_iter().rev().map(|message| message.content.text.text);
        texts.into_iter().find(|text| text.contains(words)).unwrap()
    }
}

fn clock() -> Arc<dyn Clock> {
    Arc::new(SystemClock::new(1))
}

fn person(world: &World, key: &str, name: &str) -> UserKey {
    let username = Some(name.to_lowercase());
    let language = Some("en".to_owned());
    let key = UserKey::from(key);
    world
        .add_user(UserInfo { key: key.clone(), name: name.into(), username, language, is_bot: false })
        .unwrap();
    key
}

/// The world of the sandbox, which is the program's own: to be opened only while it is down.
fn sandbox(place: &Place) -> World {
    World::open(AccountId::from("sandbox"), clock(), Profile::sandbox(), &place.path("sandbox")).unwrap()
}

/// Makes Olivia of a platform the one of the staff, by a code from the command line.
fn hires(place: &Place, there: &There) {
    let made = run(&["link-code", "--config", &place.config(), "--staff", "Olivia"]);
    let said = String::from_utf8_lossy(&made.stdout).into_owned();
    let code = said.split_whitespace().skip_while(|word| *word != "/link").nth(1).unwrap();
    let direct = there.direct(&there.olivia);
    there.asks(&there.olivia, &direct, format!("/link {code}"), "Welcome, Olivia.");
}

/// Olivia warns Lin in the group.
fn warned(there: &There, what: &str) {
    there.asks(&there.olivia, &there.group, "/group community en", "a community group");
    let said = there.world.say(&there.lin, &there.group, "good morning").unwrap();
    let warn = Post::text(format!("/warn {what}")).replying_to(&said);
    there.asks(&there.olivia, &there.group, warn, "C-");
}

#[test]
fn all_four_platforms_are_served_at_once_and_a_merchant_of_two_has_one_case_log() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let telegram = There::open("telegram", Profile::telegram(), "-1001700000001");
    let discord = There::open("discord", Profile::discord(), "1200000000000001000");
    let qq = There::open("onebot", Profile::qq(), "g700000001");
    let (on_telegram, on_discord, on_qq) = runtime.block_on(async {
        let telegram = FakeTelegram::start(telegram.world.clone()).await;
        let discord = FakeDiscord::start(discord.world.clone()).await;
        (telegram, discord, FakeOneBot::start(qq.world.clone()).await)
    });
    let place = Place::new();
    place.write(&format!(
        "[telegram]\ntoken = \"{}\"\napi_url = \"{}\"\n[discord]\ntoken = \"{}\"\napi_url = \"{}\"\n\
         [onebot]\nself_id = {}\naccess_token = \"{}\"\nconnect = [\"{}\"]\nsend_gap_ms = [0, 1]\n",
        telegram::TOKEN,
        on_telegram.url(),
        discord::TOKEN,
        on_discord.api_url(),
        on_qq.self_id(),
        onebot::TOKEN,
        on_qq.url(),
    ));
    // What is asked in the sandbox waits there for the program.
    let asked = {
        let world = sandbox(&place);
        let lin = person(&world, "lin", "Lin");
        let direct = world.open_direct(&lin, None).unwrap();
        world.say(&lin, &direct, "/nonsense").unwrap();
        direct
    };
    let program = place.start_and_wait();
    for there in [&telegram, &discord, &qq] {
        let direct = there.direct(&there.lin);
        there.asks(&there.lin, &direct, "/nonsense", "no command /nonsense");
    }
    // One staff member and one merchant, each on Telegram and on QQ.
    for there in [&telegram, &qq] {
        hires(&place, there);
    }
    let (here, beyond) = (telegram.direct(&telegram.lin), qq.direct(&qq.lin));
    telegram.asks(&telegram.lin, &here, "/link", "Your code is");
    let told = telegram.latest(&here, "Your code is");
    let code = told.split_whitespace().nth(3).unwrap().trim_end_matches('.');
    qq.asks(&qq.lin, &beyond, format!("/link {code}"), "1. ");
    // Nobody reads the question and answers it faster than the program hears that it is out.
    std::thread::sleep(Duration::from_secs(2));
    qq.asks(&qq.lin, &beyond, "1", "Both identities are one person");
    warned(&telegram, "late parcels");
    warned(&qq, "odd labels");
    // One log, wherever it is asked for: of either identity, on either platform.
    for there in [&telegram, &qq] {
        let direct = there.direct(&there.olivia);
        there.asks(&there.olivia, &direct, format!("/cases {}", there.lin), "Cases of Lin");
        let log = there.latest(&direct, "Cases of Lin");
        for word in ["C-1 ", "C-2 ", "late parcels", "odd labels"] {
            assert!(log.contains(word), "{word} on {}:\n{log}", there.world.account());
        }
    }
    assert!(program.stop().0.success());
    let read = sandbox(&place).transcript(&asked);
    assert_eq!(read.matches("no command /nonsense").count(), 1, "{read}");
}
