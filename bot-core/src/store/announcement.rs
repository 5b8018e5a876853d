//! Announcements.

pub mod series;
pub mod zone;

use sqlx::FromRow;

use super::{StoreError, Tx, execute, json, on};
use crate::features::announcement::{Approval, Proposal, State, Timing, Variants};
use crate::features::segment::Audience;
use crate::features::wording::Wording;
use crate::ids::{AnnouncementNo, StaffId};
use crate::work::Place;

/// What is said of rows that cannot be read.
const WHAT: &str = "announcement";

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
    /// Whether its readers are asked to say that they have read it.
    pub ack: bool,
    /// The handle of the button for that, once it is being sent.
    pub ack_handle: Option<String>,
    /// Whether clicks on its links are counted.
    pub clicks: bool,
    /// When it is to be sent, unix milliseconds.
    pub at_ms: Option<i64>,
    /// Rises with each change of the text, from 1.
    pub version: i64,
    /// Who wrote it.
    pub by: StaffId,
    /// Who sent or scheduled it.
    pub sent_by: Option<StaffId>,
    /// Who else wrote in it.
    pub writers: Vec<StaffId>,
    /// What a second person put their name to.
    pub approval: Option<Approval>,
    /// Another text for what has gone out, that a second person has to approve.
    pub proposal: Option<Proposal>,
    /// What else is said of its time.
    pub timing: Timing,
    /// When it expires, unix milliseconds; `None` for never.
    pub expires_at_ms: Option<i64>,
    /// When it was written, unix milliseconds.
    pub created_at_ms: i64,
    /// When the sending began, unix milliseconds.
    pub started_at_ms: Option<i64>,
    /// When the last of it was settled, unix milliseconds.
    pub settled_at_ms: Option<i64>,
    /// The template that it was made from, if it is one sending of a series.
    pub series: Option<AnnouncementNo>,
    /// Other texts that are tested against its own.
    pub variants: Option<Variants>,
}

#[derive(FromRow)]
struct Row {
    no: AnnouncementNo,
    state: String,
    wording: String,
    audience: Option<String>,
    place: Option<String>,
    pin: bool,
    ack: bool,
    ack_handle: Option<String>,
    clicks: bool,
    at_ms: Option<i64>,
    version: i64,
    by_staff: StaffId,
    sent_by: Option<StaffId>,
    writers: String,
    approval: Option<String>,
    proposal: Option<String>,
    timing: String,
    expires_at_ms: Option<i64>,
    created_at_ms: i64,
    started_at_ms: Option<i64>,
    settled_at_ms: Option<i64>,
    series: Option<AnnouncementNo>,
    variants: Option<String>,
}

macro_rules! announcement_sql {
    ($rest:literal) => {
        concat!(
            "SELECT no, state, wording, audience, place, pin, ack, ack_handle, clicks, at_ms, version, by_staff, sent_by, writers, approval, proposal, timing, expires_at_ms, created_at_ms, started_at_ms, settled_at_ms, series, variants FROM announcement ",
            $rest
        )
    };
}

const GET: &str = announcement_sql!("WHERE no = $1");
const LIST: &str = announcement_sql!("WHERE no < $1 ORDER BY no DESC LIMIT $2");
const PUT: &str = "INSERT INTO announcement (no, state, wording, audience, place, pin, at_ms, version, by_staff, sent_by, created_at_ms, started_at_ms, settled_at_ms, writers, approval, proposal, ack, ack_handle, timing, expires_at_ms, clicks, series, variants) \
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23) ON CONFLICT (no) DO UPDATE SET state = excluded.state, wording = excluded.wording, \
    audience = excluded.audience, place = excluded.place, pin = excluded.pin, at_ms = excluded.at_ms, version = excluded.version, sent_by = excluded.sent_by, \
    started_at_ms = excluded.started_at_ms, settled_at_ms = excluded.settled_at_ms, writers = excluded.writers, approval = excluded.approval, proposal = excluded.proposal, \
    ack = excluded.ack, ack_handle = excluded.ack_handle, timing = excluded.timing, expires_at_ms = excluded.expires_at_ms, clicks = excluded.clicks, series = excluded.series, variants = excluded.variants";

