//! Our keys of Discord's ids.
//!
//! A chat is a channel of a server, or a private channel; a thread is a channel below one. A message is named by its id
//! alone in the chat itself, and by `thread/message` in a thread, since Discord asks for the channel with every message.

use bot_core::chat::{Address, ChatKey, MessageKey, MessageRef, PressKey, ThreadKey, ThreadRef, UserKey};
use bot_core::digest::hex;
use bot_core::ids::OutboxId;
use sha2::{Digest as _, Sha256};

use crate::wire::Id;

/// What was pressed: it decides how it may be answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PressKind {
    /// A command.
    Command,
    /// A button.
    Button,
    /// A form that was sent.
    Form,
}

/// A press, with what is needed to answer it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Press {
    pub(crate) kind: PressKind,
    pub(crate) id: Id,
    pub(crate) token: String,
}

impl Press {
    /// The key that comes back with the answer. The token lives for 15 minutes and answers this press alone.
    pub(crate) fn key(&self) -> PressKey {
        let kind = match self.kind {
            PressKind::Command => 'c',
            PressKind::Button => 'b',
            PressKind::Form => 'f',
        };
        PressKey(format!("{kind}/{}/{}", self.id, self.token))
    }

    /// The press that a key names.
    pub(crate) fn read(key: &PressKey) -> Option<Self> {
        let mut parts = key.as_str().splitn(3, '/');
        let kind = match parts.next()? {
            "c" => PressKind::Command,
            "b" => PressKind::Button,
            "f" => PressKind::Form,
            _ => return None,
        };
        let id = Id::read(parts.next()?)?;
        let token = parts.next().filter(|token| {
            !token.is_empty() && token.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.=".contains(&b))
        })?;
        Some(Self { kind, id, token: token.to_owned() })
    }
}

/// The key of a message in a channel: of the chat itself, or of a thread in it.
pub(crate) fn message_key(thread: Option<Id>, id: Id) -> MessageKey {
    match thread {
        Some(thread) => MessageKey(format!("{thread}/{id}")),
        None => MessageKey(id.to_string()),
    }
}

/// The channel and the id of a message in a chat; `None` when the key is none of ours.
pub(crate) fn message_in(chat: Id, key: &MessageKey) -> Option<(Id, Id)> {
    match key.as_str().split_once('/') {
        Some((thread, id)) => Some((Id::read(thread)?, Id::read(id)?)),
        None => Some((chat, Id::read(key.as_str())?)),
    }
}

/// As [`message_in`], for a pointer. Pointers at the outbox are resolved by the courier.
pub(crate) fn pointed(chat: Id, message: &MessageRef) -> Option<(Id, Id)> {
    match message {
        MessageRef::Key(key) => message_in(chat, key),
        MessageRef::Outbox(_) => None,
    }
}

/// The channel of an address; `None` for a private chat that was never opened.
pub(crate) fn channel_of(to: &Address) -> Option<Id> {
    to.chat.as_ref().and_then(|chat| Id::read(chat.as_str()))
}

/// The person of an address.
pub(crate) fn peer_of(to: &Address) -> Option<Id> {
    to.peer.as_ref().and_then(user_id)
}

/// The channel of the thread of an address.
pub(crate) fn thread_of(to: &Address) -> Option<Id> {
    to.thread.as_ref().and_then(|thread| Id::read(thread.as_str()))
}

/// The channel of the thread that a pointer names.
pub(crate) fn thread_id(thread: &ThreadRef) -> Option<Id> {
    match thread {
        ThreadRef::Key(key) => Id::read(key.as_str()),
        ThreadRef::Outbox(_) => None,
    }
}

/// The id of a user.
pub(crate) fn user_id(user: &UserKey) -> Option<Id> {
    Id::read(user.as_str())
}

/// The key of a chat.
pub(crate) fn chat_key(id: Id) -> ChatKey {
    ChatKey(id.to_string())
}

/// The key of a thread.
pub(crate) fn thread_key(id: Id) -> ThreadKey {
    ThreadKey(id.to_string())
}

/// The nonce of one call of an action: the same when it is repeated, another for each part of a long text. Discord
/// takes 25 characters.
pub(crate) fn nonce(row: &OutboxId, body: &str) -> String {
    let digest = Sha256::new().chain_update(row.as_str()).chain_update([0]).chain_update(body).finalize();
    hex(&digest[..12])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_of_a_thread_names_its_channel() {
        let (chat, thread, id) = (Id(7), Id(70), Id(700));
        assert_eq!(message_in(chat, &message_key(None, id)), Some((chat, id)));
        assert_eq!(message_in(chat, &message_key(Some(thread), id)), Some((thread, id)));
        for wrong in ["", "x", "7/", "/7", "7/x", "i5"] {
            assert_eq!(message_in(chat, &wrong.into()), None, "{wrong}");
        }
    }

    #[test]
    fn a_press_keeps_what_answers_it_and_nothing_that_could_leave_its_address() {
        let press = Press { kind: PressKind::Button, id: Id(5), token: "aW50ZX-_.x=".into() };
        assert_eq!(Press::read(&press.key()), Some(press));
        for wrong in ["", "b/5", "b/x/t", "z/5/t", "b/5/", "b/5/../../users", "b/5/a?b"] {
            assert_eq!(Press::read(&wrong.into()), None, "{wrong}");
        }
    }

    #[test]
    fn a_nonce_is_the_same_for_the_same_call_only() {
        let row = OutboxId::from("01JD");
        assert_eq!(nonce(&row, "a"), nonce(&row, "a"));
        assert_ne!(nonce(&row, "a"), nonce(&row, "b"));
        assert_ne!(nonce(&row, "a"), nonce(&"01JE".into(), "a"));
        assert!(nonce(&row, "a").len() <= 25);
    }
}
