//! The conversation of a ticket: what was said with what became of it, and the forms beneath.

use bot_core::chat::{Attachment, AttachmentKind, FileRef};
use bot_core::ids::{StaffId, UserId};
use bot_core::roster::Permission;
use bot_core::store::ticket::{self, Delivery, Listed, MessageKind, Ticket, TicketMessage, TicketState};
use bot_core::store::{Tx, r#macro};
use bot_core::text;
use bot_core::texts::Text;

use super::super::file::href;
use super::super::list::{Names, lang_name, staff_name};
use super::act::{Refused, What};
use super::{Clock, state_class, state_words};
use crate::fault::Fault;
use crate::frame::{Frame, Moment};
use crate::state::Console;

/// Messages shown of one ticket; more than a conversation between people has.
const SHOWN: i64 = 2_000;

/// A ticket with all that was said in it.
pub(super) struct Talk {
    pub(super) no: String,
    pub(super) number: i64,
    pub(super) subject: String,
    pub(super) name: String,
    pub(super) lang: String,
    pub(super) state: String,
    pub(super) class: &'static str,
    pub(super) clock: Option<Clock>,
    pub(super) is_closed: bool,
    pub(super) is_waiting: bool,
    pub(super) is_mine: bool,
    /// Who has it: the name, empty for nobody, and the id as forms send it back.
    pub(super) owner: String,
    pub(super) owner_id: String,
    /// The last message on the page, as forms send it back.
    pub(super) seen: String,
    pub(super) lines: Vec<Line>,
    /// To whom it can be handed: id and name.
    pub(super) colleagues: Vec<(String, String)>,
    /// Name and words of each macro, in the language of the ticket.
    pub(super) macros: Vec<(String, String)>,
    /// What was typed and refused, and why.
    pub(super) words: String,
    pub(super) is_note: bool,
    pub(super) solution: String,
    pub(super) is_closing: bool,
    pub(super) error: String,
}

/// A message.
pub(super) struct Line {
    pub(super) id: String,
    pub(super) class: &'static str,
    pub(super) name: String,
    pub(super) words: String,
    pub(super) files: Vec<FileLine>,
    pub(super) at: Moment,
    pub(super) edited: bool,
    pub(super) deleted: bool,
    pub(super) delivery: String,
    pub(super) delivery_class: &'static str,
    /// Whether it can be sent again, and whether it may then arrive twice.
    pub(super) can_send_again: bool,
    pub(super) may_double: bool,
    /// What stands in the form that corrects it, where the reader may.
    pub(super) correction: Option<String>,
    /// Whether that form is open, since what was typed in it was refused.
    pub(super) is_correcting: bool,
}

/// A file of a message.
pub(super) struct FileLine {
    pub(super) name: String,
    /// Where it is opened, once it is kept on our side.
    pub(super) href: Option<String>,
    pub(super) is_picture: bool,
}

/// Reads the conversation of a ticket.
pub(super) async fn talk(
    console: &Console,
    tx: &mut Tx,
    f: &Frame,
    one: &Ticket,
    listed: Listed,
    refused: Option<Refused>,
) -> Result<Talk, Fault> {
    let said = ticket::messages(tx, one.no, None, SHOWN).await?;
    let seen = said.last().map(|message| message.id.to_string()).unwrap_or_default();
    let users: Vec<&UserId> = said.iter().filter_map(|message| message.user.as_ref()).collect();
    let names = Names::of(tx, &users, &[]).await?;
    let merchant = listed.name.as_str();
    let lines = said.into_iter().map(|message| line(console, f, &names, merchant, message)).collect();
    let macros = r#macro::all(tx).await?;
    let me = f.reader.staff().map(|staff| &staff.id);
    let mut talk = Talk {
        no: one.no.to_string(),
        number: one.no.0,
        lang: f.say(&lang_name(one.lang)),
        state: f.say(&state_words(one.state)),
        class: state_class(one.state),
        clock: listed.unanswered_since_ms.map(|since_ms| Clock::since(f, console.hall.now_ms(), since_ms)),
        is_closed: one.is_closed(),
        is_waiting: one.state == TicketState::Waiting,
        is_mine: one.owner.is_some() && one.owner.as_ref() == me,
        owner: one.owner.as_ref().map(|id| staff_name(console, id)).unwrap_or_default(),
        owner_id: one.owner.as_ref().map(ToString::to_string).unwrap_or_default(),
        colleagues: colleagues(console, one.owner.as_ref()),
        macros: macros
            .into_iter()
            .map(|one_of| (one_of.name.clone(), one_of.body(one.lang).to_owned()))
            .collect(),
        subject: one.subject.clone(),
        name: listed.name,
        seen,
        lines,
        words: String::new(),
        is_note: one.is_closed(),
        solution: String::new(),
        is_closing: false,
        error: String::new(),
    };
    if let Some(refused) = refused {
        talk.error = refused.why.map(|why| f.say(&why)).unwrap_or_default();
        match refused.what {
            What::Close => (talk.is_closing, talk.solution) = (true, refused.text),
            What::Reply | What::Note => {
                (talk.is_note, talk.words) = (refused.what == What::Note || talk.is_closed, refused.text);
            }
            What::Edit => {
                if let Some(line) = talk.lines.iter_mut().find(|line| line.id == refused.message) {
                    (line.correction, line.is_correcting) = (Some(refused.text), true);
                }
            }
            What::Claim | What::Hand | What::Wait | What::Reopen | What::Again | What::TakeBack => {}
        }
    }
    Ok(talk)
}

/// All who may work on tickets but for the one who has it, by name.
fn colleagues(console: &Console, owner: Option<&StaffId>) -> Vec<(String, String)> {
    let roster = console.hall.roster.load();
    let may = roster.all().filter(|staff| staff.may(Permission::Tickets) && Some(&staff.id) != owner);
    let mut all: Vec<_> = may.map(|staff| (staff.id.to_string(), staff.name.clone())).collect();
    all.sort_by(|one, other| one.1.cmp(&other.1));
    all
}

fn line(console: &Console, f: &Frame, names: &Names, merchant: &str, message: TicketMessage) -> Line {
    let name = match (&message.staff, message.kind) {
        (Some(staff), _) => staff_name(console, staff),
        (None, MessageKind::Merchant) => {
            message.user.as_ref().map_or_else(|| merchant.to_owned(), |user| names.user(user))
        }
        (None, _) => f.t("console-ticket-system"),
    };
    let class = match message.kind {
        MessageKind::Merchant => "theirs",
        MessageKind::Staff => "mine",
        MessageKind::System => "bot",
        MessageKind::Note => "note",
    };
    let (delivery, delivery_class) = delivery_words(message.kind, message.delivery);
    let deleted = message.deleted_at_ms.is_some();
    let is_own = message.staff.is_some() && message.staff.as_ref() == f.reader.staff().map(|staff| &staff.id);
    let may_correct = is_own && !deleted && matches!(message.kind, MessageKind::Staff | MessageKind::Note);
    let failed = matches!(message.delivery, Delivery::Unknown | Delivery::Rejected);
    Line {
        id: message.id.to_string(),
        class,
        name,
        correction: may_correct.then(|| message.content.text.text.clone()),
        is_correcting: false,
        words: message.content.text.text,
        files: message.content.attachments.into_iter().map(file_line).collect(),
        at: f.moment(message.at_ms),
        edited: message.edited_at_ms.is_some(),
        deleted,
        delivery: delivery.map(|text| f.say(&text)).unwrap_or_default(),
        delivery_class,
        can_send_again: failed && !deleted,
        may_double: message.delivery == Delivery::Unknown,
    }
}

fn file_line(file: Attachment) -> FileLine {
    let href = match &file.file {
        FileRef::Stored(digest) => Some(href(digest)),
        FileRef::Platform(_) | FileRef::Outbox(_) => None,
    };
    FileLine { name: file.name, href, is_picture: file.kind == AttachmentKind::Picture }
}

/// The words and the colour for how far a message came on its way to the other side.
fn delivery_words(kind: MessageKind, delivery: Delivery) -> (Option<Text>, &'static str) {
    match (kind, delivery) {
        // What the merchant wrote is read right here; only what staff in the chat do not see is worth a word.
        (MessageKind::Merchant, Delivery::Rejected | Delivery::Unknown) => {
            (Some(text!("console-delivery-not-in-chat")), "warn")
        }
        (MessageKind::Merchant, _) => (None, ""),
        (_, Delivery::Held) => (Some(text!("console-delivery-held")), "warn"),
        (_, Delivery::Queued) => (Some(text!("console-delivery-queued")), ""),
        (_, Delivery::Rejected) => (Some(text!("console-delivery-rejected")), "bad"),
        (_, Delivery::Unknown) => (Some(text!("console-delivery-unknown")), "warn"),
        (_, Delivery::Sent) => (Some(text!("console-delivery-sent")), "plain"),
        (_, Delivery::Kept) => (None, ""),
    }
}
