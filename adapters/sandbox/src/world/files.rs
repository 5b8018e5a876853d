//! The bytes of what people send.

use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bot_core::chat::{Action, Attachment, AttachmentKind, ChatKey, Content, FileRef, UploadedFile};

use super::fact::Fact;
use super::state::{Message, State};
use super::{Inner, World};
use crate::Refusal;

/// Where the bytes are kept.
pub(super) enum Files {
    Memory(HashMap<String, Arc<[u8]>>),
    Folder(PathBuf),
}

impl Files {
    pub(super) fn in_memory() -> Self {
        Self::Memory(HashMap::new())
    }

    pub(super) fn in_folder(folder: &Path) -> std::io::Result<Self> {
        let folder = folder.join("files");
        std::fs::create_dir_all(&folder)?;
        Ok(Self::Folder(folder))
    }

    /// Removes the files that no message carries: uploaded and never sent, or forgotten just before a crash.
    pub(super) fn sweep(&mut self, state: &State) {
        let Self::Folder(folder) = self else { return };
        let messages = state.chats.values().flat_map(|chat| chat.messages.values());
        let carried: BTreeSet<String> = messages.flat_map(file_keys).collect();
        let files = std::fs::read_dir(folder).into_iter().flatten();
        let names = files.filter_map(|file| file.ok()?.file_name().into_string().ok());
        let orphans: Vec<String> = names.filter(|name| is_key(name) && !carried.contains(name)).collect();
        orphans.iter().for_each(|key| self.forget(key));
    }

    fn put(&mut self, key: &str, bytes: &[u8]) -> std::io::Result<()> {
        match self {
            Self::Memory(files) => {
                files.insert(key.to_owned(), bytes.into());
                Ok(())
            }
            Self::Folder(folder) => std::fs::write(folder.join(key), bytes),
        }
    }

    fn get(&self, key: &str) -> Option<Arc<[u8]>> {
        match self {
            Self::Memory(files) => files.get(key).cloned(),
            Self::Folder(folder) => {
                is_key(key).then(|| std::fs::read(folder.join(key)).ok()).flatten().map(Arc::from)
            }
        }
    }

    pub(super) fn has(&self, key: &str) -> bool {
        match self {
            Self::Memory(files) => files.contains_key(key),
            Self::Folder(folder) => is_key(key) && folder.join(key).is_file(),
        }
    }

    fn forget(&mut self, key: &str) {
        match self {
            Self::Memory(files) => drop(files.remove(key)),
            Self::Folder(folder) if is_key(key) => {
                if let Err(error) = std::fs::remove_file(folder.join(key)) {
                    tracing::warn!(key, %error, "a forgotten file of the sandbox could not be removed");
                }
            }
            Self::Folder(_) => {}
        }
    }
}

/// The keys of the files that a message carries.
fn file_keys(message: &Message) -> impl Iterator<Item = String> {
    message.content.attachments.iter().filter_map(|attachment| match &attachment.file {
        FileRef::Platform(key) => Some(key.clone()),
        FileRef::Stored(_) | FileRef::Outbox(_) => None,
    })
}

/// The files of a call of the bot.
#[derive(Default)]
pub(crate) struct Carried {
    /// Those that the call names by their keys and that are there.
    known: Vec<String>,
    /// Those of the bot's own store that came with it.
    uploaded: Vec<UploadedFile>,
}

impl Carried {
    /// Files that came with a call.
    pub(crate) fn uploaded(uploaded: Vec<UploadedFile>) -> Self {
        Self { known: Vec::new(), uploaded }
    }

    /// The content with this platform's keys for all of its files; which file is missing, if one is.
    pub(super) fn put_into(&self, content: &Content) -> Result<Content, String> {
        let mut content = content.clone();
        for attachment in &mut content.attachments {
            attachment.file = FileRef::Platform(self.key(attachment)?);
        }
        Ok(content)
    }

