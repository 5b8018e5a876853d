//! The promises that hold whatever the feature, kept through crashes, repetition and a bad platform.

use std::sync::mpsc::RecvTimeoutError;

use bot_core::chat::{
    Action, ChatInfo, ChatKind, Content, Event, EventBody, EventKey, Lane, Rate, RejectionKind, RetryScope,
};
use bot_core::ids::ChatId;
use bot_core::store::{chat, outbox};
use bot_core::work::{Outgoing, Place};
use guildhall_sandbox::{Fault, Profile};

use crate::harness::{About, GROUP, Stage, story, story_about, story_with_crashes, with_profile};

/// The group's id on our side.
async fn group_id(h: &Stage) -> ChatId {
    let mut tx = h.hall().db.read().await.unwrap();
    chat::by_key(&mut tx, h.world.account(), &h.chat(GROUP)).await.unwrap().unwrap().id
}

/// Puts texts into the outbox in one commit.
async fn send(h: &Stage, lane: Lane, texts: &[&str]) {
    let group = group_id(h).await;
    let mut work = h.hall().begin().await.unwrap();
    for text in texts {
        work.send(Outgoing::new(Place::chat(&group), lane, Action::Send(Content::text(*text))));
    }
    work.commit().await.unwrap();
}

#[test]
fn within_a_chat_and_lane_first_in_is_first_out_and_urgent_goes_first() {
    story(async |h| {
        send(h, Lane::Bulk, &["bulk 1", "bulk 2"]).await;
        send(h, Lane::Talk, &["talk 1", "talk 2"]).await;
        send(h, Lane::Urgent, &["urgent 1", "urgent 2"]).await;
        h.settle().await;
        h.pass("1m").await;
        h.reads(
            GROUP,
            "
        Guildhall: urgent 1
        Guildhall: talk 1
        Guildhall: bulk 1
        Guildhall: urgent 2
        Guildhall: talk 2
        Guildhall: bulk 2
        ",
        );
    });
}

#[test]
fn a_refusal_for_speed_delays_and_changes_no_order() {
    story_about(&[About::Waits], async |h| {
        h.world.faults().next(Fault::RetryAfter { wait_ms: 7_000, scope: RetryScope::Chat }, 1);
        send(h, Lane::Talk, &["one", "two", "three"]).await;
        h.settle().await;
        assert_eq!(h.transcript(GROUP), "");
        h.pass("6s").await;
        assert_eq!(h.transcript(GROUP), "");
        h.pass("1s").await;
        assert_eq!(h.transcript(GROUP), "Guildhall: one\nGuildhall: two\nGuildhall: three\n");
    });
}

#[test]
fn what_surely_was_not_done_is_tried_again_until_it_is() {
    story(async |h| {
        h.world.faults().next(Fault::ServerError, 5);
        send(h, Lane::Talk, &["one", "two"]).await;
        h.pass("5m").await;
        assert_eq!(h.transcript(GROUP), "Guildhall: one\nGuildhall: two\n");
        assert_eq!(h.open_actions().await, []);
    });
}

#[test]
fn a_send_without_an_answer_is_unknown_and_neither_repeated_nor_called_sent() {
    story_about(&[About::Doubt], async |h| {
        h.world.faults().next(Fault::TimeoutAfter, 1);
        send(h, Lane::Talk, &["one", "two"]).await;
        h.pass("10m").await;
        assert_eq!(h.transcript(GROUP), "Guildhall: one\nGuildhall: two\n");
        assert_eq!(h.open_actions().await, [(Lane::Talk.rank(), "unknown".to_owned(), 1)]);

        let hall = h.hall();
        let mut tx = hall.db.read().await.unwrap();
        let unknown = outbox::unknown(&mut tx, 10).await.unwrap();
        drop(tx);
        let mut work = hall.begin().await.unwrap();
        let now_ms = work.now_ms;
        assert!(outbox::retry_unknown(work.tx().await.unwrap(), &unknown[0].id, now_ms).await.unwrap());
        work.commit().await.unwrap();
        h.settle().await;
        assert_eq!(h.transcript(GROUP).matches("one").count(), 2, "a person decided to send it again");
    });
}

