//! A member reports a message: a case that a moderator looks at, like one that a rule flagged. Who reported it stands in
//! the staff chat and nowhere else.

use super::{NAME, command, flag, proof, screen};
use crate::chat::{Action, Feature as Can, Lane};
use crate::directory::{Purpose, Reach, User};
use crate::error::{FeatureError, Result};
use crate::feature::Invocation;
use crate::ids::CaseNo;
use crate::store::chat;
use crate::store::message::StoredMessage;
use crate::store::moderation::{self as store, Case};
use crate::text;
use crate::texts::{Arg, Text};
use crate::work::{Outgoing, Place, Work};

/// `/report [WHY]`, in reply to a message.
pub(super) async fn reported(work: &mut Work, call: &Invocation) -> Result<()> {
    let at = &call.at;
    if at.chat.purpose != Purpose::Community {
        return Err(Text::new("moderation-report-where").into());
    }
    let message = command::replied(work, call).await?;
    let message = message.ok_or_else(|| FeatureError::from(Text::new("moderation-report-what")))?;
    let author = match &message.author {
        Some(author) => chat::user(work.tx().await?, author).await?.filter(|author| !author.is_bot),
        None => None,
    };
    let author = author.ok_or_else(|| FeatureError::from(Text::new("moderation-report-nobody")))?;
    if author.person == at.user.person {
        return Err(Text::new("moderation-report-own").into());
    }
    if work.hall.roster.load().of_person(&author.person).is_some() {
        return Err(Text::new("moderation-report-staff").into());
    }
    // A message is one case, however many report it, and is not looked at again once somebody has decided.
    if store::of_message(work.tx().await?, &at.chat.id, &message.key).await?.is_none() {
        open(work, call, &message, &author).await?;
    }
    thank(work, call).await
}

async fn open(work: &mut Work, call: &Invocation, message: &StoredMessage, author: &User) -> Result<()> {
    let group = &call.at.chat;
    let no = CaseNo(chat::next_number(work.tx().await?, "case").await?);
    // No reason: whoever is punished reads it, and is not to know by it who reported them.
    let case = Case {
        message: Some(message.key.clone()),
        thread: message.thread.clone(),
        message_text: Some(message.text.text.clone()),
        ..Case::flagged(no, &group.id, &author.id, work.now_ms)
    };
    store::put(work.tx().await?, &case).await?;
    screen::tell_opened(work, &case).await?;
    proof::fetch(work, group, case.no, &message.attachments);
    let why = call.args.words("reason").map(Arg::from);
    let head = text!(
        "moderation-reported",
        no = case.no.to_string(),
        by = &call.at.user.name,
        name = &author.name,
        group = &group.title,
        why = why.unwrap_or_else(|| Text::new("moderation-no-reason").into())
    );
    work.note(NAME, Some(&group.id), text!("moderation-note-reported", no = case.no.to_string()));
    flag::put_before_staff(work, &case, group, &head).await
}

/// Thanks who reported, in private where that is open, and takes their words out of the group: who reports is nobody's
/// business there.
async fn thank(work: &mut Work, call: &Invocation) -> Result<()> {
    let at = &call.at;
    if at.press.is_none() && work.capabilities(&at.chat).is_native(Can::DeleteOthers) {
        let delete = Action::Delete { messages: vec![call.message.clone().into()] };
        work.send(Outgoing::new(Place::chat(&at.chat.id), Lane::Urgent, delete));
    }
    let direct = work.direct_chat(&at.user).await?;
    let place = if direct.reach == Reach::Open { Place::chat(&direct.id) } else { at.place() };
    let said = work.hall.texts.say(at.lang, &Text::new("moderation-report-thanks"));
    work.say(place, said);
    Ok(())
}
