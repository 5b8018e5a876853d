//! Giving out and erasing the data of merchants and people: `…/export`, `…/erase`.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use bot_core::chat::Lang;
use bot_core::features::people::facts;
use bot_core::features::privacy as feature;
use bot_core::ids::PersonId;
use bot_core::roster::Permission;
use bot_core::store::privacy::{self as store, Erasure, Whom};
use bot_core::work::Work;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::Rows;
use super::caller::Caller;
use super::problem::{Problem, Problems};
use super::write::{Keyed, Stop, Write, WriteProblems};
use crate::state::Console;

/// Erasures given at most.
const SHOWN: i64 = 200;

/// Everything that the database holds of a merchant and its contacts, or of a person.
#[derive(Deserialize, Serialize, ToSchema)]
pub(crate) struct Exported {
    /// `merchant` or `person`.
    of: String,
    /// Our id of it.
    id: String,
    /// As it was then, unix milliseconds.
    at_ms: i64,
    /// The rows of theirs, by table.
    tables: BTreeMap<String, Vec<Value>>,
}

/// What erasing a merchant or a person would take away.
#[derive(Serialize, ToSchema)]
pub(crate) struct Erasable {
    /// Whose personal data it is.
    people: Vec<Nobody>,
    /// Messages said by them and to them.
    messages: i64,
    /// Their tickets.
    tickets: i64,
    /// Their cases.
    cases: i64,
    /// Copies of announcements and activities to them.
    copies: i64,
    /// Files of their tickets and cases.
    files: i64,
    /// Why it cannot be done now, in English.
    obstacle: Option<String>,
    /// Stands for all of this, to be sent with the write that erases.
    seen: String,
}

/// Somebody who would be nobody.
#[derive(Serialize, ToSchema)]
pub(crate) struct Nobody {
    /// Our id of the person.
    person: String,
    /// One of their names.
    name: String,
    /// How many identities they have.
    identities: i64,
    /// Whether they speak for another merchant too, and stay when this one goes.
    elsewhere: bool,
}

/// What was looked at.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Seen {
    /// `seen` of what was read before; when something else is there by now, nothing is done.
    seen: String,
}

/// An erasure that has begun.
#[derive(Serialize, ToSchema)]
pub(crate) struct Begun {
    /// Our id of the erasure.
    erasure: String,
}

/// An erasure, and how far it is.
#[derive(Serialize, ToSchema)]
pub(crate) struct Erased {
    /// Our id of it.
    id: String,
    /// `merchant` (with who speaks for no other one) or `person`.
    of: &'static str,
    /// Our id of the merchant, of which nothing else is left.
    merchant: Option<String>,
    /// Our id of who asked for it.
    by: String,
    /// When, unix milliseconds.
    asked_at_ms: i64,
    /// `going`, `held` (done, but for the platform's id of somebody who is banned) or `done`.
    state: &'static str,
    /// When it was through, unix milliseconds.
    done_at_ms: Option<i64>,
}

/// Erasures, newest first: 200 at most.
#[utoipa::path(get, path = "/erasures", responses((status = 200, body = Rows<Erased>), Problems))]
pub(crate) async fn erasures(
    State(console): State<Console>,
    caller: Caller,
) -> Result<Json<Rows<Erased>>, Problem> {
    caller.may(Permission::Administer)?;
    let mut tx = console.hall.db.read().await?;
    let items = store::all(&mut tx, SHOWN).await?.into_iter().map(Erased::from).collect();
    Ok(Json(Rows { items, next: None }))
}

impl From<Erasure> for Erased {
    fn from(one: Erasure) -> Self {
        Self {
            of: if one.merchant.is_some() { "merchant" } else { "person" },
            state: match one.done_at_ms {
                Some(_) => "done",
                None if one.is_held() => "held",
                None => "going",
            },
            id: one.id.to_string(),
            merchant: one.merchant.map(|id| id.to_string()),
            by: one.by_staff.to_string(),
            asked_at_ms: one.asked_at_ms,
            done_at_ms: one.done_at_ms,
        }
    }
}

