//! Copies of unknown end: a person decides, and may send them once more.

use super::decide::{Input, decide};
use super::{Announcement, State, load};
use crate::error::Result;
use crate::features::delivery::CopyState;
use crate::ids::{AnnouncementNo, StaffId};
use crate::store::{announcement, delivery as copies, outbox as sent};
use crate::texts::Text;
use crate::work::Work;

/// Sends copies of unknown end once more, because a person decided so. Gives how many; their end may be known by now.
///
/// # Errors
/// A sentence when none of them is of unknown end, or it is too late for that.
pub async fn send_unknown_again(
    work: &mut Work,
    no: AnnouncementNo,
    recipients: &[String],
    by: &StaffId,
) -> Result<usize> {
    let mut one = load(work, no).await?;
    let mut again = 0;
    for recipient in recipients {
        if retry_unknown(work, &mut one, recipient).await? {
            work.audit_staff(by, "announcement.retry_unknown", no, Some(recipient.clone())).await?;
            again += 1;
        }
    }
    if again == 0 {
        return Err(Text::new("announcement-known-by-now").into());
    }
    Ok(again)
}

/// Sends one copy of unknown end once more, because a person decided so. False when its end is known by now.
pub(super) async fn retry_unknown(work: &mut Work, one: &mut Announcement, recipient: &str) -> Result<bool> {
    let push = one.no.to_string();
    let Some(copy) = copies::get(work.tx().await?, &push, recipient).await? else { return Ok(false) };
    let (CopyState::Unknown, Some(outbox)) = (copy.state, &copy.outbox) else { return Ok(false) };
    let now_ms = work.now_ms;
    if decide(now_ms, one.state, Input::SendAgain)?.is_some() {
        one.state = State::Sending;
        announcement::put(work.tx().await?, one).await?;
    }
    let again = sent::retry_unknown(work.tx().await?, outbox, now_ms).await?;
    if again {
        copies::set_state(work.tx().await?, &push, &[recipient], CopyState::Queued, None).await?;
        work.outbox_changed();
    }
    Ok(again)
}
