//! What may be done with tickets from outside of chats: the console, and whoever fills a fresh community.
//!
//! Every function checks that the staff member may work on tickets, and is part of the caller's work.

use crate::chat::{Attachment, AttachmentKind, Content, FileRef, StoredFile, clean_display_name};
use crate::error::Result;
use crate::ids::{RowId, StaffId, TicketNo};
use crate::roster::Permission;
use crate::store::file;
use crate::store::ticket::{self, MessageKind, TicketMessage};
use crate::text;
use crate::work::Work;

use super::acts::{self, Act};
use super::matter::{By, Matter, agent};
use super::words::passed_on;
use super::{NAME, delivery, desk, relay};

/// The most files of one message: an album of Telegram holds ten, and so does a message of Discord.
const FILES_MAX: usize = 10;

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

/// An agent sends the merchant files that are in our store already, with the names that they were brought under, and
/// words or none. They stand in the topic too, and are kept with the ticket.
///
/// # Errors
/// One sentence when there are none or too many, there is no such ticket, it is closed, or the staff member may not.
pub async fn send_files_as_staff(
    work: &mut Work,
    staff: &StaffId,
    no: TicketNo,
    words: &str,
    new: &[(StoredFile, String)],
) -> Result<()> {
    if new.is_empty() {
        return Err(text!("ticket-no-files").into());
    }
    if new.len() > FILES_MAX {
        return Err(text!("ticket-files-many", max = FILES_MAX).into());
    }
    let mut content = Content::text(words);
    let now_ms = work.now_ms;
    for (stored, name) in new {
        file::keep(work.tx().await?, stored, name, now_ms).await?;
        file::add_use(work.tx().await?, &stored.digest, NAME, no.0).await?;
        content.attachments.push(Attachment {
            kind: AttachmentKind::of_media_type(&stored.media_type),
            name: file::name_of(name),
            media_type: stored.media_type.clone(),
            size_bytes: stored.size_bytes,
            file: FileRef::Stored(stored.digest.clone()),
        });
    }
    reply_as_staff(work, staff, no, content).await
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

/// An agent corrects what they wrote, to the merchant or as a note. The topic shows the new words behind the old.
///
/// # Errors
/// One sentence when there is no such message of theirs or it was taken back, or the staff member may not.
pub async fn edit_as_staff(
    work: &mut Work,
    staff: &StaffId,
    no: TicketNo,
    message: &RowId,
    words: &str,
) -> Result<()> {
    let staff = agent(work, staff)?;
    let mut own = own_words(work, &staff.id, no, message).await?;
    let mut matter = Matter::numbered(work, no).await?;
    let now = Content { text: words.into(), ..own.content.clone() };
    if !relay::change(&mut matter, work, &mut own, now).await? {
        return Ok(());
    }
    desk::ensure(&mut matter, work).await?;
    let mark = if own.kind == MessageKind::Note { "// " } else { "" };
    let shown = Content::text(format!("{}{mark}{words}", relay::CHANGED));
    show(&mut matter, work, &By::Staff(staff), &shown).await
}

/// An agent takes back what they wrote, to the merchant or as a note. The topic is told.
///
/// # Errors
/// One sentence when there is no such message of theirs or it was taken back, or the staff member may not.
pub async fn take_back_as_staff(
    work: &mut Work,
    staff: &StaffId,
    no: TicketNo,
    message: &RowId,
) -> Result<()> {
    let staff = agent(work, staff)?;
    let mut own = own_words(work, &staff.id, no, message).await?;
    let mut matter = Matter::numbered(work, no).await?;
    desk::ensure(&mut matter, work).await?;
    relay::take_back(&mut matter, work, &mut own).await?;
    let words = delivery::opening(&own);
    desk::line(&mut matter, work, text!("ticket-line-withdrawn", agent = &staff.name, words = words)).await
}

/// A message that a member of staff wrote in a ticket and did not take back.
async fn own_words(work: &mut Work, staff: &StaffId, no: TicketNo, message: &RowId) -> Result<TicketMessage> {
    let found = ticket::message(work.tx().await?, message).await?;
    let own = found
        .filter(|one| one.ticket == no && one.staff.as_ref() == Some(staff) && one.deleted_at_ms.is_none());
    let own = own.filter(|one| matches!(one.kind, MessageKind::Staff | MessageKind::Note));
    own.ok_or_else(|| text!("ticket-not-your-words").into())
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

/// An agent hands a ticket to another one, who is called, as is the one who had it.
///
/// # Errors
/// One sentence when the other has it already or may not work on tickets, it is closed, or the staff member may not.
pub async fn hand(work: &mut Work, staff: &StaffId, no: TicketNo, to: &StaffId) -> Result<()> {
    let found = work.hall.roster.load().get(to).cloned();
    let Some(to) = found else { return Err(text!("ticket-hand-unknown", who = to.to_string()).into()) };
    if !to.may(Permission::Tickets) {
        return Err(text!("ticket-hand-no-right", name = &to.name).into());
    }
    act(work, staff, no, Act::Hand(to)).await
}

/// An agent sends a message that was refused, or whose end nobody knows, once more.
///
/// # Errors
/// One sentence when there is nothing to send again, or the staff member may not.
pub async fn send_again(work: &mut Work, staff: &StaffId, no: TicketNo, message: &RowId) -> Result<()> {
    let staff = agent(work, staff)?;
    delivery::send_again(work, &staff, Some(no), message).await.map(|_| ())
}

/// Refuses what somebody decided by a page that did not show what the merchant wrote last. `seen`: the last message that it
/// showed.
///
/// # Errors
/// That sentence.
pub async fn is_read(work: &mut Work, no: TicketNo, seen: Option<&RowId>) -> Result<()> {
    if ticket::wrote_after(work.tx().await?, no, seen).await? {
        let matter = Matter::numbered(work, no).await?;
        return Err(text!("ticket-wrote-meanwhile", name = &matter.user.name).into());
    }
    Ok(())
}

/// Refuses what somebody decided by a page that showed another owner than the ticket has.
///
/// # Errors
/// A sentence that names the one who has it.
pub async fn is_owned_as_shown(work: &mut Work, no: TicketNo, owner: Option<&StaffId>) -> Result<()> {
    let matter = Matter::numbered(work, no).await?;
    if matter.ticket.owner.as_ref() == owner {
        return Ok(());
    }
    let roster = work.hall.roster.load();
    let name = matter.ticket.owner.as_ref().and_then(|id| roster.get(id)).map(|staff| staff.name.clone());
    Err(text!("ticket-owner-meanwhile", no = matter.no(), name = name.unwrap_or_default()).into())
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
