//! What people meet on Telegram: buttons of old, coming back.

use serde_json::json;

use super::promises::{POLLED, calls};
use crate::harness::{GROUP, on};

#[test]
fn a_button_of_old_is_answered_kindly_and_does_nothing() {
    on(POLLED, async |h| {
        let lin = h.merchant("Lin").await;
        h.says("Lin", "hello").await;
        let chat = h.chat(GROUP);
        let from =
            json!({ "id": lin.as_str().parse::<i64>().unwrap(), "is_bot": false, "first_name": "Lin" });
        let carrier = json!({ "message_id": 1, "date": 0,
            "chat": { "id": chat.as_str().parse::<i64>().unwrap(), "type": "supergroup", "title": "Sellers" } });
        h.telegram().feed(json!({ "callback_query": { "id": "77", "from": from, "message": carrier,
            "chat_instance": "1", "data": "no-such-handle" } }));
        h.settle().await;
        let answers = calls(h, "answercallbackquery");
        let said = answers.last().unwrap()["text"].as_str().unwrap();
        assert!(said.contains("no longer"), "{said}");
    });
}

#[test]
fn whoever_presses_start_again_is_answered_again() {
    on(POLLED, async |h| {
        let lin = h.merchant("Lin").await;
        h.opens_direct("Lin").await;
        h.pass("1m").await;
        let before = h.transcript("@Lin").matches("Here you can use:").count();
        h.world.say(&lin, &lin.as_str().into(), "/start").unwrap();
        h.pass("1m").await;
        assert_eq!(h.transcript("@Lin").matches("Here you can use:").count(), before + 1);
    });
}
