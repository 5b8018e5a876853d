//! What is done to members and messages, as the implementation is asked for it.

use bot_core::chat::{Action, Lane, MessageRef, TroubleKind};
use bot_core::roster::Role;
use serde_json::json;

use super::{REVERSE, put, send};
use crate::harness::{GROUP, STAFF, on};

#[test]
fn a_kick_lets_come_back_and_a_ban_does_not() {
    on(REVERSE, async |h| {
        let (lin, mei) = (h.merchant("Lin").await, h.merchant("Mei").await);
        put(
            h,
            Lane::Urgent,
            vec![Action::Kick { user: lin }, Action::Ban { user: mei.clone(), purge_ms: 0 }],
        )
        .await;
        h.settle().await;
        let asked = h.onebot().called("set_group_kick");
        let for_good: Vec<_> = asked.iter().map(|params| params["reject_add_request"].clone()).collect();
        assert_eq!(for_good, [json!(false), json!(true)]);
        assert_eq!(h.world.chat(&h.chat(GROUP), None, 0).unwrap().banned, [mei]);
    });
}

#[test]
fn a_mute_of_two_months_is_renewed_before_qq_ends_it_and_lifted_at_its_time() {
    on(REVERSE, async |h| {
        h.staff("Chen", Role::Moderator).await;
        let lin = h.merchant("Lin").await;
        let message = h.says("Lin", "buy this").await;
        h.replies(GROUP, "Chen", &message, "/mute 60d spam").await;
        let is_muted = |h: &crate::harness::Stage| {
            let view = h.world.chat(&h.chat(GROUP), None, 0).unwrap();
            view.members.iter().any(|member| member.user == lin && member.muted)
        };
        for day in 1..60 {
            h.pass("1d").await;
            assert!(is_muted(h), "day {day}");
        }
        h.pass("25h").await;
        assert!(!is_muted(h));
        let asked = h.onebot().called("set_group_ban");
        let lengths: Vec<i64> = asked.iter().map(|params| params["duration"].as_i64().unwrap()).collect();
        assert!(lengths.len() >= 2 && lengths.iter().all(|s| *s < 30 * 86_400), "{lengths:?}");
    });
}

#[test]
fn an_essence_message_stands_for_a_pin_and_is_one_no_more_when_it_is_taken_off() {
    on(REVERSE, async |h| {
        send(h, Lane::Talk, &["the rules"]).await;
        h.settle().await;
        let key = h.latest(GROUP, "the rules").key;
        let message = MessageRef::Key(key.clone());
        put(h, Lane::Talk, vec![Action::Pin { message: message.clone() }]).await;
        h.settle().await;
        assert!(h.message(GROUP, &key).pinned);
        put(h, Lane::Talk, vec![Action::Unpin { message }]).await;
        h.settle().await;
        assert!(!h.message(GROUP, &key).pinned);
        let asked = |name: &str| h.onebot().called(name).len();
        assert_eq!((asked("set_essence_msg"), asked("delete_essence_msg")), (1, 1));
    });
}

#[test]
fn an_answer_that_says_async_is_unknown_and_looked_up() {
    on(REVERSE, async |h| {
        let answer = json!({ "status": "async", "retcode": 1, "data": null });
        h.onebot().answer_once("send_group_msg", answer);
        send(h, Lane::Talk, &["perhaps"]).await;
        h.settle().await;
        assert_eq!(h.open_actions().await, [(Lane::Talk.rank(), "unknown".to_owned(), 1)]);
        assert_eq!(h.transcript(GROUP), "", "it is not sent a second time by the program");
    });
}

#[test]
fn announcements_rest_when_what_was_confirmed_does_not_appear() {
    on(REVERSE, async |h| {
        // So that it is known that this implementation tells of own messages.
        send(h, Lane::Talk, &["1", "2", "3"]).await;
        h.pass("1m").await;
        h.onebot().hold_echoes(true);
        send(h, Lane::Bulk, &["a", "b", "c"]).await;
        h.pass("2m").await;
        send(h, Lane::Bulk, &["d"]).await;
        send(h, Lane::Talk, &["answer"]).await;
        h.pass("2m").await;
        let read = h.transcript(GROUP);
        assert!(read.contains("answer") && !read.contains(": d\n"), "{read}");
        let paused = |trouble: &TroubleKind| matches!(trouble, TroubleKind::BulkPaused { why } if why.contains("did not appear"));
        assert!(h.troubles().iter().any(paused), "{:?}", h.troubles());
        assert_eq!(h.transcript(STAFF).matches("rest for a while").count(), 1, "{}", h.transcript(STAFF));
        h.onebot().hold_echoes(false);
        h.pass("15m").await;
        assert_eq!(h.transcript(GROUP).matches(": d\n").count(), 1);
    });
}
