//! What is known of the files in our own store: what they are, under which keys platforms have them, what they are kept
//! for.

use sqlx::FromRow;

use super::{DbKind, StoreError, Tx, execute, json, on};
use crate::chat::{AccountId, AttachmentKind, FileDigest, StoredFile, UploadedFile, clean_display_name};

/// What is said of rows that cannot be read.
const WHAT: &str = "file";
/// The longest that counts as the ending of a name, bytes.
const ENDING_MAX_UTF8: usize = 12;

/// A file in our own store.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct KeptFile {
    /// Its name in the store.
    pub digest: FileDigest,
    /// Length in bytes.
    pub size_bytes: i64,
    /// The media type by its content.
    pub media_type: String,
    /// As it was called where it was first seen.
    pub name: String,
    /// When it was stored, unix milliseconds.
    pub created_at_ms: i64,
    /// When it was last fetched or sent, unix milliseconds.
    pub used_at_ms: i64,
}

/// What a file is kept for.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct FileUse {
    /// The feature's name.
    pub feature: String,
    /// Which of its tickets, cases or announcements.
    pub use_key: String,
}

const KEEP: &str = "INSERT INTO file (digest, size_bytes, media_type, name, created_at_ms, used_at_ms) VALUES ($1, $2, $3, $4, $5, $5) \
    ON CONFLICT (digest) DO UPDATE SET used_at_ms = excluded.used_at_ms";
const GET: &str =
    "SELECT digest, size_bytes, media_type, name, created_at_ms, used_at_ms FROM file WHERE digest = $1";
const USED_NOW: &str = "UPDATE file SET used_at_ms = $2 WHERE digest = $1";
const COPY: &str = "SELECT platform_key FROM file_copy WHERE account = $1 AND digest = $2 AND kind = $3";
// A file that was removed meanwhile has no copies.
const KEEP_COPY: &str = "INSERT INTO file_copy (account, digest, kind, platform_key) SELECT $1, digest, $3, $4 FROM file WHERE digest = $2 \
    ON CONFLICT (account, digest, kind) DO UPDATE SET platform_key = excluded.platform_key";
const FORGET_COPY: &str = "DELETE FROM file_copy WHERE account = $1 AND digest = $2 AND kind = $3";
const ADD_USE: &str = "INSERT INTO file_use (digest, feature, use_key) SELECT digest, $2, $3 FROM file WHERE digest = $1 \
    ON CONFLICT (digest, feature, use_key) DO NOTHING";
const DROP_USES: &str = "DELETE FROM file_use WHERE feature = $1 AND use_key = $2";
const DROP_USE: &str = "DELETE FROM file_use WHERE digest = $1 AND feature = $2 AND use_key = $3";
const USES: &str = "SELECT feature, use_key FROM file_use WHERE digest = $1 ORDER BY feature, use_key";
const USED_BY: &str = "SELECT f.digest, f.size_bytes, f.media_type, f.name, f.created_at_ms, f.used_at_ms FROM file f \
    JOIN file_use u ON u.digest = f.digest WHERE u.feature = $1 AND u.use_key = $2 ORDER BY f.created_at_ms, f.digest";
const REMOVE_UNUSED: &str = "DELETE FROM file WHERE digest IN (SELECT f.digest FROM file f WHERE f.used_at_ms < $1 \
    AND NOT EXISTS (SELECT 1 FROM file_use u WHERE u.digest = f.digest) ORDER BY f.used_at_ms LIMIT $2) RETURNING digest";
const LET_GO: &str = "UPDATE file SET used_at_ms = 0 WHERE digest = $1 AND used_at_ms = created_at_ms \
    AND NOT EXISTS (SELECT 1 FROM file_use u WHERE u.digest = file.digest)";
const UNKNOWN_SQLITE: &str =
    "SELECT value FROM json_each($1) WHERE NOT EXISTS (SELECT 1 FROM file f WHERE f.digest = value)";
const UNKNOWN_POSTGRES: &str = "SELECT value FROM jsonb_array_elements_text($1::text::jsonb) AS value \
    WHERE NOT EXISTS (SELECT 1 FROM file f WHERE f.digest = value)";

