//! The inbox: the list of tickets, one of them with all that was said in it, and whose it is.

mod act;
mod file;
mod talk;
mod who;

use askama::Template;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::response::Response;
use axum::routing::{get, post};
use bot_core::ids::{StaffId, TicketNo};
use bot_core::roster::Permission;
use bot_core::store::Tx;
use bot_core::store::ticket::{self, Listed, Tally, TicketState, View};
use bot_core::texts::Text;
use serde::Deserialize;

use super::Page;
use super::list::{Narrow, cut, staff_name, wanted};
use crate::asked::Query;
use crate::fault::Fault;
use crate::frame::{Frame, Moment, page};
use crate::guard::Need;
use crate::reader::Reader;
use crate::state::Console;
use act::Refused;
use talk::Talk;
use who::Who;

pub(super) fn pages() -> Vec<Page> {
    let may = Need::May(Permission::Tickets);
    vec![
        Page::new("/tickets", may, get(list)),
        Page::new("/tickets/{no}", may, get(one)),
        Page::new("/tickets/{no}/act", may, post(act::act)),
        Page::new("/tickets/{no}/files", may, post(file::send).layer(DefaultBodyLimit::disable())),
    ]
}

#[derive(Template)]
#[template(path = "inbox.html")]
struct InboxPage {
    f: Frame,
    /// The time of this page, unix milliseconds, from which scripts count on.
    now_ms: i64,
    /// Who reads; drafts are kept for them alone.
    me: String,
    /// The address of what is shown, wherever the form that asked for it led.
    here: String,
    views: Vec<Narrow>,
    rows: Vec<Row>,
    next: Option<String>,
    /// What stands in the address behind a ticket, and in its forms.
    view: &'static str,
    below: String,
    one: Option<(Talk, Who)>,
}

/// A ticket in the list.
struct Row {
    no: String,
    number: i64,
    href: String,
    name: String,
    subject: String,
    state: String,
    class: &'static str,
    owner: String,
    clock: Option<Clock>,
    here: bool,
}

/// For how long somebody has waited.
struct Clock {
    since: Moment,
    words: String,
}

impl Clock {
    fn since(f: &Frame, now_ms: i64, since_ms: i64) -> Self {
        Self { since: f.moment(since_ms), words: f.span(now_ms - since_ms) }
    }
}

/// Which tickets.
#[derive(Clone, Default, Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    view: String,
    #[serde(default, deserialize_with = "number")]
    below: Option<i64>,
}

/// A number that may be left out, or empty as a form has it.
fn number<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Option<i64>, D::Error> {
    let text = String::deserialize(from)?;
    if text.is_empty() { Ok(None) } else { text.parse().map(Some).map_err(serde::de::Error::custom) }
}

/// The views of the inbox: its word and the key of its name. The first is shown without a choice.
const VIEWS: [(&str, &str); 6] = [
    ("open", "console-tickets-open"),
    ("mine", "console-tickets-mine"),
    ("unclaimed", "console-tickets-unclaimed"),
    ("waiting", "console-tickets-waiting"),
    ("closed", "console-tickets-closed"),
    ("all", "console-tickets-all"),
];

impl Asked {
    /// The view's word, the first one's for what is none.
    fn word(&self) -> &'static str {
        VIEWS.iter().find(|(word, _)| *word == self.view).map_or(VIEWS[0].0, |(word, _)| word)
    }

    fn view(&self, me: &StaffId) -> View {
        match self.word() {
            "mine" => View::Of(me.clone()),
            "unclaimed" => View::Nobodys,
            "waiting" => View::Waiting,
            "closed" => View::Closed,
            "all" => View::All,
            _ => View::Open,
        }
    }

    /// The address of something in this view.
    fn address(&self, path: &str) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        if self.word() != VIEWS[0].0 {
            query.append_pair("view", self.word());
        }
        if let Some(below) = self.below {
            query.append_pair("below", &below.to_string());
        }
        let query = query.finish();
        if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
    }
}

/// `GET /tickets`.
async fn list(
    State(console): State<Console>,
    reader: Reader,
    Query(asked): Query<Asked>,
) -> Result<Response, Fault> {
    shown(&console, &reader, &asked, None, None).await
}

