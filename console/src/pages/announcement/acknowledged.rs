//! Who said that they have read an announcement.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::get;
use bot_core::ids::AnnouncementNo;
use bot_core::roster::Permission;
use bot_core::store::acknowledge::{self, Acknowledged};
use bot_core::store::announcement;
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
    vec![Page::new("/announcements/{no}/acknowledged", Need::May(Permission::Announce), get(list))]
}

#[derive(Template)]
#[template(path = "announcement_acknowledged.html")]
struct AcknowledgedPage {
    f: Frame,
    number: i64,
    count: String,
    rows: Vec<Row>,
    next: Option<String>,
}

struct Row {
    name: String,
    /// In which group; empty for a private chat.
    place: String,
    at: Moment,
}

#[derive(Deserialize)]
struct Asked {
    #[serde(default)]
    after: String,
}

/// `GET /announcements/{no}/acknowledged`.
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
    let count = acknowledge::count(&mut tx, &push).await?;
    let mut found = acknowledge::page(&mut tx, &push, &asked.after, wanted()).await?;
    drop(tx);
    let title = console.hall.texts.say(reader.lang, &text!("console-acks-title", no = push.as_str()));
    let f = Frame::new(&console, &reader, "announcements", title);
    let next = cut(&mut found, |last| {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.append_pair("after", last.person.as_str());
        format!("/announcements/{}/acknowledged?{}", no.0, query.finish())
    });
    let row = |one: Acknowledged| Row { name: one.name, place: one.title, at: f.moment(one.at_ms) };
    let rows = found.into_iter().map(row).collect();
    page(&AcknowledgedPage {
        number: no.0,
        count: f.say(&text!("announcement-acks", count = count)),
        rows,
        next,
        f,
    })
}
