//! Files: sent again by their id, uploaded from our store, and fetched into it.

use std::path::Path;
use std::time::Duration;

use bot_core::chat::{Action, Attachment, Content, Delivered, FileRef, UploadedFile};
use bot_core::files::FileError;
use teloxide::payloads as p;
use teloxide::types::{ChatId, FileId, InputFile, ReplyMarkup};
use tokio::io::AsyncReadExt as _;

use crate::api::{CALL_LIMIT, Fault, Upload};
use crate::keys;
use crate::perform::Unwritable;
use crate::plan::sort_of;
use crate::platform::TelegramPlatform;
use crate::wire::{FileAsked, FileInfo, SentMessage};
use crate::write::{Place, album, keyboard, reply, text};

/// Bytes of a file on our own disk that are read at once.
const CHUNK_BYTES: usize = 64 * 1_024;
/// What Telegram says of a picture that it cannot show as one.
const NO_PICTURE: [&str; 3] = ["PHOTO_INVALID_DIMENSIONS", "IMAGE_PROCESS_FAILED", "PHOTO_EXT_INVALID"];

/// How a request names a file: the id that Telegram gave, or the field under which its bytes come along.
pub(crate) fn name_of(at: usize, file: &Attachment) -> Option<String> {
    match &file.file {
        FileRef::Platform(key) => Some(key.split_once(':').map_or(key.as_str(), |(_, id)| id).to_owned()),
        FileRef::Stored(_) => Some(format!("attach://{}", field(at))),
        FileRef::Outbox(_) => None,
    }
}

fn field(at: usize) -> String {
    format!("file{at}")
}

/// How long a call with files may take.
fn limit(action: &Action) -> Duration {
    CALL_LIMIT + Duration::from_millis(action.files_ms())
}

/// Something of our own store that fails. What is not there has to be said; a disk that fails may work again.
fn of_store(error: FileError) -> Fault {
    match error {
        FileError::TooLarge { .. } => {
            Fault::Refused { code: 400, words: format!("file is too big: {error}"), moved_to: None }
        }
        FileError::Folder(_) => Fault::NotDone(error.to_string()),
    }
}

impl TelegramPlatform {
    /// Sends a message with files: one with its words as caption, or an album.
    pub(crate) async fn send_files(
        &self,
        place: Place,
        content: &Content,
        username: &str,
    ) -> Result<Delivered, Fault> {
        let limit = limit(&Action::Send(content.clone()));
        let sent: Vec<SentMessage> = if content.attachments.len() > 1 {
            let uploads = self.uploads(content).await?;
            let mut album = album(place, content)?;
            album.allow_paid_broadcast = self.paid();
            self.api.call_with(&album, uploads, limit).await?
        } else {
            let sort = content.attachments.first().map_or("", |file| sort_of(file));
            let first = self.send_file(place, content, username, sort, limit).await;
            let no_picture = |words: &str| NO_PICTURE.iter().any(|no| words.contains(no));
            vec![match first {
                // Too long, too wide or broken: as a file it can be looked at all the same.
                Err(Fault::Refused { words, .. }) if sort == "photo" && no_picture(&words) => {
                    self.send_file(place, content, username, "document", limit).await?
                }
                other => other?,
            }]
        };
        let ids: Vec<i64> = sent.iter().map(|message| message.message_id).collect();
        self.albums.put(place.chat, &ids);
        let message = Some(keys::message_key(&ids));
        Ok(Delivered { message, uploaded: uploaded(content, &sent), ..Delivered::default() })
    }

    /// Sends one file as what `sort` says. Each sort has a method of its own.
    async fn send_file(
        &self,
        place: Place,
        content: &Content,
        username: &str,
        sort: &str,
        limit: Duration,
    ) -> Result<SentMessage, Fault> {
        let name = content.attachments.first().and_then(|file| name_of(0, file));
        let name = name.ok_or(Unwritable("the file is not on Telegram"))?;
        let file = || InputFile::file_id(FileId(name.clone()));
        let uploads = self.uploads(content).await?;
        let (words, entities) = text(&content.text);
        let markup = keyboard(&content.buttons, username).map(ReplyMarkup::InlineKeyboard);
        macro_rules! send {
            ($payload:ident) => {{
                let mut send = p::$payload::new(ChatId(place.chat), file());
                send.message_thread_id = place.thread();
                send.reply_parameters = reply(content);
                send.reply_markup = markup;
                send.allow_paid_broadcast = self.paid();
                send
            }};
            ($payload:ident, with caption) => {{
                let mut send = send!($payload);
                if !words.is_empty() {
                    send.caption = Some(words);
                    send.caption_entities = Some(entities);
                }
                send
            }};
        }
        match sort {
            "photo" => self.api.call_with(&send!(SendPhoto, with caption), uploads, limit).await,
            "video" => self.api.call_with(&send!(SendVideo, with caption), uploads, limit).await,
            "animation" => self.api.call_with(&send!(SendAnimation, with caption), uploads, limit).await,
            "audio" => self.api.call_with(&send!(SendAudio, with caption), uploads, limit).await,
            "voice" => self.api.call_with(&send!(SendVoice, with caption), uploads, limit).await,
            "video_note" => self.api.call_with(&send!(SendVideoNote), uploads, limit).await,
            "sticker" => self.api.call_with(&send!(SendSticker), uploads, limit).await,
            _ => self.api.call_with(&send!(SendDocument, with caption), uploads, limit).await,
        }
    }

