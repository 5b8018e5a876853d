//! Webhooks: all of them, one of them with what became of each message to it.

mod show;

use std::collections::BTreeSet;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::{get, post};
use bot_core::error::FeatureError;
use bot_core::features::webhook::{self as feature, Typed};
use bot_core::ids::RowId;
use bot_core::roster::Permission;
use bot_core::store::webhook as store;
use bot_core::texts::Text;
use bot_core::work::Work;
use serde::Deserialize;

use self::show::{FormShown, MessageRow, Row, form, message, row};
use super::Page;
use super::list::{cut, wanted};
use crate::asked::{Do, Form, Query};
use crate::fault::Fault;
use crate::frame::{Frame, page};
use crate::guard::Need;
use crate::once::{Once, Posted};
use crate::reader::Reader;
use crate::state::Console;

pub(super) fn pages() -> Vec<Page> {
    let admin = Need::May(Permission::Administer);
    vec![
        Page::new("/webhooks", admin, get(list)),
        Page::new("/webhooks/save", admin, post(save)),
        Page::new("/webhooks/{id}", admin, get(one)),
        Page::new("/webhooks/{id}/act", admin, post(act)),
        Page::new("/webhooks/{id}/again", admin, post(again)),
    ]
}

#[derive(Template)]
#[template(path = "webhooks.html")]
struct ListPage {
    f: Frame,
    all: Vec<Row>,
    form: FormShown,
}

#[derive(Template)]
#[template(path = "webhook.html")]
struct OnePage {
    f: Frame,
    row: Row,
    form: FormShown,
    /// The secret, this once.
    fresh: Option<String>,
    /// What was refused, and why.
    said: String,
    messages: Vec<MessageRow>,
    next: Option<String>,
}

/// `GET /webhooks`.
async fn list(State(console): State<Console>, reader: Reader) -> Result<Response, Fault> {
    listed(&console, &reader, &Typed::default(), None).await
}

/// All of them; with what was typed and refused, and why.
async fn listed(
    console: &Console,
    reader: &Reader,
    typed: &Typed,
    refused: Option<Text>,
) -> Result<Response, Fault> {
    let title = console.hall.texts.say(reader.lang, &Text::new("console-place-webhooks"));
    let f = Frame::new(console, reader, "webhooks", title);
    let mut tx = console.hall.db.read().await?;
    let types = store::type_counts(&mut tx).await?;
    let shown = |one: &store::Webhook| row(console, &f, one, types.get(&one.id).copied().unwrap_or(0));
    let all = store::all(&mut tx).await?.iter().map(shown).collect();
    let error = refused.map(|why| f.say(&why)).unwrap_or_default();
    let form = form(&f, "", typed, error);
    page(&ListPage { all, form, f })
}

/// What a page of one is shown with.
#[derive(Default)]
struct With {
    typed: Option<Typed>,
    refused: Option<Text>,
    /// Whether what was refused is the form, and no button.
    in_form: bool,
    fresh: Option<String>,
    below: Option<RowId>,
}

/// The next page of the messages.
#[derive(Deserialize)]
struct Older {
    below: Option<String>,
}

/// `GET /webhooks/{id}`.
async fn one(
    State(console): State<Console>,
    reader: Reader,
    Path(id): Path<String>,
    Query(older): Query<Older>,
) -> Result<Response, Fault> {
    let with = With { below: older.below.map(RowId::from), ..With::default() };
    shown(&console, &reader, &RowId::from(id), with).await
}

async fn shown(console: &Console, reader: &Reader, id: &RowId, with: With) -> Result<Response, Fault> {
    let mut tx = console.hall.db.read().await?;
    let found = store::get(&mut tx, id).await?.ok_or(Fault::NotFound)?;
    let types = store::types(&mut tx, id).await?;
    let mut messages = store::deliveries(&mut tx, id, with.below.as_ref(), wanted()).await?;
    drop(tx);
    let next = cut(&mut messages, |one| format!("/webhooks/{id}?below={}#messages", one.id));
    let f = Frame::new(console, reader, "webhooks", found.url.clone());
    let row = row(console, &f, &found, i64::try_from(types.len()).unwrap_or(i64::MAX));
    let said = with.refused.map(|why| f.say(&why)).unwrap_or_default();
    let typed = with.typed.unwrap_or(Typed { url: found.url, description: found.description, types });
    let (error, said) = if with.in_form { (said, String::new()) } else { (String::new(), said) };
    let form = form(&f, id.as_str(), &typed, error);
    let messages = messages.into_iter().map(|one| message(&f, one)).collect();
    page(&OnePage { row, form, fresh: with.fresh, said, messages, next, f })
}

/// What was typed into the form, with the id of the one that is changed.
fn typed(fields: Vec<(String, String)>) -> (String, Typed) {
    let (mut id, mut typed, mut types) = (String::new(), Typed::default(), BTreeSet::new());
    for (name, value) in fields {
        match name.as_str() {
            "id" => id = value,
            "url" => typed.url = value,
            "description" => typed.description = value,
            "type" => {
                types.insert(value);
            }
            _ => {}
        }
    }
    typed.types = types;
    (id, typed)
}

