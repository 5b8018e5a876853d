//! Errors of the API, as RFC 9457 problem documents.

use axum::Json;
use axum::extract::Request;
use axum::extract::rejection::QueryRejection;
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use bot_core::store::StoreError;
use serde::Serialize;
use utoipa::{IntoResponses, ToSchema};

use crate::fault::Fault;

/// Why a request was not done.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Problem {
    /// What sort of problem, for programs: `urn:guildhall:problem:` and a word that stays the same.
    #[serde(rename = "type")]
    kind: String,
    /// The HTTP status.
    status: u16,
    /// What sort of problem, in a few words that stay the same.
    title: &'static str,
    /// What is wrong with this very request, in a sentence.
    detail: String,
    /// How long to wait, seconds, where that helps.
    #[serde(skip)]
    retry_after_s: Option<i64>,
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
    /// The token calls too often; `Retry-After` says for how many seconds to wait.
    #[response(status = 429, content_type = "application/problem+json")]
    TooOften(Problem),
    /// Something is wrong on our side.
    #[response(status = 500, content_type = "application/problem+json")]
    Internal(Problem),
    /// The answer takes too long.
    #[response(status = 503)]
    Busy,
}

impl Problem {
    fn new(status: StatusCode, title: &'static str, detail: impl Into<String>) -> Self {
        let kind = format!("urn:guildhall:problem:{}", title.replace(' ', "-"));
        Self { kind, status: status.as_u16(), title, detail: detail.into(), retry_after_s: None }
    }

    /// What an answer says that has a status and no words of ours.
    pub(crate) fn of(status: StatusCode) -> Self {
        match status {
            StatusCode::NOT_FOUND => Self::not_found(),
            StatusCode::METHOD_NOT_ALLOWED => {
                Self::new(status, "method not allowed", "This address does not take this method.")
            }
            StatusCode::PAYLOAD_TOO_LARGE => Self::too_long(),
            status if status.is_client_error() => {
                Self { status: status.as_u16(), ..Self::bad("The request cannot be read.") }
            }
            _ => Self::internal(),
        }
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

    /// What was sent can be read and not be taken.
    pub(crate) fn wrong(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, "wrong value", detail)
    }

    pub(crate) fn key_reused() -> Self {
        let detail = "This `Idempotency-Key` was used for another write; a write has a key of its own.";
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, "key reused", detail)
    }

    pub(crate) fn under_way() -> Self {
        let detail = "A write with this `Idempotency-Key` is under way; ask again when it is done.";
        Self { retry_after_s: Some(1), ..Self::new(StatusCode::CONFLICT, "under way", detail) }
    }

    pub(crate) fn too_long() -> Self {
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "too long", "The body is longer than this address takes.")
    }

    pub(crate) fn not_json() -> Self {
        let detail = "The body must be JSON, with `Content-Type: application/json`.";
        Self::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "not json", detail)
    }

    /// There are too many calls; another is taken after so long, milliseconds.
    pub(crate) fn too_often(wait_ms: i64) -> Self {
        let detail = "The token has made as many calls as it may in a minute.";
        let problem = Self::new(StatusCode::TOO_MANY_REQUESTS, "too often", detail);
        Self { retry_after_s: Some((wait_ms + 999) / 1000), ..problem }
    }

    /// Something failed that the caller cannot mend.
    pub(crate) fn failed(error: &dyn std::error::Error) -> Self {
        tracing::error!(%error, "an API request failed");
        Self::internal()
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
        let problem = Self::failed(&error);
        if !error.is_full() {
            return problem;
        }
        let detail = "The disk that holds the database is full; nothing was changed. Free some room on it and try again.";
        Self { detail: detail.into(), ..problem }
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
        if let Some(seconds) = self.retry_after_s {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}

/// Sees to it that whatever goes wrong is told as a problem, also what goes wrong before a route is asked.
pub(crate) async fn in_problems(request: Request, next: Next) -> Response {
    let uri = request.uri();
    if [uri.path(), uri.query().unwrap_or_default()].iter().any(|part| part.contains("%00")) {
        return Problem::bad("No text can hold U+0000.").into_response();
    }
    let response = next.run(request).await;
    let status = response.status();
    let is_problem = |kind: &HeaderValue| kind == "application/problem+json";
    let told = response.headers().get(header::CONTENT_TYPE).is_some_and(is_problem);
    if told || !(status.is_client_error() || status.is_server_error()) {
        return response;
    }
    let mut problem = Problem::of(status).into_response();
    if let Some(allow) = response.headers().get(header::ALLOW) {
        problem.headers_mut().insert(header::ALLOW, allow.clone());
    }
    problem
}
