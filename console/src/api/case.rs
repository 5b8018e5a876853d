//! `GET /api/v1/cases`.

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use bot_core::ids::CaseNo;
use bot_core::roster::Permission;
use bot_core::store::moderation::{self, CaseFilter, CaseState};
use serde::Serialize;
use utoipa::ToSchema;

use super::caller::Caller;
use super::problem::{Problem, Problems};
use super::{PagingByState, Rows};
use crate::state::Console;

/// A moderation case.
#[derive(Serialize, ToSchema)]
pub(crate) struct Case {
    /// Its number, such as `C-7`.
    no: String,
    /// `flagged`, `stands`, `dismissed` or `undone`.
    state: &'static str,
    /// Whose it is, by our id of the user.
    user: String,
    /// Where it happened, by our id.
    chat: Option<String>,
    /// Who opened it, by our id; absent for the bot.
    by: Option<String>,
    /// The gravest rule that was broken.
    rule: Option<String>,
    /// The version of the policy that was in force.
    policy_version: Option<u32>,
    /// What it weighs on the ladder.
    points: u32,
    /// The text as it was judged.
    message_text: Option<String>,
    /// The bytes of that text that broke rules: first, and first no longer.
    spans_utf8: Vec<(usize, usize)>,
    /// What staff gave as the reason.
    reason: Option<String>,
    /// When, unix milliseconds.
    at_ms: i64,
    /// When it was decided, unix milliseconds.
    decided_at_ms: Option<i64>,
}

/// Cases, latest first.
#[utoipa::path(get, path = "/cases", params(PagingByState), responses((status = 200, body = Rows<Case>), Problems))]
pub(crate) async fn list(
    State(console): State<Console>,
    caller: Caller,
    wanted: Result<Query<PagingByState>, QueryRejection>,
) -> Result<Json<Rows<Case>>, Problem> {
    caller.may(Permission::ReadCases)?;
    let Query(wanted) = wanted?;
    let (paging, state) = wanted.parts(|word| CaseState::from_word(word).ok())?;
    let filter = CaseFilter { state, ..CaseFilter::default() };
    let limit = paging.wanted()?;
    let before = paging.number(CaseNo::parse)?;
    let mut tx = console.hall.db.read().await?;
    let read = moderation::list(&mut tx, &filter, before, limit).await?;
    Ok(Json(Rows::of(read, limit, |one| one.no.to_string(), Case::from)))
}

impl From<moderation::Case> for Case {
    fn from(one: moderation::Case) -> Self {
        Self {
            no: one.no.to_string(),
            state: one.state.word(),
            user: one.user.to_string(),
            spans_utf8: one.spans_utf8(),
            chat: one.chat.map(|id| id.to_string()),
            by: one.by.map(|id| id.to_string()),
            rule: one.rule,
            policy_version: one.policy_version,
            points: one.points,
            message_text: one.message_text,
            reason: one.reason,
            at_ms: one.at_ms,
            decided_at_ms: one.decided_at_ms,
        }
    }
}
