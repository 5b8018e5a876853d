//! The data of merchants and people: finding whose, giving it out, erasing it.

use askama::Template;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::get;
use bot_core::features::privacy as feature;
use bot_core::ids::{MerchantId, PersonId};
use bot_core::roster::Permission;
use bot_core::store::privacy::{self as store, Counted, Erasure, Found, Obstacle, Whom};
use bot_core::store::{Tx, audit, people};
use bot_core::texts::Text;
use bot_core::work::Work;
use serde::Deserialize;

use super::Page;
use crate::asked::{Form, Query};
use crate::fault::Fault;
use crate::frame::{Frame, Moment, page};
use crate::guard::Need;
use crate::reader::Reader;
use crate::state::Console;
use crate::table;

/// People that are shown of those who are found, and erasures.
const SHOWN: i64 = 50;

pub(super) fn pages() -> Vec<Page> {
    let may = Need::May(Permission::Administer);
    vec![
        Page::new("/privacy", may, get(list)),
        Page::new("/merchants/{id}/export", may, get(export_merchant)),
        Page::new("/merchants/{id}/erase", may, get(ask_merchant).post(erase_merchant)),
        Page::new("/people/{id}/export", may, get(export_person)),
        Page::new("/people/{id}/erase", may, get(ask_person).post(erase_person)),
    ]
}

#[derive(Template)]
#[template(path = "privacy.html")]
struct PrivacyPage {
    f: Frame,
    asked: Asked,
    found: Vec<Somebody>,
    past: Vec<Past>,
}

/// Whom to look for.
#[derive(Clone, Default, Deserialize)]
struct Asked {
    #[serde(default)]
    q: String,
}

/// Somebody who was found.
struct Somebody {
    id: String,
    name: String,
    identities: i64,
    merchants: String,
}

/// An erasure.
struct Past {
    at: Moment,
    by: String,
    of: &'static str,
    state: &'static str,
}

#[derive(Template)]
#[template(path = "privacy_erase.html")]
struct ErasePage {
    f: Frame,
    /// Where the form goes.
    action: String,
    back: String,
    name: String,
    people: Vec<Found>,
    is_merchant: bool,
    counted: Counted,
    /// What stands for what the page shows.
    seen: String,
    /// That what there is has changed since it was looked at; empty when it has not.
    changed: String,
    /// Why it cannot be done now; empty when it can.
    refused: String,
    /// What has to be dealt with first: its number and its page.
    first: Option<(String, String)>,
}

/// `GET /privacy`.
async fn list(
    State(console): State<Console>,
    reader: Reader,
    Query(asked): Query<Asked>,
) -> Result<Response, Fault> {
    let title = console.hall.texts.say(reader.lang, &Text::new("privacy-title"));
    let f = Frame::new(&console, &reader, "merchants", title);
    let mut tx = console.hall.db.read().await?;
    let words = asked.q.trim();
    let found = match words {
        "" => Vec::new(),
        words => somebodies(&mut tx, words).await?,
    };
    let names = audit::staff_names(&mut tx).await?;
    let past = store::all(&mut tx, SHOWN).await?;
    let by = |one: &Erasure| names.get(&one.by_staff).cloned().unwrap_or_else(|| one.by_staff.to_string());
    let past = past.into_iter().map(|one| Past {
        at: f.moment(one.asked_at_ms),
        by: by(&one),
        of: if one.merchant.is_some() { "privacy-of-merchant" } else { "privacy-of-person" },
        state: match one.done_at_ms {
            Some(_) => "privacy-state-done",
            None if one.is_held() => "privacy-state-held",
            None => "privacy-state-going",
        },
    });
    page(&PrivacyPage { past: past.collect(), found, asked, f })
}

/// Who is found by some words, with the merchants that they speak for.
async fn somebodies(tx: &mut Tx, words: &str) -> Result<Vec<Somebody>, Fault> {
    let all = store::search(tx, words, SHOWN).await?;
    let mut merchants =
        store::merchants_of(tx, &all.iter().map(|one| &one.person).collect::<Vec<_>>()).await?;
    let somebody = |one: Found| Somebody {
        merchants: merchants.remove(&one.person).unwrap_or_default().join(", "),
        id: one.person.to_string(),
        name: one.name,
        identities: one.identities,
    };
    Ok(all.into_iter().map(somebody).collect())
}

/// `GET /merchants/{id}/export`.
async fn export_merchant(
    State(console): State<Console>,
    reader: Reader,
    Path(id): Path<String>,
) -> Result<Response, Fault> {
    export(&console, &reader, &Whom::Merchant(MerchantId(id))).await
}

/// `GET /people/{id}/export`.
async fn export_person(
    State(console): State<Console>,
    reader: Reader,
    Path(id): Path<String>,
) -> Result<Response, Fault> {
    export(&console, &reader, &Whom::Person(PersonId(id))).await
}

