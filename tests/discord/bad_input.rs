//! What no gateway should say: one line in the log, nothing lost, nothing crashed.

use serde_json::json;

use super::{answered, asks, lin, on_discord, says};
use crate::harness::GROUP;

#[test]
fn frames_that_are_none_lose_nothing() {
    on_discord(async |h| {
        lin(h).await;
        let huge = format!(r#"{{"op":0,"t":"X","d":"{}"}}"#, "x".repeat(17 * 1024 * 1024));
        for (times, frame) in ["no JSON", r#"{"op":"x"}"#, "[]", "", huge.as_str()].into_iter().enumerate() {
            h.discord().say_raw(frame);
            asks(h);
            for _ in 0..2_000 {
                tokio::task::yield_now().await;
            }
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
