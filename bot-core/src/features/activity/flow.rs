//! What goes on by itself: pushing, closing, and news of what was sent.

use super::decide::{Input, decide};
use super::{Activity, NAME, Seat, State, acts, card};
use crate::courier::End;
use crate::error::Result;
use crate::feature::Receipt;
use crate::features::delivery::{self, CopyState, Counts, Phase};
use crate::features::webhook::{self, Happened};
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
    webhook::tell(work, Happened::ActivityClosed, one.no, serde_json::json!({ "no": &push })).await?;
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

/// Takes in what became of things that were sent, activity by activity.
pub(super) async fn heard(work: &mut Work, receipts: &[Receipt]) -> Result<()> {
    let (told, others): (Vec<&Receipt>, Vec<&Receipt>) =
        receipts.iter().partition(|receipt| receipt.origin.kind == "told");
    for receipt in told {
        let Some((no, person)) = of_person(receipt) else { continue };
        // Kept until they press the button next.
        let untold = !matches!(receipt.end, End::Sent(_));
        activity::set_untold(work.tx().await?, no, &person, untold).await?;
    }
    for (push, of_one) in delivery::by_push(others) {
        let Some(no) = ActivityNo::parse(push) else { continue };
        let Some(one) = activity::get(work.tx().await?, no).await? else { continue };
        heard_of(work, &one, &of_one).await?;
    }
    Ok(())
}

/// Takes in what became of things that were sent for one activity: of its copies all at once.
async fn heard_of(work: &mut Work, one: &Activity, receipts: &[&Receipt]) -> Result<()> {
    let (reminders, of_copies): (Vec<&Receipt>, Vec<&Receipt>) =
        receipts.iter().copied().partition(|receipt| receipt.origin.kind == "reminder");
    for receipt in reminders {
        reminder_heard(work, one, receipt).await?;
    }
    let push = one.no.to_string();
    let mut news = delivery::heard(work, &push, &of_copies, one.version).await?;
    news.retain(|heard| heard.phase == Phase::Send);
    if news.is_empty() {
        return Ok(());
    }
    let sent = news.iter().filter(|heard| heard.state == CopyState::Sent);
    let sent: Vec<&str> = sent.map(|heard| heard.recipient.as_str()).collect();
    if one.state == State::Closed && !sent.is_empty() {
        // They were on their way while sign-up ended, and show a button that no longer serves.
        copies::set_state(work.tx().await?, &push, &sent, CopyState::EditPlanned, None).await?;
        take_step(work, one, Phase::Edit).await?;
    }
    report_push(work, one).await
}

/// The activity and the person that something was sent about.
fn of_person(receipt: &Receipt) -> Option<(ActivityNo, PersonId)> {
    let (no, person) = receipt.origin.key.split_once('/')?;
    Some((ActivityNo::parse(no)?, PersonId::from(person)))
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

async fn reminder_heard(work: &mut Work, one: &Activity, receipt: &Receipt) -> Result<()> {
    let Some((_, person)) = of_person(receipt).filter(|_| !matches!(receipt.end, End::Sent(_))) else {
        return Ok(());
    };
    let row = activity::registration(work.tx().await?, one.no, &person).await?;
    let Some(row) = row else { return Ok(()) };
    let said = text!("activity-not-reminded", no = one.no.to_string(), count = 1_i64, names = row.name);
    card::tell_staff(work, one, &[said], Vec::new()).await
}
