//! `/api/v1/announcements`; looking ahead and what is done with them stand beside.

pub(super) mod preview;
pub(super) mod readers;
pub(super) mod write;

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use bot_core::chat::{AccountId, Lang};
use bot_core::error::FeatureError;
use bot_core::features::announcement::{self as feature, Standing};
use bot_core::features::delivery::CopyState;
use bot_core::features::segment;
use bot_core::ids::AnnouncementNo;
use bot_core::roster::Permission;
use bot_core::store::delivery::{StoredCopy, Which};
use bot_core::store::{acknowledge, announcement, click, delivery, reaction};
use bot_core::work::Work;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::caller::Caller;
use super::problem::{Problem, Problems};
use super::{Paging, PagingByState, Rows};
use crate::state::Console;

/// An announcement.
#[derive(Serialize, ToSchema)]
pub(crate) struct Announcement {
    /// Its number, such as `A-3`.
    no: String,
    /// How far it has come: `draft`, `scheduled`, `sending`, `paused`, `stopping`, `sent`, `stopped`,
    /// `recalling`, `recalled`, `cancelled`, `expiring` or `expired`.
    state: &'static str,
    /// The English title.
    title_en: Option<String>,
    /// The Chinese title.
    title_zh: Option<String>,
    /// The English text.
    body_en: Option<String>,
    /// The Chinese text.
    body_zh: Option<String>,
    /// Whether it is pinned where it can be.
    pin: bool,
    /// Whether its readers are asked to say that they have read it.
    ack: bool,
    /// Whether it goes out in quiet hours too.
    loud: bool,
    /// What the clocks of each recipient show when they get it, such as `2026-11-24T09:00`; `null` when all get it at one moment.
    local: Option<String>,
    /// Whether clicks on its links are counted.
    clicks: bool,
    /// Rises with each change of the text, from 1.
    version: i64,
    /// When it is to be sent, unix milliseconds; with `local`, to the first of them.
    at_ms: Option<i64>,
    /// When it expires, unix milliseconds; `null` for never.
    expires_at_ms: Option<i64>,
    /// When it was written, unix milliseconds.
    created_at_ms: i64,
    /// When the sending began, unix milliseconds.
    started_at_ms: Option<i64>,
    /// When the last of it was settled, unix milliseconds.
    settled_at_ms: Option<i64>,
    /// The number of the announcement that repeats and that this is one sending of.
    series: Option<String>,
}

/// By which rule an announcement goes out again and again.
#[derive(Serialize, ToSchema)]
pub(crate) struct Repeat {
    /// The rule as it would be typed: `cron 0 9 * * 1 until 2026-12-31 in Europe/Berlin`.
    rule: String,
    /// `set` (nobody has started it), `going`, `paused` or `waiting` (something was changed: it has to be started again).
    state: &'static str,
    /// The next three times, unix milliseconds.
    next_ms: Vec<i64>,
    /// How often it has gone out.
    sent: i64,
    /// How long after its time each sending expires, milliseconds; `null` for never.
    lives_ms: Option<i64>,
}

/// What became of one recipient's copy.
#[derive(Serialize, ToSchema)]
pub(crate) struct Delivery {
    /// The recipient, by our id of the person or the chat.
    recipient: String,
    /// Their name when the audience was fixed.
    name: String,
    /// The account that reaches them.
    account: Option<String>,
    /// `en` or `zh`.
    lang: &'static str,
    /// How far it has come, such as `sent`, `rejected`, `unknown` or `unreachable`.
    state: &'static str,
    /// Why it failed, in one word.
    reason: Option<String>,
    /// Why it failed, in the platform's words.
    detail: Option<String>,
    /// The version of the text that it shows.
    version: i64,
    /// When it was sent, unix milliseconds.
    sent_at_ms: Option<i64>,
    /// How many have pressed *Got it*: a person themselves, of a group those who did there.
    acknowledged: i64,
    /// When the last did, unix milliseconds.
    acknowledged_at_ms: Option<i64>,
    /// How often a link in this copy was opened, where clicks are counted.
    clicks: i64,
    /// When the last time was, unix milliseconds.
    clicked_at_ms: Option<i64>,
    /// What stands under this copy: a person's own, or that of people in the group.
    reactions: readers::Reactions,
}

