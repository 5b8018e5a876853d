//! What the program promises on Telegram, and on no other platform in this way.

use bot_core::chat::{Action, ChatKey, Content, Lane, MemberRole, TroubleKind};
use bot_core::directory::{Chat, Purpose, Reach};
use bot_core::ids::ChatId;
use bot_core::roster::Role;
use bot_core::store::chat;
use bot_core::work::{Outgoing, Place};
use serde_json::{Value, json};

use crate::harness::telegram::PollFault;
use crate::harness::{GROUP, Kind, STAFF, Stage, Updates, on};

pub(super) const POLLED: Kind = Kind::Telegram(Updates::Polled);
const PUSHED: Kind = Kind::Telegram(Updates::Pushed);

async fn chat_of(h: &Stage, key: &ChatKey) -> Chat {
    let mut tx = h.hall().db.read().await.unwrap();
    chat::by_key(&mut tx, h.world.account(), key).await.unwrap().unwrap()
}

async fn id_of(h: &Stage, title: &str) -> ChatId {
    chat_of(h, &h.chat(title)).await.id
}

async fn send(h: &Stage, to: &ChatId, text: &str) {
    let mut work = h.hall().begin().await.unwrap();
    work.send(Outgoing::new(Place::chat(to), Lane::Talk, Action::Send(Content::text(text))));
    work.commit().await.unwrap();
}

/// The parameters of the calls of a method so far.
pub(super) fn calls(h: &Stage, method: &str) -> Vec<Value> {
    let calls = h.telegram().calls();
    calls.into_iter().filter(|call| call.method == method).map(|call| call.params).collect()
}

#[test]
fn nothing_is_confirmed_to_telegram_before_it_has_taken_effect() {
    for kind in [POLLED, PUSHED] {
        on(kind, async |h| {
            h.merchant("Lin").await;
            h.opens_direct("Lin").await;
            h.world.say(&h.user("Lin"), &h.chat("@Lin"), "/nonsense").unwrap();
            // The adapter has it and waits for the intake, which does not run.
            h.telegram().until_given().await;
            assert!(h.telegram().events_wait(), "it is not confirmed");
            h.kill();
            h.start().await;
            h.settle().await;
            assert!(!h.telegram().events_wait());
            let said = h.transcript("@Lin");
            assert_eq!(said.matches("no command /nonsense").count(), 1, "{said}");
        });
    }
}

#[test]
fn updates_that_are_given_twice_or_with_a_gap_change_nothing() {
    on(POLLED, async |h| {
        h.merchant("Lin").await;
        h.opens_direct("Lin").await;
        h.telegram().skip_updates(1_000_000);
        h.world.say(&h.user("Lin"), &h.chat("@Lin"), "/nonsense").unwrap();
        h.telegram().until_given().await;
        h.telegram().repeat_updates();
        h.settle().await;
        let said = h.transcript("@Lin");
        assert_eq!(said.matches("no command /nonsense").count(), 1, "{said}");
    });
}

#[test]
fn a_poll_that_fails_is_made_again_and_loses_nothing() {
    on(POLLED, async |h| {
        h.merchant("Lin").await;
        h.opens_direct("Lin").await;
        let faults = [
            PollFault::BadGateway,
            PollFault::ServerError,
            PollFault::RetryAfter(7_000),
            PollFault::Conflict,
            PollFault::AnswerLost,
        ];
        h.telegram().fail_polls(faults);
        h.world.say(&h.user("Lin"), &h.chat("@Lin"), "/nonsense").unwrap();
        h.until_polled().await;
        h.settle().await;
        let said = h.transcript("@Lin");
        assert_eq!(said.matches("no command /nonsense").count(), 1, "{said}");
        assert_eq!(h.troubles(), [], "what was wrong is over");
    });
}

#[test]
fn another_poller_and_a_webhook_elsewhere_are_said_in_words() {
    on(POLLED, async |h| {
        h.telegram().fail_polls([PollFault::Conflict]);
        h.until(|h| h.troubles().contains(&TroubleKind::SecondPoller)).await;
        h.until_polled().await;
        h.until(|h| h.troubles().is_empty()).await;
        h.telegram().set_foreign_webhook("https://elsewhere.example/secret-path");
        let elsewhere = TroubleKind::WebhookElsewhere { host: "elsewhere.example".to_owned() };
        h.until(|h| h.troubles() == [elsewhere.clone()]).await;
        assert_eq!(calls(h, "deletewebhook"), [] as [Value; 0], "it may be somebody's");
    });
}

