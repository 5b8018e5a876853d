//! Offers the numbers of tickets to who types a command about one.

use std::sync::Arc;

use super::words::state_text;
use crate::error::Result;
use crate::feature::{Offer, Typed};
use crate::roster::Permission;
use crate::store::chat;
use crate::store::ticket::{self, Filter, OwnerFilter, Ticket, TicketState as S};
use crate::text;
use crate::work::Work;

/// The commands that are about a ticket.
pub(super) const COMMANDS: [&str; 6] = ["claim", "hand", "note", "waiting", "close", "reopen"];
/// Tickets on which somebody works, or will.
const RUNNING: [S; 4] = [S::New, S::Open, S::Waiting, S::Reopened];

/// The tickets that the command can be about, newest first: of all merchants for who answers tickets in the staff chat,
/// one's own for everybody else.
pub(super) async fn offer(work: &mut Work, typed: &Typed) -> Result<Vec<Offer>> {
    let (at, name) = (&typed.at, typed.spec.name);
    let tickets: Vec<Ticket> = if at.chat.is_direct() || at.staff_who_may(Permission::Tickets).is_none() {
        let (person, user) = (at.user.person.clone(), at.user.id.clone());
        let tx = work.tx().await?;
        let own = match name {
            "close" => ticket::open_of(tx, &person, &user).await?,
            "reopen" => ticket::last_closed_of(tx, &person).await?,
            _ => None,
        };
        own.into_iter().collect()
    } else {
        let states = if name == "reopen" { vec![S::Closed] } else { RUNNING.to_vec() };
        let owner = if name == "claim" { OwnerFilter::Nobody } else { OwnerFilter::Any };
        ticket::list(work.tx().await?, &Filter { states, owner, ..Filter::default() }).await?
    };
    let hall = Arc::clone(&work.hall);
    let mut offers = Vec::new();
    for ticket in tickets {
        let merchant = chat::user(work.tx().await?, &ticket.user).await?.map(|user| user.name);
        let label = text!(
            "ticket-offer-line",
            no = ticket.no.to_string(),
            name = merchant.unwrap_or_default(),
            subject = &ticket.subject,
            state = state_text(ticket.state)
        );
        offers.push(Offer::new(ticket.no, hall.texts.say(at.lang, &label)));
    }
    Ok(offers)
}
