//! The bot lets in or turns away who asked to join.

use bot_core::chat::{Delivered, RejectionKind, RequestKey, Right, UserKey};

use super::{Judged, need, need_ability, need_group, no};
use crate::world::fact::Fact;
use crate::world::people::let_in as enter;
use crate::world::state::Chat;
use crate::world::step::Step;

pub(super) fn answer(
    step: &mut Step<'_>,
    chat: &Chat,
    user: &UserKey,
    request: &RequestKey,
    let_in: bool,
) -> Judged {
    need_ability(step.profile.join_requests, "join requests")?;
    let group = need_group(chat)?;
    need(chat, Right::InviteMembers)?;
    if let_in && group.members.contains_key(user) {
        return no(RejectionKind::AlreadySo, "user is a member of the chat already");
    }
    let Some(info) = step.state.users.get(user).map(|user| user.info.clone()) else {
        return no(RejectionKind::NotFound, "user not found");
    };
    match group.requests.get(user) {
        Some(open) if open.key == *request => {}
        _ => return no(RejectionKind::NotFound, "there is no such request to join, or somebody answered it"),
    }
    step.push(Fact::RequestGone { chat: chat.key.clone(), user: user.clone() });
    if let_in {
        enter(step, chat, info);
    }
    Ok(Delivered::default())
}
