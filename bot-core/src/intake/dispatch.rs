//! Gives an event to whom it concerns: a command, button or form to its feature, the rest to all in order.

use crate::chat::{Action, Content, Event, EventBody, Feature, Lane, MessageEvent, PressKey};
use crate::directory::{Purpose, Reach};
use crate::error::{FeatureError, Result, UserError};
use crate::feature::{Actor, CommandSpec, Flow, Incoming, Invocation, Press, Submission, command};
use crate::ids::MessageId;
use crate::store::message::{NewMessage, split_content};
use crate::store::{chat, form, message};
use crate::text;
use crate::texts::Text;
use crate::work::{Outgoing, Place, Work};

/// How long it makes sense to answer a press, milliseconds (Discord's interaction tokens live 15 minutes;
/// developer documentation, read 2026-11-21).
const PRESS_LIVES_MS: i64 = 15 * 60 * 1000;

/// Takes one event.
pub(super) async fn event(work: &mut Work, event: &Event) -> Result<()> {
    if let EventBody::Asked { .. } = &event.body {
        for feature in work.hall.clone().features.all() {
            feature.on_asked(work, event).await?;
        }
        return Ok(());
    }
    let Some(incoming) = super::resolve::incoming(work, event).await? else {
        tracing::debug!(account = %event.account, body = ?event.body, "an event without a word for it");
        return Ok(());
    };
    if super::shared::is_served_by_another(work, &incoming).await? {
        return Ok(());
    }
    match &event.body {
        EventBody::Message(message) => on_message(work, &incoming, message).await,
        EventBody::Edited(edited) => on_edited(work, &incoming, edited).await,
        EventBody::Pressed { press, handle, message, thread, .. } => {
            let Some(at) = incoming.actor(&work.hall, thread.clone(), Some(press.clone())) else {
                return Ok(());
            };
            on_pressed(work, at, press, handle, message.clone()).await
        }
        EventBody::Submitted { handle, answers, thread, .. } => {
            let Some(at) = incoming.actor(&work.hall, thread.clone(), None) else { return Ok(()) };
            on_submitted(work, at, handle, answers.clone()).await
        }
        other => {
            keep_change(work, &incoming, other).await?;
            to_all(work, &incoming).await
        }
    }
}

async fn on_message(work: &mut Work, incoming: &Incoming, message: &MessageEvent) -> Result<()> {
    if incoming.chat.purpose != Purpose::Idle {
        keep_message(work, incoming, message)?;
    }
    if incoming.chat.purpose == Purpose::Community && screened(work, incoming).await? == Flow::Done {
        return Ok(());
    }
    if incoming.chat.purpose != Purpose::Idle && super::choice::taken(work, incoming, message).await? {
        return Ok(());
    }
    if let Some((name, rest)) = command::split(&message.content.text.text)
        && let Some(at) = incoming.actor(&work.hall, message.thread.clone(), message.press.clone())
    {
        return on_command(work, at, message, &name, rest).await;
    }
    if incoming.chat.purpose == Purpose::Idle {
        return Ok(());
    }
    for feature in work.hall.clone().features.all() {
        if feature.on_message(work, incoming).await? == Flow::Done {
            break;
        }
    }
    Ok(())
}

async fn screened(work: &mut Work, incoming: &Incoming) -> Result<Flow> {
    for feature in work.hall.clone().features.all() {
        if feature.screen(work, incoming).await? == Flow::Done {
            return Ok(Flow::Done);
        }
    }
    Ok(Flow::Pass)
}

async fn on_edited(work: &mut Work, incoming: &Incoming, edited: &MessageEvent) -> Result<()> {
    if incoming.chat.purpose == Purpose::Idle {
        return Ok(());
    }
    let now_ms = work.now_ms;
    message::edit(work.tx().await?, &incoming.chat.id, &edited.message, &edited.content, now_ms).await?;
    if incoming.chat.purpose == Purpose::Community && screened(work, incoming).await? == Flow::Done {
        return Ok(());
    }
    to_all(work, incoming).await
}

