//! Looking for words over everything that the reader may see.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use bot_core::ids::{ActivityNo, AnnouncementNo, CaseNo, TicketNo};
use bot_core::roster::Permission;
use bot_core::store::search::{self, Found, Sought, Who};
use bot_core::store::{Db, StoreError, Tx};
use bot_core::text;
use bot_core::texts::Text;
use futures::future::try_join;
use serde::Deserialize;
use tokio::sync::oneshot;

use super::Page;
use crate::asked::Query;
use crate::fault::Fault;
use crate::frame::{Frame, page};
use crate::guard::Need;
use crate::reader::Reader;
use crate::state::Console;

/// Hits shown of each kind.
const SHOWN: usize = 8;
/// The longest words, characters.
const WORDS_MAX: usize = 100;
/// What is shown of a hit, characters.
const TITLE_MAX: usize = 120;

pub(super) fn pages() -> Vec<Page> {
    vec![Page::new("/search", Need::Staff, get(show))]
}

#[derive(Template)]
#[template(path = "search.html")]
struct SearchPage {
    f: Frame,
    q: String,
    kinds: Vec<Kind>,
    /// Said when nothing was found.
    none: Option<String>,
}

/// The kinds, in the order of the page.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    Merchants,
    People,
    Tickets,
    Cases,
    Announcements,
    Activities,
    Articles,
}

impl Place {
    fn title(self) -> &'static str {
        match self {
            Self::Merchants => "console-place-merchants",
            Self::People => "console-search-people",
            Self::Tickets => "console-search-tickets",
            Self::Cases => "console-search-cases",
            Self::Announcements => "console-place-announcements",
            Self::Activities => "console-place-activities",
            Self::Articles => "console-articles",
        }
    }
}

/// The hits of one kind.
struct Kind {
    place: Place,
    title: String,
    hits: Vec<Hit>,
    /// Said when there are more.
    more: Option<String>,
}

struct Hit {
    /// Its number, where it has one.
    no: Option<String>,
    href: Option<String>,
    title: String,
    beside: String,
}

/// What is looked for.
#[derive(Deserialize)]
struct Asked {
    #[serde(default)]
    q: String,
}

/// `GET /search`.
async fn show(
    State(console): State<Console>,
    reader: Reader,
    Query(asked): Query<Asked>,
) -> Result<Response, Fault> {
    let title = console.hall.texts.say(reader.lang, &Text::new("console-seek"));
    let f = Frame::new(&console, &reader, "search", title);
    // PostgreSQL takes no NUL in a text.
    let q: String = asked.q.replace('\0', "").trim().chars().take(WORDS_MAX).collect();
    let kinds = match q.is_empty() {
        true => Vec::new(),
        false => found(&console.hall.db, &f, &q).await?,
    };
    let none = match (q.is_empty(), kinds.is_empty()) {
        (true, _) => Some(f.t("console-search-about")),
        (false, true) => Some(f.say(&text!("console-search-none", q = &q))),
        (false, false) => None,
    };
    page(&SearchPage { f, q, kinds, none })
}

/// Everything that was found and may be seen, the kinds without a hit left out: in two halves side by side, for going
/// through names and words is what takes its time.
async fn found(db: &Db, f: &Frame, q: &str) -> Result<Vec<Kind>, StoreError> {
    let sought = Sought::new(q, i64::try_from(SHOWN + 1).unwrap_or(i64::MAX));
    let (tell, told) = oneshot::channel();
    let (one, other) =
        try_join(who_and_tickets(db, f, (q, &sought), tell), others(db, f, (q, &sought), told)).await?;
    let mut kinds: Vec<Kind> = one.into_iter().chain(other).filter(|kind| !kind.hits.is_empty()).collect();
    kinds.sort_by_key(|kind| kind.place);
    Ok(kinds)
}

/// The half that learns whose things are looked for, and says so to the other.
async fn who_and_tickets(
    db: &Db,
    f: &Frame,
    (q, sought): (&str, &Sought),
    tell: oneshot::Sender<Who>,
) -> Result<Option<Kind>, StoreError> {
    let mut tx = db.read().await?;
    let who = search::who(&mut tx, sought).await?;
    // Where the other half has failed nobody hears it.
    let _gone = tell.send(who.clone());
    if !f.may(Permission::Tickets) {
        return Ok(None);
    }
    let all = search::tickets(&mut tx, sought, (TicketNo::parse(q).map(|no| no.0), &who)).await?;
    let ticket = |id: &str| (Some(format!("{}-{id}", TicketNo::LETTERS)), path("/tickets", id));
    Ok(Some(kind(f, Place::Tickets, all, ticket)))
}

