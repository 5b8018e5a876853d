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
    queues: Vec<Queue>,
    accounts: Vec<Account>,
}

/// An account, whether it is connected, and what is wrong with it.
struct Account {
    name: String,
    /// `good`, `warn` or `bad`.
    state: &'static str,
    troubles: Vec<String>,
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
struct Day {
    words: String,
    href: &'static str,
    today: i64,
    then: i64,
}

/// How much stands in one lane.
struct Queue {
    lane: String,
    queued: i64,
    leased: i64,
    unknown: i64,
}

/// `GET /`.
async fn overview(State(console): State<Console>, reader: Reader) -> Result<Response, Fault> {
    let title = console.hall.texts.say(reader.lang, &Text::new("console-place-overview"));
    let f = Frame::new(&console, &reader, "overview", title);
    let mut tx = console.hall.db.read().await?;
    let counts = outbox::counts(&mut tx).await?;
    let count = |lane: Option<Lane>, state: &str| {
        let wanted =
            |(of, is, _): &&(i64, String, i64)| lane.is_none_or(|lane| lane.rank() == *of) && is == state;
        counts.iter().filter(wanted).map(|(_, _, n)| n).sum::<i64>()
    };
    let known = waiting::count(&mut tx).await?;
    let mut waiting = Vec::new();
    if f.may(Permission::Tickets) {
        let open = "/tickets?view=open";
        waiting.push(waits(&f, known.tickets, "console-waiting-tickets", open, "warn"));
    }
    if f.may(Permission::ReadCases) {
        waiting.push(waits(&f, known.cases, "console-waiting-cases", "/moderation", "warn"));
    }
    let unknown = count(None, "unknown");
    waiting.push(waits(&f, unknown, "console-waiting-unknown", "/outbox", "warn"));
    if f.may(Permission::Administer) {
        let failed = message::failed_count(&mut tx).await?;
        waiting.push(waits(&f, failed, "console-waiting-failed", "/failed", "bad"));
    }
    let days = days(&console, &mut tx, &f).await?;
    drop(tx);
    let queue = |lane: Lane| Queue {
        lane: f.t(match lane {
            Lane::Urgent => "console-lane-urgent",
            Lane::Talk => "console-lane-talk",
            Lane::Files => "console-lane-files",
            Lane::Bulk => "console-lane-bulk",
        }),
        queued: count(Some(lane), "queued"),
        leased: count(Some(lane), "leased"),
        unknown: count(Some(lane), "unknown"),
    };
    let queues = Lane::ALL.map(queue).into();
    let accounts = accounts(&console, &f);
    let unknown = rows(&console, &f, SHOWN).await?;
    page(&OverviewPage { f, waiting, days, unknown, queues, accounts })
}

/// The accounts, each with what its adapter says is wrong.
fn accounts(console: &Console, f: &Frame) -> Vec<Account> {
    let account = |(name, platform): (&AccountId, &Arc<dyn Platform>)| {
        let health = platform.health();
        let state = match (console.running.has(name), health.iter().any(Trouble::stops_the_account)) {
            (true, false) if health.is_empty() => "good",
            (true, false) => "warn",
            _ => "bad",
        };
        let words = |trouble: &Trouble| {
            let said = f.say(&trouble.kind.text());
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
async fn days(console: &Console, tx: &mut Tx, f: &Frame) -> Result<Vec<Day>, StoreError> {
    let Some([today, then]) = spans(console) else { return Ok(Vec::new()) };
    let mut days = Vec::new();
    for figure in Figure::ALL {
        let (needs, key, href) = place(figure);
        if f.may(needs) {
            let today = figure::count(tx, figure, today.0, today.1).await?;
            let then = figure::count(tx, figure, then.0, then.1).await?;
            days.push(Day { words: f.t(key), href, today, then });
        }
    }
    Ok(days)
}

/// Who may know of a figure, its words, and the rows behind it.
fn place(figure: Figure) -> (Permission, &'static str, &'static str) {
    match figure {
        Figure::Answered => (Permission::Articles, "console-day-answered", "/knowledge"),
        Figure::Unanswered => (Permission::Articles, "console-day-unanswered", "/knowledge"),
        Figure::TicketsOpened => (Permission::Tickets, "console-day-tickets-opened", "/tickets?view=open"),
        Figure::TicketsClosed => (Permission::Tickets, "console-day-tickets-closed", "/tickets?view=closed"),
        Figure::Cases => (Permission::ReadCases, "console-day-cases", "/moderation?view=all"),
        Figure::SignedUp => (Permission::Activities, "console-day-signed-up", "/activities"),
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
