//! Files: fetched into our store from where the implementation says they are, and sent from it.
//!
//! QQ keeps no file of ours under a name that is good for long, so each is sent with its bytes every time.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bot_core::chat::{
    Action, Attachment, Content, Delivered, FileDigest, FileRef, Outcome, Rejection, RejectionKind,
    StoredFile,
};
use bot_core::clock::within;
use bot_core::files::{Draft, FileError, FileStore};
use serde_json::{Value, json};
use tokio::io::AsyncReadExt as _;
use tokio::sync::Semaphore;

use crate::download::{Downloads, Failed, failed};
use crate::keys::Target;
use crate::platform::OneBotPlatform;
use crate::refusal::{self, Meaning};
use crate::wire;

/// How long a call with files may take beside what its bytes need.
const CALL_LIMIT: Duration = Duration::from_secs(25);
/// Bytes that are handled at once. A multiple of four, so that base64 can be cut there.
const CHUNK: usize = 64 * 1_024;
/// How many messages with bytes are made ready at once: each holds its files in memory.
const UPLOADS_AT_ONCE: usize = 2;
/// How bytes stand in a field.
const BASE64: &str = "base64://";

/// Where files are kept, and where they may be fetched from.
pub struct Files {
    /// Our own store.
    pub store: Arc<FileStore>,
    /// Places inside one's own network from which files may be fetched, as `host:port`.
    pub hosts: Vec<String>,
    /// The folder in which the implementation leaves files for us, when it runs on the same machine.
    pub folder: Option<PathBuf>,
}

/// The files of an account.
pub(crate) struct Shelf {
    files: Files,
    downloads: Downloads,
    uploads: Semaphore,
}

impl Shelf {
    pub(crate) fn new(files: Files) -> Self {
        let downloads = Downloads::new(&files.hosts);
        Self { files, downloads, uploads: Semaphore::new(UPLOADS_AT_ONCE) }
    }
}

/// The bytes that go along with a message, as they stand in it. While they are held others wait.
#[derive(Default)]
pub(crate) struct Loaded<'s> {
    bytes: HashMap<FileDigest, String>,
    _turn: Option<tokio::sync::SemaphorePermit<'s>>,
}

impl Loaded<'_> {
    /// What stands in a field for a file; `None` for one that is not there.
    pub(crate) fn place(&self, file: &FileRef) -> Option<String> {
        match file {
            FileRef::Platform(key) => Some(FileKey::read(key)?.place().to_owned()),
            // Without its bytes only the sort of a message is of interest.
            FileRef::Stored(digest) => Some(self.bytes.get(digest).cloned().unwrap_or_default()),
            FileRef::Outbox(_) => None,
        }
    }
}

/// What we call a file that was seen: its sort, the implementation's name of it, and its address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FileKey {
    sort: String,
    name: String,
    address: String,
}

impl FileKey {
    /// The key of a file of this sort.
    pub(crate) fn new(sort: &str, name: &str, address: &str) -> Self {
        // A name with our own mark in it could not be read back: it is of no use then.
        let name = if name.contains('|') { "" } else { name };
        Self { sort: sort.to_owned(), name: name.to_owned(), address: address.to_owned() }
    }

    /// As it is kept.
    pub(crate) fn written(&self) -> String {
        format!("{}|{}|{}", self.sort, self.name, self.address)
    }

    /// As it was kept.
    pub(crate) fn read(key: &str) -> Option<Self> {
        let (sort, rest) = key.split_once('|')?;
        let (name, address) = rest.split_once('|')?;
        Some(Self::new(sort, name, address))
    }

    /// What the implementation takes to send it again.
    fn place(&self) -> &str {
        if self.address.is_empty() { &self.name } else { &self.address }
    }

    /// What is asked, one after the other, when its address does not give it.
    fn questions(&self, target: Target) -> Vec<(&'static str, Value)> {
        let name = &self.name;
        if name.is_empty() {
            return Vec::new();
        }
        let any = ("get_file", json!({ "file_id": name, "file": name }));
        match (self.sort.as_str(), target) {
            ("image" | "mface", _) => vec![("get_image", json!({ "file": name })), any],
            ("record", _) => vec![any, ("get_record", json!({ "file": name, "out_format": "mp3" }))],
            ("file", Target::Group(group)) => {
                vec![("get_group_file_url", json!({ "group_id": group, "file_id": name })), any]
            }
            ("file", Target::Private { user, .. }) => {
                vec![("get_private_file_url", json!({ "user_id": user, "file_id": name })), any]
            }
            _ => vec![any],
        }
    }
}

