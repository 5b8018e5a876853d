//! What staff see of an announcement: its card with what can be done about it, and the reports.

use serde_json::json;

use super::filled::{self, Filled};
use super::{Announcement, NAME, State, ack, approval, click, expiry, picture, reaction, series, timing};
use crate::chat::{AccountId, Address, Attachment, Button, Content, Lang, RichText};
use crate::directory::Purpose;
use crate::error::Result;
use crate::features::delivery::{self, CopyState, Counts, Letter as _, Preview};
use crate::features::form::NewButton;
use crate::features::segment::{self, Target};
use crate::store::{StoreError, chat, delivery as copies};
use crate::text;
use crate::texts::{Moment, Text};
use crate::work::{Place, Work};

/// How long a button under a card is good, milliseconds: 30 days.
const BUTTONS_LIVE_MS: i64 = 30 * 24 * 60 * 60 * 1000;
/// How many copies of unknown end are offered one by one.
const UNKNOWN_SHOWN: usize = 5;
/// How many copies of unknown end are looked at.
const UNKNOWN_LOOKED_AT: i64 = 200;

/// What its recipients get.
pub(super) async fn letter(work: &mut Work, one: &Announcement) -> Result<Filled, StoreError> {
    let files = picture::files(work, one.no).await?;
    let targets = click::targets(work, one).await?;
    Ok(Filled::of(&work.hall, one, files, &targets))
}

/// The pictures and files that go with it.
///
/// # Errors
/// When the database fails.
pub async fn files(work: &mut Work, one: &Announcement) -> Result<Vec<Attachment>, StoreError> {
    picture::files(work, one.no).await
}

/// What keeps it from being sent.
pub fn problems(one: &Announcement) -> Vec<Text> {
    let mut problems = Vec::new();
    if one.wording.langs().is_empty() {
        problems.push(Text::new("announcement-no-text"));
    }
    problems.extend(filled::problems(&one.wording));
    if one.audience.is_none() {
        problems.push(Text::new("announcement-no-audience"));
    }
    problems
}

/// What sending it now would come to; `None` while it has no audience.
///
/// # Errors
/// When the database fails.
pub async fn preview_of(work: &mut Work, one: &Announcement) -> Result<Option<Preview>, StoreError> {
    match &one.audience {
        Some(audience) => {
            let letter = letter(work, one).await?;
            let mut preview = delivery::preview(work, audience, one.pin, &letter).await?;
            let (hours, start_ms) = (timing::hours(work, one), one.at_ms.unwrap_or(work.now_ms));
            let start_ms = start_ms.max(work.now_ms);
            delivery::look_at_hours(work, audience, &hours, start_ms, &mut preview).await?;
            Ok(Some(preview))
        }
        None => Ok(None),
    }
}

/// What a recipient at an address gets, with their own values, as their platform will show it; `None` while its account is not
/// connected.
///
/// # Errors
/// When the database fails.
pub async fn look_at(
    work: &mut Work,
    one: &Announcement,
    (account, to): (&AccountId, &Address),
    target: &Target,
) -> Result<Option<delivery::Shown>, StoreError> {
    let letter = letter(work, one).await?;
    let mut values = filled::values_of(work, one, target).await?;
    values.link = letter.links(None);
    let platform = work.hall.platform(account);
    let content = (target.lang, letter.content(target.lang, &values));
    Ok(platform.map(|platform| delivery::shown_at(platform.as_ref(), to, one.pin, content).0))
}

/// How long it will take until all of it has gone out, milliseconds.
///
/// # Errors
/// When the database fails.
pub async fn time_left(work: &mut Work, one: &Announcement, counts: &Counts) -> Result<i64, StoreError> {
    let letter = letter(work, one).await?;
    let push = one.no.to_string();
    let left_ms = delivery::time_left(work, (&push, counts), one.pin, &letter).await?;
    let open = counts.in_states(&[CopyState::Planned, CopyState::Queued]).max(1);
    let waits = delivery::waits(work, &push).await?;
    let last =
        |wait: &delivery::Wait| wait.until_ms - work.now_ms + left_ms.saturating_mul(wait.count) / open;
    Ok(waits.iter().map(last).max().unwrap_or(0).max(left_ms))
}

