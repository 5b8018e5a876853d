//! Series: an announcement that goes out again and again. A draft is the template; each sending is an announcement of its own,
//! with its number, its audience, its ledger.

mod card;
mod due;
mod parse;
mod rule;
#[cfg(test)]
mod rule_tests;
#[cfg(test)]
mod tests;

use super::decide::Input;
use super::{Announcement, NAME, State, acts, apply, approval, four_eyes, load};
use crate::error::Result;
use crate::ids::{AnnouncementNo, StaffId};
use crate::store::announcement::series::{self as store, Series};
use crate::store::calendar::{Entry, What};
use crate::store::{StoreError, Tx, announcement};
use crate::text;
use crate::texts::Text;
use crate::work::{NewTimer, Work};

pub(super) use card::{buttons, lines, refuse};
pub use card::{next_lines, next_times};
pub(super) use due::due;
pub use rule::{Kind, Rule, Wall};

/// How many series the calendar looks at.
const SERIES_MAX: i64 = 200;

/// Whether a series goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SeriesState {
    /// It has a rule, and nobody has started it.
    Set,
    /// It goes out at its next time.
    Going,
    /// Somebody lets it wait.
    Paused,
    /// It waits until somebody looks at it: what was changed is not sent unseen.
    Waiting,
    /// It has ended; its template is a draft like any other.
    Ended,
}

impl SeriesState {
    const ALL: [Self; 5] = [Self::Set, Self::Going, Self::Paused, Self::Waiting, Self::Ended];

    /// The word stored.
    pub fn word(self) -> &'static str {
        match self {
            Self::Set => "set",
            Self::Going => "going",
            Self::Paused => "paused",
            Self::Waiting => "waiting",
            Self::Ended => "ended",
        }
    }

    /// The state of a stored word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.word() == word)
    }
}

/// The series of an announcement, if it repeats.
///
/// # Errors
/// When the database fails.
pub async fn of(work: &mut Work, no: AnnouncementNo) -> Result<Option<Series>, StoreError> {
    let found = store::get(work.tx().await?, no).await?;
    Ok(found.filter(|series| series.state != SeriesState::Ended))
}

/// Reads a rule as somebody types it: cron, a recurrence rule or plain words. It begins at `start_ms`, or now; unix
/// milliseconds.
///
/// # Errors
/// One sentence.
pub fn parse_rule(work: &Work, typed: &str, start_ms: Option<i64>) -> std::result::Result<Rule, Text> {
    parse::parse(typed, work.hall.texts.zone(), start_ms, work.now_ms)
}

/// A rule as it would be typed.
pub fn rule_typed(rule: &Rule) -> String {
    parse::typed(rule)
}

/// Whether words mean that it repeats no more.
pub fn is_none(typed: &str) -> bool {
    let word = typed.trim().to_lowercase();
    matches!(word.as_str(), "" | "none" | "never" | "off" | "end" | "-" | "无" | "不重复" | "结束")
}

/// Gives a draft a rule. It does not go out by that until somebody starts it. A draft's own time is the beginning, and a time
/// at which it expires is how long each sending lives, counted from the first.
///
/// # Errors
/// A sentence when it is no draft, or meant by each recipient's own clock.
pub async fn set_rule(work: &mut Work, no: AnnouncementNo, rule: Rule, by: &StaffId) -> Result<Announcement> {
    let mut one = load(work, no).await?;
    if !one.state.is_open() {
        return Err(text!("announcement-repeat-draft", state = one.state.name()).into());
    }
    if one.timing.local.is_some() {
        return Err(Text::new("announcement-repeat-local").into());
    }
    if one.series.is_some() {
        return Err(Text::new("announcement-repeat-child").into());
    }
    if one.variants.is_some() {
        return Err(Text::new("announcement-variants-repeat").into());
    }
    if one.state == State::Scheduled {
        apply::apply(work, &mut one, Input::Change, Some(by)).await?;
    }
    let before = store::get(work.tx().await?, no).await?;
    let mut series = Series {
        template: no,
        state: SeriesState::Set,
        rule,
        next_ms: None,
        sent: before.as_ref().map_or(0, |before| before.sent),
        lives_ms: before.and_then(|before| before.lives_ms),
        hash: None,
        by: by.clone(),
    };
    one.at_ms = None;
    one.version += 1;
    four_eyes::wrote(&mut one, by);
    if one.expires_at_ms.is_some() {
        take_expiry(work, &mut one, &mut series)?;
    }
    store::put(work.tx().await?, &series).await?;
    announcement::put(work.tx().await?, &one).await?;
    work.disarm(NAME, "repeat", &no.to_string()).await?;
    work.audit_staff(by, "announcement.repeat", no, Some(parse::typed(&series.rule))).await?;
    Ok(one)
}

/// A template does not expire: each of its sendings does, as long after its time as the template would after the next.
fn take_expiry(work: &Work, one: &mut Announcement, series: &mut Series) -> std::result::Result<(), Text> {
    series.lives_ms = None;
    let Some(expires_at_ms) = one.expires_at_ms.take() else { return Ok(()) };
    let next_ms = series.next_ms.or_else(|| {
        let zone = work.hall.texts.zone();
        series.rule.after(zone, work.now_ms).next()
    });
    series.lives_ms = next_ms.map(|next_ms| expires_at_ms - next_ms).filter(|lives_ms| *lives_ms > 0);
    if series.lives_ms.is_some() { Ok(()) } else { Err(Text::new("announcement-repeat-expires")) }
}

