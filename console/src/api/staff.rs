//! `/api/v1/staff`: who works here. What lets somebody in is handed out on the console and the command line alone: an
//! answer that holds it would be kept with its key for a day, and a token that leaked must not open the console.

use std::collections::BTreeSet;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use bot_core::error::FeatureError;
use bot_core::features::people as feature;
use bot_core::ids::{RowId, StaffId};
use bot_core::roster::{Permission, Role};
use bot_core::store::{StoreError, Tx, people, session};
use bot_core::work::Work;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Rows;
use super::caller::Caller;
use super::problem::{Problem, Problems};
use super::write::{Keyed, LINE_MAX_CHARS, Stop, Write, WriteProblems, says};
use crate::pages::staff::{revoke_token, sign_out_everywhere, take_password};
use crate::state::Console;

/// Somebody who works here.
#[derive(Serialize, ToSchema)]
pub(crate) struct Staff {
    /// Our id.
    id: String,
    /// What colleagues call them.
    name: String,
    /// As what: `admin`, `ops`, `moderator`, `support`, `engineer`, `auditor`.
    roles: Vec<&'static str>,
    /// The human behind it, by our id, once a chat identity is linked.
    person: Option<String>,
    /// When they were last seen in the console, unix milliseconds.
    seen_at_ms: Option<i64>,
    /// Whether they have a password.
    has_password: bool,
    /// Whether they have a second factor.
    has_second_factor: bool,
}

/// Somebody who works here, with their tokens.
#[derive(Serialize, ToSchema)]
pub(crate) struct StaffInFull {
    staff: Staff,
    /// Their tokens that are good.
    tokens: Vec<Token>,
}

/// A token of the API, without its secret.
#[derive(Serialize, ToSchema)]
pub(crate) struct Token {
    /// Our id.
    id: String,
    /// What it is for, in its owner's words.
    label: String,
    /// When it was made, unix milliseconds.
    created_at_ms: i64,
    /// When it ends, unix milliseconds.
    expires_at_ms: Option<i64>,
    /// When it was last used, to the minute, unix milliseconds.
    used_at_ms: Option<i64>,
}

/// A role.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum RoleToGive {
    /// Runs the program.
    Admin,
    /// Announces and organises.
    Ops,
    /// Keeps groups clean.
    Moderator,
    /// Answers tickets.
    Support,
    /// Mends causes.
    Engineer,
    /// Reads what was done.
    Auditor,
}

/// Somebody to be taken on.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct StaffToHire {
    /// What colleagues call them.
    name: String,
    /// As what; one at least.
    roles: Vec<RoleToGive>,
}

/// What is done about somebody who works here.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum StaffAct {
    /// Gives them these roles and no others.
    SetRoles {
        /// One at least.
        roles: Vec<RoleToGive>,
    },
    /// Takes their chat identities from them.
    Unlink,
    /// Signs them out everywhere.
    EndSessions,
    /// Takes their password away; one's own is changed on one's own page.
    DropPassword,
    /// Takes one of their tokens back.
    RevokeToken {
        /// Which, by our id of the token.
        token: String,
    },
    /// Ends their work here; what they did stays theirs, and they are given as they were.
    Dismiss,
}

/// Who works here, by id.
#[utoipa::path(get, path = "/staff", responses((status = 200, body = Rows<Staff>), Problems))]
pub(crate) async fn list(
    State(console): State<Console>,
    caller: Caller,
) -> Result<Json<Rows<Staff>>, Problem> {
    caller.may(Permission::Administer)?;
    let items = all(&mut console.hall.db.read().await?).await?;
    Ok(Json(Rows { items, next: None }))
}

/// Somebody who works here.
#[utoipa::path(
    get,
    path = "/staff/{id}",
    params(("id" = String, Path, description = "Our id of the member of staff.")),
    responses((status = 200, body = StaffInFull), Problems)
)]
pub(crate) async fn one(
    State(console): State<Console>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<StaffInFull>, Problem> {
    caller.may(Permission::Administer)?;
    let mut tx = console.hall.db.read().await?;
    in_full(&mut tx, &id.into(), console.hall.now_ms()).await?.map(Json).ok_or_else(Problem::not_found)
}

/// Takes somebody on. A link with which they come in is made on the console.
#[utoipa::path(
    post,
    path = "/staff",
    params(Keyed),
    request_body = StaffToHire,
    responses((status = 201, body = StaffInFull), Problems, WriteProblems)
)]
pub(crate) async fn hire(
    State(console): State<Console>,
    write: Write<StaffToHire>,
) -> Result<Response, Problem> {
    let by = write.by(Permission::Administer)?;
    says("name", &write.body.name, LINE_MAX_CHARS)?;
    let roles = roles_of(&write.body.roles);
    let step = async |mut work: Work| {
        let id = feature::hire(&mut work, Some(&by), &write.body.name, roles.clone()).await?;
        let now_ms = work.now_ms;
        let one = in_full(work.tx().await?, &id, now_ms).await?.ok_or_else(Problem::not_found)?;
        Ok::<_, Stop>((work, (StatusCode::CREATED, one)))
    };
    write.once(&console, step).await
}

