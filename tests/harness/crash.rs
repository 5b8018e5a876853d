//! Stories that are told again and again, with the program killed at another point each time.

use std::panic::AssertUnwindSafe;

use futures::FutureExt as _;
use guildhall_sandbox::{Nonces, Profile};

use super::kind::only;
use super::{Crash, Database, Dials, Kind, Stage, Updates, on_each_database, on_sqlite};

/// Tells a story again and again, with the program killed at another point each time and started again.
///
/// On a sandbox that can tell whether a send arrived, on Discord and on QQ, each must end as it does without a crash: the chats
/// named in `chats` read the same. On Discord that holds whether the program is back before its session is forgotten or
/// after it, when people are told that their presses failed and press again. On Telegram, which cannot tell, it holds
/// unless the kill fell between taking a send in hand and settling it. Then the send is shown as unknown and not
/// repeated, and nothing reads doubled. What the database does in a crash the sandbox shows on both; Telegram is told
/// polled and Discord with its session kept, both on SQLite alone, unless `STORIES_ON` names one of them: then in both
/// ways on both. QQ is told where it is named, dialled and dialling, on both.
pub fn story_with_crashes(chats: &[&str], tell: impl AsyncFn(&mut Stage)) {
    let (sandbox, polled) = (Kind::Sandbox, Kind::Telegram(Updates::Polled));
    let named = only().is_some();
    if sandbox.is_wanted() {
        let profile = Profile { nonces: Nonces::Kept, ..Profile::sandbox() };
        on_each_database(async |database| {
            ends_the_same(sandbox, &profile, database, false, chats, &tell).await;
        });
    }
    if polled.is_wanted() && !named {
        on_sqlite(async |database| on_telegram(polled, database, chats, &tell).await);
    } else if polled.is_wanted() {
        for kind in [polled, Kind::Telegram(Updates::Pushed)] {
            on_each_database(async |database| on_telegram(kind, database, chats, &tell).await);
        }
    }
    for kind in
        [Kind::Qq(Dials::Us), Kind::Qq(Dials::It)].into_iter().filter(|kind| named && kind.is_wanted())
    {
        let profile = kind.profile();
        on_each_database(async |database| ends_the_same(kind, &profile, database, false, chats, &tell).await);
    }
    let profile = Kind::Discord.profile();
    let on_discord = async |database: &Database, forgotten: bool| {
        ends_the_same(Kind::Discord, &profile, database, forgotten, chats, &tell).await;
    };
    if Kind::Discord.is_wanted() && !named {
        on_sqlite(async |database| on_discord(database, false).await);
    } else if Kind::Discord.is_wanted() {
        for forgotten in [false, true] {
            on_each_database(async |database| on_discord(database, forgotten).await);
        }
    }
}

async fn ends_the_same(
    kind: Kind,
    profile: &Profile,
    database: &Database,
    forgotten: bool,
    chats: &[&str],
    tell: &impl AsyncFn(&mut Stage),
) {
    let expected = Told::once(database, kind, profile, Crash::never(), chats, tell).await;
    for point in 1..=expected.points {
        let crash = Crash::at(point).and_forgotten(forgotten);
        let got = Told::once(database, kind, profile, crash, chats, tell).await;
        assert_eq!(
            got.text, expected.text,
            "killed at point {point} of {} on {kind:?} (session forgotten: {forgotten}), the story ends otherwise",
            expected.points
        );
    }
}

async fn on_telegram(kind: Kind, database: &Database, chats: &[&str], tell: &impl AsyncFn(&mut Stage)) {
    let profile = kind.profile();
    let expected = Told::once(database, kind, &profile, Crash::never(), chats, tell).await;
    assert_eq!(expected.unknown, 0, "without a crash nothing is unknown");
    let mut same = 0;
    for point in 1..=expected.points {
        let got = Told::once(database, kind, &profile, Crash::at(point), chats, tell).await;
        if got.unknown == 0 {
            assert_eq!(
                got.text, expected.text,
                "killed at point {point} of {}, the story ends otherwise",
                expected.points
            );
            same += 1;
        } else {
            got.assert_nothing_is_doubled(&expected, point);
        }
    }
    assert!(same * 3 >= expected.points, "of {} points only {same} end the same", expected.points);
}

/// How a story went.
struct Told {
    points: usize,
    text: String,
    /// Sends of which nobody knows whether they arrived.
    unknown: i64,
}

impl Told {
    async fn once(
        database: &Database,
        kind: Kind,
        profile: &Profile,
        crash: Crash,
        chats: &[&str],
        tell: &impl AsyncFn(&mut Stage),
    ) -> Self {
        let first = crash.is_never();
        let mut stage = Stage::open(database.fresh().await, kind, profile.clone(), crash).await;
        let told = AssertUnwindSafe(tell(&mut stage)).catch_unwind().await;
        let open = stage.open_actions().await;
        let unknown = open.iter().filter(|(_, state, _)| state == "unknown").map(|(_, _, count)| count).sum();
        if let Err(panic) = told
            && (first || unknown == 0)
        {
            std::panic::resume_unwind(panic);
        }
        // A story that stopped at an unknown send may lack a chat that was to come.
        let there: Vec<&str> = chats.iter().copied().filter(|chat| stage.has_chat(chat)).collect();
        let text = stage.transcripts(&there);
        let points = stage.crash.passed();
        assert!(points > 3, "a story without points at which to crash proves nothing");
        stage.close().await;
        Self { points, text, unknown }
    }

    /// A story whose send is unknown may stop there, as its people wait for what has not come. What the bot said
    /// it said no more often than without a crash.
    fn assert_nothing_is_doubled(&self, expected: &Self, point: usize) {
        let count = |text: &str, line: &str| text.lines().filter(|one| *one == line).count();
        for line in self.text.lines().filter(|line| line.contains("Guildhall")) {
            let most = count(&expected.text, line).max(1);
            assert!(
                count(&self.text, line) <= most,
                "killed at point {point}, “{line}” is doubled:\n{}",
                self.text
            );
        }
    }
}
