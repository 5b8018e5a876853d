//! What readers of an announcement did: `/api/v1/announcements/{no}/acknowledgements` and `/clicks`.

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use bot_core::chat::CUSTOM_EMOJI;
use bot_core::ids::AnnouncementNo;
use bot_core::roster::Permission;
use bot_core::store::acknowledge::{self, Acknowledged};
use bot_core::store::click::{self, OfTarget};
use bot_core::store::reaction::Sums;
use bot_core::store::{StoreError, Tx, announcement};
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::caller::Caller;
use crate::api::problem::{Problem, Problems};
use crate::api::{Paging, Rows};
use crate::state::Console;

/// How often links were opened.
#[derive(Serialize, ToSchema)]
pub(crate) struct Clicked {
    /// Through how many copies.
    copies: i64,
    /// How often.
    clicks: i64,
}

/// Somebody who has pressed *Got it*.
#[derive(Serialize, ToSchema)]
pub(crate) struct Acknowledgement {
    /// Who, by our id of the person.
    person: String,
    /// What they were called.
    name: String,
    /// Where, by our id of the chat.
    chat: String,
    /// When, unix milliseconds.
    at_ms: i64,
}

/// How often one address was opened.
#[derive(Serialize, ToSchema)]
pub(crate) struct Target {
    /// Its number within the announcement.
    n: i64,
    /// The address.
    url: String,
    /// Through how many copies.
    copies: i64,
    /// How often.
    clicks: i64,
}

impl Clicked {
    pub(super) async fn of(tx: &mut Tx, push: &str) -> Result<Self, StoreError> {
        let (copies, clicks) = click::totals(tx, push).await?;
        Ok(Self { copies, clicks })
    }
}

/// Who has pressed *Got it* under an announcement, each person once, by person.
#[utoipa::path(
    get,
    path = "/announcements/{no}/acknowledgements",
    params(("no" = String, Path, description = "The announcement's number."), Paging),
    responses((status = 200, body = Rows<Acknowledgement>), Problems)
)]
pub(crate) async fn acknowledgements(
    State(console): State<Console>,
    caller: Caller,
    Path(no): Path<String>,
    paging: Result<Query<Paging>, QueryRejection>,
) -> Result<Json<Rows<Acknowledgement>>, Problem> {
    caller.may(Permission::Announce)?;
    let Query(paging) = paging?;
    let limit = paging.wanted()?;
    let no = AnnouncementNo::parse(&no).ok_or_else(Problem::not_found)?;
    let mut tx = console.hall.db.read().await?;
    announcement::get(&mut tx, no).await?.ok_or_else(Problem::not_found)?;
    let after = paging.after.unwrap_or_default();
    let read = acknowledge::page(&mut tx, &no.to_string(), &after, limit).await?;
    let show = |one: Acknowledged| Acknowledgement {
        person: one.person.to_string(),
        name: one.name,
        chat: one.chat.to_string(),
        at_ms: one.at_ms,
    };
    Ok(Json(Rows::of(read, limit, |one| one.person.to_string(), show)))
}

/// How often each address of an announcement was opened, where clicks are counted; through whose copy, `deliveries` says.
#[utoipa::path(
    get,
    path = "/announcements/{no}/clicks",
    params(("no" = String, Path, description = "The announcement's number.")),
    responses((status = 200, body = [Target]), Problems)
)]
pub(crate) async fn clicks(
    State(console): State<Console>,
    caller: Caller,
    Path(no): Path<String>,
) -> Result<Json<Vec<Target>>, Problem> {
    caller.may(Permission::Announce)?;
    let no = AnnouncementNo::parse(&no).ok_or_else(Problem::not_found)?;
    let mut tx = console.hall.db.read().await?;
    announcement::get(&mut tx, no).await?.ok_or_else(Problem::not_found)?;
    let read = click::by_target(&mut tx, &no.to_string()).await?;
    let show = |one: OfTarget| Target { n: one.n, url: one.url, copies: one.recipients, clicks: one.clicks };
    Ok(Json(read.into_iter().map(show).collect()))
}

/// What stands under copies.
#[derive(Serialize, ToSchema)]
pub(crate) struct Reactions {
    /// How many people reacted.
    people: i64,
    /// How often each emoji stands, the most frequent first.
    emoji: Vec<OfEmoji>,
}

/// How often an emoji stands.
#[derive(Serialize, ToSchema)]
pub(crate) struct OfEmoji {
    /// Its characters; `null` stands for all that have none, which are pictures of a platform's or a group's own.
    emoji: Option<String>,
    /// How often.
    count: i64,
}

impl From<Sums> for Reactions {
    fn from(sums: Sums) -> Self {
        let shown = |(emoji, count): (String, i64)| OfEmoji {
            emoji: (emoji != CUSTOM_EMOJI).then_some(emoji),
            count,
        };
        Self { people: sums.people, emoji: sums.emoji.into_iter().map(shown).collect() }
    }
}
