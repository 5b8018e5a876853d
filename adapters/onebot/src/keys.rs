//! Our keys of QQ's numbers. Groups and people are numbered apart: `g123` is a group, `123` the private chat of 123.

use bot_core::chat::{Address, ChatKey, MessageKey, MessageRef, UserKey};

/// Where a call goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    /// A group.
    Group(i64),
    /// A person, through a group that both are in where they are no friends.
    Private {
        /// Whom.
        user: i64,
        /// Through which group.
        via: Option<i64>,
    },
}

/// The key of a group.
pub(crate) fn group_key(group: i64) -> ChatKey {
    ChatKey(format!("g{group}"))
}

/// The key of the private chat with a person.
pub(crate) fn direct_key(user: i64) -> ChatKey {
    ChatKey(user.to_string())
}

/// The key of a person.
pub(crate) fn user_key(user: i64) -> UserKey {
    UserKey(user.to_string())
}

/// The group that a key names.
pub(crate) fn group_of(key: &ChatKey) -> Option<i64> {
    key.as_str().strip_prefix('g')?.parse().ok()
}

/// The number of a person.
pub(crate) fn user_of(key: &UserKey) -> Option<i64> {
    key.as_str().parse().ok()
}

/// The message that a pointer names. Pointers at the outbox are resolved by the courier.
pub(crate) fn message_of(message: &MessageRef) -> Option<&MessageKey> {
    match message {
        MessageRef::Key(key) => Some(key),
        MessageRef::Outbox(_) => None,
    }
}

/// What an address names; `None` when it is nothing of QQ's.
pub(crate) fn target(to: &Address) -> Option<Target> {
    if let Some(group) = to.chat.as_ref().and_then(group_of) {
        return Some(Target::Group(group));
    }
    let by_chat = || to.chat.as_ref()?.as_str().parse().ok();
    let user = by_chat().or_else(|| user_of(to.peer.as_ref()?))?;
    Some(Target::Private { user, via: to.via.as_ref().and_then(group_of) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_and_people_are_told_apart() {
        let to = |chat: Option<&str>, peer: Option<&str>, via: Option<&str>| Address {
            chat: chat.map(ChatKey::from),
            peer: peer.map(UserKey::from),
            via: via.map(ChatKey::from),
            thread: None,
        };
        assert_eq!(target(&to(Some("g7"), None, None)), Some(Target::Group(7)));
        assert_eq!(
            target(&to(Some("7"), Some("7"), Some("g9"))),
            Some(Target::Private { user: 7, via: Some(9) })
        );
        assert_eq!(target(&to(None, Some("7"), None)), Some(Target::Private { user: 7, via: None }));
        assert_eq!(target(&to(Some("x"), None, None)), None);
    }
}
