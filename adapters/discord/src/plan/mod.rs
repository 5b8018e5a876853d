//! The calls that an action becomes on Discord, and what is lost on the way.
//!
//! Limits are those of docs.discord.com, read 2026-11-21.

mod capability;
mod fit;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use bot_core::chat::{
    Action, Call, Capabilities, Content, Feature, Form, Loss, LossKind, MessageRef, RenderPlan, Standing,
    cut_rich_text, sends, utf16_len,
};

use crate::keys;
use crate::wire::Id;
use crate::write::components::{CHOICES_MAX, FIELDS_MAX};
use crate::write::text::{CARD_MAX, TEXT_MAX, markdown, may_be_card, split};

use capability::{FILES_MAX, MUTE_MAX_MS, NICK_MAX};
pub(crate) use capability::{Sort, capabilities};
use fit::{cut, fitted, fitted_words};

/// Longest name of a thread, characters.
const TITLE_MAX: usize = 100;
/// Most messages deleted by one call, and how old the oldest of them may be, milliseconds. One alone may be older.
const DELETE_MAX: usize = 100;
const DELETE_TOGETHER_MS: i64 = 14 * 86_400_000;
/// A little less, since the call takes time and Discord's clock need not be ours.
const MUTE_ROOM_MS: i64 = 60_000;
/// The slowest slow mode, seconds.
const SLOW_MAX_S: u32 = 21_600;

/// What is done about a slow mode that is slower.
const SLOWEST: &str = "once in six hours, the slowest that Discord has";
/// What is done about mutes that are longer than Discord's.
const RENEWED: &str =
    "a time-out of 28 days, renewed by the bot until it is over (Discord has none that is longer)";

/// What an action becomes in the chat `chat` of this sort.
pub(crate) fn plan(chat: Option<Id>, caps: &Capabilities, action: &Action, now_ms: i64) -> RenderPlan {
    let mut losses = Vec::new();
    // A press is answered to whoever pressed, with no right to write in the chat.
    let answers = matches!(action, Action::AnswerPress { .. } | Action::ShowForm { .. });
    if !answers && !caps.allow(action.needs(), &mut losses) {
        return RenderPlan { calls: Vec::new(), losses };
    }
    let actions = match action {
        Action::Send(content) => send(caps, content, &mut losses),
        Action::Edit { message, content } => edit(caps, content, &mut losses)
            .map(|content| Action::Edit { message: message.clone(), content })
            .into_iter()
            .collect(),
        Action::Delete { messages } => delete(chat, messages, now_ms),
        Action::Mute { user, until_ms } => vec![
            Action::Look { at: Standing::Member(user.clone()) },
            Action::Mute { user: user.clone(), until_ms: Some(mute_end(*until_ms, now_ms, &mut losses)) },
        ],
        Action::Lock => vec![Action::Look { at: Standing::Chat }, Action::Lock],
        Action::SlowMode { every_s } => {
            if *every_s > SLOW_MAX_S {
                losses.push(Loss {
                    feature: Feature::SlowMode,
                    kind: LossKind::Emulated { via: SLOWEST.to_owned() },
                });
            }
            vec![Action::SlowMode { every_s: (*every_s).min(SLOW_MAX_S) }]
        }
        Action::Nick { user, nick } => {
            let nick = nick.as_ref().map(|nick| cut(nick, NICK_MAX, &mut losses));
            vec![Action::Nick { user: user.clone(), nick }]
        }
        Action::AnswerPress { press, text } => {
            vec![Action::AnswerPress { press: press.clone(), text: fitted_words(text, &mut losses) }]
        }
        Action::ShowForm { press, form, .. } if press.is_none() || !is_possible(form) => {
            losses.push(Loss { feature: Feature::Forms, kind: LossKind::Dropped });
            Vec::new()
        }
        // Nothing can take a form away from who is filling it in; what they send is refused as out of date.
        Action::DropForm { .. } => Vec::new(),
        Action::OpenThread { title } => {
            vec![Action::OpenThread { title: cut(title, TITLE_MAX, &mut losses) }]
        }
        Action::RenameThread { thread, title } => {
            vec![Action::RenameThread { thread: thread.clone(), title: cut(title, TITLE_MAX, &mut losses) }]
        }
        Action::Ban { user, purge_ms } => {
            vec![Action::Ban { user: user.clone(), purge_ms: caps.fit_purge(*purge_ms, &mut losses) }]
        }
        other => vec![other.clone()],
    };
    let calls = actions.into_iter().map(|action| Call { method: method(&action).to_owned(), action });
    RenderPlan { calls: calls.collect(), losses }
}

fn is_possible(form: &Form) -> bool {
    let fits = |kind: &bot_core::chat::FieldKind| match kind {
        bot_core::chat::FieldKind::Choice(choices) => (1..=CHOICES_MAX).contains(&choices.len()),
        _ => true,
    };
    (1..=FIELDS_MAX).contains(&form.fields.len()) && form.fields.iter().all(|field| fits(&field.kind))
}

