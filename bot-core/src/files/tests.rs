//! What the store promises of the folder.

use std::sync::Arc;
use std::time::Duration;

use tokio::io::AsyncReadExt as _;

use super::*;

/// The first bytes of a PNG.
const PNG: &[u8] = &[0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13];

fn store(max_bytes: u64) -> (Arc<FileStore>, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    (FileStore::new(folder.path().join("files"), max_bytes), folder)
}

async fn bytes(store: &FileStore, digest: &FileDigest) -> Option<Vec<u8>> {
    let (mut file, size_bytes) = store.open(digest).await.unwrap()?;
    let mut read = Vec::new();
    file.read_to_end(&mut read).await.unwrap();
    assert_eq!(read.len() as u64, size_bytes);
    Some(read)
}

/// Everything below the folder, drafts included.
fn count(folder: &Path) -> usize {
    let Ok(entries) = blocking::read_dir(folder) else { return 0 };
    entries.map(|entry| entry.unwrap().path()).map(|path| if path.is_dir() { count(&path) } else { 1 }).sum()
}

fn age(folder: &Path, age: Duration) {
    for path in blocking::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if path.is_dir() {
            self::age(&path, age);
        } else {
            let file = blocking::File::options().write(true).open(&path).unwrap();
            file.set_modified(file.metadata().unwrap().modified().unwrap() - age).unwrap();
        }
    }
}

#[tokio::test]
async fn the_same_bytes_are_one_file_under_their_digest() {
    let (store, folder) = store(1_000);
    let hello = store.put(b"hello\n").await.unwrap();
    // By coreutils' sha256sum.
    assert_eq!(hello.digest.as_str(), "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03");
    assert_eq!((hello.size_bytes, hello.media_type.as_str()), (6, "application/octet-stream"));
    assert_eq!(store.put(b"hello\n").await.unwrap(), hello);
    assert_eq!(count(folder.path()), 1);
    assert_eq!(bytes(&store, &hello.digest).await.unwrap(), b"hello\n");
    store.remove(&hello.digest).await.unwrap();
    store.remove(&hello.digest).await.unwrap();
    assert!(!store.has(&hello.digest).await.unwrap());
    assert_eq!(bytes(&store, &hello.digest).await, None);
}

#[tokio::test]
async fn the_media_type_is_by_the_content_however_it_is_cut() {
    let (store, _folder) = store(100_000);
    let mut draft = store.draft().await.unwrap();
    for byte in PNG {
        draft.write(&[*byte]).await.unwrap();
    }
    draft.write(&vec![0; 50_000]).await.unwrap();
    let png = draft.finish().await.unwrap();
    assert_eq!((png.media_type.as_str(), png.size_bytes), ("image/png", 50_012));
}

#[tokio::test]
async fn what_is_not_finished_or_too_large_leaves_nothing() {
    let (store, folder) = store(10);
    let mut draft = store.draft().await.unwrap();
    draft.write(b"12345").await.unwrap();
    assert_eq!(count(folder.path()), 1);
    drop(draft);
    assert!(matches!(store.put(b"12345678901").await, Err(FileError::TooLarge { max_bytes: 10 })));
    assert_eq!(count(folder.path()), 0);
}

#[tokio::test]
async fn what_is_no_digest_names_no_file() {
    let (store, folder) = store(10);
    blocking::create_dir_all(folder.path().join("files")).unwrap();
    blocking::write(folder.path().join("secret"), "x").unwrap();
    for wrong in ["", "../secret", "..", "d", &"A".repeat(64), &"/".repeat(64)] {
        let wrong = FileDigest::from(wrong);
        assert!(!store.has(&wrong).await.unwrap());
        assert!(store.open(&wrong).await.unwrap().is_none());
        store.remove(&wrong).await.unwrap();
    }
    assert!(folder.path().join("secret").exists());
}

#[tokio::test]
async fn what_was_left_long_ago_is_found_and_what_is_new_is_not() {
    let (store, folder) = store(10);
    let day = Duration::from_secs(86_400);
    let old = store.put(b"old").await.unwrap();
    // A draft that a kill has left behind.
    std::mem::forget(store.draft().await.unwrap().path);
    age(folder.path(), day * 2);
    let new = store.put(b"new").await.unwrap();
    assert_eq!(store.older_than(day).await.unwrap(), std::slice::from_ref(&old.digest));
    assert_eq!(count(folder.path()), 2, "the old draft is gone");
    // Written once more, it is new.
    store.put(b"old").await.unwrap();
    assert_eq!(store.older_than(day).await.unwrap(), []);
    assert!(store.has(&old.digest).await.unwrap() && store.has(&new.digest).await.unwrap());
}

#[tokio::test]
async fn a_folder_that_cannot_be_is_said() {
    let (_, folder) = store(10);
    blocking::write(folder.path().join("files"), "in the way").unwrap();
    let store = FileStore::new(folder.path().join("files"), 10);
    assert!(matches!(store.check().await, Err(FileError::Folder(_))));
}

#[tokio::test]
async fn a_backup_has_each_file_once_and_gives_back_only_what_is_whole() {
    let (from, folder) = store(1_000);
    let backup = folder.path().join("backup");
    assert_eq!(from.copy_to(&backup).await.unwrap(), 0, "a store without a folder has nothing");
    let (png, text) = (from.put(PNG).await.unwrap().digest, from.put(b"hello").await.unwrap().digest);
    let _unfinished = from.draft().await.unwrap();
    assert_eq!(from.copy_to(&backup).await.unwrap(), 2);
    let late = from.put(b"late").await.unwrap().digest;
    assert_eq!(from.copy_to(&backup).await.unwrap(), 1, "only what has come meanwhile");
    blocking::write(backup.join(&text.as_str()[..2]).join(text.as_str()), b"hellO").unwrap();

    let (to, _folder) = store(1_000);
    let taken = to.take_from(&backup).await.unwrap();
    assert_eq!(taken, Taken { files: 2, damaged: vec![text.as_str().to_owned()] });
    assert_eq!(bytes(&to, &png).await.unwrap(), PNG);
    assert_eq!(bytes(&to, &late).await.unwrap(), b"late");
    assert_eq!(bytes(&to, &text).await, None);
}
