//! What staff do with announcements, from chat, console and programs alike.

use super::apply::{REMIND_MS, apply};
use super::decide::Input;
use super::{Announcement, NAME, State, Timing, Variants, approval, expiry, four_eyes, load, series, timing};
use crate::error::Result;
use crate::features::delivery::CopyState;
use crate::features::segment::Audience;
use crate::features::wording::Wording;
use crate::ids::{AnnouncementNo, StaffId};
use crate::store::{announcement, chat, delivery as copies};
use crate::text;
use crate::texts::Text;
use crate::work::{NewTimer, Place, Work};

/// An announcement to be written down.
#[derive(Clone, Debug, Default)]
pub struct NewAnnouncement {
    /// What it says.
    pub wording: Wording,
    /// Who gets it, if that is known yet.
    pub audience: Option<Audience>,
    /// Whether it is pinned where it can be.
    pub pin: bool,
    /// Whether its readers are asked to say that they have read it.
    pub ack: bool,
    /// Whether clicks on its links are counted.
    pub clicks: bool,
    /// When it is meant to be sent, unix milliseconds; it is not scheduled by that alone.
    pub at_ms: Option<i64>,
    /// What else is said of its time.
    pub timing: Timing,
    /// When it expires, unix milliseconds.
    pub expires_at_ms: Option<i64>,
    /// Where staff hear of it; `None` for the staff chat.
    pub place: Option<Place>,
    /// Other texts that are tested against its own.
    pub variants: Option<Variants>,
}

/// A change of a draft; what is `None` stays.
#[derive(Clone, Debug, Default)]
pub struct Change {
    /// A new wording; parts that it leaves out stay.
    pub wording: Option<Wording>,
    /// A new audience.
    pub audience: Option<Audience>,
    /// A new time, unix milliseconds, or `Some(None)` for none.
    pub at_ms: Option<Option<i64>>,
    /// The time of each recipient's own clock that goes with a new time.
    pub local: Option<jiff::civil::DateTime>,
}

/// Writes a draft down.
///
/// # Errors
/// When the database fails.
pub async fn create(work: &mut Work, new: NewAnnouncement, by: &StaffId) -> Result<Announcement> {
    let no = AnnouncementNo(chat::next_number(work.tx().await?, NAME).await?);
    let one = Announcement {
        no,
        state: State::Draft,
        wording: new.wording,
        audience: new.audience,
        place: new.place,
        pin: new.pin,
        ack: new.ack,
        ack_handle: None,
        clicks: new.clicks,
        at_ms: new.at_ms,
        version: 1,
        by: by.clone(),
        sent_by: None,
        writers: Vec::new(),
        approval: None,
        proposal: None,
        timing: new.timing,
        expires_at_ms: new.expires_at_ms,
        created_at_ms: work.now_ms,
        started_at_ms: None,
        settled_at_ms: None,
        series: None,
        variants: new.variants,
    };
    announcement::put(work.tx().await?, &one).await?;
    work.audit_staff(by, "announcement.create", no, None).await?;
    Ok(one)
}

/// Changes a draft. A scheduled one is a draft again until somebody schedules it anew.
///
/// # Errors
/// A sentence when it is too late for that.
pub async fn change(
    work: &mut Work,
    no: AnnouncementNo,
    change: Change,
    by: &StaffId,
) -> Result<Announcement> {
    let mut one = load(work, no).await?;
    if change.at_ms.flatten().is_some() {
        series::refuse(work, &one).await?;
    }
    apply(work, &mut one, Input::Change, Some(by)).await?;
    if let Some(wording) = change.wording {
        one.wording = one.wording.changed_by(wording);
    }
    one.audience = change.audience.or(one.audience);
    if let Some(at_ms) = change.at_ms {
        (one.at_ms, one.timing.local) = (at_ms, change.local);
    }
    one.version += 1;
    four_eyes::wrote(&mut one, by);
    announcement::put(work.tx().await?, &one).await?;
    work.audit_staff(by, "announcement.change", no, None).await?;
    Ok(one)
}

/// Says whether it is to be pinned.
///
/// # Errors
/// A sentence when it went out already.
pub async fn set_pin(work: &mut Work, no: AnnouncementNo, pin: bool, by: &StaffId) -> Result<Announcement> {
    let mut one = load(work, no).await?;
    if !one.state.is_open() {
        return Err(text!("announcement-not-now", state = one.state.name()).into());
    }
    one.pin = pin;
    one.version += 1;
    four_eyes::wrote(&mut one, by);
    announcement::put(work.tx().await?, &one).await?;
    work.audit_staff(by, "announcement.pin", no, Some(pin.to_string())).await?;
    series::changed(work, &one).await?;
    Ok(one)
}

/// Sends it now: freezes the audience and begins to send.
///
/// # Errors
/// A sentence when it was sent already, has no text or no audience, or nobody can get it.
pub async fn send_now(work: &mut Work, no: AnnouncementNo, by: &StaffId) -> Result<Announcement> {
    let mut one = load(work, no).await?;
    ready(&one)?;
    if one.state.is_open() {
        series::refuse(work, &one).await?;
        expiry::check(&one, work.now_ms)?;
        approval::check(work, &one).await?;
    }
    one.sent_by = Some(by.clone());
    if apply(work, &mut one, Input::Send, Some(by)).await? {
        if !is_going_out(work, &one).await? {
            return Err(Text::new("announcement-nobody").into());
        }
        work.audit_staff(by, "announcement.send", no, None).await?;
    }
    Ok(one)
}