#[test]
fn only_updates_that_are_used_are_asked_for() {
    on(POLLED, async |h| {
        h.merchant("Lin").await;
        let asked = calls(h, "getupdates").pop().unwrap()["allowed_updates"].clone();
        let kinds: Vec<&str> = asked.as_array().unwrap().iter().filter_map(Value::as_str).collect();
        for needed in ["message", "edited_message", "callback_query", "my_chat_member", "chat_member"] {
            assert!(kinds.contains(&needed), "{needed} is missing in {kinds:?}");
        }
        for unused in
            ["poll_answer", "inline_query", "chat_boost", "business_message", "purchased_paid_media"]
        {
            assert!(!kinds.contains(&unused), "{unused} is of no use");
        }
    });
}

#[test]
fn each_way_of_not_reaching_a_person_is_remembered_until_they_write() {
    use bot_core::chat::RejectionKind as Kind;
    on(POLLED, async |h| {
        h.merchant("Lin").await;
        h.opens_direct("Lin").await;
        let direct = h.chat("@Lin");
        let id = id_of(h, "@Lin").await;
        for (why, reach) in [
            (Kind::Blocked, Reach::Blocked),
            (Kind::NotStarted, Reach::NotStarted),
            (Kind::Deactivated, Reach::Deactivated),
        ] {
            let fault = guildhall_sandbox::Fault::Refuse { why };
            h.world.faults().add(guildhall_sandbox::Rule::new(fault).times(1).within(&direct));
            send(h, &id, "hello").await;
            h.pass("1m").await;
            assert_eq!(chat_of(h, &direct).await.reach, reach);
            h.says_in("@Lin", "Lin", "here I am").await;
            assert_eq!(chat_of(h, &direct).await.reach, Reach::Open);
        }
        h.blocks_bot("Lin").await;
        assert_eq!(chat_of(h, &direct).await.reach, Reach::Blocked);
        h.opens_direct("Lin").await;
        assert_eq!(chat_of(h, &direct).await.reach, Reach::Open);
    });
}

#[test]
fn a_group_that_becomes_a_supergroup_loses_nothing_on_the_way() {
    on(POLLED, async |h| {
        let small = ChatKey::from("-4242");
        h.world.create_group(small.as_str(), "Small", &[]).unwrap();
        h.settle().await;
        let id = chat_of(h, &small).await.id;
        send(h, &id, "before").await;
        h.settle().await;
        // Telegram moves it, and the bot writes before it has heard of that.
        let big = h.world.migrate(&small, "-1004242").unwrap();
        let told = h.telegram().clone();
        told.hold_updates(true);
        send(h, &id, "meanwhile").await;
        h.pass("5s").await;
        told.hold_updates(false);
        h.settle().await;
        send(h, &id, "after").await;
        h.pass("5s").await;
        let said = h.world.transcript(&big);
        for text in ["before", "meanwhile", "after"] {
            assert_eq!(said.matches(text).count(), 1, "{said}");
        }
        assert_eq!(chat_of(h, &big).await.id, id, "it is the same chat to us");
        assert_eq!(h.open_actions().await, []);
    });
}

#[test]
fn a_command_for_another_bot_is_not_ours() {
    on(POLLED, async |h| {
        h.merchant("Lin").await;
        h.says("Lin", "/help@some_other_bot").await;
        assert!(!h.transcript(GROUP).contains("Guildhall:"), "{}", h.transcript(GROUP));
        h.says("Lin", "/help@guildhall_bot").await;
        assert!(h.transcript(GROUP).contains("Here you can use:"), "{}", h.transcript(GROUP));
    });
}

#[test]
fn after_a_mute_a_member_may_do_what_they_could_before() {
    on(POLLED, async |h| {
        let lin = h.merchant("Lin").await;
        h.staff("Mo", Role::Moderator).await;
        let before = json!({ "can_send_messages": true, "can_send_photos": false, "can_send_polls": true });
        h.telegram().set_permissions(&h.chat(GROUP), &lin, &before);
        let had = h.telegram().member(&h.chat(GROUP), &lin);
        let said = h.says("Lin", "hello").await;
        h.replies(GROUP, "Mo", &said, "/mute 10m spam").await;
        h.pass("1m").await;
        h.kill();
        h.start().await;
        let muted = h.telegram().member(&h.chat(GROUP), &lin);
        assert_eq!((&muted["status"], &muted["can_send_messages"]), (&json!("restricted"), &json!(false)));
        h.pass("10m").await;
        assert_eq!(h.telegram().member(&h.chat(GROUP), &lin), had);
        h.says("Lin", "I am back").await;
    });
}

