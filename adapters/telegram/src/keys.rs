//! Our keys of Telegram's ids. An album is one message to us and several to Telegram: its key names them all.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, PoisonError};

use bot_core::chat::{Address, ChatKey, MessageKey, MessageRef, ThreadKey, ThreadRef, UserKey};

/// How many parts of albums are remembered, so that a reply to any of them is one to the album.
const PARTS_KEPT: usize = 10_000;
/// The topic "General" of every forum: Telegram refuses its id where messages are sent.
const GENERAL: i64 = 1;

/// The key of one message, or of the messages of an album: `7`, or `7-9` for 7, 8 and 9, joined by `+`.
pub(crate) fn message_key(ids: &[i64]) -> MessageKey {
    let mut runs: Vec<(i64, i64)> = Vec::new();
    for id in ids {
        match runs.last_mut() {
            Some((_, last)) if *last + 1 == *id => *last = *id,
            _ => runs.push((*id, *id)),
        }
    }
    let runs = runs
        .into_iter()
        .map(|(first, last)| if first == last { first.to_string() } else { format!("{first}-{last}") });
    MessageKey(runs.collect::<Vec<_>>().join("+"))
}

/// The messages that a key names; none when it is not one of ours.
pub(crate) fn message_ids(key: &MessageKey) -> Vec<i64> {
    let run = |run: &str| -> Vec<i64> {
        let (first, last) = run.split_once('-').unwrap_or((run, run));
        match (first.parse::<i64>(), last.parse::<i64>()) {
            // An album has ten parts at most; a longer run is none of ours.
            (Ok(first), Ok(last)) if (first..first + 100).contains(&last) => (first..=last).collect(),
            _ => Vec::new(),
        }
    };
    key.as_str().split('+').flat_map(run).collect()
}

/// The message that a pointer names, the first of an album. Pointers at the outbox are resolved by the courier.
pub(crate) fn message_id(message: &MessageRef) -> Option<i64> {
    match message {
        MessageRef::Key(key) => message_ids(key).first().copied(),
        MessageRef::Outbox(_) => None,
    }
}

/// The messages that pointers name, every part of albums included.
pub(crate) fn all_ids(messages: &[MessageRef]) -> Vec<i64> {
    let keys = messages.iter().filter_map(|message| match message {
        MessageRef::Key(key) => Some(key),
        MessageRef::Outbox(_) => None,
    });
    keys.flat_map(message_ids).collect()
}

/// The chat of an address. A private chat has the id of its person.
pub(crate) fn chat_id(to: &Address) -> Option<i64> {
    to.chat.as_ref().map(ChatKey::as_str).or(to.peer.as_ref().map(UserKey::as_str))?.parse().ok()
}

/// The topic that messages to an address are sent into.
pub(crate) fn topic_to_send(to: &Address) -> Option<i64> {
    to.thread.as_ref().and_then(topic_id).filter(|topic| *topic != GENERAL)
}

/// The number of a topic.
pub(crate) fn topic_id(thread: &ThreadKey) -> Option<i64> {
    thread.as_str().parse().ok()
}

/// The number of the topic that a pointer names.
pub(crate) fn topic_of(thread: &ThreadRef) -> Option<i64> {
    match thread {
        ThreadRef::Key(key) => topic_id(key),
        ThreadRef::Outbox(_) => None,
    }
}

/// The number of a user.
pub(crate) fn user_id(user: &UserKey) -> Option<u64> {
    user.as_str().parse().ok()
}

/// Which messages were parts of albums lately.
#[derive(Default)]
pub(crate) struct Albums(Mutex<Parts>);

/// Parts of albums by chat and id, and in the order in which they came.
#[derive(Default)]
struct Parts {
    keys: HashMap<(i64, i64), MessageKey>,
    order: VecDeque<(i64, i64)>,
}

impl Albums {
    /// Remembers an album.
    pub(crate) fn put(&self, chat: i64, ids: &[i64]) {
        if ids.len() < 2 {
            return;
        }
        let key = message_key(ids);
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for id in ids {
            if kept.keys.insert((chat, *id), key.clone()).is_none() {
                kept.order.push_back((chat, *id));
            }
        }
        while kept.order.len() > PARTS_KEPT {
            if let Some(oldest) = kept.order.pop_front() {
                kept.keys.remove(&oldest);
            }
        }
    }

    /// The key of the message, or album, that has a part of this id.
    pub(crate) fn key(&self, chat: i64, id: i64) -> MessageKey {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.keys.get(&(chat, id)).cloned().unwrap_or_else(|| message_key(&[id]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_names_every_part_of_an_album() {
        for (ids, key) in [(vec![7], "7"), (vec![7, 8, 9], "7-9"), (vec![7, 9, 10], "7+9-10")] {
            assert_eq!(message_key(&ids).as_str(), key);
            assert_eq!(message_ids(&key.into()), ids);
        }
        for wrong in ["", "x", "9-7", "1-99999999999", "7-"] {
            assert_eq!(message_ids(&wrong.into()), Vec::<i64>::new(), "{wrong}");
        }
    }

    #[test]
    fn a_reply_to_any_part_is_one_to_the_album() {
        let albums = Albums::default();
        albums.put(-5, &[7, 8]);
        assert_eq!(albums.key(-5, 8), "7-8".into());
        assert_eq!(albums.key(-6, 8), "8".into());
        for at in 0..i64::try_from(PARTS_KEPT).unwrap() {
            albums.put(-9, &[2 * at, 2 * at + 1]);
        }
        assert_eq!(albums.key(-5, 8), "8".into(), "what is long ago is forgotten");
    }

    #[test]
    fn a_private_chat_that_was_never_opened_has_its_persons_id() {
        let mut to = Address { chat: None, peer: Some("77".into()), via: None, thread: Some("1".into()) };
        assert_eq!(chat_id(&to), Some(77));
        assert_eq!(topic_to_send(&to), None, "the general topic is no topic to send into");
        to.chat = Some("-1005".into());
        to.thread = Some("12".into());
        assert_eq!((chat_id(&to), topic_to_send(&to)), (Some(-1005), Some(12)));
    }
}