/// Keeps what is known of a file that is in the store, or notes that it was used again. `name` comes from people and
/// is cleaned here.
///
/// # Errors
/// When the database fails.
pub async fn keep(tx: &mut Tx, file: &StoredFile, name: &str, now_ms: i64) -> Result<(), StoreError> {
    let size_bytes = i64::try_from(file.size_bytes).unwrap_or(i64::MAX);
    let name = name_of(name);
    execute!(
        tx,
        sqlx::query(KEEP).bind(&file.digest).bind(size_bytes).bind(&file.media_type).bind(&name).bind(now_ms)
    )
    .map(|_| ())
}

/// A file's name without folders and hidden characters, not too long, with the ending that it had.
pub(crate) fn name_of(name: &str) -> String {
    let name = name.rsplit(['/', '\\']).next().unwrap_or_default();
    match name.rsplit_once('.').filter(|(_, ending)| (1..=ENDING_MAX_UTF8).contains(&ending.len())) {
        Some((stem, ending)) => {
            format!("{}.{}", clean_display_name(stem, "file"), clean_display_name(ending, "bin"))
        }
        None => clean_display_name(name, "file"),
    }
}

/// What is known of a file.
///
/// # Errors
/// When the database fails.
pub async fn get(tx: &mut Tx, digest: &FileDigest) -> Result<Option<KeptFile>, StoreError> {
    on!(tx, |c| sqlx::query_as(GET).bind(digest).fetch_optional(c))
}

/// Notes that a file was used now.
///
/// # Errors
/// When the database fails.
pub async fn used(tx: &mut Tx, digest: &FileDigest, now_ms: i64) -> Result<(), StoreError> {
    execute!(tx, sqlx::query(USED_NOW).bind(digest).bind(now_ms)).map(|_| ())
}

/// The key under which an account's platform has a file as this kind.
///
/// # Errors
/// When the database fails.
pub async fn copy(
    tx: &mut Tx,
    account: &AccountId,
    digest: &FileDigest,
    kind: AttachmentKind,
) -> Result<Option<String>, StoreError> {
    on!(tx, |c| sqlx::query_scalar(COPY).bind(account).bind(digest).bind(kind.word()).fetch_optional(c))
}

/// Keeps the key under which an account's platform has a file now.
///
/// # Errors
/// When the database fails.
pub async fn keep_copy(tx: &mut Tx, account: &AccountId, copy: &UploadedFile) -> Result<(), StoreError> {
    execute!(
        tx,
        sqlx::query(KEEP_COPY).bind(account).bind(&copy.digest).bind(copy.kind.word()).bind(&copy.key)
    )
    .map(|_| ())
}

/// Forgets a key that the platform no longer takes. False when there was none.
///
/// # Errors
/// When the database fails.
pub async fn forget_copy(
    tx: &mut Tx,
    account: &AccountId,
    digest: &FileDigest,
    kind: AttachmentKind,
) -> Result<bool, StoreError> {
    let gone = execute!(tx, sqlx::query(FORGET_COPY).bind(account).bind(digest).bind(kind.word()))?;
    Ok(gone == 1)
}

/// Keeps a file for something of a feature, for as long as that is there. Nothing when the file is not there.
///
/// # Errors
/// When the database fails.
pub async fn add_use(
    tx: &mut Tx,
    digest: &FileDigest,
    feature: &str,
    key: impl ToString,
) -> Result<(), StoreError> {
    execute!(tx, sqlx::query(ADD_USE).bind(digest).bind(feature).bind(key.to_string())).map(|_| ())
}

/// Lets go of all files that were kept for something.
///
/// # Errors
/// When the database fails.
pub async fn drop_uses(tx: &mut Tx, feature: &str, key: impl ToString) -> Result<(), StoreError> {
    execute!(tx, sqlx::query(DROP_USES).bind(feature).bind(key.to_string())).map(|_| ())
}

