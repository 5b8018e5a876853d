//! Announcements.

use sqlx::FromRow;

use super::{StoreError, Tx, execute, on};
use crate::features::announcement::State;
use crate::features::segment::Audience;
use crate::features::wording::Wording;
use crate::ids::{AnnouncementNo, StaffId};
use crate::work::Place;

/// An announcement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Announcement {
    /// Its number.
    pub no: AnnouncementNo,
    /// How far it has come.
    pub state: State,
    /// What it says.
    pub wording: Wording,
    /// Who gets it; `None` while that is not said yet.
    pub audience: Option<Audience>,
    /// Where staff hear of it; `None` for the staff chat.
    pub place: Option<Place>,
    /// Whether it is pinned where it can be.
    pub pin: bool,
    /// When it is to be sent, unix milliseconds.
    pub at_ms: Option<i64>,
    /// Rises with each change of the text, from 1.
    pub version: i64,
    /// Who wrote it.
    pub by: StaffId,
    /// Who sent or scheduled it.
    pub sent_by: Option<StaffId>,
    /// When it was written, unix milliseconds.
    pub created_at_ms: i64,
    /// When the sending began, unix milliseconds.
    pub started_at_ms: Option<i64>,
    /// When the last of it was settled, unix milliseconds.
    pub settled_at_ms: Option<i64>,
}

#[derive(FromRow)]
struct Row {
    no: AnnouncementNo,
    state: String,
    wording: String,
    audience: Option<String>,
    place: Option<String>,
    pin: bool,
    at_ms: Option<i64>,
    version: i64,
    by_staff: StaffId,
    sent_by: Option<StaffId>,
    created_at_ms: i64,
    started_at_ms: Option<i64>,
    settled_at_ms: Option<i64>,
}

macro_rules! announcement_sql {
    ($rest:literal) => {
        concat!(
            "SELECT no, state, wording, audience, place, pin, at_ms, version, by_staff, sent_by, created_at_ms, started_at_ms, settled_at_ms FROM announcement ",
            $rest
        )
    };
}

const GET: &str = announcement_sql!("WHERE no = $1");
const LIST: &str = announcement_sql!("WHERE no < $1 ORDER BY no DESC LIMIT $2");
const PUT: &str = "INSERT INTO announcement (no, state, wording, audience, place, pin, at_ms, version, by_staff, sent_by, created_at_ms, started_at_ms, settled_at_ms) \
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) ON CONFLICT (no) DO UPDATE SET state = excluded.state, wording = excluded.wording, \
    audience = excluded.audience, place = excluded.place, pin = excluded.pin, at_ms = excluded.at_ms, version = excluded.version, sent_by = excluded.sent_by, \
    started_at_ms = excluded.started_at_ms, settled_at_ms = excluded.settled_at_ms";

fn unreadable(error: serde_json::Error) -> StoreError {
    StoreError::unreadable("announcement", error)
}

impl TryFrom<Row> for Announcement {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        Ok(Self {
            state: State::from_word(&row.state)
                .ok_or_else(|| StoreError::unreadable("announcement state", &row.state))?,
            wording: serde_json::from_str(&row.wording).map_err(unreadable)?,
            audience: row.audience.as_deref().map(serde_json::from_str).transpose().map_err(unreadable)?,
            place: row.place.as_deref().map(serde_json::from_str).transpose().map_err(unreadable)?,
            no: row.no,
            pin: row.pin,
            at_ms: row.at_ms,
            version: row.version,
            by: row.by_staff,
            sent_by: row.sent_by,
            created_at_ms: row.created_at_ms,
            started_at_ms: row.started_at_ms,
            settled_at_ms: row.settled_at_ms,
        })
    }
}

/// An announcement by its number.
///
/// # Errors
/// When the database fails.
pub async fn get(tx: &mut Tx, no: AnnouncementNo) -> Result<Option<Announcement>, StoreError> {
    let row: Option<Row> = on!(tx, |c| sqlx::query_as(GET).bind(no).fetch_optional(c))?;
    row.map(Announcement::try_from).transpose()
}

/// Announcements before a number (`None`: the newest), newest first.
///
/// # Errors
/// When the database fails.
pub async fn list(
    tx: &mut Tx,
    before: Option<AnnouncementNo>,
    limit: i64,
) -> Result<Vec<Announcement>, StoreError> {
    let before = before.map_or(i64::MAX, |no| no.0);
    let rows: Vec<Row> = on!(tx, |c| sqlx::query_as(LIST).bind(before).bind(limit).fetch_all(c))?;
    rows.into_iter().map(Announcement::try_from).collect()
}

/// Keeps an announcement as it is now. Its number, author and time of writing never change.
///
/// # Errors
/// When the database fails.
pub async fn put(tx: &mut Tx, one: &Announcement) -> Result<(), StoreError> {
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
            .bind(one.pin)
            .bind(one.at_ms)
            .bind(one.version)
            .bind(&one.by)
            .bind(&one.sent_by)
            .bind(one.created_at_ms)
            .bind(one.started_at_ms)
            .bind(one.settled_at_ms)
    )
    .map(|_| ())
}

/// JSON as it is stored. PostgreSQL's text cannot hold U+0000, which people can paste.
fn text(value: &impl serde::Serialize) -> Result<String, StoreError> {
    let json = serde_json::to_string(value).map_err(unreadable)?;
    Ok(if json.contains("\\u0000") { json.replace("\\u0000", "\\ufffd") } else { json })
}
