//! What staff do with activities, from chat, console and programs alike.

use super::decide::{self, Input, decide};
use super::{Activity, Draft, NAME, State, card, flow, load};
use crate::chat::ButtonDo;
use crate::error::{FeatureError, Result};
use crate::features::delivery::{self, Phase};
use crate::features::form::NewButton;
use crate::features::segment::Audience;
use crate::features::webhook::{self, Happened};
use crate::features::wording::Wording;
use crate::ids::{ActivityNo, StaffId};
use crate::store::{activity, chat};
use crate::text;
use crate::texts::Text;
use crate::work::{NewTimer, Place, Work};

/// An activity to be written down.
#[derive(Clone, Debug, Default)]
pub struct NewActivity {
    /// What it says.
    pub wording: Wording,
    /// Who is told of it, if that is known yet.
    pub audience: Option<Audience>,
    /// When it begins, unix milliseconds.
    pub starts_at_ms: Option<i64>,
    /// When sign-up ends, unix milliseconds; at its start when `None`.
    pub until_ms: Option<i64>,
    /// How many may take part; 0 for any number.
    pub capacity: i64,
    /// Where staff hear of it; `None` for the staff chat.
    pub place: Option<Place>,
}

/// A change of a draft; what is `None` stays.
#[derive(Clone, Debug, Default)]
pub struct Change {
    /// A new wording; parts that it leaves out stay.
    pub wording: Option<Wording>,
    /// A new audience.
    pub audience: Option<Audience>,
    /// A new start, unix milliseconds.
    pub starts_at_ms: Option<i64>,
    /// A new end of sign-up, unix milliseconds.
    pub until_ms: Option<i64>,
    /// A new number of places; 0 for any.
    pub capacity: Option<i64>,
}

/// Writes a draft down.
///
/// # Errors
/// When the database fails.
pub async fn create(work: &mut Work, new: NewActivity, by: &StaffId) -> Result<Activity> {
    let no = ActivityNo(chat::next_number(work.tx().await?, NAME).await?);
    let one = Activity {
        no,
        state: State::Draft,
        wording: new.wording,
        audience: new.audience,
        place: new.place,
        starts_at_ms: new.starts_at_ms,
        until_ms: new.until_ms,
        capacity: new.capacity.max(0),
        version: 1,
        join_handle: None,
        leave_handle: None,
        by: by.clone(),
        created_at_ms: work.now_ms,
        opened_at_ms: None,
        closed_at_ms: None,
    };
    activity::put(work.tx().await?, &one).await?;
    work.audit_staff(by, "activity.create", no, None).await?;
    Ok(one)
}

/// Changes a draft.
///
/// # Errors
/// A sentence when it was published already.
pub async fn change(work: &mut Work, no: ActivityNo, change: Change, by: &StaffId) -> Result<Activity> {
    let one = load(work, no).await?;
    decide(one.state, Input::Change)?;
    let draft = Draft {
        wording: match change.wording {
            Some(wording) => one.wording.clone().changed_by(wording),
            None => one.wording.clone(),
        },
        audience: change.audience.or_else(|| one.audience.clone()),
        starts_at_ms: change.starts_at_ms.or(one.starts_at_ms),
        until_ms: change.until_ms.or(one.until_ms),
        capacity: change.capacity.unwrap_or(one.capacity),
    };
    put_draft(work, one, draft, by).await
}

/// Puts a draft in the place of what it was. One that says the same changes nothing, and leaves no trace.
pub(super) async fn put_draft(
    work: &mut Work,
    before: Activity,
    draft: Draft,
    by: &StaffId,
) -> Result<Activity> {
    let Draft { wording, audience, starts_at_ms, until_ms, capacity } = draft;
    let mut one = Activity { wording, audience, starts_at_ms, until_ms, capacity, ..before.clone() };
    if one == before {
        return Ok(one);
    }
    one.version += 1;
    activity::put(work.tx().await?, &one).await?;
    work.audit_staff(by, "activity.change", one.no, None).await?;
    Ok(one)
}

