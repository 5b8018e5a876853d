//! One ticket: the conversation, whose it is, and what an agent can do.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use bot_core::chat::{Attachment, Content, FileRef};
use bot_core::error::FeatureError;
use bot_core::features::ticket as feature;
use bot_core::ids::{StaffId, TicketNo};
use bot_core::store::people::Merchant;
use bot_core::store::ticket::{self, Delivery, MessageKind, Ticket, TicketMessage, TicketState};
use bot_core::store::{Tx, chat, people};
use bot_core::text;
use bot_core::texts::Text;
use bot_core::work::Work;
use serde::Deserialize;

use super::super::file::href;
use super::super::list::{chat_title, lang_name, staff_name, user_name};
use super::{state_class, state_words};
use crate::asked::Form;
use crate::fault::Fault;
use crate::frame::{Frame, Moment, page};
use crate::reader::Reader;
use crate::state::Console;

/// Messages shown of one ticket; more than a conversation between people has.
const SHOWN: i64 = 2_000;

#[derive(Template)]
#[template(path = "ticket.html")]
struct TicketPage {
    f: Frame,
    no: String,
    number: i64,
    subject: String,
    name: String,
    state: String,
    class: &'static str,
    is_closed: bool,
    is_waiting: bool,
    is_mine: bool,
    lines: Vec<Line>,
    facts: Vec<(String, Fact)>,
    merchants: Vec<(String, String)>,
    /// What was typed and refused, and why.
    text: String,
    error: String,
}

/// Something that is known of a ticket.
enum Fact {
    Words(String),
    At(Moment),
}

struct Line {
    class: &'static str,
    name: String,
    words: String,
    files: Vec<FileLine>,
    at: Moment,
    edited: bool,
    deleted: bool,
    delivery: String,
    delivery_class: &'static str,
    /// The outbox row that can be sent again.
    again: Option<String>,
}

/// A file of a message.
struct FileLine {
    name: String,
    /// Where it is opened, once it is kept on our side.
    href: Option<String>,
}