    /// The key of a file, if it is there.
    pub(super) fn key(&self, attachment: &Attachment) -> Result<String, String> {
        let found = match &attachment.file {
            FileRef::Platform(key) => self.known.iter().find(|known| *known == key).cloned(),
            FileRef::Stored(digest) => {
                self.uploaded.iter().find(|file| file.digest == *digest).map(|file| file.key.clone())
            }
            FileRef::Outbox(_) => None,
        };
        found.ok_or_else(|| format!("wrong file key {:?}", attachment.file))
    }
}

/// Keys are ours alone; anything else must not reach the file system.
fn is_key(key: &str) -> bool {
    key.strip_prefix('f')
        .is_some_and(|number| !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()))
}

impl World {
    /// Takes in a file that somebody is about to send.
    ///
    /// # Errors
    /// When it is empty, too big, or can't be stored.
    pub fn upload(&self, name: &str, bytes: &[u8]) -> Result<Attachment, Refusal> {
        let size_bytes = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        let mut inner = self.inner();
        let max = inner.profile.file_bytes;
        if bytes.is_empty() {
            return Err(Refusal::Empty);
        }
        if size_bytes > max {
            return Err(Refusal::TooBig { len: size_bytes, max });
        }
        let key = format!("f{}", inner.state.next_file);
        let not_stored = |error: std::io::Error| Refusal::NotStored(error.to_string());
        inner.files.put(&key, bytes).map_err(not_stored)?;
        inner.journal.append(&[Fact::File]).map_err(not_stored)?;
        inner.state.apply(Fact::File);
        let media_type = infer::get(bytes).map_or("application/octet-stream", |kind| kind.mime_type());
        let kind = AttachmentKind::of_media_type(media_type);
        let name = name.rsplit(['/', '\\']).next().unwrap_or_default().to_owned();
        Ok(Attachment {
            kind,
            name,
            media_type: media_type.to_owned(),
            size_bytes,
            file: FileRef::Platform(key),
        })
    }

    /// Which of the files that a message names are there.
    pub(super) fn known_files<'a>(&self, files: impl IntoIterator<Item = &'a Attachment>) -> Vec<String> {
        let inner = self.inner();
        let key = |attachment: &Attachment| match &attachment.file {
            FileRef::Platform(key) if inner.files.has(key) => Some(key.clone()),
            _ => None,
        };
        files.into_iter().filter_map(key).collect()
    }

    /// Adds which of the files of a call are there.
    pub(crate) fn carried(&self, action: &Action, mut carried: Carried) -> Carried {
        carried.known = match action {
            Action::Fetch { file } => self.known_files([file]),
            other => self.known_files(other.content().map_or(&[][..], |content| &content.attachments)),
        };
        carried
    }

    /// Forgets a file, as platforms do sooner or later: from now on its key is wrong.
    pub fn lose_file(&self, key: &str) {
        self.inner().files.forget(key);
    }

    /// The bytes of a file that somebody sent, by its `FileRef::Platform` key.
    pub fn file(&self, key: &str) -> Option<Arc<[u8]>> {
        self.inner().files.get(key)
    }
}

impl Inner {
    /// Drops the files of messages that are about to be forgotten, unless another message carries them too.
    pub(super) fn forget_files(&mut self, chat: &ChatKey, before: u64) {
        let Some(chat) = self.state.chats.get(chat) else { return };
        let going: Vec<String> =
            chat.messages.range(..before).flat_map(|(_, message)| file_keys(message)).collect();
        if going.is_empty() {
            return;
        }
        let elsewhere = |key: &String| {
            self.state.chats.values().any(|other| {
                let first = if other.key == chat.key { before } else { 0 };
                other
                    .messages
                    .range(first..)
                    .flat_map(|(_, message)| file_keys(message))
                    .any(|other| other == *key)
            })
        };
        let gone: Vec<String> = going.into_iter().filter(|key| !elsewhere(key)).collect();
        gone.iter().for_each(|key| self.files.forget(key));
    }
}
