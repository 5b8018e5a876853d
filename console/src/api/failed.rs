//! `/api/v1/events/failed`: what no feature could digest.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use bot_core::ids::RowId;
use bot_core::roster::Permission;
use bot_core::store::message;
use bot_core::work::Work;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Rows;
use super::caller::Caller;
use super::problem::{Problem, Problems};
use super::write::{Keyed, Stop, Write, WriteProblems};
use crate::pages::failed::put_away_as;
use crate::state::Console;

/// Most rows given.
const SHOWN: i64 = 200;

/// An event that no feature could digest.
#[derive(Serialize, ToSchema)]
pub(crate) struct FailedEvent {
    /// Our id.
    id: String,
    /// The account that saw it.
    account: String,
    /// The platform's key of it.
    key: String,
    /// The event, as JSON in a text.
    event: String,
    /// What went wrong.
    error: String,
    /// When, unix milliseconds.
    failed_at_ms: i64,
}

/// What is done with such an event.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum FailedEventAct {
    /// Takes it off the list, because a person has looked at it.
    PutAway,
}

/// Events that no feature could digest, 200 at most.
#[utoipa::path(get, path = "/events/failed", responses((status = 200, body = Rows<FailedEvent>), Problems))]
pub(crate) async fn list(
    State(console): State<Console>,
    caller: Caller,
) -> Result<Json<Rows<FailedEvent>>, Problem> {
    caller.may(Permission::Administer)?;
    let mut tx = console.hall.db.read().await?;
    let items = message::failed(&mut tx, SHOWN).await?.into_iter().map(FailedEvent::from).collect();
    Ok(Json(Rows { items, next: None }))
}

/// Takes such an event off the list; gives those that stay.
#[utoipa::path(
    post,
    path = "/events/failed/{id}/acts",
    params(("id" = String, Path, description = "Our id of the event."), Keyed),
    request_body = FailedEventAct,
    responses((status = 200, body = Rows<FailedEvent>), Problems, WriteProblems)
)]
pub(crate) async fn act(
    State(console): State<Console>,
    Path(id): Path<String>,
    write: Write<FailedEventAct>,
) -> Result<Response, Problem> {
    let by = write.by(Permission::Administer)?;
    let FailedEventAct::PutAway = write.body;
    let id = RowId(id);
    let step = async |mut work: Work| {
        if !put_away_as(&mut work, &by, &id).await? {
            return Err(Problem::not_found().into());
        }
        let left = message::failed(work.tx().await?, SHOWN).await?;
        let items = left.into_iter().map(FailedEvent::from).collect();
        Ok::<_, Stop>((work, (StatusCode::OK, Rows { items, next: None })))
    };
    write.once(&console, step).await
}

impl From<message::FailedEvent> for FailedEvent {
    fn from(one: message::FailedEvent) -> Self {
        Self {
            id: one.id.to_string(),
            account: one.account.to_string(),
            key: one.event_key.to_string(),
            event: one.event,
            error: one.error,
            failed_at_ms: one.failed_at_ms,
        }
    }
}
