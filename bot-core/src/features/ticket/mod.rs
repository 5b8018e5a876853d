//! Private tickets: a question leaves the group, and is answered between a private chat and the staff chat.

mod acts;
mod api;
mod decide;
mod delivery;
mod desk;
mod files;
mod matter;
mod offer;
mod open;
mod private;
mod relay;
mod thread;
mod words;

use async_trait::async_trait;

use crate::chat::{EventBody, MessageEvent, MessageKey, Sender, ThreadChange};
use crate::directory::{Chat, Purpose, User};
use crate::error::Result;
use crate::feature::{
    Actor, ArgKind, ArgSpec, CommandSpec, Feature, Flow, Incoming, Invocation, Manifest, Offer, Places,
    Press, Receipt, Typed,
};
use crate::ids::{ChatId, TicketNo};
use crate::roster::{Permission, Staff};
use crate::store::ticket::Ticket;
use crate::store::{chat, message, ticket};
use crate::text;
use crate::texts::Text;
use crate::work::Work;

use acts::Act;
use matter::{By, Matter};
use relay::Written;

pub use api::{
    claim, close, edit_as_staff, hand, is_owned_as_shown, is_read, note_as_staff, reopen, reply_as_staff,
    send_again, send_files_as_staff, set_public_name, take_back_as_staff, wait,
};
pub use open::{CameFrom, NewTicket, Opened, open, open_button};

const NAME: &str = "ticket";

/// Private tickets.
pub struct TicketFeature;

const WORDS: &[ArgSpec] = &[ArgSpec { name: "words", kind: ArgKind::Rest, required: false }];

static MANIFEST: Manifest = Manifest {
    name: NAME,
    commands: &[
        CommandSpec { name: "ticket", needs: None, places: Places::Anywhere, args: WORDS },
        CommandSpec { name: "claim", needs: Some(Permission::Tickets), places: Places::Staff, args: WORDS },
        CommandSpec {
            name: "hand",
            needs: Some(Permission::Tickets),
            places: Places::Staff,
            args: &[ArgSpec { name: "words", kind: ArgKind::Rest, required: true }],
        },
        CommandSpec {
            name: "note",
            needs: Some(Permission::Tickets),
            places: Places::Staff,
            args: &[ArgSpec { name: "words", kind: ArgKind::Rest, required: true }],
        },
        CommandSpec { name: "waiting", needs: Some(Permission::Tickets), places: Places::Staff, args: WORDS },
        CommandSpec { name: "close", needs: None, places: Places::StaffOrDirect, args: WORDS },
        CommandSpec { name: "reopen", needs: None, places: Places::StaffOrDirect, args: WORDS },
    ],
    timers: &[],
    buttons: &["open", "claim", "close", "reopen", "again"],
    forms: &[],
    pages: &[],
};