impl OneBotPlatform {
    /// The bytes of what a message sends from our store.
    ///
    /// # Errors
    /// What became of the send, since they cannot be had.
    pub(crate) async fn load(&self, content: &Content) -> Result<Loaded<'_>, Outcome> {
        let stored = content.attachments.iter().filter_map(|file| match &file.file {
            FileRef::Stored(digest) => Some(digest),
            FileRef::Platform(_) | FileRef::Outbox(_) => None,
        });
        let stored: Vec<&FileDigest> = stored.collect();
        if stored.is_empty() {
            return Ok(Loaded::default());
        }
        let not_done = |error: &dyn std::fmt::Display| Outcome::NotDone { why: error.to_string() };
        let turn = self.shelf.uploads.acquire().await.map_err(|error| not_done(&error))?;
        let mut bytes = HashMap::new();
        for digest in stored {
            let opened = self.shelf.files.store.open(digest).await.map_err(|error| not_done(&error))?;
            let Some((mut file, _)) = opened else {
                return Err(refused(
                    RejectionKind::FileGone,
                    format!("the file {digest} is not in the store"),
                ));
            };
            let mut raw = Vec::new();
            file.read_to_end(&mut raw).await.map_err(|error| not_done(&error))?;
            let mut text = BASE64.to_owned();
            STANDARD.encode_string(&raw, &mut text);
            bytes.insert(digest.clone(), text);
        }
        Ok(Loaded { bytes, _turn: Some(turn) })
    }

    /// Fetches a file into our store: from the address that came with it, or from where the implementation says that
    /// it is now.
    pub(crate) async fn fetch(&self, target: Target, file: &Attachment) -> Outcome {
        let key = match &file.file {
            FileRef::Platform(key) => FileKey::read(key),
            FileRef::Stored(_) | FileRef::Outbox(_) => None,
        };
        let Some(key) = key else {
            return refused(RejectionKind::NotFound, "the file is not on QQ");
        };
        let limit = CALL_LIMIT + Duration::from_millis(Action::Fetch { file: file.clone() }.files_ms());
        let mut why = Failed::Gone("it came without an address".to_owned());
        if !key.address.is_empty() {
            match self.bring(&key.address, limit).await {
                Ok(stored) => return fetched(stored),
                Err(failed @ (Failed::NotNow(_) | Failed::TooLarge(_))) => return not_fetched(failed),
                Err(failed) => why = failed,
            }
        }
        for (action, params) in key.questions(target) {
            match self.ask_for(action, params, limit).await {
                Ok(stored) => return fetched(stored),
                Err(failed @ (Failed::NotNow(_) | Failed::TooLarge(_))) => return not_fetched(failed),
                // That nobody is reached at its address says more than that the name is unknown.
                Err(failed) if !matches!(why, Failed::NoWay(_)) => why = failed,
                Err(_) => {}
            }
        }
        not_fetched(why)
    }

    /// Asks the implementation for a file, and takes it from where it then is.
    async fn ask_for(&self, action: &str, params: Value, limit: Duration) -> Result<StoredFile, Failed> {
        let limit_ms = i64::try_from(limit.as_millis()).unwrap_or(i64::MAX);
        let not_now = |why: &str| Failed::NotNow(why.to_owned());
        let answer = within(&self.settings.clock, limit_ms, self.link.call(action, params))
            .await
            .ok_or_else(|| not_now("the OneBot implementation did not answer in time"))?
            .map_err(|_| not_now("no OneBot implementation is connected"))?;
        match refusal::meaning(&answer, &Action::Lock) {
            None => {}
            Some(Meaning::Refused(_)) => return Err(Failed::Gone(answer.why)),
            Some(_) => return Err(Failed::NotNow(answer.why)),
        }
        let mut why = Failed::Gone("the OneBot implementation did not say where it is".to_owned());
        let of = |name: &str| wire::words(&answer.data[name]);
        let bytes = of("base64").map(|bytes| format!("{BASE64}{}", bytes.trim_start_matches(BASE64)));
        for place in [bytes, of("url"), of("file")].into_iter().flatten() {
            match self.bring(&place, limit).await {
                Ok(stored) => return Ok(stored),
                Err(failed) => why = failed,
            }
        }
        Err(why)
    }

    /// Stores what is at a place: bytes in the text itself, an address, or a file in the folder that is shared.
    async fn bring(&self, place: &str, limit: Duration) -> Result<StoredFile, Failed> {
        let mut draft = self.shelf.files.store.draft().await.map_err(of_store)?;
        if let Some(text) = place.strip_prefix(BASE64) {
            for chunk in text.as_bytes().chunks(CHUNK) {
                let bytes = STANDARD.decode(chunk);
                let bytes = bytes.map_err(|_| Failed::Gone("its bytes cannot be read".to_owned()))?;
                draft.write(&bytes).await.map_err(of_store)?;
            }
        } else if place.starts_with("http://") || place.starts_with("https://") {
            let mut coming = self.shelf.downloads.get(place, limit).await?;
            while let Some(chunk) = coming.chunk().await.map_err(failed)? {
                draft.write(&chunk).await.map_err(of_store)?;
            }
        } else {
            let path = place.strip_prefix("file://").unwrap_or(place);
            self.copy(Path::new(path), &mut draft).await?;
        }
        draft.finish().await.map_err(of_store)
    }

    /// Copies a file that the implementation has on its disk, if that is the folder that is shared.
    async fn copy(&self, path: &Path, draft: &mut Draft) -> Result<(), Failed> {
        let outside = || Failed::Gone("it is only on the OneBot implementation's own disk".to_owned());
        let folder = self.shelf.files.folder.as_deref().filter(|_| path.is_absolute()).ok_or_else(outside)?;
        // Where it really is counts, whatever links lead there.
        let (folder, path) = (tokio::fs::canonicalize(folder).await, tokio::fs::canonicalize(path).await);
        let (Ok(folder), Ok(path)) = (folder, path) else { return Err(outside()) };
        if !path.starts_with(&folder) {
            return Err(outside());
        }
        let broken = |error: std::io::Error| Failed::NotNow(format!("the shared folder: {error}"));
        let mut file = tokio::fs::File::open(&path).await.map_err(broken)?;
        let mut chunk = vec![0; CHUNK];
        loop {
            let read = file.read(&mut chunk).await.map_err(broken)?;
            if read == 0 {
                return Ok(());
            }
            draft.write(&chunk[..read]).await.map_err(of_store)?;
        }
    }
}

