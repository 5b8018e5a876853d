//! What the program promises on QQ, and on no other platform in this way.

use bot_core::chat::{Action, Content, Lane, MarkKind, MessageRef, RichText, TroubleKind};
use bot_core::store::outbox;
use guildhall_sandbox::{Fault, Rule};
use serde_json::json;

use super::{FORWARD, REVERSE, put, send};
use crate::harness::{GROUP, on};

#[test]
fn a_send_that_timed_out_and_arrived_is_known_as_sent() {
    for kind in [REVERSE, FORWARD] {
        on(kind, async |h| {
            h.world.faults().next(Fault::TimeoutAfter, 1);
            send(h, Lane::Talk, &["one", "two"]).await;
            h.pass("10m").await;
            assert_eq!(h.transcript(GROUP), "Guildhall: one\nGuildhall: two\n");
            assert_eq!(h.open_actions().await, [], "the echo or the history has it");
        });
    }
}

#[test]
fn a_send_that_timed_out_and_did_not_arrive_is_neither_lost_nor_doubled() {
    on(REVERSE, async |h| {
        h.world.faults().next(Fault::TimeoutBefore, 1);
        send(h, Lane::Talk, &["one", "two"]).await;
        h.pass("10m").await;
        // It was refused so fast that it might still be under way: a person decides.
        assert_eq!(h.transcript(GROUP), "Guildhall: two\n");
        assert_eq!(h.open_actions().await, [(Lane::Talk.rank(), "unknown".to_owned(), 1)]);
    });
}

#[test]
fn two_sends_that_say_the_same_are_told_apart() {
    on(REVERSE, async |h| {
        h.onebot().hold_echoes(true);
        h.world.faults().add(Rule::new(Fault::TimeoutAfter).times(2));
        send(h, Lane::Talk, &["same", "same"]).await;
        h.pass("1m").await;
        h.onebot().hold_echoes(false);
        h.pass("1m").await;
        assert_eq!(h.transcript(GROUP), "Guildhall: same\nGuildhall: same\n");
        assert_eq!(h.open_actions().await, []);
        let mut tx = h.hall().db.read().await.unwrap();
        assert_eq!(outbox::unknown(&mut tx, 10).await.unwrap().len(), 0);
    });
}

#[test]
fn echoes_that_come_late_and_twice_change_nothing() {
    on(REVERSE, async |h| {
        h.merchant("Lin").await;
        h.onebot().hold_echoes(true);
        h.onebot().repeat_events(true);
        send(h, Lane::Talk, &["/help", "1"]).await;
        h.settle().await;
        h.onebot().hold_echoes(false);
        h.says("Lin", "hello").await;
        assert_eq!(h.transcript(GROUP), "* Lin joined\nGuildhall: /help\nGuildhall: 1\nLin: hello\n");
    });
}

#[test]
fn what_was_said_while_nobody_was_connected_is_read_once() {
    for kind in [REVERSE, FORWARD] {
        on(kind, async |h| {
            h.merchant("Lin").await;
            h.opens_direct("Lin").await;
            h.says_in("@Lin", "Lin", "/nonsense").await;
            h.onebot().lose_events(true);
            h.world.say(&h.user("Lin"), &h.chat("@Lin"), "/rubbish").unwrap();
            h.settle().await;
            assert!(!h.transcript("@Lin").contains("/rubbish, "), "nobody has told of it");
            h.onebot().lose_events(false);
            h.kill();
            h.start().await;
            h.settle().await;
            let said = h.transcript("@Lin");
            assert_eq!(said.matches("no command /nonsense").count(), 1, "{said}");
            assert_eq!(said.matches("no command /rubbish").count(), 1, "{said}");
        });
    }
}

#[test]
fn a_line_that_breaks_mid_broadcast_loses_and_doubles_nothing() {
    on(REVERSE, async |h| {
        let texts: Vec<String> = (1..=6).map(|n| format!("part {n}")).collect();
        send(h, Lane::Bulk, &texts.iter().map(String::as_str).collect::<Vec<_>>()).await;
        // Done, and the line breaks before the answer.
        h.world.faults().next(Fault::Slow { wait_ms: 0 }, 2);
        h.settle().await;
        h.onebot().cut();
        h.pass("10m").await;
        let said = h.transcript(GROUP);
        for text in &texts {
            assert_eq!(said.matches(text.as_str()).count(), 1, "{said}");
        }
        assert_eq!(h.open_actions().await, []);
    });
}