#[async_trait]
impl Feature for TicketFeature {
    fn manifest(&self) -> &'static Manifest {
        &MANIFEST
    }

    async fn on_message(&self, work: &mut Work, incoming: &Incoming) -> Result<Flow> {
        let EventBody::Message(message) = &incoming.event.body else { return Ok(Flow::Pass) };
        if incoming.chat.is_direct() {
            private::wrote(work, incoming, message).await
        } else if incoming.chat.purpose == Purpose::Staff {
            wrote_in_staff_chat(work, incoming, message).await
        } else {
            Ok(Flow::Pass)
        }
    }

    async fn on_event(&self, work: &mut Work, incoming: &Incoming) -> Result<Flow> {
        let chat = &incoming.chat;
        if !chat.is_direct() && chat.purpose != Purpose::Staff {
            return Ok(Flow::Pass);
        }
        let ours = match &incoming.event.body {
            EventBody::Edited(edited) => relay::edited(work, incoming, edited).await?,
            EventBody::Deleted { messages, .. } => {
                relay::deleted(work, chat, messages).await?;
                false
            }
            EventBody::DirectOpened { payload, .. } => {
                return private::opened(work, incoming, payload.as_deref()).await;
            }
            EventBody::ThreadChanged { thread, change: ThreadChange::Deleted, .. } => {
                thread::deleted(work, chat, thread).await?
            }
            EventBody::ThreadChanged { thread, change: ThreadChange::Closed, .. } => {
                thread::closed(work, chat, thread).await?
            }
            _ => false,
        };
        Ok(if ours { Flow::Done } else { Flow::Pass })
    }

    async fn on_command(&self, work: &mut Work, call: &Invocation) -> Result<()> {
        let at = &call.at;
        let words = call.args.words("words").map(str::to_owned);
        match call.spec.name {
            "ticket" => opened_by_command(work, call, words).await,
            "close" if at.chat.is_direct() => private::close(work, at, words).await,
            "reopen" if at.chat.is_direct() => private::reopen(work, at).await,
            name => {
                let staff = agent_at(at)?;
                let (mut matter, words) = named(work, call, words).await?;
                let by = By::Staff(staff.clone());
                match name {
                    "claim" => acts::act(&mut matter, work, &by, Act::Claim).await,
                    "hand" => {
                        let to = colleague(work, at, words.as_deref().unwrap_or_default()).await?;
                        acts::act(&mut matter, work, &by, Act::Hand(to)).await
                    }
                    "waiting" => acts::act(&mut matter, work, &by, Act::Wait).await,
                    "close" => acts::act(&mut matter, work, &by, Act::Close(words)).await,
                    "reopen" => acts::act(&mut matter, work, &by, Act::Reopen).await,
                    _ => noted(&mut matter, work, call, &staff, words).await,
                }
            }
        }
    }

    fn offers(&self) -> &'static [&'static str] {
        &offer::COMMANDS
    }

    async fn offer(&self, work: &mut Work, typed: &Typed) -> Result<Vec<Offer>> {
        offer::offer(work, typed).await
    }

    async fn on_press(&self, work: &mut Work, press: &Press) -> Result<Option<Text>> {
        if press.verb == "open" {
            return opened_by_button(work, press).await.map(Some);
        }
        if press.verb == "again" {
            return delivery::again(work, press).await;
        }
        let no = TicketNo(press.payload["no"].as_i64().unwrap_or_default());
        let mut matter = Matter::numbered(work, no).await?;
        let by = who_pressed(&matter, &press.at)?;
        let act = match press.verb.as_str() {
            "claim" => Act::Claim,
            "close" => Act::Close(None),
            _ => Act::Reopen,
        };
        acts::act(&mut matter, work, &by, act).await?;
        Ok(None)
    }

    async fn on_receipt(&self, work: &mut Work, receipt: &Receipt) -> Result<()> {
        match receipt.origin.kind.as_str() {
            "relay" => delivery::relayed(work, receipt).await,
            "change" => delivery::changed(work, receipt).await,
            "post" => delivery::posted(work, receipt).await,
            "line" => delivery::group_line(work, receipt).await,
            "thread" => thread::opened(work, receipt).await,
            "file" | "first_file" => files::fetched(work, receipt).await,
            _ => Ok(()),
        }
    }
}

/// The staff member who does something, if they may work on tickets.
fn agent_at(at: &Actor) -> Result<Staff> {
    at.staff_who_may(Permission::Tickets).cloned().ok_or_else(|| Text::new("ticket-no-right").into())
}

/// In the staff chat it is an agent who presses, in the private chat the merchant.
fn who_pressed(matter: &Matter, at: &Actor) -> Result<By> {
    if at.chat.purpose == Purpose::Staff {
        return agent_at(at).map(By::Staff);
    }
    if at.chat.is_direct() && at.user.person == matter.user.person {
        return Ok(By::Merchant);
    }
    Err(Text::new("ticket-no-right").into())
}

