//! `/api/v1/join-requests`: who waits to be let into a group.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use bot_core::features::join_request as feature;
use bot_core::ids::RowId;
use bot_core::roster::Permission;
use bot_core::store::join_request as store;
use bot_core::work::Work;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Rows;
use super::caller::Caller;
use super::problem::{Problem, Problems};
use super::write::{Keyed, Stop, Write, WriteProblems};
use crate::state::Console;

/// Most rows given.
const SHOWN: i64 = 200;

/// Somebody who asks to be let into a group.
#[derive(Serialize, ToSchema)]
pub(crate) struct JoinRequest {
    /// Our id of the request.
    id: String,
    /// Into which group, by our id.
    chat: String,
    /// Who, by our id of the user.
    user: String,
    /// What they wrote with it, or say of themselves.
    words: String,
    /// `open`, `letting_in` or `turning_away` while it waits; `let_in`, `turned_away` or `gone` when it is over.
    state: &'static str,
    /// Who decided, by our id.
    by: Option<String>,
    /// When it came, unix milliseconds.
    at_ms: i64,
    /// When it was decided, unix milliseconds.
    decided_at_ms: Option<i64>,
}

/// What is said to a request.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum JoinRequestAct {
    /// Lets them in.
    LetIn,
    /// Turns them away.
    TurnAway,
}

/// Who waits to be let in, first come first, 200 at most.
#[utoipa::path(get, path = "/join-requests", responses((status = 200, body = Rows<JoinRequest>), Problems))]
pub(crate) async fn list(
    State(console): State<Console>,
    caller: Caller,
) -> Result<Json<Rows<JoinRequest>>, Problem> {
    caller.may(Permission::ReadCases)?;
    let mut tx = console.hall.db.read().await?;
    let items = store::open(&mut tx, SHOWN).await?.into_iter().map(JoinRequest::from).collect();
    Ok(Json(Rows { items, next: None }))
}

/// Lets somebody in who asked, or turns them away.
#[utoipa::path(
    post,
    path = "/join-requests/{id}/acts",
    params(("id" = String, Path, description = "Our id of the request."), Keyed),
    request_body = JoinRequestAct,
    responses((status = 200, body = JoinRequest), Problems, WriteProblems)
)]
pub(crate) async fn act(
    State(console): State<Console>,
    Path(id): Path<String>,
    write: Write<JoinRequestAct>,
) -> Result<Response, Problem> {
    let by = write.by(Permission::Moderate)?;
    let id = RowId(id);
    let let_in = matches!(write.body, JoinRequestAct::LetIn);
    let step = async |mut work: Work| {
        store::get(work.tx().await?, &id).await?.ok_or_else(Problem::not_found)?;
        feature::answer(&mut work, &by, &id, let_in).await?;
        let one = store::get(work.tx().await?, &id).await?.ok_or_else(Problem::not_found)?;
        Ok::<_, Stop>((work, (StatusCode::OK, JoinRequest::from(one))))
    };
    write.once(&console, step).await
}

impl From<store::JoinRequest> for JoinRequest {
    fn from(one: store::JoinRequest) -> Self {
        Self {
            id: one.id.to_string(),
            chat: one.chat.to_string(),
            user: one.user.to_string(),
            words: one.words,
            state: one.state.word(),
            by: one.by.map(|id| id.to_string()),
            at_ms: one.at_ms,
            decided_at_ms: one.decided_at_ms,
        }
    }
}
