//! Errors of the API, as RFC 9457 problem documents.

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bot_core::store::StoreError;
use serde::Serialize;
use utoipa::{IntoResponses, ToSchema};

use crate::fault::Fault;

/// Why a request was not done.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Problem {
    /// The HTTP status.
    status: u16,
    /// What sort of problem, in a few words that stay the same.
    title: &'static str,
    /// What is wrong with this very request, in a sentence.
    detail: String,
}

/// The problems that every request can meet, for the description.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "describes answers; nothing makes them")]
pub(crate) enum Problems {
    /// The request cannot be read, or asks for what makes no sense.
    #[response(status = 400, content_type = "application/problem+json")]
    Bad(Problem),
    /// There is no token, or it is not good.
    #[response(status = 401, content_type = "application/problem+json")]
    NoToken(Problem),
    /// The token, or its owner, lacks the right.
    #[response(status = 403, content_type = "application/problem+json")]
    NotAllowed(Problem),
    /// There is nothing at this address.
    #[response(status = 404, content_type = "application/problem+json")]
    NotFound(Problem),
}

impl Problem {
    fn new(status: StatusCode, title: &'static str, detail: impl Into<String>) -> Self {
        Self { status: status.as_u16(), title, detail: detail.into() }
    }

    pub(crate) fn bad(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "bad request", detail)
    }

    pub(crate) fn no_token() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "no valid token",
            "Send `Authorization: Bearer TOKEN` with a token that is neither expired nor revoked.",
        )
    }

    pub(crate) fn not_allowed(right: &str) -> Self {
        let detail = format!("The token, or its owner, lacks the right `{right}`.");
        Self::new(StatusCode::FORBIDDEN, "not allowed", detail)
    }

    pub(crate) fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "not found", "There is nothing at this address.")
    }

    pub(crate) fn conflict(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, "conflict", detail)
    }

    fn internal() -> Self {
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal error",
            "Something is wrong on our side; nothing was changed. It is in the log.",
        )
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        tracing::error!(%error, "an API request failed");
        Self::internal()
    }
}

impl From<QueryRejection> for Problem {
    fn from(rejection: QueryRejection) -> Self {
        Self::bad(rejection.body_text())
    }
}

impl From<Fault> for Problem {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::NotFound => Self::not_found(),
            Fault::Forbidden => Self::not_allowed("of this row's feature"),
            Fault::Store(error) => error.into(),
            other => {
                tracing::error!(?other, "an API request failed");
                Self::internal()
            }
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = (status, Json(&self)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}
