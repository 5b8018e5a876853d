//! What the platform's own systems say of merchants: `PUT /api/v1/merchants/{id}`, batches, and what happened to them.

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use bot_core::chat::Lang;
use bot_core::features::people::facts::{self, ContactFact, EventFact, EventFate, FactFate, MerchantFact};
use bot_core::features::people::import::ImportRow;
use bot_core::roster::Permission;
use bot_core::store::people::{self, ContactRole};
use bot_core::texts::Texts;
use bot_core::work::Work;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::caller::Caller;
use super::merchant::{MerchantInFull, in_full};
use super::problem::{Problem, Problems};
use super::write::{Keyed, Stop, Write, WriteProblems};
use super::{Paging, Rows};
use crate::state::Console;

/// The most rows of a batch.
const ROWS_MAX: usize = 1_000;

/// What is said of a merchant. What is left out stays as it is.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct MerchantToPut {
    /// The name of the shop; a new one needs it.
    name: Option<String>,
    /// What it trades in, one word; a new one needs it.
    category: Option<String>,
    /// `none`, `heart`, `diamond` or `crown`.
    tier: Option<String>,
    /// What else it is counted among, 20 words at most; in the place of those that it has.
    tags: Option<Vec<String>>,
    /// Who speaks for it; whoever is not named stays.
    #[serde(default)]
    contacts: Vec<ContactToPut>,
}

/// Who speaks for a merchant.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ContactToPut {
    /// On which account of ours they are met.
    account: String,
    /// Their id on that account's platform.
    user: String,
    /// Their name, where we have not met them.
    name: Option<String>,
    /// As what.
    role: RoleToPut,
}

/// A person's part in a merchant.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum RoleToPut {
    /// Decides.
    DecisionMaker,
    /// Runs it.
    Admin,
    /// Works in it.
    Operator,
}

/// What is said of one of many merchants.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RowToPut {
    /// The id that it has in your systems, or ours.
    id: String,
    /// What is said of it.
    merchant: MerchantToPut,
}

/// What is said of many merchants.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RowsToPut {
    /// Each of them, 1,000 at most.
    #[schema(max_items = 1_000)]
    rows: Vec<RowToPut>,
}

/// What became of the rows, in their order.
#[derive(Serialize, ToSchema)]
pub(crate) struct RowFates {
    rows: Vec<RowFate>,
}

/// What became of a row.
#[derive(Serialize, ToSchema)]
pub(crate) struct RowFate {
    /// The id as it was given.
    id: String,
    /// `new`, `changed`, `unchanged` or `refused`.
    fate: &'static str,
    /// Our id of the merchant.
    merchant: Option<String>,
    /// Why it was refused.
    why: Option<String>,
}

/// What happened to a merchant.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct EventsToPut {
    /// Each event, 1,000 at most.
    #[schema(max_items = 1_000)]
    events: Vec<EventToPut>,
}

/// Something that happened to a merchant.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct EventToPut {
    /// Your id of it: told again, it is the same event.
    id: String,
    /// What, such as `first_listing_done`: small letters, digits, `_`, `.` and `-`, 60 at most.
    kind: String,
    /// When, unix milliseconds; now without it.
    at_ms: Option<i64>,
    /// What else is told of it, 4,096 bytes at most.
    #[serde(default)]
    detail: Map<String, Value>,
}

/// What became of the events, in their order.
#[derive(Serialize, ToSchema)]
pub(crate) struct EventFates {
    events: Vec<EventFateShown>,
}

/// What became of an event.
#[derive(Serialize, ToSchema)]
pub(crate) struct EventFateShown {
    /// The id as it was given.
    id: String,
    /// `kept`, `known` (it was told before) or `refused`.
    fate: &'static str,
    /// Why it was refused.
    why: Option<String>,
}

