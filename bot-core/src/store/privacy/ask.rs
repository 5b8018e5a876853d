//! Whom somebody asks about, what there is of them, and what stands in the way of erasing it.

use std::collections::BTreeMap;

use sqlx::FromRow;

use super::holds::uses;
use super::of_asked;
use crate::ids::{ActivityNo, CaseNo, MerchantId, PersonId, TicketNo};
use crate::store::segment::values;
use crate::store::words::{has, pattern};
use crate::store::{DbKind, StoreError, Tx, json, on};

/// Whose data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Whom {
    /// A merchant's, with its contacts.
    Merchant(MerchantId),
    /// One person's, with all identities.
    Person(PersonId),
}

impl Whom {
    /// The merchant and the person; the other one is empty.
    pub(super) fn ids(&self) -> (&str, &str) {
        match self {
            Self::Merchant(id) => (id.as_str(), ""),
            Self::Person(id) => ("", id.as_str()),
        }
    }

    /// The id, whichever it is of.
    pub fn id(&self) -> &str {
        let (merchant, person) = self.ids();
        if merchant.is_empty() { person } else { merchant }
    }
}

/// Somebody, as one is found.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct Found {
    /// Who.
    pub person: PersonId,
    /// One of their names.
    pub name: String,
    /// How many identities they have.
    pub identities: i64,
    /// Whether they speak for another merchant too.
    pub elsewhere: bool,
    /// Whether they work here.
    pub is_staff: bool,
}

/// How much there is of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, FromRow)]
pub struct Counted {
    /// Messages, said by them and to them.
    pub messages: i64,
    /// Tickets.
    pub tickets: i64,
    /// Cases.
    pub cases: i64,
    /// Copies of announcements and activities.
    pub copies: i64,
    /// Files of tickets and cases.
    pub files: i64,
}

/// Why they cannot be erased now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Obstacle {
    /// One of them works here, under this name.
    Staff(String),
    /// A ticket is open.
    Ticket(TicketNo),
    /// A mute is in force, or a sanction is on its way, of this case.
    Sanction(CaseNo),
    /// So many messages or actions are on their way to them.
    UnderWay(i64),
}

macro_rules! found_sql {
    ($($where:expr),+) => {
        concat!(
            "SELECT f.person, f.name, f.identities, \
            EXISTS (SELECT 1 FROM contact k WHERE k.person = f.person AND k.merchant <> $1) AS elsewhere, \
            EXISTS (SELECT 1 FROM staff s WHERE s.person = f.person AND s.left_at_ms IS NULL) AS is_staff FROM \
            (SELECT u.person, min(u.name) AS name, count(*) AS identities FROM chat_user u WHERE ",
            $($where,)+
            " GROUP BY u.person) f ORDER BY f.person"
        )
    };
}

const PERSONS: &str =
    found_sql!("u.person IN (SELECT person FROM contact WHERE merchant = $1) OR u.person = $2");
const SEARCH: &str = concat!(
    found_sql!(
        "NOT u.is_bot AND $1 = '' AND u.platform_key NOT LIKE 'erased:%' \
        AND (",
        has!("u.name", "$2"),
        " OR ",
        has!("u.username", "$2"),
        " OR u.platform_key = $3 OR u.person = $3)"
    ),
    " LIMIT $4"
);
macro_rules! merchants_sql {
    ($db:ident) => {
        concat!(
            "SELECT k.person, m.name FROM contact k JOIN merchant m ON m.id = k.merchant WHERE k.person IN ",
            values!($db, "$1"),
            " ORDER BY k.person, m.name"
        )
    };
}
const MERCHANTS_SQLITE: &str = merchants_sql!(sqlite);
const MERCHANTS_POSTGRES: &str = merchants_sql!(postgres);
const COUNTED: &str = of_asked!(
    "SELECT (SELECT count(*) FROM message WHERE author IN (SELECT id FROM their_users) \
        OR chat IN (SELECT id FROM their_chats)) AS messages, \
    (SELECT count(*) FROM their_tickets) AS tickets, (SELECT count(*) FROM their_cases) AS cases, \
    (SELECT count(*) FROM delivery WHERE recipient IN (SELECT id FROM their_persons)) AS copies, \
    (SELECT count(DISTINCT digest) FROM file_use WHERE ",
    uses!(),
    ") AS files"
);
// Whoever speaks for another merchant too is not erased with this one, so that nothing of theirs stands in its way.
macro_rules! concerned {
    () => {
        "AND ($1 = '' OR NOT EXISTS (SELECT 1 FROM chat_user e JOIN contact k ON k.person = e.person \
        WHERE e.id = x.chat_user AND k.merchant <> $1))"
    };
}