/// Sends it at a time, unix milliseconds. The draft's own time is meant as the draft means it: by the hall's clock, or by each
/// recipient's.
///
/// # Errors
/// A sentence when the time has passed, or it was sent already or has no text or no audience.
pub async fn schedule(work: &mut Work, no: AnnouncementNo, at_ms: i64, by: &StaffId) -> Result<Announcement> {
    let mut one = load(work, no).await?;
    if let (Some(there), true) = (one.timing.local, one.at_ms == Some(at_ms)) {
        return timing::schedule_local(work, no, there, by).await;
    }
    ready(&one)?;
    series::refuse(work, &one).await?;
    expiry::check(&one, at_ms)?;
    one.sent_by = Some(by.clone());
    (one.at_ms, one.timing.local) = (Some(at_ms), None);
    if apply(work, &mut one, Input::Schedule { at_ms }, Some(by)).await? {
        work.audit_staff(by, "announcement.schedule", no, Some(work.hall.texts.moment(at_ms))).await?;
    }
    Ok(one)
}

/// Drops it before it is sent; while it is being sent, stops what has not gone out. What stands stands.
///
/// # Errors
/// A sentence when it went out already.
pub async fn cancel(work: &mut Work, no: AnnouncementNo, by: &StaffId) -> Result<Announcement> {
    let mut one = load(work, no).await?;
    let was = one.state;
    if apply(work, &mut one, Input::Cancel, Some(by)).await? {
        series::dropped(work, &one).await?;
        work.audit_staff(by, "announcement.cancel", no, Some(was.word().to_owned())).await?;
    }
    Ok(one)
}

/// Lets it wait while it is being sent: from this commit on nothing of it goes out but what the courier has in hand.
///
/// # Errors
/// A sentence when it is not being sent.
pub async fn pause(work: &mut Work, no: AnnouncementNo, by: &StaffId) -> Result<Announcement> {
    let mut one = load(work, no).await?;
    if apply(work, &mut one, Input::Pause, Some(by)).await? {
        work.audit_staff(by, "announcement.pause", no, None).await?;
    }
    Ok(one)
}

/// Lets it go on where it stood.
///
/// # Errors
/// A sentence when it is not paused.
pub async fn resume(work: &mut Work, no: AnnouncementNo, by: &StaffId) -> Result<Announcement> {
    let mut one = load(work, no).await?;
    if apply(work, &mut one, Input::Resume, Some(by)).await? {
        work.audit_staff(by, "announcement.resume", no, None).await?;
    }
    Ok(one)
}

/// Takes it back: stops what waits, deletes what stands.
///
/// # Errors
/// A sentence when it was never sent.
pub async fn recall(work: &mut Work, no: AnnouncementNo, by: &StaffId) -> Result<Announcement> {
    let mut one = load(work, no).await?;
    one.proposal = None;
    if apply(work, &mut one, Input::Recall, Some(by)).await? {
        work.audit_staff(by, "announcement.recall", no, None).await?;
    }
    Ok(one)
}

/// Sends it again to those whose copies were refused.
///
/// # Errors
/// A sentence when it was not sent, or nobody's copy was refused.
pub async fn send_again(work: &mut Work, no: AnnouncementNo, by: &StaffId) -> Result<Announcement> {
    let mut one = load(work, no).await?;
    let push = no.to_string();
    if matches!(one.state, State::Sent | State::Stopped)
        && !copies::any(work.tx().await?, &push, CopyState::Rejected).await?
    {
        return Err(Text::new("announcement-none-refused").into());
    }
    if apply(work, &mut one, Input::SendAgain, Some(by)).await? {
        work.audit_staff(by, "announcement.send_again", no, None).await?;
    }
    Ok(one)
}

/// Refuses what somebody decided by a card or page that shows another text or audience than would be sent.
///
/// # Errors
/// That sentence.
pub fn is_as_shown(one: &Announcement, version: i64) -> Result<()> {
    if one.version != version && one.state.is_open() {
        return Err(Text::new("announcement-changed-meanwhile").into());
    }
    Ok(())
}

/// Its time has come.
pub(super) async fn due(work: &mut Work, no: AnnouncementNo) -> Result<()> {
    let Some(mut one) = announcement::get(work.tx().await?, no).await? else { return Ok(()) };
    if one.state == State::Scheduled && expiry::check(&one, work.now_ms).is_err() {
        // Nobody was there at its time, and now it is too late.
        return expiry::due(work, no).await;
    }
    if one.state == State::Scheduled {
        let standing = approval::of(work, &one).await?;
        if !standing.is_fine() {
            return four_eyes::not_approved(work, &mut one, &standing).await;
        }
    }
    apply(work, &mut one, Input::Due, None).await.map(|_| ())
}

/// It has been paused for a long time: somebody may have forgotten it.
pub(super) async fn still_paused(work: &mut Work, no: AnnouncementNo) -> Result<()> {
    let Some(one) = announcement::get(work.tx().await?, no).await? else { return Ok(()) };
    if one.state != State::Paused {
        return Ok(());
    }
    super::report::remind(work, &one).await?;
    let due_at_ms = work.now_ms + REMIND_MS;
    Ok(work.arm(NewTimer { feature: NAME, kind: "paused", key: no.to_string(), due_at_ms }).await?)
}

/// Whether it says enough to be sent.
pub(super) fn ready(one: &Announcement) -> Result<()> {
    match super::card::problems(one).into_iter().next() {
        Some(problem) if one.state.is_open() => Err(problem.into()),
        _ => Ok(()),
    }
}

async fn is_going_out(work: &mut Work, one: &Announcement) -> Result<bool> {
    let push = one.no.to_string();
    Ok(copies::any(work.tx().await?, &push, CopyState::Planned).await?
        || copies::any(work.tx().await?, &push, CopyState::Queued).await?)
}