/// Lets go of one file that was kept for something, among others.
///
/// # Errors
/// When the database fails.
pub async fn drop_use(
    tx: &mut Tx,
    digest: &FileDigest,
    feature: &str,
    key: impl ToString,
) -> Result<(), StoreError> {
    execute!(tx, sqlx::query(DROP_USE).bind(digest).bind(feature).bind(key.to_string())).map(|_| ())
}

/// What a file is kept for.
///
/// # Errors
/// When the database fails.
pub async fn uses(tx: &mut Tx, digest: &FileDigest) -> Result<Vec<FileUse>, StoreError> {
    on!(tx, |c| sqlx::query_as(USES).bind(digest).fetch_all(c))
}

/// The files that are kept for something, oldest first.
///
/// # Errors
/// When the database fails.
pub async fn used_by(tx: &mut Tx, feature: &str, key: impl ToString) -> Result<Vec<KeptFile>, StoreError> {
    on!(tx, |c| sqlx::query_as(USED_BY).bind(feature).bind(key.to_string()).fetch_all(c))
}

/// Forgets files that were last used before a time and are kept for nothing, at most `limit`. Gives them: their bytes
/// are to be removed before the transaction is committed, so that nobody begins to use them meanwhile.
///
/// # Errors
/// When the database fails.
pub async fn remove_unused(tx: &mut Tx, before_ms: i64, limit: i64) -> Result<Vec<FileDigest>, StoreError> {
    on!(tx, |c| sqlx::query_scalar(REMOVE_UNUSED).bind(before_ms).bind(limit).fetch_all(c))
}

/// Lets the next sweep remove a file that was only fetched to be looked at; one that was fetched or sent again, or is
/// kept for something, stays.
///
/// # Errors
/// When the database fails.
pub async fn let_go(tx: &mut Tx, digest: &FileDigest) -> Result<(), StoreError> {
    execute!(tx, sqlx::query(LET_GO).bind(digest)).map(|_| ())
}

