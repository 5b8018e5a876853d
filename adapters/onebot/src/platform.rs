//! The adapter: one QQ account behind the same port as every other platform.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, Weak};

use async_trait::async_trait;
use bot_core::chat::{
    AccountId, Action, Address, Call, Capabilities, EventSink, Gap, Outcome, Pace, Platform, RenderPlan,
    Trouble, TroubleKind, Troubles,
};
use bot_core::ids::OutboxId;
use tokio::sync::RwLock;

use crate::breaker::Breaker;
use crate::chats::Chats;
use crate::files::{Files, Shelf};
use crate::health::{self, Oddities};
use crate::keys::{self, Target};
use crate::link::Link;
use crate::settings::Settings;
use crate::settle::Sent;
use crate::{Manner, capability, plan};

/// So many names of people are remembered.
const NAMES_KEPT: usize = 20_000;

/// One QQ account.
pub struct OneBotPlatform {
    pub(crate) settings: Settings,
    pub(crate) link: Link,
    pub(crate) chats: Chats,
    pub(crate) troubles: Troubles,
    pub(crate) oddities: Oddities,
    pub(crate) breaker: Breaker,
    pub(crate) sent: Sent,
    pub(crate) shelf: Shelf,
    /// Where connections put their events, once the account runs.
    pub(crate) sink: RwLock<Option<EventSink>>,
    /// What people are called, since notices give numbers only.
    names: Mutex<HashMap<i64, String>>,
    counts: Counts,
    /// When the program began with it, unix milliseconds.
    pub(crate) born_ms: i64,
    me: OnceLock<Weak<Self>>,
}

/// What has come in so far.
#[derive(Default)]
struct Counts {
    heard: AtomicU64,
    digested: AtomicU64,
    caught_up: AtomicU64,
}

impl OneBotPlatform {
    /// The account of these settings, with its files. Nobody is dialled before it runs.
    pub fn new(settings: Settings, files: Files) -> Arc<Self> {
        let platform = Arc::new(Self {
            link: Link::default(),
            chats: Chats::default(),
            troubles: Troubles::new(settings.account.clone()),
            oddities: Oddities::default(),
            breaker: Breaker::default(),
            sent: Sent::default(),
            shelf: Shelf::new(files),
            sink: RwLock::default(),
            names: Mutex::default(),
            counts: Counts::default(),
            born_ms: settings.clock.now_ms(),
            me: OnceLock::new(),
            settings,
        });
        // Sessions outlive the call that began them, and need the account for as long.
        let _ = platform.me.set(Arc::downgrade(&platform));
        platform
    }

    pub(crate) fn now_ms(&self) -> i64 {
        self.settings.clock.now_ms()
    }

