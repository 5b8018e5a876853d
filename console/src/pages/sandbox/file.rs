//! Files that people sent, given out so that they can do no harm in a browser.

use axum::extract::{Path, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse as _, Response};

use super::world_of;
use crate::fault::Fault;
use crate::state::Console;

/// Pictures that a browser may show in the page, by what their bytes say.
const SHOWN: [&str; 4] = ["image/png", "image/jpeg", "image/gif", "image/webp"];

/// The kind of picture that these bytes are, if we show it.
pub(super) fn picture_kind(bytes: &[u8]) -> Option<&'static str> {
    let found = infer::get(bytes)?.mime_type();
    SHOWN.into_iter().find(|kind| *kind == found)
}

/// `GET /sandbox/file/{key}`: pictures inline, everything else as something to keep.
pub(super) async fn file(State(console): State<Console>, Path(key): Path<String>) -> Result<Response, Fault> {
    let bytes = world_of(&console)?.file(&key).ok_or(Fault::NotFound)?;
    let (kind, manner) = match picture_kind(&bytes) {
        Some(kind) => (kind, "inline"),
        None => ("application/octet-stream", "attachment"),
    };
    let mut response = bytes.to_vec().into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(header::CONTENT_DISPOSITION, HeaderValue::from_static(manner));
    headers.insert(
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static("default-src 'none'; sandbox; frame-ancestors 'none'"),
    );
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, max-age=86400, immutable"));
    Ok(response)
}
