//! `GET /api/v1/activities`.

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use bot_core::ids::ActivityNo;
use bot_core::roster::Permission;
use bot_core::store::activity;
use serde::Serialize;
use utoipa::ToSchema;

use super::caller::Caller;
use super::problem::{Problem, Problems};
use super::{Paging, Rows};
use crate::state::Console;

/// An activity.
#[derive(Serialize, ToSchema)]
pub(crate) struct Activity {
    /// Its number, such as `E-2`.
    no: String,
    /// `draft`, `open`, `closed` or `cancelled`.
    state: &'static str,
    /// The English title.
    title_en: Option<String>,
    /// The Chinese title.
    title_zh: Option<String>,
    /// How many may take part; 0 for any number.
    capacity: i64,
    /// When it begins, unix milliseconds.
    starts_at_ms: Option<i64>,
    /// When sign-up ends, unix milliseconds.
    until_ms: Option<i64>,
    /// When it was made, unix milliseconds.
    created_at_ms: i64,
    /// When it was pushed, unix milliseconds.
    opened_at_ms: Option<i64>,
    /// When sign-up ended, unix milliseconds.
    closed_at_ms: Option<i64>,
}

/// Activities, newest first.
#[utoipa::path(get, path = "/activities", params(Paging), responses((status = 200, body = Rows<Activity>), Problems))]
pub(crate) async fn list(
    State(console): State<Console>,
    caller: Caller,
    paging: Result<Query<Paging>, QueryRejection>,
) -> Result<Json<Rows<Activity>>, Problem> {
    caller.may(Permission::Activities)?;
    let Query(paging) = paging?;
    let limit = paging.wanted()?;
    let before = paging.number(ActivityNo::parse)?;
    let mut tx = console.hall.db.read().await?;
    let read = activity::list(&mut tx, before, limit).await?;
    Ok(Json(Rows::of(read, limit, |one| one.no.to_string(), Activity::from)))
}

impl From<activity::Activity> for Activity {
    fn from(one: activity::Activity) -> Self {
        Self {
            no: one.no.to_string(),
            state: one.state.word(),
            title_en: one.wording.title_en,
            title_zh: one.wording.title_zh,
            capacity: one.capacity,
            starts_at_ms: one.starts_at_ms,
            until_ms: one.until_ms,
            created_at_ms: one.created_at_ms,
            opened_at_ms: one.opened_at_ms,
            closed_at_ms: one.closed_at_ms,
        }
    }
}
