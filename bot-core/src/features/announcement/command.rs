//! `/announce` and what stands behind it.

use serde_json::json;

use super::{
    Announcement, State, Time, acts, card, expiry, form, load, picture, series, staff_of, timing, variant,
};
use crate::chat::{Content, Feature as Can, MessageKey};
use crate::error::Result;
use crate::feature::{Actor, Offer, Typed};
use crate::features::delivery::{CopyState, Counts};
use crate::features::segment;
use crate::ids::AnnouncementNo;
use crate::store::{announcement, chat, delivery as copies};
use crate::text;
use crate::texts::{Moment, Text};
use crate::work::Work;

/// How many announcements a list shows.
const LISTED: i64 = 10;
/// How many of the latest are offered to who types the command.
const OFFERED: i64 = 50;
/// What is done to an announcement by its number.
const VERBS: [&str; 21] = [
    "edit", "recall", "send", "again", "cancel", "approve", "pause", "resume", "schedule", "audience", "pin",
    "picture", "test", "receipt", "clicks", "loud", "expires", "repeat", "variant", "rule", "winner",
];

/// The latest announcements, behind what is to be done to them.
pub(super) async fn offer(work: &mut Work, typed: &Typed) -> Result<Vec<Offer>> {
    let (at, verb) = (&typed.at, typed.verb(&VERBS));
    let newest = announcement::list(work.tx().await?, None, OFFERED).await?;
    let label = |one: &announcement::Announcement| {
        let label = text!(
            "announcement-offer",
            no = one.no.to_string(),
            title = one.wording.title(at.lang),
            state = one.state.name()
        );
        work.hall.texts.say(at.lang, &label)
    };
    Ok(newest.iter().map(|one| Offer::new(one.no, label(one)).behind(verb)).collect())
}

/// Does what stands behind `/announce`. Whatever a button does can be typed too, for platforms without buttons.
pub(super) async fn announce(
    work: &mut Work,
    at: &Actor,
    what: &str,
    reply_to: Option<&MessageKey>,
) -> Result<()> {
    let staff = staff_of(at)?.id.clone();
    let (verb, rest) = what.trim().split_once(char::is_whitespace).unwrap_or((what.trim(), ""));
    let (no, rest) = rest.trim().split_once(char::is_whitespace).unwrap_or((rest.trim(), ""));
    let one = match (verb.to_lowercase().as_str(), AnnouncementNo::parse(no)) {
        ("" | "new", None) => return form::open_new(work, at).await,
        ("list", _) => return list(work, at).await,
        ("edit", Some(no)) => {
            let one = load(work, no).await?;
            return form::open_change(work, at, &one, "text").await;
        }
        ("recall", Some(no)) if is_yes(rest) => acts::recall(work, no, &staff).await?,
        ("recall", Some(no)) => return ask_recall(work, at, no).await,
        ("send", Some(no)) => acts::send_now(work, no, &staff).await?,
        ("again", Some(no)) => acts::send_again(work, no, &staff).await?,
        ("cancel", Some(no)) => acts::cancel(work, no, &staff).await?,
        ("approve", Some(no)) => super::approve(work, no, rest.trim(), &staff).await?,
        ("pause", Some(no)) => acts::pause(work, no, &staff).await?,
        ("resume", Some(no)) => acts::resume(work, no, &staff).await?,
        ("schedule", Some(no)) => match Time::parse(rest, work.hall.texts.zone(), work.now_ms)? {
            Time::At(at_ms) => acts::schedule(work, no, at_ms, &staff).await?,
            Time::Local(there) => timing::schedule_local(work, no, there, &staff).await?,
            Time::Now => return Err(Text::new("announcement-usage").into()),
        },
        ("audience", Some(no)) => {
            let audience = Some(audience_of(work, rest).await?);
            acts::change(work, no, acts::Change { audience, ..acts::Change::default() }, &staff).await?
        }
        (verb @ ("pin" | "receipt" | "loud" | "clicks"), Some(no)) => toggle(work, verb, no, &staff).await?,
        ("expires", Some(no)) => {
            let expires_at_ms = expiry::parse(work, rest)?;
            expiry::set_expiry(work, no, expires_at_ms, &staff).await?
        }
        ("repeat", Some(no)) => repeat(work, no, rest.trim(), &staff).await?,
        ("variant", Some(no)) => match ask_variant(work, at, no, rest.trim(), &staff).await? {
            Some(one) => one,
            None => return Ok(()),
        },
        ("rule", Some(no)) => variant::set_rule(work, no, rest, &staff).await?,
        ("winner", Some(no)) => match variant::variant_named(rest) {
            Some(n) => variant::choose(work, no, n, &staff).await?,
            None => return Err(text!("announcement-winner-usage", no = no.to_string()).into()),
        },
        ("picture", Some(no)) => {
            let said = picture::change(work, at, no, reply_to, rest, &staff).await?;
            let one = load(work, no).await?;
            return say_card(work, at, &one, &[said]).await;
        }
        ("test", Some(no)) => {
            let one = load(work, no).await?;
            let said = super::press::test(work, at, &one, rest).await?;
            let said = work.hall.texts.say(at.lang, &said);
            work.say(at.place(), said);
            return Ok(());
        }
        (typed, None) => match AnnouncementNo::parse(typed) {
            Some(no) => load(work, no).await?,
            None => return Err(Text::new("announcement-usage").into()),
        },
        _ => return Err(Text::new("announcement-usage").into()),
    };
    say_card(work, at, &one, &[]).await
}

