//! The merchant's private chat: what they write there, and what they open it for.

use crate::chat::{Content, MessageEvent};
use crate::directory::{Chat, User};
use crate::error::Result;
use crate::feature::{Actor, Flow, Incoming};
use crate::store::ticket;
use crate::text;
use crate::texts::Text;
use crate::work::{Place, Work};

use super::decide::{may_mean, may_offer};
use super::matter::{By, Matter};
use super::open::{PAYLOAD, open_button};
use super::relay::{self, Written};
use super::{acts, delivery};

/// Somebody wrote in their private chat.
pub(super) async fn wrote(work: &mut Work, incoming: &Incoming, message: &MessageEvent) -> Result<Flow> {
    let Some(user) = incoming.user.clone().filter(|user| !user.is_bot) else { return Ok(Flow::Pass) };
    let chat = &incoming.chat;
    let open = ticket::open_of(work.tx().await?, &user.person, &user.id).await?;
    let Some(mut ticket) = open else {
        delivery::release(work, chat).await?;
        return offer(work, incoming, &user, message).await;
    };
    if ticket.direct != chat.id {
        // The person goes on from another of their identities, and is answered there.
        ticket.direct = chat.id.clone();
        ticket::put(work.tx().await?, &ticket).await?;
    }
    delivery::release(work, chat).await?;
    let mut matter = Matter::of(work, ticket).await?;
    matter.direct = Chat::clone(chat);
    relay::from_merchant(&mut matter, work, &user, Written::in_event(chat, message), &message.content)
        .await?;
    Ok(Flow::Done)
}

/// Offers a ticket to somebody who writes without one, not too often.
async fn offer(work: &mut Work, incoming: &Incoming, user: &User, message: &MessageEvent) -> Result<Flow> {
    // Who asks in their own words is answered, and the answer offers a ticket itself.
    if message.forwarded.is_none() && work.hall.features.get("answer").is_some() {
        return Ok(Flow::Pass);
    }
    let Some(at) = incoming.actor(&work.hall, message.thread.clone(), None) else { return Ok(Flow::Pass) };
    let last = ticket::offered_at(work.tx().await?, &user.id).await?;
    if at.staff.is_some() || !may_offer(work.now_ms, last) {
        return Ok(Flow::Pass);
    }
    let now_ms = work.now_ms;
    ticket::set_offered(work.tx().await?, &user.id, now_ms).await?;
    let say = |text: &Text| work.hall.texts.say(at.lang, text);
    let (said, label) = (say(&Text::new("ticket-offer")), say(&Text::new("ticket-button-open")));
    let button = open_button(&incoming.chat, Some(&message.message), None, user);
    let mut row = vec![work.button(button, label).await?];
    if let Some(closed) = ticket::last_closed_of(work.tx().await?, &user.person).await?
        && may_mean(now_ms, closed.closed_at_ms)
    {
        let label =
            work.hall.texts.say(at.lang, &text!("ticket-button-reopen-no", no = closed.no.to_string()));
        let matter = Matter::of(work, closed).await?;
        row.push(work.button(matter.button("reopen", Some(user.id.clone())), label).await?);
    }
    work.say(Place::chat(&incoming.chat.id), Content::text(said).with_row(row));
    Ok(Flow::Done)
}

/// Somebody opened their private chat, perhaps through the button of a ticket.
pub(super) async fn opened(work: &mut Work, incoming: &Incoming, payload: Option<&str>) -> Result<Flow> {
    let Some(user) = incoming.user.clone() else { return Ok(Flow::Pass) };
    let Some(handle) = payload.and_then(|payload| payload.strip_prefix(PAYLOAD)) else {
        delivery::release(work, &incoming.chat).await?;
        return Ok(Flow::Pass);
    };
    let released = delivery::release(work, &incoming.chat).await?;
    let Some(at) = incoming.actor(&work.hall, None, None) else { return Ok(Flow::Pass) };
    let found = ticket::by_handle(work.tx().await?, handle).await?;
    let said = match found {
        Some(ticket) => {
            let matter = Matter::of(work, ticket).await?;
            if matter.user.person != user.person {
                // Nothing of a ticket is told to who came through somebody else's button.
                Text::new("ticket-link-not-yours")
            } else if released > 0 {
                return Ok(Flow::Done);
            } else if matter.ticket.is_closed() {
                text!("ticket-is-closed-now", no = matter.no())
            } else {
                text!("ticket-already", no = matter.no())
            }
        }
        None => Text::new("ticket-link-not-yours"),
    };
    let said = work.hall.texts.say(at.lang, &said);
    work.say(at.place(), said);
    Ok(Flow::Done)
}

/// The merchant closes their ticket.
pub(super) async fn close(work: &mut Work, at: &Actor, words: Option<String>) -> Result<()> {
    let open = ticket::open_of(work.tx().await?, &at.user.person, &at.user.id).await?;
    let Some(ticket) = open else { return Err(Text::new("ticket-none-open").into()) };
    let mut matter = Matter::of(work, ticket).await?;
    acts::act(&mut matter, work, &By::Merchant, acts::Act::Close(words)).await
}

/// The merchant takes up the ticket that was closed last.
pub(super) async fn reopen(work: &mut Work, at: &Actor) -> Result<()> {
    let tx = work.tx().await?;
    if let Some(open) = ticket::open_of(tx, &at.user.person, &at.user.id).await? {
        return Err(text!("ticket-already", no = open.no.to_string()).into());
    }
    let closed = ticket::last_closed_of(tx, &at.user.person).await?;
    let Some(ticket) = closed else { return Err(Text::new("ticket-none-closed").into()) };
    let mut matter = Matter::of(work, ticket).await?;
    acts::act(&mut matter, work, &By::Merchant, acts::Act::Reopen).await
}
