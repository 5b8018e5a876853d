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
use crate::view::View;

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
    kinds: Vec<Shown>,
    /// Said when nothing was found.
    none: Option<String>,
}

/// The kinds, in the order of the page.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Place {
    Merchants,
    People,
    Tickets,
    Cases,
    Announcements,
    Activities,
    Articles,
}

impl Place {
    /// What programs call it.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Merchants => "merchants",
            Self::People => "people",
            Self::Tickets => "tickets",
            Self::Cases => "cases",
            Self::Announcements => "announcements",
            Self::Activities => "activities",
            Self::Articles => "articles",
        }
    }

    /// The number of one of them, where they have numbers.
    pub(crate) fn no(self, id: &str) -> Option<String> {
        let letters = match self {
            Self::Tickets => TicketNo::LETTERS,
            Self::Cases => CaseNo::LETTERS,
            Self::Announcements => AnnouncementNo::LETTERS,
            Self::Activities => ActivityNo::LETTERS,
            Self::Merchants | Self::People | Self::Articles => return None,
        };
        Some(format!("{letters}-{id}"))
    }

    /// Where one of them stands. Somebody leads to the merchant that they speak for, if any.
    fn href(self, id: &str) -> Option<String> {
        let page = match self {
            Self::People if id.is_empty() => return None,
            Self::Merchants | Self::People => "/merchants",
            Self::Tickets => "/tickets",
            Self::Cases => "/moderation",
            Self::Announcements => "/announcements",
            Self::Activities => "/activities",
            Self::Articles => "/knowledge",
        };
        let id: String = form_urlencoded::byte_serialize(id.as_bytes()).collect();
        Some(format!("{page}/{id}"))
    }

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
pub(crate) struct Kind {
    pub(crate) place: Place,
    pub(crate) hits: Vec<Found>,
    /// Whether there are more.
    pub(crate) more: bool,
}

/// The hits of one kind in the reader's words.
struct Shown {
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
    let q = words(&asked.q);
    let kinds = match q.is_empty() {
        true => Vec::new(),
        false => found(&console.hall.db, &f.view, &q).await?,
    };
    let kinds: Vec<Shown> = kinds.into_iter().map(|kind| shown(&f, kind)).collect();
    let none = match (q.is_empty(), kinds.is_empty()) {
        (true, _) => Some(f.t("console-search-about")),
        (false, true) => Some(f.say(&text!("console-search-none", q = &q))),
        (false, false) => None,
    };
    page(&SearchPage { f, q, kinds, none })
}

/// The words that are looked for.
pub(crate) fn words(asked: &str) -> String {
    // PostgreSQL takes no NUL in a text.
    asked.replace('\0', "").trim().chars().take(WORDS_MAX).collect()
}

/// Everything that was found and may be seen, the kinds without a hit left out: in two halves side by side, for going
/// through names and words is what takes its time.
pub(crate) async fn found(db: &Db, view: &View, q: &str) -> Result<Vec<Kind>, StoreError> {
    let sought = Sought::new(q, i64::try_from(SHOWN + 1).unwrap_or(i64::MAX));
    let (tell, told) = oneshot::channel();
    let (one, other) =
        try_join(who_and_tickets(db, view, (q, &sought), tell), others(db, view, (q, &sought), told)).await?;
    let mut kinds: Vec<Kind> = one.into_iter().chain(other).filter(|kind| !kind.hits.is_empty()).collect();
    kinds.sort_by_key(|kind| kind.place);
    Ok(kinds)
}

/// The half that learns whose things are looked for, and says so to the other.
async fn who_and_tickets(
    db: &Db,
    view: &View,
    (q, sought): (&str, &Sought),
    tell: oneshot::Sender<Who>,
) -> Result<Option<Kind>, StoreError> {
    let mut tx = db.read().await?;
    let who = search::who(&mut tx, sought).await?;
    // Where the other half has failed nobody hears it.
    let _gone = tell.send(who.clone());
    if !view.may(Permission::Tickets) {
        return Ok(None);
    }
    let all = search::tickets(&mut tx, sought, (TicketNo::parse(q).map(|no| no.0), &who)).await?;
    Ok(Some(Kind::of(Place::Tickets, all)))
}

/// The other half. No connection is held while it waits for the first, which may be waiting for one.
async fn others(
    db: &Db,
    view: &View,
    (q, sought): (&str, &Sought),
    told: oneshot::Receiver<Who>,
) -> Result<Vec<Kind>, StoreError> {
    let mut kinds = worded(&mut db.read().await?, view, (q, sought)).await?;
    // The first half has failed, and the page with it.
    let Ok(who) = told.await else { return Ok(kinds) };
    if !view.may(Permission::ReadPeople) && !view.may(Permission::ReadCases) {
        return Ok(kinds);
    }
    let mut tx = db.read().await?;
    if view.may(Permission::ReadPeople) {
        kinds.push(Kind::of(Place::People, search::people(&mut tx, sought, &who).await?));
    }
    if view.may(Permission::ReadCases) {
        let all = search::cases(&mut tx, sought, (CaseNo::parse(q).map(|no| no.0), &who)).await?;
        kinds.push(Kind::of(Place::Cases, all));
    }
    Ok(kinds)
}

/// What is found by its own words or number, whosever it is.
async fn worded(tx: &mut Tx, view: &View, (q, sought): (&str, &Sought)) -> Result<Vec<Kind>, StoreError> {
    let mut kinds = Vec::new();
    if view.may(Permission::ReadPeople) {
        kinds.push(Kind::of(Place::Merchants, search::merchants(tx, sought).await?));
    }
    if view.may(Permission::Announce) {
        let all = search::announcements(tx, sought, AnnouncementNo::parse(q).map(|no| no.0)).await?;
        kinds.push(Kind::of(Place::Announcements, all));
    }
    if view.may(Permission::Activities) {
        let all = search::activities(tx, sought, ActivityNo::parse(q).map(|no| no.0)).await?;
        kinds.push(Kind::of(Place::Activities, all));
    }
    if view.may(Permission::Articles) {
        kinds.push(Kind::of(Place::Articles, search::articles(tx, sought).await?));
    }
    Ok(kinds)
}

impl Kind {
    fn of(place: Place, mut hits: Vec<Found>) -> Self {
        let more = hits.len() > SHOWN;
        hits.truncate(SHOWN);
        Self { place, hits, more }
    }
}

fn shown(f: &Frame, Kind { place, hits, more }: Kind) -> Shown {
    let hit = |one: Found| Hit {
        no: place.no(&one.id),
        href: place.href(&one.id),
        title: short(&one.title),
        beside: one.beside,
    };
    Shown {
        title: f.t(place.title()),
        hits: hits.into_iter().map(hit).collect(),
        more: more.then(|| f.t1("console-search-more", "n", SHOWN)),
    }
}

/// One line that is not too long.
pub(crate) fn short(title: &str) -> String {
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
