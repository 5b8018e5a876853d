//! Calls webhooks with what was taken in hand, beside everything else, and keeps what came of it.

use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use serde_json::{Value, json};
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::decide::{Address, Next, after};
use super::event::Happened;
use super::{NAME, sign};
use crate::directory::Purpose;
use crate::error::{FeatureError, Result};
use crate::features::group;
use crate::hall::Hall;
use crate::roster::Staff;
use crate::store::chat;
use crate::store::webhook::{self as store, Claim, Delivery, DeliveryState, Tried, Webhook, WebhookState};
use crate::text;
use crate::work::{Place, Work};

/// What is sent to an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// Where.
    pub url: String,
    /// Headers beside those of every request.
    pub headers: Vec<(&'static str, String)>,
    /// JSON.
    pub body: String,
}

/// What came back.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answered {
    /// The HTTP status, if any answer came.
    pub status: Option<u16>,
    /// How it begins; a kilobyte at most.
    pub answer: Option<String>,
    /// What went wrong on the way.
    pub error: Option<String>,
}

/// Calls addresses outside, and nothing inside.
#[async_trait]
pub trait Caller: Send + Sync {
    /// Posts a message; ends by itself within a time.
    async fn call(&self, call: &Call) -> Answered;
}

/// Shows a thing as the API shows it.
#[async_trait]
pub trait Show: Send + Sync {
    /// The name under which it stands in a message, and the thing; `None` when it is not there, or the API shows no such thing.
    async fn show(
        &self,
        look: &mut Work,
        what: Happened,
        object: &str,
    ) -> Result<Option<(&'static str, Value)>>;
}

/// Calls webhooks.
pub struct Deliverer {
    hall: Arc<Hall>,
    caller: Arc<dyn Caller>,
    show: Arc<dyn Show>,
    handed: Mutex<Option<mpsc::UnboundedReceiver<Claim>>>,
}

impl Deliverer {
    /// The one who calls for a hall, from now on.
    pub fn new(hall: Arc<Hall>, caller: Arc<dyn Caller>, show: Arc<dyn Show>) -> Arc<Self> {
        let handed = Mutex::new(Some(hall.webhooks.sit()));
        Arc::new(Self { hall, caller, show, handed })
    }

    /// Calls until told to stop, then lets what is under way end.
    pub async fn run(self: Arc<Self>, stop: CancellationToken) {
        let handed = self.handed.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some(mut handed) = handed else { return };
        let mut calls = JoinSet::new();
        loop {
            tokio::select! {
                biased;
                () = stop.cancelled() => break,
                Some(claim) = handed.recv() => {
                    let deliverer = Arc::clone(&self);
                    calls.spawn(async move { deliverer.deliver(&claim).await });
                }
                Some(_) = calls.join_next() => {}
            }
        }
        while calls.join_next().await.is_some() {}
    }

    /// Does what was handed over so far, one after the other; gives how many. For programs that are run step by step.
    pub async fn deliver_handed(&self) -> usize {
        let mut all = Vec::new();
        {
            let mut handed = self.handed.lock().unwrap_or_else(PoisonError::into_inner);
            while let Some(Ok(claim)) = handed.as_mut().map(mpsc::UnboundedReceiver::try_recv) {
                all.push(claim);
            }
        }
        for claim in &all {
            self.deliver(claim).await;
        }
        all.len()
    }

    /// As if the program were killed: what was handed over is lost.
    #[cfg(test)]
    pub(super) fn forget_handed(&self) {
        let mut handed = self.handed.lock().unwrap_or_else(PoisonError::into_inner);
        while let Some(Ok(_)) = handed.as_mut().map(mpsc::UnboundedReceiver::try_recv) {}
    }

    /// Makes one try. What fails on our side is in the log, and the try counts as lost: it comes again.
    pub async fn deliver(&self, claim: &Claim) {
        if let Err(error) = self.tried(claim).await {
            tracing::error!(%error, delivery = %claim.delivery, "a webhook could not be called; it is tried again");
        }
    }

    async fn tried(&self, claim: &Claim) -> Result<()> {
        let Some((webhook, delivery)) = self.in_hand(claim).await? else { return Ok(()) };
        let began_ms = self.hall.now_ms();
        let Some(body) = self.body(claim, &webhook, &delivery).await? else {
            let tried = Tried { state: DeliveryState::Withheld, ..ended(began_ms, 0, Answered::default()) };
            return self.settle(claim, tried, None).await;
        };
        let (id, at_s) = (delivery.event.as_str(), began_ms / 1000);
        let signatures = sign::signatures(&webhook, began_ms, id, at_s, &body);
        let headers = vec![
            ("webhook-id", id.to_owned()),
            ("webhook-timestamp", at_s.to_string()),
            ("webhook-signature", signatures),
        ];
        let answered = self.caller.call(&Call { url: webhook.url.clone(), headers, body }).await;
        let now_ms = self.hall.now_ms();
        metrics::counter!("guildhall_webhooks_called_total", "through" => answered.is_through().to_string())
            .increment(1);
        let failing_ms = webhook.failing_since_ms.map(|since_ms| now_ms - since_ms);
        let (next, address) = after(claim.attempt, answered.status, failing_ms);
        let through = answered.is_through();
        let tried = ended(began_ms, now_ms, answered);
        let tried = match next {
            Next::Done => Tried { state: DeliveryState::Sent, ..tried },
            Next::Wait(wait_ms) => Tried { state: DeliveryState::Open, try_at_ms: now_ms + wait_ms, ..tried },
            Next::GiveUp => Tried { state: DeliveryState::Failed, ..tried },
        };
        self.settle(claim, tried, Some((through, address))).await
    }

