//! What goes on by itself: pushing, closing, and news of what was sent.

use super::decide::{Input, decide};
use super::{Activity, NAME, Seat, State, acts, card};
use crate::courier::End;
use crate::error::Result;
use crate::feature::Receipt;
use crate::features::delivery::{self, CopyState, Counts, Phase};
use crate::ids::{ActivityNo, PersonId};
use crate::store::{activity, delivery as copies};
use crate::text;
use crate::work::{NewTimer, Work};

/// Puts the next copies of a phase into the outbox, and sees to it that the rest follows.
pub(super) async fn take_step(work: &mut Work, one: &Activity, phase: Phase) -> Result<()> {
    let push = one.no.to_string();
    let content = card::contents(&work.hall, one);
    if delivery::step(work, NAME, &push, phase, &content).await? {
        let due_at_ms = work.now_ms;
        work.arm(NewTimer { feature: NAME, kind: "step", key: push, due_at_ms }).await?;
    } else if phase == Phase::Send {
        report_push(work, one).await?;
    }
    Ok(())
}

/// Takes the next step of what is under way.
pub(super) async fn go_on(work: &mut Work, no: ActivityNo) -> Result<()> {
    let Some(one) = activity::get(work.tx().await?, no).await? else { return Ok(()) };
    let push = no.to_string();
    for (phase, planned) in [(Phase::Send, CopyState::Planned), (Phase::Edit, CopyState::EditPlanned)] {
        if copies::any(work.tx().await?, &push, planned).await? {
            take_step(work, &one, phase).await?;
        }
    }
    Ok(())
}

/// Sign-up time is over.
pub(super) async fn close_due(work: &mut Work, no: ActivityNo) -> Result<()> {
    let Some(mut one) = activity::get(work.tx().await?, no).await? else { return Ok(()) };
    if one.state == State::Open {
        close(work, &mut one).await?;
    }
    Ok(())
}

/// Ends sign-up, says so on every copy and to the staff. False when it had ended.
pub(super) async fn close(work: &mut Work, one: &mut Activity) -> Result<bool> {
    let Some(to) = decide(one.state, Input::Close)? else { return Ok(false) };
    (one.state, one.closed_at_ms) = (to, Some(work.now_ms));
    let push = one.no.to_string();
    activity::put(work.tx().await?, one).await?;
    work.disarm(NAME, "close", &push).await?;
    acts::note(work, one);
    delivery::plan_all(work, &push, Phase::Edit).await?;
    take_step(work, one, Phase::Edit).await?;
    let taken = activity::count(work.tx().await?, one.no, Seat::In).await?;
    let waiting = activity::count(work.tx().await?, one.no, Seat::Waiting).await?;
    let said = text!(
        "activity-closed-report",
        no = &push,
        title = one.wording.title(work.hall.default_lang),
        taken = taken,
        waiting = waiting
    );
    card::tell_staff(work, one, &[said], Vec::new()).await?;
    Ok(true)
}

/// Takes in what became of something that was sent.
pub(super) async fn heard(work: &mut Work, receipt: &Receipt) -> Result<()> {
    let (no, rest) = receipt.origin.key.split_once('/').unwrap_or((&receipt.origin.key, ""));
    let Some(no) = ActivityNo::parse(no) else { return Ok(()) };
    if receipt.origin.kind == "told" {
        // Kept until they press the button next.
        let untold = !matches!(receipt.end, End::Sent(_));
        return Ok(activity::set_untold(work.tx().await?, no, &PersonId::from(rest), untold).await?);
    }
    let Some(one) = activity::get(work.tx().await?, no).await? else { return Ok(()) };
    if receipt.origin.kind == "reminder" {
        return reminder_heard(work, &one, receipt, rest).await;
    }
    let Some(heard) = delivery::heard(work, receipt, one.version).await? else { return Ok(()) };
    if heard.phase != Phase::Send {
        return Ok(());
    }
    if heard.state == CopyState::Sent && one.state == State::Closed {
        // It was on its way while sign-up ended, and shows a button that no longer serves.
        let tx = work.tx().await?;
        copies::set_state(tx, &heard.push, &heard.recipient, CopyState::EditPlanned, None).await?;
        take_step(work, &one, Phase::Edit).await?;
    }
    report_push(work, &one).await
}

/// Tells the staff how the pushing went, once nothing of it is open.
async fn report_push(work: &mut Work, one: &Activity) -> Result<()> {
    let push = one.no.to_string();
    if !delivery::is_settled(work, &push, Phase::Send).await? {
        return Ok(());
    }
    let counts = Counts::of(work, &push).await?;
    let mut said = vec![text!("activity-head", no = push, state = one.state.name())];
    said.extend(counts.lines());
    card::tell_staff(work, one, &said, Vec::new()).await
}

async fn reminder_heard(work: &mut Work, one: &Activity, receipt: &Receipt, person: &str) -> Result<()> {
    if matches!(receipt.end, End::Sent(_)) {
        return Ok(());
    }
    let row = activity::registration(work.tx().await?, one.no, &PersonId::from(person)).await?;
    let Some(row) = row else { return Ok(()) };
    let said = text!("activity-not-reminded", no = one.no.to_string(), count = 1_i64, names = row.name);
    card::tell_staff(work, one, &[said], Vec::new()).await
}