/// Something that happened to a merchant.
#[derive(Serialize, ToSchema)]
pub(crate) struct MerchantEvent {
    /// Our id.
    id: String,
    /// The teller's own id of it.
    event: String,
    /// What.
    kind: String,
    /// When, as the teller says, unix milliseconds.
    at_ms: i64,
    /// What else was told of it.
    detail: Map<String, Value>,
    /// When we heard of it, unix milliseconds.
    received_at_ms: i64,
}

/// Says what a merchant is and who speaks for it. It is known by the id that it has in your systems, or by ours; one that is
/// known by neither is taken for the one of exactly that name that has no id of yours, and is new where there is none.
#[utoipa::path(
    put,
    path = "/merchants/{id}",
    params(("id" = String, Path, description = "The id that the merchant has in your systems, or ours."), Keyed),
    request_body = MerchantToPut,
    responses(
        (status = 200, body = MerchantInFull),
        (status = 201, body = MerchantInFull),
        Problems,
        WriteProblems
    )
)]
pub(crate) async fn put(
    State(console): State<Console>,
    Path(id): Path<String>,
    write: Write<MerchantToPut>,
) -> Result<Response, Problem> {
    let by = write.by(Permission::EditPeople)?;
    let fact = [write.body.clone().fact(id)];
    let step = async |mut work: Work| {
        let fates = facts::take(&mut work, &by, &fact, write.fingerprint()).await?;
        let (status, id) = match fates.into_iter().next() {
            Some(FactFate::New(id)) => (StatusCode::CREATED, id),
            Some(FactFate::Changed(id) | FactFate::Unchanged(id)) => (StatusCode::OK, id),
            Some(FactFate::Refused(why)) => {
                return Err(Problem::wrong(work.hall.texts.say(Lang::En, &why)).into());
            }
            None => return Err(Problem::not_found().into()),
        };
        let found = people::merchant(work.tx().await?, &id).await?.ok_or_else(Problem::not_found)?;
        let answer = in_full(work.tx().await?, found).await?;
        Ok::<_, Stop>((work, (status, answer)))
    };
    write.once(&console, step).await
}

/// Says it of many merchants at once. What is refused of one costs no other.
#[utoipa::path(
    post,
    path = "/merchants/batch",
    params(Keyed),
    request_body = RowsToPut,
    responses((status = 200, body = RowFates), Problems, WriteProblems)
)]
pub(crate) async fn put_many(
    State(console): State<Console>,
    write: Write<RowsToPut>,
) -> Result<Response, Problem> {
    let by = write.by(Permission::EditPeople)?;
    few(write.body.rows.len())?;
    let all: Vec<MerchantFact> =
        write.body.rows.iter().map(|row| row.merchant.clone().fact(row.id.clone())).collect();
    let step = async |mut work: Work| {
        let fates = facts::take(&mut work, &by, &all, write.fingerprint()).await?;
        let told = |(fact, fate): (&MerchantFact, FactFate)| row_fate(&work.hall.texts, &fact.id, fate);
        let rows = all.iter().zip(fates).map(told).collect();
        Ok::<_, Stop>((work, (StatusCode::OK, RowFates { rows })))
    };
    write.once(&console, step).await
}

/// Says what happened to a merchant. Each event is kept once.
#[utoipa::path(
    post,
    path = "/merchants/{id}/events",
    params(("id" = String, Path, description = "The id that the merchant has in your systems, or ours."), Keyed),
    request_body = EventsToPut,
    responses((status = 200, body = EventFates), Problems, WriteProblems)
)]
pub(crate) async fn put_events(
    State(console): State<Console>,
    Path(id): Path<String>,
    write: Write<EventsToPut>,
) -> Result<Response, Problem> {
    let by = write.by(Permission::EditPeople)?;
    few(write.body.events.len())?;
    let all: Vec<EventFact> = write.body.events.iter().map(EventToPut::fact).collect();
    let step = async |mut work: Work| {
        let fates = facts::take_events(&mut work, &by, &id, &all).await?.ok_or_else(Problem::not_found)?;
        let told = |(event, fate): (&EventFact, EventFate)| event_fate(&work.hall.texts, &event.id, fate);
        let events = all.iter().zip(fates).map(told).collect();
        Ok::<_, Stop>((work, (StatusCode::OK, EventFates { events })))
    };
    write.once(&console, step).await
}

