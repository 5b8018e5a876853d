//! The Bot API over HTTP: one method call, and an honest word on how it ended.
//!
//! The token stands in every address. No error of the HTTP client leaves this file with its address.

use std::time::Duration;

use reqwest_012 as reqwest;
use reqwest_012::multipart::{Form, Part};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use teloxide::requests::Payload;
use tokio::io::AsyncReadExt as _;
use url::Url;

use bot_core::chat::read_json;
use bot_core::secret::Secret;

/// How long a connection may take to be made.
const CONNECT_LIMIT: Duration = Duration::from_secs(10);
/// How long a call may take. The courier gives up after 30 s: what it is told should come from here.
pub(crate) const CALL_LIMIT: Duration = Duration::from_secs(25);
/// Unused connections are closed before the other side does it while we write.
const IDLE_LIMIT: Duration = Duration::from_secs(20);
/// The wait when somebody refuses for speed without saying for how long, milliseconds.
const RETRY_MS: i64 = 5_000;
/// Bytes of a file that are in memory at once.
const CHUNK_BYTES: usize = 64 * 1_024;
/// As much of a page that is no JSON is kept in an error, characters.
const PAGE_CHARS: usize = 120;

/// The Bot API of one bot.
#[derive(Clone)]
pub(crate) struct Api {
    client: reqwest::Client,
    base: Url,
    token: Secret,
}

/// How a call failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Fault {
    /// Telegram refused it.
    #[error("{code} {words}")]
    Refused {
        /// Its number, like HTTP's.
        code: u16,
        /// Its own words.
        words: String,
        /// The chat goes on under this id.
        moved_to: Option<i64>,
    },
    /// Telegram asks to wait.
    #[error("asked to wait {wait_ms} ms")]
    TooFast {
        /// For how long.
        wait_ms: i64,
    },
    /// It surely was not done.
    #[error("{0}")]
    NotDone(String),
    /// It may have been done.
    #[error("{0}")]
    Unknown(String),
}

/// What the Bot API answers with.
#[derive(Deserialize)]
struct Envelope<T> {
    ok: bool,
    #[serde(default = "none")]
    result: Option<T>,
    #[serde(default)]
    error_code: u16,
    #[serde(default)]
    description: String,
    #[serde(default)]
    parameters: Parameters,
}

