//! What changes something: done once, however often it is sent, as *The Idempotency-Key HTTP Header Field* has it
//! (draft-ietf-httpapi-idempotency-key-header-07, read 2026-11-23).

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use bot_core::chat::Lang;
use bot_core::digest::sha256;
use bot_core::error::{CameSecond, FeatureError};
use bot_core::features::housekeeping::ANSWERS_KEPT_MS;
use bot_core::ids::StaffId;
use bot_core::roster::Permission;
use bot_core::store::StoreError;
use bot_core::store::idempotency::{self, Answered};
use bot_core::work::Work;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, IntoResponses};

use super::caller::Caller;
use super::problem::Problem;
use crate::state::Console;

/// The header with the key.
const KEY: HeaderName = HeaderName::from_static("idempotency-key");
/// Says that an answer was given before.
const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");
/// The longest key, characters.
const KEY_MAX_CHARS: usize = 255;

/// The header of a write, for the description.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "describes a header; nothing makes it")]
pub(crate) struct Keyed {
    /// Of your making, a new one for each write, such as a UUID. The same write with the same key is done once, and
    /// answered alike for 24 hours.
    #[param(
        rename = "Idempotency-Key",
        min_length = 1,
        max_length = 255,
        pattern = "^[!-~]+$",
        example = "8e03978e-40d5-43dd-bc93-6894a57f9324"
    )]
    key: String,
}

/// The problems that every write can meet, for the description, beside those of every request.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "describes answers; nothing makes them")]
pub(crate) enum WriteProblems {
    /// It cannot be done as things stand, or the same write is under way.
    #[response(status = 409, content_type = "application/problem+json")]
    Conflict(Problem),
    /// The body is too long.
    #[response(status = 413, content_type = "application/problem+json")]
    TooLong(Problem),
    /// The body is not said to be JSON.
    #[response(status = 415, content_type = "application/problem+json")]
    NotJson(Problem),
    /// A value of the body cannot be taken, or the key was used for another write.
    #[response(status = 422, content_type = "application/problem+json")]
    Wrong(Problem),
}

/// A body that says nothing.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Nothing {}

/// A write that was asked for, before anything of it is done.
pub(crate) struct Write<B> {
    /// Who asks.
    pub(crate) caller: Caller,
    /// With what.
    pub(crate) body: B,
    key: String,
    fingerprint: String,
}

/// Why a write is not done.
#[derive(Debug)]
pub(crate) enum Stop {
    /// This is answered.
    Problem(Problem),
    /// A feature refused or failed.
    Feature(FeatureError),
}

impl From<Problem> for Stop {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

impl From<FeatureError> for Stop {
    fn from(error: FeatureError) -> Self {
        Self::Feature(error)
    }
}

impl From<StoreError> for Stop {
    fn from(error: StoreError) -> Self {
        Self::Feature(error.into())
    }
}

impl Stop {
    /// What is answered.
    pub(crate) fn problem(self, console: &Console) -> Problem {
        match self {
            Self::Problem(problem) => problem,
            Self::Feature(FeatureError::User(why)) => {
                Problem::conflict(why.say(&console.hall.texts, Lang::En))
            }
            Self::Feature(FeatureError::Store(error)) => error.into(),
            Self::Feature(other) => Problem::failed(&other),
        }
    }
}

impl CameSecond for Stop {
    fn came_second(&self) -> bool {
        matches!(self, Self::Feature(error) if error.came_second())
    }
}

impl<B: DeserializeOwned> FromRequest<Console> for Write<B> {
    type Rejection = Problem;

