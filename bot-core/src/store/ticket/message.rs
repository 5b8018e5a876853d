//! What is said in a ticket, by whom, and how far it came on its way to the other side.

use sqlx::FromRow;

use crate::chat::{Content, MessageKey};
use crate::ids::{ChatId, OutboxId, RowId, StaffId, TicketNo, UserId};
use crate::store::{StoreError, Tx, execute, json, on};

/// What is said of rows that cannot be read.
const WHAT: &str = "ticket message";

/// What a message of a ticket is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MessageKind {
    /// From the merchant to staff.
    Merchant,
    /// From an agent to the merchant.
    Staff,
    /// From the program to the merchant: opened, closed, reopened.
    System,
    /// From an agent to colleagues, never to the merchant.
    Note,
}

/// How far a message came on its way to the other side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// It waits until the merchant opens the private chat.
    Held,
    /// It stands in the outbox.
    Queued,
    /// The platform confirmed it.
    Sent,
    /// The platform refused it.
    Rejected,
    /// It went out and no answer came.
    Unknown,
    /// It is not meant to go anywhere, or nowhere could it go.
    Kept,
}

/// A message of a ticket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TicketMessage {
    /// Our id; ids rise with time.
    pub id: RowId,
    /// The ticket.
    pub ticket: TicketNo,
    /// What it is.
    pub kind: MessageKind,
    /// The agent who wrote it.
    pub staff: Option<StaffId>,
    /// The merchant who wrote it.
    pub user: Option<UserId>,
    /// As it was written last.
    pub content: Content,
    /// The outbox row that passes it on, once there is one.
    pub copy_outbox: Option<OutboxId>,
    /// How far it came.
    pub delivery: Delivery,
    /// When it was written, unix milliseconds.
    pub at_ms: i64,
    /// When it was last changed, unix milliseconds.
    pub edited_at_ms: Option<i64>,
    /// When it was taken back, unix milliseconds.
    pub deleted_at_ms: Option<i64>,
}

#[derive(FromRow)]
struct Row {
    id: RowId,
    ticket: TicketNo,
    kind: String,
    staff: Option<StaffId>,
    chat_user: Option<UserId>,
    content: String,
    copy_outbox: Option<OutboxId>,
    delivery: String,
    at_ms: i64,
    edited_at_ms: Option<i64>,
    deleted_at_ms: Option<i64>,
}

impl MessageKind {
    const ALL: [Self; 4] = [Self::Merchant, Self::Staff, Self::System, Self::Note];

    /// The word stored.
    pub fn word(self) -> &'static str {
        match self {
            Self::Merchant => "merchant",
            Self::Staff => "staff",
            Self::System => "system",
            Self::Note => "note",
        }
    }
}

impl Delivery {
    const ALL: [Self; 6] = [Self::Held, Self::Queued, Self::Sent, Self::Rejected, Self::Unknown, Self::Kept];

    /// The word stored and shown.
    pub fn word(self) -> &'static str {
        match self {
            Self::Held => "held",
            Self::Queued => "queued",
            Self::Sent => "sent",
            Self::Rejected => "rejected",
            Self::Unknown => "unknown",
            Self::Kept => "kept",
        }
    }
}

impl TryFrom<Row> for TicketMessage {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        let kind = MessageKind::ALL.into_iter().find(|kind| kind.word() == row.kind);
        let delivery = Delivery::ALL.into_iter().find(|delivery| delivery.word() == row.delivery);
        Ok(Self {
            kind: kind.ok_or_else(|| StoreError::unreadable("ticket message kind", &row.kind))?,
            delivery: delivery.ok_or_else(|| StoreError::unreadable("ticket delivery", &row.delivery))?,
            content: json::read(WHAT, &row.content)?,
            id: row.id,
            ticket: row.ticket,
            staff: row.staff,
            user: row.chat_user,
            copy_outbox: row.copy_outbox,
            at_ms: row.at_ms,
            edited_at_ms: row.edited_at_ms,
            deleted_at_ms: row.deleted_at_ms,
        })
    }
}

macro_rules! message_sql {
    ($rest:literal) => {
        concat!(
            "SELECT id, ticket, kind, staff, chat_user, content, copy_outbox, delivery, at_ms, edited_at_ms, ",
            "deleted_at_ms FROM ticket_message ",
            $rest
        )
    };
}

const ADD: &str = "INSERT INTO ticket_message (id, ticket, kind, staff, chat_user, content, copy_outbox, delivery, at_ms, edited_at_ms, deleted_at_ms) \
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
// A correction changes nothing: it is the first answer still.
const ANSWERED: &str = "UPDATE ticket SET answered_at_ms = $2 WHERE no = $1 AND answered_at_ms IS NULL";
const PUT: &str = "UPDATE ticket_message SET content = $2, copy_outbox = $3, delivery = $4, edited_at_ms = $5, deleted_at_ms = $6 WHERE id = $1";
const GET: &str = message_sql!("WHERE id = $1");
const OF_TICKET: &str = message_sql!("WHERE ticket = $1 AND id > $2 ORDER BY id LIMIT $3");
const HELD: &str =
    message_sql!("WHERE ticket = $1 AND delivery = 'held' AND deleted_at_ms IS NULL ORDER BY id");
