//! `GET /api/v1/chats`.

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use bot_core::directory;
use bot_core::ids::ChatId;
use bot_core::roster::Permission;
use bot_core::store::chat;
use serde::Serialize;
use utoipa::ToSchema;

use super::caller::Caller;
use super::problem::{Problem, Problems};
use super::{Paging, Rows};
use crate::state::Console;

/// A chat.
#[derive(Serialize, ToSchema)]
pub(crate) struct Chat {
    /// Our id.
    id: String,
    /// The account that serves it.
    account: String,
    /// `Group`, `Direct` or `Channel`.
    kind: String,
    /// Its title; empty for a private chat.
    title: String,
    /// `community`, `staff` or `idle`.
    purpose: &'static str,
    /// `en` or `zh`, if one is set.
    lang: Option<&'static str>,
    /// Whether the bot can write there: `open`, `untried`, `not_started`, `blocked`, `deactivated` or `kicked`.
    reach: &'static str,
}

impl From<directory::Chat> for Chat {
    fn from(chat: directory::Chat) -> Self {
        Self {
            id: chat.id.to_string(),
            account: chat.account.to_string(),
            kind: format!("{:?}", chat.kind),
            title: chat.title,
            purpose: chat.purpose.word(),
            lang: chat.lang.map(bot_core::chat::Lang::word),
            reach: chat.reach.word(),
        }
    }
}

/// Chats of every kind that the bot has met.
#[utoipa::path(
    get,
    path = "/chats",
    params(Paging),
    responses(
        (status = 200, body = Rows<Chat>),
        Problems
    )
)]
pub(crate) async fn list(
    State(console): State<Console>,
    caller: Caller,
    paging: Result<Query<Paging>, QueryRejection>,
) -> Result<Json<Rows<Chat>>, Problem> {
    caller.may(Permission::ReadPeople)?;
    let Query(paging) = paging?;
    let wanted = paging.wanted()?;
    let after = paging.after.map(ChatId);
    let mut tx = console.hall.db.read().await?;
    let read = chat::after(&mut tx, after.as_ref(), wanted).await?;
    Ok(Json(Rows::of(read, wanted, |chat| chat.id.to_string(), Chat::from)))
}
