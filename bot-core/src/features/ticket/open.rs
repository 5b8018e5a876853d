//! Opening a ticket: by the merchant, for the merchant, or pointing to the one that is open already.

use crate::chat::{
    Action, Attachment, Button, ButtonDo, Content, Feature as Can, Lane, Lang, MessageKey, MessageRef,
    RichText, ThreadKey,
};
use crate::directory::{Chat, User};
use crate::error::Result;
use crate::features::form::NewButton;
use crate::ids::{OutboxId, StaffId, TicketNo};
use crate::store::ticket::{Delivery, MessageKind, Ticket, TicketState};
use crate::store::{chat, message, ticket};
use crate::text;
use crate::texts::Text;
use crate::work::{Origin, Outgoing, Place, Work};

use super::decide::Way;
use super::matter::{By, Matter, NewWords, agent};
use super::relay::{self, Written};
use super::words::{group_line, question_of, subject_of};
use super::{NAME, desk, files};

/// Characters of a ticket's handle: 16 of 31 letters are 79 bits, far too many to guess.
const HANDLE_CHARS: usize = 16;
/// Before the handle in what the private chat is opened with.
pub(super) const PAYLOAD: &str = "t-";
/// The most messages that are taken along from a private chat.
const TAKEN_ALONG_MAX: i64 = 20;

/// A ticket to be opened.
#[derive(Clone, Debug)]
pub struct NewTicket {
    /// Whose it is.
    pub user: User,
    /// The staff member who opens it for them; `None` when they do it themselves.
    pub by: Option<StaffId>,
    /// Where it comes from.
    pub from: Option<CameFrom>,
    /// What it is about, in a few words; taken from the question when it is not given.
    pub subject: Option<String>,
    /// The question; taken from the message that it comes from when it is not given.
    pub question: Option<String>,
    /// The language in which they are answered; theirs, then that of where it comes from, then the default.
    pub lang: Option<Lang>,
}

/// Where a ticket comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CameFrom {
    /// The chat.
    pub chat: Chat,
    /// The thread in it.
    pub thread: Option<ThreadKey>,
    /// The message.
    pub message: Option<MessageKey>,
}

/// What became of the wish to open a ticket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opened {
    /// It is open now. `waits`: its first message waits until the person opens the private chat.
    New {
        /// Its number.
        no: TicketNo,
        /// Whether the person has to open the private chat first.
        waits: bool,
    },
    /// The person has an open one, which got the new question.
    Already {
        /// Its number.
        no: TicketNo,
        /// Whether the person has to open the private chat first.
        waits: bool,
    },
}

impl Opened {
    /// The ticket's number.
    pub fn no(self) -> TicketNo {
        match self {
            Self::New { no, .. } | Self::Already { no, .. } => no,
        }
    }

    /// Whether the person has to open the private chat first.
    pub fn waits(self) -> bool {
        match self {
            Self::New { waits, .. } | Self::Already { waits, .. } => waits,
        }
    }
}

/// What was asked, where it came from.
#[derive(Default)]
struct Asked {
    words: String,
    attachments: Vec<Attachment>,
}

/// Opens a ticket for a person, or adds to the one that they have open. The one who opens it must have been
/// checked, but for staff, whose right is checked here.
///
/// # Errors
/// One sentence when the user is a program or the staff member may not.
pub async fn open(work: &mut Work, new: NewTicket) -> Result<Opened> {
    if new.user.is_bot {
        return Err(Text::new("ticket-not-for-bots").into());
    }
    let by = match &new.by {
        Some(staff) => By::Staff(agent(work, staff)?),
        None => By::Merchant,
    };
    let asked = asked(work, &new).await?;
    match ticket::open_of(work.tx().await?, &new.user.person, &new.user.id).await? {
        Some(ticket) => again(work, ticket, &new, &by, asked).await,
        None => first(work, &new, &by, asked).await,
    }
}

/// The question, as given or as it stands in the message that the ticket comes from.
async fn asked(work: &mut Work, new: &NewTicket) -> Result<Asked> {
    if let Some(question) = &new.question {
        return Ok(Asked { words: question_of(question), attachments: Vec::new() });
    }
    let Some(CameFrom { chat, message: Some(key), .. }) = &new.from else { return Ok(Asked::default()) };
    // What was written privately comes along as messages, not as a quotation.
    if chat.is_direct() {
        return Ok(Asked::default());
    }
    let found = message::by_key(work.tx().await?, &chat.id, key).await?;
    Ok(match found.filter(|message| message.author.as_ref() == Some(&new.user.id)) {
        Some(message) => Asked { words: question_of(&message.text.text), attachments: message.attachments },
        None => Asked::default(),
    })
}