/// What was said of a template's end since: it is each sending's. `None` means never.
///
/// # Errors
/// A sentence when the end lies before the next sending.
pub(super) async fn expires(
    work: &mut Work,
    one: &mut Announcement,
    expires_at_ms: Option<i64>,
) -> Result<bool> {
    let Some(mut series) = of(work, one.no).await? else { return Ok(false) };
    one.expires_at_ms = expires_at_ms;
    take_expiry(work, one, &mut series)?;
    store::put(work.tx().await?, &series).await?;
    Ok(true)
}

/// Starts a series, or lets it go on: it goes out at its next time.
///
/// # Errors
/// A sentence when it has no rule, no text or no audience, or no time is left.
pub async fn start(work: &mut Work, no: AnnouncementNo, by: &StaffId) -> Result<Announcement> {
    let one = load(work, no).await?;
    let Some(mut series) = of(work, no).await? else {
        return Err(Text::new("announcement-repeat-not").into());
    };
    acts::ready(&one)?;
    if series.state == SeriesState::Going {
        return Ok(one);
    }
    series.by = by.clone();
    go(work, &one, &mut series).await?;
    work.audit_staff(by, "announcement.repeat_start", no, Some(parse::typed(&series.rule))).await?;
    Ok(one)
}

/// Sets the timer for the next time, bound to what the template is now.
async fn go(work: &mut Work, one: &Announcement, series: &mut Series) -> Result<()> {
    let zone = work.hall.texts.zone();
    let Some(next_ms) = series.rule.after(zone, work.now_ms).next() else {
        return Err(Text::new("announcement-repeat-never").into());
    };
    (series.state, series.next_ms) = (SeriesState::Going, Some(next_ms));
    series.hash = Some(approval::hash(work, one).await?);
    store::put(work.tx().await?, series).await?;
    arm(work, series.template, next_ms).await
}

async fn arm(work: &mut Work, no: AnnouncementNo, due_at_ms: i64) -> Result<()> {
    let key = no.to_string();
    Ok(work.arm(NewTimer { feature: NAME, kind: "repeat", key, due_at_ms }).await?)
}

/// Takes a series' next time away.
async fn rest(work: &mut Work, series: &mut Series, state: SeriesState) -> Result<()> {
    (series.state, series.next_ms) = (state, None);
    store::put(work.tx().await?, series).await?;
    Ok(work.disarm(NAME, "repeat", &series.template.to_string()).await?)
}

/// Lets a series wait until somebody starts it again. What falls into that time is not made up for.
///
/// # Errors
/// A sentence when it does not go.
pub async fn pause_series(work: &mut Work, no: AnnouncementNo, by: &StaffId) -> Result<Announcement> {
    let one = load(work, no).await?;
    match of(work, no).await? {
        Some(mut series) if series.state != SeriesState::Set => {
            if series.state != SeriesState::Paused {
                rest(work, &mut series, SeriesState::Paused).await?;
                work.audit_staff(by, "announcement.repeat_pause", no, None).await?;
            }
            Ok(one)
        }
        _ => Err(Text::new("announcement-repeat-not").into()),
    }
}

/// Ends a series. Its template is a draft like any other; what went out stands.
///
/// # Errors
/// A sentence when it does not repeat.
pub async fn end_series(work: &mut Work, no: AnnouncementNo, by: &StaffId) -> Result<Announcement> {
    let mut one = load(work, no).await?;
    let Some(mut series) = of(work, no).await? else {
        return Err(Text::new("announcement-repeat-not").into());
    };
    rest(work, &mut series, SeriesState::Ended).await?;
    one.version += 1;
    announcement::put(work.tx().await?, &one).await?;
    work.audit_staff(by, "announcement.repeat_end", no, None).await?;
    Ok(one)
}

/// Its template was dropped.
pub(super) async fn dropped(work: &mut Work, one: &Announcement) -> Result<()> {
    if let Some(mut series) = of(work, one.no).await? {
        rest(work, &mut series, SeriesState::Ended).await?;
    }
    Ok(())
}

/// Its template was changed: a series that goes waits until somebody looks at it, and staff hear of it.
pub(super) async fn changed(work: &mut Work, one: &Announcement) -> Result<()> {
    if let Some(mut series) = of(work, one.no).await?
        && series.state == SeriesState::Going
    {
        due::wait(work, one, &mut series, Text::new("announcement-repeat-changed")).await?;
    }
    Ok(())
}

/// A second person approved what its template says now: a series that waits for that goes on.
pub(super) async fn approved(work: &mut Work, one: &Announcement, by: &StaffId) -> Result<()> {
    if let Some(mut series) = of(work, one.no).await?
        && series.state == SeriesState::Waiting
    {
        if series.rule.after(work.hall.texts.zone(), work.now_ms).next().is_none() {
            return rest(work, &mut series, SeriesState::Ended).await;
        }
        go(work, one, &mut series).await?;
        work.audit_staff(by, "announcement.repeat_start", one.no, Some(parse::typed(&series.rule))).await?;
    }
    Ok(())
}

/// What stands in the calendar for series that go, between two times, unix milliseconds, the second left out; earliest first.
///
/// # Errors
/// When the database fails.
pub async fn coming(
    tx: &mut Tx,
    hall: &jiff::tz::TimeZone,
    (from_ms, until_ms): (i64, i64),
    limit: usize,
) -> Result<Vec<Entry>, StoreError> {
    let mut all = Vec::new();
    for (series, wording) in store::going(tx, SERIES_MAX).await? {
        let Some(next_ms) = series.next_ms.filter(|next_ms| *next_ms < until_ms) else { continue };
        let what = What::Coming(series.template);
        let times = series.rule.after(hall, next_ms.max(from_ms) - 1);
        let times = times.take_while(|at_ms| *at_ms < until_ms).take(limit);
        all.extend(times.map(|at_ms| Entry { what, wording: wording.clone(), at_ms }));
    }
    all.sort_by_key(|entry| entry.at_ms);
    all.truncate(limit);
    Ok(all)
}
