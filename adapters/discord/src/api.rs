//! Discord's REST API: one call, and an honest word on what became of it.
//!
//! The requests are serenity's builders; its client is not used. Behind a proxy that client needs its rate limiter off,
//! and then keeps to itself what the courier wants to hear: how long to wait, and what has to.

use std::time::Duration;

use bot_core::chat::{RetryScope, read_json};
use reqwest_012::{Method, header};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use url::Url;

use crate::limits::{Limits, Route, Wait, seconds_as_ms};
use bot_core::secret::Secret;

/// How long a connection may take.
const CONNECT_LIMIT: Duration = Duration::from_secs(10);
/// How long a call may take.
const CALL_LIMIT: Duration = Duration::from_secs(30);
/// Connections are given up before Discord's side closes them.
const IDLE_LIMIT: Duration = Duration::from_secs(50);
/// How much of a page that is no JSON is kept in an error, characters.
const PAGE_CHARS: usize = 120;
/// The largest file that a bot may send, bytes.
pub(crate) const FILE_MAX: u64 = 10 * 1024 * 1024;
/// What Discord asks of those who call it: who they are.
const AGENT: &str = concat!("DiscordBot (guildhall, ", env!("CARGO_PKG_VERSION"), ")");

/// The REST API of one bot.
pub(crate) struct Api {
    client: reqwest_012::Client,
    base: Url,
    token: Secret,
    pub(crate) limits: Limits,
}

/// How a call failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Fault {
    /// Discord refused it.
    #[error("{status} {words} ({code})")]
    Refused {
        /// The HTTP status.
        status: u16,
        /// Discord's own code; 0 when it gave none.
        code: u32,
        /// Its own words.
        words: String,
    },
    /// It has to wait.
    #[error("asked to wait {wait_ms} ms")]
    TooFast {
        /// For how long.
        wait_ms: i64,
        /// What has to wait.
        scope: RetryScope,
    },
    /// It surely was not done.
    #[error("{0}")]
    NotDone(String),
    /// It may have been done.
    #[error("{0}")]
    Unknown(String),
    /// A file that goes along is not where it should be.
    #[error("{0}")]
    FileGone(String),
}

impl From<Wait> for Fault {
    fn from(wait: Wait) -> Self {
        Self::TooFast { wait_ms: wait.ms, scope: wait.scope }
    }
}

/// A file that goes along with a call.
pub(crate) struct Upload {
    /// The name that people see.
    pub(crate) name: String,
    /// The media type.
    pub(crate) media_type: String,
    /// What is in it.
    pub(crate) bytes: Vec<u8>,
}

/// A file that is being fetched.
pub(crate) struct Coming(reqwest_012::Response);

impl Coming {
    /// The next bytes; `None` at its end.
    ///
    /// # Errors
    /// When the connection broke.
    pub(crate) async fn next(&mut self) -> Result<Option<Vec<u8>>, Fault> {
        let more = self.0.chunk().await.map_err(not_fetched)?;
        Ok(more.map(|bytes| bytes.to_vec()))
    }
}

fn not_fetched(error: reqwest_012::Error) -> Fault {
    Fault::NotDone(error.without_url().to_string())
}

/// What Discord says when it refuses.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Refusal {
    code: u32,
    message: String,
    errors: Value,
    retry_after: Option<f64>,
    global: bool,
}

impl Api {
    /// The API of the bot that `token` belongs to, at `base`.
    pub(crate) fn new(base: &Url, token: Secret) -> Self {
        let client = reqwest_012::Client::builder()
            .connect_timeout(CONNECT_LIMIT)
            .pool_idle_timeout(IDLE_LIMIT)
            .tcp_nodelay(true)
            .user_agent(AGENT)
            .redirect(reqwest_012::redirect::Policy::none())
            .build()
            // Only a TLS backend that cannot start fails here; the plain client fails with words at each call.
            .unwrap_or_default();
        Self { client, base: base.clone(), token, limits: Limits::default() }
    }

    /// Asks for something.
    ///
    /// # Errors
    /// How it failed.
    pub(crate) async fn get<T: DeserializeOwned>(&self, path: &str, now_ms: i64) -> Result<T, Fault> {
        self.call(Method::GET, path, None, Vec::new(), now_ms).await
    }

