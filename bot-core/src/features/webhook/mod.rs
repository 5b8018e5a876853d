//! Webhooks: programs outside are told what happens here, each event at least once, by signed messages.
//!
//! What happens is put down in the commit in which it happens ([`tell`]). A timer makes a message of it for each webhook that
//! wants it, another takes those that are due in hand, and [`Deliverer`] calls: beside everything else, so that a slow
//! address keeps nobody waiting.

mod acts;
mod decide;
mod deliver;
mod event;
mod sign;
#[cfg(test)]
mod tests;

use std::sync::OnceLock;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use serde_json::json;
use tokio::sync::mpsc;

use crate::chat::EventBody;
use crate::directory::Purpose;
use crate::error::{FeatureError, Result};
use crate::feature::{Due, Feature, Flow, Incoming, Manifest};
use crate::ids::RowId;
use crate::outward::Reach;
use crate::store::webhook::{self as store, Claim, WebhookState};
use crate::work::{NewTimer, Work};

pub use acts::{
    DESCRIPTION_MAX_CHARS, Typed, WEBHOOKS_MAX, again, change, create, remove, rotate, switch, test,
};
pub use deliver::{Answered, Call, Caller, Deliverer, Show};
pub use event::{Happened, tell};

const NAME: &str = "webhook";

/// So many messages are under way to one address at once: who is slow keeps only themselves waiting.
const AT_ONCE: i64 = 4;
/// A call of which nothing is heard for so long is lost, with the program that made it, milliseconds.
const LOST_AFTER_MS: i64 = 60_000;

/// `[webhooks]`
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct WebhookConfig {
    /// Networks or addresses inside that may be called, also in plain text; nothing but the open internet without them.
    pub allow: Vec<String>,
}

impl WebhookConfig {
    /// What may be called.
    ///
    /// # Errors
    /// When the config names something that is no network; it was refused when it was read.
    pub fn reach(&self) -> Result<Reach> {
        Reach::new(&self.allow).map_err(|wrong| FeatureError::Internal(format!("[webhooks] allow: {wrong}")))
    }

    /// What is wrong with it, in one sentence.
    ///
    /// # Errors
    /// That sentence.
    pub fn check(&self) -> Result<(), String> {
        Reach::new(&self.allow).map(|_| ()).map_err(|wrong| {
            format!("[webhooks] allow: `{wrong}` is neither an address such as 127.0.0.1 nor a network such as 10.0.0.0/8")
        })
    }
}

/// Where what was taken in hand is handed to who calls.
#[derive(Default)]
pub struct Desk(OnceLock<mpsc::UnboundedSender<Claim>>);

impl Desk {
    /// Takes a place at the desk, once for each program.
    fn sit(&self) -> mpsc::UnboundedReceiver<Claim> {
        let (sender, receiver) = mpsc::unbounded_channel();
        if self.0.set(sender).is_err() {
            tracing::error!("somebody calls webhooks already; the second is handed nothing");
        }
        receiver
    }

    fn hand_over(&self, claims: Vec<Claim>) {
        let Some(sender) = self.0.get() else { return };
        for claim in claims {
            // Nobody there any more: the program ends, and the calls count as lost.
            let _ = sender.send(claim);
        }
    }

    /// Whether somebody calls in this program.
    fn is_staffed(&self) -> bool {
        self.0.get().is_some()
    }
}

/// Webhooks.
pub struct WebhookFeature;

static MANIFEST: Manifest = Manifest {
    name: NAME,
    commands: &[],
    timers: &["event", "call"],
    buttons: &[],
    forms: &[],
    pages: &["/webhooks"],
};

#[async_trait]
impl Feature for WebhookFeature {
    fn manifest(&self) -> &'static Manifest {
        &MANIFEST
    }

    async fn on_event(&self, work: &mut Work, incoming: &Incoming) -> Result<Flow> {
        let what = match &incoming.event.body {
            EventBody::Joined { .. } => Happened::MemberJoined,
            EventBody::Left { .. } => Happened::MemberLeft,
            _ => return Ok(Flow::Pass),
        };
        let (chat, Some(user)) = (&incoming.chat, &incoming.user) else { return Ok(Flow::Pass) };
        if chat.purpose == Purpose::Community {
            let detail =
                json!({ "chat": chat.id, "user": user.id, "person": user.person, "name": user.name });
            tell(work, what, &user.person, detail).await?;
        }
        Ok(Flow::Pass)
    }

    async fn on_timer(&self, work: &mut Work, due: &Due) -> Result<()> {
        let key = RowId::from(due.key.as_str());
        match due.kind.as_str() {
            "event" => fan_out(work, &key).await,
            _ => take_in_hand(work, &key).await,
        }
    }
}

/// Makes a message of an event for each webhook that wants it.
async fn fan_out(work: &mut Work, event: &RowId) -> Result<()> {
    let Some(found) = store::event(work.tx().await?, event).await? else { return Ok(()) };
    for webhook in store::who_wants(work.tx().await?, &found.kind).await? {
        let (id, now_ms) = (work.hall.ids.next(), work.now_ms);
        store::add(work.tx().await?, &id, &webhook, event, now_ms).await?;
        acts::call_now(work, &webhook).await?;
    }
    Ok(())
}

/// Takes the messages to a webhook in hand that are due, as many as may be under way, and comes back for the rest.
async fn take_in_hand(work: &mut Work, webhook: &RowId) -> Result<()> {
    let Some(one) = store::get(work.tx().await?, webhook).await? else { return Ok(()) };
    if one.state != WebhookState::On {
        return Ok(());
    }
    let now_ms = work.now_ms;
    if !work.hall.webhooks.is_staffed() {
        // A program that calls nobody, such as the demo's past: whoever calls comes later.
        return arm(work, webhook, now_ms + LOST_AFTER_MS).await;
    }
    let room = AT_ONCE - store::busy(work.tx().await?, webhook, now_ms).await?;
    if room > 0 {
        let until_ms = now_ms + LOST_AFTER_MS;
        let claims = store::claim(work.tx().await?, webhook, now_ms, room, until_ms).await?;
        work.after_commit(move |hall| hall.webhooks.hand_over(claims));
    }
    // With no room left, each that is settled arms it anew.
    match store::next_try_at(work.tx().await?, webhook).await? {
        Some(next_ms) if next_ms > now_ms => arm(work, webhook, next_ms).await,
        Some(_) => arm(work, webhook, now_ms + LOST_AFTER_MS).await,
        None => Ok(()),
    }
}

/// Has the next message to a webhook taken in hand when it is due.
async fn arm_next(work: &mut Work, webhook: &RowId) -> Result<()> {
    let now_ms = work.now_ms;
    match store::next_try_at(work.tx().await?, webhook).await? {
        Some(next_ms) => arm(work, webhook, next_ms.max(now_ms)).await,
        None => Ok(work.disarm(NAME, "call", webhook.as_str()).await?),
    }
}

async fn arm(work: &mut Work, webhook: &RowId, due_at_ms: i64) -> Result<()> {
    Ok(work.arm(NewTimer { feature: NAME, kind: "call", key: webhook.to_string(), due_at_ms }).await?)
}
