//! `GET /api/v1/outbox/unknown` and `POST /api/v1/outbox/{id}/retry`.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use bot_core::ids::OutboxId;
use bot_core::store::outbox;
use serde::Serialize;
use utoipa::ToSchema;

use super::Rows;
use super::caller::Caller;
use super::problem::{Problem, Problems};
use crate::pages::outbox::{right_for, send_again};
use crate::state::Console;

/// Most rows given.
const SHOWN: i64 = 200;

/// Something that was sent and never answered: it may or may not have arrived.
#[derive(Serialize, ToSchema)]
pub(crate) struct Unknown {
    /// Our id.
    id: String,
    /// The account that sent it.
    account: String,
    /// Where, by our id.
    chat: String,
    /// `urgent`, `talk`, `files` or `bulk`.
    lane: &'static str,
    /// What, such as `send`.
    action: &'static str,
    /// The feature that sent it.
    feature: Option<String>,
    /// What is known of why.
    error: Option<String>,
    /// How often it was tried.
    attempts: i64,
    /// When it was decided, unix milliseconds.
    created_at_ms: i64,
}

/// What was sent and never answered, oldest first, at most 200. Rows that the token may not send again are
/// left out.
#[utoipa::path(
    get,
    path = "/outbox/unknown",
    responses(
        (status = 200, body = Rows<Unknown>),
        Problems
    )
)]
pub(crate) async fn unknown(
    State(console): State<Console>,
    caller: Caller,
) -> Result<Json<Rows<Unknown>>, Problem> {
    let mut tx = console.hall.db.read().await?;
    let mut read = outbox::unknown(&mut tx, SHOWN).await?;
    read.retain(|row| caller.may(right_for(row)).is_ok());
    let show = |row: outbox::StoredOutbox| Unknown {
        id: row.id.to_string(),
        account: row.account.to_string(),
        chat: row.place.chat.to_string(),
        lane: row.lane.word(),
        action: row.action.word(),
        feature: row.origin.map(|origin| origin.feature),
        error: row.error.map(|(_, why)| why),
        attempts: row.attempts,
        created_at_ms: row.created_at_ms,
    };
    Ok(Json(Rows { items: read.into_iter().map(show).collect(), next: None }))
}

/// Sends it once more. It may arrive twice, if it had arrived after all.
#[utoipa::path(
    post,
    path = "/outbox/{id}/retry",
    params(("id" = String, Path, description = "The row's id.")),
    responses(
        (status = 202, description = "It is on its way again."),
        (status = 409, body = Problem, content_type = "application/problem+json"),
        Problems
    )
)]
pub(crate) async fn retry(
    State(console): State<Console>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    let id = OutboxId(id);
    let mut tx = console.hall.db.read().await?;
    let row = outbox::get(&mut tx, &id).await?.ok_or_else(Problem::not_found)?;
    drop(tx);
    let staff = caller.may(right_for(&row))?;
    if send_again(&console, &staff.id, &id).await? {
        Ok(StatusCode::ACCEPTED)
    } else {
        Err(Problem::conflict("Its end is known by now; there is nothing to send again."))
    }
}
