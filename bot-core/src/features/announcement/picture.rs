//! The pictures and files of an announcement: taken from a message, kept in our store, sent with every copy.

use super::{Announcement, NAME, acts, load};
use crate::chat::{Attachment, AttachmentKind, FileDigest, FileRef, MessageKey, StoredFile};
use crate::courier::End;
use crate::error::Result;
use crate::feature::{Actor, Receipt};
use crate::ids::{AnnouncementNo, StaffId};
use crate::store::{StoreError, file, message};
use crate::text;
use crate::texts::Text;
use crate::work::{Origin, Place, Work};

/// The most files of one announcement: an album of Telegram holds ten, and so does a message of Discord.
pub const FILES_MAX: usize = 10;

/// The files of an announcement as they are sent, in the order in which they came.
pub(super) async fn files(work: &mut Work, no: AnnouncementNo) -> Result<Vec<Attachment>, StoreError> {
    let kept = file::used_by(work.tx().await?, NAME, no.0).await?;
    let file = |kept: file::KeptFile| Attachment {
        kind: AttachmentKind::of_media_type(&kept.media_type),
        name: kept.name,
        media_type: kept.media_type,
        size_bytes: u64::try_from(kept.size_bytes).unwrap_or_default(),
        file: FileRef::Stored(kept.digest),
    };
    Ok(kept.into_iter().map(file).collect())
}

/// Takes along files that are in our store already, with the names that they were brought under.
///
/// # Errors
/// A sentence when they are too many, or it went out already.
pub async fn attach(
    work: &mut Work,
    no: AnnouncementNo,
    new: &[(StoredFile, String)],
    by: &StaffId,
) -> Result<Announcement> {
    if files(work, no).await?.len() + new.len() > FILES_MAX {
        return Err(text!("announcement-picture-many", max = FILES_MAX).into());
    }
    let one = acts::change(work, no, acts::Change::default(), by).await?;
    let now_ms = work.now_ms;
    for (stored, name) in new {
        file::keep(work.tx().await?, stored, name, now_ms).await?;
        file::add_use(work.tx().await?, &stored.digest, NAME, no.0).await?;
    }
    Ok(one)
}

/// Takes one of its files away.
///
/// # Errors
/// A sentence when it went out already.
pub async fn detach(
    work: &mut Work,
    no: AnnouncementNo,
    digest: &FileDigest,
    by: &StaffId,
) -> Result<Announcement> {
    let one = acts::change(work, no, acts::Change::default(), by).await?;
    file::drop_use(work.tx().await?, digest, NAME, no.0).await?;
    Ok(one)
}

/// Takes the files of the message replied to, or with `none` takes away those that it has. A scheduled announcement
/// is a draft again, as by every change.
pub(super) async fn change(
    work: &mut Work,
    at: &Actor,
    no: AnnouncementNo,
    reply_to: Option<&MessageKey>,
    words: &str,
    by: &StaffId,
) -> Result<Text> {
    let away = matches!(words.trim().to_lowercase().as_str(), "none" | "no" | "无" | "不要");
    let found = match reply_to {
        Some(key) => message::by_key(work.tx().await?, &at.chat.id, key).await?,
        None => None,
    };
    let given: Vec<Attachment> = found.map(|message| message.attachments).unwrap_or_default();
    if given.is_empty() && !away {
        return Err(Text::new("announcement-picture-reply").into());
    }
    let before = files(work, no).await?.len();
    if !away && before + given.len() > FILES_MAX {
        return Err(text!("announcement-picture-many", max = FILES_MAX).into());
    }
    acts::change(work, no, acts::Change::default(), by).await?;
    if away {
        file::drop_uses(work.tx().await?, NAME, no.0).await?;
        return Ok(text!("announcement-picture-none", no = no.to_string()));
    }
    for file in &given {
        work.fetch(&at.chat.id, file, Origin::new(NAME, "picture", no));
    }
    Ok(text!("announcement-picture-coming", no = no.to_string(), count = given.len()))
}

/// What became of a file: it is the announcement's, unless that was sent meanwhile.
pub(super) async fn fetched(work: &mut Work, no: AnnouncementNo, receipt: &Receipt) -> Result<()> {
    let crate::chat::Action::Fetch { file: asked } = &receipt.action else { return Ok(()) };
    let one = load(work, no).await?;
    let said = match &receipt.end {
        End::Sent(made) if one.state.is_open() => {
            let Some(stored) = made.iter().find_map(|made| made.fetched.as_ref()) else { return Ok(()) };
            file::add_use(work.tx().await?, &stored.digest, NAME, no.0).await?;
            text!("announcement-picture-kept", no = no.to_string(), name = &asked.name)
        }
        End::Sent(_) => text!("announcement-picture-late", no = no.to_string(), name = &asked.name),
        End::Rejected(why) => {
            text!("announcement-picture-lost", no = no.to_string(), name = &asked.name, why = &why.why)
        }
        End::Unknown { .. } => return Ok(()),
    };
    let lang = work.hall.default_lang;
    let said = work.hall.texts.say(lang, &said);
    work.say(Place::chat(&receipt.chat), said);
    Ok(())
}
