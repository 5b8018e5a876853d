//! Taking away what is too old: the words and names go, the rows stay where numbers and counts hang on them.

use super::blank_action;
use crate::ids::{CaseNo, MessageId, TicketNo};
use crate::store::{StoreError, Tx, execute, file, on};

/// Something whose words are too old.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Aged {
    /// A ticket that was closed long ago.
    Ticket(TicketNo),
    /// A case that was decided long ago.
    Case(CaseNo),
}

const WALKED: &str = "SELECT walked FROM retention WHERE kind = $1";
const WALK_ON: &str = "INSERT INTO retention (kind, walked) VALUES ($1, $2) ON CONFLICT (kind) DO UPDATE SET walked = excluded.walked";
const NEXT_MESSAGE: &str = "SELECT max(id) FROM (SELECT id FROM message WHERE id > $1 AND id < $2 ORDER BY id LIMIT $3) AS next_rows";
const NEXT_OUTBOX: &str =
    "SELECT max(id) FROM (SELECT id FROM outbox WHERE id > $1 AND id < $2 ORDER BY id LIMIT $3) AS next_rows";
// What belongs to a ticket that is not closed stays for those who answer it.
const BLANK_MESSAGES: &str = "UPDATE message SET text = '', extra = NULL WHERE id > $1 AND id <= $2 AND (text <> '' OR extra IS NOT NULL) \
    AND NOT EXISTS (SELECT 1 FROM ticket_post o JOIN ticket t ON t.no = o.ticket WHERE o.chat = message.chat \
    AND o.platform_key = message.platform_key AND t.state <> 'closed')";
const BLANK_OUTBOX: &str = concat!(
    "UPDATE outbox SET action = '",
    blank_action!(),
    "', error = NULL WHERE id > $1 AND id <= $2 AND state IN ('sent', 'rejected')"
);
const OLD_TICKETS: &str = "SELECT no FROM ticket WHERE state = 'closed' AND closed_at_ms < $1 \
    AND (subject <> '' OR question <> '' OR solution IS NOT NULL) ORDER BY no LIMIT $2";
const OLD_CASES: &str = "SELECT no FROM mod_case c WHERE state <> 'flagged' AND at_ms < $1 \
    AND (explanation IS NOT NULL OR message_text IS NOT NULL OR reason IS NOT NULL) \
    AND NOT EXISTS (SELECT 1 FROM sanction s WHERE s.case_no = c.no AND s.kind <> 'warn' \
    AND s.state IN ('requested', 'active', 'lifting', 'undoing', 'unknown')) ORDER BY no LIMIT $2";
const FORGET_TICKET: [&str; 6] = [
    "UPDATE message SET text = '', extra = NULL WHERE (chat, platform_key) IN (SELECT chat, platform_key FROM ticket_post WHERE ticket = $1)",
    concat!(
        "UPDATE outbox SET action = '",
        blank_action!(),
        "', error = NULL WHERE state IN ('sent', 'rejected') AND id IN (SELECT copy_outbox FROM ticket_message WHERE ticket = $1 \
        UNION SELECT line_outbox FROM ticket WHERE no = $1 UNION SELECT thread_outbox FROM ticket WHERE no = $1 \
        UNION SELECT header_outbox FROM ticket WHERE no = $1)"
    ),
    "DELETE FROM ticket_post WHERE ticket = $1",
    "UPDATE ticket_message SET content = '{\"text\":{\"text\":\"\"}}' WHERE ticket = $1",
    "UPDATE ticket_event SET detail = NULL WHERE ticket = $1",
    "UPDATE ticket SET subject = '', question = '', solution = NULL WHERE no = $1",
];
const FORGET_CASE: [&str; 2] = [
    "UPDATE mod_case SET explanation = NULL, message_text = NULL, reason = NULL WHERE no = $1",
    "UPDATE sanction SET error = NULL WHERE case_no = $1",
];
const FORGET_DELIVERIES: &str = "UPDATE delivery SET name = '—', detail = NULL, messages = NULL WHERE (push, recipient) IN \
    (SELECT d.push, d.recipient FROM delivery d JOIN announcement a ON d.push = 'A-' || a.no JOIN person p ON p.id = d.recipient \
    WHERE a.settled_at_ms < $1 AND a.state IN ('sent', 'recalled', 'cancelled') \
    AND (d.name <> '—' OR d.detail IS NOT NULL OR d.messages IS NOT NULL) LIMIT $2)";
const FORGET_ACKNOWLEDGED: &str = "UPDATE acknowledgement SET name = '—' WHERE (push, person) IN \
    (SELECT k.push, k.person FROM acknowledgement k JOIN announcement a ON k.push = 'A-' || a.no \
    WHERE a.settled_at_ms < $1 AND a.state IN ('sent', 'recalled', 'cancelled') AND k.name <> '—' LIMIT $2)";