pub(super) async fn to_all(work: &mut Work, incoming: &Incoming) -> Result<()> {
    for feature in work.hall.clone().features.all() {
        if feature.on_event(work, incoming).await? == Flow::Done {
            break;
        }
    }
    Ok(())
}

fn keep_message(work: &mut Work, incoming: &Incoming, message: &MessageEvent) -> Result<()> {
    let id: MessageId = work.hall.ids.next();
    let (text, extra) = split_content(&message.content, message.reply_to.as_ref())?;
    work.keep(NewMessage {
        id,
        chat: incoming.chat.id.clone(),
        key: message.message.clone(),
        thread: message.thread.clone(),
        author: incoming.user.as_ref().map(|user| user.id.clone()),
        text,
        extra,
        sent_at_ms: incoming.event.at_ms,
    });
    Ok(())
}

/// Keeps what an event says of chats and messages, before the features hear of it.
async fn keep_change(work: &mut Work, incoming: &Incoming, body: &EventBody) -> Result<()> {
    let (chat, now_ms) = (incoming.chat.id.clone(), work.now_ms);
    match body {
        EventBody::Deleted { messages, .. } => {
            message::mark_deleted(work.tx().await?, &chat, messages, now_ms).await?
        }
        EventBody::DirectClosed { .. } => {
            chat::set_reach(work.tx().await?, &chat, Reach::Blocked).await?;
            work.after_commit(|hall| hall.directory.forget_all());
        }
        EventBody::ChatChanged { bot_present: false, .. } => {
            chat::set_reach(work.tx().await?, &chat, Reach::Kicked).await?;
            work.after_commit(|hall| hall.directory.forget_all());
        }
        EventBody::ChatMigrated { chat: info, from } => {
            chat::migrate(work.tx().await?, &incoming.chat.account, from, &info.key).await?;
            work.after_commit(|hall| hall.directory.forget_all());
        }
        _ => {}
    }
    Ok(())
}

async fn on_command(
    work: &mut Work,
    at: Actor,
    message: &MessageEvent,
    name: &str,
    rest: &str,
) -> Result<()> {
    let said = work
        .step(async |work: &mut Work| {
            let Some((feature, spec)) = work.hall.features.command(name) else {
                return Err(unknown_command(work, &at, name));
            };
            if !spec.usable_by(&at) {
                return Err(refused(&at, spec, name));
            }
            let args = spec
                .read(&message.content.text, rest, message.reply_to.is_some())
                .map_err(FeatureError::User)?;
            let call = Invocation {
                spec,
                args,
                at: at.clone(),
                message: message.message.clone(),
                reply_to: message.reply_to.clone(),
            };
            feature.on_command(work, &call).await
        })
        .await;
    match said {
        Err(FeatureError::User(error)) => {
            if !error.0.key.is_empty() {
                let text = error.say(&work.hall.texts, at.lang);
                work.say(at.place(), Content::text(text).replying_to(message.message.clone()));
            }
        }
        other => other?,
    }
    if let Some(press) = &at.press {
        answer_press(work, &at, press, None);
    }
    Ok(())
}

/// A silent refusal: in a group, nobody is told off in front of others for trying a staff command.
fn silent() -> FeatureError {
    FeatureError::from(Text::new(""))
}

fn refused(at: &Actor, spec: &CommandSpec, name: &str) -> FeatureError {
    if at.staff.is_none() && !at.chat.is_direct() {
        return silent();
    }
    match spec.places.text().filter(|_| !spec.places.include(&at.chat)) {
        Some(place) => text!("command-not-here", name = name, place = place).into(),
        None => text!("command-not-allowed", name = name).into(),
    }
}

