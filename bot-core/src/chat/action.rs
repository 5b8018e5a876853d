//! What we ask of platforms.

use serde::{Deserialize, Serialize};

use super::{
    Attachment, Content, Feature, FileRef, Form, MessageKey, PressKey, RequestKey, ThreadKey, UserKey,
};
use crate::ids::OutboxId;

/// One thing to be done in one chat. Where it is done stands beside it in the outbox.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Send a message.
    Send(Content),
    /// Replace the content of one of the bot's messages.
    Edit {
        /// Which.
        message: MessageRef,
        /// By what.
        content: Content,
    },
    /// Delete messages of anybody.
    Delete {
        /// Which.
        messages: Vec<MessageRef>,
    },
    /// Pin a message.
    Pin {
        /// Which.
        message: MessageRef,
    },
    /// Unpin a message.
    Unpin {
        /// Which.
        message: MessageRef,
    },
    /// Put something on the chat's board. Its key there comes back as that of a message.
    Post(Content),
    /// Take something off the chat's board.
    TakeDown {
        /// What, by its key there.
        notice: MessageKey,
    },
    /// Take away the right to write until a time.
    Mute {
        /// From whom.
        user: UserKey,
        /// Until when, unix milliseconds; without it, until unmuted.
        until_ms: Option<i64>,
    },
    /// Give the right to write back.
    Unmute {
        /// To whom.
        user: UserKey,
        /// How they were restricted before the mute, as `Look` found it. Filled in by the courier.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        before: Option<String>,
    },
    /// Find out how something stands before it is changed, so that it can be brought back. Part of the plan of a
    /// mute or a lock; what was found comes back in `Delivered::before`, is kept by the courier, and is handed back
    /// with `Unmute` or `Unlock`.
    Look {
        /// At what.
        at: Standing,
    },
    /// Let nobody write in the chat but its admins.
    Lock,
    /// Let people write in the chat as before it was locked.
    Unlock {
        /// What they might do before, as `Look` found it. Filled in by the courier.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        before: Option<String>,
    },
    /// Let each member write once in so many seconds.
    SlowMode {
        /// How many; 0 switches it off.
        every_s: u32,
    },
    /// Let in or turn away somebody who asked to join.
    AnswerJoin {
        /// Who.
        user: UserKey,
        /// Their request.
        request: RequestKey,
        /// Whether they are let in.
        let_in: bool,
    },
    /// Remove from the chat; they may come back.
    Kick {
        /// Whom.
        user: UserKey,
    },
    /// Remove from the chat for good.
    Ban {
        /// Whom.
        user: UserKey,
        /// How much of what they wrote is deleted with it: that of the last so many milliseconds; 0 leaves all of it.
        #[serde(default, skip_serializing_if = "is_zero")]
        purge_ms: i64,
    },
    /// Let come back.
    Unban {
        /// Whom.
        user: UserKey,
    },
    /// Set the name that a member goes by in this chat.
    Nick {
        /// Whose.
        user: UserKey,
        /// Which; without one, their own again.
        nick: Option<String>,
    },
    /// Set the badge that stands beside a member's name.
    Badge {
        /// Whose.
        user: UserKey,
        /// Which; without one, none of `of`.
        badge: Option<String>,
        /// All the badges that it is one of. Where members have several, only these make room for it.
        of: Vec<String>,
    },
    /// Open a thread. Its key comes back with the outcome.
    OpenThread {
        /// Its title.
        title: String,
    },
    /// Change a thread's title.
    RenameThread {
        /// Which.
        thread: ThreadRef,
        /// The new title.
        title: String,
    },
    /// Close a thread to new messages.
    CloseThread {
        /// Which.
        thread: ThreadRef,
    },
    /// Open a closed thread again.
    ReopenThread {
        /// Which.
        thread: ThreadRef,
    },
    /// Answer a press or command, seen only by who pressed.
    AnswerPress {
        /// Which press.
        press: PressKey,
        /// What to say; empty only stops the platform's spinner.
        text: String,
    },
    /// Show a form to one user, in answer to what they did.
    ShowForm {
        /// To whom.
        user: UserKey,
        /// The press or command answered, on platforms that show forms only then (Discord's modals).
        press: Option<PressKey>,
        /// The form.
        form: Form,
    },
    /// Take away a form that was shown and is no longer wanted.
    DropForm {
        /// Its handle.
        handle: String,
    },
    /// Fetch the bytes of a file that was seen in the chat into our store. Its digest comes back with the outcome.
    Fetch {
        /// Which.
        file: Attachment,
    },
}

