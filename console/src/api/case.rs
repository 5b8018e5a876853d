//! `/api/v1/cases`.

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use bot_core::directory::{Chat, User};
use bot_core::features::moderation::{Measure, Order, dismiss, lift, punish, undo, uphold};
use bot_core::ids::{CaseNo, ChatId, MerchantId, UserId};
use bot_core::roster::Permission;
use bot_core::store::moderation::{self, CaseFilter, CaseState, SanctionKind};
use bot_core::store::{Tx, chat};
use bot_core::work::Work;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::caller::Caller;
use super::problem::{Problem, Problems};
use super::write::{Keyed, LINE_MAX_CHARS, Stop, Write, WriteProblems, says};
use super::{PagingByState, Rows};
use crate::state::Console;

/// A moderation case.
#[derive(Serialize, ToSchema)]
pub(crate) struct Case {
    /// Its number, such as `C-7`.
    no: String,
    /// `flagged`, `stands`, `dismissed` or `undone`.
    state: &'static str,
    /// Whose it is, by our id of the user.
    user: String,
    /// Where it happened, by our id.
    chat: Option<String>,
    /// Who opened it, by our id; absent for the bot.
    by: Option<String>,
    /// The gravest rule that was broken.
    rule: Option<String>,
    /// The version of the policy that was in force.
    policy_version: Option<u32>,
    /// What it weighs on the ladder.
    points: u32,
    /// The text as it was judged.
    message_text: Option<String>,
    /// The bytes of that text that broke rules, in pairs: first, and first no longer.
    #[schema(value_type = Vec<Vec<u64>>)]
    spans_utf8: Vec<(usize, usize)>,
    /// What staff gave as the reason.
    reason: Option<String>,
    /// When, unix milliseconds.
    at_ms: i64,
    /// When it was decided, unix milliseconds.
    decided_at_ms: Option<i64>,
}

/// Somebody against whom something is done.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CaseToOpen {
    /// Who, by our id of the user.
    user: String,
    /// In which group, by our id.
    chat: String,
    /// What is done.
    measure: Means,
    /// Why, 500 characters at most; they are told.
    reason: Option<String>,
}

/// What is done to somebody.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum Means {
    /// A word with them.
    Warn,
    /// They may not write for a while.
    Mute {
        /// How long, milliseconds: from 30 seconds to 366 days.
        #[schema(minimum = 30_000, maximum = 31_622_400_000_i64)]
        ms: i64,
    },
    /// Out of the group; they may come back. Needs the right `ban`.
    Kick,
    /// Out of the group for good. Needs the right `ban`.
    Ban {
        /// How much of what they wrote goes with it: that of the last so many milliseconds, a week at most; nothing
        /// without it.
        #[serde(default)]
        #[schema(minimum = 0, maximum = 604_800_000_i64)]
        purge_ms: i64,
    },
}

impl Means {
    /// The right that it takes.
    fn needs(self) -> Permission {
        match self {
            Self::Warn | Self::Mute { .. } => Permission::Moderate,
            Self::Kick | Self::Ban { .. } => Permission::Ban,
        }
    }
}

/// What is done with a case.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum CaseAct {
    /// The flagged message broke the rule.
    Uphold,
    /// It did not.
    Dismiss,
    /// The case is taken back with all that it did, as far as that can be.
    Undo,
}

/// Whose mute or ban ends.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ToLift {
    /// Whose, by our id of the user.
    user: String,
    /// In which group, by our id.
    chat: String,
    /// What ends; a mute without it.
    #[serde(default)]
    kind: KindToLift,
}

/// What ends.
#[derive(Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum KindToLift {
    /// A mute.
    #[default]
    Mute,
    /// A ban. Needs the right `ban`.
    Ban,
}

/// What was ended.
#[derive(Serialize, ToSchema)]
pub(crate) struct Lifted {
    /// The cases whose mutes or bans the platform was asked to end.
    cases: Vec<String>,
}

/// Which cases; what is left out does not matter.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Wanted {
    /// Begin behind this row: `next` of the page before.
    after: Option<String>,
    /// How many rows, 50 without it and 200 at most.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<i64>,
    /// Only rows in this state.
    state: Option<String>,
    /// Only those that happened in this chat, by our id.
    chat: Option<String>,
    /// Only those in which this rule was broken.
    rule: Option<String>,
    /// Only those of people who speak for this merchant, by our id.
    merchant: Option<String>,
}

/// Cases, latest first.
#[utoipa::path(get, path = "/cases", params(Wanted), responses((status = 200, body = Rows<Case>), Problems))]
pub(crate) async fn list(
    State(console): State<Console>,
    caller: Caller,
    wanted: Result<Query<Wanted>, QueryRejection>,
) -> Result<Json<Rows<Case>>, Problem> {
    caller.may(Permission::ReadCases)?;
    let Query(Wanted { after, limit, state, chat, rule, merchant }) = wanted?;
    let by_state = PagingByState { after, limit, state };
    let (paging, state) = by_state.parts(|word| CaseState::from_word(word).ok())?;
    let filter = CaseFilter {
        state,
        chat: chat.map(ChatId),
        rule,
        merchant: merchant.map(MerchantId),
        ..CaseFilter::default()
    };
    let limit = paging.wanted()?;
    let before = paging.number(CaseNo::parse)?;
    let mut tx = console.hall.db.read().await?;
    let read = moderation::list(&mut tx, &filter, before, limit).await?;
    Ok(Json(Rows::of(read, limit, |one| one.no.to_string(), Case::from)))
}

