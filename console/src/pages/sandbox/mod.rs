//! The sandbox page: chats side by side like real ones, and what the bot makes of them.

mod cast;
mod file;
mod line;
mod live;
mod panel;
mod refusal;

mod speak;
mod stories;
mod strip;
mod trouble;
mod view;

use askama::Template;
use axum::extract::{DefaultBodyLimit, RawQuery, State};
use axum::http::{HeaderMap, header};
use axum::response::Response;
use axum::routing::{get, post};
use bot_core::roster::Permission;
use bot_core::texts::Text;
use guildhall_sandbox::World;

use super::Page;
use crate::cookie;
use crate::fault::Fault;
use crate::frame::{Frame, page};
use crate::guard::Need;
use crate::reader::Reader;
use crate::state::Console;
use cast::Cast;
use panel::{Choice, Entry, Failed, Panel};
use stories::Story;
use strip::Seen;
use view::{PANELS_MAX, Spec, Spot, View};

/// Remembers which chats were shown.
const VIEW_COOKIE: &str = "guildhall_sandbox";
/// What can be reacted with.
const REACTIONS: [&str; 5] = ["👍", "❤️", "😂", "🎉", "🙏"];

pub(super) fn pages() -> Vec<Page> {
    let may = Need::May(Permission::Sandbox);
    vec![
        Page::new("/sandbox", may, get(sandbox)),
        Page::new("/sandbox/panel", may, get(one_panel)),
        Page::new("/sandbox/strip", may, get(strip_only)),
        Page::new("/sandbox/live", may, get(live::live)),
        Page::new("/sandbox/file/{key}", may, get(file::file)),
        // The guard has measured the body already.
        Page::new("/sandbox/say", may, post(speak::say).layer(DefaultBodyLimit::disable())),
        Page::new("/sandbox/touch", may, post(speak::touch)),
        Page::new("/sandbox/form", may, post(speak::form)),
        Page::new("/sandbox/trouble", may, post(trouble::change)),
    ]
}

#[derive(Template)]
#[template(path = "sandbox/page.html")]
struct SandboxPage {
    f: Frame,
    view: String,
    panels: Vec<Panel>,
    /// The address with one more panel, if there is room.
    more: Option<String>,
    stories: Vec<Story>,
    seen: Vec<Seen>,
    troubles: Vec<String>,
    trouble_kinds: Vec<Choice>,
    trouble_actions: Vec<Choice>,
}

#[derive(Template)]
#[template(path = "sandbox/panel_only.html")]
struct PanelOnly {
    f: Frame,
    p: Panel,
}

#[derive(Template)]
#[template(path = "sandbox/strip_only.html")]
struct StripOnly {
    f: Frame,
    seen: Vec<Seen>,
    troubles: Vec<String>,
}

impl SandboxPage {
    fn here(&self) -> Option<&Story> {
        self.stories.iter().find(|story| story.here)
    }
}

/// The world, if the sandbox is switched on.
fn world_of(console: &Console) -> Result<&World, Fault> {
    console.world.as_ref().ok_or(Fault::NotFound)
}

/// `GET /sandbox`.
async fn sandbox(
    State(console): State<Console>,
    reader: Reader,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Result<Response, Fault> {
    let mut view = View::read(query.as_deref().unwrap_or_default());
    if view.panels.is_empty()
        && let Some(remembered) = cookie::get(&headers, VIEW_COOKIE)
    {
        view.panels = View::read(remembered).panels;
    }
    full_page(&console, &reader, &view, None).await
}

/// The whole page; what of the view is not there (any more) is left out.
async fn full_page(
    console: &Console,
    reader: &Reader,
    view: &View,
    failed: Option<Failed>,
) -> Result<Response, Fault> {
    let world = world_of(console)?;
    let cast = Cast::of(console, world).await?;
    let title = console.hall.texts.say(reader.lang, &Text::new("console-place-sandbox"));
    let f = Frame::new(console, reader, "sandbox", title);
    let is_there = |spec: &Spec| {
        let chat = match &spec.spot {
            Spot::Group(key) => cast.groups.iter().any(|(group, _)| group == key),
            Spot::Direct => true,
        };
        chat && cast.user(&spec.speaker).is_some()
    };
    let mut view = view.clone();
    view.panels.retain(is_there);
    if view.panels.is_empty() {
        view.panels = stories::first_view(&cast, reader.lang).panels;
    }
    let panels =
        (0..view.panels.len()).filter_map(|n| panel::build(&f, world, &cast, &view, n, failed.as_ref()));
    let template = SandboxPage {
        view: view.query(),
        panels: panels.collect(),
        more: more(&view),
        stories: stories::stories(&f, &cast, view.story),
        seen: strip::strip(&f, console, world, &cast).await?,
        troubles: trouble::standing(&f, &world.faults().standing()),
        trouble_kinds: trouble::KINDS.iter().map(|(value, key)| choice(value, f.t(key))).collect(),
        trouble_actions: trouble::ACTIONS
            .iter()
            .map(|word| choice(word, f.say(&super::outbox::action_words(word))))
            .collect(),
        f,
    };
    let mut response = page(&template)?;
    let remembered = view.without_drafts().query();
    if let Some(cookie) = cookie::set(VIEW_COOKIE, &remembered, 30 * 86_400, template.f.reader.via.is_secure)
    {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

fn choice(value: &str, label: String) -> Choice {
    Choice { value: value.to_owned(), label, chosen: false }
}

/// The address with one more chat: the private chat of the last one who speaks.
fn more(view: &View) -> Option<String> {
    let last = view.panels.last().filter(|_| view.panels.len() < PANELS_MAX)?;
    let mut view = view.without_drafts();
    view.panels.push(Spec::new(Spot::Direct, &last.speaker));
    Some(view.path())
}

/// `GET /sandbox/panel`: one panel as it is now; `n` says which of the view.
async fn one_panel(
    State(console): State<Console>,
    reader: Reader,
    RawQuery(query): RawQuery,
) -> Result<Response, Fault> {
    let query = query.unwrap_or_default();
    let n = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "n");
    let n: usize = n.and_then(|(_, n)| n.parse().ok()).ok_or(Fault::Unreadable)?;
    let world = world_of(&console)?;
    let cast = Cast::of(&console, world).await?;
    let f = Frame::new(&console, &reader, "sandbox", String::new());
    let p = panel::build(&f, world, &cast, &View::read(&query), n, None).ok_or(Fault::NotFound)?;
    page(&PanelOnly { f, p })
}

/// `GET /sandbox/strip`: what the bot saw and decided, as it is now.
async fn strip_only(State(console): State<Console>, reader: Reader) -> Result<Response, Fault> {
    let world = world_of(&console)?;
    let cast = Cast::of(&console, world).await?;
    let f = Frame::new(&console, &reader, "sandbox", String::new());
    let seen = strip::strip(&f, &console, world, &cast).await?;
    let troubles = trouble::standing(&f, &world.faults().standing());
    page(&StripOnly { f, seen, troubles })
}