#[test]
fn a_mute_always_has_a_length_and_its_end_is_a_length_of_nothing() {
    on(REVERSE, async |h| {
        h.merchant("Lin").await;
        let user = h.user("Lin");
        let until_ms = Some(bot_core::clock::Clock::now_ms(&*h.clock) + 600_000);
        put(h, Lane::Urgent, vec![Action::Mute { user: user.clone(), until_ms }]).await;
        h.settle().await;
        put(h, Lane::Urgent, vec![Action::Unmute { user: user.clone(), before: None }]).await;
        h.settle().await;
        put(h, Lane::Urgent, vec![Action::Mute { user, until_ms: None }]).await;
        h.settle().await;
        let lengths: Vec<i64> = h
            .onebot()
            .called("set_group_ban")
            .iter()
            .map(|params| params["duration"].as_i64().unwrap())
            .collect();
        assert_eq!(lengths, [600, 0, 30 * 86_400 - 60]);
    });
}

#[test]
fn a_recall_that_fails_is_said() {
    on(REVERSE, async |h| {
        send(h, Lane::Talk, &["oops"]).await;
        h.settle().await;
        let message = MessageRef::Key(h.latest(GROUP, "oops").key);
        h.onebot().forget_ids();
        let mut notes = h.hall().notes.subscribe();
        put(h, Lane::Urgent, vec![Action::Delete { messages: vec![message] }]).await;
        h.settle().await;
        let note = notes.try_recv().unwrap();
        assert!(format!("{:?}", note.text).contains("no longer knows this message"), "{:?}", note.text);
        assert!(h.transcript(GROUP).contains("Guildhall: oops"));
    });
}

#[test]
fn everybody_is_mentioned_only_while_qq_lets_us() {
    on(REVERSE, async |h| {
        let all = || {
            let text = RichText::plain("").then_marked("@all", MarkKind::MentionAll).then(" news");
            Action::Send(Content::text(text))
        };
        h.onebot().set_at_all_left(1);
        put(h, Lane::Bulk, vec![all(), all()]).await;
        h.pass("1m").await;
        assert_eq!(h.transcript(GROUP).matches("news").count(), 1, "{}", h.transcript(GROUP));
        assert_eq!(h.onebot().called("get_group_at_all_remain").len(), 2);
        assert_eq!(h.onebot().called("send_group_msg").len(), 1);
    });
}

#[test]
fn who_is_no_friend_is_written_to_through_a_group() {
    on(REVERSE, async |h| {
        h.merchant("Lin").await;
        h.says("Lin", "hello").await;
        let hall = h.hall();
        let mut work = hall.begin().await.unwrap();
        let account = h.world.account().clone();
        let lin = h.user("Lin");
        let user =
            bot_core::store::chat::user_by_key(work.tx().await.unwrap(), &account, &lin).await.unwrap();
        let direct = work.direct_chat(&user.unwrap()).await.unwrap();
        work.say(bot_core::work::Place::chat(&direct.id), Content::text("psst"));
        work.commit().await.unwrap();
        h.settle().await;
        let sent = h.onebot().called("send_private_msg").remove(0);
        assert!(sent["group_id"].is_i64(), "{sent}");
        assert!(h.transcript("@Lin").contains("Guildhall: psst"));
        h.opens_direct("Lin").await;
        let hall = h.hall();
        let mut work = hall.begin().await.unwrap();
        work.say(bot_core::work::Place::chat(&direct.id), Content::text("as friends"));
        work.commit().await.unwrap();
        h.settle().await;
        let sent = h.onebot().called("send_private_msg").pop().unwrap();
        assert!(sent["group_id"].is_null(), "{sent}");
    });
}

#[test]
fn a_signed_out_account_holds_everything_back_and_says_so() {
    on(REVERSE, async |h| {
        h.onebot().feed(json!({"post_type": "notice", "notice_type": "bot_offline", "message": "kicked"}));
        h.settle().await;
        assert!(
            h.troubles()
                .iter()
                .any(|trouble| matches!(trouble, TroubleKind::SignedOut { why } if why == "kicked"))
        );
        send(h, Lane::Talk, &["later"]).await;
        h.pass("1m").await;
        assert_eq!(h.onebot().called("send_group_msg").len(), 0);
        h.onebot().beat(true, 30_000);
        h.settle().await;
        assert_eq!(h.transcript(GROUP).matches("later").count(), 0);
        h.pass("80s").await;
        assert_eq!(h.transcript(GROUP), "Guildhall: later\n");
    });
}
