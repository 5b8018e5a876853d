//! Actions on their way to platforms.

#[cfg(test)]
mod tests;

use async_trait::async_trait;
use serde::Serialize;
use sqlx::FromRow;

use super::{DbKind, StoreError, Tx, execute, json, on};
use crate::chat::{AccountId, Action, Delivered, Lane};
use crate::ids::{ChatId, OutboxId};
use crate::work::{Origin, Outgoing, PendingRow, Place};

/// What is said of rows that cannot be read.
const WHAT: &str = "outbox row";

/// An action to be put into the outbox.
#[derive(Clone, Debug)]
pub struct NewOutbox {
    /// Its id; ids rise, and order within a chat and lane is by id.
    pub id: OutboxId,
    /// What and where.
    pub out: Outgoing,
    /// When, unix milliseconds.
    pub created_at_ms: i64,
}

/// How far an action has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It waits.
    Queued,
    /// The courier has it in hand.
    Leased,
    /// The platform confirmed it.
    Sent,
    /// The platform refused it for good, or it expired.
    Rejected,
    /// It went out and no answer came.
    Unknown,
}

/// An action as it stands.
#[derive(Clone, Debug)]
pub struct StoredOutbox {
    /// Its id.
    pub id: OutboxId,
    /// The account that does it.
    pub account: AccountId,
    /// In which queue.
    pub lane: Lane,
    /// Where.
    pub place: Place,
    /// What.
    pub action: Action,
    /// Who hears what became of it.
    pub origin: Option<Origin>,
    /// How far it has come.
    pub state: State,
    /// Pointless after this time, unix milliseconds.
    pub expires_at_ms: Option<i64>,
    /// How often it was tried.
    pub attempts: i64,
    /// How many calls of its plan were confirmed.
    pub calls_done: usize,
    /// What the confirmed calls made.
    pub delivered: Vec<Delivered>,
    /// Why it failed, in one word and in the platform's words.
    pub error: Option<(String, String)>,
    /// When it was put down, unix milliseconds.
    pub created_at_ms: i64,
}

#[derive(FromRow)]
struct Row {
    id: OutboxId,
    account: AccountId,
    lane: i64,
    place: String,
    action: String,
    origin: Option<String>,
    state: String,
    expires_at_ms: Option<i64>,
    attempts: i64,
    calls_done: i64,
    delivered: Option<String>,
    error_kind: Option<String>,
    error: Option<String>,
    created_at_ms: i64,
}

#[derive(FromRow)]
struct ReadyRow {
    #[sqlx(flatten)]
    row: Row,
    some_held: bool,
}

/// One row of a bulk insert; the account is looked up from the chat.
#[derive(Serialize)]
struct Line<'a> {
    id: &'a OutboxId,
    chat: &'a ChatId,
    lane: i64,
    place: String,
    action: String,
    origin: Option<String>,
    not_before_ms: i64,
    expires_at_ms: Option<i64>,
    created_at_ms: i64,
    turn: i64,
}

impl State {
    /// The word stored and shown.
    pub fn word(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Leased => "leased",
            Self::Sent => "sent",
            Self::Rejected => "rejected",
            Self::Unknown => "unknown",
        }
    }

    fn from_word(word: &str) -> Result<Self, StoreError> {
        [Self::Queued, Self::Leased, Self::Sent, Self::Rejected, Self::Unknown]
            .into_iter()
            .find(|state| state.word() == word)
            .ok_or_else(|| StoreError::unreadable("outbox state", word))
    }
}

impl TryFrom<Row> for StoredOutbox {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        Ok(Self {
            lane: Lane::from_rank(row.lane).ok_or_else(|| StoreError::unreadable("lane", row.lane))?,
            place: json::read(WHAT, &row.place)?,
            action: json::read(WHAT, &row.action)?,
            origin: json::read_some(WHAT, row.origin.as_deref())?,
            state: State::from_word(&row.state)?,
            delivered: json::read_some(WHAT, row.delivered.as_deref())?.unwrap_or_default(),
            error: row.error_kind.zip(row.error),
            calls_done: usize::try_from(row.calls_done).unwrap_or(0),
            id: row.id,
            account: row.account,
            expires_at_ms: row.expires_at_ms,
            attempts: row.attempts,
            created_at_ms: row.created_at_ms,
        })
    }
}

