//! The adapter: one bot account behind the same port as every other platform.

use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;
use bot_core::chat::{
    AccountId, Action, Address, ButtonDo, Call, Capabilities, Content, EventSink, MessageEvent, Outcome,
    Pace, Platform, Rate, RenderPlan, Trouble, Troubles,
};
use bot_core::ids::OutboxId;
use tokio::sync::{Mutex as Turnstile, RwLock};

use crate::api::Api;
use crate::chats::{Chats, Sort};
use crate::health;
use crate::keys::{self, Albums};
use crate::settings::Settings;
use crate::{Mode, capability, plan, read};

/// One bot account on Telegram.
pub struct TelegramPlatform {
    pub(crate) settings: Settings,
    pub(crate) api: Api,
    pub(crate) chats: Chats,
    pub(crate) albums: Albums,
    pub(crate) troubles: Troubles,
    /// Where webhook requests put their events, once the account runs.
    pub(crate) sink: RwLock<Option<EventSink>>,
    /// Whoever takes what was posted to other nodes does it alone, so that it stays in order.
    pub(crate) taking: Turnstile<()>,
    username: Mutex<Option<String>>,
    limited: Mutex<Option<(i64, i64)>>,
}

impl TelegramPlatform {
    /// The account of these settings. Nothing is asked of Telegram before it runs.
    pub fn new(settings: Settings) -> Self {
        Self {
            api: Api::new(&settings.api_url, settings.token.clone()),
            chats: Chats::default(),
            albums: Albums::default(),
            troubles: Troubles::new(settings.account.clone()),
            sink: RwLock::default(),
            taking: Turnstile::default(),
            username: Mutex::default(),
            limited: Mutex::default(),
            settings,
        }
    }

    pub(crate) fn now_ms(&self) -> i64 {
        self.settings.clock.now_ms()
    }

    /// Keeps the bot's username.
    pub(crate) fn is_called(&self, username: String) {
        *self.username.lock().unwrap_or_else(PoisonError::into_inner) = Some(username);
    }

    /// The bot's username, asked for when nobody has said it yet; empty when Telegram does not answer.
    pub(crate) async fn username(&self) -> String {
        let known = self.username.lock().unwrap_or_else(PoisonError::into_inner).clone();
        match known {
            Some(username) => username,
            None => self.ask_me().await.ok().and_then(|me| me.username).unwrap_or_default(),
        }
    }

    /// The bot's username, where a message needs it.
    pub(crate) async fn username_for(&self, content: &Content) -> String {
        let opens = |button: &bot_core::chat::Button| matches!(button.does, ButtonDo::OpenDirect(_));
        if content.buttons.iter().flatten().any(opens) { self.username().await } else { String::new() }
    }

    /// Notes a refusal for speed in a chat, and gives the one before: which chat, when.
    pub(crate) fn last_limit(&self, chat: i64, now_ms: i64) -> Option<(i64, i64)> {
        self.limited.lock().unwrap_or_else(PoisonError::into_inner).replace((chat, now_ms))
    }

    fn sort(to: &Address) -> Sort {
        keys::chat_id(to).map_or(Sort::Direct, Sort::of)
    }
}

#[async_trait]
impl Platform for TelegramPlatform {
    fn account(&self) -> &AccountId {
        &self.settings.account
    }

    fn name(&self) -> &'static str {
        "Telegram"
    }

    fn capabilities(&self, to: &Address) -> Capabilities {
        let known = keys::chat_id(to).map(|chat| self.chats.get(chat)).unwrap_or_default();
        capability::capabilities(Self::sort(to), &known, self.settings.local_server)
    }

    fn tells_reactions(&self, to: &Address) -> bool {
        let known = keys::chat_id(to).map(|chat| self.chats.get(chat)).unwrap_or_default();
        capability::tells_reactions(Self::sort(to), &known)
    }

    fn plan(&self, to: &Address, action: &Action) -> RenderPlan {
        plan::plan(Self::sort(to), &self.capabilities(to), action, self.now_ms())
    }

    async fn perform(&self, to: &Address, call: &Call, _nonce: OutboxId) -> Outcome {
        self.outcome(to, call).await
    }

    fn pace(&self) -> Pace {
        self.settings.pace
    }

    fn sends(&self) -> Option<Rate> {
        self.settings.paid_broadcast.then_some(crate::PAID)
    }

    /// The limits of a chat are on messages: taking messages away or muting somebody is never held up by them.
    fn is_paced_by_chat(&self, action: &Action) -> bool {
        matches!(action, Action::Send(_) | Action::Edit { .. })
    }

    fn join(&self, parts: Vec<MessageEvent>) -> Vec<MessageEvent> {
        let mut parts = parts.into_iter();
        let whole = parts.next().map(|first| read::joined(&self.albums, first, parts.collect()));
        whole.into_iter().collect()
    }

    fn health(&self) -> Vec<Trouble> {
        let mut all = self.troubles.now();
        all.extend(health::of_groups(&self.chats));
        all
    }

    async fn run(&self, sink: EventSink) {
        *self.sink.write().await = Some(sink.clone());
        match self.settings.mode {
            Mode::Polling => {
                // From when it was posted to, if it ever was.
                self.take_kept(&sink).await;
                self.poll(&sink).await;
            }
            Mode::Webhook { .. } => self.serve_webhook(&sink).await,
        }
        self.stand_down().await;
    }

    async fn stand_down(&self) {
        *self.sink.write().await = None;
    }
}
