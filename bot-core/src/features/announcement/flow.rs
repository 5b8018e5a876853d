//! What goes on by itself once an announcement is on its way: steps, news of copies, the end.

use super::decide::Input;
use super::{Announcement, NAME, State, acts, card};
use crate::chat::{Action, Feature as Can, Lane};
use crate::courier::End;
use crate::error::Result;
use crate::feature::Receipt;
use crate::features::delivery::{self, CopyState, Heard, Phase};
use crate::ids::{AnnouncementNo, ChatId};
use crate::store::{announcement, chat, delivery as copies};
use crate::text;
use crate::work::{NewTimer, Origin, Outgoing, Place, Work};

/// What stands before the key of a notice on a chat's board in place of a pin; nothing follows where the platform has not
/// said the key.
const POSTED: &str = "posted ";

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
        "pin" => return pin_heard(work, &one, receipt).await,
        "take_down" => return take_down_heard(work, &one, receipt).await,
        _ => {}
    }
    let Some(heard) = delivery::heard(work, receipt, one.version).await? else { return Ok(()) };
    if heard.phase == Phase::Send && one.state == State::Recalling {
        too_late(work, &heard, receipt).await?;
        return take_step(work, &mut one, Phase::Recall, true).await;
    }
    if one.pin && heard.state == CopyState::Sent {
        pin(work, &one, &heard).await?;
    }
    if heard.state == CopyState::Recalled {
        take_down(work, &one, &heard.recipient, &heard.chat).await?;
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

/// Puts a copy where members find it later: on the chat's board, where there is one, else at its head.
async fn pin(work: &mut Work, one: &Announcement, heard: &Heard) -> Result<()> {
    let Some(message) = &heard.message else { return Ok(()) };
    let Some(chat) = chat::get(work.tx().await?, &heard.chat).await? else { return Ok(()) };
    let can = work.capabilities(&chat);
    let action = if can.is_native(Can::Board) {
        let content = card::contents(work, one).await?;
        Action::Post(content(chat.lang.unwrap_or(work.hall.default_lang)))
    } else if can.is_native(Can::Pin) {
        Action::Pin { message: message.clone().into() }
    } else {
        return Ok(copies::set_pin(work.tx().await?, &heard.push, &heard.recipient, "refused").await?);
    };
    let origin = Origin::new(NAME, "pin", format!("{}/{}", heard.push, heard.recipient));
    work.send(Outgoing::new(Place::chat(&heard.chat), Lane::Bulk, action).heard_by(origin));
    Ok(copies::set_pin(work.tx().await?, &heard.push, &heard.recipient, "asked").await?)
}

async fn pin_heard(work: &mut Work, one: &Announcement, receipt: &Receipt) -> Result<()> {
    let Some((push, recipient)) = receipt.origin.key.split_once('/') else { return Ok(()) };
    let how = match (&receipt.end, receipt.action.word()) {
        (End::Sent(made), "post") => {
            let notice = made.iter().find_map(|made| made.message.as_ref());
            format!("{POSTED}{}", notice.map(ToString::to_string).unwrap_or_default())
        }
        (End::Sent(_), _) => "pinned".to_owned(),
        (End::Rejected(_) | End::Unknown { .. }, _) => "refused".to_owned(),
    };
    copies::set_pin(work.tx().await?, push, recipient, &how).await?;
    let copy = copies::get(work.tx().await?, push, recipient).await?;
    if copy.is_some_and(|copy| copy.state == CopyState::Recalled) {
        // It was on its way to the board when its copy was taken back.
        take_down(work, one, recipient, &receipt.chat).await?;
    }
    Ok(())
}

/// Takes a copy that was recalled off the board as well. A pin goes with its message.
async fn take_down(work: &mut Work, one: &Announcement, recipient: &str, chat: &ChatId) -> Result<()> {
    let push = one.no.to_string();
    let copy = copies::get(work.tx().await?, &push, recipient).await?;
    let pin = copy.and_then(|copy| copy.pin);
    let Some(notice) = pin.as_deref().and_then(|pin| pin.strip_prefix(POSTED)) else { return Ok(()) };
    if notice.is_empty() {
        return still_on_board(work, one, chat, "?").await;
    }
    let action = Action::TakeDown { notice: notice.into() };
    let origin = Origin::new(NAME, "take_down", format!("{push}/{recipient}"));
    work.send(Outgoing::new(Place::chat(chat), Lane::Bulk, action).heard_by(origin));
    Ok(())
}

async fn take_down_heard(work: &mut Work, one: &Announcement, receipt: &Receipt) -> Result<()> {
    let why = match &receipt.end {
        End::Sent(_) => return Ok(()),
        End::Rejected(refused) => &refused.why,
        End::Unknown { why } => why,
    };
    still_on_board(work, one, &receipt.chat, why).await
}

/// Says that a person has to take a notice down.
async fn still_on_board(work: &mut Work, one: &Announcement, chat: &ChatId, why: &str) -> Result<()> {
    let chat = chat::get(work.tx().await?, chat).await?;
    let title = chat.map(|chat| chat.title).unwrap_or_default();
    let said = text!("announcement-on-board", no = one.no.to_string(), title = title, why = why);
    card::tell_staff(work, one, &[said], Vec::new()).await
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
