//! Lists of tickets, and how many there are.

use super::{Row, Ticket, TicketState};
use crate::ids::{StaffId, TicketNo};
use crate::store::{StoreError, Tx, on};

/// Which tickets to list.
#[derive(Clone, Debug)]
pub struct Filter {
    /// In one of these states; empty for any.
    pub states: Vec<TicketState>,
    /// Whose.
    pub owner: OwnerFilter,
    /// Only numbers below this one: the last of the page before.
    pub below: Option<TicketNo>,
    /// At most so many.
    pub limit: i64,
}

/// Tickets of which agents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OwnerFilter {
    /// Of any and of none.
    Any,
    /// Of none.
    Nobody,
    /// Of this one.
    Staff(StaffId),
}

impl Default for Filter {
    fn default() -> Self {
        Self { states: Vec::new(), owner: OwnerFilter::Any, below: None, limit: 50 }
    }
}

const LIST: &str = ticket_sql!(
    "WHERE ($1 = '' OR $1 LIKE '%,' || t.state || ',%') AND ($2 = '' OR t.owner = $2) AND (NOT $3 OR t.owner IS NULL) \
     AND t.no < $4 ORDER BY t.no DESC LIMIT $5"
);
// Those that are closed are nearly all there are, and nothing waits in them.
const COUNTS: &str = "SELECT state, count(*) FROM ticket WHERE state <> 'closed' GROUP BY state";

/// Tickets, newest first, page by page.
///
/// # Errors
/// When the database fails.
pub async fn list(tx: &mut Tx, filter: &Filter) -> Result<Vec<Ticket>, StoreError> {
    let states = match filter.states.as_slice() {
        [] => String::new(),
        states => format!(",{},", states.iter().map(|state| state.word()).collect::<Vec<_>>().join(",")),
    };
    let owner = match &filter.owner {
        OwnerFilter::Staff(staff) => staff.as_str(),
        OwnerFilter::Any | OwnerFilter::Nobody => "",
    };
    let below = filter.below.map_or(i64::MAX, |no| no.0);
    let rows: Vec<Row> = on!(tx, |c| sqlx::query_as(LIST)
        .bind(&states)
        .bind(owner)
        .bind(filter.owner == OwnerFilter::Nobody)
        .bind(below)
        .bind(filter.limit)
        .fetch_all(c))?;
    rows.into_iter().map(Ticket::try_from).collect()
}

/// How many tickets that are not closed stand in which state.
///
/// # Errors
/// When the database fails.
pub async fn counts(tx: &mut Tx) -> Result<Vec<(TicketState, i64)>, StoreError> {
    let rows: Vec<(String, i64)> = on!(tx, |c| sqlx::query_as(COUNTS).fetch_all(c))?;
    rows.into_iter()
        .map(|(word, count)| {
            let state =
                TicketState::from_word(&word).ok_or_else(|| StoreError::unreadable("ticket state", &word))?;
            Ok((state, count))
        })
        .collect()
}
