//! The bot sends, edits, deletes and pins messages.

use bot_core::chat::{Address, Content, Delivered, EventBody, MessageRef, RejectionKind, Right};

use super::{Judged, message_key, need, need_ability, no};
use crate::profile::Nonces;
use crate::world::check;
use crate::world::fact::Fact;
use crate::world::files::Carried;
use crate::world::state::{Author, Chat, Message, SentNonce, ThreadState};
use crate::world::step::{Draft, Step};

/// Most messages in one call of delete, as on Telegram (Bot API 9.2, read 2026-11-21).
pub(crate) const DELETE_AT_ONCE: usize = 100;

pub(super) fn send(
    step: &mut Step<'_>,
    chat: &Chat,
    to: &Address,
    content: &Content,
    nonce: &str,
    files: &Carried,
) -> Judged {
    need(chat, Right::Write)?;
    let repeated = step.state.sent(nonce, content);
    if let (Nonces::Enforced, Some(sent)) = (step.profile.nonces, repeated) {
        return Ok(Delivered { message: Some(sent.message.clone()), ..Delivered::default() });
    }
    open_thread(chat, to)?;
    let here = fits(step, content, files)?;
    let reply_to = replied(step, chat, content)?;
    let content_alone = Content { reply_to: None, ..here };
    let draft = Draft {
        author: Author::Bot,
        thread: to.thread.clone(),
        content: content_alone,
        reply_to,
        forwarded: None,
        only_for: None,
    };
    let message = step.post(chat, draft);
    if step.profile.nonces != Nonces::Ignored {
        let sent =
            SentNonce { chat: chat.key.clone(), message: message.key.clone(), content: content.clone() };
        step.push(Fact::Sent { nonce: nonce.to_owned(), sent: Box::new(sent) });
    }
    echo(step, chat, &message, EventBody::Message);
    Ok(Delivered { message: Some(message.key), ..Delivered::default() })
}

pub(super) fn edit(
    step: &mut Step<'_>,
    chat: &Chat,
    message: &MessageRef,
    content: &Content,
    files: &Carried,
) -> Judged {
    need_ability(step.profile.edits, "edits")?;
    let old = find(chat, message)?;
    if old.author != Author::Bot {
        return no(RejectionKind::Other, "message can't be edited: it is not the bot's own");
    }
    young(step, old, step.profile.edit_age_ms)?;
    let here = fits(step, content, files)?;
    let content = Content { reply_to: None, ..here };
    if content == old.content {
        return no(RejectionKind::AlreadySo, "message is not modified");
    }
    let new = Message { content: content.clone(), ..old.clone() };
    step.push(Fact::Edited { chat: chat.key.clone(), message: old.key.clone(), content: Box::new(content) });
    echo(step, chat, &new, EventBody::Edited);
    Ok(Delivered { message: Some(new.key), ..Delivered::default() })
}

/// Deletes those that are there. Refused when none is.
pub(super) fn delete(step: &mut Step<'_>, chat: &Chat, messages: &[MessageRef]) -> Judged {
    if messages.is_empty() || messages.len() > DELETE_AT_ONCE {
        return no(
            RejectionKind::BadContent,
            format!("1 to {DELETE_AT_ONCE} messages can be deleted at once"),
        );
    }
    let mut there = Vec::new();
    for message in messages {
        if let Some(message) = chat.message(message_key(message)?) {
            if message.author != Author::Bot {
                need(chat, Right::DeleteMessages)?;
            }
            young(step, message, step.profile.delete_age_ms)?;
            there.push(message.key.clone());
        }
    }
    if there.is_empty() {
        return no(RejectionKind::NotFound, "message to delete not found");
    }
    step.push(Fact::Deleted { chat: chat.key.clone(), messages: there });
    Ok(Delivered::default())
}

pub(super) fn pin(step: &mut Step<'_>, chat: &Chat, message: &MessageRef, pinned: bool) -> Judged {
    need_ability(step.profile.pins, "pins")?;
    need(chat, Right::PinMessages)?;
    let message = find(chat, message)?;
    if message.pinned == pinned {
        let why = if pinned { "message is pinned already" } else { "message is not pinned" };
        return no(RejectionKind::AlreadySo, why);
    }
    step.push(Fact::Pinned { chat: chat.key.clone(), message: message.key.clone(), pinned });
    Ok(Delivered::default())
}

/// A thread of the address takes messages.
pub(super) fn open_thread(chat: &Chat, to: &Address) -> Judged<()> {
    let Some(key) = &to.thread else { return Ok(()) };
    match chat.thread(key).map(|thread| thread.state) {
        Some(ThreadState::Open) => Ok(()),
        Some(ThreadState::Closed | ThreadState::Deleted) => no(RejectionKind::Other, "the thread is closed"),
        None => no(RejectionKind::NotFound, "thread not found"),
    }
}

/// The content with this platform's keys for its files, if it is one.
fn fits(step: &Step<'_>, content: &Content, files: &Carried) -> Judged<Content> {
    check::bot_send(step.profile, content).or_else(|why| no(RejectionKind::BadContent, why))?;
    files.put_into(content).or_else(|why| no(RejectionKind::FileGone, why))
}

fn replied(step: &Step<'_>, chat: &Chat, content: &Content) -> Judged<Option<bot_core::chat::MessageKey>> {
    let Some(message) = &content.reply_to else { return Ok(None) };
    need_ability(step.profile.replies, "replies")?;
    match find(chat, message) {
        Ok(message) => Ok(Some(message.key.clone())),
        Err(_) => no(RejectionKind::NotFound, "message to be replied not found"),
    }
}

fn find<'a>(chat: &'a Chat, message: &MessageRef) -> Judged<&'a Message> {
    match chat.message(message_key(message)?) {
        Some(message) => Ok(message),
        None => no(RejectionKind::NotFound, "message not found"),
    }
}

fn young(step: &Step<'_>, message: &Message, oldest_ms: Option<i64>) -> Judged<()> {
    match oldest_ms {
        Some(max_ms) if step.now_ms - message.at_ms > max_ms => {
            no(RejectionKind::Other, "the message is too old")
        }
        _ => Ok(()),
    }
}

fn echo(
    step: &mut Step<'_>,
    chat: &Chat,
    message: &Message,
    body: fn(bot_core::chat::MessageEvent) -> EventBody,
) {
    if step.profile.echoes_own
        && let Some(event) = step.message_event(chat, message)
    {
        step.tell(chat, body(event));
    }
}
