//! Puts sanctions down: asks platforms for them, and to end them.

use moderation::Sanction as Measure;

use super::decide::{Means, Then, ended_as, means_of_release, mute_span};
use super::{NAME, notify, staff, words};
use crate::chat::{Action, Feature as Can, Lane, MessageRef};
use crate::directory::{Chat, User};
use crate::error::{FeatureError, Result};
use crate::ids::RowId;
use crate::store::moderation::{self as store, Case, Removal, Sanction, SanctionKind, SanctionState};
use crate::store::{StoreError, chat, message};
use crate::text;
use crate::work::{NewTimer, Origin, Outgoing, Place, Work};

/// So many messages of a banned person are taken away at most, the latest.
const PURGED_MAX: i64 = 1_000;

/// Asks the platform to delete the message that a case is about.
pub(super) fn remove_message(work: &mut Work, case: &mut Case) {
    let (Some(chat), Some(message)) = (&case.chat, &case.message) else { return };
    let action = Action::Delete { messages: vec![message.clone().into()] };
    let origin = Origin::new(NAME, "delete", case.no);
    work.send(Outgoing::new(Place::chat(chat), Lane::Urgent, action).heard_by(origin));
    case.removal = Removal::Requested;
}

/// Gives a user a sanction in a chat and asks the platform for it. The case must be kept already.
pub(super) async fn impose(
    work: &mut Work,
    case: &Case,
    user: &User,
    chat: &Chat,
    measure: Measure,
) -> Result<Sanction> {
    impose_purging(work, case, user, chat, measure, 0).await
}

/// Like [`impose`]; with a ban goes what they wrote there in the last `purge_ms` milliseconds.
pub(super) async fn impose_purging(
    work: &mut Work,
    case: &Case,
    user: &User,
    chat: &Chat,
    measure: Measure,
    purge_ms: i64,
) -> Result<Sanction> {
    let (kind, until_ms) = match measure {
        Measure::Warn => (SanctionKind::Warn, None),
        Measure::Mute { ms } => (SanctionKind::Mute, Some(work.now_ms.saturating_add(ms))),
        Measure::Kick => (SanctionKind::Kick, None),
        Measure::Ban => (SanctionKind::Ban, None),
    };
    // A warning is given by the case itself; no platform has a say in it.
    let warned = kind == SanctionKind::Warn;
    let sanction = Sanction {
        id: work.hall.ids.next(),
        case: case.no,
        kind,
        chat: chat.id.clone(),
        user: user.id.clone(),
        until_ms,
        purge_ms: if kind == SanctionKind::Ban { purge_ms } else { 0 },
        state: if warned { SanctionState::Active } else { SanctionState::Requested },
        error: None,
        attempts: 0,
        requested_at_ms: work.now_ms,
        active_at_ms: warned.then_some(work.now_ms),
        ended_at_ms: None,
    };
    store::add_sanction(work.tx().await?, &sanction).await?;
    apply(work, &sanction, user, chat).await?;
    if sanction.purge_ms > 0 && !work.capabilities(chat).is_native(Can::BanPurge) {
        take_away(work, &sanction).await?;
    }
    Ok(sanction)
}

/// Deletes by name what a banned person wrote lately, where the platform does not do it with the ban.
async fn take_away(work: &mut Work, sanction: &Sanction) -> Result<()> {
    let since_ms = work.now_ms - sanction.purge_ms;
    let tx = work.tx().await?;
    let keys = message::written_since(tx, &sanction.chat, &sanction.user, since_ms, PURGED_MAX).await?;
    if !keys.is_empty() {
        let action = Action::Delete { messages: keys.into_iter().map(MessageRef::Key).collect() };
        work.send(Outgoing::new(Place::chat(&sanction.chat), Lane::Urgent, action));
    }
    Ok(())
}

/// Asks the platform for a sanction, once more when it was asked before.
pub(super) async fn apply(
    work: &mut Work,
    sanction: &Sanction,
    user: &User,
    chat: &Chat,
) -> Result<(), StoreError> {
    let key = user.key.clone();
    let (action, expires_at_ms) = match sanction.kind {
        SanctionKind::Warn => return Ok(()),
        SanctionKind::Kick => (Action::Kick { user: key }, None),
        SanctionKind::Ban => (Action::Ban { user: key, purge_ms: sanction.purge_ms }, None),
        SanctionKind::Mute => {
            let until_ms = longest_mute(work, sanction).await?;
            (mute(work, sanction, chat, key, until_ms).await?, sanction.until_ms)
        }
    };
    let mut out = Outgoing::new(Place::chat(&chat.id), Lane::Urgent, action).heard_by(Origin::new(
        NAME,
        "apply",
        &sanction.id,
    ));
    out.expires_at_ms = expires_at_ms;
    work.send(out);
    Ok(())
}

/// The end of the longest mute that stands against the user in the chat, this one included.
async fn longest_mute(work: &mut Work, sanction: &Sanction) -> Result<i64, StoreError> {
    let open = store::open_at(work.tx().await?, &sanction.chat, &sanction.user).await?;
    let standing = open.iter().filter(|other| other.kind == SanctionKind::Mute && other.state.stands());
    Ok(standing.filter_map(|other| other.until_ms).chain(sanction.until_ms).max().unwrap_or(work.now_ms))
}