    /// Does something, with a body or without.
    ///
    /// # Errors
    /// How it failed.
    pub(crate) async fn call<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
        files: Vec<Upload>,
        now_ms: i64,
    ) -> Result<T, Fault> {
        let route = Route::of(method.as_str(), path);
        self.limits.before(&route, now_ms)?;
        let mut request = self.client.request(method, self.address(path)?).timeout(CALL_LIMIT);
        if !route_is_open(path) {
            request = request.header(header::AUTHORIZATION, format!("Bot {}", self.token.expose()));
        }
        request = match (body, files) {
            (Some(body), files) if files.is_empty() => request.json(body),
            (Some(body), files) => request.multipart(form(body, files)?),
            // Discord refuses a PUT or POST that does not say how long its body is.
            (None, _) => request.header(header::CONTENT_LENGTH, 0),
        };
        let response = request.send().await.map_err(|error| of_network(error, false))?;
        let status = response.status().as_u16();
        self.limits.after(&route, status, response.headers(), now_ms);
        let asked_ms =
            response.headers().get(header::RETRY_AFTER).and_then(|value| seconds_as_ms(value.to_str().ok()?));
        let of_all = response.headers().contains_key("x-ratelimit-global");
        let body = response.bytes().await.map_err(|error| of_network(error, true))?;
        match read(status, &body) {
            Err(Read::TooFast { wait_ms, global }) => {
                Err(self.limits.refused(&route, wait_ms.or(asked_ms), global || of_all, now_ms).into())
            }
            Err(Read::Fault(fault)) => Err(fault),
            Ok(read) => Ok(read),
        }
    }

    /// Begins to fetch a file of Discord's.
    ///
    /// # Errors
    /// How it failed.
    pub(crate) async fn file(&self, url: &str) -> Result<Coming, Fault> {
        let url = Url::parse(url).map_err(|_| Fault::NotDone("the file's address is none".into()))?;
        let response = self.client.get(url).send().await.map_err(not_fetched)?;
        match response.status().as_u16() {
            403 | 404 | 410 => Err(Fault::FileGone("Discord no longer has the file".to_owned())),
            _ => response.error_for_status().map(Coming).map_err(not_fetched),
        }
    }

    fn address(&self, path: &str) -> Result<Url, Fault> {
        let address = format!("{}{path}", self.base.as_str().trim_end_matches('/'));
        Url::parse(&address).map_err(|_| Fault::NotDone("api_url cannot stand in an address".into()))
    }
}

/// Whether a call is known by the token of an interaction in its address, and needs none of the bot's.
fn route_is_open(path: &str) -> bool {
    path.starts_with("/interactions/")
}

pub(crate) fn too_large() -> Fault {
    Fault::Refused { status: 413, code: 40_005, words: "Request entity too large".to_owned() }
}

fn form(body: &Value, files: Vec<Upload>) -> Result<reqwest_012::multipart::Form, Fault> {
    let mut form = reqwest_012::multipart::Form::new().text("payload_json", body.to_string());
    for (at, file) in files.into_iter().enumerate() {
        let part = reqwest_012::multipart::Part::bytes(file.bytes).file_name(file.name);
        let part = part
            .mime_str(&file.media_type)
            .map_err(|_| Fault::NotDone(format!("{} is no media type", file.media_type)))?;
        form = form.part(format!("files[{at}]"), part);
    }
    Ok(form)
}

/// What the network's failure means. `answered` when the other side had begun to answer.
fn of_network(error: reqwest_012::Error, answered: bool) -> Fault {
    let surely_not = !answered && (error.is_connect() || error.is_builder());
    let timed_out = error.is_timeout();
    // The address may hold the token of an interaction.
    let error = error.without_url();
    let words = std::iter::successors(std::error::Error::source(&error), |cause| cause.source())
        .last()
        .map_or_else(|| error.to_string(), ToString::to_string);
    match (surely_not, timed_out) {
        (true, _) => Fault::NotDone(format!("no connection to Discord: {words}")),
        (false, true) => Fault::Unknown("Discord did not answer in time".to_owned()),
        (false, false) => Fault::Unknown(format!("the connection to Discord broke: {words}")),
    }
}

#[derive(Debug, PartialEq)]
enum Read {
    Fault(Fault),
    TooFast { wait_ms: Option<i64>, global: bool },
}