async fn first(work: &mut Work, new: &NewTicket, by: &By, asked: Asked) -> Result<Opened> {
    let direct = work.direct_chat(&new.user).await?;
    let no = TicketNo(chat::next_number(work.tx().await?, "ticket").await?);
    let subject = new.subject.as_deref().map(subject_of).filter(|subject| !subject.is_empty());
    let from = new.from.as_ref();
    let lang = new.lang.or(new.user.lang).or(from.and_then(|from| from.chat.lang));
    let ticket = Ticket {
        no,
        user: new.user.id.clone(),
        direct: direct.id.clone(),
        lang: lang.unwrap_or(work.hall.default_lang),
        state: TicketState::New,
        owner: None,
        subject: subject.unwrap_or_else(|| subject_of(&asked.words)),
        question: asked.words,
        origin_chat: from.map(|from| from.chat.id.clone()),
        origin_message: from.and_then(|from| from.message.clone()),
        origin_thread: from.and_then(|from| from.thread.clone()),
        opened_by: new.by.clone(),
        handle: work.hall.ids.code(HANDLE_CHARS),
        line_outbox: None,
        line_button: false,
        staff_chat: None,
        flat: false,
        threads_opened: 0,
        thread_outbox: None,
        thread_key: None,
        header_outbox: None,
        solution: None,
        opened_at_ms: work.now_ms,
        changed_at_ms: work.now_ms,
        closed_at_ms: None,
    };
    ticket::add(work.tx().await?, &ticket).await?;
    let mut matter = Matter::of(work, ticket).await?;
    let detail = from.map(|from| from.chat.id.to_string());
    matter.trace(work, "opened", Some(by), detail).await?;
    let group = from.map(|from| &from.chat).filter(|chat| !chat.is_direct()).map(|chat| chat.id.clone());
    work.note(NAME, group.as_ref(), text!("ticket-noted-opened", no = matter.no(), name = &new.user.name));
    let staffed = desk::ensure(&mut matter, work).await?;
    if !staffed {
        work.note(NAME, Some(&direct.id), text!("ticket-noted-no-desk", no = matter.no()));
    }
    if !asked.attachments.is_empty() {
        let from = from.map(|from| &from.chat).unwrap_or(&direct);
        files::fetch(&mut matter, work, from, None, &asked.attachments);
        let content = Content { attachments: asked.attachments, ..Content::default() };
        let content = desk::for_staff(&matter, work, from, None, content);
        desk::post(&mut matter, work, content, None).await?;
    }
    greet(&mut matter, work, staffed).await?;
    take_along(&mut matter, work, new).await?;
    let waits = matter.way(work) != Way::Now;
    say_in_group(&mut matter, work, waits).await?;
    Ok(Opened::New { no, waits })
}

/// The first words to the merchant.
async fn greet(matter: &mut Matter, work: &mut Work, staffed: bool) -> Result<()> {
    let no = matter.no();
    let sentence = match (staffed, matter.ticket.subject.is_empty()) {
        (false, _) => text!("ticket-hello-nobody", no = no),
        (true, true) => text!("ticket-hello-ask", no = no),
        (true, false) => text!("ticket-hello", no = no, subject = &matter.ticket.subject),
    };
    let said = work.hall.texts.say(matter.ticket.lang, &sentence);
    matter.tell(work, Content::text(said)).await
}

/// Takes along what the merchant wrote privately before they decided to open a ticket.
async fn take_along(matter: &mut Matter, work: &mut Work, new: &NewTicket) -> Result<()> {
    let Some(CameFrom { chat, message: Some(from), .. }) = &new.from else { return Ok(()) };
    if !chat.is_direct() || new.question.is_some() {
        return Ok(());
    }
    let keys = ticket::written_since(work.tx().await?, &chat.id, &new.user.id, from, TAKEN_ALONG_MAX).await?;
    for key in keys {
        let tx = work.tx().await?;
        // An old button may reach back to what was said in an earlier ticket.
        if ticket::post(tx, &chat.id, &key).await?.is_some() {
            continue;
        }
        let Some(found) = message::by_key(tx, &chat.id, &key).await? else { continue };
        if crate::feature::command::split(&found.text.text).is_some() {
            continue;
        }
        let content = Content { text: found.text, attachments: found.attachments, ..Content::default() };
        let at = Written { chat, key: &key, reply_to: found.reply_to.as_ref() };
        relay::from_merchant(matter, work, &new.user, at, &content).await?;
    }
    Ok(())
}