/// A mute as long as the platform can hold it; the clockwork renews it where that is too short.
async fn mute(
    work: &mut Work,
    sanction: &Sanction,
    chat: &Chat,
    user: crate::chat::UserKey,
    until_ms: i64,
) -> Result<Action, StoreError> {
    let cap_ms = work.capabilities(chat).limits(Can::Mute).duration_ms;
    let (until_ms, renew_at_ms) = mute_span(work.now_ms, until_ms, cap_ms);
    if let Some(due_at_ms) = renew_at_ms {
        work.arm(NewTimer { feature: NAME, kind: "renew", key: sanction.id.to_string(), due_at_ms }).await?;
    }
    Ok(Action::Mute { user, until_ms: Some(until_ms) })
}

/// Ends a sanction: `state` is lifting or undoing. It is over at once where the platform need not be asked.
pub(super) async fn release(work: &mut Work, sanction: &mut Sanction, state: SanctionState) -> Result<()> {
    sanction.state = state;
    let (user, chat) = whom_and_where(work, sanction).await?;
    let others = store::open_at(work.tx().await?, &sanction.chat, &sanction.user).await?;
    let key = user.key.clone();
    let action = match means_of_release(work.now_ms, sanction, &others) {
        Means::Nothing => None,
        Means::Unmute => Some(Action::Unmute { user: key, before: None }),
        Means::Unban => Some(Action::Unban { user: key }),
        Means::MuteUntil(until_ms) => Some(mute(work, sanction, &chat, key, until_ms).await?),
    };
    match action {
        Some(action) => {
            let origin = Origin::new(NAME, "release", &sanction.id);
            work.send(Outgoing::new(Place::chat(&chat.id), Lane::Urgent, action).heard_by(origin));
        }
        None => {
            sanction.state = ended_as(state).unwrap_or(state);
            sanction.ended_at_ms = Some(work.now_ms);
        }
    }
    // What still stands renews itself.
    for kind in ["lift", "renew"] {
        work.disarm(NAME, kind, sanction.id.as_str()).await?;
    }
    Ok(store::update_sanction(work.tx().await?, sanction).await?)
}

/// Arms the timer that lifts a sanction.
pub(super) async fn lift_at(work: &mut Work, sanction: &Sanction, due_at_ms: i64) -> Result<(), StoreError> {
    work.arm(NewTimer { feature: NAME, kind: "lift", key: sanction.id.to_string(), due_at_ms }).await
}

/// Takes in how one of a sanction's calls ended.
pub(super) async fn answered(
    work: &mut Work,
    id: &RowId,
    call: super::decide::Call,
    end: &crate::courier::End,
) -> Result<()> {
    let Some(mut sanction) = store::sanction(work.tx().await?, id).await? else { return Ok(()) };
    let before = sanction.state;
    let after = super::decide::after_answer(work.now_ms, &sanction, call, end);
    sanction.state = after.state;
    sanction.error = end.why().map(str::to_owned);
    if after.state == SanctionState::Active && before != SanctionState::Active {
        sanction.active_at_ms = Some(work.now_ms);
    }
    if after.state.is_over() && !before.is_over() {
        sanction.ended_at_ms = Some(work.now_ms);
    }
    for then in &after.then {
        match then {
            Then::LiftAt(due_at_ms) => {
                sanction.attempts += i64::from(call == super::decide::Call::Release);
                lift_at(work, &sanction, *due_at_ms).await?;
            }
            Then::ReleaseNow => release(work, &mut sanction, SanctionState::Lifting).await?,
            Then::TellStaff => staff::tell_of_failure(work, &sanction, call, end).await?,
        }
    }
    store::update_sanction(work.tx().await?, &sanction).await?;
    if sanction.state != before {
        note(work, &sanction).await?;
        notify::after_change(work, &sanction).await?;
    }
    Ok(())
}

/// Does what a timer is there for.
pub(super) async fn due(work: &mut Work, kind: &str, id: &RowId) -> Result<()> {
    use SanctionState as S;
    let Some(mut sanction) = store::sanction(work.tx().await?, id).await? else { return Ok(()) };
    match (kind, sanction.state) {
        ("lift", S::Active) => release(work, &mut sanction, S::Lifting).await,
        ("lift", state @ (S::Lifting | S::Undoing)) => release(work, &mut sanction, state).await,
        // The person left before it could be given, and did not come back in its time.
        ("lift", S::Requested) => {
            (sanction.state, sanction.ended_at_ms) = (S::Rejected, Some(work.now_ms));
            Ok(store::update_sanction(work.tx().await?, &sanction).await?)
        }
        ("renew", S::Active | S::Requested) => {
            let (user, chat) = whom_and_where(work, &sanction).await?;
            Ok(apply(work, &sanction, &user, &chat).await?)
        }
        _ => Ok(()),
    }
}

/// The user and the chat of a sanction.
pub(super) async fn whom_and_where(work: &mut Work, sanction: &Sanction) -> Result<(User, Chat)> {
    let tx = work.tx().await?;
    let user = chat::user(tx, &sanction.user).await?;
    let chat = chat::get(tx, &sanction.chat).await?;
    user.zip(chat).ok_or_else(|| FeatureError::Internal(format!("sanction {} hits nobody", sanction.id)))
}

async fn note(work: &mut Work, sanction: &Sanction) -> Result<()> {
    let (user, chat) = whom_and_where(work, sanction).await?;
    let text = text!(
        "moderation-note-sanction",
        no = sanction.case.to_string(),
        name = &user.name,
        kind = words::kind(sanction.kind),
        state = words::state(sanction.state)
    );
    work.note(NAME, Some(&chat.id), text);
    Ok(())
}