    /// The message, if it is still in this hand, and whose it is.
    async fn in_hand(&self, claim: &Claim) -> Result<Option<(Webhook, Delivery)>> {
        let mut tx = self.hall.db.read().await?;
        let found = store::delivery(&mut tx, &claim.delivery).await?;
        let mine = |one: &Delivery| one.state == DeliveryState::Calling && one.attempts == claim.attempt;
        let Some(delivery) = found.filter(mine) else { return Ok(None) };
        Ok(store::get(&mut tx, &delivery.webhook).await?.map(|webhook| (webhook, delivery)))
    }

    /// What is sent: made at the first try and kept, so that it is the same each time. `None` when the webhook's maker may
    /// not see it.
    async fn body(&self, claim: &Claim, webhook: &Webhook, delivery: &Delivery) -> Result<Option<String>> {
        let staff = self.hall.roster.load().get(&webhook.staff).cloned();
        let what = Happened::from_word(&delivery.kind);
        let may = |staff: &Staff| what.is_some_and(|what| staff.may(what.needs()));
        let (Some(what), true) = (what, staff.as_ref().is_some_and(may)) else { return Ok(None) };
        if let Some(body) = &delivery.body {
            return Ok(Some(body.clone()));
        }
        let mut look = self.hall.look().await?;
        let Some(event) = store::event(look.tx().await?, &delivery.event).await? else { return Ok(None) };
        let detail: Value =
            serde_json::from_str(&event.detail).map_err(|error| FeatureError::Internal(error.to_string()))?;
        let mut data = detail;
        if let (Some((name, thing)), Some(fields)) =
            (self.show.show(&mut look, what, &event.object).await?, data.as_object_mut())
        {
            fields.insert(name.to_owned(), thing);
        }
        drop(look);
        let body =
            json!({ "id": event.id, "type": event.kind, "time": event.at_ms, "data": data }).to_string();
        let step = async |mut work: Work| {
            store::put_body(work.tx().await?, claim, &body).await?;
            Ok((work, ()))
        };
        self.hall.in_one_commit(step).await?;
        Ok(Some(body))
    }

    /// Keeps what came of a try, and has the next one made in its time.
    async fn settle(&self, claim: &Claim, tried: Tried, news: Option<(bool, Address)>) -> Result<()> {
        let step = async |mut work: Work| {
            if store::settle(work.tx().await?, claim, &tried).await? {
                settled(&mut work, claim, news).await?;
            }
            Ok((work, ()))
        };
        self.hall.in_one_commit(step).await
    }
}

impl Answered {
    /// Whether it was taken.
    fn is_through(&self) -> bool {
        self.status.is_some_and(|status| (200..300).contains(&status))
    }
}

fn ended(began_ms: i64, now_ms: i64, answered: Answered) -> Tried {
    Tried {
        state: DeliveryState::Sent,
        try_at_ms: now_ms,
        at_ms: began_ms,
        took_ms: (now_ms - began_ms).max(0),
        status: answered.status.map(i64::from),
        answer: answered.answer,
        error: answered.error,
    }
}

/// What follows for the webhook from a try that was settled.
async fn settled(work: &mut Work, claim: &Claim, news: Option<(bool, Address)>) -> Result<()> {
    let Some(delivery) = store::delivery(work.tx().await?, &claim.delivery).await? else { return Ok(()) };
    let (id, now_ms) = (delivery.webhook, work.now_ms);
    if let Some((through, address)) = news {
        store::came_through(work.tx().await?, &id, through, now_ms).await?;
        let ends = match address {
            Address::Stays => None,
            Address::Gone => Some(WebhookState::Gone),
            Address::Failing => Some(WebhookState::Failing),
        };
        if let Some(state) = ends {
            return switch_off(work, &id, state).await;
        }
    }
    // What waited for room goes on at once, the rest in its time.
    super::arm_next(work, &id).await
}

/// Calls an address no more, and tells the staff.
async fn switch_off(work: &mut Work, id: &crate::ids::RowId, state: WebhookState) -> Result<()> {
    let Some(mut one) = store::get(work.tx().await?, id).await? else { return Ok(()) };
    if one.state != WebhookState::On {
        return Ok(());
    }
    one.state = state;
    store::put(work.tx().await?, &one).await?;
    work.disarm(NAME, "call", id.as_str()).await?;
    work.audit_by(None, "webhook.given_up", id, Some(state.word().to_owned())).await?;
    let said = match state {
        WebhookState::Gone => text!("webhook-told-gone", url = &one.url, page = page(work, id)),
        _ => text!("webhook-told-failing", url = &one.url, page = page(work, id)),
    };
    // One staff chat is enough: the first that there is.
    let all = chat::by_purpose(work.tx().await?, Purpose::Staff).await?;
    for account in all.iter().map(|chat| &chat.account) {
        if let Some(chat) = group::staff_chat(work, account).await? {
            let said = work.hall.texts.say(chat.lang.unwrap_or(work.hall.default_lang), &said);
            work.say(Place::chat(&chat.id), said);
            break;
        }
    }
    Ok(())
}

fn page(work: &Work, id: &crate::ids::RowId) -> String {
    format!("{}/webhooks/{id}", work.hall.public_url)
}