/// `POST /webhooks/save`: makes one, or changes one.
async fn save(
    State(console): State<Console>,
    reader: Reader,
    once: Once,
    Form(fields): Form<Vec<(String, String)>>,
) -> Result<Response, Fault> {
    let staff = reader.staff().ok_or(Fault::Nobody)?;
    let (id, typed) = typed(fields);
    let known = (!id.is_empty()).then(|| RowId::from(id.as_str()));
    let step = async |mut work: Work| {
        let kept = match &known {
            Some(id) => feature::change(&mut work, &staff.id, id, &typed).await?,
            None => feature::create(&mut work, &staff.id, &typed).await?,
        };
        Ok((work, kept))
    };
    let to = |kept: &store::Webhook| Some(format!("/webhooks/{}", kept.id));
    let kept = match once.commit(&console, to, step).await {
        // A secret is shown once, also to who posts twice.
        Ok(Posted::Before(there)) => return Ok(there),
        Ok(Posted::Now(kept)) => Ok(kept),
        Err(error) => Err(error),
    };
    match (kept, known) {
        (Ok(kept), Some(_)) => Ok(Redirect::to(&format!("/webhooks/{}", kept.id)).into_response()),
        (Ok(made), None) => {
            let with = With { fresh: Some(made.secret), ..With::default() };
            shown(&console, &reader, &made.id, with).await
        }
        (Err(FeatureError::User(why)), None) => {
            refused(listed(&console, &reader, &typed, Some(why.0)).await?)
        }
        (Err(FeatureError::User(why)), Some(id)) => {
            let with = With { typed: Some(typed), refused: Some(why.0), in_form: true, ..With::default() };
            refused(shown(&console, &reader, &id, with).await?)
        }
        (Err(other), _) => Err(other.into()),
    }
}

fn refused(mut response: Response) -> Result<Response, Fault> {
    *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    Ok(response)
}

/// What the buttons do.
#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Act {
    Enable,
    Disable,
    Rotate,
    Remove,
    Test,
}

/// `POST /webhooks/{id}/act`.
async fn act(
    State(console): State<Console>,
    reader: Reader,
    once: Once,
    Path(id): Path<String>,
    Form(Do { what }): Form<Do<Act>>,
) -> Result<Response, Fault> {
    let staff = reader.staff().ok_or(Fault::Nobody)?;
    let id = RowId::from(id);
    let step = async |mut work: Work| {
        let fresh = match what {
            Act::Enable | Act::Disable => {
                feature::switch(&mut work, &staff.id, &id, matches!(what, Act::Enable)).await?;
                None
            }
            Act::Rotate => Some(feature::rotate(&mut work, &staff.id, &id).await?.secret),
            Act::Remove => {
                feature::remove(&mut work, &staff.id, &id).await?;
                None
            }
            Act::Test => {
                feature::test(&mut work, &staff.id, &id).await?;
                None
            }
        };
        Ok((work, fresh))
    };
    let done = once.commit(&console, |_| Some(there(&id, what)), step).await;
    answered(&console, &reader, &id, what, done).await
}

/// Where a button leads.
fn there(id: &RowId, what: Act) -> String {
    if matches!(what, Act::Remove) { "/webhooks".to_owned() } else { format!("/webhooks/{id}") }
}

async fn answered(
    console: &Console,
    reader: &Reader,
    id: &RowId,
    what: Act,
    done: Result<Posted<Option<String>>, FeatureError>,
) -> Result<Response, Fault> {
    match done {
        Ok(Posted::Before(there)) => Ok(there),
        Ok(Posted::Now(Some(secret))) => {
            shown(console, reader, id, With { fresh: Some(secret), ..With::default() }).await
        }
        Ok(Posted::Now(None)) => Ok(Redirect::to(&there(id, what)).into_response()),
        Err(FeatureError::User(why)) => {
            let with = With { refused: Some(why.0), ..With::default() };
            refused(shown(console, reader, id, with).await?)
        }
        Err(other) => Err(other.into()),
    }
}

/// Which message.
#[derive(Deserialize)]
struct Which {
    delivery: String,
}

/// `POST /webhooks/{id}/again`.
async fn again(
    State(console): State<Console>,
    reader: Reader,
    once: Once,
    Path(id): Path<String>,
    Form(which): Form<Which>,
) -> Result<Response, Fault> {
    let staff = reader.staff().ok_or(Fault::Nobody)?;
    let (id, delivery) = (RowId::from(id), RowId::from(which.delivery));
    let step = async |mut work: Work| {
        feature::again(&mut work, &staff.id, &id, &delivery).await?;
        Ok((work, None))
    };
    let done = once.commit(&console, |_| Some(there(&id, Act::Test)), step).await;
    answered(&console, &reader, &id, Act::Test, done).await
}
