//! The tickets of two weeks: how many, how long they waited and how long they took, together and by whose they are.

use std::collections::HashSet;

use super::{By, Each, Share, Shares, Weeks};
use crate::store::{DbKind, StoreError, Tx, json, on};

// Each ticket that was opened or closed in these weeks once: when it was opened (0 and 1 are the weeks, nothing is another time) and how
// long it waited for its first answer, and the same of its end, if it stayed closed. Whose it is, is looked for once for both.
// `|| ''` keeps SQLite from reading all closed tickets by the index over states.
macro_rules! tickets {
    ($whose:expr, $led:expr) => {
        concat!(
            "SELECT ",
            $whose,
            " AS whose, t.no, t.opened, t.waited, t.closed, t.took FROM (\
             SELECT no, chat_user, origin_chat, CASE WHEN opened_at_ms >= $2 THEN 1 ELSE 0 END AS opened, answered_at_ms - opened_at_ms AS waited, \
             CASE WHEN state || '' <> 'closed' OR closed_at_ms >= $3 THEN NULL WHEN closed_at_ms >= $2 THEN 1 ELSE 0 END AS closed, \
             closed_at_ms - opened_at_ms AS took FROM ticket WHERE opened_at_ms >= $1 AND opened_at_ms < $3 \
             UNION ALL SELECT no, chat_user, origin_chat, NULL, NULL, CASE WHEN closed_at_ms >= $2 THEN 1 ELSE 0 END, \
             closed_at_ms - opened_at_ms FROM ticket WHERE closed_at_ms >= $1 AND closed_at_ms < $3 AND opened_at_ms < $1 AND state || '' = 'closed') t",
            $led
        )
    };
    ($by:ident) => {
        tickets!(whose!($by), led!($by, "t.origin_chat", "t.chat_user"))
    };
}

/// Thousands of rows as one: sqlx wakes the asking thread for each that SQLite has.
macro_rules! in_one {
    ($sql:expr) => {
        concat!(
            "SELECT json_group_array(json_array(q.whose, q.no, q.opened, q.waited, q.closed, q.took)) FROM (",
            $sql,
            ") q"
        )
    };
}

const TICKETS: Each = [tickets!(group), tickets!(category), tickets!(tier)];
const TICKETS_IN_ONE: Each = [in_one!(tickets!(group)), in_one!(tickets!(category)), in_one!(tickets!(tier))];
const ALL_TICKETS: &str = tickets!("''", "");
const ALL_TICKETS_IN_ONE: &str = in_one!(tickets!("''", ""));

/// A ticket as it is read: whose, its number, in which week it was opened and how long it waited, in which it was closed and how
/// long it took.
type TicketRow = (String, i64, Option<i32>, Option<i64>, Option<i32>, Option<i64>);

async fn ticket_rows(
    tx: &mut Tx,
    (rows, in_one): (&'static str, &'static str),
    weeks: Weeks,
) -> Result<Vec<TicketRow>, StoreError> {
    let Weeks { from_ms, turn_ms, until_ms } = weeks;
    if tx.kind() == DbKind::Sqlite {
        let all: String =
            on!(tx, |c| sqlx::query_scalar(in_one).bind(from_ms).bind(turn_ms).bind(until_ms).fetch_one(c))?;
        return json::read("tickets", &all);
    }
    on!(tx, |c| sqlx::query_as(rows).bind(from_ms).bind(turn_ms).bind(until_ms).fetch_all(c))
}

/// Counts tickets to whom they belong, each once to one, though it may be two merchants of one category who lead to it.
fn told(rows: Vec<TicketRow>, shares: &mut Shares) {
    let mut seen = HashSet::with_capacity(rows.len());
    for (whose, no, opened, waited, closed, took) in rows {
        if !seen.insert((no, whose.clone())) {
            continue;
        }
        let weeks = shares.entry(whose).or_default();
        if let Some(of) = opened.and_then(|week| weeks.get_mut(usize::try_from(week).ok()?)) {
            of.opened += 1;
            of.waits_ms.extend(waited);
        }
        if let Some(of) = closed.and_then(|week| weeks.get_mut(usize::try_from(week).ok()?)) {
            of.took_ms.extend(took);
        }
    }
}

/// Tickets: opened and how long they waited, closed and how long they took.
///
/// # Errors
/// When the database fails.
pub async fn tickets(tx: &mut Tx, by: By, weeks: Weeks, shares: &mut Shares) -> Result<(), StoreError> {
    let rows = ticket_rows(tx, (by.of(TICKETS), by.of(TICKETS_IN_ONE)), weeks).await?;
    told(rows, shares);
    Ok(())
}

/// The tickets of all together, as [`tickets`] tells them of each: the first week and the second.
///
/// # Errors
/// When the database fails.
pub async fn all_tickets(tx: &mut Tx, weeks: Weeks) -> Result<[Share; 2], StoreError> {
    let mut shares = Shares::new();
    told(ticket_rows(tx, (ALL_TICKETS, ALL_TICKETS_IN_ONE), weeks).await?, &mut shares);
    Ok(shares.remove("").unwrap_or_default())
}
