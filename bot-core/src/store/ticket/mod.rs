//! Tickets: whose they are, how they stand, and where their places in chats are.

macro_rules! ticket_sql {
    ($rest:literal) => {
        concat!(
            "SELECT t.no, t.chat_user, t.direct, t.lang, t.state, t.owner, t.subject, t.question, t.origin_chat, ",
            "t.origin_message, t.origin_thread, t.opened_by, t.handle, t.line_outbox, t.line_button, t.staff_chat, ",
            "t.flat, t.threads_opened, t.thread_outbox, t.thread_key, t.header_outbox, t.solution, t.opened_at_ms, ",
            "t.changed_at_ms, t.closed_at_ms FROM ticket t ",
            $rest
        )
    };
}

mod inbox;
mod list;
mod message;
mod post;
#[cfg(test)]
mod tests;
mod trace;

use sqlx::FromRow;

use super::{StoreError, Tx, execute, on};
use crate::chat::{Lang, MessageKey, ThreadKey, ThreadRef};
use crate::ids::{ChatId, OutboxId, PersonId, StaffId, TicketNo, UserId};

pub use inbox::{Listed, Tally, View, listed, listed_one, of_merchant, of_person, tally, wrote_after};
pub use list::{Filter, OwnerFilter, counts, list};
pub use message::{
    Delivery, MessageKind, TicketMessage, add_message, held, message, messages, put_message, written_since,
};
pub use post::{Post, add_post, copies, forget_posts, keys_in, post};
pub use trace::{TicketEvent, add_event, events, offered_at, public_name, set_offered, set_public_name};

/// How a ticket stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TicketState {
    /// Nobody has taken it.
    New,
    /// An agent works on it.
    Open,
    /// The merchant has to say something.
    Waiting,
    /// Done.
    Closed,
    /// Done once, and taken up again.
    Reopened,
}

/// A ticket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ticket {
    /// Its number.
    pub no: TicketNo,
    /// Whose it is.
    pub user: UserId,
    /// The private chat in which they are answered.
    pub direct: ChatId,
    /// The language in which they are answered.
    pub lang: Lang,
    /// How it stands.
    pub state: TicketState,
    /// The agent who has it.
    pub owner: Option<StaffId>,
    /// What it is about, in a few words; may be empty.
    pub subject: String,
    /// What was asked, in full; may be empty.
    pub question: String,
    /// The chat that it came from.
    pub origin_chat: Option<ChatId>,
    /// The message that it came from.
    pub origin_message: Option<MessageKey>,
    /// The thread that it came from.
    pub origin_thread: Option<ThreadKey>,
    /// The staff member who opened it, if it was one.
    pub opened_by: Option<StaffId>,
    /// Comes back when the person opens the private chat through the button.
    pub handle: String,
    /// The outbox row of the line in the group.
    pub line_outbox: Option<OutboxId>,
    /// Whether that line carries the button that opens the private chat.
    pub line_button: bool,
    /// The staff chat that works on it.
    pub staff_chat: Option<ChatId>,
    /// Whether it has no thread of its own there.
    pub flat: bool,
    /// How many threads were opened for it.
    pub threads_opened: i64,
    /// The outbox row that opens its thread.
    pub thread_outbox: Option<OutboxId>,
    /// Its thread, once known.
    pub thread_key: Option<ThreadKey>,
    /// The outbox row of the message at the head of its place in the staff chat.
    pub header_outbox: Option<OutboxId>,
    /// What solved it.
    pub solution: Option<String>,
    /// When it was opened, unix milliseconds.
    pub opened_at_ms: i64,
    /// When its state or owner last changed, unix milliseconds.
    pub changed_at_ms: i64,
    /// When it was last closed, unix milliseconds.
    pub closed_at_ms: Option<i64>,
}

#[derive(FromRow)]
struct Row {
    no: TicketNo,
    chat_user: UserId,
    direct: ChatId,
    lang: String,
    state: String,
    owner: Option<StaffId>,
    subject: String,
    question: String,
    origin_chat: Option<ChatId>,
    origin_message: Option<MessageKey>,
    origin_thread: Option<ThreadKey>,
    opened_by: Option<StaffId>,
    handle: String,
    line_outbox: Option<OutboxId>,
    line_button: bool,
    staff_chat: Option<ChatId>,
    flat: bool,
    threads_opened: i64,
    thread_outbox: Option<OutboxId>,
    thread_key: Option<ThreadKey>,
    header_outbox: Option<OutboxId>,
    solution: Option<String>,
    opened_at_ms: i64,
    changed_at_ms: i64,
    closed_at_ms: Option<i64>,
}

