//! The place of a ticket in the staff chat: its topic, the message at its head, lines, and setting it up anew.

use crate::chat::{
    Action, Button, Content, Feature as Can, Lane, MarkKind, MessageRef, RejectionKind, RichText, ThreadRef,
};
use crate::courier::End;
use crate::directory::{Chat, Purpose};
use crate::error::Result;
use crate::feature::Receipt;
use crate::ids::{OutboxId, RowId, StaffId};
use crate::store::ticket::{Delivery, MessageKind, Post, TicketMessage, TicketState};
use crate::store::{chat, outbox, people, ticket};
use crate::text;
use crate::texts::Text;
use crate::work::{Origin, Outgoing, Place, Work};

use super::decide::may_open_thread;
use super::matter::Matter;
use super::words::{Header, agent_mark, sentence_with_name, title};
use super::{NAME, files, thread};

/// The most messages of a ticket that are shown again when its topic is opened anew.
const SHOWN_AGAIN_MAX: i64 = 200;
/// About so many characters of them stand in one message (Discord takes 2,000).
const SHOWN_AGAIN_CHARS: usize = 1_500;

/// Makes sure that the ticket has its place in a staff chat, if there is a staff chat. True when it has.
pub(super) async fn ensure(matter: &mut Matter, work: &mut Work) -> Result<bool> {
    if matter.staff_chat.is_none() {
        let staff_chats = chat::by_purpose(work.tx().await?, Purpose::Staff).await?;
        let own = staff_chats.iter().find(|chat| chat.account == matter.direct.account);
        // Staff need not be on every platform: a staff chat elsewhere serves where there is none.
        let elsewhere = || staff_chats.iter().find(|chat| work.hall.platform(&chat.account).is_some());
        matter.staff_chat = own.or_else(elsewhere).cloned();
    }
    let Some(chat) = matter.staff_chat.clone() else { return Ok(false) };
    let ticket = &mut matter.ticket;
    if ticket.staff_chat.as_ref() != Some(&chat.id) {
        ticket.staff_chat = Some(chat.id.clone());
        (ticket.flat, ticket.thread_key, ticket.thread_outbox) = (false, None, None);
    } else if ticket.flat || ticket.thread().is_some() {
        return Ok(true);
    }
    set_up(matter, work, &chat).await?;
    Ok(true)
}

/// Opens the topic where there are topics, puts the head there and shows again what was said before.
async fn set_up(matter: &mut Matter, work: &mut Work, chat: &Chat) -> Result<()> {
    let threads = work.capabilities(chat).is_native(Can::Threads);
    matter.ticket.flat = !threads || !may_open_thread(matter.ticket.threads_opened);
    if !matter.ticket.flat {
        let title = title(&matter.ticket, &matter.user.name);
        let out = Outgoing::new(Place::chat(&chat.id), Lane::Talk, Action::OpenThread { title })
            .heard_by(Origin::new(NAME, "thread", matter.ticket.no.0));
        matter.ticket.thread_outbox = Some(work.send(out));
        matter.ticket.threads_opened += 1;
    }
    let content = header(matter, work).await?;
    matter.ticket.header_outbox = put(matter, work, content, None);
    matter.save(work).await?;
    show_again(matter, work).await
}

/// Puts a message into the ticket's place, which must be there. `message`: the one of the ticket that it shows.
pub(super) fn put(
    matter: &Matter,
    work: &mut Work,
    mut content: Content,
    message: Option<&RowId>,
) -> Option<OutboxId> {
    let chat = matter.staff_chat.as_ref()?;
    if matter.ticket.flat {
        content.text = RichText::plain(format!("[{}] ", matter.ticket.no)).then_rich(&content.text);
    }
    let place = Place { chat: chat.id.clone(), thread: matter.ticket.thread() };
    let origin = match message {
        Some(id) => Origin::new(NAME, "relay", id),
        None => Origin::new(NAME, "post", matter.ticket.no.0),
    };
    Some(work.send(Outgoing::new(place, Lane::Talk, Action::Send(content)).heard_by(origin)))
}

/// Puts a message into the ticket's place, if there is a staff chat.
pub(super) async fn post(
    matter: &mut Matter,
    work: &mut Work,
    content: Content,
    message: Option<&RowId>,
) -> Result<Option<OutboxId>> {
    if !ensure(matter, work).await? {
        return Ok(None);
    }
    Ok(put(matter, work, content, message))
}

/// Says a sentence in the ticket's place.
pub(super) async fn line(matter: &mut Matter, work: &mut Work, sentence: Text) -> Result<()> {
    line_with(matter, work, sentence, Vec::new()).await
}

