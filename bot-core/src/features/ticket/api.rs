//! What may be done with tickets from outside of chats: the console, and whoever fills a fresh community.
//!
//! Every function checks that the staff member may work on tickets, and is part of the caller's work.

use crate::chat::{Content, clean_display_name};
use crate::error::Result;
use crate::ids::{StaffId, TicketNo};
use crate::store::ticket;
use crate::work::Work;

use super::acts::{self, Act};
use super::matter::{By, Matter, agent};
use super::words::passed_on;
use super::{desk, relay};

/// An agent answers the merchant. What they say stands in the ticket's topic too.
///
/// # Errors
/// One sentence when there is no such ticket, it is closed, or the staff member may not.
pub async fn reply_as_staff(work: &mut Work, staff: &StaffId, no: TicketNo, content: Content) -> Result<()> {
    let by = By::Staff(agent(work, staff)?);
    let mut matter = Matter::numbered(work, no).await?;
    desk::ensure(&mut matter, work).await?;
    if let Some(refusal) = acts::answered(&mut matter, work, &by).await? {
        return Err(refusal.into());
    }
    show(&mut matter, work, &by, &content).await?;
    let message = relay::staff_words(&matter, work, &by, &content).await?;
    relay::send_staff_words(&mut matter, work, message, None).await
}

/// An agent leaves a note for colleagues. It stands in the ticket's topic too, and never goes to the merchant.
///
/// # Errors
/// One sentence when there is no such ticket or the staff member may not.
pub async fn note_as_staff(work: &mut Work, staff: &StaffId, no: TicketNo, words: &str) -> Result<()> {
    let staff = agent(work, staff)?;
    let mut matter = Matter::numbered(work, no).await?;
    desk::ensure(&mut matter, work).await?;
    show(&mut matter, work, &By::Staff(staff.clone()), &Content::text(format!("// {words}"))).await?;
    acts::note(&mut matter, work, &staff, words, &Content::default(), None).await
}

/// Shows in the topic what an agent wrote elsewhere.
async fn show(matter: &mut Matter, work: &mut Work, by: &By, content: &Content) -> Result<()> {
    let Some(staff) = by.staff() else { return Ok(()) };
    desk::post(matter, work, passed_on(&staff.name, content), None).await.map(|_| ())
}

/// An agent takes a ticket, over from another one if need be, who is told.
///
/// # Errors
/// One sentence when it is theirs already or closed, or the staff member may not.
pub async fn claim(work: &mut Work, staff: &StaffId, no: TicketNo) -> Result<()> {
    act(work, staff, no, Act::Claim).await
}

/// An agent says that the merchant has to say something.
///
/// # Errors
/// One sentence when it waits already or is closed, or the staff member may not.
pub async fn wait(work: &mut Work, staff: &StaffId, no: TicketNo) -> Result<()> {
    act(work, staff, no, Act::Wait).await
}

/// An agent closes a ticket. The solution, if given, is told to the merchant.
///
/// # Errors
/// One sentence when it is closed already, or the staff member may not.
pub async fn close(work: &mut Work, staff: &StaffId, no: TicketNo, solution: Option<String>) -> Result<()> {
    act(work, staff, no, Act::Close(solution)).await
}

/// An agent takes a closed ticket up again.
///
/// # Errors
/// One sentence when it is not closed or its person has another one open, or the staff member may not.
pub async fn reopen(work: &mut Work, staff: &StaffId, no: TicketNo) -> Result<()> {
    act(work, staff, no, Act::Reopen).await
}

async fn act(work: &mut Work, staff: &StaffId, no: TicketNo, act: Act) -> Result<()> {
    let by = By::Staff(agent(work, staff)?);
    let mut matter = Matter::numbered(work, no).await?;
    acts::act(&mut matter, work, &by, act).await
}

/// Sets the name that an agent shows merchants; `None` or an empty one for "Support".
///
/// # Errors
/// When the database fails.
pub async fn set_public_name(work: &mut Work, staff: &StaffId, name: Option<&str>) -> Result<()> {
    let name = name.map(|name| clean_display_name(name, "")).filter(|name| !name.is_empty());
    ticket::set_public_name(work.tx().await?, staff, name.as_deref()).await?;
    work.audit_staff(staff, "ticket.public_name", staff, name).await?;
    Ok(())
}