/// What is to be known of it, line by line, without its text.
///
/// # Errors
/// When the database fails.
pub async fn lines(work: &mut Work, one: &Announcement) -> Result<Vec<Text>, StoreError> {
    let counts = Counts::of(work, &one.no.to_string()).await?;
    lines_with(work, one, &counts).await
}

/// The same, where its copies are counted.
///
/// # Errors
/// When the database fails.
pub async fn lines_with(
    work: &mut Work,
    one: &Announcement,
    counts: &Counts,
) -> Result<Vec<Text>, StoreError> {
    let mut lines = problems(one);
    if let Some(audience) = &one.audience {
        let sentence = segment::in_words(work.tx().await?, audience).await?;
        lines.push(text!("announcement-to", audience = sentence));
    }
    let repeats = series::lines(work, one).await?;
    match (one.state, one.at_ms) {
        _ if one.state.is_open() && !repeats.is_empty() => {}
        (State::Draft | State::Scheduled, Some(at_ms)) if one.timing.local.is_none() => {
            lines.push(text!("announcement-when", when = Moment { at_ms }));
        }
        (State::Draft, None) => lines.push(Text::new("announcement-when-pressed")),
        _ => {}
    }
    lines.extend(repeats);
    lines.extend(timing::lines(work, one));
    lines.extend(expiry::line(one));
    if one.pin {
        lines.push(Text::new("announcement-pinned"));
    }
    lines.extend(filled::variables(one));
    lines.extend(ack::line(work, one).await?);
    lines.extend(click::lines(work, one).await?);
    lines.extend(reaction::line(work, one).await?);
    lines.extend(approval::lines(work, one).await?);
    if !one.state.is_open() {
        lines.extend(counts.lines());
        let waits = delivery::waits(work, &one.no.to_string()).await?;
        lines.extend(delivery::wait_lines(&waits, work.hall.texts.zone()));
        let in_hand = counts.in_states(&[CopyState::Queued]);
        if in_hand > 0 && matches!(one.state, State::Paused | State::Stopping | State::Expiring) {
            lines.push(text!("announcement-in-hand", count = in_hand));
        }
    } else if let Some(preview) = preview_of(work, one).await? {
        lines.extend(preview.lines());
        lines.extend(delivery::wait_lines(&preview.waits, work.hall.texts.zone()));
    }
    Ok(lines)
}

/// Its card: what is known, its text, and buttons for what can be done.
pub(super) async fn card(work: &mut Work, one: &Announcement, lang: Lang, first: &[Text]) -> Result<Content> {
    let mut said = first.to_vec();
    said.extend(lines(work, one).await?);
    let hall = std::sync::Arc::clone(&work.hall);
    let head = text!("announcement-head", no = one.no.to_string(), state = one.state.name());
    let mut text = RichText::default().then_bold(&hall.texts.say(lang, &head));
    for line in &said {
        text = text.then("\n").then(&hall.texts.say(lang, line));
    }
    for shown in one.wording.langs() {
        let label = match shown {
            Lang::Zh => Text::new("announcement-text-zh"),
            Lang::En => Text::new("announcement-text-en"),
        };
        text = text
            .then("\n\n")
            .then(&hall.texts.say(lang, &label))
            .then("\n")
            .then_rich(&one.wording.rich(shown));
    }
    if let Some(proposal) = &one.proposal {
        for shown in proposal.wording.langs() {
            let label = hall.texts.say(lang, &Text::new("announcement-text-proposed"));
            text = text.then("\n\n").then(&label).then("\n").then_rich(&proposal.wording.rich(shown));
        }
    }
    let files = picture::files(work, one.no).await?;
    if !files.is_empty() {
        let names: Vec<&str> = files.iter().map(|file| file.name.as_str()).collect();
        let line = text!("announcement-files", names = names.join(", "));
        text = text.then("\n\n").then(&hall.texts.say(lang, &line));
    }
    let mut content = Content::text(text);
    content.buttons = buttons(work, one, lang).await?;
    Ok(content)
}