fn unknown_command(work: &Work, at: &Actor, name: &str) -> FeatureError {
    // Other bots share the group: only who surely means this one is told.
    if at.staff.is_none() && !at.chat.is_direct() || at.chat.purpose == Purpose::Idle {
        return silent();
    }
    let near = work
        .hall
        .features
        .commands()
        .filter(|spec| spec.usable_by(at))
        .map(|spec| (strsim::damerau_levenshtein(spec.name, name), spec.name))
        .min()
        .filter(|(distance, _)| *distance <= 2);
    match near {
        Some((_, near)) => text!("command-unknown-near", name = name, near = near).into(),
        None => text!("command-unknown", name = name).into(),
    }
}

async fn on_pressed(
    work: &mut Work,
    at: Actor,
    press: &PressKey,
    handle: &str,
    carrier: Option<crate::chat::MessageKey>,
) -> Result<()> {
    let toast = pressed(work, &at, handle, carrier).await?;
    answer_press(work, &at, press, toast);
    Ok(())
}

/// Gives the press of a button to its feature. What is to be said to who pressed comes back.
pub(super) async fn pressed(
    work: &mut Work,
    at: &Actor,
    handle: &str,
    carrier: Option<crate::chat::MessageKey>,
) -> Result<Option<Text>> {
    let now_ms = work.now_ms;
    let said = work
        .step(async |work: &mut Work| {
            let button = form::button(work.tx().await?, handle)
                .await?
                .filter(|button| button.expires_at_ms.is_none_or(|at_ms| at_ms > now_ms));
            let Some(button) = button else { return Err(Text::new("button-expired").into()) };
            if button.for_user.as_ref().is_some_and(|user| *user != at.user.id) {
                return Err(Text::new("button-not-yours").into());
            }
            let Some(feature) = work.hall.features.get(&button.feature) else {
                return Err(Text::new("button-expired").into());
            };
            let press =
                Press { verb: button.verb, payload: button.payload, at: at.clone(), message: carrier };
            feature.on_press(work, &press).await
        })
        .await;
    match said {
        Ok(toast) => Ok(toast),
        Err(FeatureError::User(UserError(text))) => Ok(Some(text)),
        Err(error) => Err(error),
    }
}

fn answer_press(work: &mut Work, at: &Actor, press: &PressKey, toast: Option<Text>) {
    if work.capabilities(&at.chat).limits(Feature::Forms).on_press && work.is_answered_by_form(press) {
        return;
    }
    let text = toast.map(|toast| work.hall.texts.say(at.lang, &toast)).unwrap_or_default();
    let action = Action::AnswerPress { press: press.clone(), text };
    let mut out = Outgoing::new(Place::chat(&at.chat.id), Lane::Urgent, action);
    out.expires_at_ms = Some(work.now_ms + PRESS_LIVES_MS);
    work.send(out);
}

async fn on_submitted(
    work: &mut Work,
    at: Actor,
    handle: &str,
    answers: std::collections::BTreeMap<String, String>,
) -> Result<()> {
    let now_ms = work.now_ms;
    let said = work
        .step(async |work: &mut Work| {
            let stored = form::get(work.tx().await?, handle)
                .await?
                .filter(|form| form.expires_at_ms > now_ms && form.user == at.user.id);
            let Some(stored) = stored else { return Err(Text::new("form-expired").into()) };
            let Some(feature) = work.hall.features.get(&stored.feature) else {
                return Err(Text::new("form-expired").into());
            };
            let answers = crate::features::form::checked(&stored.questions, answers)?;
            form::remove(work.tx().await?, handle).await?;
            let submission =
                Submission { form: stored.name, payload: stored.payload, answers, at: at.clone() };
            feature.on_form(work, &submission).await
        })
        .await;
    match said {
        Err(FeatureError::User(error)) => {
            let text = error.say(&work.hall.texts, at.lang);
            work.say(at.place(), text);
            Ok(())
        }
        other => other,
    }
}
