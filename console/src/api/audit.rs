//! `GET /api/v1/audit`.

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use bot_core::ids::StaffId;
use bot_core::roster::Permission;
use bot_core::store::audit::{self, By, Filter, Link};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::caller::Caller;
use super::problem::{Problem, Problems};
use super::{Paging, Rows};
use crate::state::Console;

/// What somebody who works here did, at its place in the chain.
#[derive(Serialize, ToSchema)]
pub(crate) struct Act {
    /// Its place, from 1 without gaps.
    seq: i64,
    /// The SHA-256 over it and the hash before it, 64 hex digits.
    hash: String,
    /// When, unix milliseconds.
    at_ms: i64,
    /// By whom, by our id; absent for the program itself.
    staff: Option<String>,
    /// What, such as `ticket.close`.
    act: String,
    /// To what, such as `T-12`.
    object: String,
    /// What else is worth keeping.
    detail: Option<String>,
}

/// Which acts; what is left out does not matter.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Wanted {
    /// Begin behind this row: `next` of the page before.
    after: Option<String>,
    /// How many rows, 50 without it and 200 at most.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<i64>,
    /// Only those of this member of staff, by our id, or `-` for the program itself.
    by: Option<String>,
    /// Only acts whose name has these letters in it, such as `ticket.`.
    act: Option<String>,
    /// Only what was done to this, such as `T-12`.
    object: Option<String>,
    /// Only those from this time on, unix milliseconds.
    from_ms: Option<i64>,
    /// Only those before this time, unix milliseconds.
    until_ms: Option<i64>,
}

/// What staff did, newest first.
#[utoipa::path(get, path = "/audit", params(Wanted), responses((status = 200, body = Rows<Act>), Problems))]
pub(crate) async fn list(
    State(console): State<Console>,
    caller: Caller,
    wanted: Result<Query<Wanted>, QueryRejection>,
) -> Result<Json<Rows<Act>>, Problem> {
    caller.may(Permission::ReadAudit)?;
    let Query(Wanted { after, limit, by, act, object, from_ms, until_ms }) = wanted?;
    let paging = Paging { after, limit };
    let limit = paging.wanted()?;
    let filter = Filter {
        by: match by.as_deref() {
            None => By::Anybody,
            Some("-") => By::Program,
            Some(id) => By::Staff(StaffId::from(id)),
        },
        act: act.unwrap_or_default(),
        object: object.unwrap_or_default(),
        from_ms: from_ms.unwrap_or(0),
        until_ms: until_ms.unwrap_or(i64::MAX),
        below: paging.number(|seq| seq.parse::<i64>().ok())?,
        limit,
    };
    let read = audit::list(&mut console.hall.db.read().await?, &filter).await?;
    Ok(Json(Rows::of(read, limit, |link| link.seq.to_string(), Act::from)))
}

impl From<Link> for Act {
    fn from(link: Link) -> Self {
        let Link { seq, hash, act } = link;
        Self {
            seq,
            hash,
            at_ms: act.at_ms,
            staff: act.staff.map(|id| id.to_string()),
            act: act.act,
            object: act.object,
            detail: act.detail,
        }
    }
}
