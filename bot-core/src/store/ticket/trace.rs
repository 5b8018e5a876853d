//! The trace of a ticket, who was offered one, and the names that agents show.

use sqlx::FromRow;

use crate::ids::{RowId, StaffId, TicketNo, UserId};
use crate::store::{StoreError, Tx, execute, on};

/// Something that happened to a ticket.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct TicketEvent {
    /// Our id; ids rise with time.
    pub id: RowId,
    /// The ticket.
    pub ticket: TicketNo,
    /// When, unix milliseconds.
    pub at_ms: i64,
    /// What: opened, asked_again, claimed, handed, reply, note, waiting, answered, closed, reopened, edited, deleted,
    /// held, rejected, unknown, again or topic.
    pub kind: String,
    /// The staff member who did it.
    pub staff: Option<StaffId>,
    /// The merchant who did it.
    pub chat_user: Option<UserId>,
    /// What else is worth keeping: a note, a solution, the words before an edit, an id of a message.
    pub detail: Option<String>,
}

const ADD: &str = "INSERT INTO ticket_event (id, ticket, at_ms, kind, staff, chat_user, detail) VALUES ($1, $2, $3, $4, $5, $6, $7)";
const OF: &str = "SELECT id, ticket, at_ms, kind, staff, chat_user, detail FROM ticket_event WHERE ticket = $1 ORDER BY id";
const OFFERED: &str = "SELECT offered_at_ms FROM ticket_offer WHERE chat_user = $1";
const SET_OFFERED: &str = "INSERT INTO ticket_offer (chat_user, offered_at_ms) VALUES ($1, $2) \
    ON CONFLICT (chat_user) DO UPDATE SET offered_at_ms = excluded.offered_at_ms";
const NAME: &str = "SELECT public_name FROM ticket_agent WHERE staff = $1";
const SET_NAME: &str = "INSERT INTO ticket_agent (staff, public_name) VALUES ($1, $2) \
    ON CONFLICT (staff) DO UPDATE SET public_name = excluded.public_name";
const DROP_NAME: &str = "DELETE FROM ticket_agent WHERE staff = $1";

/// Adds to the trace.
///
/// # Errors
/// When the database fails.
pub async fn add_event(tx: &mut Tx, event: &TicketEvent) -> Result<(), StoreError> {
    let detail = event.detail.as_deref().map(super::clean);
    execute!(
        tx,
        sqlx::query(ADD)
            .bind(&event.id)
            .bind(event.ticket)
            .bind(event.at_ms)
            .bind(&event.kind)
            .bind(&event.staff)
            .bind(&event.chat_user)
            .bind(&detail)
    )
    .map(|_| ())
}

/// The trace of a ticket, oldest first.
///
/// # Errors
/// When the database fails.
pub async fn events(tx: &mut Tx, no: TicketNo) -> Result<Vec<TicketEvent>, StoreError> {
    on!(tx, |c| sqlx::query_as(OF).bind(no).fetch_all(c))
}

/// When a user was last offered a ticket, unix milliseconds.
///
/// # Errors
/// When the database fails.
pub async fn offered_at(tx: &mut Tx, user: &UserId) -> Result<Option<i64>, StoreError> {
    on!(tx, |c| sqlx::query_scalar(OFFERED).bind(user).fetch_optional(c))
}

/// Notes that a user was offered a ticket.
///
/// # Errors
/// When the database fails.
pub async fn set_offered(tx: &mut Tx, user: &UserId, now_ms: i64) -> Result<(), StoreError> {
    execute!(tx, sqlx::query(SET_OFFERED).bind(user).bind(now_ms)).map(|_| ())
}

/// The name that an agent shows merchants; `None` for "Support".
///
/// # Errors
/// When the database fails.
pub async fn public_name(tx: &mut Tx, staff: &StaffId) -> Result<Option<String>, StoreError> {
    on!(tx, |c| sqlx::query_scalar(NAME).bind(staff).fetch_optional(c))
}

/// Sets the name that an agent shows merchants; `None` for "Support".
///
/// # Errors
/// When the database fails.
pub async fn set_public_name(tx: &mut Tx, staff: &StaffId, name: Option<&str>) -> Result<(), StoreError> {
    match name {
        Some(name) => execute!(tx, sqlx::query(SET_NAME).bind(staff).bind(super::clean(name))),
        None => execute!(tx, sqlx::query(DROP_NAME).bind(staff)),
    }
    .map(|_| ())
}