/// What the platform can be asked about before it is changed.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// What a member may do in the chat.
    Member(UserKey),
    /// What members may do in the chat at all.
    Chat,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands over a reference")]
fn is_zero(ms: &i64) -> bool {
    *ms == 0
}

/// How slowly the bytes of files may travel, bytes a millisecond.
const SLOWEST: u64 = 100;

/// Points at a message that the platform knows already, or that is still on its way there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MessageRef {
    /// By the platform's key.
    Key(MessageKey),
    /// By the outbox row that sends it; the courier waits until that row is settled.
    Outbox(OutboxId),
}

/// Points at a thread that the platform knows already, or that is still being opened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ThreadRef {
    /// By the platform's key.
    Key(ThreadKey),
    /// By the outbox row that opens it; the courier waits until that row is settled.
    Outbox(OutboxId),
}

impl From<MessageKey> for MessageRef {
    fn from(key: MessageKey) -> Self {
        Self::Key(key)
    }
}

impl From<ThreadKey> for ThreadRef {
    fn from(key: ThreadKey) -> Self {
        Self::Key(key)
    }
}

impl Action {
    /// Whether doing it twice is the same as doing it once, so that it may be repeated until confirmed.
    pub fn is_idempotent(&self) -> bool {
        !matches!(
            self,
            Self::Send(_)
                | Self::Post(_)
                | Self::OpenThread { .. }
                | Self::Kick { .. }
                | Self::ShowForm { .. }
        )
    }

    /// What a platform must be able to do before all else.
    pub fn needs(&self) -> Feature {
        match self {
            Self::Send(_) => Feature::Text,
            Self::Edit { .. } => Feature::Edit,
            // Of one's own messages; whether the bot may delete other people's, the platform says.
            Self::Delete { .. } => Feature::DeleteOwn,
            Self::Pin { .. } | Self::Unpin { .. } => Feature::Pin,
            Self::Post(_) | Self::TakeDown { .. } => Feature::Board,
            Self::Mute { .. } | Self::Unmute { .. } | Self::Look { at: Standing::Member(_) } => Feature::Mute,
            Self::Lock | Self::Unlock { .. } | Self::Look { at: Standing::Chat } => Feature::Lock,
            Self::SlowMode { .. } => Feature::SlowMode,
            Self::AnswerJoin { .. } => Feature::JoinRequests,
            Self::Kick { .. } => Feature::Kick,
            Self::Ban { .. } | Self::Unban { .. } => Feature::Ban,
            Self::Nick { .. } => Feature::Nick,
            Self::Badge { .. } => Feature::Badge,
            Self::OpenThread { .. }
            | Self::RenameThread { .. }
            | Self::CloseThread { .. }
            | Self::ReopenThread { .. } => Feature::Threads,
            Self::AnswerPress { .. } => Feature::Buttons,
            Self::ShowForm { .. } | Self::DropForm { .. } => Feature::Forms,
            Self::Fetch { .. } => Feature::Fetch,
        }
    }

