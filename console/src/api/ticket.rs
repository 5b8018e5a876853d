//! `GET /api/v1/tickets`.

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use bot_core::ids::TicketNo;
use bot_core::roster::Permission;
use bot_core::store::ticket::{self, Filter, OwnerFilter, TicketState};
use serde::Serialize;
use utoipa::ToSchema;

use super::caller::Caller;
use super::problem::{Problem, Problems};
use super::{PagingByState, Rows};
use crate::state::Console;

/// A ticket.
#[derive(Serialize, ToSchema)]
pub(crate) struct Ticket {
    /// Its number, such as `T-12`.
    no: String,
    /// `new`, `open`, `waiting`, `closed` or `reopened`.
    state: &'static str,
    /// Whose it is, by our id of the user.
    user: String,
    /// The agent who has it, by our id.
    owner: Option<String>,
    /// What it is about; may be empty.
    subject: String,
    /// `en` or `zh`.
    lang: &'static str,
    /// The chat that it came from, by our id.
    origin_chat: Option<String>,
    /// What solved it.
    solution: Option<String>,
    /// When it was opened, unix milliseconds.
    opened_at_ms: i64,
    /// When its state or owner last changed, unix milliseconds.
    changed_at_ms: i64,
    /// When it was last closed, unix milliseconds.
    closed_at_ms: Option<i64>,
}

/// Tickets, newest first.
#[utoipa::path(get, path = "/tickets", params(PagingByState), responses((status = 200, body = Rows<Ticket>), Problems))]
pub(crate) async fn list(
    State(console): State<Console>,
    caller: Caller,
    wanted: Result<Query<PagingByState>, QueryRejection>,
) -> Result<Json<Rows<Ticket>>, Problem> {
    caller.may(Permission::Tickets)?;
    let Query(wanted) = wanted?;
    let (paging, state) = wanted.parts(TicketState::from_word)?;
    let states = state.into_iter().collect();
    let limit = paging.wanted()?;
    let below = paging.number(TicketNo::parse)?;
    let mut tx = console.hall.db.read().await?;
    let read = ticket::list(&mut tx, &Filter { states, owner: OwnerFilter::Any, below, limit }).await?;
    Ok(Json(Rows::of(read, limit, |one| one.no.to_string(), Ticket::from)))
}

impl From<ticket::Ticket> for Ticket {
    fn from(one: ticket::Ticket) -> Self {
        Self {
            no: one.no.to_string(),
            state: one.state.word(),
            user: one.user.to_string(),
            owner: one.owner.map(|id| id.to_string()),
            subject: one.subject,
            lang: one.lang.word(),
            origin_chat: one.origin_chat.map(|id| id.to_string()),
            solution: one.solution,
            opened_at_ms: one.opened_at_ms,
            changed_at_ms: one.changed_at_ms,
            closed_at_ms: one.closed_at_ms,
        }
    }
}
