//! Passes on what is said: between the merchant's private chat and the ticket's place in the staff chat.

use crate::chat::{Action, Content, Feature as Can, Lane, MessageEvent, MessageKey, MessageRef, RichText};
use crate::directory::{Chat, User};
use crate::error::Result;
use crate::feature::{Actor, Incoming};
use crate::ids::{ChatId, RowId};
use crate::roster::Permission;
use crate::store::ticket::{Delivery, MessageKind, Post, TicketMessage};
use crate::store::{chat, ticket};
use crate::text;
use crate::texts::Text;
use crate::work::{Origin, Outgoing, Place, Work};

use super::decide::{Input, as_note, decide};
use super::matter::{By, Matter, NewWords};
use super::words::passed_on;
use super::{NAME, acts, desk, files};

/// Stands before words that are sent again because they were changed where nothing can be edited.
pub(super) const CHANGED: &str = "✎ ";

/// Where a message was written.
pub(super) struct Written<'a> {
    pub(super) chat: &'a Chat,
    pub(super) key: &'a MessageKey,
    pub(super) reply_to: Option<&'a MessageKey>,
}

impl<'a> Written<'a> {
    /// Where an event says.
    pub(super) fn in_event(chat: &'a Chat, event: &'a MessageEvent) -> Self {
        Self { chat, key: &event.message, reply_to: event.reply_to.as_ref() }
    }
}

/// Notes where a message of a ticket was written.
pub(super) async fn keep_original(
    matter: &Matter,
    work: &mut Work,
    at: &Written<'_>,
    message: &RowId,
) -> Result<()> {
    let post = Post {
        chat: at.chat.id.clone(),
        platform_key: at.key.clone(),
        ticket: matter.ticket.no,
        message: Some(message.clone()),
        original: true,
    };
    Ok(ticket::add_post(work.tx().await?, &post).await?)
}

/// The message of chat `to` that shows the same as a message of chat `from`.
async fn counterpart(
    work: &mut Work,
    from: &ChatId,
    key: Option<&MessageKey>,
    to: Option<&ChatId>,
) -> Result<Option<MessageKey>> {
    let (Some(key), Some(to)) = (key, to) else { return Ok(None) };
    let tx = work.tx().await?;
    let Some(message) = ticket::post(tx, from, key).await?.and_then(|post| post.message) else {
        return Ok(None);
    };
    Ok(ticket::keys_in(tx, &message, to).await?.into_iter().next())
}

/// Passes on what the merchant wrote in their private chat.
pub(super) async fn from_merchant(
    matter: &mut Matter,
    work: &mut Work,
    author: &User,
    at: Written<'_>,
    content: &Content,
) -> Result<()> {
    if let Ok(change) = decide(&acts::standing(&matter.ticket), &Input::MerchantWrote)
        && change.to.state != matter.ticket.state
    {
        matter.ticket.state = change.to.state;
        matter.ticket.changed_at_ms = work.now_ms;
        matter.save(work).await?;
        matter.trace(work, "answered", Some(&By::Merchant), None).await?;
        desk::refresh(matter, work, true).await?;
    }
    let new = NewWords {
        kind: MessageKind::Merchant,
        staff: None,
        user: Some(author.id.clone()),
        content: Content { buttons: Vec::new(), reply_to: None, ..content.clone() },
        delivery: Delivery::Queued,
    };
    let mut message = matter.add(work, new).await?;
    keep_original(matter, work, &at, &message.id).await?;
    files::fetch(matter, work, at.chat, Some(&message.id), &content.attachments);
    desk::ensure(matter, work).await?;
    let to = matter.staff_chat.as_ref().map(|chat| chat.id.clone());
    let reply_to = counterpart(work, &at.chat.id, at.reply_to, to.as_ref()).await?;
    to_staff(matter, work, &mut message, reply_to).await
}

/// Sends a merchant's message to staff, whatever became of it before.
pub(super) async fn to_staff(
    matter: &mut Matter,
    work: &mut Work,
    message: &mut TicketMessage,
    reply_to: Option<MessageKey>,
) -> Result<()> {
    let mut content = for_staff(matter, work, message).await?;
    content.reply_to = reply_to.map(MessageRef::Key);
    message.copy_outbox = desk::post(matter, work, content, Some(&message.id)).await?;
    message.delivery = if message.copy_outbox.is_some() { Delivery::Queued } else { Delivery::Kept };
    if message.delivery == Delivery::Kept {
        let direct = matter.direct.id.clone();
        work.note(NAME, Some(&direct), text!("ticket-noted-no-desk", no = matter.no()));
    }
    Ok(ticket::put_message(work.tx().await?, message).await?)
}

/// A merchant's message as staff read it.
async fn for_staff(matter: &Matter, work: &mut Work, message: &TicketMessage) -> Result<Content> {
    let author = match &message.user {
        Some(id) if *id != matter.user.id => chat::user(work.tx().await?, id).await?,
        _ => None,
    };
    let name = author.as_ref().map_or(&matter.user.name, |user| &user.name);
    let content = passed_on(name, &message.content);
    Ok(desk::for_staff(matter, work, &matter.direct, Some(&message.id), content))
}

