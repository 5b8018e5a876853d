//! What an inbox lists: tickets with whose they are, and since when somebody waits for an answer.

use sqlx::FromRow;

use super::TicketState;
use crate::ids::{MerchantId, PersonId, RowId, StaffId, TicketNo};
use crate::store::{StoreError, Tx, on};

/// Which tickets an inbox lists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum View {
    /// All that are not closed.
    Open,
    /// Those of them that nobody has.
    Nobodys,
    /// Those of them that this agent has.
    Of(StaffId),
    /// Those that wait for the merchant.
    Waiting,
    /// Those that are closed.
    Closed,
    /// All.
    All,
}

/// A ticket in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Its number.
    pub no: TicketNo,
    /// The name of the one whose it is.
    pub name: String,
    /// What it is about: the subject, or the question where there is none. May be empty.
    pub subject: String,
    /// How it stands.
    pub state: TicketState,
    /// The agent who has it.
    pub owner: Option<StaffId>,
    /// When its state or owner last changed, unix milliseconds.
    pub changed_at_ms: i64,
    /// Since when the merchant waits for an answer, unix milliseconds: the first of their messages that no agent answered
    /// since, the opening when nobody has answered at all. `None` when it is theirs to say something, or it is closed.
    pub unanswered_since_ms: Option<i64>,
}

/// How many tickets each view of an agent has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, FromRow)]
pub struct Tally {
    /// Not closed.
    pub open: i64,
    /// Of those, nobody's.
    pub nobodys: i64,
    /// Of those, the agent's.
    pub own: i64,
    /// Of those, waiting for the merchant.
    pub waiting: i64,
    /// Closed.
    pub closed: i64,
}

#[derive(FromRow)]
struct Row {
    no: TicketNo,
    name: String,
    subject: String,
    state: String,
    owner: Option<StaffId>,
    changed_at_ms: i64,
    unanswered_since_ms: Option<i64>,
}

// What was refused has answered nothing. Ids rise with time.
macro_rules! listed_sql {
    ($which:literal) => {
        concat!(
            "SELECT t.no, u.name, CASE WHEN t.subject = '' THEN t.question ELSE t.subject END AS subject, t.state, t.owner, t.changed_at_ms, ",
            "CASE WHEN t.state IN ('waiting', 'closed') THEN NULL WHEN t.answer IS NULL THEN t.opened_at_ms ",
            "ELSE coalesce((SELECT min(m.at_ms) FROM ticket_message m WHERE m.ticket = t.no AND m.id > t.answer AND m.kind = 'merchant' ",
            "AND m.deleted_at_ms IS NULL), CASE WHEN t.state = 'reopened' THEN t.changed_at_ms END) END AS unanswered_since_ms ",
            "FROM (SELECT b.*, (SELECT max(a.id) FROM ticket_message a WHERE a.ticket = b.no AND a.kind = 'staff' ",
            "AND a.deleted_at_ms IS NULL AND a.delivery <> 'rejected') AS answer FROM (",
            $which,
            ") b) t JOIN chat_user u ON u.id = t.chat_user ORDER BY t.no DESC"
        )
    };
}

const OPEN: &str =
    listed_sql!("SELECT * FROM ticket WHERE state <> 'closed' AND no < $1 ORDER BY no DESC LIMIT $2");
const NOBODYS: &str = listed_sql!(
    "SELECT * FROM ticket WHERE state <> 'closed' AND owner IS NULL AND no < $1 ORDER BY no DESC LIMIT $2"
);
const OF_AGENT: &str = listed_sql!(
    "SELECT * FROM ticket WHERE state <> 'closed' AND owner = $3 AND no < $1 ORDER BY no DESC LIMIT $2"
);
const IN_STATE: &str =
    listed_sql!("SELECT * FROM ticket WHERE state = $3 AND no < $1 ORDER BY no DESC LIMIT $2");
const ALL: &str = listed_sql!("SELECT * FROM ticket WHERE no < $1 ORDER BY no DESC LIMIT $2");
const ONE: &str = listed_sql!("SELECT * FROM ticket WHERE no = $1");
const OF_PERSON: &str = listed_sql!(
    "SELECT w.* FROM ticket w JOIN chat_user p ON p.id = w.chat_user WHERE p.person = $1 ORDER BY w.no DESC LIMIT $2"
);
const OF_MERCHANT: &str = listed_sql!(
    "SELECT w.* FROM ticket w JOIN chat_user p ON p.id = w.chat_user JOIN contact k ON k.person = p.person \
     WHERE k.merchant = $1 ORDER BY w.no DESC LIMIT $2"
);
const TALLY: &str = "SELECT count(*) AS open, count(CASE WHEN owner IS NULL THEN 1 END) AS nobodys, \
    count(CASE WHEN owner = $1 THEN 1 END) AS own, count(CASE WHEN state = 'waiting' THEN 1 END) AS waiting, \
    (SELECT count(*) FROM ticket) - count(*) AS closed FROM ticket WHERE state <> 'closed'";
