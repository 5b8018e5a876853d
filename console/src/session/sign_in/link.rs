//! The one-time link.

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Redirect, Response};
use bot_core::store::session as store;
use serde::Deserialize;

use super::{SignInPage, asking, frame, go_on, own_path, with_status};
use crate::asked::{Form, Query};
use crate::fault::Fault;
use crate::frame::{Frame, page};
use crate::reader::Reader;
use crate::secret;
use crate::session::surely;
use crate::state::Console;

#[derive(Template)]
#[template(path = "enter.html")]
struct EnterPage {
    f: Frame,
    token: String,
    next: String,
}

/// The secret of a link, and where to go on.
#[derive(Deserialize)]
pub(crate) struct Entry {
    t: String,
    #[serde(default)]
    next: String,
}

/// `GET /enter?t=…`: signs in when a person opened the link themselves; otherwise shows a button.
///
/// Programs that look ahead (link previews, prefetching) must not use the link up. Browsers say of a page that
/// a person opens that it is a navigation to a document; whatever does not say so gets the button.
pub(crate) async fn enter(
    State(console): State<Console>,
    reader: Reader,
    headers: HeaderMap,
    Query(entry): Query<Entry>,
) -> Result<Response, Fault> {
    if is_opened_by_a_person(&headers) {
        return use_link(&console, &reader, &entry).await;
    }
    let mut tx = console.hall.db.read().await?;
    let good = store::link(&mut tx, &secret::digest(&entry.t), console.hall.now_ms()).await?;
    drop(tx);
    let f = frame(&console, &reader);
    match good {
        Some(_) => page(&EnterPage { f, token: entry.t, next: own_path(&entry.next).to_owned() }),
        None => spent(&console, &reader),
    }
}

/// `POST /enter`: signs in.
pub(crate) async fn enter_by_button(
    State(console): State<Console>,
    reader: Reader,
    Form(entry): Form<Entry>,
) -> Result<Response, Fault> {
    use_link(&console, &reader, &entry).await
}

async fn use_link(console: &Console, reader: &Reader, entry: &Entry) -> Result<Response, Fault> {
    let spend = async || {
        let mut tx = console.hall.db.write().await?;
        let staff = store::use_link(&mut tx, &secret::digest(&entry.t), console.hall.now_ms()).await?;
        // Whoever was signed in here is not any more: a session never passes from one person to another.
        if let (Some(_), Some(signed)) = (&staff, &reader.signed) {
            store::remove(&mut tx, &signed.session).await?;
        }
        tx.commit().await.map(|()| staff)
    };
    let Some(staff) = surely(spend).await? else {
        // A second click on the link by the one whom it signed in.
        if reader.signed.is_some() {
            return Ok(Redirect::to(own_path(&entry.next)).into_response());
        }
        return spent(console, reader);
    };
    go_on(console, &reader.via, &staff, "link", &entry.next).await
}

fn spent(console: &Console, reader: &Reader) -> Result<Response, Fault> {
    let asking = SignInPage { spent: true, ..asking(console, reader, "", "") };
    with_status(StatusCode::GONE, page(&asking)?)
}

fn is_opened_by_a_person(headers: &HeaderMap) -> bool {
    let says = |name: &str, value: &str| headers.get(name).is_some_and(|found| found == value);
    says("sec-fetch-mode", "navigate")
        && says("sec-fetch-dest", "document")
        && !headers.contains_key("sec-purpose")
        && !headers.contains_key("purpose")
}
