//! What staff are told, in the staff chat.

use super::decide::Call;
use super::words;
use crate::chat::{AccountId, Lang, MemberRole, RejectionKind};
use crate::courier::End;
use crate::directory::{Chat, Purpose};
use crate::error::Result;
use crate::store::StoreError;
use crate::store::chat;
use crate::store::moderation::{Case, Sanction};
use crate::text;
use crate::texts::Text;
use crate::work::{Place, Work};

/// The staff chat of an account.
pub(super) async fn staff_chat(work: &mut Work, account: &AccountId) -> Result<Option<Chat>, StoreError> {
    let chats = chat::by_purpose(work.tx().await?, Purpose::Staff).await?;
    Ok(chats.into_iter().find(|chat| chat.account == *account))
}

/// The language of a group or of the staff chat.
pub(super) fn lang_of(work: &Work, chat: &Chat) -> Lang {
    chat.lang.unwrap_or(work.hall.default_lang)
}

/// Says one sentence in the staff chat of an account, if it has one.
pub(super) async fn tell(work: &mut Work, account: &AccountId, text: &Text) -> Result<(), StoreError> {
    let Some(chat) = staff_chat(work, account).await? else { return Ok(()) };
    let said = work.hall.texts.say(lang_of(work, &chat), text);
    work.say(Place::chat(&chat.id), said);
    Ok(())
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
