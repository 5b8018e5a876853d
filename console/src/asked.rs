//! What a request asks with: a form or an address. What cannot be read becomes a fault, told like every other.

use axum::extract::rejection::{FormRejection, QueryRejection};
use axum::extract::{FromRequest, FromRequestParts, Multipart, Request};
use serde::Deserialize;

use crate::fault::Fault;

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