/// Does something about somebody who works here.
#[utoipa::path(
    post,
    path = "/staff/{id}/acts",
    params(("id" = String, Path, description = "Our id of the member of staff."), Keyed),
    request_body = StaffAct,
    responses((status = 200, body = StaffInFull), Problems, WriteProblems)
)]
pub(crate) async fn act(
    State(console): State<Console>,
    Path(id): Path<String>,
    write: Write<StaffAct>,
) -> Result<Response, Problem> {
    let by = write.by(Permission::Administer)?;
    let id = StaffId(id);
    let step = async |mut work: Work| {
        let now_ms = work.now_ms;
        let before = in_full(work.tx().await?, &id, now_ms).await?.ok_or_else(Problem::not_found)?;
        if !done(&mut work, &by, &id, &write.body).await? {
            return Err(Problem::wrong("`token` is no token of theirs that is good.").into());
        }
        let now = in_full(work.tx().await?, &id, now_ms).await?.unwrap_or(before);
        Ok::<_, Stop>((work, (StatusCode::OK, now)))
    };
    write.once(&console, step).await
}

/// Does it. False when there is no such token.
async fn done(work: &mut Work, by: &StaffId, id: &StaffId, act: &StaffAct) -> Result<bool, FeatureError> {
    match act {
        StaffAct::SetRoles { roles } => feature::change_roles(work, Some(by), id, roles_of(roles)).await?,
        StaffAct::Unlink => feature::unlink(work, Some(by), id).await?,
        StaffAct::EndSessions => sign_out_everywhere(work, by, id).await?,
        StaffAct::DropPassword => take_password(work, by, id).await?,
        StaffAct::RevokeToken { token } => {
            return revoke_token(work, by, id, &RowId::from(token.as_str())).await;
        }
        StaffAct::Dismiss => feature::dismiss(work, Some(by), id).await?,
    }
    Ok(true)
}

fn roles_of(roles: &[RoleToGive]) -> BTreeSet<Role> {
    let role = |role: &RoleToGive| match role {
        RoleToGive::Admin => Role::Admin,
        RoleToGive::Ops => Role::Ops,
        RoleToGive::Moderator => Role::Moderator,
        RoleToGive::Support => Role::Support,
        RoleToGive::Engineer => Role::Engineer,
        RoleToGive::Auditor => Role::Auditor,
    };
    roles.iter().map(role).collect()
}

/// Everybody. There are few.
async fn all(tx: &mut Tx) -> Result<Vec<Staff>, StoreError> {
    let seen = session::all_seen(tx).await?;
    let (with_password, with_second_factor) = session::who_has_what(tx).await?;
    let show = |one: bot_core::roster::Staff| Staff {
        seen_at_ms: seen.get(&one.id).copied(),
        has_password: with_password.contains(&one.id),
        has_second_factor: with_second_factor.contains(&one.id),
        id: one.id.to_string(),
        name: one.name,
        roles: one.roles.iter().map(|role| role.word()).collect(),
        person: one.person.map(|id| id.to_string()),
    };
    Ok(people::all_staff(tx).await?.into_iter().map(show).collect())
}

async fn in_full(tx: &mut Tx, id: &StaffId, now_ms: i64) -> Result<Option<StaffInFull>, StoreError> {
    let Some(staff) = all(tx).await?.into_iter().find(|one| one.id == id.as_str()) else { return Ok(None) };
    let tokens = session::tokens_of(tx, id, now_ms).await?;
    let token = |one: session::ApiToken| Token {
        id: one.id.to_string(),
        label: one.name,
        created_at_ms: one.created_at_ms,
        expires_at_ms: one.expires_at_ms,
        used_at_ms: one.used_at_ms,
    };
    Ok(Some(StaffInFull { staff, tokens: tokens.into_iter().map(token).collect() }))
}