#[test]
fn a_call_that_hangs_is_given_up_after_its_limit_and_is_unknown() {
    story_about(&[About::Doubt], async |h| {
        h.merchant("Lin").await;
        let group = group_id(h).await;
        h.world.faults().next(Fault::HangAfter, 1);
        let mut work = h.hall().begin().await.unwrap();
        work.send(Outgoing::new(Place::chat(&group), Lane::Talk, Action::Send(Content::text("one"))));
        work.commit().await.unwrap();
        let clock = std::sync::Arc::clone(&h.clock);
        // The courier waits on the clock; somebody else has to move it.
        let (settled, is_settled) = std::sync::mpsc::channel::<()>();
        let mover = std::thread::spawn(move || {
            use bot_core::clock::Clock as _;
            // Again and again, for the call may begin late.
            while is_settled.recv_timeout(std::time::Duration::from_millis(300))
                == Err(RecvTimeoutError::Timeout)
            {
                clock.move_to(clock.now_ms() + 31_000);
            }
        });
        h.settle().await;
        drop(settled);
        mover.join().unwrap();
        assert_eq!(h.open_actions().await, [(Lane::Talk.rank(), "unknown".to_owned(), 1)]);
    });
}

#[test]
fn what_may_be_repeated_is_repeated_until_confirmed() {
    story(async |h| {
        let lin = h.merchant("Lin").await;
        let group = group_id(h).await;
        h.world.faults().next(Fault::TimeoutBefore, 3);
        let until_ms = Some(crate::harness::START_MS + 3_600_000);
        let mut work = h.hall().begin().await.unwrap();
        work.send(Outgoing::new(Place::chat(&group), Lane::Urgent, Action::Mute { user: lin, until_ms }));
        work.commit().await.unwrap();
        h.pass("2m").await;
        assert!(h.transcript(GROUP).contains("Lin is muted"), "{}", h.transcript(GROUP));
        assert_eq!(h.open_actions().await, []);
    });
}

#[test]
fn an_outage_of_a_day_loses_nothing() {
    story(async |h| {
        h.merchant("Lin").await;
        h.world.faults().always(Fault::Down);
        send(h, Lane::Talk, &["one", "two"]).await;
        h.pass("24h").await;
        assert!(!h.transcript(GROUP).contains("one"));
        h.world.faults().clear();
        h.pass("2m").await;
        let said = h.transcript(GROUP);
        assert!(said.ends_with("Guildhall: one\nGuildhall: two\n"), "{said}");
    });
}

#[test]
fn a_text_in_parts_keeps_to_the_pace_of_its_chat_part_by_part() {
    let mut profile = Profile { text_utf16: 50, ..Profile::sandbox() };
    profile.pace.chat = Rate { count: 1, per_ms: 1_000 };
    with_profile(&profile, async |h| {
        let thrice = |what: &str| format!("{what} goes on for some time. ").repeat(3);
        send(h, Lane::Talk, &[&thrice("one"), &thrice("two")]).await;
        let lines = |h: &Stage| h.transcript(GROUP).lines().count();
        h.settle().await;
        let mut seen = vec![lines(h)];
        for _ in 0..10 {
            h.pass("1s").await;
            seen.push(lines(h));
        }
        assert!(seen.windows(2).all(|two| two[1] - two[0] <= 1), "never two in a second: {seen:?}");
        let said = h.transcript(GROUP);
        assert!(*seen.last().unwrap() >= 4, "it goes out in parts: {said}");
        assert_eq!((said.matches("one goes").count(), said.matches("two goes").count()), (3, 3), "{said}");
        assert!(said.rfind("one goes").unwrap() < said.find("two goes").unwrap(), "{said}");
    });
}

#[test]
fn a_refusal_is_final_and_remembered_as_what_it_is() {
    story_about(&[About::Doors], async |h| {
        h.merchant("Lin").await;
        h.opens_direct("Lin").await;
        h.blocks_bot("Lin").await;
        h.world.faults().next(Fault::Refuse { why: RejectionKind::Kicked }, 1);
        send(h, Lane::Talk, &["one", "two"]).await;
        h.pass("1m").await;
        assert_eq!(h.open_actions().await, []);
        let mut tx = h.hall().db.read().await.unwrap();
        let group = chat::get(&mut tx, &group_id(h).await).await.unwrap().unwrap();
        // The second message arrived after the refusal, but only something that the platform says reopens a chat.
        assert_eq!(group.reach, bot_core::directory::Reach::Kicked);
    });
}

