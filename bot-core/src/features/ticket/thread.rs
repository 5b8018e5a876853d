//! What happens to the topic of a ticket: deleted, closed by hand, opened again, or not to be had.

use crate::chat::{Action, Lane, ThreadKey};
use crate::courier::End;
use crate::directory::Chat;
use crate::error::Result;
use crate::feature::Receipt;
use crate::ids::TicketNo;
use crate::store::ticket;
use crate::text;
use crate::texts::Text;
use crate::work::{Outgoing, Place, Work};

use super::NAME;
use super::desk::{header, line, put, show_again};
use super::matter::Matter;

/// The ticket's topic was deleted. It is opened anew with all that was said, at once or, when the ticket is
/// closed, as soon as somebody goes on with it.
pub(super) async fn deleted(work: &mut Work, chat: &Chat, thread: &ThreadKey) -> Result<bool> {
    let Some(ticket) = ticket::by_thread(work.tx().await?, &chat.id, thread).await? else { return Ok(false) };
    let mut matter = Matter::of(work, ticket).await?;
    lost(&mut matter, work).await?;
    Ok(true)
}

/// Somebody closed the ticket's topic by hand. The ticket is not closed by that: its topic is opened again.
pub(super) async fn closed(work: &mut Work, chat: &Chat, thread: &ThreadKey) -> Result<bool> {
    let Some(ticket) = ticket::by_thread(work.tx().await?, &chat.id, thread).await? else { return Ok(false) };
    if ticket.is_closed() {
        return Ok(true);
    }
    let mut matter = Matter::of(work, ticket).await?;
    open_again(&matter, work);
    let no = matter.no();
    line(&mut matter, work, text!("ticket-line-topic-closed", no = no)).await?;
    Ok(true)
}

/// Opens the ticket's topic again, should it be closed.
pub(super) fn open_again(matter: &Matter, work: &mut Work) {
    if let (Some(chat), Some(thread)) = (&matter.staff_chat, matter.ticket.thread()) {
        let action = Action::ReopenThread { thread };
        work.send(Outgoing::new(Place::chat(&chat.id), Lane::Talk, action));
    }
}

pub(super) async fn lost(matter: &mut Matter, work: &mut Work) -> Result<()> {
    let ticket = &mut matter.ticket;
    (ticket.thread_key, ticket.thread_outbox, ticket.header_outbox) = (None, None, None);
    if let Some(chat) = ticket.staff_chat.clone() {
        ticket::forget_posts(work.tx().await?, ticket.no, &chat).await?;
    }
    matter.trace(work, "topic", None, Some("lost".into())).await?;
    matter.save(work).await?;
    if matter.ticket.is_closed() {
        return Ok(());
    }
    line(matter, work, Text::new("ticket-line-topic-again")).await
}

/// What became of the opening of a topic.
pub(super) async fn opened(work: &mut Work, receipt: &Receipt) -> Result<()> {
    let Ok(no) = receipt.origin.key.parse().map(TicketNo) else { return Ok(()) };
    let mut matter = Matter::numbered(work, no).await?;
    if matter.ticket.thread_outbox.as_ref() != Some(&receipt.outbox) {
        return Ok(());
    }
    let made = match &receipt.end {
        End::Sent(made) => made.iter().find_map(|made| made.thread.clone()),
        End::Rejected(_) | End::Unknown { .. } => None,
    };
    if made.is_some() {
        matter.ticket.thread_key = made;
        return matter.save(work).await;
    }
    // Refused, or nobody knows: the ticket goes on in the staff chat itself, and nothing waits for a topic
    // that may never be there.
    work.note(NAME, Some(&receipt.chat), text!("ticket-noted-flat", no = matter.no()));
    go_flat(&mut matter, work).await
}

async fn go_flat(matter: &mut Matter, work: &mut Work) -> Result<()> {
    let ticket = &mut matter.ticket;
    (ticket.flat, ticket.thread_key, ticket.thread_outbox) = (true, None, None);
    let content = header(matter, work).await?;
    matter.ticket.header_outbox = put(matter, work, content, None);
    matter.save(work).await?;
    let no = matter.no();
    line(matter, work, text!("ticket-line-flat", no = no)).await?;
    show_again(matter, work).await
}