    /// One word for logs, metrics and the ledger.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Send(_) => "send",
            Self::Edit { .. } => "edit",
            Self::Delete { .. } => "delete",
            Self::Pin { .. } => "pin",
            Self::Unpin { .. } => "unpin",
            Self::Post(_) => "post",
            Self::TakeDown { .. } => "take_down",
            Self::Mute { .. } => "mute",
            Self::Unmute { .. } => "unmute",
            Self::Look { .. } => "look",
            Self::Lock => "lock",
            Self::Unlock { .. } => "unlock",
            Self::SlowMode { .. } => "slow_mode",
            Self::AnswerJoin { .. } => "answer_join",
            Self::Kick { .. } => "kick",
            Self::Ban { .. } => "ban",
            Self::Unban { .. } => "unban",
            Self::Nick { .. } => "nick",
            Self::Badge { .. } => "badge",
            Self::OpenThread { .. } => "open_thread",
            Self::RenameThread { .. } => "rename_thread",
            Self::CloseThread { .. } => "close_thread",
            Self::ReopenThread { .. } => "reopen_thread",
            Self::AnswerPress { .. } => "answer_press",
            Self::ShowForm { .. } => "show_form",
            Self::DropForm { .. } => "drop_form",
            Self::Fetch { .. } => "fetch",
        }
    }

    /// What it says, if it says something.
    pub fn content(&self) -> Option<&Content> {
        match self {
            Self::Send(content) | Self::Post(content) | Self::Edit { content, .. } => Some(content),
            _ => None,
        }
    }

    /// What it says, to be changed.
    pub fn content_mut(&mut self) -> Option<&mut Content> {
        match self {
            Self::Send(content) | Self::Post(content) | Self::Edit { content, .. } => Some(content),
            _ => None,
        }
    }

    /// Whether something of it is found out only when it goes out: what it points at, or whether a file is there.
    pub fn points_elsewhere(&mut self) -> bool {
        let files = self.content().map_or(&[][..], |content| &content.attachments);
        files.iter().any(|file| !matches!(file.file, FileRef::Platform(_)))
            || matches!(self.thread_ref(), Some(ThreadRef::Outbox(_)))
            || self.message_refs().iter().any(|message| matches!(message, MessageRef::Outbox(_)))
    }

    /// How many bytes of files have to travel for it, as far as that is known.
    pub fn file_bytes(&self) -> u64 {
        match self {
            Self::Fetch { file } => file.size_bytes,
            other => {
                let files = other.content().into_iter().flat_map(|content| &content.attachments);
                let uploaded = files.filter(|file| matches!(file.file, FileRef::Stored(_)));
                uploaded.fold(0, |sum, file| sum.saturating_add(file.size_bytes))
            }
        }
    }

    /// How long its files may travel, milliseconds, beside the time that any call may take: at 100 kB a second.
    pub fn files_ms(&self) -> u64 {
        self.file_bytes() / SLOWEST
    }

    /// Every message of the same chat that it points at.
    pub fn message_refs(&mut self) -> Vec<&mut MessageRef> {
        match self {
            Self::Send(content) => content.reply_to.iter_mut().collect(),
            Self::Edit { message, content } => {
                std::iter::once(message).chain(&mut content.reply_to).collect()
            }
            Self::Delete { messages } => messages.iter_mut().collect(),
            Self::Pin { message } | Self::Unpin { message } => vec![message],
            _ => Vec::new(),
        }
    }

    /// What it changes in a way that can be brought back, or brings back.
    pub fn standing(&self) -> Option<Standing> {
        match self {
            Self::Mute { user, .. } | Self::Unmute { user, .. } => Some(Standing::Member(user.clone())),
            Self::Lock | Self::Unlock { .. } => Some(Standing::Chat),
            _ => None,
        }
    }

    /// Where what stood before is put, in an action that brings it back.
    pub fn before(&mut self) -> Option<&mut Option<String>> {
        match self {
            Self::Unmute { before, .. } | Self::Unlock { before } => Some(before),
            _ => None,
        }
    }

    /// The thread that it points at, apart from the one it is done in.
    pub fn thread_ref(&mut self) -> Option<&mut ThreadRef> {
        match self {
            Self::RenameThread { thread, .. }
            | Self::CloseThread { thread }
            | Self::ReopenThread { thread } => Some(thread),
            _ => None,
        }
    }
}
