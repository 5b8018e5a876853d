//! `GET /api/v1/outbox/unknown` and `POST /api/v1/outbox/{id}/retry`.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use bot_core::ids::OutboxId;
use bot_core::store::outbox;
use bot_core::work::Work;
use serde::Serialize;
use utoipa::ToSchema;

use super::Rows;
use super::caller::Caller;
use super::problem::{Problem, Problems};
use super::write::{Keyed, Nothing, Stop, Write, WriteProblems};
use crate::pages::outbox::{Again, retry as again, right_for};
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

/// What is on its way again.
#[derive(Serialize, ToSchema)]
pub(crate) struct OnItsWay {
    /// Our id.
    id: String,
}

/// Sends it once more. It may arrive twice, if it had arrived after all.
#[utoipa::path(
    post,
    path = "/outbox/{id}/retry",
    params(("id" = String, Path, description = "The row's id."), Keyed),
    responses((status = 202, body = OnItsWay), Problems, WriteProblems)
)]
pub(crate) async fn retry(
    State(console): State<Console>,
    Path(id): Path<String>,
    write: Write<Nothing>,
) -> Result<Response, Problem> {
    let id = OutboxId(id);
    let row = outbox::get(&mut console.hall.db.read().await?, &id).await?.ok_or_else(Problem::not_found)?;
    let by = write.by(right_for(&row))?;
    let step = async |mut work: Work| match again(&mut work, &by, &id).await? {
        Again::Sent => Ok::<_, Stop>((work, (StatusCode::ACCEPTED, OnItsWay { id: id.to_string() }))),
        Again::Settled => {
            Err(Problem::conflict("Its end is known by now; there is nothing to send again.").into())
        }
        Again::NotAllowed => Err(Problem::not_allowed("of this row's feature").into()),
    };
    write.once(&console, step).await
}
