//! Who may use a page, and that what changes something came from one of our pages.

use axum::body::{Body, Bytes};
use axum::extract::{DefaultBodyLimit, FromRequest as _, Multipart, Request, State};
use axum::http::{HeaderMap, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Redirect, Response};
use bot_core::digest::sha256;
use bot_core::roster::Permission;

use crate::fault::Fault;
use crate::once::{ONCE_FIELD, Once};
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
    let (mut parts, body) = request.into_parts();
    let kind =
        parts.headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let is_upload = kind.starts_with("multipart/form-data");
    let max = if is_upload && need != Need::Nobody { UPLOAD_MAX_BYTES } else { FORM_MAX_BYTES };
    let body = axum::body::to_bytes(body, max).await.map_err(|_| Fault::TooLarge { max_bytes: max })?;
    if let Some(signed) = &reader.signed
        && need != Need::Nobody
    {
        let posted = if is_upload { upload(kind, body.clone()).await } else { form(&body) };
        let in_header =
            parts.headers.get(CSRF_HEADER).and_then(|token| token.to_str().ok()).map(str::to_owned);
        if !in_header.or(posted.token).is_some_and(|token| secret::same(&token, &signed.csrf)) {
            return Err(Fault::Stale);
        }
        // A script of ours sends again what it has to, and hears what came of it.
        if let Some(digest) = posted.digest.filter(|_| !reader.live) {
            let digest = sha256(format!("{}\n{digest}", parts.uri));
            parts.extensions.insert(Once::of(&signed.staff.id, digest));
        }
    }
    Ok(Request::from_parts(parts, Body::from(body)))
}

/// What a form carries beside what was typed.
#[derive(Default)]
struct Carried {
    /// The page's token.
    token: Option<String>,
    /// Of everything in it, where it is to be done once.
    digest: Option<String>,
}

/// What a form without files carries.
fn form(body: &[u8]) -> Carried {
    let mut carried = Carried::default();
    for (name, value) in form_urlencoded::parse(body) {
        match &*name {
            CSRF_FIELD if carried.token.is_none() => carried.token = Some(value.into_owned()),
            ONCE_FIELD if !value.is_empty() => carried.digest = Some(sha256(body)),
            _ => {}
        }
    }
    carried
}

/// What a form with files carries: the token as its first field, the key as its second. The line between the fields is
/// another one with each post, so the digest is that of the fields.
async fn upload(kind: &str, body: Bytes) -> Carried {
    fields(kind, body).await.unwrap_or_default()
}

async fn fields(kind: &str, body: Bytes) -> Option<Carried> {
    let mut request = Request::builder().header(header::CONTENT_TYPE, kind).body(Body::from(body)).ok()?;
    DefaultBodyLimit::max(UPLOAD_MAX_BYTES).apply(&mut request);
    let mut form = Multipart::from_request(request, &()).await.ok()?;
    let first = form.next_field().await.ok()??;
    if first.name() != Some(CSRF_FIELD) {
        return None;
    }
    let mut carried = Carried { token: first.text().await.ok(), digest: None };
    let Ok(Some(second)) = form.next_field().await else { return Some(carried) };
    if second.name() != Some(ONCE_FIELD) {
        return Some(carried);
    }
    let Ok(key) = second.text().await else { return Some(carried) };
    let mut all = vec![sha256(&key)];
    // What cannot be read to its end is refused by its page.
    while let Ok(Some(field)) = form.next_field().await {
        let called = format!("{:?} {:?}", field.name(), field.file_name());
        let Ok(bytes) = field.bytes().await else { return Some(carried) };
        all.push(format!("{called} {}", sha256(&bytes)));
    }
    carried.digest = Some(sha256(all.join("\n"))).filter(|_| !key.is_empty());
    Some(carried)
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

#[cfg(test)]
mod tests {
    use super::*;

    /// An upload with these fields, parted by this line.
    async fn carried(line: &str, fields: &[(&str, &str)]) -> Carried {
        let field = |(name, value): &(&str, &str)| {
            format!("--{line}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
        };
        let body = fields.iter().map(field).collect::<String>() + &format!("--{line}--\r\n");
        upload(&format!("multipart/form-data; boundary={line}"), body.into()).await
    }

    #[tokio::test]
    async fn an_upload_is_known_by_its_fields_however_large_they_are() {
        let large = "x".repeat(7 * 1024 * 1024);
        let sent = [("csrf", "t"), ("once", "k"), ("text", "a"), ("file", &large)];
        let first = carried("one", &sent).await;
        assert_eq!(first.token.as_deref(), Some("t"));
        assert!(first.digest.is_some());
        assert_eq!(carried("two", &sent).await.digest, first.digest, "the line between them says nothing");
        for other in [
            [("csrf", "t"), ("once", "k"), ("text", "b"), ("file", &large)],
            [("csrf", "t"), ("once", "l"), ("text", "a"), ("file", &large)],
            [("csrf", "t"), ("once", "k"), ("text", "a"), ("file", "x")],
        ] {
            assert_ne!(carried("one", &other).await.digest, first.digest);
        }
        assert_eq!(carried("one", &[("csrf", "t"), ("text", "a")]).await.digest, None, "it has no key");
        assert_eq!(
            carried("one", &[("once", "k"), ("csrf", "t")]).await.token,
            None,
            "the token comes first"
        );
    }
}
