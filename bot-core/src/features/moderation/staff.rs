//! What staff are told, in the staff chat.

use super::decide::Call;
use super::{NAME, words};
use crate::chat::{AccountId, Button, Content, Feature as Can, Lang, MemberRole, RejectionKind, RichText};
use crate::courier::End;
use crate::directory::{Chat, Purpose, User};
use crate::error::Result;
use crate::features::form::NewButton;
use crate::store::StoreError;
use crate::store::chat;
use crate::store::moderation::{Case, Sanction};
use crate::text;
use crate::texts::Text;
use crate::work::{Place, Work};

/// How much of a flagged message is shown, in bytes.
const FLAGGED_SHOWN_UTF8: usize = 600;

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

/// Puts a flagged message before the staff, with what can be done about it.
pub(super) async fn show_flagged(work: &mut Work, case: &Case, user: &User, group: &Chat) -> Result<()> {
    let Some(chat) = staff_chat(work, &group.account).await? else { return Ok(()) };
    let lang = lang_of(work, &chat);
    let hall = std::sync::Arc::clone(&work.hall);
    let rule = words::rule_title(case).map(|title| hall.texts.say(lang, &title)).unwrap_or_default();
    let head = hall.texts.say(
        lang,
        &text!(
            "moderation-flagged",
            no = case.no.to_string(),
            name = &user.name,
            group = &group.title,
            rule = rule
        ),
    );
    let mut said = RichText::plain(head).then("\n").then_rich(&flagged_text(case));
    if !work.capabilities(&chat).is_native(Can::Buttons) {
        let how = hall.texts.say(lang, &text!("moderation-flagged-how", no = case.no.to_string()));
        said = said.then("\n").then(&how);
    }
    let row = vec![
        decision(work, case, "uphold", hall.texts.say(lang, &Text::new("moderation-button-uphold"))).await?,
        decision(work, case, "dismiss", hall.texts.say(lang, &Text::new("moderation-button-dismiss")))
            .await?,
    ];
    work.say(Place::chat(&chat.id), Content::text(said).with_row(row));
    Ok(())
}

/// As much of a flagged message as the line in the staff chat shows.
pub(super) fn flagged_text(case: &Case) -> RichText {
    words::quotation(case, FLAGGED_SHOWN_UTF8)
}

async fn decision(
    work: &mut Work,
    case: &Case,
    verb: &'static str,
    label: String,
) -> Result<Button, StoreError> {
    let payload = serde_json::json!({ "case": case.no });
    let new = NewButton { feature: NAME, verb, payload, for_user: None, expires_at_ms: None };
    work.button(new, label).await
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
