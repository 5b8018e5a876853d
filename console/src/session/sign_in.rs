//! Signing in by a one-time link or a password, with a code where there is a second factor; and signing out.

mod code;
mod link;
mod password;

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Redirect, Response};
use bot_core::ids::StaffId;
use bot_core::store::session as store;
use bot_core::texts::Text;
use bot_core::work::Work;
use serde::Deserialize;

use super::{begin, no_cookie, second_factor};
use crate::asked::{Form, Query};
use crate::fault::Fault;
use crate::frame::{Frame, page};
use crate::reader::{LANG_COOKIE, Reader, THEME_COOKIE, Theme};
use crate::state::Console;
use crate::via::Via;
use crate::{cookie, secret};

pub(crate) use code::{code, sign_in_by_code};
pub(crate) use link::{enter, enter_by_button};
pub(crate) use password::sign_in_by_password;

/// How long a code may take after a link or a password was right, milliseconds.
const HALF_MS: i64 = 5 * 60 * 1000;
/// The longest name that is looked for, characters.
const NAME_MAX: usize = 200;

#[derive(Template)]
#[template(path = "sign_in.html")]
struct SignInPage {
    f: Frame,
    /// A link was opened that is no longer good.
    spent: bool,
    /// The name that was typed.
    name: String,
    next: String,
    /// Why it did not work.
    said: String,
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
    page(&asking(&console, &reader, "", &next.next))
}

/// `POST /sign-out`.
pub(crate) async fn sign_out(State(console): State<Console>, reader: Reader) -> Result<Response, Fault> {
    if let Some(signed) = &reader.signed {
        let step = async |mut work: Work| {
            store::remove(work.tx().await?, &signed.session).await?;
            work.audit_staff(&signed.staff.id, "session.end", &signed.staff.id, None).await?;
            Ok((work, ()))
        };
        console.hall.in_one_commit(step).await?;
    }
    Ok(signed_out(&reader.via))
}

/// The way to the sign-in page, without the cookie.
pub(crate) fn signed_out(via: &Via) -> Response {
    let mut response = Redirect::to("/sign-in").into_response();
    response.headers_mut().extend(no_cookie(via).map(|cookie| (header::SET_COOKIE, cookie)));
    response
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
pub(crate) async fn taste(reader: Reader, Form(taste): Form<Taste>) -> Response {
    const YEAR_S: i64 = 31_536_000;
    let mut response = Redirect::to(own_path(&taste.back)).into_response();
    let lang =
        taste.lang.as_deref().and_then(bot_core::chat::Lang::from_tag).map(|l| (LANG_COOKIE, l.word()));
    let theme = taste.theme.as_deref().map(|theme| (THEME_COOKIE, Theme::from_word(theme).word()));
    for (name, value) in lang.into_iter().chain(theme) {
        if let Some(cookie) = cookie::set(name, value, YEAR_S, reader.via.is_secure) {
            response.headers_mut().append(header::SET_COOKIE, cookie);
        }
    }
    response
}

/// After a link or a password was right: in, or on to the second factor where there is one. A link is asked for it, too: it
/// travels through chats and mails, and an admin can make one for anybody.
async fn go_on(
    console: &Console,
    via: &Via,
    staff: &StaffId,
    way: &str,
    next: &str,
) -> Result<Response, Fault> {
    let mut tx = console.hall.db.read().await?;
    let has_second_factor = second_factor::stands(&mut tx, staff).await?;
    drop(tx);
    if !has_second_factor {
        return signed_in(console, via, staff, way, next).await;
    }
    let half = secret::new(&console.hall);
    let waiting = store::Half { staff: staff.clone(), way: way.to_owned() };
    super::surely(async || {
        let mut tx = console.hall.db.write().await?;
        let until_ms = console.hall.now_ms() + HALF_MS;
        store::add_half(&mut tx, &secret::digest(&half), &waiting, until_ms).await?;
        tx.commit().await
    })
    .await?;
    let next: String = form_urlencoded::byte_serialize(own_path(next).as_bytes()).collect();
    let mut response = Redirect::to(&format!("/sign-in/code?next={next}")).into_response();
    let kept = cookie::set(code::half_name(via), &half, HALF_MS / 1000, via.is_secure);
    response.headers_mut().extend(kept.map(|cookie| (header::SET_COOKIE, cookie)));
    Ok(response)
}

async fn signed_in(
    console: &Console,
    via: &Via,
    staff: &StaffId,
    way: &str,
    next: &str,
) -> Result<Response, Fault> {
    let mut response = Redirect::to(own_path(next)).into_response();
    let cookie = begin(console, via, staff, way).await?;
    response.headers_mut().extend(cookie.map(|cookie| (header::SET_COOKIE, cookie)));
    Ok(response)
}

/// The sign-in page with nothing said.
fn asking(console: &Console, reader: &Reader, name: &str, next: &str) -> SignInPage {
    SignInPage {
        f: frame(console, reader),
        spent: false,
        name: name.chars().take(NAME_MAX).collect(),
        next: own_path(next).to_owned(),
        said: String::new(),
    }
}

fn with_status(status: StatusCode, mut response: Response) -> Result<Response, Fault> {
    *response.status_mut() = status;
    Ok(response)
}

/// A page that says how long to wait.
fn too_many<P: Template>(
    wait_ms: i64,
    asking: impl FnOnce(&Frame) -> P,
    console: &Console,
    reader: &Reader,
) -> Result<Response, Fault> {
    let mut response = page(&asking(&frame(console, reader)))?;
    let wait_s = (wait_ms + 999) / 1000;
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(wait_s));
    with_status(StatusCode::TOO_MANY_REQUESTS, response)
}

fn frame(console: &Console, reader: &Reader) -> Frame {
    let title = console.hall.texts.say(reader.lang, &Text::new("console-sign-in"));
    Frame::new(console, reader, "", title)
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
