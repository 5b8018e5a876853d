//! `/api/v1/webhooks`.

use std::collections::BTreeSet;

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use bot_core::error::FeatureError;
use bot_core::features::webhook::{self as feature, Typed};
use bot_core::ids::{RowId, StaffId};
use bot_core::roster::Permission;
use bot_core::store::{StoreError, Tx, webhook as store};
use bot_core::work::Work;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::caller::Caller;
use super::problem::{Problem, Problems};
use super::write::{Keyed, Stop, Write, WriteProblems};
use super::{Paging, Rows};
use crate::state::Console;

/// An address that is told what happens.
#[derive(Serialize, ToSchema)]
pub(crate) struct Webhook {
    /// Our id.
    id: String,
    /// Where.
    url: String,
    /// What it is for.
    description: String,
    /// `on`, `off`, `gone` (it answered 410) or `failing` (given up after days without success).
    state: &'static str,
    /// What it wants to hear of, such as `ticket.closed`.
    types: BTreeSet<String>,
    /// Whose rights say what it is told, by our id of the staff member.
    staff: String,
    /// Since when nothing has come through, unix milliseconds.
    failing_since_ms: Option<i64>,
    /// Until when the secret before this one signs as well, unix milliseconds.
    old_secret_until_ms: Option<i64>,
    /// When it was made, unix milliseconds.
    created_at_ms: i64,
}

/// A webhook that something was done with.
#[derive(Serialize, ToSchema)]
pub(crate) struct WebhookDone {
    /// As it is now, or as it was when it was deleted.
    webhook: Webhook,
    /// Its new secret, shown this once: when it was made or got another one.
    secret: Option<String>,
    /// The message that was made to try it.
    delivery: Option<String>,
}

/// A message to a webhook.
#[derive(Serialize, ToSchema)]
pub(crate) struct Message {
    /// Our id of the message.
    id: String,
    /// The id of what happened: the header `webhook-id`.
    event: String,
    /// What happened, such as `ticket.closed`.
    r#type: String,
    /// To what, such as `T-12`.
    object: String,
    /// `open` (it waits), `calling`, `sent`, `failed` (given up) or `withheld` (the webhook's maker may not see it).
    state: &'static str,
    /// How often it was tried.
    attempts: i64,
    /// When it is tried next, unix milliseconds.
    next_at_ms: Option<i64>,
    /// When it was last tried, unix milliseconds.
    tried_at_ms: Option<i64>,
    /// For how long, milliseconds.
    took_ms: Option<i64>,
    /// The HTTP status that came back.
    status: Option<i64>,
    /// How the answer began, 1,024 bytes at most.
    answer: Option<String>,
    /// What went wrong on the way.
    error: Option<String>,
    /// When it was made, unix milliseconds.
    made_at_ms: i64,
}

/// A webhook to be made.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct WebhookToMake {
    /// Where: https, on the open internet.
    url: String,
    /// What it is for, 200 characters at most.
    #[serde(default)]
    description: String,
    /// What it wants to hear of, such as `ticket.closed`.
    types: BTreeSet<String>,
}

/// What is done with a webhook.
#[derive(Deserialize, ToSchema)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum WebhookAct {
    /// Changes it.
    Change {
        /// Where.
        url: String,
        /// What it is for.
        #[serde(default)]
        description: String,
        /// What it wants to hear of.
        types: BTreeSet<String>,
    },
    /// Switches it on.
    Enable,
    /// Switches it off.
    Disable,
    /// Gives it a new secret; the one before signs as well for 24 hours.
    Rotate,
    /// Takes it away with all messages to it.
    Delete,
    /// Sends it a message that says nothing, of the type `webhook.test`.
    Test,
    /// Sends a message again.
    SendAgain {
        /// Which, by our id of the message.
        delivery: String,
    },
}

/// Webhooks, in the order in which they were made.
#[utoipa::path(get, path = "/webhooks", params(Paging), responses((status = 200, body = Rows<Webhook>), Problems))]
pub(crate) async fn list(
    State(console): State<Console>,
    caller: Caller,
    paging: Result<Query<Paging>, QueryRejection>,
) -> Result<Json<Rows<Webhook>>, Problem> {
    caller.may(Permission::Administer)?;
    let Query(paging) = paging?;
    let wanted = paging.wanted()?;
    let after = paging.after.unwrap_or_default();
    let mut tx = console.hall.db.read().await?;
    let mut read = Vec::new();
    // There are few.
    for one in store::all(&mut tx).await?.into_iter().filter(|one| one.id.as_str() > after.as_str()) {
        read.push(shown(&mut tx, one).await?);
    }
    read.truncate(usize::try_from(wanted).unwrap_or(usize::MAX));
    Ok(Json(Rows::of(read, wanted, |one| one.id.clone(), |one| one)))
}