impl TryFrom<Row> for Announcement {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        Ok(Self {
            state: State::from_word(&row.state)
                .ok_or_else(|| StoreError::unreadable("announcement state", &row.state))?,
            wording: json::read(WHAT, &row.wording)?,
            audience: json::read_some(WHAT, row.audience.as_deref())?,
            place: json::read_some(WHAT, row.place.as_deref())?,
            writers: json::read(WHAT, &row.writers)?,
            approval: json::read_some(WHAT, row.approval.as_deref())?,
            proposal: json::read_some(WHAT, row.proposal.as_deref())?,
            timing: json::read(WHAT, &row.timing)?,
            variants: json::read_some(WHAT, row.variants.as_deref())?,
            expires_at_ms: row.expires_at_ms,
            no: row.no,
            pin: row.pin,
            ack: row.ack,
            ack_handle: row.ack_handle,
            clicks: row.clicks,
            at_ms: row.at_ms,
            version: row.version,
            by: row.by_staff,
            sent_by: row.sent_by,
            created_at_ms: row.created_at_ms,
            started_at_ms: row.started_at_ms,
            settled_at_ms: row.settled_at_ms,
            series: row.series,
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
    let wording = json::kept(WHAT, &one.wording)?;
    let audience = one.audience.as_ref().map(|audience| json::kept(WHAT, audience)).transpose()?;
    let place = one.place.as_ref().map(|place| json::kept(WHAT, place)).transpose()?;
    let writers = json::kept(WHAT, &one.writers)?;
    let approval = one.approval.as_ref().map(|approval| json::kept(WHAT, approval)).transpose()?;
    let proposal = one.proposal.as_ref().map(|proposal| json::kept(WHAT, proposal)).transpose()?;
    let timing = json::kept(WHAT, &one.timing)?;
    let variants = one.variants.as_ref().map(|variants| json::kept(WHAT, variants)).transpose()?;
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
            .bind(&writers)
            .bind(&approval)
            .bind(&proposal)
            .bind(one.ack)
            .bind(&one.ack_handle)
            .bind(&timing)
            .bind(one.expires_at_ms)
            .bind(one.clicks)
            .bind(one.series)
            .bind(&variants)
    )
    .map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::announcement::TestRule;
    use crate::roster::{Role, Staff};
    use crate::store::people;
    use crate::store::testing::on_both;

    /// A draft by a staff member who is there.
    async fn draft(tx: &mut Tx, no: i64) -> Announcement {
        let by = StaffId::from("ops");
        let staff = Staff { id: by.clone(), name: "Ops".into(), person: None, roles: [Role::Ops].into() };
        // The second draft finds its author there.
        let known = people::all_staff(tx).await.unwrap().iter().any(|one| one.id == by);
        if !known {
            people::add_staff(tx, &staff, 1).await.unwrap();
        }
        Announcement {
            no: AnnouncementNo(no),
            state: State::Draft,
            wording: Wording::typed(Some("标题 | Title"), Some("正文\0"), None),
            audience: None,
            place: None,
            pin: false,
            ack: false,
            ack_handle: None,
            clicks: false,
            at_ms: None,
            version: 1,
            by,
            sent_by: None,
            writers: Vec::new(),
            approval: None,
            proposal: None,
            timing: Timing::default(),
            expires_at_ms: None,
            created_at_ms: 5,
            started_at_ms: None,
            settled_at_ms: None,
            series: None,
            variants: None,
        }
    }

    #[test]
    fn an_announcement_is_kept_changed_and_listed_newest_first() {
        on_both(|hall| async move {
            let mut tx = hall.db.write().await.unwrap();
            for no in 1..=3 {
                let one = draft(&mut tx, no).await;
                put(&mut tx, &one).await.unwrap();
            }
            let mut second = get(&mut tx, AnnouncementNo(2)).await.unwrap().unwrap();
            assert_eq!(second.wording.body_zh.as_deref(), Some("正文\u{FFFD}"));
            second.state = State::Sending;
            second.audience = Some(Audience { tiers: vec!["crown".into()], ..Audience::default() });
            second.place = Some(Place::chat(&"staff".into()));
            (second.pin, second.at_ms, second.version) = (true, Some(9), 2);
            second.timing.local = Some(jiff::civil::date(2026, 11, 24).at(9, 0, 0, 0));
            (second.timing.loud, second.expires_at_ms) = (true, Some(13));
            (second.ack, second.ack_handle) = (true, Some("h".into()));
            second.clicks = true;
            second.series = Some(AnnouncementNo(1));
            second.variants = Some(Variants {
                decides_at_ms: Some(14),
                ..Variants::of(vec![Wording::typed(None, None, Some("B"))], TestRule::default())
            });
            second.sent_by = Some(second.by.clone());
            second.writers = vec![second.by.clone()];
            let (by, wording) = (second.by.clone(), second.wording.clone());
            second.approval = Some(Approval { by: by.clone(), at_ms: 8, hash: "ab".into(), size: 3 });
            second.proposal = Some(Proposal { by, at_ms: 12, wording });
            (second.started_at_ms, second.settled_at_ms) = (Some(10), Some(11));
            put(&mut tx, &second).await.unwrap();
            assert_eq!(get(&mut tx, AnnouncementNo(2)).await.unwrap().unwrap(), second);
            let numbers = |all: Vec<Announcement>| all.into_iter().map(|one| one.no.0).collect::<Vec<_>>();
            assert_eq!(numbers(list(&mut tx, None, 2).await.unwrap()), [3, 2]);
            assert_eq!(numbers(list(&mut tx, Some(AnnouncementNo(2)), 2).await.unwrap()), [1]);
            assert_eq!(get(&mut tx, AnnouncementNo(9)).await.unwrap(), None);
        });
    }
}
