//! A series' time has come: the next sending is made from its template and begins, in one commit with the timer of the next.

use super::{SeriesState, arm, of, rest, store};
use crate::error::Result;
use crate::features::announcement::decide::Input;
use crate::features::announcement::{Announcement, NAME, State, apply, approval, card, report};
use crate::features::when::length;
use crate::ids::AnnouncementNo;
use crate::store::announcement::series::Series;
use crate::store::{announcement, chat, file};
use crate::text;
use crate::texts::{Moment, Text};
use crate::work::Work;

/// How late a sending may be, because the program was down, milliseconds: an hour, the least time between two.
const LATE_MAX_MS: i64 = 60 * 60 * 1000;

/// What has come since the time that was set.
#[derive(Default)]
struct Passed {
    /// How many times.
    count: i64,
    first_ms: Option<i64>,
    last_ms: Option<i64>,
    /// The one that is to come.
    next_ms: Option<i64>,
}

fn passed(work: &Work, series: &Series, set_ms: i64) -> Passed {
    let mut passed = Passed::default();
    for at_ms in series.rule.after(work.hall.texts.zone(), set_ms - 1) {
        if at_ms > work.now_ms {
            passed.next_ms = Some(at_ms);
            break;
        }
        passed.count += 1;
        passed.first_ms = passed.first_ms.or(Some(at_ms));
        passed.last_ms = Some(at_ms);
    }
    passed
}

/// A time of a series has come. Of several that passed while the program was down, the last goes out if it is not too late.
pub(in crate::features::announcement) async fn due(work: &mut Work, no: AnnouncementNo) -> Result<()> {
    let Some(template) = announcement::get(work.tx().await?, no).await? else { return Ok(()) };
    let Some(mut series) = of(work, no).await? else { return Ok(()) };
    let Some(set_ms) = series.next_ms.filter(|set_ms| *set_ms <= work.now_ms) else { return Ok(()) };
    if series.state != SeriesState::Going {
        return Ok(());
    }
    let passed = passed(work, &series, set_ms);
    let now_ms = work.now_ms;
    let lives = |at_ms: &i64| {
        let late_ms = now_ms - at_ms;
        late_ms <= LATE_MAX_MS && series.lives_ms.is_none_or(|lives_ms| late_ms < lives_ms)
    };
    let goes_ms = passed.last_ms.filter(lives);
    let missed = passed.count - i64::from(goes_ms.is_some());
    if let (Some(at_ms), true) = (passed.first_ms, missed > 0) {
        work.audit_by(None, "announcement.repeat_missed", no, Some(missed.to_string())).await?;
        let said = text!(
            "announcement-repeat-missed",
            no = no.to_string(),
            count = missed,
            first = Moment { at_ms },
            late = length(LATE_MAX_MS)
        );
        report::tell_staff(work, &template, &[said], Vec::new()).await?;
    }
    if let Some(at_ms) = goes_ms {
        if let Some(why) = why_not(work, &template, &series).await? {
            return wait(work, &template, &mut series, why).await;
        }
        series.sent += 1;
        send(work, &template, &series, at_ms).await?;
    }
    let Some(next_ms) = passed.next_ms else {
        rest(work, &mut series, SeriesState::Ended).await?;
        work.audit_by(None, "announcement.repeat_over", no, None).await?;
        let over = text!("announcement-repeat-over", no = no.to_string(), count = series.sent);
        return report::tell_staff(work, &template, &[over], Vec::new()).await;
    };
    series.next_ms = Some(next_ms);
    store::put(work.tx().await?, &series).await?;
    arm(work, no, next_ms).await
}

/// Why the template may not go out as it is.
async fn why_not(work: &mut Work, template: &Announcement, series: &Series) -> Result<Option<Text>> {
    if !template.state.is_open() {
        return Ok(Some(text!("announcement-not-now", state = template.state.name())));
    }
    if let Some(problem) = card::problems(template).into_iter().next() {
        return Ok(Some(problem));
    }
    if series.hash.as_deref() != Some(approval::hash(work, template).await?.as_str()) {
        return Ok(Some(Text::new("announcement-repeat-changed")));
    }
    let standing = approval::of(work, template).await?;
    Ok(if standing.is_fine() { None } else { Some(approval::said(work, &standing)) })
}

/// A series waits until somebody looks at it, and the staff hear why.
pub(super) async fn wait(
    work: &mut Work,
    template: &Announcement,
    series: &mut Series,
    why: Text,
) -> Result<()> {
    let no = template.no;
    rest(work, series, SeriesState::Waiting).await?;
    work.audit_by(None, "announcement.repeat_waits", no, None).await?;
    let waits = text!("announcement-repeat-waits", no = no.to_string());
    report::tell_staff(work, template, &[waits, why], Vec::new()).await
}

/// Makes the sending of a time and begins it.
async fn send(work: &mut Work, template: &Announcement, series: &Series, at_ms: i64) -> Result<()> {
    let no = AnnouncementNo(chat::next_number(work.tx().await?, NAME).await?);
    let mut one = Announcement {
        no,
        state: State::Scheduled,
        ack_handle: None,
        at_ms: Some(at_ms),
        version: 1,
        sent_by: Some(series.by.clone()),
        proposal: None,
        expires_at_ms: series.lives_ms.map(|lives_ms| at_ms.saturating_add(lives_ms)),
        created_at_ms: work.now_ms,
        started_at_ms: None,
        settled_at_ms: None,
        series: Some(template.no),
        ..template.clone()
    };
    announcement::put(work.tx().await?, &one).await?;
    for kept in file::used_by(work.tx().await?, NAME, template.no.0).await? {
        file::add_use(work.tx().await?, &kept.digest, NAME, no.0).await?;
    }
    work.audit_by(None, "announcement.repeat_sent", no, Some(template.no.to_string())).await?;
    apply::apply(work, &mut one, Input::Due, None).await?;
    Ok(())
}
