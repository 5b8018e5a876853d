//! Activities and who signed up.

mod registration;

use sqlx::FromRow;

use super::{StoreError, Tx, execute, json, on};
use crate::features::activity::State;
use crate::features::segment::Audience;
use crate::features::wording::Wording;
use crate::ids::{ActivityNo, PersonId, StaffId};
use crate::work::Place;

pub use registration::{
    Reach, Registration, count, position, reach_of, register, registration, registrations, set_reminded,
    set_seat, set_untold, taken, to_remind,
};

/// What is said of rows that cannot be read.
const WHAT: &str = "activity";

/// An activity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Activity {
    /// Its number.
    pub no: ActivityNo,
    /// How far it has come.
    pub state: State,
    /// What it says.
    pub wording: Wording,
    /// Who is told of it; `None` while that is not said yet.
    pub audience: Option<Audience>,
    /// Where staff hear of it; `None` for the staff chat.
    pub place: Option<Place>,
    /// When it begins, unix milliseconds.
    pub starts_at_ms: Option<i64>,
    /// When sign-up ends, unix milliseconds; at its start when nobody said so.
    pub until_ms: Option<i64>,
    /// How many may take part; 0 for any number.
    pub capacity: i64,
    /// Rises with each change, from 1.
    pub version: i64,
    /// The handle of the button that signs up.
    pub join_handle: Option<String>,
    /// The handle of the button that signs off.
    pub leave_handle: Option<String>,
    /// Who made it.
    pub by: StaffId,
    /// When it was made, unix milliseconds.
    pub created_at_ms: i64,
    /// When it was pushed, unix milliseconds.
    pub opened_at_ms: Option<i64>,
    /// When sign-up ended, unix milliseconds.
    pub closed_at_ms: Option<i64>,
}

#[derive(FromRow)]
struct ActivityRow {
    no: ActivityNo,
    state: String,
    wording: String,
    audience: Option<String>,
    place: Option<String>,
    starts_at_ms: Option<i64>,
    until_ms: Option<i64>,
    capacity: i64,
    version: i64,
    join_handle: Option<String>,
    leave_handle: Option<String>,
    by_staff: StaffId,
    created_at_ms: i64,
    opened_at_ms: Option<i64>,
    closed_at_ms: Option<i64>,
}

macro_rules! activity_sql {
    ($rest:literal) => {
        concat!(
            "SELECT a.no, a.state, a.wording, a.audience, a.place, a.starts_at_ms, a.until_ms, a.capacity, a.version, a.join_handle, a.leave_handle, ",
            "a.by_staff, a.created_at_ms, a.opened_at_ms, a.closed_at_ms FROM activity a ",
            $rest
        )
    };
}

const GET: &str = activity_sql!("WHERE a.no = $1");
const LIST: &str = activity_sql!("WHERE a.no < $1 ORDER BY a.no DESC LIMIT $2");
const OPEN: &str = activity_sql!("WHERE a.state = 'open' ORDER BY a.no DESC LIMIT $1");
const OF_PERSON: &str = activity_sql!(
    "JOIN registration r ON r.activity = a.no WHERE r.person = $1 AND r.state IN ('in', 'waiting') AND a.state IN ('open', 'closed') \
     AND a.starts_at_ms > $2 ORDER BY a.no DESC LIMIT $3"
);
const PUT: &str = "INSERT INTO activity (no, state, wording, audience, place, starts_at_ms, until_ms, capacity, version, join_handle, leave_handle, by_staff, \
    created_at_ms, opened_at_ms, closed_at_ms) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) \
    ON CONFLICT (no) DO UPDATE SET state = excluded.state, wording = excluded.wording, audience = excluded.audience, place = excluded.place, \
    starts_at_ms = excluded.starts_at_ms, until_ms = excluded.until_ms, capacity = excluded.capacity, version = excluded.version, \
    join_handle = excluded.join_handle, leave_handle = excluded.leave_handle, opened_at_ms = excluded.opened_at_ms, closed_at_ms = excluded.closed_at_ms";