/// What happened to a merchant, in the order in which we heard of it.
#[utoipa::path(
    get,
    path = "/merchants/{id}/events",
    params(("id" = String, Path, description = "The id that the merchant has in your systems, or ours."), Paging),
    responses((status = 200, body = Rows<MerchantEvent>), Problems)
)]
pub(crate) async fn events(
    State(console): State<Console>,
    caller: Caller,
    Path(id): Path<String>,
    paging: Result<Query<Paging>, QueryRejection>,
) -> Result<Json<Rows<MerchantEvent>>, Problem> {
    caller.may(Permission::ReadPeople)?;
    let Query(paging) = paging?;
    let limit = paging.wanted()?;
    let mut tx = console.hall.db.read().await?;
    let merchant = facts::known(&mut tx, &id).await?.ok_or_else(Problem::not_found)?;
    let after = paging.after.unwrap_or_default();
    let read = people::merchant_events(&mut tx, &merchant.id, &after, limit).await?;
    Ok(Json(Rows::of(read, limit, |one| one.id.to_string(), MerchantEvent::from)))
}

fn few(rows: usize) -> Result<(), Problem> {
    if rows <= ROWS_MAX {
        Ok(())
    } else {
        Err(Problem::wrong(format!("{ROWS_MAX} at most go into one call.")))
    }
}

fn row_fate(texts: &Texts, id: &str, fate: FactFate) -> RowFate {
    let (fate, merchant, why) = match fate {
        FactFate::New(id) => ("new", Some(id), None),
        FactFate::Changed(id) => ("changed", Some(id), None),
        FactFate::Unchanged(id) => ("unchanged", Some(id), None),
        FactFate::Refused(why) => ("refused", None, Some(texts.say(Lang::En, &why))),
    };
    RowFate { id: id.to_owned(), fate, merchant: merchant.map(|id| id.to_string()), why }
}

fn event_fate(texts: &Texts, id: &str, fate: EventFate) -> EventFateShown {
    let (fate, why) = match fate {
        EventFate::Kept => ("kept", None),
        EventFate::Known => ("known", None),
        EventFate::Refused(why) => ("refused", Some(texts.say(Lang::En, &why))),
    };
    EventFateShown { id: id.to_owned(), fate, why }
}

impl MerchantToPut {
    fn fact(self, id: String) -> MerchantFact {
        let row = ImportRow {
            name: self.name,
            category: self.category,
            tier: self.tier,
            tags: self.tags.map(|tags| tags.join("\n")),
            ..ImportRow::default()
        };
        let contact = |one: ContactToPut| ContactFact {
            account: one.account.as_str().into(),
            key: one.user.as_str().into(),
            name: one.name,
            role: match one.role {
                RoleToPut::DecisionMaker => ContactRole::DecisionMaker,
                RoleToPut::Admin => ContactRole::Admin,
                RoleToPut::Operator => ContactRole::Operator,
            },
        };
        MerchantFact { id, row, contacts: self.contacts.into_iter().map(contact).collect() }
    }
}

impl EventToPut {
    fn fact(&self) -> EventFact {
        EventFact {
            id: self.id.clone(),
            kind: self.kind.clone(),
            at_ms: self.at_ms,
            detail: Value::Object(self.detail.clone()).to_string(),
        }
    }
}

impl From<people::MerchantEvent> for MerchantEvent {
    fn from(one: people::MerchantEvent) -> Self {
        Self {
            id: one.id.to_string(),
            event: one.event_id,
            kind: one.kind,
            at_ms: one.at_ms,
            detail: serde_json::from_str(&one.detail).unwrap_or_default(),
            received_at_ms: one.received_at_ms,
        }
    }
}
