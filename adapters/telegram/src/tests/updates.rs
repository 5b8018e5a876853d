//! Updates are acknowledged after they have taken effect, and only Telegram may post them.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::http::{Request, StatusCode};
use bot_core::chat::{EventBody, Platform as _, TroubleKind};
use bot_core::intake::{Intake, Waiting};
use serde_json::{Value, json};
use tokio::sync::mpsc::Receiver;
use tower::ServiceExt as _;

use super::{Server, TOKEN, platform};
use crate::{Mode, TelegramPlatform};
use bot_core::secret::Secret;

fn message(update_id: i64, chat: i64, text: &str) -> Value {
    json!({"update_id": update_id, "message": {"message_id": update_id, "date": 1, "text": text,
        "from": {"id": 1001, "is_bot": false, "first_name": "Lin"}, "chat": {"id": chat, "type": "private"}}})
}

fn run(platform: &Arc<TelegramPlatform>) -> Receiver<Waiting> {
    let (sink, queue) = Intake::queue();
    let platform = Arc::clone(platform);
    tokio::spawn(async move { platform.run(sink).await });
    queue
}

fn texts(waiting: &Waiting) -> String {
    match &waiting.event().body {
        EventBody::Message(message) => message.content.text.text.clone(),
        other => other.kind().to_owned(),
    }
}

/// Long enough that what is wrongly sent would have arrived.
#[expect(clippy::disallowed_methods, reason = "real sockets need real time")]
async fn a_moment() {
    tokio::time::sleep(Duration::from_millis(60)).await;
}

#[tokio::test]
async fn nothing_is_acknowledged_before_it_is_taken() {
    let server = Server::start().await;
    let updates = json!([message(5, 1001, "a"), message(6, 1002, "b"), message(7, 1001, "c")]);
    server.will_say("getUpdates", 200, &json!({"ok": true, "result": updates}));
    let mut queue = run(&server.platform());
    let (a, b, c) = (queue.recv().await.unwrap(), queue.recv().await.unwrap(), queue.recv().await.unwrap());
    assert_eq!([texts(&a), texts(&b), texts(&c)], ["a", "b", "c"], "in the order in which they came");
    c.acknowledge();
    b.acknowledge();
    a_moment().await;
    assert_eq!(server.asked("getUpdates").len(), 1, "asking again would acknowledge what is not taken");
    a.acknowledge();
    assert_eq!(server.wait_for("getUpdates", 2).await[1]["offset"], 8);
}

#[tokio::test]
async fn what_was_not_taken_is_told_again_after_a_restart() {
    let server = Server::start().await;
    for _ in 0..2 {
        server.will_say("getUpdates", 200, &json!({"ok": true, "result": [message(5, 1001, "a")]}));
    }
    let mut queue = run(&server.platform());
    drop(queue.recv().await.unwrap());
    drop(queue);
    let mut queue = run(&server.platform());
    let again = queue.recv().await.unwrap();
    assert_eq!((texts(&again), again.event().key.as_str()), ("a".to_owned(), "5"));
    assert!(server.asked("getUpdates").iter().all(|asked| asked.get("offset").is_none_or(Value::is_null)));
}

#[tokio::test]
async fn an_update_that_cannot_be_read_stops_nobody() {
    let server = Server::start().await;
    let updates = json!([{"update_id": 5, "message": "not one"}, message(6, 1001, "b")]);
    server.will_say("getUpdates", 200, &json!({"ok": true, "result": updates}));
    let mut queue = run(&server.platform());
    let (unknown, b) = (queue.recv().await.unwrap(), queue.recv().await.unwrap());
    assert_eq!([texts(&unknown), texts(&b)], ["unknown", "b"]);
    unknown.acknowledge();
    b.acknowledge();
    assert_eq!(server.wait_for("getUpdates", 2).await[1]["offset"], 7);
}

