//! What must be so when a seed is over: judged by what the platforms saw and what stands in the database, with nothing
//! of the courier's own.

mod approval;
mod doubled;
mod held;
mod ledger;
mod lifts;
mod limits;
mod lost;
mod nodes;
mod order;
mod urgent;
mod variants;

use std::collections::{BTreeMap, BTreeSet};

use bot_core::store::Db;
use sqlx::{FromRow, SqlitePool};

use super::acts::Announced;
use super::drive::Drive;
use super::plan::Plan;
use super::trace::Trace;
use super::world::state::{Called, State};

/// Something that is not as it must be.
#[derive(Clone, Debug)]
pub struct Fault {
    /// Which checker says so.
    pub by: &'static str,
    pub what: String,
}

impl Fault {
    pub fn new(by: &'static str, what: impl Into<String>) -> Self {
        Self { by, what: what.into() }
    }
}

/// An action as it stands in the outbox.
#[derive(Clone, Debug, FromRow)]
pub struct Row {
    pub id: String,
    pub account: String,
    pub chat: String,
    pub lane: i64,
    pub action: String,
    pub origin: Option<String>,
    pub state: String,
    pub error: Option<String>,
    pub attempts: i64,
    pub calls_done: i64,
    pub created_at_ms: i64,
    pub settled_at_ms: Option<i64>,
    /// What is asked for, in one word.
    #[sqlx(skip)]
    pub word: String,
    /// The feature that asks, and which of its things it is.
    #[sqlx(skip)]
    pub of: Option<(String, String)>,
    /// What sort of action it is to that feature.
    #[sqlx(skip)]
    pub kind: String,
}

/// A copy of an announcement.
#[derive(Clone, Debug, FromRow)]
pub struct Copied {
    pub push: String,
    pub recipient: String,
    pub state: String,
    pub outbox: Option<String>,
    /// Which text it tests.
    pub variant: Option<i64>,
}

/// A mute as it stands.
#[derive(Clone, Debug, FromRow)]
pub struct Muted {
    pub chat: String,
    pub chat_user: String,
    pub until_ms: Option<i64>,
    pub state: String,
    pub requested_at_ms: i64,
    pub ended_at_ms: Option<i64>,
}

/// All that is looked at.
pub struct Scene<'s> {
    pub plan: &'s Plan,
    pub world: &'s State,
    pub announced: &'s [Option<Announced>],
    pub now_ms: i64,
    pub rows: Vec<Row>,
    pub copies: Vec<Copied>,
    pub mutes: Vec<Muted>,
    /// How each announcement ended.
    pub ends: BTreeMap<String, String>,
    /// Which text won where two were tested, and when that was decided.
    pub winners: BTreeMap<String, (i64, i64)>,
    /// Calls by the row that they were made for, in their order.
    pub calls: BTreeMap<&'s str, Vec<&'s Called>>,
}

const ROWS: &str = "SELECT id, account, chat, lane, action, origin, state, error, attempts, calls_done, created_at_ms, settled_at_ms FROM outbox ORDER BY id";
const COPIES: &str = "SELECT push, recipient, state, outbox, variant FROM delivery ORDER BY push, recipient";
const MUTES: &str = "SELECT chat, chat_user, until_ms, state, requested_at_ms, ended_at_ms FROM sanction WHERE kind = 'mute' ORDER BY id";
const ENDS: &str = "SELECT 'A-' || no, state FROM announcement";
const WINNERS: &str = "SELECT 'A-' || no, variants->>'$.verdict.winner', variants->>'$.verdict.at_ms' FROM announcement \
    WHERE variants->>'$.verdict.winner' IS NOT NULL";
const IN_HAND: &str = "SELECT id FROM outbox WHERE state = 'leased' OR (state = 'queued' AND calls_done > 0)";
const FAILED: &str = "SELECT event_key || ': ' || error FROM event_failed";
const OPEN: &str = "SELECT (SELECT count(*) FROM outbox WHERE state IN ('queued', 'leased')) \
    + (SELECT count(*) FROM sanction WHERE kind = 'mute' AND state IN ('requested', 'active', 'lifting', 'undoing')) \
    + (SELECT count(*) FROM announcement WHERE state IN ('sending', 'paused', 'stopping', 'recalling')) \
    + (SELECT count(*) FROM delivery WHERE state IN ('planned', 'queued', 'recall_planned', 'recalling'))";

fn pool(db: &Db) -> &SqlitePool {
    let Db::Sqlite { writer, .. } = db else { panic!("seeds run on SQLite") };
    writer
}