    /// The files of our store that go along with a message.
    async fn uploads(&self, content: &Content) -> Result<Vec<Upload>, Fault> {
        let mut uploads = Vec::new();
        for (at, attachment) in content.attachments.iter().enumerate() {
            let FileRef::Stored(digest) = &attachment.file else { continue };
            let Some((file, size_bytes)) = self.settings.files.open(digest).await.map_err(of_store)? else {
                return Err(Unwritable("wrong file identifier: the file is no longer stored").into());
            };
            uploads.push(Upload {
                field: field(at),
                file,
                size_bytes,
                name: attachment.name.clone(),
                media_type: attachment.media_type.clone(),
            });
        }
        Ok(uploads)
    }

    /// Fetches a file into our store.
    pub(crate) async fn fetch_file(&self, file: &Attachment) -> Result<Delivered, Fault> {
        let FileRef::Platform(key) = &file.file else {
            return Err(Unwritable("message not found: the file is not on Telegram").into());
        };
        let id = key.split_once(':').map_or(key.as_str(), |(_, id)| id);
        let asked = p::GetFile::new(FileId(id.to_owned()));
        let found: FileAsked = self.api.call(&asked).await.map_err(not_now)?;
        let Some(path) = found.file_path.filter(|path| !path.is_empty()) else {
            return Err(Fault::NotDone("Telegram does not have the file at hand".to_owned()));
        };
        let mut draft = self.settings.files.draft().await.map_err(of_store)?;
        if self.settings.local_server && Path::new(&path).is_absolute() {
            let broken = |error: std::io::Error| Fault::NotDone(format!("the server's file: {error}"));
            let mut local = tokio::fs::File::open(&path).await.map_err(broken)?;
            let mut chunk = vec![0; CHUNK_BYTES];
            loop {
                let read = local.read(&mut chunk).await.map_err(broken)?;
                if read == 0 {
                    break;
                }
                draft.write(&chunk[..read]).await.map_err(of_store)?;
            }
        } else {
            let limit = limit(&Action::Fetch { file: file.clone() });
            let mut bytes = self.api.file(&path, limit).await?;
            while let Some(chunk) = bytes.next().await? {
                draft.write(chunk.as_ref()).await.map_err(of_store)?;
            }
        }
        let stored = draft.finish().await.map_err(of_store)?;
        let copy = UploadedFile { digest: stored.digest.clone(), kind: file.kind, key: key.clone() };
        Ok(Delivered { fetched: Some(stored), uploaded: vec![copy], ..Delivered::default() })
    }
}

/// Telegram says in one breath that an id is wrong and that its file cannot be had just now: the latter is worth
/// another try, and a fetch is not tried for ever.
fn not_now(fault: Fault) -> Fault {
    match fault {
        Fault::Refused { words, .. } if words.contains("temporarily unavailable") => Fault::NotDone(words),
        other => other,
    }
}

/// The ids that Telegram gave to files of our store.
fn uploaded(content: &Content, sent: &[SentMessage]) -> Vec<UploadedFile> {
    let copy = |(file, message): (&Attachment, &SentMessage)| {
        let FileRef::Stored(digest) = &file.file else { return None };
        Some(UploadedFile { digest: digest.clone(), kind: file.kind, key: key_in(message)? })
    };
    content.attachments.iter().zip(sent).filter_map(copy).collect()
}

/// Our key of the file that a message shows.
fn key_in(message: &SentMessage) -> Option<String> {
    if let Some(photo) = message.photo.last() {
        return Some(format!("photo:{}", photo.file_id));
    }
    // An animation comes as a document too.
    let all: [(&str, &Option<FileInfo>); 5] = [
        ("animation", &message.animation),
        ("video", &message.video),
        ("audio", &message.audio),
        ("voice", &message.voice),
        ("document", &message.document),
    ];
    all.into_iter().find_map(|(sort, info)| Some(format!("{sort}:{}", info.as_ref()?.file_id)))
}
