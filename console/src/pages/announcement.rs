//! Announcements: all of them; writing one, who gets it, and what became of each copy stand beside.

mod acknowledged;
mod approve;
mod clicked;
mod compose;
mod copy;
mod correct;
mod export;
mod form;
mod ledger;
mod look;
mod recipients;
mod variants;

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use bot_core::features::announcement::State as Stage;
use bot_core::ids::AnnouncementNo;
use bot_core::roster::Permission;
use bot_core::store::announcement;
use bot_core::texts::Text;

use super::Page;
use super::list::{cut, staff_name, wanted};
use crate::asked::{Below, Query};
use crate::fault::Fault;
use crate::frame::{Frame, Moment, page};
use crate::guard::Need;
use crate::reader::Reader;
use crate::state::Console;
pub(crate) use form::stored;

pub(super) use copy::state_words as copy_state;

pub(super) fn pages() -> Vec<Page> {
    let may = Need::May(Permission::Announce);
    let mut pages = vec![Page::new("/announcements", may, get(list))];
    pages.extend(compose::pages());
    pages.extend(recipients::pages());
    pages.extend(ledger::pages());
    pages.extend(approve::pages());
    pages.extend(export::pages());
    pages.extend(acknowledged::pages());
    pages.extend(clicked::pages());
    pages
}

#[derive(Template)]
#[template(path = "announcements.html")]
struct AnnouncementsPage {
    f: Frame,
    rows: Vec<Row>,
    next: Option<String>,
}

struct Row {
    no: String,
    number: i64,
    title: String,
    state: String,
    class: &'static str,
    by: String,
    at: Moment,
    ago: String,
}

/// `GET /announcements`.
async fn list(
    State(console): State<Console>,
    reader: Reader,
    Query(asked): Query<Below>,
) -> Result<Response, Fault> {
    let title = console.hall.texts.say(reader.lang, &Text::new("console-place-announcements"));
    let f = Frame::new(&console, &reader, "announcements", title);
    let mut tx = console.hall.db.read().await?;
    let mut all = announcement::list(&mut tx, asked.below.map(AnnouncementNo), wanted()).await?;
    let next = cut(&mut all, |last| format!("/announcements?below={}", last.no.0));
    let row = |one: announcement::Announcement| Row {
        no: one.no.to_string(),
        number: one.no.0,
        title: one.wording.title(reader.lang).to_owned(),
        state: f.say(&one.state.name()),
        class: if matches!(one.state, Stage::Sending | Stage::Recalling) { "warn" } else { "" },
        by: staff_name(&console, &one.by),
        at: f.moment(one.created_at_ms),
        ago: f.ago(one.created_at_ms),
    };
    let rows = all.into_iter().map(row).collect();
    page(&AnnouncementsPage { rows, next, f })
}
