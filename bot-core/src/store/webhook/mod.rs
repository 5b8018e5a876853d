//! Webhooks: which addresses are told what, and what happened; the messages to them stand beside.

mod delivery;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use sqlx::FromRow;

pub use delivery::{
    Claim, Delivery, DeliveryState, Tried, add, again, busy, claim, deliveries, delivery, forget,
    next_try_at, put_body, settle, who_wants,
};

use super::{StoreError, Tx, execute, on};
use crate::ids::{RowId, StaffId};

/// An address that is told what happens.
#[derive(Clone, PartialEq, Eq)]
pub struct Webhook {
    /// Our id.
    pub id: RowId,
    /// Where.
    pub url: String,
    /// What it is for, in its maker's words.
    pub description: String,
    /// Who made or last changed it.
    pub staff: StaffId,
    /// What messages are signed with.
    pub secret: String,
    /// The secret before, and until when it signs too, unix milliseconds.
    pub old: Option<(String, i64)>,
    /// Whether it is called.
    pub state: WebhookState,
    /// Since when nothing has come through, unix milliseconds.
    pub failing_since_ms: Option<i64>,
    /// When it was made, unix milliseconds.
    pub created_at_ms: i64,
}

impl std::fmt::Debug for Webhook {
    /// Without its secrets.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Webhook").field("id", &self.id).field("state", &self.state).finish_non_exhaustive()
    }
}

/// Whether an address is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WebhookState {
    /// It is.
    On,
    /// Staff switched it off.
    Off,
    /// It said that there is nobody any more (410).
    Gone,
    /// Nothing came through for days.
    Failing,
}

impl WebhookState {
    const ALL: [Self; 4] = [Self::On, Self::Off, Self::Gone, Self::Failing];

    /// The word stored.
    pub fn word(self) -> &'static str {
        match self {
            Self::On => "on",
            Self::Off => "off",
            Self::Gone => "gone",
            Self::Failing => "failing",
        }
    }
}

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct WebhookEvent {
    /// Our id, the same for everybody who is told.
    pub id: RowId,
    /// What, such as `ticket.closed`.
    #[sqlx(rename = "type")]
    pub kind: String,
    /// To what.
    pub object: String,
    /// What else is known of it, as JSON.
    pub detail: String,
    /// When, unix milliseconds.
    pub at_ms: i64,
}

type Row = (RowId, String, String, StaffId, String, Option<String>, Option<i64>, String, Option<i64>, i64);

macro_rules! webhook_sql {
    ($rest:literal) => {
        concat!(
            "SELECT id, url, description, staff, secret, secret_old, secret_old_until_ms, state, failing_since_ms, created_at_ms \
             FROM webhook ",
            $rest
        )
    };
}

const ALL: &str = webhook_sql!("ORDER BY id");
const GET: &str = webhook_sql!("WHERE id = $1");
const PUT: &str = "INSERT INTO webhook (id, url, description, staff, secret, secret_old, secret_old_until_ms, state, failing_since_ms, created_at_ms) \
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (id) DO UPDATE SET url = excluded.url, \
    description = excluded.description, staff = excluded.staff, secret = excluded.secret, secret_old = excluded.secret_old, \
    secret_old_until_ms = excluded.secret_old_until_ms, state = excluded.state, failing_since_ms = excluded.failing_since_ms";
const CLEAR_TYPES: &str = "DELETE FROM webhook_type WHERE webhook = $1";
const ADD_TYPE: &str = "INSERT INTO webhook_type (webhook, type) VALUES ($1, $2)";
const TYPES: &str = "SELECT type FROM webhook_type WHERE webhook = $1 ORDER BY type";
const COUNT_TYPES: &str = "SELECT webhook, count(*) FROM webhook_type GROUP BY webhook";
const WANTED: &str = "SELECT DISTINCT type FROM webhook_type";
const REMOVE_DELIVERIES: &str = "DELETE FROM webhook_delivery WHERE webhook = $1";
const REMOVE: &str = "DELETE FROM webhook WHERE id = $1";
const ADD_EVENT: &str =
    "INSERT INTO webhook_event (id, type, object, detail, at_ms) VALUES ($1, $2, $3, $4, $5)";
const EVENT: &str = "SELECT id, type, object, detail, at_ms FROM webhook_event WHERE id = $1";
const FAILING: &str = "UPDATE webhook SET failing_since_ms = $2 WHERE id = $1 AND failing_since_ms IS NULL";
const THROUGH: &str =
    "UPDATE webhook SET failing_since_ms = NULL WHERE id = $1 AND failing_since_ms IS NOT NULL";

fn read(row: Row) -> Result<Webhook, StoreError> {
    let (id, url, description, staff, secret, old, old_until_ms, state, failing_since_ms, created_at_ms) =
        row;
    let known = WebhookState::ALL.into_iter().find(|one| one.word() == state);
    let state = known.ok_or_else(|| StoreError::unreadable("webhook", format!("state {state}")))?;
    let old = old.zip(old_until_ms);
    Ok(Webhook { id, url, description, staff, secret, old, state, failing_since_ms, created_at_ms })
}

