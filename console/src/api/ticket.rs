//! `/api/v1/tickets`.

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use bot_core::chat::{Content, Lang};
use bot_core::error::FeatureError;
use bot_core::features::ticket::{self as feature, NewTicket, Opened};
use bot_core::ids::{RowId, StaffId, TicketNo, UserId};
use bot_core::roster::Permission;
use bot_core::store::ticket::{self, Filter, OwnerFilter, TicketState};
use bot_core::store::{StoreError, Tx, chat};
use bot_core::work::Work;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::caller::Caller;
use super::problem::{Problem, Problems};
use super::write::{Keyed, LINE_MAX_CHARS, Stop, TEXT_MAX_CHARS, Write, WriteProblems, says};
use super::{Paging, Rows};
use crate::state::Console;

/// Messages given of one ticket; more than a conversation between people has.
const MESSAGES_MAX: i64 = 2_000;

/// A ticket.
#[derive(Serialize, ToSchema)]
pub(crate) struct Ticket {
    /// Its number, such as `T-12`.
    no: String,
    /// `new`, `open`, `waiting`, `closed` or `reopened`.
    state: &'static str,
    /// Whose it is, by our id of the user.
    user: String,
    /// The agent who has it, by our id.
    owner: Option<String>,
    /// What it is about; may be empty.
    subject: String,
    /// `en` or `zh`.
    lang: &'static str,
    /// The chat that it came from, by our id.
    origin_chat: Option<String>,
    /// What solved it.
    solution: Option<String>,
    /// When it was opened, unix milliseconds.
    opened_at_ms: i64,
    /// When its state or owner last changed, unix milliseconds.
    changed_at_ms: i64,
    /// When it was last closed, unix milliseconds.
    closed_at_ms: Option<i64>,
}

/// A ticket with what was said in it.
#[derive(Serialize, ToSchema)]
pub(crate) struct TicketInFull {
    ticket: Ticket,
    /// What was said, oldest first, 2,000 at most.
    messages: Vec<TicketMessage>,
}

/// What was said in a ticket.
#[derive(Serialize, ToSchema)]
pub(crate) struct TicketMessage {
    /// Our id.
    id: String,
    /// `merchant`, `staff`, `system` (to the merchant) or `note` (to colleagues).
    kind: &'static str,
    /// The agent who wrote it, by our id.
    staff: Option<String>,
    /// The merchant's user who wrote it, by our id.
    user: Option<String>,
    /// What it says.
    text: String,
    /// The names of its files.
    files: Vec<String>,
    /// `held`, `queued`, `sent`, `rejected`, `unknown` or `kept`.
    delivery: &'static str,
    /// The row of the outbox that passes it on.
    outbox: Option<String>,
    /// When it was written, unix milliseconds.
    at_ms: i64,
    /// When it was last changed, unix milliseconds.
    edited_at_ms: Option<i64>,
    /// When it was taken back, unix milliseconds.
    deleted_at_ms: Option<i64>,
}

/// Whose tickets.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Wanted {
    /// Begin behind this row: `next` of the page before.
    after: Option<String>,
    /// How many rows, 50 without it and 200 at most.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<i64>,
    /// Only rows in one of these states, between commas: `new`, `open`, `waiting`, `closed`, `reopened`.
    state: Option<String>,
    /// Only those of an agent, by our id, `me` for the token's owner, or `nobody`.
    owner: Option<String>,
}

/// A ticket to be opened for somebody.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TicketToOpen {
    /// For whom, by our id of the user.
    user: String,
    /// What they ask, 20,000 characters at most.
    question: String,
    /// What it is about, in a few words, 500 characters at most; taken from the question without it.
    subject: Option<String>,
    /// `en` or `zh`: how they are answered; their own language without it.
    lang: Option<String>,
}

/// What is done with a ticket.
#[derive(Deserialize, ToSchema)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum TicketAct {
    /// Answers the merchant; who answers first has the ticket.
    Reply {
        /// What is said.
        text: String,
    },
    /// Leaves a note for colleagues, which the merchant never sees.
    Note {
        /// What is noted.
        text: String,
    },
    /// Corrects what the token's owner wrote.
    Edit {
        /// Which, by our id of the message.
        message: String,
        /// What it says from now on.
        text: String,
    },
    /// Takes back what the token's owner wrote.
    TakeBack {
        /// Which, by our id of the message.
        message: String,
    },
    /// Takes it, over from another agent if need be.
    Claim,
    /// Hands it to a colleague, who is called.
    Hand {
        /// To whom, by our id.
        to: String,
    },
    /// Sends a message once more that was refused or never answered; what was never answered may then arrive twice.
    SendAgain {
        /// Which, by our id of the message.
        message: String,
    },
    /// Waits for the merchant.
    Wait,
    /// Closes it.
    Close {
        /// What solved it, which the merchant is told.
        solution: Option<String>,
    },
    /// Takes a closed one up again.
    Reopen,
}

