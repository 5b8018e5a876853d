//! Who reads: their language, theme and session; and the words of faults for them.

use std::sync::Arc;

use askama::Template;
use axum::extract::{FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use bot_core::chat::Lang;
use bot_core::roster::{Permission, Staff};

use crate::fault::Fault;
use crate::frame::Frame;
use crate::state::Console;
use crate::via::Via;
use crate::waiting::Counts;
use crate::{cookie, session};

/// The cookie of the language that was chosen.
pub(crate) const LANG_COOKIE: &str = "guildhall_lang";
/// The cookie of the theme that was chosen.
pub(crate) const THEME_COOKIE: &str = "guildhall_theme";
/// Set by our scripts, which want a sentence or JSON instead of a page.
const LIVE_HEADER: &str = "x-guildhall-live";
/// What it holds when a page asks by itself what is new: that somebody looks at it is not said by that.
const WATCH: &str = "watch";

/// The one who asks.
#[derive(Clone)]
pub(crate) struct Reader {
    /// The language of the answer.
    pub(crate) lang: Lang,
    /// Light, dark, or as the system has it.
    pub(crate) theme: Theme,
    /// Who they are, if signed in.
    pub(crate) signed: Option<Arc<Signed>>,
    /// Whether a script of ours asks, and wants no page.
    pub(crate) live: bool,
    /// What waits for people, for the rail.
    pub(crate) waiting: Counts,
    /// What was asked for: path and query.
    pub(crate) at: String,
    /// From where, in what browser, and whether over TLS.
    pub(crate) via: Via,
}

/// Somebody who is signed in.
pub(crate) struct Signed {
    /// Who.
    pub(crate) staff: Staff,
    /// What their pages must send back with every change.
    pub(crate) csrf: String,
    /// The session's digest.
    pub(crate) session: String,
    /// Their role asks for a second factor, and they have none yet.
    pub(crate) lacks_second_factor: bool,
}

/// How pages look.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Theme {
    Auto,
    Light,
    Dark,
}

impl Theme {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    pub(crate) fn from_word(word: &str) -> Self {
        match word {
            "light" => Self::Light,
            "dark" => Self::Dark,
            _ => Self::Auto,
        }
    }
}

impl Reader {
    pub(crate) fn staff(&self) -> Option<&Staff> {
        self.signed.as_ref().map(|signed| &signed.staff)
    }

    pub(crate) fn may(&self, permission: Permission) -> bool {
        self.staff().is_some_and(|staff| staff.may(permission))
    }
}

impl<S: Sync> FromRequestParts<S> for Reader {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Fault> {
        parts
            .extensions
            .get::<Self>()
            .cloned()
            .ok_or_else(|| Fault::Internal("a page stands outside the reader's layer".into()))
    }
}

/// Finds out who asks, lets the page answer, and puts faults into words.
pub(crate) async fn read(State(console): State<Console>, mut request: Request, next: Next) -> Response {
    let proxies = &console.settings.proxies;
    let via = Via::of(proxies, console.is_secure(), request.extensions(), request.headers());
    let is_watch = request.headers().get(LIVE_HEADER).is_some_and(|value| value == WATCH);
    let known = match session::of(&console, &via, request.headers(), is_watch).await {
        Ok(known) => known,
        // Without the database nobody can be known; the page below says so.
        Err(error) => session::Known::default().with_fault(error),
    };
    let headers = request.headers();
    let live = headers.contains_key(LIVE_HEADER);
    let reader = Reader {
        lang: language(headers, console.hall.default_lang),
        theme: cookie::get(headers, THEME_COOKIE).map_or(Theme::Auto, Theme::from_word),
        waiting: match (&known.signed, live) {
            // Without the counts a page is still a page.
            (Some(_), false) => console.waiting.counts(&console.hall).await.unwrap_or_default(),
            _ => Counts::default(),
        },
        signed: known.signed.map(Arc::new),
        live,
        at: path_and_query(request.uri()),
        via,
    };
    let method = request.method().clone();
    let came_from = came_from(&console, request.headers()).filter(|from| *from != reader.at);
    request.extensions_mut().insert(reader.clone());
    let mut response = match known.fault {
        Some(error) => Fault::Store(error).into_response(),
        None => next.run(request).await,
    };
    if let Some(fault) = response.extensions_mut().remove::<Arc<Fault>>() {
        response = in_words(&console, &reader, (&method, came_from), &fault);
    }
    // A page that signs out has set the cookie already.
    if let Some(renewed) = known.renewed
        && !response.headers().contains_key(header::SET_COOKIE)
    {
        response.headers_mut().append(header::SET_COOKIE, renewed);
    }
    response.headers_mut().append(header::VARY, HeaderValue::from_static("Cookie, Accept-Language"));
    response
}

fn path_and_query(uri: &Uri) -> String {
    uri.path_and_query().map_or_else(|| "/".to_owned(), ToString::to_string)
}

/// The page of ours from which somebody came here, if their browser says so.
fn came_from(console: &Console, headers: &HeaderMap) -> Option<String> {
    let referer = headers.get(header::REFERER)?.to_str().ok()?.parse::<Uri>().ok()?;
    let authority = referer.authority()?.as_str();
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    let public = console.hall.public_url.parse::<Uri>().ok();
    let is_ours = host == Some(authority)
        || public.is_some_and(|public| public.authority().is_some_and(|ours| ours.as_str() == authority));
    // Two slashes would lead to another site.
    let from = path_and_query(&referer);
    (is_ours && !from.starts_with("//")).then_some(from)
}

/// The language that was chosen, or the first of the browser's that we speak.
pub(crate) fn language(headers: &HeaderMap, default: Lang) -> Lang {
    let chosen = cookie::get(headers, LANG_COOKIE).and_then(Lang::from_tag);
    let accepted = || {
        let list = headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok()?;
        list.split(',').find_map(|tag| Lang::from_tag(tag.split(';').next()?.trim()))
    };
    chosen.or_else(accepted).unwrap_or(default)
}

/// A page with what happened and what to do.
#[derive(Template)]
#[template(path = "fault.html")]
struct FaultPage {
    f: Frame,
    status: u16,
    words: String,
    /// The page where they pressed what did not work.
    back: Option<String>,
}

fn in_words(
    console: &Console,
    reader: &Reader,
    (method, back): (&Method, Option<String>),
    fault: &Fault,
) -> Response {
    match fault {
        Fault::Store(error) => tracing::error!(%error, at = %reader.at, "a page could not be given"),
        Fault::Internal(error) => tracing::error!(%error, at = %reader.at, "a page could not be given"),
        _ => {}
    }
    if matches!(fault, Fault::Nobody) && *method == Method::GET && !reader.live {
        let next: String = form_urlencoded::byte_serialize(reader.at.as_bytes()).collect();
        return Redirect::to(&format!("/sign-in?next={next}")).into_response();
    }
    let (status, words) = (fault.status(), console.hall.texts.say(reader.lang, &fault.words()));
    if reader.live {
        return (status, words).into_response();
    }
    let title = console.hall.texts.say(reader.lang, &bot_core::texts::Text::new("console-fault-title"));
    let f = Frame::new(console, reader, "", title);
    let page = FaultPage { f, status: status.as_u16(), words, back };
    match page.render() {
        Ok(html) => (status, axum::response::Html(html)).into_response(),
        Err(_) => (StatusCode::INTERNAL_SERVER_ERROR, page.words).into_response(),
    }
}
