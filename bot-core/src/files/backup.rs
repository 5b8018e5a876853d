//! The store's files into a folder of a backup, and back again.

use std::fs as blocking;
use std::io;
use std::path::Path;
use std::sync::Arc;

use tokio::fs;
use tokio::io::AsyncReadExt as _;

use super::{FileError, FileStore, shelves};
use crate::chat::FileDigest;

/// How many bytes are read at once.
const READ_BYTES: usize = 64 * 1_024;

/// What became of the files of a backup.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Taken {
    /// How many were stored.
    pub files: u64,
    /// Names of files whose bytes are not what they were; they are not stored.
    pub damaged: Vec<String>,
}

impl FileStore {
    /// Copies each whole file that is not yet there into a folder of the same shape, and says how many it copied. May be
    /// called again for what has come meanwhile. A store without a folder has nothing.
    ///
    /// # Errors
    /// When one of the folders fails.
    pub async fn copy_to(self: &Arc<Self>, folder: &Path) -> io::Result<u64> {
        let (from, to) = (self.folder.clone(), folder.to_owned());
        let copy = move || -> io::Result<u64> {
            blocking::create_dir_all(&to)?;
            let mut copied = 0;
            for file in whole(&from)? {
                let place = to.join(&file.as_str()[..2]).join(file.as_str());
                if !place.try_exists()? && copy_one(&from, &file, &place)? {
                    copied += 1;
                }
            }
            Ok(copied)
        };
        tokio::task::spawn_blocking(copy).await.map_err(io::Error::other)?
    }

    /// Stores the files of a folder that [`Self::copy_to`] wrote. Each is read through: it stands under the digest of its
    /// bytes or not at all.
    ///
    /// # Errors
    /// When one of the folders fails, or a file is larger than the store takes.
    pub async fn take_from(self: &Arc<Self>, folder: &Path) -> Result<Taken, FileError> {
        let from = folder.to_owned();
        let look = move || whole(&from);
        let names = tokio::task::spawn_blocking(look).await.map_err(io::Error::other)??;
        let mut taken = Taken::default();
        for name in names {
            let path = folder.join(&name.as_str()[..2]).join(name.as_str());
            let mut draft = self.draft().await?;
            let mut file = fs::File::open(path).await?;
            let mut bytes = vec![0; READ_BYTES];
            loop {
                match file.read(&mut bytes).await? {
                    0 => break,
                    read => draft.write(&bytes[..read]).await?,
                }
            }
            if draft.digest() == name {
                draft.finish().await?;
                taken.files += 1;
            } else {
                taken.damaged.push(name.as_str().to_owned());
            }
        }
        Ok(taken)
    }
}

/// The whole files of a folder, in the order of their names.
fn whole(folder: &Path) -> io::Result<Vec<FileDigest>> {
    if !folder.try_exists()? {
        return Ok(Vec::new());
    }
    let mut found = Vec::new();
    for shelf in shelves(folder)? {
        for entry in blocking::read_dir(shelf)? {
            found.extend(entry?.file_name().into_string().ok().map(FileDigest));
        }
    }
    found.retain(FileDigest::is_one);
    found.sort();
    Ok(found)
}

/// Copies a file to its place, in one step. False when it is gone meanwhile.
fn copy_one(from: &Path, file: &FileDigest, place: &Path) -> io::Result<bool> {
    let shelf = &file.as_str()[..2];
    let draft = place.with_extension("part");
    place.parent().map_or(Ok(()), blocking::create_dir_all)?;
    match blocking::copy(from.join(shelf).join(file.as_str()), &draft) {
        Ok(_) => {}
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
        Err(error) => return Err(error),
    }
    blocking::File::open(&draft)?.sync_all()?;
    blocking::rename(&draft, place)?;
    Ok(true)
}