/// Tickets, newest first.
#[utoipa::path(get, path = "/tickets", params(Wanted), responses((status = 200, body = Rows<Ticket>), Problems))]
pub(crate) async fn list(
    State(console): State<Console>,
    caller: Caller,
    wanted: Result<Query<Wanted>, QueryRejection>,
) -> Result<Json<Rows<Ticket>>, Problem> {
    let me = caller.may(Permission::Tickets)?.id.clone();
    let Query(Wanted { after, limit, state, owner }) = wanted?;
    let paging = Paging { after, limit };
    let known = |word: &str| {
        TicketState::from_word(word).ok_or_else(|| Problem::bad(format!("there is no state `{word}`")))
    };
    let states = state.iter().flat_map(|words| words.split(',')).map(known).collect::<Result<_, _>>()?;
    let owner = match owner.as_deref() {
        None => OwnerFilter::Any,
        Some("nobody") => OwnerFilter::Nobody,
        Some("me") => OwnerFilter::Staff(me),
        Some(id) => OwnerFilter::Staff(StaffId::from(id)),
    };
    let limit = paging.wanted()?;
    let below = paging.number(TicketNo::parse)?;
    let mut tx = console.hall.db.read().await?;
    let read = ticket::list(&mut tx, &Filter { states, owner, below, limit }).await?;
    Ok(Json(Rows::of(read, limit, |one| one.no.to_string(), Ticket::from)))
}

/// A ticket with what was said in it.
#[utoipa::path(
    get,
    path = "/tickets/{no}",
    params(("no" = String, Path, description = "The ticket's number.")),
    responses((status = 200, body = TicketInFull), Problems)
)]
pub(crate) async fn one(
    State(console): State<Console>,
    caller: Caller,
    Path(no): Path<String>,
) -> Result<Json<TicketInFull>, Problem> {
    caller.may(Permission::Tickets)?;
    let no = TicketNo::parse(&no).ok_or_else(Problem::not_found)?;
    let mut tx = console.hall.db.read().await?;
    in_full(&mut tx, no).await?.map(Json).ok_or_else(Problem::not_found)
}

/// Opens a ticket for somebody. Who has an open one gets the question added to it: that one is given, with status 200.
#[utoipa::path(
    post,
    path = "/tickets",
    params(Keyed),
    request_body = TicketToOpen,
    responses(
        (status = 201, body = TicketInFull),
        (status = 200, body = TicketInFull),
        Problems,
        WriteProblems
    )
)]
pub(crate) async fn open(
    State(console): State<Console>,
    write: Write<TicketToOpen>,
) -> Result<Response, Problem> {
    let by = write.by(Permission::Tickets)?;
    let asked = &write.body;
    let lang = match asked.lang.as_deref().map(Lang::from_tag) {
        Some(None) => return Err(Problem::wrong("`lang` is `en` or `zh`.")),
        lang => lang.flatten(),
    };
    says("question", &asked.question, TEXT_MAX_CHARS)?;
    let subject = asked.subject.clone().filter(|words| !words.trim().is_empty());
    subject.as_deref().map_or(Ok(()), |words| says("subject", words, LINE_MAX_CHARS))?;
    let step = async |mut work: Work| {
        let user = chat::user(work.tx().await?, &UserId::from(asked.user.as_str())).await?;
        let user = user.ok_or_else(|| Problem::wrong("`user` is no user that we know."))?;
        let new = NewTicket {
            user,
            by: Some(by.clone()),
            from: None,
            subject: subject.clone(),
            question: Some(asked.question.clone()),
            lang,
        };
        let opened = feature::open(&mut work, new).await?;
        let status = if matches!(opened, Opened::New { .. }) { StatusCode::CREATED } else { StatusCode::OK };
        let ticket = in_full(work.tx().await?, opened.no()).await?.ok_or_else(Problem::not_found)?;
        Ok::<_, Stop>((work, (status, ticket)))
    };
    write.once(&console, step).await
}

