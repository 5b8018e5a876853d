//! The JSON API under `/api/v1`: bearer tokens, cursors, errors as problem documents, and its own description.

mod activity;
mod announcement;
mod article;
mod attempt;
mod audit;
mod caller;
mod case;
mod chat;
mod fact;
mod failed;
mod file;
mod group;
mod join_request;
mod r#macro;
mod merchant;
mod node;
mod outbox;
mod overview;
mod pace;
mod policy;
mod privacy;
mod problem;
mod report;
mod search;
mod setting;
mod show;
mod staff;
mod ticket;
mod webhook;
mod write;

use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn;
use axum::routing::get;
use axum::{Json, Router};
use serde::{Deserialize, Serialize};
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};
use utoipa::{IntoParams, OpenApi, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::state::Console;

pub(crate) use caller::make_token;
pub use caller::new_api_token;
pub use pace::ApiLimits;
pub(crate) use pace::Pace;
use problem::Problem;
pub use show::ApiShow;

/// The longest body, bytes.
const BODY_MAX_BYTES: usize = 1024 * 1024;
/// Rows given when nobody says how many, and the most that are given.
const ROWS: (i64, i64) = (50, 200);

/// The description without its paths, which come from the handlers.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Guildhall",
        description = "What the hall knows, for programs. Every request carries `Authorization: Bearer TOKEN`; a token may \
            do what it was made for, and never more than its owner may. Lists are read page by page: \
            pass `next` of one page as `after` of the next. Times are unix milliseconds. Whatever changes something \
            carries an `Idempotency-Key`: the same write with the same key is done once."
    ),
    // Named by every answer, and collected from none.
    components(schemas(Problem)),
    security(("token" = []))
)]
struct Description;

/// Routes with their description.
pub(crate) fn described() -> OpenApiRouter<Console> {
    let mut description = Description::openapi();
    let token = SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer));
    description.components.get_or_insert_default().add_security_scheme("token", token);
    let v1 = OpenApiRouter::new()
        .merge(file::routes())
        .routes(routes!(chat::list))
        .routes(routes!(group::one))
        .routes(routes!(group::act))
        .routes(routes!(join_request::list))
        .routes(routes!(join_request::act))
        .routes(routes!(merchant::list))
        .routes(routes!(fact::put_many))
        .routes(routes!(merchant::one, fact::put))
        .routes(routes!(merchant::act))
        .routes(routes!(fact::events, fact::put_events))
        .routes(routes!(privacy::export_merchant))
        .routes(routes!(privacy::erasable_merchant, privacy::erase_merchant))
        .routes(routes!(privacy::export_person))
        .routes(routes!(privacy::erasable_person, privacy::erase_person))
        .routes(routes!(privacy::erasures))
        .routes(routes!(ticket::list, ticket::open))
        .routes(routes!(ticket::one))
        .routes(routes!(ticket::act))
        .routes(routes!(case::list, case::open))
        .routes(routes!(case::lift_standing))
        .routes(routes!(case::one))
        .routes(routes!(case::act))
        .routes(routes!(announcement::list, announcement::write::create))
        .routes(routes!(announcement::one, announcement::write::edit))
        .routes(routes!(announcement::write::act))
        .routes(routes!(announcement::preview::preview))
        .routes(routes!(announcement::deliveries))
        .routes(routes!(announcement::readers::acknowledgements))
        .routes(routes!(announcement::readers::clicks))
        .routes(routes!(activity::list, activity::draft::create))
        .routes(routes!(activity::one, activity::draft::edit))
        .routes(routes!(activity::act))
        .routes(routes!(article::list))
        .routes(routes!(article::gaps))
        .routes(routes!(article::act_on_gap))
        .routes(routes!(article::one, article::put))
        .routes(routes!(article::act))
        .routes(routes!(attempt::tried))
        .routes(routes!(r#macro::list, r#macro::create))
        .routes(routes!(r#macro::change))
        .routes(routes!(r#macro::act))
        .routes(routes!(staff::list, staff::hire))
        .routes(routes!(staff::one))
        .routes(routes!(staff::act))
        .routes(routes!(audit::list))
        .routes(routes!(overview::overview))
        .routes(routes!(policy::in_force, policy::put))
        .routes(routes!(policy::tried))
        .routes(routes!(report::report))
        .routes(routes!(search::search))
        .routes(routes!(setting::list))
        .routes(routes!(failed::list))
        .routes(routes!(failed::act))
        .routes(routes!(node::list))
        .routes(routes!(webhook::list, webhook::create))
        .routes(routes!(webhook::one))
        .routes(routes!(webhook::act))
        .routes(routes!(webhook::deliveries))
        .routes(routes!(outbox::unknown))
        .routes(routes!(outbox::retry));
    OpenApiRouter::with_openapi(description).nest("/api/v1", v1)
}

/// The API.
pub(crate) fn router(_: &Console) -> Router<Console> {
    let (routes, description) = described().split_for_parts();
    let nothing = async || Problem::not_found();
    routes
        .route("/api/openapi.json", get(async move || Json(description)))
        .route("/api/", axum::routing::any(nothing))
        .route("/api/{*rest}", axum::routing::any(nothing))
        .layer(DefaultBodyLimit::max(BODY_MAX_BYTES))
        .layer(from_fn(problem::in_problems))
}

/// Which page of a list.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Paging {
    /// Begin behind this row: `next` of the page before.
    after: Option<String>,
    /// How many rows, 50 without it and 200 at most.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<i64>,
}

/// Which page of a list whose rows have a state.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct PagingByState {
    /// Begin behind this row: `next` of the page before.
    after: Option<String>,
    /// How many rows, 50 without it and 200 at most.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<i64>,
    /// Only rows in this state.
    state: Option<String>,
}

impl PagingByState {
    /// The page, and the state as `read` reads it.
    fn parts<S>(self, read: impl Fn(&str) -> Option<S>) -> Result<(Paging, Option<S>), Problem> {
        let known =
            |word: String| read(&word).ok_or_else(|| Problem::bad(format!("there is no state `{word}`")));
        let state = self.state.map(known).transpose()?;
        Ok((Paging { after: self.after, limit: self.limit }, state))
    }
}

impl Paging {
    /// How many rows to read: one more than are given, to know whether there are more.
    fn wanted(&self) -> Result<i64, Problem> {
        match self.limit {
            None => Ok(ROWS.0 + 1),
            Some(limit) if (1..=ROWS.1).contains(&limit) => Ok(limit + 1),
            Some(_) => Err(Problem::bad(format!("limit must be from 1 to {}", ROWS.1))),
        }
    }

    /// The number behind which the page begins, in lists of numbered things.
    fn number<N>(&self, parse: impl Fn(&str) -> Option<N>) -> Result<Option<N>, Problem> {
        let read =
            |after: &str| parse(after).ok_or_else(|| Problem::bad("`after` is not a `next` of this list"));
        self.after.as_deref().map(read).transpose()
    }
}

/// A page of a list.
#[derive(Serialize, ToSchema)]
pub(crate) struct Rows<T> {
    /// The rows, in a lasting order.
    items: Vec<T>,
    /// Pass it as `after` to read on; absent on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

impl<T> Rows<T> {
    /// The page of what was read with [`Paging::wanted`].
    fn of<R>(mut read: Vec<R>, wanted: i64, id: impl Fn(&R) -> String, show: impl Fn(R) -> T) -> Self {
        let shown = usize::try_from(wanted - 1).unwrap_or(0);
        let more = read.len() > shown;
        read.truncate(shown);
        let next = read.last().filter(|_| more).map(id);
        Self { items: read.into_iter().map(show).collect(), next }
    }
}
