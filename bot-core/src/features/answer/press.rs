//! The buttons under an answer: solved, and not solved.

use serde::Deserialize;
use serde_json::json;

use crate::chat::{Action, Content, Lane, MessageRef};
use crate::error::{FeatureError, Result};
use crate::feature::Press;
use crate::ids::RowId;
use crate::store::answer::{Given, GivenState};
use crate::store::{StoreError, answer};
use crate::text;
use crate::texts::Text;
use crate::work::{Outgoing, Place, Work};

#[derive(Deserialize)]
struct Payload {
    given: RowId,
}

/// One of the buttons was pressed.
pub(super) async fn pressed(work: &mut Work, press: &Press) -> Result<Option<Text>> {
    let payload: Payload = serde_json::from_value(press.payload.clone())
        .map_err(|error| FeatureError::Internal(format!("a button of an answer cannot be read: {error}")))?;
    let Some(given) = answer::get_given(work.tx().await?, &payload.given).await? else {
        return Err(Text::new("button-expired").into());
    };
    let solved = press.verb == "solved";
    let (state, now_ms) = (if solved { GivenState::Solved } else { GivenState::Unsolved }, work.now_ms);
    if !answer::settle_given(work.tx().await?, &given.id, state, now_ms).await? {
        return Err(Text::new("answer-settled").into());
    }
    let note = if solved {
        text!("answer-note-solved", slug = &given.article)
    } else {
        text!("answer-note-unsolved", slug = &given.article)
    };
    work.note("answer", Some(&given.chat), note);
    let end = if solved { Text::new("answer-thanks") } else { Text::new("answer-unsolved") };
    take_buttons_away(work, press, &given, &end)?;
    if solved { Ok(Some(Text::new("answer-solved-toast"))) } else { open_ticket(work, press, &given).await }
}

/// Shows the answer without its buttons, with a line on how it ended.
fn take_buttons_away(work: &mut Work, press: &Press, given: &Given, end: &Text) -> Result<()> {
    let mut content: Content =
        serde_json::from_str(&given.content).map_err(|error| StoreError::unreadable("answer", error))?;
    let line = work.hall.texts.say(press.at.lang, end);
    content.text = content.text.then("\n\n").then(&line);
    let place = Place { thread: press.at.thread.clone().map(Into::into), ..Place::chat(&given.chat) };
    let edit = Action::Edit { message: MessageRef::Outbox(given.outbox.clone()), content };
    work.send(Outgoing::new(place, Lane::Talk, edit));
    Ok(())
}

/// Hands the question over to the tickets, as their own button would.
async fn open_ticket(work: &mut Work, press: &Press, given: &Given) -> Result<Option<Text>> {
    let Some(ticket) = work.hall.features.get("ticket") else {
        return Ok(Some(Text::new("answer-no-tickets")));
    };
    let open = Press {
        verb: "open".into(),
        payload: json!({ "chat": given.chat, "message": given.question, "subject": null }),
        at: press.at.clone(),
        message: press.message.clone(),
    };
    ticket.on_press(work, &open).await
}