async fn buttons(work: &mut Work, one: &Announcement, lang: Lang) -> Result<Vec<Vec<Button>>> {
    let ready = problems(one).is_empty();
    let mut rows: Vec<Vec<Button>> =
        approve_button(work, one, lang).await?.into_iter().map(|one| vec![one]).collect();
    let pin = if one.pin { Text::new("announcement-do-unpin") } else { Text::new("announcement-do-pin") };
    let receipt =
        if one.ack { Text::new("announcement-do-no-receipt") } else { Text::new("announcement-do-receipt") };
    match one.state {
        State::Draft | State::Scheduled => {
            let repeats = series::buttons(work, one, lang).await?;
            if ready {
                if repeats.is_empty() {
                    rows.push(send_buttons(work, one, lang).await?);
                }
                rows.push(vec![
                    button(work, one, lang, "test", json!({}), Text::new("announcement-do-test")).await?,
                    button(work, one, lang, "pin", json!({ "pin": !one.pin }), pin).await?,
                    button(work, one, lang, "receipt", json!({ "ack": !one.ack }), receipt).await?,
                ]);
                if let (Some(clicks), Some(row)) = (clicks_button(work, one, lang).await?, rows.last_mut()) {
                    row.push(clicks);
                }
            }
            if !repeats.is_empty() {
                rows.push(repeats);
            }
            let mut row = Vec::new();
            for (what, label) in [
                ("text", Text::new("announcement-do-text")),
                ("audience", Text::new("announcement-do-audience")),
                ("when", Text::new("announcement-do-when")),
            ] {
                row.push(button(work, one, lang, "change", json!({ "what": what }), label).await?);
            }
            rows.push(row);
            rows.push(vec![
                button(work, one, lang, "cancel", json!({}), Text::new("announcement-do-cancel")).await?,
            ]);
        }
        State::Sending | State::Paused => {
            let (verb, label) = match one.state {
                State::Sending => ("pause", Text::new("announcement-do-pause")),
                _ => ("resume", Text::new("announcement-do-resume")),
            };
            rows.push(vec![
                button(work, one, lang, verb, json!({}), label).await?,
                button(work, one, lang, "stop", json!({}), Text::new("announcement-do-stop")).await?,
            ]);
        }
        State::Sent | State::Stopped | State::Recalled => {
            rows.extend(repair_buttons(work, one, lang).await?);
        }
        State::Stopping | State::Recalling | State::Cancelled | State::Expiring | State::Expired => {}
    }
    Ok(rows)
}

/// The buttons that send it, now or at a time.
async fn send_buttons(work: &mut Work, one: &Announcement, lang: Lang) -> Result<Vec<Button>> {
    let later = timing::schedule_label(one).filter(|_| one.state == State::Draft);
    let later = later.unwrap_or_else(|| Text::new("announcement-do-schedule"));
    Ok(vec![
        button(work, one, lang, "send", json!({}), Text::new("announcement-do-send")).await?,
        button(work, one, lang, "schedule", json!({}), later).await?,
    ])
}

/// The button that has clicks counted, where they can be.
async fn clicks_button(work: &mut Work, one: &Announcement, lang: Lang) -> Result<Option<Button>> {
    let label = match one.clicks {
        true => Text::new("announcement-do-no-clicks"),
        false if click::can_count(&work.hall) => Text::new("announcement-do-clicks"),
        false => return Ok(None),
    };
    let payload = json!({ "clicks": !one.clicks });
    button(work, one, lang, "clicks", payload, label).await.map(Some)
}

/// The button of the second person, where one is needed. It is good for what the card shows and nothing else.
async fn approve_button(work: &mut Work, one: &Announcement, lang: Lang) -> Result<Option<Button>> {
    let is_proposed =
        one.proposal.is_some() && matches!(one.state, State::Sent | State::Stopped | State::Expired);
    let waits = one.state.is_open() && problems(one).is_empty() && !approval::of(work, one).await?.is_fine();
    if !is_proposed && !waits {
        return Ok(None);
    }
    let payload = json!({ "hash": approval::hash(work, one).await? });
    let label = Text::new("announcement-do-approve");
    button(work, one, lang, "approve", payload, label).await.map(Some)
}

/// What can be done about copies that did not arrive.
async fn repair_buttons(work: &mut Work, one: &Announcement, lang: Lang) -> Result<Vec<Vec<Button>>> {
    let push = one.no.to_string();
    let counts = Counts::of(work, &push).await?;
    let mut rows = Vec::new();
    if matches!(one.state, State::Sent | State::Stopped) {
        let refused = counts.in_states(&[CopyState::Rejected]);
        if refused > 0 {
            let label = text!("announcement-do-again", count = refused);
            rows.push(vec![button(work, one, lang, "again", json!({}), label).await?]);
        }
        for copy in unknown(work, &push).await?.into_iter().take(UNKNOWN_SHOWN) {
            let mut row = Vec::new();
            for (again, label) in [
                (true, text!("announcement-do-unknown-again", name = &copy.name)),
                (false, text!("announcement-do-unknown-leave", name = &copy.name)),
            ] {
                let payload = json!({ "recipient": copy.recipient, "again": again });
                row.push(button(work, one, lang, "unknown", payload, label).await?);
            }
            rows.push(row);
        }
    }
    Ok(rows)
}