const WRITTEN_SINCE: &str = "SELECT platform_key FROM message WHERE chat = $1 AND author = $2 AND deleted_at_ms IS NULL \
    AND id >= (SELECT id FROM message WHERE chat = $1 AND platform_key = $3) ORDER BY id LIMIT $4";

/// Adds a message; the first of staff is the ticket's first answer.
///
/// # Errors
/// When the database fails.
pub async fn add_message(tx: &mut Tx, message: &TicketMessage) -> Result<(), StoreError> {
    let content = json::kept(WHAT, &message.content)?;
    execute!(
        tx,
        sqlx::query(ADD)
            .bind(&message.id)
            .bind(message.ticket)
            .bind(message.kind.word())
            .bind(&message.staff)
            .bind(&message.user)
            .bind(&content)
            .bind(&message.copy_outbox)
            .bind(message.delivery.word())
            .bind(message.at_ms)
            .bind(message.edited_at_ms)
            .bind(message.deleted_at_ms)
    )?;
    if message.kind == MessageKind::Staff {
        execute!(tx, sqlx::query(ANSWERED).bind(message.ticket).bind(message.at_ms))?;
    }
    Ok(())
}

/// Keeps what of a message may change: its content and its way.
///
/// # Errors
/// When the database fails.
pub async fn put_message(tx: &mut Tx, message: &TicketMessage) -> Result<(), StoreError> {
    let content = json::kept(WHAT, &message.content)?;
    execute!(
        tx,
        sqlx::query(PUT)
            .bind(&message.id)
            .bind(&content)
            .bind(&message.copy_outbox)
            .bind(message.delivery.word())
            .bind(message.edited_at_ms)
            .bind(message.deleted_at_ms)
    )
    .map(|_| ())
}

/// A message by its id.
///
/// # Errors
/// When the database fails.
pub async fn message(tx: &mut Tx, id: &RowId) -> Result<Option<TicketMessage>, StoreError> {
    let row: Option<Row> = on!(tx, |c| sqlx::query_as(GET).bind(id).fetch_optional(c))?;
    row.map(TicketMessage::try_from).transpose()
}

/// What is said in a ticket, oldest first, after a message (`None` for the beginning).
///
/// # Errors
/// When the database fails.
pub async fn messages(
    tx: &mut Tx,
    no: TicketNo,
    after: Option<&RowId>,
    limit: i64,
) -> Result<Vec<TicketMessage>, StoreError> {
    let after = after.map_or("", |id| id.as_str());
    let rows: Vec<Row> =
        on!(tx, |c| sqlx::query_as(OF_TICKET).bind(no).bind(after).bind(limit).fetch_all(c))?;
    rows.into_iter().map(TicketMessage::try_from).collect()
}

/// What waits until the merchant opens the private chat, oldest first.
///
/// # Errors
/// When the database fails.
pub async fn held(tx: &mut Tx, no: TicketNo) -> Result<Vec<TicketMessage>, StoreError> {
    let rows: Vec<Row> = on!(tx, |c| sqlx::query_as(HELD).bind(no).fetch_all(c))?;
    rows.into_iter().map(TicketMessage::try_from).collect()
}

/// The messages that a user wrote in a chat from one message on, oldest first.
///
/// # Errors
/// When the database fails.
pub async fn written_since(
    tx: &mut Tx,
    chat: &ChatId,
    user: &UserId,
    from: &MessageKey,
    limit: i64,
) -> Result<Vec<MessageKey>, StoreError> {
    on!(tx, |c| sqlx::query_scalar(WRITTEN_SINCE).bind(chat).bind(user).bind(from).bind(limit).fetch_all(c))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::testing::{START_MS, on_both};
    use crate::store::ticket::add;
    use crate::store::ticket::tests::{merchant, said, ticket};

    #[test]
    fn the_first_message_of_staff_is_the_answer_and_no_later_one_nor_a_note() {
        on_both(|hall| async move {
            let mut tx = hall.db.write().await.unwrap();
            for (no, name) in [(1, "Lin"), (2, "Mo")] {
                let (user, direct) = merchant(&hall, &mut tx, name).await;
                add(&mut tx, &ticket(no, &user, &direct)).await.unwrap();
            }
            for (id, kind, after_ms, expected) in [
                ("1", MessageKind::Merchant, 1, None),
                ("2", MessageKind::System, 2, None),
                ("3", MessageKind::Note, 3, None),
                ("4", MessageKind::Staff, 4, Some(START_MS + 4)),
                ("5", MessageKind::Staff, 5, Some(START_MS + 4)),
            ] {
                let at_ms = START_MS + after_ms;
                let one = TicketMessage { kind, at_ms, ..said(id, 1, Delivery::Sent) };
                add_message(&mut tx, &one).await.unwrap();
                let answered: Vec<Option<i64>> =
                    on!(&mut tx, |c| sqlx::query_scalar("SELECT answered_at_ms FROM ticket ORDER BY no")
                        .fetch_all(c))
                    .unwrap();
                assert_eq!(answered, [expected, None], "{kind:?}");
            }
        });
    }
}