/// What an agent does, and the words to it.
#[derive(Deserialize)]
pub(in super::super) struct Act {
    #[serde(rename = "do")]
    what: What,
    #[serde(default)]
    text: String,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum What {
    Reply,
    Note,
    Claim,
    Wait,
    Close,
    Reopen,
}

/// `GET /tickets/{no}`.
pub(super) async fn show(
    State(console): State<Console>,
    reader: Reader,
    Path(no): Path<String>,
) -> Result<Response, Fault> {
    let no = TicketNo::parse(&no).ok_or(Fault::NotFound)?;
    shown(&console, &reader, no, None).await
}

/// `POST /tickets/{no}/act`.
pub(super) async fn act(
    State(console): State<Console>,
    reader: Reader,
    Path(no): Path<String>,
    Form(act): Form<Act>,
) -> Result<Response, Fault> {
    let no = TicketNo::parse(&no).ok_or(Fault::NotFound)?;
    let staff = reader.staff().ok_or(Fault::Nobody)?;
    let words = act.text.replace("\r\n", "\n").trim().to_owned();
    let step = async |mut work: Work| {
        if ticket::get(work.tx().await?, no).await?.is_none() {
            return Ok((work, false));
        }
        done(&mut work, &staff.id, no, act.what, &words).await?;
        Ok((work, true))
    };
    match console.hall.in_one_commit(step).await {
        Ok(true) => Ok(Redirect::to(&format!("/tickets/{}", no.0)).into_response()),
        Ok(false) => Err(Fault::NotFound),
        Err(FeatureError::User(refusal)) => {
            let mut response = shown(&console, &reader, no, Some((act.text, refusal.0))).await?;
            *response.status_mut() = StatusCode::CONFLICT;
            Ok(response)
        }
        Err(other) => Err(other.into()),
    }
}

/// Does what an agent wants.
async fn done(
    work: &mut Work,
    staff: &StaffId,
    no: TicketNo,
    what: What,
    words: &str,
) -> Result<(), FeatureError> {
    match what {
        What::Reply | What::Note if words.is_empty() => Err(text!("console-ticket-no-words").into()),
        What::Reply => feature::reply_as_staff(work, staff, no, Content::text(words)).await,
        What::Note => feature::note_as_staff(work, staff, no, words).await,
        What::Claim => feature::claim(work, staff, no).await,
        What::Wait => feature::wait(work, staff, no).await,
        What::Close => {
            let solution = Some(words).filter(|words| !words.is_empty()).map(str::to_owned);
            feature::close(work, staff, no, solution).await
        }
        What::Reopen => feature::reopen(work, staff, no).await,
    }
}

async fn shown(
    console: &Console,
    reader: &Reader,
    no: TicketNo,
    refused: Option<(String, Text)>,
) -> Result<Response, Fault> {
    let mut tx = console.hall.db.read().await?;
    let one = ticket::get(&mut tx, no).await?.ok_or(Fault::NotFound)?;
    let name = user_name(&mut tx, &one.user).await?;
    let f = Frame::new(console, reader, "tickets", format!("{no} {name}"));
    let mut lines = Vec::new();
    for message in ticket::messages(&mut tx, no, None, SHOWN).await? {
        lines.push(line(console, &mut tx, &f, &name, message).await?);
    }
    let facts = facts(console, &mut tx, &f, &one).await?;
    let merchants = merchants(&mut tx, &f, &one).await?;
    let (text, error) = refused.map(|(text, why)| (text, f.say(&why))).unwrap_or_default();
    page(&TicketPage {
        no: no.to_string(),
        number: no.0,
        state: f.say(&state_words(one.state)),
        class: state_class(one.state),
        is_closed: one.is_closed(),
        is_waiting: one.state == TicketState::Waiting,
        is_mine: one.owner.is_some() && one.owner.as_ref() == reader.staff().map(|staff| &staff.id),
        subject: one.subject,
        name,
        lines,
        facts,
        merchants,
        text,
        error,
        f,
    })
}

async fn line(
    console: &Console,
    tx: &mut Tx,
    f: &Frame,
    merchant: &str,
    message: TicketMessage,
) -> Result<Line, Fault> {
    let name = match (&message.staff, &message.user) {
        (Some(staff), _) => staff_name(console, staff),
        (None, Some(user)) => user_name(tx, user).await?,
        (None, None) if message.kind == MessageKind::Merchant => merchant.to_owned(),
        (None, None) => f.t("console-ticket-system"),
    };
    let class = match message.kind {
        MessageKind::Merchant => "theirs",
        MessageKind::Staff => "mine",
        MessageKind::System => "bot",
        MessageKind::Note => "note",
    };
    let (delivery, delivery_class) = delivery_words(message.delivery);
    let is_unknown = message.delivery == Delivery::Unknown;
    Ok(Line {
        class,
        name,
        words: message.content.text.text,
        files: message.content.attachments.into_iter().map(file_line).collect(),
        at: f.moment(message.at_ms),
        edited: message.edited_at_ms.is_some(),
        deleted: message.deleted_at_ms.is_some(),
        delivery: delivery.map(|text| f.say(&text)).unwrap_or_default(),
        delivery_class,
        again: message.copy_outbox.filter(|_| is_unknown).map(|id| id.to_string()),
    })
}

fn file_line(file: Attachment) -> FileLine {
    let href = match &file.file {
        FileRef::Stored(digest) => Some(href(digest)),
        FileRef::Platform(_) | FileRef::Outbox(_) => None,
    };
    FileLine { name: file.name, href }
}

/// The word and the colour for how far a message came; nothing to say of what arrived.
fn delivery_words(delivery: Delivery) -> (Option<Text>, &'static str) {
    match delivery {
        Delivery::Held => (Some(text!("console-delivery-held")), "warn"),
        Delivery::Queued => (Some(text!("console-delivery-queued")), ""),
        Delivery::Rejected => (Some(text!("console-delivery-rejected")), "bad"),
        Delivery::Unknown => (Some(text!("console-delivery-unknown")), "warn"),
        Delivery::Sent | Delivery::Kept => (None, ""),
    }
}

async fn facts(
    console: &Console,
    tx: &mut Tx,
    f: &Frame,
    one: &Ticket,
) -> Result<Vec<(String, Fact)>, Fault> {
    let owner = one.owner.as_ref().map(|id| staff_name(console, id));
    let mut facts = vec![
        (f.t("console-ticket-owner"), Fact::Words(owner.unwrap_or_else(|| f.t("console-ticket-nobody")))),
        (f.t("console-ticket-opened"), Fact::At(f.moment(one.opened_at_ms))),
        (f.t("console-ticket-language"), Fact::Words(f.say(&lang_name(one.lang)))),
    ];
    if let Some(origin) = &one.origin_chat {
        facts.push((f.t("console-ticket-origin"), Fact::Words(chat_title(tx, f, origin).await?)));
    }
    if !one.question.is_empty() {
        facts.push((f.t("console-ticket-question"), Fact::Words(one.question.clone())));
    }
    if let Some(solution) = &one.solution {
        facts.push((f.t("console-ticket-solution"), Fact::Words(solution.clone())));
    }
    Ok(facts)
}

/// The shops for which the person speaks: name, and tier with category.
async fn merchants(tx: &mut Tx, f: &Frame, one: &Ticket) -> Result<Vec<(String, String)>, Fault> {
    let Some(user) = chat::user(tx, &one.user).await? else { return Ok(Vec::new()) };
    let shown = |(merchant, _): (Merchant, _)| {
        let about = format!("{} · {}", f.say(&merchant.tier.text()), merchant.category);
        (merchant.name, about)
    };
    Ok(people::merchants_of(tx, &user.person).await?.into_iter().map(shown).collect())
}