// What was taken away served to tell late news from new, and nothing is counted any more under a copy without messages.
const FORGET_UNREACTED: &str = "DELETE FROM reaction WHERE (push, recipient, message, chat_user, emoji) IN \
    (SELECT r.push, r.recipient, r.message, r.chat_user, r.emoji FROM reaction r JOIN announcement a ON r.push = 'A-' || a.no \
    WHERE a.settled_at_ms < $1 AND a.state IN ('sent', 'recalled', 'cancelled') AND NOT r.stands LIMIT $2)";

/// Takes the words from the next `limit` messages that are older than a time; whether there may be more.
///
/// # Errors
/// When the database fails.
pub async fn blank_old_messages(tx: &mut Tx, before_ms: i64, limit: i64) -> Result<bool, StoreError> {
    blank(tx, "messages", (NEXT_MESSAGE, BLANK_MESSAGES), before_ms, limit).await
}

/// Takes the words from the next `limit` rows of the outbox that are older than a time and done; whether there may be more.
///
/// # Errors
/// When the database fails.
pub async fn blank_old_outbox(tx: &mut Tx, before_ms: i64, limit: i64) -> Result<bool, StoreError> {
    blank(tx, "outbox", (NEXT_OUTBOX, BLANK_OUTBOX), before_ms, limit).await
}

async fn blank(
    tx: &mut Tx,
    kind: &str,
    (next, blank): (&'static str, &'static str),
    before_ms: i64,
    limit: i64,
) -> Result<bool, StoreError> {
    let walked: Option<String> = on!(tx, |c| sqlx::query_scalar(WALKED).bind(kind).fetch_optional(c))?;
    let walked = walked.unwrap_or_default();
    // Ids begin with the time at which they were made.
    let before = MessageId::before(before_ms);
    let last: Option<String> =
        on!(tx, |c| sqlx::query_scalar(next).bind(&walked).bind(&before).bind(limit).fetch_one(c))?;
    let Some(last) = last else { return Ok(false) };
    execute!(tx, sqlx::query(blank).bind(&walked).bind(&last))?;
    execute!(tx, sqlx::query(WALK_ON).bind(kind).bind(&last))?;
    Ok(true)
}

/// The first `limit` tickets that were closed before a time and still have words.
///
/// # Errors
/// When the database fails.
pub async fn old_tickets(tx: &mut Tx, before_ms: i64, limit: i64) -> Result<Vec<Aged>, StoreError> {
    let found: Vec<TicketNo> =
        on!(tx, |c| sqlx::query_scalar(OLD_TICKETS).bind(before_ms).bind(limit).fetch_all(c))?;
    Ok(found.into_iter().map(Aged::Ticket).collect())
}

/// The first `limit` cases from before a time that are decided, of which nothing is in force, and that still have words.
///
/// # Errors
/// When the database fails.
pub async fn old_cases(tx: &mut Tx, before_ms: i64, limit: i64) -> Result<Vec<Aged>, StoreError> {
    let found: Vec<CaseNo> =
        on!(tx, |c| sqlx::query_scalar(OLD_CASES).bind(before_ms).bind(limit).fetch_all(c))?;
    Ok(found.into_iter().map(Aged::Case).collect())
}

impl Aged {
    /// Takes its words away and lets its files go.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn forget(self, tx: &mut Tx) -> Result<(), StoreError> {
        let (statements, feature, no): (&[&'static str], _, _) = match self {
            Self::Ticket(no) => (&FORGET_TICKET, "ticket", no.0),
            Self::Case(no) => (&FORGET_CASE, "moderation", no.0),
        };
        for sql in statements {
            execute!(tx, sqlx::query(*sql).bind(no))?;
        }
        file::drop_uses(tx, feature, no).await
    }
}

/// Takes the names from up to `limit` copies of announcements that were done before a time, and from as many receipts, and
/// forgets as many reactions that were taken away; whether there may be more. The counts stay.
///
/// # Errors
/// When the database fails.
pub async fn forget_deliveries(tx: &mut Tx, before_ms: i64, limit: i64) -> Result<bool, StoreError> {
    let mut more = false;
    for sql in [FORGET_DELIVERIES, FORGET_ACKNOWLEDGED, FORGET_UNREACTED] {
        let touched = execute!(tx, sqlx::query(sql).bind(before_ms).bind(limit))?;
        more |= i64::try_from(touched).unwrap_or(limit) >= limit;
    }
    Ok(more)
}
