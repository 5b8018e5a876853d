//! What became of messages on their way, what waits for the private chat to open, and *send again*.

use crate::chat::{Action, Content, Feature as Can, Lane, MessageRef, RejectionKind};
use crate::courier::End;
use crate::directory::Chat;
use crate::error::{FeatureError, Result};
use crate::feature::{Press, Receipt};
use crate::features::form::NewButton;
use crate::ids::{RowId, TicketNo};
use crate::roster::{Permission, Staff};
use crate::store::ticket::{Delivery, MessageKind, Post, TicketMessage};
use crate::store::{outbox, ticket};
use crate::text;
use crate::texts::Text;
use crate::work::{Outgoing, Work};

use super::decide::{Way, delivered};
use super::matter::{By, Matter};
use super::{NAME, desk, open, relay};

/// What became of a message of a ticket.
pub(super) async fn relayed(work: &mut Work, receipt: &Receipt) -> Result<()> {
    let id = RowId::from(receipt.origin.key.as_str());
    let Some(mut message) = ticket::message(work.tx().await?, &id).await? else { return Ok(()) };
    // An older try of a message that was sent anew since.
    if message.copy_outbox.as_ref() != Some(&receipt.outbox) {
        return Ok(());
    }
    let mut matter = Matter::numbered(work, message.ticket).await?;
    if lost_its_reply(receipt) {
        return relay::resend(&mut matter, work, &mut message).await;
    }
    if message.kind == MessageKind::Merchant {
        if desk::posted(&mut matter, work, receipt, Some(&message.id)).await? {
            return relay::resend(&mut matter, work, &mut message).await;
        }
    } else {
        keep_copies(&matter, work, receipt, &message).await?;
    }
    settle(&mut matter, work, &mut message, &receipt.end).await
}

/// Whether a message was refused because what it replies to is gone; then it goes without.
fn lost_its_reply(receipt: &Receipt) -> bool {
    let replies = matches!(&receipt.action, Action::Send(content) if content.reply_to.is_some());
    let not_found = matches!(&receipt.end, End::Rejected(why) if why.kind == RejectionKind::NotFound);
    replies && not_found
}

async fn keep_copies(
    matter: &Matter,
    work: &mut Work,
    receipt: &Receipt,
    message: &TicketMessage,
) -> Result<()> {
    let End::Sent(made) = &receipt.end else { return Ok(()) };
    for key in made.iter().filter_map(|made| made.message.clone()) {
        let post = Post {
            chat: receipt.chat.clone(),
            platform_key: key,
            ticket: matter.ticket.no,
            message: Some(message.id.clone()),
            original: false,
        };
        ticket::add_post(work.tx().await?, &post).await?;
    }
    Ok(())
}

async fn settle(matter: &mut Matter, work: &mut Work, message: &mut TicketMessage, end: &End) -> Result<()> {
    let to_staff = message.kind == MessageKind::Merchant;
    let delivery = match delivered(end) {
        Delivery::Held if to_staff => Delivery::Rejected,
        delivery => delivery,
    };
    let taken_back = message.deleted_at_ms.is_some();
    if delivery == Delivery::Held && !taken_back {
        matter.hold(work, message).await?;
        return open::show_way_in(matter, work).await;
    }
    message.delivery = delivery;
    ticket::put_message(work.tx().await?, message).await?;
    if taken_back || delivery == Delivery::Sent {
        return Ok(());
    }
    matter.trace(work, delivery.word(), None, Some(message.id.to_string())).await?;
    let name = &matter.user.name;
    let sentence = match end {
        End::Rejected(why) if to_staff => text!("ticket-line-not-shown", name = name, why = &why.why),
        End::Rejected(why) => {
            text!("ticket-line-rejected", name = name, why = &why.why, words = opening(message))
        }
        _ if to_staff => text!("ticket-line-not-surely-shown", name = name),
        _ => text!("ticket-line-unknown", name = name, words = opening(message)),
    };
    with_again(matter, work, message, sentence).await
}

/// The first words of a message, to know it by.
pub(super) fn opening(message: &TicketMessage) -> String {
    let words: Vec<&str> = message.content.text.text.split_whitespace().collect();
    let words = words.join(" ");
    if words.chars().count() > 40 { words.chars().take(40).chain(['…']).collect() } else { words }
}

/// Says a sentence in the ticket's place with the button *send again*.
async fn with_again(
    matter: &mut Matter,
    work: &mut Work,
    message: &TicketMessage,
    sentence: Text,
) -> Result<()> {
    let new = NewButton {
        feature: NAME,
        verb: "again",
        payload: serde_json::json!({ "message": message.id }),
        for_user: None,
        expires_at_ms: None,
    };
    let label = work.hall.texts.say(matter.staff_lang(work), &Text::new("ticket-button-again"));
    let button = work.button(new, label).await?;
    desk::line_with(matter, work, sentence, vec![button]).await
}

