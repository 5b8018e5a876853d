//! `GET /api/v1/announcements/{no}/preview`.

use axum::Json;
use axum::extract::{Path, State};
use bot_core::chat::Lang;
use bot_core::features::announcement as feature;
use bot_core::features::delivery::{AccountPreview, Shown, loss};
use bot_core::ids::AnnouncementNo;
use bot_core::roster::Permission;
use bot_core::store::announcement;
use bot_core::texts::Texts;
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::caller::Caller;
use crate::api::problem::{Problem, Problems};
use crate::state::Console;

/// What a draft would come to as things stand.
#[derive(Serialize, ToSchema)]
pub(crate) struct Preview {
    /// What keeps it from being sent, in sentences.
    problems: Vec<String>,
    /// How many would get it.
    reachable: i64,
    /// Why some would not.
    unreachable: Vec<Unreachable>,
    /// Matching merchants that nobody speaks for.
    merchants_without_contact: i64,
    /// When all of these were counted, unix milliseconds, where that was not now: large audiences are counted once a minute.
    counted_at_ms: Option<i64>,
    /// What becomes of it on each account.
    accounts: Vec<OnAccount>,
    /// The same for each text that is tested against its own.
    variants: Vec<OfVariant>,
    /// Groups in which it cannot be pinned.
    cannot_pin: Vec<String>,
    /// Who would wait for their own time, because of quiet hours or of a time by each recipient's own clock.
    waits: Vec<Waits>,
    /// How long it would take until the last has it, milliseconds.
    takes_ms: i64,
}

/// Some who would wait.
#[derive(Serialize, ToSchema)]
pub(crate) struct Waits {
    /// Their zone, an IANA name; empty for the hall's.
    zone: String,
    /// Until when, unix milliseconds.
    until_ms: i64,
    /// How many.
    count: i64,
}

/// Some who would not get it.
#[derive(Serialize, ToSchema)]
pub(crate) struct Unreachable {
    /// Why, in one word.
    reason: String,
    /// How many.
    count: i64,
    /// A few of their names.
    names: Vec<String>,
}

/// What becomes of it on one account.
#[derive(Serialize, ToSchema)]
pub(crate) struct OnAccount {
    /// The account.
    account: String,
    /// The platform's name; `null` while the account is not connected.
    platform: Option<&'static str>,
    /// How many it reaches.
    recipients: i64,
    /// How many calls that takes.
    calls: i64,
    /// How long they take at the platform's pace, milliseconds.
    takes_ms: i64,
    /// What readers there do not get, in sentences.
    losses: Vec<String>,
    /// How it looks there, each look once.
    looks: Vec<OneLook>,
}

/// What becomes of one of the other texts on each account.
#[derive(Serialize, ToSchema)]
pub(crate) struct OfVariant {
    /// `B`, `C` or `D`.
    name: &'static str,
    /// What becomes of it.
    accounts: Vec<OnAccount>,
}

/// How it looks to some readers.
#[derive(Serialize, ToSchema)]
pub(crate) struct OneLook {
    /// Whether it is in private.
    direct: bool,
    /// Which languages they read: `en`, `zh`.
    langs: Vec<&'static str>,
    /// The texts of the messages, in order.
    messages: Vec<String>,
}

/// What a draft would come to as things stand: who would get it, who not and why, how it would look on each platform with what
/// is lost there, and how long it would take.
#[utoipa::path(
    get,
    path = "/announcements/{no}/preview",
    params(("no" = String, Path, description = "The announcement's number.")),
    responses((status = 200, body = Preview), Problems)
)]
pub(crate) async fn preview(
    State(console): State<Console>,
    caller: Caller,
    Path(no): Path<String>,
) -> Result<Json<Preview>, Problem> {
    caller.may(Permission::Announce)?;
    let no = AnnouncementNo::parse(&no).ok_or_else(Problem::not_found)?;
    let mut look = console.hall.look().await?;
    let one = announcement::get(look.tx().await?, no).await?.ok_or_else(Problem::not_found)?;
    let seen = feature::preview_of(&mut look, &one).await?.unwrap_or_default();
    let texts = &console.hall.texts;
    let mut variants = Vec::new();
    for n in 1..one.variants.as_ref().map_or(1, feature::Variants::count) {
        let seen = feature::preview_of(&mut look, &feature::as_variant(&one, n)).await?.unwrap_or_default();
        let accounts = seen.accounts.into_iter().map(|account| on_account(texts, account)).collect();
        variants.push(OfVariant { name: feature::variant_name(n), accounts });
    }
    let takes_ms = seen.takes_ms();
    Ok(Json(Preview {
        problems: feature::problems(&one).iter().map(|problem| texts.say(Lang::En, problem)).collect(),
        reachable: seen.reachable,
        unreachable: seen
            .unreachable
            .into_iter()
            .map(|(reason, count, names)| Unreachable { reason, count, names })
            .collect(),
        merchants_without_contact: seen.merchants_without_contact,
        counted_at_ms: seen.counted_at_ms,
        accounts: seen.accounts.into_iter().map(|account| on_account(texts, account)).collect(),
        variants,
        cannot_pin: seen.cannot_pin,
        waits: seen
            .waits
            .into_iter()
            .map(|wait| Waits { zone: wait.zone, until_ms: wait.until_ms, count: wait.count })
            .collect(),
        takes_ms,
    }))
}

fn on_account(texts: &Texts, account: AccountPreview) -> OnAccount {
    let one_look = |shown: Shown| OneLook {
        direct: shown.direct,
        langs: shown.langs.iter().map(|lang| lang.word()).collect(),
        messages: shown.messages.into_iter().map(|content| content.text.text).collect(),
    };
    OnAccount {
        account: account.account.to_string(),
        platform: account.platform,
        recipients: account.recipients,
        calls: account.calls,
        takes_ms: account.takes_ms,
        losses: account.losses.iter().map(|lost| texts.say(Lang::En, &loss(lost))).collect(),
        looks: account.shown.into_iter().map(one_look).collect(),
    }
}
