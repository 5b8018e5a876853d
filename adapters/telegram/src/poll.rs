//! Fetches updates, and acknowledges them to Telegram only after they have taken effect.

use std::collections::HashSet;
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
/// How long the rest of an album is waited for, milliseconds. Its parts are updates of their own, sent together.
const ALBUM_MS: i64 = 500;
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

/// Where the fetching stands.
#[derive(Default)]
struct Progress {
    /// The next update to ask for: asking acknowledges all before it.
    offset: i64,
    /// Updates from `offset` on that have taken effect already, while an album among them waits for its rest.
    taken: HashSet<i64>,
    /// Albums that were waited for.
    waited: HashSet<String>,
}

/// What is to be done with a batch.
struct Batch {
    /// To be taken now.
    now: Vec<Raw>,
    /// Albums whose rest may still be on its way; everything of their chats waits.
    albums: Vec<String>,
    /// The last update of all.
    last: i64,
}

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
        let mut progress = Progress::default();
        let mut wait_ms = RETRY_FIRST_MS;
        loop {
            match self.fetch(progress.offset).await {
                Ok(updates) => {
                    wait_ms = RETRY_FIRST_MS;
                    self.troubles.over(stopped_by);
                    if !self.take(&mut progress, &updates, sink).await {
                        return;
                    }
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

    /// Takes a batch. `false` when the program is stopping: then nothing more is acknowledged.
    async fn take(&self, progress: &mut Progress, updates: &[Box<RawValue>], sink: &EventSink) -> bool {
        let raws = updates.iter().filter_map(|update| read::raw(update)).collect();
        let Some(batch) = sorted(raws, progress) else { return true };
        if !self.give(&batch.now, sink).await {
            return false;
        }
        if batch.albums.is_empty() {
            *progress = Progress { offset: batch.last + 1, ..Progress::default() };
            return true;
        }
        progress.taken.extend(batch.now.iter().map(|raw| raw.id));
        progress.waited.extend(batch.albums);
        self.pause(ALBUM_MS).await;
        true
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

/// What of a batch is taken now, and what waits. `None` for an empty batch.
///
/// An album waits when nothing of its chat came after it: its other parts may be on their way. It waits once.
fn sorted(raws: Vec<Raw>, progress: &Progress) -> Option<Batch> {
    let last = raws.iter().map(|raw| raw.id).max()?;
    let chat = |raw: &Raw| raw.chat().map(|chat| chat.id);
    let mut waiting_chats = HashSet::new();
    let mut albums = Vec::new();
    let mut seen = HashSet::new();
    for raw in raws.iter().rev() {
        if let Some(chat) = chat(raw)
            && seen.insert(chat)
            && let Some(album) = raw.album().filter(|album| !progress.waited.contains(*album))
        {
            waiting_chats.insert(chat);
            albums.push(album.to_owned());
        }
    }
    let waits = |raw: &Raw| chat(raw).is_some_and(|chat| waiting_chats.contains(&chat));
    let now = raws.into_iter().filter(|raw| !progress.taken.contains(&raw.id) && !waits(raw)).collect();
    Some(Batch { now, albums, last })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn raw(id: i64, chat: i64, album: Option<&str>) -> Raw {
        let album = album.map(|album| format!(r#","media_group_id":"{album}""#)).unwrap_or_default();
        let json = format!(
            r#"{{"update_id":{id},"message":{{"message_id":{id},"date":1,"chat":{{"id":{chat},"type":"group"}},"text":"x"{album}}}}}"#
        );
        read::raw(&RawValue::from_string(json).unwrap()).unwrap()
    }

    fn ids(batch: &Batch) -> Vec<i64> {
        batch.now.iter().map(|raw| raw.id).collect()
    }

    #[test]
    fn an_album_at_the_end_of_its_chat_waits_and_holds_up_nobody_else() {
        let batch = |progress: &Progress| {
            sorted(vec![raw(1, -5, None), raw(2, -5, Some("A")), raw(3, -6, None)], progress).unwrap()
        };
        let first = batch(&Progress::default());
        assert_eq!((ids(&first), first.albums.as_slice()), (vec![3], ["A".to_owned()].as_slice()));
        let progress =
            Progress { offset: 1, taken: HashSet::from([3]), waited: HashSet::from(["A".to_owned()]) };
        let second = batch(&progress);
        assert_eq!((ids(&second), second.albums.len(), second.last), (vec![1, 2], 0, 3));
    }

    #[test]
    fn an_album_that_something_came_after_is_whole() {
        let batch = sorted(vec![raw(1, -5, Some("A")), raw(2, -5, None)], &Progress::default()).unwrap();
        assert_eq!((ids(&batch), batch.albums.len()), (vec![1, 2], 0));
        assert!(sorted(Vec::new(), &Progress::default()).is_none());
    }
}
