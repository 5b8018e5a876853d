//! A group in which two accounts of ours sit: the first of them that works serves it, and the others are silent.

use crate::chat::{AccountId, ChatKind, Event, EventBody, Platform, Trouble};
use crate::directory::{Purpose, Reach};
use crate::feature::Incoming;
use crate::hall::Hall;
use crate::store::{StoreError, chat};
use crate::work::Work;

/// Whether another account of the same platform serves the group of this event, so that it is done once.
pub(super) async fn is_served_by_another(work: &mut Work, incoming: &Incoming) -> Result<bool, StoreError> {
    if incoming.chat.kind == ChatKind::Direct || !is_of_the_group(&incoming.event) {
        return Ok(false);
    }
    let Some(key) = incoming.chat.key.clone() else { return Ok(false) };
    let hall = std::sync::Arc::clone(&work.hall);
    for (before, platform) in accounts_before(&hall, &incoming.chat.account) {
        let there = match hall.directory.chat(before, &key) {
            Some(known) => Some(known),
            None => chat::by_key(work.tx().await?, before, &key).await?.map(std::sync::Arc::new),
        };
        let serves = |purpose| purpose != Purpose::Idle;
        // Most groups have one account of ours: how the others fare is asked only where one of them serves it too.
        if there.is_some_and(|chat| serves(chat.purpose) && chat.reach == Reach::Open) && works(platform) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// What everybody in the group could tell of. What happens to an account itself is its own matter.
fn is_of_the_group(event: &Event) -> bool {
    matches!(
        event.body,
        EventBody::Message(_)
            | EventBody::Edited(_)
            | EventBody::Deleted { .. }
            | EventBody::Joined { .. }
            | EventBody::Left { .. }
            | EventBody::JoinRequested { .. }
            | EventBody::Reacted { .. }
            | EventBody::Withheld { .. }
    )
}

/// The accounts on the same platform that come before this one by name.
fn accounts_before<'h>(
    hall: &'h Hall,
    account: &AccountId,
) -> impl Iterator<Item = (&'h AccountId, &'h dyn Platform)> {
    let own = hall.platform(account).map(|platform| platform.name());
    let account = account.clone();
    hall.platforms()
        .iter()
        .take_while(move |(name, _)| **name < account)
        .filter(move |(_, platform)| Some(platform.name()) == own)
        .map(|(name, platform)| (name, platform.as_ref()))
}

/// Whether an account hears and speaks.
fn works(platform: &dyn Platform) -> bool {
    !platform.health().iter().any(Trouble::stops_the_account)
}
