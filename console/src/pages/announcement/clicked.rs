//! Which links of an announcement were opened, and through whose copy.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::get;
use bot_core::ids::AnnouncementNo;
use bot_core::roster::Permission;
use bot_core::store::click::{self, OfRecipient, OfTarget};
use bot_core::store::{announcement, delivery::StoredCopy};
use bot_core::text;
use serde::Deserialize;

use crate::asked::Query;
use crate::fault::Fault;
use crate::frame::{Frame, Moment, page};
use crate::guard::Need;
use crate::pages::Page;
use crate::pages::list::{cut, wanted};
use crate::reader::Reader;
use crate::state::Console;

pub(super) fn pages() -> Vec<Page> {
    vec![Page::new("/announcements/{no}/clicks", Need::May(Permission::Announce), get(list))]
}

#[derive(Template)]
#[template(path = "announcement_clicks.html")]
struct ClicksPage {
    f: Frame,
    number: i64,
    targets: Vec<OfTarget>,
    rows: Vec<Row>,
    next: Option<String>,
}

struct Row {
    name: String,
    clicks: i64,
    first: Moment,
    last: Moment,
}

#[derive(Deserialize)]
struct Asked {
    #[serde(default)]
    after: String,
}

/// `GET /announcements/{no}/clicks`.
async fn list(
    State(console): State<Console>,
    reader: Reader,
    Path(no): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Fault> {
    let no = AnnouncementNo::parse(&no).ok_or(Fault::NotFound)?;
    let mut tx = console.hall.db.read().await?;
    announcement::get(&mut tx, no).await?.ok_or(Fault::NotFound)?;
    let push = no.to_string();
    let targets = click::by_target(&mut tx, &push).await?;
    let mut found = click::page(&mut tx, &push, &asked.after, wanted()).await?;
    drop(tx);
    let title = console.hall.texts.say(reader.lang, &text!("console-clicks-title", no = push.as_str()));
    let f = Frame::new(&console, &reader, "announcements", title);
    let next = cut(&mut found, |last| {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.append_pair("after", &last.recipient);
        format!("/announcements/{}/clicks?{}", no.0, query.finish())
    });
    let row = |one: OfRecipient| Row {
        name: one.name,
        clicks: one.clicks,
        first: f.moment(one.first_ms),
        last: f.moment(one.last_ms),
    };
    let rows = found.into_iter().map(row).collect();
    page(&ClicksPage { number: no.0, targets, rows, next, f })
}

/// How often a link was opened through a copy: when last, of a person; how often, of a group.
pub(super) fn opened(f: &Frame, copy: &StoredCopy, clicks: Option<(i64, i64)>) -> String {
    match clicks {
        Some((_, at_ms)) if copy.user.is_some() => f.moment(at_ms).exact,
        Some((count, _)) => count.to_string(),
        None => String::new(),
    }
}