/// Passes on what was written in a ticket's place in the staff chat, if the author may and means it.
pub(super) async fn from_staff(
    matter: &mut Matter,
    work: &mut Work,
    author: Option<Actor>,
    at: Written<'_>,
    content: &Content,
) -> Result<()> {
    let staff = author.as_ref().and_then(|author| author.staff_who_may(Permission::Tickets)).cloned();
    let Some(staff) = staff else {
        return desk::line(matter, work, Text::new("ticket-line-not-passed-on")).await;
    };
    if let Some(note) = as_note(&content.text.text) {
        return if note.is_empty() {
            Ok(())
        } else {
            acts::note(matter, work, &staff, note, content, Some(&at)).await
        };
    }
    let by = By::Staff(staff);
    if let Some(refusal) = acts::answered(matter, work, &by).await? {
        return desk::line(matter, work, refusal).await;
    }
    let reply_to = counterpart(work, &at.chat.id, at.reply_to, Some(&matter.direct.id)).await?;
    let message = staff_words(matter, work, &by, content).await?;
    keep_original(matter, work, &at, &message.id).await?;
    files::fetch(matter, work, at.chat, Some(&message.id), &content.attachments);
    send_staff_words(matter, work, message, reply_to).await
}

/// Adds what an agent says to the merchant.
pub(super) async fn staff_words(
    matter: &Matter,
    work: &mut Work,
    by: &By,
    content: &Content,
) -> Result<TicketMessage> {
    let new = NewWords {
        kind: MessageKind::Staff,
        staff: by.staff().map(|staff| staff.id.clone()),
        user: None,
        content: Content { buttons: Vec::new(), reply_to: None, ..content.clone() },
        delivery: Delivery::Queued,
    };
    let message = matter.add(work, new).await?;
    matter.trace(work, "reply", Some(by), Some(message.id.to_string())).await?;
    Ok(message)
}

/// Lets what an agent said go to the merchant.
pub(super) async fn send_staff_words(
    matter: &mut Matter,
    work: &mut Work,
    mut message: TicketMessage,
    reply_to: Option<MessageKey>,
) -> Result<()> {
    matter.let_go(work, &mut message, reply_to).await?;
    if message.delivery == Delivery::Held {
        super::open::show_way_in(matter, work).await?;
    }
    Ok(())
}

/// Takes in that a message was changed where it was written.
pub(super) async fn edited(work: &mut Work, incoming: &Incoming, event: &MessageEvent) -> Result<bool> {
    let Some(mut message) = original(work, &incoming.chat.id, &event.message).await? else {
        return Ok(false);
    };
    let mut matter = Matter::numbered(work, message.ticket).await?;
    let now = files::edited(&message.content, &event.content);
    if change(&mut matter, work, &mut message, now).await? {
        files::fetch(&mut matter, work, &incoming.chat, Some(&message.id), &message.content.attachments);
    }
    Ok(true)
}

/// Gives a message another content, here and on its other side. False when it has that one, or was taken back.
pub(super) async fn change(
    matter: &mut Matter,
    work: &mut Work,
    message: &mut TicketMessage,
    now: Content,
) -> Result<bool> {
    if now == message.content || message.deleted_at_ms.is_some() {
        return Ok(false);
    }
    let before = std::mem::replace(&mut message.content, now);
    message.edited_at_ms = Some(work.now_ms);
    ticket::put_message(work.tx().await?, message).await?;
    let by = author_of(work, message);
    matter.trace(work, "edited", by.as_ref(), Some(before.text.text)).await?;
    pass_edit(matter, work, message).await?;
    Ok(true)
}

/// The message that was written at a place, if it is one of a ticket.
async fn original(work: &mut Work, chat: &ChatId, key: &MessageKey) -> Result<Option<TicketMessage>> {
    let tx = work.tx().await?;
    match ticket::post(tx, chat, key).await?.filter(|post| post.original).and_then(|post| post.message) {
        Some(id) => Ok(ticket::message(tx, &id).await?),
        None => Ok(None),
    }
}

fn author_of(work: &Work, message: &TicketMessage) -> Option<By> {
    match (&message.staff, message.kind) {
        (Some(id), _) => work.hall.roster.load().get(id).cloned().map(By::Staff),
        (None, MessageKind::Merchant) => Some(By::Merchant),
        (None, _) => None,
    }
}

