//! When an announcement expires: what has not gone out never does, pins and notices are taken off, copies stand.

use super::decide::Input;
use super::{Announcement, NAME, State, Time, apply, four_eyes, load, report, series};
use crate::chat::{Action, Lane, RejectionKind};
use crate::courier::End;
use crate::error::Result;
use crate::feature::Receipt;
use crate::features::delivery::STEP;
use crate::features::when;
use crate::ids::{AnnouncementNo, ChatId, StaffId};
use crate::store::delivery::StoredCopy;
use crate::store::{announcement, chat, delivery as copies};
use crate::text;
use crate::texts::{Moment, Text};
use crate::work::{NewTimer, Origin, Outgoing, Place, Work};

/// Reads when something expires; `None` for never.
///
/// # Errors
/// One sentence.
pub fn parse(work: &Work, typed: &str) -> std::result::Result<Option<i64>, Text> {
    let word = typed.trim().to_lowercase();
    if word.is_empty() || matches!(word.as_str(), "never" | "none" | "-" | "永不" | "无") {
        return Ok(None);
    }
    match Time::parse(typed, work.hall.texts.zone(), work.now_ms)? {
        Time::At(at_ms) => Ok(Some(at_ms)),
        Time::Now | Time::Local(_) => Err(text!("announcement-expires-unreadable", found = word)),
    }
}

/// When it expires as it would be typed; empty for never.
pub fn typed(work: &Work, one: &Announcement) -> String {
    one.expires_at_ms.map(|at_ms| super::typed::typed_time(work, at_ms)).unwrap_or_default()
}

/// Refuses to send at a time what has expired by then.
///
/// # Errors
/// That sentence.
pub(super) fn check(one: &Announcement, at_ms: i64) -> std::result::Result<(), Text> {
    match one.expires_at_ms {
        Some(expires_at_ms) if expires_at_ms <= at_ms => {
            Err(text!("announcement-expires-before", when = Moment { at_ms: expires_at_ms }))
        }
        _ => Ok(()),
    }
}

/// What a card says of it.
pub(super) fn line(one: &Announcement) -> Option<Text> {
    let at_ms = one.expires_at_ms?;
    let over = matches!(
        one.state,
        State::Expiring | State::Expired | State::Recalling | State::Recalled | State::Cancelled
    );
    (!over).then(|| text!("announcement-expires", when = Moment { at_ms }))
}

/// Says when it expires, unix milliseconds; `None` for never.
///
/// # Errors
/// A sentence when that has passed, it would be sent after it, or it is too late for that.
pub async fn set_expiry(
    work: &mut Work,
    no: AnnouncementNo,
    expires_at_ms: Option<i64>,
    by: &StaffId,
) -> Result<Announcement> {
    let mut one = load(work, no).await?;
    let is_open = one.state.is_open();
    let stands =
        matches!(one.state, State::Sending | State::Paused | State::Stopping | State::Sent | State::Stopped);
    if !is_open && !stands {
        return Err(text!("announcement-not-now", state = one.state.name()).into());
    }
    if let Some(at_ms) = expires_at_ms.filter(|at_ms| *at_ms <= work.now_ms) {
        return Err(when::past(at_ms, work.now_ms).into());
    }
    let repeats = is_open && series::expires(work, &mut one, expires_at_ms).await?;
    if !repeats && one.expires_at_ms == expires_at_ms {
        return Ok(one);
    }
    if !repeats {
        one.expires_at_ms = expires_at_ms;
    }
    if let Some(at_ms) = one.at_ms.filter(|_| is_open) {
        check(&one, at_ms)?;
    }
    four_eyes::wrote(&mut one, by);
    announcement::put(work.tx().await?, &one).await?;
    if stands {
        arm(work, &one).await?;
    }
    let detail = expires_at_ms.map(|at_ms| work.hall.texts.moment(at_ms));
    work.audit_staff(by, "announcement.expires", no, detail).await?;
    Ok(one)
}

/// Sets the timer of one that is out, or takes it away.
pub(super) async fn arm(work: &mut Work, one: &Announcement) -> Result<()> {
    let key = one.no.to_string();
    match one.expires_at_ms {
        Some(due_at_ms) => Ok(work.arm(NewTimer { feature: NAME, kind: "expire", key, due_at_ms }).await?),
        None => Ok(work.disarm(NAME, "expire", &key).await?),
    }
}

/// Its time is over.
pub(super) async fn due(work: &mut Work, no: AnnouncementNo) -> Result<()> {
    let Some(mut one) = announcement::get(work.tx().await?, no).await? else { return Ok(()) };
    if one.expires_at_ms.is_some_and(|at_ms| at_ms <= work.now_ms)
        && apply::apply(work, &mut one, Input::Expire, None).await?
    {
        work.audit_by(None, "announcement.expired", no, None).await?;
    }
    Ok(())
}

/// Takes the pins and notices of the next copies off. True when there may be more.
pub(super) async fn take_off(work: &mut Work, one: &Announcement) -> Result<bool> {
    if !one.pin {
        return Ok(false);
    }
    let push = one.no.to_string();
    let pinned = copies::pinned(work.tx().await?, &push, STEP).await?;
    for copy in &pinned {
        take_one_off(work, one, copy).await?;
    }
    Ok(i64::try_from(pinned.len()).unwrap_or(STEP) >= STEP)
}

/// Takes one copy's pin, or its notice, off.
pub(super) async fn take_one_off(work: &mut Work, one: &Announcement, copy: &StoredCopy) -> Result<()> {
    let push = one.no.to_string();
    if let Some(chat) = &copy.chat {
        if copy.pin.as_deref().is_some_and(|pin| pin != "pinned") {
            super::flow::take_down(work, one, &copy.recipient, chat).await?;
        } else if let Some(message) = copy.messages.first() {
            let origin = Origin::new(NAME, "unpin", format!("{push}/{}", copy.recipient));
            let action = Action::Unpin { message: message.clone().into() };
            work.send(Outgoing::new(Place::chat(chat), Lane::Bulk, action).heard_by(origin));
        }
    }
    Ok(copies::set_pin(work.tx().await?, &push, &[&copy.recipient], "off").await?)
}

/// Says where a pin could not be taken off.
pub(super) async fn heard(work: &mut Work, one: &Announcement, receipt: &Receipt) -> Result<()> {
    let why = match &receipt.end {
        End::Sent(_) => return Ok(()),
        // Somebody took it off, or the message is gone.
        End::Rejected(refused)
            if matches!(refused.kind, RejectionKind::NotFound | RejectionKind::AlreadySo) =>
        {
            return Ok(());
        }
        End::Rejected(refused) => &refused.why,
        End::Unknown { why } => why,
    };
    let title = title(work, &receipt.chat).await?;
    let said = text!("announcement-still-pinned", no = one.no.to_string(), title = title, why = why);
    report::tell_staff(work, one, &[said], Vec::new()).await
}

async fn title(work: &mut Work, id: &ChatId) -> Result<String> {
    Ok(chat::get(work.tx().await?, id).await?.map(|chat| chat.title).unwrap_or_default())
}
