//! The stylesheet and scripts, embedded, under addresses that change with their content.

use std::collections::HashMap;
use std::sync::LazyLock;

use axum::extract::Path;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use rust_embed::{EmbeddedFile, RustEmbed};

use crate::fault::Fault;

#[derive(RustEmbed)]
#[folder = "assets"]
struct Assets;

/// File name to address.
static ADDRESSES: LazyLock<HashMap<String, String>> = LazyLock::new(|| {
    let address = |name: &str| {
        let file = Assets::get(name)?;
        let version: String = file.metadata.sha256_hash()[..6].iter().map(|b| format!("{b:02x}")).collect();
        Some(format!("/assets/{version}/{name}"))
    };
    Assets::iter().filter_map(|name| Some((name.to_string(), address(&name)?))).collect()
});

/// The address of a file, for templates.
pub(crate) fn address(name: &str) -> &'static str {
    ADDRESSES.get(name).map_or("", String::as_str)
}

/// `/assets/{version}/{name}`: any version gives the file as it is now; only the right one may be kept.
pub(crate) async fn file(Path((version, name)): Path<(String, String)>) -> Response {
    let Some(EmbeddedFile { data, .. }) = Assets::get(&name) else { return Fault::NotFound.into_response() };
    let kind = match name.rsplit('.').next() {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        _ => "application/octet-stream",
    };
    let current = address(&name).split('/').nth(2) == Some(version.as_str());
    let keep = if current { "public, max-age=31536000, immutable" } else { "no-cache" };
    ([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, keep)], data).into_response()
}
