//! What may stand behind a command, offered by the platform while somebody types it.

use super::{AccountId, ChatKey, ThreadKey, UserInfo};

/// A command that somebody is typing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Typing {
    /// The account that is asked.
    pub account: AccountId,
    /// Where.
    pub chat: ChatKey,
    /// In which thread.
    pub thread: Option<ThreadKey>,
    /// Who.
    pub by: UserInfo,
    /// The command's name.
    pub command: String,
    /// What of the rest is typed already.
    pub text: String,
}

/// Something that may stand behind it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suggestion {
    /// What is typed when it is chosen.
    pub value: String,
    /// What it is, in the reader's language.
    pub label: String,
}

/// No more of them are offered at once.
pub const SUGGESTIONS_MAX: usize = 25;
