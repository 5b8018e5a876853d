//! Telegram alone: a fake that refuses what the real one refuses, and what our adapter promises on it.

#![expect(clippy::unwrap_used, reason = "a story that cannot be told has failed")]

mod fake;
mod people;
mod promises;
mod updates;

use std::sync::Arc;

use bot_core::chat::{ChatKey, MemberRole, UserInfo, UserKey};
use bot_core::clock::VirtualClock;
use guildhall_sandbox::{Profile, World};
use serde_json::{Value, json};

use crate::harness::telegram::{FakeTelegram, TOKEN};
use crate::harness::{Kind, START_MS, Updates};

/// A group of the scene.
const GROUP: i64 = -1_001_234_567_890;
/// The same, without the rights of an admin.
const BARE: i64 = -1_001_234_567_891;
const OWNER: i64 = 5_001;
const ADMIN: i64 = 5_002;
const LIN: i64 = 5_003;
/// In no group.
const STRANGER: i64 = 5_004;

/// A Telegram with a few people on it, and a bot made of nothing but calls.
struct Scene {
    world: World,
    clock: Arc<VirtualClock>,
    fake: FakeTelegram,
    http: reqwest::Client,
}

/// Tells something about the fake.
fn scene(tell: impl AsyncFn(&Scene)) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let clock = Arc::new(VirtualClock::at(START_MS));
        let account = Kind::Telegram(Updates::Polled).account();
        let world = World::in_memory(account, Arc::clone(&clock) as _, Profile::telegram());
        for (id, name) in [(OWNER, "Olga Owner"), (ADMIN, "Ada"), (LIN, "Lin"), (STRANGER, "Sam")] {
            let username = Some(name.split(' ').next().unwrap().to_lowercase());
            let info =
                UserInfo { key: user(id), name: name.to_owned(), username, language: None, is_bot: false };
            world.add_user(info).unwrap();
        }
        let members = [
            (user(OWNER), MemberRole::Owner),
            (user(ADMIN), MemberRole::Admin),
            (user(LIN), MemberRole::Member),
        ];
        world.create_group(&GROUP.to_string(), "Sellers", &members).unwrap();
        world.create_group(&BARE.to_string(), "Buyers", &members).unwrap();
        world.set_bot_rights(&chat(BARE), Some(&[bot_core::chat::Right::Write])).unwrap();
        let fake = FakeTelegram::start(world.clone()).await;
        fake.make_forum(&chat(GROUP));
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        tell(&Scene { world, clock, fake, http }).await;
    });
}

fn user(id: i64) -> UserKey {
    UserKey(id.to_string())
}

fn chat(id: i64) -> ChatKey {
    ChatKey(id.to_string())
}

impl Scene {
    fn url(&self, method: &str) -> String {
        format!("{}/bot{TOKEN}/{method}", self.fake.url())
    }

    /// Calls a method, whatever comes of it.
    async fn answer(&self, method: &str, params: Value) -> Value {
        let request = self.http.post(self.url(method)).header("content-type", "application/json");
        let response = request.body(params.to_string()).send().await.unwrap();
        let status = response.status().as_u16();
        let body: Value = serde_json::from_str(&response.text().await.unwrap()).unwrap();
        if body["ok"] == json!(false) {
            assert_eq!(body["error_code"], json!(status), "status and body say the same");
        }
        body
    }

    /// Calls a method that is done.
    async fn done(&self, method: &str, params: Value) -> Value {
        let body = self.answer(method, params.clone()).await;
        assert_eq!(body["ok"], json!(true), "{method} {params}: {body}");
        body["result"].clone()
    }

    /// What a method is refused with.
    async fn refused(&self, method: &str, params: Value) -> String {
        let body = self.answer(method, params.clone()).await;
        assert_eq!(body["ok"], json!(false), "{method} {params}: {body}");
        body["description"].as_str().unwrap().to_owned()
    }

    async fn says(&self, text: &str) -> i64 {
        self.done("sendMessage", json!({ "chat_id": GROUP, "text": text })).await["message_id"]
            .as_i64()
            .unwrap()
    }

    async fn updates(&self, params: Value) -> Vec<Value> {
        self.done("getUpdates", params).await.as_array().unwrap().clone()
    }
}
