//! Puts flagged messages before the staff, and a flood of them only once.

use moderation::{HitKind, Verdict};

use super::decide::{Found, is_before_staff};
use super::staff::{lang_of, staff_chat, tell};
use super::{NAME, words};
use crate::chat::{Button, Content, RichText};
use crate::directory::{Chat, User};
use crate::error::Result;
use crate::features::form::NewButton;
use crate::store::StoreError;
use crate::store::moderation::{self as store, Case};
use crate::text;
use crate::texts::Text;
use crate::work::{Place, Work};

/// How much of a flagged message is shown, in bytes.
const SHOWN_UTF8: usize = 600;
/// So many flagged messages of one group are shown in a minute; the rest wait in the console.
const SHOWN_A_MINUTE: i64 = 5;
/// A minute, milliseconds.
const MINUTE_MS: i64 = 60_000;

/// Whether staff have the same already before them: a flood is one case and not one for each message of it, and a
/// name is looked at once.
pub(super) async fn is_known(work: &mut Work, chat: &Chat, user: &User, verdict: &Verdict) -> Result<bool> {
    let Some(hit) = verdict.gravest() else { return Ok(false) };
    let found = match hit.kind {
        _ if hit.in_name => Found::InName,
        HitKind::Behaviour => Found::Behaviour,
        _ => return Ok(false),
    };
    let last = store::last_by_rule(work.tx_unflushed(), &chat.id, &user.id, hit.rule.as_str()).await?;
    Ok(is_before_staff(found, last, work.now_ms))
}

/// Puts a flagged message before the staff, with what can be done about it; where many come at once, only the first
/// few, and then one line that says so.
pub(super) async fn show(work: &mut Work, case: &Case, user: &User, group: &Chat) -> Result<()> {
    let (no, name, at) = (case.no.to_string(), &user.name, &group.title);
    let head = match words::rule_title(case) {
        Some(rule) => text!("moderation-flagged", no = no, name = name, group = at, rule = rule),
        None => text!("moderation-flagged", no = no, name = name, group = at, rule = ""),
    };
    put_before_staff(work, case, group, &head).await
}

/// As [`show`], under this head.
pub(super) async fn put_before_staff(work: &mut Work, case: &Case, group: &Chat, head: &Text) -> Result<()> {
    let since_ms = work.now_ms - MINUTE_MS;
    let most = SHOWN_A_MINUTE + 2;
    let shown = store::flagged_since(work.tx_unflushed(), &group.id, since_ms, most).await?;
    if shown > SHOWN_A_MINUTE {
        if shown == SHOWN_A_MINUTE + 1 {
            let text = text!("moderation-flagged-more", group = &group.title);
            tell(work, &group.account, &text).await?;
        }
        return Ok(());
    }
    let Some(chat) = staff_chat(work, &group.account).await? else { return Ok(()) };
    let lang = lang_of(work, &chat);
    let hall = std::sync::Arc::clone(&work.hall);
    let no = case.no.to_string();
    let mut said = RichText::plain(hall.texts.say(lang, head)).then("\n").then_rich(&quoted(case));
    if !work.capabilities(&chat).has_buttons() {
        let how = hall.texts.say(lang, &text!("moderation-flagged-how", no = &no));
        said = said.then("\n").then(&how);
    }
    let uphold = hall.texts.say(lang, &Text::new("moderation-button-uphold"));
    let dismiss = hall.texts.say(lang, &Text::new("moderation-button-dismiss"));
    let row =
        vec![button(work, case, "uphold", uphold).await?, button(work, case, "dismiss", dismiss).await?];
    work.say(Place::chat(&chat.id), Content::text(said).with_row(row));
    Ok(())
}

/// As much of a flagged message as the line in the staff chat shows.
pub(super) fn quoted(case: &Case) -> RichText {
    words::quotation(case, SHOWN_UTF8)
}

async fn button(
    work: &mut Work,
    case: &Case,
    verb: &'static str,
    label: String,
) -> Result<Button, StoreError> {
    let payload = serde_json::json!({ "case": case.no });
    let new = NewButton { feature: NAME, verb, payload, for_user: None, expires_at_ms: None };
    work.button(new, label).await
}
