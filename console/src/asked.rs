//! What a request asks with: a form or an address. What cannot be read becomes a fault, told like every other.

use axum::extract::multipart::Field;
use axum::extract::rejection::{FormRejection, QueryRejection};
use axum::extract::{FromRequest, FromRequestParts, Multipart, Request};
use serde::Deserialize;

use crate::fault::Fault;
use crate::guard::UPLOAD_MAX_BYTES;

/// The longest text field of a form with parts, bytes; a body of 20,000 characters fits many times over.
const FIELD_MAX_BYTES: usize = 512 * 1024;

/// The fields of a form.
#[derive(FromRequest)]
#[from_request(via(axum::extract::Form), rejection(Fault))]
pub(crate) struct Form<T>(pub(crate) T);

/// The fields of an address.
#[derive(FromRequestParts)]
#[from_request(via(axum::extract::Query), rejection(Fault))]
pub(crate) struct Query<T>(pub(crate) T);

/// A form with files. Anything else is told like every other fault: in the reader's language, on a page that leads back.
pub(crate) struct Upload(pub(crate) Multipart);

impl<S: Send + Sync> FromRequest<S> for Upload {
    type Rejection = Fault;

    async fn from_request(request: Request, state: &S) -> Result<Self, Fault> {
        Multipart::from_request(request, state).await.map(Self).map_err(|_| Fault::Unreadable)
    }
}

/// One of the things that the buttons of a page do.
#[derive(Deserialize)]
pub(crate) struct Do<W> {
    /// Which.
    #[serde(rename = "do")]
    pub(crate) what: W,
}

/// The next page of a list of numbered things.
#[derive(Deserialize)]
pub(crate) struct Below {
    /// Only what has a lower number.
    pub(crate) below: Option<i64>,
}

/// The text of one part of a form with parts.
///
/// # Errors
/// When it is too long, or cut off.
pub(crate) async fn text_of(field: Field<'_>) -> Result<String, Fault> {
    let bytes = field.bytes().await.map_err(|_| Fault::TooLarge { max_bytes: UPLOAD_MAX_BYTES })?;
    if bytes.len() > FIELD_MAX_BYTES {
        return Err(Fault::TooLarge { max_bytes: FIELD_MAX_BYTES });
    }
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

impl From<FormRejection> for Fault {
    fn from(_: FormRejection) -> Self {
        Self::Unreadable
    }
}

impl From<QueryRejection> for Fault {
    fn from(_: QueryRejection) -> Self {
        Self::Unreadable
    }
}
