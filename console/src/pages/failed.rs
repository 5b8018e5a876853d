//! Events that no feature could digest.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::{get, post};
use bot_core::error::FeatureError;
use bot_core::ids::{RowId, StaffId};
use bot_core::roster::Permission;
use bot_core::store::message;
use bot_core::store::message::FailedEvent;
use bot_core::texts::Text;
use bot_core::work::Work;

use super::Page;
use crate::fault::Fault;
use crate::frame::{Frame, Moment, page};
use crate::guard::Need;
use crate::reader::Reader;
use crate::state::Console;

/// Rows shown.
const SHOWN: i64 = 100;

pub(super) fn pages() -> Vec<Page> {
    let may = Need::May(Permission::Administer);
    vec![Page::new("/failed", may, get(list)), Page::new("/failed/{id}/put-away", may, post(put_away))]
}

#[derive(Template)]
#[template(path = "failed.html")]
struct FailedPage {
    f: Frame,
    rows: Vec<(FailedEvent, Moment)>,
}

/// `GET /failed`.
async fn list(State(console): State<Console>, reader: Reader) -> Result<Response, Fault> {
    let title = console.hall.texts.say(reader.lang, &Text::new("console-failed"));
    let f = Frame::new(&console, &reader, "overview", title);
    let mut tx = console.hall.db.read().await?;
    let rows = message::failed(&mut tx, SHOWN).await?;
    let rows =
        rows.into_iter().map(|row| (f.moment(row.failed_at_ms), row)).map(|(at, row)| (row, at)).collect();
    page(&FailedPage { f, rows })
}

/// `POST /failed/{id}/put-away`.
async fn put_away(
    State(console): State<Console>,
    reader: Reader,
    Path(id): Path<String>,
) -> Result<Response, Fault> {
    let staff = reader.staff().ok_or(Fault::Nobody)?;
    let event = RowId(id);
    let step = async |mut work: Work| {
        put_away_as(&mut work, &staff.id, &event).await?;
        Ok((work, ()))
    };
    console.hall.in_one_commit(step).await?;
    Ok(Redirect::to("/failed").into_response())
}

/// Puts a failed event away. False when it was put away before.
pub(crate) async fn put_away_as(work: &mut Work, by: &StaffId, event: &RowId) -> Result<bool, FeatureError> {
    let is_gone = message::remove_failed(work.tx().await?, event).await?;
    if is_gone {
        work.audit_staff(by, "event.put_away", event, None).await?;
    }
    Ok(is_gone)
}
