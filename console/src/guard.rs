//! Who may use a page, and that what changes something came from one of our pages.

use axum::body::{Body, Bytes};
use axum::extract::{FromRequest as _, Multipart, Request, State};
use axum::http::{HeaderMap, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Redirect, Response};
use bot_core::roster::Permission;

use crate::fault::Fault;
use crate::reader::Reader;
use crate::secret;
use crate::state::Console;

/// The field that carries the page's token. In a form with files it must come first.
pub(crate) const CSRF_FIELD: &str = "csrf";
/// The header that carries it from scripts.
const CSRF_HEADER: &str = "x-csrf-token";
/// The longest body of a form without files, bytes.
const FORM_MAX_BYTES: usize = 512 * 1024;
/// The longest body of a form with files, bytes: a file of 8 MB and what stands around it.
pub(crate) const UPLOAD_MAX_BYTES: usize = 8 * 1024 * 1024 + 64 * 1024;

/// Who may use a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Need {
    /// Anybody.
    Nobody,
    /// Any staff member.
    Staff,
    /// Staff who may do this.
    May(Permission),
}

/// Lets a request through to its page, or not.
pub(crate) async fn guard(
    State((console, need)): State<(Console, Need)>,
    reader: Reader,
    request: Request,
    next: Next,
) -> Response {
    let allowed = match (need, &reader.signed) {
        (Need::Staff | Need::May(_), Some(signed))
            if signed.lacks_second_factor && !is_own_account(&request) =>
        {
            return match *request.method() {
                Method::GET => Redirect::to("/account/second-factor").into_response(),
                _ => Fault::NoSecondFactor.into_response(),
            };
        }
        (Need::Nobody, _) | (Need::Staff, Some(_)) => Ok(()),
        (Need::May(permission), Some(_)) if reader.may(permission) => Ok(()),
        (Need::May(_), Some(_)) => Err(Fault::Forbidden),
        (_, None) => Err(Fault::Nobody),
    };
    if let Err(fault) = allowed {
        return fault.into_response();
    }
    if matches!(*request.method(), Method::GET | Method::HEAD) {
        return next.run(request).await;
    }
    match checked(&console, need, &reader, request).await {
        Ok(request) => next.run(request).await,
        Err(fault) => fault.into_response(),
    }
}

/// Whether this is what somebody may use who has yet to set up the second factor that their role asks for.
fn is_own_account(request: &Request) -> bool {
    matches!(request.uri().path(), "/account" | "/account/second-factor" | "/account/sessions" | "/sign-out")
}

/// The same request, if it came from one of our pages.
async fn checked(console: &Console, need: Need, reader: &Reader, request: Request) -> Result<Request, Fault> {
    if !is_from_here(console, request.headers()) {
        return Err(Fault::Foreign);
    }
    let (parts, body) = request.into_parts();
    let kind =
        parts.headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let is_upload = kind.starts_with("multipart/form-data");
    let max = if is_upload && need != Need::Nobody { UPLOAD_MAX_BYTES } else { FORM_MAX_BYTES };
    let body = axum::body::to_bytes(body, max).await.map_err(|_| Fault::TooLarge { max_bytes: max })?;
    if let Some(signed) = &reader.signed
        && need != Need::Nobody
    {
        let in_header =
            parts.headers.get(CSRF_HEADER).and_then(|token| token.to_str().ok()).map(str::to_owned);
        let token = match in_header {
            Some(token) => Some(token),
            None if is_upload => first_field(kind, body.clone()).await,
            None => form_urlencoded::parse(&body)
                .find(|(key, _)| key == CSRF_FIELD)
                .map(|(_, value)| value.into_owned()),
        };
        if !token.is_some_and(|token| secret::same(&token, &signed.csrf)) {
            return Err(Fault::Stale);
        }
    }
    Ok(Request::from_parts(parts, Body::from(body)))
}

/// The token of a form with files, if it is the first field.
async fn first_field(kind: &str, body: Bytes) -> Option<String> {
    let request = Request::builder().header(header::CONTENT_TYPE, kind).body(Body::from(body)).ok()?;
    let mut form = Multipart::from_request(request, &()).await.ok()?;
    let field = form.next_field().await.ok()??;
    if field.name() == Some(CSRF_FIELD) { field.text().await.ok() } else { None }
}

/// Whether a browser says that the request came from a page of ours, or it is no browser that would say.
fn is_from_here(console: &Console, headers: &HeaderMap) -> bool {
    let get = |name: header::HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(origin) = get(header::ORIGIN) {
        let host = get(header::HOST).unwrap_or_default();
        let bare = origin.strip_prefix("https://").or_else(|| origin.strip_prefix("http://"));
        return origin == console.hall.public_url || bare.is_some_and(|bare| bare == host);
    }
    match headers.get("sec-fetch-site") {
        Some(site) => site == "same-origin" || site == "none",
        None => true,
    }
}
