//! Macros: all of them, and writing one.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{get, post};
use bot_core::error::FeatureError;
use bot_core::features::r#macro::{self as feature, Typed};
use bot_core::ids::RowId;
use bot_core::roster::Permission;
use bot_core::store::r#macro as store;
use bot_core::texts::Text;
use bot_core::work::Work;
use serde::Deserialize;

use super::Page;
use crate::asked::Form;
use crate::fault::Fault;
use crate::frame::{Frame, page};
use crate::guard::Need;
use crate::once::Once;
use crate::reader::Reader;
use crate::state::Console;

pub(super) fn pages() -> Vec<Page> {
    let may_write = Need::May(Permission::Articles);
    vec![
        Page::new("/macros", Need::May(Permission::Tickets), get(list)),
        Page::new("/macros/save", may_write, post(save)),
        Page::new("/macros/{id}/remove", may_write, post(remove)),
    ]
}

#[derive(Template)]
#[template(path = "macros.html")]
struct MacrosPage {
    f: Frame,
    may_write: bool,
    all: Vec<store::Macro>,
    /// What is being written, and what is wrong with it.
    typed: Sent,
    error: String,
}

/// The form of one macro.
#[derive(Clone, Default, Deserialize)]
struct Sent {
    /// The one that is changed; empty for a new one.
    #[serde(default)]
    id: String,
    #[serde(default)]
    version: i64,
    #[serde(default)]
    name: String,
    #[serde(default)]
    body_en: String,
    #[serde(default)]
    body_zh: String,
}

/// `GET /macros`.
async fn list(State(console): State<Console>, reader: Reader) -> Result<Response, Fault> {
    shown(&console, &reader, Sent::default(), None).await
}

/// All of them; with what was typed and refused, and why.
async fn shown(
    console: &Console,
    reader: &Reader,
    typed: Sent,
    refused: Option<Text>,
) -> Result<Response, Fault> {
    let title = console.hall.texts.say(reader.lang, &Text::new("console-macros"));
    let f = Frame::new(console, reader, "tickets", title);
    let mut tx = console.hall.db.read().await?;
    let all = store::all(&mut tx).await?;
    let error = refused.map(|why| f.say(&why)).unwrap_or_default();
    page(&MacrosPage { may_write: f.may(Permission::Articles), all, typed, error, f })
}

/// `POST /macros/save`.
async fn save(
    State(console): State<Console>,
    reader: Reader,
    once: Once,
    Form(sent): Form<Sent>,
) -> Result<Response, Fault> {
    let staff = reader.staff().ok_or(Fault::Nobody)?;
    let typed =
        Typed { name: sent.name.clone(), body_en: sent.body_en.clone(), body_zh: sent.body_zh.clone() };
    let id = RowId::from(sent.id.as_str());
    let before = (!sent.id.is_empty()).then_some((&id, sent.version));
    let step = async |mut work: Work| {
        feature::save(&mut work, before, &typed, &staff.id).await?;
        Ok((work, ()))
    };
    match once.lead(&console, "/macros", step).await {
        Ok(there) => Ok(there),
        Err(FeatureError::User(why)) => {
            let mut response = shown(&console, &reader, sent, Some(why.0)).await?;
            *response.status_mut() = StatusCode::CONFLICT;
            Ok(response)
        }
        Err(other) => Err(other.into()),
    }
}

/// `POST /macros/{id}/remove`.
async fn remove(
    State(console): State<Console>,
    reader: Reader,
    once: Once,
    Path(id): Path<String>,
) -> Result<Response, Fault> {
    let staff = reader.staff().ok_or(Fault::Nobody)?;
    let id = RowId::from(id.as_str());
    let step = async |mut work: Work| {
        feature::remove(&mut work, &id, &staff.id).await?;
        Ok((work, ()))
    };
    Ok(once.lead(&console, "/macros", step).await?)
}
