//! Slow mode: the platform holds people back where it can, and the bot elsewhere.

use bot_core::roster::Role;
use guildhall_sandbox::{Profile, Refusal};

use crate::harness::{GROUP, Stage, story, with_profile};

fn texts(h: &Stage) -> Vec<String> {
    let view = h.world.chat(&h.chat(GROUP), None, 100).unwrap();
    view.messages.iter().filter(|one| !one.deleted).map(|one| one.content.text.text.clone()).collect()
}

#[test]
fn a_platform_with_slow_mode_does_it_itself() {
    with_profile(&Profile::sandbox(), async |h| {
        h.staff("Chen", Role::Moderator).await;
        let lin = h.merchant("Lin").await;
        h.says("Chen", "/slow 30s").await;
        h.latest(GROUP, "Slow mode: from now on each member can write one message every 30 seconds.");
        h.says("Lin", "one").await;
        let soon = h.world.say(&lin, &h.chat(GROUP), "two");
        assert!(matches!(soon, Err(Refusal::TooSoon { .. })), "{soon:?}");
        h.pass("31s").await;
        h.says("Chen", "/slow off").await;
        h.latest(GROUP, "Slow mode is off.");
        h.says("Lin", "three").await;
        h.says("Lin", "four").await;
    });
}

#[test]
fn elsewhere_the_bot_removes_what_comes_too_soon_and_says_so_kindly() {
    let profile = Profile { slow_mode: false, ..Profile::sandbox() };
    with_profile(&profile, async |h| {
        h.staff("Chen", Role::Moderator).await;
        h.merchant("Lin").await;
        h.merchant("Mei").await;
        h.opens_direct("Lin").await;
        h.says("Lin", "before").await;
        h.says("Chen", "/slow 1m").await;
        h.pass("1s").await;
        h.says("Lin", "one").await;
        h.pass("10s").await;
        h.says("Lin", "too soon").await;
        h.says("Chen", "staff are not held back").await;
        h.says("Chen", "not at all").await;
        h.pass("1s").await;
        let there = texts(h);
        assert!(there.contains(&"one".to_owned()) && !there.contains(&"too soon".to_owned()), "{there:?}");
        assert!(there.contains(&"not at all".to_owned()), "{there:?}");
        h.latest(
            "@Lin",
            "Your message in “Sellers” was removed: slow mode allows one message every 1 minute.",
        );
        h.pass("50s").await;
        h.says("Lin", "in time").await;
        assert!(texts(h).contains(&"in time".to_owned()), "what was removed does not count");

        h.says("Mei", "hello").await;
        h.says("Mei", "hello again").await;
        h.says("Mei", "hello?").await;
        h.pass("1s").await;
        h.latest(GROUP, "Mei wrote again too soon, so the message was removed.");
        let told = h.transcript(GROUP).matches("wrote again too soon").count();
        assert_eq!(told, 1, "once in ten minutes, and not at every message");
    });
}

#[test]
fn wrong_times_and_people_are_refused() {
    story(async |h| {
        h.staff("Chen", Role::Moderator).await;
        h.merchant("Lin").await;
        h.says("Lin", "/slow 1m").await;
        assert!(!h.transcript(GROUP).contains("Slow mode"));
        h.says("Chen", "/slow 3d").await;
        h.latest(GROUP, "Members can be made to wait from 5 seconds to 6 hours.");
        h.says("Chen", "/slow soon").await;
        h.latest(GROUP, "Say for how long");
        h.says("Chen", "/slow off").await;
        h.latest(GROUP, "Slow mode is off already.");
    });
}
