//! What needs a person now; each figure leads to the rows behind it.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use bot_core::chat::Lane;
use bot_core::roster::Permission;
use bot_core::store::{message, outbox};
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
    figures: Vec<Figure>,
    unknown: Vec<Row>,
    queues: Vec<Queue>,
    accounts: Vec<(String, &'static str)>,
}

/// Something that waits for a person.
struct Figure {
    count: i64,
    words: String,
    href: &'static str,
    /// Empty, `warn` or `bad`.
    state: &'static str,
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
    let waiting = waiting::count(&mut tx).await?;
    let mut figures = Vec::new();
    if f.may(Permission::Tickets) {
        let open = "/tickets?view=open";
        figures.push(figure(&f, waiting.tickets, "console-waiting-tickets", open, "warn"));
    }
    if f.may(Permission::ReadCases) {
        figures.push(figure(&f, waiting.cases, "console-waiting-cases", "/moderation", "warn"));
    }
    let unknown = count(None, "unknown");
    figures.push(figure(&f, unknown, "console-waiting-unknown", "/outbox", "warn"));
    if f.may(Permission::Administer) {
        let failed = message::failed_count(&mut tx).await?;
        figures.push(figure(&f, failed, "console-waiting-failed", "/failed", "bad"));
    }
    drop(tx);
    let queue = |lane: Lane| Queue {
        lane: f.t(match lane {
            Lane::Urgent => "console-lane-urgent",
            Lane::Talk => "console-lane-talk",
            Lane::Bulk => "console-lane-bulk",
        }),
        queued: count(Some(lane), "queued"),
        leased: count(Some(lane), "leased"),
        unknown: count(Some(lane), "unknown"),
    };
    let queues = Lane::ALL.map(queue).into();
    let state = |account| if console.running.has(account) { "good" } else { "bad" };
    let accounts =
        console.hall.platforms().keys().map(|account| (account.to_string(), state(account))).collect();
    let unknown = rows(&console, &f, SHOWN).await?;
    page(&OverviewPage { f, figures, unknown, queues, accounts })
}

fn figure(f: &Frame, count: i64, key: &str, href: &'static str, state: &'static str) -> Figure {
    Figure { count, words: f.t1(key, "n", &count), href, state: if count > 0 { state } else { "" } }
}