/// Sends a message once more, because an agent pressed the button under the line that tells of it.
pub(super) async fn again(work: &mut Work, press: &Press) -> Result<Option<Text>> {
    let Some(staff) = press.at.staff_who_may(Permission::Tickets).cloned() else {
        return Err(Text::new("ticket-no-right").into());
    };
    let id = RowId::from(press.payload["message"].as_str().unwrap_or_default());
    let (matter, message) = send_again(work, &staff, None, &id).await?;
    if let Some(key) = press.message.clone()
        && work.capabilities(&press.at.chat).is_native(Can::Edit)
    {
        let said = text!("ticket-line-again", agent = &staff.name, words = opening(&message));
        let content = Content::text(work.hall.texts.say(matter.staff_lang(work), &said));
        let action = Action::Edit { message: MessageRef::Key(key), content };
        work.send(Outgoing::new(press.at.place(), Lane::Talk, action));
    }
    Ok(Some(Text::new("ticket-again-sent")))
}

/// Sends a message that was refused, or whose end nobody knows, once more. `no`: the ticket that it must be of.
pub(super) async fn send_again(
    work: &mut Work,
    staff: &Staff,
    no: Option<TicketNo>,
    id: &RowId,
) -> Result<(Matter, TicketMessage)> {
    let message = ticket::message(work.tx().await?, id).await?;
    let is_meant =
        |message: &TicketMessage| message.deleted_at_ms.is_none() && no.is_none_or(|no| message.ticket == no);
    let Some(mut message) = message.filter(is_meant) else {
        return Err(Text::new("ticket-again-done").into());
    };
    let mut matter = Matter::numbered(work, message.ticket).await?;
    match message.delivery {
        Delivery::Unknown => once_more(&mut matter, work, &mut message).await?,
        Delivery::Rejected if message.kind != MessageKind::Merchant && matter.way(work) == Way::Gone => {
            return Err(text!("ticket-line-gone", name = &matter.user.name).into());
        }
        Delivery::Rejected => relay::resend(&mut matter, work, &mut message).await?,
        _ => return Err(Text::new("ticket-again-done").into()),
    }
    matter.trace(work, "again", Some(&By::Staff(staff.clone())), Some(message.id.to_string())).await?;
    Ok((matter, message))
}

/// Lets the courier try a send of unknown end once more, with the words as they are now.
async fn once_more(matter: &mut Matter, work: &mut Work, message: &mut TicketMessage) -> Result<()> {
    let Some(outbox) = message.copy_outbox.clone() else {
        return Err(FeatureError::Internal("a message of unknown end was never sent".into()));
    };
    let now_ms = work.now_ms;
    if !outbox::retry_unknown(work.tx().await?, &outbox, now_ms).await? {
        return Err(Text::new("ticket-again-done").into());
    }
    work.outbox_changed();
    message.delivery = Delivery::Queued;
    ticket::put_message(work.tx().await?, message).await?;
    if message.edited_at_ms.is_some() {
        relay::pass_edit(matter, work, message).await?;
    }
    Ok(())
}

/// What became of a change of a copy.
pub(super) async fn changed(work: &mut Work, receipt: &Receipt) -> Result<()> {
    if matches!(receipt.end, End::Sent(_)) {
        return Ok(());
    }
    let id = RowId::from(receipt.origin.key.as_str());
    let Some(message) = ticket::message(work.tx().await?, &id).await? else { return Ok(()) };
    // What staff see is mended by the ticket's own record; what the merchant sees, staff have to know.
    if message.kind == MessageKind::Merchant {
        return Ok(());
    }
    let mut matter = Matter::numbered(work, message.ticket).await?;
    let sentence = text!("ticket-line-still-seen", name = &matter.user.name);
    desk::line(&mut matter, work, sentence).await
}

/// What became of a head or line in a ticket's place.
pub(super) async fn posted(work: &mut Work, receipt: &Receipt) -> Result<()> {
    let Ok(no) = receipt.origin.key.parse().map(TicketNo) else { return Ok(()) };
    let mut matter = Matter::numbered(work, no).await?;
    desk::posted(&mut matter, work, receipt, None).await.map(|_| ())
}

/// What became of the line in the group.
pub(super) async fn group_line(work: &mut Work, receipt: &Receipt) -> Result<()> {
    let End::Rejected(rejection) = &receipt.end else { return Ok(()) };
    let Ok(no) = receipt.origin.key.parse().map(TicketNo) else { return Ok(()) };
    let mut matter = Matter::numbered(work, no).await?;
    let sentence = text!("ticket-line-no-group-line", name = &matter.user.name, why = &rejection.why);
    desk::line(&mut matter, work, sentence).await
}

/// Sends what waited for a private chat that is open now, in order. Gives how many messages.
pub(super) async fn release(work: &mut Work, direct: &Chat) -> Result<usize> {
    let mut released = 0;
    for ticket in ticket::held_in(work.tx().await?, &direct.id).await? {
        let mut matter = Matter::of(work, ticket).await?;
        matter.direct = direct.clone();
        let waiting = ticket::held(work.tx().await?, matter.ticket.no).await?;
        let count = waiting.len();
        for mut message in waiting {
            matter.send_to_merchant(work, &mut message, None).await?;
        }
        if count > 0 {
            let sentence = text!("ticket-line-released", name = &matter.user.name, count = count);
            desk::line(&mut matter, work, sentence).await?;
        }
        released += count;
    }
    Ok(released)
}
