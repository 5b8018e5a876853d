//! Gives members the badges and nicks that they are to carry, and takes back those that they are not.

use crate::chat::{Action, Feature as Can, Lane, Lang};
use crate::directory::Chat;
use crate::error::Result;
use crate::feature::Receipt;
use crate::features::group as groups;
use crate::hall::Hall;
use crate::ids::{PersonId, UserId};
use crate::store::people::Tier;
use crate::store::tier::{self as store, TierGroup, TierMember};
use crate::store::{StoreError, chat};
use crate::text;
use crate::texts::Text;
use crate::work::{Origin, Outgoing, Place, Work};

use super::{NAME, decide, group};

/// A nick where the platform says no limit, UTF-16 units.
const NICK_MAX: usize = 32;
/// Staff are told at most this often that something was refused in a group, milliseconds.
const TELL_EVERY_MS: i64 = 24 * 60 * 60 * 1_000;

/// One person, wherever something is shown of members.
pub(super) async fn everywhere(work: &mut Work, person: &PersonId) -> Result<(), StoreError> {
    for group in group::all(work).await? {
        if let Some(chat) = chat::get(work.tx().await?, &group.chat).await? {
            some(work, &chat, &group, Some(person), Lane::Talk).await?;
        }
    }
    Ok(())
}

/// One person in one chat, if something is shown there.
pub(super) async fn of_person(work: &mut Work, chat: &Chat, person: &PersonId) -> Result<(), StoreError> {
    match group::shown_in(work, &chat.id).await? {
        Some(group) => some(work, chat, &group, Some(person), Lane::Talk).await,
        None => Ok(()),
    }
}

/// Everybody in a group. There may be many, and nobody waits for it.
pub(super) async fn of_all(work: &mut Work, chat: &Chat, group: &TierGroup) -> Result<(), StoreError> {
    some(work, chat, group, None, Lane::Bulk).await
}

async fn some(
    work: &mut Work,
    chat: &Chat,
    group: &TierGroup,
    person: Option<&PersonId>,
    lane: Lane,
) -> Result<(), StoreError> {
    let most = work.capabilities(chat).limits(Can::Nick).text_utf16.unwrap_or(NICK_MAX);
    let lang = chat.lang.unwrap_or(work.hall.default_lang);
    for member in store::members(work.tx().await?, &chat.id, person).await? {
        let wanted = {
            let TierMember { name, shop, carried, .. } = &member;
            let shop = shop.as_ref().map(|(shop, tier)| (shop.as_str(), *tier));
            let badge_of = |tier| badge(tier).map(|text| work.hall.texts.say(lang, &text));
            let nick_of = |shop: &str, name: &str| {
                work.hall.texts.say(lang, &text!("tier-nick", shop = shop, name = name))
            };
            decide::wanted(&decide::Member { name, shop, carried }, group.shows, badge_of, nick_of, most)
        };
        if wanted == member.carried {
            continue;
        }
        let user = member.key;
        if wanted.badge != member.carried.badge {
            let of = all_badges(&work.hall);
            let action = Action::Badge { user: user.clone(), badge: wanted.badge.clone(), of };
            send(work, chat, lane, &member.user, action);
        }
        if wanted.nick != member.carried.nick {
            send(work, chat, lane, &member.user, Action::Nick { user, nick: wanted.nick.clone() });
        }
        store::put_member(work.tx().await?, &chat.id, &member.user, &wanted).await?;
    }
    Ok(())
}

fn send(work: &mut Work, chat: &Chat, lane: Lane, user: &UserId, action: Action) {
    let origin = Origin::new(NAME, action.word(), user);
    work.send(Outgoing::new(Place::chat(&chat.id), lane, action).heard_by(origin));
}

/// The badge of a tier; newcomers have none.
fn badge(tier: Tier) -> Option<Text> {
    match tier {
        Tier::None => None,
        Tier::Heart => Some(Text::new("tier-badge-heart")),
        Tier::Diamond => Some(Text::new("tier-badge-diamond")),
        Tier::Crown => Some(Text::new("tier-badge-crown")),
    }
}

/// The badges of all tiers, in every language: a group may have changed its own.
fn all_badges(hall: &Hall) -> Vec<String> {
    let badges: Vec<Text> = Tier::ALL.into_iter().filter_map(badge).collect();
    Lang::ALL.into_iter().flat_map(|lang| badges.iter().map(move |text| hall.texts.say(lang, text))).collect()
}

/// Something was refused: it does not stand, is tried again with the next round, and staff are told once in a while.
pub(super) async fn refused(work: &mut Work, receipt: &Receipt, why: &str) -> Result<()> {
    let user = UserId::from(receipt.origin.key.as_str());
    match &receipt.action {
        // What could not be taken away stands until staff take it away: they are told.
        Action::Badge { badge: None, .. } | Action::Nick { nick: None, .. } => {}
        Action::Badge { .. } => store::forget_badge(work.tx().await?, &receipt.chat, &user).await?,
        _ => store::forget_nick(work.tx().await?, &receipt.chat, &user).await?,
    }
    let Some(chat) = chat::get(work.tx().await?, &receipt.chat).await? else { return Ok(()) };
    let name = chat::user(work.tx().await?, &user).await?.map(|user| user.name).unwrap_or_default();
    work.note(NAME, Some(&chat.id), text!("tier-note-refused", name = &name, why = why));
    let Some(mut group) = group::shown_in(work, &chat.id).await? else { return Ok(()) };
    let now_ms = work.now_ms;
    if group.told_at_ms.is_none_or(|told_ms| told_ms + TELL_EVERY_MS <= now_ms) {
        group.told_at_ms = Some(now_ms);
        group::put(work, &group).await?;
        let text = text!("tier-refused", name = &name, group = &chat.title, why = why);
        groups::tell_staff(work, &chat.account, &text).await?;
    }
    Ok(())
}
