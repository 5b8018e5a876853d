//! Fetches updates, and acknowledges them to Telegram only after they have taken effect.

use std::time::Duration;

use bot_core::chat::{EventSink, TroubleKind};
use serde_json::value::RawValue;
use teloxide::payloads::{GetUpdates, GetUpdatesSetters as _};
use teloxide::types::AllowedUpdate;

use crate::api::Fault;
use crate::platform::TelegramPlatform;
use crate::read::{self, Raw};

/// How long Telegram may hold the answer when there is nothing to tell, seconds.
const HOLD_S: u32 = 30;
/// How long a poll may take; a little more than Telegram holds it.
const POLL_LIMIT: Duration = Duration::from_secs(40);
/// Waits after a poll that failed, milliseconds: doubled up to the longest.
const RETRY_FIRST_MS: i64 = 1_000;
const RETRY_MAX_MS: i64 = 30_000;

/// The updates that are used, and no others.
pub(crate) const UPDATES: [AllowedUpdate; 9] = [
    AllowedUpdate::Message,
    AllowedUpdate::EditedMessage,
    AllowedUpdate::ChannelPost,
    AllowedUpdate::EditedChannelPost,
    AllowedUpdate::MessageReaction,
    AllowedUpdate::CallbackQuery,
    AllowedUpdate::MyChatMember,
    AllowedUpdate::ChatMember,
    AllowedUpdate::ChatJoinRequest,
];

impl TelegramPlatform {
    /// Fetches updates until the sink is closed.
    pub(crate) async fn poll(&self, sink: &EventSink) {
        tokio::select! {
            () = sink.closed() => {}
            () = self.poll_for_ever(sink) => {}
        }
    }

    async fn poll_for_ever(&self, sink: &EventSink) {
        self.introduce().await;
        // The next update to ask for: asking acknowledges all before it.
        let mut offset = 0;
        let mut wait_ms = RETRY_FIRST_MS;
        loop {
            match self.fetch(offset).await {
                Ok(updates) => {
                    wait_ms = RETRY_FIRST_MS;
                    self.troubles.over(stopped_by);
                    let raws: Vec<Raw> = updates.iter().filter_map(|update| read::raw(update)).collect();
                    // When the program is stopping, nothing more is acknowledged.
                    if !self.give(&raws, sink).await {
                        return;
                    }
                    let last = raws.iter().map(|raw| raw.id).max();
                    offset = last.map_or(offset, |last| last + 1);
                }
                Err(fault) => {
                    let asked_ms = self.failed(fault).await;
                    self.pause(asked_ms.unwrap_or(wait_ms)).await;
                    wait_ms = (wait_ms * 2).min(RETRY_MAX_MS);
                }
            }
        }
    }

    async fn fetch(&self, offset: i64) -> Result<Vec<Box<RawValue>>, Fault> {
        let mut ask = GetUpdates::new().limit(100).timeout(HOLD_S).allowed_updates(UPDATES);
        // teloxide's offset has 32 bits, as Telegram's update ids have.
        ask.offset = i32::try_from(offset).ok().filter(|offset| *offset != 0);
        self.api.call_within(&ask, POLL_LIMIT).await
    }

    /// Lets time pass by the hall's clock.
    pub(crate) async fn pause(&self, wait_ms: i64) {
        self.settings.clock.until(self.now_ms() + wait_ms).await;
    }

    /// Says what a failed call to fetch or to set up means. Gives how long Telegram asks to wait.
    pub(crate) async fn failed(&self, fault: Fault) -> Option<i64> {
        let kind = match fault {
            Fault::TooFast { wait_ms } => return Some(wait_ms),
            Fault::NotDone(why) | Fault::Unknown(why) => TroubleKind::Unreachable { why },
            Fault::Refused { code: 401 | 404, .. } => TroubleKind::WrongToken,
            Fault::Refused { code: 409, words, .. } if words.contains("webhook") => {
                TroubleKind::WebhookElsewhere { host: self.webhook_host().await }
            }
            Fault::Refused { code: 409, .. } => TroubleKind::SecondPoller,
            Fault::Refused { words, .. } => TroubleKind::Unreachable { why: words },
        };
        self.troubles.is(kind);
        None
    }
}

/// The troubles that are over once updates can be fetched.
fn stopped_by(kind: &TroubleKind) -> bool {
    use TroubleKind as T;
    matches!(kind, T::Unreachable { .. } | T::SecondPoller | T::WebhookElsewhere { .. } | T::WrongToken)
}
