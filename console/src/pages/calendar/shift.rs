//! Moving something to another time.

use axum::extract::State;
use axum::response::{IntoResponse as _, Redirect, Response};
use bot_core::error::Result as Decided;
use bot_core::features::when::{self, When};
use bot_core::features::{activity, announcement};
use bot_core::ids::{ActivityNo, AnnouncementNo, StaffId};
use bot_core::roster::Permission;
use bot_core::store;
use bot_core::texts::Text;
use bot_core::work::Work;
use serde::Deserialize;

use crate::asked::Form;
use crate::fault::Fault;
use crate::reader::Reader;
use crate::state::Console;

/// What is moved, and where to.
#[derive(Deserialize)]
pub(super) struct Shift {
    /// Its number, such as `A-3` or `E-1`.
    what: String,
    /// The time at which the page showed it, unix milliseconds.
    was: i64,
    /// The new time, as a form's field has it, in the hall's zone.
    at: String,
    /// The view to come back to.
    #[serde(default)]
    back: String,
}

enum Moved {
    Announcement(AnnouncementNo),
    Activity(ActivityNo),
}

/// `POST /calendar/move`.
pub(super) async fn shift(
    State(console): State<Console>,
    reader: Reader,
    Form(shift): Form<Shift>,
) -> Result<Response, Fault> {
    let staff = reader.staff().ok_or(Fault::Nobody)?;
    let what = match (AnnouncementNo::parse(&shift.what), ActivityNo::parse(&shift.what)) {
        (Some(no), _) if shift.what.starts_with('A') => Moved::Announcement(no),
        (_, Some(no)) if shift.what.starts_with('E') => Moved::Activity(no),
        _ => return Err(Fault::Unreadable),
    };
    if matches!(what, Moved::Activity(_)) && !reader.may(Permission::Activities) {
        return Err(Fault::Forbidden);
    }
    let typed = shift.at.replacen('T', " ", 1);
    let at_ms =
        match when::parse(&typed, &console.settings.zone, console.hall.now_ms()).map_err(Fault::Refused)? {
            When::At(at_ms) => at_ms,
            When::Now => return Err(Fault::Unreadable),
        };
    let step = async |mut work: Work| {
        match what {
            Moved::Announcement(no) => move_announcement(&mut work, no, shift.was, at_ms, &staff.id).await?,
            Moved::Activity(no) => drop(move_activity(&mut work, no, shift.was, at_ms, &staff.id).await?),
        }
        Ok((work, ()))
    };
    console.hall.in_one_commit(step).await?;
    let back = if shift.back.starts_with("/calendar?") { shift.back.as_str() } else { "/calendar?" };
    Ok(Redirect::to(&format!("{back}&done=moved")).into_response())
}

/// Who moves something moves what the page showed, and starts nothing anew by it.
async fn move_announcement(
    work: &mut Work,
    no: AnnouncementNo,
    was_ms: i64,
    at_ms: i64,
    by: &StaffId,
) -> Decided<()> {
    let one = store::announcement::get(work.tx().await?, no).await?;
    let stands =
        one.is_some_and(|one| one.state == announcement::State::Scheduled && one.at_ms == Some(was_ms));
    if !stands {
        return Err(Text::new("console-calendar-changed").into());
    }
    announcement::schedule(work, no, at_ms, by).await.map(|_| ())
}

/// Moves the start of a draft, if it is where whoever moves it saw it.
pub(crate) async fn move_activity(
    work: &mut Work,
    no: ActivityNo,
    was_ms: i64,
    at_ms: i64,
    by: &StaffId,
) -> Decided<activity::Activity> {
    let one = store::activity::get(work.tx().await?, no).await?;
    let stands =
        one.is_some_and(|one| one.state == activity::State::Draft && one.starts_at_ms == Some(was_ms));
    if !stands {
        return Err(Text::new("console-calendar-changed").into());
    }
    let change = activity::Change { starts_at_ms: Some(at_ms), ..activity::Change::default() };
    activity::change(work, no, change, by).await
}