/// Does something with a ticket.
#[utoipa::path(
    post,
    path = "/tickets/{no}/acts",
    params(("no" = String, Path, description = "The ticket's number."), Keyed),
    request_body = TicketAct,
    responses((status = 200, body = TicketInFull), Problems, WriteProblems)
)]
pub(crate) async fn act(
    State(console): State<Console>,
    Path(no): Path<String>,
    write: Write<TicketAct>,
) -> Result<Response, Problem> {
    let by = write.by(Permission::Tickets)?;
    let no = TicketNo::parse(&no).ok_or_else(Problem::not_found)?;
    match &write.body {
        TicketAct::Reply { text } | TicketAct::Note { text } | TicketAct::Edit { text, .. } => {
            says("text", text, TEXT_MAX_CHARS)?;
        }
        TicketAct::Close { solution: Some(solution) } if !solution.trim().is_empty() => {
            says("solution", solution, TEXT_MAX_CHARS)?;
        }
        _ => {}
    }
    let step = async |mut work: Work| {
        ticket::get(work.tx().await?, no).await?.ok_or_else(Problem::not_found)?;
        done(&mut work, &by, no, &write.body).await?;
        let ticket = in_full(work.tx().await?, no).await?.ok_or_else(Problem::not_found)?;
        Ok::<_, Stop>((work, (StatusCode::OK, ticket)))
    };
    write.once(&console, step).await
}

async fn done(work: &mut Work, by: &StaffId, no: TicketNo, act: &TicketAct) -> Result<(), FeatureError> {
    match act {
        TicketAct::Reply { text } => feature::reply_as_staff(work, by, no, Content::text(text.trim())).await,
        TicketAct::Note { text } => feature::note_as_staff(work, by, no, text.trim()).await,
        TicketAct::Edit { message, text } => {
            feature::edit_as_staff(work, by, no, &RowId::from(message.as_str()), text.trim()).await
        }
        TicketAct::TakeBack { message } => {
            feature::take_back_as_staff(work, by, no, &RowId::from(message.as_str())).await
        }
        TicketAct::Claim => feature::claim(work, by, no).await,
        TicketAct::Hand { to } => feature::hand(work, by, no, &StaffId::from(to.as_str())).await,
        TicketAct::SendAgain { message } => {
            feature::send_again(work, by, no, &RowId::from(message.as_str())).await
        }
        TicketAct::Wait => feature::wait(work, by, no).await,
        TicketAct::Close { solution } => {
            let solution = solution.as_deref().map(str::trim).filter(|words| !words.is_empty());
            feature::close(work, by, no, solution.map(str::to_owned)).await
        }
        TicketAct::Reopen => feature::reopen(work, by, no).await,
    }
}

async fn in_full(tx: &mut Tx, no: TicketNo) -> Result<Option<TicketInFull>, StoreError> {
    let Some(one) = ticket::get(tx, no).await? else { return Ok(None) };
    let messages = ticket::messages(tx, no, None, MESSAGES_MAX).await?;
    let messages = messages.into_iter().map(TicketMessage::from).collect();
    Ok(Some(TicketInFull { ticket: one.into(), messages }))
}

impl From<ticket::TicketMessage> for TicketMessage {
    fn from(one: ticket::TicketMessage) -> Self {
        Self {
            id: one.id.to_string(),
            kind: one.kind.word(),
            staff: one.staff.map(|id| id.to_string()),
            user: one.user.map(|id| id.to_string()),
            text: one.content.text.text,
            files: one.content.attachments.into_iter().map(|file| file.name).collect(),
            delivery: one.delivery.word(),
            outbox: one.copy_outbox.map(|id| id.to_string()),
            at_ms: one.at_ms,
            edited_at_ms: one.edited_at_ms,
            deleted_at_ms: one.deleted_at_ms,
        }
    }
}

impl From<ticket::Ticket> for Ticket {
    fn from(one: ticket::Ticket) -> Self {
        Self {
            no: one.no.to_string(),
            state: one.state.word(),
            user: one.user.to_string(),
            owner: one.owner.map(|id| id.to_string()),
            subject: one.subject,
            lang: one.lang.word(),
            origin_chat: one.origin_chat.map(|id| id.to_string()),
            solution: one.solution,
            opened_at_ms: one.opened_at_ms,
            changed_at_ms: one.changed_at_ms,
            closed_at_ms: one.closed_at_ms,
        }
    }
}