impl TicketState {
    /// All of them, in the order of a ticket's life.
    pub const ALL: [Self; 5] = [Self::New, Self::Open, Self::Waiting, Self::Closed, Self::Reopened];

    /// The word stored and shown in addresses.
    pub fn word(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Open => "open",
            Self::Waiting => "waiting",
            Self::Closed => "closed",
            Self::Reopened => "reopened",
        }
    }

    /// The state of a word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.word() == word)
    }
}

impl Ticket {
    /// Whether it is closed.
    pub fn is_closed(&self) -> bool {
        self.state == TicketState::Closed
    }

    /// Its thread in the staff chat, known already or still being opened.
    pub fn thread(&self) -> Option<ThreadRef> {
        let opening = || self.thread_outbox.clone().map(ThreadRef::Outbox);
        self.thread_key.clone().map(ThreadRef::Key).or_else(opening)
    }
}

impl TryFrom<Row> for Ticket {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        Ok(Self {
            state: TicketState::from_word(&row.state)
                .ok_or_else(|| StoreError::unreadable("ticket state", &row.state))?,
            lang: Lang::from_tag(&row.lang)
                .ok_or_else(|| StoreError::unreadable("ticket language", &row.lang))?,
            no: row.no,
            user: row.chat_user,
            direct: row.direct,
            owner: row.owner,
            subject: row.subject,
            question: row.question,
            origin_chat: row.origin_chat,
            origin_message: row.origin_message,
            origin_thread: row.origin_thread,
            opened_by: row.opened_by,
            handle: row.handle,
            line_outbox: row.line_outbox,
            line_button: row.line_button,
            staff_chat: row.staff_chat,
            flat: row.flat,
            threads_opened: row.threads_opened,
            thread_outbox: row.thread_outbox,
            thread_key: row.thread_key,
            header_outbox: row.header_outbox,
            solution: row.solution,
            opened_at_ms: row.opened_at_ms,
            changed_at_ms: row.changed_at_ms,
            closed_at_ms: row.closed_at_ms,
        })
    }
}

const ADD: &str = "INSERT INTO ticket (no, chat_user, direct, lang, state, owner, subject, question, origin_chat, origin_message, \
    origin_thread, opened_by, handle, line_outbox, line_button, staff_chat, flat, threads_opened, thread_outbox, thread_key, \
    header_outbox, solution, opened_at_ms, changed_at_ms, closed_at_ms) \
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25)";
const PUT: &str = "UPDATE ticket SET direct = $2, state = $3, owner = $4, subject = $5, line_outbox = $6, line_button = $7, \
    staff_chat = $8, flat = $9, threads_opened = $10, thread_outbox = $11, thread_key = $12, header_outbox = $13, solution = $14, \
    changed_at_ms = $15, closed_at_ms = $16 WHERE no = $1";
const GET: &str = ticket_sql!("WHERE t.no = $1");
const BY_HANDLE: &str = ticket_sql!("WHERE t.handle = $1");
const BY_THREAD: &str = ticket_sql!("WHERE t.staff_chat = $1 AND t.thread_key = $2");
const OPEN_OF: &str = ticket_sql!(
    "JOIN chat_user u ON u.id = t.chat_user WHERE u.person = $1 AND t.state <> 'closed' \
     ORDER BY CASE WHEN t.chat_user = $2 THEN 0 ELSE 1 END, t.no DESC LIMIT 1"
);
const LAST_OF: &str = ticket_sql!(
    "JOIN chat_user u ON u.id = t.chat_user WHERE u.person = $1 AND t.state = 'closed' ORDER BY t.closed_at_ms DESC, t.no DESC LIMIT 1"
);
const HELD_IN: &str = ticket_sql!(
    "WHERE t.direct = $1 AND EXISTS (SELECT 1 FROM ticket_message m WHERE m.ticket = t.no AND m.delivery = 'held') ORDER BY t.no"
);
/// Adds a ticket.
///
/// # Errors
/// When the database fails, or its user has an open one already.
pub async fn add(tx: &mut Tx, ticket: &Ticket) -> Result<(), StoreError> {
    execute!(
        tx,
        sqlx::query(ADD)
            .bind(ticket.no)
            .bind(&ticket.user)
            .bind(&ticket.direct)
            .bind(ticket.lang.word())
            .bind(ticket.state.word())
            .bind(&ticket.owner)
            .bind(clean(&ticket.subject))
            .bind(clean(&ticket.question))
            .bind(&ticket.origin_chat)
            .bind(&ticket.origin_message)
            .bind(&ticket.origin_thread)
            .bind(&ticket.opened_by)
            .bind(&ticket.handle)
            .bind(&ticket.line_outbox)
            .bind(ticket.line_button)
            .bind(&ticket.staff_chat)
            .bind(ticket.flat)
            .bind(ticket.threads_opened)
            .bind(&ticket.thread_outbox)
            .bind(&ticket.thread_key)
            .bind(&ticket.header_outbox)
            .bind(ticket.solution.as_deref().map(clean))
            .bind(ticket.opened_at_ms)
            .bind(ticket.changed_at_ms)
            .bind(ticket.closed_at_ms)
    )
    .map(|_| ())
}

