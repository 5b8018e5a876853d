//! Requests to be let into a group: known merchants come in at once, the rest is a card in the staff chat.

mod card;
mod decide;

use async_trait::async_trait;

use crate::chat::{Action, EventBody, Lane, RequestKey};
use crate::directory::{Chat, Purpose, User};
use crate::error::{FeatureError, Result};
use crate::feature::{Feature, Flow, Incoming, Manifest, Press, Receipt};
use crate::features::group;
use crate::ids::{RowId, StaffId};
use crate::roster::Permission;
use crate::store::join_request::{self as store, JoinRequest, RequestState};
use crate::store::moderation::SanctionKind;
use crate::store::{chat, moderation, people};
use crate::text;
use crate::texts::Text;
use crate::work::{Origin, Outgoing, Place, Work};
pub use card::state_text;
use decide::{Known, Way, after, way};

/// The feature's name.
const NAME: &str = "join_request";

/// Requests to be let in.
pub struct JoinRequestFeature;

static MANIFEST: Manifest = Manifest {
    name: NAME,
    commands: &[],
    timers: &[],
    buttons: &["let-in", "turn-away"],
    forms: &[],
    pages: &["/groups"],
};

/// Lets somebody in who asked, or turns them away.
///
/// # Errors
/// One sentence when the staff member may not, or the request was decided already.
pub async fn answer(work: &mut Work, by: &StaffId, id: &RowId, let_in: bool) -> Result<()> {
    let staff = work.hall.roster.load().who_may(by, Permission::Moderate).cloned();
    let staff = staff.ok_or_else(|| FeatureError::from(Text::new("join-request-not-allowed")))?;
    let found = store::get(work.tx().await?, id).await?;
    let found = found.filter(|one| one.state == RequestState::Open);
    let mut one = found.ok_or_else(|| FeatureError::from(Text::new("join-request-decided")))?;
    one.by = Some(staff.id.clone());
    decided(work, &mut one, let_in).await?;
    let act = if let_in { "group.let_in" } else { "group.turn_away" };
    work.audit_staff(&staff.id, act, &one.user, Some(one.chat.to_string())).await?;
    card::show_again(work, &one).await
}

/// Asks the platform for what was decided.
async fn decided(work: &mut Work, one: &mut JoinRequest, let_in: bool) -> Result<()> {
    one.state = if let_in { RequestState::LettingIn } else { RequestState::TurningAway };
    one.decided_at_ms = Some(work.now_ms);
    store::put(work.tx().await?, one).await?;
    let user = whose(work, one).await?;
    let action = Action::AnswerJoin { user: user.key, request: one.request.clone(), let_in };
    let out = Outgoing::new(Place::chat(&one.chat), Lane::Talk, action);
    work.send(out.heard_by(Origin::new(NAME, "answer", &one.id)));
    Ok(())
}

async fn whose(work: &mut Work, one: &JoinRequest) -> Result<User> {
    let found = chat::user(work.tx().await?, &one.user).await?;
    found.ok_or_else(|| FeatureError::Internal(format!("join request {} is nobody's", one.id)))
}

/// Somebody asks to be let in.
async fn asked(
    work: &mut Work,
    group: &Chat,
    user: &User,
    (request, words): (&RequestKey, &str),
    at_ms: i64,
) -> Result<()> {
    if store::known(work.tx().await?, &group.id, &user.id, request).await?.is_some() {
        return Ok(());
    }
    let mut one = JoinRequest {
        id: work.hall.ids.next(),
        chat: group.id.clone(),
        user: user.id.clone(),
        request: request.clone(),
        words: words.replace('\0', " "),
        state: RequestState::Open,
        by: None,
        card: None,
        at_ms,
        decided_at_ms: None,
    };
    store::put(work.tx().await?, &one).await?;
    let facts = facts(work, group, user).await?;
    let known = Known {
        banned: !facts.bans.is_empty(),
        contact: !facts.merchants.is_empty(),
        bad_name: facts.name_rule.is_some(),
    };
    work.note(NAME, Some(&group.id), text!("join-request-note", name = &user.name));
    match way(known) {
        Way::LetIn => decided(work, &mut one, true).await,
        Way::Ask => card::show(work, one, user, group, &facts).await,
    }
}

/// What is known of who asks.
async fn facts(work: &mut Work, group: &Chat, user: &User) -> Result<card::Facts> {
    let merchants = people::merchants_of(work.tx().await?, &user.person).await?;
    let open = moderation::open_of_person(work.tx().await?, &user.person).await?;
    let banned = open.iter().filter(|one| one.kind == SanctionKind::Ban && one.state.stands());
    Ok(card::Facts {
        merchants: merchants.into_iter().map(|(merchant, _)| merchant.name).collect(),
        bans: banned.map(|sanction| sanction.case).collect(),
        name_rule: work.hall.policy.name_rule(group, user),
    })
}

/// Somebody is in: a request of theirs that is open was granted, by us or by an admin's own hand.
async fn joined(work: &mut Work, group: &Chat, user: &User) -> Result<()> {
    for mut one in store::open_of(work.tx().await?, &group.id, &user.id).await? {
        one.state = RequestState::LetIn;
        one.decided_at_ms.get_or_insert(work.now_ms);
        store::put(work.tx().await?, &one).await?;
        card::show_again(work, &one).await?;
    }
    Ok(())
}

#[async_trait]
impl Feature for JoinRequestFeature {
    fn manifest(&self) -> &'static Manifest {
        &MANIFEST
    }

    async fn on_event(&self, work: &mut Work, incoming: &Incoming) -> Result<Flow> {
        let (group, Some(user)) = (&incoming.chat, &incoming.user) else { return Ok(Flow::Pass) };
        if group.purpose != Purpose::Community {
            return Ok(Flow::Pass);
        }
        match &incoming.event.body {
            EventBody::JoinRequested { request, words, .. } => {
                asked(work, group, user, (request, words), incoming.event.at_ms).await?;
            }
            EventBody::Joined { .. } => joined(work, group, user).await?,
            _ => {}
        }
        Ok(Flow::Pass)
    }

    async fn on_press(&self, work: &mut Work, press: &Press) -> Result<Option<Text>> {
        let by = press.at.staff.as_ref().map(|staff| staff.id.clone());
        let by = by.ok_or_else(|| FeatureError::from(Text::new("join-request-not-allowed")))?;
        let id = press.payload.get("request").and_then(|id| id.as_str()).unwrap_or_default();
        answer(work, &by, &id.into(), press.verb == "let-in").await?;
        Ok(None)
    }

    async fn on_receipt(&self, work: &mut Work, receipt: &Receipt) -> Result<()> {
        let id = receipt.origin.key.as_str().into();
        let Some(mut one) = store::get(work.tx().await?, &id).await? else { return Ok(()) };
        match after(one.state, &receipt.end) {
            Some(state) if state == one.state => return Ok(()),
            Some(state) => one.state = state,
            None => {
                // A person must help, and then decide again.
                (one.state, one.by, one.decided_at_ms) = (RequestState::Open, None, None);
                let Some(group) = chat::get(work.tx().await?, &one.chat).await? else { return Ok(()) };
                let user = whose(work, &one).await?;
                let why = receipt.end.why().unwrap_or_default();
                let text = text!("join-request-failed", name = &user.name, group = &group.title, why = why);
                group::tell_staff(work, &group.account, &text).await?;
            }
        }
        store::put(work.tx().await?, &one).await?;
        card::show_again(work, &one).await
    }
}