    async fn from_request(request: Request, console: &Console) -> Result<Self, Problem> {
        let (mut parts, body) = request.into_parts();
        let caller = super::caller::call(&mut parts, console).await?;
        let key = key_of(&parts.headers)?;
        let request = Request::from_parts(parts, body);
        let (method, uri, headers) =
            (request.method().clone(), request.uri().clone(), request.headers().clone());
        let bytes = Bytes::from_request(request, console).await.map_err(|_| Problem::too_long())?;
        let body = read(&headers, &bytes)?;
        let asked = [method.as_str().as_bytes(), uri.to_string().as_bytes(), &bytes].join(&b'\n');
        Ok(Self { caller, body, key, fingerprint: sha256(asked) })
    }
}

/// The key that a write carries.
fn key_of(headers: &HeaderMap) -> Result<String, Problem> {
    let mut all = headers.get_all(KEY).iter();
    let (Some(key), None) = (all.next(), all.next()) else {
        return Err(Problem::bad(
            "A write carries one header `Idempotency-Key`, with a new value for each write.",
        ));
    };
    let key = key.to_str().unwrap_or_default().trim();
    // As a structured field a string stands between quotation marks; many send it bare.
    let key = key.strip_prefix('"').and_then(|key| key.strip_suffix('"')).unwrap_or(key);
    let is_good = !key.is_empty() && key.len() <= KEY_MAX_CHARS && key.bytes().all(|c| c.is_ascii_graphic());
    if is_good {
        Ok(key.to_owned())
    } else {
        Err(Problem::bad(format!("An `Idempotency-Key` has 1 to {KEY_MAX_CHARS} visible ASCII characters.")))
    }
}

/// Reads a body. None at all is an object without fields.
fn read<B: DeserializeOwned>(headers: &HeaderMap, bytes: &[u8]) -> Result<B, Problem> {
    if bytes.is_empty() {
        return serde_json::from_str("{}")
            .map_err(|error| Problem::bad(format!("The body is missing: {error}")));
    }
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    if !kind.eq_ignore_ascii_case("application/json") {
        return Err(Problem::not_json());
    }
    let value: Value = serde_json::from_slice(bytes)
        .map_err(|error| Problem::bad(format!("The body is no JSON: {error}")))?;
    if !value.is_object() {
        return Err(Problem::bad("The body must be an object."));
    }
    if holds_nul(&value) {
        return Err(Problem::bad("No text can hold U+0000."));
    }
    serde_json::from_value(value).map_err(|error| Problem::bad(format!("The body cannot be read: {error}")))
}

/// Whether some text in it holds what databases cannot keep.
fn holds_nul(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(all) => all.iter().any(holds_nul),
        Value::Object(fields) => fields.iter().any(|(name, field)| name.contains('\0') || holds_nul(field)),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

impl<B> Write<B> {
    /// What tells it from every other write.
    pub(crate) fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    /// Who asks, if they and their token may do this.
    pub(crate) fn by(&self, permission: Permission) -> Result<StaffId, Problem> {
        self.caller.may(permission).map(|staff| staff.id.clone())
    }

    /// Does it in one commit with the note that it was done, or gives the answer of when it was. `step` takes the work
    /// and gives it back with the status and what is answered. What is refused changed nothing and is not kept: it may
    /// be tried again with the same key.
    pub(crate) async fn once<T, F>(
        &self,
        console: &Console,
        step: impl Fn(Work) -> F,
    ) -> Result<Response, Problem>
    where
        T: Serialize,
        F: Future<Output = Result<(Work, (StatusCode, T)), Stop>>,
    {
        let token = self.caller.token();
        let _under_way = console.pace.begin(token, &self.key).ok_or_else(Problem::under_way)?;
        let whole = async |mut work: Work| {
            let (since_ms, now_ms) = (work.now_ms - ANSWERS_KEPT_MS, work.now_ms);
            if let Some(given) = idempotency::get(work.tx().await?, token, &self.key, since_ms).await? {
                return Ok::<_, Stop>((work, (given, true)));
            }
            let (mut work, (status, answer)) = step(work).await?;
            let body =
                serde_json::to_string(&answer).map_err(|error| FeatureError::Internal(error.to_string()))?;
            let fingerprint = self.fingerprint.clone();
            let given = Answered { fingerprint, status: i64::from(status.as_u16()), body };
            idempotency::put(work.tx().await?, token, &self.key, &given, now_ms).await?;
            Ok((work, (given, false)))
        };
        match console.hall.in_one_commit_or(whole).await {
            Ok((given, true)) if given.fingerprint != self.fingerprint => Err(Problem::key_reused()),
            Ok((given, replayed)) => Ok(answer(given, replayed)),
            Err(stop) => Err(stop.problem(console)),
        }
    }

    /// What was answered when it was done before, if it was: for what is not done in one commit with the note of it.
    pub(crate) async fn given(&self, console: &Console) -> Result<Option<Response>, Problem> {
        let since_ms = console.hall.now_ms() - ANSWERS_KEPT_MS;
        let mut tx = console.hall.db.read().await?;
        match idempotency::get(&mut tx, self.caller.token(), &self.key, since_ms).await? {
            Some(given) if given.fingerprint != self.fingerprint => Err(Problem::key_reused()),
            given => Ok(given.map(|given| answer(given, true))),
        }
    }
}

fn answer(given: Answered, replayed: bool) -> Response {
    let status = u16::try_from(given.status).ok().and_then(|status| StatusCode::from_u16(status).ok());
    let json = HeaderValue::from_static("application/json");
    let mut response =
        (status.unwrap_or(StatusCode::OK), [(header::CONTENT_TYPE, json)], given.body).into_response();
    if replayed {
        response.headers_mut().insert(REPLAYED, HeaderValue::from_static("true"));
    }
    response
}

/// The longest text that is said to somebody, characters; as long as an announcement may be.
pub(crate) const TEXT_MAX_CHARS: usize = 20_000;
/// The longest line, such as a reason or a subject, characters.
pub(crate) const LINE_MAX_CHARS: usize = 500;

/// Refuses a text that says nothing or more than anybody reads.
pub(crate) fn says(name: &str, text: &str, max_chars: usize) -> Result<(), Problem> {
    if text.trim().is_empty() {
        return Err(Problem::wrong(format!("`{name}` must say something.")));
    }
    if text.chars().count() > max_chars {
        return Err(Problem::wrong(format!("`{name}` has {max_chars} characters at most.")));
    }
    Ok(())
}

/// Whether a method changes something.
pub(super) fn writes(method: &Method) -> bool {
    !matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}