macro_rules! outbox_sql {
    ($rest:literal) => {
        outbox_sql!("", $rest)
    };
    ($more:literal, $rest:literal) => {
        concat!(
            "SELECT o.id, o.account, o.lane, o.place, o.action, o.origin, o.state, o.expires_at_ms, o.attempts, o.calls_done, ",
            "o.delivered, o.error_kind, o.error, o.created_at_ms", $more, " FROM outbox o ",
            $rest
        )
    };
}

mod called;
mod seen;

pub use called::{Called, called_since};
pub use seen::{counts, said_since, unknown};

const INSERT_SQLITE: &str = "INSERT INTO outbox (id, account, chat, lane, place, action, origin, state, not_before_ms, expires_at_ms, attempts, calls_done, created_at_ms, turn) \
    SELECT value->>'id', c.account, c.id, value->>'lane', value->>'place', value->>'action', value->>'origin', 'queued', \
    value->>'not_before_ms', value->>'expires_at_ms', 0, 0, value->>'created_at_ms', value->>'turn' FROM json_each($1) JOIN chat c ON c.id = value->>'chat'";
const INSERT_POSTGRES: &str = "INSERT INTO outbox (id, account, chat, lane, place, action, origin, state, not_before_ms, expires_at_ms, attempts, calls_done, created_at_ms, turn) \
    SELECT value->>'id', c.account, c.id, (value->>'lane')::bigint, value->>'place', value->>'action', value->>'origin', 'queued', \
    (value->>'not_before_ms')::bigint, (value->>'expires_at_ms')::bigint, 0, 0, (value->>'created_at_ms')::bigint, (value->>'turn')::bigint \
    FROM jsonb_array_elements($1::text::jsonb) JOIN chat c ON c.id = value->>'chat'";
// The first open row of each chat in a lane, if its time has come: first in, first out. Files (lane 3) wait for nobody.
// `+ 0` keeps the planner from sorting all that is due: the lane is read turn by turn, and only as far as the limit.
// Whether some push is held is asked once for all rows, and as a rule of an empty table.
const READY: &str = outbox_sql!(
    ", EXISTS (SELECT 1 FROM delivery_hold) AS some_held",
    "WHERE o.account = $1 AND o.lane = $2 AND o.state = 'queued' AND o.not_before_ms + 0 <= $3 AND (o.lane = 3 OR NOT EXISTS (\
     SELECT 1 FROM outbox p WHERE p.account = o.account AND p.lane = o.lane AND p.chat = o.chat AND p.id < o.id AND p.state IN ('queued', 'leased'))) \
     ORDER BY o.turn, o.id LIMIT $4"
);
const BY_ID: &str = outbox_sql!("WHERE o.id = $1");
const LEASE_SQLITE: &str = "UPDATE outbox SET state = 'leased', attempts = attempts + 1 WHERE state = 'queued' AND id IN (SELECT value FROM json_each($1))";
// By their ids and nothing else: by what it believes of the state, PostgreSQL goes through all that is queued. `|| ''` takes that away
// from it, and a list is not joined.
const LEASE_POSTGRES: &str = "UPDATE outbox SET state = 'leased', attempts = attempts + 1 \
    WHERE state || '' = 'queued' AND id = ANY (ARRAY (SELECT jsonb_array_elements_text($1::text::jsonb)))";
const RESOLVE: &str = "UPDATE outbox SET action = $2 WHERE id = $1";
const LEFT_LEASED: &str = outbox_sql!("WHERE o.account = $1 AND o.state = 'leased' ORDER BY o.id");
const REQUEUE: &str = "UPDATE outbox SET state = 'queued', not_before_ms = $2, calls_done = $3, delivered = $4, error_kind = $5, error = $6 WHERE id = $1";
const POSTPONE: &str = "UPDATE outbox SET not_before_ms = $2 WHERE id = $1 AND state = 'queued'";
const POSTPONE_LANE: &str = "UPDATE outbox SET not_before_ms = $3 WHERE account = $1 AND lane = $2 AND state = 'queued' AND not_before_ms < $3";
const SETTLE_SQLITE: &str = "UPDATE outbox SET state = v.value->>1, calls_done = v.value->>2, delivered = v.value->>3, \
    error_kind = v.value->>4, error = v.value->>5, settled_at_ms = $2 FROM json_each($1) AS v WHERE outbox.id = v.value->>0";
const SETTLE_POSTGRES: &str = "UPDATE outbox SET state = v.value->>1, calls_done = (v.value->>2)::bigint, delivered = v.value->>3, \
    error_kind = v.value->>4, error = v.value->>5, settled_at_ms = $2 FROM jsonb_array_elements($1::text::jsonb) AS v (value) \
    WHERE id = v.value->>0";
