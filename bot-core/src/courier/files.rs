//! The files of what is sent: waits for those on their way into our store, sends those that a platform has by its own
//! key, and says of those that are missing.

use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use super::Courier;
use crate::chat::{
    Action, Address, Attachment, Capabilities, Feature, FileDigest, FileRef, Lang, StoredFile,
    clean_display_name,
};
use crate::directory::Chat;
use crate::store::outbox::{State, StoredOutbox};
use crate::store::{StoreError, chat, file, outbox};
use crate::text;
use crate::texts::Text;
use crate::work::Work;

/// How long what is sent waits for a file, milliseconds. A message without its picture helps more than none.
const FILE_WAIT_MS: i64 = 120_000;

/// Files that an account is uploading just now. Who needs one of them too waits until its key is known, so that each is
/// uploaded once.
#[derive(Clone, Debug, Default)]
pub(super) struct Uploads(Arc<Mutex<HashSet<Upload>>>);

/// A file as something: a picture and the same bytes as a file have keys of their own.
type Upload = (FileDigest, &'static str);

/// The files of our store that an action sends.
fn uploads(action: &Action) -> impl Iterator<Item = Upload> {
    let files = action.content().map_or(&[][..], |content| &content.attachments);
    files.iter().filter_map(|file| match &file.file {
        FileRef::Stored(digest) => Some((digest.clone(), file.kind.word())),
        FileRef::Platform(_) | FileRef::Outbox(_) => None,
    })
}

/// Files that one action uploads; others may once it is dropped.
#[derive(Debug)]
pub(super) struct Uploading {
    all: Uploads,
    own: Vec<Upload>,
}

impl Uploads {
    /// Takes the files that an action has to upload; `None` when one of them is being uploaded already.
    pub(super) fn begin(&self, action: &Action) -> Option<Uploading> {
        let own: HashSet<Upload> = uploads(action).collect();
        if own.is_empty() {
            return Some(Uploading { all: self.clone(), own: Vec::new() });
        }
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if own.iter().any(|upload| all.contains(upload)) {
            return None;
        }
        all.extend(own.iter().cloned());
        Some(Uploading { all: self.clone(), own: own.into_iter().collect() })
    }
}

impl Drop for Uploading {
    fn drop(&mut self) {
        if self.own.is_empty() {
            return;
        }
        let mut all = self.all.0.lock().unwrap_or_else(PoisonError::into_inner);
        for upload in &self.own {
            all.remove(upload);
        }
    }
}

/// Where a file is that is to be sent.
enum Found {
    /// There to be sent.
    Here(Attachment),
    /// Not yet, and there is time.
    NotYet,
    /// It goes without; why, in words for the reader.
    Missing(Text),
}

impl Courier {
    /// Puts files of our store in place of pointers at fetches, and a line in place of each that is missing. False
    /// when it has to wait for one.
    pub(super) async fn resolve_files(
        &self,
        work: &mut Work,
        row: &mut StoredOutbox,
        chat: &Chat,
        to: &Address,
    ) -> Result<bool, StoreError> {
        let Some(content) = row.action.content() else { return Ok(true) };
        let is_ours = |file: &Attachment| !matches!(file.file, FileRef::Platform(_));
        if !content.attachments.iter().any(is_ours) {
            return Ok(true);
        }
        let can = self.platform.capabilities(to);
        let (mut here, mut missing) = (Vec::new(), Vec::new());
        for attachment in content.attachments.clone() {
            match self.find(work, &attachment, &can).await? {
                Found::Here(attachment) => here.push(attachment),
                Found::NotYet => return Ok(false),
                Found::Missing(why) => missing.push(why),
            }
        }
        let lang = lang_of(work, chat).await?;
        let Some(content) = row.action.content_mut() else { return Ok(true) };
        content.attachments = here;
        for why in missing {
            let said = work.hall.texts.say(lang, &why);
            let line = if content.text.text.is_empty() { said } else { format!("\n{said}") };
            content.text = std::mem::take(&mut content.text).then(&line);
            work.note("courier", Some(&chat.id), why);
        }
        Ok(true)
    }

    async fn find(
        &self,
        work: &mut Work,
        attachment: &Attachment,
        can: &Capabilities,
    ) -> Result<Found, StoreError> {
        let name = clean_display_name(&attachment.name, "file");
        let stored = match &attachment.file {
            FileRef::Platform(_) => return Ok(Found::Here(attachment.clone())),
            FileRef::Stored(_) => attachment.clone(),
            FileRef::Outbox(id) => {
                let now_ms = work.now_ms;
                let fetch = outbox::get(work.tx().await?, id).await?;
                let open = |fetch: &StoredOutbox| matches!(fetch.state, State::Queued | State::Leased);
                match fetch {
                    Some(fetch) if open(&fetch) && now_ms < fetch.created_at_ms + FILE_WAIT_MS => {
                        return Ok(Found::NotYet);
                    }
                    Some(fetch) if open(&fetch) => {
                        return Ok(Found::Missing(text!("file-late", name = name)));
                    }
                    fetch => {
                        let error = fetch.as_ref().and_then(|fetch| fetch.error.clone());
                        let fetched =
                            fetch.and_then(|fetch| fetch.delivered.into_iter().find_map(|made| made.fetched));
                        match fetched {
                            Some(file) => of_store(attachment, file),
                            None => {
                                let why = error.map_or_else(String::new, |(_, why)| why);
                                return Ok(Found::Missing(text!("file-not-fetched", name = name, why = why)));
                            }
                        }
                    }
                }
            }
        };
        let FileRef::Stored(digest) = &stored.file else { return Ok(Found::Here(stored)) };
        let account = self.platform.account();
        if file::copy(work.tx().await?, account, digest, stored.kind).await?.is_some() {
            return Ok(Found::Here(stored));
        }
        if !can.is_native(Feature::Attachments) {
            return Ok(Found::Missing(text!("file-not-here", name = name)));
        }
        if can.limits(Feature::Attachments).size_bytes.is_some_and(|most| stored.size_bytes > most) {
            return Ok(Found::Missing(text!("file-too-large", name = name)));
        }
        let there = match self.hall.files.has(digest).await {
            Ok(there) => there,
            Err(error) => {
                // The adapter will find out; until then it is no reason to send less.
                tracing::error!(%error, "the store of files cannot be read");
                true
            }
        };
        Ok(if there { Found::Here(stored) } else { Found::Missing(text!("file-gone", name = name)) })
    }

    /// The action with this account's own keys for files of our store that its platform has.
    pub(super) async fn with_copies<'r>(
        &self,
        work: &mut Work,
        row: &'r StoredOutbox,
    ) -> Result<Cow<'r, Action>, StoreError> {
        if !uploads(&row.action).any(|_| true) {
            return Ok(Cow::Borrowed(&row.action));
        }
        let mut action = row.action.clone();
        for attachment in action.content_mut().into_iter().flat_map(|content| &mut content.attachments) {
            if let FileRef::Stored(digest) = &attachment.file
                && let Some(key) = file::copy(work.tx().await?, &row.account, digest, attachment.kind).await?
            {
                attachment.file = FileRef::Platform(key);
            }
        }
        Ok(Cow::Owned(action))
    }

    /// Forgets the keys by which an action sent files of our store, since the platform no longer takes one of them.
    /// False when there was none: then the refusal is about something else.
    pub(super) async fn forget_copies(
        &self,
        work: &mut Work,
        row: &StoredOutbox,
    ) -> Result<bool, StoreError> {
        let mut any = false;
        for attachment in row.action.content().map_or(&[][..], |content| &content.attachments) {
            if let FileRef::Stored(digest) = &attachment.file {
                any |= file::forget_copy(work.tx().await?, &row.account, digest, attachment.kind).await?;
            }
        }
        Ok(any)
    }

    /// Keeps what is known of a file that was fetched. False when its bytes are not there: somebody swept them away
    /// between their coming and now, and they have to be fetched anew.
    pub(super) async fn keep_fetched(&self, work: &mut Work, row: &StoredOutbox) -> Result<bool, StoreError> {
        let Action::Fetch { file: asked } = &row.action else { return Ok(true) };
        let Some(fetched) = row.delivered.iter().find_map(|made| made.fetched.as_ref()) else {
            return Ok(true);
        };
        let now_ms = work.now_ms;
        file::keep(work.tx().await?, fetched, &asked.name, now_ms).await?;
        match self.hall.files.has(&fetched.digest).await {
            Ok(there) => Ok(there),
            Err(error) => {
                tracing::error!(%error, "the store of files cannot be read");
                Ok(false)
            }
        }
    }
}

