//! What the staff hear of an announcement by itself: how the sending, an edit or a recall ended, and that a pause lasts.

use super::{Announcement, card};
use crate::chat::{Button, Content, Lang};
use crate::directory::Purpose;
use crate::error::Result;
use crate::features::delivery::{self, CopyState, Counts};
use crate::store::chat;
use crate::text;
use crate::texts::Text;
use crate::work::{Place, Work};

/// Tells the staff how the sending or the recall ended.
pub(super) async fn report(work: &mut Work, one: &Announcement) -> Result<()> {
    let counts = Counts::of(work, &one.no.to_string()).await?;
    let mut said = vec![text!("announcement-head", no = one.no.to_string(), state = one.state.name())];
    said.extend(counts.lines());
    let Some((_, lang)) = staff_place(work, one).await? else { return Ok(()) };
    let rows = card::repair_buttons(work, one, lang).await?;
    tell_staff(work, one, &said, rows).await
}

/// Reminds the staff of a pause that has lasted long.
pub(super) async fn remind(work: &mut Work, one: &Announcement) -> Result<()> {
    let counts = Counts::of(work, &one.no.to_string()).await?;
    let open = counts.in_states(&[CopyState::Planned, CopyState::Queued]);
    let said = text!("announcement-still-paused", no = one.no.to_string(), count = open);
    tell_staff(work, one, &[said], Vec::new()).await
}

/// Tells the staff how the editing ended.
pub(super) async fn report_edit(work: &mut Work, one: &Announcement) -> Result<()> {
    let counts = Counts::of(work, &one.no.to_string()).await?;
    let edited = counts.in_states(&[CopyState::Edited]);
    let all = edited + counts.in_states(&[CopyState::EditFailed]);
    let mut said = vec![text!("announcement-edited", no = one.no.to_string(), edited = edited, all = all)];
    for (why, count) in counts.reasons(CopyState::EditFailed) {
        said.push(text!("delivery-why-edit-failed", count = count, why = delivery::reason(why)));
    }
    tell_staff(work, one, &said, Vec::new()).await
}

/// Says something where staff hear of an announcement.
pub(super) async fn tell_staff(
    work: &mut Work,
    one: &Announcement,
    said: &[Text],
    rows: Vec<Vec<Button>>,
) -> Result<()> {
    let Some((place, lang)) = staff_place(work, one).await? else { return Ok(()) };
    let lines: Vec<String> = said.iter().map(|line| work.hall.texts.say(lang, line)).collect();
    let mut content = Content::text(lines.join("\n"));
    content.buttons = rows;
    work.say(place, content);
    Ok(())
}

/// Where staff hear of it, and the language spoken there.
async fn staff_place(work: &mut Work, one: &Announcement) -> Result<Option<(Place, Lang)>> {
    let default = work.hall.default_lang;
    let tx = work.tx().await?;
    if let Some(place) = &one.place
        && let Some(chat) = chat::get(tx, &place.chat).await?
    {
        return Ok(Some((place.clone(), chat.lang.unwrap_or(default))));
    }
    let staff = chat::by_purpose(tx, Purpose::Staff).await?.into_iter().next();
    Ok(staff.map(|chat| (Place::chat(&chat.id), chat.lang.unwrap_or(default))))
}
