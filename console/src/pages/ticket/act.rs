//! What an agent does with a ticket, by the same functions as in the staff chat.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use bot_core::chat::Content;
use bot_core::error::FeatureError;
use bot_core::features::ticket as feature;
use bot_core::ids::{RowId, StaffId, TicketNo};
use bot_core::store::{r#macro, ticket};
use bot_core::text;
use bot_core::texts::Text;
use bot_core::work::Work;
use serde::Deserialize;

use super::{Asked, shown};
use crate::asked::Form;
use crate::fault::Fault;
use crate::once::{Once, Posted};
use crate::reader::Reader;
use crate::state::Console;

/// What somebody wants, and by what page.
#[derive(Deserialize)]
pub(super) struct Act {
    #[serde(rename = "do")]
    what: What,
    /// The answer, the note or the solution.
    #[serde(default)]
    text: String,
    /// The message to be sent again, corrected or taken back.
    #[serde(default)]
    message: String,
    /// The colleague to whom it is handed.
    #[serde(default)]
    to: String,
    /// The last message that the page showed; left out by who saw none.
    seen: Option<String>,
    /// The owner that the page showed, empty for nobody.
    owner: Option<String>,
    /// The macro to be put into the form, and whether that is all that is wanted: without scripts a button does it.
    #[serde(default, rename = "macro")]
    named: String,
    fill: Option<String>,
    #[serde(flatten)]
    asked: Asked,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum What {
    Reply,
    Note,
    Claim,
    Hand,
    Wait,
    Close,
    Reopen,
    Again,
    Edit,
    #[serde(rename = "take-back")]
    TakeBack,
}

/// What was not done, with what was typed.
pub(super) struct Refused {
    pub(super) what: What,
    pub(super) text: String,
    /// The message that it was about, empty for none.
    pub(super) message: String,
    /// Why; `None` when nothing was to be done yet.
    pub(super) why: Option<Text>,
}

/// `POST /tickets/{no}/act`.
pub(super) async fn act(
    State(console): State<Console>,
    reader: Reader,
    once: Once,
    Path(no): Path<String>,
    Form(act): Form<Act>,
) -> Result<Response, Fault> {
    let no = TicketNo::parse(&no).ok_or(Fault::NotFound)?;
    let staff = reader.staff().ok_or(Fault::Nobody)?;
    if act.fill.is_some() {
        return fill(&console, &reader, no, act).await;
    }
    let words = act.text.replace("\r\n", "\n").trim().to_owned();
    let step = async |mut work: Work| {
        if ticket::get(work.tx().await?, no).await?.is_none() {
            return Ok((work, None));
        }
        as_shown(&mut work, no, &act).await?;
        done(&mut work, &staff.id, no, &act, &words).await?;
        Ok((work, Some(act.asked.address(&format!("/tickets/{}", no.0)))))
    };
    match once.commit(&console, Clone::clone, step).await {
        Ok(Posted::Before(there)) => Ok(there),
        Ok(Posted::Now(Some(there))) => Ok(Redirect::to(&there).into_response()),
        Ok(Posted::Now(None)) => Err(Fault::NotFound),
        Err(FeatureError::User(refusal)) => {
            let refused =
                Refused { what: act.what, text: act.text, message: act.message, why: Some(refusal.0) };
            let mut response = shown(&console, &reader, &act.asked, Some(no), Some(refused)).await?;
            *response.status_mut() = StatusCode::CONFLICT;
            Ok(response)
        }
        Err(other) => Err(other.into()),
    }
}

/// Puts a macro behind what is typed, in the language of the ticket, and shows the form again.
async fn fill(console: &Console, reader: &Reader, no: TicketNo, act: Act) -> Result<Response, Fault> {
    let mut tx = console.hall.db.read().await?;
    let one = ticket::get(&mut tx, no).await?.ok_or(Fault::NotFound)?;
    let found = r#macro::named(&mut tx, &act.named).await?;
    drop(tx);
    let (text, why) = match found {
        Some(found) if act.text.trim().is_empty() => (found.body(one.lang).to_owned(), None),
        Some(found) => (format!("{}\n{}", act.text.trim_end(), found.body(one.lang)), None),
        None => (act.text, Some(Text::new("console-macro-choose"))),
    };
    let status = if why.is_some() { StatusCode::CONFLICT } else { StatusCode::OK };
    let refused = Refused { what: act.what, text, message: String::new(), why };
    let mut response = shown(console, reader, &act.asked, Some(no), Some(refused)).await?;
    *response.status_mut() = status;
    Ok(response)
}

/// Refuses what was decided by something that has changed since.
async fn as_shown(work: &mut Work, no: TicketNo, act: &Act) -> Result<(), FeatureError> {
    match act.what {
        // Whoever puts a ticket aside must know what the merchant said last.
        What::Close | What::Wait => {
            let Some(seen) = &act.seen else { return Ok(()) };
            let seen = Some(RowId::from(seen.as_str())).filter(|id| !id.as_str().is_empty());
            feature::is_read(work, no, seen.as_ref()).await
        }
        // Nobody takes a ticket from a colleague without meaning it.
        What::Claim | What::Hand => {
            let Some(owner) = &act.owner else { return Ok(()) };
            let owner = Some(StaffId::from(owner.as_str())).filter(|id| !id.as_str().is_empty());
            feature::is_owned_as_shown(work, no, owner.as_ref()).await
        }
        What::Reply | What::Note | What::Reopen | What::Again | What::Edit | What::TakeBack => Ok(()),
    }
}

/// Does what an agent wants.
async fn done(
    work: &mut Work,
    staff: &StaffId,
    no: TicketNo,
    act: &Act,
    words: &str,
) -> Result<(), FeatureError> {
    match act.what {
        What::Reply | What::Note | What::Edit if words.is_empty() => {
            Err(text!("console-ticket-no-words").into())
        }
        What::Reply => feature::reply_as_staff(work, staff, no, Content::text(words)).await,
        What::Note => feature::note_as_staff(work, staff, no, words).await,
        What::Edit => {
            let message = RowId::from(act.message.as_str());
            feature::edit_as_staff(work, staff, no, &message, words).await
        }
        What::TakeBack => {
            let message = RowId::from(act.message.as_str());
            feature::take_back_as_staff(work, staff, no, &message).await
        }
        What::Claim => feature::claim(work, staff, no).await,
        What::Hand if act.to.is_empty() => Err(text!("console-ticket-no-colleague").into()),
        What::Hand => feature::hand(work, staff, no, &StaffId::from(act.to.as_str())).await,
        What::Wait => feature::wait(work, staff, no).await,
        What::Close => {
            let solution = Some(words).filter(|words| !words.is_empty()).map(str::to_owned);
            feature::close(work, staff, no, solution).await
        }
        What::Reopen => feature::reopen(work, staff, no).await,
        What::Again => feature::send_again(work, staff, no, &RowId::from(act.message.as_str())).await,
    }
}
