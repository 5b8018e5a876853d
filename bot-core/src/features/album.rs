//! Albums whose parts come one by one: waits until no more come, then takes them as one message.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use crate::chat::{AccountId, ChatKey, EventBody};
use crate::error::{FeatureError, Result};
use crate::feature::{Due, Feature, Flow, Incoming, Manifest};
use crate::intake;
use crate::store::album as store;
use crate::work::{NewTimer, Work};

/// The feature's name.
const NAME: &str = "album";
/// How long the next part is waited for, milliseconds. Telegram posts the parts of an album within a fraction of a
/// second of each other.
const WAIT_MS: i64 = 1_000;

/// Albums.
pub struct Album;

static MANIFEST: Manifest =
    Manifest { name: NAME, commands: &[], timers: &["whole"], buttons: &[], forms: &[], pages: &[] };

/// Which album a timer is for.
#[derive(Serialize, Deserialize)]
struct Which {
    account: AccountId,
    chat: ChatKey,
    album: String,
}

#[async_trait]
impl Feature for Album {
    fn manifest(&self) -> &'static Manifest {
        &MANIFEST
    }

    async fn on_event(&self, work: &mut Work, incoming: &Incoming) -> Result<Flow> {
        let EventBody::Part { album, message } = &incoming.event.body else { return Ok(Flow::Pass) };
        let (chat, now_ms) = (&message.chat.key, work.now_ms);
        store::add(work.tx().await?, (chat, album), &incoming.event, now_ms).await?;
        let account = incoming.event.account.clone();
        let which = Which { account, chat: chat.clone(), album: album.clone() };
        let key = serde_json::to_string(&which).map_err(|error| FeatureError::Internal(error.to_string()))?;
        let due_at_ms = now_ms + WAIT_MS;
        work.arm(NewTimer { feature: NAME, kind: "whole", key, due_at_ms }).await?;
        Ok(Flow::Done)
    }

    async fn on_timer(&self, work: &mut Work, due: &Due) -> Result<()> {
        let which: Which =
            serde_json::from_str(&due.key).map_err(|error| FeatureError::Internal(error.to_string()))?;
        let parts = store::take(work.tx().await?, &which.account, &which.chat, &which.album).await?;
        let Some(mut whole) = parts.first().cloned() else { return Ok(()) };
        let messages = parts.into_iter().filter_map(|part| match part.body {
            EventBody::Part { message, .. } => Some(message),
            _ => None,
        });
        // An account that is not connected any more has nobody to join the parts: they come as they are.
        let platform = work.hall.platform(&which.account).cloned();
        let joined = match platform {
            Some(platform) => platform.join(messages.collect()),
            None => messages.collect(),
        };
        for message in joined {
            whole.body = EventBody::Message(message);
            intake::take_within(work, &whole).await?;
        }
        Ok(())
    }
}