/// What an answer says.
fn read<T: DeserializeOwned>(status: u16, body: &[u8]) -> Result<T, Read> {
    if (200..300).contains(&status) {
        let body = if body.is_empty() { b"null" } else { body };
        return read_json(body)
            .map_err(|_| Read::Fault(Fault::Unknown("done, but the answer cannot be read".to_owned())));
    }
    let refusal = read_json::<Refusal>(body);
    if status == 429 {
        let refusal = refusal.unwrap_or_default();
        let wait_ms = refusal.retry_after.and_then(|seconds| seconds_as_ms(&seconds.to_string()));
        return Err(Read::TooFast { wait_ms, global: refusal.global });
    }
    let (code, words) = match refusal {
        Ok(refusal) if !refusal.message.is_empty() => (refusal.code, words(&refusal)),
        _ => {
            let page: String = String::from_utf8_lossy(body).chars().take(PAGE_CHARS).collect();
            (0, format!("HTTP {status} without Discord's JSON: {}", page.trim().replace('\n', " ")))
        }
    };
    Err(Read::Fault(match status {
        // A gateway that heard nothing from those behind it does not know what they did.
        502 | 504 => Fault::Unknown(words),
        500.. => Fault::NotDone(words),
        _ => Fault::Refused { status, code, words },
    }))
}

/// The words of a refusal, with what is wrong in which field.
fn words(refusal: &Refusal) -> String {
    let mut all = refusal.message.clone();
    let mut found = Vec::new();
    collect(&refusal.errors, String::new(), &mut found);
    for (field, what) in found.into_iter().take(3) {
        all.push_str(&format!("; {field}: {what}"));
    }
    all
}

fn collect(errors: &Value, path: String, found: &mut Vec<(String, String)>) {
    let Some(fields) = errors.as_object() else { return };
    for (name, value) in fields {
        if name == "_errors" {
            let messages = value.as_array().into_iter().flatten();
            let messages = messages.filter_map(|one| one["message"].as_str());
            found.extend(messages.map(|message| (path.clone(), message.to_owned())));
        } else {
            let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
            collect(value, path, found);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(status: u16, body: &str) -> Result<i64, Read> {
        read(status, body.as_bytes())
    }

    #[test]
    fn every_sort_of_answer_means_what_it_says() {
        assert_eq!(said(200, "7"), Ok(7));
        assert!(read::<serde::de::IgnoredAny>(204, b"").is_ok());
        let refused =
            Fault::Refused { status: 403, code: 50_007, words: "Cannot send messages to this user".into() };
        assert_eq!(
            said(403, r#"{"message":"Cannot send messages to this user","code":50007}"#),
            Err(Read::Fault(refused))
        );
        assert_eq!(
            said(429, r#"{"message":"You are being rate limited.","retry_after":64.57,"global":true}"#),
            Err(Read::TooFast { wait_ms: Some(64_570), global: true })
        );
        assert_eq!(said(429, "slow down"), Err(Read::TooFast { wait_ms: None, global: false }));
        assert!(matches!(said(200, "\"seven\""), Err(Read::Fault(Fault::Unknown(_)))));
    }

    #[test]
    fn what_is_wrong_in_which_field_is_said() {
        let body = r#"{"code":50035,"message":"Invalid Form Body","errors":{"content":{"_errors":[{"code":"BASE_TYPE_MAX_LENGTH","message":"Must be 2000 or fewer in length."}]}}}"#;
        let Err(Read::Fault(fault)) = said(400, body) else { panic!("it is refused") };
        assert_eq!(
            fault.to_string(),
            "400 Invalid Form Body; content: Must be 2000 or fewer in length. (50035)"
        );
    }

    #[test]
    fn pages_instead_of_json_are_read_by_their_status() {
        let page = "<html>\n<head><title>502 Bad Gateway</title></head></html>";
        for (status, surely_not) in [(500, true), (503, true), (502, false), (504, false)] {
            match said(status, page) {
                Err(Read::Fault(Fault::NotDone(_))) => assert!(surely_not, "{status}"),
                Err(Read::Fault(Fault::Unknown(_))) => assert!(!surely_not, "{status}"),
                other => panic!("{status}: {other:?}"),
            }
        }
    }
}
