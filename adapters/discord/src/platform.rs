//! The adapter: one bot account behind the same port as every other platform.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use bot_core::chat::{
    AccountId, Action, Address, Call, Capabilities, ChatInfo, EventSink, Outcome, Pace, Platform, RenderPlan,
    Trouble, TroubleKind, Troubles,
};
use bot_core::ids::OutboxId;
use tokio::sync::Notify;

use crate::api::Api;
use crate::keys;
use crate::known::Known;
use crate::own::Own;
use crate::plan::{self, Sort};
use crate::presses::Presses;
use crate::settings::Settings;
use crate::suggest::Asked;
use crate::wire::Id;

/// One bot account on Discord.
pub struct DiscordPlatform {
    pub(crate) settings: Settings,
    pub(crate) api: Api,
    pub(crate) known: Known,
    pub(crate) own: Own,
    pub(crate) presses: Presses,
    pub(crate) asked: Asked,
    /// Held while a post of the bot's own is looked for or opened.
    pub(crate) own_posts: tokio::sync::Mutex<()>,
    pub(crate) troubles: Troubles,
    /// Servers whose commands are to be looked at; `None` stands for private chats.
    to_register: Mutex<VecDeque<Option<Id>>>,
    pub(crate) register_more: Notify,
}

impl DiscordPlatform {
    /// The account of these settings. Nothing is asked of Discord before it runs.
    pub fn new(settings: Settings) -> Self {
        Self {
            api: Api::new(&settings.api_url, settings.token.clone()),
            known: Known::default(),
            own: Own::default(),
            presses: Presses::default(),
            asked: Asked::default(),
            own_posts: tokio::sync::Mutex::default(),
            troubles: Troubles::new(settings.account.clone()),
            to_register: Mutex::default(),
            register_more: Notify::new(),
            settings,
        }
    }

    pub(crate) fn now_ms(&self) -> i64 {
        self.settings.clock.now_ms()
    }

    /// Lets time pass by the hall's clock.
    pub(crate) async fn pause(&self, wait_ms: i64) {
        self.settings.clock.until(self.now_ms() + wait_ms).await;
    }

    pub(crate) fn to_register(&self) -> MutexGuard<'_, VecDeque<Option<Id>>> {
        self.to_register.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Has the commands of a server looked at, or those of private chats.
    pub(crate) fn wants_commands(&self, guild: Option<Id>) {
        self.to_register().push_back(guild);
        self.register_more.notify_one();
    }

    fn sort(&self, to: &Address) -> Sort {
        let direct =
            keys::channel_of(to).and_then(|chat| self.known.place(chat)).map(|place| place.guild.is_none());
        if direct.unwrap_or(to.peer.is_some()) { Sort::Direct } else { Sort::Channel }
    }
}

#[async_trait]
impl Platform for DiscordPlatform {
    fn account(&self) -> &AccountId {
        &self.settings.account
    }

    fn name(&self) -> &'static str {
        "Discord"
    }

    fn capabilities(&self, to: &Address) -> Capabilities {
        let rights = keys::channel_of(to).and_then(|chat| self.known.rights(chat));
        plan::capabilities(self.sort(to), rights.as_deref())
    }

    fn plan(&self, to: &Address, action: &Action) -> RenderPlan {
        plan::plan(keys::channel_of(to), &self.capabilities(to), action, self.now_ms())
    }

    async fn perform(&self, to: &Address, call: &Call, nonce: OutboxId) -> Outcome {
        self.outcome(to, call, &nonce).await
    }

    async fn settle(&self, to: &Address, call: &Call, nonce: OutboxId) -> Option<Outcome> {
        self.found_out(to, call, &nonce).await
    }

    fn pace(&self) -> Pace {
        self.settings.pace
    }

    /// Other calls have buckets of their own: taking messages away or muting somebody is never held up by what is said.
    fn is_paced_by_chat(&self, action: &Action) -> bool {
        matches!(action, Action::Send(_) | Action::Edit { .. })
    }

    fn health(&self) -> Vec<Trouble> {
        let out = |chat: ChatInfo| Trouble::in_chat(chat.key, TroubleKind::Outage);
        self.troubles.now().into_iter().chain(self.known.outages().into_iter().map(out)).collect()
    }

    async fn run(&self, sink: EventSink) {
        tokio::select! {
            () = sink.closed() => {}
            () = self.listen(&sink) => {}
            () = self.keep_quieting() => {}
            () = self.keep_suggesting(&sink) => {}
            () = self.keep_registering() => {}
        }
    }
}
