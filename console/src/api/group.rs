//! `/api/v1/chats/{id}`: one chat, and what is done with groups.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use bot_core::chat::Lang;
use bot_core::directory::{self, Purpose};
use bot_core::error::FeatureError;
use bot_core::features::{group, lockdown, slow_mode, tier};
use bot_core::ids::{ChatId, StaffId};
use bot_core::roster::Permission;
use bot_core::store::tier::{self as tiers, Shows};
use bot_core::store::{StoreError, Tx, chat, lockdown as locks, slow_mode as slows};
use bot_core::work::Work;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::caller::Caller;
use super::chat::Chat;
use super::problem::{Problem, Problems};
use super::write::{Keyed, LINE_MAX_CHARS, Stop, Write, WriteProblems, says};
use crate::pages::group::health;
use crate::state::Console;

/// A chat, with what holds its members back and what is wrong there.
#[derive(Serialize, ToSchema)]
pub(crate) struct ChatInFull {
    chat: Chat,
    /// Until when it is locked, if it is, unix milliseconds.
    locked_until_ms: Option<i64>,
    /// How long each member waits between two messages, if it is slowed down, milliseconds.
    slow_every_ms: Option<i64>,
    /// What it shows beside the names of merchants: `off`, `tier`, `shop` or `both`.
    shows: &'static str,
    /// What is wrong there, in sentences; of groups alone.
    troubles: Vec<String>,
}

/// What is done with a group.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum ChatAct {
    /// Says what it is for and in which language. Needs the right `administer`.
    SetPurpose {
        /// What it is for.
        purpose: PurposeToSet,
        /// `en` or `zh`; each reader's own without it.
        lang: Option<String>,
    },
    /// Lets nobody write there for a time, or moves the end of that. Needs the right `moderate`.
    Lock {
        /// How long, milliseconds; an hour without it.
        ms: Option<i64>,
        /// Why, 500 characters at most; the group is told.
        reason: Option<String>,
    },
    /// Lets people write again. Needs the right `moderate`.
    Unlock,
    /// Lets each member write once in a while. Needs the right `moderate`.
    Slow {
        /// How long each waits, milliseconds: from 5 seconds to 6 hours, and 0 to let them write as they like.
        #[schema(minimum = 0, maximum = 21_600_000)]
        every_ms: i64,
    },
    /// Says what it shows beside the names of merchants. Needs the right `edit_people`.
    Show {
        /// What.
        what: ShowsToSet,
    },
}

/// What a group is for.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum PurposeToSet {
    /// Merchants are served there.
    Community,
    /// Staff work there.
    Staff,
    /// Nothing is done there.
    Idle,
}

/// What a group shows of its members.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ShowsToSet {
    /// Nothing.
    Off,
    /// The tier of their merchant.
    Tier,
    /// The name of their merchant.
    Shop,
    /// Tier and name.
    Both,
}

impl ChatAct {
    /// The right that it takes.
    fn needs(&self) -> Permission {
        match self {
            Self::SetPurpose { .. } => Permission::Administer,
            Self::Lock { .. } | Self::Unlock | Self::Slow { .. } => Permission::Moderate,
            Self::Show { .. } => Permission::EditPeople,
        }
    }
}

/// A chat.
#[utoipa::path(
    get,
    path = "/chats/{id}",
    params(("id" = String, Path, description = "Our id of the chat.")),
    responses((status = 200, body = ChatInFull), Problems)
)]
pub(crate) async fn one(
    State(console): State<Console>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<ChatInFull>, Problem> {
    caller.may(Permission::ReadPeople)?;
    let mut tx = console.hall.db.read().await?;
    in_full(&console, &mut tx, &id.into()).await?.map(Json).ok_or_else(Problem::not_found)
}

/// Does something with a group. Which right it needs stands beside each act.
#[utoipa::path(
    post,
    path = "/chats/{id}/acts",
    params(("id" = String, Path, description = "Our id of the group."), Keyed),
    request_body = ChatAct,
    responses((status = 200, body = ChatInFull), Problems, WriteProblems)
)]
pub(crate) async fn act(
    State(console): State<Console>,
    Path(id): Path<String>,
    write: Write<ChatAct>,
) -> Result<Response, Problem> {
    let by = write.by(write.body.needs())?;
    let id = ChatId(id);
    match &write.body {
        ChatAct::SetPurpose { lang: Some(lang), .. } if Lang::from_tag(lang).is_none() => {
            return Err(Problem::wrong("`lang` is `en` or `zh`."));
        }
        ChatAct::Lock { reason: Some(reason), .. } => says("reason", reason, LINE_MAX_CHARS)?,
        _ => {}
    }
    let step = async |mut work: Work| {
        let found = chat::get(work.tx().await?, &id).await?.filter(|chat| !chat.is_direct());
        let found = found.ok_or_else(Problem::not_found)?;
        done(&mut work, &by, &found, &write.body).await?;
        let one = in_full(&console, work.tx().await?, &id).await?.ok_or_else(Problem::not_found)?;
        Ok::<_, Stop>((work, (StatusCode::OK, one)))
    };
    write.once(&console, step).await
}

async fn done(
    work: &mut Work,
    by: &StaffId,
    chat: &directory::Chat,
    act: &ChatAct,
) -> Result<(), FeatureError> {
    match act {
        ChatAct::SetPurpose { purpose, lang } => {
            let purpose = match purpose {
                PurposeToSet::Community => Purpose::Community,
                PurposeToSet::Staff => Purpose::Staff,
                PurposeToSet::Idle => Purpose::Idle,
            };
            let lang = lang.as_deref().and_then(Lang::from_tag);
            group::set(work, Some(by), chat, purpose, lang).await.map(|_| ())
        }
        ChatAct::Lock { ms, reason } => {
            let reason = reason.as_deref().map(|words| words.trim().to_owned());
            lockdown::lock(work, by, chat, *ms, reason).await.map(|_| ())
        }
        ChatAct::Unlock => lockdown::unlock(work, by, chat).await,
        ChatAct::Slow { every_ms } => slow_mode::set(work, by, chat, *every_ms).await,
        ChatAct::Show { what } => {
            let (badge, nick) = match what {
                ShowsToSet::Off => (false, false),
                ShowsToSet::Tier => (true, false),
                ShowsToSet::Shop => (false, true),
                ShowsToSet::Both => (true, true),
            };
            let shows = Shows { badge, nick };
            tier::set(work, by, chat, shows).await
        }
    }
}

async fn in_full(console: &Console, tx: &mut Tx, id: &ChatId) -> Result<Option<ChatInFull>, StoreError> {
    let Some(one) = chat::get(tx, id).await? else { return Ok(None) };
    let lock = locks::get(tx, id).await?;
    let slow = slows::all(tx).await?.into_iter().find(|slow| slow.chat == *id);
    let shown = tiers::groups(tx).await?.into_iter().find(|group| group.chat == *id);
    let troubles = if one.is_direct() { Vec::new() } else { health(console, &one).0 };
    Ok(Some(ChatInFull {
        chat: one.into(),
        locked_until_ms: lock.map(|lock| lock.until_ms),
        slow_every_ms: slow.map(|slow| slow.every_ms),
        shows: shown.map(|group| group.shows).unwrap_or_default().word(),
        troubles: troubles.iter().map(|text| console.hall.texts.say(Lang::En, text)).collect(),
    }))
}