/// An announcement with who gets it and how it stands.
#[derive(Serialize, ToSchema)]
pub(crate) struct AnnouncementInFull {
    announcement: Announcement,
    /// Who gets it, in a sentence.
    audience: Option<String>,
    /// Of text, files, pin, receipt, clicks and audience: what a second person approves.
    hash: String,
    /// Whether it may go out as far as a second person has a say: `not_needed`, `given`, `missing`, `changed` (after it was
    /// approved) or `grown` (far more would get it than when it was approved).
    approval: &'static str,
    /// By which rule it goes out again and again; `null` when it does not.
    repeat: Option<Repeat>,
    /// How many copies are in which state.
    copies: BTreeMap<String, i64>,
    /// How many people have pressed *Got it*.
    acknowledged: i64,
    /// Through how many copies a link was opened, and how often.
    clicked: readers::Clicked,
    /// What stands under its copies.
    reactions: readers::Reactions,
}

/// Which copies; what is left out does not matter.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct WantedCopies {
    /// Begin behind this row: `next` of the page before.
    after: Option<String>,
    /// How many rows, 50 without it and 200 at most.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<i64>,
    /// Only rows in this state.
    state: Option<String>,
    /// Only those through this account of ours.
    account: Option<String>,
}

/// Announcements, newest first.
#[utoipa::path(get, path = "/announcements", params(Paging), responses((status = 200, body = Rows<Announcement>), Problems))]
pub(crate) async fn list(
    State(console): State<Console>,
    caller: Caller,
    paging: Result<Query<Paging>, QueryRejection>,
) -> Result<Json<Rows<Announcement>>, Problem> {
    caller.may(Permission::Announce)?;
    let Query(paging) = paging?;
    let limit = paging.wanted()?;
    let before = paging.number(AnnouncementNo::parse)?;
    let mut tx = console.hall.db.read().await?;
    let read = announcement::list(&mut tx, before, limit).await?;
    Ok(Json(Rows::of(read, limit, |one| one.no.to_string(), Announcement::from)))
}

/// An announcement.
#[utoipa::path(
    get,
    path = "/announcements/{no}",
    params(("no" = String, Path, description = "The announcement's number.")),
    responses((status = 200, body = AnnouncementInFull), Problems)
)]
pub(crate) async fn one(
    State(console): State<Console>,
    caller: Caller,
    Path(no): Path<String>,
) -> Result<Json<AnnouncementInFull>, Problem> {
    caller.may(Permission::Announce)?;
    let no = AnnouncementNo::parse(&no).ok_or_else(Problem::not_found)?;
    let mut look = console.hall.look().await?;
    let found = announcement::get(look.tx().await?, no).await?.ok_or_else(Problem::not_found)?;
    in_full(&mut look, found).await.map(Json).map_err(|error| Problem::failed(&error))
}

pub(super) async fn in_full(
    work: &mut Work,
    one: announcement::Announcement,
) -> Result<AnnouncementInFull, FeatureError> {
    let audience = match &one.audience {
        Some(audience) => {
            let words = segment::in_words(work.tx().await?, audience).await?;
            Some(work.hall.texts.say(Lang::En, &words))
        }
        None => None,
    };
    let approval = match feature::standing(work, &one).await? {
        Standing::NotNeeded => "not_needed",
        Standing::Given(_) => "given",
        Standing::Missing(_) => "missing",
        Standing::Changed(_) => "changed",
        Standing::Grown { .. } => "grown",
    };
    let hash = feature::hash(work, &one).await?;
    let mut copies = BTreeMap::new();
    for tally in delivery::tally(work.tx().await?, &one.no.to_string()).await? {
        *copies.entry(tally.state).or_default() += tally.copies;
    }
    let push = one.no.to_string();
    let acknowledged = acknowledge::count(work.tx().await?, &push).await?;
    let clicked = readers::Clicked::of(work.tx().await?, &push).await?;
    let reactions = reaction::sums(work.tx().await?, &push).await?.into();
    let zone = work.hall.texts.zone().clone();
    let repeat = feature::series_of(work, one.no).await?.map(|series| Repeat {
        rule: feature::rule_typed(&series.rule),
        state: series.state.word(),
        next_ms: series.rule.next(&zone, series.next_ms.map_or(work.now_ms, |next_ms| next_ms - 1), 3),
        sent: series.sent,
        lives_ms: series.lives_ms,
    });
    let announcement = one.into();
    Ok(AnnouncementInFull {
        announcement,
        audience,
        hash,
        approval,
        repeat,
        copies,
        acknowledged,
        clicked,
        reactions,
    })
}

