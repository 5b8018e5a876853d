//! What agents and merchants do with a ticket: claim, note, wait, close, reopen.

use crate::chat::Content;
use crate::error::Result;
use crate::ids::StaffId;
use crate::roster::Staff;
use crate::store::ticket;
use crate::store::ticket::{Delivery, MessageKind, Ticket, TicketState};
use crate::text;
use crate::texts::Text;
use crate::work::Work;

use super::decide::{Change, Input, Refusal, Standing, decide};
use super::matter::{By, Matter, NewWords};
use super::relay::{Written, keep_original};
use super::words::question_of;
use super::{NAME, desk, files, thread};

/// What somebody does with a ticket, beside writing in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Act {
    /// Takes it.
    Claim,
    /// Hands it to a colleague.
    Hand(Staff),
    /// Says that the merchant has to say something.
    Wait,
    /// Closes it, with what solved it.
    Close(Option<String>),
    /// Takes it up again.
    Reopen,
}

/// How a ticket stands, for a decision.
pub(super) fn standing(ticket: &Ticket) -> Standing {
    Standing { state: ticket.state, owner: ticket.owner.clone() }
}

/// The sentence for a refusal.
fn refused(refusal: Refusal, matter: &Matter, act: Option<&Act>) -> Text {
    match (refusal, act) {
        (Refusal::Theirs, Some(Act::Hand(to))) => {
            text!("ticket-is-theirs", no = matter.no(), name = &to.name)
        }
        (Refusal::Yours | Refusal::Theirs, _) => text!("ticket-is-yours", no = matter.no()),
        (Refusal::Closed, _) => text!("ticket-is-closed", no = matter.no()),
        (Refusal::NotClosed, _) => text!("ticket-not-closed", no = matter.no()),
        (Refusal::WaitsAlready, _) => text!("ticket-waits-already", no = matter.no()),
    }
}

/// Does something with a ticket.
///
/// # Errors
/// One sentence when it cannot be done as the ticket stands.
pub(super) async fn act(matter: &mut Matter, work: &mut Work, by: &By, act: Act) -> Result<()> {
    let agent = by.staff().map(|staff| staff.id.clone());
    let input = match (&act, agent) {
        (Act::Claim, Some(agent)) => Input::Claim(agent),
        (Act::Hand(to), Some(_)) => Input::Hand(to.id.clone()),
        (Act::Wait, Some(agent)) => Input::Wait(agent),
        (Act::Close(_), agent) => Input::Close(agent),
        (Act::Reopen, _) => Input::Reopen,
        (Act::Claim | Act::Hand(_) | Act::Wait, None) => return Err(Text::new("ticket-no-right").into()),
    };
    let change = decide(&standing(&matter.ticket), &input);
    let change = change.map_err(|refusal| refused(refusal, matter, Some(&act)))?;
    if act == Act::Reopen {
        let open = ticket::open_of(work.tx().await?, &matter.user.person, &matter.user.id).await?;
        if let Some(open) = open {
            return Err(text!("ticket-other-open", no = open.no.to_string()).into());
        }
    }
    let former = change.former.clone();
    let state_changed = apply(matter, work, change, &act).await?;
    let (kind, detail) = match &act {
        Act::Claim => ("claimed", former.as_ref().map(ToString::to_string)),
        Act::Hand(to) => ("handed", Some(to.id.to_string())),
        Act::Wait => ("waiting", None),
        Act::Close(solution) => ("closed", solution.clone()),
        Act::Reopen => ("reopened", None),
    };
    matter.trace(work, kind, Some(by), detail).await?;
    let chat = matter.staff_chat.as_ref().map(|chat| chat.id.clone());
    work.note(
        NAME,
        chat.as_ref(),
        text!("ticket-noted-state", no = matter.no(), state = super::words::state_text(matter.ticket.state)),
    );
    if act == Act::Reopen {
        thread::open_again(matter, work);
    }
    desk::refresh(matter, work, state_changed).await?;
    say_to_staff(matter, work, by, &act).await?;
    call_agents(matter, work, by, &act, former).await?;
    say_to_merchant(matter, work, by, &act).await
}

/// Calls the agents whom it concerns that a ticket has another owner, but for the one who saw to it.
async fn call_agents(
    matter: &mut Matter,
    work: &mut Work,
    by: &By,
    act: &Act,
    former: Option<StaffId>,
) -> Result<()> {
    let By::Staff(agent) = by else { return Ok(()) };
    let no = matter.no();
    if let Act::Hand(to) = act
        && to.id != agent.id
    {
        let sentence = text!("ticket-line-handed", agent = &agent.name, no = &no);
        desk::line_to_agent(matter, work, sentence, &to.id).await?;
    }
    let Some(former) = former.filter(|former| *former != agent.id) else { return Ok(()) };
    let sentence = match act {
        Act::Hand(to) => text!("ticket-line-handed-on", agent = &agent.name, no = no, to = &to.name),
        _ => text!("ticket-line-taken-over", agent = &agent.name, no = no),
    };
    desk::line_to_agent(matter, work, sentence, &former).await
}

