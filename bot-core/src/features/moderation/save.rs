//! Writes a policy that was edited on the console into the file of the one in force, and puts it in force.

use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::source::SourcedPolicy;
use crate::digest::sha256;
use crate::error::{FeatureError, Result};
use crate::hall::Hall;
use crate::ids::StaffId;
use crate::text;
use crate::texts::Text;

/// Writes a policy into the file of the one in force and puts it in force, with a trace of who did it. `begun` is the
/// digest of the text that the editor began from. Whether the person may is for the caller to have asked.
///
/// # Errors
/// One sentence for the person where the policy in force comes from no file, the file says something else by now, the
/// version is not higher, or the file can't be written; otherwise when the database fails. Nothing has changed then.
pub async fn save(hall: &Arc<Hall>, by: &StaffId, read: SourcedPolicy, begun: String) -> Result<()> {
    let (hall, by) = (Arc::clone(hall), by.clone());
    // By itself: somebody who closes the page must not stop it half way.
    tokio::spawn(async move { saved(&hall, &by, read, &begun).await })
        .await
        .map_err(|error| FeatureError::Internal(format!("the policy could not be saved: {error}")))?
}

async fn saved(hall: &Arc<Hall>, by: &StaffId, read: SourcedPolicy, begun: &str) -> Result<()> {
    let _saving = hall.policy.saving.lock().await;
    let (engine, source) = hall.policy.with_source();
    let Some(file) = source.file.clone() else {
        return Err(Text::new("moderation-policy-built-in").into());
    };
    let before = on_disk({
        let file = file.clone();
        move || std::fs::read_to_string(file)
    })
    .await?;
    if sha256(&before) != begun {
        return Err(Text::new("moderation-policy-moved").into());
    }
    let (was, will) = (engine.policy().version(), read.policy.version());
    if will <= was {
        return Err(text!("moderation-policy-version", was = i64::from(was), will = i64::from(will)).into());
    }
    let mark: String = hall.ids.code(8);
    let write = |text: String| {
        let (file, mark) = (file.clone(), mark.clone());
        on_disk(move || replace(&file, &text, &mark))
    };
    write(read.source.text.clone()).await?;
    let detail =
        format!("{was} → {will}, sha256 {} → {}, {}", begun, sha256(&read.source.text), file.display());
    let traced = hall
        .in_one_commit(async |mut work| {
            work.audit_staff(by, "policy.save", "policy", Some(detail.clone())).await?;
            Ok((work, ()))
        })
        .await;
    if let Err(error) = traced {
        // Without its trace nothing is changed.
        if write(before).await.is_err() {
            tracing::error!(file = %file.display(), "a policy was written, and neither its trace nor the old one");
        }
        return Err(error);
    }
    hall.policy.set(read);
    Ok(())
}

/// Does something with a file off the threads that serve messages.
async fn on_disk<T: Send + 'static>(does: impl FnOnce() -> io::Result<T> + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(does)
        .await
        .map_err(|error| FeatureError::Internal(format!("the policy's file: {error}")))?
        .map_err(|error| text!("moderation-policy-unwritten", why = error.to_string()).into())
}

/// Puts a text in the place of a file at once: whoever reads it finds the old text or the new one, and who may read it
/// stays as it is. A link stays one.
fn replace(file: &Path, text: &str, mark: &str) -> io::Result<()> {
    let file = file.canonicalize()?;
    // A file that nobody may write to is not replaced either.
    OpenOptions::new().write(true).open(&file)?;
    let folder = file.parent().unwrap_or(Path::new("/"));
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let beside: PathBuf = folder.join(format!(".{name}.{mark}"));
    let written = (|| {
        let mut new = OpenOptions::new().write(true).create_new(true).open(&beside)?;
        new.set_permissions(std::fs::metadata(&file)?.permissions())?;
        new.write_all(text.as_bytes())?;
        new.sync_all()?;
        std::fs::rename(&beside, &file)
    })();
    if written.is_err() {
        // What is left of it would be in the way of nobody; that it could not be written is what is told.
        let _ = std::fs::remove_file(&beside);
    }
    written?;
    // So that the name is on disk too; where folders can't be opened, the file is there all the same.
    if let Ok(folder) = File::open(folder) {
        let _ = folder.sync_all();
    }
    Ok(())
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn a_file_is_replaced_whole_or_not_at_all() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("mine.toml");
        std::fs::write(&file, "version = 1").unwrap();
        let mut rights = std::fs::metadata(&file).unwrap().permissions();
        rights.set_mode(0o640);
        std::fs::set_permissions(&file, rights).unwrap();
        let link = folder.path().join("link.toml");
        std::os::unix::fs::symlink(&file, &link).unwrap();
        replace(&link, "version = 2", "A").unwrap();
        assert_eq!(std::fs::read_to_string(&file).unwrap(), "version = 2");
        assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o640);
        assert!(link.is_symlink());
        std::fs::create_dir(folder.path().join(".mine.toml.B")).unwrap();
        assert!(replace(&file, "version = 3", "B").is_err());
        assert_eq!(std::fs::read_to_string(&file).unwrap(), "version = 2");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 3, "nothing else is left behind");
    }
}