/// Everything that the database holds of a merchant and who speaks for it.
#[utoipa::path(
    get,
    path = "/merchants/{id}/export",
    params(("id" = String, Path, description = "The id that the merchant has in your systems, or ours.")),
    responses((status = 200, body = Exported), Problems)
)]
pub(crate) async fn export_merchant(
    State(console): State<Console>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<Exported>, Problem> {
    caller.may(Permission::Administer)?;
    let found = facts::known(&mut console.hall.db.read().await?, &id).await?;
    let whom = Whom::Merchant(found.ok_or_else(Problem::not_found)?.id);
    export(&console, &caller, &whom).await
}

/// Everything that the database holds of a person.
#[utoipa::path(
    get,
    path = "/people/{id}/export",
    params(("id" = String, Path, description = "Our id of the person.")),
    responses((status = 200, body = Exported), Problems)
)]
pub(crate) async fn export_person(
    State(console): State<Console>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<Exported>, Problem> {
    caller.may(Permission::Administer)?;
    export(&console, &caller, &Whom::Person(PersonId(id))).await
}

async fn export(console: &Console, caller: &Caller, whom: &Whom) -> Result<Json<Exported>, Problem> {
    let by = caller.may(Permission::Administer)?.id.clone();
    let mut work = console.hall.look().await?;
    let given = feature::export(&mut work, whom).await.map_err(|error| Problem::failed(&error))?;
    drop(work);
    let given = given.ok_or_else(Problem::not_found)?;
    let note = async |mut work: Work| {
        feature::was_exported(&mut work, whom, &by).await?;
        Ok((work, ()))
    };
    console.hall.in_one_commit(note).await.map_err(|error| Problem::failed(&error))?;
    serde_json::from_value(given).map(Json).map_err(|error| Problem::failed(&error))
}

/// What erasing a merchant would take away.
#[utoipa::path(
    get,
    path = "/merchants/{id}/erase",
    params(("id" = String, Path, description = "The id that the merchant has in your systems, or ours.")),
    responses((status = 200, body = Erasable), Problems)
)]
pub(crate) async fn erasable_merchant(
    State(console): State<Console>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<Erasable>, Problem> {
    caller.may(Permission::Administer)?;
    let found = facts::known(&mut console.hall.db.read().await?, &id).await?;
    erasable(&console, &Whom::Merchant(found.ok_or_else(Problem::not_found)?.id)).await
}

/// What erasing a person would take away.
#[utoipa::path(
    get,
    path = "/people/{id}/erase",
    params(("id" = String, Path, description = "Our id of the person.")),
    responses((status = 200, body = Erasable), Problems)
)]
pub(crate) async fn erasable_person(
    State(console): State<Console>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<Erasable>, Problem> {
    caller.may(Permission::Administer)?;
    erasable(&console, &Whom::Person(PersonId(id))).await
}

async fn erasable(console: &Console, whom: &Whom) -> Result<Json<Erasable>, Problem> {
    let mut work = console.hall.look().await?;
    let look = feature::look(&mut work, whom).await?.ok_or_else(Problem::not_found)?;
    let seen = look.seen();
    let nobody = |one: store::Found| Nobody {
        person: one.person.to_string(),
        name: one.name,
        identities: one.identities,
        elsewhere: one.elsewhere,
    };
    let in_words = |why| console.hall.texts.say(Lang::En, &feature::refusal(&why));
    Ok(Json(Erasable {
        people: look.people.into_iter().map(nobody).collect(),
        messages: look.counted.messages,
        tickets: look.counted.tickets,
        cases: look.counted.cases,
        copies: look.counted.copies,
        files: look.counted.files,
        obstacle: look.obstacle.map(in_words),
        seen,
    }))
}

/// Erases a merchant and who speaks for no other one, if there is of it what was read before. What must stay, stays
/// without them.
#[utoipa::path(
    post,
    path = "/merchants/{id}/erase",
    params(("id" = String, Path, description = "The id that the merchant has in your systems, or ours."), Keyed),
    request_body = Seen,
    responses((status = 202, body = Begun), Problems, WriteProblems)
)]
pub(crate) async fn erase_merchant(
    State(console): State<Console>,
    Path(id): Path<String>,
    write: Write<Seen>,
) -> Result<Response, Problem> {
    let by = write.by(Permission::Administer)?;
    let step = async |mut work: Work| {
        let found = facts::known(work.tx().await?, &id).await?.ok_or_else(Problem::not_found)?;
        let begun = feature::erase(&mut work, &Whom::Merchant(found.id), &write.body.seen, &by).await?;
        Ok::<_, Stop>((work, accepted(begun)?))
    };
    write.once(&console, step).await
}

/// Erases a person with all identities, if there is of them what was read before. What must stay, stays without them.
#[utoipa::path(
    post,
    path = "/people/{id}/erase",
    params(("id" = String, Path, description = "Our id of the person."), Keyed),
    request_body = Seen,
    responses((status = 202, body = Begun), Problems, WriteProblems)
)]
pub(crate) async fn erase_person(
    State(console): State<Console>,
    Path(id): Path<String>,
    write: Write<Seen>,
) -> Result<Response, Problem> {
    let by = write.by(Permission::Administer)?;
    let step = async |mut work: Work| {
        let whom = Whom::Person(PersonId(id.clone()));
        let begun = feature::erase(&mut work, &whom, &write.body.seen, &by).await?;
        Ok::<_, Stop>((work, accepted(begun)?))
    };
    write.once(&console, step).await
}

fn accepted(asked: feature::Asked) -> Result<(StatusCode, Begun), Stop> {
    match asked {
        feature::Asked::Begun(erasure) => Ok((StatusCode::ACCEPTED, Begun { erasure: erasure.to_string() })),
        feature::Asked::Nobody => Err(Problem::not_found().into()),
        feature::Asked::Meanwhile => {
            let why =
                "There is something else of them than `seen` stands for; nothing was done. Read it anew.";
            Err(Problem::conflict(why).into())
        }
    }
}
