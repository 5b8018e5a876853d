//! `/api/v1/activities`.

pub(super) mod draft;

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use bot_core::chat::Lang;
use bot_core::error::FeatureError;
use bot_core::features::activity::{self as feature, Seat, State as Stage};
use bot_core::ids::ActivityNo;
use bot_core::roster::Permission;
use bot_core::store::activity;
use bot_core::work::Work;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::announcement::write::TIMES_END_MS;
use super::caller::Caller;
use super::problem::{Problem, Problems};
use super::write::{Keyed, Stop, Write, WriteProblems};
use super::{Paging, Rows};
use crate::pages::calendar::move_activity;
use crate::state::Console;

/// Registrations given of each sort.
const SEATS_MAX: i64 = 500;

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
    /// The English text.
    body_en: Option<String>,
    /// The Chinese text.
    body_zh: Option<String>,
    /// Rises with each change of the draft, from 1.
    version: i64,
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

/// An activity with who takes part.
#[derive(Serialize, ToSchema)]
pub(crate) struct ActivityInFull {
    activity: Activity,
    /// Who is told of it, as in the form; empty while that is not said yet.
    audience: String,
    /// Who is in and who waits, in the order of signing up, 500 at most of each.
    participants: Vec<Participant>,
}

/// Somebody who signed up.
#[derive(Serialize, ToSchema)]
pub(crate) struct Participant {
    /// Our id of the person.
    person: String,
    /// The identity through which they signed up, by our id.
    user: String,
    /// Its name then.
    name: String,
    /// `in` or `waiting`.
    seat: &'static str,
    /// When, unix milliseconds.
    joined_at_ms: i64,
}

/// What is done with an activity.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum ActivityAct {
    /// Pushes a draft to its audience.
    Publish {
        /// The version that was looked at; whichever there is without it.
        version: Option<i64>,
    },
    /// Ends sign-up.
    Close,
    /// Drops a draft.
    Cancel,
    /// Pushes it again to those whose copies were refused.
    SendAgain,
    /// Moves the start of a draft.
    Move {
        /// The start that the move was made from, unix milliseconds.
        was_ms: i64,
        /// The new one, unix milliseconds.
        at_ms: i64,
    },
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

/// An activity with who takes part.
#[utoipa::path(
    get,
    path = "/activities/{no}",
    params(("no" = String, Path, description = "The activity's number.")),
    responses((status = 200, body = ActivityInFull), Problems)
)]
pub(crate) async fn one(
    State(console): State<Console>,
    caller: Caller,
    Path(no): Path<String>,
) -> Result<Json<ActivityInFull>, Problem> {
    caller.may(Permission::Activities)?;
    let no = ActivityNo::parse(&no).ok_or_else(Problem::not_found)?;
    let mut look = console.hall.look().await?;
    let found = there(&mut look, no).await?;
    in_full(&mut look, found).await.map(Json).map_err(|error| Problem::failed(&error))
}

/// Does something with an activity.
#[utoipa::path(
    post,
    path = "/activities/{no}/acts",
    params(("no" = String, Path, description = "The activity's number."), Keyed),
    request_body = ActivityAct,
    responses((status = 200, body = ActivityInFull), Problems, WriteProblems)
)]
pub(crate) async fn act(
    State(console): State<Console>,
    Path(no): Path<String>,
    write: Write<ActivityAct>,
) -> Result<Response, Problem> {
    let by = write.by(Permission::Activities)?;
    let no = ActivityNo::parse(&no).ok_or_else(Problem::not_found)?;
    let step = async |mut work: Work| {
        let now = there(&mut work, no).await?;
        match write.body {
            ActivityAct::Publish { version: Some(version) }
                if now.state == Stage::Draft && now.version != version =>
            {
                return Err(changed(&now).into());
            }
            ActivityAct::Publish { .. } => feature::publish(&mut work, no, &by).await?,
            ActivityAct::Close => feature::close(&mut work, no, &by).await?,
            ActivityAct::Cancel => feature::cancel(&mut work, no, &by).await?,
            ActivityAct::SendAgain => feature::send_again(&mut work, no, &by).await?,
            ActivityAct::Move { was_ms, at_ms } => {
                if !(work.now_ms..=TIMES_END_MS).contains(&at_ms) {
                    return Err(Problem::wrong(
                        "`at_ms` has passed, or lies beyond the times that there are.",
                    )
                    .into());
                }
                move_activity(&mut work, no, was_ms, at_ms, &by).await?
            }
        };
        let now = there(&mut work, no).await?;
        let one = in_full(&mut work, now).await?;
        Ok::<_, Stop>((work, (StatusCode::OK, one)))
    };
    write.once(&console, step).await
}

/// The activity of a number.
async fn there(work: &mut Work, no: ActivityNo) -> Result<activity::Activity, Problem> {
    activity::get(work.tx().await?, no).await?.ok_or_else(Problem::not_found)
}

/// Refuses to go on from another version than the one that there is.
fn changed(now: &activity::Activity) -> Problem {
    Problem::conflict(format!("It was changed meanwhile: it is at version {}.", now.version))
}

async fn in_full(work: &mut Work, one: activity::Activity) -> Result<ActivityInFull, FeatureError> {
    let audience = feature::typed_of(work, &one, Lang::En).await?.audience;
    let tx = work.tx().await?;
    let mut seated = Vec::new();
    for seat in [Seat::In, Seat::Waiting] {
        let read = activity::registrations(tx, one.no, seat, 0, SEATS_MAX).await?;
        seated.extend(read.into_iter().map(|one| Participant {
            person: one.person.to_string(),
            user: one.user.to_string(),
            name: one.name,
            seat: one.seat.word(),
            joined_at_ms: one.joined_at_ms,
        }));
    }
    Ok(ActivityInFull { activity: one.into(), audience, participants: seated })
}

impl From<activity::Activity> for Activity {
    fn from(one: activity::Activity) -> Self {
        Self {
            no: one.no.to_string(),
            state: one.state.word(),
            title_en: one.wording.title_en,
            title_zh: one.wording.title_zh,
            body_en: one.wording.body_en,
            body_zh: one.wording.body_zh,
            version: one.version,
            capacity: one.capacity,
            starts_at_ms: one.starts_at_ms,
            until_ms: one.until_ms,
            created_at_ms: one.created_at_ms,
            opened_at_ms: one.opened_at_ms,
            closed_at_ms: one.closed_at_ms,
        }
    }
}
