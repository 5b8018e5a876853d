//! `/api/v1/merchants`.

use std::collections::BTreeSet;

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use bot_core::features::announcement::set_of_merchant;
use bot_core::features::people::facts;
use bot_core::ids::MerchantId;
use bot_core::roster::Permission;
use bot_core::store::announcement::zone::{self, Whose};
use bot_core::store::people::{MerchantFilter, Tier};
use bot_core::store::{StoreError, Tx, people};
use bot_core::work::Work;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::caller::Caller;
use super::problem::{Problem, Problems};
use super::write::{Keyed, Stop, Write, WriteProblems};
use super::{Paging, Rows};
use crate::state::Console;

/// A shop or company.
#[derive(Serialize, ToSchema)]
pub(crate) struct Merchant {
    /// Our id.
    id: String,
    /// The name of the shop.
    name: String,
    /// What it trades in.
    category: String,
    /// `none`, `heart`, `diamond` or `crown`.
    tier: &'static str,
    /// What else it is counted among.
    tags: BTreeSet<String>,
    /// Since when we know it, unix milliseconds.
    created_at_ms: i64,
}

/// A merchant with who speaks for it.
#[derive(Serialize, ToSchema)]
pub(crate) struct MerchantInFull {
    merchant: Merchant,
    /// In which time zone it is, if that was said, such as `Asia/Shanghai`.
    zone: Option<String>,
    /// Who speaks for it.
    contacts: Vec<Contact>,
}

/// Who speaks for a merchant.
#[derive(Serialize, ToSchema)]
pub(crate) struct Contact {
    /// Our id of the person.
    person: String,
    /// As what, in one word.
    role: &'static str,
}

impl From<people::Merchant> for Merchant {
    fn from(merchant: people::Merchant) -> Self {
        Self {
            id: merchant.id.to_string(),
            name: merchant.name,
            category: merchant.category,
            tier: merchant.tier.word(),
            tags: merchant.tags,
            created_at_ms: merchant.created_at_ms,
        }
    }
}

/// Which merchants; what is left out does not matter.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Wanted {
    /// Begin behind this row: `next` of the page before.
    after: Option<String>,
    /// How many rows, 50 without it and 200 at most.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<i64>,
    /// Only those with this in their names, without regard to the case of Latin letters.
    q: Option<String>,
    /// Only those of this tier: `none`, `heart`, `diamond` or `crown`.
    tier: Option<String>,
    /// Only those that trade in this.
    category: Option<String>,
    /// Only those that are counted among this.
    tag: Option<String>,
}

/// Merchants, in the order in which we came to know them.
#[utoipa::path(
    get,
    path = "/merchants",
    params(Wanted),
    responses(
        (status = 200, body = Rows<Merchant>),
        Problems
    )
)]
pub(crate) async fn list(
    State(console): State<Console>,
    caller: Caller,
    wanted: Result<Query<Wanted>, QueryRejection>,
) -> Result<Json<Rows<Merchant>>, Problem> {
    caller.may(Permission::ReadPeople)?;
    let Query(Wanted { after, limit, q, tier, category, tag }) = wanted?;
    let paging = Paging { after, limit };
    let wanted = paging.wanted()?;
    let known = |word: String| {
        Tier::from_word(&word).ok_or_else(|| Problem::bad(format!("there is no tier `{word}`")))
    };
    let said =
        |words: Option<String>| words.map(|words| words.trim().to_owned()).filter(|words| !words.is_empty());
    let filter = MerchantFilter {
        words: said(q),
        tier: tier.map(known).transpose()?,
        category: said(category),
        tag: said(tag),
    };
    let after = paging.after.map(MerchantId);
    let mut tx = console.hall.db.read().await?;
    let read = people::merchants_like(&mut tx, &filter, after.as_ref(), wanted).await?;
    Ok(Json(Rows::of(read, wanted, |merchant| merchant.id.to_string(), Merchant::from)))
}

/// A merchant with who speaks for it.
#[utoipa::path(
    get,
    path = "/merchants/{id}",
    params(("id" = String, Path, description = "Our id of the merchant, or the one that it has in your systems.")),
    responses((status = 200, body = MerchantInFull), Problems)
)]
pub(crate) async fn one(
    State(console): State<Console>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<MerchantInFull>, Problem> {
    caller.may(Permission::ReadPeople)?;
    let mut tx = console.hall.db.read().await?;
    let found = facts::known(&mut tx, &id).await?.ok_or_else(Problem::not_found)?;
    in_full(&mut tx, found).await.map(Json).map_err(Problem::from)
}

pub(super) async fn in_full(tx: &mut Tx, merchant: people::Merchant) -> Result<MerchantInFull, StoreError> {
    let contacts = people::contacts_of_merchant(tx, &merchant.id).await?;
    let contact = |one: people::Contact| Contact { person: one.person.to_string(), role: one.role.word() };
    let contacts = contacts.into_iter().map(contact).collect();
    let zone = zone::get(tx, Whose::Merchant(merchant.id.as_str())).await?;
    Ok(MerchantInFull { merchant: merchant.into(), zone, contacts })
}

/// What is done with a merchant.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum MerchantAct {
    /// Says in which time zone it is, for announcements that go by each one's own clock.
    SetZone {
        /// Such as `Asia/Shanghai`; without it, what its people or groups say, or the hall's.
        zone: Option<String>,
    },
}

/// Does something with a merchant. What it is and who speaks for it is said by `PUT`.
#[utoipa::path(
    post,
    path = "/merchants/{id}/acts",
    params(("id" = String, Path, description = "The id that the merchant has in your systems, or ours."), Keyed),
    request_body = MerchantAct,
    responses((status = 200, body = MerchantInFull), Problems, WriteProblems)
)]
pub(crate) async fn act(
    State(console): State<Console>,
    Path(id): Path<String>,
    write: Write<MerchantAct>,
) -> Result<Response, Problem> {
    let by = write.by(Permission::EditPeople)?;
    let MerchantAct::SetZone { zone } = &write.body;
    let step = async |mut work: Work| {
        let found = facts::known(work.tx().await?, &id).await?.ok_or_else(Problem::not_found)?;
        set_of_merchant(&mut work, &found.id, zone.as_deref().unwrap_or_default(), &by).await?;
        let one = in_full(work.tx().await?, found).await?;
        Ok::<_, Stop>((work, (StatusCode::OK, one)))
    };
    write.once(&console, step).await
}