/// Copies of unknown end about which nobody has decided.
async fn unknown(work: &mut Work, push: &str) -> Result<Vec<copies::StoredCopy>> {
    let all = copies::page(work.tx().await?, push, Some(CopyState::Unknown), "", UNKNOWN_LOOKED_AT).await?;
    Ok(all.into_iter().filter(|copy| copy.reason.as_deref() != Some("left")).collect())
}

/// A button under a card. It is good for the text and audience that the card shows, and no other.
pub(super) async fn button(
    work: &mut Work,
    one: &Announcement,
    lang: Lang,
    verb: &'static str,
    mut payload: serde_json::Value,
    label: Text,
) -> Result<Button> {
    payload["no"] = json!(one.no);
    payload["version"] = json!(one.version);
    let label = work.hall.texts.say(lang, &label);
    let expires_at_ms = Some(work.now_ms + BUTTONS_LIVE_MS);
    Ok(work.button(NewButton { feature: NAME, verb, payload, for_user: None, expires_at_ms }, label).await?)
}

/// Tells the staff how the sending or the recall ended.
pub(super) async fn report(work: &mut Work, one: &Announcement) -> Result<()> {
    let counts = Counts::of(work, &one.no.to_string()).await?;
    let mut said = vec![text!("announcement-head", no = one.no.to_string(), state = one.state.name())];
    said.extend(counts.lines());
    let Some((_, lang)) = staff_place(work, one).await? else { return Ok(()) };
    let rows = repair_buttons(work, one, lang).await?;
    tell_staff(work, one, &said, rows).await
}

/// Reminds the staff of a pause that has lasted long.
pub(super) async fn remind(work: &mut Work, one: &Announcement) -> Result<()> {
    let counts = Counts::of(work, &one.no.to_string()).await?;
    let open = counts.in_states(&[CopyState::Planned, CopyState::Queued]);
    let said = text!("announcement-still-paused", no = one.no.to_string(), count = open);
    tell_staff(work, one, &[said], Vec::new()).await
}

/// Tells the staff how the editing ended.
pub(super) async fn report_edit(work: &mut Work, one: &Announcement) -> Result<()> {
    let counts = Counts::of(work, &one.no.to_string()).await?;
    let edited = counts.in_states(&[CopyState::Edited]);
    let all = edited + counts.in_states(&[CopyState::EditFailed]);
    let mut said = vec![text!("announcement-edited", no = one.no.to_string(), edited = edited, all = all)];
    for (why, count) in counts.reasons(CopyState::EditFailed) {
        said.push(text!("delivery-why-edit-failed", count = count, why = delivery::reason(why)));
    }
    tell_staff(work, one, &said, Vec::new()).await
}

/// Says something where staff hear of an announcement.
pub(super) async fn tell_staff(
    work: &mut Work,
    one: &Announcement,
    said: &[Text],
    rows: Vec<Vec<Button>>,
) -> Result<()> {
    let Some((place, lang)) = staff_place(work, one).await? else { return Ok(()) };
    let lines: Vec<String> = said.iter().map(|line| work.hall.texts.say(lang, line)).collect();
    let mut content = Content::text(lines.join("\n"));
    content.buttons = rows;
    work.say(place, content);
    Ok(())
}

/// Where staff hear of it, and the language spoken there.
async fn staff_place(work: &mut Work, one: &Announcement) -> Result<Option<(Place, Lang)>> {
    let default = work.hall.default_lang;
    let tx = work.tx().await?;
    if let Some(place) = &one.place
        && let Some(chat) = chat::get(tx, &place.chat).await?
    {
        return Ok(Some((place.clone(), chat.lang.unwrap_or(default))));
    }
    let staff = chat::by_purpose(tx, Purpose::Staff).await?.into_iter().next();
    Ok(staff.map(|chat| (Place::chat(&chat.id), chat.lang.unwrap_or(default))))
}