impl Row {
    /// Reads what stands in it as JSON, once.
    fn read(mut self) -> Self {
        self.word = match serde_json::from_str(&self.action) {
            Ok(serde_json::Value::Object(action)) => action.keys().next().cloned().unwrap_or_default(),
            Ok(serde_json::Value::String(word)) => word,
            _ => String::new(),
        };
        let origin: Option<serde_json::Value> =
            self.origin.as_deref().and_then(|text| serde_json::from_str(text).ok());
        let kind = origin.as_ref().and_then(|origin| origin["kind"].as_str());
        self.kind = kind.unwrap_or_default().to_owned();
        self.of = origin.and_then(|origin| {
            Some((origin["feature"].as_str()?.to_owned(), origin["key"].as_str()?.to_owned()))
        });
        self
    }

    pub fn name(&self) -> String {
        format!("{} ({} in {}, lane {}, {})", self.id, self.word, self.chat, self.lane, self.state)
    }
}

impl Scene<'_> {
    pub fn calls_of(&self, row: &Row) -> &[&Called] {
        self.calls.get(row.id.as_str()).map_or(&[], Vec::as_slice)
    }

    /// Whether the program was killed after one time and up to another.
    pub fn was_killed_within(&self, after_ms: i64, until_ms: i64) -> bool {
        self.world.kills.iter().any(|at_ms| (after_ms..=until_ms).contains(at_ms))
    }
}

/// Whether nothing is left to be done.
pub async fn is_at_rest(db: &Db) -> bool {
    let open: i64 = sqlx::query_scalar(OPEN).fetch_one(pool(db)).await.unwrap();
    super::node::rest(db).await;
    open == 0
}

/// Rows that are in hand, or of which something is out.
pub async fn in_hand(db: &Db) -> BTreeSet<String> {
    let ids: Vec<String> = sqlx::query_scalar(IN_HAND).fetch_all(pool(db)).await.unwrap();
    super::node::rest(db).await;
    ids.into_iter().collect()
}

/// Everything that is not as it must be.
pub async fn all(drive: &Drive, plan: &Plan) -> Vec<Fault> {
    let pool = pool(&drive.db);
    let rows: Vec<Row> = sqlx::query_as(ROWS).fetch_all(pool).await.unwrap();
    let rows = rows.into_iter().map(Row::read).collect();
    let copies: Vec<Copied> = sqlx::query_as(COPIES).fetch_all(pool).await.unwrap();
    let mutes: Vec<Muted> = sqlx::query_as(MUTES).fetch_all(pool).await.unwrap();
    let ends: Vec<(String, String)> = sqlx::query_as(ENDS).fetch_all(pool).await.unwrap();
    let ends = ends.into_iter().collect();
    let winners: Vec<(String, i64, i64)> = sqlx::query_as(WINNERS).fetch_all(pool).await.unwrap();
    let winners = winners.into_iter().map(|(no, winner, at_ms)| (no, (winner, at_ms))).collect();
    let failed: Vec<String> = sqlx::query_scalar(FAILED).fetch_all(pool).await.unwrap();
    let now_ms = drive.world.now_ms();
    let world = &*drive.world.state();
    let mut calls: BTreeMap<&str, Vec<&Called>> = BTreeMap::new();
    for called in &world.calls {
        calls.entry(called.row.as_str()).or_default().push(called);
    }
    let scene =
        Scene { plan, world, announced: &drive.announced, now_ms, rows, copies, mutes, ends, winners, calls };
    let mut faults: Vec<Fault> = failed
        .into_iter()
        .map(|what| Fault::new("lost", format!("an event was put aside: {what}")))
        .collect();
    for check in [
        lost::check,
        doubled::check,
        limits::check,
        order::check,
        urgent::check,
        lifts::check,
        ledger::check,
        held::check,
        approval::check,
        nodes::check,
        variants::check,
    ] {
        faults.extend(check(&scene));
    }
    faults
}

/// How many rows there are and how many of unknown end; and their ends, as the last lines of the trace.
pub async fn counts(db: &Db, trace: &Trace) -> (usize, usize) {
    let rows: Vec<Row> = sqlx::query_as(ROWS).fetch_all(pool(db)).await.unwrap();
    let rows: Vec<Row> = rows.into_iter().map(Row::read).collect();
    for row in &rows {
        trace.line(
            row.settled_at_ms.unwrap_or(0),
            format_args!("{} after {} tries", row.name(), row.attempts),
        );
    }
    (rows.len(), rows.iter().filter(|row| row.state == "unknown").count())
}
