//! Another text for what has gone out.

use super::decide::{Input, decide};
use super::{Announcement, apply, filled, four_eyes, load, variant};
use crate::error::Result;
use crate::features::wording::Wording;
use crate::ids::{AnnouncementNo, StaffId};
use crate::texts::Text;
use crate::work::Work;

/// Gives a new text to all copies that stand, or where that needs a second person, proposes it to them. Parts that
/// `wording` leaves out stay.
///
/// # Errors
/// A sentence when it was not sent, or is being sent still.
pub async fn edit(
    work: &mut Work,
    no: AnnouncementNo,
    wording: Wording,
    by: &StaffId,
) -> Result<Announcement> {
    let mut one = load(work, no).await?;
    let changed = variant::standing_text(&one).clone().changed_by(wording);
    put_text(work, &mut one, changed, by).await?;
    Ok(one)
}

/// Puts a text in place of the one that copies show.
async fn put_text(work: &mut Work, one: &mut Announcement, wording: Wording, by: &StaffId) -> Result<()> {
    if variant::texts(one).all(|text| wording == *text) {
        return Err(Text::new("announcement-nothing-changed").into());
    }
    if variant::is_open(one) {
        return Err(Text::new("announcement-test-runs").into());
    }
    decide(work.now_ms, one.state, Input::Edit)?;
    if let Some(wrong) = filled::problems(&wording).into_iter().next() {
        return Err(wrong.into());
    }
    if four_eyes::edit_needs_second(work, one).await? {
        return four_eyes::propose(work, one, wording, by).await;
    }
    four_eyes::wrote(one, by);
    edit_now(work, one, wording, by).await
}

/// Gives all copies that stand the new text.
pub(super) async fn edit_now(
    work: &mut Work,
    one: &mut Announcement,
    wording: Wording,
    by: &StaffId,
) -> Result<()> {
    one.wording = wording;
    if let Some(variants) = &mut one.variants {
        // One text stands everywhere from now on, whatever was tested.
        variants.corrected = true;
    }
    one.version += 1;
    one.proposal = None;
    apply::apply(work, one, Input::Edit, Some(by)).await?;
    work.audit_staff(by, "announcement.edit", one.no, Some(format!("version {}", one.version))).await?;
    Ok(())
}

/// Gives another text to all copies that stand, exactly this one.
///
/// # Errors
/// A sentence when it was changed since `seen`, was not sent, or is being sent still, or the text is empty.
pub async fn correct(
    work: &mut Work,
    no: AnnouncementNo,
    seen: i64,
    wording: Wording,
    by: &StaffId,
) -> Result<Announcement> {
    let mut one = load(work, no).await?;
    if one.version != seen {
        return Err(Text::new("announcement-changed-meanwhile").into());
    }
    if wording.langs().is_empty() {
        return Err(Text::new("announcement-no-text").into());
    }
    put_text(work, &mut one, wording, by).await?;
    Ok(one)
}
