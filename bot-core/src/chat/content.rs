//! What a message carries: text, files, buttons, forms.

use serde::{Deserialize, Serialize};

use super::{FileDigest, MessageRef, RichText};
use crate::ids::OutboxId;

/// The content of a message, going out or coming in.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Content {
    /// The text, or the caption of the attachments.
    #[serde(default)]
    pub text: RichText,
    /// Files, shown in this order; on platforms with albums they are one message.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<Attachment>,
    /// Rows of buttons under the text. Going out only.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub buttons: Vec<Vec<Button>>,
    /// What tells how to choose, in the reader's language, where buttons are numbered lines. Put in by the courier.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
    /// The message of the same chat that this one answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<MessageRef>,
}

impl Content {
    /// A message of text alone.
    pub fn text(text: impl Into<RichText>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }

    /// Adds a row of buttons.
    #[must_use]
    pub fn with_row(mut self, row: Vec<Button>) -> Self {
        self.buttons.push(row);
        self
    }

    /// Makes it a reply.
    #[must_use]
    pub fn replying_to(mut self, message: impl Into<MessageRef>) -> Self {
        self.reply_to = Some(message.into());
        self
    }
}

/// A file with a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    /// How it is shown.
    pub kind: AttachmentKind,
    /// The file's name, cleaned of paths.
    pub name: String,
    /// The media type by its content, such as `image/png`.
    pub media_type: String,
    /// Length in bytes.
    pub size_bytes: u64,
    /// Where its bytes are.
    pub file: FileRef,
}

/// How an attachment is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AttachmentKind {
    /// A still picture.
    Picture,
    /// A moving picture.
    Video,
    /// Sound, voice messages included.
    Audio,
    /// Anything else.
    File,
}

impl AttachmentKind {
    /// The word stored for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Picture => "picture",
            Self::Video => "video",
            Self::Audio => "audio",
            Self::File => "file",
        }
    }

    /// How a file of a media type is shown.
    pub fn of_media_type(media_type: &str) -> Self {
        match media_type.split('/').next() {
            Some("image") => Self::Picture,
            Some("video") => Self::Video,
            Some("audio") => Self::Audio,
            _ => Self::File,
        }
    }
}

/// Where the bytes of a file are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FileRef {
    /// In our own file store.
    Stored(FileDigest),
    /// On the platform, under a key that the adapter of this account can fetch or send again.
    Platform(String),
    /// On its way into our store, by the outbox row that fetches it: the courier waits for it a while, and what is
    /// sent goes without it, and says so, when it does not come.
    Outbox(OutboxId),
}

/// A file in our own store.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredFile {
    /// Its name there.
    pub digest: FileDigest,
    /// Length in bytes.
    pub size_bytes: u64,
    /// The media type by its content, such as `image/png`.
    pub media_type: String,
}

/// A file of ours that is on an account's platform now, where it can be sent again without its bytes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UploadedFile {
    /// Which.
    pub digest: FileDigest,
    /// As what it was sent: a platform may keep one key for a picture and another for the same bytes as a file.
    pub kind: AttachmentKind,
    /// The platform's key, as in [`FileRef::Platform`].
    pub key: String,
}

/// A button under a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Button {
    /// What it says, in the reader's language.
    pub label: String,
    /// What it does.
    pub does: ButtonDo,
}

/// What a button does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ButtonDo {
    /// Comes back as `EventBody::Pressed` with this handle, which names a row on our side. At most 64 bytes
    /// of ASCII (Telegram's `callback_data`, Bot API 9.2, read 2026-11-21; Discord's `custom_id` takes 100).
    Press(String),
    /// Opens an address.
    Url(String),
    /// Opens the private chat with the bot, which comes back as `EventBody::DirectOpened` with this payload.
    /// At most 64 characters of `A-Z a-z 0-9 _ -` (Telegram's `start` parameter).
    OpenDirect(String),
}

/// Questions to be answered together, or one after another where the platform has no form of its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Form {
    /// Comes back with the answers; names a row on our side.
    pub handle: String,
    /// What the form is for.
    pub title: String,
    /// The questions, in order.
    pub fields: Vec<Field>,
}

/// One question of a form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Field {
    /// The answer comes back under this name.
    pub name: String,
    /// The question, in the reader's language.
    pub label: String,
    /// A hint on how to answer; may be empty.
    #[serde(default)]
    pub hint: String,
    /// What may be answered.
    pub kind: FieldKind,
    /// Whether it must be answered.
    pub required: bool,
}

/// What may be answered to a field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldKind {
    /// One line.
    Line,
    /// Several lines.
    Text,
    /// One of these: value and label.
    Choice(Vec<(String, String)>),
}
