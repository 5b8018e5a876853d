//! Puts copies that are planned into the outbox, so many at a time.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::{CopyState, Letter, Phase, STEP, Values, links, values};
use crate::chat::{AccountId, Action, Content, Lane, MessageRef};
use crate::ids::ChatId;
use crate::store::delivery::StoredCopy;
use crate::store::{StoreError, delivery};
use crate::work::{Origin, Outgoing, Place, Work};

/// Where a step of a push stood. This program remembers it for a minute, so that the next one goes on from there instead of over
/// all that went before it, and reads nothing that the courier writes. Nothing leans on it.
#[derive(Default)]
pub(super) struct Stood {
    /// The last recipient.
    after: String,
    /// The accounts that its copies went through.
    accounts: BTreeSet<AccountId>,
}

/// Puts the next [`STEP`] planned copies of a phase into the outbox, each filled for its recipient where `letter` is another
/// for each. True when there may be more.
///
/// # Errors
/// When the database fails.
pub async fn step(
    work: &mut Work,
    feature: &'static str,
    push: &str,
    phase: Phase,
    letter: &dyn Letter,
) -> Result<bool, StoreError> {
    let key = format!("{push}/{}", phase.kind());
    let stood = work.hall.counted.steps.get(&key, work.now_ms).map(|(stood, _)| stood).unwrap_or_default();
    let mut copies = planned(work, push, phase, &stood.after).await?;
    let Some(last) = copies.last().map(|copy| copy.recipient.clone()) else { return Ok(false) };
    let more = i64::try_from(copies.len()).unwrap_or(STEP) == STEP;
    if phase == Phase::Send && copies.iter().any(|copy| copy.chat.is_none()) {
        open_chats(work, push, &copies, &last).await?;
        copies = planned(work, push, phase, &stood.after).await?;
    }
    let mut turns = turns(work, push, &copies, &stood.accounts).await?;
    let mut same = BTreeMap::new();
    let mut own = if phase == Phase::Recall { None } else { own(work, push, &copies, letter).await? };
    let mut on_their_way = Vec::with_capacity(copies.len());
    for copy in &copies {
        let values = own.as_mut().map(|all| all.remove(&copy.recipient).unwrap_or_default());
        let filled = values.map(|values| content_of(letter, copy, values));
        let content: &Content = match &filled {
            Some(own) => own,
            None => same
                .entry((copy.lang.word(), copy.variant))
                .or_insert_with(|| content_of(letter, copy, Values::default())),
        };
        match action(copy, phase, content) {
            Ok((chat, action)) => {
                let origin = Origin::new(feature, phase.kind(), format!("{push}/{}", copy.recipient));
                let mut out = Outgoing::new(Place::chat(chat), Lane::Bulk, action).heard_by(origin);
                if let Some(next) = copy.account.as_ref().and_then(|account| turns.get_mut(account)) {
                    (out.turn, *next) = (*next, *next + 1);
                }
                on_their_way.push((copy, work.send(out)));
            }
            Err((state, why)) => {
                delivery::set_state(work.tx().await?, push, &[&copy.recipient], state, Some(why)).await?;
            }
        }
    }
    delivery::queue(work.tx().await?, push, phase.under_way(), &on_their_way).await?;
    for (account, next) in &turns {
        delivery::set_turn(work.tx().await?, account, push, next - 1).await?;
    }
    let accounts = turns.into_keys().collect();
    let stands = if more { Stood { after: last, accounts } } else { Stood::default() };
    let now_ms = work.now_ms;
    work.after_commit(move |hall| hall.counted.steps.put(key, now_ms, &Arc::new(stands)));
    Ok(more)
}

/// What one recipient gets.
fn content_of(letter: &dyn Letter, copy: &StoredCopy, values: Values) -> Content {
    letter.content(copy.lang, &Values { variant: copy.variant, ..values })
}

