//! What needs a person now; each figure leads to the rows behind it.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use bot_core::chat::{AccountId, ChatKey, Lane, Platform, Trouble};
use bot_core::roster::Permission;
use bot_core::store::figure::{self, Figure};
use bot_core::store::{StoreError, Tx, message, outbox};
use bot_core::texts::Text;

use super::Page;
use super::outbox::{Row, rows};
use crate::fault::Fault;
use crate::frame::{Frame, page};
use crate::guard::Need;
use crate::reader::Reader;
use crate::state::Console;
use crate::view::View;
use crate::waiting;

/// Rows of unknown end shown here.
const SHOWN: i64 = 5;

pub(super) fn pages() -> Vec<Page> {
    vec![Page::new("/", Need::Staff, get(overview))]
}

#[derive(Template)]
#[template(path = "overview.html")]
struct OverviewPage {
    f: Frame,
    waiting: Vec<Waits>,
    days: Vec<Day>,
    unknown: Vec<Row>,
    queues: [Queue; Lane::ALL.len()],
    accounts: Vec<Account>,
}

/// An account, whether it is connected, and what is wrong with it.
pub(crate) struct Account {
    pub(crate) name: String,
    /// `good`, `warn` or `bad`.
    pub(crate) state: &'static str,
    pub(crate) troubles: Vec<String>,
}

/// Something that waits for a person.
struct Waits {
    count: i64,
    words: String,
    href: &'static str,
    /// Empty, `warn` or `bad`.
    state: &'static str,
}

/// A figure of today, and of the same day last week until this time of day.
pub(crate) struct Day {
    /// What programs call it.
    pub(crate) name: &'static str,
    words: String,
    href: &'static str,
    pub(crate) today: i64,
    pub(crate) then: i64,
}

/// How much stands in one lane.
pub(crate) struct Queue {
    pub(crate) lane: Lane,
    pub(crate) queued: i64,
    pub(crate) leased: i64,
    pub(crate) unknown: i64,
}

impl Queue {
    fn words(&self, f: &Frame) -> String {
        f.t(match self.lane {
            Lane::Urgent => "console-lane-urgent",
            Lane::Talk => "console-lane-talk",
            Lane::Files => "console-lane-files",
            Lane::Bulk => "console-lane-bulk",
        })
    }
}

/// `GET /`.
async fn overview(State(console): State<Console>, reader: Reader) -> Result<Response, Fault> {
    let title = console.hall.texts.say(reader.lang, &Text::new("console-place-overview"));
    let f = Frame::new(&console, &reader, "overview", title);
    let mut tx = console.hall.db.read().await?;
    let queues = queues(&mut tx).await?;
    let known = waiting::count(&mut tx).await?;
    let mut waiting = Vec::new();
    if f.may(Permission::Tickets) {
        let open = "/tickets?view=open";
        waiting.push(waits(&f, known.tickets, "console-waiting-tickets", open, "warn"));
    }
    if f.may(Permission::ReadCases) {
        waiting.push(waits(&f, known.cases, "console-waiting-cases", "/moderation", "warn"));
    }
    let unknown = queues.iter().map(|queue| queue.unknown).sum();
    waiting.push(waits(&f, unknown, "console-waiting-unknown", "/outbox", "warn"));
    if f.may(Permission::Administer) {
        let failed = message::failed_count(&mut tx).await?;
        waiting.push(waits(&f, failed, "console-waiting-failed", "/failed", "bad"));
    }
    let days = days(&console, &mut tx, &f.view).await?;
    drop(tx);
    let accounts = accounts(&console, &f.view);
    let unknown = rows(&console, &f, SHOWN).await?;
    page(&OverviewPage { f, waiting, days, unknown, queues, accounts })
}