/// The ticket at a place of the staff chat: by its topic, or by the message replied to.
async fn ticket_at(
    work: &mut Work,
    chat: &ChatId,
    thread: Option<&crate::chat::ThreadKey>,
    reply_to: Option<&MessageKey>,
) -> Result<Option<Ticket>> {
    let tx = work.tx().await?;
    if let Some(thread) = thread
        && let Some(found) = ticket::by_thread(tx, chat, thread).await?
    {
        return Ok(Some(found));
    }
    let Some(key) = reply_to else { return Ok(None) };
    match ticket::post(tx, chat, key).await? {
        Some(post) => Ok(ticket::get(tx, post.ticket).await?),
        None => Ok(None),
    }
}

/// The ticket that a command in the staff chat means, and the words that are left: `T-12` before them, the
/// topic, or the message replied to.
async fn named(
    work: &mut Work,
    call: &Invocation,
    words: Option<String>,
) -> Result<(Matter, Option<String>)> {
    if let Some(given) = &words {
        let (head, rest) = given.split_once(char::is_whitespace).unwrap_or((given, ""));
        let lettered = head.get(..1).is_some_and(|letter| letter.eq_ignore_ascii_case("t"));
        if lettered && let Some(no) = TicketNo::parse(head) {
            let rest = Some(rest.trim().to_owned()).filter(|rest| !rest.is_empty());
            return Ok((Matter::numbered(work, no).await?, rest));
        }
    }
    let found = ticket_at(work, &call.at.chat.id, call.at.thread.as_ref(), call.reply_to.as_ref()).await?;
    match found {
        Some(ticket) => Ok((Matter::of(work, ticket).await?, words)),
        None => Err(text!("ticket-which", command = call.spec.name).into()),
    }
}

/// The agent whom a colleague names: by the name that they have here, or by `@handle`.
async fn colleague(work: &mut Work, at: &Actor, words: &str) -> Result<Staff> {
    let name = words.trim().trim_start_matches('@').trim();
    let roster = work.hall.roster.load_full();
    let mut named = roster.all().filter(|staff| staff.name.to_lowercase() == name.to_lowercase());
    let by_handle = chat::user_by_username(work.tx().await?, &at.chat.account, name).await?;
    let found = match (by_handle.and_then(|user| roster.of_person(&user.person)), named.next(), named.next())
    {
        (Some(staff), ..) | (None, Some(staff), None) => staff,
        _ => return Err(text!("ticket-hand-unknown", who = name).into()),
    };
    if !found.may(Permission::Tickets) {
        return Err(text!("ticket-hand-no-right", name = &found.name).into());
    }
    Ok(found.clone())
}

async fn noted(
    matter: &mut Matter,
    work: &mut Work,
    call: &Invocation,
    staff: &Staff,
    words: Option<String>,
) -> Result<()> {
    let Some(words) = words else { return Err(Text::new("ticket-note-empty").into()) };
    let found = message::by_key(work.tx().await?, &call.at.chat.id, &call.message).await?;
    let attachments = found.map(|message| message.attachments).unwrap_or_default();
    let content = crate::chat::Content { attachments, ..Default::default() };
    let at = Written { chat: &call.at.chat, key: &call.message, reply_to: None };
    acts::note(matter, work, staff, &words, &content, Some(&at)).await?;
    let said = work.hall.texts.say(call.at.lang, &text!("ticket-note-kept", name = &matter.user.name));
    work.say(call.at.place(), crate::chat::Content::text(said).replying_to(call.message.clone()));
    Ok(())
}

/// Somebody wrote in the staff chat.
async fn wrote_in_staff_chat(work: &mut Work, incoming: &Incoming, message: &MessageEvent) -> Result<Flow> {
    if message.from == Sender::Myself {
        return Ok(Flow::Pass);
    }
    let chat = &incoming.chat;
    let found = ticket_at(work, &chat.id, message.thread.as_ref(), message.reply_to.as_ref()).await?;
    let Some(ticket) = found else { return Ok(Flow::Pass) };
    let mut matter = Matter::of(work, ticket).await?;
    let author = incoming.actor(&work.hall, message.thread.clone(), None);
    let at = Written::in_event(chat, message);
    relay::from_staff(&mut matter, work, author, at, &message.content).await?;
    Ok(Flow::Done)
}