const NEXT: &str = "SELECT l.lane, (SELECT o.not_before_ms FROM outbox o WHERE o.account = $1 AND o.lane = l.lane AND o.state = 'queued' AND (o.lane = 3 OR NOT EXISTS (\
    SELECT 1 FROM outbox p WHERE p.account = o.account AND p.lane = o.lane AND p.chat = o.chat AND p.id < o.id AND p.state IN ('queued', 'leased'))) \
    ORDER BY o.not_before_ms LIMIT 1) FROM (SELECT CAST(0 AS BIGINT) AS lane UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3) AS l";
const RETRY_UNKNOWN: &str = "UPDATE outbox SET state = 'queued', not_before_ms = $2, error_kind = NULL, error = NULL, settled_at_ms = NULL WHERE id = $1 AND state = 'unknown'";

/// Puts many actions down with one statement.
///
/// # Errors
/// When the database fails.
pub async fn insert_many(tx: &mut Tx, rows: &[NewOutbox]) -> Result<(), StoreError> {
    let lines = rows.iter().map(line).collect::<Result<Vec<_>, _>>()?;
    let lines = json::kept(WHAT, &lines)?;
    let sql = if tx.kind() == DbKind::Sqlite { INSERT_SQLITE } else { INSERT_POSTGRES };
    let inserted = execute!(tx, sqlx::query(sql).bind(&lines))?;
    if inserted == rows.len() as u64 {
        Ok(())
    } else {
        Err(StoreError::unreadable("outbox row", "an action is for a chat that is not there"))
    }
}

#[async_trait]
impl PendingRow for NewOutbox {
    async fn write_many(tx: &mut Tx, rows: &[Self]) -> Result<(), StoreError> {
        insert_many(tx, rows).await
    }
}

fn line(row: &NewOutbox) -> Result<Line<'_>, StoreError> {
    Ok(Line {
        id: &row.id,
        chat: &row.out.place.chat,
        lane: row.out.lane.rank(),
        place: json::kept(WHAT, &row.out.place)?,
        action: json::kept(WHAT, &row.out.action)?,
        origin: row.out.origin.as_ref().map(|origin| json::kept(WHAT, origin)).transpose()?,
        not_before_ms: row.out.not_before_ms,
        expires_at_ms: row.out.expires_at_ms,
        created_at_ms: row.created_at_ms,
        turn: row.out.turn,
    })
}

/// The first open action of each chat in a lane, if its time has come, by turn and then oldest first; and whether some
/// push is held back, so that there may be actions among them that must not go out.
///
/// # Errors
/// When the database fails.
pub async fn ready(
    tx: &mut Tx,
    account: &AccountId,
    lane: Lane,
    now_ms: i64,
    limit: i64,
) -> Result<(Vec<StoredOutbox>, bool), StoreError> {
    let rows: Vec<ReadyRow> = on!(tx, |c| sqlx::query_as(READY)
        .bind(account)
        .bind(lane.rank())
        .bind(now_ms)
        .bind(limit)
        .fetch_all(c))?;
    let some_held = rows.first().is_some_and(|first| first.some_held);
    let rows = rows.into_iter().map(|ready| StoredOutbox::try_from(ready.row)).collect::<Result<_, _>>()?;
    Ok((rows, some_held))
}

/// An action by its id.
///
/// # Errors
/// When the database fails.
pub async fn get(tx: &mut Tx, id: &OutboxId) -> Result<Option<StoredOutbox>, StoreError> {
    let row: Option<Row> = on!(tx, |c| sqlx::query_as(BY_ID).bind(id).fetch_optional(c))?;
    row.map(StoredOutbox::try_from).transpose()
}

/// Lets all that waits in a lane of an account wait until a time; gives how many had to.
///
/// # Errors
/// When the database fails.
pub async fn postpone_lane(
    tx: &mut Tx,
    account: &AccountId,
    lane: Lane,
    until_ms: i64,
) -> Result<u64, StoreError> {
    execute!(tx, sqlx::query(POSTPONE_LANE).bind(account).bind(lane.rank()).bind(until_ms))
}

