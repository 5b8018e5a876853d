//! Fetches what stands behind an address that the implementation gave.
//!
//! What people send decides in part where such an address leads, so nothing inside our own network is asked: a name
//! has to resolve to public addresses, also after each redirect. Places that the config names are asked all the same.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use bot_core::outward::{Reach, SystemLookup, is_public};
use reqwest_012::dns::{Addrs, Name, Resolve, Resolving};
use reqwest_012::{Client, ClientBuilder, Response, redirect};
use url::{Host, Url};

/// How long a connection may take.
const CONNECT_LIMIT: Duration = Duration::from_secs(10);
/// So often an address may lead to another.
const REDIRECTS_MAX: usize = 3;

/// Why there are no bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Failed {
    /// There is nothing behind it any more, or nothing that may be asked for.
    Gone(String),
    /// Nobody is reached there.
    NoWay(String),
    /// It may be there later.
    NotNow(String),
    /// It is more than is stored.
    TooLarge(String),
}

/// What asks.
pub(crate) struct Downloads {
    /// Reaches public addresses only. `None` when it could not be made: then nothing is asked, since any other client
    /// would reach what must not be reached.
    careful: Option<Client>,
    /// Reaches what the config names.
    trusting: Option<Client>,
    /// `host:port` of what the config names.
    own: Vec<String>,
}

impl Downloads {
    /// Asks public places, and those of `own` (`host:port`).
    pub(crate) fn new(own: &[String]) -> Self {
        let common = || {
            Client::builder()
                .connect_timeout(CONNECT_LIMIT)
                .redirect(redirect::Policy::none())
                // A proxy would resolve names itself, and reach what must not be reached.
                .no_proxy()
        };
        // Only a TLS backend that cannot start fails here.
        let careful = made(common().dns_resolver(Arc::new(Public)));
        let trusting = made(common());
        Self { careful, trusting, own: own.iter().map(|host| host.to_ascii_lowercase()).collect() }
    }

    /// The answer of an address, its bytes still to come, all of them within `limit`.
    ///
    /// # Errors
    /// When it may not be asked or does not give anything.
    pub(crate) async fn get(&self, address: &str, limit: Duration) -> Result<Response, Failed> {
        let mut url = Url::parse(address).map_err(|_| Failed::Gone("its address is none".to_owned()))?;
        for _ in 0..=REDIRECTS_MAX {
            let asked = self.client(&url)?.get(url.clone()).timeout(limit).send().await;
            let response = asked.map_err(failed)?;
            let status = response.status();
            if status.is_redirection() {
                let to = response.headers().get("location").and_then(|to| to.to_str().ok());
                url = to
                    .and_then(|to| url.join(to).ok())
                    .ok_or_else(|| Failed::Gone("it leads nowhere".to_owned()))?;
                continue;
            }
            return match status.as_u16() {
                200..=299 => Ok(response),
                408 | 425 | 429 | 500..=599 => {
                    Err(Failed::NotNow(format!("its place answers with {status}")))
                }
                _ => Err(Failed::Gone(format!("its place answers with {status}"))),
            };
        }
        Err(Failed::Gone("it leads from one place to the next".to_owned()))
    }

    /// What may ask at an address.
    fn client<'a>(&'a self, url: &Url) -> Result<&'a Client, Failed> {
        let no = |why: &str| Err(Failed::Gone(why.to_owned()));
        if !matches!(url.scheme(), "http" | "https") {
            return no("its address is neither http nor https");
        }
        let named = format!(
            "{}:{}",
            url.host_str().unwrap_or_default().to_ascii_lowercase(),
            url.port_or_known_default().unwrap_or_default()
        );
        let there = |client: &'a Option<Client>| {
            client.as_ref().ok_or_else(|| Failed::NoWay("no client for it could be made".to_owned()))
        };
        if self.own.contains(&named) {
            return there(&self.trusting);
        }
        match url.host() {
            Some(Host::Domain(_)) => there(&self.careful),
            Some(Host::Ipv4(ip)) if is_public(ip.into()) => there(&self.careful),
            Some(Host::Ipv6(ip)) if is_public(ip.into()) => there(&self.careful),
            _ => no("its address is inside a private network ([onebot] file_hosts)"),
        }
    }
}

/// A client as it was asked for, or none: never another.
fn made(builder: ClientBuilder) -> Option<Client> {
    builder
        .build()
        .inspect_err(|error| tracing::error!(%error, "no client for files could be made; none are fetched"))
        .ok()
}

/// What went wrong on the way, without the address: it may hold a key to the file.
pub(crate) fn failed(error: reqwest_012::Error) -> Failed {
    let connecting = error.is_connect();
    let error = error.without_url();
    let cause = std::iter::successors(std::error::Error::source(&error), |cause| cause.source()).last();
    let words = cause.map_or_else(|| error.to_string(), ToString::to_string);
    if connecting { Failed::NoWay(words) } else { Failed::NotNow(words) }
}

/// Resolves names to public addresses alone.
struct Public;

impl Resolve for Public {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found = Reach::default().resolve(&SystemLookup, name.as_str(), false).await?;
            Ok(Box::new(found.into_iter().map(|ip| SocketAddr::new(ip, 0))) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn addresses_inside_are_refused_before_anybody_is_asked() {
        let downloads = Downloads::new(&["127.0.0.1:81".to_owned()]);
        for inside in [
            "http://127.0.0.1/",
            "http://127.1:8080/x",
            "http://[::1]/",
            "http://0x7f000001/",
            "http://localhost/",
            "https://169.254.169.254/latest",
            "file:///etc/passwd",
            "ftp://1.1.1.1/",
            "no address",
            "http://[::ffff:10.0.0.1]/",
        ] {
            let failed = downloads.get(inside, Duration::from_secs(5)).await.unwrap_err();
            let why = format!("{failed:?}");
            assert!(matches!(failed, Failed::Gone(_)) || why.contains("private network"), "{inside}: {why}");
        }
        assert!(
            downloads.client(&Url::parse("http://127.0.0.1:81/x").unwrap()).is_ok(),
            "the config names it"
        );
        assert!(downloads.client(&Url::parse("http://127.0.0.1:82/x").unwrap()).is_err());
    }

    #[tokio::test]
    async fn without_the_careful_client_nothing_is_asked_by_another() {
        // A header that is none cannot be built.
        assert!(made(Client::builder().user_agent("\n")).is_none());
        let downloads = Downloads { careful: None, ..Downloads::new(&["127.0.0.1:81".to_owned()]) };
        let failed = downloads.get("http://1.1.1.1/", Duration::from_secs(5)).await.unwrap_err();
        assert!(matches!(failed, Failed::NoWay(_)), "{failed:?}");
    }
}
