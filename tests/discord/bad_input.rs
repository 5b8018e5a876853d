//! What no gateway should say: one line in the log, nothing lost, nothing crashed.

use bot_core::chat::{ChatKey, UserInfo, UserKey};
use guildhall_sandbox::World;
use serde_json::json;

use super::{answered, asks, lin, on_discord, says};
use crate::harness::patience::a_while;
use crate::harness::{GROUP, Stage, watched};

/// What the gateway says of a message in a server that nobody has told of.
fn from_nowhere(id: u64) -> serde_json::Value {
    json!({ "id": id.to_string(), "channel_id": "6", "guild_id": "404", "content": "x",
        "author": { "id": "7", "username": "x" }, "type": 0 })
}

/// Somebody who talks to the bot on another account of the same program.
async fn neighbour(h: &mut Stage, elsewhere: &World) -> (UserKey, ChatKey) {
    let user = UserKey::from("neighbour");
    let info = UserInfo {
        key: user.clone(),
        name: "Neighbour".into(),
        username: None,
        language: None,
        is_bot: false,
    };
    elsewhere.add_user(info).unwrap();
    let chat = elsewhere.open_direct(&user, None).unwrap();
    h.settle().await;
    (user, chat)
}

/// Lets both ends work until the program has noticed what came and is back.
async fn notices(h: &mut Stage) {
    for _ in 0..2 {
        a_while().await;
        h.until_polled().await;
        h.settle().await;
    }
}