    /// Frames with events that came in.
    pub(crate) fn heard(&self) {
        self.counts.heard.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn digested(&self, count: usize) {
        self.counts.digested.fetch_add(count as u64, Ordering::Relaxed);
    }

    pub(crate) fn caught_up(&self) {
        self.counts.caught_up.fetch_add(1, Ordering::Relaxed);
    }

    /// How many frames with events have come in, and how many of them have taken effect.
    pub fn progress(&self) -> (u64, u64) {
        (self.counts.heard.load(Ordering::Relaxed), self.counts.digested.load(Ordering::Relaxed))
    }

    /// How many connections have begun and caught up with what was said before them.
    pub fn connections(&self) -> u64 {
        self.counts.caught_up.load(Ordering::Relaxed)
    }

    /// Whether calls can be made.
    pub fn is_connected(&self) -> bool {
        self.link.is_up()
    }

    /// Remembers what somebody is called.
    pub(crate) fn called(&self, user: i64, name: String) {
        let mut names = self.names.lock().unwrap_or_else(PoisonError::into_inner);
        if names.len() >= NAMES_KEPT {
            names.clear();
        }
        names.insert(user, name);
    }

    /// What somebody is called; their number when nobody has said.
    pub(crate) fn name_of(&self, user: i64) -> Option<String> {
        self.names.lock().unwrap_or_else(PoisonError::into_inner).get(&user).cloned()
    }

    /// A connection took the place of another.
    pub(crate) fn replaced(&self) {
        metrics::counter!("guildhall_onebot_replaced_total").increment(1);
        tracing::warn!(account = %self.settings.account, "a second connection for this account: the newer one counts. If it goes on, two programs use the same QQ number");
    }

    /// Somebody dialled with a wrong token.
    pub(crate) fn refused_token(&self) {
        if self.link.is_up() {
            // The right one is there: somebody else tries. No word of what they brought.
            tracing::warn!(account = %self.settings.account, "somebody dialled with a wrong token and was refused");
        } else {
            self.troubles.is(TroubleKind::WrongToken);
        }
    }

    /// A connection has ended; says so when none is left.
    pub(crate) fn is_cut_off(&self) {
        if !self.link.is_up() {
            self.troubles
                .is(TroubleKind::Unreachable { why: "no OneBot implementation is connected".to_owned() });
        }
    }

    pub(crate) fn went_offline(&self, why: &str) {
        self.breaker.offline(Some(why));
        self.troubles.is(TroubleKind::SignedOut { why: why.to_owned() });
    }

    pub(crate) fn came_online(&self) {
        if self.breaker.is_offline().is_some() {
            self.breaker.offline(None);
        }
        self.troubles.over(|kind| matches!(kind, TroubleKind::SignedOut { .. }));
    }

    /// The bot's role in the group of an address, as far as known.
    fn known(&self, to: &Address) -> Option<crate::chats::Known> {
        match keys::target(to)? {
            Target::Group(group) => Some(self.chats.get(group)),
            Target::Private { .. } => None,
        }
    }
}

#[async_trait]
impl Platform for OneBotPlatform {
    fn account(&self) -> &AccountId {
        &self.settings.account
    }

    fn name(&self) -> &'static str {
        "QQ"
    }

    fn capabilities(&self, to: &Address) -> Capabilities {
        capability::capabilities(self.known(to).as_ref())
    }

    fn tells_reactions(&self, to: &Address) -> bool {
        // In private nothing tells of them; in a group some implementations do.
        self.known(to).is_some()
    }

    fn plan(&self, to: &Address, action: &Action) -> RenderPlan {
        plan::plan(&self.capabilities(to), action, self.now_ms())
    }

    async fn perform(&self, to: &Address, call: &Call, nonce: OutboxId) -> Outcome {
        self.outcome(to, call, &nonce).await
    }

    async fn settle(&self, to: &Address, call: &Call, nonce: OutboxId) -> Option<Outcome> {
        self.what_became_of(to, call, &nonce).await
    }

    fn pace(&self) -> Pace {
        self.settings.pace
    }

    fn gap(&self) -> Option<Gap> {
        let Manner { gap_least_ms, gap_most_ms, per_day } = self.settings.manner;
        Some(Gap { least_ms: gap_least_ms, most_ms: gap_most_ms, per_day })
    }

    /// What is watched by QQ is what an account says: deletions and mutes are never held up by messages.
    fn is_paced_by_chat(&self, action: &Action) -> bool {
        matches!(action, Action::Send(_) | Action::Post(_))
    }

    fn bulk_rests_until(&self) -> Option<i64> {
        let rest = self.breaker.rest(self.now_ms());
        match &rest {
            Some(rest) => self.troubles.is(TroubleKind::BulkPaused { why: rest.why.clone() }),
            None => self.troubles.over(|kind| matches!(kind, TroubleKind::BulkPaused { .. })),
        }
        rest.map(|rest| rest.until_ms)
    }

    fn numbers_buttons(&self) -> bool {
        true
    }

    fn health(&self) -> Vec<Trouble> {
        self.bulk_rests_until();
        let mut all = self.troubles.now();
        all.extend(health::of_groups(&self.chats));
        all
    }

    async fn run(&self, sink: EventSink) {
        let Some(me) = self.me.get().and_then(Weak::upgrade) else { return };
        *self.sink.write().await = Some(sink.clone());
        tokio::select! {
            () = sink.closed() => {}
            () = me.dial(&sink) => {}
        }
        self.stand_down().await;
    }

    async fn stand_down(&self) {
        *self.sink.write().await = None;
        self.link.end_all();
    }
}
