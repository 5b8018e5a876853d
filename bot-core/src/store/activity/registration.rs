//! Who signed up for an activity, and where they are told of it.

use std::collections::BTreeMap;

use sqlx::FromRow;

use crate::chat::Lang;
use crate::features::activity::Seat;
use crate::ids::{ActivityNo, ChatId, PersonId, UserId};
use crate::store::segment::numbers;
use crate::store::{DbKind, StoreError, Tx, execute, json, on};

/// Somebody's row in an activity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Registration {
    /// Who.
    pub person: PersonId,
    /// The identity through which they signed up.
    pub user: UserId,
    /// The name of that identity then.
    pub name: String,
    /// The chat in which they did so; `None` of those from before it was kept.
    pub chat: Option<ChatId>,
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
struct RegistrationRow {
    person: PersonId,
    chat_user: UserId,
    chat: Option<ChatId>,
    name: String,
    state: String,
    seq: i64,
    joined_at_ms: i64,
    untold: bool,
}

macro_rules! registration_sql {
    ($rest:literal) => {
        concat!(
            "SELECT person, chat_user, chat, name, state, seq, joined_at_ms, untold FROM registration ",
            $rest
        )
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

const REGISTRATION: &str = registration_sql!("WHERE activity = $1 AND person = $2");
const REGISTRATIONS: &str =
    registration_sql!("WHERE activity = $1 AND state = $2 AND seq > $3 ORDER BY seq LIMIT $4");
const COUNT: &str = "SELECT count(*) FROM registration WHERE activity = $1 AND state = $2";
const TAKEN_SQLITE: &str = concat!(
    "SELECT activity, count(*) FROM registration WHERE state = 'in' AND activity IN ",
    numbers!(sqlite, "$1"),
    " GROUP BY activity"
);
const TAKEN_POSTGRES: &str = concat!(
    "SELECT activity, count(*) FROM registration WHERE state = 'in' AND activity IN ",
    numbers!(postgres, "$1"),
    " GROUP BY activity"
);
const BEFORE: &str =
    "SELECT count(*) FROM registration WHERE activity = $1 AND state = 'waiting' AND seq <= $2";
const PUT_REGISTRATION: &str = "INSERT INTO registration (activity, person, chat_user, chat, name, state, seq, joined_at_ms, untold, reminded) \
    VALUES ($1, $2, $3, $8, $4, $5, (SELECT coalesce(max(seq), 0) + 1 FROM registration WHERE activity = $1), $6, $7, 0) \
    ON CONFLICT (activity, person) DO UPDATE SET chat_user = excluded.chat_user, chat = excluded.chat, name = excluded.name, state = excluded.state, seq = excluded.seq, \
    joined_at_ms = excluded.joined_at_ms, untold = excluded.untold, reminded = 0";
const SET_SEAT: &str = "UPDATE registration SET state = $3 WHERE activity = $1 AND person = $2";
const SET_UNTOLD: &str = "UPDATE registration SET untold = $3 WHERE activity = $1 AND person = $2";
const REACH_OF: &str = reach_sql!("FROM registration p WHERE p.activity = $1 AND p.person = $2");
const TO_REMIND: &str = reach_sql!(
    "FROM registration p WHERE p.activity = $1 AND p.person > $2 AND p.state = 'in' AND p.reminded < $3 ORDER BY p.person LIMIT $4"
);
const REMINDED: &str = "UPDATE registration SET reminded = $2 WHERE activity = $1 AND state = 'in' AND reminded < $2 AND person <= $3";

impl TryFrom<RegistrationRow> for Registration {
    type Error = StoreError;

    fn try_from(row: RegistrationRow) -> Result<Self, StoreError> {
        Ok(Self {
            seat: Seat::from_word(&row.state)
                .ok_or_else(|| StoreError::unreadable("registration state", &row.state))?,
            person: row.person,
            user: row.chat_user,
            chat: row.chat,
            name: row.name,
            seq: row.seq,
            joined_at_ms: row.joined_at_ms,
            untold: row.untold,
        })
    }
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

/// How many are in, of each of these activities; those without anybody are left out.
///
/// # Errors
/// When the database fails.
pub async fn taken(tx: &mut Tx, nos: &[ActivityNo]) -> Result<BTreeMap<ActivityNo, i64>, StoreError> {
    let nos = json::kept("activities", &nos)?;
    let sql = if tx.kind() == DbKind::Sqlite { TAKEN_SQLITE } else { TAKEN_POSTGRES };
    let rows: Vec<(ActivityNo, i64)> = on!(tx, |c| sqlx::query_as(sql).bind(&nos).fetch_all(c))?;
    Ok(rows.into_iter().collect())
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
            .bind(&new.chat)
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