/// Discord's name of the call that does an action.
fn method(action: &Action) -> &'static str {
    match action {
        Action::Send(_) => "Create Message",
        Action::Edit { .. } => "Edit Message",
        Action::Delete { messages } if messages.len() == 1 => "Delete Message",
        Action::Delete { .. } => "Bulk Delete Messages",
        Action::Pin { .. } => "Pin Message",
        Action::Unpin { .. } => "Unpin Message",
        Action::Mute { .. } | Action::Unmute { .. } => "Modify Guild Member",
        Action::Kick { .. } => "Remove Guild Member",
        Action::Ban { .. } => "Create Guild Ban",
        Action::Unban { .. } => "Remove Guild Ban",
        Action::Nick { .. } => "Modify Guild Member",
        Action::Badge { .. } => "Add Guild Member Role",
        Action::OpenThread { .. } => "Start Thread",
        Action::RenameThread { .. } | Action::CloseThread { .. } | Action::ReopenThread { .. } => {
            "Modify Channel"
        }
        Action::AnswerPress { .. } | Action::ShowForm { .. } => "Create Interaction Response",
        Action::Look { at: Standing::Member(_) } => "Get Guild Member",
        Action::Look { at: Standing::Chat } => "Get Channel",
        Action::Lock | Action::Unlock { .. } | Action::SlowMode { .. } => "Modify Channel",
        Action::Fetch { .. } => "Get Attachment",
        Action::DropForm { .. } | Action::AnswerJoin { .. } | Action::Post(_) | Action::TakeDown { .. } => "",
    }
}

fn send(caps: &Capabilities, content: &Content, losses: &mut Vec<Loss>) -> Vec<Action> {
    let mut content = fitted(caps, content, losses);
    let files = std::mem::take(&mut content.attachments);
    let text = std::mem::take(&mut content.text);
    let mut parts: Vec<Content> = split(&text).into_iter().map(Content::text).collect();
    let texts = parts.len();
    for (at, some) in files.chunks(FILES_MAX).enumerate() {
        match parts.last_mut() {
            Some(last) if at == 0 => last.attachments = some.to_vec(),
            _ => parts.push(Content { attachments: some.to_vec(), ..Content::default() }),
        }
    }
    if parts.is_empty() && !content.buttons.is_empty() {
        parts.push(Content::text("⬆"));
    }
    if parts.len() > 1 {
        let feature = if texts > 1 { Feature::Text } else { Feature::Attachments };
        losses.push(Loss { feature, kind: LossKind::Split { parts: parts.len() } });
    }
    sends(parts, content.reply_to, content.buttons)
}

/// An edit stays one message, since it may be repeated.
fn edit(caps: &Capabilities, content: &Content, losses: &mut Vec<Loss>) -> Option<Content> {
    let mut content = fitted(caps, content, losses);
    let room = if may_be_card(&content.text) { CARD_MAX } else { TEXT_MAX };
    let mut max = room;
    let mut cut_losses = Vec::new();
    let whole = content.text.clone();
    content.text = cut_rich_text(&whole, max, &mut cut_losses);
    while utf16_len(&markdown(&content.text)) > room && max > 64 {
        max = max * 3 / 4;
        cut_losses.clear();
        content.text = cut_rich_text(&whole, max, &mut cut_losses);
    }
    losses.append(&mut cut_losses);
    content.reply_to = None;
    (!content.attachments.is_empty() || !content.text.text.trim().is_empty()).then_some(content)
}

/// Up to a hundred messages of a channel to a call, as long as they are young enough; the others one by one.
fn delete(chat: Option<Id>, messages: &[MessageRef], now_ms: i64) -> Vec<Action> {
    let mut together: BTreeMap<Id, Vec<MessageRef>> = BTreeMap::new();
    let mut alone = Vec::new();
    for message in messages {
        match keys::pointed(chat.unwrap_or_default(), message) {
            Some((channel, id)) if id.at_ms() + DELETE_TOGETHER_MS - MUTE_ROOM_MS > now_ms => {
                together.entry(channel).or_default().push(message.clone());
            }
            _ => alone.push(message.clone()),
        }
    }
    let many =
        together.into_values().flat_map(|all| all.chunks(DELETE_MAX).map(<[_]>::to_vec).collect::<Vec<_>>());
    let one = alone.into_iter().map(|message| vec![message]);
    many.chain(one).map(|messages| Action::Delete { messages }).collect()
}

/// The end of a mute as Discord takes it: at most 28 days from now.
fn mute_end(until_ms: Option<i64>, now_ms: i64, losses: &mut Vec<Loss>) -> i64 {
    let latest = now_ms + MUTE_MAX_MS - MUTE_ROOM_MS;
    match until_ms {
        Some(until_ms) if until_ms <= latest => until_ms,
        _ => {
            losses
                .push(Loss { feature: Feature::Mute, kind: LossKind::Emulated { via: RENEWED.to_owned() } });
            latest
        }
    }
}
