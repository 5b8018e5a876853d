//! What staff are told, in the staff chat.

use super::decide::Call;
use super::words;
use crate::chat::{Lang, MemberRole, RejectionKind};
use crate::courier::End;
use crate::directory::Chat;
use crate::error::Result;
pub(super) use crate::features::group::{staff_chat, tell_staff as tell};
use crate::store::chat;
use crate::store::moderation::{Case, Sanction};
use crate::text;
use crate::texts::Text;
use crate::work::Work;

/// The language of a group or of the staff chat.
pub(super) fn lang_of(work: &Work, chat: &Chat) -> Lang {
    chat.lang.unwrap_or(work.hall.default_lang)
}

/// Tells staff in words what the platform refused, and the cure.
pub(super) async fn tell_of_failure(
    work: &mut Work,
    sanction: &Sanction,
    call: Call,
    end: &End,
) -> Result<()> {
    let (user, chat) = super::act::whom_and_where(work, sanction).await?;
    let role = chat::member_role(work.tx().await?, &chat.id, &user.id).await?;
    let what = match call {
        Call::Apply => words::kind(sanction.kind),
        Call::Release => text!("moderation-end-of", kind = words::kind(sanction.kind)),
    };
    let text = text!(
        "moderation-failed",
        no = sanction.case.to_string(),
        what = what,
        name = &user.name,
        group = &chat.title,
        cure = cure(end, role)
    );
    Ok(tell(work, &chat.account, &text).await?)
}

/// Tells staff that a message could not be deleted, and the cure.
pub(super) async fn tell_of_refused_removal(work: &mut Work, case: &Case, end: &End) -> Result<()> {
    let Some(chat) = &case.chat else { return Ok(()) };
    let Some(chat) = chat::get(work.tx().await?, chat).await? else { return Ok(()) };
    let cure = match end {
        End::Rejected(rejection) if rejection.kind == RejectionKind::MissingRight => {
            Text::new("moderation-cure-delete")
        }
        end => cure(end, None),
    };
    let text = text!("moderation-failed-delete", no = case.no.to_string(), group = &chat.title, cure = cure);
    Ok(tell(work, &chat.account, &text).await?)
}

fn cure(end: &End, role: Option<MemberRole>) -> Text {
    match end {
        End::Rejected(_) if matches!(role, Some(MemberRole::Owner | MemberRole::Admin)) => {
            Text::new("moderation-cure-admin")
        }
        End::Rejected(rejection) => match rejection.kind {
            RejectionKind::MissingRight => Text::new("moderation-cure-restrict"),
            RejectionKind::Kicked => Text::new("moderation-cure-absent"),
            _ => text!("moderation-cure-other", why = &rejection.why),
        },
        End::Unknown { why } => text!("moderation-cure-unknown", why = why),
        End::Sent(_) => Text::new("moderation-state-active"),
    }
}
