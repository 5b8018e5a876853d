//! `GET /api/v1/overview`: what needs a person now, and whether everything runs.

use axum::Json;
use axum::extract::State;
use bot_core::roster::Permission;
use bot_core::store::message;
use serde::Serialize;
use utoipa::ToSchema;

use super::caller::Caller;
use super::problem::{Problem, Problems};
use crate::pages::overview::{Account, Day, Queue, accounts, days, queues};
use crate::state::Console;
use crate::waiting;

/// What needs a person now. What the token may not see the rows behind is `null` or left out.
#[derive(Serialize, ToSchema)]
pub(crate) struct Overview {
    /// Tickets that nobody has taken, and tickets that were taken up again.
    tickets_waiting: Option<i64>,
    /// Messages that wait for a moderator.
    cases_waiting: Option<i64>,
    /// What went out and was never answered.
    unknown: i64,
    /// Events that nothing could digest.
    failed_events: Option<i64>,
    /// Figures of today.
    today: Vec<FigureOfToday>,
    /// What stands in the outbox.
    lanes: Vec<LaneNow>,
    /// Our accounts on the platforms.
    accounts: Vec<AccountNow>,
}

/// A figure of today, beside the same day last week until the same time of day.
#[derive(Serialize, ToSchema)]
pub(crate) struct FigureOfToday {
    /// `answered`, `unanswered`, `tickets_opened`, `tickets_closed`, `cases` or `signed_up`.
    name: &'static str,
    /// Today so far.
    today: i64,
    /// A week ago.
    then: i64,
}

/// How much stands in one lane of the outbox.
#[derive(Serialize, ToSchema)]
pub(crate) struct LaneNow {
    /// `urgent`, `talk`, `files` or `bulk`.
    lane: &'static str,
    /// How much waits.
    queued: i64,
    /// How much is in hand.
    leased: i64,
    /// How much went out and was never answered.
    unknown: i64,
}

/// An account on a platform.
#[derive(Serialize, ToSchema)]
pub(crate) struct AccountNow {
    /// Its name.
    account: String,
    /// `good`, `warn` or `bad`.
    state: &'static str,
    /// What is wrong with it, in sentences.
    troubles: Vec<String>,
}

/// What needs a person now, and whether everything runs.
#[utoipa::path(get, path = "/overview", responses((status = 200, body = Overview), Problems))]
pub(crate) async fn overview(
    State(console): State<Console>,
    caller: Caller,
) -> Result<Json<Overview>, Problem> {
    let view = caller.view(&console);
    let mut tx = console.hall.db.read().await?;
    let lanes = queues(&mut tx).await?;
    let waiting = waiting::count(&mut tx).await?;
    let failed_events = match view.may(Permission::Administer) {
        true => Some(message::failed_count(&mut tx).await?),
        false => None,
    };
    let today = days(&console, &mut tx, &view).await?;
    Ok(Json(Overview {
        tickets_waiting: view.may(Permission::Tickets).then_some(waiting.tickets),
        cases_waiting: view.may(Permission::ReadCases).then_some(waiting.cases),
        unknown: lanes.iter().map(|lane| lane.unknown).sum(),
        failed_events,
        today: today.into_iter().map(FigureOfToday::from).collect(),
        lanes: lanes.into_iter().map(LaneNow::from).collect(),
        accounts: accounts(&console, &view).into_iter().map(AccountNow::from).collect(),
    }))
}

impl From<Day> for FigureOfToday {
    fn from(Day { name, today, then, .. }: Day) -> Self {
        Self { name, today, then }
    }
}

impl From<Queue> for LaneNow {
    fn from(Queue { lane, queued, leased, unknown }: Queue) -> Self {
        Self { lane: lane.word(), queued, leased, unknown }
    }
}

impl From<Account> for AccountNow {
    fn from(Account { name, state, troubles }: Account) -> Self {
        Self { account: name, state, troubles }
    }
}
