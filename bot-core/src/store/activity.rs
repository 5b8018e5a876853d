//! Activities and who signed up.

use sqlx::FromRow;

use super::{StoreError, Tx, execute, on};
use crate::chat::Lang;
use crate::features::activity::{Seat, State};
use crate::features::segment::Audience;
use crate::features::wording::Wording;
use crate::ids::{ActivityNo, ChatId, PersonId, StaffId, UserId};
use crate::work::Place;

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

/// Somebody's row in an activity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Registration {
    /// Who.
    pub person: PersonId,
    /// The identity through which they signed up.
    pub user: UserId,
    /// Its name then.
    pub name: String,
    /// Whether they are in.
    pub seat: Seat,
    /// The order of signing up.
    pub seq: i64,
    /// When, unix milliseconds.
    pub joined_at_ms: i64,
    /// Whether there is news that they could not be told in private.
    pub untold: bool,
}

/// Where somebody who takes part can be told something in private.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reach {
    /// Who.
    pub person: PersonId,
    /// Their name.
    pub name: String,
    /// Their open direct chat, if they have one.
    pub chat: Option<ChatId>,
    /// Their language, if it is known.
    pub lang: Option<Lang>,
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

#[derive(FromRow)]
struct RegistrationRow {
    person: PersonId,
    chat_user: UserId,
    name: String,
    state: String,
    seq: i64,
    joined_at_ms: i64,
    untold: bool,
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

macro_rules! registration_sql {
    ($rest:literal) => {
        concat!("SELECT person, chat_user, name, state, seq, joined_at_ms, untold FROM registration ", $rest)
    };
}

/// Where each selected person `p` can be told something: their open direct chat and their language.
macro_rules! reach_sql {
    ($from:literal) => {
        concat!(
            "SELECT p.person, p.name, \
             (SELECT min(d.id) FROM chat_user u JOIN chat d ON d.peer = u.id WHERE u.person = p.person AND d.reach = 'open') AS chat, \
             coalesce((SELECT u.lang FROM chat_user u WHERE u.id = p.chat_user), (SELECT min(u.lang) FROM chat_user u WHERE u.person = p.person)) AS lang ",
            $from
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
const REGISTRATION: &str = registration_sql!("WHERE activity = $1 AND person = $2");
const REGISTRATIONS: &str =
    registration_sql!("WHERE activity = $1 AND state = $2 AND seq > $3 ORDER BY seq LIMIT $4");
const COUNT: &str = "SELECT count(*) FROM registration WHERE activity = $1 AND state = $2";
const BEFORE: &str =
    "SELECT count(*) FROM registration WHERE activity = $1 AND state = 'waiting' AND seq <= $2";
const PUT_REGISTRATION: &str = "INSERT INTO registration (activity, person, chat_user, name, state, seq, joined_at_ms, untold, reminded) \
    VALUES ($1, $2, $3, $4, $5, (SELECT coalesce(max(seq), 0) + 1 FROM registration WHERE activity = $1), $6, $7, 0) \
    ON CONFLICT (activity, person) DO UPDATE SET chat_user = excluded.chat_user, name = excluded.name, state = excluded.state, seq = excluded.seq, \
    joined_at_ms = excluded.joined_at_ms, untold = excluded.untold, reminded = 0";
const SET_SEAT: &str = "UPDATE registration SET state = $3 WHERE activity = $1 AND person = $2";
const SET_UNTOLD: &str = "UPDATE registration SET untold = $3 WHERE activity = $1 AND person = $2";
const REACH_OF: &str = reach_sql!("FROM registration p WHERE p.activity = $1 AND p.person = $2");
const TO_REMIND: &str = reach_sql!(
    "FROM registration p WHERE p.activity = $1 AND p.person > $2 AND p.state = 'in' AND p.reminded < $3 ORDER BY p.person LIMIT $4"
);
const REMINDED: &str = "UPDATE registration SET reminded = $2 WHERE activity = $1 AND state = 'in' AND reminded < $2 AND person <= $3";

fn unreadable(error: serde_json::Error) -> StoreError {
    StoreError::unreadable("activity", error)
}

impl TryFrom<ActivityRow> for Activity {
    type Error = StoreError;

    fn try_from(row: ActivityRow) -> Result<Self, StoreError> {
        Ok(Self {
            state: State::from_word(&row.state)
                .ok_or_else(|| StoreError::unreadable("activity state", &row.state))?,
            wording: serde_json::from_str(&row.wording).map_err(unreadable)?,
            audience: row.audience.as_deref().map(serde_json::from_str).transpose().map_err(unreadable)?,
            place: row.place.as_deref().map(serde_json::from_str).transpose().map_err(unreadable)?,
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

impl TryFrom<RegistrationRow> for Registration {
    type Error = StoreError;

    fn try_from(row: RegistrationRow) -> Result<Self, StoreError> {
        Ok(Self {
            seat: Seat::from_word(&row.state)
                .ok_or_else(|| StoreError::unreadable("registration state", &row.state))?,
            person: row.person,
            user: row.chat_user,
            name: row.name,
            seq: row.seq,
            joined_at_ms: row.joined_at_ms,
            untold: row.untold,
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
    let wording = text(&one.wording)?;
    let audience = one.audience.as_ref().map(text).transpose()?;
    let place = one.place.as_ref().map(text).transpose()?;
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

/// JSON as it is stored. PostgreSQL's text cannot hold U+0000, which people can paste.
fn text(value: &impl serde::Serialize) -> Result<String, StoreError> {
    let json = serde_json::to_string(value).map_err(unreadable)?;
    Ok(if json.contains("\\u0000") { json.replace("\\u0000", "\\ufffd") } else { json })
}

/// Somebody's row in an activity.
///
/// # Errors
/// When the database fails.
pub async fn registration(
    tx: &mut Tx,
    no: ActivityNo,
    person: &PersonId,
) -> Result<Option<Registration>, StoreError> {
    let row: Option<RegistrationRow> =
        on!(tx, |c| sqlx::query_as(REGISTRATION).bind(no).bind(person).fetch_optional(c))?;
    row.map(Registration::try_from).transpose()
}

/// Rows of an activity after `after_seq`, in the order of signing up.
///
/// # Errors
/// When the database fails.
pub async fn registrations(
    tx: &mut Tx,
    no: ActivityNo,
    seat: Seat,
    after_seq: i64,
    limit: i64,
) -> Result<Vec<Registration>, StoreError> {
    let rows: Vec<RegistrationRow> = on!(tx, |c| sqlx::query_as(REGISTRATIONS)
        .bind(no)
        .bind(seat.word())
        .bind(after_seq)
        .bind(limit)
        .fetch_all(c))?;
    rows.into_iter().map(Registration::try_from).collect()
}

/// How many are in, wait or left.
///
/// # Errors
/// When the database fails.
pub async fn count(tx: &mut Tx, no: ActivityNo, seat: Seat) -> Result<i64, StoreError> {
    on!(tx, |c| sqlx::query_scalar(COUNT).bind(no).bind(seat.word()).fetch_one(c))
}

/// The place on the waiting list, from 1, of who has this place in the order of signing up.
///
/// # Errors
/// When the database fails.
pub async fn position(tx: &mut Tx, no: ActivityNo, seq: i64) -> Result<i64, StoreError> {
    on!(tx, |c| sqlx::query_scalar(BEFORE).bind(no).bind(seq).fetch_one(c))
}

/// Signs somebody up, behind all others; `new.seq` is not used.
///
/// # Errors
/// When the database fails.
pub async fn register(tx: &mut Tx, no: ActivityNo, new: &Registration) -> Result<(), StoreError> {
    execute!(
        tx,
        sqlx::query(PUT_REGISTRATION)
            .bind(no)
            .bind(&new.person)
            .bind(&new.user)
            .bind(&new.name)
            .bind(new.seat.word())
            .bind(new.joined_at_ms)
            .bind(new.untold)
    )
    .map(|_| ())
}

/// Changes whether somebody is in.
///
/// # Errors
/// When the database fails.
pub async fn set_seat(tx: &mut Tx, no: ActivityNo, person: &PersonId, seat: Seat) -> Result<(), StoreError> {
    execute!(tx, sqlx::query(SET_SEAT).bind(no).bind(person).bind(seat.word())).map(|_| ())
}

/// Notes whether there is news that somebody could not be told in private.
///
/// # Errors
/// When the database fails.
pub async fn set_untold(
    tx: &mut Tx,
    no: ActivityNo,
    person: &PersonId,
    untold: bool,
) -> Result<(), StoreError> {
    execute!(tx, sqlx::query(SET_UNTOLD).bind(no).bind(person).bind(untold)).map(|_| ())
}

type ReachRow = (PersonId, String, Option<ChatId>, Option<String>);

fn reach(row: ReachRow) -> Reach {
    let (person, name, chat, lang) = row;
    Reach { person, name, chat, lang: lang.as_deref().and_then(Lang::from_tag) }
}

/// Where somebody who signed up can be told something in private.
///
/// # Errors
/// When the database fails.
pub async fn reach_of(tx: &mut Tx, no: ActivityNo, person: &PersonId) -> Result<Option<Reach>, StoreError> {
    let row: Option<ReachRow> =
        on!(tx, |c| sqlx::query_as(REACH_OF).bind(no).bind(person).fetch_optional(c))?;
    Ok(row.map(reach))
}

/// Those who are in, had fewer than `reminder` reminders and come after a person, by person.
///
/// # Errors
/// When the database fails.
pub async fn to_remind(
    tx: &mut Tx,
    no: ActivityNo,
    after: &str,
    reminder: i64,
    limit: i64,
) -> Result<Vec<Reach>, StoreError> {
    let rows: Vec<ReachRow> =
        on!(tx, |c| sqlx::query_as(TO_REMIND).bind(no).bind(after).bind(reminder).bind(limit).fetch_all(c))?;
    Ok(rows.into_iter().map(reach).collect())
}

/// Notes that all who are in, up to a person, had this many reminders.
///
/// # Errors
/// When the database fails.
pub async fn set_reminded(
    tx: &mut Tx,
    no: ActivityNo,
    reminder: i64,
    up_to: &PersonId,
) -> Result<(), StoreError> {
    execute!(tx, sqlx::query(REMINDED).bind(no).bind(reminder).bind(up_to)).map(|_| ())
}

#[cfg(test)]
mod tests;