fn none<T>() -> Option<T> {
    None
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Parameters {
    retry_after: Option<i64>,
    migrate_to_chat_id: Option<i64>,
}

impl Api {
    /// The API of the bot that `token` belongs to, at `base`.
    pub(crate) fn new(base: &Url, token: Secret) -> Self {
        let client = reqwest::Client::builder()
            .connect_timeout(CONNECT_LIMIT)
            .pool_idle_timeout(IDLE_LIMIT)
            .tcp_nodelay(true)
            .redirect(reqwest::redirect::Policy::none())
            .build()
            // Only a TLS backend that cannot start fails here; the plain client fails with words at each call.
            .unwrap_or_default();
        Self { client, base: base.clone(), token }
    }

    /// The bot's own id, which is the first part of its token.
    pub(crate) fn bot_id(&self) -> i64 {
        self.token.expose().split(':').next().and_then(|id| id.parse().ok()).unwrap_or_default()
    }

    /// Calls a method.
    ///
    /// # Errors
    /// How it failed.
    pub(crate) async fn call<P, T>(&self, payload: &P) -> Result<T, Fault>
    where
        P: Payload + Serialize + Sync,
        T: DeserializeOwned,
    {
        self.call_within(payload, CALL_LIMIT).await
    }

    /// Calls a method that may take as long as this.
    ///
    /// # Errors
    /// How it failed.
    pub(crate) async fn call_within<P, T>(&self, payload: &P, limit: Duration) -> Result<T, Fault>
    where
        P: Payload + Serialize + Sync,
        T: DeserializeOwned,
    {
        let sent = self.client.post(self.address(P::NAME)?).json(payload).timeout(limit).send().await;
        answered(sent).await
    }

    /// Calls a method with files, which its payload names as `attach://` and their fields.
    ///
    /// # Errors
    /// How it failed.
    pub(crate) async fn call_with<P, T>(
        &self,
        payload: &P,
        uploads: Vec<Upload>,
        limit: Duration,
    ) -> Result<T, Fault>
    where
        P: Payload + Serialize + Sync,
        T: DeserializeOwned,
    {
        if uploads.is_empty() {
            return self.call(payload).await;
        }
        let mut form = Form::new();
        for (name, value) in fields(payload)? {
            form = form.text(name, value);
        }
        for upload in uploads {
            let field = upload.field.clone();
            form = form.part(field, upload.part()?);
        }
        let sent = self.client.post(self.address(P::NAME)?).multipart(form).timeout(limit).send().await;
        answered(sent).await
    }

    /// Begins to fetch a file by the path that `getFile` gave.
    ///
    /// # Errors
    /// How it failed. Nothing is changed by it: it may be tried again.
    pub(crate) async fn file(&self, path: &str, limit: Duration) -> Result<Bytes, Fault> {
        let base = self.base.as_str().trim_end_matches('/');
        let address = Url::parse(&format!("{base}/file/bot{}/{path}", self.token.expose()));
        let address = address.map_err(|_| Fault::NotDone("the path of the file is none".into()))?;
        let sent = self.client.get(address).timeout(limit).send().await;
        let response = sent.map_err(|error| of_network(error, false))?;
        match response.status().as_u16() {
            200 => Ok(Bytes(response)),
            429 => Err(Fault::TooFast { wait_ms: RETRY_MS }),
            status => Err(Fault::NotDone(format!("HTTP {status} instead of the file"))),
        }
    }

    fn address(&self, method: &str) -> Result<Url, Fault> {
        let address = format!(
            "{}/bot{}/{}",
            self.base.as_str().trim_end_matches('/'),
            self.token.expose(),
            method_name(method)
        );
        Url::parse(&address)
            .map_err(|_| Fault::NotDone("the token or api_url cannot stand in an address".into()))
    }
}

/// A file that goes along with a call.
pub(crate) struct Upload {
    /// The payload names it `attach://` and this.
    pub(crate) field: String,
    /// Its bytes.
    pub(crate) file: tokio::fs::File,
    /// How many.
    pub(crate) size_bytes: u64,
    /// Its name.
    pub(crate) name: String,
    /// Its media type.
    pub(crate) media_type: String,
}

impl Upload {
    /// The file as a part of a request, read while it is sent.
    fn part(self) -> Result<Part, Fault> {
        let chunks = futures::stream::try_unfold(self.file, async |mut file| {
            let mut chunk = vec![0; CHUNK_BYTES];
            let read = file.read(&mut chunk).await?;
            chunk.truncate(read);
            Ok::<_, std::io::Error>((read > 0).then_some((chunk, file)))
        });
        let body = reqwest::Body::wrap_stream(chunks);
        let part = Part::stream_with_length(body, self.size_bytes).file_name(self.name);
        part.mime_str(&self.media_type).map_err(|_| Fault::NotDone("the media type is none".to_owned()))
    }
}

/// A file that is being fetched.
pub(crate) struct Bytes(reqwest::Response);

impl Bytes {
    /// The next bytes; `None` at the end.
    ///
    /// # Errors
    /// How it failed.
    pub(crate) async fn next(&mut self) -> Result<Option<impl AsRef<[u8]>>, Fault> {
        self.0.chunk().await.map_err(|error| of_network(error, true))
    }
}

/// A payload as the fields of a form: texts as they are, the rest as JSON.
fn fields(payload: &impl Serialize) -> Result<Vec<(String, String)>, Fault> {
    match serde_json::to_value(payload) {
        Ok(Value::Object(fields)) => Ok(fields
            .into_iter()
            .filter(|(_, value)| !value.is_null())
            .map(|(name, value)| match value {
                Value::String(text) => (name, text),
                other => (name, other.to_string()),
            })
            .collect()),
        _ => Err(Fault::NotDone("the request cannot be written".to_owned())),
    }
}

/// What came of a request.
async fn answered<T: DeserializeOwned>(sent: Result<reqwest::Response, reqwest::Error>) -> Result<T, Fault> {
    let response = sent.map_err(|error| of_network(error, false))?;
    let (status, retry_after) = (response.status().as_u16(), retry_header(&response));
    let body = response.bytes().await.map_err(|error| of_network(error, true))?;
    read(status, retry_after, &body)
}

/// teloxide's name of a method as Telegram writes it: `SendMessage` is `sendMessage`.
pub(crate) fn method_name(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map(|first| first.to_ascii_lowercase()).into_iter().chain(letters).collect()
}

/// What the network's failure means. `answered` when the other side had begun to answer.
fn of_network(error: reqwest::Error, answered: bool) -> Fault {
    let surely_not = !answered && (error.is_connect() || error.is_builder());
    let timed_out = error.is_timeout();
    // The address holds the token.
    let error = error.without_url();
    let words = std::iter::successors(std::error::Error::source(&error), |cause| cause.source())
        .last()
        .map_or_else(|| error.to_string(), ToString::to_string);
    match (surely_not, timed_out) {
        (true, _) => Fault::NotDone(format!("no connection to the Bot API: {words}")),
        (false, true) => Fault::Unknown("the Bot API did not answer in time".to_owned()),
        (false, false) => Fault::Unknown(format!("the connection to the Bot API broke: {words}")),
    }
}

fn retry_header(response: &reqwest::Response) -> Option<i64> {
    response.headers().get("retry-after")?.to_str().ok()?.trim().parse().ok()
}

/// What an answer says.
fn read<T: DeserializeOwned>(status: u16, retry_after_s: Option<i64>, body: &[u8]) -> Result<T, Fault> {
    if let Ok(Envelope { ok: true, result: Some(result), .. }) = read_json::<Envelope<T>>(body) {
        return Ok(result);
    }
    let wait_ms = |seconds: Option<i64>| seconds.map_or(RETRY_MS, |seconds| seconds.clamp(1, 86_400) * 1_000);
    let Ok(envelope) = read_json::<Envelope<serde::de::IgnoredAny>>(body) else {
        let page: String = String::from_utf8_lossy(body).chars().take(PAGE_CHARS).collect();
        let words = format!("HTTP {status} without the Bot API's JSON: {}", page.trim().replace('\n', " "));
        return Err(match status {
            429 => Fault::TooFast { wait_ms: wait_ms(retry_after_s) },
            // A gateway that heard nothing from those behind it does not know what they did.
            502 | 504 | 200..=299 => Fault::Unknown(words),
            500.. => Fault::NotDone(words),
            _ => Fault::Refused { code: status, words, moved_to: None },
        });
    };
    if envelope.ok {
        return Err(Fault::Unknown("done, but the answer cannot be read".to_owned()));
    }
    let Parameters { retry_after, migrate_to_chat_id } = envelope.parameters;
    Err(match (envelope.error_code, status) {
        (429, _) => Fault::TooFast { wait_ms: wait_ms(retry_after.or(retry_after_s)) },
        (502 | 504, _) => Fault::Unknown(envelope.description),
        (500.., _) | (0, 500..) => Fault::NotDone(envelope.description),
        (code, _) => Fault::Refused { code, words: envelope.description, moved_to: migrate_to_chat_id },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(status: u16, body: &str) -> Result<i64, Fault> {
        read(status, None, body.as_bytes())
    }

    #[test]
    fn every_sort_of_answer_means_what_it_says() {
        assert_eq!(said(200, r#"{"ok":true,"result":7}"#), Ok(7));
        assert_eq!(
            said(400, r#"{"ok":false,"error_code":400,"description":"Bad Request: chat not found"}"#),
            Err(Fault::Refused { code: 400, words: "Bad Request: chat not found".into(), moved_to: None })
        );
        assert_eq!(
            said(
                429,
                r#"{"ok":false,"error_code":429,"description":"Too Many Requests: retry after 14","parameters":{"retry_after":14}}"#
            ),
            Err(Fault::TooFast { wait_ms: 14_000 })
        );
        let moved = r#"{"ok":false,"error_code":400,"description":"Bad Request: group chat was upgraded to a supergroup chat","parameters":{"migrate_to_chat_id":-1001}}"#;
        assert!(matches!(said(400, moved), Err(Fault::Refused { moved_to: Some(-1001), .. })));
        let broken = r#"{"ok":false,"error_code":500,"description":"Internal Server Error"}"#;
        assert!(matches!(said(500, broken), Err(Fault::NotDone(_))));
    }

    #[test]
    fn pages_instead_of_json_are_read_by_their_status() {
        let page = "<html>\n<head><title>502 Bad Gateway</title></head></html>";
        for (status, surely_not) in [(500, true), (503, true), (502, false), (504, false), (200, false)] {
            match said(status, page) {
                Err(Fault::NotDone(_)) => assert!(surely_not, "{status}"),
                Err(Fault::Unknown(_)) => assert!(!surely_not, "{status}"),
                other => panic!("{status}: {other:?}"),
            }
        }
        assert_eq!(said(429, "slow down"), Err(Fault::TooFast { wait_ms: RETRY_MS }));
        assert!(matches!(said(413, page), Err(Fault::Refused { code: 413, .. })));
    }

    #[test]
    fn an_answer_that_cannot_be_read_is_no_failure() {
        assert!(matches!(said(200, r#"{"ok":true,"result":"seven"}"#), Err(Fault::Unknown(_))));
    }

    #[test]
    fn names_are_written_as_telegram_writes_them() {
        assert_eq!(method_name("SendMessage"), "sendMessage");
        assert_eq!(method_name("GetUpdates"), "getUpdates");
    }
}