#[test]
fn who_posts_to_the_webhook_without_the_secret_is_shown_the_door() {
    on(PUSHED, async |h| {
        h.merchant("Lin").await;
        h.opens_direct("Lin").await;
        let url = calls(h, "setwebhook").pop().unwrap()["url"].as_str().unwrap().to_owned();
        let update = json!({ "update_id": 1, "message": {
            "message_id": 99, "date": 1, "text": "/nonsense",
            "from": { "id": 5_000_000_101_i64, "is_bot": false, "first_name": "Lin" },
            "chat": { "id": 5_000_000_101_i64, "type": "private", "first_name": "Lin" },
        } });
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        for secret in [None, Some("a-guess"), Some("")] {
            let mut request = http.post(&url).header("content-type", "application/json");
            if let Some(secret) = secret {
                request = request.header("X-Telegram-Bot-Api-Secret-Token", secret);
            }
            let answer = request.body(update.to_string()).send().await.unwrap();
            assert_eq!(answer.status(), 401, "with {secret:?}");
        }
        h.settle().await;
        assert!(!h.transcript("@Lin").contains("no command"), "{}", h.transcript("@Lin"));
    });
}

#[test]
fn a_link_that_somebody_sent_is_shown_to_staff_without_a_preview() {
    on(POLLED, async |h| {
        h.merchant("Lin").await;
        h.opens_direct("Lin").await;
        h.staff("Ann", Role::Support).await;
        h.says_in("@Lin", "Lin", "/ticket payout").await;
        h.says_in("@Lin", "Lin", "see https://example.org/bill").await;
        let sent = calls(h, "sendmessage");
        let relayed =
            sent.iter().find(|call| call["text"].as_str().unwrap().contains("example.org")).unwrap();
        assert_eq!(relayed["link_preview_options"]["is_disabled"], json!(true));
        assert!(sent.iter().all(|call| call.get("parse_mode").is_none()), "no markup strings");
    });
}

#[test]
fn the_bot_is_told_apart_from_people_who_write_as_the_group() {
    on(POLLED, async |h| {
        h.merchant("Lin").await;
        h.world.say_as_chat(&h.chat(GROUP), GROUP, "by an admin who stays unnamed").unwrap();
        h.world.say_as_chat(&h.chat(GROUP), "News", "by the channel").unwrap();
        h.settle().await;
        let mut tx = h.hall().db.read().await.unwrap();
        for id in ["1087968824", "777000", "136817688"] {
            let met = chat::user_by_key(&mut tx, h.world.account(), &id.into()).await.unwrap();
            assert!(met.is_none(), "{id} is no member");
        }
    });
}

#[test]
fn a_topic_that_somebody_deleted_is_opened_again_with_what_was_said() {
    on(POLLED, async |h| {
        h.merchant("Lin").await;
        h.opens_direct("Lin").await;
        h.staff("Ann", Role::Support).await;
        h.says_in("@Lin", "Lin", "/ticket payout").await;
        h.says_in("@Lin", "Lin", "It says E42").await;
        let thread = h.latest(STAFF, "It says E42").thread.unwrap();
        h.world.set_role(&h.chat(STAFF), &h.user("Ann"), MemberRole::Admin).unwrap();
        h.world.delete_thread(&h.user("Ann"), &h.chat(STAFF), &thread).unwrap();
        h.pass("5s").await;
        // Telegram does not tell; the next message finds out.
        h.says_in("@Lin", "Lin", "And now?").await;
        h.pass("10s").await;
        let again = h.latest(STAFF, "It says E42");
        assert_ne!(again.thread, Some(thread));
        assert_eq!(h.latest(STAFF, "And now?").thread, again.thread);
    });
}

#[test]
fn a_group_is_served_from_zero() {
    on(POLLED, async |h| {
        h.staff("Gu", Role::Admin).await;
        let tea = h.group("Tea", Purpose::Idle).await;
        h.world.join(&h.user("Gu"), &tea).unwrap();
        h.says_in("Tea", "Gu", "/group community").await;
        h.says_in("Tea", "Gu", "/help").await;
        assert!(h.transcript("Tea").contains("Here you can use:"), "{}", h.transcript("Tea"));
    });
}