/// The next planned copies after a recipient: of what is to be sent, those whose recipients are not to wait. Where there are
/// few, what was planned again before it comes with them.
async fn planned(
    work: &mut Work,
    push: &str,
    phase: Phase,
    after: &str,
) -> Result<Vec<StoredCopy>, StoreError> {
    let copies = planned_after(work, push, phase, after).await?;
    let is_rest = !after.is_empty() && i64::try_from(copies.len()).unwrap_or(STEP) < STEP;
    if is_rest { planned_after(work, push, phase, "").await } else { Ok(copies) }
}

async fn planned_after(
    work: &mut Work,
    push: &str,
    phase: Phase,
    after: &str,
) -> Result<Vec<StoredCopy>, StoreError> {
    let now_ms = work.now_ms;
    match phase {
        Phase::Send => delivery::ready(work.tx().await?, push, now_ms, after, STEP).await,
        Phase::Edit | Phase::Recall => {
            delivery::page(work.tx().await?, push, Some(phase.planned()), after, STEP).await
        }
    }
}

/// What is another for each recipient; `None` where all of one language get the same.
async fn own(
    work: &mut Work,
    push: &str,
    copies: &[StoredCopy],
    letter: &dyn Letter,
) -> Result<Option<BTreeMap<String, Values>>, StoreError> {
    let mut own = match letter.differs_for() {
        Some(audience) => {
            let names: Vec<_> =
                copies.iter().map(|copy| (copy.recipient.as_str(), copy.name.as_str())).collect();
            values(work.tx().await?, audience, &names).await?
        }
        None => BTreeMap::new(),
    };
    let links = links(work, push, letter, copies.iter().map(|copy| copy.recipient.as_str())).await?;
    let is_own = letter.differs_for().is_some() || !links.is_empty();
    for (recipient, link) in links {
        own.entry(recipient).or_default().link = Some(link);
    }
    Ok(is_own.then_some(own))
}

/// The next turn of a push on each account that its copies go through, so that pushes that are under way together go
/// out side by side. `going_on` are those that the step before this one went through.
async fn turns(
    work: &mut Work,
    push: &str,
    copies: &[StoredCopy],
    going_on: &BTreeSet<AccountId>,
) -> Result<BTreeMap<AccountId, i64>, StoreError> {
    let accounts: BTreeSet<&AccountId> = copies.iter().filter_map(|copy| copy.account.as_ref()).collect();
    let mut turns = BTreeMap::new();
    for account in accounts {
        let goes_on = going_on.contains(account);
        let next = delivery::next_turn(work.tx().await?, account, push, goes_on).await?;
        turns.insert(account.clone(), next);
    }
    Ok(turns)
}

async fn open_chats(
    work: &mut Work,
    push: &str,
    copies: &[StoredCopy],
    last: &str,
) -> Result<(), StoreError> {
    let missing = copies.iter().filter(|copy| copy.chat.is_none()).filter_map(|copy| copy.user.as_ref());
    let new: Vec<_> = missing.map(|user| (user, work.hall.ids.next::<ChatId>())).collect();
    let now_ms = work.now_ms;
    delivery::make_chats(work.tx().await?, push, last, &new, now_ms).await
}

/// What is to be done to one copy and where, or the state that it ends in because nothing can be done.
fn action<'c>(
    copy: &'c StoredCopy,
    phase: Phase,
    content: &Content,
) -> Result<(&'c ChatId, Action), (CopyState, &'static str)> {
    let failed = match phase {
        Phase::Send => CopyState::Unreachable,
        Phase::Edit => CopyState::EditFailed,
        Phase::Recall => CopyState::RecallFailed,
    };
    let chat = copy.chat.as_ref().ok_or((failed, "no_user"))?;
    let refs = || copy.messages.iter().cloned().map(MessageRef::Key);
    let action = match (phase, copy.messages.as_slice()) {
        (Phase::Send, _) => Action::Send(content.clone()),
        // The platform did not say under which key the message stands.
        (_, []) => return Err((failed, "no_key")),
        (Phase::Recall, _) => Action::Delete { messages: refs().collect() },
        (Phase::Edit, [one]) => Action::Edit { message: one.clone().into(), content: content.clone() },
        (Phase::Edit, _) => return Err((failed, "split")),
    };
    Ok((chat, action))
}
