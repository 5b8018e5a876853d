//! Values that are stored as JSON in one column.

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::StoreError;

/// A value as it is stored. PostgreSQL's text cannot hold U+0000, which people can paste: it becomes U+FFFD.
pub(super) fn kept(what: &'static str, value: &impl Serialize) -> Result<String, StoreError> {
    let json = serde_json::to_string(value).map_err(|error| StoreError::unreadable(what, error))?;
    Ok(if json.contains("\\u0000") { json.replace("\\u0000", "\\ufffd") } else { json })
}

/// A value that was stored.
pub(super) fn read<T: DeserializeOwned>(what: &'static str, json: &str) -> Result<T, StoreError> {
    serde_json::from_str(json).map_err(|error| StoreError::unreadable(what, error))
}

/// Like [`read`], where there may be none.
pub(super) fn read_some<T: DeserializeOwned>(
    what: &'static str,
    json: Option<&str>,
) -> Result<Option<T>, StoreError> {
    json.map(|json| read(what, json)).transpose()
}