const STAFF: &str = of_asked!(
    "SELECT s.name FROM staff s WHERE s.left_at_ms IS NULL AND s.person IN (SELECT id FROM their_persons) \
    AND ($1 = '' OR NOT EXISTS (SELECT 1 FROM contact k WHERE k.person = s.person AND k.merchant <> $1)) ORDER BY s.id LIMIT 1"
);
const TICKET: &str = of_asked!(
    "SELECT x.no FROM ticket x WHERE x.state <> 'closed' AND x.chat_user IN (SELECT id FROM their_users) ",
    concerned!(),
    " ORDER BY x.no LIMIT 1"
);
const SANCTION: &str = of_asked!(
    "SELECT x.case_no FROM sanction x WHERE x.chat_user IN (SELECT id FROM their_users) \
    AND ((x.kind = 'mute' AND x.state IN ('requested', 'active', 'lifting', 'undoing')) \
    OR (x.kind IN ('ban', 'kick') AND x.state IN ('requested', 'lifting', 'undoing'))) ",
    concerned!(),
    " ORDER BY x.case_no LIMIT 1"
);
const UNDER_WAY: &str = of_asked!(
    "SELECT count(*) FROM outbox o JOIN chat x ON x.id = o.chat WHERE o.state IN ('queued', 'leased') \
    AND o.chat IN (SELECT id FROM their_chats) AND ($1 = '' OR NOT EXISTS (SELECT 1 FROM chat_user e \
    JOIN contact k ON k.person = e.person WHERE e.id = x.peer AND k.merchant <> $1))"
);
const SEATS: &str = "SELECT r.activity FROM registration r JOIN activity a ON a.no = r.activity \
    WHERE a.state = 'open' AND r.state <> 'left' AND r.person = $1 ORDER BY r.activity";

/// The people in question: the contacts of a merchant, or the person.
///
/// # Errors
/// When the database fails.
pub async fn persons_of(tx: &mut Tx, whom: &Whom) -> Result<Vec<Found>, StoreError> {
    let (merchant, person) = whom.ids();
    on!(tx, |c| sqlx::query_as(PERSONS).bind(merchant).bind(person).fetch_all(c))
}

/// People by a part of a name or handle, or by exactly a key or id.
///
/// # Errors
/// When the database fails.
pub async fn search(tx: &mut Tx, words: &str, limit: i64) -> Result<Vec<Found>, StoreError> {
    let pattern = pattern(words);
    on!(tx, |c| sqlx::query_as(SEARCH).bind("").bind(&pattern).bind(words).bind(limit).fetch_all(c))
}

/// The names of the merchants that each of these people speaks for; who speaks for none is left out.
///
/// # Errors
/// When the database fails.
pub async fn merchants_of(
    tx: &mut Tx,
    people: &[&PersonId],
) -> Result<BTreeMap<PersonId, Vec<String>>, StoreError> {
    let people = json::kept("people", &people)?;
    let sql = if tx.kind() == DbKind::Sqlite { MERCHANTS_SQLITE } else { MERCHANTS_POSTGRES };
    let rows: Vec<(PersonId, String)> = on!(tx, |c| sqlx::query_as(sql).bind(&people).fetch_all(c))?;
    let mut all: BTreeMap<PersonId, Vec<String>> = BTreeMap::new();
    for (person, merchant) in rows {
        all.entry(person).or_default().push(merchant);
    }
    Ok(all)
}

/// How much there is of them.
///
/// # Errors
/// When the database fails.
pub async fn counted(tx: &mut Tx, whom: &Whom) -> Result<Counted, StoreError> {
    let (merchant, person) = whom.ids();
    on!(tx, |c| sqlx::query_as(COUNTED).bind(merchant).bind(person).fetch_one(c))
}

/// The first thing that stands in the way of erasing them.
///
/// # Errors
/// When the database fails.
pub async fn obstacle(tx: &mut Tx, whom: &Whom) -> Result<Option<Obstacle>, StoreError> {
    let (merchant, person) = whom.ids();
    let staff: Option<String> =
        on!(tx, |c| sqlx::query_scalar(STAFF).bind(merchant).bind(person).fetch_optional(c))?;
    if let Some(name) = staff {
        return Ok(Some(Obstacle::Staff(name)));
    }
    let ticket: Option<TicketNo> =
        on!(tx, |c| sqlx::query_scalar(TICKET).bind(merchant).bind(person).fetch_optional(c))?;
    if let Some(no) = ticket {
        return Ok(Some(Obstacle::Ticket(no)));
    }
    let case: Option<CaseNo> =
        on!(tx, |c| sqlx::query_scalar(SANCTION).bind(merchant).bind(person).fetch_optional(c))?;
    if let Some(no) = case {
        return Ok(Some(Obstacle::Sanction(no)));
    }
    let under_way: i64 = on!(tx, |c| sqlx::query_scalar(UNDER_WAY).bind(merchant).bind(person).fetch_one(c))?;
    Ok(Some(Obstacle::UnderWay(under_way)).filter(|_| under_way > 0))
}

/// The activities that are still to come and for which somebody has signed up.
///
/// # Errors
/// When the database fails.
pub async fn open_seats(tx: &mut Tx, person: &PersonId) -> Result<Vec<ActivityNo>, StoreError> {
    on!(tx, |c| sqlx::query_scalar(SEATS).bind(person).fetch_all(c))
}