/// `GET /tickets/{no}`.
async fn one(
    State(console): State<Console>,
    reader: Reader,
    Path(no): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Fault> {
    let no = TicketNo::parse(&no).ok_or(Fault::NotFound)?;
    shown(&console, &reader, &asked, Some(no), None).await
}

/// The page, with one ticket or none; `refused` is what somebody wanted and was not done.
async fn shown(
    console: &Console,
    reader: &Reader,
    asked: &Asked,
    no: Option<TicketNo>,
    refused: Option<Refused>,
) -> Result<Response, Fault> {
    if !asked.view.is_empty() && asked.word() != asked.view {
        return Err(Fault::Unreadable);
    }
    let me = reader.staff().ok_or(Fault::Nobody)?.id.clone();
    let mut tx = console.hall.db.read().await?;
    let now_ms = console.hall.now_ms();
    let title = console.hall.texts.say(reader.lang, &Text::new("console-place-tickets"));
    let mut f = Frame::new(console, reader, "tickets", title);
    let one = match no {
        Some(no) => {
            let ticket = ticket::get(&mut tx, no).await?.ok_or(Fault::NotFound)?;
            let listed = ticket::listed_one(&mut tx, no).await?.ok_or(Fault::NotFound)?;
            f.title = format!("{no} {}", listed.name);
            let talk = talk::talk(console, &mut tx, &f, &ticket, listed, refused).await?;
            Some((talk, who::who(console, &mut tx, &f, &ticket).await?))
        }
        None => None,
    };
    let below = asked.below.map(TicketNo);
    let mut tickets = ticket::listed(&mut tx, &asked.view(&me), below, wanted()).await?;
    let older = |last: &Listed| Asked { below: Some(last.no.0), ..asked.clone() }.address("/tickets");
    let next = cut(&mut tickets, older);
    let tally = ticket::tally(&mut tx, &me).await?;
    let row = |listed: Listed| row(console, &f, asked, now_ms, no, listed);
    page(&InboxPage {
        now_ms,
        views: views(&f, asked, tally),
        rows: tickets.into_iter().map(row).collect(),
        next,
        view: asked.word(),
        below: asked.below.map(|below| below.to_string()).unwrap_or_default(),
        here: asked.address(&no.map_or_else(|| "/tickets".to_owned(), |no| format!("/tickets/{}", no.0))),
        me: me.to_string(),
        one,
        f,
    })
}

fn row(
    console: &Console,
    f: &Frame,
    asked: &Asked,
    now_ms: i64,
    here: Option<TicketNo>,
    listed: Listed,
) -> Row {
    Row {
        no: listed.no.to_string(),
        number: listed.no.0,
        href: asked.address(&format!("/tickets/{}", listed.no.0)),
        state: f.say(&state_words(listed.state)),
        class: state_class(listed.state),
        owner: listed.owner.as_ref().map(|id| staff_name(console, id)).unwrap_or_default(),
        clock: listed.unanswered_since_ms.map(|since_ms| Clock::since(f, now_ms, since_ms)),
        here: here == Some(listed.no),
        name: listed.name,
        subject: listed.subject,
    }
}

fn views(f: &Frame, asked: &Asked, tally: Tally) -> Vec<Narrow> {
    let narrow = |(word, key): &(&str, &str)| {
        let count = match *word {
            "mine" => tally.own,
            "unclaimed" => tally.nobodys,
            "waiting" => tally.waiting,
            "closed" => tally.closed,
            "all" => tally.open + tally.closed,
            _ => tally.open,
        };
        let to = Asked { view: (*word).to_owned(), below: None };
        Narrow {
            href: to.address("/tickets"),
            label: f.t(key),
            count: Some(count),
            here: *word == asked.word(),
        }
    };
    VIEWS.iter().map(narrow).collect()
}

/// The word for a state.
pub(super) fn state_words(state: TicketState) -> Text {
    match state {
        TicketState::New => Text::new("ticket-state-new"),
        TicketState::Open => Text::new("ticket-state-open"),
        TicketState::Waiting => Text::new("ticket-state-waiting"),
        TicketState::Closed => Text::new("ticket-state-closed"),
        TicketState::Reopened => Text::new("ticket-state-reopened"),
    }
}

/// The colour of a state: only where somebody has to act.
pub(super) fn state_class(state: TicketState) -> &'static str {
    match state {
        TicketState::New | TicketState::Reopened => "warn",
        TicketState::Open | TicketState::Waiting | TicketState::Closed => "",
    }
}

/// Tickets of somebody, each as one line that leads to it.
pub(super) struct TicketLine {
    pub(super) no: String,
    pub(super) number: i64,
    pub(super) subject: String,
    /// Whose it is.
    pub(super) name: String,
    pub(super) state: String,
    pub(super) class: &'static str,
    pub(super) at: Moment,
}

impl TicketLine {
    pub(super) fn of(f: &Frame, listed: Listed) -> Self {
        Self {
            no: listed.no.to_string(),
            number: listed.no.0,
            state: f.say(&state_words(listed.state)),
            class: state_class(listed.state),
            at: f.moment(listed.changed_at_ms),
            subject: listed.subject,
            name: listed.name,
        }
    }
}

/// The tickets of one human but for one of them.
async fn earlier(
    tx: &mut Tx,
    f: &Frame,
    person: &bot_core::ids::PersonId,
    but: TicketNo,
) -> Result<Vec<TicketLine>, Fault> {
    /// Tickets shown.
    const SHOWN: usize = 10;
    let all = ticket::of_person(tx, person, i64::try_from(SHOWN + 1).unwrap_or(i64::MAX)).await?;
    let others = all.into_iter().filter(|listed| listed.no != but).take(SHOWN);
    Ok(others.map(|listed| TicketLine::of(f, listed)).collect())
}