/// Says a sentence in the ticket's place, with buttons.
pub(super) async fn line_with(
    matter: &mut Matter,
    work: &mut Work,
    sentence: Text,
    buttons: Vec<Button>,
) -> Result<()> {
    if !ensure(matter, work).await? {
        return Ok(());
    }
    let said = work.hall.texts.say(matter.staff_lang(work), &sentence);
    let mut content = Content::text(said);
    if !buttons.is_empty() {
        content = content.with_row(buttons);
    }
    put(matter, work, content, None);
    Ok(())
}

/// Says a sentence that takes an agent's `name`, and calls that agent where they are known.
pub(super) async fn line_to_agent(
    matter: &mut Matter,
    work: &mut Work,
    sentence: Text,
    agent: &StaffId,
) -> Result<()> {
    if !ensure(matter, work).await? {
        return Ok(());
    }
    let Some(staff) = work.hall.roster.load().get(agent).cloned() else { return Ok(()) };
    let account = matter.staff_chat.as_ref().map(|chat| chat.account.clone());
    let users = match &staff.person {
        Some(person) => chat::users_of(work.tx().await?, person).await?,
        None => Vec::new(),
    };
    let key = users.into_iter().find(|user| Some(&user.account) == account.as_ref()).map(|user| user.key);
    let lang = matter.staff_lang(work);
    let said = sentence_with_name(&work.hall.texts, lang, sentence, &staff.name, agent_mark(key));
    put(matter, work, Content::text(said), None);
    Ok(())
}

/// The head of the ticket's place, with the buttons that fit its state.
pub(super) async fn header(matter: &Matter, work: &mut Work) -> Result<Content> {
    let lang = matter.staff_lang(work);
    let tx = work.tx().await?;
    let merchants: Vec<_> = people::merchants_of(tx, &matter.user.person)
        .await?
        .into_iter()
        .map(|(merchant, _)| merchant)
        .collect();
    let origin = match &matter.ticket.origin_chat {
        Some(id) => chat::get(tx, id).await?.filter(|chat| !chat.is_direct()),
        None => None,
    };
    let owner = matter
        .ticket
        .owner
        .as_ref()
        .and_then(|id| work.hall.roster.load().get(id).map(|staff| staff.name.clone()));
    let text = Header {
        ticket: &matter.ticket,
        user: &matter.user,
        merchants: &merchants,
        group: origin.as_ref().map(|chat| chat.title.as_str()),
        owner: owner.as_deref(),
    }
    .say(&work.hall.texts, lang);
    let say = |key: &'static str| work.hall.texts.say(lang, &Text::new(key));
    let (claim, close, reopen) =
        (say("ticket-button-claim"), say("ticket-button-close"), say("ticket-button-reopen"));
    let row = if matter.ticket.state == TicketState::Closed {
        vec![work.button(matter.button("reopen", None), reopen).await?]
    } else {
        vec![
            work.button(matter.button("claim", None), claim).await?,
            work.button(matter.button("close", None), close).await?,
        ]
    };
    Ok(Content::text(text).with_row(row))
}

/// Brings the topic's title and the head up to date. Where nothing can be edited, the head is put again when
/// `buttons` matter.
pub(super) async fn refresh(matter: &mut Matter, work: &mut Work, state_changed: bool) -> Result<()> {
    let Some(chat) = matter.staff_chat.clone() else { return Ok(()) };
    if state_changed && let Some(thread) = matter.ticket.thread() {
        let action = Action::RenameThread { thread, title: title(&matter.ticket, &matter.user.name) };
        work.send(Outgoing::new(Place::chat(&chat.id), Lane::Talk, action));
    }
    let Some(head) = matter.ticket.header_outbox.clone() else { return Ok(()) };
    let can_edit = work.capabilities(&chat).is_native(Can::Edit);
    let ends = matter.ticket.is_closed() || matter.ticket.state == TicketState::Reopened;
    if !(can_edit || state_changed && ends) {
        return Ok(());
    }
    let mut content = header(matter, work).await?;
    if can_edit {
        if matter.ticket.flat {
            content.text = RichText::plain(format!("[{}] ", matter.ticket.no)).then_rich(&content.text);
        }
        let place = Place { chat: chat.id.clone(), thread: matter.ticket.thread() };
        let action = Action::Edit { message: MessageRef::Outbox(head), content };
        work.send(Outgoing::new(place, Lane::Talk, action));
    } else {
        matter.ticket.header_outbox = put(matter, work, content, None);
        matter.save(work).await?;
    }
    Ok(())
}