const WROTE_AFTER: &str = "SELECT count(*) FROM ticket_message WHERE ticket = $1 AND id > $2 AND kind = 'merchant' \
    AND deleted_at_ms IS NULL";

fn read(rows: Vec<Row>) -> Result<Vec<Listed>, StoreError> {
    let listed = |row: Row| {
        Ok(Listed {
            state: TicketState::from_word(&row.state)
                .ok_or_else(|| StoreError::unreadable("ticket state", &row.state))?,
            no: row.no,
            name: row.name,
            subject: row.subject,
            owner: row.owner,
            changed_at_ms: row.changed_at_ms,
            unanswered_since_ms: row.unanswered_since_ms,
        })
    };
    rows.into_iter().map(listed).collect()
}

/// The tickets of a view, newest first: at most `limit` of those with numbers below `below` (`None`: from the newest).
///
/// # Errors
/// When the database fails.
pub async fn listed(
    tx: &mut Tx,
    view: &View,
    below: Option<TicketNo>,
    limit: i64,
) -> Result<Vec<Listed>, StoreError> {
    let below = below.map_or(i64::MAX, |no| no.0);
    let rows: Vec<Row> = match view {
        View::Open => on!(tx, |c| sqlx::query_as(OPEN).bind(below).bind(limit).fetch_all(c))?,
        View::Nobodys => on!(tx, |c| sqlx::query_as(NOBODYS).bind(below).bind(limit).fetch_all(c))?,
        View::Of(staff) => {
            on!(tx, |c| sqlx::query_as(OF_AGENT).bind(below).bind(limit).bind(staff).fetch_all(c))?
        }
        View::Waiting => in_state(tx, TicketState::Waiting, below, limit).await?,
        View::Closed => in_state(tx, TicketState::Closed, below, limit).await?,
        View::All => on!(tx, |c| sqlx::query_as(ALL).bind(below).bind(limit).fetch_all(c))?,
    };
    read(rows)
}

async fn in_state(tx: &mut Tx, state: TicketState, below: i64, limit: i64) -> Result<Vec<Row>, StoreError> {
    on!(tx, |c| sqlx::query_as(IN_STATE).bind(below).bind(limit).bind(state.word()).fetch_all(c))
}

/// One ticket as lists show it.
///
/// # Errors
/// When the database fails.
pub async fn listed_one(tx: &mut Tx, no: TicketNo) -> Result<Option<Listed>, StoreError> {
    let rows: Vec<Row> = on!(tx, |c| sqlx::query_as(ONE).bind(no).fetch_all(c))?;
    Ok(read(rows)?.pop())
}

/// The tickets of a human, with whichever identity, newest first.
///
/// # Errors
/// When the database fails.
pub async fn of_person(tx: &mut Tx, person: &PersonId, limit: i64) -> Result<Vec<Listed>, StoreError> {
    let rows: Vec<Row> = on!(tx, |c| sqlx::query_as(OF_PERSON).bind(person).bind(limit).fetch_all(c))?;
    read(rows)
}

/// The tickets of all who speak for a merchant, newest first.
///
/// # Errors
/// When the database fails.
pub async fn of_merchant(tx: &mut Tx, merchant: &MerchantId, limit: i64) -> Result<Vec<Listed>, StoreError> {
    let rows: Vec<Row> = on!(tx, |c| sqlx::query_as(OF_MERCHANT).bind(merchant).bind(limit).fetch_all(c))?;
    read(rows)
}

/// How many tickets each view of an agent has.
///
/// # Errors
/// When the database fails.
pub async fn tally(tx: &mut Tx, agent: &StaffId) -> Result<Tally, StoreError> {
    on!(tx, |c| sqlx::query_as(TALLY).bind(agent).fetch_one(c))
}

/// Whether the merchant has written after a message of the ticket (`None`: at all) what still stands.
///
/// # Errors
/// When the database fails.
pub async fn wrote_after(tx: &mut Tx, no: TicketNo, after: Option<&RowId>) -> Result<bool, StoreError> {
    let after = after.map_or("", |id| id.as_str());
    let count: i64 = on!(tx, |c| sqlx::query_scalar(WROTE_AFTER).bind(no).bind(after).fetch_one(c))?;
    Ok(count > 0)
}