/// The copies of an announcement, one for each recipient, by recipient.
#[utoipa::path(
    get,
    path = "/announcements/{no}/deliveries",
    params(("no" = String, Path, description = "The announcement's number."), WantedCopies),
    responses((status = 200, body = Rows<Delivery>), Problems)
)]
pub(crate) async fn deliveries(
    State(console): State<Console>,
    caller: Caller,
    Path(no): Path<String>,
    wanted: Result<Query<WantedCopies>, QueryRejection>,
) -> Result<Json<Rows<Delivery>>, Problem> {
    caller.may(Permission::Announce)?;
    let Query(WantedCopies { after, limit, state, account }) = wanted?;
    let (paging, state) = PagingByState { after, limit, state }.parts(CopyState::from_word)?;
    let account = account.map(AccountId);
    let limit = paging.wanted()?;
    let no = AnnouncementNo::parse(&no).ok_or_else(Problem::not_found)?;
    let mut tx = console.hall.db.read().await?;
    announcement::get(&mut tx, no).await?.ok_or_else(Problem::not_found)?;
    let after = paging.after.unwrap_or_default();
    let push = no.to_string();
    let read =
        delivery::page_of(&mut tx, &push, Which { state, account: account.as_ref() }, &after, limit).await?;
    let whose: Vec<&str> = read.iter().map(|copy| copy.recipient.as_str()).collect();
    let got = acknowledge::of_recipients(&mut tx, &push, &whose).await?;
    let clicks = click::of_recipients(&mut tx, &push, &whose).await?;
    let reactions = reaction::of_recipients(&mut tx, &push, &whose).await?;
    let show = |copy: StoredCopy| {
        let reactions = reactions.get(&copy.recipient).cloned().unwrap_or_default().into();
        let (acknowledged, acknowledged_at_ms) = got.get(&copy.recipient).copied().unzip();
        let (clicks, clicked_at_ms) = clicks.get(&copy.recipient).copied().unzip();
        let (acknowledged, clicks) = (acknowledged.unwrap_or(0), clicks.unwrap_or(0));
        Delivery {
            acknowledged,
            acknowledged_at_ms,
            clicks,
            clicked_at_ms,
            reactions,
            ..Delivery::from(copy)
        }
    };
    Ok(Json(Rows::of(read, limit, |one| one.recipient.clone(), show)))
}

impl From<announcement::Announcement> for Announcement {
    fn from(one: announcement::Announcement) -> Self {
        Self {
            no: one.no.to_string(),
            state: one.state.word(),
            title_en: one.wording.title_en,
            title_zh: one.wording.title_zh,
            body_en: one.wording.body_en,
            body_zh: one.wording.body_zh,
            pin: one.pin,
            ack: one.ack,
            loud: one.timing.loud,
            local: one.timing.local.map(|there| there.strftime("%Y-%m-%dT%H:%M").to_string()),
            clicks: one.clicks,
            version: one.version,
            at_ms: one.at_ms,
            expires_at_ms: one.expires_at_ms,
            created_at_ms: one.created_at_ms,
            started_at_ms: one.started_at_ms,
            settled_at_ms: one.settled_at_ms,
            series: one.series.map(|no| no.to_string()),
        }
    }
}

impl From<StoredCopy> for Delivery {
    fn from(copy: StoredCopy) -> Self {
        Self {
            recipient: copy.recipient,
            name: copy.name,
            account: copy.account.map(|account| account.to_string()),
            lang: copy.lang.word(),
            state: copy.state.word(),
            reason: copy.reason,
            detail: copy.detail,
            version: copy.version,
            sent_at_ms: copy.sent_at_ms,
            acknowledged: 0,
            acknowledged_at_ms: None,
            clicks: 0,
            clicked_at_ms: None,
            reactions: reaction::Sums::default().into(),
        }
    }
}