async fn audience_of(work: &mut Work, typed: &str) -> Result<segment::Audience> {
    let hall = std::sync::Arc::clone(&work.hall);
    let known = segment::vocabulary(work.tx().await?, &hall).await?;
    Ok(segment::parse(typed, &known)?)
}

/// Switches what goes with the copies to what it is not.
async fn toggle(
    work: &mut Work,
    verb: &str,
    no: AnnouncementNo,
    by: &crate::ids::StaffId,
) -> Result<Announcement> {
    let one = load(work, no).await?;
    match verb {
        "pin" => acts::set_pin(work, no, !one.pin, by).await,
        "receipt" => super::set_ack(work, no, !one.ack, by).await,
        "loud" => timing::set_loud(work, no, !one.timing.loud, by).await,
        _ => super::set_clicks(work, no, !one.clicks, by).await,
    }
}

/// Asks for another text to be tested, changes one or takes it away: nothing behind the number, `B`, `none B` or `none`. Gives the
/// announcement where it was changed at once.
async fn ask_variant(
    work: &mut Work,
    at: &Actor,
    no: AnnouncementNo,
    rest: &str,
    by: &crate::ids::StaffId,
) -> Result<Option<Announcement>> {
    let one = load(work, no).await?;
    let count = one.variants.as_ref().map_or(1, variant::Variants::count);
    let (word, behind) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
    if matches!(word.to_lowercase().as_str(), "none" | "无" | "删除") {
        let n = if behind.is_empty() { None } else { Some(named(no, behind)?) };
        return variant::take_away(work, no, n, by).await.map(Some);
    }
    let n = if rest.is_empty() { count } else { named(no, rest)? };
    if !one.state.is_open() {
        return Err(text!("announcement-not-now", state = one.state.name()).into());
    }
    if n >= variant::TEXTS_MAX {
        return Err(text!("announcement-variants-many", max = variant::TEXTS_MAX).into());
    }
    // A is its own text.
    if n == 0 {
        form::open_change(work, at, &one, "text").await?;
    } else {
        form::open_variant(work, at, &one, n.min(count)).await?;
    }
    Ok(None)
}

fn named(no: AnnouncementNo, word: &str) -> Result<usize> {
    Ok(variant::variant_named(word)
        .ok_or_else(|| text!("announcement-variant-usage", no = no.to_string()))?)
}

/// Gives a rule and starts it where nothing is missing, or lets a series wait, go on or end.
async fn repeat(
    work: &mut Work,
    no: AnnouncementNo,
    rest: &str,
    by: &crate::ids::StaffId,
) -> Result<Announcement> {
    match rest.to_lowercase().as_str() {
        "" => return Err(text!("announcement-repeat-usage", no = no.to_string()).into()),
        "pause" | "暂停" => return series::pause_series(work, no, by).await,
        "start" | "resume" | "开始" | "继续" => return series::start(work, no, by).await,
        word if series::is_none(word) => return series::end_series(work, no, by).await,
        _ => {}
    }
    let begins_ms = load(work, no).await?.at_ms.filter(|at_ms| *at_ms > work.now_ms);
    let rule = series::parse_rule(work, rest, begins_ms)?;
    let one = series::set_rule(work, no, rule, by).await?;
    if card::problems(&one).is_empty() { series::start(work, no, by).await } else { Ok(one) }
}

fn is_yes(word: &str) -> bool {
    matches!(word.trim().to_lowercase().as_str(), "yes" | "y" | "是" | "确认")
}