/// Puts a change down. True when the state is another one now.
async fn apply(matter: &mut Matter, work: &mut Work, change: Change, act: &Act) -> Result<bool> {
    let ticket = &mut matter.ticket;
    let state_changed = ticket.state != change.to.state;
    (ticket.state, ticket.owner) = (change.to.state, change.to.owner);
    ticket.changed_at_ms = work.now_ms;
    if let Act::Close(solution) = act {
        ticket.closed_at_ms = Some(work.now_ms);
        ticket.solution = solution.clone();
    }
    matter.save(work).await?;
    Ok(state_changed)
}

/// An agent answers: who answers first has the ticket. Gives why not, when it is closed.
pub(super) async fn answered(matter: &mut Matter, work: &mut Work, by: &By) -> Result<Option<Text>> {
    let Some(agent) = by.staff().cloned() else { return Ok(None) };
    let before = standing(&matter.ticket);
    let change = match decide(&before, &Input::Reply(agent.id.clone())) {
        Ok(change) => change,
        Err(refusal) => return Ok(Some(refused(refusal, matter, None))),
    };
    if change.to == before {
        return Ok(None);
    }
    let claimed = before.owner.is_none();
    let state_changed = apply(matter, work, change, &Act::Claim).await?;
    if claimed {
        matter.trace(work, "claimed", Some(by), None).await?;
        let no = matter.no();
        desk::line(matter, work, text!("ticket-line-claimed", agent = &agent.name, no = no)).await?;
    }
    desk::refresh(matter, work, state_changed).await?;
    Ok(None)
}

async fn say_to_staff(matter: &mut Matter, work: &mut Work, by: &By, act: &Act) -> Result<()> {
    let who = match by {
        By::Staff(staff) => staff.name.clone(),
        By::Merchant => matter.user.name.clone(),
    };
    let no = matter.no();
    let sentence = match act {
        Act::Claim => text!("ticket-line-claimed", agent = who, no = no),
        // Who hands it to themselves has claimed it; everybody else is called by a line of their own.
        Act::Hand(to) if by.staff().is_some_and(|staff| staff.id == to.id) => {
            text!("ticket-line-claimed", agent = who, no = no)
        }
        Act::Hand(_) => return Ok(()),
        Act::Wait => text!("ticket-line-waiting", agent = who, no = no, name = &matter.user.name),
        Act::Close(None) => text!("ticket-line-closed", who = who, no = no),
        Act::Close(Some(solution)) => {
            text!("ticket-line-closed-with", who = who, no = no, solution = solution)
        }
        Act::Reopen => text!("ticket-line-reopened", who = who, no = no),
    };
    desk::line(matter, work, sentence).await
}

async fn say_to_merchant(matter: &mut Matter, work: &mut Work, by: &By, act: &Act) -> Result<()> {
    let no = matter.no();
    let by_merchant = by.staff().is_none();
    let sentence = match act {
        Act::Claim | Act::Hand(_) | Act::Wait => return Ok(()),
        Act::Close(Some(solution)) => text!("ticket-closed-with", no = no, solution = solution),
        Act::Close(None) if by_merchant => text!("ticket-closed-by-you", no = no),
        Act::Close(None) => text!("ticket-closed", no = no),
        Act::Reopen => text!("ticket-reopened", no = no),
    };
    let lang = matter.ticket.lang;
    let mut content = Content::text(work.hall.texts.say(lang, &sentence));
    if matter.ticket.state == TicketState::Closed {
        let label = work.hall.texts.say(lang, &Text::new("ticket-button-reopen"));
        let button = work.button(matter.button("reopen", Some(matter.user.id.clone())), label).await?;
        content = content.with_row(vec![button]);
    }
    matter.tell(work, content).await
}

/// Keeps a note for colleagues. `at`: where it was written, if in the staff chat.
pub(super) async fn note(
    matter: &mut Matter,
    work: &mut Work,
    staff: &Staff,
    words: &str,
    content: &Content,
    at: Option<&Written<'_>>,
) -> Result<()> {
    let new = NewWords {
        kind: MessageKind::Note,
        staff: Some(staff.id.clone()),
        user: None,
        content: Content {
            text: words.into(),
            attachments: content.attachments.clone(),
            ..Content::default()
        },
        delivery: Delivery::Kept,
    };
    let message = matter.add(work, new).await?;
    if let Some(at) = at {
        keep_original(matter, work, at, &message.id).await?;
        files::fetch(matter, work, at.chat, Some(&message.id), &content.attachments);
    }
    matter.trace(work, "note", Some(&By::Staff(staff.clone())), Some(question_of(words))).await
}
