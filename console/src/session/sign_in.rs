//! Signing in by a one-time link, and signing out.

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse as _, Redirect, Response};
use bot_core::store::session as store;
use bot_core::texts::Text;
use serde::Deserialize;

use super::{begin, no_cookie};
use crate::asked::{Form, Query};
use crate::fault::Fault;
use crate::frame::{Frame, page};
use crate::reader::{LANG_COOKIE, Reader, THEME_COOKIE, Theme};
use crate::state::Console;
use crate::{cookie, secret};

#[derive(Template)]
#[template(path = "sign_in.html")]
struct SignInPage {
    f: Frame,
    /// A link was opened that is no longer good.
    spent: bool,
}

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

/// Where to go on.
#[derive(Deserialize)]
pub(crate) struct Next {
    #[serde(default)]
    next: String,
}

/// `GET /sign-in`: how to get in.
pub(crate) async fn sign_in(
    State(console): State<Console>,
    reader: Reader,
    Query(next): Query<Next>,
) -> Result<Response, Fault> {
    if reader.signed.is_some() {
        return Ok(Redirect::to(own_path(&next.next)).into_response());
    }
    let f = frame(&console, &reader);
    page(&SignInPage { f, spent: false })
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
        None => spent(f),
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

/// `POST /sign-out`.
pub(crate) async fn sign_out(State(console): State<Console>, reader: Reader) -> Result<Response, Fault> {
    if let Some(signed) = &reader.signed {
        super::surely(async || {
            let mut tx = console.hall.db.write().await?;
            store::remove(&mut tx, &signed.session).await?;
            tx.commit().await
        })
        .await?;
    }
    let mut response = Redirect::to("/sign-in").into_response();
    response.headers_mut().extend(no_cookie(&console).map(|cookie| (header::SET_COOKIE, cookie)));
    Ok(response)
}

/// A choice of how pages look.
#[derive(Deserialize)]
pub(crate) struct Taste {
    lang: Option<String>,
    theme: Option<String>,
    #[serde(default)]
    back: String,
}

/// `POST /taste`: the language or the theme.
pub(crate) async fn taste(State(console): State<Console>, Form(taste): Form<Taste>) -> Response {
    const YEAR_S: i64 = 31_536_000;
    let mut response = Redirect::to(own_path(&taste.back)).into_response();
    let lang =
        taste.lang.as_deref().and_then(bot_core::chat::Lang::from_tag).map(|l| (LANG_COOKIE, l.word()));
    let theme = taste.theme.as_deref().map(|theme| (THEME_COOKIE, Theme::from_word(theme).word()));
    for (name, value) in lang.into_iter().chain(theme) {
        if let Some(cookie) = cookie::set(name, value, YEAR_S, console.is_secure()) {
            response.headers_mut().append(header::SET_COOKIE, cookie);
        }
    }
    response
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
    let Some(staff) = super::surely(spend).await? else {
        // A second click on the link by the one whom it signed in.
        if reader.signed.is_some() {
            return Ok(Redirect::to(own_path(&entry.next)).into_response());
        }
        return spent(frame(console, reader));
    };
    let mut response = Redirect::to(own_path(&entry.next)).into_response();
    response.headers_mut().extend(begin(console, &staff).await?.map(|cookie| (header::SET_COOKIE, cookie)));
    Ok(response)
}

fn spent(f: Frame) -> Result<Response, Fault> {
    let mut response = page(&SignInPage { f, spent: true })?;
    *response.status_mut() = axum::http::StatusCode::GONE;
    Ok(response)
}

fn frame(console: &Console, reader: &Reader) -> Frame {
    let title = console.hall.texts.say(reader.lang, &Text::new("console-sign-in"));
    Frame::new(console, reader, "", title)
}

fn is_opened_by_a_person(headers: &HeaderMap) -> bool {
    let says = |name: &str, value: &str| headers.get(name).is_some_and(|found| found == value);
    says("sec-fetch-mode", "navigate")
        && says("sec-fetch-dest", "document")
        && !headers.contains_key("sec-purpose")
        && !headers.contains_key("purpose")
}

/// The path if it leads to a page of ours, else the first page: a link must not send people elsewhere.
pub(crate) fn own_path(path: &str) -> &str {
    let is_own = path.starts_with('/')
        && !path.starts_with("//")
        && !path.contains(['\\', '\r', '\n'])
        && path.bytes().all(|b| b.is_ascii_graphic());
    if is_own { path } else { "/" }
}

#[cfg(test)]
mod tests {
    use super::own_path;

    #[test]
    fn only_our_own_pages_are_gone_on_to() {
        assert_eq!(own_path("/sandbox?c0=g:one"), "/sandbox?c0=g:one");
        for path in
            ["", "https://evil.test/", "//evil.test/", "/\\evil.test", "/a\r\nb", "javascript:alert(1)"]
        {
            assert_eq!(own_path(path), "/", "{path}");
        }
    }
}
