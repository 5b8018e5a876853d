//! What stands in the calendar, and who subscribes to it.

use sqlx::FromRow;

use super::{StoreError, Tx, execute, json, on};
use crate::chat::Lang;
use crate::features::wording::Wording;
use crate::features::{activity, announcement};
use crate::ids::{ActivityNo, AnnouncementNo, StaffId};

/// What is said of rows that cannot be read.
const WHAT: &str = "calendar entry";

/// Something with a time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// What it is, and how far it has come.
    pub what: What,
    /// What it says.
    pub wording: Wording,
    /// When it is or was sent, or begins; unix milliseconds.
    pub at_ms: i64,
}

/// What stands in the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// An announcement, at the time at which it was sent or is to be.
    Announcement(AnnouncementNo, announcement::State),
    /// The end of an announcement's time.
    Expiry(AnnouncementNo, announcement::State),
    /// A sending of a series that is yet to be made, by its template.
    Coming(AnnouncementNo),
    /// An activity, at its start.
    Activity(ActivityNo, activity::State),
}

#[derive(FromRow)]
struct Row {
    kind: String,
    no: i64,
    state: String,
    wording: String,
    at_ms: i64,
}

// What was dropped is not on.
const BETWEEN: &str = "SELECT kind, no, state, wording, at_ms FROM (\
    SELECT 'announcement' AS kind, no, state, wording, COALESCE(started_at_ms, at_ms) AS at_ms FROM announcement WHERE state <> 'cancelled' \
    UNION ALL SELECT 'expiry' AS kind, no, state, wording, expires_at_ms AS at_ms FROM announcement \
    WHERE expires_at_ms IS NOT NULL AND state NOT IN ('cancelled', 'recalling', 'recalled') \
    UNION ALL SELECT 'activity' AS kind, no, state, wording, starts_at_ms AS at_ms FROM activity WHERE state <> 'cancelled') AS entry \
    WHERE at_ms >= $1 AND at_ms < $2 ORDER BY at_ms, kind, no LIMIT $3";
const SUBSCRIBE: &str = "INSERT INTO calendar_feed (staff, digest, lang, made_at_ms) VALUES ($1, $2, $3, $4) \
    ON CONFLICT (staff) DO UPDATE SET digest = excluded.digest, lang = excluded.lang, made_at_ms = excluded.made_at_ms";
const UNSUBSCRIBE: &str = "DELETE FROM calendar_feed WHERE staff = $1";
const SINCE: &str = "SELECT made_at_ms FROM calendar_feed WHERE staff = $1";
const OWNER: &str = "SELECT staff, lang FROM calendar_feed WHERE digest = $1";

impl TryFrom<Row> for Entry {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        let unreadable = || StoreError::unreadable(WHAT, format!("{} {}", row.kind, row.state));
        let what = if row.kind != "activity" {
            let state = announcement::State::from_word(&row.state).ok_or_else(unreadable)?;
            let no = AnnouncementNo(row.no);
            if row.kind == "expiry" { What::Expiry(no, state) } else { What::Announcement(no, state) }
        } else {
            What::Activity(ActivityNo(row.no), activity::State::from_word(&row.state).ok_or_else(unreadable)?)
        };
        Ok(Self { what, wording: json::read(WHAT, &row.wording)?, at_ms: row.at_ms })
    }
}

/// What stands between two times, unix milliseconds, the second left out; earliest first, `limit` at most.
///
/// # Errors
/// When the database fails or a row cannot be read.
pub async fn between(tx: &mut Tx, from_ms: i64, until_ms: i64, limit: i64) -> Result<Vec<Entry>, StoreError> {
    let rows: Vec<Row> =
        on!(tx, |c| sqlx::query_as(BETWEEN).bind(from_ms).bind(until_ms).bind(limit).fetch_all(c))?;
    rows.into_iter().map(Entry::try_from).collect()
}

/// Keeps the digest of the address under which somebody subscribes, in place of the one before.
///
/// # Errors
/// When the database fails.
pub async fn subscribe(
    tx: &mut Tx,
    staff: &StaffId,
    digest: &str,
    lang: Lang,
    now_ms: i64,
) -> Result<(), StoreError> {
    execute!(tx, sqlx::query(SUBSCRIBE).bind(staff).bind(digest).bind(lang.word()).bind(now_ms)).map(|_| ())
}

/// Forgets somebody's address. False when there was none.
///
/// # Errors
/// When the database fails.
pub async fn unsubscribe(tx: &mut Tx, staff: &StaffId) -> Result<bool, StoreError> {
    Ok(execute!(tx, sqlx::query(UNSUBSCRIBE).bind(staff))? == 1)
}

/// When somebody's address was made, unix milliseconds, if they have one.
///
/// # Errors
/// When the database fails.
pub async fn subscribed_since(tx: &mut Tx, staff: &StaffId) -> Result<Option<i64>, StoreError> {
    on!(tx, |c| sqlx::query_scalar(SINCE).bind(staff).fetch_optional(c))
}