/// The other half. No connection is held while it waits for the first, which may be waiting for one.
async fn others(
    db: &Db,
    f: &Frame,
    (q, sought): (&str, &Sought),
    told: oneshot::Receiver<Who>,
) -> Result<Vec<Kind>, StoreError> {
    let mut kinds = worded(&mut db.read().await?, f, (q, sought)).await?;
    // The first half has failed, and the page with it.
    let Ok(who) = told.await else { return Ok(kinds) };
    if !f.may(Permission::ReadPeople) && !f.may(Permission::ReadCases) {
        return Ok(kinds);
    }
    let mut tx = db.read().await?;
    if f.may(Permission::ReadPeople) {
        let all = search::people(&mut tx, sought, &who).await?;
        let shop = |id: &str| (None, path("/merchants", id).filter(|_| !id.is_empty()));
        kinds.push(kind(f, Place::People, all, shop));
    }
    if f.may(Permission::ReadCases) {
        let all = search::cases(&mut tx, sought, (CaseNo::parse(q).map(|no| no.0), &who)).await?;
        let case = |id: &str| (Some(format!("{}-{id}", CaseNo::LETTERS)), path("/moderation", id));
        kinds.push(kind(f, Place::Cases, all, case));
    }
    Ok(kinds)
}

/// What is found by its own words or number, whosever it is.
async fn worded(tx: &mut Tx, f: &Frame, (q, sought): (&str, &Sought)) -> Result<Vec<Kind>, StoreError> {
    let mut kinds = Vec::new();
    if f.may(Permission::ReadPeople) {
        let all = search::merchants(tx, sought).await?;
        kinds.push(kind(f, Place::Merchants, all, |id| (None, path("/merchants", id))));
    }
    if f.may(Permission::Announce) {
        let all = search::announcements(tx, sought, AnnouncementNo::parse(q).map(|no| no.0)).await?;
        let one = |id: &str| (Some(format!("{}-{id}", AnnouncementNo::LETTERS)), path("/announcements", id));
        kinds.push(kind(f, Place::Announcements, all, one));
    }
    if f.may(Permission::Activities) {
        let all = search::activities(tx, sought, ActivityNo::parse(q).map(|no| no.0)).await?;
        let one = |id: &str| (Some(format!("{}-{id}", ActivityNo::LETTERS)), path("/activities", id));
        kinds.push(kind(f, Place::Activities, all, one));
    }
    if f.may(Permission::Articles) {
        let all = search::articles(tx, sought).await?;
        kinds.push(kind(f, Place::Articles, all, |id| (None, path("/knowledge", id))));
    }
    Ok(kinds)
}

/// The address of something below a page.
fn path(page: &str, id: &str) -> Option<String> {
    let id: String = form_urlencoded::byte_serialize(id.as_bytes()).collect();
    Some(format!("{page}/{id}"))
}

fn kind(
    f: &Frame,
    place: Place,
    all: Vec<Found>,
    at: impl Fn(&str) -> (Option<String>, Option<String>),
) -> Kind {
    let more = (all.len() > SHOWN).then(|| f.t1("console-search-more", "n", SHOWN));
    let hit = |one: Found| {
        let (no, href) = at(&one.id);
        Hit { no, href, title: short(&one.title), beside: one.beside }
    };
    Kind { place, title: f.t(place.title()), hits: all.into_iter().take(SHOWN).map(hit).collect(), more }
}

/// One line that is not too long.
fn short(title: &str) -> String {
    let line = title.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(TITLE_MAX) {
        Some((at, _)) => format!("{}…", &line[..at]),
        None if line.is_empty() => "–".to_owned(),
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hit_is_one_short_line() {
        assert_eq!(short("a\n  b"), "a b");
        assert_eq!(short(" "), "–");
        assert_eq!(short(&"字".repeat(TITLE_MAX + 1)).chars().count(), TITLE_MAX + 1);
    }
}