/// Takes actions in hand. Gives how many of them were still queued.
///
/// # Errors
/// When the database fails.
pub async fn lease(tx: &mut Tx, ids: &[&OutboxId]) -> Result<u64, StoreError> {
    let sql = if tx.kind() == DbKind::Sqlite { LEASE_SQLITE } else { LEASE_POSTGRES };
    let ids = json::kept(WHAT, &ids)?;
    execute!(tx, sqlx::query(sql).bind(&ids))
}

/// Keeps an action as it goes out, with what its pointers stood for: whatever happens, it goes on as it began, and a
/// platform that is asked what became of it is asked about the same.
///
/// # Errors
/// When the database fails.
pub async fn resolve(tx: &mut Tx, row: &StoredOutbox) -> Result<(), StoreError> {
    let action = json::kept(WHAT, &row.action)?;
    execute!(tx, sqlx::query(RESOLVE).bind(&row.id).bind(&action)).map(|_| ())
}

/// What was in hand when the program ended, oldest first.
///
/// # Errors
/// When the database fails.
pub async fn left_leased(tx: &mut Tx, account: &AccountId) -> Result<Vec<StoredOutbox>, StoreError> {
    let rows: Vec<Row> = on!(tx, |c| sqlx::query_as(LEFT_LEASED).bind(account).fetch_all(c))?;
    rows.into_iter().map(StoredOutbox::try_from).collect()
}

/// Puts an action back to be tried at a time, with what was confirmed of it and why it has to wait.
///
/// # Errors
/// When the database fails.
pub async fn requeue(tx: &mut Tx, row: &StoredOutbox, not_before_ms: i64) -> Result<(), StoreError> {
    let (kind, error) = error(row).unzip();
    let delivered = json::kept(WHAT, &row.delivered)?;
    execute!(
        tx,
        sqlx::query(REQUEUE)
            .bind(&row.id)
            .bind(not_before_ms)
            .bind(calls(row))
            .bind(&delivered)
            .bind(kind)
            .bind(error)
    )
    .map(|_| ())
}

/// Lets a queued action wait until a time, because its chat has had enough for now.
///
/// # Errors
/// When the database fails.
pub async fn postpone(tx: &mut Tx, id: &OutboxId, not_before_ms: i64) -> Result<(), StoreError> {
    execute!(tx, sqlx::query(POSTPONE).bind(id).bind(not_before_ms)).map(|_| ())
}

/// Ends actions, with one statement.
///
/// # Errors
/// When the database fails.
pub async fn settle_many(tx: &mut Tx, rows: &[&StoredOutbox], now_ms: i64) -> Result<(), StoreError> {
    let mut lines = Vec::with_capacity(rows.len());
    for row in rows {
        let (kind, error) = error(row).unzip();
        let delivered = json::kept(WHAT, &row.delivered)?;
        lines.push((&row.id, row.state.word(), calls(row), delivered, kind, error));
    }
    let lines = json::kept(WHAT, &lines)?;
    let sql = if tx.kind() == DbKind::Sqlite { SETTLE_SQLITE } else { SETTLE_POSTGRES };
    execute!(tx, sqlx::query(sql).bind(&lines).bind(now_ms)).map(|_| ())
}

/// Why an action failed, with the platform's words as both databases can hold them.
fn error(row: &StoredOutbox) -> Option<(String, String)> {
    row.error.clone().map(|(kind, words)| (kind, words.replace('\0', "\u{FFFD}")))
}

fn calls(row: &StoredOutbox) -> i64 {
    i64::try_from(row.calls_done).unwrap_or(i64::MAX)
}

/// When the next action of each lane of an account may be tried, unix milliseconds; lanes in which nothing waits are left
/// out.
///
/// # Errors
/// When the database fails.
pub async fn next_at(tx: &mut Tx, account: &AccountId) -> Result<Vec<(Lane, i64)>, StoreError> {
    let rows: Vec<(i64, Option<i64>)> = on!(tx, |c| sqlx::query_as(NEXT).bind(account).fetch_all(c))?;
    let next = |(lane, at_ms): (i64, Option<i64>)| Some((Lane::from_rank(lane)?, at_ms?));
    Ok(rows.into_iter().filter_map(next).collect())
}

/// Sends an action with unknown end once more, because a person decided so. False when its end is known by now.
///
/// # Errors
/// When the database fails.
pub async fn retry_unknown(tx: &mut Tx, id: &OutboxId, now_ms: i64) -> Result<bool, StoreError> {
    Ok(execute!(tx, sqlx::query(RETRY_UNKNOWN).bind(id).bind(now_ms))? == 1)
}