impl TryFrom<ActivityRow> for Activity {
    type Error = StoreError;

    fn try_from(row: ActivityRow) -> Result<Self, StoreError> {
        Ok(Self {
            state: State::from_word(&row.state)
                .ok_or_else(|| StoreError::unreadable("activity state", &row.state))?,
            wording: json::read(WHAT, &row.wording)?,
            audience: json::read_some(WHAT, row.audience.as_deref())?,
            place: json::read_some(WHAT, row.place.as_deref())?,
            no: row.no,
            starts_at_ms: row.starts_at_ms,
            until_ms: row.until_ms,
            capacity: row.capacity,
            version: row.version,
            join_handle: row.join_handle,
            leave_handle: row.leave_handle,
            by: row.by_staff,
            created_at_ms: row.created_at_ms,
            opened_at_ms: row.opened_at_ms,
            closed_at_ms: row.closed_at_ms,
        })
    }
}

/// An activity by its number.
///
/// # Errors
/// When the database fails.
pub async fn get(tx: &mut Tx, no: ActivityNo) -> Result<Option<Activity>, StoreError> {
    let row: Option<ActivityRow> = on!(tx, |c| sqlx::query_as(GET).bind(no).fetch_optional(c))?;
    row.map(Activity::try_from).transpose()
}

/// Activities before a number (`None`: the newest), newest first.
///
/// # Errors
/// When the database fails.
pub async fn list(tx: &mut Tx, before: Option<ActivityNo>, limit: i64) -> Result<Vec<Activity>, StoreError> {
    let before = before.map_or(i64::MAX, |no| no.0);
    let rows: Vec<ActivityRow> = on!(tx, |c| sqlx::query_as(LIST).bind(before).bind(limit).fetch_all(c))?;
    rows.into_iter().map(Activity::try_from).collect()
}

/// Activities that one can sign up for, newest first.
///
/// # Errors
/// When the database fails.
pub async fn open(tx: &mut Tx, limit: i64) -> Result<Vec<Activity>, StoreError> {
    let rows: Vec<ActivityRow> = on!(tx, |c| sqlx::query_as(OPEN).bind(limit).fetch_all(c))?;
    rows.into_iter().map(Activity::try_from).collect()
}

/// Activities to come in which somebody takes part or waits, newest first.
///
/// # Errors
/// When the database fails.
pub async fn of_person(
    tx: &mut Tx,
    person: &PersonId,
    now_ms: i64,
    limit: i64,
) -> Result<Vec<Activity>, StoreError> {
    let rows: Vec<ActivityRow> =
        on!(tx, |c| sqlx::query_as(OF_PERSON).bind(person).bind(now_ms).bind(limit).fetch_all(c))?;
    rows.into_iter().map(Activity::try_from).collect()
}

/// Keeps an activity as it is now. Its number, author and time of making never change.
///
/// # Errors
/// When the database fails.
pub async fn put(tx: &mut Tx, one: &Activity) -> Result<(), StoreError> {
    let wording = json::kept(WHAT, &one.wording)?;
    let audience = one.audience.as_ref().map(|audience| json::kept(WHAT, audience)).transpose()?;
    let place = one.place.as_ref().map(|place| json::kept(WHAT, place)).transpose()?;
    execute!(
        tx,
        sqlx::query(PUT)
            .bind(one.no)
            .bind(one.state.word())
            .bind(&wording)
            .bind(&audience)
            .bind(&place)
            .bind(one.starts_at_ms)
            .bind(one.until_ms)
            .bind(one.capacity)
            .bind(one.version)
            .bind(&one.join_handle)
            .bind(&one.leave_handle)
            .bind(&one.by)
            .bind(one.created_at_ms)
            .bind(one.opened_at_ms)
            .bind(one.closed_at_ms)
    )
    .map(|_| ())
}

#[cfg(test)]
mod tests;