/// All of them, in the order in which they were made.
///
/// # Errors
/// When the database fails or a row cannot be read.
pub async fn all(tx: &mut Tx) -> Result<Vec<Webhook>, StoreError> {
    let rows: Vec<Row> = on!(tx, |c| sqlx::query_as(ALL).fetch_all(c))?;
    rows.into_iter().map(read).collect()
}

/// One of them.
///
/// # Errors
/// When the database fails or the row cannot be read.
pub async fn get(tx: &mut Tx, id: &RowId) -> Result<Option<Webhook>, StoreError> {
    let row: Option<Row> = on!(tx, |c| sqlx::query_as(GET).bind(id).fetch_optional(c))?;
    row.map(read).transpose()
}

/// Keeps one, new or changed.
///
/// # Errors
/// When the database fails.
pub async fn put(tx: &mut Tx, one: &Webhook) -> Result<(), StoreError> {
    let (old, until_ms) = one.old.clone().unzip();
    execute!(
        tx,
        sqlx::query(PUT)
            .bind(&one.id)
            .bind(&one.url)
            .bind(&one.description)
            .bind(&one.staff)
            .bind(&one.secret)
            .bind(&old)
            .bind(until_ms)
            .bind(one.state.word())
            .bind(one.failing_since_ms)
            .bind(one.created_at_ms)
    )
    .map(|_| ())
}

/// Says what one wants to hear of, in place of what it wanted before.
///
/// # Errors
/// When the database fails.
pub async fn set_types(tx: &mut Tx, id: &RowId, types: &BTreeSet<&str>) -> Result<(), StoreError> {
    execute!(tx, sqlx::query(CLEAR_TYPES).bind(id))?;
    for kind in types {
        execute!(tx, sqlx::query(ADD_TYPE).bind(id).bind(*kind))?;
    }
    Ok(())
}

/// What one wants to hear of.
///
/// # Errors
/// When the database fails.
pub async fn types(tx: &mut Tx, id: &RowId) -> Result<BTreeSet<String>, StoreError> {
    let all: Vec<String> = on!(tx, |c| sqlx::query_scalar(TYPES).bind(id).fetch_all(c))?;
    Ok(all.into_iter().collect())
}

/// How many kinds of events each of them wants to hear of; those that want none are left out.
///
/// # Errors
/// When the database fails.
pub async fn type_counts(tx: &mut Tx) -> Result<BTreeMap<RowId, i64>, StoreError> {
    let rows: Vec<(RowId, i64)> = on!(tx, |c| sqlx::query_as(COUNT_TYPES).fetch_all(c))?;
    Ok(rows.into_iter().collect())
}

/// What anybody wants to hear of.
///
/// # Errors
/// When the database fails.
pub async fn wanted(tx: &mut Tx) -> Result<BTreeSet<String>, StoreError> {
    let all: Vec<String> = on!(tx, |c| sqlx::query_scalar(WANTED).fetch_all(c))?;
    Ok(all.into_iter().collect())
}

/// Takes one away with all messages to it. False when it was not there.
///
/// # Errors
/// When the database fails.
pub async fn remove(tx: &mut Tx, id: &RowId) -> Result<bool, StoreError> {
    execute!(tx, sqlx::query(CLEAR_TYPES).bind(id))?;
    execute!(tx, sqlx::query(REMOVE_DELIVERIES).bind(id))?;
    Ok(execute!(tx, sqlx::query(REMOVE).bind(id))? == 1)
}

/// Keeps that something happened.
///
/// # Errors
/// When the database fails.
pub async fn add_event(tx: &mut Tx, event: &WebhookEvent) -> Result<(), StoreError> {
    execute!(
        tx,
        sqlx::query(ADD_EVENT)
            .bind(&event.id)
            .bind(&event.kind)
            .bind(&event.object)
            .bind(&event.detail)
            .bind(event.at_ms)
    )
    .map(|_| ())
}

/// Something that happened.
///
/// # Errors
/// When the database fails.
pub async fn event(tx: &mut Tx, id: &RowId) -> Result<Option<WebhookEvent>, StoreError> {
    on!(tx, |c| sqlx::query_as(EVENT).bind(id).fetch_optional(c))
}

/// Notes that something came through, or that it did not. What is so already is not written again.
///
/// # Errors
/// When the database fails.
pub async fn came_through(tx: &mut Tx, id: &RowId, through: bool, now_ms: i64) -> Result<(), StoreError> {
    match through {
        true => execute!(tx, sqlx::query(THROUGH).bind(id)),
        false => execute!(tx, sqlx::query(FAILING).bind(id).bind(now_ms)),
    }
    .map(|_| ())
}