fn fetched(stored: StoredFile) -> Outcome {
    Outcome::Sent(Delivered { fetched: Some(stored), ..Delivered::default() })
}

fn not_fetched(failed: Failed) -> Outcome {
    match failed {
        Failed::Gone(why) => refused(RejectionKind::FileGone, why),
        Failed::TooLarge(why) => refused(RejectionKind::BadContent, why),
        Failed::NoWay(why) | Failed::NotNow(why) => Outcome::NotDone { why },
    }
}

fn refused(kind: RejectionKind, why: impl Into<String>) -> Outcome {
    Outcome::Rejected(Rejection { kind, why: why.into() })
}

fn of_store(error: FileError) -> Failed {
    match error {
        FileError::TooLarge { .. } => Failed::TooLarge(error.to_string()),
        FileError::Folder(_) => Failed::NotNow(error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_says_where_a_file_is_and_what_to_ask_for() {
        let key = FileKey::new("image", "A.jpg", "https://x.example/?a=1|2");
        assert_eq!(FileKey::read(&key.written()), Some(key.clone()));
        assert_eq!(key.place(), "https://x.example/?a=1|2");
        assert_eq!(FileKey::new("image", "A.jpg", "").place(), "A.jpg");
        assert_eq!(FileKey::read(&FileKey::new("file", "a|b", "http://x").written()).unwrap().name, "");
        let asked = |key: &FileKey, target| -> Vec<&str> {
            key.questions(target).into_iter().map(|(action, _)| action).collect()
        };
        assert_eq!(asked(&key, Target::Group(7)), ["get_image", "get_file"]);
        let file = FileKey::new("file", "/id", "");
        assert_eq!(asked(&file, Target::Group(7)), ["get_group_file_url", "get_file"]);
        assert_eq!(
            asked(&file, Target::Private { user: 7, via: None }),
            ["get_private_file_url", "get_file"]
        );
        assert!(asked(&FileKey::new("image", "", "http://x"), Target::Group(7)).is_empty());
    }
}
