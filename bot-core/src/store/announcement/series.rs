//! Announcements that repeat.

use sqlx::FromRow;

use crate::features::announcement::{Rule, SeriesState};
use crate::features::wording::Wording;
use crate::ids::{AnnouncementNo, StaffId};
use crate::store::{StoreError, Tx, execute, json, on};

/// What is said of rows that cannot be read.
const WHAT: &str = "announcement series";

/// An announcement that repeats: a rule, bound to a draft as its template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Series {
    /// The template's number.
    pub template: AnnouncementNo,
    /// Whether it goes.
    pub state: SeriesState,
    /// When it goes out.
    pub rule: Rule,
    /// The next time, unix milliseconds; `None` while it does not go.
    pub next_ms: Option<i64>,
    /// How often it has gone out.
    pub sent: i64,
    /// How long after its time each sending expires, milliseconds; `None` for never.
    pub lives_ms: Option<i64>,
    /// The hash of what was looked at when it was started.
    pub hash: Option<String>,
    /// Who started it, or gave the rule.
    pub by: StaffId,
}

#[derive(FromRow)]
struct Row {
    template: AnnouncementNo,
    state: String,
    rule: String,
    next_ms: Option<i64>,
    sent: i64,
    lives_ms: Option<i64>,
    hash: Option<String>,
    by_staff: StaffId,
}

const GET: &str = "SELECT template, state, rule, next_ms, sent, lives_ms, hash, by_staff FROM announcement_series WHERE template = $1";
const PUT: &str = "INSERT INTO announcement_series (template, state, rule, next_ms, sent, lives_ms, hash, by_staff) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) \
    ON CONFLICT (template) DO UPDATE SET state = excluded.state, rule = excluded.rule, next_ms = excluded.next_ms, sent = excluded.sent, \
    lives_ms = excluded.lives_ms, hash = excluded.hash, by_staff = excluded.by_staff";
const GOING: &str = "SELECT template, state, rule, next_ms, sent, lives_ms, hash, by_staff FROM announcement_series WHERE state = 'going' ORDER BY template LIMIT $1";
const WORDING: &str = "SELECT wording FROM announcement WHERE no = $1";
const MADE: &str = "SELECT no FROM announcement WHERE series = $1 ORDER BY no DESC LIMIT $2";

impl TryFrom<Row> for Series {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        Ok(Self {
            state: SeriesState::from_word(&row.state)
                .ok_or_else(|| StoreError::unreadable("announcement series state", &row.state))?,
            rule: json::read(WHAT, &row.rule)?,
            template: row.template,
            next_ms: row.next_ms,
            sent: row.sent,
            lives_ms: row.lives_ms,
            hash: row.hash,
            by: row.by_staff,
        })
    }
}

/// The series of a template, whether it goes or has ended.
///
/// # Errors
/// When the database fails.
pub async fn get(tx: &mut Tx, template: AnnouncementNo) -> Result<Option<Series>, StoreError> {
    let row: Option<Row> = on!(tx, |c| sqlx::query_as(GET).bind(template).fetch_optional(c))?;
    row.map(Series::try_from).transpose()
}

/// Keeps a series as it is now.
///
/// # Errors
/// When the database fails.
pub async fn put(tx: &mut Tx, series: &Series) -> Result<(), StoreError> {
    let rule = json::kept(WHAT, &series.rule)?;
    execute!(
        tx,
        sqlx::query(PUT)
            .bind(series.template)
            .bind(series.state.word())
            .bind(&rule)
            .bind(series.next_ms)
            .bind(series.sent)
            .bind(series.lives_ms)
            .bind(&series.hash)
            .bind(&series.by)
    )
    .map(|_| ())
}

/// The series that go, by number, `limit` at most, with what their templates say.
///
/// # Errors
/// When the database fails.
pub async fn going(tx: &mut Tx, limit: i64) -> Result<Vec<(Series, Wording)>, StoreError> {
    let rows: Vec<Row> = on!(tx, |c| sqlx::query_as(GOING).bind(limit).fetch_all(c))?;
    let mut all = Vec::new();
    for row in rows {
        let wording: Option<String> =
            on!(tx, |c| sqlx::query_scalar(WORDING).bind(row.template).fetch_optional(c))?;
        if let Some(wording) = wording {
            all.push((Series::try_from(row)?, json::read(WHAT, &wording)?));
        }
    }
    Ok(all)
}

/// The sendings of a template, newest first, `limit` at most.
///
/// # Errors
/// When the database fails.
pub async fn made(
    tx: &mut Tx,
    template: AnnouncementNo,
    limit: i64,
) -> Result<Vec<AnnouncementNo>, StoreError> {
    on!(tx, |c| sqlx::query_scalar(MADE).bind(template).bind(limit).fetch_all(c))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::announcement::{self, NewAnnouncement, RuleKind};
    use crate::roster::{Role, Staff};
    use crate::store::testing::on_both;
    use crate::store::{announcement as store, people};

    #[test]
    fn a_series_is_kept_changed_and_found_while_it_goes() {
        on_both(|hall| async move {
            let mut work = hall.begin().await.unwrap();
            let by = StaffId::from("ops");
            let staff = Staff { id: by.clone(), name: "Ops".into(), person: None, roles: [Role::Ops].into() };
            people::add_staff(work.tx().await.unwrap(), &staff, 1).await.unwrap();
            let wording = Wording::typed(Some("Fair"), None, Some("Words"));
            let new = || NewAnnouncement { wording: wording.clone(), ..NewAnnouncement::default() };
            let template = announcement::create(&mut work, new(), &by).await.unwrap().no;
            let mut made_of = Vec::new();
            for _ in 0..3 {
                let mut one = announcement::create(&mut work, new(), &by).await.unwrap();
                one.series = Some(template);
                store::put(work.tx().await.unwrap(), &one).await.unwrap();
                made_of.insert(0, one.no);
            }
            let tx = work.tx().await.unwrap();
            assert_eq!(get(tx, template).await.unwrap(), None);
            let from = jiff::civil::date(2026, 11, 21).at(16, 0, 0, 0);
            let rule = Rule {
                kind: RuleKind::Cron,
                line: "0 9 * * 1".into(),
                zone: Some("Asia/Tokyo".into()),
                from: announcement::Wall(from),
                until: Some(announcement::Wall(from)),
            };
            let (state, by) = (SeriesState::Set, by.clone());
            let mut series =
                Series { template, state, rule, next_ms: None, sent: 0, lives_ms: None, hash: None, by };
            put(tx, &series).await.unwrap();
            assert_eq!(get(tx, template).await.unwrap().as_ref(), Some(&series));
            assert_eq!(going(tx, 9).await.unwrap(), []);
            series.state = SeriesState::Going;
            (series.next_ms, series.sent, series.lives_ms) = (Some(7), 3, Some(9));
            series.hash = Some("ab".into());
            put(tx, &series).await.unwrap();
            assert_eq!(going(tx, 9).await.unwrap(), [(series, wording.clone())]);
            assert_eq!(made(tx, template, 2).await.unwrap(), made_of[..2]);
            assert_eq!(made(tx, made_of[0], 2).await.unwrap(), []);
        });
    }
}
