//! Who serves the database, and which accounts each node holds.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use bot_core::node::Roll;
use bot_core::roster::Permission;
use bot_core::store::node::{StoredLease, StoredNode};
use bot_core::text;
use bot_core::texts::Text;

use super::Page;
use crate::fault::Fault;
use crate::frame::{Frame, Moment, page};
use crate::guard::Need;
use crate::reader::Reader;
use crate::state::Console;

/// A beat older than this is shown as late, milliseconds.
const LATE_MS: i64 = 8_000;

pub(super) fn pages() -> Vec<Page> {
    vec![Page::new("/nodes", Need::May(Permission::Administer), get(list))]
}

#[derive(Template)]
#[template(path = "nodes.html")]
struct NodesPage {
    f: Frame,
    nodes: Vec<Row>,
    free: Vec<String>,
}

struct Row {
    name: String,
    is_asked: bool,
    holds: Vec<(String, Moment, String)>,
    beat: Moment,
    beat_ago: String,
    is_late: bool,
    started: Moment,
    started_ago: String,
    version: String,
    address: String,
}

/// `GET /nodes`.
async fn list(State(console): State<Console>, reader: Reader) -> Result<Response, Fault> {
    let title = console.hall.texts.say(reader.lang, &Text::new("console-nodes"));
    let f = Frame::new(&console, &reader, "overview", title);
    let roll = Roll::read(&mut console.hall.db.read().await?).await?;
    let nodes = roll.nodes.into_iter().map(|(node, held)| row(&console, &f, node, held)).collect();
    let free = roll.free.iter().map(|lease| lease.account.to_string()).collect();
    page(&NodesPage { f, nodes, free })
}

fn row(console: &Console, f: &Frame, node: StoredNode, held: Vec<StoredLease>) -> Row {
    // By the node's own clock, which may be ahead of this one.
    let silent_ms = (console.hall.now_ms() - node.beat_at_ms).max(0);
    Row {
        is_asked: console.hall.neighbours.is_this(&node.id),
        holds: held
            .into_iter()
            .map(|lease| (lease.account.to_string(), f.moment(lease.since_ms), f.ago(lease.since_ms)))
            .collect(),
        beat: f.moment(node.beat_at_ms),
        beat_ago: f.say(&text!("console-node-beat-ago", seconds = silent_ms / 1_000)),
        is_late: silent_ms > LATE_MS,
        started: f.moment(node.started_at_ms),
        started_ago: f.ago(node.started_at_ms),
        name: node.about.name,
        version: node.about.version,
        address: node.about.address,
    }
}