/// Adds a new question to the ticket that the person has open, and points them to it in private.
async fn again(work: &mut Work, ticket: Ticket, new: &NewTicket, by: &By, asked: Asked) -> Result<Opened> {
    let mut matter = Matter::of(work, ticket).await?;
    let no = matter.ticket.no;
    let detail = new.from.as_ref().map(|from| from.chat.id.to_string());
    matter.trace(work, "asked_again", Some(by), detail).await?;
    if !asked.words.is_empty() || !asked.attachments.is_empty() {
        desk::ensure(&mut matter, work).await?;
        let words = NewWords {
            kind: MessageKind::Merchant,
            staff: None,
            user: Some(new.user.id.clone()),
            content: Content {
                text: RichText::plain(asked.words),
                attachments: asked.attachments,
                ..Content::default()
            },
            delivery: Delivery::Queued,
        };
        let mut message = matter.add(work, words).await?;
        if let Some(from) = &new.from {
            let attachments = message.content.attachments.clone();
            files::fetch(&mut matter, work, &from.chat, Some(&message.id), &attachments);
        }
        relay::to_staff(&mut matter, work, &mut message, None).await?;
    }
    let said = work.hall.texts.say(matter.ticket.lang, &text!("ticket-already", no = no.to_string()));
    matter.tell(work, Content::text(said)).await?;
    take_along(&mut matter, work, new).await?;
    let waits = matter.way(work) != Way::Now;
    let in_group = new.from.as_ref().filter(|from| !from.chat.is_direct());
    // A line only where somebody has to read it: the one whom staff send, or who has to open the chat.
    if let Some(from) = in_group.filter(|_| waits || new.by.is_some()) {
        let place = Place { chat: from.chat.id.clone(), thread: from.thread.clone().map(Into::into) };
        let content = line(&matter, work, waits, from.message.clone()).await?;
        send_line(&matter, work, place, content);
    }
    Ok(Opened::Already { no, waits })
}

/// The line for the group, with the button that opens the private chat when that is needed.
async fn line(
    matter: &Matter,
    work: &mut Work,
    with_button: bool,
    reply_to: Option<MessageKey>,
) -> Result<Content> {
    let lang = matter.ticket.lang;
    let mut content = Content::text(group_line(&work.hall.texts, lang, &matter.user));
    content.reply_to = reply_to.map(MessageRef::Key);
    if with_button {
        let label = work.hall.texts.say(lang, &Text::new("ticket-button-private"));
        let does = ButtonDo::OpenDirect(format!("{PAYLOAD}{}", matter.ticket.handle));
        content = content.with_row(vec![Button { label, does }]);
    }
    Ok(content)
}

fn send_line(matter: &Matter, work: &mut Work, place: Place, content: Content) -> OutboxId {
    let out = Outgoing::new(place, Lane::Talk, Action::Send(content)).heard_by(Origin::new(
        NAME,
        "line",
        matter.ticket.no.0,
    ));
    work.send(out)
}

/// The group in which a ticket began, if it was one of the account that serves the person.
async fn group_of(matter: &Matter, work: &mut Work) -> Result<Option<(Chat, Place)>> {
    let Some(id) = &matter.ticket.origin_chat else { return Ok(None) };
    let found = chat::get(work.tx().await?, id).await?;
    Ok(found.filter(|chat| !chat.is_direct() && chat.account == matter.user.account).map(|chat| {
        let thread = matter.ticket.origin_thread.clone().map(Into::into);
        let place = Place { chat: chat.id.clone(), thread };
        (chat, place)
    }))
}

/// Says the one neutral line in the group where the ticket began.
async fn say_in_group(matter: &mut Matter, work: &mut Work, with_button: bool) -> Result<()> {
    let Some((_, place)) = group_of(matter, work).await? else { return Ok(()) };
    let content = line(matter, work, with_button, matter.ticket.origin_message.clone()).await?;
    matter.ticket.line_outbox = Some(send_line(matter, work, place, content));
    matter.ticket.line_button = with_button;
    matter.save(work).await
}

/// Shows the person the way into the private chat, once: the line in the group gets the button, or a new line
/// is said when there is none or it cannot be edited.
pub(super) async fn show_way_in(matter: &mut Matter, work: &mut Work) -> Result<()> {
    if matter.ticket.line_button {
        return Ok(());
    }
    let Some((group, place)) = group_of(matter, work).await? else { return Ok(()) };
    let can_edit = work.capabilities(&group).is_native(Can::Edit);
    match matter.ticket.line_outbox.clone().filter(|_| can_edit) {
        Some(said) => {
            let content = line(matter, work, true, None).await?;
            let action = Action::Edit { message: MessageRef::Outbox(said), content };
            work.send(Outgoing::new(place, Lane::Talk, action));
        }
        None => {
            let content = line(matter, work, true, matter.ticket.origin_message.clone()).await?;
            matter.ticket.line_outbox = Some(send_line(matter, work, place, content));
        }
    }
    matter.ticket.line_button = true;
    matter.save(work).await
}

/// The button that opens a ticket, as any feature may show it.
pub fn open_button(
    chat: &Chat,
    message: Option<&MessageKey>,
    subject: Option<&str>,
    for_user: &User,
) -> NewButton {
    NewButton {
        feature: NAME,
        verb: "open",
        payload: serde_json::json!({ "chat": chat.id, "message": message, "subject": subject }),
        for_user: Some(for_user.id.clone()),
        expires_at_ms: None,
    }
}