/// Publishes it: pushes it to its audience with buttons to sign up and off, and sets its clocks.
///
/// # Errors
/// A sentence when it was published already, something of it is missing, or its times have passed.
pub async fn publish(work: &mut Work, no: ActivityNo, by: &StaffId) -> Result<Activity> {
    let mut one = load(work, no).await?;
    let Some(to) = decide(one.state, Input::Publish)? else { return Ok(one) };
    if let Some(problem) = card::problems(&one, work.now_ms).into_iter().next() {
        return Err(problem.into());
    }
    let (Some(starts_at_ms), Some(audience)) = (one.starts_at_ms, one.audience.clone()) else {
        return Err(Text::new("activity-no-start").into());
    };
    let until_ms = one.until_ms.unwrap_or(starts_at_ms);
    (one.state, one.until_ms, one.opened_at_ms) = (to, Some(until_ms), Some(work.now_ms));
    one.join_handle = Some(handle(work, no, "join", starts_at_ms).await?);
    one.leave_handle = Some(handle(work, no, "leave", starts_at_ms).await?);
    activity::put(work.tx().await?, &one).await?;
    let push = no.to_string();
    work.arm(NewTimer { feature: NAME, kind: "close", key: push.clone(), due_at_ms: until_ms }).await?;
    for (at, due_at_ms) in decide::reminders(work.now_ms, starts_at_ms).into_iter().enumerate() {
        let key = format!("{push}/{}", at + 1);
        work.arm(NewTimer { feature: NAME, kind: "remind", key, due_at_ms }).await?;
    }
    delivery::freeze(work, &push, &audience).await?;
    note(work, &one);
    work.audit_staff(by, "activity.publish", no, None).await?;
    let detail = serde_json::json!({ "no": no.to_string(), "by": by });
    webhook::tell(work, Happened::ActivityPublished, no, detail).await?;
    flow::take_step(work, &one, Phase::Send).await?;
    Ok(one)
}

/// A handle that all copies share: one button, whoever presses it and wherever.
async fn handle(work: &mut Work, no: ActivityNo, verb: &'static str, starts_at_ms: i64) -> Result<String> {
    let payload = serde_json::json!({ "no": no });
    // After the start a press is still answered for a while, so that it says why it is too late.
    let expires_at_ms = Some(starts_at_ms + card::BUTTONS_LIVE_MS);
    let new = NewButton { feature: NAME, verb, payload, for_user: None, expires_at_ms };
    match work.button(new, String::new()).await?.does {
        ButtonDo::Press(handle) => Ok(handle),
        _ => Err(FeatureError::Internal("a button of ours has no handle".into())),
    }
}

/// Drops a draft.
///
/// # Errors
/// A sentence when it was published already.
pub async fn cancel(work: &mut Work, no: ActivityNo, by: &StaffId) -> Result<Activity> {
    let mut one = load(work, no).await?;
    if let Some(to) = decide(one.state, Input::Cancel)? {
        one.state = to;
        activity::put(work.tx().await?, &one).await?;
        work.audit_staff(by, "activity.cancel", no, None).await?;
    }
    Ok(one)
}

/// Ends sign-up. Who is in stays in; who leaves later still makes room for the waiting list.
///
/// # Errors
/// A sentence when it was never published.
pub async fn close(work: &mut Work, no: ActivityNo, by: &StaffId) -> Result<Activity> {
    let mut one = load(work, no).await?;
    if flow::close(work, &mut one).await? {
        work.audit_staff(by, "activity.close", no, None).await?;
    }
    Ok(one)
}

/// Pushes it again to those whose copies were refused.
///
/// # Errors
/// A sentence when it is not open.
pub async fn send_again(work: &mut Work, no: ActivityNo, by: &StaffId) -> Result<Activity> {
    let one = load(work, no).await?;
    if one.state != State::Open {
        return Err(text!("activity-not-now", state = one.state.name()).into());
    }
    delivery::plan_all(work, &no.to_string(), Phase::Send).await?;
    work.audit_staff(by, "activity.send_again", no, None).await?;
    flow::take_step(work, &one, Phase::Send).await?;
    Ok(one)
}

/// Notes the new state for those who watch.
pub(super) fn note(work: &mut Work, one: &Activity) {
    let place = one.place.as_ref().map(|place| place.chat.clone());
    let text = text!("activity-note", no = one.no.to_string(), state = one.state.name());
    work.note(NAME, place.as_ref(), text);
}