/// Shows a card where somebody is.
pub(super) async fn say_card(work: &mut Work, at: &Actor, one: &Announcement, first: &[Text]) -> Result<()> {
    let mut content = card::card(work, one, at.lang, first).await?;
    let no = one.no.to_string();
    let typed = match one.state {
        State::Draft | State::Scheduled => Some(text!("announcement-typed", no = no)),
        State::Sending => Some(text!("announcement-typed-sending", no = no)),
        State::Paused => Some(text!("announcement-typed-paused", no = no)),
        _ => None,
    };
    if let Some(typed) = typed.filter(|_| !work.capabilities(&at.chat).has_buttons()) {
        let typed = work.hall.texts.say(at.lang, &typed);
        content.text = content.text.then("\n\n").then(&typed);
    }
    work.say(at.place(), content);
    Ok(())
}

async fn list(work: &mut Work, at: &Actor) -> Result<()> {
    let newest = announcement::list(work.tx().await?, None, LISTED).await?;
    if newest.is_empty() {
        return Err(Text::new("announcement-list-empty").into());
    }
    let mut lines = Vec::new();
    for one in &newest {
        let sent = Counts::of(work, &one.no.to_string()).await?;
        let line = text!(
            "announcement-list-line",
            no = one.no.to_string(),
            state = one.state.name(),
            title = one.wording.title(at.lang),
            when = Moment { at_ms: one.started_at_ms.or(one.at_ms).unwrap_or(one.created_at_ms) },
            sent = sent.in_states(&CopyState::STANDING),
            all = sent.all()
        );
        lines.push(work.hall.texts.say(at.lang, &line));
    }
    work.say(at.place(), lines.join("\n"));
    Ok(())
}

/// Asks whether it is really to be taken back, naming from how many and what will stay.
async fn ask_recall(work: &mut Work, at: &Actor, no: AnnouncementNo) -> Result<()> {
    let one = load(work, no).await?;
    if one.state.is_open() || matches!(one.state, State::Cancelled | State::Recalling) {
        return Err(text!("announcement-not-now", state = one.state.name()).into());
    }
    let counts = Counts::of(work, &no.to_string()).await?;
    let standing = counts.in_states(&CopyState::STANDING);
    let open = counts.in_states(&[CopyState::Planned, CopyState::Queued]);
    if standing + open == 0 {
        return Err(Text::new("announcement-nothing-to-recall").into());
    }
    let mut said = vec![text!("announcement-recall-ask", no = no.to_string(), count = standing)];
    said.extend(recall_outlook(work, &one, &counts).await?);
    if !work.capabilities(&at.chat).has_buttons() {
        said.push(text!("announcement-recall-typed", no = no.to_string()));
    }
    let lines: Vec<String> = said.iter().map(|line| work.hall.texts.say(at.lang, line)).collect();
    let yes = text!("announcement-do-recall", count = standing);
    let row = vec![
        card::button(work, &one, at.lang, "recall", json!({}), yes).await?,
        card::button(work, &one, at.lang, "keep", json!({}), Text::new("announcement-do-keep")).await?,
    ];
    work.say(at.place(), Content::text(lines.join("\n")).with_row(row));
    Ok(())
}

/// What else is to be known before it is taken back: what is stopped, what may have arrived, what will stay.
///
/// # Errors
/// When the database fails.
pub async fn recall_outlook(work: &mut Work, one: &Announcement, counts: &Counts) -> Result<Vec<Text>> {
    let mut said = Vec::new();
    let open = counts.in_states(&[CopyState::Planned, CopyState::Queued]);
    if open > 0 {
        said.push(text!("announcement-recall-open", count = open));
    }
    let unknown = counts.in_states(&[CopyState::Unknown]);
    if unknown > 0 {
        said.push(text!("announcement-recall-unknown", count = unknown));
    }
    said.extend(will_stay(work, one, counts).await?);
    Ok(said)
}

/// What cannot be taken back, by platform: because it cannot delete, or the copies are too old for it.
async fn will_stay(work: &mut Work, one: &Announcement, counts: &Counts) -> Result<Vec<Text>> {
    let (push, now_ms) = (one.no.to_string(), work.now_ms);
    let mut lines = Vec::new();
    for (account, standing) in counts.by_account(&CopyState::STANDING) {
        let Some(chat) = copies::sample(work.tx().await?, &push, account).await? else { continue };
        let Some(chat) = chat::get(work.tx().await?, &chat).await? else { continue };
        let can = work.capabilities(&chat);
        let count = if !can.is_native(Can::DeleteOwn) {
            standing
        } else if let Some(age_ms) = can.limits(Can::DeleteOwn).age_ms
            // No copy is older than the beginning.
            && one.started_at_ms.is_none_or(|at_ms| at_ms < now_ms - age_ms)
        {
            copies::older(work.tx().await?, &push, account, now_ms - age_ms).await?
        } else {
            continue;
        };
        if count > 0 {
            lines.push(text!("announcement-recall-stays", account = account.as_str(), count = count));
        }
    }
    Ok(lines)
}
