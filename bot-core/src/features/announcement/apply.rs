//! What a decision does: the one way in which the state of an announcement changes.

use super::decide::{Does, Input, decide};
use super::{Announcement, NAME, State, ack, expiry, flow, report, series, timing, variant};
use crate::error::Result;
use crate::features::delivery::{self, Hold, Phase};
use crate::features::webhook::{self, Happened};
use crate::ids::StaffId;
use crate::store::announcement;
use crate::text;
use crate::work::{NewTimer, Work};

/// How long a pause lasts before staff are reminded of it, again and again, milliseconds: a day.
pub(super) const REMIND_MS: i64 = 24 * 60 * 60 * 1000;

/// Tells webhooks of what was decided, where they can choose to hear of it.
async fn tell_outside(work: &mut Work, one: &Announcement, does: Does, by: Option<&StaffId>) -> Result<()> {
    let what = match (does, one.state) {
        (Does::Start, _) => Happened::AnnouncementSent,
        (Does::Report, State::Recalled) => Happened::AnnouncementRecalled,
        (Does::Report, _) => Happened::AnnouncementFinished,
        _ => return Ok(()),
    };
    let detail = serde_json::json!({ "no": one.no.to_string(), "by": by, "state": one.state.word() });
    webhook::tell(work, what, one.no, detail).await
}

/// Decides, and does what was decided. False when there was nothing to be done.
pub(super) async fn apply(
    work: &mut Work,
    one: &mut Announcement,
    input: Input,
    by: Option<&StaffId>,
) -> Result<bool> {
    let Some(decision) = decide(work.now_ms, one.state, input)? else { return Ok(false) };
    let (push, was) = (one.no.to_string(), one.state);
    one.state = decision.to;
    if decision.does == Does::Start {
        one.started_at_ms = Some(work.now_ms);
        ack::open(work, one).await?;
    }
    if decision.does == Does::Report {
        one.settled_at_ms = Some(work.now_ms);
    }
    announcement::put(work.tx().await?, one).await?;
    if was != one.state {
        let note = text!("announcement-note", no = &push, state = one.state.name());
        let place = one.place.as_ref().map(|place| place.chat.clone());
        work.note(NAME, place.as_ref(), note);
    }
    tell_outside(work, one, decision.does, by).await?;
    if input == Input::Change {
        series::changed(work, one).await?;
    }
    follow(work, one, push, decision.does, by).await?;
    Ok(true)
}

/// What follows from a decision.
async fn follow(
    work: &mut Work,
    one: &mut Announcement,
    push: String,
    does: Does,
    by: Option<&StaffId>,
) -> Result<()> {
    match does {
        Does::Arm(due_at_ms) => {
            work.arm(NewTimer { feature: NAME, kind: "send", key: push, due_at_ms }).await?;
        }
        Does::Disarm => work.disarm(NAME, "send", &push).await?,
        Does::Start => {
            begin(work, one, &push).await?;
            flow::take_step(work, one, Phase::Send, by.is_none()).await?;
        }
        Does::Again => {
            delivery::plan_all(work, &push, Phase::Send).await?;
            flow::take_step(work, one, Phase::Send, true).await?;
        }
        Does::Edit => {
            delivery::plan_all(work, &push, Phase::Edit).await?;
            flow::take_step(work, one, Phase::Edit, true).await?;
        }
        Does::Pause => {
            delivery::hold(work, &push, Hold::Pause).await?;
            arm_step(work, &push).await?;
            let due_at_ms = work.now_ms + REMIND_MS;
            work.arm(NewTimer { feature: NAME, kind: "paused", key: push, due_at_ms }).await?;
        }
        Does::Resume => {
            work.disarm(NAME, "paused", &push).await?;
            delivery::release(work, &push).await?;
            arm_step(work, &push).await?;
        }
        Does::Stop => {
            work.disarm(NAME, "paused", &push).await?;
            delivery::hold(work, &push, Hold::Stop).await?;
            arm_step(work, &push).await?;
        }
        Does::Recall => {
            work.disarm(NAME, "paused", &push).await?;
            delivery::hold(work, &push, Hold::Stop).await?;
            delivery::plan_all(work, &push, Phase::Recall).await?;
            flow::take_step(work, one, Phase::Recall, true).await?;
        }
        Does::Report => {
            work.disarm(NAME, "paused", &push).await?;
            delivery::release(work, &push).await?;
            report::report(work, one).await?;
            if one.state == State::Expired {
                // An edit may have been under way.
                arm_step(work, &push).await?;
            }
        }
        Does::Expire => {
            work.disarm(NAME, "paused", &push).await?;
            delivery::hold(work, &push, Hold::Stop).await?;
            arm_step(work, &push).await?;
        }
    }
    Ok(())
}

/// Freezes the audience and the hours that it keeps.
async fn begin(work: &mut Work, one: &Announcement, push: &str) -> Result<()> {
    work.disarm(NAME, "send", push).await?;
    if one.expires_at_ms.is_some() {
        expiry::arm(work, one).await?;
    }
    if let Some(audience) = &one.audience {
        delivery::freeze(work, push, audience).await?;
        variant::begin(work, one).await?;
        delivery::keep_hours(work, push, &timing::hours(work, one)).await?;
    }
    Ok(())
}

/// Sees to it that what is under way goes on, outside of this commit: whoever presses waits for one row, not for many.
pub(super) async fn arm_step(work: &mut Work, push: &str) -> Result<()> {
    let due_at_ms = work.now_ms;
    Ok(work.arm(NewTimer { feature: NAME, kind: "step", key: push.to_owned(), due_at_ms }).await?)
}
