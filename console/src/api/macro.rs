//! `/api/v1/macros`.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use bot_core::features::r#macro::{self as feature, Typed};
use bot_core::ids::RowId;
use bot_core::roster::Permission;
use bot_core::store::r#macro as store;
use bot_core::work::Work;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Rows;
use super::caller::Caller;
use super::problem::{Problem, Problems};
use super::write::{Keyed, Stop, Write, WriteProblems};
use crate::state::Console;

/// Words that agents put into an answer by a short name.
#[derive(Serialize, ToSchema)]
pub(crate) struct Macro {
    /// Our id.
    id: String,
    /// What is typed after the `;`.
    name: String,
    /// The English words; empty for none.
    body_en: String,
    /// The Chinese words; empty for none.
    body_zh: String,
    /// Rises with each change, from 1.
    version: i64,
}

/// A macro to be kept.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct MacroToMake {
    /// What is typed after the `;`: one word.
    name: String,
    /// The English words.
    #[serde(default)]
    body_en: String,
    /// The Chinese words.
    #[serde(default)]
    body_zh: String,
}

/// A macro to be changed, whole.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct MacroToChange {
    /// The version that the change was made from.
    version: i64,
    /// What is typed after the `;`: one word.
    name: String,
    /// The English words.
    #[serde(default)]
    body_en: String,
    /// The Chinese words.
    #[serde(default)]
    body_zh: String,
}

/// What is done with a macro.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum MacroAct {
    /// Takes it away; it is given as it was.
    Remove,
}

/// All macros, by name.
#[utoipa::path(get, path = "/macros", responses((status = 200, body = Rows<Macro>), Problems))]
pub(crate) async fn list(
    State(console): State<Console>,
    caller: Caller,
) -> Result<Json<Rows<Macro>>, Problem> {
    caller.may(Permission::Tickets)?;
    let mut tx = console.hall.db.read().await?;
    let items = store::all(&mut tx).await?.into_iter().map(Macro::from).collect();
    Ok(Json(Rows { items, next: None }))
}

/// Writes a new macro.
#[utoipa::path(
    post,
    path = "/macros",
    params(Keyed),
    request_body = MacroToMake,
    responses((status = 201, body = Macro), Problems, WriteProblems)
)]
pub(crate) async fn create(
    State(console): State<Console>,
    write: Write<MacroToMake>,
) -> Result<Response, Problem> {
    let by = write.by(Permission::Articles)?;
    let MacroToMake { name, body_en, body_zh } = &write.body;
    let typed = Typed { name: name.clone(), body_en: body_en.clone(), body_zh: body_zh.clone() };
    let step = async |mut work: Work| {
        let made = feature::save(&mut work, None, &typed, &by).await?;
        Ok::<_, Stop>((work, (StatusCode::CREATED, Macro::from(made))))
    };
    write.once(&console, step).await
}

/// Changes a macro, if it is at the version that the change was made from.
#[utoipa::path(
    put,
    path = "/macros/{id}",
    params(("id" = String, Path, description = "Our id of the macro."), Keyed),
    request_body = MacroToChange,
    responses((status = 200, body = Macro), Problems, WriteProblems)
)]
pub(crate) async fn change(
    State(console): State<Console>,
    Path(id): Path<String>,
    write: Write<MacroToChange>,
) -> Result<Response, Problem> {
    let by = write.by(Permission::Articles)?;
    let id = RowId(id);
    let MacroToChange { version, name, body_en, body_zh } = &write.body;
    let typed = Typed { name: name.clone(), body_en: body_en.clone(), body_zh: body_zh.clone() };
    let step = async |mut work: Work| {
        store::get(work.tx().await?, &id).await?.ok_or_else(Problem::not_found)?;
        let now = feature::save(&mut work, Some((&id, *version)), &typed, &by).await?;
        Ok::<_, Stop>((work, (StatusCode::OK, Macro::from(now))))
    };
    write.once(&console, step).await
}

/// Takes a macro away.
#[utoipa::path(
    post,
    path = "/macros/{id}/acts",
    params(("id" = String, Path, description = "Our id of the macro."), Keyed),
    request_body = MacroAct,
    responses((status = 200, body = Macro), Problems, WriteProblems)
)]
pub(crate) async fn act(
    State(console): State<Console>,
    Path(id): Path<String>,
    write: Write<MacroAct>,
) -> Result<Response, Problem> {
    let by = write.by(Permission::Articles)?;
    let MacroAct::Remove = write.body;
    let id = RowId(id);
    let step = async |mut work: Work| {
        let was = store::get(work.tx().await?, &id).await?.ok_or_else(Problem::not_found)?;
        feature::remove(&mut work, &id, &by).await?;
        Ok::<_, Stop>((work, (StatusCode::OK, Macro::from(was))))
    };
    write.once(&console, step).await
}

impl From<store::Macro> for Macro {
    fn from(one: store::Macro) -> Self {
        let store::Macro { id, name, body_en, body_zh, version } = one;
        Self { id: id.to_string(), name, body_en, body_zh, version }
    }
}