/// Those of the digests of which nothing is known.
///
/// # Errors
/// When the database fails.
pub async fn unknown(tx: &mut Tx, digests: &[FileDigest]) -> Result<Vec<FileDigest>, StoreError> {
    let sql = if tx.kind() == DbKind::Sqlite { UNKNOWN_SQLITE } else { UNKNOWN_POSTGRES };
    let digests = json::kept(WHAT, &digests)?;
    on!(tx, |c| sqlx::query_scalar(sql).bind(&digests).fetch_all(c))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::testing::on_both;

    fn file(letter: &str) -> StoredFile {
        StoredFile { digest: letter.repeat(64).into(), size_bytes: 7, media_type: "image/png".into() }
    }

    #[test]
    fn a_file_is_kept_once_under_its_first_name() {
        on_both(|hall| async move {
            let mut tx = hall.db.write().await.unwrap();
            keep(&mut tx, &file("a"), "C:\\pics\\截图\u{202E}.png", 100).await.unwrap();
            keep(&mut tx, &file("a"), "other.png", 200).await.unwrap();
            let kept = get(&mut tx, &file("a").digest).await.unwrap().unwrap();
            assert_eq!((kept.name.as_str(), kept.created_at_ms, kept.used_at_ms), ("截图.png", 100, 200));
            assert_eq!((kept.size_bytes, kept.media_type.as_str()), (7, "image/png"));
            used(&mut tx, &kept.digest, 300).await.unwrap();
            assert_eq!(get(&mut tx, &kept.digest).await.unwrap().unwrap().used_at_ms, 300);
            assert_eq!(get(&mut tx, &file("b").digest).await.unwrap(), None);
            let asked = [file("b").digest, file("a").digest];
            assert_eq!(unknown(&mut tx, &asked).await.unwrap(), [file("b").digest]);
        });
    }

    #[test]
    fn each_account_has_its_own_key_for_each_kind_until_it_is_forgotten() {
        on_both(|hall| async move {
            let mut tx = hall.db.write().await.unwrap();
            let (here, there) = (AccountId::from("a"), AccountId::from("b"));
            let of = |kind, key: &str| UploadedFile { digest: file("a").digest, kind, key: key.into() };
            keep_copy(&mut tx, &here, &of(AttachmentKind::Picture, "early")).await.unwrap();
            keep(&mut tx, &file("a"), "a.png", 100).await.unwrap();
            let digest = file("a").digest;
            let get = async |tx: &mut Tx, account, kind| copy(tx, account, &digest, kind).await.unwrap();
            assert_eq!(get(&mut tx, &here, AttachmentKind::Picture).await, None, "no copy without its file");
            for (kind, key) in [
                (AttachmentKind::Picture, "p1"),
                (AttachmentKind::File, "d1"),
                (AttachmentKind::Picture, "p2"),
            ] {
                keep_copy(&mut tx, &here, &of(kind, key)).await.unwrap();
            }
            assert_eq!(get(&mut tx, &here, AttachmentKind::Picture).await.as_deref(), Some("p2"));
            assert_eq!(get(&mut tx, &here, AttachmentKind::File).await.as_deref(), Some("d1"));
            assert_eq!(get(&mut tx, &there, AttachmentKind::File).await, None);
            assert!(forget_copy(&mut tx, &here, &digest, AttachmentKind::Picture).await.unwrap());
            assert!(!forget_copy(&mut tx, &here, &digest, AttachmentKind::Picture).await.unwrap());
            assert_eq!(get(&mut tx, &here, AttachmentKind::Picture).await, None);
        });
    }

    #[test]
    fn what_was_only_looked_at_goes_with_the_next_sweep() {
        on_both(|hall| async move {
            let mut tx = hall.db.write().await.unwrap();
            for letter in ["a", "b", "c"] {
                keep(&mut tx, &file(letter), "x", 100).await.unwrap();
            }
            keep(&mut tx, &file("b"), "x", 200).await.unwrap();
            add_use(&mut tx, &file("c").digest, "moderation", 3).await.unwrap();
            for letter in ["a", "b", "c", "f"] {
                let_go(&mut tx, &file(letter).digest).await.unwrap();
            }
            assert_eq!(remove_unused(&mut tx, 50, 10).await.unwrap(), [file("a").digest]);
        });
    }

    #[test]
    fn what_is_kept_for_something_is_never_removed() {
        on_both(|hall| async move {
            let mut tx = hall.db.write().await.unwrap();
            for (letter, at_ms) in [("a", 100), ("b", 100), ("c", 900)] {
                keep(&mut tx, &file(letter), "x", at_ms).await.unwrap();
                let copy = UploadedFile {
                    digest: file(letter).digest,
                    kind: AttachmentKind::File,
                    key: letter.into(),
                };
                keep_copy(&mut tx, &"a".into(), &copy).await.unwrap();
            }
            let digest = file("a").digest;
            add_use(&mut tx, &digest, "ticket", 12).await.unwrap();
            add_use(&mut tx, &digest, "ticket", 12).await.unwrap();
            add_use(&mut tx, &digest, "moderation", 3).await.unwrap();
            add_use(&mut tx, &file("f").digest, "moderation", 3).await.unwrap();
            let uses = uses(&mut tx, &digest).await.unwrap();
            let uses: Vec<_> = uses.iter().map(|one| (one.feature.as_str(), one.use_key.as_str())).collect();
            assert_eq!(uses, [("moderation", "3"), ("ticket", "12")]);
            assert_eq!(used_by(&mut tx, "ticket", 12).await.unwrap()[0].digest, digest);
            assert_eq!(remove_unused(&mut tx, 500, 10).await.unwrap(), [file("b").digest]);
            drop_uses(&mut tx, "ticket", 12).await.unwrap();
            assert_eq!(remove_unused(&mut tx, 500, 10).await.unwrap(), []);
            drop_uses(&mut tx, "moderation", 3).await.unwrap();
            assert_eq!(remove_unused(&mut tx, 500, 10).await.unwrap(), [digest]);
            assert_eq!(remove_unused(&mut tx, 500, 10).await.unwrap(), []);
            assert!(get(&mut tx, &file("c").digest).await.unwrap().is_some());
        });
    }
}
