//! Our own file store: bytes in a folder, each file under the digest of its content.
//!
//! A file is written beside its place, flushed to the disk and then moved there in one step: what stands under a digest
//! is whole, whenever the program is killed. Bytes are streamed in and out; no file is ever held in memory. Several
//! nodes share one folder.

use std::fs as blocking;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use tokio::fs;
use tokio::io::AsyncWriteExt as _;

use crate::chat::{FileDigest, StoredFile};
use crate::digest;

mod backup;
#[cfg(test)]
mod tests;

pub use backup::Taken;

/// Where files are written before they are whole.
const DRAFTS: &str = "drafts";
/// How many of the first bytes tell what a file is: as many as `infer` looks at.
const HEAD_BYTES: usize = 8_192;
/// The media type of what nothing tells anything of.
const UNKNOWN_TYPE: &str = "application/octet-stream";

/// `[files]`, with defaults that work.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct FilesConfig {
    /// The folder; empty for `files` beside the database file, or in the current folder on PostgreSQL.
    pub dir: PathBuf,
    /// The most bytes that a file may have to be stored.
    pub max_bytes: u64,
    /// How many days a file is kept that no ticket, case or announcement needs.
    pub keep_days: u32,
}

impl Default for FilesConfig {
    fn default() -> Self {
        // Telegram's own limit for what a bot sends, unless its server is one's own (Bot API 9.2, read 2026-11-22).
        Self { dir: PathBuf::new(), max_bytes: 50 * 1_024 * 1_024, keep_days: 30 }
    }
}

/// The store. Nothing is touched before something is written.
#[derive(Debug)]
pub struct FileStore {
    folder: PathBuf,
    max_bytes: u64,
    drafts: AtomicU64,
}

/// Why bytes cannot be stored or read.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// The file has more bytes than the store takes.
    #[error("the file has more than {max_bytes} bytes, the most that is stored ([files] max_bytes)")]
    TooLarge {
        /// The most, bytes.
        max_bytes: u64,
    },
    /// The folder cannot be read or written.
    #[error("the folder of files fails: {0}")]
    Folder(#[from] io::Error),
}

/// A file that is being written. Dropped before [`Draft::finish`], nothing of it stays.
#[derive(Debug)]
pub struct Draft {
    store: Arc<FileStore>,
    file: fs::File,
    path: DraftPath,
    hash: Sha256,
    head: Vec<u8>,
    size_bytes: u64,
}

/// A file's place until it is whole; removed with it.
#[derive(Debug)]
struct DraftPath(PathBuf);

impl Drop for DraftPath {
    fn drop(&mut self) {
        // After a move there is nothing to be removed; what cannot be removed is swept later.
        let _ = blocking::remove_file(&self.0);
    }
}

impl FileStore {
    /// A store in a folder, which is made when it is first needed. Files of more than `max_bytes` are not taken.
    pub fn new(folder: impl Into<PathBuf>, max_bytes: u64) -> Arc<Self> {
        Arc::new(Self { folder: folder.into(), max_bytes, drafts: AtomicU64::new(0) })
    }

    /// The most bytes that a file may have.
    pub fn max_bytes(&self) -> u64 {
        self.max_bytes
    }

    /// Makes sure that the folder can be written.
    ///
    /// # Errors
    /// When it can't.
    pub async fn check(self: &Arc<Self>) -> Result<(), FileError> {
        self.draft().await.map(drop)
    }

