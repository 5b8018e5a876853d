//! Messages to webhooks: what waits, what is being called, and what became of it.

use sqlx::FromRow;

use crate::ids::RowId;
use crate::store::{StoreError, Tx, execute, on};

/// A message to one webhook.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct Delivery {
    /// Our id.
    pub id: RowId,
    /// To whom.
    pub webhook: RowId,
    /// Of what.
    pub event: RowId,
    /// What happened, such as `ticket.closed`.
    #[sqlx(rename = "type")]
    pub kind: String,
    /// To what it happened.
    pub object: String,
    /// How far it has come.
    #[sqlx(try_from = "String")]
    pub state: DeliveryState,
    /// How often it was tried.
    pub attempts: i64,
    /// When it is tried next, unix milliseconds.
    pub try_at_ms: i64,
    /// What is sent; none before the first try.
    pub body: Option<String>,
    /// When it was last tried, unix milliseconds.
    pub tried_at_ms: Option<i64>,
    /// For how long, milliseconds.
    pub took_ms: Option<i64>,
    /// The HTTP status that came back.
    pub status: Option<i64>,
    /// How the answer began.
    pub answer: Option<String>,
    /// What went wrong on the way.
    pub error: Option<String>,
    /// When it was made, unix milliseconds.
    pub made_at_ms: i64,
}

impl Delivery {
    /// When it is tried next, unix milliseconds; `None` when it is over, or being called.
    pub fn next_at_ms(&self) -> Option<i64> {
        (self.state == DeliveryState::Open).then_some(self.try_at_ms)
    }
}

/// How far a message has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeliveryState {
    /// It waits for its time.
    Open,
    /// It is being called.
    Calling,
    /// It came through.
    Sent,
    /// It was given up.
    Failed,
    /// It is not told: the webhook's maker may not see it.
    Withheld,
}

impl DeliveryState {
    const ALL: [Self; 5] = [Self::Open, Self::Calling, Self::Sent, Self::Failed, Self::Withheld];

    /// The word stored.
    pub fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Calling => "calling",
            Self::Sent => "sent",
            Self::Failed => "failed",
            Self::Withheld => "withheld",
        }
    }
}

impl TryFrom<String> for DeliveryState {
    type Error = String;

    fn try_from(word: String) -> Result<Self, String> {
        Self::ALL.into_iter().find(|one| one.word() == word).ok_or(word)
    }
}

/// A message that was taken in hand, for the how manieth time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// Which message.
    pub delivery: RowId,
    /// The try, from 1.
    pub attempt: i64,
}

/// What became of a try.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tried {
    /// How the message stands now.
    pub state: DeliveryState,
    /// When it is tried next, unix milliseconds.
    pub try_at_ms: i64,
    /// When it was tried, unix milliseconds.
    pub at_ms: i64,
    /// For how long, milliseconds.
    pub took_ms: i64,
    /// The HTTP status that came back.
    pub status: Option<i64>,
    /// How the answer began.
    pub answer: Option<String>,
    /// What went wrong on the way.
    pub error: Option<String>,
}

macro_rules! delivery_sql {
    ($rest:literal) => {
        concat!(
            "SELECT d.id, d.webhook, d.event, e.type, e.object, d.state, d.attempts, d.try_at_ms, d.body, d.tried_at_ms, \
             d.took_ms, d.status, d.answer, d.error, d.made_at_ms \
             FROM webhook_delivery d JOIN webhook_event e ON e.id = d.event ",
            $rest
        )
    };
}

const WHO_WANTS: &str = "SELECT w.id FROM webhook w JOIN webhook_type t ON t.webhook = w.id \
    WHERE t.type = $1 AND w.state = 'on' ORDER BY w.id";
const ADD: &str = "INSERT INTO webhook_delivery (id, webhook, event, state, attempts, try_at_ms, made_at_ms) \
    VALUES ($1, $2, $3, 'open', 0, $4, $4)";
const GET: &str = delivery_sql!("WHERE d.id = $1");
const LIST: &str = delivery_sql!("WHERE d.webhook = $1 ORDER BY d.id DESC LIMIT $2");
const LIST_BELOW: &str = delivery_sql!("WHERE d.webhook = $1 AND d.id < $3 ORDER BY d.id DESC LIMIT $2");
const BUSY: &str =
    "SELECT count(*) FROM webhook_delivery WHERE webhook = $1 AND state = 'calling' AND try_at_ms > $2";
const DUE: &str = "SELECT id, attempts FROM webhook_delivery WHERE webhook = $1 AND state IN ('open', 'calling') AND try_at_ms <= $2 \
    ORDER BY try_at_ms, id LIMIT $3";
const CLAIM: &str =
    "UPDATE webhook_delivery SET state = 'calling', attempts = attempts + 1, try_at_ms = $2 WHERE id = $1";
const NEXT: &str =
    "SELECT min(try_at_ms) FROM webhook_delivery WHERE webhook = $1 AND state IN ('open', 'calling')";
const PUT_BODY: &str = "UPDATE webhook_delivery SET body = $3 WHERE id = $1 AND attempts = $2 AND state = 'calling' AND body IS NULL";
const SETTLE: &str = "UPDATE webhook_delivery SET state = $3, try_at_ms = $4, tried_at_ms = $5, took_ms = $6, status = $7, answer = $8, \
    error = $9 WHERE id = $1 AND attempts = $2 AND state = 'calling'";