/// How much stands in each lane.
pub(crate) async fn queues(tx: &mut Tx) -> Result<[Queue; Lane::ALL.len()], StoreError> {
    let counts = outbox::counts(tx).await?;
    let count = |lane: Lane, state: &str| {
        let wanted = |(of, is, _): &&(i64, String, i64)| lane.rank() == *of && is == state;
        counts.iter().filter(wanted).map(|(_, _, n)| n).sum::<i64>()
    };
    Ok(Lane::ALL.map(|lane| Queue {
        lane,
        queued: count(lane, "queued"),
        leased: count(lane, "leased"),
        unknown: count(lane, "unknown"),
    }))
}

/// The accounts, each with what its adapter says is wrong.
pub(crate) fn accounts(console: &Console, view: &View) -> Vec<Account> {
    let account = |(name, platform): (&AccountId, &Arc<dyn Platform>)| {
        let health = platform.health();
        let state = match (console.running.has(name), health.iter().any(Trouble::stops_the_account)) {
            (true, false) if health.is_empty() => "good",
            (true, false) => "warn",
            _ => "bad",
        };
        let words = |trouble: &Trouble| {
            let said = view.say(&trouble.kind.text());
            let title = |key: &ChatKey| match console.hall.directory.chat(name, key) {
                Some(chat) => chat.title.clone(),
                None => key.to_string(),
            };
            trouble.chat.as_ref().map_or_else(|| said.clone(), |key| format!("{}: {said}", title(key)))
        };
        Account { name: name.to_string(), state, troubles: health.iter().map(words).collect() }
    };
    console.hall.platforms().iter().map(account).collect()
}

fn waits(f: &Frame, count: i64, key: &str, href: &'static str, state: &'static str) -> Waits {
    Waits { count, words: f.t1(key, "n", &count), href, state: if count > 0 { state } else { "" } }
}

/// What happened today, as far as the reader may see the rows behind it.
pub(crate) async fn days(console: &Console, tx: &mut Tx, view: &View) -> Result<Vec<Day>, StoreError> {
    let Some([today, then]) = spans(console) else { return Ok(Vec::new()) };
    let mut days = Vec::new();
    for figure in Figure::ALL {
        let (needs, name, key, href) = place(figure);
        if view.may(needs) {
            let today = figure::count(tx, figure, today.0, today.1).await?;
            let then = figure::count(tx, figure, then.0, then.1).await?;
            days.push(Day { name, words: view.t(key), href, today, then });
        }
    }
    Ok(days)
}

/// Who may know of a figure, its name for programs, its words, and the rows behind it.
fn place(figure: Figure) -> (Permission, &'static str, &'static str, &'static str) {
    match figure {
        Figure::Answered => (Permission::Articles, "answered", "console-day-answered", "/knowledge"),
        Figure::Unanswered => (Permission::Articles, "unanswered", "console-day-unanswered", "/knowledge"),
        Figure::TicketsOpened => {
            (Permission::Tickets, "tickets_opened", "console-day-tickets-opened", "/tickets?view=open")
        }
        Figure::TicketsClosed => {
            (Permission::Tickets, "tickets_closed", "console-day-tickets-closed", "/tickets?view=closed")
        }
        Figure::Cases => (Permission::ReadCases, "cases", "console-day-cases", "/moderation?view=all"),
        Figure::SignedUp => (Permission::Activities, "signed_up", "console-day-signed-up", "/activities"),
    }
}

/// Today so far, and the same day last week until the same time of day, in the console's zone; each from and
/// until, unix milliseconds. `None` when the clock shows a time that no calendar has.
fn spans(console: &Console) -> Option<[(i64, i64); 2]> {
    let now = jiff::Timestamp::from_millisecond(console.hall.now_ms()).ok()?;
    let now = now.to_zoned(console.settings.zone.clone());
    let then = now.checked_sub(jiff::Span::new().days(7)).ok()?;
    let span = |until: &jiff::Zoned| {
        let from = until.start_of_day().ok()?;
        Some((from.timestamp().as_millisecond(), until.timestamp().as_millisecond()))
    };
    Some([span(&now)?, span(&then)?])
}