#[test]
fn an_event_delivered_twice_takes_effect_once() {
    story(async |h| {
        h.merchant("Lin").await;
        h.opens_direct("Lin").await;
        h.world.faults().always(Fault::Duplicate);
        h.says_in("@Lin", "Lin", "/nonsense").await;
        let said = h.transcript("@Lin");
        assert_eq!(said.matches("no command /nonsense").count(), 1, "{said}");
    });
}

#[test]
fn a_story_ends_the_same_wherever_the_program_is_killed() {
    story_with_crashes(&[GROUP, "@Lin"], async |h| {
        h.merchant("Lin").await;
        h.opens_direct("Lin").await;
        // A greeting that a crash delayed is out before Lin goes on.
        h.pass("10s").await;
        h.says_in("@Lin", "Lin", "/helq").await;
        h.says("Lin", "hello").await;
        send(h, Lane::Talk, &["one", "two"]).await;
        h.pass("1m").await;
    });
}

/// An event as a broken or hostile peer may send it.
fn raw(h: &Stage, key: &str, body: EventBody) -> Event {
    Event {
        account: h.world.account().clone(),
        key: EventKey::from(key),
        at_ms: crate::harness::START_MS,
        body,
    }
}

#[test]
fn hostile_events_stop_nothing() {
    story(async |h| {
        h.merchant("Lin").await;
        h.opens_direct("Lin").await;
        let chat = ChatInfo { key: h.chat(GROUP), kind: ChatKind::Group, title: "\u{202E}\0<script>".into() };
        let user = |name: &str| bot_core::chat::UserInfo {
            key: "u9".into(),
            name: name.into(),
            username: None,
            language: Some("xx-\u{0}".into()),
            is_bot: false,
        };
        let message = |text: String| {
            let mut content = Content::text(text);
            content.text.marks.push(bot_core::chat::Mark {
                start_utf8: 1,
                end_utf8: usize::MAX,
                kind: bot_core::chat::MarkKind::Bold,
            });
            EventBody::Message(bot_core::chat::MessageEvent {
                chat: chat.clone(),
                thread: None,
                from: bot_core::chat::Sender::User {
                    user: user(&format!("Z{}", "\u{0301}".repeat(1000))),
                    role: bot_core::chat::MemberRole::Member,
                },
                message: "m\0raw".into(),
                content,
                reply_to: Some("nowhere".into()),
                forwarded: None,
                press: None,
            })
        };
        h.world.inject(raw(h, "k1", EventBody::Unknown { kind: "surprise".into() }));
        h.world.inject(raw(h, "k2", message("你".repeat(3_500_000))));
        h.world.inject(raw(h, "k\0", message("nul \0 inside".into())));
        h.world.inject(raw(
            h,
            "k3",
            EventBody::Pressed {
                chat: chat.clone(),
                thread: None,
                by: user(""),
                message: None,
                press: "p".into(),
                handle: "' OR 1=1".into(),
            },
        ));
        h.world.inject(raw(
            h,
            "k4",
            EventBody::Submitted {
                chat: chat.clone(),
                thread: None,
                by: user("x"),
                handle: String::new(),
                answers: Default::default(),
            },
        ));
        h.world.inject(raw(
            h,
            "k5",
            EventBody::ChatMigrated { chat: chat.clone(), from: "never-seen".into() },
        ));
        h.settle().await;
        h.says_in("@Lin", "Lin", "/nonsense").await;
        assert!(h.transcript("@Lin").contains("no command /nonsense"), "{}", h.transcript("@Lin"));
    });
}

#[test]
fn a_migrated_chat_goes_on_under_its_new_key() {
    story_about(&[About::Migrations], async |h| {
        h.merchant("Lin").await;
        let before = group_id(h).await;
        let to = h.migrates(GROUP).await;
        let mut tx = h.hall().db.read().await.unwrap();
        let after = chat::by_key(&mut tx, h.world.account(), &to).await.unwrap().unwrap();
        assert_eq!(after.id, before);
    });
}
