//! What goes on by itself once an announcement is on its way: steps, news of copies, the end.

use super::decide::Input;
use super::{Announcement, NAME, State, apply, card, click, expiry, picture, report, timing, variant};
use crate::chat::{Action, Feature as Can, Lane, without_buttons};
use crate::courier::End;
use crate::error::Result;
use crate::feature::Receipt;
use crate::features::delivery::{self, CopyState, Heard, Letter as _, Phase, Values};
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
        State::Sending | State::Paused | State::Stopping | State::Expiring => Phase::Send,
        State::Sent | State::Stopped | State::Expired => Phase::Edit,
        State::Recalling => Phase::Recall,
        _ => return Ok(()),
    };
    take_step(work, &mut one, phase, true).await
}

/// Puts the next copies into the outbox, or takes them out of it where they are held back, and sees to it that the rest
/// follows. `may_end` says whether it may
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
    let mut more = delivery::withdraw(work, &push).await?;
    let mut wakes_ms = None;
    if phase == Phase::Send {
        variant::go_on(work, one).await?;
    }
    if phase == Phase::Send && one.state == State::Sending {
        let turned = delivery::turn(work, &push, &timing::hours(work, one)).await?;
        more |= turned.more;
        wakes_ms = [turned.next_ms, variant::decides_ms(one)].into_iter().flatten().min();
    }
    if one.state == State::Expiring {
        more |= expiry::take_off(work, one).await?;
    }
    if !matches!(one.state, State::Paused | State::Stopping | State::Expiring) {
        if phase != Phase::Recall {
            click::keep(work, one).await?;
        }
        let letter = card::letter(work, one).await?;
        more |= delivery::step(work, NAME, &push, phase, &letter).await?;
    }
    if more {
        let due_at_ms = work.now_ms;
        work.arm(NewTimer { feature: NAME, kind: "step", key: push, due_at_ms }).await?;
        return Ok(());
    }
    if may_end {
        end(work, one, phase).await?;
    }
    if let Some(due_at_ms) = wakes_ms.filter(|_| one.state == State::Sending) {
        work.arm(NewTimer { feature: NAME, kind: "step", key: push, due_at_ms }).await?;
    }
    // Copies that nobody could be asked to take are settled without news of them.
    if phase == Phase::Send { variant::settled(work, one).await } else { Ok(()) }
}

/// Ends a phase of which nothing is left to be done.
async fn end(work: &mut Work, one: &mut Announcement, phase: Phase) -> Result<()> {
    let push = one.no.to_string();
    if !delivery::is_settled(work, &push, phase).await? {
        return Ok(());
    }
    match phase {
        Phase::Edit => report::report_edit(work, one).await,
        Phase::Send if one.state.is_going() || matches!(one.state, State::Stopping | State::Expiring) => {
            Box::pin(apply::apply(work, one, Input::Settled, None)).await.map(|_| ())
        }
        // A copy that was in the courier's hand when the recall came may still be on its way.
        _ if delivery::is_settled(work, &push, Phase::Send).await?
            && delivery::is_settled(work, &push, Phase::Recall).await? =>
        {
            Box::pin(apply::apply(work, one, Input::RecallSettled, None)).await.map(|_| ())
        }
        _ => Ok(()),
    }
}

/// Takes in what became of things that were sent, announcement by announcement.
pub(super) async fn heard(work: &mut Work, receipts: &[Receipt]) -> Result<()> {
    let (pictures, others): (Vec<&Receipt>, Vec<&Receipt>) =
        receipts.iter().partition(|receipt| receipt.origin.kind == "picture");
    for receipt in pictures {
        if let Some(no) = AnnouncementNo::parse(&receipt.origin.key) {
            picture::fetched(work, no, receipt).await?;
        }
    }
    for (push, of_one) in delivery::by_push(others) {
        let Some(no) = AnnouncementNo::parse(push) else { continue };
        let Some(mut one) = announcement::get(work.tx().await?, no).await? else { continue };
        heard_of(work, &mut one, &of_one).await?;
    }
    Ok(())
}

/// Takes in what became of things that were sent for one announcement: of its copies all at once.
async fn heard_of(work: &mut Work, one: &mut Announcement, receipts: &[&Receipt]) -> Result<()> {
    let mut of_copies = Vec::with_capacity(receipts.len());
    for receipt in receipts {
        match receipt.origin.kind.as_str() {
            "test" => test_heard(work, one, receipt).await?,
            "pin" => pin_heard(work, one, receipt).await?,
            "take_down" => take_down_heard(work, one, receipt).await?,
            "unpin" => expiry::heard(work, one, receipt).await?,
            _ => of_copies.push(*receipt),
        }
    }
    let push = one.no.to_string();
    let news = delivery::heard(work, &push, &of_copies, one.version).await?;
    let is_of = |phase: Phase| news.iter().any(|heard| heard.phase == phase);
    if one.state == State::Recalling && is_of(Phase::Send) {
        too_late(work, &push, &news).await?;
        take_step(work, one, Phase::Recall, true).await?;
    } else if one.pin && !is_over(one) {
        pin(work, one, &news).await?;
    }
    for heard in news.iter().filter(|heard| one.pin && heard.state == CopyState::Recalled) {
        take_down(work, one, &heard.recipient, &heard.chat).await?;
    }
    for phase in [Phase::Send, Phase::Edit, Phase::Recall].into_iter().filter(|phase| is_of(*phase)) {
        end(work, one, phase).await?;
    }
    if is_of(Phase::Send) {
        variant::settled(work, one).await?;
    }
    Ok(())
}

