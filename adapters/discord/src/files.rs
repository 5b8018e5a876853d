//! Files: fetched into our store, and sent from it or from where they were seen.
//!
//! Discord takes no file by name: whatever is sent is uploaded. Its addresses of files are good for a day, so a file is
//! named by its message, which gives a new address when it is asked. Of a message that was deleted it gives none any more;
//! so the address that the last messages came with is tried where that is so: Discord serves such a file for a while yet,
//! and it is the proof of what was deleted.

use bot_core::chat::{Attachment, Delivered, FileRef};
use bot_core::files::FileError;
use tokio::io::AsyncReadExt as _;

use crate::api::{FILE_MAX, Fault, Upload, too_large};
use crate::platform::DiscordPlatform;
use crate::read::FileKey;
use crate::wire::Message;

impl DiscordPlatform {
    /// The files of a message, to be uploaded with it.
    pub(crate) async fn uploads(&self, files: &[Attachment]) -> Result<Vec<Upload>, Fault> {
        let mut uploads = Vec::with_capacity(files.len());
        for file in files {
            let bytes = match &file.file {
                FileRef::Stored(digest) => match self.settings.files.open(digest).await {
                    Ok(Some((_, size_bytes))) if size_bytes > FILE_MAX => return Err(too_large()),
                    Ok(Some((mut stored, _))) => {
                        let mut bytes = Vec::new();
                        let read = stored.read_to_end(&mut bytes).await;
                        read.map_err(|error| Fault::NotDone(format!("the folder of files fails: {error}")))?;
                        bytes
                    }
                    Ok(None) => {
                        return Err(Fault::FileGone(format!("the file {digest} is not in the store")));
                    }
                    Err(error) => return Err(Fault::NotDone(error.to_string())),
                },
                FileRef::Platform(key) => {
                    let mut bytes = Vec::new();
                    let mut coming = self.api.file(&self.address_of(key).await?).await?;
                    while let Some(more) = coming.next().await? {
                        bytes.extend_from_slice(&more);
                        if bytes.len() as u64 > FILE_MAX {
                            return Err(too_large());
                        }
                    }
                    bytes
                }
                FileRef::Outbox(_) => return Err(Fault::FileGone("the file has not come".to_owned())),
            };
            uploads.push(Upload { name: file.name.clone(), media_type: file.media_type.clone(), bytes });
        }
        Ok(uploads)
    }

    /// Fetches a file into our store.
    pub(crate) async fn fetch_file(&self, file: &Attachment) -> Result<Delivered, Fault> {
        let FileRef::Platform(key) = &file.file else {
            return Err(Fault::FileGone("the file is not on Discord".to_owned()));
        };
        let mut coming = self.api.file(&self.address_of(key).await?).await?;
        let mut draft = self.settings.files.draft().await.map_err(of_store)?;
        while let Some(more) = coming.next().await? {
            draft.write(&more).await.map_err(of_store)?;
        }
        let stored = draft.finish().await.map_err(of_store)?;
        Ok(Delivered { fetched: Some(stored), ..Delivered::default() })
    }

    /// Where a file can be fetched now.
    async fn address_of(&self, key: &str) -> Result<String, Fault> {
        let gone = |why: &str| Fault::FileGone(why.to_owned());
        let key = FileKey::read(key).ok_or_else(|| gone("the key names no file of Discord's"))?;
        let path = format!("/channels/{}/messages/{}", key.channel, key.message);
        let message: Message = match self.api.get(&path, self.now_ms()).await {
            Err(Fault::Refused { status: 404, words, .. }) => {
                return self.known.address(&key).ok_or(Fault::FileGone(words));
            }
            other => other?,
        };
        let there = message.attachments.into_iter().find(|one| one.id == key.file);
        there.map(|file| file.url).ok_or_else(|| gone("the file is no longer with its message"))
    }
}

fn of_store(error: FileError) -> Fault {
    match error {
        FileError::TooLarge { .. } => too_large(),
        FileError::Folder(_) => Fault::NotDone(error.to_string()),
    }
}
