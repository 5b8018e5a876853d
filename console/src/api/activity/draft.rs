//! What programs write of activities.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use bot_core::chat::Lang;
use bot_core::features::activity::{self as feature, Draft, Field, Kept, TypedDraft};
use bot_core::ids::{ActivityNo, StaffId};
use bot_core::roster::Permission;
use bot_core::store::activity::Activity;
use bot_core::texts::Text;
use bot_core::work::Work;
use serde::Deserialize;
use utoipa::ToSchema;

use super::{ActivityInFull, in_full, there};
use crate::api::announcement::write::TIMES_END_MS;
use crate::api::problem::{Problem, Problems};
use crate::api::write::{Keyed, Stop, Write, WriteProblems};
use crate::state::Console;

/// What an activity says, to whom, and when it is. A field that is left out says nothing.
#[derive(Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct ActivityText {
    /// The Chinese title, 120 characters at most.
    title_zh: String,
    /// The English title, 120 characters at most.
    title_en: String,
    /// The Chinese text, 20,000 characters at most.
    body_zh: String,
    /// The English text, 20,000 characters at most.
    body_en: String,
    /// Who is told of it, as in the form: `all groups`, `tier crown`, `group Sellers`, ….
    audience: String,
    /// When it begins, unix milliseconds; `null` while that is not known.
    starts_at_ms: Option<i64>,
    /// When sign-up ends, unix milliseconds; `null` for at its start.
    until_ms: Option<i64>,
    /// How many may take part, 1,000,000 at most; 0 for any number.
    capacity: i64,
}

/// A draft as it is to be.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ActivityEdit {
    /// The version that this is a change of.
    version: i64,
    /// All of it: what is left out says nothing from now on.
    text: ActivityText,
}

/// Writes a draft.
#[utoipa::path(
    post,
    path = "/activities",
    params(Keyed),
    request_body = ActivityText,
    responses((status = 201, body = ActivityInFull), Problems, WriteProblems)
)]
pub(crate) async fn create(
    State(console): State<Console>,
    write: Write<ActivityText>,
) -> Result<Response, Problem> {
    let by = write.by(Permission::Activities)?;
    let step = async |mut work: Work| {
        let now = kept(&mut work, None, &write.body, &by).await?;
        let one = in_full(&mut work, now).await?;
        Ok::<_, Stop>((work, (StatusCode::CREATED, one)))
    };
    write.once(&console, step).await
}

/// Changes a draft.
#[utoipa::path(
    put,
    path = "/activities/{no}",
    params(("no" = String, Path, description = "The activity's number."), Keyed),
    request_body = ActivityEdit,
    responses((status = 200, body = ActivityInFull), Problems, WriteProblems)
)]
pub(crate) async fn edit(
    State(console): State<Console>,
    Path(no): Path<String>,
    write: Write<ActivityEdit>,
) -> Result<Response, Problem> {
    let by = write.by(Permission::Activities)?;
    let no = ActivityNo::parse(&no).ok_or_else(Problem::not_found)?;
    let step = async |mut work: Work| {
        there(&mut work, no).await?;
        let now = kept(&mut work, Some((no, write.body.version)), &write.body.text, &by).await?;
        let one = in_full(&mut work, now).await?;
        Ok::<_, Stop>((work, (StatusCode::OK, one)))
    };
    write.once(&console, step).await
}

/// Keeps a draft, whole: where something cannot be taken in, nothing is.
async fn kept(
    work: &mut Work,
    before: Option<(ActivityNo, i64)>,
    text: &ActivityText,
    by: &StaffId,
) -> Result<Activity, Stop> {
    for (name, at_ms) in [("starts_at_ms", text.starts_at_ms), ("until_ms", text.until_ms)] {
        if at_ms.is_some_and(|at_ms| !(0..=TIMES_END_MS).contains(&at_ms)) {
            return Err(Problem::wrong(format!("`{name}` lies beyond the times that there are.")).into());
        }
    }
    let draft = match feature::read(work, &text.typed(), None).await? {
        Ok(read) => Draft { starts_at_ms: text.starts_at_ms, until_ms: text.until_ms, ..read },
        Err(wrong) => return Err(refused(work, &wrong).into()),
    };
    match feature::keep(work, before, draft, by).await? {
        Kept::Saved(one) => Ok(one),
        Kept::Meanwhile(one) => Err(super::changed(&one).into()),
    }
}

/// What cannot be taken in, field by field.
fn refused(work: &Work, wrong: &[(Field, Text)]) -> Problem {
    let one = |(field, why): &(Field, Text)| {
        let name = match field {
            Field::TitleZh => "title_zh",
            Field::TitleEn => "title_en",
            Field::BodyZh => "body_zh",
            Field::BodyEn => "body_en",
            Field::Audience => "audience",
            Field::Starts => "starts_at_ms",
            Field::Until => "until_ms",
            Field::Places => "capacity",
        };
        format!("`{name}`: {}", work.hall.texts.say(Lang::En, why))
    };
    Problem::wrong(wrong.iter().map(one).collect::<Vec<_>>().join(" "))
}

impl ActivityText {
    /// The same as somebody would type it, without its times.
    fn typed(&self) -> TypedDraft {
        let Self { title_zh, title_en, body_zh, body_en, audience, capacity, .. } = self.clone();
        let places = capacity.to_string();
        TypedDraft { title_zh, title_en, body_zh, body_en, audience, places, ..TypedDraft::default() }
    }
}