const AGAIN: &str = "UPDATE webhook_delivery SET state = 'open', attempts = 0, try_at_ms = $2 WHERE id = $1 AND state <> 'calling'";
const FORGET: &str = "DELETE FROM webhook_delivery WHERE made_at_ms < $1";
const FORGET_EVENTS: &str = "DELETE FROM webhook_event WHERE at_ms < $1 \
    AND NOT EXISTS (SELECT 1 FROM webhook_delivery d WHERE d.event = webhook_event.id)";

/// Who is to be told of events of a kind: webhooks that are on.
///
/// # Errors
/// When the database fails.
pub async fn who_wants(tx: &mut Tx, kind: &str) -> Result<Vec<RowId>, StoreError> {
    on!(tx, |c| sqlx::query_scalar(WHO_WANTS).bind(kind).fetch_all(c))
}

/// Puts down a message to a webhook, to be tried at once.
///
/// # Errors
/// When the database fails.
pub async fn add(
    tx: &mut Tx,
    id: &RowId,
    webhook: &RowId,
    event: &RowId,
    now_ms: i64,
) -> Result<(), StoreError> {
    execute!(tx, sqlx::query(ADD).bind(id).bind(webhook).bind(event).bind(now_ms)).map(|_| ())
}

/// A message.
///
/// # Errors
/// When the database fails or the row cannot be read.
pub async fn delivery(tx: &mut Tx, id: &RowId) -> Result<Option<Delivery>, StoreError> {
    on!(tx, |c| sqlx::query_as(GET).bind(id).fetch_optional(c))
}

/// The messages to a webhook, newest first; `below` is the last of the page before.
///
/// # Errors
/// When the database fails or a row cannot be read.
pub async fn deliveries(
    tx: &mut Tx,
    webhook: &RowId,
    below: Option<&RowId>,
    limit: i64,
) -> Result<Vec<Delivery>, StoreError> {
    match below {
        Some(below) => {
            on!(tx, |c| sqlx::query_as(LIST_BELOW).bind(webhook).bind(limit).bind(below).fetch_all(c))
        }
        None => on!(tx, |c| sqlx::query_as(LIST).bind(webhook).bind(limit).fetch_all(c)),
    }
}

/// How many messages to a webhook are being called.
///
/// # Errors
/// When the database fails.
pub async fn busy(tx: &mut Tx, webhook: &RowId, now_ms: i64) -> Result<i64, StoreError> {
    on!(tx, |c| sqlx::query_scalar(BUSY).bind(webhook).bind(now_ms).fetch_one(c))
}

/// Takes messages in hand that are due, `room` at most; they count as lost when nothing is heard by `until_ms`.
///
/// # Errors
/// When the database fails.
pub async fn claim(
    tx: &mut Tx,
    webhook: &RowId,
    now_ms: i64,
    room: i64,
    until_ms: i64,
) -> Result<Vec<Claim>, StoreError> {
    let due: Vec<(RowId, i64)> =
        on!(tx, |c| sqlx::query_as(DUE).bind(webhook).bind(now_ms).bind(room).fetch_all(c))?;
    let mut claimed = Vec::with_capacity(due.len());
    for (delivery, attempts) in due {
        execute!(tx, sqlx::query(CLAIM).bind(&delivery).bind(until_ms))?;
        claimed.push(Claim { delivery, attempt: attempts + 1 });
    }
    Ok(claimed)
}

/// When something is to be done for a webhook next, unix milliseconds.
///
/// # Errors
/// When the database fails.
pub async fn next_try_at(tx: &mut Tx, webhook: &RowId) -> Result<Option<i64>, StoreError> {
    on!(tx, |c| sqlx::query_scalar(NEXT).bind(webhook).fetch_one(c))
}

/// Keeps what is sent, once. False when the message is in other hands, or has its words.
///
/// # Errors
/// When the database fails.
pub async fn put_body(tx: &mut Tx, claim: &Claim, body: &str) -> Result<bool, StoreError> {
    Ok(execute!(tx, sqlx::query(PUT_BODY).bind(&claim.delivery).bind(claim.attempt).bind(body))? == 1)
}

/// Keeps what became of a try. False when the message is in other hands meanwhile.
///
/// # Errors
/// When the database fails.
pub async fn settle(tx: &mut Tx, claim: &Claim, tried: &Tried) -> Result<bool, StoreError> {
    // PostgreSQL's text cannot hold U+0000.
    let clean = |text: &Option<String>| text.as_ref().map(|text| text.replace('\0', "\u{FFFD}"));
    Ok(execute!(
        tx,
        sqlx::query(SETTLE)
            .bind(&claim.delivery)
            .bind(claim.attempt)
            .bind(tried.state.word())
            .bind(tried.try_at_ms)
            .bind(tried.at_ms)
            .bind(tried.took_ms)
            .bind(tried.status)
            .bind(clean(&tried.answer))
            .bind(clean(&tried.error))
    )? == 1)
}

/// Sends a message again, with all tries before it. False while it is being called.
///
/// # Errors
/// When the database fails.
pub async fn again(tx: &mut Tx, id: &RowId, now_ms: i64) -> Result<bool, StoreError> {
    Ok(execute!(tx, sqlx::query(AGAIN).bind(id).bind(now_ms))? == 1)
}

/// Forgets what was made before a time, unix milliseconds.
///
/// # Errors
/// When the database fails.
pub async fn forget(tx: &mut Tx, before_ms: i64) -> Result<(), StoreError> {
    execute!(tx, sqlx::query(FORGET).bind(before_ms))?;
    execute!(tx, sqlx::query(FORGET_EVENTS).bind(before_ms)).map(|_| ())
}