#[test]
fn each_sort_of_rubbish_is_one_line_one_figure_and_nobody_elses_trouble() {
    watched(|seen| {
        on_discord(async |h| {
            lin(h).await;
            let elsewhere = h.opens_elsewhere().await;
            let neighbour = neighbour(h, &elsewhere).await;
            let told = |world: &World| world.transcript(&neighbour.1).matches("no command /nonsense").count();
            let huge = format!(r#"{{"op":0,"t":"X","d":"{}"}}"#, "x".repeat(50 * 1024 * 1024));
            for frame in ["no JSON", r#"{"op":"x"}"#, huge.as_str()] {
                let line = "the gateway said something that cannot be read";
                let (before, lines, asked) =
                    (seen.count("guildhall_discord_odd_frames_total"), seen.lines(line).len(), answered(h));
                h.discord().say_raw(frame);
                asks(h);
                elsewhere.say(&neighbour.0, &neighbour.1, "/nonsense").unwrap();
                notices(h).await;
                assert_eq!(seen.count("guildhall_discord_odd_frames_total"), before + 1);
                assert_eq!(seen.lines(line).len(), lines + 1);
                assert!(seen.lines(line)[0].len() < 400, "what came does not stand in the log");
                assert_eq!(answered(h), asked + 1, "nothing is lost");
                assert_eq!(told(&elsewhere), asked + 1, "and nobody else notices");
            }
        });
    });
}

#[test]
fn servers_that_nobody_told_of_are_one_line_each_and_one_figure_an_event() {
    watched(|seen| {
        on_discord(async |h| {
            lin(h).await;
            let line = "Discord speaks of a server that the bot is not in";
            let counted = || seen.count("guildhall_discord_unknown_servers_total");
            let (before, lines) = (counted(), seen.lines(line).len());
            for id in 1..=3 {
                h.discord().dispatch("MESSAGE_CREATE", &from_nowhere(id));
            }
            asks(h);
            h.settle().await;
            assert_eq!((counted() - before, seen.lines(line).len() - lines, answered(h)), (3, 1, 1));
        });
    });
}

#[test]
fn a_press_that_comes_too_late_to_be_answered_takes_effect_all_the_same() {
    watched(|seen| {
        on_discord(async |h| {
            lin(h).await;
            // Three seconds for the first answer, fifteen minutes for any.
            for late_ms in [4_000, 16 * 60_000] {
                let line = "a press cannot be answered any more";
                let counted = || seen.count("guildhall_discord_late_presses_total");
                let (before, lines) = (counted(), seen.lines(line).len());
                let said = h.transcript("@Lin").matches("not linked to a shop").count();
                let used = h.discord().slash(&h.chat("@Lin"), &h.user("Lin"), "me", "");
                h.clock.move_to(bot_core::clock::Clock::now_ms(&*h.clock) + late_ms);
                h.settle().await;
                h.pass("1s").await;
                assert_eq!(h.discord().answers(used), [], "{late_ms} ms");
                assert_eq!((counted() - before, seen.lines(line).len() - lines), (1, 1), "{late_ms} ms");
                assert_eq!(
                    h.transcript("@Lin").matches("not linked to a shop").count(),
                    said + 1,
                    "{}",
                    h.transcript("@Lin")
                );
                assert_eq!(h.open_actions().await, [], "nothing waits for ever");
            }
        });
    });
}

#[test]
fn a_hostile_name_is_one_line_and_one_figure() {
    watched(|seen| {
        on_discord(async |h| {
            let line = "a name held what no name should";
            let counted = || seen.count("guildhall_names_cleaned_total");
            let (before, lines) = (counted(), seen.lines(line).len());
            let user = h.stranger("Evil");
            h.world.rename_user(&user, "\u{202E}nimdA\n\u{7}<@&1>").unwrap();
            h.world.join(&user, &h.chat(GROUP)).unwrap();
            h.settle().await;
            h.says("Evil", "hello").await;
            assert_eq!((counted() - before, seen.lines(line).len() - lines), (1, 1));
            assert!(seen.lines("\u{202E}").is_empty());
        });
    });
}

#[test]
fn frames_that_are_none_lose_nothing() {
    on_discord(async |h| {
        lin(h).await;
        let huge = format!(r#"{{"op":0,"t":"X","d":"{}"}}"#, "x".repeat(17 * 1024 * 1024));
        for (times, frame) in ["no JSON", r#"{"op":"x"}"#, "[]", "", huge.as_str()].into_iter().enumerate() {
            h.discord().say_raw(frame);
            asks(h);
            a_while().await;
            h.until_polled().await;
            h.settle().await;
            h.until_polled().await;
            h.settle().await;
            assert_eq!(answered(h), times + 1, "after frame {times}");
        }
    });
}

#[test]
fn events_that_speak_of_nothing_known_are_passed_over() {
    on_discord(async |h| {
        lin(h).await;
        let elsewhere = json!({ "id": "5", "channel_id": "6", "guild_id": "404", "content": "x",
            "author": { "id": "7", "username": "x" }, "type": 0 });
        let names = [
            "MESSAGE_CREATE",
            "MESSAGE_UPDATE",
            "MESSAGE_DELETE",
            "GUILD_MEMBER_ADD",
            "INTERACTION_CREATE",
            "MESSAGE_REACTION_ADD",
            "CHANNEL_UPDATE",
            "THREAD_UPDATE",
            "GUILD_ROLE_UPDATE",
            "GUILD_CREATE",
            "GUILD_DELETE",
            "SOMETHING_NEW",
            "",
        ];
        for name in names {
            for data in [
                elsewhere.clone(),
                json!(null),
                json!("x"),
                json!([1]),
                json!({}),
                json!({ "guild_id": "x", "id": 5.5 }),
            ] {
                h.discord().dispatch(name, &data);
            }
        }
        asks(h);
        h.settle().await;
        assert_eq!(answered(h), 1);
        assert_eq!(h.troubles(), []);
    });
}

#[test]
fn a_hostile_name_is_shown_clean_and_rings_for_nobody() {
    on_discord(async |h| {
        let name = "\u{202E}<@&1> @everyone **x** 你好";
        let user = h.stranger("Evil");
        h.world.rename_user(&user, name).ok();
        h.world.join(&user, &h.chat(GROUP)).unwrap();
        h.settle().await;
        says(h, GROUP, &format!("welcome, {name}")).await;
        h.settle().await;
        let sent = h.discord().calls_of("POST", "/messages");
        let last = sent.last().unwrap();
        assert_eq!(last.body["allowed_mentions"]["parse"], json!([]), "{}", last.body);
        let words = last.body["content"].as_str().unwrap();
        assert!(words.contains(r"\<@&1>") && words.contains(r"\*\*x\*\*"), "{words}");
    });
}