/// Keeps under which keys the platform has files of ours by now.
pub(super) async fn keep_copies(work: &mut Work, row: &StoredOutbox) -> Result<(), StoreError> {
    let now_ms = work.now_ms;
    for copy in row.delivered.iter().flat_map(|made| &made.uploaded) {
        let tx = work.tx().await?;
        file::keep_copy(tx, &row.account, copy).await?;
        file::used(tx, &copy.digest, now_ms).await?;
    }
    Ok(())
}

/// A file that was fetched, shown as it was meant to be.
fn of_store(asked: &Attachment, file: StoredFile) -> Attachment {
    Attachment {
        kind: asked.kind,
        name: asked.name.clone(),
        media_type: file.media_type,
        size_bytes: file.size_bytes,
        file: FileRef::Stored(file.digest),
    }
}

/// The language in which a chat reads.
pub(super) async fn lang_of(work: &mut Work, chat: &Chat) -> Result<Lang, StoreError> {
    let peer = match &chat.peer {
        Some(peer) => chat::user(work.tx().await?, peer).await?,
        None => None,
    };
    Ok(peer.and_then(|user| user.lang).or(chat.lang).unwrap_or(work.hall.default_lang))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::{AttachmentKind, Content};

    fn sends(digests: &[&str]) -> Action {
        let file = |digest: &&str| Attachment {
            kind: AttachmentKind::File,
            name: "x".into(),
            media_type: "text/plain".into(),
            size_bytes: 1,
            file: FileRef::Stored((*digest).into()),
        };
        Action::Send(Content { attachments: digests.iter().map(file).collect(), ..Content::default() })
    }

    #[test]
    fn a_file_is_uploaded_by_one_at_a_time() {
        let uploads = Uploads::default();
        let first = uploads.begin(&sends(&["a", "b", "a"])).expect("nobody uploads them yet");
        assert!(uploads.begin(&sends(&["c", "b"])).is_none());
        let other = uploads.begin(&sends(&["c"])).expect("what was refused holds nothing");
        drop(first);
        assert!(uploads.begin(&sends(&["b"])).is_some());
        assert!(uploads.begin(&sends(&["c"])).is_none());
        drop(other);
        assert!(uploads.begin(&sends(&["a", "b", "c"])).is_some());
    }
}