/// Shows again what was said so far, as few messages.
pub(super) async fn show_again(matter: &mut Matter, work: &mut Work) -> Result<()> {
    let said = ticket::messages(work.tx().await?, matter.ticket.no, None, SHOWN_AGAIN_MAX).await?;
    let mut page = Content::default();
    // What is on its way to staff just now comes by itself.
    let on_its_way = |message: &TicketMessage| {
        message.kind == MessageKind::Merchant && message.delivery == Delivery::Queued
    };
    for message in said.iter().filter(|message| message.deleted_at_ms.is_none() && !on_its_way(message)) {
        let line = line_of(matter, work, message);
        let full = page.text.text.chars().count() + line.text.chars().count() > SHOWN_AGAIN_CHARS;
        if full && !page.text.text.is_empty() {
            put(matter, work, std::mem::take(&mut page), None);
        }
        if !page.text.text.is_empty() {
            page.text = page.text.then("\n");
        }
        page.text = page.text.then_rich(&line);
        let files = Content { attachments: message.content.attachments.clone(), ..Content::default() };
        let from = if message.kind == MessageKind::Merchant {
            Some(&matter.direct)
        } else {
            matter.staff_chat.as_ref()
        };
        if let Some(from) = from.cloned() {
            page.attachments.extend(for_staff(matter, work, &from, Some(&message.id), files).attachments);
        }
        if !page.attachments.is_empty() {
            put(matter, work, std::mem::take(&mut page), None);
        }
    }
    if !page.text.text.is_empty() {
        put(matter, work, page, None);
    }
    if said.iter().any(|message| message.delivery == Delivery::Held) {
        let held = text!("ticket-line-held", name = &matter.user.name);
        let held = work.hall.texts.say(matter.staff_lang(work), &held);
        put(matter, work, Content::text(held), None);
    }
    Ok(())
}

/// A message of the past in one piece: who, then what.
fn line_of(matter: &Matter, work: &Work, message: &TicketMessage) -> RichText {
    let lang = matter.staff_lang(work);
    let say = |text: Text| work.hall.texts.say(lang, &text);
    let agent = || {
        let roster = work.hall.roster.load();
        message
            .staff
            .as_ref()
            .and_then(|id| roster.get(id))
            .map_or_else(|| say(Text::new("ticket-support")), |staff| staff.name.clone())
    };
    let who = match message.kind {
        MessageKind::Merchant => matter.user.name.clone(),
        MessageKind::Staff => agent(),
        MessageKind::Note => say(text!("ticket-shown-note", agent = agent())),
        MessageKind::System => say(Text::new("ticket-support")),
    };
    let mut text = message.content.text.clone();
    text.marks.retain(|mark| !matches!(mark.kind, MarkKind::Mention { .. } | MarkKind::MentionAll));
    RichText::default().then_bold(&who).then(": ").then_rich(&text)
}

/// A content that was written in a chat as the staff chat of the ticket can show it. `message`: the one of the ticket
/// that it is.
pub(super) fn for_staff(
    matter: &Matter,
    work: &mut Work,
    from: &Chat,
    message: Option<&RowId>,
    content: Content,
) -> Content {
    match &matter.staff_chat {
        Some(chat) => files::portable(matter, work, content, from, message, &chat.account),
        None => content,
    }
}

/// What became of a message in a ticket's place. True when the place that it was meant for is no more.
pub(super) async fn posted(
    matter: &mut Matter,
    work: &mut Work,
    receipt: &Receipt,
    message: Option<&RowId>,
) -> Result<bool> {
    match &receipt.end {
        End::Sent(made) => {
            for key in made.iter().filter_map(|made| made.message.clone()) {
                let post = Post {
                    chat: receipt.chat.clone(),
                    platform_key: key,
                    ticket: matter.ticket.no,
                    message: message.cloned(),
                    original: false,
                };
                ticket::add_post(work.tx().await?, &post).await?;
            }
            Ok(false)
        }
        End::Rejected(rejection) => {
            let row = outbox::get(work.tx().await?, &receipt.outbox).await?;
            let meant_for = row.and_then(|row| row.place.thread);
            let now = &matter.ticket;
            let same = match &meant_for {
                Some(ThreadRef::Key(key)) => now.thread_key.as_ref() == Some(key),
                Some(ThreadRef::Outbox(id)) => now.thread_outbox.as_ref() == Some(id),
                None => now.flat,
            };
            if same && meant_for.is_some() && rejection.kind == RejectionKind::NotFound {
                thread::lost(matter, work).await?;
                return Ok(true);
            }
            Ok(!same)
        }
        End::Unknown { .. } => Ok(false),
    }
}
