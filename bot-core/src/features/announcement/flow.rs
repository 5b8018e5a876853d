//! What goes on by itself once an announcement is on its way: steps, news of copies, the end.

use super::decide::Input;
use super::{Announcement, NAME, State, acts, card};
use crate::chat::{Action, Feature as Can, Lane};
use crate::courier::End;
use crate::error::Result;
use crate::feature::Receipt;
use crate::features::delivery::{self, CopyState, Heard, Phase};
use crate::ids::AnnouncementNo;
use crate::store::{announcement, chat, delivery as copies};
use crate::text;
use crate::work::{NewTimer, Origin, Outgoing, Place, Work};

/// Takes the next step of what is under way.
pub(super) async fn go_on(work: &mut Work, no: AnnouncementNo) -> Result<()> {
    let Some(mut one) = announcement::get(work.tx().await?, no).await? else { return Ok(()) };
    let phase = match one.state {
        State::Sending => Phase::Send,
        State::Sent => Phase::Edit,
        State::Recalling => Phase::Recall,
        _ => return Ok(()),
    };
    take_step(work, &mut one, phase, true).await
}

/// Puts the next copies into the outbox, and sees to it that the rest follows. `may_end` says whether it may
/// be found that nothing is left to be done.
pub(super) async fn take_step(
    work: &mut Work,
    one: &mut Announcement,
    phase: Phase,
    may_end: bool,
) -> Result<()> {
    let push = one.no.to_string();
    let planned =
        phase != Phase::Edit || copies::any(work.tx().await?, &push, CopyState::EditPlanned).await?;
    if !planned {
        return Ok(());
    }
    let content = card::contents(work, one).await?;
    let more = delivery::step(work, NAME, &push, phase, &content).await?;
    if more {
        let due_at_ms = work.now_ms;
        work.arm(NewTimer { feature: NAME, kind: "step", key: push, due_at_ms }).await?;
    } else if may_end {
        end(work, one, phase).await?;
    }
    Ok(())
}

/// Ends a phase of which nothing is left to be done.
async fn end(work: &mut Work, one: &mut Announcement, phase: Phase) -> Result<()> {
    let push = one.no.to_string();
    if !delivery::is_settled(work, &push, phase).await? {
        return Ok(());
    }
    match phase {
        Phase::Edit => card::report_edit(work, one).await,
        Phase::Send if one.state == State::Sending => {
            Box::pin(acts::apply(work, one, Input::Settled, None)).await.map(|_| ())
        }
        // A copy that was in the courier's hand when the recall came may still be on its way.
        _ if delivery::is_settled(work, &push, Phase::Send).await?
            && delivery::is_settled(work, &push, Phase::Recall).await? =>
        {
            Box::pin(acts::apply(work, one, Input::RecallSettled, None)).await.map(|_| ())
        }
        _ => Ok(()),
    }
}

/// Takes in what became of something that was sent.
pub(super) async fn heard(work: &mut Work, receipt: &Receipt) -> Result<()> {
    let key = receipt.origin.key.split('/').next().unwrap_or_default();
    let Some(no) = AnnouncementNo::parse(key) else { return Ok(()) };
    let Some(mut one) = announcement::get(work.tx().await?, no).await? else { return Ok(()) };
    match receipt.origin.kind.as_str() {
        "test" => return test_heard(work, &one, receipt).await,
        "pin" => return pin_heard(work, receipt).await,
        _ => {}
    }
    let Some(heard) = delivery::heard(work, receipt, one.version).await? else { return Ok(()) };
    if heard.phase == Phase::Send && one.state == State::Recalling {
        too_late(work, &heard, receipt).await?;
        return take_step(work, &mut one, Phase::Recall, true).await;
    }
    if one.pin && heard.state == CopyState::Sent {
        pin(work, &heard).await?;
    }
    end(work, &mut one, heard.phase).await
}

/// News of a copy that was already in the courier's hand when the recall came.
async fn too_late(work: &mut Work, heard: &Heard, receipt: &Receipt) -> Result<()> {
    use crate::chat::RejectionKind;
    let state = match (&heard.state, &receipt.end) {
        (CopyState::Sent, _) => CopyState::RecallPlanned,
        // The courier refuses what expired in this way.
        (CopyState::Rejected, End::Rejected(refused)) if refused.kind == RejectionKind::Other => {
            CopyState::Cancelled
        }
        _ => return Ok(()),
    };
    Ok(copies::set_state(work.tx().await?, &heard.push, &heard.recipient, state, None).await?)
}

async fn pin(work: &mut Work, heard: &Heard) -> Result<()> {
    let Some(message) = &heard.message else { return Ok(()) };
    let Some(chat) = chat::get(work.tx().await?, &heard.chat).await? else { return Ok(()) };
    if !work.capabilities(&chat).is_native(Can::Pin) {
        return Ok(copies::set_pin(work.tx().await?, &heard.push, &heard.recipient, "refused").await?);
    }
    let action = Action::Pin { message: message.clone().into() };
    let origin = Origin::new(NAME, "pin", format!("{}/{}", heard.push, heard.recipient));
    work.send(Outgoing::new(Place::chat(&heard.chat), Lane::Bulk, action).heard_by(origin));
    Ok(copies::set_pin(work.tx().await?, &heard.push, &heard.recipient, "asked").await?)
}

async fn pin_heard(work: &mut Work, receipt: &Receipt) -> Result<()> {
    let Some((push, recipient)) = receipt.origin.key.split_once('/') else { return Ok(()) };
    let how = if matches!(receipt.end, End::Sent(_)) { "pinned" } else { "refused" };
    Ok(copies::set_pin(work.tx().await?, push, recipient, how).await?)
}

async fn test_heard(work: &mut Work, one: &Announcement, receipt: &Receipt) -> Result<()> {
    let why = match &receipt.end {
        End::Sent(_) => return Ok(()),
        End::Rejected(refused) => &refused.why,
        End::Unknown { why } => why,
    };
    let said = text!("announcement-test-failed", no = one.no.to_string(), why = why);
    card::tell_staff(work, one, &[said], Vec::new()).await
}