/// `/ticket`: the merchant's own, or by staff in reply to a merchant's message.
async fn opened_by_command(work: &mut Work, call: &Invocation, words: Option<String>) -> Result<()> {
    let at = &call.at;
    let from = |message: &MessageKey| {
        Some(CameFrom {
            chat: Chat::clone(&at.chat),
            thread: at.thread.clone(),
            message: Some(message.clone()),
        })
    };
    let for_other = match (&call.reply_to, at.staff_who_may(Permission::Tickets)) {
        (Some(reply), Some(staff)) if !at.chat.is_direct() => Some((reply, staff.clone())),
        _ => None,
    };
    let new = match for_other {
        Some((reply, staff)) => {
            let user = author_of(work, &at.chat.id, reply).await?;
            if work.hall.roster.load().of_person(&user.person).is_some() {
                return Err(Text::new("ticket-not-for-staff").into());
            }
            NewTicket {
                user,
                by: Some(staff.id),
                from: from(reply),
                subject: words,
                question: None,
                lang: None,
            }
        }
        None if at.chat.purpose == Purpose::Staff => return Err(Text::new("ticket-reply-to-open").into()),
        None => {
            let from = from(&call.message);
            let user = User::clone(&at.user);
            let question = match (&words, &call.reply_to) {
                (Some(words), _) => Some(words.clone()),
                (None, Some(reply)) => own_words(work, at, reply).await?,
                (None, None) => None,
            };
            let question = Some(question.unwrap_or_default());
            NewTicket { user, by: None, from, subject: None, question, lang: Some(at.lang) }
        }
    };
    open(work, new).await.map(|_| ())
}

/// The author of a message, who must be a merchant.
async fn author_of(work: &mut Work, chat: &ChatId, key: &MessageKey) -> Result<User> {
    let tx = work.tx().await?;
    let author = message::by_key(tx, chat, key).await?.and_then(|message| message.author);
    let user = match author {
        Some(author) => chat::user(tx, &author).await?,
        None => None,
    };
    user.ok_or_else(|| Text::new("ticket-reply-to-merchant").into())
}

/// What the merchant said in the message that their `/ticket` replies to, if it was theirs.
async fn own_words(work: &mut Work, at: &Actor, key: &MessageKey) -> Result<Option<String>> {
    let found = message::by_key(work.tx().await?, &at.chat.id, key).await?;
    Ok(found.filter(|message| message.author.as_ref() == Some(&at.user.id)).map(|message| message.text.text))
}

/// A button with the verb `open`: the ticket is of who presses.
async fn opened_by_button(work: &mut Work, press: &crate::feature::Press) -> Result<Text> {
    let at = &press.at;
    let chat_id = press.payload["chat"].as_str().map(ChatId::from);
    let found = match &chat_id {
        Some(id) => chat::get(work.tx().await?, id).await?,
        None => None,
    };
    let chat = found.unwrap_or_else(|| Chat::clone(&at.chat));
    let thread = at.thread.clone().filter(|_| chat.id == at.chat.id);
    let asked = press.payload["message"].as_str().map(MessageKey::from);
    let here = || press.message.clone().filter(|_| chat.id == at.chat.id && !chat.is_direct());
    let message = asked.or_else(here);
    let new = NewTicket {
        user: User::clone(&at.user),
        by: None,
        subject: press.payload["subject"].as_str().map(str::to_owned),
        question: None,
        lang: Some(at.lang),
        from: Some(CameFrom { chat, thread, message }),
    };
    let opened = open(work, new).await?;
    let no = opened.no().to_string();
    Ok(match (opened, opened.waits()) {
        (_, true) => text!("ticket-toast-open-chat", no = no),
        (Opened::New { .. }, false) => text!("ticket-toast-opened", no = no),
        (Opened::Already { .. }, false) => text!("ticket-toast-already", no = no),
    })
}