/// A case.
#[utoipa::path(
    get,
    path = "/cases/{no}",
    params(("no" = String, Path, description = "The case's number.")),
    responses((status = 200, body = Case), Problems)
)]
pub(crate) async fn one(
    State(console): State<Console>,
    caller: Caller,
    Path(no): Path<String>,
) -> Result<Json<Case>, Problem> {
    caller.may(Permission::ReadCases)?;
    let no = CaseNo::parse(&no).ok_or_else(Problem::not_found)?;
    let mut tx = console.hall.db.read().await?;
    let found = moderation::get(&mut tx, no).await?;
    found.map(|one| Json(Case::from(one))).ok_or_else(Problem::not_found)
}

/// Warns, mutes, kicks or bans somebody in a group: opens a case.
#[utoipa::path(
    post,
    path = "/cases",
    params(Keyed),
    request_body = CaseToOpen,
    responses((status = 201, body = Case), Problems, WriteProblems)
)]
pub(crate) async fn open(
    State(console): State<Console>,
    write: Write<CaseToOpen>,
) -> Result<Response, Problem> {
    let by = write.by(write.body.measure.needs())?;
    let asked = &write.body;
    let reason = asked.reason.clone().filter(|words| !words.trim().is_empty());
    reason.as_deref().map_or(Ok(()), |words| says("reason", words, LINE_MAX_CHARS))?;
    let (measure, purge_ms) = match asked.measure {
        Means::Warn => (Measure::Warn, 0),
        Means::Mute { ms } => (Measure::Mute { ms }, 0),
        Means::Kick => (Measure::Kick, 0),
        Means::Ban { purge_ms } => (Measure::Ban, purge_ms),
    };
    let step = async |mut work: Work| {
        let (user, group) = who_and_where(work.tx().await?, &asked.user, &asked.chat).await?;
        let order = Order {
            user: user.clone(),
            targets: vec![(user, group)],
            measure,
            reason: reason.clone(),
            message: None,
            remove: false,
            purge_ms,
        };
        let case = punish(&mut work, &by, order).await?;
        Ok::<_, Stop>((work, (StatusCode::CREATED, Case::from(case))))
    };
    write.once(&console, step).await
}

/// Decides a flagged message, or takes a case back.
#[utoipa::path(
    post,
    path = "/cases/{no}/acts",
    params(("no" = String, Path, description = "The case's number."), Keyed),
    request_body = CaseAct,
    responses((status = 200, body = Case), Problems, WriteProblems)
)]
pub(crate) async fn act(
    State(console): State<Console>,
    Path(no): Path<String>,
    write: Write<CaseAct>,
) -> Result<Response, Problem> {
    let by = write.by(Permission::Moderate)?;
    let no = CaseNo::parse(&no).ok_or_else(Problem::not_found)?;
    let step = async |mut work: Work| {
        moderation::get(work.tx().await?, no).await?.ok_or_else(Problem::not_found)?;
        let case = match write.body {
            CaseAct::Uphold => uphold(&mut work, &by, no).await?.0,
            CaseAct::Dismiss => dismiss(&mut work, &by, no).await?,
            CaseAct::Undo => undo(&mut work, &by, no).await?.case,
        };
        Ok::<_, Stop>((work, (StatusCode::OK, Case::from(case))))
    };
    write.once(&console, step).await
}

/// Ends the mutes or the bans that stand against somebody in a group; their cases stay.
#[utoipa::path(
    post,
    path = "/cases/lift",
    params(Keyed),
    request_body = ToLift,
    responses((status = 200, body = Lifted), Problems, WriteProblems)
)]
pub(crate) async fn lift_standing(
    State(console): State<Console>,
    write: Write<ToLift>,
) -> Result<Response, Problem> {
    let (kind, needs) = match write.body.kind {
        KindToLift::Mute => (SanctionKind::Mute, Permission::Moderate),
        KindToLift::Ban => (SanctionKind::Ban, Permission::Ban),
    };
    let by = write.by(needs)?;
    let asked = &write.body;
    let step = async |mut work: Work| {
        let (user, group) = who_and_where(work.tx().await?, &asked.user, &asked.chat).await?;
        let ended = lift(&mut work, &by, &user, kind, Some(&group)).await?;
        let cases = ended.into_iter().map(|sanction| sanction.case.to_string()).collect();
        Ok::<_, Stop>((work, (StatusCode::OK, Lifted { cases })))
    };
    write.once(&console, step).await
}

/// A user, and a group of the same account.
async fn who_and_where(tx: &mut Tx, user: &str, group: &str) -> Result<(User, Chat), Stop> {
    let user = chat::user(tx, &UserId::from(user)).await?;
    let user = user.ok_or_else(|| Problem::wrong("`user` is no user that we know."))?;
    let group = chat::get(tx, &ChatId::from(group)).await?.filter(|chat| !chat.is_direct());
    let group = group.ok_or_else(|| Problem::wrong("`chat` is no group that we know."))?;
    if user.account != group.account {
        return Err(Problem::wrong("`user` and `chat` are on different platforms.").into());
    }
    Ok((user, group))
}

impl From<moderation::Case> for Case {
    fn from(one: moderation::Case) -> Self {
        Self {
            no: one.no.to_string(),
            state: one.state.word(),
            user: one.user.to_string(),
            spans_utf8: one.spans_utf8(),
            chat: one.chat.map(|id| id.to_string()),
            by: one.by.map(|id| id.to_string()),
            rule: one.rule,
            policy_version: one.policy_version,
            points: one.points,
            message_text: one.message_text,
            reason: one.reason,
            at_ms: one.at_ms,
            decided_at_ms: one.decided_at_ms,
        }
    }
}
