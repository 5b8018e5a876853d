//! The bot changes how a whole group may be written in.

use bot_core::chat::{Delivered, RejectionKind, Right, Standing};

use super::{Judged, need, need_ability, need_group, no};
use crate::world::fact::Fact;
use crate::world::notice::Notice;
use crate::world::state::Chat;
use crate::world::step::Step;

/// What `look` says of a group in which only admins may write.
pub(super) const LOCKED: &str = "locked";
const OPEN: &str = "open";
/// The longest wait between two messages, seconds: six hours, as on Discord.
const SLOWEST_S: u32 = 21_600;

pub(super) fn look(step: &Step<'_>, chat: &Chat, at: &Standing) -> Judged {
    let group = need_group(chat)?;
    let before = match at {
        Standing::Chat if group.locked => LOCKED.to_owned(),
        Standing::Chat => OPEN.to_owned(),
        Standing::Member(user) => match group.mute(user, step.now_ms) {
            None => return Ok(Delivered::default()),
            Some(until_ms) => until_ms.map_or_else(String::new, |until_ms| until_ms.to_string()),
        },
    };
    Ok(Delivered { before: Some(before), ..Delivered::default() })
}

pub(super) fn lock(step: &mut Step<'_>, chat: &Chat, locked: bool) -> Judged {
    need_ability(step.profile.locks, "locks")?;
    let group = need_group(chat)?;
    need(chat, Right::RestrictMembers)?;
    if group.locked == locked {
        return no(RejectionKind::AlreadySo, "the chat's permissions are not modified");
    }
    step.push(Fact::Locked { chat: chat.key.clone(), locked });
    step.notice(chat, if locked { Notice::Locked } else { Notice::Unlocked });
    Ok(Delivered::default())
}

pub(super) fn slow_mode(step: &mut Step<'_>, chat: &Chat, every_s: u32) -> Judged {
    need_ability(step.profile.slow_mode, "slow mode")?;
    let group = need_group(chat)?;
    need(chat, Right::ManageChat)?;
    if every_s > SLOWEST_S {
        return no(RejectionKind::BadContent, format!("slow mode is at most {SLOWEST_S} seconds"));
    }
    if group.slow_s == every_s {
        return no(RejectionKind::AlreadySo, "slow mode is like that already");
    }
    step.push(Fact::Slowed { chat: chat.key.clone(), every_s });
    step.notice(chat, Notice::SlowMode { every_s });
    Ok(Delivered::default())
}