/// Where the copies of a message stand, and the copy's content now.
async fn other_side(
    matter: &Matter,
    work: &mut Work,
    message: &TicketMessage,
) -> Result<Option<(Chat, Place, Content)>> {
    match message.kind {
        MessageKind::Note => Ok(None),
        MessageKind::Merchant => {
            let Some(chat) = matter.staff_chat.clone() else { return Ok(None) };
            let mut content = for_staff(matter, work, message).await?;
            if matter.ticket.flat {
                content.text = RichText::plain(format!("[{}] ", matter.ticket.no)).then_rich(&content.text);
            }
            let place = Place { chat: chat.id.clone(), thread: matter.ticket.thread() };
            Ok(Some((chat, place, content)))
        }
        MessageKind::Staff | MessageKind::System => {
            let content = matter.for_merchant(work, message).await?;
            Ok(Some((matter.direct.clone(), Place::chat(&matter.direct.id), content)))
        }
    }
}

/// Changes the copy of a message. Where that cannot be done, the new words are sent once more.
pub(super) async fn pass_edit(
    matter: &mut Matter,
    work: &mut Work,
    message: &mut TicketMessage,
) -> Result<()> {
    // What waits or was refused goes out with its new words when it goes.
    if !matches!(message.delivery, Delivery::Queued | Delivery::Sent) {
        return Ok(());
    }
    let Some((chat, place, content)) = other_side(matter, work, message).await? else { return Ok(()) };
    let copies = ticket::keys_in(work.tx().await?, &message.id, &chat.id).await?;
    let can = work.capabilities(&chat);
    let target = match (copies.as_slice(), message.delivery, &message.copy_outbox) {
        ([one], _, _) => Some(MessageRef::Key(one.clone())),
        ([], Delivery::Queued, Some(outbox)) => Some(MessageRef::Outbox(outbox.clone())),
        _ => None,
    };
    if let Some(target) = target.filter(|_| can.is_native(Can::Edit)) {
        let action = Action::Edit { message: target, content };
        send_change(work, place, action, message);
        return Ok(());
    }
    if copies.len() > 1 && can.is_native(Can::DeleteOwn) {
        let messages = copies.iter().cloned().map(MessageRef::Key).collect();
        send_change(work, place, Action::Delete { messages }, message);
        return resend(matter, work, message).await;
    }
    let mut changed = content;
    changed.text = RichText::plain(CHANGED).then_rich(&changed.text);
    changed.reply_to = copies.first().cloned().map(MessageRef::Key);
    send_change(work, place, Action::Send(changed), message);
    Ok(())
}

/// Sends a message to its other side once more.
pub(super) async fn resend(matter: &mut Matter, work: &mut Work, message: &mut TicketMessage) -> Result<()> {
    if message.kind == MessageKind::Merchant {
        to_staff(matter, work, message, None).await
    } else {
        matter.let_go(work, message, None).await
    }
}

fn send_change(work: &mut Work, place: Place, action: Action, message: &TicketMessage) {
    let out = Outgoing::new(place, Lane::Talk, action).heard_by(Origin::new(NAME, "change", &message.id));
    work.send(out);
}

/// Takes in that messages were deleted where they were written. True when one of them was a ticket's.
pub(super) async fn deleted(work: &mut Work, chat: &Chat, keys: &[MessageKey]) -> Result<bool> {
    let mut any = false;
    for key in keys {
        let Some(mut message) = original(work, &chat.id, key).await? else { continue };
        any = true;
        let mut matter = Matter::numbered(work, message.ticket).await?;
        take_back(&mut matter, work, &mut message).await?;
    }
    Ok(any)
}

/// Takes a message back, here and on its other side. False when it was taken back before.
pub(super) async fn take_back(
    matter: &mut Matter,
    work: &mut Work,
    message: &mut TicketMessage,
) -> Result<bool> {
    if message.deleted_at_ms.is_some() {
        return Ok(false);
    }
    message.deleted_at_ms = Some(work.now_ms);
    ticket::put_message(work.tx().await?, message).await?;
    let by = author_of(work, message);
    matter.trace(work, "deleted", by.as_ref(), Some(message.content.text.text.clone())).await?;
    pass_delete(matter, work, message).await?;
    Ok(true)
}

async fn pass_delete(matter: &mut Matter, work: &mut Work, message: &TicketMessage) -> Result<()> {
    if !matches!(message.delivery, Delivery::Queued | Delivery::Sent) {
        return Ok(());
    }
    let Some((chat, place, _)) = other_side(matter, work, message).await? else { return Ok(()) };
    let copies = ticket::keys_in(work.tx().await?, &message.id, &chat.id).await?;
    let mut messages: Vec<MessageRef> = copies.into_iter().map(MessageRef::Key).collect();
    if messages.is_empty() && message.delivery == Delivery::Queued {
        messages.extend(message.copy_outbox.clone().map(MessageRef::Outbox));
    }
    if messages.is_empty() {
        return Ok(());
    }
    if work.capabilities(&chat).is_native(Can::DeleteOwn) {
        send_change(work, place, Action::Delete { messages }, message);
        return Ok(());
    }
    let name = matter.user.name.clone();
    let sentence = if message.kind == MessageKind::Merchant {
        text!("ticket-line-taken-back", name = name)
    } else {
        text!("ticket-line-still-seen", name = name)
    };
    desk::line(matter, work, sentence).await
}