/// News of copies that were already in the courier's hand when the recall came.
async fn too_late(work: &mut Work, push: &str, news: &[Heard]) -> Result<()> {
    let late = news.iter().filter(|heard| heard.phase == Phase::Send && heard.state == CopyState::Sent);
    let whose: Vec<&str> = late.map(|heard| heard.recipient.as_str()).collect();
    if whose.is_empty() {
        return Ok(());
    }
    Ok(copies::set_state(work.tx().await?, push, &whose, CopyState::RecallPlanned, None).await?)
}

/// Puts copies that arrived where members find them later: on the chat's board, where there is one, else at its head.
async fn pin(work: &mut Work, one: &Announcement, news: &[Heard]) -> Result<()> {
    let push = one.no.to_string();
    let sent: Vec<&Heard> = news.iter().filter(|heard| heard.state == CopyState::Sent).collect();
    if sent.is_empty() {
        return Ok(());
    }
    let ids: Vec<&ChatId> = sent.iter().map(|heard| &heard.chat).collect();
    let chats = chat::some(work.tx().await?, &ids).await?;
    let letter = card::letter(work, one).await?;
    let mut links =
        delivery::links(work, &push, &letter, sent.iter().map(|heard| heard.recipient.as_str())).await?;
    let whose: Vec<&str> = sent.iter().map(|heard| heard.recipient.as_str()).collect();
    let texts = copies::variants_of(work.tx().await?, &push, &whose).await?;
    let (mut asked, mut refused) = (Vec::new(), Vec::new());
    for heard in sent {
        let (Some(message), Some(chat)) = (&heard.message, chats.get(&heard.chat)) else { continue };
        let can = work.capabilities(chat);
        let action = if can.is_native(Can::Board) {
            let lang = chat.lang.unwrap_or(work.hall.default_lang);
            let (link, variant) = (links.remove(&heard.recipient), texts.get(&heard.recipient).copied());
            let values = Values { link, variant, ..Values::in_group(&chat.title) };
            let content = letter.content(lang, &values);
            Action::Post(without_buttons(content))
        } else if can.is_native(Can::Pin) {
            Action::Pin { message: message.clone().into() }
        } else {
            refused.push(heard.recipient.as_str());
            continue;
        };
        let origin = Origin::new(NAME, "pin", format!("{push}/{}", heard.recipient));
        work.send(Outgoing::new(Place::chat(&heard.chat), Lane::Bulk, action).heard_by(origin));
        asked.push(heard.recipient.as_str());
    }
    for (whose, pin) in [(asked, "asked"), (refused, "refused")] {
        if !whose.is_empty() {
            copies::set_pin(work.tx().await?, &push, &whose, pin).await?;
        }
    }
    Ok(())
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
    copies::set_pin(work.tx().await?, push, &[recipient], &how).await?;
    let copy = copies::get(work.tx().await?, push, recipient).await?;
    if copy.as_ref().is_some_and(|copy| copy.state == CopyState::Recalled) {
        // It was on its way to the board when its copy was taken back.
        take_down(work, one, recipient, &receipt.chat).await?;
    } else if let Some(copy) = copy.filter(|_| is_over(one) && matches!(receipt.end, End::Sent(_))) {
        // It was on its way when its time was over.
        expiry::take_one_off(work, one, &copy).await?;
    }
    Ok(())
}

/// Whether its time is over, so that nothing of it is put at the head of a chat any more.
fn is_over(one: &Announcement) -> bool {
    matches!(one.state, State::Expiring | State::Expired)
}

/// Takes a copy that was recalled off the board as well. A pin goes with its message.
pub(super) async fn take_down(
    work: &mut Work,
    one: &Announcement,
    recipient: &str,
    chat: &ChatId,
) -> Result<()> {
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
    report::tell_staff(work, one, &[said], Vec::new()).await
}

async fn test_heard(work: &mut Work, one: &Announcement, receipt: &Receipt) -> Result<()> {
    let why = match &receipt.end {
        End::Sent(_) => return Ok(()),
        End::Rejected(refused) => &refused.why,
        End::Unknown { why } => why,
    };
    let said = text!("announcement-test-failed", no = one.no.to_string(), why = why);
    report::tell_staff(work, one, &[said], Vec::new()).await
}
