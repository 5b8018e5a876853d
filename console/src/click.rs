//! Links of announcements that are counted: each leads where its text said.
//!
//! What is to be counted waits in memory while the last lot is written, and no reader waits for it. Of who asked nothing is kept
//! but, for a minute and in memory, how often their address did.

mod pending;

use std::net::IpAddr;
use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, PoisonError};

use askama::Template;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{Html, IntoResponse as _, Response};
use bot_core::chat::Lang;
use bot_core::clock::within;
use bot_core::features::announcement::{is_sample, read_link};
use bot_core::store::StoreError;
use bot_core::store::click::{self, Followed};
use bot_core::text;
use bot_core::texts::Text;
use lru::LruCache;

use crate::reader::language;
use crate::session::throttle::{Limit, wait_ms};
use crate::state::Console;
use crate::via::Via;
use pending::Pending;

/// How long the database may take to say where a link leads, milliseconds.
const DATABASE_MS: i64 = 3_000;
/// How many links are known without asking the database; those opened longest ago are forgotten first.
const KNOWN: NonZeroUsize = NonZeroUsize::MIN.saturating_add(19_999);
/// How many addresses are remembered.
const REMEMBERED: NonZeroUsize = NonZeroUsize::MIN.saturating_add(9_999);
/// From one address. Many phones share one with their mobile network; whoever tries tokens comes upon none at this rate.
const BY_ADDRESS: Limit = Limit { attempts: 300, within_ms: 60_000 };
/// What programs that fetch pages for previews, searches and checks call themselves. Telegram sends `TelegramBot (like TwitterBot)`,
/// Discord `Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)`. Tencent names no crawler for QQ: what comes from there as a plain
/// browser is taken for one.
const NO_PEOPLE: [&str; 14] = [
    "bot",
    "crawl",
    "spider",
    "preview",
    "facebookexternalhit",
    "slurp",
    "headless",
    "curl/",
    "wget/",
    "python-",
    "go-http-client",
    "node-fetch",
    "java/",
    "libwww",
];

/// What is known of links, and what is still to be counted.
pub(crate) struct Links {
    known: Mutex<LruCache<(String, i64), Arc<Followed>>>,
    calls: Mutex<LruCache<IpAddr, Vec<i64>>>,
    pub(crate) pending: Pending,
}

impl Default for Links {
    fn default() -> Self {
        Self {
            known: Mutex::new(LruCache::new(KNOWN)),
            calls: Mutex::new(LruCache::new(REMEMBERED)),
            pending: Pending::default(),
        }
    }
}

impl Links {
    /// Takes a call from an address, unless it has called too often.
    fn takes(&self, now_ms: i64, from: IpAddr) -> bool {
        let mut all = self.calls.lock().unwrap_or_else(PoisonError::into_inner);
        let calls = all.get_or_insert_mut(from, Vec::new);
        let fits = wait_ms(now_ms, calls, BY_ADDRESS) == 0;
        if fits {
            calls.push(now_ms);
        }
        fits
    }

    /// Where a link leads. What was asked for lately is known while the database is away.
    async fn find(
        &self,
        console: &Console,
        token: &str,
        n: i64,
    ) -> Result<Option<Arc<Followed>>, StoreError> {
        let key = (token.to_owned(), n);
        if let Some(known) = self.known.lock().unwrap_or_else(PoisonError::into_inner).get(&key) {
            return Ok(Some(Arc::clone(known)));
        }
        let mut tx = console.hall.db.read().await?;
        let found = click::find(&mut tx, token, n).await?.map(Arc::new);
        if let Some(found) = &found {
            self.known.lock().unwrap_or_else(PoisonError::into_inner).put(key, Arc::clone(found));
        }
        Ok(found)
    }
}

#[derive(Template)]
#[template(path = "link.html")]
struct LinkPage {
    lang: &'static str,
    style: &'static str,
    title: String,
    words: String,
    /// Where a test would lead.
    url: Option<String>,
}