    /// Begins a file.
    ///
    /// # Errors
    /// When the folder cannot be written.
    pub async fn draft(self: &Arc<Self>) -> Result<Draft, FileError> {
        let drafts = self.folder.join(DRAFTS);
        fs::create_dir_all(&drafts).await?;
        loop {
            // Another node may have the same process id: whoever makes the file has it.
            let number = self.drafts.fetch_add(1, Ordering::Relaxed);
            let path = drafts.join(format!("{}-{number}", std::process::id()));
            match fs::OpenOptions::new().write(true).create_new(true).open(&path).await {
                Ok(file) => {
                    return Ok(Draft {
                        store: Arc::clone(self),
                        file,
                        path: DraftPath(path),
                        hash: Sha256::new(),
                        head: Vec::new(),
                        size_bytes: 0,
                    });
                }
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// Stores bytes that are at hand already.
    ///
    /// # Errors
    /// When they are too many, or the folder cannot be written.
    pub async fn put(self: &Arc<Self>, bytes: &[u8]) -> Result<StoredFile, FileError> {
        let mut draft = self.draft().await?;
        draft.write(bytes).await?;
        draft.finish().await
    }

    /// A file, to be read from its beginning, with its length in bytes. `None` when it is not there.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub async fn open(&self, digest: &FileDigest) -> Result<Option<(fs::File, u64)>, FileError> {
        let Some(path) = self.path(digest) else { return Ok(None) };
        match fs::File::open(path).await {
            Ok(file) => {
                let size_bytes = file.metadata().await?.len();
                Ok(Some((file, size_bytes)))
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Whether a file is there.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub async fn has(&self, digest: &FileDigest) -> Result<bool, FileError> {
        match self.path(digest) {
            Some(path) => Ok(fs::try_exists(path).await?),
            None => Ok(false),
        }
    }

    /// Removes a file. Nothing when it is not there.
    ///
    /// # Errors
    /// When the folder cannot be written.
    pub async fn remove(&self, digest: &FileDigest) -> Result<(), FileError> {
        let Some(path) = self.path(digest) else { return Ok(()) };
        match fs::remove_file(path).await {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error.into()),
            _ => Ok(()),
        }
    }

    /// The files that were last written longer ago than `age`, and removes what was begun that long ago and never
    /// finished. Ages are by the file system's own clock, which all nodes share.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub async fn older_than(self: &Arc<Self>, age: Duration) -> Result<Vec<FileDigest>, FileError> {
        let now = self.draft().await?.file.metadata().await?.modified()?;
        let Some(before) = now.checked_sub(age) else { return Ok(Vec::new()) };
        let folder = self.folder.clone();
        let look = move || -> io::Result<Vec<FileDigest>> {
            for draft in old_names(&folder.join(DRAFTS), before)? {
                drop(DraftPath(folder.join(DRAFTS).join(draft)));
            }
            let mut found = Vec::new();
            for shelf in shelves(&folder)? {
                found.extend(old_names(&shelf, before)?.into_iter().map(FileDigest));
            }
            found.retain(FileDigest::is_one);
            Ok(found)
        };
        tokio::task::spawn_blocking(look).await.map_err(io::Error::other)?.map_err(FileError::from)
    }

    /// Where a file stands: on one of 256 shelves, since no folder is good at a million files.
    fn path(&self, digest: &FileDigest) -> Option<PathBuf> {
        digest.is_one().then(|| self.folder.join(&digest.as_str()[..2]).join(digest.as_str()))
    }
}

/// The folders in which whole files stand.
fn shelves(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut shelves = Vec::new();
    for entry in blocking::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() && entry.file_name() != DRAFTS {
            shelves.push(entry.path());
        }
    }
    Ok(shelves)
}

/// The names of files in a folder that were last written before a time.
fn old_names(folder: &Path, before: SystemTime) -> io::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in blocking::read_dir(folder)? {
        let entry = entry?;
        // Gone meanwhile is gone.
        let Ok(about) = entry.metadata() else { continue };
        if about.is_file() && about.modified()? < before {
            names.extend(entry.file_name().into_string());
        }
    }
    Ok(names)
}

impl Draft {
    /// Adds bytes.
    ///
    /// # Errors
    /// When the file becomes too large, or the folder cannot be written.
    pub async fn write(&mut self, bytes: &[u8]) -> Result<(), FileError> {
        self.size_bytes = self.size_bytes.saturating_add(bytes.len() as u64);
        if self.size_bytes > self.store.max_bytes {
            return Err(FileError::TooLarge { max_bytes: self.store.max_bytes });
        }
        let room = HEAD_BYTES.saturating_sub(self.head.len()).min(bytes.len());
        self.head.extend_from_slice(&bytes[..room]);
        self.hash.update(bytes);
        Ok(self.file.write_all(bytes).await?)
    }

    /// The digest of the bytes so far.
    fn digest(&self) -> FileDigest {
        FileDigest(digest::hex(self.hash.clone().finalize()))
    }

    /// Makes the file whole and durable under its digest. The same bytes again are the same file.
    ///
    /// # Errors
    /// When the folder cannot be written; nothing is stored then.
    pub async fn finish(self) -> Result<StoredFile, FileError> {
        let Self { store, mut file, path, hash, head, size_bytes } = self;
        let digest = FileDigest(digest::hex(hash.finalize()));
        file.flush().await?;
        file.sync_all().await?;
        drop(file);
        let to = store.path(&digest).ok_or_else(|| io::Error::other("a digest that is none"))?;
        let shelf = to.parent().unwrap_or(&store.folder);
        fs::create_dir_all(shelf).await?;
        fs::rename(&path.0, &to).await?;
        sync_folder(shelf).await?;
        sync_folder(&store.folder).await?;
        let media_type = infer::get(&head).map_or(UNKNOWN_TYPE, |kind| kind.mime_type()).to_owned();
        Ok(StoredFile { digest, size_bytes, media_type })
    }
}

/// Makes the names in a folder durable, where the system has a way.
async fn sync_folder(folder: &Path) -> io::Result<()> {
    #[cfg(unix)]
    fs::File::open(folder).await?.sync_all().await?;
    #[cfg(not(unix))]
    let _ = folder;
    Ok(())
}
