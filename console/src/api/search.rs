//! `GET /api/v1/search`: words looked for over everything.

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::caller::Caller;
use super::problem::{Problem, Problems};
use crate::pages::search::{Kind, found, short, words};
use crate::state::Console;

/// What was found.
#[derive(Serialize, ToSchema)]
pub(crate) struct Search {
    /// The kinds of which something was found and the token may see it.
    kinds: Vec<HitsOfKind>,
}

/// What was found of one kind.
#[derive(Serialize, ToSchema)]
pub(crate) struct HitsOfKind {
    /// `merchants`, `people`, `tickets`, `cases`, `announcements`, `activities` or `articles`.
    kind: &'static str,
    /// The first eight.
    hits: Vec<OneHit>,
    /// Whether there are more.
    more: bool,
}

/// Something that was found.
#[derive(Serialize, ToSchema)]
pub(crate) struct OneHit {
    /// Its number, its id or its slug; of somebody the merchant that they speak for, `null` for none.
    id: Option<String>,
    /// What it is called, in one line.
    title: String,
    /// What tells it from others: a category, an account, whose it is.
    beside: String,
}

/// What is looked for.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct WantedWords {
    /// Words, a number such as `T-12` or an id; of more than 100 characters the first 100 count.
    #[param(min_length = 1)]
    q: String,
}

/// Merchants, people, tickets, cases, announcements, activities and articles by words, numbers and ids.
#[utoipa::path(get, path = "/search", params(WantedWords), responses((status = 200, body = Search), Problems))]
pub(crate) async fn search(
    State(console): State<Console>,
    caller: Caller,
    wanted: Result<Query<WantedWords>, QueryRejection>,
) -> Result<Json<Search>, Problem> {
    let Query(wanted) = wanted?;
    let q = words(&wanted.q);
    if q.is_empty() {
        return Err(Problem::bad("`q` must say something."));
    }
    let kinds = found(&console.hall.db, &caller.view(&console), &q).await?;
    Ok(Json(Search { kinds: kinds.into_iter().map(HitsOfKind::from).collect() }))
}

impl From<Kind> for HitsOfKind {
    fn from(Kind { place, hits, more }: Kind) -> Self {
        let hits = hits.into_iter().map(|one| OneHit {
            id: place.no(&one.id).or(Some(one.id)).filter(|id| !id.is_empty()),
            title: short(&one.title),
            beside: one.beside,
        });
        Self { kind: place.word(), hits: hits.collect(), more }
    }
}
