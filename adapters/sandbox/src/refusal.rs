//! What the sandbox says to a person who tries what it does not allow.

use bot_core::chat::{ChatKey, MessageKey, ThreadKey, UserKey};

/// Why a person's act was refused, in words for that person. Nothing was changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// No such user.
    #[error("there is no user {0}")]
    NoUser(UserKey),
    /// No such chat.
    #[error("there is no chat {0}")]
    NoChat(ChatKey),
    /// The chat has another key now.
    #[error("the chat has moved to {0}")]
    Moved(ChatKey),
    /// No such message in the chat, or it is deleted or forgotten.
    #[error("there is no message {0} here any more")]
    NoMessage(MessageKey),
    /// No such thread in the chat.
    #[error("there is no thread {0} here")]
    NoThread(ThreadKey),
    /// No such button under the message.
    #[error("the message has no such button")]
    NoButton,
    /// No such form is open for the user.
    #[error("this form is no longer open")]
    NoForm,
    /// The user, chat or username is taken.
    #[error("{0} is taken")]
    Taken(String),
    /// The user is not in the group, or it is somebody else's private chat.
    #[error("you are not a member of this chat")]
    NotMember,
    /// The user is in the group already.
    #[error("you are a member of this chat already")]
    AlreadyMember,
    /// The user was banned from the group.
    #[error("you are banned from this group")]
    Banned,
    /// The user may not write until then.
    #[error("you are muted and can't write here")]
    Muted {
        /// Until when, unix milliseconds; `None` until unmuted.
        until_ms: Option<i64>,
    },
    /// Only admins may write now.
    #[error("this group is locked, only its admins can write")]
    Locked,
    /// The user wrote a moment ago.
    #[error("slow mode is on: wait {} s", (wait_ms + 999) / 1_000)]
    TooSoon {
        /// How long to wait, milliseconds.
        wait_ms: i64,
    },
    /// Who comes in must be let in.
    #[error("you must ask to be let into this group")]
    MustAsk,
    /// The private chat must be opened first.
    #[error("open the private chat first")]
    DirectNotOpen,
    /// The user's account is gone.
    #[error("this account is deactivated")]
    Deactivated,
    /// The thread takes no new messages.
    #[error("this thread is closed")]
    ThreadClosed,
    /// Only the author may.
    #[error("only the author can do this")]
    NotAuthor,
    /// Only an admin or the owner of the group may.
    #[error("only admins of the group can do this")]
    NotAdmin,
    /// It only makes sense in a group.
    #[error("this works only in a group")]
    NotGroup,
    /// The text is too long.
    #[error("the message is too long: {len} characters, {max} are allowed")]
    TooLong {
        /// Its length in UTF-16 code units.
        len: usize,
        /// The longest allowed.
        max: usize,
    },
    /// The file is too big.
    #[error("the file is too big: {len} bytes, {max} are allowed")]
    TooBig {
        /// Its length in bytes.
        len: u64,
        /// The largest allowed.
        max: u64,
    },
    /// Too many attachments.
    #[error("too many files: {0} are allowed in one message")]
    TooManyFiles(usize),
    /// A file that was never uploaded.
    #[error("there is no file {0}")]
    NoFile(String),
    /// Neither text nor file.
    #[error("the message is empty")]
    Empty,
    /// The marks lie outside the text, cross or split a character.
    #[error("the formatting does not fit the text")]
    BadMarks,
    /// People can't send this.
    #[error("only the bot can send {0}")]
    BotOnly(&'static str),
    /// The edit changes nothing.
    #[error("nothing was changed")]
    Unchanged,
    /// A form's answers don't fit its fields.
    #[error("“{field}”: {why}")]
    BadAnswer {
        /// The field's label, or its name when the form has none such.
        field: String,
        /// What is wrong.
        why: Misfit,
    },
    /// The platform lacks it.
    #[error("this platform has no {0}")]
    Absent(&'static str),
    /// The sandbox could not write its own log.
    #[error("the sandbox could not store this: {0}")]
    NotStored(String),
}

/// What is wrong with an answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Misfit {
    /// There is none.
    #[error("an answer is needed")]
    Missing,
    /// It is too long.
    #[error("the answer is too long, {max} characters are allowed")]
    TooLong {
        /// The longest allowed, in UTF-16 code units.
        max: usize,
    },
    /// It has several lines.
    #[error("one line is wanted")]
    OneLine,
    /// It is none of the choices.
    #[error("this is not one of the choices")]
    NotAChoice,
    /// Nobody asked for it.
    #[error("the form has no such field")]
    NoSuchField,
    /// A title that is empty or too long.
    #[error("a title has 1 to {max} characters")]
    Title {
        /// The longest allowed, in UTF-16 code units.
        max: usize,
    },
    /// The payload of a link into a private chat has other characters, or too many.
    #[error("64 characters of A-Z a-z 0-9 _ -")]
    Payload,
}