/// Everything that the database holds of them, as a file; that it was given out is noted.
async fn export(console: &Console, reader: &Reader, whom: &Whom) -> Result<Response, Fault> {
    let staff = reader.staff().ok_or(Fault::Nobody)?;
    let mut work = console.hall.look().await?;
    let given = feature::export(&mut work, whom).await?.ok_or(Fault::NotFound)?;
    drop(work);
    let note = async |mut work: Work| {
        feature::was_exported(&mut work, whom, &staff.id).await?;
        Ok((work, ()))
    };
    console.hall.in_one_commit(note).await?;
    let body = serde_json::to_vec_pretty(&given).map_err(|error| Fault::Internal(error.to_string()))?;
    Ok(table::download_as("export.json", "application/json", Body::from(body)))
}

/// `GET /merchants/{id}/erase`.
async fn ask_merchant(
    State(console): State<Console>,
    reader: Reader,
    Path(id): Path<String>,
) -> Result<Response, Fault> {
    ask(&console, &reader, &Whom::Merchant(MerchantId(id)), false).await
}

/// `GET /people/{id}/erase`.
async fn ask_person(
    State(console): State<Console>,
    reader: Reader,
    Path(id): Path<String>,
) -> Result<Response, Fault> {
    ask(&console, &reader, &Whom::Person(PersonId(id)), false).await
}

/// What would go and what would stay; with a word on it when that has `changed` since somebody looked.
async fn ask(console: &Console, reader: &Reader, whom: &Whom, changed: bool) -> Result<Response, Fault> {
    let mut work = console.hall.look().await?;
    let look = feature::look(&mut work, whom).await?.ok_or(Fault::NotFound)?;
    let (name, place) = match whom {
        Whom::Merchant(id) => {
            (people::merchant(work.tx().await?, id).await?.ok_or(Fault::NotFound)?.name, "merchants")
        }
        Whom::Person(_) => (look.people.first().ok_or(Fault::NotFound)?.name.clone(), "people"),
    };
    drop(work);
    let (seen, refused) = (look.seen(), look.obstacle);
    let title =
        console.hall.texts.say(reader.lang, &Text::new("privacy-erase-title").with("name", name.as_str()));
    let f = Frame::new(console, reader, "merchants", title);
    let id: String = form_urlencoded::byte_serialize(whom.id().as_bytes()).collect();
    let is_merchant = matches!(whom, Whom::Merchant(_));
    page(&ErasePage {
        action: format!("/{place}/{id}/erase"),
        back: if is_merchant { format!("/merchants/{id}") } else { "/privacy".to_owned() },
        name,
        people: look.people,
        is_merchant,
        counted: look.counted,
        seen,
        changed: if changed { f.t("privacy-changed") } else { String::new() },
        first: refused.as_ref().and_then(|why| match why {
            Obstacle::Ticket(no) => Some((no.to_string(), format!("/tickets/{}", no.0))),
            Obstacle::Sanction(no) => Some((no.to_string(), format!("/moderation/{}", no.0))),
            Obstacle::Staff(_) | Obstacle::UnderWay(_) => None,
        }),
        refused: refused.map(|why| f.say(&feature::refusal(&why))).unwrap_or_default(),
        f,
    })
}

/// What was looked at before.
#[derive(Deserialize)]
struct Seen {
    #[serde(default)]
    seen: String,
}

/// `POST /merchants/{id}/erase`.
async fn erase_merchant(
    State(console): State<Console>,
    reader: Reader,
    Path(id): Path<String>,
    Form(seen): Form<Seen>,
) -> Result<Response, Fault> {
    erase(&console, &reader, &Whom::Merchant(MerchantId(id)), &seen).await
}

/// `POST /people/{id}/erase`.
async fn erase_person(
    State(console): State<Console>,
    reader: Reader,
    Path(id): Path<String>,
    Form(seen): Form<Seen>,
) -> Result<Response, Fault> {
    erase(&console, &reader, &Whom::Person(PersonId(id)), &seen).await
}

async fn erase(console: &Console, reader: &Reader, whom: &Whom, seen: &Seen) -> Result<Response, Fault> {
    let staff = reader.staff().ok_or(Fault::Nobody)?;
    let step = async |mut work: Work| {
        let asked = feature::erase(&mut work, whom, &seen.seen, &staff.id).await?;
        Ok((work, asked))
    };
    match console.hall.in_one_commit(step).await? {
        feature::Asked::Begun(_) => Ok(Redirect::to("/privacy").into_response()),
        feature::Asked::Nobody => Err(Fault::NotFound),
        feature::Asked::Meanwhile => {
            let anew = ask(console, reader, whom, true).await?;
            Ok((StatusCode::CONFLICT, anew).into_response())
        }
    }
}
