//! *Got it*: readers say that they have read an announcement, and the ledger says who did.

use serde_json::json;

use super::{Announcement, NAME, four_eyes, load, series, variant};
use crate::chat::{Button, ButtonDo};
use crate::error::Result;
use crate::feature::Press;
use crate::features::form::NewButton;
use crate::ids::{AnnouncementNo, StaffId};
use crate::store::acknowledge::{self, Acknowledged};
use crate::store::{StoreError, announcement};
use crate::text;
use crate::texts::Text;
use crate::work::Work;

/// Says whether its readers are asked to say that they have read it.
///
/// # Errors
/// A sentence when it went out already.
pub async fn set_ack(work: &mut Work, no: AnnouncementNo, ack: bool, by: &StaffId) -> Result<Announcement> {
    let mut one = load(work, no).await?;
    if !one.state.is_open() {
        return Err(text!("announcement-not-now", state = one.state.name()).into());
    }
    one.ack = ack;
    variant::check(&one)?;
    one.version += 1;
    four_eyes::wrote(&mut one, by);
    announcement::put(work.tx().await?, &one).await?;
    work.audit_staff(by, "announcement.ack", no, Some(ack.to_string())).await?;
    series::changed(work, &one).await?;
    Ok(one)
}

/// Makes the button that stands under all its copies.
pub(super) async fn open(work: &mut Work, one: &mut Announcement) -> Result<(), StoreError> {
    if one.ack && one.ack_handle.is_none() {
        one.ack_handle = Some(handle(work, one.no, false).await?);
    }
    Ok(())
}

/// A button of its own; one under a test answers and counts nobody.
pub(super) async fn handle(work: &mut Work, no: AnnouncementNo, test: bool) -> Result<String, StoreError> {
    let payload = json!({ "no": no, "test": test });
    let new = NewButton { feature: NAME, verb: "ack", payload, for_user: None, expires_at_ms: None };
    let button = work.button(new, String::new()).await?;
    Ok(match button.does {
        ButtonDo::Press(handle) => handle,
        _ => String::new(),
    })
}

/// Somebody has read it.
pub(super) async fn pressed(work: &mut Work, press: &Press) -> Result<Option<Text>> {
    let no = press.payload["no"].as_i64().map(AnnouncementNo).unwrap_or(AnnouncementNo(0));
    if press.payload["test"].as_bool().unwrap_or(false) {
        return Ok(Some(Text::new("announcement-toast-ack-test")));
    }
    let at = &press.at;
    let who = Acknowledged {
        person: at.user.person.clone(),
        chat_user: at.user.id.clone(),
        name: at.user.name.clone(),
        chat: at.chat.id.clone(),
        title: at.chat.title.clone(),
        at_ms: work.now_ms,
    };
    let is_new = acknowledge::add(work.tx().await?, &no.to_string(), &who).await?;
    Ok(Some(if is_new {
        Text::new("announcement-toast-ack")
    } else {
        Text::new("announcement-toast-ack-again")
    }))
}

/// What is to be known of it on a card.
pub(super) async fn line(work: &mut Work, one: &Announcement) -> Result<Option<Text>, StoreError> {
    if !one.ack {
        return Ok(None);
    }
    if one.state.is_open() {
        return Ok(Some(Text::new("announcement-with-ack")));
    }
    let count = acknowledge::count(work.tx().await?, &one.no.to_string()).await?;
    Ok(Some(text!("announcement-acks", count = count)))
}

/// The button as readers see it; a preview has no handle yet and shows it all the same.
pub(super) fn button(handle: Option<&str>, label: String) -> Button {
    Button { label, does: ButtonDo::Press(handle.unwrap_or("-").to_owned()) }
}
