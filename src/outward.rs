//! Calls addresses that somebody gave: what webhooks are told.
//!
//! What may be called is judged whenever a connection is made (`bot_core::outward`). Nothing is followed, no proxy is asked,
//! nothing is sent along that was not put in, and of an answer only the beginning is read.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bot_core::features::webhook::{Answered, Call, Caller};
use bot_core::outward::{Lookup, Reach, SystemLookup};
use reqwest_012::dns::{Addrs, Name, Resolve, Resolving};
use reqwest_012::{Client, Response, Url, redirect};

/// How long a connection may take.
const CONNECT_LIMIT: Duration = Duration::from_secs(5);
/// How long a whole call may take, up to the last byte that is read of the answer.
const LIMIT: Duration = Duration::from_secs(15);
/// So much of an answer is read, bytes.
const ANSWER_MAX: usize = 1_024;
/// Open connections are kept for the next message for so long.
const IDLE: Duration = Duration::from_secs(30);

/// What calls.
pub(crate) struct Outward {
    reach: Arc<Reach>,
    /// Over TLS.
    tls: Option<Client>,
    /// In plain text, inside.
    plain: Option<Client>,
}

impl Outward {
    /// Calls what may be called.
    pub(crate) fn new(reach: Reach) -> Self {
        Self::with_lookup(reach, Arc::new(SystemLookup), LIMIT)
    }

    fn with_lookup(reach: Reach, lookup: Arc<dyn Lookup>, limit: Duration) -> Self {
        let reach = Arc::new(reach);
        let client = |is_plain| {
            let names = Names { reach: Arc::clone(&reach), lookup: Arc::clone(&lookup), is_plain };
            let built = Client::builder()
                .connect_timeout(CONNECT_LIMIT)
                .timeout(limit)
                .pool_idle_timeout(IDLE)
                .redirect(redirect::Policy::none())
                // A proxy would resolve names itself, and reach what must not be reached.
                .no_proxy()
                .user_agent(concat!("Guildhall/", env!("CARGO_PKG_VERSION")))
                .dns_resolver(Arc::new(names))
                .build();
            // Only a TLS backend that cannot start fails here. Then nothing is called, for any other client would reach
            // what must not be reached.
            built.inspect_err(|error| tracing::error!(%error, "webhooks cannot be called")).ok()
        };
        Self { tls: client(false), plain: client(true), reach }
    }

    async fn post(&self, call: &Call) -> Result<Response, String> {
        // Read anew: what was allowed when it was written down may no longer be.
        let url: Url = self.reach.read(&call.url).map_err(|_| "the address may not be called".to_owned())?;
        let client = if url.scheme() == "http" { &self.plain } else { &self.tls };
        let client = client.as_ref().ok_or("no client could be made")?;
        let request = client.post(url).header("content-type", "application/json");
        let request =
            call.headers.iter().fold(request, |request, (name, value)| request.header(*name, value));
        request.body(call.body.clone()).send().await.map_err(in_words)
    }
}

#[async_trait]
impl Caller for Outward {
    async fn call(&self, call: &Call) -> Answered {
        let mut response = match self.post(call).await {
            Ok(response) => response,
            Err(error) => return Answered { error: Some(error), ..Answered::default() },
        };
        let status = Some(response.status().as_u16());
        let (mut answer, mut error) = (Vec::new(), None);
        while answer.len() < ANSWER_MAX {
            match response.chunk().await {
                Ok(Some(chunk)) => {
                    answer.extend_from_slice(&chunk[..chunk.len().min(ANSWER_MAX - answer.len())])
                }
                Ok(None) => break,
                Err(why) => {
                    error = Some(in_words(why));
                    break;
                }
            }
        }
        Answered { status, answer: Some(String::from_utf8_lossy(&answer).into_owned()), error }
    }
}

/// What went wrong on the way, without the address: it may hold a key.
fn in_words(error: reqwest_012::Error) -> String {
    if error.is_timeout() {
        return "no answer came in time".to_owned();
    }
    let error = error.without_url();
    let cause = std::iter::successors(std::error::Error::source(&error), |cause| cause.source()).last();
    cause.map_or_else(|| error.to_string(), ToString::to_string)
}

/// Looks names up for a client, and leaves only what may be called.
struct Names {
    reach: Arc<Reach>,
    lookup: Arc<dyn Lookup>,
    is_plain: bool,
}

impl Resolve for Names {
    fn resolve(&self, name: Name) -> Resolving {
        let (reach, lookup, is_plain) = (Arc::clone(&self.reach), Arc::clone(&self.lookup), self.is_plain);
        Box::pin(async move {
            let found: Vec<IpAddr> = reach.resolve(lookup.as_ref(), name.as_str(), is_plain).await?;
            Ok(Box::new(found.into_iter().map(|ip| SocketAddr::new(ip, 0))) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests;