/// A webhook.
#[utoipa::path(
    get,
    path = "/webhooks/{id}",
    params(("id" = String, Path, description = "Our id of the webhook.")),
    responses((status = 200, body = Webhook), Problems)
)]
pub(crate) async fn one(
    State(console): State<Console>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<Webhook>, Problem> {
    caller.may(Permission::Administer)?;
    let mut tx = console.hall.db.read().await?;
    let found = store::get(&mut tx, &RowId::from(id)).await?.ok_or_else(Problem::not_found)?;
    Ok(Json(shown(&mut tx, found).await?))
}

/// The messages to a webhook, newest first; they are kept for 30 days.
#[utoipa::path(
    get,
    path = "/webhooks/{id}/deliveries",
    params(("id" = String, Path, description = "Our id of the webhook."), Paging),
    responses((status = 200, body = Rows<Message>), Problems)
)]
pub(crate) async fn deliveries(
    State(console): State<Console>,
    caller: Caller,
    Path(id): Path<String>,
    paging: Result<Query<Paging>, QueryRejection>,
) -> Result<Json<Rows<Message>>, Problem> {
    caller.may(Permission::Administer)?;
    let Query(paging) = paging?;
    let wanted = paging.wanted()?;
    let below = paging.after.map(RowId::from);
    let mut tx = console.hall.db.read().await?;
    let id = RowId::from(id);
    store::get(&mut tx, &id).await?.ok_or_else(Problem::not_found)?;
    let read = store::deliveries(&mut tx, &id, below.as_ref(), wanted).await?;
    Ok(Json(Rows::of(read, wanted, |one| one.id.to_string(), Message::from)))
}

/// Makes a webhook.
#[utoipa::path(
    post,
    path = "/webhooks",
    params(Keyed),
    request_body = WebhookToMake,
    responses((status = 201, body = WebhookDone), Problems, WriteProblems)
)]
pub(crate) async fn create(
    State(console): State<Console>,
    write: Write<WebhookToMake>,
) -> Result<Response, Problem> {
    let by = write.by(Permission::Administer)?;
    let WebhookToMake { url, description, types } = &write.body;
    let typed = Typed { url: url.clone(), description: description.clone(), types: types.clone() };
    let step = async |mut work: Work| {
        let made = feature::create(&mut work, &by, &typed).await?;
        let secret = Some(made.secret.clone());
        let webhook = shown(work.tx().await?, made).await?;
        Ok::<_, Stop>((work, (StatusCode::CREATED, WebhookDone { webhook, secret, delivery: None })))
    };
    write.once(&console, step).await
}

/// Does something with a webhook.
#[utoipa::path(
    post,
    path = "/webhooks/{id}/acts",
    params(("id" = String, Path, description = "Our id of the webhook."), Keyed),
    request_body = WebhookAct,
    responses((status = 200, body = WebhookDone), Problems, WriteProblems)
)]
pub(crate) async fn act(
    State(console): State<Console>,
    Path(id): Path<String>,
    write: Write<WebhookAct>,
) -> Result<Response, Problem> {
    let by = write.by(Permission::Administer)?;
    let id = RowId::from(id);
    let step = async |mut work: Work| {
        let found = store::get(work.tx().await?, &id).await?.ok_or_else(Problem::not_found)?;
        let before = shown(work.tx().await?, found).await?;
        let (secret, delivery) = done(&mut work, &by, &id, &write.body).await?;
        let webhook = match store::get(work.tx().await?, &id).await? {
            Some(one) => shown(work.tx().await?, one).await?,
            None => before,
        };
        Ok::<_, Stop>((work, (StatusCode::OK, WebhookDone { webhook, secret, delivery })))
    };
    write.once(&console, step).await
}

/// Does it; gives what is shown of it this once: the secret and the message.
async fn done(
    work: &mut Work,
    by: &StaffId,
    id: &RowId,
    act: &WebhookAct,
) -> Result<(Option<String>, Option<String>), FeatureError> {
    match act {
        WebhookAct::Change { url, description, types } => {
            let typed = Typed { url: url.clone(), description: description.clone(), types: types.clone() };
            feature::change(work, by, id, &typed).await.map(|_| (None, None))
        }
        WebhookAct::Enable => feature::switch(work, by, id, true).await.map(|_| (None, None)),
        WebhookAct::Disable => feature::switch(work, by, id, false).await.map(|_| (None, None)),
        WebhookAct::Rotate => feature::rotate(work, by, id).await.map(|one| (Some(one.secret), None)),
        WebhookAct::Delete => feature::remove(work, by, id).await.map(|()| (None, None)),
        WebhookAct::Test => feature::test(work, by, id).await.map(|made| (None, Some(made.to_string()))),
        WebhookAct::SendAgain { delivery } => {
            let delivery = RowId::from(delivery.as_str());
            feature::again(work, by, id, &delivery).await.map(|()| (None, None))
        }
    }
}

async fn shown(tx: &mut Tx, one: store::Webhook) -> Result<Webhook, StoreError> {
    let types = store::types(tx, &one.id).await?;
    Ok(Webhook {
        id: one.id.to_string(),
        url: one.url,
        description: one.description,
        state: one.state.word(),
        types,
        staff: one.staff.to_string(),
        failing_since_ms: one.failing_since_ms,
        old_secret_until_ms: one.old.map(|(_, until_ms)| until_ms),
        created_at_ms: one.created_at_ms,
    })
}

impl From<store::Delivery> for Message {
    fn from(one: store::Delivery) -> Self {
        Self {
            next_at_ms: one.next_at_ms(),
            id: one.id.to_string(),
            event: one.event.to_string(),
            r#type: one.kind,
            object: one.object,
            state: one.state.word(),
            attempts: one.attempts,
            tried_at_ms: one.tried_at_ms,
            took_ms: one.took_ms,
            status: one.status,
            answer: one.answer,
            error: one.error,
            made_at_ms: one.made_at_ms,
        }
    }
}