/// Whose address has this digest, and in which language they read.
///
/// # Errors
/// When the database fails.
pub async fn subscriber(tx: &mut Tx, digest: &str) -> Result<Option<(StaffId, Lang)>, StoreError> {
    let row: Option<(StaffId, String)> = on!(tx, |c| sqlx::query_as(OWNER).bind(digest).fetch_optional(c))?;
    Ok(row.map(|(staff, lang)| (staff, Lang::from_tag(&lang).unwrap_or_default())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::activity::NewActivity;
    use crate::features::announcement::NewAnnouncement;
    use crate::features::segment::Audience;
    use crate::roster::{Role, Staff};
    use crate::store::people;
    use crate::store::testing::on_both;
    use crate::work::Work;

    async fn ops(work: &mut Work) -> StaffId {
        let by = StaffId::from("ops");
        let staff = Staff { id: by.clone(), name: "Ops".into(), person: None, roles: [Role::Ops].into() };
        people::add_staff(work.tx().await.unwrap(), &staff, 1).await.unwrap();
        by
    }

    fn wording(title: &str) -> Wording {
        Wording { title_en: Some(title.into()), body_en: Some("Words.".into()), ..Wording::default() }
    }

    #[test]
    fn what_has_a_time_stands_there_in_order_and_what_was_dropped_does_not() {
        on_both(|hall| async move {
            let mut work = hall.begin().await.unwrap();
            let by = ops(&mut work).await;
            let at_ms = work.now_ms + 3_600_000;
            for (title, after_ms) in [("later", 1_000), ("sooner", 0), ("dropped", 500)] {
                let new = NewAnnouncement {
                    wording: wording(title),
                    audience: Some(Audience::all_groups()),
                    ..NewAnnouncement::default()
                };
                let no = announcement::create(&mut work, new, &by).await.unwrap().no;
                announcement::schedule(&mut work, no, at_ms + after_ms, &by).await.unwrap();
                if title == "dropped" {
                    announcement::cancel(&mut work, no, &by).await.unwrap();
                }
            }
            announcement::create(&mut work, NewAnnouncement::default(), &by).await.unwrap();
            let new = NewActivity {
                wording: wording("a course"),
                audience: None,
                starts_at_ms: Some(at_ms + 500),
                until_ms: None,
                capacity: 0,
                place: None,
            };
            activity::create(&mut work, new, &by).await.unwrap();
            let tx = work.tx().await.unwrap();
            let titles = |found: Vec<Entry>| -> Vec<String> {
                found.iter().map(|one| one.wording.title(Lang::En).to_owned()).collect()
            };
            let all = between(tx, 0, i64::MAX, 9).await.unwrap();
            assert_eq!(all[1].what, What::Activity(ActivityNo(1), activity::State::Draft));
            assert_eq!(titles(all), ["sooner", "a course", "later"], "what has no time is not there either");
            let expires_at_ms = Some(at_ms + 60_000);
            announcement::set_expiry(&mut work, AnnouncementNo(2), expires_at_ms, &by).await.unwrap();
            let tx = work.tx().await.unwrap();
            let over = between(tx, at_ms + 60_000, i64::MAX, 9).await.unwrap();
            assert_eq!(over[0].what, What::Expiry(AnnouncementNo(2), announcement::State::Scheduled));
            let some = between(tx, at_ms, at_ms + 1_000, 9).await.unwrap();
            assert_eq!(titles(some), ["sooner", "a course"], "the end is left out");
            announcement::cancel(&mut work, AnnouncementNo(2), &by).await.unwrap();
            let tx = work.tx().await.unwrap();
            assert_eq!(between(tx, at_ms + 60_000, i64::MAX, 9).await.unwrap(), [], "it was dropped");
            assert_eq!(titles(between(tx, 0, i64::MAX, 1).await.unwrap()), ["a course"]);
        });
    }

    #[test]
    fn somebody_has_one_address_and_a_new_one_ends_the_old() {
        on_both(|hall| async move {
            let mut work = hall.begin().await.unwrap();
            let by = ops(&mut work).await;
            let tx = work.tx().await.unwrap();
            assert_eq!(subscribed_since(tx, &by).await.unwrap(), None);
            subscribe(tx, &by, "one", Lang::Zh, 1).await.unwrap();
            subscribe(tx, &by, "two", Lang::En, 2).await.unwrap();
            assert_eq!(subscriber(tx, "one").await.unwrap(), None);
            assert_eq!(subscriber(tx, "two").await.unwrap(), Some((by.clone(), Lang::En)));
            assert_eq!(subscribed_since(tx, &by).await.unwrap(), Some(2));
            assert!(unsubscribe(tx, &by).await.unwrap());
            assert!(!unsubscribe(tx, &by).await.unwrap());
            assert_eq!(subscriber(tx, "two").await.unwrap(), None);
        });
    }
}
