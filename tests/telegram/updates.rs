//! The fake gives updates as the real server does: in order, again until confirmed, to one asker at a time.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use serde_json::{Value, json};
use tokio::sync::mpsc;

use super::{GROUP, LIN, OWNER, chat, scene, user};

fn texts(updates: &[Value]) -> Vec<&str> {
    updates.iter().filter_map(|update| update["message"]["text"].as_str()).collect()
}

#[test]
fn updates_come_in_order_and_again_until_they_are_confirmed() {
    scene(async |s| {
        s.updates(json!({})).await;
        for text in ["one", "two", "three"] {
            s.world.say(&user(LIN), &chat(GROUP), text).unwrap();
        }
        let first = s.updates(json!({ "limit": 4 })).await;
        let again = s.updates(json!({})).await;
        assert_eq!(first[..], again[..first.len()]);
        assert_eq!(texts(&again), ["one", "two", "three"]);
        let two = again.iter().find(|update| update["message"]["text"] == json!("two")).unwrap();
        let two_id = two["update_id"].as_i64().unwrap();
        assert_eq!(texts(&s.updates(json!({ "offset": two_id + 1 })).await), ["three"]);
        assert_eq!(texts(&s.updates(json!({ "offset": 0 })).await), ["three"], "what is confirmed is gone");
        s.fake.skip_updates(1_000);
        s.world.say(&user(LIN), &chat(GROUP), "four").unwrap();
        let last = s.updates(json!({ "offset": -1 })).await;
        assert!(texts(&last) == ["four"] && last[0]["update_id"].as_i64().unwrap() > two_id + 1_000);
    });
}

#[test]
fn a_message_has_what_telegram_gives_it() {
    scene(async |s| {
        let asked = s.says("Which shop?").await;
        let to = asked.to_string().as_str().into();
        let post = guildhall_sandbox::Post::text("/shop@guildhall_bot 😀 @olga").replying_to(&to);
        let id = s.world.say(&user(LIN), &chat(GROUP), post).unwrap();
        let updates = s.updates(json!({})).await;
        let message = &updates.last().unwrap()["message"];
        assert_eq!(message["message_id"].to_string(), id.as_str());
        assert_eq!(
            message["from"],
            json!({ "id": LIN, "is_bot": false, "first_name": "Lin", "username": "lin" })
        );
        assert_eq!(
            message["chat"],
            json!({ "id": GROUP, "title": "Sellers", "type": "supergroup", "is_forum": true })
        );
        assert_eq!(message["date"], json!(crate::harness::START_MS / 1_000));
        assert_eq!(message["reply_to_message"]["message_id"], json!(asked));
        assert_eq!(
            message["entities"],
            json!([
                { "type": "bot_command", "offset": 0, "length": 19 },
                { "type": "mention", "offset": 23, "length": 5 },
            ])
        );
    });
}

#[test]
fn what_nobody_asked_for_is_not_given() {
    scene(async |s| {
        s.updates(json!({ "offset": -1 })).await;
        s.world.leave(&user(LIN), &chat(GROUP)).unwrap();
        let kinds = async |params: Value| -> Vec<String> {
            let updates = s.updates(params).await;
            let kinds = updates.iter().flat_map(|update| update.as_object().unwrap().keys().cloned());
            kinds.filter(|kind| kind != "update_id").collect()
        };
        let told = kinds(json!({})).await;
        assert_eq!(told, ["my_chat_member", "message"], "of members, admins alone are told, when they ask");
        s.updates(json!({ "offset": i64::from(i32::MAX), "allowed_updates": ["chat_member"] })).await;
        s.world.join(&user(LIN), &chat(GROUP)).unwrap();
        assert_eq!(kinds(json!({})).await, ["chat_member"], "the last wish stands");
    });
}

#[test]
fn only_one_may_ask_and_nobody_beside_a_webhook() {
    scene(async |s| {
        s.updates(json!({ "offset": i64::from(i32::MAX) })).await;
        let first = s.answer("getUpdates", json!({ "timeout": 30 }));
        let second = async {
            tokio::task::yield_now().await;
            while s.fake.calls().iter().filter(|call| call.method == "getupdates").count() < 2 {
                tokio::task::yield_now().await;
            }
            let second = s.answer("getUpdates", json!({ "timeout": 30 }));
            let wakes = async {
                while s.fake.calls().iter().filter(|call| call.method == "getupdates").count() < 3 {
                    tokio::task::yield_now().await;
                }
                s.world.say(&user(LIN), &chat(GROUP), "hello").unwrap();
            };
            tokio::join!(second, wakes).0
        };
        let (first, second) = tokio::join!(first, second);
        assert_eq!(
            first["description"],
            json!(
                "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
            )
        );
        assert_eq!(first["error_code"], json!(409));
        assert_eq!(texts(second["result"].as_array().unwrap()), ["hello"]);
        s.fake.set_foreign_webhook("https://elsewhere.example/hook");
        assert_eq!(
            s.refused("getUpdates", json!({})).await,
            "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
        );
        assert_eq!(s.done("getWebhookInfo", json!({})).await["url"], json!("https://elsewhere.example/hook"));
    });
}

/// What came to the webhook, with the status that it was answered with.
type Hook = (mpsc::UnboundedSender<(Option<String>, String)>, std::sync::Arc<std::sync::atomic::AtomicU16>);

async fn hook(State((told, status)): State<Hook>, headers: HeaderMap, body: String) -> StatusCode {
    let secret =
        headers.get("x-telegram-bot-api-secret-token").map(|value| value.to_str().unwrap().to_owned());
    told.send((secret, body)).unwrap();
    StatusCode::from_u16(status.load(std::sync::atomic::Ordering::Relaxed)).unwrap()
}

#[test]
fn a_webhook_is_sent_each_update_with_its_secret_until_it_takes_it() {
    scene(async |s| {
        s.updates(json!({ "offset": i64::from(i32::MAX) })).await;
        s.updates(json!({ "offset": i64::from(i32::MAX) })).await;
        let (told, mut hears) = mpsc::unbounded_channel();
        let status = std::sync::Arc::new(std::sync::atomic::AtomicU16::new(503));
        let listening = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hook", listening.local_addr().unwrap());
        let router = axum::Router::new()
            .route("/hook", axum::routing::post(hook))
            .with_state((told, std::sync::Arc::clone(&status)));
        let serving = tokio::spawn(async move { axum::serve(listening, router).await });

        let plain = json!({ "url": "http://elsewhere.example/" });
        let refused = s.refused("setWebhook", plain).await;
        assert_eq!(refused, "Bad Request: bad webhook: An HTTPS URL must be provided for webhook");
        s.done("setWebhook", json!({ "url": url, "secret_token": "quiet" })).await;
        s.world.say(&user(OWNER), &chat(GROUP), "hello").unwrap();
        let (secret, body) = hears.recv().await.unwrap();
        assert_eq!(secret.as_deref(), Some("quiet"));
        assert!(body.contains("hello"), "{body}");
        status.store(200, std::sync::atomic::Ordering::Relaxed);
        s.done("getWebhookInfo", json!({})).await;
        assert_eq!(hears.recv().await.unwrap().1, body, "again, since it was not taken");
        while s.done("getWebhookInfo", json!({})).await["pending_update_count"] != json!(0) {
            tokio::task::yield_now().await;
        }
        serving.abort();
    });
}
