//! Files of our own store, given to staff who may see what they are kept for.

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use bot_core::chat::FileDigest;
use bot_core::roster::Permission;
use bot_core::store::file::{self, FileUse};
use tokio::io::AsyncReadExt as _;

use super::Page;
use crate::fault::Fault;
use crate::guard::Need;
use crate::reader::Reader;
use crate::state::Console;

/// Bytes of a file that are in memory at once.
const CHUNK_BYTES: usize = 64 * 1_024;

pub(super) fn pages() -> Vec<Page> {
    vec![Page::new("/files/{key}", Need::Staff, get(file))]
}

/// Where a file is opened.
pub(super) fn href(digest: &FileDigest) -> String {
    format!("/files/{digest}")
}

/// The right that somebody needs to see what a file is kept for.
fn right_for(kept: &FileUse) -> Permission {
    match kept.feature.as_str() {
        "ticket" => Permission::Tickets,
        "moderation" => Permission::ReadCases,
        "announcement" => Permission::Announce,
        _ => Permission::Administer,
    }
}

/// `GET /files/{digest}`: always something to keep, never a page, whatever it says of itself.
async fn file(
    State(console): State<Console>,
    reader: Reader,
    Path(digest): Path<String>,
) -> Result<Response, Fault> {
    opened(&console, FileDigest(digest), |permission| reader.may(permission)).await
}

/// A file, for somebody who may see something that it is kept for.
pub(crate) async fn opened(
    console: &Console,
    digest: FileDigest,
    may: impl Fn(Permission) -> bool,
) -> Result<Response, Fault> {
    let (known, uses) = {
        let mut tx = console.hall.db.read().await?;
        (file::get(&mut tx, &digest).await?, file::uses(&mut tx, &digest).await?)
    };
    // What is kept for nothing is nobody's to see: it was only passed on.
    let known = known.filter(|_| !uses.is_empty()).ok_or(Fault::NotFound)?;
    if !uses.iter().any(|kept| may(right_for(kept))) {
        return Err(Fault::Forbidden);
    }
    let opened =
        console.hall.files.open(&digest).await.map_err(|error| Fault::Internal(error.to_string()))?;
    let (bytes, size_bytes) = opened.ok_or(Fault::NotFound)?;
    let chunks = futures::stream::try_unfold(bytes, async |mut bytes| {
        let mut chunk = vec![0; CHUNK_BYTES];
        let read = bytes.read(&mut chunk).await?;
        chunk.truncate(read);
        Ok::<_, std::io::Error>((read > 0).then_some((chunk, bytes)))
    });
    let mut response = Body::from_stream(chunks).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"));
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(size_bytes));
    let manner = HeaderValue::from_str(&format!("attachment; filename*=UTF-8''{}", encoded(&known.name)));
    headers.insert(
        header::CONTENT_DISPOSITION,
        manner.unwrap_or_else(|_| HeaderValue::from_static("attachment")),
    );
    headers.insert(
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static("default-src 'none'; sandbox; frame-ancestors 'none'"),
    );
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    Ok(response)
}

/// A name as a header can carry it (RFC 8187).
fn encoded(name: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    name.bytes()
        .map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::encoded;

    #[test]
    fn a_name_breaks_out_of_no_header() {
        assert_eq!(encoded("账 1.pdf"), "%E8%B4%A6%201.pdf");
        assert_eq!(encoded("a\"\r\nb;c"), "a%22%0D%0Ab%3Bc");
    }
}
