//! The second step of a sign-in: a code of the second factor.

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Redirect, Response};
use bot_core::store::session as store;
use bot_core::text;
use bot_core::texts::Text;
use bot_core::work::Work;
use serde::Deserialize;

use super::{Next, asking, frame, own_path, signed_in, too_many, with_status};
use crate::asked::{Form, Query};
use crate::fault::Fault;
use crate::frame::{Frame, page};
use crate::reader::Reader;
use crate::session::second_factor::{self, Shown};
use crate::state::Console;
use crate::via::Via;
use crate::{cookie, secret};

#[derive(Template)]
#[template(path = "sign_in_code.html")]
struct CodePage {
    f: Frame,
    next: String,
    said: String,
}

/// A code of the second factor.
#[derive(Deserialize)]
pub(crate) struct Code {
    code: String,
    #[serde(default)]
    next: String,
}

/// `GET /sign-in/code`: asks for a code of the second factor.
pub(crate) async fn code(
    State(console): State<Console>,
    reader: Reader,
    headers: HeaderMap,
    Query(next): Query<Next>,
) -> Result<Response, Fault> {
    if reader.signed.is_some() {
        return Ok(Redirect::to(own_path(&next.next)).into_response());
    }
    if half_of(&console, &reader.via, &headers).await?.is_none() {
        return Ok(Redirect::to("/sign-in").into_response());
    }
    let next = own_path(&next.next).to_owned();
    page(&CodePage { f: frame(&console, &reader), next, said: String::new() })
}

/// `POST /sign-in/code`: signs in when the code is right.
pub(crate) async fn sign_in_by_code(
    State(console): State<Console>,
    reader: Reader,
    headers: HeaderMap,
    Form(typed): Form<Code>,
) -> Result<Response, Fault> {
    if reader.signed.is_some() {
        return Ok(Redirect::to(own_path(&typed.next)).into_response());
    }
    let Some((digest, half)) = half_of(&console, &reader.via, &headers).await? else {
        let mut page = asking(&console, &reader, "", &typed.next);
        page.said = page.f.t("console-code-late");
        return with_status(StatusCode::GONE, crate::frame::page(&page)?);
    };
    let asking = |why: &Text| {
        let f = frame(&console, &reader);
        let said = f.say(why);
        CodePage { f, next: own_path(&typed.next).to_owned(), said }
    };
    if let Err(wait_ms) = console.throttle.take_code(console.hall.now_ms(), &half.staff) {
        return too_many(
            wait_ms,
            |f| asking(&text!("console-code-wait", span = f.span(wait_ms))),
            &console,
            &reader,
        );
    }
    let step = async |mut work: Work| {
        let now_ms = work.now_ms;
        let tx = work.tx().await?;
        let shown = match second_factor::take(tx, &half.staff, &typed.code, now_ms).await {
            Ok(Shown::Nothing) => Shown::Nothing,
            // Of two requests with one sign-in, one comes in.
            Ok(shown) if store::drop_half(tx, &digest).await? => shown,
            Ok(_) => Shown::Nothing,
            Err(fault) => return Err(fault.into_feature_error()),
        };
        if shown == Shown::Recovery {
            work.audit_staff(&half.staff, "second_factor.recovery", &half.staff, None).await?;
        }
        Ok((work, shown))
    };
    match console.hall.in_one_commit(step).await? {
        Shown::Nothing => {
            with_status(StatusCode::UNAUTHORIZED, page(&asking(&Text::new("console-code-wrong")))?)
        }
        _ => {
            console.throttle.code_was_right(&half.staff);
            let way = format!("{} + code", half.way);
            let mut response = signed_in(&console, &reader.via, &half.staff, &way, &typed.next).await?;
            let gone = cookie::set(half_name(&reader.via), "", 0, reader.via.is_secure);
            response.headers_mut().extend(gone.map(|cookie| (header::SET_COOKIE, cookie)));
            Ok(response)
        }
    }
}

/// The cookie of a sign-in that waits for a code.
pub(super) fn half_name(via: &Via) -> &'static str {
    if via.is_secure { "__Host-guildhall-half" } else { "guildhall_half" }
}

/// The sign-in that waits for a code in this browser.
async fn half_of(
    console: &Console,
    via: &Via,
    headers: &HeaderMap,
) -> Result<Option<(String, store::Half)>, Fault> {
    let Some(secret) = cookie::get(headers, half_name(via)) else { return Ok(None) };
    let digest = secret::digest(secret);
    let mut tx = console.hall.db.read().await?;
    let half = store::half(&mut tx, &digest, console.hall.now_ms()).await?;
    Ok(half.map(|half| (digest, half)))
}
