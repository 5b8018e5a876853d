//! The inbox: tickets, and one ticket with all that was said in it.

mod one;

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use axum::routing::{get, post};
use bot_core::ids::TicketNo;
use bot_core::roster::Permission;
use bot_core::store::ticket::{self, Filter, OwnerFilter, TicketState};
use bot_core::texts::Text;
use serde::Deserialize;

use super::Page;
use super::list::{Narrow, cut, staff_name, user_name, wanted};
use crate::asked::Query;
use crate::fault::Fault;
use crate::frame::{Frame, Moment, page};
use crate::guard::Need;
use crate::reader::Reader;
use crate::state::Console;

pub(super) fn pages() -> Vec<Page> {
    let may = Need::May(Permission::Tickets);
    vec![
        Page::new("/tickets", may, get(list)),
        Page::new("/tickets/{no}", may, get(one::show)),
        Page::new("/tickets/{no}/act", may, post(one::act)),
    ]
}

#[derive(Template)]
#[template(path = "tickets.html")]
struct TicketsPage {
    f: Frame,
    views: Vec<Narrow>,
    rows: Vec<Row>,
    next: Option<String>,
}

struct Row {
    no: String,
    number: i64,
    name: String,
    subject: String,
    state: String,
    class: &'static str,
    owner: String,
    at: Moment,
    ago: String,
}

/// Which tickets.
#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    view: String,
    below: Option<i64>,
}

/// The views of the inbox: its word, the key of its name, the states.
const VIEWS: [(&str, &str, &[TicketState]); 5] = [
    ("open", "console-tickets-open", &OPEN),
    ("unclaimed", "console-tickets-unclaimed", &OPEN),
    ("mine", "console-tickets-mine", &OPEN),
    ("waiting", "console-tickets-waiting", &[TicketState::Waiting]),
    ("closed", "console-tickets-closed", &[TicketState::Closed]),
];
const OPEN: [TicketState; 4] =
    [TicketState::New, TicketState::Open, TicketState::Waiting, TicketState::Reopened];

/// `GET /tickets`.
async fn list(
    State(console): State<Console>,
    reader: Reader,
    Query(asked): Query<Asked>,
) -> Result<Response, Fault> {
    let title = console.hall.texts.say(reader.lang, &Text::new("console-place-tickets"));
    let f = Frame::new(&console, &reader, "tickets", title);
    let view = VIEWS.iter().find(|(word, ..)| *word == asked.view).unwrap_or(&VIEWS[0]);
    let me = reader.staff().ok_or(Fault::Nobody)?.id.clone();
    let owner = match view.0 {
        "unclaimed" => OwnerFilter::Nobody,
        "mine" => OwnerFilter::Staff(me),
        _ => OwnerFilter::Any,
    };
    let below = asked.below.map(TicketNo);
    let filter = Filter { states: view.2.to_vec(), owner, below, limit: wanted() };
    let mut tx = console.hall.db.read().await?;
    let mut tickets = ticket::list(&mut tx, &filter).await?;
    let next = cut(&mut tickets, |last| format!("/tickets?view={}&below={}", view.0, last.no.0));
    let mut rows = Vec::new();
    for one in tickets {
        rows.push(Row {
            no: one.no.to_string(),
            number: one.no.0,
            name: user_name(&mut tx, &one.user).await?,
            state: f.say(&state_words(one.state)),
            class: state_class(one.state),
            owner: one.owner.as_ref().map(|id| staff_name(&console, id)).unwrap_or_default(),
            at: f.moment(one.changed_at_ms),
            ago: f.ago(one.changed_at_ms),
            subject: one.subject,
        });
    }
    let counts = ticket::counts(&mut tx).await?;
    let of = |states: &[TicketState]| {
        counts.iter().filter(|(state, _)| states.contains(state)).map(|(_, n)| n).sum()
    };
    let narrow = |(word, key, states): &(&str, &str, &[TicketState])| Narrow {
        href: format!("/tickets?view={word}"),
        label: f.t(key),
        count: matches!(*word, "open" | "waiting").then(|| of(states)),
        here: *word == view.0,
    };
    page(&TicketsPage { views: VIEWS.iter().map(narrow).collect(), rows, next, f })
}

/// The word for a state.
fn state_words(state: TicketState) -> Text {
    match state {
        TicketState::New => Text::new("ticket-state-new"),
        TicketState::Open => Text::new("ticket-state-open"),
        TicketState::Waiting => Text::new("ticket-state-waiting"),
        TicketState::Closed => Text::new("ticket-state-closed"),
        TicketState::Reopened => Text::new("ticket-state-reopened"),
    }
}

/// The colour of a state: only where somebody has to act.
fn state_class(state: TicketState) -> &'static str {
    match state {
        TicketState::New | TicketState::Reopened => "warn",
        TicketState::Open | TicketState::Waiting | TicketState::Closed => "",
    }
}