/// Keeps all of a ticket that may change: not whose it is, nor where it came from.
///
/// # Errors
/// When the database fails.
pub async fn put(tx: &mut Tx, ticket: &Ticket) -> Result<(), StoreError> {
    execute!(
        tx,
        sqlx::query(PUT)
            .bind(ticket.no)
            .bind(&ticket.direct)
            .bind(ticket.state.word())
            .bind(&ticket.owner)
            .bind(clean(&ticket.subject))
            .bind(&ticket.line_outbox)
            .bind(ticket.line_button)
            .bind(&ticket.staff_chat)
            .bind(ticket.flat)
            .bind(ticket.threads_opened)
            .bind(&ticket.thread_outbox)
            .bind(&ticket.thread_key)
            .bind(&ticket.header_outbox)
            .bind(ticket.solution.as_deref().map(clean))
            .bind(ticket.changed_at_ms)
            .bind(ticket.closed_at_ms)
    )
    .map(|_| ())
}

/// PostgreSQL's text cannot hold U+0000.
fn clean(text: &str) -> String {
    text.replace('\0', "\u{FFFD}")
}

/// A ticket by its number.
///
/// # Errors
/// When the database fails.
pub async fn get(tx: &mut Tx, no: TicketNo) -> Result<Option<Ticket>, StoreError> {
    let row: Option<Row> = on!(tx, |c| sqlx::query_as(GET).bind(no).fetch_optional(c))?;
    row.map(Ticket::try_from).transpose()
}

/// A ticket by the handle of its button.
///
/// # Errors
/// When the database fails.
pub async fn by_handle(tx: &mut Tx, handle: &str) -> Result<Option<Ticket>, StoreError> {
    let row: Option<Row> = on!(tx, |c| sqlx::query_as(BY_HANDLE).bind(handle).fetch_optional(c))?;
    row.map(Ticket::try_from).transpose()
}

/// The ticket that a thread of a staff chat belongs to.
///
/// # Errors
/// When the database fails.
pub async fn by_thread(
    tx: &mut Tx,
    staff_chat: &ChatId,
    thread: &ThreadKey,
) -> Result<Option<Ticket>, StoreError> {
    let row: Option<Row> =
        on!(tx, |c| sqlx::query_as(BY_THREAD).bind(staff_chat).bind(thread).fetch_optional(c))?;
    row.map(Ticket::try_from).transpose()
}

/// The open ticket of a human: the one of `user` before those of their other identities.
///
/// # Errors
/// When the database fails.
pub async fn open_of(tx: &mut Tx, person: &PersonId, user: &UserId) -> Result<Option<Ticket>, StoreError> {
    let row: Option<Row> = on!(tx, |c| sqlx::query_as(OPEN_OF).bind(person).bind(user).fetch_optional(c))?;
    row.map(Ticket::try_from).transpose()
}

/// The ticket of a human that was closed last.
///
/// # Errors
/// When the database fails.
pub async fn last_closed_of(tx: &mut Tx, person: &PersonId) -> Result<Option<Ticket>, StoreError> {
    let row: Option<Row> = on!(tx, |c| sqlx::query_as(LAST_OF).bind(person).fetch_optional(c))?;
    row.map(Ticket::try_from).transpose()
}

/// Tickets with messages that wait until a private chat opens, oldest first.
///
/// # Errors
/// When the database fails.
pub async fn held_in(tx: &mut Tx, direct: &ChatId) -> Result<Vec<Ticket>, StoreError> {
    let rows: Vec<Row> = on!(tx, |c| sqlx::query_as(HELD_IN).bind(direct).fetch_all(c))?;
    rows.into_iter().map(Ticket::try_from).collect()
}
