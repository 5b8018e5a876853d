//! What a group shows of its members.

use crate::chat::{Feature as Can, Support};
use crate::directory::{Chat, Purpose};
use crate::error::{FeatureError, Result};
use crate::feature::Invocation;
use crate::features::group;
use crate::ids::{ChatId, StaffId};
use crate::roster::Permission;
use crate::store::tier::{self as store, Shows, TierGroup};
use crate::store::{StoreError, chat};
use crate::text;
use crate::texts::Text;
use crate::work::{NewTimer, Work};

use super::{NAME, show};

/// How often a group is gone through, milliseconds: whoever came or changed without a word of the platform is found then.
const ROUND_MS: i64 = 24 * 60 * 60 * 1_000;

/// The groups of which somebody ever said what they show, read once for a batch of events.
#[derive(Default)]
struct Showing(Option<Vec<TierGroup>>);

/// Every group of which somebody ever said what it shows.
pub(super) async fn all(work: &mut Work) -> Result<Vec<TierGroup>, StoreError> {
    if let Some(all) = &work.memo::<Showing>().0 {
        return Ok(all.clone());
    }
    let all = store::groups(work.tx_unflushed()).await?;
    work.memo::<Showing>().0 = Some(all.clone());
    Ok(all)
}

/// What a chat shows of its members; `None` when nobody ever said.
pub(super) async fn shown_in(work: &mut Work, chat: &ChatId) -> Result<Option<TierGroup>, StoreError> {
    Ok(all(work).await?.into_iter().find(|group| group.chat == *chat))
}

pub(super) async fn put(work: &mut Work, group: &TierGroup) -> Result<(), StoreError> {
    store::put_group(work.tx().await?, group).await?;
    work.memo::<Showing>().0 = None;
    Ok(())
}

/// Says what a group shows of its members; what it showed before and no longer does is taken away.
///
/// # Errors
/// One sentence when the staff member may not, the chat is no community group, or the platform or the bot's rights
/// have no way for it; or the database fails.
pub async fn set(work: &mut Work, by: &StaffId, chat: &Chat, shows: Shows) -> Result<()> {
    let staff = work.hall.roster.load().who_may(by, Permission::EditPeople).cloned();
    let staff = staff.ok_or_else(|| FeatureError::from(Text::new("tier-not-allowed")))?;
    if chat.purpose != Purpose::Community || chat.is_direct() {
        return Err(Text::new("tier-only-community").into());
    }
    let before = shown_in(work, &chat.id).await?.map(|group| group.shows).unwrap_or_default();
    let is_off = shows == Shows::default();
    if is_off && before == shows {
        return Err(Text::new("tier-shows-nothing").into());
    }
    can_show(work, chat, shows)?;
    let group = TierGroup {
        chat: chat.id.clone(),
        shows,
        by_staff: staff.id.clone(),
        told_at_ms: None,
        at_ms: work.now_ms,
    };
    put(work, &group).await?;
    show::of_all(work, chat, &group).await?;
    if is_off {
        work.disarm(NAME, "round", chat.id.as_str()).await?;
    } else {
        next_round(work, &chat.id).await?;
    }
    work.audit_staff(&staff.id, "group.badge", &chat.id, Some(shows.word().to_owned())).await?;
    Ok(())
}

fn can_show(work: &Work, chat: &Chat, shows: Shows) -> Result<()> {
    let can = work.capabilities(chat);
    for feature in [shows.badge.then_some(Can::Badge), shows.nick.then_some(Can::Nick)].into_iter().flatten()
    {
        match can.of(feature) {
            Support::Native(_) | Support::Emulated { .. } => {}
            Support::Denied { missing } => {
                return Err(text!("tier-denied", right = group::right_text(*missing)).into());
            }
            Support::Absent if feature == Can::Badge => return Err(Text::new("tier-no-badges").into()),
            Support::Absent => return Err(Text::new("tier-no-nicks").into()),
        }
    }
    Ok(())
}

async fn next_round(work: &mut Work, chat: &ChatId) -> Result<(), StoreError> {
    let due_at_ms = work.now_ms + ROUND_MS;
    work.arm(NewTimer { feature: NAME, kind: "round", key: chat.to_string(), due_at_ms }).await
}

/// Goes through a group once more.
pub(super) async fn round(work: &mut Work, id: &ChatId) -> Result<(), StoreError> {
    let (Some(group), Some(chat)) = (shown_in(work, id).await?, chat::get(work.tx().await?, id).await?)
    else {
        return Ok(());
    };
    show::of_all(work, &chat, &group).await?;
    next_round(work, id).await
}

/// `/badge tier|shop|both|off`.
pub(super) async fn command(work: &mut Work, call: &Invocation) -> Result<()> {
    let at = &call.at;
    let by = at.staff.as_ref().map(|staff| staff.id.clone());
    let by = by.ok_or_else(|| FeatureError::from(Text::new("tier-not-allowed")))?;
    let found = call.args.words("shows").unwrap_or_default();
    let Some(shows) = named(found) else {
        let what = Text::new("tier-needs-shows");
        return Err(text!("command-wrong", what = what, found = found, usage = call.spec.usage()).into());
    };
    set(work, &by, &at.chat, shows).await?;
    let said = work.hall.texts.say(at.lang, &text!("tier-shows", what = shows_text(shows)));
    work.say(at.place(), said);
    Ok(())
}

/// What people call what a group shows.
pub fn shows_text(shows: Shows) -> Text {
    match (shows.badge, shows.nick) {
        (true, true) => Text::new("tier-shows-both"),
        (true, false) => Text::new("tier-shows-tier"),
        (false, true) => Text::new("tier-shows-shop"),
        (false, false) => Text::new("tier-shows-off"),
    }
}

/// What people call it; Chinese words too.
fn named(word: &str) -> Option<Shows> {
    let word = word.to_lowercase();
    Shows::from_word(match word.as_str() {
        "全部" | "都显示" => "both",
        "等级" => "tier",
        "店名" | "店铺" => "shop",
        "关" | "关闭" => "off",
        other => other,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_is_typed_as_it_is_traced() {
        for shows in Shows::ALL {
            assert_eq!(named(shows.word()), Some(shows));
        }
        assert_eq!(named("TIER"), named("等级"));
        assert_eq!(named("on"), None);
    }
}