/// `GET /l/{word}`: leads where the text said.
pub(crate) async fn follow(
    State(console): State<Console>,
    Path(word): Path<String>,
    request: Request,
) -> Response {
    let (headers, now_ms) = (request.headers(), console.hall.now_ms());
    let lang = language(headers, console.hall.default_lang);
    let say = |status, words: Text, url| said(&console, lang, status, &words, url);
    let via = Via::of(&console.settings.proxies, console.is_secure(), request.extensions(), headers);
    if via.address.is_some_and(|from| !console.links.takes(now_ms, from)) {
        return say(StatusCode::TOO_MANY_REQUESTS, Text::new("console-link-often"), None);
    }
    let unknown = || say(StatusCode::NOT_FOUND, Text::new("console-link-unknown"), None);
    let Some((token, n)) = read_link(&word) else { return unknown() };
    if is_sample(token) {
        return say(StatusCode::NOT_FOUND, Text::new("console-link-preview"), None);
    }
    let asked = within(&console.hall.clock, DATABASE_MS, console.links.find(&console, token, n)).await;
    let found = match asked {
        Some(Ok(Some(found))) => found,
        Some(Ok(None)) => return unknown(),
        Some(Err(error)) => {
            tracing::warn!(%error, "a counted link could not be looked up");
            return say(StatusCode::SERVICE_UNAVAILABLE, Text::new("console-link-away"), None);
        }
        None => return say(StatusCode::SERVICE_UNAVAILABLE, Text::new("console-link-away"), None),
    };
    if found.recipient.is_empty() {
        // What is tested was approved by nobody: the reader sees where it leads, and is not led there.
        let no = found.push.split(' ').next().unwrap_or_default();
        let words = text!("console-link-test", no = no);
        return say(StatusCode::OK, words, Some(found.url.clone()));
    }
    let Ok(to) = HeaderValue::from_str(&found.url) else { return unknown() };
    if is_person(request.method(), headers) {
        console.links.pending.note(&found, n, now_ms);
    }
    let headers = [
        (header::LOCATION, to),
        (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (header::HeaderName::from_static("x-robots-tag"), HeaderValue::from_static("noindex")),
    ];
    (StatusCode::FOUND, headers).into_response()
}

/// Whether this looks like somebody who opens a link, and not like a program that looks at it.
fn is_person(method: &Method, headers: &HeaderMap) -> bool {
    let get = |name: &str| {
        headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_ascii_lowercase()
    };
    let is_ahead = ["purpose", "sec-purpose", "x-purpose", "x-moz"]
        .into_iter()
        .any(|name| ["prefetch", "preview", "prerender"].into_iter().any(|word| get(name).contains(word)));
    // A make of phones has the word in its name.
    let agent = get("user-agent").replace("cubot", "");
    *method == Method::GET
        && !is_ahead
        && !agent.trim().is_empty()
        && !NO_PEOPLE.into_iter().any(|word| agent.contains(word))
}

/// A page of a few words, for people who know nothing of us.
fn said(console: &Console, lang: Lang, status: StatusCode, words: &Text, url: Option<String>) -> Response {
    let page = LinkPage {
        lang: lang.tag(),
        style: crate::assets::address("console.css"),
        title: console.hall.texts.say(lang, &Text::new("console-link-title")),
        words: console.hall.texts.say(lang, words),
        url,
    };
    match page.render() {
        Ok(page) => (status, Html(page)).into_response(),
        Err(error) => {
            tracing::error!(%error, "the page of a link could not be written");
            (status, page.words).into_response()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_that_say_so_are_no_people() {
        let phone = "Mozilla/5.0 (Linux; Android 13; V2057A) AppleWebKit/537.36 Mobile Safari/537.36 V1_AND_SQ_9.0.8 QQ/9.0.8";
        for (method, agent, purpose, wanted) in [
            (Method::GET, phone, "", true),
            (Method::GET, "Mozilla/5.0 (Linux; Android 11; CUBOT KING KONG)", "", true),
            (Method::HEAD, phone, "", false),
            (Method::GET, phone, "prefetch;prerender", false),
            (Method::GET, "TelegramBot (like TwitterBot)", "", false),
            (Method::GET, "Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)", "", false),
            (Method::GET, "curl/8.5.0", "", false),
            (Method::GET, "", "", false),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert("user-agent", agent.parse().unwrap());
            headers.insert("sec-purpose", purpose.parse().unwrap());
            assert_eq!(is_person(&method, &headers), wanted, "{method} {agent} {purpose}");
        }
        assert!(!is_person(&Method::GET, &HeaderMap::new()));
    }

    #[test]
    fn one_address_opens_so_many_in_a_minute() {
        let links = Links::default();
        let (one, two) = (IpAddr::from([1, 1, 1, 1]), IpAddr::from([1, 1, 1, 2]));
        assert!((0..300).all(|_| links.takes(5, one)));
        assert!(!links.takes(6, one) && links.takes(6, two));
        assert!(links.takes(60_005, one));
    }
}
