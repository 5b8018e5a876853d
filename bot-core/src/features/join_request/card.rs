//! The card about a request, in the staff chat.

use moderation::Bilingual;

use super::{NAME, facts, whose};
use crate::chat::{Action, Content, Lane, RichText};
use crate::directory::{Chat, User};
use crate::error::Result;
use crate::features::form::NewButton;
use crate::features::group;
use crate::ids::{CaseNo, RowId};
use crate::store::join_request::{self as store, JoinRequest, RequestState};
use crate::store::{StoreError, chat};
use crate::text;
use crate::texts::Text;
use crate::work::{Outgoing, Place, Work};

/// What is known of who asks.
pub(super) struct Facts {
    /// The merchants that they speak for.
    pub(super) merchants: Vec<String>,
    /// The cases of bans that stand against them.
    pub(super) bans: Vec<CaseNo>,
    /// The rule that their name breaks.
    pub(super) name_rule: Option<Bilingual>,
}

/// Puts a new request before the staff.
pub(super) async fn show(
    work: &mut Work,
    mut one: JoinRequest,
    user: &User,
    from: &Chat,
    facts: &Facts,
) -> Result<()> {
    let Some(staff) = group::staff_chat(work, &from.account).await? else { return Ok(()) };
    let content = content(work, &one, user, from, (&staff, facts)).await?;
    let card = work.say(Place::chat(&staff.id), content);
    one.card = Some((card, staff.id));
    Ok(store::put(work.tx().await?, &one).await?)
}

/// Shows on the card how the request stands now.
pub(super) async fn show_again(work: &mut Work, one: &JoinRequest) -> Result<()> {
    let Some((card, at)) = &one.card else { return Ok(()) };
    let (group, staff) =
        (chat::get(work.tx().await?, &one.chat).await?, chat::get(work.tx().await?, at).await?);
    let (Some(group), Some(staff)) = (group, staff) else { return Ok(()) };
    let user = whose(work, one).await?;
    let facts = facts(work, &group, &user).await?;
    let content = content(work, one, &user, &group, (&staff, &facts)).await?;
    let edit = Action::Edit { message: crate::chat::MessageRef::Outbox(card.clone()), content };
    work.send(Outgoing::new(Place::chat(&staff.id), Lane::Talk, edit));
    Ok(())
}

async fn content(
    work: &mut Work,
    one: &JoinRequest,
    user: &User,
    group: &Chat,
    (staff, facts): (&Chat, &Facts),
) -> Result<Content> {
    let lang = staff.lang.unwrap_or(work.hall.default_lang);
    let hall = std::sync::Arc::clone(&work.hall);
    let say = |text: &Text| hall.texts.say(lang, text);
    let mut said = RichText::plain(say(&text!("join-request-card", name = &user.name, group = &group.title)));
    if !one.words.trim().is_empty() {
        said = said.then("\n").then(&say(&text!("join-request-words", words = one.words.trim())));
    }
    for line in lines(facts) {
        said = said.then("\n").then(&say(&line));
    }
    if one.state != RequestState::Open {
        let by = one.by.as_ref().and_then(|by| hall.roster.load().get(by).map(|staff| staff.name.clone()));
        let line = match by {
            Some(by) => text!("join-request-by", state = state_text(one.state), by = by),
            None => state_text(one.state),
        };
        return Ok(Content::text(said.then("\n").then(&say(&line))));
    }
    let let_in = button(work, &one.id, "let-in", say(&Text::new("join-request-let-in"))).await?;
    let turn_away = button(work, &one.id, "turn-away", say(&Text::new("join-request-turn-away"))).await?;
    Ok(Content::text(said).with_row(vec![let_in, turn_away]))
}

/// What is known of who asks, a line each.
fn lines(facts: &Facts) -> Vec<Text> {
    let mut lines = Vec::new();
    if !facts.merchants.is_empty() {
        lines.push(text!("join-request-merchants", merchants = facts.merchants.join(", ")));
    }
    if !facts.bans.is_empty() {
        let cases: Vec<String> = facts.bans.iter().map(ToString::to_string).collect();
        lines.push(text!("join-request-banned", cases = cases.join(", ")));
    }
    if let Some(rule) = &facts.name_rule {
        lines.push(text!("join-request-name", en = &rule.en, zh = &rule.zh_cn));
    }
    if lines.is_empty() {
        lines.push(Text::new("join-request-unknown"));
    }
    lines
}

/// How a request stands.
pub fn state_text(state: RequestState) -> Text {
    Text::new(match state {
        RequestState::Open => "join-request-open",
        RequestState::LettingIn => "join-request-letting-in",
        RequestState::TurningAway => "join-request-turning-away",
        RequestState::LetIn => "join-request-is-in",
        RequestState::TurnedAway => "join-request-is-away",
        RequestState::Gone => "join-request-gone",
    })
}

async fn button(
    work: &mut Work,
    id: &RowId,
    verb: &'static str,
    label: String,
) -> Result<crate::chat::Button, StoreError> {
    let payload = serde_json::json!({ "request": id });
    work.button(NewButton { feature: NAME, verb, payload, for_user: None, expires_at_ms: None }, label).await
}