#[tokio::test]
async fn only_what_is_used_is_asked_for() {
    let server = Server::start().await;
    let _queue = run(&server.platform());
    let asked = server.wait_for("getUpdates", 1).await.remove(0);
    let kinds: Vec<&str> =
        asked["allowed_updates"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
    assert_eq!(
        kinds,
        [
            "message",
            "edited_message",
            "channel_post",
            "edited_channel_post",
            "message_reaction",
            "callback_query",
            "my_chat_member",
            "chat_member",
            "chat_join_request"
        ]
    );
}

#[tokio::test]
async fn the_parts_of_an_album_are_told_as_they_come_and_make_one_message() {
    let server = Server::start().await;
    let part = |id: i64| {
        json!({"update_id": id, "message": {"message_id": id, "date": 1, "media_group_id": "A", "photo": [{"file_id": format!("P{id}")}],
            "from": {"id": 1001, "first_name": "Lin"}, "chat": {"id": 1001, "type": "private"}}})
    };
    server.will_say("getUpdates", 200, &json!({"ok": true, "result": [part(5)]}));
    server.will_say("getUpdates", 200, &json!({"ok": true, "result": [part(6)]}));
    let platform = server.platform();
    let mut queue = run(&platform);
    let mut parts = Vec::new();
    for _ in 0..2 {
        let told = queue.recv().await.unwrap();
        let EventBody::Part { album, message } = &told.event().body else { panic!() };
        assert_eq!(album, "A");
        parts.push(message.clone());
        told.acknowledge();
    }
    assert_eq!(server.wait_for("getUpdates", 3).await[2]["offset"], 7);
    let whole = platform.join(parts).remove(0);
    assert_eq!((whole.message.as_str(), whole.content.attachments.len()), ("5-6", 2));
}

#[tokio::test]
async fn what_stands_in_the_way_is_said_and_is_over_when_it_is() {
    let server = Server::start().await;
    server.will_refuse(
        "getUpdates",
        409,
        "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
    );
    let polling = server.platform();
    let _queue = run(&polling);
    server.wait_for("getUpdates", 1).await;
    until(|| polling.health().iter().any(|trouble| trouble.kind == TroubleKind::SecondPoller)).await;
    server.will_say("getUpdates", 200, &json!({"ok": true, "result": []}));
    until(|| polling.health().is_empty()).await;

    let wrong = platform(&server.url, "4242:AAanother_token_entirely", Mode::Polling);
    let _queue = run(&wrong);
    until(|| {
        wrong
            .health()
            .iter()
            .any(|trouble| trouble.kind == TroubleKind::WrongToken && trouble.stops_the_account())
    })
    .await;
}

#[tokio::test]
async fn somebody_elses_webhook_is_named_and_left_alone() {
    let server = Server::start().await;
    let info = json!({"ok": true, "result": {"url": "https://other.example/hook/secret", "pending_update_count": 3}});
    server.will_say("getWebhookInfo", 200, &info);
    server.will_say("getWebhookInfo", 200, &info);
    server.will_refuse("getUpdates", 409, "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first");
    let polling = server.platform();
    let _queue = run(&polling);
    let elsewhere = TroubleKind::WebhookElsewhere { host: "other.example".into() };
    until(|| polling.health().iter().any(|trouble| trouble.kind == elsewhere)).await;
    assert_eq!(server.asked("deleteWebhook").len(), 0);
}

#[tokio::test]
async fn privacy_mode_is_said() {
    let server = Server::start().await;
    let me = json!({"id": 4242, "is_bot": true, "first_name": "B", "username": "b", "can_read_all_group_messages": false});
    server.will_say("getMe", 200, &json!({"ok": true, "result": me}));
    let polling = server.platform();
    let _queue = run(&polling);
    until(|| polling.health().iter().any(|trouble| trouble.kind == TroubleKind::PrivacyMode)).await;
}

async fn until(held: impl Fn() -> bool) {
    while !held() {
        tokio::task::yield_now().await;
    }
}

fn by_webhook(server: &Server) -> Arc<TelegramPlatform> {
    let public_url = "https://hall.example/".parse().unwrap();
    server.platform_in(Mode::Webhook { secret: Secret::new("s3cret"), public_url })
}

fn posted(secret: Option<&str>, body: Body) -> Request<Body> {
    let request = Request::post("/");
    let request = match secret {
        Some(secret) => request.header("X-Telegram-Bot-Api-Secret-Token", secret),
        None => request,
    };
    request.body(body).unwrap()
}

/// A body that nobody may read.
fn unread() -> Body {
    let bytes = futures::stream::poll_fn(|_| -> std::task::Poll<Option<Result<Vec<u8>, std::io::Error>>> {
        panic!("the body was read")
    });
    Body::from_stream(bytes)
}

#[tokio::test]
async fn who_does_not_know_the_secret_is_not_read() {
    let server = Server::start().await;
    let platform = by_webhook(&server);
    let mut queue = run(&platform);
    server.wait_for("setWebhook", 1).await;
    for secret in [None, Some(""), Some("s3cre"), Some("s3cret!"), Some(TOKEN)] {
        let answer = platform.webhook_router().oneshot(posted(secret, unread())).await.unwrap();
        assert_eq!(answer.status(), StatusCode::UNAUTHORIZED, "{secret:?}");
    }
    assert!(queue.try_recv().is_err());
    let polling = server.platform().webhook_router().oneshot(posted(Some(""), unread())).await.unwrap();
    assert_eq!(polling.status(), StatusCode::UNAUTHORIZED, "an account that polls is posted nothing");
}

#[tokio::test]
async fn a_posted_update_is_answered_after_it_is_taken() {
    let server = Server::start().await;
    let platform = by_webhook(&server);
    let before = platform.webhook_router().oneshot(posted(Some("s3cret"), Body::from("{}"))).await.unwrap();
    assert_eq!(before.status(), StatusCode::SERVICE_UNAVAILABLE, "Telegram keeps it until we run");
    let mut queue = run(&platform);
    let set = server.wait_for("setWebhook", 1).await.remove(0);
    assert_eq!(
        (&set["url"], &set["secret_token"]),
        (&json!("https://hall.example/telegram/telegram"), &json!("s3cret"))
    );
    let update = Body::from(message(5, 1001, "a").to_string());
    let answer = tokio::spawn(platform.webhook_router().oneshot(posted(Some("s3cret"), update)));
    let waiting = queue.recv().await.unwrap();
    a_moment().await;
    assert!(!answer.is_finished());
    waiting.acknowledge();
    assert_eq!(answer.await.unwrap().unwrap().status(), StatusCode::OK);
    let update = Body::from(message(6, 1001, "b").to_string());
    let answer = tokio::spawn(platform.webhook_router().oneshot(posted(Some("s3cret"), update)));
    drop(queue.recv().await.unwrap());
    assert_eq!(
        answer.await.unwrap().unwrap().status(),
        StatusCode::SERVICE_UNAVAILABLE,
        "it is posted again"
    );
    let nonsense = platform.webhook_router().oneshot(posted(Some("s3cret"), Body::from("{"))).await.unwrap();
    assert_eq!(nonsense.status(), StatusCode::OK, "it would be nonsense the next time too");
}
