//! What a platform's own filter kept back: a case that a moderator looks at, like one that a rule of ours flagged.

use super::{NAME, flag};
use crate::directory::{Chat, User};
use crate::error::Result;
use crate::ids::CaseNo;
use crate::store::chat;
use crate::store::message::TEXT_KEPT_UTF8;
use crate::store::moderation::{self as store, Case, Removal};
use crate::text;
use crate::work::Work;

/// Keeps what was kept back as a flagged case and puts it before the staff. Nobody was told of a rule of ours yet, so
/// nobody is punished by it either, until a moderator upholds it.
pub(super) async fn noted(work: &mut Work, group: &Chat, user: &User, said: &str, why: &str) -> Result<()> {
    if work.hall.roster.load().of_person(&user.person).is_some() {
        return Ok(());
    }
    let no = CaseNo(chat::next_number(work.tx().await?, "case").await?);
    let case = Case {
        message_text: Some(said[..said.floor_char_boundary(TEXT_KEPT_UTF8)].to_owned()),
        reason: (!why.is_empty()).then(|| why.to_owned()),
        removal: Removal::Removed,
        ..Case::flagged(no, &group.id, &user.id, work.now_ms)
    };
    store::put(work.tx().await?, &case).await?;
    work.note(
        NAME,
        Some(&group.id),
        text!("moderation-note-withheld", no = no.to_string(), name = &user.name),
    );
    let (name, at) = (&user.name, &group.title);
    let head = text!("moderation-withheld", no = no.to_string(), name = name, group = at, why = why);
    flag::put_before_staff(work, &case, group, &head).await
}
